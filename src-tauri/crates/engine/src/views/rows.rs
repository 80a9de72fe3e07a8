//! What crosses to a grid: rows, cells, columns' statistics.

use model::{Count, Path};
use serde::{Deserialize, Serialize};
use specta::Type;

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
