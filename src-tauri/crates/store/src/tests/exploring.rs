//! What the explorer keeps: levels, statistics, history, saved queries, files; whose they are, and that clearing them is true.

use super::*;
use crate::{CatalogLevel, CatalogNode, Derived, HistoryEntry, schema};
use model::{Count, NodeKind, Path as At};
use std::path::PathBuf;

const ODD: [&str; 8] = ["", "a\",\"b", "]", "[", "\\", "nul\0", "\u{202e}x", "a/b.c"];

fn house() -> (House, Connection) {
    let house = House::new();
    let connection = connection("One");
    put(&house, &connection);
    (house, connection)
}

fn put(house: &House, connection: &Connection) {
    house.store.save(&house.vault, connection, SecretChanges::none(), &destination("db.test")).unwrap();
}

fn node(name: &str) -> CatalogNode {
    let rows = Some(Count { rows: 4_200_000, exact: false });
    CatalogNode { name: name.to_owned(), kind: NodeKind::Table, rows, bytes: Some(1 << 40), comment: None, spatial: Some(true) }
}

fn level(path: At, nodes: &[&str]) -> CatalogLevel {
    CatalogLevel { path, system: false, complete: true, seen_at: 7, nodes: nodes.iter().map(|n| node(n)).collect() }
}

fn ran(connection: ConnectionId, sql: &str) -> HistoryEntry {
    HistoryEntry { id: 0, connection, sql: sql.to_owned(), at: 5, millis: 1.5, outcome: "3 rows".to_owned(), worked: true }
}

#[test]
fn a_level_comes_back_as_it_was_whatever_its_names() {
    let (house, one) = house();
    for name in ODD {
        let whole = level(At::of(["schema", name]), &ODD);
        house.store.put_level(one.id, &whole, || true).unwrap();
        assert_eq!(house.store.level(one.id, &whole.path, false).unwrap(), Some(whole.clone()), "{name:?}");
        assert_eq!(house.store.level(one.id, &whole.path, true).unwrap(), None, "with system schemas it is another level");
    }
    assert_eq!(house.store.levels(one.id).unwrap().len(), ODD.len(), "no two paths were taken for one");
    assert_eq!(house.store.levels(ConnectionId::LOCAL).unwrap(), [], "they are the connection's own");
    let newer = CatalogLevel { complete: false, ..level(At::of(["schema", ""]), &["x"]) };
    house.store.put_level(one.id, &newer, || true).unwrap();
    assert_eq!(house.store.level(one.id, &newer.path, false).unwrap(), Some(newer));
}

#[test]
fn forgetting_a_level_takes_what_is_below_and_nothing_beside() {
    let (house, one) = house();
    for path in [At::default(), At::of(["a"]), At::of(["a", "b"]), At::of(["a\",\"b"]), At::of(["ab"]), At::of(["a]", "x"])] {
        house.store.put_level(one.id, &level(path, &["t"]), || true).unwrap();
    }
    house.store.forget_level(one.id, &At::of(["a"])).unwrap();
    let mut left: Vec<At> = house.store.levels(one.id).unwrap().into_iter().map(|l| l.path).collect();
    left.sort();
    assert_eq!(left, [At::default(), At::of(["a\",\"b"]), At::of(["a]", "x"]), At::of(["ab"])]);
    assert_eq!(house.store.with_levels().unwrap(), [one.id]);
    house.store.forget_level(one.id, &At::default()).unwrap();
    assert_eq!(house.store.levels(one.id).unwrap(), []);
    assert_eq!(house.store.with_levels().unwrap(), []);
}

#[test]
fn everything_goes_with_its_connection_and_local_data_stays() {
    let (house, one) = house();
    let path = At::of(["s"]);
    for id in [one.id, ConnectionId::LOCAL] {
        house.store.put_level(id, &level(path.clone(), &["t"]), || true).unwrap();
        house.store.put_statistics(id, &path, "c", "{}", 1).unwrap();
        house.store.add_history(&ran(id, "SELECT 1")).unwrap();
        house.store.put_query(id, None, "Mine", "SELECT 1").unwrap();
        house.store.set_writes_allowed(id, true).unwrap();
    }
    assert_eq!(house.store.all_with_writes_allowed().unwrap(), [one.id]);
    house.store.delete(one.id).unwrap();
    assert_eq!(house.store.history(None, "", 10).unwrap().len(), 1, "in the trash it is not shown");
    assert_eq!(code(house.store.add_history(&ran(one.id, "SELECT 2"))), "gone");
    house.store.restore(one.id).unwrap();
    assert_eq!(house.store.history(None, "", 10).unwrap().len(), 2);
    assert!(house.store.writes_allowed(one.id).unwrap());
    house.store.delete(one.id).unwrap();
    house.store.purge(one.id).unwrap();
    for table in ["explored", "catalog_levels", "column_statistics", "history", "saved_queries"] {
        assert_eq!(house.count(&format!("SELECT count(*) FROM {table}")), 1, "{table}");
    }
    assert!(house.store.level(ConnectionId::LOCAL, &path, false).unwrap().is_some());
    assert!(house.store.writes_allowed(ConnectionId::LOCAL).unwrap());
}

#[test]
fn a_connection_that_leads_elsewhere_forgets_what_was_seen_and_allowed() {
    let (house, one) = house();
    house.store.put_level(one.id, &level(At::default(), &["t"]), || true).unwrap();
    house.store.put_statistics(one.id, &At::of(["t"]), "c", "{}", 1).unwrap();
    house.store.put_query(one.id, None, "Mine", "SELECT 1").unwrap();
    house.store.set_writes_allowed(one.id, true).unwrap();
    house.store.forget_explored(one.id).unwrap();
    assert_eq!(house.store.levels(one.id).unwrap(), []);
    assert_eq!(house.store.statistics(one.id, &At::of(["t"]), "c").unwrap(), None);
    assert!(!house.store.writes_allowed(one.id).unwrap());
    assert_eq!(house.store.saved_queries(one.id).unwrap().len(), 1, "what the person wrote stays");
}

#[test]
fn what_was_cleared_is_in_no_file_any_more() {
    let (house, one) = house();
    house.store.back_up().unwrap();
    house.store.put_level(one.id, &level(At::of(["catalog-marker-1"]), &["catalog-marker-2"]), || true).unwrap();
    house.store.put_statistics(one.id, &At::of(["t"]), "c", "\"statistics-marker\"", 1).unwrap();
    house.store.add_history(&ran(one.id, "SELECT 'history-marker'")).unwrap();
    house.store.back_up().unwrap();
    for (kind, marker) in
        [(Derived::Catalogs, "catalog-marker"), (Derived::Statistics, "statistics-marker"), (Derived::History, "history-marker")]
    {
        let size = house.store.derived_size(kind).unwrap();
        assert!(size.entries == 1 && size.bytes > 20, "{kind:?}: {size:?}");
        assert!(contains(&bytes_below(house.data()), marker.as_bytes()), "{marker} was written");
        house.store.clear_derived(kind).unwrap();
        assert_eq!(house.store.derived_size(kind).unwrap(), crate::DerivedSize::default());
        assert!(!contains(&bytes_below(house.data()), marker.as_bytes()), "{marker} is gone, from the safety copies too");
    }
    assert_eq!(house.store.backups().len(), 1);
}

#[test]
fn statistics_are_kept_by_column() {
    let (house, one) = house();
    let table = At::of(["s", "t"]);
    house.store.put_statistics(one.id, &table, "Ä", "1", 1).unwrap();
    house.store.put_statistics(one.id, &table, "Ä", "2", 2).unwrap();
    house.store.put_statistics(one.id, &At::of(["s", "t", ""]), "Ä", "3", 3).unwrap();
    assert_eq!(house.store.statistics(one.id, &table, "Ä").unwrap(), Some(("2".to_owned(), 2)));
    assert_eq!(house.store.statistics(one.id, &table, "ä").unwrap(), None);
}

#[test]
fn history_is_searched_newest_first_and_bounded() {
    let (house, one) = house();
    let two = Connection { name: "Two".into(), ..connection("Two") };
    put(&house, &two);
    let ids: Vec<u32> = [(one.id, "SELECT * FROM Straßen"), (two.id, "select 1"), (ConnectionId::LOCAL, "SELECT 100%_'")]
        .iter()
        .map(|(id, sql)| house.store.add_history(&ran(*id, sql)).unwrap())
        .collect();
    let found = |of, search: &str| house.store.history(of, search, 10).unwrap().into_iter().map(|h| h.id).collect::<Vec<_>>();
    assert_eq!(found(None, ""), [ids[2], ids[1], ids[0]]);
    assert_eq!(found(None, "STRASSEN select"), [ids[0]]);
    assert_eq!(found(None, "%_'"), [ids[2]], "as text, not as a pattern");
    assert_eq!(found(Some(two.id), ""), [ids[1]]);
    assert_eq!(found(Some(ConnectionId::LOCAL), ""), [ids[2]]);
    let newest = &house.store.history(None, "", 1).unwrap()[0];
    assert_eq!((newest.connection, newest.millis, newest.outcome.as_str()), (ConnectionId::LOCAL, 1.5, "3 rows"));
    house.store.delete_history(ids[2]).unwrap();
    assert_eq!(code(house.store.delete_history(ids[2])), "gone");
    // As if 9,999 had been run since the first.
    house.sql("UPDATE sqlite_sequence SET seq = 10000 WHERE name = 'history'");
    house.store.add_history(&ran(one.id, "SELECT 10001")).unwrap();
    assert_eq!(found(Some(one.id), "strassen"), [0_u32; 0], "the oldest made room");
    assert_eq!(found(Some(two.id), ""), [ids[1]]);
}

#[test]
fn saved_queries_have_names_of_their_own_in_a_connection() {
    let (house, one) = house();
    let mine = house.store.put_query(one.id, None, "Mine", "SELECT 1").unwrap();
    assert_eq!(code(house.store.put_query(one.id, None, " mINE ", "SELECT 2")), "store.query_name_taken");
    house.store.put_query(ConnectionId::LOCAL, None, "Mine", "SELECT 3").unwrap();
    let changed = house.store.put_query(one.id, Some(mine.id), "MINE", "SELECT 4").unwrap();
    assert_eq!((changed.id, changed.name.as_str(), changed.sql.as_str()), (mine.id, "MINE", "SELECT 4"));
    house.store.put_query(one.id, None, "Another", "SELECT 5").unwrap();
    let names: Vec<String> = house.store.saved_queries(one.id).unwrap().into_iter().map(|q| q.name).collect();
    assert_eq!(names, ["Another", "MINE"]);
    assert_eq!(code(house.store.put_query(one.id, Some(999), "New", "")), "gone");
    house.store.delete_query(mine.id).unwrap();
    assert_eq!(code(house.store.delete_query(mine.id)), "gone");
}

#[test]
fn files_of_local_data_are_there_once() {
    let house = House::new();
    let paths = [Path::new("/data/z.gpkg"), Path::new("/data/ä \"' b.csv")];
    let added = house.store.add_local_files(&paths).unwrap();
    assert!(added.iter().all(|(_, fresh)| *fresh));
    let again = house.store.add_local_files(&paths[..1]).unwrap();
    assert_eq!((again[0].1, &again[0].0), (false, &added[0].0));
    let house = house.restart();
    assert_eq!(house.store.local_files().unwrap().len(), 2);
    let order: Vec<PathBuf> = house.store.local_files().unwrap().into_iter().map(|f| f.path).collect();
    assert_eq!(order, paths, "in the order in which they came");
    house.store.remove_local_file(&added[0].0.id).unwrap();
    assert_eq!(code(house.store.remove_local_file(&added[0].0.id)), "gone");
    assert_eq!(house.store.local_files().unwrap()[0].path, paths[1]);
}

#[test]
fn data_of_the_first_format_is_brought_along() {
    let dir = tempfile::tempdir().unwrap();
    let (data, kept) = (dir.path().join("data"), connection("Kept"));
    let store = Store::open_as(&data, &schema::MIGRATIONS[..1]).unwrap();
    store.put_all(std::slice::from_ref(&kept)).unwrap();
    drop(store);
    let store = Store::open(&data).unwrap();
    assert_eq!(store.get(kept.id).unwrap(), Some(kept.clone()));
    assert_eq!(store.backups().len(), 1);
    store.put_level(kept.id, &level(At::default(), &["t"]), || true).unwrap();
    drop(store);
    let fresh = dir.path().join("fresh");
    assert_eq!(Store::open(&fresh).unwrap().backups(), [], "a new directory holds nothing to copy");
}
