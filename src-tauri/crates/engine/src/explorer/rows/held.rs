//! The rows that a grid holds, and its bounds.

use crate::explorer::cells::Part;
use arrow_array::RecordBatch;

/// A grid holds no more than this.
pub(super) const MOST_BYTES: usize = 256 << 20;
/// Nor more rows than this.
pub(super) const MOST_ROWS: usize = 1_000_000;

/// Rows, in order.
#[derive(Default)]
pub(super) struct Held {
    batches: Vec<RecordBatch>,
    /// The number of each batch's first row.
    starts: Vec<usize>,
    rows: usize,
    bytes: usize,
    /// These are all.
    pub(super) complete: bool,
    /// They end here though there may be more.
    pub(super) bounded: bool,
}

impl Held {
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Nothing more will be added.
    pub(super) fn is_over(&self) -> bool {
        self.complete || self.bounded
    }

    /// Adds rows, as many as there is room for.
    pub(super) fn add(&mut self, batch: RecordBatch, most: usize) {
        let most = most.min(MOST_ROWS);
        let room = most.saturating_sub(self.rows);
        let batch = if batch.num_rows() > room {
            self.bounded = true;
            batch.slice(0, room)
        } else {
            batch
        };
        if batch.num_rows() > 0 {
            self.starts.push(self.rows);
            self.rows += batch.num_rows();
            self.bytes += batch.get_array_memory_size();
            self.batches.push(batch);
        }
        self.bounded |= self.bytes >= MOST_BYTES || self.rows >= MOST_ROWS;
    }

    /// All rows have come.
    pub(super) fn finish(&mut self) {
        self.complete = !self.bounded;
    }

    /// The rows of that range, as far as they are here.
    pub(super) fn parts(&self, from: usize, to: usize) -> Vec<Part> {
        let to = to.min(self.rows);
        let mut out = Vec::new();
        let first = self.starts.partition_point(|start| *start <= from).saturating_sub(1);
        for (batch, start) in self.batches.iter().zip(&self.starts).skip(first) {
            if *start >= to {
                break;
            }
            let rows = from.saturating_sub(*start)..(to - start).min(batch.num_rows());
            if !rows.is_empty() {
                out.push(Part { batch: batch.clone(), rows });
            }
        }
        out
    }
}
