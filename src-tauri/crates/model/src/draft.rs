//! What a person is typing (a draft), and what came out of checking it once (checked).

use crate::spec::{ConnectorSpec, Field, FieldKind, NAME};
use crate::{ConnectionId, ConnectorId, FieldId, Secret};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Where a secret comes from when it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SecretSource {
    /// Sealed in the vault.
    #[default]
    Vault,
    /// Typed each time; never written anywhere.
    Ask,
}

/// A secret as a draft holds it.
#[derive(Debug)]
pub enum DraftSecret {
    /// Sealed with the connection that is being edited, and kept unless its destination changes.
    Stored,
    /// Typed, pasted or read from a file into this draft.
    Typed(Secret),
}

/// A file that is no secret (a root certificate), as a draft and a connection hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileValue {
    /// The file's name, without its folder.
    pub name: String,
    /// What the connector said of it, as in "CN=Example CA, valid until 2031-05-01".
    pub summary: String,
    /// Its text as the connector accepted it (PEM, JSON).
    pub text: String,
}

/// What a person is typing. Lives in Rust; wiped when closed.
#[derive(Debug, Default)]
pub struct Draft {
    /// The warehouse.
    pub connector: Option<ConnectorId>,
    /// The connection that is being edited, if one is.
    pub editing: Option<ConnectionId>,
    /// What was typed or chosen, and the defaults.
    pub values: BTreeMap<FieldId, String>,
    /// Files that are no secrets.
    pub files: BTreeMap<FieldId, FileValue>,
    /// Secrets.
    pub secrets: BTreeMap<FieldId, DraftSecret>,
    /// Name and summary of the file that a secret came from.
    pub secret_files: BTreeMap<FieldId, (String, String)>,
    /// Where each secret comes from; the vault unless said.
    pub sources: BTreeMap<FieldId, SecretSource>,
}

impl Draft {
    /// The value as typed, or "" when there is none.
    pub fn text(&self, field: &FieldId) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// The value without the white space around it.
    pub fn trimmed(&self, field: &FieldId) -> &str {
        self.text(field).trim()
    }

    /// True when the field holds something: a value, a file, a secret, or the promise to ask.
    pub fn has(&self, field: &Field) -> bool {
        if field.is_secret() {
            return match self.secrets.get(&field.id) {
                Some(DraftSecret::Stored) => true,
                Some(DraftSecret::Typed(secret)) => !secret.is_empty(),
                None => self.source(&field.id) == SecretSource::Ask,
            };
        }
        match field.kind {
            FieldKind::File(_) => self.files.contains_key(&field.id),
            _ => !self.trimmed(&field.id).is_empty(),
        }
    }

    /// Where the field's secret comes from.
    pub fn source(&self, field: &FieldId) -> SecretSource {
        self.sources.get(field).copied().unwrap_or_default()
    }
}

/// What a paste fills in.
#[derive(Debug, Default)]
pub struct DraftPatch {
    /// Values, to be reviewed.
    pub values: BTreeMap<FieldId, String>,
    /// Secrets that were part of it.
    pub secrets: BTreeMap<FieldId, Secret>,
    /// What the paste held and the form has no field for, in words.
    pub ignored: Vec<String>,
}

/// What is wrong with one field, and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FieldError {
    /// Which field.
    pub field: FieldId,
    /// Stable code, as in `required`.
    pub code: String,
    /// Words that say how to fix it.
    pub message: String,
}

impl FieldError {
    /// An error of that field.
    pub fn new(field: &FieldId, code: &str, message: impl Into<String>) -> Self {
        Self { field: field.clone(), code: code.to_owned(), message: message.into() }
    }
}

/// Where a secret may be sent: connector, host, port, account, endpoint, user, and whether TLS verifies the server.
/// A sealed secret is bound to this; a changed destination never gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination(Vec<(&'static str, String)>);

impl Destination {
    /// The parts, in an order fixed by the connector. Values are compared byte by byte.
    pub fn new(connector: &ConnectorId, parts: Vec<(&'static str, String)>) -> Self {
        let mut all = vec![("connector", connector.as_str().to_owned())];
        all.extend(parts);
        Self(all)
    }

    /// Unambiguous bytes for a seal's associated data: each name and value with its length in front.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (name, value) in &self.0 {
            for part in [name.as_bytes(), value.as_bytes()] {
                out.extend_from_slice(&(part.len() as u64).to_le_bytes());
                out.extend_from_slice(part);
            }
        }
        out
    }

    /// The names of the parts in which two destinations differ.
    pub fn differs_in(&self, other: &Self) -> Vec<&'static str> {
        let names = self.0.iter().chain(&other.0).map(|(n, _)| *n);
        let mut out: Vec<&'static str> = Vec::new();
        for name in names {
            let of = |d: &Self| d.0.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
            if of(self) != of(other) && !out.contains(&name) {
                out.push(name);
            }
        }
        out
    }
}

/// A draft that was found right. Nothing downstream checks again.
#[derive(Clone)]
pub struct Checked {
    /// The warehouse.
    pub connector: ConnectorId,
    /// The name, trimmed.
    pub name: String,
    /// The host, project or account, for the list.
    pub host: String,
    /// Where its secrets may be sent.
    pub destination: Destination,
    settings: Arc<dyn Any + Send + Sync>,
}

impl Checked {
    /// What a connector's `check` found right, with its own typed settings for its own `open`.
    pub fn new<S: Any + Send + Sync>(draft: &Draft, host: String, destination: Destination, settings: S) -> Self {
        Self {
            connector: draft.connector.clone().unwrap_or(ConnectorId::of("")),
            name: draft.trimmed(&NAME).to_owned(),
            host,
            destination,
            settings: Arc::new(settings),
        }
    }

    /// The connector's own settings. None when another connector made it.
    pub fn settings<S: Any + Send + Sync>(&self) -> Option<&S> {
        self.settings.downcast_ref()
    }
}

impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checked").field("connector", &self.connector).field("name", &self.name).finish_non_exhaustive()
    }
}

/// What every form is checked for, from its spec alone: required fields, lengths, numbers, options, characters
/// that no field can hold. Hidden fields are not checked. All errors at once, in the form's order.
pub fn check_fields(spec: &ConnectorSpec, draft: &Draft) -> Vec<FieldError> {
    spec.fields.iter().filter(|f| f.is_visible(draft)).filter_map(|f| check_field(f, draft)).collect()
}

fn check_field(field: &Field, draft: &Draft) -> Option<FieldError> {
    let error = |code: &str, message: String| Some(FieldError::new(&field.id, code, message));
    if !draft.has(field) {
        return if field.is_required(draft) { error("required", format!("{} is needed.", field.label)) } else { None };
    }
    if let Some(DraftSecret::Typed(secret)) = draft.secrets.get(&field.id) {
        return if secret.expose().contains(&0) {
            error("control", format!("{} holds a NUL character, which no server accepts. Type it again.", field.label))
        } else {
            None
        };
    }
    let text = draft.trimmed(&field.id);
    if let Some(c) = text.chars().find(|c| c.is_control()) {
        let code = u32::from(c);
        return error("control", format!("{} holds an invisible control character (U+{code:04X}). Type it again.", field.label));
    }
    match &field.kind {
        FieldKind::Text { max } => {
            let count = text.chars().count();
            (count > *max as usize).then(|| {
                FieldError::new(
                    &field.id,
                    "too_long",
                    format!("{} can have at most {max} characters; this has {count}.", field.label),
                )
            })
        }
        FieldKind::Number { min, max, .. } => match text.parse::<i64>() {
            Ok(n) if (i64::from(*min)..=i64::from(*max)).contains(&n) => None,
            _ => error("number", format!("{} is a whole number from {min} to {max}.", field.label)),
        },
        FieldKind::Switch if !matches!(text, "true" | "false") => {
            error("switch", format!("{} is either on or off.", field.label))
        }
        FieldKind::Select { options } if !options.iter().any(|o| o.value == text) => error(
            "option",
            format!("{} is one of {}.", field.label, options.iter().map(|o| o.label).collect::<Vec<_>>().join(", ")),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_cannot_be_confused_by_moving_a_letter() {
        let id = ConnectorId::of("x");
        let one = Destination::new(&id, vec![("host", "ab".into()), ("user", "c".into())]);
        let two = Destination::new(&id, vec![("host", "a".into()), ("user", "bc".into())]);
        assert_ne!(one.to_bytes(), two.to_bytes());
        assert_eq!(one.differs_in(&two), ["host", "user"]);
    }
}
