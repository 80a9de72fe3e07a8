//! What can be wrong with a statement before the server sees it.

use model::{Kind, Text};

/// A quote, a dollar quote or a comment that does not end.
pub(super) const UNFINISHED: Text = Text {
    code: "postgres.unfinished",
    kind: Kind::Invalid,
    what: "The statement ends inside {what}.",
    why: "It was opened at character {at} and never closed.",
    remedy: "Close it, or remove its beginning.",
    retryable: false,
};
/// A NUL character.
pub(super) const NUL: Text = Text {
    code: "postgres.nul",
    kind: Kind::Invalid,
    what: "The text holds a NUL character.",
    why: "PostgreSQL accepts none, in statements as in values.",
    remedy: "Remove it.",
    retryable: false,
};
/// A scan that cannot be written.
pub(super) const SCAN: Text = Text {
    code: "postgres.scan",
    kind: Kind::Invalid,
    what: "These rows cannot be asked for.",
    why: "{why}",
    remedy: "",
    retryable: false,
};
