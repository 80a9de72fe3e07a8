//! Every way in which PostgreSQL says no, told apart by its SQLSTATE and the server's own routine, never by its words
//! (servers are localised). Owns the mapping of what goes wrong on the way in; the words are in `texts`. Statements: see `failure`.

mod login;
mod texts;

pub(super) use login::{Attempt, login};
pub(super) use texts::{CLIENT_KEY_MISSING, CLOSED_AT_ONCE, ERROR_AT_ONCE};

use super::settings::{Settings, SslMode};
use super::spec::{CLIENT_CERTIFICATE, CONNECT_TIMEOUT, PORT, ROOT_CERTIFICATE, SERVER, SSL_MODE};
use crate::common::tls::Tls;
use crate::common::tls_error;
use model::{Action, Error, Kind, Text, net};
use std::error::Error as _;
use std::time::Duration;
use tokio_postgres::error::{DbError, Error as PgError};

/// The longer wait that is offered after a silent server.
const PATIENT: Duration = Duration::from_secs(60);

/// What an explanation needs to know of the attempt.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) settings: &'a Settings,
    pub(super) tls: Option<&'a Tls>,
}

impl Context<'_> {
    fn host(&self) -> String {
        self.settings.server.shown()
    }
}

/// The field to look at, for a failure of the network. What a proxy did is not the server's.
pub(super) fn reach(error: Error) -> Error {
    const OF_THE_SERVER: [Text; 7] =
        [net::UNKNOWN_HOST, net::SLOW_NAME, net::UNREACHABLE, net::NO_ANSWER, net::BLOCKED, net::NO_SOCKET, net::OTHER];
    match error.code() {
        code if code == net::REFUSED.code => error.field(PORT),
        code if OF_THE_SERVER.iter().any(|t| t.code == code) => error.field(SERVER),
        _ => error,
    }
}

/// Reached, and then not a word.
pub(super) fn silent(context: &Context<'_>, after: Duration) -> Error {
    let error = Error::new(&texts::SILENT)
        .with("host", context.host())
        .with("port", context.settings.port)
        .with("seconds", net::seconds(after))
        .field(PORT);
    if context.settings.connect_timeout >= PATIENT {
        return error;
    }
    let seconds = PATIENT.as_secs();
    error.action(Action::Set { field: CONNECT_TIMEOUT, value: seconds.to_string(), label: format!("Allow {seconds} seconds") })
}

/// The connection broke.
pub(super) fn lost(error: &std::io::Error, context: &Context<'_>) -> Error {
    net::connect_error(error, &context.host(), context.settings.port)
}

/// What answered speaks something else; its first bytes go under *Details*.
pub(super) fn not_postgres(context: &Context<'_>, said: &[u8]) -> Error {
    let line: String = String::from_utf8_lossy(said).chars().take_while(|c| !matches!(c, '\r' | '\n' | '\0')).take(80).collect();
    let error = Error::new(&texts::NOT_POSTGRES).with("host", context.host()).with("port", context.settings.port).field(PORT);
    if line.is_empty() { error } else { error.vendor(None, visible(&line)) }
}

/// The server has no encryption, and the mode wants it.
pub(super) fn no_tls(context: &Context<'_>) -> Error {
    let error = Error::new(&texts::NO_TLS).with("host", context.host()).with("mode", context.settings.ssl.word()).field(SSL_MODE);
    if context.settings.server.is_local() { error.action(set_mode(SslMode::Prefer, "Use prefer")) } else { error }
}

/// The handshake failed.
pub(super) fn handshake(error: &std::io::Error, context: &Context<'_>) -> Error {
    let Some(tls) = context.tls else { return lost(error, context) };
    let told = tls_error::explain(error, (&context.host(), context.settings.port), &tls.seen, context.settings.root.is_some());
    let code = told.code();
    if code == tls_error::UNKNOWN_AUTHORITY.code {
        let require = context
            .settings
            .root
            .is_none()
            .then(|| set_mode(SslMode::Require, "Use require: encrypted, but the server is not verified"));
        return require.into_iter().fold(told.field(ROOT_CERTIFICATE), Error::action);
    }
    if code == tls_error::WRONG_NAME.code {
        let chain = set_mode(SslMode::VerifyCa, "Use verify-ca: trusted, whatever its name");
        return told.field(SERVER).action(chain);
    }
    if code == tls_error::CLIENT_CERTIFICATE_REQUIRED.code || code == tls_error::CLIENT_CERTIFICATE_REFUSED.code {
        return told.field(CLIENT_CERTIFICATE);
    }
    if told.kind() == Kind::Tls { told.field(SSL_MODE) } else { told }
}

/// A cancel request that did not get through.
pub(super) fn not_cancelled(error: &PgError, context: &Context<'_>) -> Error {
    match error.source().and_then(|e| e.downcast_ref::<std::io::Error>()) {
        Some(io) => lost(io, context),
        None => Error::new(&texts::PROTOCOL),
    }
}

fn set_mode(mode: SslMode, label: &str) -> Action {
    Action::Set { field: SSL_MODE, value: mode.word().to_owned(), label: label.to_owned() }
}

/// The server's own code and words, for *Details*.
fn with_details(error: Error, db: &DbError) -> Error {
    let parts = [Some(db.message()), db.detail(), db.hint()];
    let words: Vec<String> = parts.into_iter().flatten().map(visible).collect();
    error.vendor(Some(db.code().code().to_owned()), words.join("\n"))
}

/// A server's words are the server's: bounded, and without what would change the line they stand in.
fn visible(text: &str) -> String {
    text.chars()
        .take(2000)
        .map(|c| {
            if c.is_control() && c != '\n' || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}
