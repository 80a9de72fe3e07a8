//! A new key in place of the old one, and a crash at each step of it.

use super::*;
use crate::VaultState;

const PHRASE: &str = "correct horse battery";

#[test]
fn after_a_rekey_everything_opens_and_nothing_of_the_old_key_is_left() {
    let (house, one) = House::with_secret();
    let trashed = connection("Trashed");
    house.save(&trashed, "in the trash");
    house.store.delete(trashed.id).unwrap();
    let backup = house.store.back_up().unwrap();
    let old = house.keychain.names();
    let wrapped = wrapped_keys(&house);
    assert!(house.vault.rekey(None).unwrap().old_key_removed);
    let new = house.keychain.names();
    assert_eq!(new.len(), 1);
    assert_ne!(old, new);
    assert!(!backup.path.exists(), "a backup under the old key is gone");
    assert_eq!(house.store.backups().len(), 1, "and a new one is there");
    let left = bytes_below(house.data());
    assert!(wrapped.iter().all(|key| !contains(&left, key)), "no data key is left under the old key");
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
    let house = house.restart();
    house.store.restore(trashed.id).unwrap();
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
    assert_eq!(house.password(trashed.id).unwrap().as_deref(), Some("in the trash"));
}

fn wrapped_keys(house: &House) -> Vec<Vec<u8>> {
    let db = rusqlite::Connection::open(house.data().join("landbridge.db")).unwrap();
    let mut statement = db.prepare("SELECT data_key FROM secrets").unwrap();
    statement.query_map([], |r| r.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_rekey_takes_the_recovery_passphrase_along() {
    let (house, one) = House::with_secret();
    house.vault.set_recovery(&secret(PHRASE)).unwrap();
    assert_eq!(code(house.vault.rekey(None)), "vault.passphrase_needed");
    assert_eq!(code(house.vault.rekey(Some(&secret("wrong horse battery")))), "vault.wrong_passphrase");
    house.vault.rekey(Some(&secret(PHRASE))).unwrap();
    house.keychain.lose_all();
    let house = house.restart();
    house.vault.unlock_with_recovery(&secret(PHRASE)).unwrap();
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
}

#[test]
fn a_rekey_that_the_keychain_refuses_leaves_the_old_key_in_force() {
    for (mood, expected) in
        [(Mood::Absent, "vault.locked"), (Mood::ReadOnly, "vault.locked"), (Mood::Forgetful, "vault.keychain_forgets")]
    {
        let (house, one) = House::with_secret();
        house.keychain.set_mood(mood);
        assert_eq!(code(house.vault.rekey(None)), expected, "{mood:?}");
        assert_eq!(house.vault.state(), VaultState::Open);
        assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY), "{mood:?}");
        house.keychain.set_mood(Mood::Open);
        let house = house.restart();
        assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY), "{mood:?}");
        assert_eq!(house.keychain.names().len(), 1, "the key that came to nothing is cleared away");
        assert_eq!(house.count("SELECT count(*) FROM keys"), 1);
    }
}

#[test]
fn a_rekey_that_the_keychain_does_not_answer_leaves_the_old_key_in_force() {
    let (mut house, one) = House::with_secret();
    let mine = house.keychain.names();
    house.silence();
    assert_eq!(code(house.vault.rekey(None)), "vault.locked");
    assert_eq!(house.vault.state(), VaultState::Open);
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
    // The prompt is answered after all, when another vault is open already: the key that nobody waits for is taken out again.
    let mut house = house.restart();
    house.answer();
    // The thread that waited for it has ended when only this house, its vault and its vault's thread hold the keychain.
    while Arc::strong_count(&house.keychain) > 3 {
        std::thread::yield_now();
    }
    assert_eq!(house.keychain.names(), mine);
    let house = house.restart();
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
    assert_eq!(house.keychain.names(), mine);
    assert_eq!(house.count("SELECT count(*) FROM keys"), 1);
}

#[test]
fn a_crash_between_the_keychain_and_the_database_is_cleared_up_at_the_next_start() {
    let (house, one) = House::with_secret();
    // As a crash leaves it: the new key is in the keychain and named here, but seals nothing yet.
    let orphan = crate::seal::MasterKey::fresh().unwrap();
    house
        .store
        .write("", |tx| {
            let proof = orphan.proof()?;
            tx.execute("INSERT INTO keys VALUES (?1, 'pending', ?2)", rusqlite::params![orphan.id(), proof]).unwrap();
            Ok(())
        })
        .unwrap();
    let entry = format!("{}.{}", house.store.installation(), orphan.id());
    crate::Keychain::set(&*house.keychain, &entry, orphan.expose()).unwrap();
    let house = house.restart();
    assert_eq!(house.keychain.names().len(), 1);
    assert_eq!(house.count("SELECT count(*) FROM keys"), 1);
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
}

#[test]
fn an_old_key_that_could_not_be_removed_is_removed_at_the_next_start() {
    let (house, one) = House::with_secret();
    house.vault.rekey(None).unwrap();
    // As a crash after the commit leaves it: a retired key in the keychain, a backup under it.
    let old = crate::seal::MasterKey::fresh().unwrap();
    house
        .store
        .write("", |tx| {
            let proof = old.proof()?;
            tx.execute("INSERT INTO keys VALUES (?1, 'retired', ?2)", rusqlite::params![old.id(), proof]).unwrap();
            Ok(())
        })
        .unwrap();
    let entry = format!("{}.{}", house.store.installation(), old.id());
    crate::Keychain::set(&*house.keychain, &entry, old.expose()).unwrap();
    let backup = house.store.back_up().unwrap();
    house.keychain.set_mood(Mood::ReadOnly);
    let house = house.restart();
    assert_eq!(house.keychain.names().len(), 2, "it could not be removed yet");
    assert!(!backup.path.exists());
    house.keychain.set_mood(Mood::Open);
    let house = house.restart();
    assert!(!house.keychain.names().contains(&entry));
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
}

#[test]
fn a_damaged_secret_stops_a_rekey_before_anything_changes() {
    let (house, one) = House::with_secret();
    let two = connection("Two");
    house.save(&two, "fine");
    house.sql("UPDATE secrets SET data_key = zeroblob(72) WHERE connection = 1");
    assert_eq!(code(house.vault.rekey(None)), "vault.damaged");
    assert_eq!(house.password(two.id).unwrap().as_deref(), Some("fine"));
    house.save(&one, CANARY);
    house.vault.rekey(None).unwrap();
    assert_eq!(house.restart().password(one.id).unwrap().as_deref(), Some(CANARY));
}

#[test]
fn saves_that_run_beside_a_rekey_are_sealed_by_the_key_in_force() {
    let (house, _) = House::with_secret();
    let connections: Vec<_> = (0..20).map(|n| connection(&format!("Beside {n}"))).collect();
    let (store, vault, list) = (house.store.clone(), house.vault.clone(), connections.clone());
    let saving = std::thread::spawn(move || {
        for c in &list {
            store.save(&vault, c, replacing("beside"), &destination("db.test")).unwrap();
        }
    });
    for _ in 0..5 {
        house.vault.rekey(None).unwrap();
    }
    saving.join().unwrap();
    let house = house.restart();
    for c in connections {
        assert_eq!(house.password(c.id).unwrap().as_deref(), Some("beside"));
    }
}
