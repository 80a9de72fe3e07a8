//! What people paste to say where a PostgreSQL is: URLs, JDBC URLs, libpq's keyword strings, PG* environment lines,
//! `psql` commands.
//!
//! Owns reading these forms and what of them is taken over. Nothing that a paste brings becomes active if it could send a secret
//! elsewhere or less safely: file paths and weaker TLS are named in `ignored` instead.

mod command;
mod env;
mod keywords;
mod url;

use super::settings::{Server, SslMode};
use super::spec::{CONNECT_TIMEOUT, DATABASE, PASSWORD, PORT, SCHEMA, SERVER, SSL_MODE, USERNAME};
use crate::common::host::{Place, tidy};
use model::{DraftPatch, Secret};
use std::collections::btree_map::Entry;

/// Longer texts are no connection.
const MAX: usize = 16 * 1024;

/// Name and value, in the words of libpq.
type Pair = (String, String);

/// What the text fills in; None when it is none of the forms.
pub(super) fn paste(text: &str) -> Option<DraftPatch> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX {
        return None;
    }
    let text = unquoted(text);
    let pairs = command::read(text).or_else(|| url::read(text)).or_else(|| env::read(text)).or_else(|| keywords::read(text))?;
    Some(patch(pairs))
}

/// Quotes around all of it, as copied from a script.
fn unquoted(text: &str) -> &str {
    ['"', '\'', '`'].iter().find_map(|q| text.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(text).trim()
}

fn patch(pairs: Vec<Pair>) -> DraftPatch {
    let mut patch = DraftPatch::default();
    let mut mode = None;
    let mut address = None;
    for (key, value) in pairs {
        if value.is_empty() {
            continue;
        }
        match key.as_str() {
            "password" => drop(patch.secrets.insert(PASSWORD, Secret::from(value))),
            "host" => drop(patch.values.insert(SERVER, first_of(&mut patch.ignored, "server", value))),
            "hostaddr" => address = Some(first_of(&mut patch.ignored, "server", value)),
            "port" => drop(patch.values.insert(PORT, first_of(&mut patch.ignored, "port", value))),
            "user" => drop(patch.values.insert(USERNAME, value)),
            "dbname" => drop(patch.values.insert(DATABASE, value)),
            "sslmode" => mode = Some(value),
            "connect_timeout" => connect_timeout(&mut patch, &value),
            "currentschema" => schema(&mut patch, value),
            _ => patch.ignored.push(refused(&key)),
        }
    }
    // libpq connects to hostaddr and verifies host; one field holds one of them.
    if let Some(address) = address {
        match patch.values.entry(SERVER) {
            Entry::Vacant(server) => drop(server.insert(address)),
            Entry::Occupied(_) => patch.ignored.push("hostaddr: the server's name is used instead of its address.".to_owned()),
        }
    }
    if let Some(mode) = mode {
        ssl_mode(&mut patch, &mode);
    }
    patch
}

/// Several servers are separated by commas; a form holds one.
fn first_of(ignored: &mut Vec<String>, what: &str, value: String) -> String {
    match value.split_once(',') {
        None => value,
        Some((first, _)) => {
            ignored.push(format!("Only the first {what} is used; the others are left out."));
            first.to_owned()
        }
    }
}

/// libpq: 0 or less waits for ever, which this form does not.
fn connect_timeout(patch: &mut DraftPatch, value: &str) {
    match value.parse::<u32>() {
        Ok(seconds) if (1..=600).contains(&seconds) => drop(patch.values.insert(CONNECT_TIMEOUT, seconds.to_string())),
        _ => patch.ignored.push("connect_timeout: only 1 to 600 seconds are possible here.".to_owned()),
    }
}

/// The driver's search path; the form holds its first schema.
fn schema(patch: &mut DraftPatch, value: String) {
    let first = first_of(&mut patch.ignored, "schema", value);
    patch.values.insert(SCHEMA, first.trim().trim_matches('"').to_owned());
}

/// Taken over when it is not weaker than what the form proposes for this server.
fn ssl_mode(patch: &mut DraftPatch, word: &str) {
    let local = match patch.values.get(&SERVER).map(|s| tidy(s)) {
        Some(Ok(Place::Tcp { host, .. })) => Server::Host(host).is_local(),
        Some(Ok(Place::Socket(_))) => true,
        _ => false,
    };
    match SslMode::of(word) {
        Some(mode) if local || mode >= SslMode::proposed(local) => drop(patch.values.insert(SSL_MODE, word.to_owned())),
        Some(_) => patch.ignored.push(format!(
            "sslmode={word}: it would not fully verify the server, so it is not taken over. Choose it under SSL mode if you want it."
        )),
        None if word == "allow" => {
            patch.ignored.push("sslmode=allow: this mode is not offered. Choose one under SSL mode.".to_owned());
        }
        None => patch.ignored.push("sslmode: this is no mode that is known here.".to_owned()),
    }
}

/// Why a keyword is left out. Its value is not repeated: it may hold a path or a secret.
fn refused(key: &str) -> String {
    let key: String = key.chars().filter(|c| !c.is_control()).take(40).collect();
    let field = match key.as_str() {
        "sslrootcert" => "Choose the file under Root certificate.",
        "sslcert" => "Choose the file under Client certificate.",
        "sslkey" | "sslpassword" => "Choose the file under Client key.",
        "service" | "servicefile" | "passfile" => {
            "It names a file on this computer, which is not read. Fill in the form instead."
        }
        "options" | "search_path" => "Server options are not taken over. Set Default schema or Statement timeout here.",
        _ => "The form has no field for it.",
    };
    format!("{key}: {field}")
}

/// Puts values into the form's fields for tests in this folder.
#[cfg(test)]
fn shown(patch: &DraftPatch) -> String {
    let value = |id: &model::FieldId| patch.values.get(id).cloned().unwrap_or_default();
    let password = patch.secrets.get(&PASSWORD).and_then(|s| s.expose_str()).unwrap_or_default();
    [value(&USERNAME), password.to_owned(), value(&SERVER), value(&PORT), value(&DATABASE), value(&SSL_MODE)].join("|")
}

#[cfg(test)]
mod tests;
