//! What is derived from data and can be done without: how much of it there is, and clearing it; columns' statistics.
//!
//! Owns: sizes, clearing so that nothing of it is left in the files, the statistics' table. Does not own: what is kept at all
//! (a setting of the engine's), the catalogs' and the history's own tables (`catalog`, `history`).

use crate::explored::{belonging, of, path_text};
use crate::fault::sqlite;
use crate::save::signed;
use crate::store::Store;
use model::{ConnectionId, Path, Result};
use rusqlite::{OptionalExtension, params};

/// So many columns' statistics are kept; the oldest go first.
const MOST_STATISTICS: u32 = 10_000;
const STATISTICS: &str = "keep a column's statistics";

/// A kind of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derived {
    /// Levels of trees.
    Catalogs,
    /// Columns' statistics.
    Statistics,
    /// Statements that were run.
    History,
}

/// How much there is of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DerivedSize {
    /// Nodes, columns or statements.
    pub entries: u64,
    /// About so many bytes.
    pub bytes: u64,
}

impl Store {
    /// How much there is of a kind.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn derived_size(&self, kind: Derived) -> Result<DerivedSize> {
        let sql = match kind {
            Derived::Catalogs => {
                "SELECT total(entries), total(octet_length(nodes) + octet_length(path) + 32) FROM catalog_levels"
            }
            Derived::Statistics => {
                "SELECT count(*), total(octet_length(document) + octet_length(path) + octet_length(name) + 32) FROM column_statistics"
            }
            Derived::History => {
                "SELECT count(*), total(octet_length(sql) + octet_length(search) + octet_length(outcome) + 48) FROM history"
            }
        };
        self.read("look how much is kept", |db| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let whole = |n: f64| n.max(0.0) as u64;
            db.prepare_cached(sql)?.query_row([], |r| Ok(DerivedSize { entries: whole(r.get(0)?), bytes: whole(r.get(1)?) }))
        })
    }

    /// Clears a kind: overwritten in the database, gone from its log, and from the safety copies, which are made anew.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn clear_derived(&self, kind: Derived) -> Result<()> {
        const CLEARING: &str = "clear what was kept";
        let table = match kind {
            Derived::Catalogs => "DELETE FROM catalog_levels",
            Derived::Statistics => "DELETE FROM column_statistics",
            Derived::History => "DELETE FROM history",
        };
        self.write(CLEARING, |tx| tx.execute(table, []).map(drop).map_err(|e| sqlite(&e, CLEARING)))?;
        self.empty_log()?;
        self.replace_backups()
    }

    /// A column's statistics as they were kept, and when.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn statistics(&self, id: ConnectionId, table: &Path, column: &str) -> Result<Option<(String, u64)>> {
        let path = path_text(table)?;
        self.read("read a column's statistics", |db| {
            let Some(explored) = of(db, id)? else { return Ok(None) };
            let sql = "SELECT document, seen_at FROM column_statistics WHERE explored = ?1 AND path = ?2 AND name = ?3";
            let row = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, u64::try_from(r.get::<_, i64>(1)?).unwrap_or(0)));
            db.prepare_cached(sql)?.query_row(params![explored, path, column], row).optional()
        })
    }

    /// Keeps a column's statistics (a JSON text) in the place of the ones before.
    ///
    /// # Errors
    /// `gone` when the connection is not there.
    pub fn put_statistics(&self, id: ConnectionId, table: &Path, column: &str, document: &str, seen_at: u64) -> Result<()> {
        let path = path_text(table)?;
        self.write(STATISTICS, |tx| {
            let explored = belonging(tx, id)?;
            let put = || {
                let sql = "INSERT OR REPLACE INTO column_statistics (explored, path, name, seen_at, document)
                    VALUES (?1, ?2, ?3, ?4, ?5)";
                tx.execute(sql, params![explored, path, column, signed(seen_at), document])?;
                let too_many = "DELETE FROM column_statistics WHERE rowid IN
                    (SELECT rowid FROM column_statistics ORDER BY seen_at DESC LIMIT -1 OFFSET ?1)";
                tx.execute(too_many, [MOST_STATISTICS])
            };
            put().map(drop).map_err(|e| sqlite(&e, STATISTICS))
        })
    }
}
