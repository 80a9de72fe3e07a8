//! Sorting, and going on behind a row.
//!
//! Owns: the order of rows, which is the same everywhere in Local data (SQLite's: NULL before everything, last when descending),
//! and the bound on what is kept to sort. With a limit only the best rows are kept, however many come by. Rows that are
//! alike stay in the file's order. Does not own: how two values of a type are ordered (`target`).

use super::predicate::kernel;
use super::target::{Target, plain};
use super::text::{SCAN, TOO_LARGE};
use super::{Columns, Rows};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Float32Array, Float64Array, RecordBatch};
use arrow_buffer::BooleanBuffer;
use arrow_row::{OwnedRow, RowConverter, SortField};
use arrow_schema::{DataType, SchemaRef, SortOptions};
use arrow_select::filter::filter_record_batch;
use arrow_select::interleave::interleave_record_batch;
use model::{Error, Result, Scalar, Scan};
use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::sync::Arc;

/// So many bytes of rows are kept to sort them.
const MOST_BYTES: usize = 1 << 30;
/// With a limit: sorted out again when so many rows more than the limit have come.
const SLACK: usize = 65_536;

/// One column of the order, by its place in the read batch.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) at: usize,
    pub(super) descending: bool,
    data_type: DataType,
    /// The value behind which the rows go on.
    after: Option<Target>,
}

/// The columns of the order, and the row behind which it goes on.
///
/// # Errors
/// For a column that is not there, and values that do not fit the order.
pub(super) fn keys(scan: &Scan, columns: &mut Columns<'_>) -> Result<Vec<Key>> {
    let wrong = |why: &str| Error::new(&SCAN).with("why", why);
    if let Some(after) = &scan.after
        && (scan.sort.is_empty() || scan.sort.len() != after.len())
    {
        return Err(wrong("To go on behind a row, there has to be one value for each column of the order."));
    }
    let mut out = Vec::new();
    for (number, sort) in scan.sort.iter().enumerate() {
        let (at, field) = columns.find(&sort.column)?;
        let after: Option<&Scalar> = scan.after.as_ref().and_then(|a| a.get(number));
        let after = after.map(|value| Target::of(value, field)).transpose()?;
        out.push(Key { at, descending: sort.descending, data_type: field.data_type().clone(), after });
    }
    Ok(out)
}

/// The rows behind the row with these values.
pub(super) fn behind(keys: &[Key], batch: &RecordBatch) -> BooleanBuffer {
    let orders: Vec<_> = keys
        .iter()
        .filter_map(|key| {
            let array = batch.column(key.at);
            let after = key.after.as_ref()?;
            let order = after.orders(array);
            let stands = move |row: usize| match (array.is_null(row), *after == Target::Null) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => order(row).unwrap_or(Ordering::Less),
            };
            Some((stands, key.descending))
        })
        .collect();
    BooleanBuffer::collect_bool(batch.num_rows(), |row| {
        let each = orders.iter().map(|(stands, descending)| if *descending { stands(row).reverse() } else { stands(row) });
        each.fold(Ordering::Equal, Ordering::then).is_gt()
    })
}

/// Keeps rows, and gives them back in order.
pub(super) struct Sorter {
    keys: Vec<Key>,
    converter: RowConverter,
    limit: usize,
    /// What is kept: batches of the output's columns, the rows' keys, and where each row is.
    batches: Vec<RecordBatch>,
    rows: Vec<Kept>,
    bytes: usize,
    most: usize,
    /// Rows that are not before this one are not wanted any more.
    worst: Option<OwnedRow>,
}

struct Kept {
    key: OwnedRow,
    batch: usize,
    row: usize,
}

impl Sorter {
    /// For rows in the order of these keys, at most `limit` of them.
    ///
    /// # Errors
    /// For a type that cannot be ordered.
    pub(super) fn new(keys: Vec<Key>, limit: Option<u64>) -> Result<Self> {
        let fields = keys.iter().map(|key| {
            let options = SortOptions { descending: key.descending, nulls_first: !key.descending };
            SortField::new_with_options(key.data_type.clone(), options)
        });
        let converter = RowConverter::new(fields.collect()).map_err(|e| kernel(&e))?;
        let limit = limit.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        Ok(Self { keys, converter, limit, batches: Vec::new(), rows: Vec::new(), bytes: 0, most: MOST_BYTES, worst: None })
    }

    #[cfg(test)]
    pub(super) fn keeping(mut self, bytes: usize) -> Self {
        self.most = bytes;
        self
    }

    /// Keeps the rows of `read`, of which `out` are the columns that are wanted.
    ///
    /// # Errors
    /// When it would be more than is kept.
    pub(super) fn push(&mut self, read: &RecordBatch, mut out: RecordBatch) -> Result<()> {
        let arrays: Vec<ArrayRef> = self.keys.iter().map(|key| one_zero(read.column(key.at))).collect();
        let keys = self.converter.convert_columns(&arrays).map_err(|e| kernel(&e))?;
        let wanted: Vec<usize> = match &self.worst {
            None => (0..keys.num_rows()).collect(),
            Some(worst) => (0..keys.num_rows()).filter(|row| keys.row(*row) < worst.row()).collect(),
        };
        if wanted.is_empty() {
            return Ok(());
        }
        if wanted.len() < keys.num_rows() {
            let mut mask = vec![false; keys.num_rows()];
            wanted.iter().for_each(|row| mask[*row] = true);
            out = filter_record_batch(&out, &BooleanArray::from(mask)).map_err(|e| kernel(&e))?;
        }
        let batch = self.batches.len();
        let kept = wanted.iter().enumerate().map(|(row, from)| Kept { key: keys.row(*from).owned(), batch, row });
        self.rows.extend(kept);
        self.bytes += size(&out) + keys.size() / keys.num_rows().max(1) * wanted.len();
        self.batches.push(out);
        let full = self.rows.len() >= self.limit.saturating_add(SLACK.max(self.limit));
        if full || (self.bytes > self.most && self.rows.len() > self.limit) {
            self.sort_out()?;
        }
        if self.bytes > self.most {
            let bytes = format!("{} MB", self.most >> 20);
            return Err(Error::new(&TOO_LARGE).with("bytes", bytes));
        }
        Ok(())
    }

    /// Sorts what is kept, and lets go of what is behind the limit.
    fn sort_out(&mut self) -> Result<()> {
        self.sort();
        let Some(schema) = self.batches.first().map(RecordBatch::schema) else { return Ok(()) };
        let kept = self.taken(&schema, 0, self.rows.len())?;
        self.bytes = size(&kept) + self.rows.iter().map(|r| size_of::<Kept>() + r.key.as_ref().len()).sum::<usize>();
        self.batches = vec![kept];
        for (at, row) in self.rows.iter_mut().enumerate() {
            (row.batch, row.row) = (0, at);
        }
        if self.rows.len() >= self.limit {
            self.worst = self.rows.last().map(|row| row.key.clone());
        }
        Ok(())
    }

    fn sort(&mut self) {
        self.rows.sort_unstable_by(|a, b| a.key.cmp(&b.key).then(a.batch.cmp(&b.batch)).then(a.row.cmp(&b.row)));
        self.rows.truncate(self.limit);
    }

    fn taken(&self, schema: &SchemaRef, from: usize, to: usize) -> Result<RecordBatch> {
        if schema.fields().is_empty() {
            return super::batch(schema, Vec::new(), to - from);
        }
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        let places: Vec<(usize, usize)> = self.rows[from..to].iter().map(|r| (r.batch, r.row)).collect();
        interleave_record_batch(&batches, &places).map_err(|e| kernel(&e))
    }

    /// Gives them back, in order.
    ///
    /// # Errors
    /// As the kernels fail.
    pub(super) fn finish(mut self, schema: &SchemaRef, mut out: impl FnMut(RecordBatch) -> Result<Rows>) -> Result<()> {
        self.sort();
        let most = super::rows_in(self.bytes, self.rows.len());
        let mut from = 0;
        while from < self.rows.len() {
            let to = (from + most).min(self.rows.len());
            if out(self.taken(schema, from, to)?)? == ControlFlow::Break(()) {
                break;
            }
            from = to;
        }
        Ok(())
    }
}

/// What a batch takes. Arrays that share a buffer are counted once each: that is the upper bound.
pub(super) fn size(batch: &RecordBatch) -> usize {
    batch.columns().iter().map(|c| c.to_data().get_slice_memory_size().unwrap_or_else(|_| c.get_array_memory_size())).sum()
}

/// Floats have one zero and one NaN.
fn one_zero(array: &ArrayRef) -> ArrayRef {
    if let Some(floats) = array.as_primitive_opt::<Float64Type>() {
        let plain: Float64Array = floats.unary(plain);
        return Arc::new(plain);
    }
    if let Some(floats) = array.as_primitive_opt::<Float32Type>() {
        #[allow(clippy::cast_possible_truncation)]
        let plain: Float32Array = floats.unary(|n| plain(f64::from(n)) as f32);
        return Arc::new(plain);
    }
    Arc::clone(array)
}
