//! Cancelling while connecting: at once, at every stage, and the server sees the connection go.

use super::plain_form;
use super::servers::{Does, full_backlog, start};
use landbridge_tests::peers::postgres::SCRAM;
use landbridge_tests::support::{Form, ctx};
use model::Kind;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// Cancels when that stage has started; the stage that the error names. The deadlines are far away, so only a wait with a branch
/// for cancelling can end in time.
async fn cancelled_at(form: Form, stage: &'static str) -> String {
    let (cx, report, cancel) = ctx();
    let watcher = tokio::spawn(async move {
        while !report.events().iter().any(|e| e.stage.as_str() == stage) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        cancel.cancel();
    });
    let form = form.with("connect_timeout", 600);
    let opened = tokio::time::timeout(Duration::from_secs(10), form.open_in(&cx)).await.expect("at once");
    let error = opened.err().expect("cancelled");
    watcher.await.unwrap();
    assert_eq!(error.kind(), Kind::Cancelled, "{:?}", error.view());
    error.stage().map(|s| s.as_str().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn postgres_cancel_works_at_every_stage_of_connecting() {
    let (port, _kept) = full_backlog().await;
    assert_eq!(cancelled_at(plain_form("127.0.0.1", port, SCRAM), "reach").await, "reach");
    let silent = start(Does::Nothing).await;
    assert_eq!(cancelled_at(plain_form("127.0.0.1", silent, SCRAM).with("ssl_mode", "require"), "tls").await, "tls");
    let half = start(Does::Answers(b"S")).await;
    assert_eq!(cancelled_at(plain_form("127.0.0.1", half, SCRAM).with("ssl_mode", "require"), "tls").await, "tls");
    assert_eq!(cancelled_at(plain_form("127.0.0.1", silent, SCRAM), "login").await, "login");
}

#[tokio::test]
async fn postgres_cancel_closes_the_connection_to_the_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut all = Vec::new();
        // Ends only when the other side closes.
        tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut all)).await.is_ok()
    });
    cancelled_at(plain_form("127.0.0.1", port, SCRAM), "login").await;
    assert!(server.await.unwrap(), "the socket was left open");
}
