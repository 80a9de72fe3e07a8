//! What crosses to the Data Explorer: the tree, a table described.

use super::{ColumnView, RunId};
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
