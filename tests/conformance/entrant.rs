//! A connector that joins: a real server with the common seed, and the words that cases need in its SQL.

use super::cases::Need;
use arrow_array::Array;
use arrow_schema::Field;
use async_trait::async_trait;
use model::{Dialect, NodeKind, Path, Session};
use std::sync::Arc;

/// Rows as the server's own text.
pub type Texts = Vec<Vec<Option<String>>>;

/// A table that is described in a known way.
pub struct Described {
    /// The table.
    pub table: Path,
    /// Column and type as the warehouse writes it, nullable.
    pub columns: Vec<(&'static str, &'static str, bool)>,
    /// Its key.
    pub row_key: Option<Vec<&'static str>>,
    /// Its comment.
    pub comment: Option<&'static str>,
}

/// A geometry column that is described in a known way.
pub struct Spatial {
    /// The table.
    pub table: Path,
    /// Column, type, EPSG code (0: unknown), spherical, dimensions, indexed.
    pub column: (&'static str, &'static str, u32, bool, u8, Option<bool>),
}

/// A value of a type, as a literal of the warehouse's SQL.
pub struct Typed {
    /// The type.
    pub type_name: &'static str,
    /// Literals' texts, without quotes around them.
    pub values: Vec<String>,
}

/// Statements that cases need.
pub struct Words {
    /// Two columns of the same name, one without a name, one with a strange one: one row `1, 2, 3, 4`.
    pub same_names: &'static str,
    /// Runs for a minute before its first row. Holds the marker `slow_marker`.
    pub slow: &'static str,
    /// Endless rows, quick. Holds the marker `endless_marker`.
    pub endless: &'static str,
    /// Many thousand rows, then an error.
    pub fails_midway: &'static str,
    /// Takes a number and a text as `$1` and `$2`, and returns `$1 + 1`, `$2` and a NULL.
    pub parameters: &'static str,
    /// One reading statement in many dresses, each returns one row with one column that is 1.
    pub dresses: Vec<&'static str>,
    /// Texts that must not be run as a query, each of which would change something if it were.
    pub hostile: Vec<String>,
    /// Makes the table `canary` with one row in the writer's own schema; then changes that row; then removes the table.
    pub changes: [&'static str; 3],
    /// Reads the one value of the table `canary`.
    pub canary: &'static str,
    /// A SELECT of the number of sessions of ours that run a statement with this marker: `{marker}`. Empty where
    /// [`Entrant::running`] is told otherwise.
    pub running: &'static str,
    /// Makes a text of 16 KiB of the column `hash`.
    pub wide: &'static str,
}

/// A connector that joins.
#[async_trait]
pub trait Entrant: Seeded {
    /// Its id, the prefix of its tests.
    fn id(&self) -> &'static str;
    /// What its sessions' facts do not tell: whether there is such a thing at all.
    fn has(&self, need: Need) -> bool;
    /// How its SQL is written.
    fn dialect(&self) -> &'static dyn Dialect;
    /// A reading session on the seeded database, as a user with few rights.
    async fn open(&self) -> Arc<dyn Session>;
    /// A session that may write, in a database of its own; [`Entrant::clean_up`] removes it.
    async fn open_writer(&self) -> (Arc<dyn Session>, String);
    /// Removes what [`Entrant::open_writer`] made.
    async fn clean_up(&self, name: &str);
    /// A session on a database without anything spatial.
    async fn open_plain(&self) -> Arc<dyn Session>;
    /// What the server itself prints, by a client that is not ours.
    async fn truth(&self, sql: &str) -> Texts;
    /// A reading session as somebody whom the server forbids nothing, in a database of its own.
    async fn open_mighty(&self) -> (Arc<dyn Session>, String);
    /// Locks a table of the writer's own schema against everybody, until the answer is dropped.
    async fn lock(&self, name: &str, table: &str) -> Box<dyn Send>;
    /// Everything that a hostile statement could have left behind in that database or beside it, as one text.
    async fn footprint(&self, name: &str) -> String;
    /// A session in a database of its own, whose server side is then ended.
    async fn open_and_cut(&self) -> Arc<dyn Session>;
    /// Whether the server runs a statement of ours with this marker.
    async fn running(&self, marker: &str) -> bool {
        self.truth(&self.words().running.replace("{marker}", marker)).await != [[Some("0".to_owned())]]
    }
    /// A value of ours as the server prints it. None for NULL.
    fn print(&self, field: &Field, array: &dyn Array, row: usize) -> Option<String>;
}

/// What its seed holds, and how it is asked for.
pub trait Seeded: Send + Sync {
    /// Statements.
    fn words(&self) -> Words;
    /// Values of a type as one column of a statement.
    fn typed(&self, typed: &Typed) -> String;

    /// The writer's own schema, in which `canary` is made.
    fn scratch(&self) -> Path;
    /// The schema with one relation of each kind, and those relations.
    fn kinds(&self) -> (Path, Vec<(&'static str, NodeKind)>);
    /// The level that holds something of the system.
    fn with_system(&self) -> Path {
        Path::default()
    }
    /// A level tells the bytes of its tables.
    fn tells_bytes(&self) -> bool {
        true
    }
    /// Tables, geometry columns, boxes, and how many of the table's rows meet the box.
    fn boxes(&self) -> Vec<(Path, &'static str, [f64; 4], usize)>;
    /// A schema of 300 tables `table_0001` …
    fn many(&self) -> Path;
    /// A schema whose tables have hostile names.
    fn hostile_names(&self) -> Path;
    /// A schema that may not be seen, and a table in it.
    fn forbidden(&self) -> Path;
    /// A table of which only some columns may be read.
    fn partly_readable(&self) -> Path;
    /// `id`, `n`, `hash`: 100,000 rows.
    fn numbers(&self) -> Path;
    /// `id`, `name`, `population`, `geom`: 5,000 points.
    fn places(&self) -> Path;
    /// Keyless rows with NULLs: `a`, `b`.
    fn with_nulls(&self) -> Path;
    /// No row.
    fn empty(&self) -> Path;
    /// A table with a column of every type, and its key.
    fn every_type(&self) -> (Path, &'static str);
    /// Tables described.
    fn described(&self) -> Vec<Described>;
    /// Geometry columns described.
    fn spatial(&self) -> Vec<Spatial>;
    /// Tables with an `id` and a geometry column, and the SQL that makes ISO WKB (hex) of it.
    fn geometries(&self) -> Vec<(Path, &'static str, &'static str)>;
    /// Random values of each type.
    fn random(&self) -> Vec<Typed>;
}
