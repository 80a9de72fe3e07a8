//! The database's settings, its soundness, and the way from one format to the next.
//!
//! Owns: pragmas, `quick_check`, the list of migrations (the format is SQLite's `user_version`). Does not own: queries.

use crate::backup;
use crate::fault::sqlite;
use crate::text;
use model::{Error, Result};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// Each brings format n to n + 1. Only ever added to.
pub(crate) const MIGRATIONS: &[&str] = &[include_str!("migrations/0001.sql"), include_str!("migrations/0002.sql")];

/// "LBDG": by this the file is known to be ours.
const APPLICATION: i32 = 0x4C42_4447;
/// The file is there already, with the right permissions: SQLite shall not make one.
pub(crate) const EXISTING: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);
const OPENING: &str = "open its database";

/// Opens the file, looks whether it is ours and sound, and brings it to the newest format.
pub(crate) fn open(dir: &Path, path: &Path, migrations: &[&str]) -> Result<Connection> {
    let failed = |e: rusqlite::Error| {
        let error = sqlite(&e, OPENING);
        if error.code() == text::CORRUPT.code { corrupt(path, "Not even its first page can be read.") } else { error }
    };
    let mut db = Connection::open_with_flags(path, EXISTING).map_err(failed)?;
    db.busy_timeout(Duration::from_secs(5)).map_err(failed)?;
    let found = ours(&db, path, migrations.len()).map_err(|e| e.unwrap_or_else(failed))?;
    settings(&db).map_err(failed)?;
    check(&db, path)?;
    migrate(&mut db, dir, found, migrations)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

/// An error of our own, or SQLite's yet to be told.
enum Refused {
    Ours(Error),
    Sqlite(rusqlite::Error),
}

impl Refused {
    fn unwrap_or_else(self, tell: impl Fn(rusqlite::Error) -> Error) -> Error {
        match self {
            Self::Ours(error) => error,
            Self::Sqlite(error) => tell(error),
        }
    }
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// The format of the file. Reads only, so that a file that is refused stays as it is.
fn ours(db: &Connection, path: &Path, known: usize) -> Result<usize, Refused> {
    let pragma = |name: &str| db.pragma_query_value(None, name, |r| r.get::<_, i32>(0));
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?;
    if application != APPLICATION && (tables > 0 || version != 0) {
        return Err(Refused::Ours(Error::new(&text::NOT_OURS).with("path", path.display())));
    }
    let found = usize::try_from(version).unwrap_or(usize::MAX);
    if found > known {
        return Err(Refused::Ours(Error::new(&text::NEWER).with("found", version).with("known", known)));
    }
    Ok(found)
}

fn settings(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "secure_delete", true)?;
    // Rows that a statement sorts or gathers stay in memory: nothing of ours lands in /tmp.
    db.pragma_update(None, "temp_store", "MEMORY")
}

/// `quick_check`: every page and row is read.
fn check(db: &Connection, path: &Path) -> Result<()> {
    let first = db.query_row("PRAGMA quick_check(1)", [], |r| r.get::<_, String>(0));
    match first {
        Ok(word) if word == "ok" => Ok(()),
        Ok(finding) => Err(corrupt(path, &finding)),
        Err(error) => Err(corrupt(path, &error.to_string())),
    }
}

/// True when a copy is sound.
pub(crate) fn is_sound(db: &Connection) -> bool {
    db.query_row("PRAGMA quick_check(1)", [], |r| r.get::<_, String>(0)).is_ok_and(|word| word == "ok")
}

fn corrupt(path: &Path, detail: &str) -> Error {
    Error::new(&text::CORRUPT).with("path", path.display()).with("detail", detail.replace('\n', " "))
}

fn migrate(db: &mut Connection, dir: &Path, found: usize, migrations: &[&str]) -> Result<()> {
    for (from, sql) in migrations.iter().enumerate().skip(found) {
        // A new file holds nothing to lose.
        if found > 0 {
            backup::make(db, dir)?;
        }
        step(db, from + 1, sql)
            .map_err(|e| Error::new(&text::MIGRATION_FAILED).with("to", from + 1).with("detail", format!("{e}.")))?;
        tracing::info!(format = from + 1, "database migrated");
    }
    Ok(())
}

/// One migration, in one transaction with the number that says it happened.
fn step(db: &mut Connection, to: usize, sql: &str) -> rusqlite::Result<()> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(sql)?;
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", i32::try_from(to).unwrap_or(i32::MAX))?;
    tx.commit()
}
