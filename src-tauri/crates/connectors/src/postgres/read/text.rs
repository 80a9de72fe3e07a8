//! Failures of reading, in words.

use model::{Kind, Text};

/// Not one statement.
pub(super) const NOT_ONE: Text = Text {
    code: "postgres.not_one_statement",
    kind: Kind::ReadOnly,
    what: "One statement at a time can be run; this text holds {count}.",
    why: "Each run is one reading statement in a transaction of its own.",
    remedy: "Run them one by one.",
    retryable: false,
};
/// Nothing but white space and comments.
pub(super) const EMPTY: Text = Text {
    code: "postgres.no_statement",
    kind: Kind::Invalid,
    what: "There is no statement to run.",
    why: "The text is empty or holds only comments.",
    remedy: "Type a statement, as in SELECT.",
    retryable: false,
};
/// Not a reading statement.
pub(super) const NOT_READING: Text = Text {
    code: "postgres.not_reading",
    kind: Kind::ReadOnly,
    what: "{word} cannot be run here: only statements that read can.",
    why: "A query may hold SELECT, VALUES, TABLE, WITH, SHOW or EXPLAIN, and may change nothing.",
    remedy: "Nothing was changed. To change data, use a connection that allows it.",
    retryable: false,
};
/// Not a changing statement that can be run.
pub(super) const NOT_RUNNABLE: Text = Text {
    code: "postgres.not_runnable",
    kind: Kind::Unsupported,
    what: "{word} cannot be run here.",
    why: "It would begin, end or change the session or its transaction, or move data outside of it.",
    remedy: "Nothing was changed.",
    retryable: false,
};
/// Too few or too many parameters.
pub(super) const PARAMETERS: Text = Text {
    code: "postgres.parameters",
    kind: Kind::Invalid,
    what: "The statement takes {expected} parameters; {given} were given.",
    why: "",
    remedy: "Give one value for each of $1, $2 ….",
    retryable: false,
};
/// The server's bytes make no sense.
pub(super) const MALFORMED: Text = Text {
    code: "postgres.malformed",
    kind: Kind::Protocol,
    what: "The server's data could not be read.",
    why: "{why}",
    remedy: "Something between this computer and the server may have changed the data, or the server is not PostgreSQL.",
    retryable: true,
};
/// A value that the column's type on this side cannot hold.
pub(super) const DOES_NOT_FIT: Text = Text {
    code: "postgres.does_not_fit",
    kind: Kind::Unsupported,
    what: "A value in the column {column} does not fit its type here.",
    why: "It is a number that is none (NaN), or a time later than the year 294246.",
    remedy: "Try again: the column is then shown as text, exactly as the server writes it.",
    retryable: true,
};
/// Geometries of more than one system in a column.
pub(super) const OTHER_SRID: Text = Text {
    code: "postgres.other_srid",
    kind: Kind::Unsupported,
    what: "The column {column} holds geometries of more than one coordinate reference system.",
    why: "After others, one with SRID {srid} came.",
    remedy: "Try again: each geometry then carries its own SRID.",
    retryable: true,
};
