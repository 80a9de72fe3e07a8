//! One run of a reading statement: its own READ ONLY transaction, prepared alone, wrapped, streamed.

use super::super::failure::failed;
use super::super::line::{Lent, Line};
use super::CrsTable;
use super::copy::Copy;
use super::direct::{as_it_is, at_once, short};
use super::guard::{Reading, changes_something};
use super::param::{Param, bind};
use super::plan::{ColumnPlan, Quirk, Quirks, Shape, Spatial};
use super::rows::{Rows, Trouble};
use super::source::{Failed, Source};
use super::text::{DOES_NOT_FIT, MALFORMED, OTHER_SRID};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures::StreamExt;
use model::{Batches, Ctx, Error, Result, Scalar, common};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Column, Statement};

/// Rows in a batch; fewer in the first one, so that something is seen soon.
const MOST_ROWS: usize = 8192;
const FIRST_ROWS: usize = 1024;

/// What is to be run, and what is known around it.
#[derive(Clone)]
pub(crate) struct Run {
    /// One statement, as [`super::one_reading`] returned it.
    pub(crate) sql: String,
    /// How it can be run.
    pub(crate) reading: Reading,
    /// Its parameters.
    pub(crate) params: Vec<Scalar>,
    /// At most so many rows.
    pub(crate) limit: Option<u64>,
    /// The server stops it after this long.
    pub(crate) timeout: Option<Duration>,
    /// The numbers of PostGIS's types, 0 without PostGIS: geometry, geography.
    pub(crate) spatial: (u32, u32),
    /// SRIDs.
    pub(crate) crs: Arc<CrsTable>,
    /// What was learnt of columns.
    pub(crate) quirks: Arc<Quirks>,
    /// The statement is a scan of this table, made here; the limit is in it.
    pub(crate) table: Option<String>,
}

/// Runs it, as far as its first rows.
///
/// # Errors
/// What the statement is refused with, and what goes wrong before the first rows.
pub(crate) async fn start(line: &Arc<Line>, run: Run, cx: &Ctx) -> Result<Batches> {
    loop {
        let begun = line.run(cx, begin(line, &run, cx)).await?;
        if let Some((schema, stream)) = begun {
            return Ok(Batches { schema, stream, job: None, total: None });
        }
        // Something was learnt of a column: once more, with that in mind.
    }
}

/// The transaction's beginning. Its texts are ours alone, so the simple protocol carries them in one go.
pub(super) fn opening(timeout: Option<Duration>) -> String {
    let mut sql = "BEGIN READ ONLY; SET LOCAL datestyle = 'ISO'; SET LOCAL extra_float_digits = 1".to_owned();
    if let Some(timeout) = timeout {
        let millis = timeout.as_millis().clamp(1, i32::MAX as u128);
        sql.push_str(&format!("; SET LOCAL statement_timeout = {millis}"));
    }
    sql
}

/// None: something new is known of a column, and it should be begun again.
async fn begin(line: &Arc<Line>, run: &Run, cx: &Ctx) -> Result<Option<(SchemaRef, Stream)>> {
    let mut turn = line.turn(cx).await?;
    let (source, plan) = match prepared(turn.begin()?, run).await {
        Ok(ready) => ready,
        refused => return turn.settle(refused).map(|_| None),
    };
    let rows = Rows::new(&plan).map_err(common::internal)?;
    let mut reading = Ongoing { turn: line.lend(turn), source, rows, plan, quirks: Arc::clone(&run.quirks) };
    let more = match reading.source.fill(&mut reading.rows, FIRST_ROWS).await {
        Ok(more) => more,
        Err(problem) => {
            let (error, learnt) = reading.explain(problem);
            return if learnt { Ok(None) } else { Err(error) };
        }
    };
    let schema = reading.rows.schema(&reading.plan, &run.crs);
    let first = reading.rows.take(&schema).map_err(common::internal)?;
    if !more {
        reading.over();
    }
    let rest = if more { Some(reading) } else { None };
    let stream = Streaming { first: Some(first), rest, schema: Arc::clone(&schema), cx: cx.clone(), line: Arc::clone(line) };
    Ok(Some((schema, stream.into_stream())))
}

/// Opens the transaction, prepares the statement alone, then as it will run, and runs it.
async fn prepared(client: &Client, run: &Run) -> Result<(Source, Vec<ColumnPlan>)> {
    let mut opening = opening(run.timeout);
    if let Some(table) = short(run).filter(|table| run.quirks.knows(table)) {
        if let Some(ready) = at_once(client, run, table, &opening).await? {
            return Ok(ready);
        }
        opening.clear();
    }
    let (opened, alone) = futures::join!(client.batch_execute(&opening), client.prepare(&run.sql));
    opened.map_err(failed)?;
    let alone = alone.map_err(failed)?;
    let params = bind(&run.params, alone.params().len())?;
    if alone.columns().is_empty() && run.reading == Reading::Plain {
        return Err(changes_something(&run.sql));
    }
    let mut plan = plan(alone.columns(), run);
    let source = match run.reading {
        Reading::Table if short(run).is_some() && plan.iter().all(|c| c.shape != Shape::Printed) => {
            as_it_is(client, run, &alone, &params, &mut plan).await?
        }
        Reading::Plain => plain(client, &alone, &params, run.limit, &mut plan).await?,
        Reading::Table => wrapped(client, run, &alone, &params, &mut plan).await?,
    };
    Ok((source, plan))
}

pub(super) fn plan(columns: &[Column], run: &Run) -> Vec<ColumnPlan> {
    let spatial = Spatial { geometry: run.spatial.0, geography: run.spatial.1 };
    let columns = columns.iter().enumerate();
    columns.map(|(at, column)| ColumnPlan::of(column, at, spatial, &run.sql, &run.quirks)).collect()
}

/// `SHOW` and `EXPLAIN`: rows of text, as they are.
async fn plain(
    client: &Client,
    alone: &Statement,
    params: &[Param],
    limit: Option<u64>,
    plan: &mut [ColumnPlan],
) -> Result<Source> {
    for column in plan {
        if column.shape == Shape::Printed {
            column.shape = Shape::Text;
        }
    }
    let rows = client.query_raw(alone, params.iter().map(as_sql)).await.map_err(failed)?;
    Ok(Source::Rows(Box::pin(rows), limit.unwrap_or(u64::MAX)))
}

/// Anything that stands where a table stands.
async fn wrapped(client: &Client, run: &Run, alone: &Statement, params: &[Param], plan: &mut [ColumnPlan]) -> Result<Source> {
    // A scan's own limit is in it already.
    let limit = run.limit.filter(|_| run.table.is_none());
    let select = wrap(&run.sql, plan, limit);
    let naming = name_types(client, alone);
    let refused = |e: tokio_postgres::Error| refusal(e, &run.sql);
    let (source, names) = if params.is_empty() {
        let copy = format!("COPY ({select}) TO STDOUT (FORMAT binary)");
        let (prepared, names) = futures::join!(client.prepare(&copy), naming);
        let rows = client.copy_out(&prepared.map_err(refused)?).await.map_err(failed)?;
        (Source::Copy(Box::pin(rows), Copy::new(plan.len())), names)
    } else {
        let (prepared, names) = futures::join!(client.prepare_typed(&select, alone.params()), naming);
        let rows = client.query_raw(&prepared.map_err(refused)?, params.iter().map(as_sql)).await.map_err(failed)?;
        (Source::Rows(Box::pin(rows), u64::MAX), names)
    };
    for (column, name) in plan.iter_mut().zip(names?) {
        if let Some(name) = name {
            column.type_name = name;
        }
    }
    Ok(source)
}

/// How the types of a statement's columns are written.
pub(super) async fn name_types(client: &Client, statement: &Statement) -> Result<Vec<Option<String>>> {
    let types: Vec<u32> = statement.columns().iter().map(|c| c.type_().oid()).collect();
    let modifiers: Vec<i32> = statement.columns().iter().map(Column::type_modifier).collect();
    let params: [(&(dyn ToSql + Sync), Type); 2] = [(&types, Type::OID_ARRAY), (&modifiers, Type::INT4_ARRAY)];
    let rows = client.query_typed(TYPE_NAMES, &params).await.map_err(failed)?;
    rows.iter().map(|row| row.try_get(0).map_err(failed)).collect()
}

const TYPE_NAMES: &str = "SELECT pg_catalog.format_type(t.id, t.modifier) \
    FROM unnest($1::oid[], $2::int4[]) WITH ORDINALITY AS t(id, modifier, at) ORDER BY t.at";

pub(super) fn as_sql(param: &Param) -> &(dyn ToSql + Sync) {
    param
}

/// The wrapping statement. The wrapped text stands on lines of its own: a comment at its end ends with the line.
fn wrap(sql: &str, plan: &[ColumnPlan], limit: Option<u64>) -> String {
    let aliases: Vec<String> = (1..=plan.len()).map(|n| format!("c{n}")).collect();
    let wanted: Vec<String> = plan.iter().zip(&aliases).map(|(column, alias)| column.expression(alias)).collect();
    let list = if aliases.is_empty() { String::new() } else { format!("({})", aliases.join(", ")) };
    let limit = limit.map(|n| format!(" LIMIT {}", n.min(i64::MAX as u64))).unwrap_or_default();
    format!("SELECT {} FROM (\n{sql}\n) AS q{list}{limit}", wanted.join(", "))
}

/// Prepared alone it was right, wrapped it is not: it does more than read.
fn refusal(error: tokio_postgres::Error, sql: &str) -> Error {
    let code = error.code().map(tokio_postgres::error::SqlState::code);
    let by_words = super::super::sql::statements(sql).is_ok_and(|s| s.iter().any(|s| s.kind == model::StatementKind::Write));
    match (code, by_words) {
        (Some("0A000" | "42601"), true) => {
            let told = error.as_db_error().map(|e| e.message().to_owned()).unwrap_or_default();
            changes_something(sql).vendor(code.map(str::to_owned), told)
        }
        _ => failed(error),
    }
}

type Stream = futures::stream::BoxStream<'static, Result<RecordBatch>>;

/// A run under way.
struct Ongoing {
    turn: Arc<Lent>,
    source: Source,
    rows: Rows,
    plan: Vec<ColumnPlan>,
    quirks: Arc<Quirks>,
}

impl Ongoing {
    /// All rows have come: nothing is left to cancel.
    fn over(&self) {
        self.turn.done();
    }

    /// What a problem is in words, and whether something new was learnt from it.
    fn explain(&self, problem: Failed) -> (Error, bool) {
        if matches!(&problem, Failed::Server(error) if error.as_db_error().is_some()) {
            // The server has ended it already.
            self.over();
        }
        let column = |at: usize| self.plan.get(at).map(|c| (c.name.as_str(), c.key.as_str())).unwrap_or_default();
        match problem {
            Failed::Server(error) => (failed(error), false),
            Failed::Malformed(why) | Failed::Value(_, Trouble::Malformed(why)) => {
                (Error::new(&MALFORMED).with("why", why), false)
            }
            Failed::Value(at, Trouble::DoesNotFit) => {
                let (name, key) = column(at);
                (Error::new(&DOES_NOT_FIT).with("column", name), self.quirks.learn(key, Quirk::Text))
            }
            Failed::Value(at, Trouble::OtherSrid(srid)) => {
                let (name, key) = column(at);
                (Error::new(&OTHER_SRID).with("column", name).with("srid", srid), self.quirks.learn(key, Quirk::Mixed))
            }
        }
    }
}

struct Streaming {
    first: Option<RecordBatch>,
    rest: Option<Ongoing>,
    schema: SchemaRef,
    cx: Ctx,
    line: Arc<Line>,
}

impl Streaming {
    fn into_stream(self) -> Stream {
        futures::stream::unfold(self, |mut this| async move {
            let next = this.next().await?;
            Some((next, this))
        })
        .fuse()
        .boxed()
    }

    async fn next(&mut self) -> Option<Result<RecordBatch>> {
        if let Some(first) = self.first.take() {
            return Some(Ok(first));
        }
        let mut reading = self.rest.take()?;
        let filled = self.line.run(&self.cx, async { Ok(reading.source.fill(&mut reading.rows, MOST_ROWS).await) }).await;
        let more = match filled {
            // Cancelled, too late, closed: what is dropped here cancels at the server.
            Err(error) => return Some(Err(error)),
            Ok(Err(problem)) => return Some(Err(reading.explain(problem).0)),
            Ok(Ok(more)) => more,
        };
        let batch = if reading.rows.count() > 0 { Some(reading.rows.take(&self.schema).map_err(common::internal)) } else { None };
        if more {
            self.rest = Some(reading);
        } else {
            reading.over();
        }
        batch
    }
}
