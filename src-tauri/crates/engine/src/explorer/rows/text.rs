//! Failures of rows, in words.

use model::{Kind, Text};

/// Rows that came in one stream, which is over before its end.
pub(super) const STOPPED: Text = Text {
    code: "rows.stopped",
    kind: Kind::NotFound,
    what: "No more rows come.",
    why: "{why}",
    remedy: "What has been read stays here. Load the rows again to go on.",
    retryable: true,
};
/// Rows that were closed.
pub(super) const CLOSED: Text = Text {
    code: "rows.closed",
    kind: Kind::NotFound,
    what: "These rows are not held any more.",
    why: "They were closed, or too many others were opened since.",
    remedy: "Load them again.",
    retryable: true,
};
/// A column that is not there.
pub(super) const NO_COLUMN: Text = Text {
    code: "rows.no_column",
    kind: Kind::NotFound,
    what: "There is no column {column} in this table.",
    why: "It may have been removed or renamed since the table was looked at.",
    remedy: "Refresh the table.",
    retryable: false,
};
/// Not comparable.
pub(super) const NO_ORDER: Text = Text {
    code: "rows.no_order",
    kind: Kind::Unsupported,
    what: "The column {column} can be neither sorted nor compared.",
    why: "Values of the type {type} have no order here.",
    remedy: "Whether it is NULL can still be asked.",
    retryable: false,
};
/// A filter's text that is no number.
pub(super) const NO_NUMBER: Text = Text {
    code: "rows.no_number",
    kind: Kind::Invalid,
    what: "“{value}” is not a number.",
    why: "The column {column} holds numbers.",
    remedy: "Write it as 12 or -1.5.",
    retryable: false,
};
/// A filter's text that is no date or time.
pub(super) const NO_TIME: Text = Text {
    code: "rows.no_time",
    kind: Kind::Invalid,
    what: "“{value}” is not a {sort}.",
    why: "The column {column} holds a {sort}.",
    remedy: "Write it as {example}.",
    retryable: false,
};
/// A filter's text that is neither true nor false.
pub(super) const NO_BOOL: Text = Text {
    code: "rows.no_bool",
    kind: Kind::Invalid,
    what: "“{value}” is neither true nor false.",
    why: "The column {column} holds nothing else.",
    remedy: "Write true or false.",
    retryable: false,
};
