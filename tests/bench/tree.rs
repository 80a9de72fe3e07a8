//! A tree with 100,000 tables in one level: loaded page by page through the engine, opened, scrolled, searched, and opened once
//! more after a restart from what was kept.

use crate::figure::{Figure, median};
use engine::views::{DerivedKind, LevelRequest, LevelView, NodesRequest, RunId};
use engine::{Config, Engine};
use landbridge_tests::support::fake::Fake;
use landbridge_tests::support::seed;
use model::{ConnectionId, NoReport, NodeKind, Path};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::MemoryKeychain;

const TABLES: usize = 100_000;
const ROUNDS: usize = 50;
const WORDS: [&str; 10] =
    ["roads", "Rivers", "parcels", "LAND_USE", "bus stops", "Gebäude", "élévation", "points", "tmp", "staging_orders"];

pub async fn measure() -> Vec<Figure> {
    let fake = Fake::of(|at| match at.0.len() {
        0 => Some(vec![("warehouse".to_owned(), NodeKind::Schema)]),
        _ => Some((0..TABLES).map(table).collect()),
    });
    let connection = Fake::connection("Large");
    let dir = tempfile::tempdir().expect("a directory");
    seed::connections(&dir.path().join("data"), std::slice::from_ref(&connection));
    let engine = start(dir.path(), fake);
    let id = connection.id;
    level(&engine, id, false).await;
    while level(&engine, id, false).await.loading {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut figures = opened(&engine, id).await;
    let searches = searched(&engine).await;
    let worst = searches.iter().map(|f| f.value).fold(0.0, f64::max);
    figures.extend(searches);
    figures.push(kept(engine, id, dir.path(), fake).await);
    figures.push(Figure { name: "tree-100k".to_owned(), value: worst, against: 50.0, goal: "<= 50 ms, the slowest search" });
    figures
}

/// Names as people give them, every one another.
fn table(n: usize) -> (String, NodeKind) {
    let kind = if n.is_multiple_of(20) { NodeKind::View } else { NodeKind::Table };
    (format!("{}_{:02}_{n}", WORDS[n % WORDS.len()], n % 37), kind)
}

fn start(dir: &std::path::Path, fake: &'static Fake) -> Engine {
    Engine::start(Config {
        data_dir: dir.join("data"),
        connectors: vec![fake],
        local: connectors::LOCAL,
        local_files: connectors::LOCAL_FILES,
        keychain: Arc::new(MemoryKeychain::default()),
        show: Arc::new(|_| {}),
        withdraw: Arc::new(|_| {}),
        level_grew: Arc::new(|_, _| {}),
        version: "bench".to_owned(),
    })
    .expect("the engine")
}

async fn level(engine: &Engine, connection: ConnectionId, refresh: bool) -> LevelView {
    let (path, run) = (Path::of(["warehouse"]), RunId("bench".to_owned()));
    let request = LevelRequest { connection, path, system: false, refresh, run };
    engine.tree_level(request, Arc::new(NoReport)).await.expect("a level")
}

async fn opened(engine: &Engine, connection: ConnectionId) -> Vec<Figure> {
    let (mut open, mut scroll) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let view = level(engine, connection, false).await;
        open.push(started.elapsed());
        assert_eq!(view.groups.iter().map(|g| g.count as usize).sum::<usize>(), TABLES);
        let (path, group) = (Path::of(["warehouse"]), view.groups[0].kind);
        let part = NodesRequest { connection, path, system: false, group, offset: 70_000, limit: 100 };
        let started = Instant::now();
        let nodes = engine.tree_nodes(part).await.expect("a part");
        scroll.push(started.elapsed());
        assert_eq!(nodes.len(), 100);
    }
    let figure = |name: &str, times: &mut [Duration]| Figure {
        name: format!("tree-100k-{name}"),
        value: median(times),
        against: 10.0,
        goal: "<= 10 ms",
    };
    vec![figure("open", &mut open), figure("scroll", &mut scroll)]
}

async fn searched(engine: &Engine) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (name, text, least) in [
        ("one", "rivers_05_4741", 1),
        ("begins", "PARCELS", 10_000),
        ("contains", "bäud", 10_000),
        ("letter", "s", 50_000),
        ("above", "warehouse.roads", 10_000),
        ("none", "no such thing", 0),
    ] {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let started = Instant::now();
            let hits = engine.tree_search(text.to_owned(), None).await.expect("hits");
            times.push(started.elapsed());
            assert!(
                hits.total as usize >= least && hits.among as usize >= TABLES,
                "{text:?} finds {} of {}",
                hits.total,
                hits.among
            );
        }
        let value = median(&mut times);
        figures.push(Figure { name: format!("tree-100k-search-{name}"), value, against: 50.0, goal: "<= 50 ms" });
    }
    figures
}

/// The first look after a restart: read from what was kept, without the server.
async fn kept(engine: Engine, connection: ConnectionId, dir: &std::path::Path, fake: &'static Fake) -> Figure {
    let entries = async |engine: &Engine| {
        let all = engine.derived_view().await.expect("sizes");
        all.iter().find(|d| d.kind == DerivedKind::Catalogs).map_or(0, |d| d.entries as usize)
    };
    while entries(&engine).await < TABLES {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut engine = engine;
    let mut times = Vec::new();
    for _ in 0..5 {
        engine.stop().await;
        drop(engine);
        engine = start(dir, fake);
        let started = Instant::now();
        let view = level(&engine, connection, false).await;
        times.push(started.elapsed());
        assert_eq!(view.groups.iter().map(|g| g.count as usize).sum::<usize>(), TABLES);
    }
    engine.stop().await;
    Figure {
        name: "tree-100k-after-restart".to_owned(),
        value: median(&mut times),
        against: 1_000.0,
        goal: "<= 1 s, once a start",
    }
}
