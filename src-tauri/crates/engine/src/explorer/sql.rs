//! A person's own SQL: looked at, estimated, completed. It is run as rows (`rows`) or as a change (`writes`).
//!
//! Owns: the first of the two refusals of what writes, by the statement's words; the session refuses it once more. Does not
//! own: what a word means, which is the dialect's.

use super::sessions::Purpose;
use crate::engine::Engine;
use crate::views::{CompletionKind, CompletionView, EstimateView, NodeView, RunId, SqlCheckView, StatementVerdict};
use model::{
    ConnectionId, Dialect, DialectWords, Error, Estimate, Kind, NoReport, Path, Query, Result, StatementKind, Text, Work,
};
use std::sync::Arc;

/// It would change something.
pub(crate) const REFUSED: Text = Text {
    code: "sql.refused",
    kind: Kind::ReadOnly,
    what: "This statement was not sent: it changes something.",
    why: "On this connection, changes are not allowed.",
    remedy: "To change data, allow changes on this connection first.",
    retryable: false,
};
/// It would change something, and was to be run as if it only read.
const IS_A_CHANGE: Text = Text {
    code: "sql.is_a_change",
    kind: Kind::ReadOnly,
    what: "This statement was not sent: it changes something.",
    why: "Rows are shown of statements that only read.",
    remedy: "Run it as a change.",
    retryable: false,
};
/// Transactions, settings, and what else makes no sense alone.
pub(super) const NOT_HERE: Text = Text {
    code: "sql.not_here",
    kind: Kind::ReadOnly,
    what: "This statement cannot be run here.",
    why: "It would begin, end or change a session or a transaction, or do what cannot be told from its words. Each statement runs by itself.",
    remedy: "Nothing was sent.",
    retryable: false,
};
/// Nothing but comments.
pub(super) const NOTHING: Text = Text {
    code: "sql.nothing",
    kind: Kind::Invalid,
    what: "There is no statement to run.",
    why: "The text is empty or holds only comments.",
    remedy: "Type a statement, as in SELECT.",
    retryable: false,
};
/// More than one.
pub(super) const ONE_AT_A_TIME: Text = Text {
    code: "sql.one_at_a_time",
    kind: Kind::Invalid,
    what: "One statement at a time can be run; this text holds {count}.",
    why: "Each run is one statement by itself.",
    remedy: "Select the one to run.",
    retryable: false,
};

/// So many names are offered.
const OFFERED: usize = 100;

/// Makes sure that the text is one statement, and that it only reads as far as words tell.
///
/// # Errors
/// What it is refused with. Nothing was sent.
pub(crate) fn reading(dialect: &dyn Dialect, sql: &str) -> Result<()> {
    match one(dialect, sql)? {
        StatementKind::Read => Ok(()),
        StatementKind::Write => Err(Error::new(&IS_A_CHANGE)),
        StatementKind::Control | StatementKind::Other => Err(Error::new(&NOT_HERE)),
    }
}

/// The one statement of a text.
pub(super) fn one(dialect: &dyn Dialect, sql: &str) -> Result<StatementKind> {
    match dialect.kinds(sql)?.as_slice() {
        [] => Err(Error::new(&NOTHING)),
        [kind] => Ok(*kind),
        more => Err(Error::new(&ONE_AT_A_TIME).with("count", more.len())),
    }
}

impl Engine {
    /// As [`reading`], in the words that fit what is allowed on this connection.
    pub(crate) async fn only_reading(&self, connection: ConnectionId, sql: &str) -> Result<()> {
        let refused = match reading(self.connector_of(connection).await?.dialect(), sql) {
            Err(error) if error.code() == IS_A_CHANGE.code => error,
            done => return done,
        };
        let allowed = self.with_store(move |store, _| store.writes_allowed(connection)).await?;
        Err(if allowed { refused } else { Error::new(&REFUSED) })
    }

    /// Looks at a text without the server.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn sql_check(&self, connection: ConnectionId, sql: String) -> Result<SqlCheckView> {
        let dialect = self.connector_of(connection).await?.dialect();
        let allowed = self.with_store(move |store, _| store.writes_allowed(connection)).await?;
        let kinds = match dialect.kinds(&sql) {
            Ok(kinds) => kinds,
            Err(error) => {
                return Ok(SqlCheckView { verdict: StatementVerdict::Refused, statements: 1, problem: Some(error.view()) });
            }
        };
        let has = |kind| kinds.contains(&kind);
        let (verdict, problem) = if kinds.is_empty() {
            (StatementVerdict::Nothing, None)
        } else if has(StatementKind::Control) || (has(StatementKind::Other) && !allowed) {
            (StatementVerdict::Refused, Some(&NOT_HERE))
        } else if (has(StatementKind::Write) || has(StatementKind::Other)) && !allowed {
            (StatementVerdict::Refused, Some(&REFUSED))
        } else if has(StatementKind::Write) || has(StatementKind::Other) {
            (StatementVerdict::Changes, None)
        } else {
            (StatementVerdict::Reads, None)
        };
        let statements = u32::try_from(kinds.len()).unwrap_or(u32::MAX);
        Ok(SqlCheckView { verdict, statements, problem: problem.map(|text| Error::new(text).view()) })
    }

    /// What a statement would take.
    ///
    /// # Errors
    /// As the statement itself would be refused.
    pub async fn sql_estimate(&self, connection: ConnectionId, sql: String, run: RunId) -> Result<EstimateView> {
        reading(self.connector_of(connection).await?.dialect(), &sql)?;
        let lease = self.lease(connection, Purpose::Look, &run, Arc::new(NoReport)).await?;
        let query = Query { sql, ..Query::default() };
        Ok(estimated(&lease.session.estimate(Work::Query(&query), &lease.cx).await?))
    }

    /// Names for completion that begin with, or contain, what was typed; of what was seen. `within` is a table (its columns),
    /// or what holds tables (their names as they are written there); empty: what is at the top, and tables anywhere.
    ///
    /// # Errors
    /// When what was seen cannot be read.
    pub async fn sql_names(&self, connection: ConnectionId, within: Path, typed: String) -> Result<Vec<CompletionView>> {
        let words = self.connector_of(connection).await?.dialect().words();
        let folded = store::fold(&typed);
        let mut found: Vec<(bool, CompletionView)> = Vec::new();
        let mut offer = |name: &str, view: CompletionView| {
            let name = store::fold(name);
            if name.contains(&folded) {
                found.push((!name.starts_with(&folded), view));
            }
        };
        let tables = self.explorer().tables.of(connection);
        for column in tables.iter().filter(|t| t.table.path == within).flat_map(|t| &t.table.columns) {
            offer(&column.name, view(&words, &column.name, CompletionKind::Column, column.type_name.clone()));
        }
        for node in self.seen_below(connection, &within, usize::MAX).await? {
            let Some(name) = node.path.0.last() else { continue };
            offer(name, view(&words, name, kind(&node), String::new()));
        }
        if within.0.is_empty() && !typed.is_empty() {
            for node in self.seen_names(connection, &typed, OFFERED, |above, _| !above.0.is_empty()).await? {
                let (Some(name), above) = (node.path.0.last(), node.path.0.len() - 1) else { continue };
                let insert: Vec<String> = node.path.0.iter().map(|name| written(&words, name)).collect();
                let (insert, detail) = (insert.join("."), node.path.0[..above].join("."));
                offer(name, CompletionView { insert, label: name.clone(), kind: kind(&node), detail });
            }
        }
        // What begins with it first; otherwise as it came.
        found.sort_by_key(|(later, _)| *later);
        Ok(found.into_iter().map(|(_, view)| view).take(OFFERED).collect())
    }
}

fn kind(node: &NodeView) -> CompletionKind {
    if node.kind.holds_nodes() { CompletionKind::Container } else { CompletionKind::Table }
}

fn view(words: &DialectWords, name: &str, kind: CompletionKind, detail: String) -> CompletionView {
    CompletionView { insert: written(words, name), label: name.to_owned(), kind, detail }
}

/// A name as it has to be written: in quotes unless it is surely none of the dialect's words and means the same without.
fn written(words: &DialectWords, name: &str) -> String {
    let simple = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let is_word = || [words.keywords, words.types].iter().any(|list| list.split(' ').any(|word| word == name));
    if simple && !is_word() {
        return name.to_owned();
    }
    let quote = words.identifier_quotes.chars().next().unwrap_or('"');
    let (open, close) = if quote == '[' { ('[', ']') } else { (quote, quote) };
    format!("{open}{}{close}", name.replace(close, &format!("{close}{close}")))
}

pub(super) fn estimated(estimate: &Estimate) -> EstimateView {
    EstimateView { rows: estimate.rows, billed_bytes: estimate.billed_bytes, planner_cost: estimate.planner_cost }
}

#[cfg(test)]
mod tests {
    use super::written;
    use model::DialectWords;

    #[test]
    fn a_name_is_quoted_when_it_could_mean_something_else() {
        let words = DialectWords {
            keywords: "select from",
            types: "date",
            functions: "",
            identifier_quotes: "\"",
            dollar_quotes: true,
            backslash_escapes: false,
            hash_comments: false,
        };
        for plain in ["roads", "_a1", "population"] {
            assert_eq!(written(&words, plain), plain);
        }
        for (name, expected) in [
            ("select", "\"select\""),
            ("date", "\"date\""),
            ("Roads", "\"Roads\""),
            ("1a", "\"1a\""),
            ("a\"b", "\"a\"\"b\""),
            ("表", "\"表\""),
            ("a$b", "\"a$b\""),
            ("", "\"\""),
        ] {
            assert_eq!(written(&words, name), expected);
        }
        let backticks = DialectWords { identifier_quotes: "`\"", ..words };
        assert_eq!(written(&backticks, "a`b"), "`a``b`");
    }
}
