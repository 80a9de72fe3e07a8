//! The rules of reading that are told by words. They give a clear answer early; what is enforced is enforced by the
//! server: the statement is prepared alone, and runs in a READ ONLY transaction.

use super::super::sql::{Statement, statements};
use super::text::{EMPTY, NOT_ONE, NOT_READING, NOT_RUNNABLE};
use model::{Error, Result, StatementKind};

/// How a reading statement can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It can stand where a table stands.
    Table,
    /// It cannot (`SHOW`, `EXPLAIN`): its rows are taken as they are.
    Plain,
}

fn single(sql: &str) -> Result<Statement> {
    let mut all = statements(sql)?;
    match all.len() {
        0 => Err(Error::new(&EMPTY)),
        1 => Ok(all.remove(0)),
        count => Err(Error::new(&NOT_ONE).with("count", count)),
    }
}

fn named(statement: &Statement) -> String {
    if statement.first.is_empty() { "This".to_owned() } else { statement.first.chars().take(40).collect() }
}

/// The one reading statement of the text, without what surrounds it.
///
/// # Errors
/// When it is not one, or does not read.
pub(crate) fn one_reading(sql: &str) -> Result<(&str, Reading)> {
    let statement = single(sql)?;
    let text = &sql[statement.range.clone()];
    // A WITH that changes data is left to the server: words alone could be wrong about it.
    let reads = statement.kind == StatementKind::Read || statement.first == "WITH";
    if !reads {
        let word = if statement.first == "SELECT" { "SELECT … INTO".to_owned() } else { named(&statement) };
        return Err(Error::new(&NOT_READING).with("word", word));
    }
    Ok((text, if statement.is_table { Reading::Table } else { Reading::Plain }))
}

/// The one changing statement of the text, without what surrounds it.
///
/// # Errors
/// When it is not one, or is none that can be run by itself.
pub(crate) fn one_change(sql: &str) -> Result<&str> {
    let statement = single(sql)?;
    let runs = match statement.kind {
        StatementKind::Read | StatementKind::Write => true,
        StatementKind::Control => false,
        StatementKind::Other => matches!(statement.first.as_str(), "CALL" | "DO"),
    };
    if !runs {
        return Err(Error::new(&NOT_RUNNABLE).with("word", named(&statement)));
    }
    Ok(&sql[statement.range])
}

/// What a statement is refused with when the server finds that it changes something.
pub(super) fn changes_something(sql: &str) -> Error {
    let word = statements(sql).ok().and_then(|s| s.first().map(named)).unwrap_or_else(|| "This".to_owned());
    Error::new(&NOT_READING).with("word", word)
}
