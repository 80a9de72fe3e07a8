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
mod sql;
mod statistics;
mod table;
mod tree;

pub use export::ProgressTo;
