//! A connection that can read some files and do nothing else.
//!
//! SQLite's main database is an empty one in memory; each file is attached under its node's name, so that a statement names
//! tables as the tree does: `"my file"."a table"`. What is read comes from outside and is not trusted: nothing in it runs
//! functions that do more than compute, limits bound what one statement may take, and the authorizer knows only reading.

use super::super::error::{self, CHANGED};
use super::super::samples;
use super::super::stamp::Stamp;
use super::super::stream::Stop;
use super::failure::failed;
use super::file::{Ready, ready};
use super::functions;
use model::{Error, Result, common};
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a name of the tree stands for, when it answers SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::local) enum Place {
    /// The samples, which are part of the program.
    Samples,
    /// A file.
    File(PathBuf),
}

impl Place {
    /// The file, if it is one.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::Samples => None,
            Self::File(path) => Some(path),
        }
    }

    /// What tells its state from another; the samples never change.
    pub(super) fn stamp(&self) -> Result<Option<Stamp>> {
        self.path().map(Stamp::of).transpose()
    }
}

/// Files beyond which SQLite attaches no more at once.
pub(in crate::local) const MOST_ATTACHED: usize = 10;
/// A file that is being changed is waited for this long.
const PATIENCE: Duration = Duration::from_millis(300);
/// The largest value or row.
const MOST_BYTES: i32 = 256 << 20;
/// SQLite's steps between two looks at whether the work is still wanted.
const STEPS: i32 = 2_000;

/// An open connection.
pub(super) struct Opened {
    /// SQLite's.
    pub(super) sqlite: Connection,
    files: Vec<(PathBuf, Stamp)>,
    stop: Stop,
    /// Until when the present piece of work may take.
    budget: Arc<Mutex<Option<Instant>>>,
}

impl Opened {
    /// Does work that is given up when it takes longer than `budget`: then None.
    ///
    /// # Errors
    /// Cancelled.
    pub(super) fn within<T>(
        &self,
        budget: Duration,
        work: impl FnOnce() -> rusqlite::Result<T>,
    ) -> Result<Option<rusqlite::Result<T>>> {
        let set = |until| *self.budget.lock().unwrap_or_else(PoisonError::into_inner) = until;
        set(Some(Instant::now() + budget));
        let done = work();
        set(None);
        match done {
            Err(e) if e.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
                if self.stop.now() {
                    Err(common::cancelled())
                } else {
                    Ok(None)
                }
            }
            done => Ok(Some(done)),
        }
    }

    /// What is read must be as it was when it was opened. A file that keeps a log is read without locks; the others are locked
    /// against changes, but on Unix such a lock ends as soon as anything else in this process closes the same file.
    ///
    /// # Errors
    /// When it is not.
    pub(super) fn unchanged(&self) -> Result<()> {
        match self.files.iter().find(|(path, stamp)| Stamp::of(path).ok().as_ref() != Some(stamp)) {
            Some((path, _)) => Err(error::of_file(&CHANGED, path)),
            None => Ok(()),
        }
    }
}

/// A name as an identifier: always in quotes, so that no name means something else.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Who writes the statements of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    /// We.
    Us,
    /// A person.
    Person,
}

/// Opens `places` under their names.
///
/// # Errors
/// When one of them is no SQLite file, is damaged, or is being written.
pub(super) fn open(places: &[(&str, &Place)], author: Author, stop: Stop, until: Option<Instant>) -> Result<Opened> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_MEMORY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sqlite = Connection::open_with_flags(":memory:", flags).map_err(|e| failed(e, None))?;
    let budget = Arc::new(Mutex::new(None));
    let mut opened = Opened { sqlite, files: Vec::new(), stop: stop.clone(), budget: Arc::clone(&budget) };
    settings(&opened.sqlite, author).map_err(|e| failed(e, None))?;
    let over = move || {
        let budget = *budget.lock().unwrap_or_else(PoisonError::into_inner);
        stop.now() || until.is_some_and(passed) || budget.is_some_and(passed)
    };
    opened.sqlite.progress_handler(STEPS, Some(over)).map_err(|e| failed(e, None))?;
    for (name, place) in places {
        attach(&mut opened, name, place)?;
    }
    functions::add(&opened.sqlite).map_err(|e| failed(e, None))?;
    opened.sqlite.execute_batch("PRAGMA query_only = ON").map_err(|e| failed(e, None))?;
    opened.sqlite.authorizer(Some(move |asked: AuthContext<'_>| allowed(&asked.action, author))).map_err(|e| failed(e, None))?;
    Ok(opened)
}

fn passed(at: Instant) -> bool {
    Instant::now() >= at
}

fn settings(sqlite: &Connection, author: Author) -> rusqlite::Result<()> {
    sqlite.busy_timeout(PATIENCE)?;
    for (what, on) in [
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
        (DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true),
        // A misspelt "column" is not taken for a text.
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, author == Author::Us),
    ] {
        sqlite.set_db_config(what, on)?;
    }
    for (what, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, MOST_BYTES),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 4 << 20),
        (Limit::SQLITE_LIMIT_VDBE_OP, 5_000_000),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 200),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        sqlite.set_limit(what, most)?;
    }
    sqlite.execute_batch("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -16000")
}

fn attach(opened: &mut Opened, name: &str, place: &Place) -> Result<()> {
    let wrong = |e| failed(e, place.path());
    let attach = format!("ATTACH ?1 AS {}", identifier(name));
    match place {
        Place::Samples => {
            opened.sqlite.execute(&attach, [":memory:"]).map_err(wrong)?;
            opened.sqlite.deserialize_bytes(name, samples::GEOPACKAGE).map_err(wrong)?;
        }
        Place::File(path) => {
            let Ready { uri, path: own, stamp } = ready(path)?;
            opened.sqlite.execute(&attach, [uri]).map_err(wrong)?;
            opened.files.push((own, stamp));
            // The first look at it: what is wrong with it is told of this file, not of a statement later on.
            let look = format!("SELECT count(*) FROM {}.sqlite_schema", identifier(name));
            opened.sqlite.query_row(&look, [], |_| Ok(())).map_err(wrong)?;
        }
    }
    Ok(())
}

/// Pragmas that only tell.
const TELLING: &[&str] = &["table_list", "table_xinfo", "index_list", "index_xinfo", "data_version"];

/// What a statement may do. Changes are not refused here but by the statement's own nature (`readonly`), the files' (read-only)
/// and `query_only`: SQLite's R-tree and text search prepare their changing statements when they are first read.
fn allowed(action: &AuthAction<'_>, author: Author) -> Authorization {
    let fine = match action {
        AuthAction::Select
        | AuthAction::Read { .. }
        | AuthAction::Recursive
        | AuthAction::Insert { .. }
        | AuthAction::Update { .. }
        | AuthAction::Delete { .. } => true,
        AuthAction::Function { function_name } => {
            !["load_extension", "fts3_tokenizer", "sqlite_log"].iter().any(|name| function_name.eq_ignore_ascii_case(name))
        }
        AuthAction::Pragma { pragma_name, pragma_value } => {
            let telling = TELLING.iter().any(|name| pragma_name.eq_ignore_ascii_case(name));
            telling && (author == Author::Us || (pragma_name.eq_ignore_ascii_case("data_version") && pragma_value.is_none()))
        }
        _ => false,
    };
    if fine { Authorization::Allow } else { Authorization::Deny }
}

/// The error of work that SQLite ended because it was no longer wanted, or of anything else.
pub(super) fn ended(error: rusqlite::Error, path: Option<&Path>, late: Option<Duration>) -> Error {
    let interrupted = error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted);
    match late {
        Some(after) if interrupted => Error::new(&common::TIMED_OUT)
            .with("seconds", format!("{:.1}", after.as_secs_f64()))
            .vendor(Some("SQLITE_INTERRUPT (9)".to_owned()), "interrupted"),
        _ => failed(error, path),
    }
}
