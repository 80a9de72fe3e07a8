//! A geometry in a few words, as a cell of a grid shows it.

use super::kind::Layout;
use super::{Header, Kind, Points, Visit, WkbError, walk};
use std::fmt::Write;

/// "Point (2.35, 48.86)", "LineString, 120 points", "MultiPolygon, 3 parts, 4,812 points", "Point empty"; for bytes that are
/// no geometry, what is wrong with them.
pub fn brief(wkb: &[u8]) -> String {
    let mut tally = Tally::default();
    let header = match walk(wkb, &mut tally) {
        Ok(header) => header,
        Err(error) => return format!("Not a geometry: {error}"),
    };
    let mut out = name(header.kind).to_owned();
    out.push_str(match (header.dimensions.z, header.dimensions.m) {
        (false, false) => "",
        (true, false) => " Z",
        (false, true) => " M",
        (true, true) => " ZM",
    });
    if tally.points == 0 {
        out.push_str(" empty");
    } else if header.kind == Kind::Point {
        let numbers: Vec<String> = tally.first.iter().filter(|n| !n.is_nan()).map(|n| short(*n)).collect();
        let _ = write!(out, " ({})", numbers.join(", "));
    } else {
        if header.kind.layout() == Layout::Parts {
            let _ = write!(out, ", {}", counted(tally.parts, "part"));
        } else if header.kind.layout() == Layout::Rings && tally.rings > 1 {
            let _ = write!(out, ", {}", counted(tally.rings, "ring"));
        }
        let _ = write!(out, ", {}", counted(tally.points, "point"));
    }
    out
}

#[derive(Default)]
struct Tally {
    depth: usize,
    /// Direct parts of the outermost geometry.
    parts: usize,
    rings: usize,
    points: usize,
    first: [f64; 4],
}

impl Visit for Tally {
    fn begin(&mut self, _: &Header) -> Result<(), WkbError> {
        self.parts += usize::from(self.depth == 1);
        self.depth += 1;
        Ok(())
    }

    fn points(&mut self, points: Points<'_>) {
        self.rings += 1;
        // The one position of an empty point is nowhere.
        let mut positions = points.positions();
        let count = positions.len();
        if let Some(first) = positions.next() {
            if count == 1 && first[0].is_nan() && first[1].is_nan() {
                return;
            }
            if self.points == 0 {
                self.first = first;
            }
        }
        self.points += count;
    }

    fn end(&mut self) {
        self.depth -= 1;
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Point => "Point",
        Kind::LineString => "LineString",
        Kind::Polygon => "Polygon",
        Kind::MultiPoint => "MultiPoint",
        Kind::MultiLineString => "MultiLineString",
        Kind::MultiPolygon => "MultiPolygon",
        Kind::GeometryCollection => "GeometryCollection",
        Kind::CircularString => "CircularString",
        Kind::CompoundCurve => "CompoundCurve",
        Kind::CurvePolygon => "CurvePolygon",
        Kind::MultiCurve => "MultiCurve",
        Kind::MultiSurface => "MultiSurface",
        Kind::PolyhedralSurface => "PolyhedralSurface",
        Kind::Tin => "TIN",
        Kind::Triangle => "Triangle",
    }
}

/// At most seven decimals: a centimetre in degrees, and no more noise than that.
fn short(number: f64) -> String {
    if number.abs() >= 1e15 {
        return format!("{number:e}");
    }
    let text = format!("{number:.7}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// "1 part", "4,812 points".
fn counted(count: usize, what: &str) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + 12);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let _ = write!(out, " {what}{}", if count == 1 { "" } else { "s" });
    out
}
