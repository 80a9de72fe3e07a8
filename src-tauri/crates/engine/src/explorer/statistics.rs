//! Columns' statistics: computed in the warehouse where it can, else by one walk over the column; kept with their age.
//!
//! Owns: what is asked, how answers become words, keeping. Does not own: the statements (the dialect's), the walk's counting
//! (`tally`).

mod tally;

use super::cells::{Cells, Form};
use super::sessions::{Lease, Purpose};
use super::sql::estimated;
use crate::engine::{Engine, now};
use crate::views::{DerivedKind, EstimateView, RunId, StatisticsView, TopView};
use futures::StreamExt;
use model::{Column, ConnectionId, Count, Error, FieldId, Kind, NoReport, Path, Profile, Query, Result, Scan, Sql, Text, Work};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tally::Tally;

/// Bars of a histogram.
pub(super) const BARS: usize = 24;
/// A value is kept to so many characters.
const LONGEST: usize = 200;

/// A column that is not there.
const NO_COLUMN: Text = Text {
    code: "statistics.no_column",
    kind: Kind::NotFound,
    what: "There is no column {column} in this table.",
    why: "It may have been removed or renamed since the table was looked at.",
    remedy: "Refresh the table.",
    retryable: false,
};

/// As they are kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    rows: u64,
    nulls: u64,
    distinct: Option<(u64, bool)>,
    min: Option<String>,
    max: Option<String>,
    mean: Option<String>,
    top: Vec<(Option<String>, u64)>,
    histogram: Vec<u64>,
}

impl Kept {
    fn view(self, seen_at: u64) -> StatisticsView {
        StatisticsView {
            rows: self.rows,
            nulls: self.nulls,
            distinct: self.distinct.map(|(rows, exact)| Count { rows, exact }),
            min: self.min,
            max: self.max,
            mean: self.mean,
            top: self.top.into_iter().map(|(value, count)| TopView { value, count }).collect(),
            histogram: self.histogram,
            seen_at,
        }
    }
}

impl Engine {
    /// As they were last computed, if they were.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn statistics_seen(&self, connection: ConnectionId, path: Path, column: String) -> Result<Option<StatisticsView>> {
        let kept = self.with_store(move |store, _| store.statistics(connection, &path, &column)).await?;
        // What an older version wrote otherwise is as if it were not there.
        Ok(kept.and_then(|(json, at)| Some(serde_json::from_str::<Kept>(&json).ok()?.view(at))))
    }

    /// What computing them would take.
    ///
    /// # Errors
    /// As the work itself would be refused.
    pub async fn statistics_estimate(
        &self,
        connection: ConnectionId,
        path: Path,
        column: String,
        run: RunId,
    ) -> Result<EstimateView> {
        let lease = self.lease(connection, Purpose::Look, &run, Arc::new(NoReport)).await?;
        let scan = Scan { table: path, columns: Some(vec![column]), ..Scan::default() };
        if !lease.session.facts().estimates {
            return Ok(EstimateView { rows: None, billed_bytes: None, planner_cost: None });
        }
        Ok(estimated(&lease.session.estimate(Work::Scan(&scan), &lease.cx).await?))
    }

    /// Computes them, in the warehouse where it can.
    ///
    /// # Errors
    /// As the server refuses the work.
    pub async fn statistics_compute(
        &self,
        connection: ConnectionId,
        path: Path,
        column: String,
        run: RunId,
    ) -> Result<StatisticsView> {
        let table = self.described(connection, &path, false, &run, Arc::new(NoReport)).await?;
        let Some(described) = table.table.columns.iter().find(|c| c.name == column) else {
            return Err(Error::new(&NO_COLUMN).with("column", &column).field(FieldId::named(&column)));
        };
        let lease = self.lease(connection, Purpose::Stream, &run, Arc::new(NoReport)).await?;
        let computed = match lease.connector.dialect().profile(&path, described) {
            Some(profile) => in_the_warehouse(&lease, &profile).await,
            None => by_a_walk(&lease, &path, described).await,
        };
        if computed.as_ref().is_err_and(|error| error.kind() == Kind::NotFound) {
            self.table_is_gone(connection, &path);
        }
        let (kept, seen_at) = (computed?, now());
        if self.keeps(DerivedKind::Statistics).await
            && let Ok(json) = serde_json::to_string(&kept)
        {
            let put = self.with_store(move |store, _| store.put_statistics(connection, &path, &column, &json, seen_at)).await;
            if let Err(error) = put {
                tracing::info!(code = error.code(), "statistics were not kept");
            }
        }
        Ok(kept.view(seen_at))
    }
}

/// A value shortened to what a list shows.
fn short(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

type Texts = Vec<Vec<Option<String>>>;

/// A statement's few rows, as text.
async fn asked(lease: &Lease, sql: &Sql, most: u64) -> Result<Texts> {
    let query = Query { sql: sql.text.clone(), params: sql.params.clone(), limit: Some(most), ..Query::default() };
    let mut batches = lease.session.query(&query, &lease.cx).await?;
    let cells = Cells::of(&batches.schema);
    let mut out = Texts::new();
    while let Some(batch) = lease.cx.run(async { batches.stream.next().await.transpose() }).await? {
        for row in 0..batch.num_rows() {
            let value = |column: usize| {
                let mut text = String::new();
                cells.write(&batch, column, row, Form::Short, (LONGEST + 1) * 4, &mut text).then(|| short(text))
            };
            out.push((0..batch.num_columns()).map(value).collect());
        }
    }
    Ok(out)
}

async fn in_the_warehouse(lease: &Lease, profile: &Profile) -> Result<Kept> {
    let summary = asked(lease, &profile.summary, 1).await?.into_iter().next().unwrap_or_default();
    let text = |at: usize| summary.get(at).cloned().flatten();
    let number = |at: usize| text(at).and_then(|t| t.parse::<u64>().ok());
    let mut top = Vec::new();
    if let Some(sql) = &profile.top {
        for row in asked(lease, sql, 10).await? {
            let count = row.get(1).cloned().flatten().and_then(|t| t.parse().ok()).unwrap_or(0);
            top.push((row.into_iter().next().flatten(), count));
        }
    }
    let mut histogram = Vec::new();
    if let Some(sql) = &profile.histogram {
        for row in asked(lease, sql, BARS as u64).await? {
            let at = |column: usize| row.get(column).cloned().flatten().and_then(|t| t.parse::<f64>().ok());
            let (Some(bar), Some(count)) = (at(0), at(1)) else { continue };
            // A bar's number and a count; both are whole.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let (bar, count) = (bar as usize, count as u64);
            if bar < BARS {
                histogram.resize(BARS, 0);
                histogram[bar] = count;
            }
        }
    }
    let distinct = number(2).map(|rows| (rows, true));
    Ok(Kept {
        rows: number(0).unwrap_or(0),
        nulls: number(1).unwrap_or(0),
        distinct,
        min: text(3),
        max: text(4),
        mean: text(5),
        top: worth_showing(top),
        histogram,
    })
}

/// Where each value occurs once, none is frequent.
fn worth_showing(top: Vec<(Option<String>, u64)>) -> Vec<(Option<String>, u64)> {
    if top.len() > 1 && top.iter().all(|(_, count)| *count <= 1) { Vec::new() } else { top }
}

async fn by_a_walk(lease: &Lease, path: &Path, column: &Column) -> Result<Kept> {
    let scan = Scan { table: path.clone(), columns: Some(vec![column.name.clone()]), ..Scan::default() };
    let mut tally: Option<Tally> = None;
    // Twice where there is something to draw: the steps between smallest and largest are known only after the first time.
    for again in [false, true] {
        if again && !tally.as_mut().is_some_and(Tally::begin_histogram) {
            break;
        }
        let mut batches = lease.session.scan(&scan, &lease.cx).await?;
        let tally = tally.get_or_insert_with(|| Tally::of(&batches.schema));
        while let Some(batch) = lease.cx.run(async { batches.stream.next().await.transpose() }).await? {
            if again { tally.draw(&batch) } else { tally.add(&batch) }
        }
    }
    Ok(tally.unwrap_or_else(|| Tally::of(&arrow_schema::Schema::empty())).kept())
}
