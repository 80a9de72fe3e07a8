//! Files that are not as they should be: each keeps its place and says why, and nothing else suffers.

use super::{beside, cx, file, level, names, open, query, refused, scan, table};
use crate::local::Files;
use model::{Kind, LocalFiles, Path, Scan};
use rusqlite::Connection;
use std::path::Path as FilePath;

/// What is told of a file, whichever way it is asked for.
async fn told(path: &FilePath) -> &'static str {
    let session = open(&[path]);
    let nodes = level(&session, &[]).await.unwrap();
    assert_eq!(nodes.len(), 2, "it keeps its place");
    let name = nodes.iter().find(|n| n.path.0[0] != "Sample data").unwrap().path.0[0].clone();
    let describe = session.describe(&Path::of([name.as_str()]), &cx()).await.unwrap_err();
    let scanned = scan(&session, &Scan { table: Path::of([name.as_str()]), ..Scan::default() }).await.unwrap_err();
    let looked = Files.look(path).unwrap_err();
    assert_eq!((describe.code(), scanned.code()), (looked.code(), looked.code()), "{looked}");
    assert!(!looked.view().why.is_empty() && !looked.view().what.contains('{'), "{looked}");
    assert_eq!(query(&session, "SELECT 1").await.unwrap(), [["1"]]);
    looked.code()
}

/// The same for a file that is opened before it is found to be bad.
async fn told_inside(path: &FilePath) -> &'static str {
    let session = open(&[path]);
    let name = path.file_stem().unwrap().to_str().unwrap();
    assert!(level(&session, &[]).await.unwrap().len() == 2);
    let browsed = level(&session, &[name]).await.unwrap_err();
    let asked = refused(&session, &format!("SELECT * FROM \"{name}\".t")).await;
    let looked = Files.look(path).unwrap_err();
    assert_eq!((browsed.code(), asked.code()), (looked.code(), looked.code()), "{looked}");
    looked.code()
}

#[tokio::test]
async fn what_is_no_file_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    assert_eq!(told(&at("missing.gpkg")).await, "local.missing");
    std::fs::create_dir(at("folder.gpkg")).unwrap();
    assert_eq!(told(&at("folder.gpkg")).await, "local.not_a_file");
    std::fs::write(at("nothing.gpkg"), b"").unwrap();
    assert_eq!(told(&at("nothing.gpkg")).await, "local.empty");
    std::fs::write(at("words.gpkg"), b"Dear all, please find attached").unwrap();
    assert_eq!(told(&at("words.gpkg")).await, "local.unknown_format");
    std::fs::write(at("packed.gpkg"), [0x1f, 0x8b, 8, 0]).unwrap();
    assert_eq!(told(&at("packed.gpkg")).await, "local.unknown_format");
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_a_device_and_a_link_to_nothing_are_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    assert!(std::process::Command::new("mkfifo").arg(at("pipe.gpkg")).status().unwrap().success());
    assert_eq!(told(&at("pipe.gpkg")).await, "local.not_a_file");
    std::os::unix::fs::symlink("/dev/zero", at("device.gpkg")).unwrap();
    assert_eq!(told(&at("device.gpkg")).await, "local.not_a_file");
    std::os::unix::fs::symlink(at("nowhere"), at("dangling.gpkg")).unwrap();
    assert_eq!(told(&at("dangling.gpkg")).await, "local.missing");
}

#[tokio::test]
async fn a_file_that_was_cut_off_or_overwritten_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let whole = file(folder.path(), "whole.gpkg", "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (hex(zeroblob(50000)))");
    let bytes = std::fs::read(&whole).unwrap();
    for (name, kept) in [("a.gpkg", 50), ("b.gpkg", 100), ("c.gpkg", 4096), ("d.gpkg", bytes.len() - 1)] {
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes[..kept]).unwrap();
        assert_eq!(told_inside(&path).await, "local.damaged", "{kept} bytes");
    }
    let mut garbled = bytes.clone();
    garbled[100..2000].fill(0xa5);
    let path = folder.path().join("garbled.gpkg");
    std::fs::write(&path, garbled).unwrap();
    assert_eq!(told_inside(&path).await, "local.damaged");
}

#[tokio::test]
async fn a_file_with_a_live_log_is_explained_and_nothing_appears_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "log.gpkg", "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    assert_eq!(beside(folder.path()), ["log.gpkg"], "its log was put in when it was closed");
    let session = open(&[&path]);
    assert_eq!(table(&session, &["log", "t"]).await.unwrap(), [["1"]]);
    assert_eq!(query(&session, "SELECT a FROM log.t").await.unwrap(), [["1"]]);
    assert_eq!(beside(folder.path()), ["log.gpkg"]);
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("INSERT INTO t VALUES (2)").unwrap();
    let before = beside(folder.path());
    assert_eq!(told_inside(&path).await, "local.being_written");
    let error = table(&session, &["log", "t"]).await.unwrap_err();
    assert_eq!((error.kind(), error.view().retryable), (Kind::Busy, true), "{error}");
    assert_eq!(beside(folder.path()), before);
    drop(writer);
    assert_eq!(table(&session, &["log", "t"]).await.unwrap(), [["1"], ["2"]], "and is read when it is closed");
}

#[tokio::test]
async fn a_file_that_is_being_changed_is_waited_for_and_then_explained() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "busy.gpkg", "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("BEGIN EXCLUSIVE; INSERT INTO t VALUES (2)").unwrap();
    assert_eq!(told_inside(&path).await, "local.being_written");
    writer.execute_batch("COMMIT").unwrap();
    let session = open(&[&path]);
    assert_eq!(table(&session, &["busy", "t"]).await.unwrap(), [["1"], ["2"]]);
    assert_eq!(beside(folder.path()), ["busy.gpkg"]);
}

#[tokio::test]
async fn a_change_that_was_not_finished_is_not_finished_by_reading() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "half.gpkg", "CREATE TABLE t (a); INSERT INTO t VALUES (hex(zeroblob(9000)))");
    // The state that a program leaves behind when it is killed: pages are written, and the journal has the old ones.
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN; UPDATE t SET a = hex(zeroblob(9001)); INSERT INTO t SELECT hex(zeroblob(5000)) FROM t, t AS u").unwrap();
    let copy = tempfile::tempdir().unwrap();
    for name in ["half.gpkg", "half.gpkg-journal"] {
        std::fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let (journal, path) = (copy.path().join("half.gpkg-journal"), copy.path().join("half.gpkg"));
    let before = (std::fs::read(&journal).unwrap(), std::fs::read(&path).unwrap());
    let session = open(&[&path]);
    let seen = table(&session, &["half", "t"]).await;
    // Either the journal was never needed (nothing had reached the file), or it says so.
    assert!(seen.as_ref().map_or_else(|e| e.code() == "local.being_written", |rows| rows.len() == 1), "{seen:?}");
    assert_eq!((std::fs::read(&journal).unwrap(), std::fs::read(&path).unwrap()), before, "nothing was rolled back");
    drop(writer);
}

#[tokio::test]
async fn a_file_that_was_replaced_is_read_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "a.gpkg", "CREATE TABLE one (a INTEGER); INSERT INTO one VALUES (1)");
    let session = open(&[&path]);
    assert_eq!(names(&level(&session, &["a"]).await.unwrap()), ["one"]);
    let other = file(folder.path(), "other", "CREATE TABLE two (b TEXT); INSERT INTO two VALUES ('x'), (hex(zeroblob(9000)))");
    std::fs::rename(other, &path).unwrap();
    assert_eq!(names(&level(&session, &["a"]).await.unwrap()), ["two"]);
    assert_eq!(table(&session, &["a", "one"]).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(table(&session, &["a", "two"]).await.unwrap().len(), 2);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(table(&session, &["a", "two"]).await.unwrap_err().code(), "local.missing");
}

#[tokio::test]
async fn no_name_of_a_file_means_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let odd = ["a b?mode=rw&cache=shared#x", "100%25", "\"quoted\"; DROP TABLE t; --", "ünï表🗺", "main", "file:x", "a\\b", "'"];
    let paths: Vec<_> = odd
        .iter()
        .map(|name| {
            file(
                folder.path(),
                &format!("{}.db", name.replace('?', "_q_")),
                "CREATE TABLE \"t\"\"x\" (a); INSERT INTO \"t\"\"x\" VALUES (1)",
            )
        })
        .collect();
    let renamed = folder.path().join("a b?mode=rw.db");
    std::fs::rename(&paths[0], &renamed).unwrap();
    let paths: Vec<_> = [renamed].into_iter().chain(paths.into_iter().skip(1)).collect();
    let before = beside(folder.path());
    let session = open(&paths);
    let nodes = level(&session, &[]).await.unwrap();
    assert_eq!(nodes.len(), odd.len() + 1);
    for node in nodes.iter().filter(|n| n.path.0[0] != "Sample data") {
        let name = node.path.0[0].as_str();
        assert_eq!(table(&session, &[name, "t\"x"]).await.unwrap(), [["1"]], "{name}");
        let sql = format!("SELECT * FROM {}", super::Local.quoted(&[name, "t\"x"]));
        assert_eq!(query(&session, &sql).await.unwrap(), [["1"]], "{name}");
    }
    assert_eq!(beside(folder.path()), before);
}

#[test]
fn a_folder_is_looked_through_without_end_or_circles() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(at("deep/er")).unwrap();
    for name in ["b.csv", "deep/er/a.gpkg", "roads.shp", "roads.dbf", "roads.shx", ".hidden.csv", "package.json", "notes.txt"] {
        std::fs::write(at(name), b"{}").unwrap();
    }
    std::fs::write(at("places.json"), br#"{"type": "FeatureCollection", "features": []}"#).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), at("deep/round")).unwrap();
    let found = Files.files_in(folder.path()).unwrap();
    let expected = ["b.csv", "deep/er/a.gpkg", "places.json", "roads.shp"].map(at);
    assert_eq!(found, expected);
    assert_eq!(Files.files_in(&at("roads.dbf")).unwrap(), [at("roads.shp")]);
    assert_eq!(Files.files_in(&at("missing")).unwrap_err().code(), "local.missing");
}
