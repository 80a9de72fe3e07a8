//! A geometry as WKT, with curves and all.

use super::kind::Layout;
use super::{Header, Kind, Points, Visit, WkbError, walk};
use std::fmt::Write;

/// The geometry as ISO WKT (`POINT Z (1 2 3)`) behind what `out` holds already, each number as short as gives the same number
/// again. On an error `out` is as it was.
///
/// # Errors
/// Whatever is wrong with the bytes.
pub fn wkt(wkb: &[u8], out: &mut String) -> Result<(), WkbError> {
    let start = out.len();
    let mut visitor = Text { out, open: Vec::new() };
    let walked = walk(wkb, &mut visitor).map(|_| ());
    if walked.is_err() {
        out.truncate(start);
    }
    walked
}

struct Text<'a> {
    out: &'a mut String,
    /// The geometries that have begun, and how many rings or parts each has so far.
    open: Vec<(Kind, usize)>,
}

impl Text<'_> {
    fn next(&mut self) {
        let Some((kind, before)) = self.open.last_mut() else { return };
        *before += 1;
        let first = *before == 1;
        match (first, kind.layout()) {
            (true, Layout::Rings | Layout::Parts) => self.out.push('('),
            (false, _) => self.out.push_str(", "),
            (true, _) => {}
        }
    }

    fn row(&mut self, points: Points<'_>) {
        if points.is_empty() {
            self.out.push_str("EMPTY");
            return;
        }
        self.out.push('(');
        for (n, [x, y, z, m]) in points.positions().enumerate() {
            let _ = write!(self.out, "{}{x} {y}", if n > 0 { ", " } else { "" });
            for more in [z, m].into_iter().filter(|n| !n.is_nan()) {
                let _ = write!(self.out, " {more}");
            }
        }
        self.out.push(')');
    }
}

/// What a whole holds without naming it.
fn unnamed(whole: Kind) -> Option<Kind> {
    Some(match whole {
        Kind::MultiPoint => Kind::Point,
        Kind::MultiLineString | Kind::CompoundCurve | Kind::CurvePolygon | Kind::MultiCurve => Kind::LineString,
        Kind::MultiPolygon | Kind::MultiSurface | Kind::PolyhedralSurface => Kind::Polygon,
        Kind::Tin => Kind::Triangle,
        _ => return None,
    })
}

impl Visit for Text<'_> {
    fn begin(&mut self, header: &Header) -> Result<(), WkbError> {
        self.next();
        let whole = self.open.last().map(|(kind, _)| *kind);
        if whole.and_then(unnamed) != Some(header.kind) {
            self.out.push_str(header.kind.name());
            self.out.push_str(match (header.dimensions.z, header.dimensions.m) {
                (false, false) => " ",
                (true, false) => " Z ",
                (false, true) => " M ",
                (true, true) => " ZM ",
            });
        }
        self.open.push((header.kind, 0));
        Ok(())
    }

    fn points(&mut self, points: Points<'_>) {
        self.next();
        let nowhere = points.len() == 1 && points.xy().all(|[x, y]| x.is_nan() && y.is_nan());
        let is_point = self.open.last().is_some_and(|(kind, _)| *kind == Kind::Point);
        if nowhere && is_point {
            self.out.push_str("EMPTY");
        } else {
            self.row(points);
        }
    }

    fn end(&mut self) {
        let Some((kind, count)) = self.open.pop() else { return };
        match (kind.layout(), count) {
            (Layout::Rings | Layout::Parts, 0) => self.out.push_str("EMPTY"),
            (Layout::Rings | Layout::Parts, _) => self.out.push(')'),
            _ => {}
        }
    }
}
