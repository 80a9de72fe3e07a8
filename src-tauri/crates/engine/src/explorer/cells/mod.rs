//! Values as a person reads them: from Arrow to text.
//!
//! Owns: what sort of cell a column has ([`kind`]), the text of a value, short for a grid and whole for a look at it or a
//! copy ([`text`], [`time`], [`json`]), parts of a grid and blocks to copy ([`block`]). Numbers lose nothing, times say their
//! zone, NULL is None and never a word.
//! Does not own: where values come from, nor what a file format wants them to look like.

mod block;
mod json;
mod kind;
mod text;
mod time;

pub(crate) use block::{Part, part, tsv, whole};
pub(crate) use kind::{described, view};
pub(crate) use text::{Cells, Form, number};

#[cfg(test)]
mod tests;
