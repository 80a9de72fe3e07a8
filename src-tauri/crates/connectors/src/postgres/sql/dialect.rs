//! The contract's view of PostgreSQL's SQL.

use super::profile::profile;
use super::select::{Known, select};
use super::{statements, words};
use model::{Column, Dialect, DialectWords, Path, Profile, Result, Scan, Sql, StatementKind};

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

    fn words(&self) -> DialectWords {
        DialectWords {
            keywords: words::KEYWORDS,
            types: words::TYPES,
            functions: words::FUNCTIONS,
            identifier_quotes: "\"",
            dollar_quotes: true,
            backslash_escapes: false,
            hash_comments: false,
        }
    }

    fn count(&self, scan: &Scan) -> Option<Sql> {
        // Neither order nor columns change how many there are; both cost.
        let bare = Scan { columns: Some(Vec::new()), sort: Vec::new(), ..scan.clone() };
        let counted = if scan.after.is_some() { scan } else { &bare };
        let Sql { text, params } = self.select(counted).ok()?;
        Some(Sql { text: format!("SELECT pg_catalog.count(*) AS count FROM (\n{text}\n) AS counted"), params })
    }

    fn profile(&self, table: &Path, column: &Column) -> Option<Profile> {
        Some(profile(table, column))
    }

    /// `CREATE TABLE … AS` fails where something of that name is.
    fn save_as(&self, table: &Path, sql: &str) -> Option<Sql> {
        let [statement] = statements(sql).ok()?.try_into().ok()?;
        let reads = statement.is_table && statement.kind == StatementKind::Read;
        let text = format!("CREATE TABLE {} AS\n{}", qualified(table), &sql[statement.range]);
        reads.then_some(Sql { text, params: Vec::new() })
    }
}
