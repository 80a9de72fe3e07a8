//! What crosses where files are: exports, Local data, what is kept on this computer.

use super::RowsSource;
use model::{ConnectionId, ErrorView};
use serde::{Deserialize, Serialize};
use specta::Type;

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
