-- Kinds of relations, names, rights. What is here is read by every test; tests count on it, so change it with them.
CREATE EXTENSION postgis;
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE EXTENSION file_fdw;

CREATE SCHEMA kinds;
COMMENT ON SCHEMA kinds IS 'One relation of each kind';
CREATE TABLE kinds.plain_table (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  amount numeric(12, 2) DEFAULT 0,
  noted timestamptz DEFAULT now()
);
COMMENT ON TABLE kinds.plain_table IS 'A table with a key, a default and comments';
COMMENT ON COLUMN kinds.plain_table.amount IS 'In euros';
INSERT INTO kinds.plain_table (name, amount, noted)
  SELECT 'row ' || i, i * 1.25, timestamptz '2024-01-01 00:00:00+00' + i * interval '1 hour' FROM generate_series(1, 1000) i;
CREATE TABLE kinds.without_key (a int, b text);
INSERT INTO kinds.without_key VALUES (1, 'x'), (1, 'x'), (NULL, NULL);
CREATE TABLE kinds.unique_key (code text NOT NULL, part int NOT NULL, note text, UNIQUE (code, part));
CREATE TABLE kinds.nullable_unique (code text UNIQUE, note text);
CREATE TABLE kinds.composite_key (country char(2), number int, label varchar(40), PRIMARY KEY (country, number));
INSERT INTO kinds.composite_key SELECT c, n, c || '-' || n FROM unnest(ARRAY['DE', 'ES', 'FR']) c, generate_series(1, 50) n;
CREATE TABLE kinds.empty_table (id int PRIMARY KEY);
CREATE TABLE kinds.never_analyzed (id int PRIMARY KEY);
CREATE TABLE kinds.without_columns ();
CREATE TABLE kinds.generated_column (a int, twice int GENERATED ALWAYS AS (a * 2) STORED);
INSERT INTO kinds.generated_column (a) VALUES (1), (21);
CREATE TABLE kinds.partitioned (day date NOT NULL, id int NOT NULL, value float8, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
CREATE TABLE kinds.partitioned_2024 PARTITION OF kinds.partitioned FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE kinds.partitioned_2025 PARTITION OF kinds.partitioned FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO kinds.partitioned SELECT date '2024-01-01' + i, i, i / 7.0 FROM generate_series(0, 699) i;
CREATE TABLE kinds.parent (a int);
CREATE TABLE kinds.child (b int) INHERITS (kinds.parent);
CREATE VIEW kinds.plain_view AS SELECT id, name, amount * 2 AS double_amount FROM kinds.plain_table WHERE id <= 10;
COMMENT ON VIEW kinds.plain_view IS 'A view over a table';
CREATE MATERIALIZED VIEW kinds.materialized AS SELECT id % 10 AS bucket, sum(amount) AS total FROM kinds.plain_table GROUP BY 1;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
-- Relative to the data directory: one row, the server's major version.
CREATE FOREIGN TABLE kinds.foreign_table (version text) SERVER files OPTIONS (filename 'PG_VERSION');
-- A view that fails when it is read, not when it is described.
CREATE VIEW kinds.failing_view AS SELECT 1 / (id - id) AS broken FROM kinds.plain_table;

-- Names that break what is glued together instead of quoted.
CREATE SCHEMA "Hostile ""schema""; DROP TABLE x; --";
CREATE TABLE "Hostile ""schema""; DROP TABLE x; --"."Robert'); DROP TABLE students;--" (
  "select" int, "with ""quotes""" text, "with 'apostrophe'" text, "ünïcödé 表" text, "tab	and
newline" text, " leading and trailing " text, "UPPER" text, "$1" text, "%s {} \" text, "🗺️" text, "‮rtl" text,
  "a_name_of_exactly_sixty_three_bytes_which_is_the_longest_allowed" text
);
INSERT INTO "Hostile ""schema""; DROP TABLE x; --"."Robert'); DROP TABLE students;--"
  VALUES (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k');
CREATE TABLE "Hostile ""schema""; DROP TABLE x; --".""";" (id int PRIMARY KEY);
CREATE TABLE "Hostile ""schema""; DROP TABLE x; --"."<script>alert(1)</script>" (id int PRIMARY KEY);
CREATE TABLE "Hostile ""schema""; DROP TABLE x; --"."地図 Карта خريطة" (id int PRIMARY KEY);
CREATE TABLE "Hostile ""schema""; DROP TABLE x; --"."back\slash/and.dots" (id int PRIMARY KEY);
CREATE SCHEMA "UPPER";
CREATE TABLE "UPPER"."Table" ("Id" int PRIMARY KEY);
CREATE SCHEMA empty;

-- 300 tables in one schema: more than one page.
CREATE SCHEMA many;
DO $$ BEGIN FOR i IN 1..300 LOOP EXECUTE format('CREATE TABLE many.%I (id int)', 'table_' || lpad(i::text, 4, '0')); END LOOP; END $$;

-- Rights.
CREATE SCHEMA forbidden;
CREATE TABLE forbidden.hidden (id int);
CREATE SCHEMA partly;
CREATE TABLE partly.allowed (id int);
CREATE TABLE partly.denied (id int);
CREATE TABLE partly.columns_only (id int, visible text, hidden text);
CREATE SCHEMA scratch AUTHORIZATION writer_user;
