//! The vault's states, with every mood of a keychain; the recovery passphrase.

use super::*;
use crate::{LockedBecause, VaultState};

const PHRASE: &str = "correct horse battery";

#[test]
fn a_new_vault_makes_its_key_with_the_first_secret_and_not_before() {
    let house = House::new();
    assert_eq!(house.vault.state(), VaultState::New);
    let one = connection("One");
    house.store.save(&house.vault, &one, SecretChanges::none(), &destination("db.test")).unwrap();
    assert_eq!((house.vault.state(), house.keychain.names().len()), (VaultState::New, 0));
    house.save(&one, CANARY);
    assert_eq!((house.vault.state(), house.keychain.names().len()), (VaultState::Open, 1));
    house.save(&connection("Two"), "other");
    assert_eq!(house.keychain.names().len(), 1);
    assert_eq!(house.restart().vault.state(), VaultState::Open);
}

#[test]
fn without_a_working_keychain_nothing_is_sealed_and_all_else_works() {
    for (mood, because) in [
        (Mood::Absent, LockedBecause::KeychainAbsent),
        (Mood::Locked, LockedBecause::KeychainLocked),
        (Mood::Silent, LockedBecause::KeychainSilent),
    ] {
        let keychain = Arc::new(MemoryKeychain::default());
        keychain.set_mood(mood);
        let mut house = House::at(tempfile::tempdir().unwrap(), keychain);
        assert_eq!(house.vault.state(), VaultState::Locked(because));
        let one = connection("One");
        let refused = house.store.save(&house.vault, &one, replacing(CANARY), &destination("db.test")).unwrap_err();
        assert_eq!((refused.code(), refused.kind()), ("vault.locked", model::Kind::Vault), "{mood:?}");
        assert!(refused.view().remedy.contains("this session"), "{refused}");
        assert_eq!(house.store.get(one.id).unwrap(), None, "nothing of a refused save stays");
        house.store.save(&house.vault, &one, SecretChanges::none(), &destination("db.test")).unwrap();
        assert!(!contains(&bytes_below(house.dir.path()), CANARY.as_bytes()));
        // The prompt is answered later, or a keychain started: the next save simply works.
        house.answer();
        house.save(&one, CANARY);
        assert_eq!(house.vault.state(), VaultState::Open);
    }
}

#[test]
fn a_locked_vault_says_why_hands_out_nothing_and_makes_no_new_key() {
    for (mood, lose, spoil, because) in [
        (Mood::Absent, false, false, LockedBecause::KeychainAbsent),
        (Mood::Locked, false, false, LockedBecause::KeychainLocked),
        (Mood::Silent, false, false, LockedBecause::KeychainSilent),
        (Mood::Open, true, false, LockedBecause::KeyMissing),
        (Mood::Open, false, true, LockedBecause::KeyWrong),
    ] {
        let (house, one) = House::with_secret();
        // In the trash it is sealed all the same.
        house.store.delete(one.id).unwrap();
        house.keychain.set_mood(mood);
        if lose {
            house.keychain.lose_all();
        }
        if spoil {
            house.keychain.spoil_all();
        }
        let house = house.restart();
        assert_eq!(house.vault.state(), VaultState::Locked(because));
        assert_eq!(house.vault.retry(), VaultState::Locked(because));
        house.store.restore(one.id).unwrap();
        assert_eq!(code(house.password(one.id)), "vault.locked", "{because:?}");
        let two = house.store.save(&house.vault, &connection("Two"), replacing("x"), &destination("db.test"));
        assert_eq!(code(two), "vault.locked", "{because:?}");
        assert_eq!(house.count("SELECT count(*) FROM keys"), 1, "{because:?}");
        // A connection can be renamed meanwhile, and keeps its secret.
        let renamed = Connection { name: "Renamed".into(), ..one };
        house.store.save(&house.vault, &renamed, keeping(), &destination("db.test")).unwrap();
    }
}

#[test]
fn a_prompt_that_is_answered_later_opens_the_vault_on_retry() {
    let (house, one) = House::with_secret();
    house.keychain.set_mood(Mood::Silent);
    let before = house.keychain.calls();
    let mut house = house.restart();
    let retry = || assert_eq!(house.vault.retry(), VaultState::Locked(LockedBecause::KeychainSilent));
    // On a busy machine a call may be given up before it began: it is then not made at all.
    while house.keychain.calls() < before + 5 {
        retry();
    }
    retry();
    retry();
    assert_eq!(house.keychain.calls(), before + 5, "the first ask and four more: no queue of prompts");
    house.answer();
    assert_eq!(house.vault.retry(), VaultState::Open);
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
}

#[test]
fn the_state_and_the_list_do_not_wait_for_a_keychain_that_keeps_silent() {
    let house = House::new();
    house.keychain.set_mood(Mood::Silent);
    let before = house.keychain.calls();
    let (store, vault) = (house.store.clone(), house.vault.clone());
    let saving =
        std::thread::spawn(move || code(store.save(&vault, &connection("One"), replacing("x"), &destination("db.test"))));
    while house.keychain.calls() == before {
        std::thread::yield_now();
    }
    assert_eq!(house.vault.state(), VaultState::New);
    assert_eq!(house.store.list(&crate::ListQuery::default()).unwrap().total, 0);
    house.store.set_setting("theme", &"dark".into()).unwrap();
    assert!(!saving.is_finished(), "all that happened while the keychain was silent");
    house.keychain.set_mood(Mood::Open);
    assert_eq!(saving.join().unwrap(), "ok");
}

#[test]
fn a_keychain_that_forgets_is_found_out_before_anything_is_sealed() {
    let house = House::new();
    house.keychain.set_mood(Mood::Forgetful);
    let refused = house.store.save(&house.vault, &connection("One"), replacing(CANARY), &destination("db.test"));
    assert_eq!(code(refused), "vault.keychain_forgets");
    assert_eq!(house.count("SELECT count(*) FROM secrets"), 0);
    house.keychain.set_mood(Mood::Open);
    house.save(&connection("One"), CANARY);
}

#[test]
fn a_lost_key_that_seals_nothing_any_more_does_not_lock_the_vault() {
    let (house, one) = House::with_secret();
    house.store.delete(one.id).unwrap();
    house.store.purge(one.id).unwrap();
    house.keychain.lose_all();
    let house = house.restart();
    assert_eq!(house.vault.state(), VaultState::New);
    house.save(&one, "again");
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some("again"));
}

#[test]
fn two_data_directories_on_one_keychain_never_share_a_key() {
    let keychain = Arc::new(MemoryKeychain::default());
    let first = House::at(tempfile::tempdir().unwrap(), Arc::clone(&keychain));
    let second = House::at(tempfile::tempdir().unwrap(), keychain);
    let one = connection("One");
    first.save(&one, "first");
    second.save(&one, "second");
    assert_eq!(first.keychain.names().len(), 2);
    let (first, second) = (first.restart(), second.restart());
    assert_eq!(first.password(one.id).unwrap().as_deref(), Some("first"));
    assert_eq!(second.password(one.id).unwrap().as_deref(), Some("second"));
}

#[test]
fn the_recovery_passphrase_opens_the_vault_and_puts_the_key_back() {
    let (house, one) = House::with_secret();
    assert!(!house.vault.has_recovery().unwrap());
    assert_eq!(code(house.vault.unlock_with_recovery(&secret(PHRASE))), "vault.no_recovery");
    assert_eq!(code(house.vault.set_recovery(&secret("too short"))), "vault.short_passphrase");
    house.vault.set_recovery(&secret(PHRASE)).unwrap();
    assert!(house.vault.has_recovery().unwrap());
    for spoil in [false, true] {
        if spoil {
            house.keychain.spoil_all()
        } else {
            house.keychain.lose_all()
        }
        house.vault.retry();
    }
    house.keychain.lose_all();
    let house = house.restart();
    assert_eq!(house.vault.state(), VaultState::Locked(LockedBecause::KeyMissing));
    assert_eq!(code(house.vault.unlock_with_recovery(&secret("wrong horse battery"))), "vault.wrong_passphrase");
    assert!(matches!(house.vault.state(), VaultState::Locked(_)));
    assert!(house.vault.unlock_with_recovery(&secret(PHRASE)).unwrap().in_keychain);
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
    let house = house.restart();
    assert_eq!(house.vault.state(), VaultState::Open, "the keychain has the key again");
    assert!(!contains(&bytes_below(house.dir.path()), PHRASE.as_bytes()));
    house.vault.remove_recovery().unwrap();
    assert_eq!(code(house.vault.unlock_with_recovery(&secret(PHRASE))), "vault.no_recovery");
}

#[test]
fn the_recovery_passphrase_works_for_a_session_without_a_keychain() {
    let (house, one) = House::with_secret();
    house.vault.set_recovery(&secret("Pa\u{e9}lla pour tous")).unwrap();
    house.keychain.set_mood(Mood::Absent);
    let house = house.restart();
    // The same letters from a keyboard that composes them otherwise.
    let recovered = house.vault.unlock_with_recovery(&secret("Pae\u{301}lla pour tous")).unwrap();
    assert!(!recovered.in_keychain);
    assert_eq!(house.password(one.id).unwrap().as_deref(), Some(CANARY));
    house.save(&connection("Two"), "works too");
    assert!(matches!(house.restart().vault.state(), VaultState::Locked(LockedBecause::KeychainAbsent)));
}

#[test]
fn a_recovery_row_that_asks_for_endless_work_is_refused() {
    let (house, _) = House::with_secret();
    house.vault.set_recovery(&secret(PHRASE)).unwrap();
    house.sql("UPDATE recovery SET memory = 4000000000");
    assert_eq!(code(house.vault.unlock_with_recovery(&secret(PHRASE))), "vault.damaged");
    house.sql("UPDATE recovery SET memory = 8192");
    assert_eq!(code(house.vault.unlock_with_recovery(&secret(PHRASE))), "vault.wrong_passphrase");
}
