//! How SQL is written for PostgreSQL: its words, its quoting, a scan as a statement.
//!
//! Owns: the lexer, what kind a statement is by its words, identifiers, `SELECT` from a scan, a column's statistics as
//! statements, the words for an editor.
//! Does not own: whether the server agrees (it is asked each time, see `read`), nor any connection.

mod area;
mod dialect;
mod kinds;
mod lexer;
mod profile;
mod select;
mod text;
mod words;

pub(super) use area::{Area, boxes};
pub(super) use dialect::{PostgresDialect, identifier, qualified};
pub(super) use kinds::{Statement, statements};
pub(super) use select::{Known, Sampling, select};

#[cfg(test)]
mod tests;
