//! The two contracts: a warehouse (connector) and an open connection to one (session).

use crate::catalog::{Column, Filter, Node, Page, PageToken, Path, Table};
use crate::ctx::{Ctx, Secrets};
use crate::draft::{Checked, Draft, DraftPatch, FieldError};
use crate::error::Result;
use crate::query::{Batches, Estimate, Executed, Query, Scalar, Scan, Work, WritePermit};
use crate::spec::ConnectorSpec;
use crate::{FieldId, Secret};
use async_trait::async_trait;
use serde::Serialize;
use specta::Type;
use std::sync::Arc;

/// An entry of a loaded selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Half a line about it. May be empty.
    pub note: String,
}

/// What of a loaded selector is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Entries that contain this, whatever the case.
    pub text: String,
    /// Which page.
    pub page: PageToken,
}

/// A file that a connector accepted for a field.
#[derive(Debug)]
pub struct Accepted {
    /// Its content in the connector's own form (PEM, rebuilt JSON).
    pub content: Secret,
    /// One line about it that holds nothing secret.
    pub summary: String,
}

/// A warehouse. One folder, one line in `ALL`.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Its form.
    fn spec(&self) -> &'static ConnectorSpec;

    /// What a pasted text fills in; None when it is not for this warehouse.
    fn paste(&self, text: &str) -> Option<DraftPatch>;

    /// Defaults that depend on other values. They apply to fields that the person has not touched.
    fn defaults(&self, draft: &Draft) -> Vec<(FieldId, String)>;

    /// Looks at a file for a field: what it is, or why it cannot be used.
    ///
    /// # Errors
    /// In words for the field.
    fn accept(&self, field: &FieldId, content: Secret) -> std::result::Result<Accepted, FieldError>;

    /// Checks the raw form once.
    ///
    /// # Errors
    /// All that is wrong, by field.
    fn check(&self, draft: &Draft) -> std::result::Result<Checked, Vec<FieldError>>;

    /// The entries of a loaded selector.
    ///
    /// # Errors
    /// As the warehouse answers.
    async fn choices(
        &self,
        field: &FieldId,
        draft: &Draft,
        secrets: &dyn Secrets,
        find: &Search,
        cx: &Ctx,
    ) -> Result<Page<Choice>>;

    /// Connects. Told as stages, up to and with `login`.
    ///
    /// # Errors
    /// Each with its stage.
    async fn open(&self, checked: &Checked, secrets: &dyn Secrets, cx: &Ctx) -> Result<Arc<dyn Session>>;

    /// How SQL is written here.
    fn dialect(&self) -> &dyn Dialect;
}

/// What keeps a reading session from writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ReadingBy {
    /// The server refuses changes in this session.
    Server,
    /// The server's plan of the statement is looked at first.
    Plan,
    /// Only the statement's text is looked at.
    Parsing,
}

/// What is known of an open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// As the server names itself, as in "PostgreSQL 15.18".
    pub version: String,
    /// The names of the levels below the connection, as in `["schema", "table"]`.
    pub levels: &'static [&'static str],
    /// How reading is enforced.
    pub reading: ReadingBy,
    /// Cancelling reaches the server.
    pub cancels: bool,
    /// `execute` is possible.
    pub writes: bool,
    /// `Scan::sample` is possible.
    pub samples: bool,
    /// `estimate` tells something.
    pub estimates: bool,
    /// `search` is possible.
    pub searches: bool,
    /// Work is billed by the bytes that it scans: the cost is said first.
    pub bills: bool,
    /// Geometry columns are possible, as in "PostGIS 3.3.2". Known from the first `probe` on, or from the first look at a table.
    pub spatial: Option<String>,
}

/// What a first look found, told as the stages `query` and `capabilities`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// One line: server and version.
    pub summary: String,
    /// Things to know that are no failures.
    pub warnings: Vec<String>,
}

/// An open connection.
#[async_trait]
pub trait Session: Send + Sync {
    /// What is known of it.
    fn facts(&self) -> &Facts;
    /// A first query and the capabilities, told as stages.
    ///
    /// # Errors
    /// Each with its stage.
    async fn probe(&self, cx: &Ctx) -> Result<Probe>;
    /// One level below `at`, one page at a time, in the order of names.
    ///
    /// # Errors
    /// `not_found` when `at` is not there.
    async fn browse(&self, at: &Path, filter: &Filter, page: PageToken, cx: &Ctx) -> Result<Page<Node>>;
    /// Tables and views anywhere whose name contains a text, whatever the case, one page at a time.
    ///
    /// # Errors
    /// `unsupported` where the facts say so.
    async fn search(&self, text: &str, page: PageToken, cx: &Ctx) -> Result<Page<Node>>;
    /// A table's columns, key, geometries and counts.
    ///
    /// # Errors
    /// `not_found` when it is not there.
    async fn describe(&self, table: &Path, cx: &Ctx) -> Result<Table>;
    /// What work would take, without doing it.
    ///
    /// # Errors
    /// As the work itself would be refused.
    async fn estimate(&self, work: Work<'_>, cx: &Ctx) -> Result<Estimate>;
    /// A table's rows.
    ///
    /// # Errors
    /// Before the first batch here, later ones in the stream.
    async fn scan(&self, scan: &Scan, cx: &Ctx) -> Result<Batches>;
    /// One reading statement's rows.
    ///
    /// # Errors
    /// `read_only` for anything that is not one reading statement.
    async fn query(&self, query: &Query, cx: &Ctx) -> Result<Batches>;
    /// One changing statement.
    ///
    /// # Errors
    /// As the server refuses it.
    async fn execute(&self, query: &Query, permit: WritePermit, cx: &Ctx) -> Result<Executed>;
    /// Says goodbye; waits no longer than the deadline.
    async fn close(&self, cx: &Ctx);
}

/// A statement with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Sql {
    /// The text; parameters as the warehouse writes them.
    pub text: String,
    /// Their values.
    pub params: Vec<Scalar>,
}

/// What a statement does, by its words alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementKind {
    /// Returns rows and changes nothing, as far as words tell.
    Read,
    /// Changes data or structure.
    Write,
    /// Begins, ends or changes a transaction or the session.
    Control,
    /// Anything else (COPY, CALL, DO …).
    Other,
}

/// What an editor needs to colour and complete SQL as it is written here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct DialectWords {
    /// Key words, lower case, with a space between.
    pub keywords: &'static str,
    /// Types, likewise.
    pub types: &'static str,
    /// Functions worth completing, likewise.
    pub functions: &'static str,
    /// The characters that quote an identifier.
    pub identifier_quotes: &'static str,
    /// `$$ … $$` is a string.
    pub dollar_quotes: bool,
    /// `\` escapes inside a string.
    pub backslash_escapes: bool,
    /// `#` begins a comment.
    pub hash_comments: bool,
}

/// Statements that together tell a column's statistics. Values come as text where they are text to a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// One row: rows, nulls, distinct values (NULL where too costly), smallest and largest as text (NULL where the type has
    /// no order), mean as a floating number (NULL where it is no number).
    pub summary: Sql,
    /// Up to ten rows: value as text, how often; the most frequent first.
    pub top: Option<Sql>,
    /// Up to 24 rows: bucket from 0, how many; for numbers and times, between smallest and largest in equal steps.
    pub histogram: Option<Sql>,
}

/// How SQL is written here.
pub trait Dialect: Send + Sync {
    /// A path as an identifier, quoted where needed.
    fn quote(&self, path: &Path) -> String;
    /// What each statement in the text is. A comment is none.
    ///
    /// # Errors
    /// A text that does not end (an open quote).
    fn kinds(&self, sql: &str) -> Result<Vec<StatementKind>>;
    /// A scan as one statement. Geometry comes as the warehouse's own column.
    ///
    /// # Errors
    /// What this warehouse cannot express.
    fn select(&self, scan: &Scan) -> Result<Sql>;
    /// What an editor needs.
    fn words(&self) -> DialectWords;
    /// The number of a scan's rows, as one statement. None: not in SQL.
    fn count(&self, scan: &Scan) -> Option<Sql>;
    /// A column's statistics in SQL. None: not in SQL, or not for this type.
    fn profile(&self, table: &Path, column: &Column) -> Option<Profile>;
    /// A reading statement's result kept as a new table; refused by the server when the name is taken. None: not possible.
    fn save_as(&self, table: &Path, sql: &str) -> Option<Sql>;
}
