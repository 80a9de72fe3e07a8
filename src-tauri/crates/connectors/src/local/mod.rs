//! Local data: files on this computer, and the samples that come with the program. It needs no server and no account.
//!
//! `registry` knows which files there are and by which name; `session` is the contract's verbs. A SQLite file or GeoPackage
//! answers SQL itself (`sqlite`); every other format is a `source::Source` (`formats`), whose rows `evaluate` filters and sorts.
//! `stream` brings what blocks to a thread that may wait. Files are read in place: never changed, copied, or locked for longer
//! than they are read.

mod error;
mod evaluate;
mod formats;
mod source;
mod stamp;
mod stream;
