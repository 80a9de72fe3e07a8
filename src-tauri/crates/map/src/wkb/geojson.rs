//! A geometry as GeoJSON (RFC 7946), written as it is read: nothing but the output is kept.

use super::kind::Layout;
use super::{Header, Kind, Points, Visit, WkbError, walk};
use std::io::Write;

/// How GeoJSON is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct GeoJson {
    /// So many decimals at most; None: as many as give the same number again.
    pub decimals: Option<usize>,
    /// Outer rings anticlockwise and holes clockwise, as the RFC wants of files.
    pub right_hand: bool,
}

/// The geometry as a GeoJSON object behind what `out` holds already. Heights stay, measures have no place in GeoJSON. On an
/// error `out` is as it was.
///
/// # Errors
/// Whatever is wrong with the bytes; curves and surfaces; a position that is not a number.
pub fn geojson(wkb: &[u8], how: GeoJson, out: &mut Vec<u8>) -> Result<(), WkbError> {
    let start = out.len();
    let mut visitor = Json { out, how, open: Vec::new(), failed: None };
    let walked = walk(wkb, &mut visitor);
    let done = match (walked, visitor.failed) {
        (Ok(_), None) => return Ok(()),
        (Err(error), _) | (Ok(_), Some(error)) => error,
    };
    out.truncate(start);
    Err(done)
}

struct Json<'a> {
    out: &'a mut Vec<u8>,
    how: GeoJson,
    /// The geometries that have begun, and how many rings or parts each has so far.
    open: Vec<(Kind, usize)>,
    failed: Option<WkbError>,
}

impl Json<'_> {
    /// A comma before all but the first part or ring of what is open.
    fn next(&mut self) -> usize {
        let Some((_, before)) = self.open.last_mut() else { return 0 };
        *before += 1;
        if *before > 1 {
            self.out.push(b',');
        }
        *before - 1
    }

    /// Parts of a collection are geometries of their own; parts of the others only coordinates.
    fn is_named(&self) -> bool {
        self.open.last().is_none_or(|(whole, _)| *whole == Kind::GeometryCollection)
    }

    fn position(&mut self, [x, y, z, _]: [f64; 4], at: usize) {
        if !x.is_finite() || !y.is_finite() || z.is_infinite() {
            self.failed.get_or_insert(WkbError::NotFinite { at });
            return;
        }
        self.out.push(b'[');
        self.number(x);
        self.out.push(b',');
        self.number(y);
        if !z.is_nan() {
            self.out.push(b',');
            self.number(z);
        }
        self.out.push(b']');
    }

    fn number(&mut self, number: f64) {
        // Adding zero makes -0 a 0. Writing into memory does not fail.
        let number = number + 0.0;
        let Some(decimals) = self.how.decimals else {
            let _ = write!(self.out, "{number}");
            return;
        };
        let start = self.out.len();
        let _ = write!(self.out, "{number:.decimals$}");
        if self.out[start..].contains(&b'.') {
            let kept = self.out[start..].iter().rposition(|c| *c != b'0').unwrap_or_default();
            let dot = usize::from(self.out[start + kept] != b'.');
            self.out.truncate(start + kept + dot);
        }
        if &self.out[start..] == b"-0" {
            self.out.truncate(start);
            self.out.push(b'0');
        }
    }

    fn row(&mut self, points: Points<'_>, reversed: bool) {
        let at = points.start();
        self.out.push(b'[');
        let mut write = |n: usize, position| {
            if n > 0 {
                self.out.push(b',');
            }
            self.position(position, at);
        };
        if reversed {
            points.positions().rev().enumerate().for_each(|(n, position)| write(n, position));
        } else {
            points.positions().enumerate().for_each(|(n, position)| write(n, position));
        }
        self.out.push(b']');
    }
}

impl Visit for Json<'_> {
    fn begin(&mut self, header: &Header) -> Result<(), WkbError> {
        header.kind.drawable()?;
        let named = self.is_named();
        self.next();
        if named {
            let kind = match header.kind {
                Kind::Point => "Point",
                Kind::LineString => "LineString",
                Kind::Polygon => "Polygon",
                Kind::MultiPoint => "MultiPoint",
                Kind::MultiLineString => "MultiLineString",
                Kind::MultiPolygon => "MultiPolygon",
                _ => "GeometryCollection",
            };
            let inner = if header.kind == Kind::GeometryCollection { "geometries" } else { "coordinates" };
            let _ = write!(self.out, "{{\"type\":\"{kind}\",\"{inner}\":");
        }
        if matches!(header.kind.layout(), Layout::Rings | Layout::Parts) {
            self.out.push(b'[');
        }
        self.open.push((header.kind, 0));
        Ok(())
    }

    fn points(&mut self, points: Points<'_>) {
        let ring = self.next();
        match self.open.last().map(|(kind, _)| kind.layout()) {
            Some(Layout::Position) => {
                let position = points.positions().next().unwrap_or([f64::NAN; 4]);
                if position[0].is_nan() && position[1].is_nan() {
                    self.out.extend_from_slice(b"[]");
                } else {
                    self.position(position, points.start());
                }
            }
            Some(Layout::Rings) => {
                let reversed = self.how.right_hand && wrong_way(points, ring);
                self.row(points, reversed);
            }
            _ => self.row(points, false),
        }
    }

    fn end(&mut self) {
        let Some((kind, _)) = self.open.pop() else { return };
        if matches!(kind.layout(), Layout::Rings | Layout::Parts) {
            self.out.push(b']');
        }
        if self.is_named() {
            self.out.push(b'}');
        }
    }
}

/// The first ring is to run anticlockwise, the others clockwise.
fn wrong_way(points: Points<'_>, ring: usize) -> bool {
    let (mut twice, mut last, mut first) = (0.0, None, None);
    for [x, y] in points.xy() {
        // From the first position, so that far from zero nothing is lost.
        let [x0, y0] = *first.get_or_insert([x, y]);
        let (x, y) = (x - x0, y - y0);
        if let Some([px, py]) = last.replace([x, y]) {
            twice += px * y - x * py;
        }
    }
    if ring == 0 { twice < 0.0 } else { twice > 0.0 }
}
