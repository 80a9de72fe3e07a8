//! One open data directory.
//!
//! Owns: opening, the one connection to the database and its transactions, reading a connection.
//! Does not own: saving (`save`), the list (`list`), the trash (`trash`), secrets (`vault`).

use crate::fault::sqlite;
use crate::{backup, files, fold, schema, text};
use model::{Connection, ConnectionId, Error, Result};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// One open data directory. A clone is the same one; the directory is free again when the last is dropped.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    // Closed before the lock is given back: fields drop in this order.
    db: Mutex<rusqlite::Connection>,
    dir: PathBuf,
    installation: Uuid,
    _lock: File,
}

impl Store {
    /// Opens the data directory, making it if it is missing.
    ///
    /// # Errors
    /// `store.already_running`, `store.not_writable`, `store.corrupt`, `store.newer`, `store.not_ours`, and those of a migration.
    pub fn open(dir: &Path) -> Result<Self> {
        Self::open_as(dir, schema::MIGRATIONS)
    }

    pub(crate) fn open_as(dir: &Path, migrations: &[&str]) -> Result<Self> {
        files::private_dir(dir)?;
        let lock = files::lock(dir)?;
        let path = dir.join(files::DATABASE);
        drop(files::private_file(&path)?);
        let db = schema::open(dir, &path, migrations)?;
        let installation = installation(&db).map_err(|e| sqlite(&e, "open its database"))?;
        Ok(Self(Arc::new(Inner { db: Mutex::new(db), dir: dir.to_owned(), installation, _lock: lock })))
    }

    /// Where it is.
    pub fn data_dir(&self) -> &Path {
        &self.0.dir
    }

    /// Copies of the database, the oldest first. They keep a deleted connection's sealed secrets until they are replaced.
    pub fn backups(&self) -> Vec<backup::Backup> {
        backup::list(&self.0.dir)
    }

    /// Names this directory's keys in the keychain.
    pub(crate) fn installation(&self) -> Uuid {
        self.0.installation
    }

    /// The connection of that id, unless it is in the trash.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn get(&self, id: ConnectionId) -> Result<Option<Connection>> {
        let found: Option<String> = self.read("read the connection", |db| {
            db.prepare_cached("SELECT document FROM connections WHERE id = ?1 AND name_key IS NOT NULL")?
                .query_row([id.0], |r| r.get(0))
                .optional()
        })?;
        found.map(|text| parse(&text)).transpose()
    }

    /// True when another connection has that name, whatever the case and the white space around it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn name_taken(&self, name: &str, except: Option<ConnectionId>) -> Result<bool> {
        self.read("look up a name", |db| {
            db.prepare_cached("SELECT EXISTS (SELECT 1 FROM connections WHERE name_key = ?1 AND id IS NOT ?2)")?
                .query_row(params![fold::name_key(name), except.map(|id| id.0)], |r| r.get(0))
        })
    }

    /// Runs a reading statement.
    pub(crate) fn read<T>(&self, doing: &str, work: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>) -> Result<T> {
        work(&self.db()).map_err(|e| sqlite(&e, doing))
    }

    /// Runs `work` in one transaction: all of it happens, or nothing.
    pub(crate) fn write<T>(&self, doing: &str, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut db = self.db();
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| sqlite(&e, doing))?;
        let done = work(&tx)?;
        tx.commit().map_err(|e| sqlite(&e, doing))?;
        Ok(done)
    }

    /// Moves the log into the database and empties it, so that what was deleted is gone from it too.
    pub(crate) fn empty_log(&self) -> Result<()> {
        self.read("empty its log", |db| db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
    }

    /// Makes a checked copy, then removes the older ones.
    pub(crate) fn replace_backups(&self) -> Result<()> {
        if backup::list(&self.0.dir).is_empty() {
            return Ok(());
        }
        let newest = backup::make(&self.db(), &self.0.dir)?;
        backup::drop_before(&self.0.dir, &newest)
    }

    fn db(&self) -> MutexGuard<'_, rusqlite::Connection> {
        // A panic in the middle rolled its transaction back; the connection itself is as good as before.
        self.0.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Copies the database now, as before a migration.
    #[cfg(test)]
    pub(crate) fn back_up(&self) -> Result<backup::Backup> {
        backup::make(&self.db(), &self.0.dir)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("dir", &self.0.dir).finish_non_exhaustive()
    }
}

fn installation(db: &rusqlite::Connection) -> rusqlite::Result<Uuid> {
    db.execute("INSERT INTO installation (only, id) VALUES (1, ?1) ON CONFLICT DO NOTHING", [Uuid::new_v4()])?;
    db.query_row("SELECT id FROM installation", [], |r| r.get(0))
}

/// A row's document.
pub(crate) fn parse(document: &str) -> Result<Connection> {
    serde_json::from_str(document).map_err(|e| {
        // Where, not what: the message of serde may quote the document.
        let place = format!("line {}, column {}", e.line(), e.column());
        Error::new(&text::UNREADABLE).with("thing", "connection").with("detail", place)
    })
}
