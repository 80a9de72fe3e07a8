//! Cancelling while connecting: at once, at every stage, and the server sees the connection go. Cancelling a statement: what
//! stands between may be slow or lose the request, and the statement after it is not hit.

use super::plain_form;
use super::servers::{Does, full_backlog, start};
use futures::StreamExt;
use landbridge_tests::peers::postgres::{Postgres, SCRAM, TRUST};
use landbridge_tests::support::{Form, ctx};
use model::{Kind, Query};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

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

/// How a cancel request starts: its length and its code.
const CANCEL_REQUEST: [u8; 8] = [0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e];

/// What a proxy does with cancel requests.
#[derive(Clone, Copy, PartialEq)]
enum Cancels {
    /// Passes them on late, and closes as soon as the other side does.
    Late,
    /// Takes them, says nothing for as long as the other side waits, and passes them on then.
    MuchLater,
}

/// What it saw.
#[derive(Default)]
struct Seen {
    requests: AtomicUsize,
    /// Requests whose sender did not wait for the end.
    left_alone: AtomicUsize,
}

/// A proxy in front of the shared server that passes everything on, but for cancel requests; its port.
async fn proxy(cancels: Cancels) -> (u16, Arc<Seen>) {
    let (target, seen) = (Postgres::shared().await.port, Arc::new(Seen::default()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, watched) = (listener.local_addr().unwrap().port(), Arc::clone(&seen));
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let mut far = TcpStream::connect(("127.0.0.1", target)).await.unwrap();
            let seen = Arc::clone(&watched);
            tokio::spawn(async move {
                let mut head = [0; 8];
                near.read_exact(&mut head).await.unwrap();
                if head == CANCEL_REQUEST {
                    let mut rest = [0; 8];
                    near.read_exact(&mut rest).await.unwrap();
                    seen.requests.fetch_add(1, Ordering::SeqCst);
                    let patience = Duration::from_secs(if cancels == Cancels::Late { 1 } else { 600 });
                    if tokio::time::timeout(patience, near.read(&mut [0])).await.is_ok() {
                        seen.left_alone.fetch_add(1, Ordering::SeqCst);
                        drop(near);
                        far.write_all(&[head, rest].concat()).await.unwrap();
                        let _ = far.read(&mut [0]).await;
                        return;
                    }
                    far.write_all(&[head, rest].concat()).await.unwrap();
                } else {
                    far.write_all(&head).await.unwrap();
                }
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    (port, seen)
}

const ENDLESS: &str = "SELECT generate_series(1, 1000000000) AS g";

/// Begins to read without end, and stops after the first rows.
async fn begin_and_drop(session: &Arc<dyn model::Session>) {
    let query = Query { sql: ENDLESS.to_owned(), ..Query::default() };
    let mut stream = session.query(&query, &ctx().0).await.unwrap().stream;
    stream.next().await.unwrap().unwrap();
}

#[tokio::test]
async fn postgres_a_cancel_request_that_is_slow_on_its_way_does_not_hit_the_next_statement() {
    let (port, seen) = proxy(Cancels::Late).await;
    let session = plain_form("127.0.0.1", port, TRUST).open_in(&ctx().0).await.unwrap();
    for _ in 0..2 {
        begin_and_drop(&session).await;
        let next = Query { sql: "SELECT pg_sleep(0.2)".to_owned(), ..Query::default() };
        let mut stream = session.query(&next, &ctx().0).await.unwrap_or_else(|e| panic!("{e} {:?}", e.view().vendor)).stream;
        while let Some(batch) = stream.next().await {
            batch.unwrap();
        }
    }
    assert_eq!(seen.requests.load(Ordering::SeqCst), 2);
    assert_eq!(seen.left_alone.load(Ordering::SeqCst), 0, "who sends a request stays until the server has closed");
    session.close(&ctx().0).await;
}

#[tokio::test]
async fn postgres_a_cancel_request_of_which_nothing_is_known_costs_the_connection_and_not_the_next_statement() {
    let (port, seen) = proxy(Cancels::MuchLater).await;
    let form = plain_form("127.0.0.1", port, TRUST).with("connect_timeout", 2);
    let session = form.open_in(&ctx().0).await.unwrap();
    begin_and_drop(&session).await;
    let next = Query { sql: "SELECT 1".to_owned(), ..Query::default() };
    let error = session.query(&next, &ctx().0).await.err().expect("given up");
    assert_eq!((error.kind(), error.view().retryable), (Kind::Network, true), "{error}");
    assert_eq!(seen.requests.load(Ordering::SeqCst), 1);
    session.close(&ctx().0).await;
}
