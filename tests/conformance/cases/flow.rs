//! Work under way: estimates, changes, cancelling, deadlines, back pressure, turns, endings. Does not own: what rows hold.

use super::{It, cx, eventually, is_over, is_running, is_well, queried, refused, rows};
use futures::StreamExt;
use landbridge_tests::support;
use model::{Filter, Kind, PageToken, Path, Query, Scan, Work, WritePermit};
use std::sync::Arc;
use std::time::Duration;

fn query(sql: &str) -> Query {
    Query { sql: sql.to_owned(), ..Query::default() }
}

pub async fn estimate_tells_rows_and_refuses_what_a_query_refuses(it: It) {
    let session = it.open().await;
    let all = session.estimate(Work::Scan(&Scan { table: it.numbers(), ..Scan::default() }), &cx()).await.unwrap();
    assert!(all.rows.is_some_and(|n| (90_000..110_000).contains(&n)), "{all:?}");
    let sql = format!("SELECT * FROM {} -- all\n;", it.dialect().quote(&it.numbers()));
    assert_eq!(session.estimate(Work::Query(&query(&sql)), &cx()).await.unwrap(), all);
    let mut with_parameters = query(it.words().parameters);
    with_parameters.params = vec![model::Scalar::Int(1), model::Scalar::Text("x".to_owned())];
    assert!(session.estimate(Work::Query(&with_parameters), &cx()).await.unwrap().rows.is_some());
    for sql in ["DELETE FROM canary", "SELECT 1; SELECT 2", "", "SELECT 1) ; DROP TABLE x; --"] {
        assert!(session.estimate(Work::Query(&query(sql)), &cx()).await.is_err(), "{sql}");
    }
    is_well(&it, &session).await;
}

pub async fn execute_changes_one_thing_and_only_with_a_permit(it: It) {
    let (session, name) = it.open_writer().await;
    let words = it.words();
    let permit = WritePermit::granted_by_the_person;
    session.execute(&query(words.changes[0]), permit(), &cx()).await.unwrap();
    let before = queried(&it, &session, words.canary).await;
    assert_eq!(refused(&session, words.changes[1]).await.kind(), Kind::ReadOnly, "a query does not change");
    assert_eq!(queried(&it, &session, words.canary).await, before);
    assert_eq!(session.execute(&query(words.changes[1]), permit(), &cx()).await.unwrap().rows, 1);
    assert_ne!(queried(&it, &session, words.canary).await, before);
    for sql in ["", "COMMIT", "BEGIN", "SET search_path = x", "SELECT 1; SELECT 2", "COPY canary FROM STDIN"] {
        assert!(session.execute(&query(sql), permit(), &cx()).await.is_err(), "{sql}");
    }
    let wrong = session.execute(&query("DELETE FROM no_such_table"), permit(), &cx()).await.unwrap_err();
    assert_eq!(wrong.kind(), Kind::NotFound);
    session.execute(&query(words.changes[2]), permit(), &cx()).await.unwrap();
    session.close(&cx()).await;
    it.clean_up(&name).await;
}

pub async fn execute_that_is_cancelled_changes_nothing(it: It) {
    let (session, name) = it.open_writer().await;
    let words = it.words();
    session.execute(&query(words.changes[0]), WritePermit::granted_by_the_person(), &cx()).await.unwrap();
    let before = queried(&it, &session, words.canary).await;
    let slow = "WITH s AS (SELECT pg_sleep(60)) UPDATE canary SET value = 99 FROM s";
    let (cx, _, cancel) = support::ctx();
    let (other, watcher) = (Arc::clone(&session), Arc::clone(&it));
    let work = tokio::spawn(async move { other.execute(&query(slow), WritePermit::granted_by_the_person(), &cx).await });
    is_running(&watcher, "UPDATE canary").await;
    cancel.cancel();
    assert_eq!(work.await.unwrap().unwrap_err().kind(), Kind::Cancelled);
    is_over(&it, "UPDATE canary").await;
    assert_eq!(queried(&it, &session, words.canary).await, before);
    session.close(&support::ctx().0).await;
    it.clean_up(&name).await;
}

pub async fn cancel_before_the_first_row_stops_the_server(it: It) {
    let session = it.open().await;
    let (cx, _, cancel) = support::ctx();
    let (other, slow) = (Arc::clone(&session), it.words().slow);
    let work = tokio::spawn(async move { other.query(&query(slow), &cx).await.err() });
    is_running(&it, "slow_marker").await;
    cancel.cancel();
    assert_eq!(work.await.unwrap().unwrap().kind(), Kind::Cancelled);
    is_over(&it, "slow_marker").await;
    is_well(&it, &session).await;
    // And before anything was sent.
    let (cx, _, cancel) = support::ctx();
    cancel.cancel();
    assert_eq!(session.query(&query(slow), &cx).await.err().unwrap().kind(), Kind::Cancelled);
    is_well(&it, &session).await;
}

pub async fn cancel_in_the_stream_stops_the_server(it: It) {
    let session = it.open().await;
    let (cx, _, cancel) = support::ctx();
    let mut stream = session.query(&query(it.words().endless), &cx).await.unwrap().stream;
    for _ in 0..3 {
        stream.next().await.unwrap().unwrap();
    }
    cancel.cancel();
    let error = loop {
        match stream.next().await.unwrap() {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), Kind::Cancelled);
    assert!(stream.next().await.is_none());
    is_well(&it, &session).await;
    is_over(&it, "endless_marker").await;
}

pub async fn dropping_the_stream_stops_the_server(it: It) {
    let session = it.open().await;
    for taken in [0, 1, 5] {
        let mut stream = session.query(&query(it.words().endless), &cx()).await.unwrap().stream;
        for _ in 0..taken {
            stream.next().await.unwrap().unwrap();
        }
        drop(stream);
        is_well(&it, &session).await;
        is_over(&it, "endless_marker").await;
    }
    // Many times in a row: a late cancel must not hit the next statement.
    let short = format!("SELECT * FROM {} LIMIT 2000", it.dialect().quote(&it.numbers()));
    for _ in 0..40 {
        drop(session.query(&query(&short), &cx()).await.unwrap());
        is_well(&it, &session).await;
    }
}

pub async fn dropping_a_call_stops_the_server(it: It) {
    let session = it.open().await;
    let (other, slow) = (Arc::clone(&session), it.words().slow);
    let work = tokio::spawn(async move { other.query(&query(slow), &cx()).await.map(|_| ()) });
    is_running(&it, "slow_marker").await;
    work.abort();
    assert!(work.await.unwrap_err().is_cancelled());
    is_over(&it, "slow_marker").await;
    is_well(&it, &session).await;
}

pub async fn timeout_of_a_query_is_kept_by_the_server(it: It) {
    let session = it.open().await;
    let slow = Query { timeout: Some(Duration::from_millis(200)), ..query(it.words().slow) };
    let error = session.query(&slow, &cx()).await.err().unwrap();
    assert_eq!(error.kind(), Kind::TimedOut, "{error}");
    assert!(error.vendor_code().is_some(), "the server's own timeout");
    is_well(&it, &session).await;
}

pub async fn deadline_ends_a_call_and_the_session_goes_on(it: It) {
    let session = it.open().await;
    let short = cx().within(Duration::from_millis(300));
    let error = session.query(&query(it.words().slow), &short).await.err().unwrap();
    assert_eq!(error.kind(), Kind::TimedOut);
    is_over(&it, "slow_marker").await;
    is_well(&it, &session).await;
}

pub async fn slow_reader_holds_the_server_back(it: It) {
    let session = it.open().await;
    let mut stream = session.query(&query(it.words().endless), &cx()).await.unwrap().stream;
    stream.next().await.unwrap().unwrap();
    // Nobody reads: the server has to wait, for otherwise its rows would pile up here.
    let waits =
        it.words().running.replace("{marker}", "endless_marker").replace("active", "active' AND wait_event = 'ClientWrite");
    eventually(|| async { it.truth(&waits).await != [[Some("0".to_owned())]] }).await;
    stream.next().await.unwrap().unwrap();
    drop(stream);
    is_well(&it, &session).await;
}

pub async fn concurrent_calls_all_get_answers(it: It) {
    let session = it.open().await;
    let tasks: Vec<_> = (0..24)
        .map(|n| {
            let (it, session) = (Arc::clone(&it), Arc::clone(&session));
            tokio::spawn(async move {
                match n % 4 {
                    0 => is_well(&it, &session).await,
                    1 => drop(session.describe(&it.numbers(), &cx()).await.unwrap()),
                    2 => drop(session.browse(&it.many(), &Filter::default(), PageToken(None), &cx()).await.unwrap()),
                    _ => drop(session.scan(&Scan { table: it.numbers(), ..Scan::default() }, &cx()).await.unwrap()),
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    is_well(&it, &session).await;
}

pub async fn call_beside_an_open_stream_waits_and_is_told(it: It) {
    let session = it.open().await;
    let stream = session.query(&query(it.words().endless), &cx()).await.unwrap().stream;
    let short = cx().within(Duration::from_millis(200));
    let error = session.browse(&Path::default(), &Filter::default(), PageToken(None), &short).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Busy, "{error}");
    let (cx2, _, cancel) = support::ctx();
    cancel.cancel();
    let error = session.browse(&Path::default(), &Filter::default(), PageToken(None), &cx2).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Cancelled);
    let (other, from) = (Arc::clone(&session), cx());
    let waiting = tokio::spawn(async move { other.browse(&Path::default(), &Filter::default(), PageToken(None), &from).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(stream);
    assert!(!waiting.await.unwrap().unwrap().items.is_empty());
}

pub async fn close_ends_everything(it: It) {
    let session = it.open().await;
    let mut stream = session.query(&query(it.words().endless), &cx()).await.unwrap().stream;
    stream.next().await.unwrap().unwrap();
    session.close(&cx()).await;
    let end = loop {
        match stream.next().await {
            Some(Ok(_)) => {}
            end => break end,
        }
    };
    assert!(end.is_none_or(|e| e.is_err()));
    drop(stream);
    is_over(&it, "endless_marker").await;
    let error = session.describe(&it.numbers(), &cx()).await.unwrap_err();
    assert_eq!(error.code(), model::common::GONE.code, "{error}");
    session.close(&cx()).await;
}

pub async fn lost_connection_is_told_as_such(it: It) {
    let session = it.open_and_cut().await;
    let error = refused(&session, it.words().dresses[0]).await;
    assert_eq!(error.kind(), Kind::Network, "{error}");
    assert!(error.view().retryable);
    assert_eq!(session.describe(&it.numbers(), &cx()).await.unwrap_err().kind(), Kind::Network);
}

pub async fn probe_tells_stages_and_a_summary(it: It) {
    let session = it.open().await;
    let (cx, report, _) = support::ctx();
    let probe = session.probe(&cx).await.unwrap();
    assert_eq!(report.ends(), ["query Done", "capabilities Done"]);
    assert!(probe.summary.starts_with(&session.facts().version));
    assert!(probe.warnings.is_empty(), "{probe:?}");
}

pub async fn probe_warns_of_what_is_missing(it: It) {
    let cx = cx();
    let plain = it.open_plain().await;
    let probe = plain.probe(&cx).await.unwrap();
    assert_eq!((probe.warnings.len(), plain.facts().spatial.is_some()), (1, false));
    assert_eq!(rows(plain.query(&query(it.words().dresses[0]), &cx).await.unwrap()).await.unwrap().len(), 1);
}
