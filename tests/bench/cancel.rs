//! Cancelling at every stage: from the cancel until the answer is there.

use crate::figure::{Figure, median};
use crate::servers::{Does, full_backlog, start};
use async_trait::async_trait;
use futures::StreamExt;
use landbridge_tests::peers::postgres::{DATABASE, Postgres, SCRAM};
use landbridge_tests::support::{Form, ctx};
use model::{Ctx, Io, Kind, Net, Query, Result, net, stage};
use std::future::pending;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const ROUNDS: usize = 9;
/// Long enough for each stage to be waiting.
const UNDER_WAY: Duration = Duration::from_millis(150);

pub async fn measure() -> Vec<Figure> {
    let server = Postgres::shared().await;
    let (full, _kept) = full_backlog().await;
    let silent = start(Does::Nothing).await;
    let half = start(Does::Answers(b"S")).await;
    let mut figures = Vec::new();
    for (name, port, mode) in [
        ("resolve", 1, "disable"),
        ("reach", full, "disable"),
        ("tls-request", silent, "require"),
        ("tls-handshake", half, "require"),
        ("login", silent, "disable"),
    ] {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let (mut cx, _, cancel) = ctx();
            if name == "resolve" {
                cx.net = Arc::new(NoNames);
            }
            let form = form(port).with("ssl_mode", mode).with("connect_timeout", 600);
            let work = tokio::spawn(async move { form.open_in(&cx).await.err() });
            tokio::time::sleep(UNDER_WAY).await;
            let started = Instant::now();
            cancel.cancel();
            let error = work.await.expect("no panic").expect("cancelled");
            times.push(started.elapsed());
            assert_eq!(error.kind(), Kind::Cancelled, "{name}");
        }
        figures.push(figure(name, &mut times));
    }
    figures.push(figure("query", &mut queries(server).await));
    figures.push(figure("stream", &mut streams(server).await));
    let worst = figures.iter().map(|f| f.value).fold(0.0, f64::max);
    figures.push(Figure { name: "cancel".to_owned(), value: worst, against: 100.0, goal: "<= 100 ms, the slowest of them" });
    figures
}

fn figure(name: &str, times: &mut [Duration]) -> Figure {
    Figure { name: format!("cancel-{name}"), value: median(times), against: 100.0, goal: "<= 100 ms" }
}

fn form(port: u16) -> Form {
    let form = Form::of("postgres").with("server", "localhost").with("port", port).with("database", DATABASE);
    form.with("username", SCRAM.user).secret("password", SCRAM.password)
}

/// While the server works on the first row.
async fn queries(server: &Postgres) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let (cx, _, _) = ctx();
        let session = form(server.port).with("ssl_mode", "disable").open_in(&cx).await.expect("a session");
        let (cx, _, cancel) = ctx();
        let work = tokio::spawn(async move {
            let query = Query { sql: "SELECT pg_sleep(60)".to_owned(), ..Query::default() };
            let mut batches = match session.query(&query, &cx).await {
                Ok(batches) => batches,
                Err(error) => return Some(error),
            };
            batches.stream.next().await.and_then(std::result::Result::err)
        });
        tokio::time::sleep(UNDER_WAY).await;
        let started = Instant::now();
        cancel.cancel();
        work.await.expect("no panic").expect("an error");
        times.push(started.elapsed());
    }
    times
}

/// In the middle of many rows: until the stream has ended.
async fn streams(server: &Postgres) -> Vec<Duration> {
    let (cx, _, _) = ctx();
    let session = form(server.port).with("ssl_mode", "disable").open_in(&cx).await.expect("a session");
    let many = Query { sql: "SELECT generate_series(1, 2000000000) AS n".to_owned(), ..Query::default() };
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let (cx, _, cancel) = ctx();
        let mut batches = session.query(&many, &cx).await.expect("rows");
        batches.stream.next().await.expect("a batch").expect("rows");
        let started = Instant::now();
        cancel.cancel();
        while let Some(Ok(_)) = batches.stream.next().await {}
        times.push(started.elapsed());
    }
    times
}

/// A network whose names never resolve.
struct NoNames;

#[async_trait]
impl Net for NoNames {
    async fn tcp(&self, host: &str, _: u16, cx: &Ctx) -> Result<Io> {
        net::resolving(cx, stage::RESOLVE, host, pending()).await
    }

    async fn unix(&self, socket: &Path, cx: &Ctx) -> Result<Io> {
        net::resolving(cx, stage::REACH, &socket.display().to_string(), pending()).await
    }

    fn extra_roots(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }
}
