//! Where a grid's next rows come from: pages behind the last row of a table with a key, or one stream of anything else.

use super::text::STOPPED;
use crate::engine::Engine;
use crate::explorer::cells::{Cells, Form};
use crate::explorer::sessions::Purpose;
use crate::views::RunId;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use futures::StreamExt;
use futures::stream::BoxStream;
use model::{ConnectionId, Ctx, Error, Kind, Report, Result, Scalar, Scan};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Rows of the first page: what is seen at once, and one more.
pub(super) const FIRST: usize = 101;
/// Rows of a page.
const PAGE: usize = 1000;
/// A stream that is read now and then may last so long.
const LASTS: Duration = Duration::from_secs(24 * 3600);

/// Where the next rows come from.
pub(super) enum Feed {
    /// Page by page.
    Pages(Box<Pages>),
    /// One stream, whose session is held as long as it is open.
    Stream(BoxStream<'static, Result<RecordBatch>>),
    /// Nowhere: it was stopped, and why.
    Stopped(Error),
    /// All have come.
    Over,
}

/// Pages of a table with a key.
pub(super) struct Pages {
    /// Without limit and place.
    pub(super) scan: Scan,
    /// Where the columns of its order are in its rows.
    pub(super) order: Vec<usize>,
    /// So many columns are shown; those behind are only for the order.
    pub(super) shown: usize,
    /// It is answered by the key's index alone.
    pub(super) quick: bool,
    /// The last row's values.
    pub(super) after: Option<Vec<Scalar>>,
}

/// Who asks, and for what.
pub(super) struct Asker<'a> {
    pub(super) engine: &'a Engine,
    pub(super) connection: ConnectionId,
    pub(super) run: &'a RunId,
    pub(super) report: Arc<dyn Report>,
}

/// No more rows come, and why.
pub(super) fn stopped(why: &str) -> Error {
    Error::new(&STOPPED).with("why", why)
}

/// A context for a stream that outlives the call which opened it.
pub(super) fn lasting(cx: &Ctx, cancel: CancellationToken) -> Ctx {
    Ctx { deadline: tokio::time::Instant::now() + LASTS, cancel, ..cx.clone() }
}

impl Pages {
    /// The next rows, and whether they were the last.
    pub(super) async fn next(&mut self, asker: &Asker<'_>, first: bool) -> Result<(Vec<RecordBatch>, bool)> {
        let purpose = if self.quick { Purpose::Look } else { Purpose::Stream };
        let lease = asker.engine.lease(asker.connection, purpose, asker.run, asker.report.clone()).await?;
        let limit = if first { FIRST } else { PAGE };
        let scan = Scan { limit: Some(limit as u64), after: self.after.clone(), ..self.scan.clone() };
        let mut batches = lease.session.scan(&scan, &lease.cx).await?;
        let cells = Cells::of(&batches.schema);
        let (mut out, mut rows) = (Vec::new(), 0);
        let mut last = None;
        // A page is taken as a whole or not at all: the next one begins behind its last row.
        while let Some(batch) = lease.cx.run(async { batches.stream.next().await.transpose() }).await? {
            if batch.num_rows() > 0 {
                let at = batch.num_rows() - 1;
                last = Some(self.order.iter().map(|column| scalar(&cells, &batch, *column, at)).collect());
            }
            rows += batch.num_rows();
            out.push(self.project(batch)?);
        }
        if out.is_empty() {
            out.push(self.project(RecordBatch::new_empty(batches.schema))?);
        }
        if last.is_some() {
            self.after = last;
        }
        Ok((out, rows < limit))
    }

    fn project(&self, batch: RecordBatch) -> Result<RecordBatch> {
        if batch.num_columns() <= self.shown {
            return Ok(batch);
        }
        batch.project(&(0..self.shown).collect::<Vec<_>>()).map_err(model::common::internal)
    }
}

/// A value of a row, to go on behind it: as a number where it is one that is exact, else in the words of a cell.
fn scalar(cells: &Cells, batch: &RecordBatch, column: usize, row: usize) -> Scalar {
    let Some(array) = batch.columns().get(column).filter(|array| array.is_valid(row)) else { return Scalar::Null };
    macro_rules! int {
        ($kind:ty) => {
            Scalar::Int(i64::from(array.as_primitive::<$kind>().value(row)))
        };
    }
    match array.data_type() {
        DataType::Boolean => Scalar::Bool(array.as_boolean().value(row)),
        DataType::Int8 => int!(Int8Type),
        DataType::Int16 => int!(Int16Type),
        DataType::Int32 => int!(Int32Type),
        DataType::Int64 => int!(Int64Type),
        DataType::UInt8 => int!(UInt8Type),
        DataType::UInt16 => int!(UInt16Type),
        DataType::UInt32 => int!(UInt32Type),
        DataType::Float32 => Scalar::Float(f64::from(array.as_primitive::<arrow_array::types::Float32Type>().value(row))),
        DataType::Float64 => Scalar::Float(array.as_primitive::<arrow_array::types::Float64Type>().value(row)),
        _ => {
            let mut text = String::new();
            cells.write(batch, column, row, Form::Full, usize::MAX, &mut text);
            Scalar::Text(text)
        }
    }
}

impl Feed {
    /// More rows, and whether all have come now. An error of a stream ends it; one of a page does not.
    pub(super) async fn next(&mut self, asker: &Asker<'_>, cx: &Ctx, first: bool) -> Result<(Vec<RecordBatch>, bool)> {
        match self {
            Self::Over => Ok((Vec::new(), true)),
            Self::Stopped(why) => Err(why.again()),
            Self::Pages(pages) => pages.next(asker, first).await,
            Self::Stream(stream) => match cx.run(async { stream.next().await.transpose() }).await {
                Ok(Some(batch)) => Ok((vec![batch], false)),
                Ok(None) => {
                    *self = Self::Over;
                    Ok((Vec::new(), true))
                }
                Err(error) => {
                    // What is dropped here is cancelled at the server.
                    *self = Self::Stopped(match error.kind() {
                        Kind::Cancelled => stopped("Reading them was cancelled."),
                        _ => error.again(),
                    });
                    Err(error)
                }
            },
        }
    }

    pub(super) fn is_stream(&self) -> bool {
        matches!(self, Self::Stream(_))
    }
}
