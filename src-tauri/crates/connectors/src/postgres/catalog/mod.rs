//! What is in a database: schemas, tables, columns, keys, geometries.
//!
//! Owns: the catalog's queries, each in one round trip, with qualified names only (see `Line::catalog`).
//! Does not own: rows of tables.

mod browse;
mod describe;
mod postgis;
mod search;
mod target;

pub(super) use browse::browse;
pub(super) use describe::describe;
pub(super) use postgis::{Postgis, crs_table, postgis};
pub(super) use search::search;
pub(super) use target::target;

use model::{Error, Path};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

/// A value of a row of ours; a server that answers in other types does not speak as expected.
fn get<'a, T: FromSql<'a>>(row: &'a Row, at: usize) -> model::Result<T> {
    row.try_get(at).map_err(super::failure::failed)
}

/// Schema and table.
fn named(path: &Path) -> model::Result<(&str, &str)> {
    match path.0.as_slice() {
        [schema, table] => Ok((schema, table)),
        _ => Err(missing(path)),
    }
}

fn missing(path: &Path) -> Error {
    Error::new(&super::failure::NO_SUCH).with("name", path.0.join("."))
}

/// `reltuples` as a number of rows. −1, and before version 14 a 0 without pages, means that nobody has counted.
fn estimated(rows: Option<f64>) -> Option<model::Count> {
    let rows = rows.filter(|n| *n >= 0.0)?;
    // Rounded, and far below the precision's end.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let rows = rows.round() as u64;
    Some(model::Count { rows, exact: false })
}

/// The kinds of relation that have rows to show. Indexes, sequences, composite types have none.
const KINDS: &str = "c.relkind IN ('r', 'p', 'v', 'm', 'f')";

/// Rows that the planner expects: of a partitioned table, the sum over its partitions when all are known.
const ROWS: &str = "CASE c.relkind \
    WHEN 'v' THEN NULL \
    WHEN 'p' THEN (SELECT CASE WHEN pg_catalog.bool_and(l.reltuples >= 0) THEN pg_catalog.sum(l.reltuples::float8) END \
        FROM pg_catalog.pg_partition_tree(c.oid) AS t JOIN pg_catalog.pg_class AS l ON l.oid = t.relid WHERE t.isleaf) \
    ELSE CASE WHEN c.reltuples > 0 OR (c.reltuples = 0 AND (c.relpages > 0 OR pg_catalog.current_setting('server_version_num')::int >= 140000)) \
        THEN c.reltuples::float8 END END";

/// Bytes with indexes and what is stored aside. It opens the relation, and so waits for whoever has locked it.
const BYTES: &str = "CASE c.relkind \
    WHEN 'p' THEN (SELECT pg_catalog.sum(pg_catalog.pg_total_relation_size(t.relid))::int8 FROM pg_catalog.pg_partition_tree(c.oid) AS t WHERE t.isleaf) \
    WHEN 'r' THEN pg_catalog.pg_total_relation_size(c.oid) \
    WHEN 'm' THEN pg_catalog.pg_total_relation_size(c.oid) END";

/// For when somebody has locked one of them.
const NO_BYTES: &str = "NULL::int8";

fn kind(letter: &str) -> model::NodeKind {
    match letter {
        "p" => model::NodeKind::PartitionedTable,
        "v" => model::NodeKind::View,
        "m" => model::NodeKind::MaterializedView,
        "f" => model::NodeKind::ForeignTable,
        _ => model::NodeKind::Table,
    }
}

/// A lock was in the way of sizes.
fn is_locked<T>(done: &model::Result<T>) -> bool {
    done.as_ref().is_err_and(|error| error.vendor_code() == Some("55P03"))
}
