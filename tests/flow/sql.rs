//! A person's own SQL, against a real PostgreSQL: refused before it is sent and below, allowed where that was said, kept.

use crate::rows::{Own, query, run};
use engine::views::{CompletionKind, DerivedKind, StatementVerdict};
use model::{Kind, NoReport, Path};
use std::sync::Arc;

const SEED: &str = "CREATE TABLE public.log (id serial PRIMARY KEY, note text, \"Odd name\" int); INSERT INTO public.log (note) VALUES ('a'), ('b'), ('b'), (NULL); CREATE SEQUENCE public.counter";

#[tokio::test(flavor = "multi_thread")]
async fn postgres_a_statement_that_writes_is_refused_before_it_is_sent_and_again_below() {
    let own = Own::with(SEED).await;
    let engine = &own.desk.engine;
    let verdict = async |sql: &str| engine.sql_check(own.id, sql.to_owned()).await.unwrap();
    for (sql, expected) in [
        ("SELECT 1; -- a", StatementVerdict::Reads),
        ("-- nothing", StatementVerdict::Nothing),
        ("DELETE FROM log", StatementVerdict::Refused),
        ("COMMIT", StatementVerdict::Refused),
        ("SELECT 'open", StatementVerdict::Refused),
    ] {
        let check = verdict(sql).await;
        assert_eq!(check.verdict, expected, "{sql}");
        assert_eq!(check.problem.is_some(), expected == StatementVerdict::Refused, "{sql}");
    }
    for (sql, code) in [
        ("DELETE FROM log", "sql.refused"),
        ("WITH d AS (DELETE FROM log RETURNING 1) SELECT * FROM d", "sql.refused"),
        ("SELECT 1 INTO t", "sql.refused"),
        ("BEGIN", "sql.not_here"),
        ("COPY log TO STDOUT", "sql.not_here"),
        ("SELECT 1; DELETE FROM log", "sql.one_at_a_time"),
        ("", "sql.nothing"),
    ] {
        let error = own.open(query(sql, 10)).await.unwrap_err();
        assert_eq!(error.code, code, "{sql}");
        assert!(error.vendor.is_none(), "it was sent: {sql}");
    }
    // What words do not tell, the server does.
    let error = own.open(query("SELECT nextval('public.counter')", 10)).await.unwrap_err();
    assert_eq!((error.kind, error.vendor.and_then(|v| v.code)), (Kind::ReadOnly, Some("25006".to_owned())));
    let error = engine.sql_execute(own.id, "DELETE FROM public.log".to_owned(), run("x")).await.unwrap_err();
    assert_eq!(error.code(), "sql.refused");
    assert_eq!(own.truth("SELECT count(*) FROM public.log").await[0][0].as_deref(), Some("4"));

    engine.writes_allow(own.id, true).await.unwrap();
    assert_eq!(verdict("DELETE FROM log").await.verdict, StatementVerdict::Changes);
    assert_eq!(own.open(query("DELETE FROM public.log", 10)).await.unwrap_err().code, "sql.is_a_change");
    let done = engine.sql_execute(own.id, "DELETE FROM public.log WHERE note IS NULL".to_owned(), run("x")).await.unwrap();
    assert_eq!(done.rows, 1);
    assert_eq!(engine.sql_execute(own.id, "COMMIT".to_owned(), run("x")).await.unwrap_err().code(), "sql.not_here");
    engine.writes_allow(own.id, false).await.unwrap();
    let error = engine.sql_execute(own.id, "DELETE FROM public.log".to_owned(), run("x")).await.unwrap_err();
    assert_eq!(error.code(), "sql.refused");
    assert_eq!(own.truth("SELECT count(*) FROM public.log").await[0][0].as_deref(), Some("3"));
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_a_result_is_kept_as_a_table_and_never_in_the_place_of_another() {
    let own = Own::with(SEED).await;
    let engine = &own.desk.engine;
    let (sql, path) = ("SELECT id, note FROM public.log; -- all".to_owned(), Path::of(["public", "Kept \"one\""]));
    let refused = engine.save_as_run(own.id, sql.clone(), path.clone(), run("x")).await.unwrap_err();
    assert_eq!(refused.code(), "sql.refused");
    let view = engine.save_as_view(own.id, sql.clone(), path.clone(), run("x")).await.unwrap();
    assert_eq!(view.sql, "CREATE TABLE \"public\".\"Kept \"\"one\"\"\" AS\nSELECT id, note FROM public.log");
    assert!(!view.taken && view.estimate.is_some_and(|e| e.planner_cost.is_some()));
    engine.writes_allow(own.id, true).await.unwrap();
    assert_eq!(engine.save_as_run(own.id, sql.clone(), path.clone(), run("x")).await.unwrap().rows, 4);
    let again = engine.save_as_run(own.id, "SELECT 1 AS x".to_owned(), path.clone(), run("x")).await.unwrap_err();
    assert_eq!(again.code(), "sql.taken");
    assert_eq!(own.truth("SELECT count(*) FROM public.\"Kept \"\"one\"\"\"").await[0][0].as_deref(), Some("4"));
    for (sql, path) in
        [("DELETE FROM public.log", path.clone()), ("SELECT 1", Path::of(["public", ""])), ("SELECT 1", Path::of(["one"]))]
    {
        assert!(engine.save_as_run(own.id, sql.to_owned(), path, run("x")).await.is_err());
    }
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_history_is_kept_without_secrets_and_only_where_it_is_wanted() {
    let own = Own::with(SEED).await;
    let engine = &own.desk.engine;
    own.open(query("SELECT * FROM public.log", 10)).await.unwrap();
    own.open(query("SELECT * FROM nowhere", 10)).await.unwrap_err();
    own.open(query("SELECT 'hunter2' AS password WHERE 'hunter2' = 'PASSWORD'", 10)).await.unwrap();
    engine.writes_allow(own.id, true).await.unwrap();
    let _ = engine
        .sql_execute(own.id, "ALTER ROLE writer_user PASSWORD 'hunter2' VALID UNTIL 'infinity' IN".to_owned(), run("x"))
        .await;
    engine.sql_execute(own.id, "UPDATE public.log SET note = 'c'".to_owned(), run("x")).await.unwrap();
    let list = engine.history_list(Some(own.id), String::new()).await.unwrap();
    let told: Vec<_> = list.iter().map(|h| (h.sql.as_str(), h.outcome.as_str(), h.worked)).collect();
    assert_eq!(told[0], ("UPDATE public.log SET note = 'c'", "4 rows changed", true));
    assert_eq!((told[1].0, told[1].2), ("SELECT * FROM nowhere", false));
    assert_eq!(told[2], ("SELECT * FROM public.log", "4 rows", true));
    assert_eq!(told.len(), 3);
    assert_eq!(engine.history_list(None, "NOWHERE".to_owned()).await.unwrap().len(), 1);
    engine.history_delete(list[0].id).await.unwrap();
    assert_eq!(engine.history_list(None, String::new()).await.unwrap().len(), 2);
    engine.derived_set(DerivedKind::History, false).await.unwrap();
    own.open(query("SELECT 2", 10)).await.unwrap();
    assert!(engine.history_list(None, String::new()).await.unwrap().is_empty());

    let saved = engine.saved_put(own.id, None, " Mine ".to_owned(), "SELECT 1".to_owned()).await.unwrap();
    assert_eq!(saved.name, "Mine");
    assert!(engine.saved_put(own.id, None, "mine".to_owned(), "SELECT 2".to_owned()).await.is_err(), "the name is taken");
    engine.saved_put(own.id, Some(saved.id), "Yours".to_owned(), "SELECT 3".to_owned()).await.unwrap();
    let list = engine.saved_list(own.id).await.unwrap();
    assert_eq!(list.iter().map(|q| (q.name.as_str(), q.sql.as_str())).collect::<Vec<_>>(), [("Yours", "SELECT 3")]);
    engine.saved_delete(saved.id).await.unwrap();
    assert!(engine.saved_list(own.id).await.unwrap().is_empty());
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_names_that_were_seen_complete_what_is_typed() {
    let own = Own::with(SEED).await;
    let engine = &own.desk.engine;
    let names = async |within: &[&str], typed: &str| {
        let within = Path::of(within.iter().copied());
        engine.sql_names(own.id, within, typed.to_owned()).await.unwrap()
    };
    assert!(names(&["public"], "lo").await.is_empty(), "nothing was seen yet");
    for path in [Path::default(), Path::of(["public"])] {
        let request = engine::views::LevelRequest { connection: own.id, path, system: false, refresh: false, run: run("level") };
        engine.tree_level(request, Arc::new(NoReport)).await.unwrap();
    }
    engine.table_describe(own.id, Path::of(["public", "log"]), false, run("d"), Arc::new(NoReport)).await.unwrap();
    let found = names(&["public"], "LO").await;
    assert_eq!(found[0].insert, "log");
    assert_eq!(found[0].kind, CompletionKind::Table);
    let columns = names(&["public", "log"], "").await;
    let inserts: Vec<&str> = columns.iter().map(|c| c.insert.as_str()).collect();
    assert_eq!(inserts, ["id", "note", "\"Odd name\""]);
    assert_eq!(columns[0].detail, "integer");
    assert!(names(&[], "public").await.iter().any(|c| c.insert == "public" && c.kind == CompletionKind::Container));
    assert!(names(&[], "log").await.iter().any(|c| c.insert == "public.log"));
    own.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_statistics_are_those_of_the_server_and_are_kept_with_their_age() {
    let own = Own::with(
        "CREATE TABLE public.s (id int PRIMARY KEY, n numeric(10, 2), t text, at timestamptz, b bool, j json, f float8, g public.geometry(Geometry, 4326), e int[]); \
         INSERT INTO public.s SELECT i, CASE WHEN i % 10 > 0 THEN i * 0.25 END, 'v' || i % 7, timestamptz '2024-01-01 00:00+00' + i * interval '1 hour', i % 3 = 0, \
           '{\"a\": 1}', CASE i WHEN 1 THEN 'NaN' WHEN 2 THEN 'Infinity' WHEN 3 THEN 1e308 ELSE i END, \
           CASE WHEN i % 2 = 0 THEN public.ST_SetSRID(public.ST_MakePoint(i, 1), 4326) ELSE 'SRID=4326;LINESTRING(0 0,1 1)' END, ARRAY[i % 2] FROM generate_series(0, 999) AS i",
    )
    .await;
    let engine = &own.desk.engine;
    let path = || Path::of(["public", "s"]);
    let of = async |column: &str| {
        let done = engine.statistics_compute(own.id, path(), column.to_owned(), run("s")).await;
        done.unwrap_or_else(|e| panic!("{column}: {e} {:?}", e.view().vendor))
    };
    assert!(engine.statistics_seen(own.id, path(), "n".to_owned()).await.unwrap().is_none());
    let cost = engine.statistics_estimate(own.id, path(), "n".to_owned(), run("s")).await.unwrap();
    assert!(cost.planner_cost.is_some_and(|c| c > 0.0));
    let n = of("n").await;
    assert_eq!((n.rows, n.nulls, n.distinct.map(|d| (d.rows, d.exact))), (1000, 100, Some((900, true))));
    assert_eq!((n.min.as_deref(), n.max.as_deref(), n.mean.as_deref()), (Some("0.25"), Some("249.75"), Some("125")));
    assert_eq!((n.histogram.len(), n.histogram.iter().sum::<u64>()), (24, 900));
    assert_eq!(engine.statistics_seen(own.id, path(), "n".to_owned()).await.unwrap(), Some(n));
    let t = of("t").await;
    assert_eq!((t.top.len(), t.top[0].count, t.top[0].value.as_deref()), (7, 143, Some("v0")));
    let at = of("at").await;
    assert_eq!(at.min.as_deref(), Some("2024-01-01 00:00:00+00"));
    assert_eq!(at.histogram.iter().sum::<u64>(), 1000);
    assert_eq!(of("b").await.top[0].value.as_deref(), Some("false"));
    let f = of("f").await;
    assert_eq!((f.mean, f.max.as_deref()), (None, Some("NaN")));
    assert_eq!(f.histogram.iter().sum::<u64>(), 997);
    let types: Vec<_> = of("g").await.top.into_iter().map(|t| (t.value.unwrap_or_default(), t.count)).collect();
    assert_eq!(types, [("LineString".to_owned(), 500), ("Point".to_owned(), 500)]);
    assert_eq!(of("j").await.distinct.map(|d| d.rows), Some(1));
    assert_eq!(of("e").await.distinct.map(|d| d.rows), Some(2));
    assert!(of("id").await.top.is_empty(), "where each value is there once, none is frequent");
    engine.derived_set(DerivedKind::Statistics, false).await.unwrap();
    of("t").await;
    assert!(engine.statistics_seen(own.id, path(), "t".to_owned()).await.unwrap().is_none());
    let gone = engine.statistics_compute(own.id, path(), "nowhere".to_owned(), run("s")).await.unwrap_err();
    assert_eq!(gone.code(), "statistics.no_column");
    own.end().await;
}
