//! Writing ISO WKB, little endian: for formats that have no WKB of their own.

use super::{Dimensions, Kind};

/// Writes geometries one after the other, each behind the one before. The caller keeps to the structure that it announces:
/// what is written is read back by [`super::walk`] like bytes from outside.
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut Vec<u8>,
    dimensions: Dimensions,
}

/// A count that is filled in when it is known.
#[derive(Debug)]
#[must_use]
pub struct Slot(usize);

impl<'a> Writer<'a> {
    /// Behind what `out` holds already.
    pub fn new(out: &'a mut Vec<u8>, dimensions: Dimensions) -> Self {
        Self { out, dimensions }
    }

    /// The head of a geometry or of a part. For anything but a point, a count follows.
    pub fn head(&mut self, kind: Kind) {
        self.out.push(1);
        self.out.extend_from_slice(&(kind as u32 + self.dimensions.iso()).to_le_bytes());
    }

    /// A count of positions, rings or parts.
    pub fn count(&mut self, count: usize) {
        self.out.extend_from_slice(&four(count).to_le_bytes());
    }

    /// A place for a count that is not known yet.
    pub fn open(&mut self) -> Slot {
        let slot = Slot(self.out.len());
        self.count(0);
        slot
    }

    /// Fills the place.
    pub fn close(&mut self, slot: Slot, count: usize) {
        if let Some(place) = self.out.get_mut(slot.0..slot.0 + 4) {
            place.copy_from_slice(&four(count).to_le_bytes());
        }
    }

    /// x, y, height, measure, of which those are written that the dimensions have.
    pub fn position(&mut self, [x, y, z, m]: [f64; 4]) {
        let Dimensions { z: has_z, m: has_m } = self.dimensions;
        for (number, there) in [(x, true), (y, true), (z, has_z), (m, has_m)] {
            if there {
                self.out.extend_from_slice(&number.to_le_bytes());
            }
        }
    }

    /// A whole point.
    pub fn point(&mut self, position: [f64; 4]) {
        self.head(Kind::Point);
        self.position(position);
    }

    /// A point that is nowhere.
    pub fn empty_point(&mut self) {
        self.point([f64::NAN; 4]);
    }

    /// A count and as many positions: a ring, or what follows the head of a line.
    pub fn positions(&mut self, positions: impl Iterator<Item = [f64; 4]>) {
        let slot = self.open();
        let mut count = 0;
        for position in positions {
            self.position(position);
            count += 1;
        }
        self.close(slot, count);
    }
}

/// Counts are four bytes; more of anything does not fit into memory before.
fn four(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
