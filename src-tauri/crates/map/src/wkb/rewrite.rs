//! A geometry with other positions: everything else stays as it is.

use super::{Header, Points, Visit, WkbError, normalise, walk};
use std::borrow::Cow;

/// The geometry as ISO WKB behind what `out` holds already, each position's x and y as `change` leaves them. It is given the
/// positions of one line, ring or point at a time. Heights and measures, byte order and structure stay. The NaN of an empty
/// point is not given to `change`. On an error `out` is as it was.
///
/// # Errors
/// Whatever is wrong with the bytes.
pub fn rewrite(wkb: &[u8], out: &mut Vec<u8>, change: impl FnMut(&mut [[f64; 2]])) -> Result<(), WkbError> {
    let (iso, _) = normalise(wkb)?;
    let start = out.len();
    match &iso {
        Cow::Borrowed(bytes) => out.extend_from_slice(bytes),
        Cow::Owned(bytes) => out.extend_from_slice(bytes),
    }
    let mut visitor = Rewrite { out: &mut out[start..], xy: Vec::new(), change };
    walk(&iso, &mut visitor).map(|_| ())
}

struct Rewrite<'a, F> {
    /// The same bytes as those that are walked over.
    out: &'a mut [u8],
    xy: Vec<[f64; 2]>,
    change: F,
}

impl<F: FnMut(&mut [[f64; 2]])> Visit for Rewrite<'_, F> {
    fn begin(&mut self, _: &Header) -> Result<(), WkbError> {
        Ok(())
    }

    fn points(&mut self, points: Points<'_>) {
        self.xy.clear();
        self.xy.extend(points.xy());
        if self.xy.iter().all(|at| at[0].is_nan() && at[1].is_nan()) {
            return;
        }
        (self.change)(&mut self.xy);
        let little = points.is_little_endian();
        let places = self.out[points.start()..].chunks_exact_mut(points.stride());
        for (place, at) in places.zip(&self.xy) {
            for (eight, number) in place.chunks_exact_mut(8).zip(at) {
                eight.copy_from_slice(&if little { number.to_le_bytes() } else { number.to_be_bytes() });
            }
        }
    }

    fn end(&mut self) {}
}
