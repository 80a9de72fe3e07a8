//! What can be wrong with a scan of a file.

use model::{Kind, Text};

/// A column that is not there.
pub(in crate::local) const NO_COLUMN: Text = Text {
    code: "local.no_column",
    kind: Kind::NotFound,
    what: "There is no column {column}.",
    why: "The file may have changed since its columns were read.",
    remedy: "Read the columns again.",
    retryable: false,
};
/// A scan that makes no sense.
pub(in crate::local) const SCAN: Text = Text {
    code: "local.scan",
    kind: Kind::Invalid,
    what: "These rows cannot be asked for.",
    why: "{why}",
    remedy: "",
    retryable: false,
};
/// A value that the column cannot be compared with.
pub(super) const VALUE: Text = Text {
    code: "local.value",
    kind: Kind::Invalid,
    what: "“{value}” cannot be compared with the column {column}.",
    why: "The column holds {kind}.",
    remedy: "Give a value of that kind.",
    retryable: false,
};
/// More rows than are kept in memory to sort them.
pub(super) const TOO_LARGE: Text = Text {
    code: "local.sort_too_large",
    kind: Kind::Unsupported,
    what: "These rows are too many to sort.",
    why: "To sort a file, its rows are kept in memory, at most {bytes} of them.",
    remedy: "Filter the rows, take fewer columns, or set a limit: with a limit only the first rows are kept.",
    retryable: false,
};
/// Geometry that none can read.
pub(super) const GEOMETRY: Text = Text {
    code: "local.geometry",
    kind: Kind::Invalid,
    what: "A geometry in the column {column} cannot be read.",
    why: "In {row}: {why}.",
    remedy: "Write the file anew with the program that made it.",
    retryable: false,
};
/// A system whose way to degrees is not known.
pub(super) const SYSTEM: Text = Text {
    code: "local.system",
    kind: Kind::Unsupported,
    what: "The column {column} cannot be held against a box in degrees.",
    why: "{why}",
    remedy: "Give the file a system that is known, as with ogr2ogr -t_srs EPSG:4326.",
    retryable: false,
};
