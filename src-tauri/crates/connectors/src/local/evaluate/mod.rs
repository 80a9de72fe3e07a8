//! A scan of a file whose format knows no questions: columns, conditions, boxes, order, limit, sample.
//!
//! Owns: what a [`Scan`] means over the batches of a [`Source`], the same as the databases mean by it. Does not own: the files
//! (`formats`), SQLite's own SQL (`sqlite`), or the thread and the stream (`stream`).
//!
//! Rows are looked at batch by batch, as they come; only sorting keeps them, and with a limit only the best. Of the file only
//! the columns are read that are shown, compared or sorted by. A sample takes each row by the hash of its place in the file:
//! the same rows each time. Texts are compared by their bytes; what a value is compared as follows the column's type.

mod area;
pub(super) mod moment;
pub(super) mod number;
mod order;
mod predicate;
mod run;
pub(super) mod shown;
mod target;
mod text;

pub(super) use area::{Area, Bounds, envelope, meet, unreadable};

use super::source::{Layer, Read, Source};
use super::stream::stream;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema, SchemaRef};
use model::{Batches, Count, Ctx, Error, Result, Scan, common};
use order::Key;
use predicate::Condition;
use std::ops::ControlFlow;
use std::sync::Arc;
pub(super) use text::{NO_COLUMN, SCAN};

/// Whether more rows are wanted.
type Rows = ControlFlow<()>;

/// Rows and bytes of a batch.
const MOST_ROWS: usize = 8192;
const MOST_BYTES: usize = 4 << 20;

/// A table's rows.
///
/// # Errors
/// For a scan that makes no sense, and what goes wrong before the first rows; later failures come in the stream.
pub(super) async fn scan(source: Arc<dyn Source>, layer: usize, scan: &Scan, cx: &Ctx) -> Result<Batches> {
    let of = source.layers().get(layer).ok_or_else(|| common::gone("table"))?;
    let plan = Plan::of(of, scan)?;
    stream(cx, move |out| {
        if out.columns(Arc::clone(&plan.schema), plan.total).is_break() || plan.limit == Some(0) {
            return Ok(());
        }
        run::run(
            &*source,
            layer,
            plan,
            &mut |batch| if out.stop().now() { ControlFlow::Break(()) } else { out.rows(batch) },
            &|| out.stop().now(),
        )
    })
    .await
}

/// A scan, with everything found that it names.
#[derive(Debug)]
struct Plan {
    /// Of the rows that come out.
    schema: SchemaRef,
    /// What is asked of the source.
    read: Read,
    /// Which columns of the read batch come out.
    output: Vec<usize>,
    condition: Option<Condition>,
    area: Option<Area>,
    keys: Vec<Key>,
    goes_on: bool,
    limit: Option<u64>,
    sample: Option<f64>,
    total: Option<Count>,
}

impl Plan {
    fn of(layer: &Layer, scan: &Scan) -> Result<Self> {
        let mut columns = Columns { schema: &layer.schema, read: Vec::new() };
        let output = match &scan.columns {
            // By their places: a file may have two columns of one name.
            None => {
                columns.read = (0..layer.schema.fields().len()).collect();
                columns.read.clone()
            }
            Some(names) => names.iter().map(|name| columns.find(name).map(|found| found.0)).collect::<Result<Vec<_>>>()?,
        };
        let fields: Vec<_> = output.iter().map(|at| Arc::clone(&layer.schema.fields()[columns.read[*at]])).collect();
        let schema = Arc::new(Schema::new(fields));
        if scan.sample.is_some_and(|share| !(share > 0.0 && share < 1.0)) {
            return Err(wrong("A sample is a share between 0 and 1."));
        }
        let condition = scan.predicate.as_ref().map(|p| Condition::of(p, &mut columns)).transpose()?;
        let area = match &scan.bbox {
            None => None,
            Some(bbox) => {
                let (at, field) = columns.find(&bbox.column)?;
                Some(Area::of(bbox, at, field)?)
            }
        };
        let keys = order::keys(scan, &mut columns)?;
        let mut read = Read { columns: columns.read, ..Read::default() };
        let every_row = condition.is_none() && area.is_none() && scan.after.is_none() && scan.sample.is_none();
        if every_row && keys.is_empty() {
            read.limit = scan.limit;
        }
        // A sample goes by a row's place in the file, so all of them have to come by.
        if let Some(area) = area.as_ref().filter(|_| scan.sample.is_none()) {
            read.bbox = area.covering.map(|covering| (read.columns[area.at], covering));
        }
        let limited = |count: Count| Count { rows: count.rows.min(scan.limit.unwrap_or(u64::MAX)), ..count };
        let total = layer.rows.filter(|count| every_row && count.exact).map(limited);
        let goes_on = scan.after.is_some();
        Ok(Self { schema, read, output, condition, area, keys, goes_on, limit: scan.limit, sample: scan.sample, total })
    }
}

/// The columns of a layer that are needed, each read once.
struct Columns<'a> {
    schema: &'a SchemaRef,
    read: Vec<usize>,
}

impl<'a> Columns<'a> {
    /// A column's place in the read batch.
    fn find(&mut self, name: &str) -> Result<(usize, &'a Field)> {
        let missing = || Error::new(&NO_COLUMN).with("column", name);
        let (index, field) = self.schema.column_with_name(name).ok_or_else(missing)?;
        let at = self.read.iter().position(|read| *read == index).unwrap_or_else(|| {
            self.read.push(index);
            self.read.len() - 1
        });
        Ok((at, field))
    }
}

fn wrong(why: &str) -> Error {
    Error::new(&SCAN).with("why", why)
}

/// A batch, also one without columns.
fn batch(schema: &SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options).map_err(common::internal)
}

/// How many rows of this size make a batch.
fn rows_in(bytes: usize, rows: usize) -> usize {
    (MOST_BYTES / (bytes / rows.max(1)).max(1)).clamp(1, MOST_ROWS)
}

#[cfg(test)]
mod tests;
