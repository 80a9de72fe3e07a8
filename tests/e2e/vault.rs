//! A keychain that is absent or locked: it is said plainly, everything else works, and a typed password lasts for the session.

use landbridge_tests::peers::postgres::{Postgres, SCRAM};
use landbridge_tests::steps;
use landbridge_tests::support::canary;
use landbridge_tests::window::{App, Computer, Keyring};

#[tokio::test]
async fn postgres_without_a_keychain_a_password_is_kept_for_this_session_and_then_asked_for() {
    let server = Postgres::shared().await;
    let computer = Computer::with(Keyring::Absent);
    let app = computer.open().await;
    steps::verified_form(&app, "Parcels", server, SCRAM).await;
    app.press("Connect").await;
    app.see("This computer offers no keychain").await;
    app.press("Keep it for this session only").await;
    app.see("Parcels is connected").await;
    steps::menu(&app, "Parcels", "Test").await;
    app.see("It works. Answered in").await;
    steps::close_window(app).await;

    let app = computer.open().await;
    steps::see_names(&app, &["Parcels"]).await;
    steps::menu(&app, "Parcels", "Test").await;
    answer(&app).await;
    app.see("It works. Answered in").await;
    app.press("Test again").await;
    app.see("It works. Answered in").await;
    assert!(app.find_now("dialog", "Password needed", 0).await.is_none(), "asked once a session");
    app.press("Settings").await;
    app.see("This computer offers no keychain").await;
    steps::close_window(app).await;
    nothing_in_the_clear(&computer);
}

#[tokio::test]
async fn postgres_with_a_keychain_that_was_locked_the_banner_says_so_and_all_else_works() {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;
    steps::verified_form(&app, "Parcels", server, SCRAM).await;
    app.press("Connect").await;
    app.see("Parcels is connected").await;
    assert!(!app.text().await.contains("The vault is locked."));
    steps::close_window(app).await;

    lock_keychain(&computer);
    let app = computer.open().await;
    steps::see_names(&app, &["Parcels"]).await;
    app.see("The vault is locked.").await;
    app.press("Try again").await;
    app.see("The vault is still locked.").await;
    steps::menu(&app, "Parcels", "Test").await;
    answer(&app).await;
    app.see("It works. Answered in").await;
    app.press("Open vault settings").await;
    app.see("This computer's keychain is locked").await;
    app.close().await;
    nothing_in_the_clear(&computer);
}

#[tokio::test]
async fn postgres_with_a_locked_keychain_a_first_connection_is_offered_for_this_session() {
    let server = Postgres::shared().await;
    let computer = Computer::with(Keyring::Locked);
    let app = computer.open().await;
    steps::verified_form(&app, "Parcels", server, SCRAM).await;
    app.press("Connect").await;
    app.see("This computer's keychain is locked, and it was not unlocked when asked.").await;
    app.see("The vault is locked.").await;
    app.press("Keep it for this session only").await;
    app.see("Parcels is connected").await;
    app.close().await;
    nothing_in_the_clear(&computer);
}

#[tokio::test]
async fn a_recovery_passphrase_is_set_by_keys_alone() {
    let computer = Computer::new();
    let app = computer.open().await;
    app.press("Settings").await;
    app.press("Set passphrase").await;
    app.fill("Recovery passphrase", "orchard violin marble saddle").await;
    app.fill("The same again", "orchard violin marble").await;
    app.real_key("Return").await;
    app.see("The two are not the same.").await;
    app.fill("The same again", "orchard violin marble saddle").await;
    app.real_key("Return").await;
    app.find("button", "Replace passphrase").await;
    app.close().await;
}

/// The question for the password: focus in it, the right answer.
async fn answer(app: &App<'_>) {
    app.find("dialog", "Password needed").await;
    steps::see_focus(app, "input Password").await;
    app.fill("Password", SCRAM.password).await;
    app.press("Continue").await;
}

/// Locks the open keychain, as a person does by its own program.
fn lock_keychain(computer: &Computer) {
    let mut lock = computer.command("dbus-send");
    lock.args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"]);
    lock.args(["org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login"]);
    let done = lock.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn nothing_in_the_clear(computer: &Computer) {
    let files = canary::everything_in(computer.everything());
    assert!(files.iter().any(|(path, _)| path.starts_with(computer.data_dir())), "there is data");
    for (path, bytes) in files {
        canary::assert_nowhere(SCRAM.password, &path.display().to_string(), &bytes);
    }
}
