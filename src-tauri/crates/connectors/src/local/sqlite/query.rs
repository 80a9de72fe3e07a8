//! A person's own statement, over the files that it names.
//!
//! What keeps it to reading: its words (a clear answer early), the authorizer (no ATTACH, PRAGMA, CREATE …), the statement's
//! own nature as SQLite tells it, and below all that files that are open for reading only.

use super::catalog::has;
use super::database::Database;
use super::failure::{NO_TABLE, NOT_READING, TOO_MANY_FILES, failed};
use super::kinds::{one_reading, sources};
use super::known::Learnt;
use super::open::{Author, MOST_ATTACHED, Opened, Place, open};
use super::rows::{self, Column, Run};
use super::shape::Declared;
use crate::local::stream::{Out, Stop};
use model::{Error, Query, Result};
use rusqlite::{ErrorCode, Statement};
use std::sync::Arc;
use std::time::Instant;

/// Why a name stands for nothing.
pub(in crate::local) type Unknown = Box<dyn Fn(&str) -> Option<String> + Send>;

/// A query, with what is to be known around it.
pub(in crate::local) struct Asked {
    /// The query.
    pub(in crate::local) query: Query,
    /// The files that it names.
    pub(in crate::local) files: Vec<Arc<Database>>,
    /// What was learnt when it was run before.
    pub(in crate::local) learnt: Arc<Learnt>,
    /// Why a name that is no file here stands for nothing.
    pub(in crate::local) unknown: Unknown,
}

/// Opens the files and prepares the statement.
fn prepare<'a>(asked: &'a Asked, opened: &'a Opened) -> Result<Statement<'a>> {
    let sql = one_reading(&asked.query.sql)?;
    let statement = opened.sqlite.prepare(sql).map_err(|e| refused(e, asked, opened, sql))?;
    if !statement.readonly() || statement.column_count() == 0 {
        let word = sql.split_whitespace().next().unwrap_or("This").to_uppercase();
        return Err(Error::new(&NOT_READING).with("word", word));
    }
    Ok(statement)
}

fn connect(asked: &Asked, stop: Stop) -> Result<Opened> {
    // Before anything is opened: what does not read is told as that, whatever it names.
    one_reading(&asked.query.sql)?;
    if asked.files.len() > MOST_ATTACHED {
        return Err(Error::new(&TOO_MANY_FILES).with("count", asked.files.len()).with("most", MOST_ATTACHED));
    }
    let places: Vec<(&str, &Place)> = asked.files.iter().map(|f| (f.name.as_str(), &f.place)).collect();
    open(&places, Author::Person, stop, asked.query.timeout.map(|after| Instant::now() + after))
}

/// Whether it would be run.
///
/// # Errors
/// As the query itself would be refused.
pub(in crate::local) fn look_at(asked: &Asked, stop: Stop) -> Result<()> {
    let opened = connect(asked, stop)?;
    prepare(asked, &opened).map(|_| ())
}

/// Its rows, into `out`.
///
/// # Errors
/// What it is refused with, and what goes wrong.
pub(in crate::local) fn query(asked: &Asked, out: &Out) -> Result<()> {
    let opened = connect(asked, out.stop().clone())?;
    let mut statement = prepare(asked, &opened)?;
    let columns = columns(asked, out.stop(), &statement)?;
    let run = Run {
        sql: String::new(),
        params: asked.query.params.clone(),
        places: (0..columns.len()).collect(),
        columns,
        learnt: Arc::clone(&asked.learnt),
        limit: asked.query.limit.unwrap_or(u64::MAX),
        total: None,
        late: asked.query.timeout,
        path: None,
    };
    let names: Vec<&str> = asked.files.iter().map(|f| f.name.as_str()).collect();
    rows::run(&opened, &mut statement, &run, &names, out)
}

/// The columns of the result: what stands for a table's column is as the table has it.
fn columns(asked: &Asked, stop: &Stop, statement: &Statement<'_>) -> Result<Vec<Column>> {
    let mut out = Vec::new();
    for column in statement.columns_with_metadata() {
        let file = column.database_name().and_then(|name| asked.files.iter().find(|f| f.name.eq_ignore_ascii_case(name)));
        let known = match (file, column.table_name()) {
            (Some(file), Some(table)) => file.lookup(table, stop)?,
            _ => None,
        };
        let field = known.and_then(|(known, _)| {
            let origin = column.origin_name()?;
            known.columns.iter().find(|c| c.name.eq_ignore_ascii_case(origin)).cloned()
        });
        let nothing =
            Column { name: String::new(), type_name: String::new(), nullable: true, declared: Declared::Nothing, system: None };
        let of = field.map_or(nothing, |field| field.result());
        // An outer join makes NULLs of what has none.
        out.push(Column { name: column.name().to_owned(), nullable: true, ..of });
    }
    Ok(out)
}

/// A statement that SQLite refused. A table that is not there is told by name.
fn refused(error: rusqlite::Error, asked: &Asked, opened: &Opened, sql: &str) -> Error {
    let plain = error.sqlite_error_code() == Some(ErrorCode::Unknown);
    let error = failed(error, None);
    if !plain {
        return error;
    }
    for (file, table) in sources(sql).unwrap_or_default() {
        let why = match &file {
            Some(file) => match asked.files.iter().find(|f| f.name.eq_ignore_ascii_case(file)) {
                Some(found) if has(opened, &found.name, &table).unwrap_or(true) => continue,
                Some(found) => format!("{} holds no table of this name.", found.name),
                None => (asked.unknown)(file).unwrap_or_else(|| format!("There is no file called {file} here.")),
            },
            None if names_itself(sql, &table) => continue,
            None => (asked.unknown)(&table).unwrap_or_else(|| "It is written without its file.".to_owned()),
        };
        let table = file.map_or_else(|| table.clone(), |file| format!("{file}.{table}"));
        let Some(vendor) = error.view().vendor else { return error };
        return Error::new(&NO_TABLE).with("table", table).with("why", why).vendor(vendor.code, vendor.message);
    }
    error
}

/// The statement gives this name to a part of its own (`WITH name AS (…)`).
fn names_itself(sql: &str, name: &str) -> bool {
    super::kinds::own_names(sql).iter().any(|own| own.eq_ignore_ascii_case(name))
}
