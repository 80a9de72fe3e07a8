//! Levels of trees as they were last seen.
//!
//! Owns: keeping them, a level whole in one document; how many are kept. Does not own: their order on the screen, searching
//! them (the engine does both in memory), asking for them.

use crate::explored::{belonging, of, path_text, unreadable};
use crate::fault::sqlite;
use crate::save::signed;
use crate::store::Store;
use model::{ConnectionId, Count, NodeKind, Path, Result};
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// So many levels are kept in all; those that were seen longest ago go first.
const MOST_LEVELS: u32 = 20_000;
const READING: &str = "read what was seen of a connection";
const WRITING: &str = "note what was seen of a connection";

/// A node as it is kept. What a new version adds needs `#[serde(default)]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogNode {
    /// Its name.
    #[serde(rename = "n")]
    pub name: String,
    /// What it is.
    #[serde(rename = "k")]
    pub kind: NodeKind,
    /// Rows, if known.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Count>,
    /// Bytes, if known.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The warehouse's comment.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Has a geometry column, if known.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub spatial: Option<bool>,
}

/// A level.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogLevel {
    /// Below what.
    pub path: Path,
    /// With system schemas.
    pub system: bool,
    /// All of it was seen; not only what a search found.
    pub complete: bool,
    /// When it was asked for, in milliseconds since 1970 (UTC).
    pub seen_at: u64,
    /// Its nodes.
    pub nodes: Vec<CatalogNode>,
}

const COLUMNS: &str = "path, system, complete, seen_at, nodes";

/// A row as SQLite has it: the documents are read behind its lock.
struct Raw {
    path: String,
    system: bool,
    complete: bool,
    seen_at: u64,
    nodes: String,
}

impl Raw {
    fn of(r: &Row<'_>) -> rusqlite::Result<Self> {
        let seen_at: i64 = r.get(3)?;
        let seen_at = u64::try_from(seen_at).unwrap_or(0);
        Ok(Self { path: r.get(0)?, system: r.get(1)?, complete: r.get(2)?, seen_at, nodes: r.get(4)? })
    }

    fn level(self) -> Result<CatalogLevel> {
        let Self { path, system, complete, seen_at, nodes } = self;
        let read = |e| unreadable("level of a tree", &e);
        let (path, nodes) = (serde_json::from_str(&path).map_err(read)?, serde_json::from_str(&nodes).map_err(read)?);
        Ok(CatalogLevel { path, system, complete, seen_at, nodes })
    }
}

impl Store {
    /// Keeps a level in the place of what was kept of it, if it is `wanted` still: asked where no clearing can come between.
    ///
    /// # Errors
    /// `gone` when the connection is not there.
    pub fn put_level(&self, id: ConnectionId, level: &CatalogLevel, wanted: impl FnOnce() -> bool) -> Result<()> {
        let path = path_text(&level.path)?;
        let nodes = serde_json::to_string(&level.nodes).map_err(|_| model::common::internal("a level has no JSON form"))?;
        let entries = i64::try_from(level.nodes.len()).unwrap_or(i64::MAX);
        self.write(WRITING, |tx| {
            if !wanted() {
                return Ok(());
            }
            let explored = belonging(tx, id)?;
            let put = || {
                let sql = "INSERT OR REPLACE INTO catalog_levels (explored, path, system, complete, seen_at, entries, nodes)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
                let seen_at = signed(level.seen_at);
                tx.execute(sql, params![explored, path, level.system, level.complete, seen_at, entries, nodes])?;
                let too_many = "DELETE FROM catalog_levels WHERE rowid IN
                    (SELECT rowid FROM catalog_levels ORDER BY seen_at DESC LIMIT -1 OFFSET ?1)";
                tx.execute(too_many, [MOST_LEVELS])
            };
            put().map(drop).map_err(|e| sqlite(&e, WRITING))
        })
    }

    /// A level as it was last seen.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn level(&self, id: ConnectionId, path: &Path, system: bool) -> Result<Option<CatalogLevel>> {
        let path = path_text(path)?;
        let raw = self.read(READING, |db| {
            let Some(explored) = of(db, id)? else { return Ok(None) };
            let sql = format!("SELECT {COLUMNS} FROM catalog_levels WHERE explored = ?1 AND path = ?2 AND system = ?3");
            db.prepare_cached(&sql)?.query_row(params![explored, path, system], Raw::of).optional()
        })?;
        raw.map(Raw::level).transpose()
    }

    /// All levels of a connection. What cannot be read is left out: it can be asked for again.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn levels(&self, id: ConnectionId) -> Result<Vec<CatalogLevel>> {
        let all: Vec<Raw> = self.read(READING, |db| {
            let Some(explored) = of(db, id)? else { return Ok(Vec::new()) };
            let sql = format!("SELECT {COLUMNS} FROM catalog_levels WHERE explored = ?1");
            db.prepare_cached(&sql)?.query_map([explored], Raw::of)?.collect()
        })?;
        Ok(all.into_iter().filter_map(|raw| raw.level().ok()).collect())
    }

    /// The connections of which levels are kept; Local data may be one of them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn with_levels(&self) -> Result<Vec<ConnectionId>> {
        let sql = "SELECT c.id FROM explored AS e LEFT JOIN connections AS c ON c.seq = e.connection
            WHERE (e.connection IS NULL OR c.name_key IS NOT NULL) AND EXISTS (SELECT 1 FROM catalog_levels WHERE explored = e.seq)";
        self.read(READING, |db| {
            let id = |r: &Row<'_>| Ok(r.get::<_, Option<uuid::Uuid>>(0)?.map_or(ConnectionId::LOCAL, ConnectionId));
            db.prepare_cached(sql)?.query_map([], id)?.collect()
        })
    }

    /// Forgets a level that is not there any more, and all below it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_level(&self, id: ConnectionId, path: &Path) -> Result<()> {
        // Everything below begins with the same names: the array's text without its bracket, and a comma if it has any.
        let comma = if path.0.is_empty() { "" } else { "," };
        let path = path_text(path)?;
        let below = format!("{}{comma}", path.strip_suffix(']').unwrap_or(&path));
        self.write(WRITING, |tx| {
            let forget = || {
                let Some(explored) = of(tx, id)? else { return Ok(0) };
                let sql = "DELETE FROM catalog_levels WHERE explored = ?1 AND (path = ?2 OR substr(path, 1, length(?3)) = ?3)";
                tx.execute(sql, params![explored, path, below])
            };
            forget().map(drop).map_err(|e| sqlite(&e, WRITING))
        })
    }
}
