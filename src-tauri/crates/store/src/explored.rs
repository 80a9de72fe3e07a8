//! What belongs to a connection, or to Local data, once it was looked at with the explorer.
//!
//! Owns: the row that all of it hangs on (it goes when the connection is purged), whether the person allowed changes there.
//! Does not own: what hangs on it (`catalog`, `derived`, `history`).

use crate::fault::sqlite;
use crate::store::Store;
use model::{ConnectionId, Error, Path, Result, common};
use rusqlite::{Connection, OptionalExtension, Transaction};

const DOING: &str = "note what belongs to a connection";
/// ?1 is a connection that is not in the trash, or NULL for Local data.
const OF: &str = "SELECT e.seq FROM explored AS e LEFT JOIN connections AS c ON c.seq = e.connection
    WHERE CASE WHEN ?1 IS NULL THEN e.connection IS NULL ELSE c.id = ?1 AND c.name_key IS NOT NULL END";

impl Store {
    /// True when the person allowed changes on this connection.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn writes_allowed(&self, id: ConnectionId) -> Result<bool> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM explored WHERE writes_allowed = 1 AND seq = ({OF}))");
        self.read("read what is allowed", |db| db.prepare_cached(&sql)?.query_row([key(id)], |r| r.get(0)))
    }

    /// The connections on which the person allowed changes.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn all_with_writes_allowed(&self) -> Result<Vec<ConnectionId>> {
        let sql = "SELECT c.id FROM explored AS e JOIN connections AS c ON c.seq = e.connection WHERE e.writes_allowed = 1";
        self.read("read what is allowed", |db| db.prepare_cached(sql)?.query_map([], |r| r.get(0).map(ConnectionId))?.collect())
    }

    /// Allows changes, or no more.
    ///
    /// # Errors
    /// `gone` when the connection is not there.
    pub fn set_writes_allowed(&self, id: ConnectionId, allowed: bool) -> Result<()> {
        self.write("note what is allowed", |tx| {
            let seq = belonging(tx, id)?;
            let sql = "UPDATE explored SET writes_allowed = ?2 WHERE seq = ?1";
            tx.execute(sql, rusqlite::params![seq, allowed]).map(drop).map_err(|e| sqlite(&e, DOING))
        })
    }

    /// Forgets what was seen of a connection that leads elsewhere now, and that changes were allowed there.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_explored(&self, id: ConnectionId) -> Result<()> {
        self.write("forget what was seen", |tx| {
            let Some(seq) = of(tx, id).map_err(|e| sqlite(&e, DOING))? else { return Ok(()) };
            for sql in [
                "DELETE FROM catalog_levels WHERE explored = ?1",
                "DELETE FROM column_statistics WHERE explored = ?1",
                "UPDATE explored SET writes_allowed = 0 WHERE seq = ?1",
            ] {
                tx.execute(sql, [seq]).map_err(|e| sqlite(&e, DOING))?;
            }
            Ok(())
        })
    }
}

/// NULL for Local data.
pub(crate) fn key(id: ConnectionId) -> Option<uuid::Uuid> {
    (id != ConnectionId::LOCAL).then_some(id.0)
}

/// The row, if there is one.
pub(crate) fn of(db: &Connection, id: ConnectionId) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(OF)?.query_row([key(id)], |r| r.get(0)).optional()
}

/// The row; made when it is not there.
pub(crate) fn belonging(tx: &Transaction<'_>, id: ConnectionId) -> Result<i64> {
    let find = || {
        if let Some(seq) = of(tx, id)? {
            return Ok(Some(seq));
        }
        let made = match key(id) {
            None => tx.execute("INSERT INTO explored (connection) VALUES (NULL)", [])?,
            Some(id) => {
                let sql = "INSERT INTO explored (connection) SELECT seq FROM connections WHERE id = ?1 AND name_key IS NOT NULL";
                tx.execute(sql, [id])?
            }
        };
        Ok((made == 1).then(|| tx.last_insert_rowid()))
    };
    find().map_err(|e| sqlite(&e, DOING))?.ok_or_else(|| common::gone("connection"))
}

/// A path as it is kept: a JSON array of names.
pub(crate) fn path_text(path: &Path) -> Result<String> {
    serde_json::to_string(path).map_err(|_| common::internal("a path has no JSON form"))
}

/// The words for a document that cannot be read: where, not what, for the message of serde may quote it.
pub(crate) fn unreadable(thing: &str, error: &serde_json::Error) -> Error {
    let place = format!("line {}, column {}", error.line(), error.column());
    Error::new(&crate::text::UNREADABLE).with("thing", thing).with("detail", place)
}
