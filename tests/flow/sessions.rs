//! Sessions that the explorer keeps open: opened once for all who wait, used again, lost and opened anew, closed.

use crate::desk::{Desk, Heard, saved};
use crate::explorer::{below, eventually, level, run};
use engine::views::{DerivedKind, LevelRequest, LevelView, RowsSource, RunId};
use landbridge_tests::peers::postgres::{Postgres, SCRAM, WRITER};
use landbridge_tests::support::fake::{self, Fake, World};
use model::{ConnectionId, ErrorView, FieldId, Kind, NoReport, NodeKind, Path, Result, SecretSource, StageState};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Two schemas with three tables each.
fn small() -> &'static Fake {
    Fake::of(|at| match at.0.as_slice() {
        [] => Some(["a", "b"].map(|n| (n.to_owned(), NodeKind::Schema)).to_vec()),
        [_] => Some(["t1", "t2", "t10"].map(|n| (n.to_owned(), NodeKind::Table)).to_vec()),
        _ => None,
    })
}

fn small_desk() -> (Desk, &'static Fake, ConnectionId) {
    let (fake, connection) = (small(), Fake::connection("Small"));
    (Desk::with(fake, std::slice::from_ref(&connection)), fake, connection.id)
}

type Opened = tokio::task::JoinHandle<Result<LevelView>>;

/// Asks for a level in the background.
fn asking(desk: &Desk, id: ConnectionId, path: &[&str], run: &RunId, heard: Arc<Heard>) -> Opened {
    let (engine, path) = (desk.engine.clone(), Path::of(path.iter().copied()));
    let request = LevelRequest { connection: id, path, system: false, refresh: true, run: run.clone() };
    tokio::spawn(async move { engine.tree_level(request, heard).await })
}

fn code(done: Result<LevelView>) -> String {
    done.map_or_else(|e| e.code().to_owned(), |view| view.stopped.map_or_else(|| "whole".to_owned(), |e: ErrorView| e.code))
}

#[tokio::test]
async fn all_who_wait_share_one_opening_and_each_cancels_only_for_himself() {
    let (desk, fake, id) = small_desk();
    World::shut(&fake.gate);
    let runs = [run(), run(), run()];
    let waiting: Vec<Opened> =
        [&["a"][..], &["b"], &[]].iter().zip(&runs).map(|(path, run)| asking(&desk, id, path, run, Arc::default())).collect();
    eventually("one opening", async || fake.opened.load(Ordering::SeqCst) == 1).await;
    let [first, second, third] = waiting.try_into().unwrap();
    desk.engine.runs().cancel(&runs[0]);
    assert_eq!(code(first.await.unwrap()), "cancelled");
    assert!(!second.is_finished() && !third.is_finished(), "the others wait on");
    World::open_up(&fake.gate);
    assert_eq!(code(second.await.unwrap()), "whole");
    assert_eq!(code(third.await.unwrap()), "whole");
    assert_eq!(fake.opened.load(Ordering::SeqCst), 1);
    level(&desk, id, &["a"]).await;
    assert_eq!(fake.opened.load(Ordering::SeqCst), 1, "and it is used again");
}

#[tokio::test]
async fn an_opening_that_nobody_waits_for_ends_and_the_next_begins_anew() {
    let (desk, fake, id) = small_desk();
    World::shut(&fake.gate);
    let (one, other) = (run(), run());
    let first = asking(&desk, id, &["a"], &one, Arc::default());
    eventually("an opening", async || fake.opened.load(Ordering::SeqCst) == 1).await;
    let dropped = asking(&desk, id, &["b"], &other, Arc::default());
    // As a command whose window went away.
    dropped.abort();
    assert!(dropped.await.is_err());
    desk.engine.runs().cancel(&one);
    assert_eq!(code(first.await.unwrap()), "cancelled");
    eventually("the opening ends", async || fake.open_now() == 0).await;
    World::open_up(&fake.gate);
    assert_eq!(level(&desk, id, &["a"]).await, ["t1", "t2", "t10"]);
    assert_eq!(fake.opened.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_opening_that_fails_fails_for_all_and_the_next_begins_anew() {
    let (desk, fake, id) = small_desk();
    World::shut(&fake.gate);
    *fake.failure.lock().unwrap() = Some(&fake::LOST);
    let waiting = [&["a"][..], &["b"]].map(|path| asking(&desk, id, path, &run(), Arc::default()));
    eventually("an opening", async || fake.opened.load(Ordering::SeqCst) == 1).await;
    World::open_up(&fake.gate);
    for one in waiting {
        let code = code(one.await.unwrap());
        // Whoever came behind the failure has begun the next opening already.
        assert!(code == "fake.lost" || code == "whole", "{code}");
    }
    level(&desk, id, &["a"]).await;
    assert_eq!(fake.open_now(), 1);
}

#[tokio::test]
async fn a_lost_connection_is_told_and_the_next_try_opens_another() {
    let (desk, fake, id) = small_desk();
    assert_eq!(level(&desk, id, &["a"]).await.len(), 3);
    *fake.failure.lock().unwrap() = Some(&fake::LOST);
    let again = desk.engine.tree_level(below(id, &["a"], true), Arc::new(NoReport)).await.unwrap();
    assert_eq!(again.stopped.map(|e| e.code), Some("fake.lost".to_owned()));
    assert_eq!(again.groups[0].count, 3, "what was there is still there");
    let retried = desk.engine.tree_level(below(id, &["a"], true), Arc::new(NoReport)).await.unwrap();
    assert!(retried.stopped.is_none());
    assert_eq!(fake.opened.load(Ordering::SeqCst), 2);
    eventually("the lost one is closed", async || fake.open_now() == 1).await;
}

#[tokio::test]
async fn sessions_close_when_their_connection_is_deleted_or_the_program_ends() {
    let fake = small();
    let connections = [Fake::connection("One"), Fake::connection("Two")];
    let desk = Desk::with(fake, &connections);
    for connection in &connections {
        level(&desk, connection.id, &[]).await;
    }
    assert_eq!(fake.open_now(), 2);
    desk.engine.connection_delete(connections[0].id).await.unwrap();
    eventually("one is closed", async || fake.open_now() == 1).await;
    let gone = desk.engine.tree_level(below(connections[0].id, &[], false), Arc::new(NoReport)).await;
    assert_eq!(code(gone), "gone");
    desk.engine.connection_restore(connections[0].id).await.unwrap();
    level(&desk, connections[0].id, &[]).await;
    desk.engine.stop().await;
    assert_eq!(fake.open_now(), 0, "stopping waits for the goodbyes");
    let late = desk.engine.tree_level(below(connections[1].id, &[], true), Arc::new(NoReport)).await;
    assert_ne!(code(late), "whole");
    assert_eq!(fake.open_now(), 0, "nothing is opened behind the end");
}

#[tokio::test]
async fn a_session_that_nobody_used_for_long_is_closed_and_opened_again_when_it_is_needed() {
    let (desk, fake, id) = small_desk();
    level(&desk, id, &["a"]).await;
    tokio::time::pause();
    for _ in 0..9 {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    assert_eq!(fake.open_now(), 1, "nine minutes are not long");
    level(&desk, id, &["b"]).await;
    for _ in 0..9 {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    assert_eq!(fake.open_now(), 1, "it was used in between");
    for _ in 0..9 {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    tokio::time::resume();
    eventually("it is closed", async || fake.open_now() == 0).await;
    desk.engine.tree_level(below(id, &["b"], true), Arc::new(NoReport)).await.unwrap();
    assert_eq!((fake.open_now(), fake.opened.load(Ordering::SeqCst)), (1, 2));
}

#[tokio::test]
async fn a_level_that_grows_is_cancelled_by_its_run_and_loses_nothing() {
    let fake = Fake::of(|_| Some((0..12_000).map(|n| (format!("t{n:05}"), NodeKind::Table)).collect()));
    let connection = Fake::connection("Large");
    let desk = Desk::with(fake, std::slice::from_ref(&connection));
    World::shut(&fake.pages);
    fake.pages.add_permits(1);
    let run = run();
    let request = LevelRequest { run: run.clone(), ..below(connection.id, &["s"], false) };
    // The one permit comes back with the page: a second one may pass before the third is waited for.
    let first = desk.engine.tree_level(request, Arc::new(NoReport)).await.unwrap();
    assert!(first.groups[0].count >= 5_000);
    eventually("it ends", async || {
        desk.engine.runs().cancel(&run);
        !desk.engine.tree_level(below(connection.id, &["s"], false), Arc::new(NoReport)).await.unwrap().loading
    })
    .await;
    World::open_up(&fake.pages);
    let whole = desk.engine.tree_level(below(connection.id, &["s"], true), Arc::new(NoReport)).await.unwrap();
    assert!(whole.stopped.is_none());
    eventually("it is whole", async || {
        let view = desk.engine.tree_level(below(connection.id, &["s"], false), Arc::new(NoReport)).await.unwrap();
        view.groups[0].count == 12_000 && !view.loading
    })
    .await;
    let grew = desk.grew.lock().unwrap().clone();
    assert!(grew.iter().all(|(id, path)| *id == connection.id && *path == Path::of(["s"])) && !grew.is_empty());
}

#[tokio::test]
async fn a_server_search_counts_as_seen() {
    let (desk, fake, id) = small_desk();
    let found = desk.engine.tree_search_server(id, "t1".to_owned(), run()).await.unwrap();
    assert_eq!((found.total, found.items[0].connection_name.as_str()), (4, "Small"));
    let seen = desk.engine.tree_search("T10".to_owned(), None).await.unwrap();
    assert_eq!(seen.items.iter().map(|h| h.node.path.0.join(".")).collect::<Vec<_>>(), ["a.t10", "b.t10"]);
    assert_eq!(level(&desk, id, &["a"]).await.len(), 3, "which is no level yet: it is asked for");
    let kept = async || desk.engine.derived_view().await.unwrap().into_iter().find(|d| d.kind == DerivedKind::Catalogs);
    eventually("it is kept", async || kept().await.is_some_and(|d| d.entries >= 5)).await;
    let desk = desk.restart().await;
    let seen = desk.engine.tree_search("t1".to_owned(), Some(id)).await.unwrap();
    assert_eq!((seen.total, fake.open_now()), (4, 0), "without the server");
}

#[tokio::test]
async fn postgres_one_connection_serves_all_looks_and_streams_have_their_own() {
    let server = Postgres::shared().await;
    let database = server.fresh_database("sessions").await;
    let desk = Desk::new();
    let form = desk.verified_form("Looks", server, WRITER).await;
    desk.set(form, "database", &database);
    let id = saved(&desk.connect(form).await);
    let admin = server.admin("postgres").await;
    let count = async || {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1";
        admin.query_one(sql, &[&database]).await.unwrap().get::<_, i64>(0)
    };
    eventually("the form's session is closed", async || count().await == 0).await;
    let heard = Arc::<Heard>::default();
    let asked: Vec<Opened> = (0..8).map(|_| asking(&desk, id, &["public"], &run(), heard.clone())).collect();
    for one in asked {
        assert_eq!(code(one.await.unwrap()), "whole");
    }
    assert_eq!(count().await, 1);
    let done = |stage: &str| {
        let events = heard.0.lock().unwrap();
        events.iter().any(|e| e.stage.as_str() == stage && e.state == StageState::Done)
    };
    assert!(done("login") && done("query"), "opening is told as stages");
    let source = RowsSource::Query { sql: "SELECT generate_series(1, 100000) AS n".into(), limit: 100_000, max_bytes: None };
    let rows = desk.engine.rows_open(id, source, run(), Arc::new(NoReport)).await.unwrap();
    assert_eq!(count().await, 2, "rows that stream leave the tree free");
    level(&desk, id, &["public"]).await;
    desk.engine.rows_close(rows.id).await.unwrap();

    admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", &[&database]).await.unwrap();
    let lost = desk.engine.tree_level(below(id, &["public"], true), Arc::new(NoReport)).await.unwrap();
    let stopped = lost.stopped.expect("the connection is lost");
    assert_eq!((stopped.kind, stopped.retryable), (Kind::Network, true));
    let again = desk.engine.tree_level(below(id, &["public"], true), Arc::new(NoReport)).await.unwrap();
    assert!(again.stopped.is_none(), "the person only presses Retry");
    desk.engine.stop().await;
    eventually("all are closed at the server", async || count().await == 0).await;
    server.drop_database(&database).await;
}

#[tokio::test]
async fn postgres_a_password_that_is_asked_for_is_asked_for_once_while_the_connection_is_open() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("Asks", server, SCRAM).await;
    desk.engine.draft_source(form, &FieldId::named("password"), SecretSource::Ask).unwrap();
    *desk.answer.lock().unwrap() = Some(SCRAM.password.to_owned());
    let id = saved(&desk.connect(form).await);
    desk.asked.lock().unwrap().clear();
    level(&desk, id, &[]).await;
    let source = || RowsSource::Query { sql: "SELECT generate_series(1, 100000) AS n".into(), limit: 100_000, max_bytes: None };
    for _ in 0..2 {
        desk.engine.rows_open(id, source(), run(), Arc::new(NoReport)).await.unwrap();
    }
    assert_eq!(desk.asked.lock().unwrap().len(), 1);
}
