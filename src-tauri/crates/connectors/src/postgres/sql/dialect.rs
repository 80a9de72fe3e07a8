//! The contract's view of PostgreSQL's SQL.

use super::select::{Known, select};
use super::statements;
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
            keywords: "select from where group by order having limit offset with as join left right full inner outer cross on using union all distinct case when then else end and or not null is in like ilike between exists",
            types: "boolean integer bigint numeric text timestamp timestamptz date time interval uuid json jsonb bytea geometry geography",
            functions: "count sum avg min max coalesce now",
            identifier_quotes: "\"",
            dollar_quotes: true,
            backslash_escapes: false,
            hash_comments: false,
        }
    }

    fn count(&self, scan: &Scan) -> Option<Sql> {
        let Sql { text, params } = self.select(scan).ok()?;
        Some(Sql { text: format!("SELECT pg_catalog.count(*) FROM (\n{text}\n) AS counted"), params })
    }

    fn profile(&self, _: &Path, _: &Column) -> Option<Profile> {
        None
    }

    fn save_as(&self, table: &Path, sql: &str) -> Option<Sql> {
        Some(Sql { text: format!("CREATE TABLE {} AS\n{sql}", qualified(table)), params: Vec::new() })
    }
}
