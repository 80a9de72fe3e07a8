//! A person's SQL: over which files, and what is refused.

use super::{beside, cx, file, open, query, refused};
use futures::StreamExt;
use model::{Kind, Query};
use std::time::Duration;

#[tokio::test]
async fn a_statement_reaches_every_file_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let one = file(
        folder.path(),
        "my one.gpkg",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b')",
    );
    let two = file(folder.path(), "Two.db", "CREATE TABLE t (id INTEGER, size REAL); INSERT INTO t VALUES (1, 1.5), (3, 2)");
    let session = open(&[&one, &two]);
    let join = "SELECT a.name, b.size FROM \"my one\".t AS a LEFT JOIN two.t AS b USING (id) ORDER BY a.id";
    assert_eq!(query(&session, join).await.unwrap(), [["a", "1.5"], ["b", "NULL"]]);
    assert_eq!(query(&session, "SELECT count(*) FROM [my one].t, `TWO`.t").await.unwrap(), [["4"]]);
    let samples = "SELECT name FROM \"sample data\".populated_places WHERE country = 'Kenya'";
    assert_eq!(query(&session, samples).await.unwrap(), [["Nairobi"]]);
    let tree = "SELECT c.name FROM \"Sample data\".countries AS c JOIN \"Sample data\".rtree_countries_geom AS r ON r.id = c.fid WHERE r.minx > 20 AND r.maxx < 45 AND r.miny > 20 AND r.maxy < 33 ORDER BY 1";
    assert!(query(&session, tree).await.unwrap().iter().any(|row| row[0] == "Egypt"));
}

#[tokio::test]
async fn a_geometry_in_a_result_is_a_geometry() {
    let session = open::<&str>(&[]);
    for sql in [
        "SELECT geom FROM \"Sample data\".populated_places",
        "SELECT p.geom AS g FROM \"Sample data\".populated_places AS p JOIN \"Sample data\".countries AS c ON p.country = c.name",
        "SELECT max(geom) FROM \"Sample data\".populated_places",
    ] {
        let batches = session.query(&Query { sql: sql.to_owned(), ..Query::default() }, &cx()).await.unwrap();
        let metadata = batches.schema.field(0).metadata();
        assert_eq!(metadata["ARROW:extension:name"], "geoarrow.wkb", "{sql}");
        assert!(metadata["ARROW:extension:metadata"].contains("EPSG:4326"), "{sql}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let one = file(folder.path(), "one.gpkg", "CREATE TABLE t (a)");
    let text = folder.path().join("lines.csv");
    std::fs::write(&text, "a,b\n1,2\n").unwrap();
    let session = open(&[&one, &text]);
    for (sql, words) in [
        ("SELECT * FROM one.nowhere", "one holds no table"),
        ("SELECT * FROM t", "without its file"),
        ("SELECT * FROM nowhere.t", "There is no file called nowhere"),
    ] {
        let error = refused(&session, sql).await;
        assert_eq!(error.kind(), Kind::NotFound, "{sql}: {error}");
        assert!(error.view().why.contains(words), "{sql}: {error}");
    }
    let error = refused(&session, "SELECT b FROM one.t").await;
    assert_eq!((error.kind(), error.vendor_code()), (Kind::Statement, Some("SQLITE_ERROR (1)")), "{error}");
}

#[tokio::test]
async fn nothing_but_reading_is_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "one.db", "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    let before = std::fs::read(&path).unwrap();
    let session = open(&[&path]);
    let out = folder.path().join("out.db").display().to_string();
    let attach = format!("ATTACH '{out}' AS x");
    let vacuum = format!("VACUUM one INTO '{out}'");
    for sql in [
        "DELETE FROM one.t",
        "INSERT INTO one.t VALUES (2) RETURNING a",
        "UPDATE one.t SET a = 2",
        "REPLACE INTO one.t VALUES (3)",
        "WITH x AS (SELECT 1) DELETE FROM one.t RETURNING a",
        "WITH x(y) AS (SELECT 1) INSERT INTO one.t SELECT y FROM x RETURNING a",
        "CREATE TABLE one.u (a)",
        "CREATE TEMP TABLE u AS SELECT 1",
        "DROP TABLE one.t",
        "ALTER TABLE one.t ADD b",
        "PRAGMA one.user_version = 3",
        "PRAGMA query_only = OFF",
        "SELECT * FROM pragma_query_only",
        "SELECT * FROM pragma_user_version",
        &attach,
        &vacuum,
        "DETACH one",
        "BEGIN",
        "COMMIT",
        "REINDEX",
        "ANALYZE",
        "SELECT load_extension('x')",
        "SELECT fts3_tokenizer('simple')",
        "SELECT 1; SELECT 2",
        "SELECT 1;;; DELETE FROM one.t",
        "",
        "-- nothing",
        "EXPLAIN",
        "x",
    ] {
        let error = refused(&session, sql).await;
        assert!([Kind::ReadOnly, Kind::Invalid, Kind::Statement].contains(&error.kind()), "{sql}: {error}");
        assert_eq!(query(&session, "SELECT a FROM one.t").await.unwrap(), [["1"]], "{sql}");
    }
    assert!(!query(&session, "EXPLAIN QUERY PLAN SELECT * FROM one.t").await.unwrap().is_empty());
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(beside(folder.path()), ["one.db"]);
}

#[tokio::test]
async fn what_a_file_brings_along_is_not_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(
        folder.path(),
        "trap.db",
        "CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE VIEW writes AS SELECT load_extension('/tmp/x'); CREATE VIEW reads AS SELECT fts3_tokenizer('simple'); CREATE VIEW good AS SELECT a + 1 AS b FROM t;
         CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
    );
    let session = open(&[&path]);
    for view in ["writes", "reads"] {
        assert!(super::table(&session, &["trap", view]).await.is_err(), "{view}");
        assert!(query(&session, &format!("SELECT * FROM trap.{view}")).await.is_err(), "{view}");
    }
    assert_eq!(super::table(&session, &["trap", "good"]).await.unwrap(), [["2"]]);
    // Looking at its values ends by itself; reading it ends when nobody wants more.
    let endless = model::Scan { table: model::Path::of(["trap", "endless"]), ..Default::default() };
    let mut stream = session.scan(&endless, &cx()).await.unwrap().stream;
    for _ in 0..3 {
        stream.next().await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn work_ends_when_it_is_cancelled_too_late_or_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "one.db", "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    let session = open(&[&path]);
    let endless = "WITH RECURSIVE n(i) AS (SELECT a FROM one.t UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0";
    let of = |sql: &str| Query { sql: sql.to_owned(), ..Query::default() };
    // The file is locked as long as it is read.
    let free = || {
        let writer = rusqlite::Connection::open(&path).unwrap();
        writer.busy_timeout(Duration::from_secs(60)).unwrap();
        writer.execute_batch("BEGIN EXCLUSIVE; COMMIT").unwrap();
    };
    let timed = Query { timeout: Some(Duration::from_millis(100)), ..of(endless) };
    let error = session.query(&timed, &cx()).await.err().unwrap();
    assert_eq!((error.kind(), error.vendor_code().is_some()), (Kind::TimedOut, true), "{error}");
    let cancelled = cx();
    let cancel = cancelled.cancel.clone();
    let asked = of(endless);
    let (result, ()) = tokio::join!(session.query(&asked, &cancelled), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        cancel.cancel();
    });
    assert_eq!(result.err().unwrap().kind(), Kind::Cancelled);
    free();
    let rows = endless.replace("i < 0", "i > 0");
    let mut stream = session.query(&of(&rows), &cx()).await.unwrap().stream;
    stream.next().await.unwrap().unwrap();
    session.close(&cx()).await;
    let end = loop {
        match stream.next().await {
            Some(Ok(_)) => {}
            end => break end,
        }
    };
    assert!(end.is_some_and(|e| e.is_err()), "a part is not taken for the whole");
    free();
    assert_eq!(refused(&session, "SELECT 1").await.code(), "gone");
}
