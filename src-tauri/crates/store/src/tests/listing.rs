//! The list: search in any script, order, pages, one indexed statement.

use super::*;
use crate::{ListQuery, SortBy};
use model::{LastTest, TestState};

fn names(house: &House, query: &ListQuery) -> Vec<String> {
    house.store.list(query).unwrap().items.into_iter().map(|c| c.name).collect()
}

fn search(text: &str) -> ListQuery {
    ListQuery { search: text.to_owned(), ..ListQuery::default() }
}

fn add(house: &House, connection: &Connection) {
    house.store.save(&house.vault, connection, SecretChanges::none(), &destination("db.test")).unwrap();
}

#[test]
fn a_search_finds_in_name_host_and_labels_whatever_the_case_and_script() {
    let house = House::new();
    for (name, host, labels) in [
        ("Straßen", "gis.example.org", vec!["Team Süd"]),
        ("東京の地図", "10.0.0.7", vec!["本番"]),
        ("Складъ", "warehouse.example.net", vec![]),
        ("100%_sure", "localhost", vec!["a'b\"c"]),
    ] {
        let labels = labels.into_iter().map(str::to_owned).collect();
        add(&house, &Connection { host: host.to_owned(), labels, ..connection(name) });
    }
    for (text, found) in [
        ("STRASSE", "Straßen"),
        ("süd", "Straßen"),
        ("SU\u{308}D", "Straßen"),
        ("gis EXAMPLE straß", "Straßen"),
        ("京", "東京の地図"),
        ("本番", "東京の地図"),
        ("0.7", "東京の地図"),
        ("СКЛАД", "Складъ"),
        (" %_ ", "100%_sure"),
        ("'b\"", "100%_sure"),
    ] {
        assert_eq!(names(&house, &search(text)), [found], "{text}");
    }
    assert_eq!(names(&house, &search("e")).len(), 3);
    assert_eq!(house.store.list(&search("e")).unwrap().total, 3);
    for nothing in ["orgteam", "xyz", "straßen\u{0}zz", "' OR 1=1 --", "*", "\""] {
        assert!(names(&house, &search(nothing)).iter().all(|n| n == "100%_sure"), "{nothing}");
    }
    assert_eq!(names(&house, &search("\u{200f} \t")).len(), 4, "a search for nothing visible finds all");
}

#[test]
fn every_order_is_kept_in_both_directions_and_pages_add_up() {
    let house = House::new();
    for (n, name) in ["delta", "Alpha", "charlie", "Bravo"].into_iter().enumerate() {
        let n = n as u64;
        let connector = ConnectorId::named(if n.is_multiple_of(2) { "snowflake" } else { "postgres" });
        let last_test = (n > 0).then(|| LastTest { state: TestState::Ok, at: 100 - n, summary: String::new() });
        add(&house, &Connection { connector, last_test, changed_at: 10 + n, ..connection(name) });
    }
    for (sort, expected) in [
        (SortBy::Name, ["Alpha", "Bravo", "charlie", "delta"]),
        (SortBy::LastTest, ["delta", "Bravo", "charlie", "Alpha"]),
        (SortBy::Changed, ["delta", "Alpha", "charlie", "Bravo"]),
        (SortBy::Warehouse, ["Alpha", "Bravo", "charlie", "delta"]),
    ] {
        let query = ListQuery { sort, ..ListQuery::default() };
        assert_eq!(names(&house, &query), expected, "{sort:?}");
        let mut backwards = names(&house, &ListQuery { descending: true, ..query.clone() });
        backwards.reverse();
        assert_eq!(backwards, expected, "{sort:?}");
        let mut paged = Vec::new();
        for offset in 0..6 {
            let page = house.store.list(&ListQuery { offset, limit: 1, ..query.clone() }).unwrap();
            assert_eq!(page.total, 4, "page {offset}");
            paged.extend(page.items.into_iter().map(|c| c.name));
        }
        assert_eq!(paged, expected, "{sort:?}");
    }
    let only = ListQuery { connector: Some(ConnectorId::named("snowflake")), search: "a".into(), ..ListQuery::default() };
    assert_eq!(names(&house, &only), ["charlie", "delta"]);
    let none = house.store.list(&ListQuery { limit: 0, ..ListQuery::default() }).unwrap();
    assert_eq!((none.items.len(), none.total), (0, 4));
}

#[test]
fn a_list_of_10_000_is_one_statement_that_walks_indexes_and_sorts_nothing() {
    let house = House::new();
    fill(&house.store, 10_000);
    for sort in [SortBy::Name, SortBy::LastTest, SortBy::Changed, SortBy::Warehouse] {
        for descending in [false, true] {
            for text in ["", "7", "77", "orders 12"] {
                let connector = (text == "77").then(|| ConnectorId::named("postgres"));
                let query = ListQuery { search: text.into(), connector, sort, descending, offset: 0, limit: 60 };
                let plan = house.store.list_plan(&query).unwrap();
                let touching: Vec<_> = plan.iter().filter(|l| l.contains("connections")).collect();
                assert!(touching.iter().all(|l| l.contains("INDEX listed_by_")), "{plan:#?}");
                assert!(plan.iter().any(|l| l.contains("COVERING INDEX listed_by_name")), "the total reads no row: {plan:#?}");
                assert!(!plan.iter().any(|l| l.contains("TEMP B-TREE")), "{plan:#?}");
            }
        }
    }
    let page = house.store.list(&ListQuery { limit: 60, ..search("ORDERS") }).unwrap();
    assert_eq!((page.items.len(), page.total), (60, 2_000));
    let rare = house.store.list(&search("host-9999.")).unwrap();
    assert_eq!((rare.items.len(), rare.total), (1, 1));
}

/// Quick to make: one transaction, no secrets.
fn fill(store: &Store, count: usize) {
    let make = |n: usize| {
        let kind = ["orders", "sales", "geo", "parcels", "東京"][n % 5];
        let host = format!("host-{n}.db.example.com");
        Connection { host, changed_at: n as u64, ..connection(&format!("{kind} {n}")) }
    };
    store.put_all(&(0..count).map(make).collect::<Vec<_>>()).unwrap();
}

#[test]
fn one_unreadable_entry_does_not_take_the_list_away() {
    let house = House::new();
    let (good, bad) = (connection("Good"), connection("Bad"));
    add(&house, &good);
    add(&house, &bad);
    house.sql("UPDATE connections SET document = '{' WHERE seq = 2");
    let page = house.store.list(&ListQuery::default()).unwrap();
    assert_eq!((page.items, page.total, page.unreadable), (vec![good], 2, vec![bad.id]));
    assert_eq!(code(house.store.get(bad.id)), "store.unreadable");
    house.store.delete(bad.id).unwrap();
    assert_eq!(house.store.list(&ListQuery::default()).unwrap().total, 1);
}
