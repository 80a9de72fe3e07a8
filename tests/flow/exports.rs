//! Rows into files: what the table holds, the grid shows and the file says are the same; nothing half-made is left behind.

use crate::desk::{Desk, saved};
use engine::views::{CopyRequest, ExportDone, ExportFormat, ExportRequest, RowsSource, RunId};
use landbridge_tests::peers::postgres::{Postgres, SCRAM};
use landbridge_tests::support::Recorded;
use model::{ConnectionId, ErrorView, Path};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

async fn connected(desk: &Desk) -> ConnectionId {
    let server = Postgres::shared().await;
    let form = desk.verified_form("Parcels", server, SCRAM).await;
    saved(&desk.connect(form).await)
}

fn table(schema: &str, name: &str) -> RowsSource {
    RowsSource::Table { path: Path::of([schema, name]), columns: None, filter: Vec::new(), sort: Vec::new() }
}

fn query(sql: &str) -> RowsSource {
    RowsSource::Query { sql: sql.to_owned(), limit: 10_000_000, max_bytes: None }
}

struct Exported {
    path: PathBuf,
    done: Result<ExportDone, ErrorView>,
}

async fn export(desk: &Desk, connection: ConnectionId, source: RowsSource, format: ExportFormat, run: &str) -> Exported {
    let name = desk.engine.export_name(&source, format).unwrap();
    let path = desk.dir().join(name);
    let target = desk.engine.export_target(path.clone(), format).unwrap();
    let request = ExportRequest { connection, source, format, decimals: None, target: target.id };
    let done = desk.engine.export_run(request, RunId(run.to_owned()), Box::new(|_| {})).await;
    Exported { path, done: done.map_err(|e| e.view()) }
}

/// Beside the data directory.
fn files(desk: &Desk) -> Vec<String> {
    let entries = std::fs::read_dir(desk.dir()).unwrap().flatten();
    let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "data");
    names.sort();
    names
}

/// All rows as the grid copies them, row by row; NULL and an empty text look alike there.
async fn grid(desk: &Desk, connection: ConnectionId, source: RowsSource) -> Vec<Vec<String>> {
    let run = || RunId("grid".to_owned());
    let rows = desk.engine.rows_open(connection, source, run(), Arc::new(Recorded::default())).await.unwrap();
    let mut fetched = rows.first.fetched;
    let mut complete = rows.first.complete;
    while !complete {
        let part = desk.engine.rows_part(rows.id, fetched, 500, run()).await.unwrap();
        (fetched, complete) = (part.fetched, part.complete);
    }
    let columns = (0..rows.columns.len()).map(|c| u32::try_from(c).unwrap()).collect();
    let request = CopyRequest { from: 0, to: fetched, columns, header: true };
    let text = desk.engine.rows_copy(rows.id, request).await.unwrap();
    desk.engine.rows_close(rows.id).await.unwrap();
    read(&text, b'\t')
}

fn read(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).flexible(false).from_reader(text.as_bytes());
    reader.into_records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The kinds of tables that the seed has: every type, geometries of every kind and system, keyless rows with NULLs.
fn tables() -> Vec<RowsSource> {
    let names =
        [("types", "every_type"), ("geo", "places"), ("geo", "polygons"), ("kinds", "plain_table"), ("kinds", "composite_key")];
    names.map(|(schema, name)| table(schema, name)).to_vec()
}

#[tokio::test]
async fn postgres_csv_holds_what_the_grid_shows() {
    let desk = Desk::new();
    let connection = connected(&desk).await;
    for source in tables() {
        let shown = grid(&desk, connection, source.clone()).await;
        let exported = export(&desk, connection, source.clone(), ExportFormat::Csv, "export").await;
        let done = exported.done.unwrap();
        let file = read(&std::fs::read_to_string(&exported.path).unwrap(), b',');
        assert_eq!(done.rows as usize + 1, file.len(), "{source:?}");
        // Keyless rows come in no order: by their text they have one.
        let sorted = |mut rows: Vec<Vec<String>>| {
            rows[1..].sort();
            rows
        };
        assert_eq!(sorted(file), sorted(shown), "{source:?}");
    }
    desk.engine.stop().await;
}

/// The same file, added to Local data and looked at there.
#[tokio::test]
async fn postgres_geoparquet_is_read_again_as_it_was() {
    let desk = Desk::new();
    let connection = connected(&desk).await;
    for source in tables() {
        let shown = grid(&desk, connection, source.clone()).await;
        let exported = export(&desk, connection, source.clone(), ExportFormat::GeoParquet, "export").await;
        let done = exported.done.unwrap();
        assert_eq!(done.rows as usize + 1, shown.len());
        let added = desk.engine.local_add(vec![exported.path.clone()], RunId("add".to_owned())).await.unwrap();
        assert!(added.refused.is_empty(), "{:?}", added.refused);
        let again = RowsSource::Table {
            path: Path::of([added.added[0].name.clone()]),
            columns: Some(shown[0].clone()),
            filter: Vec::new(),
            sort: Vec::new(),
        };
        let read = grid(&desk, engine::LOCAL, again).await;
        let sorted = |mut rows: Vec<Vec<String>>| {
            rows[1..].sort();
            rows
        };
        let (read, shown) = (sorted(read), sorted(shown));
        for (read_row, shown_row) in read.iter().zip(&shown) {
            for ((read, was), name) in read_row.iter().zip(shown_row).zip(&shown[0]) {
                // Several systems in one column become one, as the notes of the file say.
                let was = was
                    .strip_prefix("SRID=4326;")
                    .or(was.strip_prefix("SRID=3857;").filter(|w| w.ends_with("EMPTY")))
                    .unwrap_or(was);
                // Parquet has no infinite days; times that only text can hold came as text.
                let was = if name == "c_date" && was.ends_with("infinity") { "" } else { was };
                assert_eq!(read, was, "{name}");
            }
        }
    }
    desk.engine.stop().await;
}

#[tokio::test]
async fn postgres_geojson_holds_every_row_in_degrees() {
    let desk = Desk::new();
    let connection = connected(&desk).await;
    for (name, rows) in [("places", 5_000), ("mercator", 1)] {
        let exported = export(&desk, connection, table("geo", name), ExportFormat::GeoJson, "export").await;
        let done = exported.done.unwrap();
        let told: serde_json::Value = serde_json::from_slice(&std::fs::read(&exported.path).unwrap()).unwrap();
        let features = told["features"].as_array().unwrap();
        assert!(features.len() >= rows && features.len() == done.rows as usize);
        for feature in features.iter().filter(|f| !f["geometry"].is_null()) {
            let (x, y) = (&feature["geometry"]["coordinates"][0], &feature["geometry"]["coordinates"][1]);
            assert!(x.as_f64().unwrap().abs() <= 180.0 && y.as_f64().unwrap().abs() <= 90.0, "{feature}");
        }
        assert!(done.notes.iter().any(|n| n.contains("EPSG:4326")), "{:?}", done.notes);
    }
    desk.engine.stop().await;
}

#[tokio::test]
async fn postgres_an_export_that_is_cancelled_leaves_nothing_and_ends_at_the_server() {
    let desk = Desk::new();
    let connection = connected(&desk).await;
    let engine = desk.engine.clone();
    // Two series side by side: one alone would be laid out whole before its first row.
    let source = query(
        "SELECT n, pg_catalog.md5(n::text) AS endless_export FROM pg_catalog.generate_series(1, 50000) AS n CROSS JOIN pg_catalog.generate_series(1, 50000)",
    );
    let exporting = export(&desk, connection, source, ExportFormat::GeoParquet, "to-cancel");
    let cancelling = async {
        // As soon as something is written.
        while !files(&desk).iter().any(|f| f.ends_with(".part")) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        engine.runs().cancel(&RunId("to-cancel".to_owned()));
    };
    let (exported, ()) = tokio::join!(exporting, cancelling);
    assert_eq!(exported.done.unwrap_err().code, "cancelled");
    assert_eq!(files(&desk), Vec::<String>::new());
    let server = Postgres::shared().await;
    let admin = server.admin("postgres").await;
    let running = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%endless_export%' AND pid <> pg_backend_pid()";
    for round in 0.. {
        if admin.query_one(running, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            break;
        }
        assert!(round < 500, "the server still runs it");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    desk.engine.stop().await;
}

#[tokio::test]
async fn postgres_an_export_that_fails_leaves_what_was_there() {
    let desk = Desk::new();
    let connection = connected(&desk).await;
    std::fs::write(desk.dir().join("query.csv"), "what was there").unwrap();
    let source = query("SELECT 1 / (5000 - n) FROM pg_catalog.generate_series(1, 100000) AS n");
    let exported = export(&desk, connection, source, ExportFormat::Csv, "fails").await;
    assert_eq!(exported.done.unwrap_err().kind, model::Kind::Statement);
    assert_eq!(files(&desk), ["query.csv"]);
    assert_eq!(std::fs::read_to_string(exported.path).unwrap(), "what was there");
    desk.engine.stop().await;
}

#[tokio::test]
async fn postgres_a_statement_that_writes_is_not_exported() {
    let desk = Desk::new();
    let connection = connected(&desk).await;
    let source = query("CREATE TABLE made_by_an_export (n int)");
    let exported = export(&desk, connection, source, ExportFormat::Csv, "writes").await;
    assert_eq!(exported.done.unwrap_err().kind, model::Kind::ReadOnly);
    assert_eq!(files(&desk), Vec::<String>::new());
    desk.engine.stop().await;
}
