//! What crosses to the SQL tab: a text looked at, completion, history, results kept.

use super::EstimateView;
use model::{ConnectionId, ErrorView};
use serde::Serialize;
use specta::Type;

/// What a statement would do, by its words and by what is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StatementVerdict {
    /// It reads: run it.
    Reads,
    /// It changes something, and the person allowed that for this connection.
    Changes,
    /// It changes something, which is not allowed here.
    Refused,
    /// Nothing to run.
    Nothing,
}

/// A text in the editor, looked at without the server.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct SqlCheckView {
    /// What it would do.
    pub verdict: StatementVerdict,
    /// How many statements.
    pub statements: u32,
    /// Why it is refused, or does not end.
    pub problem: Option<ErrorView>,
}

/// A name for completion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct CompletionView {
    /// What is inserted, quoted where that is needed.
    pub insert: String,
    /// What is shown.
    pub label: String,
    /// "schema", "table", "column".
    pub kind: CompletionKind,
    /// Half a line: where it is, its type.
    pub detail: String,
}

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CompletionKind {
    /// A file, catalog or schema.
    Container,
    /// A table or view.
    Table,
    /// A column.
    Column,
}

/// A statement that was run.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct HistoryView {
    /// Its number.
    pub id: u32,
    /// On which connection.
    pub connection: ConnectionId,
    /// The statement.
    pub sql: String,
    /// When, in milliseconds since 1970 (UTC).
    #[specta(type = u32)]
    pub at: u64,
    /// How long until its first rows, in milliseconds.
    #[specta(type = u32)]
    pub millis: f64,
    /// What came of it, in words: rows, or the failure's first sentence.
    pub outcome: String,
    /// It worked.
    pub worked: bool,
}

/// A query that was saved under a name.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct SavedQueryView {
    /// Its number.
    pub id: u32,
    /// On which connection.
    pub connection: ConnectionId,
    /// Its name.
    pub name: String,
    /// The statement.
    pub sql: String,
    /// When it was last changed, in milliseconds since 1970 (UTC).
    #[specta(type = u32)]
    pub changed_at: u64,
}

/// What a changing statement did.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ExecutedView {
    /// Rows changed.
    #[specta(type = u32)]
    pub rows: u64,
    /// How long it took, in milliseconds.
    #[specta(type = u32)]
    pub millis: f64,
}

/// A result about to be kept in the warehouse.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct SaveAsView {
    /// The statement that would run.
    pub sql: String,
    /// The table's quoted name.
    pub quoted: String,
    /// What it would take.
    pub estimate: Option<EstimateView>,
    /// Something of that name is there: nothing would be replaced, the statement would fail.
    pub taken: bool,
}
