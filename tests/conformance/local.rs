//! Local data, over files that Python's own SQLite writes and reads.

use super::cases::Need;
use super::entrant::{Described, Entrant, Seeded, Spatial, Texts, Typed, Words};
use super::random::sample;
use super::render;
use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_schema::{DataType, Field};
use async_trait::async_trait;
use landbridge_tests::support::{Form, ctx};
use model::{Dialect, NodeKind, Path, Session};
use proptest::prelude::*;
use rusqlite::Connection;
use std::io::Write;
use std::path::{Path as FilePath, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

pub struct Local;

const HOSTILE: &str = "Hostile \"schema\"; DROP TABLE x; --";
const FILES: [&str; 4] = ["geo.gpkg", "kinds.db", "many.db", "types.db"];

/// The files of this process.
static SEED: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    assert!(python("seed", folder.path()).status().unwrap().success());
    folder
});

fn python(what: &str, folder: &FilePath) -> Command {
    let script = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("conformance/seed_local.py");
    let mut python = Command::new("python3");
    python.arg(script).arg(what).arg(folder);
    python
}

fn files(folder: &FilePath) -> Vec<PathBuf> {
    FILES.iter().map(|name| folder.join(name)).chain([folder.join(format!("{HOSTILE}.db"))]).collect()
}

async fn open(files: &[PathBuf]) -> Arc<dyn Session> {
    let list: Vec<serde_json::Value> =
        files.iter().enumerate().map(|(n, path)| serde_json::json!({ "id": n.to_string(), "path": path })).collect();
    let form = Form::for_(connectors::LOCAL).with("files", serde_json::Value::from(list));
    form.open_in(&ctx().0).await.unwrap_or_else(|e| panic!("{e}"))
}

fn texts(strategy: impl Strategy<Value = String>) -> Vec<String> {
    sample(300, strategy)
}

#[async_trait]
impl Entrant for Local {
    fn id(&self) -> &'static str {
        "local"
    }

    fn has(&self, _: Need) -> bool {
        // Files have no rights within, no settings, nothing that computes geometry, and no connection that could be lost.
        false
    }

    fn dialect(&self) -> &'static dyn Dialect {
        connectors::LOCAL.dialect()
    }

    async fn open(&self) -> Arc<dyn Session> {
        open(&files(SEED.path())).await
    }

    async fn open_writer(&self) -> (Arc<dyn Session>, String) {
        (self.open().await, String::new())
    }

    /// Its own copy of the files, so that nothing but the statements can have changed it.
    async fn open_mighty(&self) -> (Arc<dyn Session>, String) {
        let folder = tempfile::tempdir().unwrap().keep();
        for path in files(SEED.path()) {
            std::fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
        }
        (open(&files(&folder)).await, folder.display().to_string())
    }

    async fn clean_up(&self, name: &str) {
        if !name.is_empty() {
            std::fs::remove_dir_all(name).unwrap();
        }
    }

    async fn open_plain(&self) -> Arc<dyn Session> {
        self.open().await
    }

    async fn open_and_cut(&self) -> Arc<dyn Session> {
        self.open().await
    }

    async fn truth(&self, sql: &str) -> Texts {
        let mut python = python("truth", SEED.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut asked = python.stdin.take().unwrap();
        writeln!(asked, "{}", serde_json::Value::from(sql)).unwrap();
        drop(asked);
        let answer = python.wait_with_output().unwrap();
        let rows: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap_or_else(|e| panic!("{sql}: {e}"));
        let row = |row: &serde_json::Value| row.as_array().unwrap().iter().map(|v| v.as_str().map(str::to_owned)).collect();
        rows.as_array().unwrap().iter().map(row).collect()
    }

    async fn lock(&self, _: &str, _: &str) -> Box<dyn Send> {
        Box::new(())
    }

    /// Every byte of every file, and what lies beside them.
    async fn footprint(&self, name: &str) -> String {
        let mut out = String::new();
        let mut names: Vec<PathBuf> = std::fs::read_dir(name).unwrap().map(|e| e.unwrap().path()).collect();
        names.sort();
        for path in names {
            let bytes = std::fs::read(&path).unwrap();
            let sum = bytes.iter().fold(0_u64, |sum, b| sum.rotate_left(5) ^ u64::from(*b).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            out.push_str(&format!("{} {} {sum:x}\n", path.display(), bytes.len()));
        }
        out + &format!("{}\n", FilePath::new(CANARY_FILE).exists())
    }

    /// As long as a statement runs, SQLite locks the file that it reads against changes.
    async fn running(&self, _: &str) -> bool {
        let writer = Connection::open(SEED.path().join("types.db")).unwrap();
        writer.busy_timeout(Duration::ZERO).unwrap();
        writer.execute_batch("BEGIN EXCLUSIVE; ROLLBACK").is_err()
    }

    fn print(&self, field: &Field, array: &dyn Array, row: usize) -> Option<String> {
        let printed = render::print(field, array, row)?;
        Some(match field.data_type() {
            DataType::Boolean => u8::from(array.as_boolean().value(row)).to_string(),
            DataType::Timestamp(..) => in_the_file_s_form(&printed),
            _ => printed,
        })
    }
}

/// `2024-02-29 23:59:59.999+00` as GeoPackages write it.
fn in_the_file_s_form(printed: &str) -> String {
    let text = printed.trim_end_matches("+00").replace(' ', "T");
    let (seconds, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{seconds}.{fraction:0<3}Z")
}

const CANARY_FILE: &str = "/tmp/landbridge_conformance_local_canary";

impl Seeded for Local {
    fn words(&self) -> Words {
        Words {
            same_names: "SELECT 1 AS a, 2 AS a, 3, 4 AS \"x\"\"; DROP TABLE y; --\"",
            slow: "SELECT count(*) AS slow_marker FROM types.numbers AS a, types.numbers AS b, types.numbers AS c",
            endless: "WITH RECURSIVE n(endless_marker) AS (SELECT id FROM types.numbers WHERE id = 1 UNION ALL SELECT endless_marker + 1 FROM n) SELECT endless_marker, hex(zeroblob(50)) AS t FROM n, types.numbers WHERE id = 1",
            fails_midway: "SELECT id, iif(id = 90000, abs(-9223372036854775807 - 1), id) AS x FROM types.numbers",
            parameters: "SELECT $1 + 1, $2, NULL",
            dresses: vec![
                "SELECT 1",
                "select 1;",
                "  SELECT 1 -- a comment at the end",
                "/* a comment */ SELECT 1 /* and */ ; -- one more",
                "VALUES (1)",
                "WITH a AS (SELECT 1 AS x) SELECT x FROM a",
                "SELECT 1 FROM (SELECT 3 AS x UNION SELECT 1 UNION SELECT 2) ORDER BY x LIMIT 1",
                "SELECT 1 AS \")\"",
                "SELECT length(';') AS \"--\"",
                "SELECT length(x'00') AS [;]",
                "SELECT 1 UNION SELECT 1",
                "SELECT 1 WHERE 'a' < 'b' OR sqlite_version() = ''",
                "SELECT count(*) FROM types.every_type WHERE id = 1",
            ],
            hostile: hostile(),
            changes: ["", "", ""],
            canary: "",
            running: "",
            wide: "replace(hex(zeroblob(512)), '00', hash)",
        }
    }

    fn typed(&self, typed: &Typed) -> String {
        let values: Vec<String> = typed.values.iter().map(|v| format!("('{}')", v.replace('\'', "''"))).collect();
        format!("SELECT CAST(column1 AS {}) AS v FROM (VALUES {})", typed.type_name, values.join(", "))
    }

    fn scratch(&self) -> Path {
        Path::of(["kinds"])
    }

    fn kinds(&self) -> (Path, Vec<(&'static str, NodeKind)>) {
        let kinds = vec![
            ("plain_table", NodeKind::Table),
            ("plain_view", NodeKind::View),
            ("words", NodeKind::Table),
            ("strict_table", NodeKind::Table),
        ];
        (Path::of(["kinds"]), kinds)
    }

    fn with_system(&self) -> Path {
        Path::of(["geo"])
    }

    fn tells_bytes(&self) -> bool {
        false
    }

    fn boxes(&self) -> Vec<(Path, &'static str, [f64; 4], usize)> {
        let of = |table, degrees, rows| (Path::of(["geo", table]), "geom", degrees, rows);
        let (near_madrid, world) = ([-4.0, 40.0, -3.0, 41.0], [-180.0, -90.0, 180.0, 90.0]);
        vec![
            of("mercator", near_madrid, 1),
            of("mercator", [0.0, 0.0, 1.0, 1.0], 0),
            of("mercator", world, 1),
            of("points", near_madrid, 1),
            of("points", world, 2),
            of("points_z", [0.0, 0.0, 3.0, 3.0], 1),
            of("without_srid", [0.0, 0.0, 3.0, 3.0], 1),
            of("polygons", [3.9, 0.0, 5.0, 0.1], 1),
            of("polygons", [4.1, 0.0, 5.0, 0.1], 0),
            of("collections", world, 1),
            of("places_view", [-180.0, -90.0, -170.0, -80.0], 3),
        ]
    }

    fn many(&self) -> Path {
        Path::of(["many"])
    }

    fn hostile_names(&self) -> Path {
        Path::of([HOSTILE])
    }

    fn forbidden(&self) -> Path {
        Path::of(["nothing", "is forbidden"])
    }

    fn partly_readable(&self) -> Path {
        Path::of(["nothing", "is forbidden"])
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
        let of = |name: &str, columns, row_key| Described { table: Path::of(["kinds", name]), columns, row_key, comment: None };
        vec![
            of(
                "plain_table",
                vec![
                    ("id", "INTEGER", false),
                    ("name", "TEXT", false),
                    ("amount", "NUMERIC(12,2)", true),
                    ("noted", "DATETIME", true),
                ],
                Some(vec!["id"]),
            ),
            of("without_key", vec![("a", "INT", true), ("b", "TEXT", true)], None),
            of(
                "unique_key",
                vec![("code", "TEXT", false), ("part", "INTEGER", false), ("note", "TEXT", true)],
                Some(vec!["code", "part"]),
            ),
            of("nullable_unique", vec![("code", "TEXT", true), ("note", "TEXT", true)], None),
            of(
                "composite_key",
                vec![("country", "CHAR(2)", false), ("number", "INT", false), ("label", "VARCHAR(40)", true)],
                Some(vec!["country", "number"]),
            ),
            of("plain_view", vec![("id", "INTEGER", true), ("name", "TEXT", true), ("double_amount", "ANY", true)], None),
            of("strict_table", vec![("id", "INTEGER", false), ("a", "ANY", true), ("b", "REAL", true)], Some(vec!["id"])),
        ]
    }

    fn spatial(&self) -> Vec<Spatial> {
        let of = |name: &str, kind, epsg, dimensions, indexed| Spatial {
            table: Path::of(["geo", name]),
            column: ("geom", kind, epsg, false, dimensions, indexed),
        };
        vec![
            of("places", "POINT", 4326, 2, Some(true)),
            of("points", "POINT", 4326, 2, Some(false)),
            of("multipolygons", "MULTIPOLYGON", 4326, 2, Some(false)),
            of("points_z", "POINT", 4326, 3, Some(false)),
            of("points_m", "POINT", 4326, 3, Some(false)),
            of("lines_zm", "LINESTRING", 4326, 4, Some(false)),
            of("mercator", "POINT", 3857, 2, Some(false)),
            of("without_srid", "POINT", 0, 2, Some(false)),
            of("places_view", "POINT", 4326, 2, None),
        ]
    }

    fn geometries(&self) -> Vec<(Path, &'static str, &'static str)> {
        let of = |names: &str, sql| {
            let names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
            names.into_iter().map(move |name| (Path::of(["geo".to_owned(), name]), "geom", sql))
        };
        of("points points_z points_m lines_zm mercator without_srid places", PLAIN)
            .chain(of("linestrings polygons multipoints multilinestrings multipolygons collections", BOXED))
            .collect()
    }

    fn random(&self) -> Vec<Typed> {
        let of = |type_name, values| Typed { type_name, values };
        vec![
            of("INTEGER", texts(any::<i64>().prop_map(|n| n.to_string()))),
            // Texts that every SQLite reads alike: its versions round others differently.
            of("REAL", texts(any::<i32>().prop_map(|n| (f64::from(n) / 1024.0).to_string()))),
            of("TEXT", texts("[^\\x00]{0,30}")),
            of("BLOB", texts("[^\\x00]{0,30}")),
        ]
    }
}

/// What follows the header of a blob, without a box in it and with one.
const PLAIN: &str = "CASE WHEN geom IS NOT NULL THEN lower(hex(substr(geom, 9))) END";
const BOXED: &str = "CASE WHEN geom IS NOT NULL THEN lower(hex(substr(geom, 41))) END";

/// Texts that would change something if they were run, or run as more than one statement.
fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "DELETE FROM types.numbers",
        "DELETE FROM types.numbers RETURNING *",
        "INSERT INTO kinds.empty_table VALUES (2) RETURNING *",
        "UPDATE types.numbers SET n = 2",
        "REPLACE INTO kinds.empty_table VALUES (1)",
        "DROP TABLE types.numbers",
        "CREATE TABLE types.evil (x)",
        "CREATE TEMP TABLE evil AS SELECT 1",
        "CREATE TABLE evil AS SELECT 1",
        "CREATE INDEX types.evil ON numbers (n)",
        "CREATE VIEW types.evil AS SELECT 1",
        "CREATE TRIGGER types.evil AFTER INSERT ON numbers BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE types.evil USING fts5(x)",
        "ALTER TABLE types.numbers ADD COLUMN evil",
        "WITH d AS (SELECT 1) DELETE FROM types.numbers RETURNING *",
        "WITH d(x) AS (SELECT 1) INSERT INTO kinds.empty_table SELECT x FROM d RETURNING *",
        "WITH RECURSIVE d(x) AS (SELECT 1) UPDATE types.numbers SET n = 2 RETURNING 1",
        "SELECT 1; DELETE FROM types.numbers",
        "SELECT 1; COMMIT; DELETE FROM types.numbers",
        "BEGIN",
        "BEGIN EXCLUSIVE",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT a",
        "RELEASE a",
        "PRAGMA types.user_version = 7",
        "PRAGMA writable_schema = ON",
        "PRAGMA query_only = OFF",
        "PRAGMA trusted_schema = ON",
        "PRAGMA types.journal_mode = WAL",
        "PRAGMA temp_store_directory = '/tmp'",
        "SELECT * FROM pragma_user_version",
        "SELECT * FROM pragma_journal_mode('WAL')",
        "VACUUM",
        "VACUUM types",
        "REINDEX",
        "ANALYZE",
        "DETACH types",
        "EXPLAIN",
        "EXPLAIN ATTACH 'x' AS y",
        "SELECT load_extension('/tmp/evil')",
        "SELECT fts3_tokenizer('simple')",
        "SELECT 1 /*",
        "SELECT '1",
        "SELECT \"1",
        "SELECT [1",
        "SELECT `1",
        "SELECT 1 \\; DELETE FROM types.numbers",
        "SELECT 1\0; DELETE FROM types.numbers",
        "; DELETE FROM types.numbers",
        ")",
        "(",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    all.push(format!("ATTACH '{CANARY_FILE}' AS evil"));
    all.push(format!("VACUUM types INTO '{CANARY_FILE}'"));
    all.push(format!("SELECT writefile('{CANARY_FILE}', 'x')"));
    all.push(format!("SELECT edit('x', 'touch {CANARY_FILE}')"));
    all
}
