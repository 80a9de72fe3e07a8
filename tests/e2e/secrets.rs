//! A password with a unique marker goes through the real window; afterwards it is nowhere: no file of the person's, no
//! process's arguments, not the document.

use landbridge_tests::peers::postgres::{Options, Postgres, SCRAM};
use landbridge_tests::steps;
use landbridge_tests::support::canary::{assert_nowhere, everything_in};
use landbridge_tests::window::{App, Computer};

const MARKER: &str = "Zq7~window/Wv3+kX9";

#[tokio::test]
async fn postgres_a_password_typed_into_the_window_is_nowhere_afterwards() {
    // A server of its own: the marker becomes the password of an account that others use.
    let server = Postgres::start(Options::default()).await;
    server.admin_query(&format!("ALTER ROLE {} PASSWORD '{MARKER}'", SCRAM.user)).await;
    let computer = Computer::new();
    let app = computer.open().await;
    steps::verified_form(
        &app,
        "Canary",
        &server,
        landbridge_tests::peers::postgres::Account { user: SCRAM.user, password: MARKER },
    )
    .await;
    look(&app, "entered").await;
    app.press("Test").await;
    app.see("It works").await;
    look(&app, "tested").await;
    app.press("Connect").await;
    app.see("Canary is connected").await;
    look(&app, "connected").await;

    server.admin_query(&format!("ALTER ROLE {} PASSWORD 'other'", SCRAM.user)).await;
    steps::menu(&app, "Canary", "Test").await;
    app.see("The server does not accept this username and password.").await;
    look(&app, "failed").await;
    steps::menu(&app, "Canary", "Edit").await;
    steps::password(&app, MARKER).await;
    app.press("Save").await;
    app.see("It did not work").await;
    look(&app, "not saved").await;
    steps::to_the_list(&app).await;
    look(&app, "discarded").await;
    steps::menu(&app, "Canary", "Delete…").await;
    app.press("Delete").await;
    app.see("Canary was deleted.").await;
    look(&app, "deleted").await;
    steps::close_window(app).await;

    let files = everything_in(computer.everything());
    assert!(files.iter().any(|(path, _)| path.starts_with(computer.data_dir())), "there is data");
    for (path, bytes) in files {
        assert_nowhere(MARKER, &path.display().to_string(), &bytes);
    }
    server.stop().await;
}

/// Looks at the document, at the arguments and environments of the application's processes, and at what it said.
async fn look(app: &App<'_>, when: &str) {
    assert_nowhere(MARKER, &format!("the document, {when}"), steps::html(app).await.as_bytes());
    let pids = app.pids();
    assert!(pids.len() > 1, "the application and its web process run");
    for pid in pids {
        for what in ["cmdline", "environ"] {
            let bytes = std::fs::read(format!("/proc/{pid}/{what}")).unwrap_or_default();
            assert_nowhere(MARKER, &format!("{what} of a process, {when}"), &bytes);
        }
    }
    assert_nowhere(MARKER, &format!("the log, {when}"), app.computer().logs().as_bytes());
}
