//! The words of what goes wrong with a file.

use model::{Error, Kind, Text};

pub(super) const WRITE: Text = Text {
    code: "export.write",
    kind: Kind::Store,
    what: "The file could not be written.",
    why: "{why}",
    remedy: "Choose another folder, or make room, and export again. Nothing was left behind.",
    retryable: true,
};
pub(super) const VALUE: Text = Text {
    code: "export.value",
    kind: Kind::Invalid,
    what: "A value could not be written.",
    why: "{why}",
    remedy: "Choose another format, or leave the column out.",
    retryable: false,
};
pub(super) const NO_GEOMETRY: Text = Text {
    code: "export.no_geometry",
    kind: Kind::Invalid,
    what: "There is nothing to write as GeoJSON.",
    why: "None of these columns is a geometry.",
    remedy: "Export to CSV or GeoParquet.",
    retryable: false,
};
pub(super) const NO_FOLDER: Text = Text {
    code: "export.no_folder",
    kind: Kind::Store,
    what: "The file cannot be written there.",
    why: "{why}",
    remedy: "Choose another folder.",
    retryable: false,
};

pub(super) fn io(error: &std::io::Error) -> Error {
    let why = match error.kind() {
        std::io::ErrorKind::StorageFull => "The disk is full.".to_owned(),
        std::io::ErrorKind::PermissionDenied => "You may not write there.".to_owned(),
        _ => format!("The system says: {error}."),
    };
    Error::new(&WRITE).with("why", why)
}
