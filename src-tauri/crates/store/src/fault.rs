//! What a database's or a file's refusal means to a person.
//!
//! Owns: the mapping from SQLite's codes and the system's errors to our own. Does not own: words (`text`).

use crate::text;
use model::Error;
use rusqlite::ErrorCode;
use std::path::Path;

/// A failure of SQLite while `doing` something, as in "save the connection".
pub(crate) fn sqlite(error: &rusqlite::Error, doing: &str) -> Error {
    let rusqlite::Error::SqliteFailure(failure, message) = error else {
        // Conversions of our own rows: never with the value in it.
        return Error::new(&text::UNREADABLE).with("thing", "entry").with("detail", shape(error));
    };
    let declared = match failure.code {
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => &text::CORRUPT,
        ErrorCode::DiskFull => &text::DISK_FULL,
        // The file beside the log could not grow.
        ErrorCode::SystemIoFailure if failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE => &text::DISK_FULL,
        ErrorCode::SystemIoFailure => &text::DISK_FAILED,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => &text::NOT_WRITABLE,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => &text::BUSY,
        _ => &text::FAILED,
    };
    let message = message.clone().unwrap_or_else(|| failure.to_string());
    Error::new(declared)
        .with("doing", doing)
        .with("path", "landbridge.db")
        .with("detail", &message)
        .vendor(Some(format!("SQLITE {}", failure.extended_code)), message)
}

fn shape(error: &rusqlite::Error) -> &'static str {
    match error {
        rusqlite::Error::InvalidColumnType(..) => "a column of another type",
        rusqlite::Error::FromSqlConversionFailure(..) => "a value of another form",
        rusqlite::Error::IntegralValueOutOfRange(..) => "a number out of range",
        _ => "an unexpected answer",
    }
}

/// A failure of the file system at `path`.
pub(crate) fn io(error: &std::io::Error, path: &Path) -> Error {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::new(&text::DISK_FULL),
        _ => Error::new(&text::NOT_WRITABLE).with("path", path.display()).with("detail", sentence(error)),
    }
}

fn sentence(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => "The system does not permit it.".to_owned(),
        std::io::ErrorKind::NotADirectory | std::io::ErrorKind::AlreadyExists => {
            "There is a file where a folder is needed.".to_owned()
        }
        std::io::ErrorKind::ReadOnlyFilesystem => "The disk is read-only.".to_owned(),
        _ => format!("{error}."),
    }
}
