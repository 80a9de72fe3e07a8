//! One row's geometry, as WKB. Nesting is bounded as everywhere ([`map::wkb::DEEPEST`]).

use super::header::{self, Header};
use ::flatgeobuf::Geometry;
use map::wkb::{DEEPEST, Kind, Writer};

/// What is wrong with a geometry, as a sentence.
type Wrong = &'static str;

/// Writes the geometry behind what `out` holds already.
pub(super) fn write(geometry: &Geometry<'_>, header: &Header, out: &mut Vec<u8>) -> Result<(), Wrong> {
    let own = own_kind(geometry)?;
    let kind = header.kind.or(own).ok_or("A row's geometry does not say what it is.")?;
    let mut writer = Writer::new(out, header.dimensions);
    one(geometry, kind, &mut writer, 1)
}

fn own_kind(geometry: &Geometry<'_>) -> Result<Option<Kind>, Wrong> {
    header::kind(geometry.type_()).map_err(|_| "A row's geometry is of an unknown type.")
}

fn one(geometry: &Geometry<'_>, kind: Kind, writer: &mut Writer<'_>, depth: usize) -> Result<(), Wrong> {
    if depth > DEEPEST {
        return Err("A row's geometry is nested deeper than anything honest is.");
    }
    let count = geometry.xy().map_or(0, |xy| xy.len() / 2);
    match kind {
        Kind::Point => match count {
            0 => writer.empty_point(),
            _ => writer.point(position(geometry, 0)),
        },
        Kind::LineString | Kind::CircularString => {
            writer.head(kind);
            line(geometry, 0, count, writer);
        }
        Kind::Polygon | Kind::Triangle => {
            writer.head(kind);
            let rings = rings(geometry, count)?;
            writer.count(rings.len());
            rings.iter().for_each(|(from, to)| line(geometry, *from, *to, writer));
        }
        Kind::MultiPoint => {
            writer.head(kind);
            writer.count(count);
            (0..count).for_each(|at| writer.point(position(geometry, at)));
        }
        Kind::MultiLineString | Kind::Tin if geometry.parts().is_none() => {
            writer.head(kind);
            let rings = rings(geometry, count)?;
            writer.count(rings.len());
            for (from, to) in rings {
                if kind == Kind::Tin {
                    writer.head(Kind::Triangle);
                    writer.count(1);
                } else {
                    writer.head(Kind::LineString);
                }
                line(geometry, from, to, writer);
            }
        }
        _ => {
            writer.head(kind);
            let parts = geometry.parts();
            writer.count(parts.map_or(0, |parts| parts.len()));
            for part in parts.into_iter().flatten() {
                let part_kind =
                    own_kind(&part)?.or(implied(kind)).ok_or("A part of a row's geometry does not say what it is.")?;
                one(&part, part_kind, writer, depth + 1)?;
            }
        }
    }
    Ok(())
}

/// What the parts are when they do not say it.
fn implied(whole: Kind) -> Option<Kind> {
    match whole {
        Kind::MultiPolygon | Kind::PolyhedralSurface | Kind::MultiSurface => Some(Kind::Polygon),
        Kind::MultiLineString | Kind::CompoundCurve | Kind::CurvePolygon | Kind::MultiCurve => Some(Kind::LineString),
        Kind::Tin => Some(Kind::Triangle),
        _ => None,
    }
}

/// First and behind-last position of each ring or line. Without ends, all positions are one.
fn rings(geometry: &Geometry<'_>, count: usize) -> Result<Vec<(usize, usize)>, Wrong> {
    let Some(ends) = geometry.ends().filter(|ends| !ends.is_empty()) else {
        return Ok(if count == 0 { Vec::new() } else { vec![(0, count)] });
    };
    let mut from = 0;
    let mut out = Vec::with_capacity(ends.len());
    for end in ends {
        let end = end as usize;
        if end < from || end > count {
            return Err("A row's geometry ends behind its last position.");
        }
        out.push((from, end));
        from = end;
    }
    Ok(out)
}

fn line(geometry: &Geometry<'_>, from: usize, to: usize, writer: &mut Writer<'_>) {
    writer.positions((from..to).map(|at| position(geometry, at)));
}

/// The position; what is not there is NaN. `at` is less than the number of positions.
fn position(geometry: &Geometry<'_>, at: usize) -> [f64; 4] {
    let pair = geometry.xy();
    let xy = |n: usize| pair.filter(|xy| n < xy.len()).map_or(f64::NAN, |xy| xy.get(n));
    let z = geometry.z().filter(|n| at < n.len()).map_or(f64::NAN, |n| n.get(at));
    let m = geometry.m().filter(|n| at < n.len()).map_or(f64::NAN, |n| n.get(at));
    [xy(2 * at), xy(2 * at + 1), z, m]
}
