//! Deleting with a way back, and purging without one.
//!
//! Owns: the trash. Does not own: how long *Undo* is offered.

use crate::fault::sqlite;
use crate::fold;
use crate::save::{self, now, signed};
use crate::store::{Store, parse};
use model::{Connection, ConnectionId, Result, common};
use rusqlite::{OptionalExtension, Transaction, params};
use std::time::Duration;

const DELETING: &str = "delete the connection";
const RESTORING: &str = "bring the connection back";

impl Store {
    /// Moves the connection to the trash: it is not listed, its secrets are not handed out, its name is free.
    ///
    /// # Errors
    /// `gone` when it is not there.
    pub fn delete(&self, id: ConnectionId) -> Result<()> {
        let sql = "UPDATE connections SET name_key = NULL, deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL";
        let rows = self.write(DELETING, |tx| tx.execute(sql, params![id.0, signed(now())]).map_err(|e| sqlite(&e, DELETING)))?;
        if rows == 0 { Err(common::gone("connection")) } else { Ok(()) }
    }

    /// Brings it back with its secrets. When its name was taken meanwhile, it comes back as "name (2)".
    ///
    /// # Errors
    /// `gone` when it is not in the trash any more.
    pub fn restore(&self, id: ConnectionId) -> Result<Connection> {
        self.write(RESTORING, |tx| {
            let sql = "SELECT document FROM connections WHERE id = ?1 AND deleted_at IS NOT NULL";
            let found: Option<String> = tx.query_row(sql, [id.0], |r| r.get(0)).optional().map_err(|e| sqlite(&e, RESTORING))?;
            let mut connection = parse(&found.ok_or_else(|| common::gone("connection"))?)?;
            connection.name = free_name(tx, &connection.name).map_err(|e| sqlite(&e, RESTORING))?;
            let sql = "UPDATE connections SET name_key = ?2, deleted_at = NULL WHERE id = ?1";
            tx.execute(sql, params![id.0, fold::name_key(&connection.name)]).map_err(|e| sqlite(&e, RESTORING))?;
            save::put(tx, &connection)?;
            Ok(connection)
        })
    }

    /// Removes what is in the trash under this id for good: overwritten in the database, and gone from its log.
    /// Backups keep the sealed secrets until they are replaced.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn purge(&self, id: ConnectionId) -> Result<()> {
        let sql = "DELETE FROM connections WHERE id = ?1 AND deleted_at IS NOT NULL";
        self.write(DELETING, |tx| tx.execute(sql, [id.0]).map_err(|e| sqlite(&e, DELETING)))?;
        self.empty_log()
    }

    /// Purges what has been in the trash for `age` or longer, and says how many that were. At a start, zero: no *Undo* outlives
    /// the window that offered it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn purge_expired(&self, age: Duration) -> Result<usize> {
        let before = now().saturating_sub(u64::try_from(age.as_millis()).unwrap_or(u64::MAX));
        let sql = "DELETE FROM connections WHERE deleted_at IS NOT NULL AND deleted_at <= ?1";
        let rows = self.write(DELETING, |tx| tx.execute(sql, [signed(before)]).map_err(|e| sqlite(&e, DELETING)))?;
        if rows > 0 {
            self.empty_log()?;
        }
        Ok(rows)
    }
}

fn free_name(tx: &Transaction<'_>, name: &str) -> rusqlite::Result<String> {
    let mut taken = tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM connections WHERE name_key = ?1)")?;
    let mut number = 1_u64;
    let mut candidate = name.to_owned();
    while taken.query_row([fold::name_key(&candidate)], |r| r.get(0))? {
        number += 1;
        candidate = format!("{name} ({number})");
    }
    Ok(candidate)
}
