//! Failures of a session's work: what the server refuses a statement with, by its SQLSTATE and never by its words (servers
//! are localised), and what is in the way. The failures of connecting are told in `error`.

use model::{Error, Kind, Text};
use std::error::Error as _;
use tokio_postgres::error::{DbError, ErrorPosition};

/// Another piece of work has the connection.
pub(super) const BUSY: Text = Text {
    code: "postgres.busy",
    kind: Kind::Busy,
    what: "The connection was busy for {seconds} seconds.",
    why: "Rows of another request are still coming on it.",
    remedy: "Wait for them or cancel them, then try again.",
    retryable: true,
};
/// The connection is gone.
pub(super) const LOST: Text = Text {
    code: "postgres.lost",
    kind: Kind::Network,
    what: "The connection to the server was lost.",
    why: "The server or the network ended it.",
    remedy: "Try again; a new connection is made.",
    retryable: true,
};
/// A lock, or another transaction's change.
const IN_THE_WAY: Text = Text {
    code: "postgres.locked",
    kind: Kind::Busy,
    what: "Another transaction is in the way.",
    why: "It holds a lock, or changed the same rows.",
    remedy: "Try again in a moment.",
    retryable: true,
};
/// A table or schema that is not there.
pub(super) const NO_SUCH: Text = Text {
    code: "postgres.not_found",
    kind: Kind::NotFound,
    what: "{name} does not exist (any more).",
    why: "It was dropped or renamed meanwhile, or is no table or view.",
    remedy: "Refresh the list.",
    retryable: false,
};
/// A schema that may not be looked into.
pub(super) const NO_USAGE: Text = Text {
    code: "postgres.no_usage",
    kind: Kind::Permission,
    what: "Your user may not look into the schema {name}.",
    why: "The right USAGE on it is missing.",
    remedy: "Have it granted, as in GRANT USAGE ON SCHEMA … TO ….",
    retryable: false,
};
/// The server does not keep the session to reading.
pub(super) const READ_ONLY_REFUSED: Text = Text {
    code: "postgres.read_only_refused",
    kind: Kind::ReadOnly,
    what: "The server does not keep this session to reading.",
    why: "It was asked to refuse changes in this session (default_transaction_read_only), and does not; a pooler between may drop the setting.",
    remedy: "Connect to the server itself, or turn off Read-only session under Advanced.",
    retryable: false,
};

const STOPPED: Text = Text {
    code: "postgres.statement_timeout",
    kind: Kind::TimedOut,
    what: "The server stopped the statement.",
    why: "It took longer than the statement timeout allows, or an administrator cancelled it.",
    remedy: "Ask for less, or allow more time with Statement timeout under Advanced.",
    retryable: true,
};
const READ_ONLY: Text = Text {
    code: "postgres.read_only",
    kind: Kind::ReadOnly,
    what: "The statement would change something, and was refused.",
    why: "It ran in a transaction in which the server allows reading only.",
    remedy: "Nothing was changed. To change data, use a connection that allows it.",
    retryable: false,
};
const DENIED: Text = Text {
    code: "postgres.permission_denied",
    kind: Kind::Permission,
    what: "The server does not allow this to your user.",
    why: "{why}",
    remedy: "Have the right granted, as in GRANT USAGE ON SCHEMA … and GRANT SELECT ON ….",
    retryable: false,
};
const MISSING: Text = Text {
    code: "postgres.missing",
    kind: Kind::NotFound,
    what: "Something that is named here does not exist (any more).",
    why: "{why}",
    remedy: "Check the spelling and refresh the list. A name with capitals needs double quotes.",
    retryable: false,
};
const RESOURCES: Text = Text {
    code: "postgres.resources",
    kind: Kind::Busy,
    what: "The server has run out of something that this needs.",
    why: "{why}",
    remedy: "Ask for less, or try again later.",
    retryable: true,
};
const REFUSED: Text = Text {
    code: "postgres.statement_refused",
    kind: Kind::Statement,
    what: "The server could not run the statement.",
    why: "{why}",
    remedy: "",
    retryable: false,
};
const CONFUSED: Text = Text {
    code: "postgres.confused",
    kind: Kind::Protocol,
    what: "The server's answer was not understood.",
    why: "It does not follow PostgreSQL's protocol here.",
    remedy: "Check that nothing between changes the connection, as a pooler or a proxy might.",
    retryable: true,
};

/// What the driver's error means.
pub(super) fn failed(error: tokio_postgres::Error) -> Error {
    if let Some(told) = error.as_db_error() {
        return refused(told);
    }
    let lost = error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
    Error::new(if lost { &LOST } else { &CONFUSED }).vendor(None, error.to_string())
}

fn refused(told: &DbError) -> Error {
    let code = told.code().code();
    let text = match code {
        "57014" => &STOPPED,
        "25006" => &READ_ONLY,
        "42501" => &DENIED,
        "42P01" | "42703" | "42883" | "3F000" | "42704" | "3D000" => &MISSING,
        "55P03" | "40001" | "40P01" | "55006" => &IN_THE_WAY,
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => &LOST,
        code if code.starts_with("53") || code.starts_with("54") => &RESOURCES,
        code if code.starts_with("08") => &LOST,
        _ => &REFUSED,
    };
    let mut words = told.message().to_owned();
    for more in [told.detail(), told.hint()].into_iter().flatten() {
        words.push('\n');
        words.push_str(more);
    }
    if let Some(ErrorPosition::Original(at)) = told.position() {
        words.push_str(&format!("\n(character {at})"));
    }
    Error::new(text).with("why", told.message()).vendor(Some(code.to_owned()), words)
}
