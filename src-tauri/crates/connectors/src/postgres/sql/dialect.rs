//! The contract's view of PostgreSQL's SQL.

use super::select::{Known, select};
use super::statements;
use model::{Dialect, Path, Result, Scan, Sql, StatementKind};

/// How SQL is written for PostgreSQL.
pub(crate) struct PostgresDialect;

/// A name as an identifier: always in quotes, so that no name means something else.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A path as an identifier.
pub(crate) fn qualified(path: &Path) -> String {
    path.0.iter().map(|name| identifier(name)).collect::<Vec<_>>().join(".")
}

impl Dialect for PostgresDialect {
    fn quote(&self, path: &Path) -> String {
        qualified(path)
    }

    fn kinds(&self, sql: &str) -> Result<Vec<StatementKind>> {
        Ok(statements(sql)?.into_iter().map(|s| s.kind).collect())
    }

    /// Without the server's knowledge of the table: right, but a box is compared row by row. A session knows more.
    fn select(&self, scan: &Scan) -> Result<Sql> {
        select(scan, &Known::default())
    }
}
