//! A keychain that is locked, absent or lost: the program works, says so, and writes no secret in the clear.

use crate::desk::{Desk, code, saved};
use engine::views::{KeepSecrets, VaultStanding};
use landbridge_tests::peers::postgres::{Postgres, SCRAM};
use landbridge_tests::support::canary;
use model::{FieldId, Secret, SecretSource};
use store::KeychainFault;

#[tokio::test]
async fn postgres_connects_for_this_session_when_there_is_no_keychain() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    desk.chain.fail(Some(KeychainFault::Absent));
    let form = desk.verified_form("No keychain", server, SCRAM).await;
    let refused = desk.connect(form).await;
    assert!(code(&refused).starts_with("vault."), "{refused:?}");
    assert!(desk.heard.0.lock().unwrap().is_empty(), "said before the server was troubled");
    let id = saved(&desk.connect_keeping(form, KeepSecrets::ThisSession).await);
    assert_eq!(code(&desk.test(id).await), "worked");
    assert!(desk.asked.lock().unwrap().is_empty(), "it is remembered for this session");
    assert!(desk.engine.connection_view(id).await.unwrap().asks);

    let desk = desk.restart().await;
    assert_eq!(code(&desk.test(id).await), "cancelled", "nobody answers");
    assert_eq!(desk.asked.lock().unwrap().len(), 1, "after a restart it is asked for");
    *desk.answer.lock().unwrap() = Some(SCRAM.password.to_owned());
    assert_eq!(code(&desk.test(id).await), "worked");
    assert_eq!(code(&desk.test(id).await), "worked");
    assert_eq!(desk.asked.lock().unwrap().len(), 2, "and then not again");
    for (path, bytes) in canary::everything_in(&desk.dir()) {
        assert!(!canary::holds(&bytes, SCRAM.password.as_bytes()), "in the clear in {}", path.display());
    }
}

#[tokio::test]
async fn postgres_a_lost_key_locks_the_vault_and_the_recovery_passphrase_opens_it() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("Sealed", server, SCRAM).await;
    let id = saved(&desk.connect(form).await);
    let phrase = || Secret::from("correct horse battery staple".to_owned());
    assert!(desk.engine.vault_set_recovery(phrase()).await.unwrap().recovery);

    desk.chain.lose_everything();
    let desk = desk.restart().await;
    let view = desk.engine.vault_view().await.unwrap();
    assert_eq!((view.standing, view.sealed), (VaultStanding::Locked, 1));
    assert_eq!(desk.names().await, ["Sealed"], "metadata works");
    *desk.answer.lock().unwrap() = Some(SCRAM.password.to_owned());
    assert_eq!(code(&desk.test(id).await), "worked", "a typed password does, too");
    assert!(desk.engine.vault_unlock(Secret::from("wrong passphrase".to_owned())).await.is_err());
    assert_eq!(desk.engine.vault_unlock(phrase()).await.unwrap().standing, VaultStanding::Open);

    let desk = desk.restart().await;
    assert_eq!(code(&desk.test(id).await), "worked");
    assert!(desk.asked.lock().unwrap().is_empty(), "the key is back in the keychain");
    desk.engine.vault_rekey(Some(phrase())).await.unwrap();
    let desk = desk.restart().await;
    assert_eq!(code(&desk.test(id).await), "worked", "also under a new key");
}

#[tokio::test]
async fn postgres_a_secret_that_is_asked_for_each_time_is_never_sealed() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("Ask me", server, SCRAM).await;
    let view = desk.engine.draft_source(form, &FieldId::named("password"), SecretSource::Ask).unwrap();
    assert_eq!(view.secrets[&FieldId::named("password")].source, SecretSource::Ask);
    *desk.answer.lock().unwrap() = Some(SCRAM.password.to_owned());
    let id = saved(&desk.connect(form).await);
    assert_eq!(desk.asked.lock().unwrap().len(), 1);
    assert_eq!(code(&desk.test(id).await), "worked");
    assert_eq!(desk.asked.lock().unwrap().len(), 2, "every time");
    assert_eq!(desk.engine.vault_view().await.unwrap().sealed, 0);

    let form = desk.verified_form("Pasted", server, SCRAM).await;
    desk.engine.draft_source(form, &FieldId::named("password"), SecretSource::Ask).unwrap();
    desk.engine.draft_paste(form, &Secret::from(server.url())).unwrap();
    let id = saved(&desk.connect(form).await);
    assert_eq!(desk.engine.vault_view().await.unwrap().sealed, 0, "nor is one that a paste brought along");
    assert!(desk.engine.connection_view(id).await.unwrap().asks);
}

#[tokio::test]
async fn postgres_a_replaced_password_takes_the_place_of_one_that_was_remembered() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("Twice", server, SCRAM).await;
    desk.engine.draft_source(form, &FieldId::named("password"), SecretSource::Ask).unwrap();
    *desk.answer.lock().unwrap() = Some(SCRAM.password.to_owned());
    let id = saved(&desk.connect(form).await);
    let edit = desk.engine.connection_edit(id).await.unwrap();
    desk.engine.draft_source(edit.id, &FieldId::named("password"), SecretSource::Vault).unwrap();
    desk.secret(edit.id, "password", SCRAM.password);
    saved(&desk.connect(edit.id).await);
    assert_eq!(desk.engine.vault_view().await.unwrap().sealed, 1);
    let desk = desk.restart().await;
    assert_eq!(code(&desk.test(id).await), "worked");
    assert!(desk.asked.lock().unwrap().is_empty(), "the sealed one is used");
}
