//! The samples inside the program are what their sources say (`LANDBRIDGE_REGENERATE=1` writes them).
//!
//! Owns: making the GeoPackage from Natural Earth as two packages carry it. Does not own: reading it, nor the generated points,
//! of which the file holds only a view.
#![allow(clippy::unwrap_used, clippy::panic)]

mod antimeridian;
mod geopackage;
mod shapes;
mod sources;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/connectors/src/local/samples/samples.gpkg")
}

/// Everything in a file, table by table, row by row.
fn content(path: &Path) -> Vec<(String, Vec<Vec<Value>>)> {
    let sqlite = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut all = Vec::new();
    let names = "SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name";
    let mut statement = sqlite.prepare(names).unwrap();
    let schema: Vec<(String, Option<String>)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    for (name, sql) in schema {
        let sql = sql.unwrap_or_default();
        // An index keeps its pages as its version likes; the view needs the program's functions.
        let skipped = name.starts_with("rtree_") || sql.starts_with("CREATE VIEW");
        let mut rows = vec![vec![Value::Text(sql)]];
        if !skipped {
            let mut statement = sqlite.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
            let width = statement.column_count();
            let found = statement.query_map([], |row| (0..width).map(|at| row.get::<_, Value>(at)).collect()).unwrap();
            rows.extend(found.map(Result::unwrap));
        }
        all.push((name, rows));
    }
    all
}

#[test]
fn samples_are_fresh() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("samples.gpkg");
    geopackage::make(&made);
    if std::env::var_os("LANDBRIDGE_REGENERATE").is_some() {
        std::fs::copy(&made, committed()).unwrap();
    }
    let (made, committed) = (content(&made), content(&committed()));
    for (made, committed) in made.iter().zip(&committed) {
        assert!(made == committed, "{} is stale: run this test with LANDBRIDGE_REGENERATE=1", made.0);
    }
    assert_eq!(made.len(), committed.len());
}

#[test]
fn samples_are_small_and_whole() {
    assert!(std::fs::metadata(committed()).unwrap().len() < 6 << 20);
    let sqlite = Connection::open_with_flags(committed(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let one = |sql: &str| sqlite.query_row(sql, [], |row| row.get::<_, Value>(0)).unwrap();
    assert_eq!(one("PRAGMA integrity_check"), Value::Text("ok".to_owned()));
    for (table, rows) in [("countries", 241), ("land", 1430), ("populated_places", 243)] {
        assert_eq!(one(&format!("SELECT count(*) FROM {table}")), Value::Integer(rows), "{table}");
        assert_eq!(one(&format!("SELECT rtreecheck('rtree_{table}_geom')")), Value::Text("ok".to_owned()));
        assert_eq!(one(&format!("SELECT count(*) FROM rtree_{table}_geom")), Value::Integer(rows), "{table}");
    }
    // As everybody knows.
    let area = |name: &str| match one(&format!("SELECT area_km2 FROM countries WHERE name = '{name}'")) {
        Value::Real(km2) => km2,
        other => panic!("{other:?}"),
    };
    assert!((540_000.0..660_000.0).contains(&area("France")), "{}", area("France"));
    assert!((8_400_000.0..8_600_000.0).contains(&area("Brazil")), "{}", area("Brazil"));
    assert!((16_000_000.0..17_500_000.0).contains(&area("Russia")), "{}", area("Russia"));
    assert!((11_500_000.0..14_500_000.0).contains(&area("Antarctica")), "{}", area("Antarctica"));
    assert_eq!(one("SELECT country FROM populated_places WHERE name = 'Nairobi'"), Value::Text("Kenya".to_owned()));
    let shared = "SELECT count(*) FROM borders WHERE country = 'France' AND other_country = 'Spain'";
    assert_eq!(one(shared), Value::Integer(1));
}
