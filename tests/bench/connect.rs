//! Connecting: our stages and checks against plain tokio-postgres with the same TLS and the same sign-in.

use crate::figure::{Figure, median};
use engine::WayOut;
use engine::views::Proxy;
use landbridge_tests::peers::postgres::{DATABASE, Postgres, SCRAM};
use landbridge_tests::support::{Form, ctx};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

const ROUNDS: usize = 60;

pub async fn measure() -> Vec<Figure> {
    let server = Postgres::shared().await;
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    // In turn, so that what else the computer does falls on both.
    for round in 0..ROUNDS {
        let (first, second) = (one_of_ours(server).await, one_raw(server).await);
        if round >= 5 {
            ours.push(first);
            raw.push(second);
        }
    }
    let goal = "<= 1.1 of plain tokio-postgres: TLS verified, SCRAM with channel binding";
    vec![Figure { name: "connect".to_owned(), value: median(&mut ours), against: median(&mut raw), goal }]
}

async fn one_of_ours(server: &Postgres) -> Duration {
    let form = Form::of("postgres")
        .with("server", "localhost")
        .with("port", server.port)
        .with("username", SCRAM.user)
        .secret("password", SCRAM.password)
        .with("database", DATABASE)
        .with("ssl_mode", "verify-full")
        .file("root_certificate", &server.ca_pem);
    let (mut cx, _, _cancel) = ctx();
    // The product's own way out.
    cx.net = Arc::new(WayOut::new(&Proxy::None, false, Vec::new()).expect("a way out"));
    let started = Instant::now();
    let session = form.open_in(&cx).await.expect("a session");
    let took = started.elapsed();
    session.close(&cx).await;
    took
}

async fn one_raw(server: &Postgres) -> Duration {
    let started = Instant::now();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(server.ca_pem.as_bytes()).expect("PEM")).expect("a root");
    let tls = MakeRustlsConnect::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth());
    let mut config = tokio_postgres::Config::new();
    config.host("localhost").port(server.port).user(SCRAM.user).password(SCRAM.password).dbname(DATABASE);
    // The same session: who asks, and reading only.
    config.ssl_mode(SslMode::Require).application_name("bench").options("-c default_transaction_read_only=on");
    let (client, connection) = config.connect(tls).await.expect("a connection");
    let took = started.elapsed();
    let task = tokio::spawn(connection);
    drop(client);
    let _ = task.await;
    took
}
