#![allow(clippy::unwrap_used)]
use super::{DEEPEST, Header, Kind, Points, Visit, WkbError, normalise, normalise_into, walk};
use proptest::prelude::*;

/// A geometry as a tree, to be written in any dialect of WKB.
#[derive(Debug, Clone)]
enum Shape {
    Point(Vec<f64>),
    Line(u32, Vec<Vec<f64>>),
    Rings(u32, Vec<Vec<Vec<f64>>>),
    Parts(u32, Vec<Shape>),
}

#[derive(Clone, Copy)]
struct Dialect {
    little: bool,
    z: bool,
    m: bool,
    extended: bool,
    srid: Option<i32>,
}

impl Dialect {
    fn u32(self, n: u32, out: &mut Vec<u8>) {
        out.extend_from_slice(&if self.little { n.to_le_bytes() } else { n.to_be_bytes() });
    }
    fn head(self, code: u32, out: &mut Vec<u8>) {
        out.push(u8::from(self.little));
        let dims = if self.extended {
            u32::from(self.z) * 0x8000_0000 + u32::from(self.m) * 0x4000_0000
        } else {
            u32::from(self.z) * 1000 + u32::from(self.m) * 2000
        };
        self.u32(code + dims + if self.srid.is_some() { 0x2000_0000 } else { 0 }, out);
        if let Some(srid) = self.srid {
            self.u32(srid.cast_unsigned(), out);
        }
    }
    fn position(self, at: &[f64], out: &mut Vec<u8>) {
        for n in &at[..2 + usize::from(self.z) + usize::from(self.m)] {
            out.extend_from_slice(&if self.little { n.to_le_bytes() } else { n.to_be_bytes() });
        }
    }
    fn line(self, line: &[Vec<f64>], out: &mut Vec<u8>) {
        self.u32(line.len() as u32, out);
        line.iter().for_each(|at| self.position(at, out));
    }
    fn write(self, shape: &Shape, out: &mut Vec<u8>) {
        let inner = Self { srid: None, ..self };
        match shape {
            Shape::Point(at) => {
                self.head(1, out);
                self.position(at, out);
            }
            Shape::Line(code, line) => {
                self.head(*code, out);
                self.line(line, out);
            }
            Shape::Rings(code, rings) => {
                self.head(*code, out);
                self.u32(rings.len() as u32, out);
                rings.iter().for_each(|ring| self.line(ring, out));
            }
            Shape::Parts(code, parts) => {
                self.head(*code, out);
                self.u32(parts.len() as u32, out);
                parts.iter().for_each(|part| inner.write(part, out));
            }
        }
    }
    fn bytes(self, shape: &Shape) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(shape, &mut out);
        out
    }
}

fn position() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop_oneof![-180.0..180.0, Just(f64::NAN)], 4)
}

fn line() -> impl Strategy<Value = Vec<Vec<f64>>> {
    prop::collection::vec(position(), 0..5)
}

fn shape() -> impl Strategy<Value = Shape> {
    let rings = || prop::collection::vec(line(), 0..3);
    let flat = prop_oneof![
        position().prop_map(Shape::Point),
        line().prop_map(|l| Shape::Line(2, l)),
        line().prop_map(|l| Shape::Line(8, l)),
        rings().prop_map(|r| Shape::Rings(3, r)),
        rings().prop_map(|r| Shape::Rings(17, r)),
        prop::collection::vec(position().prop_map(Shape::Point), 0..4).prop_map(|p| Shape::Parts(4, p)),
        prop::collection::vec(rings().prop_map(|r| Shape::Rings(3, r)), 0..4).prop_map(|p| Shape::Parts(6, p)),
        prop::collection::vec(rings().prop_map(|r| Shape::Rings(17, r)), 0..4).prop_map(|p| Shape::Parts(16, p)),
    ];
    flat.prop_recursive(4, 24, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(|p| Shape::Parts(7, p)))
}

#[derive(Default)]
struct Tally {
    positions: usize,
    begun: usize,
    ended: usize,
}

impl Visit for Tally {
    fn begin(&mut self, _: &Header) -> Result<(), WkbError> {
        self.begun += 1;
        Ok(())
    }
    fn points(&mut self, points: Points<'_>) {
        self.positions += points.xy().count();
        assert_eq!(points.len(), points.xy().count());
    }
    fn end(&mut self) {
        self.ended += 1;
    }
}

proptest! {
    #[test]
    fn ewkb_becomes_the_iso_wkb_of_the_same_geometry(
        shape in shape(), little: bool, z: bool, m: bool, srid in prop::option::of(any::<i32>())
    ) {
        let iso = Dialect { little, z, m, extended: false, srid: None }.bytes(&shape);
        for extended in [true, false] {
            let sent = Dialect { little, z, m, extended, srid }.bytes(&shape);
            let (bytes, found) = normalise(&sent).unwrap();
            prop_assert_eq!(&*bytes, &*iso);
            prop_assert_eq!(found, srid);
            let mut out = vec![7];
            prop_assert_eq!(normalise_into(&sent, &mut out).unwrap(), srid);
            prop_assert_eq!(&out[1..], &*iso);
        }
    }

    #[test]
    fn every_begin_has_its_end(shape in shape(), little: bool) {
        let bytes = Dialect { little, z: true, m: false, extended: true, srid: None }.bytes(&shape);
        let mut tally = Tally::default();
        walk(&bytes, &mut tally).unwrap();
        prop_assert_eq!(tally.begun, tally.ended);
    }

    #[test]
    fn a_cut_or_lengthened_geometry_is_refused(shape in shape(), cut: prop::sample::Index) {
        let mut bytes = Dialect { little: true, z: false, m: false, extended: true, srid: Some(4326) }.bytes(&shape);
        prop_assert!(normalise(&bytes[..cut.index(bytes.len())]).is_err());
        bytes.push(0);
        prop_assert!(normalise(&bytes).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut out = Vec::new();
        if normalise_into(&bytes, &mut out).is_err() {
            prop_assert!(out.is_empty());
        }
    }

    #[test]
    fn no_flipped_byte_makes_it_panic(shape in shape(), at: prop::sample::Index, byte: u8) {
        let mut bytes = Dialect { little: true, z: false, m: true, extended: true, srid: Some(1) }.bytes(&shape);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = normalise(&bytes);
    }
}

#[test]
fn a_flat_geometry_without_srid_is_not_copied() {
    let plain = Dialect { little: false, z: false, m: false, extended: true, srid: None };
    let bytes = plain.bytes(&Shape::Parts(7, vec![Shape::Line(2, vec![vec![1.0, 2.0, 0.0, 0.0]])]));
    assert!(matches!(normalise(&bytes).unwrap().0, std::borrow::Cow::Borrowed(_)));
}

fn nested(depth: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for level in 0..depth {
        bytes.extend_from_slice(&[1, 7, 0, 0, 0]);
        bytes.extend_from_slice(&u32::from(level + 1 < depth).to_le_bytes());
    }
    bytes
}

#[test]
fn nesting_has_a_limit_and_a_hundred_thousand_levels_do_no_harm() {
    assert!(normalise(&nested(DEEPEST)).is_ok());
    assert_eq!(normalise(&nested(DEEPEST + 1)).unwrap_err(), WkbError::TooDeep);
    assert_eq!(normalise(&nested(100_000)).unwrap_err(), WkbError::TooDeep);
}

#[test]
fn a_count_that_cannot_be_true_is_refused_before_anything_is_done_with_it() {
    for code in [2u8, 3, 4, 7] {
        let mut bytes = vec![1, code, 0, 0, 0];
        bytes.extend_from_slice(&u32::MAX.to_le_bytes());
        bytes.extend_from_slice(&[0; 40]);
        assert_eq!(normalise(&bytes).unwrap_err(), WkbError::Count { count: u32::MAX, at: 5 });
    }
}

#[test]
fn unknown_codes_are_told_by_number_and_curves_by_name() {
    for code in [0u32, 13, 14, 18, 999, 4001] {
        let mut bytes = vec![1];
        bytes.extend_from_slice(&code.to_le_bytes());
        bytes.extend_from_slice(&[0; 16]);
        assert_eq!(normalise(&bytes).unwrap_err(), WkbError::UnknownType { code });
    }
    assert_eq!(Kind::Tin.drawable().unwrap_err().to_string(), "a TIN cannot be drawn");
    assert!(Kind::MultiPolygon.drawable().is_ok());
}
