-- Rights on the whole seed, statistics, and the database that everybody reads as a copy of the one that is copied.
\connect seed
DO $$ DECLARE s text; BEGIN
  FOR s IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|forbidden|partly)' LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO readers', s);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO readers', s);
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA partly TO readers;
GRANT SELECT ON partly.allowed TO readers;
GRANT SELECT (id, visible) ON partly.columns_only TO readers;
ANALYZE kinds.plain_table, kinds.without_key, kinds.composite_key, kinds.empty_table, kinds.partitioned, kinds.materialized;
ANALYZE types.every_type, types.wide, types.numbers;
ANALYZE geo.points, geo.polygons, geo.places, geo.mercator, geo.geography_points;
\connect postgres
ALTER DATABASE seed IS_TEMPLATE true;
CREATE DATABASE landbridge TEMPLATE seed;
CHECKPOINT;
