//! The cases. Each is told what a connector must do by its name.

mod browse;
mod describe;
mod explore;
mod flow;
mod geometry;
mod hostile;
mod query;
mod scan;
mod types;

use super::entrant::{Entrant, Texts};
use arrow_array::RecordBatch;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use landbridge_tests::support;
use model::{Batches, Ctx, Error, Facts, Query, Result, Scan, Session};
use std::future::Future;
use std::sync::Arc;

/// What a case needs that a session may not offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Cancels,
    Writes,
    Samples,
    Estimates,
    Searches,
    Spatial,
    /// Rights: some of what is there is kept from this user.
    Rights,
    /// A statement can make geometry, and change its system.
    MakesGeometry,
    /// One column of several systems.
    SeveralSystems,
    /// Settings that a statement can change.
    Settings,
    /// One connection, whose calls take turns.
    Turns,
    /// A connection that can be lost.
    Connection,
    /// It can be seen from outside that the server waits for its reader.
    SeesWaiting,
    /// Something that is worth a warning when it is missing.
    PlainDatabase,
}

impl Need {
    pub fn offered(self, facts: &Facts, entrant: &dyn Entrant) -> bool {
        match self {
            Self::Cancels => facts.cancels,
            Self::Writes => facts.writes,
            Self::Samples => facts.samples,
            Self::Estimates => facts.estimates,
            Self::Searches => facts.searches,
            Self::Spatial => facts.spatial.is_some(),
            other => entrant.has(other),
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Cancels => "cancelling",
            Self::Writes => "writing",
            Self::Samples => "sampling",
            Self::Estimates => "estimates",
            Self::Searches => "searching",
            Self::Spatial => "geometry",
            Self::Rights => "rights",
            Self::MakesGeometry => "geometry functions",
            Self::SeveralSystems => "several systems in a column",
            Self::Settings => "settings in SQL",
            Self::Turns => "taking turns",
            Self::Connection => "a connection to lose",
            Self::SeesWaiting => "seeing it wait",
            Self::PlainDatabase => "something to miss",
        }
    }
}

type It = Arc<dyn Entrant>;

/// One case.
#[derive(Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    pub needs: Option<Need>,
    pub run: fn(It) -> BoxFuture<'static, ()>,
}

macro_rules! cases {
    ($($module:ident::$name:ident $(: $need:ident)?),* $(,)?) => {
        vec![$(Case { name: stringify!($name), needs: cases!(@ $($need)?), run: |it| $module::$name(it).boxed() }),*]
    };
    (@) => { None };
    (@ $need:ident) => { Some(Need::$need) };
}

/// All cases.
pub fn all() -> Vec<Case> {
    cases![
        browse::browse_lists_schemas_and_hides_those_of_the_system,
        browse::browse_shows_each_kind_of_relation,
        browse::browse_pages_in_the_order_of_names,
        browse::browse_finds_by_text_whatever_the_case,
        browse::browse_hides_what_may_not_be_seen: Rights,
        browse::browse_survives_hostile_names,
        browse::browse_of_what_is_not_there_says_so,
        browse::browse_and_describe_wait_for_no_lock: Writes,
        describe::describe_tells_columns_key_and_comment,
        describe::describe_tells_geometry_columns: Spatial,
        describe::describe_leaves_out_columns_that_may_not_be_read: Rights,
        describe::describe_of_what_is_not_there_says_so,
        describe::describe_of_a_dropped_table_says_so: Writes,
        scan::scan_reads_every_row_once,
        scan::scan_takes_columns_in_the_order_asked_for,
        scan::scan_filters_as_the_server_does,
        scan::scan_sorts_and_goes_on_behind_a_row,
        scan::scan_limits,
        scan::scan_of_nothing_has_columns_and_no_rows,
        scan::scan_of_what_is_not_there_says_so,
        scan::scan_of_what_may_not_be_read_says_so: Rights,
        scan::scan_samples: Samples,
        scan::scan_meets_a_box: Spatial,
        scan::scan_with_a_box_uses_the_index: Estimates,
        query::query_reads_one_statement_in_any_dress,
        query::query_keeps_equal_and_missing_column_names,
        query::query_takes_parameters,
        query::query_limits,
        query::query_comes_in_batches_of_bounded_size,
        query::query_that_fails_midway_tells_it_in_the_stream,
        query::query_that_is_wrong_is_told_in_the_words_of_the_server,
        types::types_equal_the_text_of_the_server,
        types::types_of_random_values_equal_the_text_of_the_server,
        types::types_are_named_in_the_schema,
        geometry::geometry_equals_the_wkb_of_the_server: Spatial,
        geometry::geometry_carries_its_system: Spatial,
        geometry::geometry_that_is_made_says_its_system: MakesGeometry,
        geometry::geometry_of_several_systems_keeps_each: SeveralSystems,
        geometry::geometry_of_random_shapes_equals_the_wkb_of_the_server: MakesGeometry,
        hostile::hostile_statements_are_refused_and_change_nothing,
        hostile::hostile_settings_do_not_outlive_their_run: Settings,
        explore::search_finds_tables_anywhere_by_a_part_of_their_name: Searches,
        explore::search_takes_any_text_as_text: Searches,
        explore::search_hides_what_may_not_be_seen: Rights,
        explore::browse_gives_pages_of_the_size_that_is_asked_for,
        explore::count_tells_what_a_scan_would_read,
        explore::profile_tells_of_every_column_what_is_there,
        explore::save_as_keeps_a_result_and_replaces_nothing: Writes,
        explore::words_are_told_for_an_editor,
        flow::estimate_tells_rows_and_refuses_what_a_query_refuses: Estimates,
        flow::execute_changes_one_thing_and_only_with_a_permit: Writes,
        flow::execute_that_is_cancelled_changes_nothing: Writes,
        flow::cancel_before_the_first_row_stops_the_server: Cancels,
        flow::cancel_in_the_stream_stops_the_server: Cancels,
        flow::dropping_the_stream_stops_the_server: Cancels,
        flow::dropping_a_call_stops_the_server: Cancels,
        flow::timeout_of_a_query_is_kept_by_the_server: Cancels,
        flow::deadline_ends_a_call_and_the_session_goes_on: Cancels,
        flow::slow_reader_holds_the_server_back: SeesWaiting,
        flow::concurrent_calls_all_get_answers,
        flow::call_beside_an_open_stream_waits_and_is_told: Turns,
        flow::close_ends_everything: Cancels,
        flow::lost_connection_is_told_as_such: Connection,
        flow::probe_tells_stages_and_a_summary,
        flow::probe_warns_of_what_is_missing: PlainDatabase,
    ]
}

fn cx() -> Ctx {
    support::ctx().0
}

/// All rows of a stream.
async fn rows(batches: Batches) -> Result<Vec<RecordBatch>> {
    let mut out = Vec::new();
    let mut stream = batches.stream;
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        assert_eq!(batch.schema(), batches.schema, "a batch of another schema");
        out.push(batch);
    }
    assert!(stream.next().await.is_none());
    Ok(out)
}

fn printed(it: &It, batches: &[RecordBatch]) -> Texts {
    let mut out = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let schema = batch.schema();
            let fields = schema.fields().iter().zip(batch.columns());
            out.push(fields.map(|(field, column)| it.print(field, column, row)).collect());
        }
    }
    out
}

async fn scanned(it: &It, session: &Arc<dyn Session>, scan: &Scan) -> Texts {
    let batches = session.scan(scan, &cx()).await.unwrap_or_else(|e| panic!("{scan:?}: {e} {:?}", e.view().vendor));
    printed(it, &rows(batches).await.unwrap())
}

async fn queried(it: &It, session: &Arc<dyn Session>, sql: &str) -> Texts {
    let query = Query { sql: sql.to_owned(), ..Query::default() };
    let batches = session.query(&query, &cx()).await.unwrap_or_else(|e| panic!("{sql}: {e} {:?}", e.view().vendor));
    printed(it, &rows(batches).await.unwrap_or_else(|e| panic!("{sql}: {e}")))
}

/// What a query ends with, wherever it fails.
async fn refused(session: &Arc<dyn Session>, sql: &str) -> Error {
    let query = Query { sql: sql.to_owned(), ..Query::default() };
    let done = match session.query(&query, &cx()).await {
        Ok(batches) => rows(batches).await.map(|_| ()),
        Err(e) => Err(e),
    };
    done.err().unwrap_or_else(|| panic!("{sql} was run"))
}

/// The session still answers.
async fn is_well(it: &It, session: &Arc<dyn Session>) {
    assert_eq!(queried(it, session, it.words().dresses[0]).await, [[Some("1".to_owned())]]);
}

/// Waits until the server runs nothing with this marker any more.
async fn is_over(it: &It, marker: &str) {
    eventually(|| async { !it.running(marker).await }).await;
}

/// Waits until the server runs something with this marker.
async fn is_running(it: &It, marker: &str) {
    eventually(|| async { it.running(marker).await }).await;
}

async fn eventually<F: Future<Output = bool>>(check: impl Fn() -> F) {
    for _ in 0..500 {
        if check().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it did not become true within 10 seconds");
}
