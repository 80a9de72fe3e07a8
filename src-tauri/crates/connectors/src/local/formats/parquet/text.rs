//! What can be wrong with a Parquet file, beyond what can be wrong with any.

use model::{Kind, Text};

/// Encrypted as a whole or in part.
pub(super) const ENCRYPTED: Text = Text {
    code: "local.parquet_encrypted",
    kind: Kind::Unsupported,
    what: "The file {file} is encrypted.",
    why: "It uses Parquet's own encryption, whose keys are kept elsewhere.",
    remedy: "Write it without encryption with the program that has its keys.",
    retryable: false,
};
/// The footer is not there yet.
pub(super) const UNFINISHED: Text = Text {
    code: "local.parquet_unfinished",
    kind: Kind::Busy,
    what: "The Parquet file {file} is not finished.",
    why: "It begins as one and has no end yet: it is still being written, or its writer or a copy of it was interrupted.",
    remedy: "Try again when it is written; if nobody writes it any more, get it again.",
    retryable: true,
};
/// Not one at all.
pub(super) const NOT_PARQUET: Text = Text {
    code: "local.not_parquet",
    kind: Kind::Invalid,
    what: "{file} is no Parquet file.",
    why: "It does not begin as Parquet files do.",
    remedy: "See what it is, and add it under its right name.",
    retryable: false,
};
/// A description that is too large to be one.
pub(super) const HUGE_FOOTER: Text = Text {
    code: "local.parquet_footer",
    kind: Kind::Unsupported,
    what: "The file {file} describes itself at a length of {size} MB.",
    why: "At most {most} MB are read.",
    remedy: "Write it anew with fewer row groups or fewer columns.",
    retryable: false,
};
