//! What a file is to the session: tables, and a way to read their rows.
//!
//! Owns: the contract between the formats (one file each in `formats`) and the session. Does not own: filtering, sorting and
//! limits (`evaluate`), nor SQL (`sqlite`, whose files answer SQL themselves).

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use model::{Count, Detail, Geometry, Result};
use std::ops::ControlFlow;

/// One table of a file.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// Its name, as the file says it or as the file is called.
    pub(super) name: String,
    /// Its columns; geometry as WKB in a binary column with GeoArrow's extension metadata (`geoarrow.wkb`, its system).
    pub(super) schema: SchemaRef,
    /// The file's own name for each column's type, in the order of the schema.
    pub(super) type_names: Vec<String>,
    /// Its geometry columns, with their extents in the units of their systems where the file tells it.
    pub(super) geometries: Vec<Geometry>,
    /// Its rows.
    pub(super) rows: Option<Count>,
    /// What else is to be known: format, encoding, compression, driver.
    pub(super) details: Vec<Detail>,
}

/// What is wanted of a layer. All of it is a promise to do no needless work, but for `columns`.
#[derive(Debug, Clone, Default)]
pub(super) struct Read {
    /// These columns of the layer's schema, in this order.
    pub(super) columns: Vec<usize>,
    /// Rows whose geometry (this column of the layer's schema) certainly does not meet the box may be left out. West, south,
    /// east, north in the units of the layer's system; west is never greater than east.
    pub(super) bbox: Option<(usize, [f64; 4])>,
    /// More rows than this will not be used.
    pub(super) limit: Option<u64>,
}

/// Where rows go. Breaks when no more are wanted (enough, or cancelled): the reader then returns `Ok`.
pub(super) type Sink<'a> = dyn FnMut(RecordBatch) -> ControlFlow<()> + 'a;

/// An opened file. It blocks: called only on threads that may wait. Opened again when the file changed.
pub(super) trait Source: Send + Sync {
    /// Its tables.
    fn layers(&self) -> &[Layer];

    /// The rows of one table, in the file's order, in batches of at most about 8,192 rows or 4 MB.
    ///
    /// # Errors
    /// As the file is damaged, or changed since it was opened.
    fn read(&self, layer: usize, read: &Read, sink: &mut Sink<'_>) -> Result<()>;
}
