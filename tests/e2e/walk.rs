//! A walk through every screen and state of the window, with someone looking at each: the check of accessibility, the pictures.
//!
//! Owns: how each state is reached. Does not own: what is done there.

use crate::peers::postgres::{Account, Postgres, SCRAM};
use crate::steps;
use crate::support::seed;
use crate::window::{App, Computer, Keyring};
use std::future::Future;
use std::net::TcpListener;

/// Looks at a screen.
pub trait Look {
    /// Called in each state, with its name.
    fn look(&mut self, app: &App<'_>, screen: &str) -> impl Future<Output = ()>;
}

/// The empty list, the way to the form, the form in all its states.
pub async fn new_connection(eye: &mut impl Look) {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;
    eye.look(&app, "empty").await;
    app.press("New connection").await;
    app.find("heading", "New connection").await;
    eye.look(&app, "pick").await;
    app.press("Paste a connection URL").await;
    app.press("Fill the form").await;
    eye.look(&app, "pick-paste").await;
    app.press("Cancel").await;
    app.press("PostgreSQL").await;
    app.find("button", "Setup connection").await;
    eye.look(&app, "first-page").await;
    app.press("Setup connection").await;
    app.find("heading", "New PostgreSQL connection").await;
    eye.look(&app, "form").await;
    app.press("Connect").await;
    app.see("things to fix").await;
    eye.look(&app, "form-errors").await;
    app.press("Paste a connection URL").await;
    let area = app.find("field", "Connection URL or settings").await;
    steps::paste_event(&app, &area, "postgres://reader@db.example.org/parcels?sslmode=verify-full&options=x").await;
    app.see("Filled from what you pasted").await;
    eye.look(&app, "form-pasted").await;
    app.press("Dismiss").await;
    steps::open_advanced(&app).await;
    steps::paste_into(&app, "Client key", "this is no key").await;
    app.see("no private key").await;
    eye.look(&app, "form-advanced").await;
    runs(&app, server, eye).await;
    app.close().await;
}

/// A run: under way, stopped, failed in several ways, worked.
async fn runs(app: &App<'_>, server: &Postgres, eye: &mut impl Look) {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a silent server");
    steps::fill(app, "Parcels", server, Account { user: "scram_user", password: "wrong" }).await;
    app.fill("Port", &silent.local_addr().expect("its port").port().to_string()).await;
    app.press("Connect").await;
    app.see("Encrypt and verify: under way").await;
    eye.look(app, "run-under-way").await;
    app.press("Cancel").await;
    app.see("Nothing was saved.").await;
    eye.look(app, "run-cancelled").await;
    app.fill("Port", &server.port.to_string()).await;
    app.press("Connect").await;
    app.see("is not signed by an authority").await;
    eye.look(app, "run-failed-tls").await;
    steps::paste_root(app, &server.ca_pem).await;
    app.press("Connect").await;
    app.see("The server does not accept this username and password.").await;
    app.press("Details").await;
    app.see("Code: 28P01").await;
    eye.look(app, "run-failed-login").await;
    steps::password(app, SCRAM.password).await;
    app.fill("Database", "plain").await;
    app.press("Test").await;
    app.see("It works").await;
    eye.look(app, "run-worked-with-warning").await;
    app.press("Connections").await;
    app.find("dialog", "Leave without saving?").await;
    eye.look(app, "leave").await;
    app.press("Keep editing").await;
    app.press("Connect").await;
    app.see("Parcels is connected").await;
    eye.look(app, "connected").await;
}

/// What is done with a connection of the list.
pub async fn a_connection(eye: &mut impl Look) {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    seed::connections(&computer.data_dir(), &seed::varied(2));
    let app = computer.open().await;
    steps::verified_form(&app, "Addresses", server, SCRAM).await;
    app.press("Connect").await;
    app.see("Addresses is connected").await;
    app.press("Dismiss").await;
    eye.look(&app, "list-3").await;
    app.press("Actions for Addresses").await;
    app.find("menuitem", "Test").await;
    eye.look(&app, "menu").await;
    app.click("menuitem", "Test").await;
    app.see("It works. Answered in").await;
    eye.look(&app, "test-worked").await;
    app.press("Close").await;
    steps::menu(&app, "Addresses", "Edit").await;
    app.find("button", "Replace Password").await;
    eye.look(&app, "edit").await;
    app.fill("Server", "127.0.0.1").await;
    app.press("Save").await;
    app.see("One thing to fix").await;
    eye.look(&app, "edit-asked-again").await;
    steps::to_the_list(&app).await;
    steps::menu(&app, "Addresses", "Environment and labels…").await;
    app.fill("Labels", "gis,").await;
    eye.look(&app, "organise").await;
    app.press("Save").await;
    steps::menu(&app, "Addresses", "Delete…").await;
    app.see("Nothing else depends on it.").await;
    eye.look(&app, "delete").await;
    app.press("Delete").await;
    app.see("Addresses was deleted.").await;
    eye.look(&app, "undo").await;
    app.close().await;
}

/// Long lists, palette, keys.
pub async fn lists(eye: &mut impl Look) {
    damaged(eye).await;
    let computer = Computer::new();
    seed::connections(&computer.data_dir(), &seed::varied(20));
    let app = computer.open().await;
    app.see("db0.example.org").await;
    eye.look(&app, "list-20").await;
    app.fill("Search name, host or label", "nothing like this").await;
    app.see("No connection matches.").await;
    eye.look(&app, "list-none").await;
    app.press("Show all connections").await;
    steps::menu(&app, "Roads", "Test").await;
    app.find("heading", "Test of Roads").await;
    app.see("refused the connection").await;
    eye.look(&app, "list-test-panel").await;
    app.press("Close").await;
    app.real_key("ctrl+k").await;
    app.find("option", "Settings").await;
    eye.look(&app, "palette").await;
    app.fill("Command palette", "zzzz").await;
    app.see("Nothing found.").await;
    eye.look(&app, "palette-none").await;
    app.real_key("Escape").await;
    app.see_no_more("Nothing found.").await;
    app.real_key("question").await;
    app.find("dialog", "Keyboard shortcuts").await;
    eye.look(&app, "shortcuts").await;
    app.close().await;
}

/// A list of which an entry cannot be read.
async fn damaged(eye: &mut impl Look) {
    let computer = Computer::new();
    seed::connections(&computer.data_dir(), &seed::varied(4));
    seed::damage(&computer.data_dir(), "Roads");
    let app = computer.open().await;
    app.see("Connections that cannot be read: 1").await;
    eye.look(&app, "list-damaged").await;
    app.press("Delete what cannot be read…").await;
    app.find("dialog", "Delete what cannot be read?").await;
    eye.look(&app, "list-damaged-delete").await;
    app.press("Delete").await;
    app.see_no_more("Connections that cannot be read").await;
    steps::see_names(&app, &["Parcels", "Rivers", "Trees"]).await;
    app.close().await;
}

/// Settings, all sections and dialogs, with an open vault.
pub async fn settings(eye: &mut impl Look) {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;
    app.press("Settings").await;
    app.find("heading", "Appearance").await;
    eye.look(&app, "settings-new").await;
    steps::to_the_list(&app).await;
    steps::verified_form(&app, "Parcels", server, SCRAM).await;
    app.press("Connect").await;
    app.see("Parcels is connected").await;
    app.press("Dismiss").await;
    app.press("Settings").await;
    app.see("1 secret is sealed in it.").await;
    app.click("radio", "Manual").await;
    app.fill("Proxy address", "proxy").await;
    app.press("Save").await;
    app.see("Begin with http://").await;
    eye.look(&app, "settings-proxy").await;
    app.click("radio", "None").await;
    app.press("Set passphrase").await;
    app.fill("Recovery passphrase", "short").await;
    app.press("Set passphrase").await;
    app.see("Use at least").await;
    eye.look(&app, "settings-passphrase").await;
    app.press("Cancel").await;
    app.press("Make a new key").await;
    app.find("dialog", "Make a new key?").await;
    eye.look(&app, "settings-new-key").await;
    app.press("Cancel").await;
    app.find("heading", "Vault").await;
    eye.look(&app, "settings-vault").await;
    app.find("heading", "Data on this computer").await;
    eye.look(&app, "settings-data").await;
    app.find("heading", "About").await;
    app.find("field", "Licences").await;
    eye.look(&app, "settings-about").await;
    app.close().await;
}

/// No keychain: what is said, and the question for a password.
pub async fn locked(eye: &mut impl Look) {
    let server = Postgres::shared().await;
    let computer = Computer::with(Keyring::Absent);
    let app = computer.open().await;
    eye.look(&app, "locked-empty").await;
    steps::verified_form(&app, "Parcels", server, SCRAM).await;
    app.press("Connect").await;
    app.find("button", "Keep it for this session only").await;
    eye.look(&app, "locked-connect").await;
    app.press("Keep it for this session only").await;
    app.see("Parcels is connected").await;
    app.press("Settings").await;
    app.see("This computer offers no keychain").await;
    eye.look(&app, "locked-settings").await;
    app.close().await;
    let app = computer.open().await;
    steps::menu(&app, "Parcels", "Test").await;
    app.find("dialog", "Password needed").await;
    eye.look(&app, "asked").await;
    app.press("Cancel").await;
    app.close().await;
}

/// A data directory that cannot be used.
pub async fn not_started(eye: &mut impl Look) {
    let computer = Computer::new();
    std::fs::create_dir_all(computer.data_dir()).expect("a data directory");
    std::fs::write(
        computer.data_dir().join("landbridge.db"),
        "this is no database, and much longer than its header would be\n".repeat(40),
    )
    .expect("a spoilt database");
    let app = computer.open().await;
    app.find("heading", "Landbridge could not start").await;
    eye.look(&app, "not-started").await;
    app.close().await;
}
