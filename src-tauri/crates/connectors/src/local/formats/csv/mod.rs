//! Lines of values: CSV, TSV and their kin.
//!
//! Owns: opening ([`open`]) and reading them. `dress` guesses how they are written, `pass` looks at all of the file once and
//! chooses each column's type (`kinds`), `spatial` finds geometry (`wkt`), `input` is the file's text. Does not own: conditions and
//! order (`evaluate`).
//!
//! Nothing is lost: a column has a type only when each of its values reads back as it stands, else it is text. An empty
//! value is NULL, for CSV does not tell it from an empty text. Spaces around numbers and dates are passed over, those in text
//! kept. A line with too few values has NULLs at its end, and the details say so; one with too many is an error with its line.
//! A column of WKT or hexadecimal WKB becomes geometry, and its text is not kept beside it; latitude and longitude stay, with a
//! point in a column of its own behind all others.

mod dress;
mod input;
mod kinds;
mod pass;
mod read;
mod spatial;
mod text;
mod wkt;

pub(in crate::local) use read::open;

#[cfg(test)]
mod tests;
