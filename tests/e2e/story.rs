//! The whole story: from the empty list to a connection that still works after a restart, and what one does with it.

use landbridge_tests::peers::postgres::{Postgres, SCRAM};
use landbridge_tests::steps;
use landbridge_tests::window::Computer;

const ALL_DONE: [&str; 6] = [
    "Find the server: done",
    "Reach the port: done",
    "Encrypt and verify: done",
    "Log in: done",
    "First query: done",
    "Look for PostGIS: done",
];

#[tokio::test]
async fn postgres_from_the_empty_list_to_the_reconnect_after_a_restart() {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;
    app.find("heading", "Connect your first data warehouse").await;

    app.press("New connection").await;
    app.press("PostgreSQL").await;
    app.find("heading", "Connect to PostgreSQL").await;
    app.see("What you need").await;
    app.press("Setup connection").await;
    steps::fill(&app, "Parcels", server, SCRAM).await;
    steps::open_advanced(&app).await;
    assert_eq!(app.value("SSL mode").await, "prefer", "the default for a server on this computer");
    steps::choose(&app, "SSL mode", "verify-full").await;
    let authority = steps::file(&app, "authority.pem", server.ca_pem.as_bytes());
    steps::choose_file(&app, "Root certificate", &authority).await;
    app.see("authority.pem").await;
    assert!(
        !app.text().await.contains(&computer.home().display().to_string()),
        "the window learns a file's name, not its folder"
    );

    app.press("Test").await;
    app.see("It works").await;
    assert_eq!(steps::stages(&app).await, ALL_DONE);
    app.see("TLS 1.3, server verified").await;
    app.press("Connect").await;
    app.see("Parcels is connected").await;
    steps::see_names(&app, &["Parcels"]).await;
    app.see("Works · just now").await;
    steps::close_window(app).await;

    let app = computer.open().await;
    steps::see_names(&app, &["Parcels"]).await;
    steps::menu(&app, "Parcels", "Test").await;
    app.find("heading", "Test of Parcels").await;
    app.see("It works. Answered in").await;
    assert_eq!(steps::stages(&app).await, ALL_DONE);
    app.close().await;
}

#[tokio::test]
async fn postgres_edit_duplicate_organise_delete_and_undo() {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;
    steps::verified_form(&app, "Parcels", server, SCRAM).await;
    app.press("Connect").await;
    steps::see_names(&app, &["Parcels"]).await;

    // Edit: the stored password is kept as it is, and not shown.
    steps::menu(&app, "Parcels", "Edit").await;
    app.find("heading", "Edit Parcels").await;
    app.find("button", "Replace Password").await;
    app.see("Saved").await;
    app.fill("Name", "Roads").await;
    app.press("Save").await;
    app.see("Roads is saved").await;
    steps::see_names(&app, &["Roads"]).await;

    // A changed destination asks for it again, and says why.
    steps::menu(&app, "Roads", "Edit").await;
    app.fill("Server", "127.0.0.1").await;
    app.press("Save").await;
    app.see("One thing to fix: Password").await;
    steps::see_focus(&app, "input Password").await;
    app.fill("Password", SCRAM.password).await;
    app.press("Save").await;
    app.see("Roads is saved").await;

    // A copy has no password until it is typed.
    steps::menu(&app, "Roads", "Duplicate").await;
    app.find("heading", "Duplicate connection").await;
    assert_eq!(app.value("Name").await, "Roads copy");
    assert!(app.find_now("button", "Replace Password", 0).await.is_none(), "no password came along");
    app.press("Connect").await;
    app.see("The server asks for a password.").await;
    app.fill("Password", SCRAM.password).await;
    app.press("Connect").await;
    app.see("Roads copy is connected").await;
    steps::see_names(&app, &["Roads", "Roads copy"]).await;

    organise(&app).await;
    search_and_sort(&app).await;
    delete_and_undo(&app).await;
    app.close().await;
}

async fn organise(app: &landbridge_tests::window::App<'_>) {
    steps::menu(app, "Roads copy", "Environment and labels…").await;
    app.find("dialog", "Organise Roads copy").await;
    app.click("radio", "Production").await;
    app.fill("Labels", "gis, eu,").await;
    app.find("button", "Remove gis").await;
    app.press("Save").await;
    app.find("group", "Roads copy").await;
    for word in ["Production", "gis", "eu"] {
        app.see(word).await;
    }
}

async fn search_and_sort(app: &landbridge_tests::window::App<'_>) {
    app.fill("Search name, host or label", "GIS").await;
    steps::see_names(app, &["Roads copy"]).await;
    app.see("1 of 2").await;
    app.fill("Search name, host or label", "nothing like this").await;
    app.see("No connection matches.").await;
    app.press("Show all connections").await;
    steps::see_names(app, &["Roads", "Roads copy"]).await;
    steps::choose(app, "Order", "name-down").await;
    steps::see_names(app, &["Roads copy", "Roads"]).await;
    steps::choose(app, "Order", "name").await;
    steps::see_names(app, &["Roads", "Roads copy"]).await;
}

async fn delete_and_undo(app: &landbridge_tests::window::App<'_>) {
    steps::menu(app, "Roads copy", "Delete…").await;
    app.find("dialog", "Delete Roads copy?").await;
    app.see("Nothing else depends on it.").await;
    steps::see_focus(app, "button Keep it").await;
    app.press("Keep it").await;
    steps::see_names(app, &["Roads", "Roads copy"]).await;
    steps::menu(app, "Roads copy", "Delete…").await;
    app.press("Delete").await;
    app.see("Roads copy was deleted.").await;
    steps::see_names(app, &["Roads"]).await;
    app.press("Undo").await;
    steps::see_names(app, &["Roads", "Roads copy"]).await;
    // Its password came back with it.
    steps::menu(app, "Roads copy", "Test").await;
    app.see("It works. Answered in").await;
}
