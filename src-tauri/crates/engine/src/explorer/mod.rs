//! The Data Explorer's verbs: the tree, tables, rows, statistics, SQL, exports, Local data.
//!
//! Owns: sessions that stay open, what was seen of each connection, rows that a grid shows parts of. Does not own: how a
//! warehouse answers (its `Session`), how things are kept (store).

pub(crate) mod cells;
mod derived;
mod export;
mod history;
mod local;
mod rows;
mod search;
pub(crate) mod sessions;
mod sql;
mod statistics;
mod table;
mod tree;
mod writes;

use crate::engine::LevelGrew;
pub use export::ProgressTo;
use model::{ConnectionId, Path};
pub use sessions::LOCAL;
use sessions::Sessions;

/// What the Data Explorer keeps in memory while the program runs.
pub(crate) struct Explorer {
    /// Open sessions.
    pub(crate) sessions: Sessions,
    /// What was seen of every connection.
    pub(crate) trees: tree::Trees,
    /// Tables that were described.
    pub(crate) tables: table::Tables,
    level_grew: LevelGrew,
    /// Rows that grids show.
    pub(crate) grids: rows::Grids,
    /// Files that were chosen to be written.
    pub(crate) targets: export::Targets,
}

impl Explorer {
    pub(crate) fn new(level_grew: LevelGrew) -> Self {
        Self {
            sessions: Sessions::default(),
            trees: tree::Trees::default(),
            tables: table::Tables::default(),
            level_grew,
            grids: rows::Grids::default(),
            targets: export::Targets::default(),
        }
    }

    /// Tells that more of a level is known.
    pub(crate) fn tell_level(&self, connection: ConnectionId, path: &Path) {
        (self.level_grew)(connection, path.clone());
    }

    /// Forgets in memory what was seen of a connection.
    pub(crate) fn forget(&self, connection: ConnectionId) {
        self.trees.forget(connection);
        self.tables.forget(connection);
    }
}
