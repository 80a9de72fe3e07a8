//! Work for a session: a table's rows (scan), a statement (query), a change (execute), and what comes back.

use crate::catalog::{Count, Path};
use crate::error::Result;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures::stream::BoxStream;
use std::time::Duration;

/// A value in a predicate or a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// NULL.
    Null,
    /// Boolean.
    Bool(bool),
    /// Whole number.
    Int(i64),
    /// Floating number.
    Float(f64),
    /// Text; also numbers, times and uuids in the warehouse's text form.
    Text(String),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
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
    /// The text contains it, whatever the case.
    Contains,
}

/// Which rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// All hold. Empty: true.
    All(Vec<Predicate>),
    /// One holds. Empty: false.
    Any(Vec<Predicate>),
    /// It does not hold.
    Not(Box<Predicate>),
    /// column, comparison, value.
    Compare(String, Comparison, Scalar),
    /// The column is one of these.
    In(String, Vec<Scalar>),
    /// The column is NULL.
    IsNull(String),
}

/// Rows whose geometry meets a box.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundingBox {
    /// The geometry column.
    pub column: String,
    /// West, south, east, north in degrees (EPSG:4326). West may be greater than east: across the antimeridian.
    pub degrees: [f64; 4],
}

/// One column of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// Rows of one table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scan {
    /// The table.
    pub table: Path,
    /// Which columns, in this order; None: all.
    pub columns: Option<Vec<String>>,
    /// Which rows.
    pub predicate: Option<Predicate>,
    /// Rows that meet a box.
    pub bbox: Option<BoundingBox>,
    /// The order.
    pub sort: Vec<Sort>,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// About this share of the table, 0 < share < 1, chosen by the warehouse.
    pub sample: Option<f64>,
    /// Continue behind the row with these values of `sort`'s columns (which must be unique together).
    pub after: Option<Vec<Scalar>>,
}

/// One reading statement of the person's own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// The statement.
    pub sql: String,
    /// Its parameters, `$1` …
    pub params: Vec<Scalar>,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// The server stops it after this long; None: the connection's own setting.
    pub timeout: Option<Duration>,
    /// Refused when it would cost more than this, in bytes scanned, where the warehouse bills so.
    pub max_bytes: Option<u64>,
}

/// What is to be estimated.
#[derive(Debug, Clone, Copy)]
pub enum Work<'a> {
    /// A scan.
    Scan(&'a Scan),
    /// A query.
    Query(&'a Query),
}

/// What work would take. What the warehouse cannot tell is None.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Estimate {
    /// Rows.
    pub rows: Option<u64>,
    /// Bytes scanned, where that is what is billed.
    pub billed_bytes: Option<u64>,
    /// The planner's own figure, without a unit.
    pub planner_cost: Option<f64>,
}

/// A job that the warehouse runs for us, named as the warehouse names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobId(pub String);

/// Rows as they come. Dropping it cancels the work at the server.
pub struct Batches {
    /// Columns; geometry carries GeoArrow's extension metadata.
    pub schema: SchemaRef,
    /// The rows. After an error nothing follows.
    pub stream: BoxStream<'static, Result<RecordBatch>>,
    /// The warehouse's job, where it has one.
    pub job: Option<JobId>,
    /// How many rows in all, where that is known.
    pub total: Option<Count>,
}

/// What a change did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executed {
    /// Rows changed.
    pub rows: u64,
}

/// Leave to change something in the warehouse. Made only where the person said so for this connection.
#[derive(Debug)]
pub struct WritePermit(());

impl WritePermit {
    /// The person allowed changes on this connection, in so many words.
    pub fn granted_by_the_person() -> Self {
        Self(())
    }
}
