//! What can be wrong with lines of values, beyond what can be wrong with any file. `{line}` counts from 1.

use model::{Kind, Text};

/// More values than there are columns.
pub(super) const LONG_ROW: Text = Text {
    code: "local.csv_long_row",
    kind: Kind::Invalid,
    what: "Line {line} of {file} holds {count} values, more than there are columns ({columns}).",
    why: "A value with the delimiter in it may stand there without quotes around it.",
    remedy: "Correct that line, or write the file anew.",
    retryable: false,
};
/// A quote that is never closed.
pub(super) const OPEN_QUOTE: Text = Text {
    code: "local.csv_open_quote",
    kind: Kind::Invalid,
    what: "In {file} a quote opens in line {line} and is never closed.",
    why: "Everything behind it would be one value.",
    remedy: "Correct that line; a quote inside a value is written twice.",
    retryable: false,
};
/// A line without end.
pub(super) const LONG_LINE: Text = Text {
    code: "local.csv_long_line",
    kind: Kind::Unsupported,
    what: "Line {line} of {file} is longer than {most} MB.",
    why: "It is no file of lines, or a quote in it is never closed.",
    remedy: "See what the file is, or correct that line.",
    retryable: false,
};
/// Bytes that no text holds.
pub(super) const NUL: Text = Text {
    code: "local.csv_nul",
    kind: Kind::Invalid,
    what: "Line {line} of {file} holds a NUL byte.",
    why: "Text holds none: the file is of another kind, or damaged.",
    remedy: "See what the file is, or write it anew as text.",
    retryable: false,
};
/// Bytes that the encoding does not know.
pub(super) const ENCODING: Text = Text {
    code: "local.csv_encoding",
    kind: Kind::Invalid,
    what: "{file} is no text in {encoding}.",
    why: "Behind line {line} there are bytes that this encoding does not know.",
    remedy: "Write the file anew in UTF-8.",
    retryable: false,
};
/// Too many columns to be a table.
pub(super) const WIDE: Text = Text {
    code: "local.csv_wide",
    kind: Kind::Unsupported,
    what: "{file} has more than {most} columns.",
    why: "It may not be a table, or have another delimiter than comma, semicolon, tab and bar.",
    remedy: "Write it anew as a table.",
    retryable: false,
};
