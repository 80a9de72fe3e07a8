//! A saved connection: everything about it but its secrets.

use crate::draft::FileValue;
use crate::{ConnectionId, ConnectorId, FieldId, SecretSource};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// What a connection is used for, shown as a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Not said.
    #[default]
    None,
    /// For trying things.
    Development,
    /// Like production, but not it.
    Staging,
    /// The real thing.
    Production,
}

/// How the last test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TestState {
    /// It worked.
    Ok,
    /// It worked, with something to know.
    Warning,
    /// It did not work.
    Failed,
}

/// The last test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LastTest {
    /// How it ended.
    pub state: TestState,
    /// When, in milliseconds since 1970 (UTC).
    #[specta(type = u32)]
    pub at: u64,
    /// One sentence about it.
    pub summary: String,
}

/// A saved connection, without its secrets. Stored as JSON: a field that is added later needs `#[serde(default)]`, or what
/// was saved before it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// The warehouse.
    pub connector: ConnectorId,
    /// Unique, whatever the case.
    pub name: String,
    /// The host, project or account, for the list.
    pub host: String,
    /// What it is used for.
    pub environment: Environment,
    /// Free labels, in the person's order.
    pub labels: Vec<String>,
    /// The form's values.
    pub values: BTreeMap<FieldId, String>,
    /// Files that are no secrets.
    pub files: BTreeMap<FieldId, FileValue>,
    /// Where each secret comes from.
    pub sources: BTreeMap<FieldId, SecretSource>,
    /// File name and summary of secrets that came from files.
    pub secret_files: BTreeMap<FieldId, (String, String)>,
    /// The last test, if there was one.
    pub last_test: Option<LastTest>,
    /// When it was made, in milliseconds since 1970 (UTC).
    pub created_at: u64,
    /// When it was last changed, in milliseconds since 1970 (UTC).
    pub changed_at: u64,
}
