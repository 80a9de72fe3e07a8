//! What crosses to the interface. Plain data: no secret, no file's content, no path that a person did not type.
//!
//! `specta(type = u32)` on wider numbers: TypeScript has one kind of number, and specta would write `number | null` for a
//! float (NaN) and refuse 64-bit integers, whose values here (times, sizes) stay below 2^53.

mod explorer;
mod files;
mod rows;
mod sql;

pub use explorer::*;
pub use files::*;
use model::{
    ConnectionId, ConnectorId, ConnectorSpec, Environment, ErrorView, FieldError, FieldId, LastTest, Question, SecretSource,
};
pub use rows::*;
use serde::{Deserialize, Serialize};
use specta::Type;
pub use sql::*;
use std::collections::BTreeMap;
pub use store::SortBy;

/// A draft's name across the boundary; the draft itself stays in Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct DraftId(pub u32);

/// A test under way; chosen by the interface so that it can cancel before the first answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct RunId(pub String);

/// Everything that the first screen needs.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Start {
    /// The warehouses, in the order of the picker.
    pub connectors: Vec<ConnectorSpec>,
    /// The program's settings.
    pub settings: SettingsView,
    /// How the vault stands.
    pub vault: VaultView,
    /// The program's version.
    pub version: String,
}

/// A connection in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ConnectionView {
    /// Its id.
    pub id: ConnectionId,
    /// The warehouse.
    pub connector: ConnectorId,
    /// Its name.
    pub name: String,
    /// Host, project or account.
    pub host: String,
    /// What it is used for.
    pub environment: Environment,
    /// Free labels.
    pub labels: Vec<String>,
    /// The last test.
    pub last_test: Option<LastTest>,
    /// A secret of it is asked for when needed (or was only typed for this session).
    pub asks: bool,
    /// When it was last changed, in milliseconds since 1970 (UTC).
    #[specta(type = u32)]
    pub changed_at: u64,
}

/// Which part of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Type)]
pub struct ListRequest {
    /// Name, host or label contains this, whatever the case.
    pub search: String,
    /// Only of this warehouse.
    pub connector: Option<ConnectorId>,
    /// The order.
    pub sort: SortBy,
    /// The other way round.
    pub descending: bool,
    /// Skip so many.
    pub offset: u32,
    /// At most so many, up to 500.
    pub limit: u32,
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ListPage {
    /// The part.
    pub items: Vec<ConnectionView>,
    /// How many match in all.
    pub total: u32,
    /// How many connections there are, whatever the search.
    pub all: u32,
    /// Connections whose entry is damaged: they can be deleted, not shown.
    pub unreadable: Vec<ConnectionId>,
}

/// What depends on a connection, asked before it is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Dependents {
    /// In words, one each.
    pub items: Vec<String>,
}

/// A deletion that can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Deleted {
    /// What was deleted.
    pub id: ConnectionId,
    /// For so long it can be undone, in seconds.
    pub undo_seconds: u32,
}

/// Where a secret in a draft came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SecretFrom {
    /// There is none.
    Nowhere,
    /// Sealed with the connection that is being edited.
    Stored,
    /// Typed, pasted or read from a file into this draft.
    Typed,
}

/// All that the interface learns of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct SecretView {
    /// Where it came from.
    pub from: SecretFrom,
    /// Where it will be kept.
    pub source: SecretSource,
    /// The file's name, when it came from one.
    pub file: Option<String>,
    /// What the connector said of the file.
    pub summary: Option<String>,
    /// Why the stored one cannot be used any more, when its destination changed.
    pub asked_again_because: Option<String>,
}

/// All that the interface learns of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct FileView {
    /// Its name, without its folder.
    pub name: String,
    /// What the connector said of it.
    pub summary: String,
}

/// A draft as the interface shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct DraftView {
    /// Its id.
    pub id: DraftId,
    /// The warehouse.
    pub connector: ConnectorId,
    /// The connection that is being edited.
    pub editing: Option<ConnectionId>,
    /// The values of all fields that are no secret and no file.
    pub values: BTreeMap<FieldId, String>,
    /// The secrets.
    pub secrets: BTreeMap<FieldId, SecretView>,
    /// The files.
    pub files: BTreeMap<FieldId, FileView>,
    /// The fields that are part of the form now, in its order.
    pub visible: Vec<FieldId>,
    /// Those of them that must be given.
    pub required: Vec<FieldId>,
    /// What it is used for.
    pub environment: Environment,
    /// Free labels.
    pub labels: Vec<String>,
    /// Something was typed that closing would lose.
    pub dirty: bool,
}

/// What a paste did.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct Pasted {
    /// The draft, to be reviewed.
    pub draft: DraftView,
    /// The fields that were filled.
    pub filled: Vec<FieldId>,
    /// What was not used, in words.
    pub ignored: Vec<String>,
}

/// A part of a loaded selector.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ChoicePage {
    /// The part.
    pub items: Vec<model::Choice>,
    /// Where the next part begins.
    pub next: Option<String>,
}

/// What came of pressing *Connect* or *Test*.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The form is not right; nothing was tried.
    Fields {
        /// All that is wrong.
        errors: Vec<FieldError>,
    },
    /// It did not work.
    Failed {
        /// Why, with stage and field.
        error: ErrorView,
    },
    /// It worked.
    Worked {
        /// One line about the server.
        summary: String,
        /// Things to know.
        warnings: Vec<String>,
        /// In all, in milliseconds.
        #[specta(type = u32)]
        millis: f64,
        /// The connection, when it was saved or was a saved one.
        connection: Option<ConnectionView>,
    },
}

/// Where the secrets of a new connection go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeepSecrets {
    /// As each field's source says.
    #[default]
    AsChosen,
    /// In memory until the program ends, since the vault is locked; afterwards they are asked for.
    ThisSession,
}

/// How the vault stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum VaultStanding {
    /// Nothing sealed, no key yet.
    New,
    /// Ready.
    Open,
    /// Rows exist or must be written, and the key cannot be had.
    Locked,
}

/// The vault, as Settings shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct VaultView {
    /// How it stands.
    pub standing: VaultStanding,
    /// Why it is locked: what happened and what to do.
    pub because: Option<ErrorView>,
    /// A recovery passphrase is set.
    pub recovery: bool,
    /// How many secrets are sealed.
    pub sealed: u32,
}

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How the program reaches the network.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Proxy {
    /// As the system says.
    #[default]
    System,
    /// Directly.
    None,
    /// Through this one: `http://`, `https://` or `socks5://` host:port.
    Manual {
        /// Its address, without credentials.
        url: String,
    },
}

/// What the interface may change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// The way out.
    pub proxy: Proxy,
}

/// Settings as shown.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct SettingsView {
    /// What can be changed.
    pub settings: Settings,
    /// The extra certificate authorities, when a file was chosen.
    pub extra_ca: Option<FileView>,
    /// Where connections are kept.
    pub data_dir: String,
    /// Where the log is.
    pub log_file: String,
}

/// A component that the program is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Licence {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The SPDX expression.
    pub licence: String,
}

/// A question in the middle of work. Answered by its number.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct Asked {
    /// Its number.
    pub id: u32,
    /// The run that waits for the answer.
    pub run: Option<RunId>,
    /// The question.
    pub question: Question,
}

/// An answer to [`Asked`].
#[derive(Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AnswerInput {
    /// The secret, typed.
    Secret {
        /// Its text.
        text: String,
    },
    /// Yes.
    Yes,
    /// No, or closed.
    No,
}
