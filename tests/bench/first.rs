//! The first 100 rows of a table with 1,000,000: opened in the grid, as text, against the plain driver reading the rows of the
//! same SELECT. The session is open already, as it is when somebody clicks a table in the tree.

use crate::figure::{Figure, median};
use engine::views::{RowsSource, RunId};
use engine::{Config, Engine};
use landbridge_tests::peers::postgres::{Postgres, TRUST};
use landbridge_tests::support::seed;
use model::{ConnectionId, FieldId, NoReport, Path};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::MemoryKeychain;
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{Client, NoTls};

const ROUNDS: usize = 200;
const TABLE: &str = "CREATE TABLE public.million AS SELECT i AS id, 'place ' || i AS name, (i * 7919::bigint) % 1000000 AS population, \
    i / 7.0::float8 AS area, timestamptz '2024-01-01' + i * interval '1 s' AS seen, \
    ST_SetSRID(ST_MakePoint((i % 3600) * 0.1 - 180, (i % 1700) * 0.1 - 85), 4326)::geometry(Point, 4326) AS geom \
    FROM generate_series(1, 1000000) AS i; ALTER TABLE public.million ADD PRIMARY KEY (id); ANALYZE public.million; \
    GRANT SELECT ON public.million TO readers";
const SELECT: &str = "SELECT id, name, population, area, seen, geom FROM public.million ORDER BY id LIMIT 101";

/// A database with the table `public.million`.
pub async fn database(server: &Postgres) -> String {
    let database = server.fresh_database("bench").await;
    server.admin_query_in(&database, TABLE).await;
    database
}

pub async fn measure() -> Vec<Figure> {
    let server = Postgres::shared().await;
    let database = database(server).await;
    let dir = tempfile::tempdir().expect("a directory");
    let (engine, id) = start(dir.path(), server, &database);
    let client = plain(server, &database).await;
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    // In turn, so that what else the computer does falls on both.
    for round in 0..ROUNDS {
        let (first, second) = (one_of_ours(&engine, id).await, one_raw(&client).await);
        if round >= 10 {
            ours.push(first);
            raw.push(second);
        }
    }
    engine.stop().await;
    drop(client);
    server.drop_database(&database).await;
    let goal = "<= 1.2 of plain tokio-postgres reading the rows of the same SELECT";
    vec![Figure { name: "first-100".to_owned(), value: median(&mut ours), against: median(&mut raw), goal }]
}

/// The program with a connection to that database.
pub fn start(dir: &std::path::Path, server: &Postgres, database: &str) -> (Engine, ConnectionId) {
    let mut connection = seed::varied(1).remove(0);
    let port = server.port.to_string();
    for (field, value) in [
        ("server", server.host.as_str()),
        ("port", &port),
        ("username", TRUST.user),
        ("database", database),
        ("ssl_mode", "disable"),
    ] {
        connection.values.insert(FieldId::named(field), value.to_owned());
    }
    seed::connections(&dir.join("data"), std::slice::from_ref(&connection));
    let engine = Engine::start(Config {
        data_dir: dir.join("data"),
        connectors: connectors::ALL.to_vec(),
        local: connectors::LOCAL,
        local_files: connectors::LOCAL_FILES,
        keychain: Arc::new(MemoryKeychain::default()),
        show: Arc::new(|_| {}),
        withdraw: Arc::new(|_| {}),
        level_grew: Arc::new(|_, _| {}),
        version: "bench".to_owned(),
    });
    (engine.expect("the engine"), connection.id)
}

async fn one_of_ours(engine: &Engine, id: ConnectionId) -> Duration {
    let source = RowsSource::Table { path: Path::of(["public", "million"]), columns: None, filter: Vec::new(), sort: Vec::new() };
    let started = Instant::now();
    let rows = engine.rows_open(id, source, RunId("bench".to_owned()), Arc::new(NoReport)).await.expect("rows");
    let took = started.elapsed();
    assert_eq!((rows.first.rows.len(), rows.columns.len()), (100, 6));
    engine.rows_close(rows.id).await.expect("closed");
    took
}

async fn plain(server: &Postgres, database: &str) -> Client {
    let mut config = tokio_postgres::Config::new();
    config.host("localhost").port(server.port).user(TRUST.user).dbname(database).application_name("bench");
    let (client, connection) = config.connect(NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

struct Bytes(usize);

impl<'a> FromSql<'a> for Bytes {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw.len()))
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

async fn one_raw(client: &Client) -> Duration {
    let started = Instant::now();
    let rows = client.query(SELECT, &[]).await.expect("rows");
    let mut bytes = 0;
    for row in &rows {
        for column in 0..row.len() {
            bytes += row.get::<_, Option<Bytes>>(column).map_or(0, |b| b.0);
        }
    }
    let took = started.elapsed();
    assert!(rows.len() == 101 && bytes > 5000);
    took
}
