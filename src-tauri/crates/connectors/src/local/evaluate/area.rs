//! Boxes in degrees, and whether a geometry meets one.
//!
//! Owns: what a box is (one, or two at the antimeridian), the envelope of WKB, and the comparison: a geometry meets a box when
//! its envelope does, as the databases' `&&` has it. An empty geometry and NULL meet none. Does not own: the way from the
//! column's system to degrees (`map::crs`).

use super::text::{GEOMETRY, SCAN, SYSTEM};
use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_buffer::BooleanBuffer;
use arrow_schema::{DataType, Field};
use map::crs::{System, Transform};
use map::wkb::{Header, Points, Visit, WkbError, walk};
use model::{BoundingBox, Error, Result};

/// A scan's box, held against one column.
#[derive(Debug)]
pub(in crate::local) struct Area {
    /// Where the column is in the read batch.
    pub(super) at: usize,
    column: String,
    /// In degrees, west ≤ east.
    boxes: Vec<[f64; 4]>,
    /// The way from the column's system to degrees. None: it is in degrees.
    way: Option<Transform>,
    /// What certainly holds every geometry that meets a box, in the column's system.
    pub(in crate::local) covering: Option<[f64; 4]>,
}

/// The box as one, or at the antimeridian two, with west ≤ east.
fn boxes(bbox: &BoundingBox) -> Result<Vec<[f64; 4]>> {
    let [west, south, east, north] = bbox.degrees;
    if bbox.degrees.iter().any(|n| !n.is_finite()) || south > north {
        return Err(Error::new(&SCAN).with("why", "The box is not one: its sides have to be numbers, south below north."));
    }
    let (south, north) = (south.clamp(-90.0, 90.0), north.clamp(-90.0, 90.0));
    if (east - west).abs() >= 360.0 {
        return Ok(vec![[-180.0, south, 180.0, north]]);
    }
    let turn = |x: f64| if (-180.0..=180.0).contains(&x) { x } else { (x + 180.0).rem_euclid(360.0) - 180.0 };
    let (west, east) = (turn(west), turn(east));
    Ok(if west <= east {
        vec![[west, south, east, north]]
    } else {
        vec![[west, south, 180.0, north], [-180.0, south, east, north]]
    })
}

impl Area {
    /// The box, for the column `at` of the read batch.
    ///
    /// # Errors
    /// For a box that is none, a column that holds no geometry, and a system that has no way to degrees.
    pub(in crate::local) fn of(bbox: &BoundingBox, at: usize, field: &Field) -> Result<Self> {
        let boxes = boxes(bbox)?;
        let extension = field.metadata().get("ARROW:extension:name").map(String::as_str);
        if extension != Some("geoarrow.wkb") || *field.data_type() != DataType::Binary {
            return Err(Error::new(&SCAN).with("why", format!("The column {} holds no geometry.", field.name())));
        }
        let metadata = field.metadata().get("ARROW:extension:metadata").map_or("", String::as_str);
        // A column of which no system is known is taken for degrees.
        let system = System::from_geoarrow(metadata).unwrap_or_else(System::wgs84);
        let way = Transform::between(&system, &System::wgs84())
            .map_err(|e| Error::new(&SYSTEM).with("column", field.name()).with("why", format!("{e}.")))?;
        let whole = match boxes.as_slice() {
            [one] => *one,
            _ => [bbox.degrees[0], boxes[0][1], bbox.degrees[2], boxes[0][3]],
        };
        let covering = way.reversed().covering(whole);
        let way = (!way.is_identity()).then_some(way);
        Ok(Self { at, column: field.name().clone(), boxes, way, covering })
    }

    /// The rows whose geometry meets a box. `first` is the number of the batch's first row in the file, from 1, where it is known.
    ///
    /// # Errors
    /// For bytes that are no geometry.
    pub(super) fn meets(&self, array: &dyn Array, first: Option<u64>) -> Result<BooleanBuffer> {
        let Some(array) = array.as_binary_opt::<i32>() else { return Ok(BooleanBuffer::new_unset(array.len())) };
        let mut moved = Vec::new();
        let mut failed = None;
        let out = BooleanBuffer::collect_bool(array.len(), |row| {
            array.is_valid(row)
                && failed.is_none()
                && self.met_by(array.value(row), &mut moved).unwrap_or_else(|e| {
                    failed = Some((row, e));
                    false
                })
        });
        match failed {
            None => Ok(out),
            Some((row, e)) => Err(unreadable(&self.column, first.map(|first| first + row as u64), &e)),
        }
    }

    /// Whether this geometry meets it. `moved` is room for it on its way.
    ///
    /// # Errors
    /// For bytes that are no geometry.
    pub(in crate::local) fn met_by(&self, wkb: &[u8], moved: &mut Vec<u8>) -> std::result::Result<bool, WkbError> {
        let Some(bounds) = envelope(wkb)? else { return Ok(false) };
        let Some(way) = &self.way else { return Ok(self.boxes.iter().any(|b| meet(b, &bounds))) };
        if self.covering.is_some_and(|covering| !meet(&covering, &bounds)) {
            return Ok(false);
        }
        moved.clear();
        way.wkb(wkb, moved)?;
        Ok(envelope(moved)?.is_some_and(|bounds| self.boxes.iter().any(|b| meet(b, &bounds))))
    }
}

/// Bytes that are no geometry, in this row (from 1) where it is known.
pub(in crate::local) fn unreadable(column: &str, row: Option<u64>, why: &WkbError) -> Error {
    let row = row.map_or_else(|| "one row".to_owned(), |row| format!("row {row}"));
    Error::new(&GEOMETRY).with("column", column).with("row", row).with("why", why)
}

/// Touching is meeting.
pub(in crate::local) fn meet(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

/// Least and greatest x and y: west, south, east, north. None when it is empty.
///
/// # Errors
/// For bytes that are no geometry.
pub(in crate::local) fn envelope(wkb: &[u8]) -> std::result::Result<Option<[f64; 4]>, WkbError> {
    let mut bounds = Bounds::default();
    if wkb.len() == 21 && wkb.starts_with(&[1, 1, 0, 0, 0]) {
        let number = |at: usize| wkb[at..at + 8].try_into().map_or(f64::NAN, f64::from_le_bytes);
        bounds.add([number(5), number(13)]);
    } else {
        walk(wkb, &mut bounds)?;
    }
    Ok(bounds.get())
}

/// What all positions together take.
#[derive(Debug, Clone, Copy)]
pub(in crate::local) struct Bounds([f64; 4]);

impl Default for Bounds {
    fn default() -> Self {
        Self([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY])
    }
}

impl Bounds {
    /// One more position. What is no number is nowhere.
    pub(in crate::local) fn add(&mut self, [x, y]: [f64; 2]) {
        if !x.is_nan() && !y.is_nan() {
            self.0 = [self.0[0].min(x), self.0[1].min(y), self.0[2].max(x), self.0[3].max(y)];
        }
    }

    /// None when there was no position.
    pub(in crate::local) fn get(&self) -> Option<[f64; 4]> {
        (self.0[0] <= self.0[2]).then_some(self.0)
    }
}

impl Visit for Bounds {
    fn begin(&mut self, _: &Header) -> std::result::Result<(), WkbError> {
        Ok(())
    }

    fn points(&mut self, points: Points<'_>) {
        points.xy().for_each(|xy| self.add(xy));
    }

    fn end(&mut self) {}
}
