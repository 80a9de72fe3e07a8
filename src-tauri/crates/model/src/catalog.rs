//! What a warehouse holds, one level at a time.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Where something is: catalog, schema, table … as the warehouse names them, unquoted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct Path(pub Vec<String>);

impl Path {
    /// The path of these names.
    pub fn of<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// One level deeper.
    #[must_use]
    pub fn child(&self, name: impl Into<String>) -> Self {
        let mut names = self.0.clone();
        names.push(name.into());
        Self(names)
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A file on this computer that holds tables, or the samples.
    File,
    /// Catalog, project or database.
    Catalog,
    /// Schema or dataset.
    Schema,
    /// Table.
    Table,
    /// Table made of partitions.
    PartitionedTable,
    /// View.
    View,
    /// Materialised view.
    MaterializedView,
    /// Foreign or external table.
    ForeignTable,
}

impl NodeKind {
    /// It holds other nodes, and no rows.
    pub fn holds_nodes(self) -> bool {
        matches!(self, Self::File | Self::Catalog | Self::Schema)
    }
}

/// A number of rows, and how true it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Count {
    /// Rows.
    #[specta(type = u32)]
    pub rows: u64,
    /// Counted, not estimated.
    pub exact: bool,
}

/// One entry of a level.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct Node {
    /// Where.
    pub path: Path,
    /// What.
    pub kind: NodeKind,
    /// Rows, if the level's request told.
    pub rows: Option<Count>,
    /// Bytes on disk, if the level's request told.
    #[specta(type = Option<u32>)]
    pub bytes: Option<u64>,
    /// The warehouse's comment.
    pub comment: Option<String>,
    /// Has a geometry column. None when not known at this level.
    pub spatial: Option<bool>,
}

/// What of a level is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Names that contain this, whatever the case.
    pub text: Option<String>,
    /// System schemas too.
    pub system: bool,
    /// So many entries a page; None: as the connector likes.
    pub page_size: Option<u32>,
}

/// Where the next page begins; only the session that made it understands it. None at the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageToken(pub Option<String>);

/// A part of a longer list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The part.
    pub items: Vec<T>,
    /// The next one, if there is one.
    pub next: Option<PageToken>,
}

/// A coordinate reference system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Crs {
    /// Of the EPSG register.
    Epsg {
        /// Its code.
        code: u32,
    },
    /// A code of the warehouse's own.
    Srid {
        /// The code.
        code: i32,
    },
    /// One that has a name but no code that we know.
    Named {
        /// As the warehouse or the file calls it.
        name: String,
    },
    /// Not said.
    Unknown,
}

/// What is known of a geometry column.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct Geometry {
    /// The column.
    pub column: String,
    /// As in `MULTIPOLYGON`, or `GEOMETRY` when mixed.
    pub geometry_type: String,
    /// Its system.
    pub crs: Crs,
    /// On the ellipsoid (geography).
    pub spherical: bool,
    /// 2, 3 or 4.
    pub dimensions: u8,
    /// Has a spatial index. None when not known.
    pub indexed: Option<bool>,
    /// West, south, east, north in the units of its system, where the catalog knows it. May be estimated.
    #[specta(type = Option<[u32; 4]>)]
    pub extent: Option<[f64; 4]>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The warehouse's type, as it writes it.
    pub type_name: String,
    /// May hold NULL.
    pub nullable: bool,
    /// The default's expression.
    pub default: Option<String>,
    /// The warehouse's comment.
    pub comment: Option<String>,
}

/// One more thing to know of a table, shown in its header as a line: "Partitioned by: range (day)", "Licence: public domain".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Detail {
    /// What it is, in one or two words.
    pub label: String,
    /// As text; never shortened.
    pub value: String,
}

/// A table or view, described.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct Table {
    /// Where.
    pub path: Path,
    /// What.
    pub kind: NodeKind,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The columns of a unique, non-null key: by it one row is found again.
    pub row_key: Option<Vec<String>>,
    /// Its geometry columns.
    pub geometries: Vec<Geometry>,
    /// Rows.
    pub rows: Option<Count>,
    /// Bytes on disk.
    #[specta(type = Option<u32>)]
    pub bytes: Option<u64>,
    /// The warehouse's comment.
    pub comment: Option<String>,
    /// When its rows last changed, in milliseconds since 1970 (UTC), where that is known.
    #[specta(type = Option<u32>)]
    pub changed_at: Option<u64>,
    /// What else is to be known: partitioning, clustering, source, licence, encoding.
    pub details: Vec<Detail>,
}
