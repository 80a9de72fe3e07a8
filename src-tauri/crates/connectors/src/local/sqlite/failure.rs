//! SQLite's failures in words: by its codes, never by its texts.

use super::super::error::{self, CHANGED, DAMAGED, FORBIDDEN, UNREADABLE};
use model::{Error, Kind, Text, common};
use rusqlite::ErrorCode;
use rusqlite::ffi;
use std::path::Path;

/// Another program is at it.
pub(super) const LIVE: Text = Text {
    code: "local.being_written",
    kind: Kind::Busy,
    what: "The file {file} is being written by another program.",
    why: "{why}",
    remedy: "Close it there, or wait until it is written, then try again.",
    retryable: true,
};
/// More than one statement, or none.
pub(super) const NOT_ONE: Text = Text {
    code: "local.not_one",
    kind: Kind::Invalid,
    what: "There are {count} statements here.",
    why: "One is run at a time.",
    remedy: "Select the one to run.",
    retryable: false,
};
/// Nothing to run.
pub(super) const NOTHING: Text = Text {
    code: "local.no_statement",
    kind: Kind::Invalid,
    what: "There is no statement to run.",
    why: "The text is empty, or holds only comments.",
    remedy: "Write a SELECT.",
    retryable: false,
};
/// Anything that does not only read.
pub(super) const NOT_READING: Text = Text {
    code: "local.not_reading",
    kind: Kind::ReadOnly,
    what: "{word} is not run: files are only read.",
    why: "Landbridge never changes your files. SELECT, VALUES, WITH and EXPLAIN are run.",
    remedy: "Write it as a SELECT, or export a result to a new file.",
    retryable: false,
};
/// A quote that does not end.
pub(super) const UNFINISHED: Text = Text {
    code: "local.unfinished",
    kind: Kind::Invalid,
    what: "The statement ends inside {what}.",
    why: "It was opened at character {at} and never closed.",
    remedy: "Close it, or remove its beginning.",
    retryable: false,
};
/// A NUL.
pub(super) const NUL: Text = Text {
    code: "local.nul",
    kind: Kind::Invalid,
    what: "The text holds a NUL character.",
    why: "SQLite ends a statement there.",
    remedy: "Remove it.",
    retryable: false,
};
/// Parameters.
pub(super) const PARAMETERS: Text = Text {
    code: "local.parameters",
    kind: Kind::Invalid,
    what: "The statement takes {wanted} parameters, {given} were given.",
    why: "They are written $1, $2 and so on.",
    remedy: "",
    retryable: false,
};
/// The statement is wrong.
const STATEMENT: Text = Text {
    code: "local.statement",
    kind: Kind::Statement,
    what: "SQLite refused the statement.",
    why: "{told}",
    remedy: "",
    retryable: false,
};
/// No such table.
pub(super) const NO_TABLE: Text = Text {
    code: "local.no_table",
    kind: Kind::NotFound,
    what: "There is no table {table}.",
    why: "{why}",
    remedy: "A table is written with its file in front, as in \"Sample data\".\"countries\".",
    retryable: false,
};
/// More files than SQLite takes at once.
pub(super) const TOO_MANY_FILES: Text = Text {
    code: "local.too_many_files",
    kind: Kind::Unsupported,
    what: "The statement names {count} files.",
    why: "SQLite reads at most {most} at once.",
    remedy: "Ask of fewer files.",
    retryable: false,
};
/// A value that the column's type has no room for; the next try shows the column as text.
pub(super) const DOES_NOT_FIT: Text = Text {
    code: "local.does_not_fit",
    kind: Kind::Statement,
    what: "The column {column} holds values of several kinds.",
    why: "SQLite lets every row have its own type; a row further down is not like those before it.",
    remedy: "Run it again: the column is then shown as text, with every value as it is.",
    retryable: true,
};
/// Memory.
const TOO_BIG: Text = Text {
    code: "local.too_big",
    kind: Kind::Statement,
    what: "A value or a statement is too large.",
    why: "{told}",
    remedy: "Leave the column out, or take less of it.",
    retryable: false,
};

/// What SQLite calls the failure, for *Details*.
fn code(error: ffi::Error) -> String {
    let name = match error.extended_code & 0xff {
        ffi::SQLITE_ERROR => "SQLITE_ERROR",
        ffi::SQLITE_BUSY => "SQLITE_BUSY",
        ffi::SQLITE_LOCKED => "SQLITE_LOCKED",
        ffi::SQLITE_READONLY => "SQLITE_READONLY",
        ffi::SQLITE_INTERRUPT => "SQLITE_INTERRUPT",
        ffi::SQLITE_IOERR => "SQLITE_IOERR",
        ffi::SQLITE_CORRUPT => "SQLITE_CORRUPT",
        ffi::SQLITE_CANTOPEN => "SQLITE_CANTOPEN",
        ffi::SQLITE_TOOBIG => "SQLITE_TOOBIG",
        ffi::SQLITE_AUTH => "SQLITE_AUTH",
        ffi::SQLITE_NOTADB => "SQLITE_NOTADB",
        _ => "SQLITE",
    };
    format!("{name} ({})", error.extended_code)
}

/// A failure of SQLite's, while `path` was read; without a path, of a statement over several files.
pub(super) fn failed(error: rusqlite::Error, path: Option<&Path>) -> Error {
    let (raw, told) = match error {
        rusqlite::Error::SqliteFailure(raw, told) => (raw, told),
        rusqlite::Error::SqlInputError { error, msg, .. } => (error, Some(msg)),
        other => return common::internal(other),
    };
    let told = told.unwrap_or_else(|| raw.to_string());
    let unnamed = Path::new("this file");
    let of_file = |text| error::of_file(text, path.unwrap_or(unnamed));
    let error = match raw.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            of_file(&LIVE).with("why", "It is locked while changes are put in.")
        }
        ErrorCode::ReadOnly if raw.extended_code != ffi::SQLITE_READONLY => of_file(&LIVE)
            .with("why", "A change of it was not finished (-journal): another program is at it, or ended in the middle."),
        ErrorCode::ReadOnly => Error::new(&NOT_READING).with("word", "This"),
        ErrorCode::AuthorizationForStatementDenied => Error::new(&NOT_READING).with("word", "This"),
        ErrorCode::NotADatabase => of_file(&DAMAGED).with("why", "It is no SQLite file, or it is encrypted."),
        ErrorCode::DatabaseCorrupt => of_file(&DAMAGED).with("why", "Its pages contradict each other."),
        ErrorCode::SchemaChanged => of_file(&CHANGED),
        ErrorCode::PermissionDenied => of_file(&FORBIDDEN),
        ErrorCode::CannotOpen | ErrorCode::SystemIoFailure => of_file(&UNREADABLE).with("why", "The system could not read it."),
        ErrorCode::TooBig | ErrorCode::OutOfMemory => Error::new(&TOO_BIG).with("told", &told),
        ErrorCode::OperationInterrupted => common::cancelled(),
        _ => Error::new(&STATEMENT).with("told", &told),
    };
    error.vendor(Some(code(raw)), told)
}
