//! The Data Explorer's verbs: the tree, tables, rows, statistics, SQL, exports, Local data.
//!
//! Owns: sessions that stay open, what was seen of each connection, rows that a grid shows parts of. Does not own: how a
//! warehouse answers (its `Session`), how things are kept (store).

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

use crate::engine::LevelGrew;
pub use export::ProgressTo;
pub use sessions::LOCAL;
use sessions::Sessions;

/// What the Data Explorer keeps in memory while the program runs.
pub(crate) struct Explorer {
    /// Open sessions.
    pub(crate) sessions: Sessions,
    /// Hears of levels of the tree.
    pub(crate) level_grew: LevelGrew,
}

impl Explorer {
    pub(crate) fn new(level_grew: LevelGrew) -> Self {
        Self { sessions: Sessions::default(), level_grew }
    }
}
