//! Cancelling at every stage, and one instance a directory.

use crate::desk::{Desk, code};
use engine::Engine;
use engine::views::RunId;
use landbridge_tests::peers::postgres::{Postgres, SCRAM};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

#[tokio::test]
async fn postgres_a_test_is_cancelled_while_the_server_is_silent() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let desk = Desk::new();
    let server = Postgres::shared().await;
    let form = desk.form("Silent", server, SCRAM);
    desk.set(form, "server", "127.0.0.1");
    desk.set(form, "port", &silent.local_addr().unwrap().port().to_string());
    let run = RunId("silent".into());
    let (engine, report, named) = (desk.engine.clone(), desk.heard.clone(), run.clone());
    let test = tokio::spawn(async move { engine.draft_test(form, named, report).await.unwrap() });
    let (_held, _) = silent.accept().await.unwrap();
    desk.engine.runs().cancel(&run);
    let outcome = tokio::time::timeout(Duration::from_secs(5), test).await.expect("it ends at once").unwrap();
    assert_eq!(code(&outcome), "cancelled");
}

#[tokio::test]
async fn a_second_instance_on_the_same_data_is_refused_in_words() {
    let desk = Desk::new();
    let again = Engine::start(engine::Config {
        data_dir: desk.dir().join("data"),
        connectors: connectors::ALL.to_vec(),
        local: connectors::LOCAL,
        local_files: connectors::LOCAL_FILES,
        keychain: Arc::new(desk.chain.clone()),
        show: Arc::new(|_| {}),
        withdraw: Arc::new(|_| {}),
        level_grew: Arc::new(|_, _| {}),
        version: String::new(),
    });
    let error = again.err().map(|e| e.view()).unwrap();
    assert_eq!(error.code, "store.already_running");
    assert!(!error.remedy.is_empty());
}
