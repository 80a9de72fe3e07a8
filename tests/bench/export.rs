//! A table of 1,000,000 rows into a GeoParquet file, against psql's own binary COPY of the same rows to /dev/null.

use crate::figure::{Figure, median};
use crate::first::{database, start};
use engine::Engine;
use engine::views::{ExportFormat, ExportRequest, RowsSource, RunId};
use landbridge_tests::peers::postgres::{Postgres, TRUST};
use model::{ConnectionId, Path};
use std::path::Path as At;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Command;

const ROUNDS: usize = 7;

pub async fn measure() -> Vec<Figure> {
    let server = Postgres::shared().await;
    let database = database(server).await;
    let dir = tempfile::tempdir().expect("a directory");
    let (engine, id) = start(dir.path(), server, &database);
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    // In turn, so that what else the computer does falls on both; the first of each only warms up.
    for round in 0..=ROUNDS {
        let (first, second) = (one_of_ours(&engine, id, dir.path()).await, one_copy(server, &database).await);
        if round > 0 {
            ours.push(first);
            raw.push(second);
        }
    }
    engine.stop().await;
    server.drop_database(&database).await;
    let goal = "<= 2 of psql's binary COPY of the same rows to /dev/null";
    vec![Figure { name: "export-1m".to_owned(), value: median(&mut ours), against: median(&mut raw), goal }]
}

async fn one_of_ours(engine: &Engine, connection: ConnectionId, dir: &At) -> Duration {
    let source = RowsSource::Table { path: Path::of(["public", "million"]), columns: None, filter: Vec::new(), sort: Vec::new() };
    let format = ExportFormat::GeoParquet;
    let target = engine.export_target(dir.join("million.parquet"), format).expect("a target").id;
    let request = ExportRequest { connection, source, format, decimals: None, target };
    let started = Instant::now();
    let done = engine.export_run(request, RunId("bench".to_owned()), Box::new(|_| {})).await.expect("exported");
    let took = started.elapsed();
    assert_eq!(done.rows, 1_000_000);
    took
}

async fn one_copy(server: &Postgres, database: &str) -> Duration {
    let started = Instant::now();
    let status = Command::new("psql")
        .args(["-X", "-q", "-h", "localhost", "-U", TRUST.user, "-d", database, "-p", &server.port.to_string()])
        .args(["-c", "\\copy public.million TO /dev/null WITH (FORMAT binary)"])
        .stdin(Stdio::null())
        .status()
        .await
        .expect("psql");
    let took = started.elapsed();
    assert!(status.success());
    took
}
