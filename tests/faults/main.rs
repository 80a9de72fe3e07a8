//! What goes wrong on the way to a warehouse, one test a failure: against real servers that refuse, and small ones of ours that
//! misbehave in ways that no real server can be made to.

mod postgres_access;
mod postgres_cancel;
mod postgres_network;
mod postgres_protocol;
mod postgres_reading;
mod postgres_tls;
mod servers;

use landbridge_tests::peers::postgres::{Account, DATABASE, Postgres};
use landbridge_tests::support::{Form, Recorded};
use model::{Error, ErrorView};
use std::sync::Arc;

/// PostgreSQL's form for that server and account, verified as for a remote host.
fn form(server: &Postgres, who: Account) -> Form {
    plain_form("localhost", server.port, who).with("ssl_mode", "verify-full").file("root_certificate", &server.ca_pem)
}

/// PostgreSQL's form without encryption.
fn plain_form(host: &str, port: u16, who: Account) -> Form {
    Form::of("postgres")
        .with("server", host)
        .with("port", port)
        .with("username", who.user)
        .secret("password", who.password)
        .with("database", DATABASE)
        .with("ssl_mode", "disable")
}

/// It fails; what a person reads, and what was reported. Nothing that is told may hold the password.
async fn failure(form: Form) -> (ErrorView, Arc<Recorded>) {
    let (opened, report) = form.open().await;
    let error = opened.err().expect("a failure");
    (told(&error), report)
}

/// What a person reads, found whole.
fn told(error: &Error) -> ErrorView {
    let view = error.view();
    for sentence in [&view.what, &view.why, &view.remedy] {
        assert!(!sentence.contains(['{', '}']), "a parameter was not filled: {sentence}");
        assert!(sentence.is_empty() || sentence.ends_with('.') || sentence.contains(": "), "no sentence: {sentence}");
    }
    assert!(!view.what.is_empty() && view.stage.is_some(), "{view:?}");
    view
}

/// Code, stage and field in one line.
fn brief(view: &ErrorView) -> String {
    let stage = view.stage.as_ref().map_or("-", |s| s.as_str());
    let field = view.field.as_ref().map_or("-", |f| f.as_str());
    format!("{} {stage} {field}", view.code)
}
