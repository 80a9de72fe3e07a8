//! From a reading statement to record batches.
//!
//! Owns: the rules of reading ([`guard`]), what each column becomes ([`plan`]), binary COPY and binary rows cut into
//! values ([`copy`], [`source`]), values put into Arrow columns ([`rows`], [`numeric`]), the run as a whole ([`run`]).
//! Does not own: the connection and its turns (`line`), what a scan looks like as SQL (`sql`).
//!
//! The way of a person's statement: it is looked at by its words; it is prepared alone, by the extended protocol, in a
//! transaction that is READ ONLY; only then it is wrapped, as `COPY (SELECT c1, … FROM (statement) AS q(c1, …))`. A text
//! that closes the parenthesis is no statement when it stands alone, and never gets that far. The transaction always
//! ends with ROLLBACK, so not even a setting survives a run.
//!
//! COPY takes no parameters: a statement with parameters goes the same way without `COPY`, and its rows come in
//! PostgreSQL's binary row format through the same columns. Values are sent as text, which the server reads as the type
//! that it inferred; nothing is ever glued into the statement.
//!
//! A few rows of a table go a shorter way ([`direct`]): that statement is made here and needs no look.
//!
//! What a value becomes: numbers, booleans, dates, times, bytes, text as such; `numeric(p, s)` with p ≤ 38 a decimal,
//! other numerics exact text; uuid, json, jsonb, enums text; geometry and geography ISO WKB (`geoarrow.wkb`); everything
//! else the text that the server itself would print. `infinity` of dates and timestamps is the type's extreme value
//! (the field says so: [`plan::INFINITY`]). A value that its column's Arrow type cannot hold (NaN in a decimal, the year
//! 294276) makes the whole column text: in the first batch by itself, later by an error and a second try.

mod copy;
mod crs;
mod direct;
mod guard;
mod numeric;
mod param;
mod plan;
mod rows;
mod run;
mod source;
mod text;

pub(super) use crs::CrsTable;
pub(super) use guard::{Reading, one_change, one_reading};
pub(super) use param::bind;
pub(super) use plan::{Quirks, typmod};
pub(super) use run::{Run, start};

#[cfg(test)]
mod tests;
