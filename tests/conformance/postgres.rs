//! PostgreSQL, against a real server with PostGIS.

use super::cases::Need;
use super::entrant::{Described, Entrant, Seeded, Spatial, Texts, Typed, Words};
use super::random::sample;
use super::render;
use arrow_array::Array;
use arrow_schema::Field;
use async_trait::async_trait;
use landbridge_tests::peers::postgres::{DATABASE, PLAIN, Postgres as Server, SCRAM, WRITER};
use landbridge_tests::support::{Form, ctx};
use model::{Dialect, NodeKind, Path, Session};
use proptest::prelude::*;
use std::sync::Arc;
use tokio_postgres::SimpleQueryMessage;

pub struct Postgres;

const CANARY_FILE: &str = "/tmp/landbridge_conformance_canary";

async fn form(database: &str) -> Form {
    let server = Server::shared().await;
    Form::of("postgres")
        .with("server", &server.host)
        .with("port", server.port)
        .with("database", database)
        .with("ssl_mode", "verify-full")
        .file("root_certificate", &server.ca_pem)
}

async fn open(form: Form) -> Arc<dyn Session> {
    form.open_in(&ctx().0).await.unwrap_or_else(|e| panic!("{e} {:?}", e.view().vendor))
}

fn connector() -> &'static dyn model::Connector {
    *connectors::ALL.iter().find(|c| c.spec().id.as_str() == "postgres").unwrap()
}

fn texts(strategy: impl Strategy<Value = String>) -> Vec<String> {
    sample(300, strategy)
}

fn shown<T: ToString + std::fmt::Debug>(strategy: impl Strategy<Value = T>) -> Vec<String> {
    texts(strategy.prop_map(|v| v.to_string()))
}

fn numeric(whole: usize, fraction: usize) -> Vec<String> {
    let digits = |n: usize| prop::collection::vec(0..10u8, 0..=n);
    let write = |(negative, w, f): (bool, Vec<u8>, Vec<u8>)| {
        let print = |d: Vec<u8>| d.iter().map(u8::to_string).collect::<String>();
        format!("{}0{}.{}", if negative { "-" } else { "" }, print(w), print(f))
    };
    texts((any::<bool>(), digits(whole), digits(fraction)).prop_map(write))
}

/// A moment as text: any microsecond of the years that fit.
fn moment() -> impl Strategy<Value = String> {
    (1..9999i32, 1..=12u32, 1..=28u32, 0..24u32, 0..60u32, 0..60u32, 0..1_000_000u32, any::<bool>()).prop_map(
        |(y, m, d, h, min, s, us, bc)| {
            let bc = if bc && y < 4713 { " BC" } else { "" };
            format!("{y:04}-{m:02}-{d:02} {h:02}:{min:02}:{s:02}.{us:06}{bc}")
        },
    )
}

#[async_trait]
impl Entrant for Postgres {
    fn id(&self) -> &'static str {
        "postgres"
    }

    fn has(&self, _: Need) -> bool {
        true
    }

    fn dialect(&self) -> &'static dyn Dialect {
        connector().dialect()
    }

    async fn open(&self) -> Arc<dyn Session> {
        open(form(DATABASE).await.with("username", SCRAM.user).secret("password", SCRAM.password)).await
    }

    async fn open_writer(&self) -> (Arc<dyn Session>, String) {
        let name = Server::shared().await.fresh_database("conformance").await;
        let form = form(&name).await.with("username", WRITER.user).secret("password", WRITER.password);
        (open(form.with("schema", "scratch")).await, name)
    }

    async fn open_mighty(&self) -> (Arc<dyn Session>, String) {
        let server = Server::shared().await;
        let name = server.fresh_database("conformance").await;
        server.admin_query_in(&name, "CREATE TABLE public.canary AS SELECT 1 AS value; CREATE SEQUENCE public.counter").await;
        let form = Form::of("postgres").with("server", server.socket_dir.display()).with("port", server.port);
        let form = form.with("username", "postgres").with("database", &name).with("ssl_mode", "disable");
        (open(form).await, name)
    }

    async fn clean_up(&self, name: &str) {
        Server::shared().await.drop_database(name).await;
    }

    async fn open_plain(&self) -> Arc<dyn Session> {
        open(form(PLAIN).await.with("username", SCRAM.user).secret("password", SCRAM.password)).await
    }

    async fn open_and_cut(&self) -> Arc<dyn Session> {
        let (session, name) = self.open_writer().await;
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Landbridge' AND datname = current_database()";
        Server::shared().await.admin_query_in(&name, cut).await;
        self.clean_up(&name).await;
        session
    }

    async fn truth(&self, sql: &str) -> Texts {
        let client = Server::shared().await.admin(DATABASE).await;
        client.batch_execute("SET timezone = 'UTC'").await.unwrap();
        let answer = client.simple_query(sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
        let row = |m: &SimpleQueryMessage| match m {
            SimpleQueryMessage::Row(row) => Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect()),
            _ => None,
        };
        answer.iter().filter_map(row).collect()
    }

    async fn lock(&self, name: &str, table: &str) -> Box<dyn Send> {
        let client = Server::shared().await.admin(name).await;
        client.batch_execute(&format!("BEGIN; LOCK TABLE scratch.{table} IN ACCESS EXCLUSIVE MODE")).await.unwrap();
        Box::new(client)
    }

    async fn footprint(&self, name: &str) -> String {
        let client = Server::shared().await.admin(name).await;
        let mut out = format!("file {}\n", std::path::Path::new(CANARY_FILE).exists());
        for sql in [
            "SELECT string_agg(n.nspname || '.' || c.relname, ',' ORDER BY n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_(toast|temp)'",
            "SELECT string_agg(value::text, ',') FROM public.canary",
            "SELECT last_value || ' ' || is_called FROM public.counter",
            "SELECT count(*) FROM pg_largeobject_metadata",
            "SELECT count(*) FROM pg_prepared_xacts",
            "SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles",
            "SELECT count(*) FROM kinds.plain_table",
            "SELECT count(*) FROM pg_settings WHERE source = 'configuration file'",
        ] {
            for message in client.simple_query(sql).await.unwrap() {
                if let SimpleQueryMessage::Row(row) = message {
                    out.push_str(&format!("{:?}\n", row.get(0)));
                }
            }
        }
        out
    }

    fn print(&self, field: &Field, array: &dyn Array, row: usize) -> Option<String> {
        render::print(field, array, row)
    }
}

impl Seeded for Postgres {
    fn typed(&self, typed: &Typed) -> String {
        let values: Vec<String> = typed.values.iter().map(|v| format!("('{}')", v.replace('\'', "''"))).collect();
        format!("SELECT v::{} AS v FROM (VALUES {}) AS t(v)", typed.type_name, values.join(", "))
    }

    fn boxes(&self) -> Vec<(Path, &'static str, [f64; 4], usize)> {
        let of = |table, column, degrees, rows| (Path::of(["geo", table]), column, degrees, rows);
        let near_madrid = [-4.0, 40.0, -3.0, 41.0];
        vec![
            of("mercator", "geom", near_madrid, 1),
            of("mercator", "geom", [0.0, 0.0, 1.0, 1.0], 0),
            of("mercator", "geom", [-180.0, -90.0, 180.0, 90.0], 1),
            of("geography_points", "geog", near_madrid, 1),
            of("geography_points", "geog", [179.0, -1.0, -179.0, 1.0], 2),
            of("geography_points", "geog", [-180.0, -90.0, 180.0, 90.0], 3),
            of("geography_polygons", "geog", [4.0, 4.0, 5.0, 5.0], 1),
            of("points", "geom", near_madrid, 1),
            of("points_z", "geom", [0.0, 0.0, 3.0, 3.0], 1),
            of("without_srid", "geom", [0.0, 0.0, 3.0, 3.0], 1),
            of("own_srid", "geom", [0.0, 0.0, 3.0, 3.0], 1),
            of("mixed", "geom", [-1.0, -1.0, 2.0, 2.0], 3),
            of("two_geometries", "area", [-1.0, -1.0, 1.0, 1.0], 1),
            of("places_view", "geom", [-180.0, -90.0, -170.0, -80.0], 3),
        ]
    }

    fn words(&self) -> Words {
        Words {
            same_names: "SELECT 1 AS a, 2 AS a, 3, 4 AS \"x\"\"; DROP TABLE y; --\"",
            slow: "SELECT 1 AS slow_marker FROM pg_sleep(60)",
            endless: "SELECT generate_series(1, 2000000000) AS endless_marker, repeat('x', 100) AS t",
            fails_midway: "SELECT g AS id, 1 / (200000 - g) AS x FROM (SELECT generate_series(1, 400000) AS g) AS s",
            parameters: "SELECT $1::int + 1, $2::text, NULL::int",
            dresses: vec![
                "SELECT 1",
                "select 1;",
                "  SELECT 1 -- a comment at the end",
                "/* a /* nested */ comment */ SELECT 1 /* and */ ; -- one more",
                "(((SELECT 1)))",
                "VALUES (1)",
                "WITH a AS (SELECT 1 AS x) SELECT x FROM a",
                "SELECT 1 FROM (VALUES (3), (1), (2)) AS t(x) ORDER BY x LIMIT 1",
                "SELECT 1 AS \")\"",
                "SELECT length(';') AS \"--\"",
                "SELECT length($$)$$)",
                "SELECT length(E'\\'')",
                "SELECT 1 UNION SELECT 1",
                "SELECT 1 WHERE 'a' < 'b' OR current_setting('server_version') = ''",
            ]
            .into_iter()
            .collect(),
            hostile: hostile(),
            changes: [
                "CREATE TABLE canary AS SELECT 1 AS value",
                "UPDATE canary SET value = value + 1 RETURNING value",
                "DROP TABLE canary",
            ],
            canary: "SELECT value FROM canary",
            running: "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'Landbridge' AND state = 'active' AND query LIKE '%{marker}%'",
            wide: "repeat(hash, 512)",
        }
    }

    fn kinds(&self) -> (Path, Vec<(&'static str, NodeKind)>) {
        use NodeKind::{ForeignTable, MaterializedView, PartitionedTable, Table, View};
        let kinds = vec![
            ("plain_table", Table),
            ("partitioned", PartitionedTable),
            ("plain_view", View),
            ("materialized", MaterializedView),
            ("foreign_table", ForeignTable),
            ("without_columns", Table),
        ];
        (Path::of(["kinds"]), kinds)
    }

    fn scratch(&self) -> Path {
        Path::of(["scratch"])
    }

    fn many(&self) -> Path {
        Path::of(["many"])
    }

    fn hostile_names(&self) -> Path {
        Path::of(["Hostile \"schema\"; DROP TABLE x; --"])
    }

    fn forbidden(&self) -> Path {
        Path::of(["forbidden", "hidden"])
    }

    fn partly_readable(&self) -> Path {
        Path::of(["partly", "columns_only"])
    }

    fn numbers(&self) -> Path {
        Path::of(["types", "numbers"])
    }

    fn places(&self) -> Path {
        Path::of(["geo", "places"])
    }

    fn with_nulls(&self) -> Path {
        Path::of(["kinds", "without_key"])
    }

    fn empty(&self) -> Path {
        Path::of(["kinds", "empty_table"])
    }

    fn every_type(&self) -> (Path, &'static str) {
        (Path::of(["types", "every_type"]), "id")
    }

    fn described(&self) -> Vec<Described> {
        let of =
            |name: &str, columns, row_key, comment| Described { table: Path::of(["kinds", name]), columns, row_key, comment };
        vec![
            of(
                "plain_table",
                vec![
                    ("id", "bigint", false),
                    ("name", "text", false),
                    ("amount", "numeric(12,2)", true),
                    ("noted", "timestamp with time zone", true),
                ],
                Some(vec!["id"]),
                Some("A table with a key, a default and comments"),
            ),
            of("without_key", vec![("a", "integer", true), ("b", "text", true)], None, None),
            of(
                "unique_key",
                vec![("code", "text", false), ("part", "integer", false), ("note", "text", true)],
                Some(vec!["code", "part"]),
                None,
            ),
            of("nullable_unique", vec![("code", "text", true), ("note", "text", true)], None, None),
            of(
                "composite_key",
                vec![("country", "character(2)", false), ("number", "integer", false), ("label", "character varying(40)", true)],
                Some(vec!["country", "number"]),
                None,
            ),
            of(
                "partitioned",
                vec![("day", "date", false), ("id", "integer", false), ("value", "double precision", true)],
                Some(vec!["day", "id"]),
                None,
            ),
            of(
                "plain_view",
                vec![("id", "bigint", true), ("name", "text", true), ("double_amount", "numeric", true)],
                None,
                Some("A view over a table"),
            ),
            of("without_columns", vec![], None, None),
        ]
    }

    fn spatial(&self) -> Vec<Spatial> {
        let of = |name: &str, column| Spatial { table: Path::of(["geo", name]), column };
        vec![
            of("places", ("geom", "POINT", 4326, false, 2, Some(true))),
            of("points", ("geom", "POINT", 4326, false, 2, Some(false))),
            of("multipolygons", ("geom", "MULTIPOLYGON", 4326, false, 2, Some(false))),
            of("points_z", ("geom", "POINT", 4326, false, 3, Some(false))),
            of("points_m", ("geom", "POINT", 4326, false, 3, Some(false))),
            of("lines_zm", ("geom", "LINESTRING", 4326, false, 4, Some(false))),
            of("mercator", ("geom", "POINT", 3857, false, 2, Some(true))),
            of("without_srid", ("geom", "POINT", 0, false, 2, Some(false))),
            of("two_geometries", ("area", "POLYGON", 3857, false, 2, Some(false))),
            of("geography_points", ("geog", "POINT", 4326, true, 2, Some(true))),
            of("geography_polygons", ("geog", "POLYGON", 4326, true, 2, Some(false))),
            of("places_view", ("geom", "POINT", 4326, false, 2, None)),
        ]
    }

    fn geometries(&self) -> Vec<(Path, &'static str, &'static str)> {
        let geometry = "points linestrings polygons multipoints multilinestrings multipolygons collections points_z points_m lines_zm \
            mercator without_srid own_srid curves places";
        let of = |name, column, sql| (Path::of(["geo", name]), column, sql);
        let mut all: Vec<_> =
            geometry.split_whitespace().map(|name| of(name, "geom", "encode(ST_AsBinary(geom), 'hex')")).collect();
        all.push(of("geography_points", "geog", "encode(ST_AsBinary(geog), 'hex')"));
        all.push(of("geography_polygons", "geog", "encode(ST_AsBinary(geog), 'hex')"));
        all.push(of("two_geometries", "area", "encode(ST_AsBinary(area), 'hex')"));
        all
    }

    fn random(&self) -> Vec<Typed> {
        let of = |type_name, values| Typed { type_name, values };
        let text = || "[^\\x00]{0,30}";
        vec![
            of("bool", shown(any::<bool>())),
            of("int2", shown(any::<i16>())),
            of("int4", shown(any::<i32>())),
            of("int8", shown(any::<i64>())),
            of("oid", shown(any::<u32>())),
            of("float4", texts(any::<u32>().prop_map(|b| format!("{:e}", f32::from_bits(b)).replace("inf", "Infinity")))),
            of("float8", texts(any::<u64>().prop_map(|b| format!("{:e}", f64::from_bits(b)).replace("inf", "Infinity")))),
            of("numeric", numeric(60, 60)),
            of("numeric(38,10)", numeric(27, 10)),
            of("numeric(20,0)", numeric(19, 0)),
            of("numeric(5,5)", numeric(0, 5)),
            of("numeric(60,20)", numeric(39, 20)),
            of("numeric(7,-3)", numeric(9, 4)),
            of("text", texts(text())),
            of("varchar(40)", texts(text())),
            of("char(40)", texts(text())),
            of("bytea", texts(prop::collection::vec(any::<u8>(), 0..40).prop_map(|b| format!("\\x{}", render::hex(&b))))),
            of("uuid", texts(any::<u128>().prop_map(|n| format!("{n:032x}")))),
            of("date", texts(moment())),
            of("time", texts("(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{6}")),
            of("timetz", texts("(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{6}[+-](0[0-9]|1[0-4]):[0-5][0-9]")),
            of("timestamp", texts(moment())),
            of("timestamptz", texts(moment())),
            of(
                "interval",
                texts("-?[0-9]{1,4} years -?[0-9]{1,2} mons -?[0-9]{1,3} days -?[0-9]{1,3}:[0-5][0-9]:[0-5][0-9]\\.[0-9]{6}"),
            ),
            of(
                "jsonb",
                texts(text().prop_map(|t| serde_json::json!({ "k": t, "n": [1, null] }).to_string().replace("\\u0000", ""))),
            ),
            of("inet", texts(any::<u128>().prop_map(|n| std::net::Ipv6Addr::from_bits(n).to_string()))),
            of(
                "int4range",
                texts((any::<i32>(), any::<i16>()).prop_map(|(a, n)| {
                    let (a, n) = (i64::from(a) / 2, i64::from(n).abs());
                    format!("[{a},{})", a + n)
                })),
            ),
            of(
                "int4[]",
                texts(prop::collection::vec(any::<Option<i32>>(), 0..6).prop_map(|v| {
                    let v: Vec<String> = v.iter().map(|n| n.map_or("NULL".to_owned(), |n| n.to_string())).collect();
                    format!("{{{}}}", v.join(","))
                })),
            ),
        ]
    }
}

/// Texts that would change something if they were run, or run as more than one statement.
fn hostile() -> Vec<String> {
    let program = format!("TO PROGRAM 'touch {CANARY_FILE}'");
    let mut all: Vec<String> = [
        "DELETE FROM canary",
        "DELETE FROM canary RETURNING *",
        "INSERT INTO canary VALUES (2) RETURNING *",
        "UPDATE canary SET value = 2",
        "TRUNCATE canary",
        "DROP TABLE canary",
        "CREATE TABLE evil (x int)",
        "SELECT 1 AS x INTO evil",
        "CREATE TABLE evil AS SELECT 1",
        "WITH d AS (DELETE FROM canary RETURNING *) SELECT * FROM d",
        "WITH d AS (INSERT INTO canary VALUES (3) RETURNING *) SELECT count(*) FROM d",
        "SELECT * FROM canary FOR UPDATE",
        "SELECT nextval('counter')",
        "SELECT setval('counter', 99)",
        "SELECT 1; DELETE FROM canary",
        "SELECT 1; COMMIT; DELETE FROM canary",
        "COMMIT; DELETE FROM canary; BEGIN",
        "COMMIT",
        "ROLLBACK",
        "BEGIN",
        "BEGIN READ WRITE",
        "START TRANSACTION READ WRITE",
        "SAVEPOINT a",
        "PREPARE TRANSACTION 'x'",
        "SET TRANSACTION READ WRITE",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "SET default_transaction_read_only = off",
        "RESET ALL",
        "DISCARD ALL",
        "DO $$ BEGIN DELETE FROM canary; END $$",
        "CALL nothing()",
        "LOCK TABLE canary",
        "PREPARE p AS DELETE FROM canary",
        "EXECUTE p",
        "DECLARE c CURSOR FOR SELECT 1",
        "LISTEN x",
        "NOTIFY x",
        "VACUUM",
        "GRANT ALL ON canary TO PUBLIC",
        "CREATE ROLE evil",
        "ALTER SYSTEM SET work_mem = '1MB'",
        "EXPLAIN ANALYZE DELETE FROM canary",
        "EXPLAIN (ANALYZE) INSERT INTO canary VALUES (5)",
        "EXPLAIN (ANALYZE, FORMAT JSON) WITH d AS (DELETE FROM canary RETURNING 1) SELECT * FROM d",
        "COPY canary TO STDOUT",
        "COPY canary FROM STDIN",
        "SELECT 1) TO STDOUT; DELETE FROM canary; COPY (SELECT 1",
        "SELECT 1)) AS q; DELETE FROM canary; --",
        "SELECT 1) AS q(c1); DELETE FROM canary; --",
        "SELECT 1 /*",
        "SELECT '1",
        "SELECT $$1",
        "SELECT \"1",
        "SELECT 1 \\; DELETE FROM canary",
        "SELECT 1\0; DELETE FROM canary",
        "; DELETE FROM canary",
        ")",
        "(",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    for close in ["", ")", "))", ") AS q(c1)", "\n) AS q(c1)", "\n) AS q(c1))", "\n) AS q(c1) LIMIT 1)"] {
        for end in ["", " --", " /*", "; --"] {
            all.push(format!("SELECT 1{close} {program}{end}"));
            all.push(format!("SELECT 1{close} TO '{CANARY_FILE}'{end}"));
        }
    }
    all.push(format!("COPY (SELECT 1) {program}"));
    all.push(format!("COPY canary {program}"));
    all
}
