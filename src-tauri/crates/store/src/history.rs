//! Statements that were run, and queries that were saved.
//!
//! Owns: keeping, finding and forgetting them; how many are kept. Does not own: running them.

use crate::explored::{belonging, key, of};
use crate::fault::sqlite;
use crate::fold;
use crate::save::{now, signed};
use crate::store::Store;
use crate::text;
use model::{ConnectionId, Error, Result, common};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use uuid::Uuid;

/// So many statements are kept; the oldest go first.
const MOST: u32 = 10_000;
/// Of a statement so many bytes are kept.
const LONGEST: usize = 256 * 1024;
const KEEPING: &str = "keep the statement";
const SAVING: &str = "save the query";

/// A statement that was run.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// Its number; given when it is kept.
    pub id: u32,
    /// On which connection.
    pub connection: ConnectionId,
    /// The statement.
    pub sql: String,
    /// When, in milliseconds since 1970 (UTC).
    pub at: u64,
    /// How long until its first rows, in milliseconds.
    pub millis: f64,
    /// What came of it, in words.
    pub outcome: String,
    /// It worked.
    pub worked: bool,
}

/// A query that was saved under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedQuery {
    /// Its number.
    pub id: u32,
    /// On which connection.
    pub connection: ConnectionId,
    /// Its name, unique for the connection, whatever the case.
    pub name: String,
    /// The statement.
    pub sql: String,
    /// When it was last changed, in milliseconds since 1970 (UTC).
    pub changed_at: u64,
}

impl Store {
    /// Keeps a statement that was run (whatever its `id` says); the answer is its number.
    ///
    /// # Errors
    /// `gone` when the connection is not there.
    pub fn add_history(&self, entry: &HistoryEntry) -> Result<u32> {
        let end = entry.sql.floor_char_boundary(LONGEST);
        let statement = &entry.sql[..end];
        self.write(KEEPING, |tx| {
            let explored = belonging(tx, entry.connection)?;
            let add = || {
                let sql = "INSERT INTO history (explored, sql, search, at, millis, outcome, worked) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
                let (search, at) = (fold::fold(statement), signed(entry.at));
                tx.execute(sql, params![explored, statement, search, at, entry.millis, entry.outcome, entry.worked])?;
                let id = tx.last_insert_rowid();
                tx.execute("DELETE FROM history WHERE id <= ?1 - ?2", params![id, MOST])?;
                Ok(u32::try_from(id).unwrap_or(u32::MAX))
            };
            add().map_err(|e| sqlite(&e, KEEPING))
        })
    }

    /// The newest first, of one connection or of all: those that hold every word of `search`, whatever the case.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn history(&self, of: Option<ConnectionId>, search: &str, most: u32) -> Result<Vec<HistoryEntry>> {
        let mut sql = "SELECT h.id, c.id, h.sql, h.at, h.millis, h.outcome, h.worked FROM history AS h
            JOIN explored AS e ON e.seq = h.explored LEFT JOIN connections AS c ON c.seq = e.connection
            WHERE (e.connection IS NULL OR c.name_key IS NOT NULL) AND (?1 OR c.id IS ?2)"
            .to_owned();
        let mut values: Vec<rusqlite::types::Value> = vec![
            i64::from(of.is_none()).into(),
            of.and_then(key)
                .map_or_else(|| rusqlite::types::Value::Null, |id| rusqlite::types::Value::Blob(id.as_bytes().to_vec())),
        ];
        for word in fold::fold(search).split(' ').filter(|w| !w.is_empty()).take(16) {
            values.push(word.to_owned().into());
            sql.push_str(&format!(" AND instr(h.search, ?{})", values.len()));
        }
        sql.push_str(&format!(" ORDER BY h.id DESC LIMIT {most}"));
        self.read("read the history", |db| db.prepare_cached(&sql)?.query_map(rusqlite::params_from_iter(values), ran)?.collect())
    }

    /// Forgets one.
    ///
    /// # Errors
    /// `gone` when it is not there.
    pub fn delete_history(&self, id: u32) -> Result<()> {
        let rows =
            self.write(KEEPING, |tx| tx.execute("DELETE FROM history WHERE id = ?1", [id]).map_err(|e| sqlite(&e, KEEPING)))?;
        if rows == 0 { Err(common::gone("statement")) } else { self.empty_log() }
    }

    /// The saved queries of a connection, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn saved_queries(&self, connection: ConnectionId) -> Result<Vec<SavedQuery>> {
        self.read("read the saved queries", |db| {
            let Some(explored) = of(db, connection)? else { return Ok(Vec::new()) };
            let sql = "SELECT id, name, sql, changed_at FROM saved_queries WHERE explored = ?1 ORDER BY name_key";
            db.prepare_cached(sql)?.query_map([explored], |r| saved(r, connection))?.collect()
        })
    }

    /// Saves a query under a name, or changes the saved one of that number.
    ///
    /// # Errors
    /// `store.query_name_taken`; `gone` when the connection, or the query of that number, is not there.
    pub fn put_query(&self, connection: ConnectionId, id: Option<u32>, name: &str, sql: &str) -> Result<SavedQuery> {
        self.write(SAVING, |tx| {
            let explored = belonging(tx, connection)?;
            if query_name_taken(tx, explored, name, id).map_err(|e| sqlite(&e, SAVING))? {
                return Err(Error::new(&text::QUERY_NAME_TAKEN).with("name", name));
            }
            let put = || {
                let (key, at) = (fold::name_key(name), signed(now()));
                match id {
                    None => {
                        let insert = "INSERT INTO saved_queries (explored, name, name_key, sql, changed_at)
                            VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id, name, sql, changed_at";
                        tx.query_row(insert, params![explored, name, key, sql, at], |r| saved(r, connection)).optional()
                    }
                    Some(id) => {
                        let update = "UPDATE saved_queries SET name = ?3, name_key = ?4, sql = ?5, changed_at = ?6
                            WHERE explored = ?1 AND id = ?2 RETURNING id, name, sql, changed_at";
                        tx.query_row(update, params![explored, id, name, key, sql, at], |r| saved(r, connection)).optional()
                    }
                }
            };
            put().map_err(|e| sqlite(&e, SAVING))?.ok_or_else(|| common::gone("query"))
        })
    }

    /// Deletes a saved query.
    ///
    /// # Errors
    /// `gone` when it is not there.
    pub fn delete_query(&self, id: u32) -> Result<()> {
        let rows =
            self.write(SAVING, |tx| tx.execute("DELETE FROM saved_queries WHERE id = ?1", [id]).map_err(|e| sqlite(&e, SAVING)))?;
        if rows == 0 { Err(common::gone("query")) } else { Ok(()) }
    }
}

fn query_name_taken(tx: &Transaction<'_>, explored: i64, name: &str, except: Option<u32>) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM saved_queries WHERE explored = ?1 AND name_key = ?2 AND id IS NOT ?3)";
    tx.query_row(sql, params![explored, fold::name_key(name), except], |r| r.get(0))
}

fn ran(r: &Row<'_>) -> rusqlite::Result<HistoryEntry> {
    let connection: Option<Uuid> = r.get(1)?;
    Ok(HistoryEntry {
        id: r.get(0)?,
        connection: connection.map_or(ConnectionId::LOCAL, ConnectionId),
        sql: r.get(2)?,
        at: u64::try_from(r.get::<_, i64>(3)?).unwrap_or(0),
        millis: r.get(4)?,
        outcome: r.get(5)?,
        worked: r.get(6)?,
    })
}

fn saved(r: &Row<'_>, connection: ConnectionId) -> rusqlite::Result<SavedQuery> {
    let changed_at = u64::try_from(r.get::<_, i64>(3)?).unwrap_or(0);
    Ok(SavedQuery { id: r.get(0)?, connection, name: r.get(1)?, sql: r.get(2)?, changed_at })
}
