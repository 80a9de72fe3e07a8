//! What a person sees when it does not work: what, why, what to do; the stage; the field; the server's own code under Details.

use landbridge_tests::peers::postgres::{self as pg, Account, Options, Postgres, ServerCertificate};
use landbridge_tests::steps;
use landbridge_tests::window::{App, Computer};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

/// What is expected on the screen.
struct Failure<'a> {
    what: &'a str,
    why: &'a str,
    remedy: &'a str,
    /// The stage that failed; those before it are done.
    stage: &'a str,
    /// What has the focus: the control of the field that is named.
    focus: &'a str,
    /// Under Details.
    details: &'a str,
}

/// Presses *Connect* and looks at what is told.
async fn fails(app: &App<'_>, expected: &Failure<'_>) {
    // What the last try left on the screen may say the same.
    let old = "document.querySelector('section[aria-label=Progress] [role=alert]')?.setAttribute('data-old', ''); return true";
    app.client.execute(old, vec![]).await.expect("the last failure is marked");
    app.press("Connect").await;
    let fresh = "return !!document.querySelector('section[aria-label=Progress] [role=alert]:not([data-old])')";
    app.until("a new failure", fresh, vec![]).await;
    app.see(expected.what).await;
    app.see("It did not work").await;
    let script = "const panel = document.querySelector('section[aria-label=Progress] [role=alert]'); \
                  return [panel.innerText, panel.querySelector('details pre').textContent]";
    let told = app.client.execute(script, vec![]).await.expect("what is told");
    let part = |n: usize| told[n].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [expected.what, expected.why, expected.remedy] {
        assert!(part(0).contains(words), "“{words}” is not in: {}", part(0));
    }
    assert!(part(1).contains(expected.details), "“{}” is not in: {}", expected.details, part(1));
    let stages = steps::stages(app).await;
    let at = stages.iter().position(|s| *s == format!("{}: failed", expected.stage));
    let at = at.unwrap_or_else(|| panic!("{} did not fail: {stages:?}", expected.stage));
    assert!(stages[..at].iter().all(|s| s.ends_with("done") || s.ends_with("skipped")), "{stages:?}");
    assert!(stages[at + 1..].iter().all(|s| s.ends_with("not started")), "{stages:?}");
    if !expected.focus.is_empty() {
        steps::see_focus(app, expected.focus).await;
    }
}

async fn started(certificate: ServerCertificate) -> Postgres {
    Postgres::start(Options { certificate, ..Options::default() }).await
}

/// Answers whatever comes as a web server does.
fn web_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    port
}

#[tokio::test]
async fn postgres_failures_on_the_way_to_the_server_are_told_apart() {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;
    steps::verified_form(&app, "Parcels", server, pg::SCRAM).await;

    // No name begins with a dash: the system says so itself and asks nobody.
    app.fill("Server", "-nowhere-.localhost").await;
    let unknown_host = Failure {
        what: "The server -nowhere-.localhost was not found.",
        why: "No address is known for this name",
        remedy: "Check the spelling.",
        stage: "Find the server",
        focus: "input Server",
        details: "net.unknown_host",
    };
    fails(&app, &unknown_host).await;

    app.fill("Server", "127.0.0.1").await;
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    app.fill("Port", &closed.to_string()).await;
    let refused = Failure {
        what: &format!("127.0.0.1 refused the connection on port {closed}."),
        why: "nothing listens on this port",
        remedy: "Check the port",
        stage: "Reach the port",
        focus: "input Port",
        details: "net.refused",
    };
    fails(&app, &refused).await;
    app.find("button", "Try again").await;

    app.fill("Port", &web_server().to_string()).await;
    let not_postgres = Failure {
        what: "is not PostgreSQL.",
        why: "It speaks another protocol",
        remedy: "Check the port; PostgreSQL's is mostly 5432.",
        stage: "Encrypt and verify",
        focus: "input Port",
        details: "postgres.not_postgres",
    };
    fails(&app, &not_postgres).await;

    silent_server(&app).await;
    app.close().await;
}

/// A server that takes the connection and says nothing: it is told after its time, and before it one can stop at once.
async fn silent_server(app: &App<'_>) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    app.fill("Port", &silent.local_addr().unwrap().port().to_string()).await;
    app.fill("Connect timeout", "1").await;
    let said_nothing = Failure {
        what: "and then said nothing for 1 seconds.",
        why: "the server is stuck or overloaded",
        remedy: "Check the port.",
        stage: "Encrypt and verify",
        focus: "",
        details: "postgres.silent",
    };
    fails(app, &said_nothing).await;

    app.fill("Connect timeout", "600").await;
    app.press("Connect").await;
    app.see("Encrypt and verify: under way").await;
    app.press("Cancel").await;
    app.see("Nothing was saved. Everything you typed is still here.").await;
    for (label, kept) in [("Name", "Parcels"), ("Server", "127.0.0.1"), ("Connect timeout", "600"), ("SSL mode", "verify-full")] {
        assert_eq!(app.value(label).await, kept, "{label}");
    }
    app.find("button", "Replace Password").await;
    app.find("button", "Replace Root certificate").await;
}

#[tokio::test]
async fn postgres_failures_of_encryption_are_told_apart() {
    let server = Postgres::shared().await;
    let no_tls = Postgres::start(Options { tls: false, ..Options::default() });
    let (wrong_name, expired, no_tls) =
        tokio::join!(started(ServerCertificate::WrongName), started(ServerCertificate::Expired), no_tls);
    let computer = Computer::new();
    let app = computer.open().await;
    steps::postgres_form(&app).await;
    steps::fill(&app, "Parcels", server, pg::SCRAM).await;
    steps::open_advanced(&app).await;
    steps::choose(&app, "SSL mode", "verify-full").await;

    let unknown_authority = Failure {
        what: "The certificate of localhost is not signed by an authority that this computer trusts.",
        why: "and no root certificate is given here.",
        remedy: "Choose the server's root certificate",
        stage: "Encrypt and verify",
        focus: "button Choose file for Root certificate",
        details: "tls.unknown_authority",
    };
    fails(&app, &unknown_authority).await;
    app.find("button", "Use require: encrypted, but the server is not verified").await;

    let servers = [
        (
            &wrong_name,
            Failure {
                what: "The certificate of this server is not for localhost.",
                why: "It is for elsewhere.example",
                remedy: "anything else may be someone in between.",
                stage: "Encrypt and verify",
                focus: "input Server",
                details: "tls.wrong_name",
            },
        ),
        (
            &expired,
            Failure {
                what: "The certificate of localhost expired on 2021-01-01.",
                why: "It was valid from 2019-01-01 to 2021-01-01.",
                remedy: "Have it renewed by whoever runs the server.",
                stage: "Encrypt and verify",
                focus: "select SSL mode",
                details: "tls.expired",
            },
        ),
        (
            &no_tls,
            Failure {
                what: "localhost does not offer encryption, and the SSL mode verify-full asks for it.",
                why: "TLS is switched off in this server.",
                remedy: "Have TLS switched on (ssl = on).",
                stage: "Encrypt and verify",
                focus: "select SSL mode",
                details: "postgres.no_tls",
            },
        ),
    ];
    for (other, failure) in &servers {
        app.fill("Port", &other.port.to_string()).await;
        steps::paste_root(&app, &other.ca_pem).await;
        fails(&app, failure).await;
    }
    // The button of the remedy does it: the mode is set, and the same form connects.
    app.press("Use prefer").await;
    assert_eq!(app.value("SSL mode").await, "prefer");
    app.press("Connect").await;
    app.see("Parcels is connected").await;
    app.close().await;
    for server in [wrong_name, expired, no_tls] {
        server.stop().await;
    }
}

#[tokio::test]
async fn postgres_failures_of_the_login_are_told_apart() {
    let server = Postgres::shared().await;
    let starting = Postgres::start(Options { starting_up: true, ..Options::default() }).await;
    let computer = Computer::new();
    let app = computer.open().await;
    steps::verified_form(&app, "Parcels", server, Account { user: "scram_user", password: "wrong" }).await;

    let login = |what, why, remedy, focus, details| Failure { what, why, remedy, stage: "Log in", focus, details };
    let wrong_password = login(
        "The server does not accept this username and password.",
        "PostgreSQL does not say which.",
        "Check both Username and Password",
        "input Password",
        "Code: 28P01",
    );
    fails(&app, &wrong_password).await;
    app.press("Details").await;
    app.see("password authentication failed for user \"scram_user\"").await;

    for (who, failure) in [
        (
            pg::NO_HBA,
            login(
                "The server has no rule that lets nohba_user into landbridge",
                "pg_hba.conf",
                "Have such a line added",
                "input Username",
                "Code: 28000",
            ),
        ),
        (
            pg::GHOST,
            login(
                "The role ghost_user does not exist on this server",
                "without a password",
                "Check Username",
                "input Username",
                "Code: 28000",
            ),
        ),
        (
            pg::FULL,
            login(
                "The server has no connection left for full_user.",
                "As many are open",
                "Close some, wait a little",
                "",
                "Code: 53300",
            ),
        ),
    ] {
        app.fill("Username", who.user).await;
        steps::password(&app, if who.password.is_empty() { "not asked for" } else { who.password }).await;
        fails(&app, &failure).await;
    }

    app.fill("Username", pg::SCRAM.user).await;
    steps::password(&app, pg::SCRAM.password).await;
    app.fill("Database", "nowhere").await;
    let no_database = login(
        "The database nowhere does not exist on this server.",
        "has no database of this name",
        "Check Database",
        "input Database",
        "Code: 3D000",
    );
    fails(&app, &no_database).await;

    app.fill("Port", &starting.port.to_string()).await;
    steps::paste_root(&app, &starting.ca_pem).await;
    let not_ready =
        login("The server is starting up", "takes no connections just now", "Try again in a moment.", "", "Code: 57P03");
    fails(&app, &not_ready).await;

    // Nothing of this was saved, and the form that failed so often still connects.
    app.fill("Port", &server.port.to_string()).await;
    steps::paste_root(&app, &server.ca_pem).await;
    app.fill("Database", "plain").await;
    app.press("Test").await;
    app.see("It works").await;
    app.see("PostGIS").await;
    app.see("Look for PostGIS: done, with something to know").await;
    app.press("Connect").await;
    steps::see_names(&app, &["Parcels"]).await;
    app.close().await;
    starting.stop().await;
}

#[tokio::test]
async fn postgres_pressing_connect_shows_all_that_is_missing_and_goes_to_the_first() {
    let computer = Computer::new();
    let app = computer.open().await;
    steps::postgres_form(&app).await;
    app.fill("Database", "").await;
    app.fill("Port", "65536").await;
    app.press("Connect").await;
    app.see("5 things to fix: Name, Server, Username, Database, Port").await;
    steps::see_focus(&app, "input Name").await;
    let described = "const wrong = [...document.querySelectorAll('[aria-invalid=true]')]; return wrong.length === 5 && wrong.every((e) => \
                     e.getAttribute('aria-describedby').split(' ').some((id) => id.endsWith('-error') && document.getElementById(id).innerText))";
    app.until("each wrong field says what is wrong with it", described, vec![]).await;
    app.press("Username").await;
    steps::see_focus(&app, "input Username").await;
    assert_eq!(app.value("Port").await, "65536", "nothing typed is changed");
    // What was put right is no longer said.
    app.fill("Name", "Parcels").await;
    app.fill("Port", "5432").await;
    app.see("3 things to fix: Server, Username, Database").await;
    tokio::time::sleep(Duration::from_millis(10)).await;
    let stages = app.client.execute("return document.querySelectorAll('[data-stage].failed').length", vec![]).await.unwrap();
    assert_eq!(stages, Value::from(0), "nothing was tried");
    app.close().await;
}
