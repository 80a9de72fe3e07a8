-- One column of every type that a table is likely to hold, with ordinary, extreme and missing values.
CREATE SCHEMA types;
CREATE TYPE types.mood AS ENUM ('sad', 'ok', 'happy', 'it''s "quoted"');
CREATE DOMAIN types.positive AS int CHECK (VALUE > 0);
CREATE DOMAIN types.short_text AS varchar(20);
CREATE TYPE types.pair AS (x int, y text);
CREATE TYPE types.float_range AS RANGE (subtype = float8);

CREATE TABLE types.every_type (
  id int PRIMARY KEY,
  c_bool bool, c_int2 int2, c_int4 int4, c_int8 int8, c_float4 float4, c_float8 float8,
  c_numeric numeric, c_numeric_10_2 numeric(10, 2), c_numeric_38_10 numeric(38, 10), c_numeric_50_20 numeric(50, 20),
  c_money money, c_text text, c_varchar varchar(50), c_char char(5), c_name name, c_internal_char "char", c_citext citext,
  c_date date, c_time time, c_timetz timetz, c_timestamp timestamp, c_timestamptz timestamptz, c_interval interval,
  c_uuid uuid, c_json json, c_jsonb jsonb, c_xml xml, c_bytea bytea, c_bit bit(8), c_varbit varbit, c_oid oid,
  c_inet inet, c_cidr cidr, c_macaddr macaddr, c_macaddr8 macaddr8,
  c_enum types.mood, c_domain types.positive, c_domain_text types.short_text, c_composite types.pair,
  c_int4range int4range, c_numrange numrange, c_tsrange tsrange, c_tstzrange tstzrange, c_daterange daterange,
  c_float_range types.float_range, c_int4multirange int4multirange,
  c_int_array int[], c_int_array2 int[][], c_text_array text[], c_timestamptz_array timestamptz[], c_enum_array types.mood[],
  c_composite_array types.pair[], c_domain_array types.positive[],
  c_tsvector tsvector, c_tsquery tsquery, c_hstore hstore, c_regclass regclass, c_pg_lsn pg_lsn, c_jsonpath jsonpath,
  c_point point, c_line line, c_lseg lseg, c_box box, c_path path, c_polygon polygon, c_circle circle,
  c_geometry geometry, c_geography geography, c_box2d box2d, c_box3d box3d
);
INSERT INTO types.every_type VALUES (
  1, true, 123, 123456, 1234567890123, 1.5, 2.25,
  123.456, 12345678.91, 1234567890123456789012345678.0123456789, 123456789012345678901234567890.12345678901234567890,
  '1234.56', 'héllo wörld 表 🗺️', 'varchar', 'abc', 'a name', 'x', 'CiText',
  '2024-02-29', '13:14:15.123456', '13:14:15.123456+02', '2024-02-29 13:14:15.123456', '2024-02-29 13:14:15.123456+02', '1 year 2 mons 3 days 04:05:06.789',
  '6a1c8a1e-8a27-4b39-9a4f-0123456789ab', '{"a": [1, 2, {"b": null}]}', '{"a": [1, 2, {"b": null}]}', '<a b="c">d</a>', '\xdeadbeef00', B'10101010', B'101', 4294967295,
  '192.168.0.1/24', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05',
  'happy', 7, 'short', ROW(1, 'one, "two"'),
  '[1,10)', '(1.5,2.5]', '[2024-01-01,2024-02-01)', '[2024-01-01 00:00+00,)', 'empty', '[0.5,1.5)', '{[1,3),[5,7)}',
  '{1,NULL,3}', '{{1,2},{3,4}}', '{a,"b c",NULL,"d\"e"}', '{"2024-01-01 00:00+00"}', '{sad,happy}', ARRAY[ROW(1,'a'),NULL]::types.pair[], '{1,2}',
  'the quick fox', 'quick & fox', 'a=>1,b=>NULL', 'pg_class', '16/B374D848', '$.a[*] ? (@ > 1)',
  '(1,2)', '{1,2,3}', '[(0,0),(1,1)]', '(1,1),(0,0)', '[(0,0),(1,1),(2,0)]', '((0,0),(1,1),(2,0))', '<(0,0),1>',
  'SRID=4326;POINT(1 2)', 'SRID=4326;POINT(1 2)', 'BOX(0 0,1 1)', 'BOX3D(0 0 0,1 1 1)'
);
INSERT INTO types.every_type (id) VALUES (2);
INSERT INTO types.every_type (id, c_bool, c_int2, c_int4, c_int8, c_float4, c_float8, c_numeric, c_numeric_10_2, c_numeric_38_10, c_money, c_text, c_varchar, c_char,
  c_date, c_time, c_timetz, c_timestamp, c_timestamptz, c_interval, c_uuid, c_json, c_jsonb, c_bytea, c_varbit, c_oid, c_int4range, c_int_array, c_text_array, c_geometry) VALUES
 (3, false, -32768, -2147483648, -9223372036854775808, 'NaN', '-Infinity', 'NaN', 'NaN', 'NaN', '-92233720368547758.08', '', '', '',
  '-infinity', '00:00', '00:00+15:59:59', '-infinity', '-infinity', '-178000000 years', '00000000-0000-0000-0000-000000000000', 'null', 'null', '', '', 0, '(,)', '{}', '{}', 'GEOMETRYCOLLECTION EMPTY'),
 (4, true, 32767, 2147483647, 9223372036854775807, 'Infinity', '1e308', 'Infinity', 99999999.99, 9999999999999999999999999999.9999999999, '92233720368547758.07', E'tab\tnew\nline\\back"quote''', repeat('x', 50), 'é',
  'infinity', '24:00', '24:00-15:59:59', 'infinity', 'infinity', '178000000 years', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '"\u00e9"', '1e400', '\x00', B'1', 1, 'empty', '[5:6]={1,2}', '{NULL}', 'SRID=3857;POINT EMPTY'),
 (5, true, 0, 0, 0, '-0', 5e-324, -0.00000000000000000001, -0.01, -0.0000000001, '-0.01', E'\u202eright to left', ' ', '     ',
  '4713-01-01 BC', '23:59:59.999999', '12:00-00:30', '4713-01-01 00:00:00 BC', '4713-01-01 00:00:00+00 BC', '-1 mons +1 day -00:00:01', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '[]', '{}', '\xff', B'', 2, '[-5,-5]', '{-1}', '{""}', 'POINT(NaN NaN)'),
 (6, true, 1, 1, 1, 1, 1, 1e131071, 0, 0, '0', '<b>&amp;</b>', 'x', 'x',
  '5874897-12-31', '00:00:00.000001', '00:00Z', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '00:00:00.000001', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '1', '1', '\x5c', B'0', 3, '[1,1]', '{1}', '{x}', 'POINT(1e308 -1e308)');

CREATE TABLE types.wide AS SELECT i AS id, repeat(md5(i::text), 3000) AS text FROM generate_series(1, 200) i;
CREATE TABLE types.numbers AS SELECT i AS id, i * 1.5 AS n, md5(i::text) AS hash FROM generate_series(1, 100000) i;
ALTER TABLE types.numbers ADD PRIMARY KEY (id);
