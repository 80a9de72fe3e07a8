//! What can be wrong with a file, in words. `{file}` is its name without its folder.

use model::{Error, Kind, Text};
use std::io;
use std::path::Path;

/// The file is not there.
pub(super) const MISSING: Text = Text {
    code: "local.missing",
    kind: Kind::NotFound,
    what: "The file {file} is not there any more.",
    why: "It was moved, renamed or deleted, or its disk is not connected.",
    remedy: "Put it back, or remove it from Local data and add it where it is now.",
    retryable: true,
};
/// The system does not let us read it.
pub(super) const FORBIDDEN: Text = Text {
    code: "local.forbidden",
    kind: Kind::Permission,
    what: "The file {file} may not be read.",
    why: "This computer does not allow your user to read it.",
    remedy: "Allow reading it, or copy it to a folder of your own.",
    retryable: true,
};
/// A folder, a pipe, a device.
pub(super) const NOT_A_FILE: Text = Text {
    code: "local.not_a_file",
    kind: Kind::Invalid,
    what: "{file} is {thing}, not a file.",
    why: "Only regular files are read.",
    remedy: "Choose a file.",
    retryable: false,
};
/// Nothing in it.
pub(super) const EMPTY: Text = Text {
    code: "local.empty",
    kind: Kind::Invalid,
    what: "The file {file} is empty.",
    why: "It has 0 bytes: it may still be on its way, or a copy of it was interrupted.",
    remedy: "Wait until it is written, or get it again.",
    retryable: true,
};
/// Of no format that is known.
pub(super) const UNKNOWN_FORMAT: Text = Text {
    code: "local.unknown_format",
    kind: Kind::Unsupported,
    what: "{file} has no format that can be read here.",
    why: "{why}",
    remedy: "GeoPackage, SQLite, GeoParquet, Parquet, FlatGeobuf, Shapefile, GeoJSON, CSV and TSV can be read.",
    retryable: false,
};
/// It ends too early, or says something impossible.
pub(super) const DAMAGED: Text = Text {
    code: "local.damaged",
    kind: Kind::Invalid,
    what: "The file {file} is damaged.",
    why: "{why}",
    remedy: "Get it again, or write it anew with the program that made it.",
    retryable: false,
};
/// It changed while it was read.
pub(super) const CHANGED: Text = Text {
    code: "local.changed",
    kind: Kind::Busy,
    what: "The file {file} changed while it was read.",
    why: "Another program writes it.",
    remedy: "Try again when it is written.",
    retryable: true,
};
/// The disk, or the network that it is on.
pub(super) const UNREADABLE: Text = Text {
    code: "local.unreadable",
    kind: Kind::Store,
    what: "The file {file} could not be read.",
    why: "{why}",
    remedy: "See whether its disk is connected and well, then try again.",
    retryable: true,
};
/// A folder that holds more than is looked at.
pub(super) const TOO_MANY: Text = Text {
    code: "local.too_many",
    kind: Kind::Invalid,
    what: "The folder {file} holds more than {count} files.",
    why: "So many are not looked through at once.",
    remedy: "Choose a folder further down, or single files.",
    retryable: false,
};

/// A file's name without its folder, as a person knows it.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// A failure of reading this file.
pub(super) fn of_file(text: &'static Text, path: &Path) -> Error {
    Error::new(text).with("file", name_of(path))
}

/// What the system said, in words.
pub(super) fn io(path: &Path, error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => of_file(&MISSING, path),
        io::ErrorKind::PermissionDenied => of_file(&FORBIDDEN, path),
        io::ErrorKind::UnexpectedEof => of_file(&DAMAGED, path).with("why", "It ends too early."),
        _ => of_file(&UNREADABLE, path).with("why", "The system could not read it.").vendor(None, error.to_string()),
    }
}
