//! The list with 10,000 connections: its first page, and searches that find many, few and none.

use crate::figure::{Figure, median};
use engine::views::{ListRequest, SortBy};
use engine::{Config, Engine};
use landbridge_tests::support::seed;
use std::sync::Arc;
use std::time::Instant;
use store::MemoryKeychain;

const ROUNDS: usize = 100;

pub async fn measure() -> Vec<Figure> {
    let dir = tempfile::tempdir().expect("a directory");
    seed::connections(&dir.path().join("data"), &seed::varied(10_000));
    let engine = Engine::start(Config {
        data_dir: dir.path().join("data"),
        connectors: connectors::ALL.to_vec(),
        local: connectors::LOCAL,
        local_files: connectors::LOCAL_FILES,
        keychain: Arc::new(MemoryKeychain::default()),
        show: Arc::new(|_| {}),
        withdraw: Arc::new(|_| {}),
        level_grew: Arc::new(|_, _| {}),
        version: "bench".to_owned(),
    })
    .expect("the engine");
    let mut figures = Vec::new();
    for (name, search, found) in [
        ("first-page", "", 10_000),
        ("search-many", "example", 10_000),
        ("search-few", "db4711", 1),
        ("search-letter", "g", 8_750),
        ("search-none", "no such thing", 0),
    ] {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let request = ListRequest {
                search: search.to_owned(),
                connector: None,
                sort: SortBy::Name,
                descending: false,
                offset: 0,
                limit: 100,
            };
            let started = Instant::now();
            let page = engine.connections_list(request).await.expect("a page");
            times.push(started.elapsed());
            assert!(page.total as usize >= found.min(1) && page.all == 10_000, "{search:?} finds {}", page.total);
        }
        let value = median(&mut times);
        figures.push(Figure { name: format!("list-10k-{name}"), value, against: 5.0, goal: "<= 5 ms" });
    }
    let worst = figures.iter().map(|f| f.value).fold(0.0, f64::max);
    figures.push(Figure { name: "list-10k".to_owned(), value: worst, against: 5.0, goal: "<= 5 ms, the slowest of them" });
    engine.stop().await;
    figures
}
