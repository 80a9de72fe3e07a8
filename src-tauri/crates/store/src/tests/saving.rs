//! Saving, naming, deleting and bringing back; hostile text.

use super::*;
use crate::ListQuery;
use model::{FileValue, LastTest, SecretSource, TestState};

fn save(house: &House, connection: &Connection) -> model::Result<()> {
    house.store.save(&house.vault, connection, SecretChanges::none(), &destination("db.test"))
}

#[test]
fn everything_of_a_connection_comes_back_after_a_restart() {
    let house = House::new();
    let field = FieldId::named("root_certificate");
    let whole = Connection {
        environment: Environment::Production,
        labels: vec!["b".into(), "a".into()],
        files: BTreeMap::from([(
            field.clone(),
            FileValue { name: "ca.pem".into(), summary: "CN=Test".into(), text: "-----BEGIN".into() },
        )]),
        sources: BTreeMap::from([(FieldId::named("password"), SecretSource::Ask)]),
        secret_files: BTreeMap::from([(FieldId::named("client_key"), ("client.key".into(), "RSA".into()))]),
        last_test: Some(LastTest { state: TestState::Warning, at: 12, summary: "No PostGIS".into() }),
        ..connection("Whole")
    };
    save(&house, &whole).unwrap();
    let house = house.restart();
    assert_eq!(house.store.get(whole.id).unwrap(), Some(whole.clone()));
    assert_eq!(house.store.list(&ListQuery::default()).unwrap().items, [whole]);
    assert_eq!(house.store.get(ConnectionId::fresh()).unwrap(), None);
}

#[test]
fn a_name_is_unique_whatever_its_case_and_composition() {
    let house = House::new();
    let first = connection("Caf\u{e9} Straße");
    save(&house, &first).unwrap();
    for same in ["CAFÉ STRASSE", " cafe\u{301}  strasse ", "Cafe\u{301}\u{200b} Straße"] {
        assert!(house.store.name_taken(same, None).unwrap(), "{same}");
        assert!(!house.store.name_taken(same, Some(first.id)).unwrap(), "{same}");
        let error = save(&house, &connection(same)).unwrap_err();
        assert_eq!(error.code(), "store.name_taken");
        assert_eq!(error.field_id(), Some(&model::NAME));
    }
    assert!(!house.store.name_taken("Cafe Straße 2", None).unwrap());
    save(&house, &Connection { name: "CAFÉ STRASSE".into(), ..first }).unwrap();
}

#[test]
fn hostile_text_in_every_field_is_only_text() {
    let house = House::new();
    let long = "label ".repeat(1_700);
    for text in [
        "'); DROP TABLE connections; --",
        "<script>alert(1)</script>",
        "nul\0inside",
        "\u{202e}backwards\u{200f}",
        "\u{1}\u{7f}\r\n",
        "𝕏 ﷽ 👩‍👩‍👧",
        long.as_str(),
    ] {
        let hostile = Connection {
            host: text.into(),
            labels: vec![text.into(), String::new()],
            values: BTreeMap::from([(FieldId::named(text), text.to_owned())]),
            ..connection(text)
        };
        save(&house, &hostile).unwrap();
        assert_eq!(house.store.get(hostile.id).unwrap(), Some(hostile.clone()));
        let found = house.store.list(&ListQuery { search: text.into(), ..ListQuery::default() }).unwrap();
        assert!(found.items.contains(&hostile), "{text:?}");
        house.store.set_setting(text, &text.into()).unwrap();
        assert_eq!(house.store.setting(text).unwrap(), Some(text.into()));
    }
    assert_eq!(house.store.list(&ListQuery::default()).unwrap().total, 7);
}

#[test]
fn a_test_and_labels_are_noted_without_touching_secrets() {
    let (house, one) = House::with_secret();
    let test = LastTest { state: TestState::Failed, at: 99, summary: "Refused".into() };
    house.store.set_last_test(one.id, test.clone()).unwrap();
    house.store.set_labels(one.id, vec!["Nord".into()]).unwrap();
    house.store.set_environment(one.id, Environment::Staging).unwrap();
    let after = house.store.get(one.id).unwrap().unwrap();
    assert_eq!((after.last_test, after.environment), (Some(test), Environment::Staging));
    assert!(after.changed_at > 1_000_000);
    let found = house.store.list(&ListQuery { search: "nord".into(), ..ListQuery::default() }).unwrap();
    assert_eq!(found.total, 1);
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
    assert_eq!(code(house.store.set_labels(ConnectionId::fresh(), Vec::new())), "gone");
}

#[test]
fn a_deleted_connection_is_gone_and_comes_back_whole() {
    let (house, one) = House::with_secret();
    house.store.delete(one.id).unwrap();
    assert_eq!(house.store.get(one.id).unwrap(), None);
    assert_eq!(house.store.list(&ListQuery::default()).unwrap().total, 0);
    assert_eq!(house.password(one.id).unwrap(), None, "no secret leaves the trash");
    assert_eq!(code(house.store.delete(one.id)), "gone");
    assert_eq!(code(house.store.set_labels(one.id, Vec::new())), "gone");
    assert_eq!(code(save(&house, &one)), "gone", "a save does not bring it back by the way");
    assert_eq!(house.store.restore(one.id).unwrap(), one);
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
    assert_eq!(code(house.store.restore(one.id)), "gone");
}

#[test]
fn a_restored_connection_whose_name_was_taken_gets_a_number() {
    let house = House::new();
    let old = connection("Name");
    save(&house, &old).unwrap();
    house.store.delete(old.id).unwrap();
    assert!(!house.store.name_taken("Name", None).unwrap());
    save(&house, &connection("NAME")).unwrap();
    save(&house, &connection("name (2)")).unwrap();
    assert_eq!(house.store.restore(old.id).unwrap().name, "Name (3)");
    let found = house.store.list(&ListQuery { search: "(3)".into(), ..ListQuery::default() }).unwrap();
    assert_eq!(found.items[0].id, old.id);
}

#[test]
fn a_purge_leaves_no_byte_of_the_sealed_row() {
    let (house, one) = House::with_secret();
    let sealed: Vec<u8> = {
        let db = rusqlite::Connection::open(house.data().join("landbridge.db")).unwrap();
        db.query_row("SELECT sealed FROM secrets", [], |r| r.get(0)).unwrap()
    };
    assert!(contains(&bytes_below(house.data()), &sealed));
    house.store.purge(one.id).unwrap();
    assert!(house.store.get(one.id).unwrap().is_some(), "only the trash is purged");
    house.store.delete(one.id).unwrap();
    assert_eq!(house.store.purge_expired(Duration::from_secs(10)).unwrap(), 0, "its undo has not passed");
    assert_eq!(house.store.purge_expired(Duration::ZERO).unwrap(), 1);
    assert_eq!(code(house.store.restore(one.id)), "gone");
    let left = bytes_below(house.data());
    assert!(!contains(&left, &sealed));
    assert!(!contains(&left, one.id.0.as_bytes()));
    assert_eq!(house.count("SELECT count(*) FROM secrets"), 0);
}
