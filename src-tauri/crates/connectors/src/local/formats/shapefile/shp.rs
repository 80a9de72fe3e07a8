//! The .shp: its header, and one shape as WKB.

use super::parts::Bytes;
use super::rings;
use map::wkb::{Dimensions, Kind, Writer};
use model::Result;

/// Measures below this mean none.
const NO_MEASURE: f64 = -1e38;

/// A shape is not larger than 512 MB: twice so many bytes.
const LARGEST: u32 = 256 * 1024 * 1024;

/// What the header says.
#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) shape: Shape,
    pub(super) dimensions: Dimensions,
    pub(super) extent: Option<[f64; 4]>,
}

/// What the shapes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Null,
    Point,
    Line,
    Polygon,
    MultiPoint,
}

impl Shape {
    /// By the code without its dimensions.
    fn of(code: u32) -> Option<Self> {
        Some(match code % 10 {
            0 if code == 0 => Self::Null,
            1 if code < 30 => Self::Point,
            3 if code < 30 => Self::Line,
            5 if code < 30 => Self::Polygon,
            8 if code < 30 => Self::MultiPoint,
            _ => return None,
        })
    }

    /// What becomes of it.
    pub(super) fn kind(self) -> Option<Kind> {
        match self {
            Self::Null => None,
            Self::Point => Some(Kind::Point),
            Self::Line => Some(Kind::MultiLineString),
            Self::Polygon => Some(Kind::MultiPolygon),
            Self::MultiPoint => Some(Kind::MultiPoint),
        }
    }

    /// The format's own name for it.
    pub(super) fn name(self, dimensions: Dimensions) -> String {
        let name = match self {
            Self::Null => "Null",
            Self::Point => "Point",
            Self::Line => "PolyLine",
            Self::Polygon => "Polygon",
            Self::MultiPoint => "MultiPoint",
        };
        format!(
            "{name}{}",
            if dimensions.z {
                "Z"
            } else if dimensions.m {
                "M"
            } else {
                ""
            }
        )
    }
}

fn u32_le(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes)
}

fn u32_be(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes)
}

fn f64_le(bytes: &[u8], at: usize) -> Option<f64> {
    bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()).map(f64::from_le_bytes)
}

/// Four doubles that are a box; None when they are not one.
fn bounds(bytes: &[u8], at: usize) -> Option<[f64; 4]> {
    let corners = [f64_le(bytes, at)?, f64_le(bytes, at + 8)?, f64_le(bytes, at + 16)?, f64_le(bytes, at + 24)?];
    (corners.iter().all(|n| n.is_finite()) && corners[0] <= corners[2] && corners[1] <= corners[3]).then_some(corners)
}

/// The hundred bytes before the shapes.
pub(super) fn header(bytes: &mut Bytes<'_>) -> Result<Header> {
    let mut start = [0; 100];
    bytes.exact(&mut start)?;
    if u32_be(&start, 0) != Some(9994) {
        return Err(bytes.held().unknown("It does not begin like a Shapefile."));
    }
    let code = u32_le(&start, 32).unwrap_or_default();
    let Some(shape) = Shape::of(code) else {
        let why = if code == 31 {
            "It holds MultiPatch shapes, which cannot be read here.".to_owned()
        } else {
            format!("It holds shapes of the unknown type {code}.")
        };
        return Err(bytes.held().unknown(why));
    };
    let range = |at: usize| (f64_le(&start, at).unwrap_or_default(), f64_le(&start, at + 8).unwrap_or_default());
    let (least, most) = range(84);
    // Shapes with heights may have measures too; where none has, the header's range of them is empty.
    let measured = !(least == 0.0 && most == 0.0) && least > NO_MEASURE && most > NO_MEASURE && least <= most;
    let z = (10..20).contains(&code);
    let dimensions = Dimensions { z, m: code >= 20 || (z && measured) };
    Ok(Header { shape, dimensions, extent: bounds(&start, 36) })
}

/// The head of the next shape: how many bytes it has. None at the end.
pub(super) fn next(bytes: &mut Bytes<'_>) -> Result<Option<u64>> {
    let mut head = [0; 8];
    if !bytes.fill(&mut head)? {
        return Ok(None);
    }
    let words = u32_be(&head, 4).unwrap_or_default();
    // What is packed can grow without end when it is unpacked.
    if words > LARGEST {
        return Err(bytes.held().damaged("One of its shapes is longer than what is held in memory at once."));
    }
    Ok(Some(u64::from(words) * 2))
}

/// The shape's own box, as it stands in its bytes. None when it has none, or is not a box.
pub(super) fn own_box(content: &[u8]) -> Option<[f64; 4]> {
    match Shape::of(u32_le(content, 0)?)? {
        Shape::Null => None,
        Shape::Point => {
            let (x, y) = (f64_le(content, 4)?, f64_le(content, 12)?);
            (x.is_finite() && y.is_finite()).then_some([x, y, x, y])
        }
        _ => bounds(content, 4),
    }
}

/// Writes the shape as WKB behind what `out` holds already; false for a null shape. Err: what is wrong with it.
pub(super) fn write(content: &[u8], header: &Header, out: &mut Vec<u8>) -> std::result::Result<bool, &'static str> {
    const SHORT: &str = "One of its shapes ends too early.";
    let code = u32_le(content, 0).ok_or(SHORT)?;
    let shape = Shape::of(code).ok_or("One of its shapes is of an unknown type.")?;
    if shape == Shape::Null {
        return Ok(false);
    }
    if shape != header.shape {
        return Err("One of its shapes is of another type than the file says.");
    }
    let mut writer = Writer::new(out, header.dimensions);
    let dims = Own { z: (10..20).contains(&code), m: code >= 10 };
    match shape {
        Shape::Null => {}
        Shape::Point => {
            let at = |n: usize| f64_le(content, 4 + 8 * n);
            let (x, y) = at(0).zip(at(1)).ok_or(SHORT)?;
            let z = if dims.z { at(2).ok_or(SHORT)? } else { f64::NAN };
            let m = if dims.z {
                at(3)
            } else if dims.m {
                at(2)
            } else {
                None
            };
            writer.point([x, y, z, measure(m)]);
        }
        Shape::MultiPoint => {
            let points = Positions::new(content, 40, u32_le(content, 36).ok_or(SHORT)?, dims).ok_or(SHORT)?;
            writer.head(Kind::MultiPoint);
            writer.count(points.count);
            (0..points.count).for_each(|n| writer.point(points.at(n)));
        }
        Shape::Line | Shape::Polygon => {
            let parts = u32_le(content, 36).ok_or(SHORT)? as usize;
            let first = parts.checked_mul(4).and_then(|n| n.checked_add(44)).filter(|n| *n <= content.len()).ok_or(SHORT)?;
            let points = Positions::new(content, first, u32_le(content, 40).ok_or(SHORT)?, dims).ok_or(SHORT)?;
            let ranges = ranges(content, parts, points.count)?;
            if shape == Shape::Line { lines(&points, &ranges, &mut writer) } else { polygons(&points, &ranges, &mut writer) }
        }
    }
    Ok(true)
}

/// Which numbers a shape's code says that it has. Measures may still be left out.
#[derive(Clone, Copy)]
struct Own {
    z: bool,
    m: bool,
}

fn measure(m: Option<f64>) -> f64 {
    m.filter(|m| *m > NO_MEASURE).unwrap_or(f64::NAN)
}

/// x and y of all, then all heights, then all measures.
struct Positions<'a> {
    xy: &'a [u8],
    z: Option<&'a [u8]>,
    m: Option<&'a [u8]>,
    count: usize,
}

impl<'a> Positions<'a> {
    fn new(content: &'a [u8], start: usize, count: u32, dims: Own) -> Option<Self> {
        let count = count as usize;
        let mut at = start;
        let mut take = |length: Option<usize>| {
            let end = at.checked_add(length?)?;
            let taken = content.get(at..end)?;
            at = end;
            Some(taken)
        };
        let each = count.checked_mul(8);
        let xy = take(count.checked_mul(16))?;
        let z = if dims.z {
            take(Some(16))?;
            Some(take(each)?)
        } else {
            None
        };
        let m = if dims.m { take(Some(16)).and_then(|_| take(each)) } else { None };
        Some(Self { xy, z, m, count })
    }

    fn at(&self, n: usize) -> [f64; 4] {
        let of = |bytes: Option<&[u8]>| bytes.and_then(|bytes| f64_le(bytes, 8 * n));
        let xy = |k: usize| f64_le(self.xy, 16 * n + 8 * k).unwrap_or(f64::NAN);
        [xy(0), xy(1), of(self.z).unwrap_or(f64::NAN), measure(of(self.m))]
    }
}

/// First and behind-last position of each part.
fn ranges(content: &[u8], parts: usize, count: usize) -> std::result::Result<Vec<(usize, usize)>, &'static str> {
    let starts: Vec<usize> = (0..parts).filter_map(|n| u32_le(content, 44 + 4 * n)).map(|start| start as usize).collect();
    let ends = starts.iter().skip(1).copied().chain([count]);
    let ranges: Vec<(usize, usize)> = starts.iter().copied().zip(ends).collect();
    if ranges.iter().any(|(from, to)| from > to || *to > count) {
        return Err("The parts of one of its shapes are out of order.");
    }
    Ok(ranges)
}

fn lines(points: &Positions<'_>, ranges: &[(usize, usize)], writer: &mut Writer<'_>) {
    writer.head(Kind::MultiLineString);
    writer.count(ranges.len());
    for (from, to) in ranges {
        writer.head(Kind::LineString);
        writer.positions((*from..*to).map(|n| points.at(n)));
    }
}

fn polygons(points: &Positions<'_>, ranges: &[(usize, usize)], writer: &mut Writer<'_>) {
    let xy: Vec<[f64; 2]> = (0..points.count).map(|n| points.at(n)).map(|[x, y, ..]| [x, y]).collect();
    let found: Vec<&[[f64; 2]]> = ranges.iter().map(|(from, to)| &xy[*from..*to]).collect();
    let polygons = if found.len() == 1 { vec![vec![0]] } else { rings::polygons(&found) };
    writer.head(Kind::MultiPolygon);
    writer.count(polygons.len());
    for polygon in polygons {
        writer.head(Kind::Polygon);
        writer.count(polygon.len());
        for ring in polygon {
            let (from, to) = ranges[ring];
            writer.positions((from..to).map(|n| points.at(n)));
        }
    }
}
