//! What goes wrong after the login: something between changes what is said, or cuts the line.

use super::plain_form;
use futures::StreamExt;
use landbridge_tests::peers::postgres::{Postgres, TRUST};
use landbridge_tests::support::ctx;
use model::{BoundingBox, Crs, Error, Kind, Path, Query, Scan, Session, WritePermit};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a proxy between does to what passes.
#[derive(Clone, Copy)]
struct Between {
    /// To the server: this becomes that, of the same length.
    asked: (&'static [u8], &'static [u8]),
    /// From the server: this becomes that, of the same length.
    told: (&'static [u8], &'static [u8]),
    /// Cuts the line after so many bytes from the server.
    most: usize,
}

const HONEST: Between = Between { asked: (b"", b""), told: (b"", b""), most: usize::MAX };

/// A proxy in front of the shared server; its port.
async fn between(what: Between) -> u16 {
    let target = Postgres::shared().await.port;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = TcpStream::connect(("127.0.0.1", target)).await.unwrap();
            tokio::spawn(async move {
                let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                tokio::select! {
                    () = pass(near_in, far_out, what.asked, usize::MAX) => {}
                    () = pass(far_in, near_out, what.told, what.most) => {}
                }
            });
        }
    });
    port
}

async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, change: (&[u8], &[u8]), most: usize) {
    let (mut passed, mut bytes) = (0, vec![0; 16 * 1024]);
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let part = &mut bytes[..count];
        let (old, new) = change;
        for at in 0..count.saturating_sub(old.len().max(1) - 1) {
            if !old.is_empty() && part[at..].starts_with(old) {
                part[at..at + new.len()].copy_from_slice(new);
            }
        }
        let count = count.min(most - passed);
        passed += count;
        if to.write_all(&bytes[..count]).await.is_err() || passed == most {
            return;
        }
    }
}

async fn open(what: Between) -> Arc<dyn Session> {
    let form = plain_form("127.0.0.1", between(what).await, TRUST);
    form.open_in(&ctx().0).await.unwrap_or_else(|e| panic!("{e} {:?}", e.view().vendor))
}

async fn read(session: &Arc<dyn Session>, sql: &str) -> Result<usize, Error> {
    let query = Query { sql: sql.to_owned(), ..Query::default() };
    let mut stream = session.query(&query, &ctx().0).await?.stream;
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        rows += batch?.num_rows();
    }
    Ok(rows)
}

#[tokio::test]
async fn postgres_read_only_that_is_lost_on_the_way_is_set_by_hand() {
    assert!(open(HONEST).await.probe(&ctx().0).await.is_ok());
    let login_only = Between { asked: (b"read_only=on", b"read_only=no"), ..HONEST };
    assert!(open(login_only).await.probe(&ctx().0).await.is_ok(), "set once more by hand");
}

#[tokio::test]
async fn postgres_read_only_refused_fails_its_stage_and_reading_is_safe_all_the_same() {
    // The answer to "is this session read-only" says f.
    let lying =
        Between { told: (b"\0\x01\0\0\0\x01\x01C\0\0\0\rSELECT 1\0", b"\0\x01\0\0\0\x01\0C\0\0\0\rSELECT 1\0"), ..HONEST };
    let form = plain_form("127.0.0.1", between(lying).await, TRUST);
    let session = form.open_in(&ctx().0).await.unwrap();
    let (cx, report, _) = ctx();
    let error = session.probe(&cx).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), ("postgres.read_only_refused", Kind::ReadOnly));
    assert_eq!(report.ends(), ["query Done", "capabilities Failed"]);
    assert_eq!(error.stage().map(ToString::to_string), Some("capabilities".to_owned()));
    let error = read(&session, "SELECT * FROM kinds.plain_table FOR UPDATE").await.unwrap_err();
    assert_eq!(error.kind(), Kind::ReadOnly, "each reading has a transaction that the server keeps to reading");
}

#[tokio::test]
async fn postgres_read_only_can_be_turned_off_in_the_form() {
    let form = plain_form("127.0.0.1", between(HONEST).await, TRUST).with("read_only", "false");
    let session = form.open_in(&ctx().0).await.unwrap();
    assert!(session.probe(&ctx().0).await.is_ok());
    let error = read(&session, "SELECT * FROM kinds.plain_table FOR UPDATE").await.unwrap_err();
    assert_eq!(error.kind(), Kind::ReadOnly, "a query reads, whatever the session may: {error}");
}

#[tokio::test]
async fn postgres_changed_bytes_are_told_as_such() {
    let signature = Between { told: (b"PGCOPY\n\xff", b"PGCOPY\n\xfe"), ..HONEST };
    let session = open(signature).await;
    let error = read(&session, "SELECT 1").await.unwrap_err();
    assert_eq!((error.code(), error.kind()), ("postgres.malformed", Kind::Protocol));
    let error = read(&session, "SELECT 2").await.unwrap_err();
    assert_eq!(error.code(), "postgres.malformed", "the session goes on");

    let length = Between { told: (b"\0\0\0\x04mark", b"\xff\0\0\x04mark"), ..HONEST };
    assert_eq!(read(&open(length).await, "SELECT 'mark'").await.unwrap_err().code(), "postgres.malformed");

    let text = Between { told: (b"mark", b"ma\xff\xfe"), ..HONEST };
    assert_eq!(read(&open(text).await, "SELECT 'mark'").await.unwrap_err().code(), "postgres.malformed");
}

#[tokio::test]
async fn postgres_a_line_that_is_cut_in_the_rows_is_told_and_nothing_hangs() {
    for most in [30_000, 100_000, 3_000_000] {
        let session = open(Between { most, ..HONEST }).await;
        let error = read(&session, "SELECT * FROM types.numbers").await.unwrap_err();
        assert_eq!(error.kind(), Kind::Network, "{error} {:?}", error.view().vendor);
        assert_eq!(read(&session, "SELECT 1").await.unwrap_err().kind(), Kind::Network);
        let change = Query { sql: "DELETE FROM kinds.plain_table".to_owned(), ..Query::default() };
        let error = session.execute(&change, WritePermit::granted_by_the_person(), &ctx().0).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Network);
        session.close(&ctx().0).await;
    }
}

/// How often each side was let through; see [`postgres_a_failed_statement_is_not_cancelled`].
static OPENED: AtomicUsize = AtomicUsize::new(0);

#[tokio::test]
async fn postgres_a_failed_statement_is_not_cancelled() {
    let target = Postgres::shared().await.port;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            OPENED.fetch_add(1, Ordering::SeqCst);
            let mut far = TcpStream::connect(("127.0.0.1", target)).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
        }
    });
    let session = plain_form("127.0.0.1", port, TRUST).open_in(&ctx().0).await.unwrap();
    for sql in ["SELECT 1 / 0", "SELECT nothing", "SELECT g, 1 / (5000 - g) FROM generate_series(1, 10000) AS g", "SELECT 1"] {
        let _ = read(&session, sql).await;
    }
    session.close(&ctx().0).await;
    assert_eq!(OPENED.load(Ordering::SeqCst), 1, "a statement that the server ended needs no connection to cancel it");
}

#[tokio::test]
async fn postgres_postgis_outside_of_the_search_path_is_found_and_used() {
    let server = Postgres::shared().await;
    let name = format!("elsewhere_{}", std::process::id());
    server.admin("postgres").await.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let seed = "CREATE SCHEMA \"g i s\"; CREATE EXTENSION postgis SCHEMA \"g i s\"; SET search_path = \"g i s\"; \
        CREATE TABLE public.p AS SELECT i AS id, ST_SetSRID(ST_MakePoint(i, i), 4326)::geometry(Point, 4326) AS geom, \
        ST_SetSRID(ST_MakePoint(i, i), 4326)::geography AS geog FROM generate_series(1, 50) AS i; \
        CREATE INDEX ON public.p USING gist (geom); GRANT SELECT ON public.p TO PUBLIC; GRANT USAGE ON SCHEMA \"g i s\" TO PUBLIC; \
        GRANT SELECT ON \"g i s\".spatial_ref_sys TO PUBLIC";
    server.admin_query_in(&name, seed).await;
    let session = plain_form("127.0.0.1", server.port, TRUST).with("database", &name).open_in(&ctx().0).await.unwrap();
    let path = Path::of(["public", "p"]);
    let table = session.describe(&path, &ctx().0).await.unwrap();
    assert_eq!(table.columns[1].type_name, "geometry(Point,4326)");
    assert_eq!((table.geometries.len(), &table.geometries[0].crs), (2, &Crs::Epsg { code: 4326 }));
    for column in ["geom", "geog"] {
        let bbox = Some(BoundingBox { column: column.to_owned(), degrees: [0.5, 0.5, 10.5, 10.5] });
        let scan = Scan { table: path.clone(), bbox, ..Scan::default() };
        let mut stream = session.scan(&scan, &ctx().0).await.unwrap_or_else(|e| panic!("{e} {:?}", e.view().vendor)).stream;
        let mut rows = 0;
        while let Some(batch) = stream.next().await {
            rows += batch.unwrap().num_rows();
        }
        assert_eq!(rows, 10, "{column}");
    }
    assert!(session.probe(&ctx().0).await.unwrap().warnings.is_empty());
    session.close(&ctx().0).await;
    server.drop_database(&name).await;
}
