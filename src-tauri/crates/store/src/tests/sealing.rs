//! Secrets: bound to connection, slot, generation and destination; one transaction with the rest.

use super::*;

#[test]
fn a_secret_comes_back_after_a_restart_and_is_nowhere_in_the_clear() {
    let (house, one) = House::with_secret();
    house.store.back_up().unwrap();
    let house = house.restart();
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
    assert_eq!(house.store.sealed_slots(one.id).unwrap(), [slot()]);
    assert!(!contains(&bytes_below(house.dir.path()), CANARY.as_bytes()));
    assert!(!format!("{:?} {:?} {:?}", house.vault, house.store, house.keychain).contains("canary"));
}

#[test]
fn a_secret_is_not_handed_out_for_another_destination() {
    let (house, one) = House::with_secret();
    let error = house.vault.secret(one.id, &slot(), &destination("evil.test")).unwrap_err();
    assert_eq!(error.code(), "vault.destination_changed");
    assert_eq!(error.field_id().map(FieldId::as_str), Some("password"));
    // Not even when the row says that it was sealed for it.
    let there = destination("evil.test").to_bytes().iter().map(|b| format!("{b:02x}")).collect::<String>();
    house.sql(&format!("UPDATE secrets SET destination = x'{there}'"));
    assert_eq!(code(house.vault.secret(one.id, &slot(), &destination("evil.test"))), "vault.damaged");
}

#[test]
fn a_row_that_was_changed_or_moved_does_not_open() {
    let (house, one) = House::with_secret();
    let two = connection("Two");
    house.save(&two, "another");
    let all = "connection, slot, generation, destination, key, data_key, sealed";
    for (what, sql) in [
        ("moved to another connection", "UPDATE secrets SET (data_key, sealed, generation) = (SELECT data_key, sealed, generation FROM secrets WHERE connection = 2) WHERE connection = 1".to_owned()),
        ("another generation", "UPDATE secrets SET generation = generation + 1 WHERE connection = 1".to_owned()),
        ("changed text", "UPDATE secrets SET sealed = zeroblob(length(sealed)) WHERE connection = 1".to_owned()),
        ("cut text", "UPDATE secrets SET sealed = substr(sealed, 1, 10) WHERE connection = 1".to_owned()),
        ("changed data key", "UPDATE secrets SET data_key = zeroblob(length(data_key)) WHERE connection = 1".to_owned()),
        ("copied to another slot", format!("INSERT INTO secrets ({all}) SELECT 1, 'field:other', generation, destination, key, data_key, sealed FROM secrets WHERE connection = 1")),
    ] {
        house.save(&one, CANARY);
        assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
        house.sql(&sql);
        let which = if what.contains("slot") { Slot("field:other".into()) } else { slot() };
        assert_eq!(code(house.vault.secret(one.id, &which, &destination("db.test"))), "vault.damaged", "{what}");
    }
    assert_eq!(house.password(two.id).unwrap().as_deref(), Some("another"));
}

#[test]
fn an_older_secret_put_back_under_the_newer_generation_does_not_open() {
    let (house, one) = House::with_secret();
    house.sql("CREATE TABLE old AS SELECT * FROM secrets");
    house.save(&one, "newer");
    house.sql("UPDATE secrets SET (data_key, sealed) = (SELECT data_key, sealed FROM old)");
    assert_eq!(code(house.password(one.id)), "vault.damaged");
}

#[test]
fn a_kept_secret_stays_and_does_not_follow_a_changed_destination() {
    let (house, one) = House::with_secret();
    house.store.save(&house.vault, &one, keeping(), &destination("db.test")).unwrap();
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));

    let moved = Connection { host: "evil.test".into(), ..one.clone() };
    let error = house.store.save(&house.vault, &moved, keeping(), &destination("evil.test")).unwrap_err();
    assert_eq!(error.code(), "vault.destination_changed");
    assert_eq!(house.store.get(one.id).unwrap().unwrap().host, "db.test", "nothing of a refused save stays");

    // Not named at all: it goes.
    house.store.save(&house.vault, &moved, SecretChanges::none(), &destination("evil.test")).unwrap();
    assert!(house.store.sealed_slots(one.id).unwrap().is_empty());
    assert_eq!(code(house.store.save(&house.vault, &one, keeping(), &destination("db.test"))), "vault.nothing_stored");
}

#[test]
fn a_secret_is_replaced_and_removed() {
    let (house, one) = House::with_secret();
    house.save(&one, "newer");
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some("newer"));
    let removing = SecretChanges::none().with(slot(), SecretChange::Remove);
    house.store.save(&house.vault, &one, removing, &destination("db.test")).unwrap();
    assert_eq!(house.password(one.id).unwrap(), None);
}

#[test]
fn a_kept_token_expires() {
    let (house, one) = House::with_secret();
    let token = Slot("token:refresh".into());
    let (now, there) = (std::time::SystemTime::now(), destination("db.test"));
    for (until, alive) in [(None, true), (Some(now + Duration::from_secs(60)), true), (Some(now - Duration::from_secs(1)), false)]
    {
        house.store.keep_secret(&house.vault, one.id, &token, &secret("t0k"), until, &there).unwrap();
        assert_eq!(house.vault.secret(one.id, &token, &there).unwrap().is_some(), alive, "{until:?}");
    }
    let nobody = ConnectionId::fresh();
    assert_eq!(code(house.store.keep_secret(&house.vault, nobody, &token, &secret("t"), None, &there)), "gone");
}

#[test]
fn secrets_of_any_size_and_bytes_are_sealed() {
    let house = House::new();
    let one = connection("One");
    for size in [0, 1, 5_000, 300_000] {
        let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
        let change = SecretChanges::none().with(slot(), SecretChange::Replace(Secret::new(bytes.clone())));
        house.store.save(&house.vault, &one, change, &destination("db.test")).unwrap();
        let back = house.vault.secret(one.id, &slot(), &destination("db.test")).unwrap().unwrap();
        assert!(back.expose() == bytes, "{size}");
    }
}
