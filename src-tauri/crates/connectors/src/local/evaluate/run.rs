//! The way of a file's batches through a plan.
//!
//! Owns: the order of the steps, and the size of what is handed on. Does not own: any step.

use super::order::{Sorter, behind, size};
use super::predicate::kernel;
use super::{MOST_BYTES, MOST_ROWS, Plan, Rows, batch};
use crate::local::source::Source;
use arrow_array::{BooleanArray, RecordBatch};
use arrow_buffer::BooleanBuffer;
use arrow_select::concat::concat_batches;
use arrow_select::filter::filter_record_batch;
use model::{Result, common};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Rows that were found are handed on after this long, even if the batch is not full.
const LINGER: Duration = Duration::from_millis(100);

/// Reads the source through the plan. `stop` is asked at each batch.
///
/// # Errors
/// As the source fails, and for values that cannot be looked at.
pub(super) fn run(
    source: &dyn Source,
    layer: usize,
    plan: Plan,
    out: &mut dyn FnMut(RecordBatch) -> Rows,
    stop: &dyn Fn() -> bool,
) -> Result<()> {
    let read = plan.read.clone();
    let mut steps = Steps::new(plan, out)?;
    let mut step = Ok(ControlFlow::Continue(()));
    source.read(layer, &read, &mut |batch| {
        if stop() {
            step = Ok(ControlFlow::Break(()));
            return ControlFlow::Break(());
        }
        step = steps.push(&batch);
        if matches!(step, Ok(ControlFlow::Continue(()))) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    let _ = step?;
    if stop() { Ok(()) } else { steps.finish() }
}

struct Steps<'a> {
    plan: Plan,
    sorter: Option<Sorter>,
    out: Outlet<'a>,
    /// Rows that came by.
    seen: u64,
}

impl<'a> Steps<'a> {
    fn new(mut plan: Plan, out: &'a mut dyn FnMut(RecordBatch) -> Rows) -> Result<Self> {
        let keys = std::mem::take(&mut plan.keys);
        plan.keys.clone_from(&keys);
        let sorter = if keys.is_empty() { None } else { Some(Sorter::new(keys, plan.limit)?) };
        let left = plan.limit.unwrap_or(u64::MAX);
        let out = Outlet { out, left, waiting: Vec::new(), rows: 0, bytes: 0, since: Instant::now(), first: true };
        Ok(Self { plan, sorter, out, seen: 0 })
    }

    fn push(&mut self, read: &RecordBatch) -> Result<Rows> {
        let first = self.seen;
        self.seen += read.num_rows() as u64;
        let wanted = self.wanted(read, first)?;
        let read = match wanted {
            None => read.clone(),
            Some(wanted) if wanted.count_set_bits() == 0 => return self.out.look(),
            Some(wanted) => filter_record_batch(read, &BooleanArray::new(wanted, None)).map_err(|e| kernel(&e))?,
        };
        let columns = self.plan.output.iter().map(|at| read.columns().get(*at).cloned());
        let columns = columns.collect::<Option<Vec<_>>>().ok_or_else(|| common::internal("a file gave too few columns"))?;
        let out = batch(&self.plan.schema, columns, read.num_rows())?;
        match &mut self.sorter {
            Some(sorter) => sorter.push(&read, out).map(ControlFlow::Continue),
            None => self.out.push(out),
        }
    }

    /// None: all of them.
    fn wanted(&self, read: &RecordBatch, first: u64) -> Result<Option<BooleanBuffer>> {
        let mut wanted: Option<BooleanBuffer> = None;
        let mut and = |more: BooleanBuffer| wanted = Some(wanted.take().map_or_else(|| more.clone(), |w| &w & &more));
        if let Some(share) = self.plan.sample {
            and(BooleanBuffer::collect_bool(read.num_rows(), |row| in_sample(first + row as u64, share)));
        }
        if let Some(condition) = &self.plan.condition {
            and(condition.holds(read)?);
        }
        if self.plan.goes_on {
            and(behind(&self.plan.keys, read));
        }
        if let Some(area) = &self.plan.area {
            let first = self.plan.read.bbox.is_none().then_some(first + 1);
            and(area.meets(read.column(area.at), first)?);
        }
        Ok(wanted)
    }

    fn finish(mut self) -> Result<()> {
        if let Some(sorter) = self.sorter.take() {
            let out = &mut self.out;
            return sorter.finish(&self.plan.schema, |batch| Ok((out.out)(batch)));
        }
        self.out.flush().map(|_| ())
    }
}

/// About `share` of all places, evenly: the finaliser of SplitMix64 makes of a place a number without pattern.
fn in_sample(place: u64, share: f64) -> bool {
    let mut n = place.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^= n >> 31;
    // 53 bits, as many as a float holds.
    #[allow(clippy::cast_precision_loss)]
    let at = (n >> 11) as f64 / (1u64 << 53) as f64;
    at < share
}

/// Puts small batches together, and counts down to the limit.
struct Outlet<'a> {
    out: &'a mut dyn FnMut(RecordBatch) -> Rows,
    left: u64,
    waiting: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
    since: Instant,
    /// The first rows go at once.
    first: bool,
}

impl Outlet<'_> {
    fn push(&mut self, mut batch: RecordBatch) -> Result<Rows> {
        if let Some(most) = usize::try_from(self.left).ok().filter(|left| *left < batch.num_rows()) {
            batch = batch.slice(0, most);
        }
        if batch.num_rows() == 0 {
            return self.look();
        }
        self.left -= batch.num_rows() as u64;
        if self.waiting.is_empty() {
            self.since = Instant::now();
        }
        self.rows += batch.num_rows();
        self.bytes += size(&batch);
        self.waiting.push(batch);
        self.look()
    }

    fn look(&mut self) -> Result<Rows> {
        let full = self.rows >= MOST_ROWS || self.bytes >= MOST_BYTES || self.left == 0;
        if self.rows > 0 && (full || self.first || self.since.elapsed() >= LINGER) {
            self.first = false;
            if self.flush()?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(if self.left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    fn flush(&mut self) -> Result<Rows> {
        let waiting = std::mem::take(&mut self.waiting);
        (self.rows, self.bytes) = (0, 0);
        let Some(first) = waiting.first() else { return Ok(ControlFlow::Continue(())) };
        let batch = match waiting.as_slice() {
            [one] => one.clone(),
            more => concat_batches(&first.schema(), more).map_err(|e| kernel(&e))?,
        };
        Ok((self.out)(batch))
    }
}
