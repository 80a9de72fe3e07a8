-- Geometry: a table for each type, systems and dimensions, empties, curves, geography, an indexed table of points.
CREATE SCHEMA geo;
CREATE TABLE geo.points (id int PRIMARY KEY, geom geometry(Point, 4326));
INSERT INTO geo.points VALUES (1, 'SRID=4326;POINT(-3.7 40.4)'), (2, 'SRID=4326;POINT EMPTY'), (3, NULL);
CREATE TABLE geo.linestrings (id int PRIMARY KEY, geom geometry(LineString, 4326));
INSERT INTO geo.linestrings VALUES (1, 'SRID=4326;LINESTRING(0 0,1 1,2 0)'), (2, 'SRID=4326;LINESTRING EMPTY'), (3, NULL);
CREATE TABLE geo.polygons (id int PRIMARY KEY, geom geometry(Polygon, 4326));
INSERT INTO geo.polygons VALUES (1, 'SRID=4326;POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,2 4,4 4,4 2,2 2))'), (2, 'SRID=4326;POLYGON EMPTY'), (3, NULL);
CREATE TABLE geo.multipoints (id int PRIMARY KEY, geom geometry(MultiPoint, 4326));
INSERT INTO geo.multipoints VALUES (1, 'SRID=4326;MULTIPOINT((0 0),(1 1))'), (2, 'SRID=4326;MULTIPOINT EMPTY'), (3, NULL);
CREATE TABLE geo.multilinestrings (id int PRIMARY KEY, geom geometry(MultiLineString, 4326));
INSERT INTO geo.multilinestrings VALUES (1, 'SRID=4326;MULTILINESTRING((0 0,1 1),(2 2,3 3,4 2))'), (2, NULL);
CREATE TABLE geo.multipolygons (id int PRIMARY KEY, geom geometry(MultiPolygon, 4326));
INSERT INTO geo.multipolygons VALUES (1, 'SRID=4326;MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))'), (2, NULL);
CREATE TABLE geo.collections (id int PRIMARY KEY, geom geometry(GeometryCollection, 4326));
INSERT INTO geo.collections VALUES (1, 'SRID=4326;GEOMETRYCOLLECTION(POINT(0 0),LINESTRING(0 0,1 1),GEOMETRYCOLLECTION(POINT(2 2)))'), (2, NULL);
CREATE TABLE geo.mixed (id int PRIMARY KEY, geom geometry);
INSERT INTO geo.mixed VALUES (1, 'POINT(0 0)'), (2, 'SRID=4326;LINESTRING(0 0,1 1)'), (3, 'SRID=3857;POLYGON((0 0,1 0,1 1,0 0))');
CREATE TABLE geo.points_z (id int PRIMARY KEY, geom geometry(PointZ, 4326));
INSERT INTO geo.points_z VALUES (1, 'SRID=4326;POINT Z(1 2 3)');
CREATE TABLE geo.points_m (id int PRIMARY KEY, geom geometry(PointM, 4326));
INSERT INTO geo.points_m VALUES (1, 'SRID=4326;POINT M(1 2 4)');
CREATE TABLE geo.lines_zm (id int PRIMARY KEY, geom geometry(LineStringZM, 4326));
INSERT INTO geo.lines_zm VALUES (1, 'SRID=4326;LINESTRING ZM(1 2 3 4,5 6 7 8)');
CREATE TABLE geo.mercator (id int PRIMARY KEY, geom geometry(Point, 3857));
INSERT INTO geo.mercator VALUES (1, 'SRID=3857;POINT(-411882 4926000)');
CREATE INDEX ON geo.mercator USING gist (geom);
CREATE TABLE geo.without_srid (id int PRIMARY KEY, geom geometry(Point));
INSERT INTO geo.without_srid VALUES (1, 'POINT(1 2)');
INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
  SELECT 990001, 'LANDBRIDGE', 1, srtext, proj4text FROM spatial_ref_sys WHERE srid = 4326;
CREATE TABLE geo.own_srid (id int PRIMARY KEY, geom geometry(Point, 990001));
INSERT INTO geo.own_srid VALUES (1, 'SRID=990001;POINT(1 2)');
CREATE TABLE geo.curves (id int PRIMARY KEY, geom geometry);
INSERT INTO geo.curves VALUES (1, 'SRID=4326;CIRCULARSTRING(0 0,1 1,2 0)'), (2, 'SRID=4326;COMPOUNDCURVE(CIRCULARSTRING(0 0,1 1,2 0),(2 0,3 0))'),
  (3, 'SRID=4326;CURVEPOLYGON(CIRCULARSTRING(0 0,4 0,4 4,0 4,0 0))'), (4, 'SRID=4326;MULTICURVE((0 0,5 5),CIRCULARSTRING(4 0,4 4,8 4))'),
  (5, 'SRID=4326;MULTISURFACE(CURVEPOLYGON(CIRCULARSTRING(0 0,4 0,4 4,0 4,0 0)))'), (6, 'SRID=4326;TIN(((0 0 0,0 0 1,0 1 0,0 0 0)))'),
  (7, 'SRID=4326;POLYHEDRALSURFACE(((0 0 0,0 0 1,0 1 1,0 1 0,0 0 0)))'), (8, 'SRID=4326;TRIANGLE((0 0,1 0,0 1,0 0))');
CREATE TABLE geo.two_geometries (id int PRIMARY KEY, place geometry(Point, 4326), area geometry(Polygon, 3857));
INSERT INTO geo.two_geometries VALUES (1, 'SRID=4326;POINT(1 2)', 'SRID=3857;POLYGON((0 0,1 0,1 1,0 0))');
CREATE INDEX ON geo.two_geometries USING gist (place);
CREATE TABLE geo.geography_points (id int PRIMARY KEY, geog geography(Point, 4326));
INSERT INTO geo.geography_points VALUES (1, 'POINT(-3.7 40.4)'), (2, 'POINT(179.9 0)'), (3, 'POINT(-179.9 0)'), (4, NULL);
CREATE INDEX ON geo.geography_points USING gist (geog);
CREATE TABLE geo.geography_polygons (id int PRIMARY KEY, geog geography(Polygon, 4326));
INSERT INTO geo.geography_polygons VALUES (1, 'POLYGON((0 0,10 0,10 10,0 10,0 0))');
-- 5,000 points in a grid over the world, the same on every computer.
CREATE TABLE geo.places (id int PRIMARY KEY, name text NOT NULL, population int, geom geometry(Point, 4326) NOT NULL);
INSERT INTO geo.places SELECT i, 'place ' || i, (i * 7919) % 1000000, ST_SetSRID(ST_MakePoint((i % 100) * 3.6 - 179.9, (i / 100) * 3.4 - 84.9), 4326)
  FROM generate_series(0, 4999) i;
CREATE INDEX places_geom ON geo.places USING gist (geom);
CREATE VIEW geo.places_view AS SELECT id, name, geom FROM geo.places WHERE id < 100;
