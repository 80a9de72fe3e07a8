//! SQLite files and GeoPackages: they answer SQL themselves, ours (a scan) as well as a person's.
//!
//! `file` looks before SQLite does; `open` is a connection that can only read; `catalog` and `known` say what there is; `shape`,
//! `rows` and `blob` bring values as record batches; `select` writes a scan, `query` runs a person's statement; `dialect`,
//! `kinds` and `lexer` know the words.
//!
//! Every piece of work has a connection of its own: nothing is kept open, so a file can be replaced or removed at any time.

mod batch;
pub(in crate::local) mod blob;
mod catalog;
mod database;
mod dialect;
mod failure;
mod file;
mod functions;
mod kinds;
mod known;
mod lexer;
mod moment;
mod open;
mod query;
mod rows;
mod select;
mod shape;

pub(in crate::local) use database::Database;
pub(in crate::local) use dialect::SqliteDialect;
pub(in crate::local) use file::says_geopackage;
pub(in crate::local) use kinds::{qualifiers, unqualified};
pub(in crate::local) use known::Learnt;
pub(in crate::local) use open::Place;
pub(in crate::local) use query::{Asked, look_at, query};

/// A moment as the samples write it.
pub(in crate::local) fn utc(micros: i64) -> Option<String> {
    moment::Form::SECONDS.write(micros)
}
