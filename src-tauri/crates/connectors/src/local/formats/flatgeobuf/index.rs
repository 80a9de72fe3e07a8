//! The packed R-tree between header and rows, read where a box leads.

use crate::local::formats::held::Held;
use model::Result;
use std::collections::VecDeque;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

/// Four corners and an offset.
const NODE: u64 = 40;

/// Where the tree is and how it is built.
#[derive(Debug)]
pub(super) struct Index {
    start: u64,
    width: u64,
    /// The nodes of each level, the leaves first.
    levels: Vec<Range<u64>>,
}

impl Index {
    /// A tree of so many leaves, `width` in a node. Numbers from outside may be anything: nothing here overflows.
    pub(super) fn new(start: u64, leaves: u64, width: u16) -> Self {
        let width = u64::from(width.max(2));
        let mut sizes = vec![leaves];
        let mut size = leaves;
        loop {
            size = size.div_ceil(width);
            sizes.push(size);
            if size <= 1 {
                break;
            }
        }
        let mut end = sizes.iter().fold(0u64, |all, size| all.saturating_add(*size));
        let mut levels = Vec::with_capacity(sizes.len());
        for size in sizes {
            levels.push(end.saturating_sub(size)..end);
            end = end.saturating_sub(size);
        }
        Self { start, width, levels }
    }

    fn nodes(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.end)
    }

    /// Where the rows begin.
    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(self.nodes().saturating_mul(NODE))
    }

    /// Where the rows are whose box meets this one, counted from the first row's place, in the order of the file.
    pub(super) fn search(&self, held: &Held, file: &mut (impl Read + Seek), bounds: [f64; 4]) -> Result<Vec<u64>> {
        let mut found = Vec::new();
        let mut queue = VecDeque::from([(0u64, self.levels.len() - 1)]);
        // In an honest tree no node has two parents.
        let mut left = self.nodes();
        let mut buffer = Vec::new();
        while let Some((first, level)) = queue.pop_front() {
            let own = &self.levels[level];
            if !own.contains(&first) || left == 0 {
                return Err(held.damaged("Its index points to places that do not exist."));
            }
            let count = self.width.min(own.end - first);
            left = left.saturating_sub(count);
            file.seek(SeekFrom::Start(self.start + first * NODE)).map_err(|e| held.io(&e))?;
            buffer.resize(usize::try_from(count * NODE).unwrap_or(0), 0);
            file.read_exact(&mut buffer).map_err(|e| held.io(&e))?;
            for node in buffer.chunks_exact(NODE as usize) {
                let (corners, offset) = corners(node);
                let apart = corners[0] > bounds[2] || corners[2] < bounds[0] || corners[1] > bounds[3] || corners[3] < bounds[1];
                if apart {
                    continue;
                }
                match level {
                    0 => found.push(offset),
                    _ => queue.push_back((offset, level - 1)),
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

fn corners(node: &[u8]) -> ([f64; 4], u64) {
    let mut eights = node.chunks_exact(8).map(|eight| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(eight);
        bytes
    });
    let mut next = || eights.next().unwrap_or_default();
    let corners = [(); 4].map(|()| f64::from_le_bytes(next()));
    (corners, u64::from_le_bytes(next()))
}
