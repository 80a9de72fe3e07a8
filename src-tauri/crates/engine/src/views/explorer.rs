//! What crosses to the Data Explorer: the tree, a table, its rows, its columns' statistics.

use super::RunId;
use model::{ConnectionId, ConnectorId, Count, DialectWords, Environment, ErrorView, NodeKind, Path, ReadingBy, Table};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A connection as a root of the tree.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct RootView {
    /// Its id; Local data has one too.
    pub id: ConnectionId,
    /// The warehouse. None for Local data.
    pub connector: Option<ConnectorId>,
    /// Its name.
    pub name: String,
    /// Host, project or account; empty for Local data.
    pub host: String,
    /// What it is used for.
    pub environment: Environment,
    /// The person allowed changes.
    pub writes_allowed: bool,
}

/// The tree's roots: Local data first, then the connections by name.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct RootsView {
    /// The roots, up to 500.
    pub items: Vec<RootView>,
    /// How many there are in all.
    pub total: u32,
}

/// What is known of an open connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct FactsView {
    /// As the server names itself.
    pub version: String,
    /// The names of the levels below the connection.
    pub levels: Vec<String>,
    /// How reading is enforced.
    pub reading: ReadingBy,
    /// Changes are possible at all.
    pub writes: bool,
    /// The person allowed changes.
    pub writes_allowed: bool,
    /// Work can be estimated.
    pub estimates: bool,
    /// Tables can be searched for at the server.
    pub searches: bool,
    /// Work is billed by the bytes that it scans.
    pub bills: bool,
    /// Geometry columns are possible, as in "PostGIS 3.3.2".
    pub spatial: Option<String>,
    /// What an editor needs.
    pub words: DialectWords,
}

/// A group of nodes in a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// Nodes that hold nodes: files, catalogs, schemas.
    Containers,
    /// Tables and views of any kind with a geometry column.
    Spatial,
    /// Tables without, or where it is not known.
    Tables,
    /// Views without.
    Views,
    /// Materialised views without.
    MaterializedViews,
    /// Foreign tables without.
    ForeignTables,
}

/// A group, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub struct GroupView {
    /// Which.
    pub kind: GroupKind,
    /// How many nodes.
    pub count: u32,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct NodeView {
    /// Where.
    pub path: Path,
    /// What.
    pub kind: NodeKind,
    /// Rows, if known.
    pub rows: Option<Count>,
    /// Bytes on disk, if known.
    #[specta(type = Option<u32>)]
    pub bytes: Option<u64>,
    /// The warehouse's comment.
    pub comment: Option<String>,
    /// Has a geometry column, if known.
    pub spatial: Option<bool>,
}

/// One level of the tree: what there is, by groups. The nodes are asked for part by part.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct LevelView {
    /// Its groups, in order; empty groups are left out.
    pub groups: Vec<GroupView>,
    /// More of it is being loaded; `News::Level` tells when.
    pub loading: bool,
    /// Why loading stopped before the end.
    pub stopped: Option<ErrorView>,
    /// When it was asked for at the server, in milliseconds since 1970 (UTC).
    #[specta(type = u32)]
    pub seen_at: u64,
    /// The first nodes of each group, up to 100 each, in the groups' order.
    pub first: Vec<Vec<NodeView>>,
}

/// A node found by its name.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct HitView {
    /// In which connection.
    pub connection: ConnectionId,
    /// Its name.
    pub connection_name: String,
    /// The node.
    pub node: NodeView,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct HitsView {
    /// The best, up to 100.
    pub items: Vec<HitView>,
    /// How many in all.
    pub total: u32,
    /// How many nodes were looked through.
    pub among: u32,
}

/// A table as its header and its columns are shown.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct TableView {
    /// As the warehouse describes it.
    pub table: Table,
    /// Its name in SQL, quoted.
    pub quoted: String,
    /// A SELECT of its columns, with a limit.
    pub select: String,
    /// Which columns can be sorted and filtered by, which have statistics: in the table's order.
    pub columns: Vec<ColumnView>,
    /// When it was described, in milliseconds since 1970 (UTC).
    #[specta(type = u32)]
    pub seen_at: u64,
}

/// How a column's cells are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CellKind {
    /// As text, left.
    Text,
    /// Digits, right.
    Number,
    /// "true" or "false".
    Bool,
    /// Date, time of day or both; an instant in its zone.
    Time,
    /// JSON, lists and structures: folded.
    Json,
    /// "Point (2.35, 48.86)".
    Geometry,
    /// "12 bytes".
    Binary,
}

/// A column of a grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ColumnView {
    /// Its name, not always unique in a query's result.
    pub name: String,
    /// The warehouse's type, as it writes it.
    pub type_name: String,
    /// How its cells are shown.
    pub kind: CellKind,
    /// Part of the key.
    pub key: bool,
    /// It can be sorted by.
    pub sorts: bool,
    /// It can be filtered by.
    pub filters: bool,
    /// It can have statistics.
    pub statistics: bool,
}

/// How a column is compared in a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FilterOp {
    /// =
    Equal,
    /// <>
    NotEqual,
    /// <
    Less,
    /// <=
    LessOrEqual,
    /// >
    Greater,
    /// >=
    GreaterOrEqual,
    /// Contains the text, whatever the case.
    Contains,
    /// Is NULL.
    Null,
    /// Is not NULL.
    NotNull,
}

/// One condition; a table's filter holds where all do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FilterView {
    /// The column.
    pub column: String,
    /// How.
    pub op: FilterOp,
    /// With what; empty for NULL and not NULL.
    pub value: String,
}

/// One column of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SortView {
    /// The column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// What a grid, an export or a map shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum RowsSource {
    /// A table.
    Table {
        /// Which.
        path: Path,
        /// Which columns; None: all.
        columns: Option<Vec<String>>,
        /// Which rows.
        filter: Vec<FilterView>,
        /// In which order.
        sort: Vec<SortView>,
    },
    /// A reading statement.
    Query {
        /// The statement.
        sql: String,
        /// At most so many rows, up to 10,000,000.
        limit: u32,
        /// Refused when it would scan more bytes than this, where that is billed.
        #[specta(type = Option<u32>)]
        max_bytes: Option<u64>,
    },
}

/// Rows that stay in Rust; the grid asks for parts of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct RowsId(pub u32);

/// Rows that were opened.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct RowsView {
    /// Their id, until they are closed.
    pub id: RowsId,
    /// Their columns.
    pub columns: Vec<ColumnView>,
    /// The first part.
    pub first: PartView,
    /// How many rows there are in all, where that is known.
    pub total: Option<Count>,
    /// How long the first part took, in milliseconds.
    #[specta(type = u32)]
    pub millis: f64,
}

/// A part of the rows, as text.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct PartView {
    /// The first row's number, from 0.
    pub offset: u32,
    /// Row by row; None is NULL. Long values end with "…" and are listed in `cut`.
    pub rows: Vec<Vec<Option<String>>>,
    /// Row in this part and column of each value that is longer than shown.
    pub cut: Vec<[u32; 2]>,
    /// So many rows can be scrolled to now.
    pub fetched: u32,
    /// These are all.
    pub complete: bool,
    /// The rows end here though there may be more: the bound of what a grid holds is reached. Filter, or export.
    pub bounded: bool,
}

/// One value, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct CellView {
    /// As text: JSON indented, geometry as WKT, binary as hex. Up to 1 MB.
    pub text: Option<String>,
    /// It is longer than that.
    pub cut: bool,
    /// Its size, in bytes.
    #[specta(type = u32)]
    pub bytes: u64,
}

/// A block of cells to copy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
pub struct CopyRequest {
    /// The first row.
    pub from: u32,
    /// Behind the last row; up to 100,000 rows.
    pub to: u32,
    /// The columns, by their place, in this order.
    pub columns: Vec<u32>,
    /// With the names of the columns as the first line.
    pub header: bool,
}

/// A column's most frequent value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TopView {
    /// The value; None: NULL.
    pub value: Option<String>,
    /// How often.
    #[specta(type = u32)]
    pub count: u64,
}

/// A column's statistics.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct StatisticsView {
    /// Rows looked at.
    #[specta(type = u32)]
    pub rows: u64,
    /// NULLs among them.
    #[specta(type = u32)]
    pub nulls: u64,
    /// Distinct values.
    pub distinct: Option<Count>,
    /// The smallest.
    pub min: Option<String>,
    /// The largest.
    pub max: Option<String>,
    /// The mean.
    pub mean: Option<String>,
    /// The most frequent values, up to ten.
    pub top: Vec<TopView>,
    /// How many values in each of equal steps between smallest and largest; empty where the type has none.
    #[specta(type = Vec<u32>)]
    pub histogram: Vec<u64>,
    /// When, in milliseconds since 1970 (UTC).
    #[specta(type = u32)]
    pub seen_at: u64,
}

/// What work would take.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct EstimateView {
    /// Rows.
    #[specta(type = Option<u32>)]
    pub rows: Option<u64>,
    /// Bytes that are billed.
    #[specta(type = Option<u32>)]
    pub billed_bytes: Option<u64>,
    /// The planner's own figure, without a unit.
    #[specta(type = Option<u32>)]
    pub planner_cost: Option<f64>,
}

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

/// How rows are written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Comma-separated, UTF-8, geometry as WKT.
    Csv,
    /// One FeatureCollection, EPSG:4326.
    GeoJson,
    /// One feature a line, EPSG:4326.
    GeoJsonLines,
    /// GeoParquet 1.1, WKB, the system kept.
    GeoParquet,
}

/// A file that was chosen to be written; its path stays in Rust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ExportTarget {
    /// By this the export names it.
    pub id: u32,
    /// Its name, without its folder.
    pub name: String,
}

/// An export to be done.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
pub struct ExportRequest {
    /// From where.
    pub connection: ConnectionId,
    /// What.
    pub source: RowsSource,
    /// How.
    pub format: ExportFormat,
    /// Decimals of coordinates in text formats; None: as many as the system needs for a centimetre.
    pub decimals: Option<u32>,
    /// To where.
    pub target: u32,
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub struct ExportProgress {
    /// Rows written.
    #[specta(type = u32)]
    pub rows: u64,
    /// Of so many, where that is known.
    pub total: Option<ProgressTotal>,
    /// Bytes written.
    #[specta(type = u32)]
    pub bytes: u64,
}

/// The rows that there will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub struct ProgressTotal {
    /// Rows.
    #[specta(type = u32)]
    pub rows: u64,
    /// Counted, not estimated.
    pub exact: bool,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ExportDone {
    /// Its name.
    pub name: String,
    /// Rows in it.
    #[specta(type = u32)]
    pub rows: u64,
    /// Its size.
    #[specta(type = u32)]
    pub bytes: u64,
    /// What to know: the system of coordinates, the precision, values that the format cannot hold as they were.
    pub notes: Vec<String>,
    /// How long it took, in milliseconds.
    #[specta(type = u32)]
    pub millis: f64,
}

/// A file of Local data.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct LocalFileView {
    /// Its id.
    pub id: String,
    /// Its name in the tree.
    pub name: String,
    /// The folder that it is in.
    pub folder: String,
    /// As in "GeoPackage"; empty when it cannot be told.
    pub format: String,
    /// Its size.
    #[specta(type = Option<u32>)]
    pub bytes: Option<u64>,
    /// Why it cannot be read.
    pub problem: Option<ErrorView>,
}

/// What adding files did.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct AddedView {
    /// The files that were added, or were there already.
    pub added: Vec<LocalFileView>,
    /// How many of them are new.
    pub fresh: u32,
    /// Those that were not, by their names.
    pub refused: Vec<RefusedFile>,
}

/// A file that was not added.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct RefusedFile {
    /// Its name.
    pub name: String,
    /// Why.
    pub error: ErrorView,
}

/// What is derived from data and kept on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DerivedKind {
    /// Names and sizes of schemas and tables that were seen.
    Catalogs,
    /// Columns' statistics.
    Statistics,
    /// Statements that were run.
    History,
}

/// One kind of it, as Settings shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct DerivedView {
    /// Which.
    pub kind: DerivedKind,
    /// It is kept from now on.
    pub on: bool,
    /// How many entries there are.
    pub entries: u32,
    /// About so many bytes.
    #[specta(type = u32)]
    pub bytes: u64,
}

/// A level of the tree to be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
pub struct LevelRequest {
    /// Of which connection.
    pub connection: ConnectionId,
    /// Below what.
    pub path: Path,
    /// System schemas too.
    pub system: bool,
    /// From the server, whatever is cached.
    pub refresh: bool,
    /// The run, to cancel it.
    pub run: RunId,
}

/// A part of a level's group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
pub struct NodesRequest {
    /// Of which connection.
    pub connection: ConnectionId,
    /// Below what.
    pub path: Path,
    /// The level with system schemas.
    pub system: bool,
    /// Which group.
    pub group: GroupKind,
    /// Skip so many.
    pub offset: u32,
    /// At most so many, up to 500.
    pub limit: u32,
}
