//! The short way for a few rows of a table.
//!
//! A scan's statement is made here of quoted names, and cannot be anything but one SELECT: it need not be wrapped, and its
//! rows come in the binary format of the same types. The first time it is prepared, which tells its columns and how their
//! types are written; from then on one message goes there and one answer comes back. What only the server can print as text
//! goes the long way.

use super::super::failure::failed;
use super::param::{Param, bind};
use super::plan::{ColumnPlan, Quirk, Shape};
use super::run::{Run, as_sql, name_types, plan};
use super::source::Source;
use futures::{StreamExt, TryStreamExt};
use model::Result;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Statement};

/// More rows than this come faster by COPY.
const FEW: u64 = 1024;

/// The table, where the run is a short scan of one.
pub(super) fn short(run: &Run) -> Option<&str> {
    run.table.as_deref().filter(|_| run.limit.is_some_and(|limit| limit <= FEW))
}

/// A table whose types are known: in one go with the opening of the transaction. None: it is open, and the statement has to
/// be prepared, because an answer without rows tells no columns.
pub(super) async fn at_once(client: &Client, run: &Run, table: &str, opening: &str) -> Result<Option<(Source, Vec<ColumnPlan>)>> {
    let params = bind(&run.params, run.params.len())?;
    // The server finds out what type each value is meant to be.
    let params = params.iter().map(|p| (p as &(dyn ToSql + Sync), Type::UNKNOWN));
    let (opened, rows) = futures::join!(client.batch_execute(opening), client.query_typed_raw(&run.sql, params));
    opened.map_err(failed)?;
    let mut rows = Box::pin(rows.map_err(failed)?);
    let Some(first) = rows.try_next().await.map_err(failed)? else { return Ok(None) };
    let mut plan = plan(first.columns(), run);
    if plan.iter().any(|column| column.shape == Shape::Printed) {
        run.quirks.forget(table);
        return Ok(None);
    }
    for (plan, column) in plan.iter_mut().zip(first.columns()) {
        match run.quirks.name(column.type_().oid(), column.type_modifier()) {
            Some(name) => plan.type_name = name,
            // It was changed since: the next time all is learnt anew.
            None => run.quirks.forget(table),
        }
    }
    let rows = futures::stream::once(async { Ok(first) }).chain(rows);
    Ok(Some((Source::Rows(Box::pin(rows), u64::MAX), plan)))
}

/// A statement that was prepared, run as it is. `plan` has nothing that only the server can print.
pub(super) async fn as_it_is(
    client: &Client,
    run: &Run,
    alone: &Statement,
    params: &[Param],
    plan: &mut [ColumnPlan],
) -> Result<Source> {
    let (names, rows) = futures::join!(name_types(client, alone), client.query_raw(alone, params.iter().map(as_sql)));
    let rows = rows.map_err(failed)?;
    for ((plan, column), name) in plan.iter_mut().zip(alone.columns()).zip(names?) {
        if let Some(name) = name {
            run.quirks.learn_name((column.type_().oid(), column.type_modifier()), name.clone());
            plan.type_name = name;
        }
    }
    if let Some(table) = &run.table {
        run.quirks.learn(table, Quirk::Named);
    }
    Ok(Source::Rows(Box::pin(rows), u64::MAX))
}
