//! PostgreSQL's form, checked once: what the spec alone tells, then what only PostgreSQL knows.

use super::settings::{Server, Settings, SslMode};
use super::spec::{
    CLIENT_CERTIFICATE, CLIENT_KEY, CONNECT_TIMEOUT, DATABASE, PORT, READ_ONLY, ROOT_CERTIFICATE, SCHEMA, SERVER, SPEC, SSL_MODE,
    STATEMENT_TIMEOUT, USERNAME,
};
use crate::common::host::{Place, tidy};
use crate::common::pem;
use model::{Checked, Draft, FieldError, FieldId, check_fields};
use std::sync::Arc;
use std::time::Duration;

/// The longest address of a Unix socket that every system takes.
const SOCKET_MAX: usize = 103;

/// The form as [`Settings`] in a [`Checked`].
///
/// # Errors
/// All that is wrong, by field, in the form's order.
pub(super) fn check(draft: &Draft) -> Result<Checked, Vec<FieldError>> {
    let mut errors = check_fields(&SPEC, draft);
    let server = if errors.iter().any(|e| e.field == SERVER) { None } else { keep(server(draft), &mut errors) };
    errors.extend(client_pair(draft));
    for id in [ROOT_CERTIFICATE, CLIENT_CERTIFICATE] {
        if pem_of(draft, &id).is_some_and(|text| pem::certificates(&text).is_none()) {
            errors.push(FieldError::new(&id, "damaged", "This certificate is damaged. Choose the file again."));
        }
    }
    match server {
        Some(server) if errors.is_empty() => {
            let settings = settings(draft, server);
            Ok(Checked::new(draft, settings.server.shown(), settings.destination(), Arc::new(settings)))
        }
        _ => {
            errors.sort_by_key(|e| SPEC.fields.iter().position(|f| f.id == e.field));
            Err(errors)
        }
    }
}

/// Values that follow from others, for fields that the person has not touched.
pub(super) fn defaults(draft: &Draft) -> Vec<(FieldId, String)> {
    let (local, port) = match tidy(draft.text(&SERVER)) {
        Ok(Place::Socket(_)) => (true, None),
        Ok(Place::Tcp { host, port }) => (Server::Host(host).is_local(), port),
        Err(_) => (false, None),
    };
    vec![(SSL_MODE, SslMode::proposed(local).word().to_owned()), (PORT, port.unwrap_or(5432).to_string())]
}

fn keep<T>(result: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> Option<T> {
    result.map_err(|e| errors.push(e)).ok()
}

fn server(draft: &Draft) -> Result<Server, FieldError> {
    let place = tidy(draft.text(&SERVER)).map_err(|words| FieldError::new(&SERVER, "host", words))?;
    let port: Option<u16> = draft.trimmed(&PORT).parse().ok();
    match place {
        Place::Tcp { host, port: None } => Ok(Server::Host(host)),
        Place::Tcp { host, port: typed } if typed == port => Ok(Server::Host(host)),
        Place::Tcp { port: typed, .. } => {
            let typed = typed.unwrap_or_default();
            let words = format!(
                "This says port {typed}, but Port says {}. Take the port out of here, or change Port.",
                draft.trimmed(&PORT)
            );
            Err(FieldError::new(&SERVER, "port", words))
        }
        Place::Socket(_) if cfg!(not(unix)) => {
            Err(FieldError::new(&SERVER, "socket", "Unix sockets do not exist on this system. Type the server's name."))
        }
        Place::Socket(folder) => {
            let length = folder.as_os_str().len() + "/.s.PGSQL.65535".len();
            let words = "The path of this folder is too long for a Unix socket. Use the server's name, as in localhost.";
            if length > SOCKET_MAX { Err(FieldError::new(&SERVER, "too_long", words)) } else { Ok(Server::Socket(folder)) }
        }
    }
}

/// A certificate needs its key, and a key its certificate.
fn client_pair(draft: &Draft) -> Option<FieldError> {
    let given = |id: &FieldId| SPEC.field(id).is_some_and(|f| f.is_visible(draft) && draft.has(f));
    match (given(&CLIENT_CERTIFICATE), given(&CLIENT_KEY)) {
        (true, false) => Some(FieldError::new(&CLIENT_KEY, "required", "Choose the key that belongs to the client certificate.")),
        (false, true) => {
            Some(FieldError::new(&CLIENT_CERTIFICATE, "required", "Choose the certificate that belongs to the client key."))
        }
        _ => None,
    }
}

/// What a file field holds, when the field counts with these values.
fn pem_of(draft: &Draft, id: &FieldId) -> Option<String> {
    let visible = SPEC.field(id).is_some_and(|f| f.is_visible(draft));
    visible.then(|| draft.files.get(id).map(|f| f.text.clone())).flatten()
}

fn settings(draft: &Draft, server: Server) -> Settings {
    let seconds = |id: &FieldId| draft.trimmed(id).parse().ok().map(Duration::from_secs);
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Settings {
        server,
        port: draft.trimmed(&PORT).parse().unwrap_or(5432),
        user: draft.trimmed(&USERNAME).to_owned(),
        database: draft.trimmed(&DATABASE).to_owned(),
        ssl: SslMode::of(draft.trimmed(&SSL_MODE)).unwrap_or(SslMode::VerifyFull),
        root: pem_of(draft, &ROOT_CERTIFICATE),
        client_certificate: pem_of(draft, &CLIENT_CERTIFICATE),
        connect_timeout: seconds(&CONNECT_TIMEOUT).unwrap_or(Duration::from_secs(10)),
        statement_timeout: seconds(&STATEMENT_TIMEOUT),
        schema: some(draft.trimmed(&SCHEMA)),
        // Anything but a clear "off" reads only.
        read_only: draft.trimmed(&READ_ONLY) != "false",
    }
}

#[cfg(test)]
mod tests;
