//! Geometry as text (WKT, and PostGIS's EWKT with its SRID) into ISO WKB.
//!
//! Owns: the seven types of simple features with heights and measures, empty ones too, without recursion deeper than collections
//! may be nested. Does not own: curves and surfaces, which stay text.

use map::wkb::{DEEPEST, Kind};

/// The geometry as ISO WKB behind what `out` holds already, and its SRID. None when the text is no geometry; `out` is then
/// of no use.
pub(super) fn wkb(text: &str, out: &mut Vec<u8>) -> Option<Option<i32>> {
    let mut rest = text.trim();
    let mut srid = None;
    if rest.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("SRID=")) {
        let (code, shape) = rest[5..].split_once(';')?;
        srid = Some(code.trim().parse::<i32>().ok()?);
        rest = shape;
    }
    let mut reader = Reader { rest };
    reader.geometry(0, None, out)?;
    reader.rest.trim().is_empty().then_some(srid)
}

/// Whether the text begins like a geometry.
pub(super) fn begins(text: &str) -> bool {
    let head = text.trim_start().as_bytes();
    let is = |word: &[u8]| head.len() > word.len() && head[..word.len()].eq_ignore_ascii_case(word);
    [&b"POINT"[..], b"LINESTRING", b"POLYGON", b"MULTI", b"GEOMETRYCOLLECTION", b"SRID="].iter().any(|word| is(word))
}

struct Reader<'a> {
    rest: &'a str,
}

#[derive(Clone, Copy, PartialEq)]
struct Dimensions {
    z: bool,
    m: bool,
}

impl Dimensions {
    fn count(self) -> usize {
        2 + usize::from(self.z) + usize::from(self.m)
    }
}

impl<'a> Reader<'a> {
    fn word(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn peek(&self) -> &'a str {
        let mut ahead = Reader { rest: self.rest };
        ahead.word()
    }

    fn take(&mut self, mark: char) -> bool {
        let rest = self.rest.trim_start();
        let there = rest.strip_prefix(mark);
        self.rest = there.unwrap_or(rest);
        there.is_some()
    }

    fn empty(&mut self) -> bool {
        let empty = self.peek().eq_ignore_ascii_case("EMPTY");
        if empty {
            self.word();
        }
        empty
    }

    /// The dimensions by the word behind the type (`Z`, `M`, `ZM`), joined to it or not.
    fn dimensions(&mut self, tail: &str) -> Option<Option<Dimensions>> {
        let tail = if tail.is_empty() && !self.peek().eq_ignore_ascii_case("EMPTY") { self.word() } else { tail };
        Some(match tail.to_ascii_uppercase().as_str() {
            "" => None,
            "Z" => Some(Dimensions { z: true, m: false }),
            "M" => Some(Dimensions { z: false, m: true }),
            "ZM" => Some(Dimensions { z: true, m: true }),
            _ => return None,
        })
    }

    /// How many numbers the first position ahead has, where no word says it.
    fn counted(&self) -> Option<Dimensions> {
        let start = self.rest.find(|c: char| c != '(' && !c.is_whitespace())?;
        let position = self.rest[start..].split([',', ')']).next()?;
        match position.split_whitespace().count() {
            0..=2 => Some(Dimensions { z: false, m: false }),
            3 => Some(Dimensions { z: true, m: false }),
            4 => Some(Dimensions { z: true, m: true }),
            _ => None,
        }
    }

    fn geometry(&mut self, depth: usize, whole: Option<Dimensions>, out: &mut Vec<u8>) -> Option<Dimensions> {
        if depth >= DEEPEST {
            return None;
        }
        let word = self.word().to_ascii_uppercase();
        const KINDS: [Kind; 7] = [
            Kind::MultiPoint,
            Kind::MultiLineString,
            Kind::MultiPolygon,
            Kind::GeometryCollection,
            Kind::Point,
            Kind::LineString,
            Kind::Polygon,
        ];
        let kind = KINDS.into_iter().find(|kind| word.starts_with(kind.name()))?;
        let said = self.dimensions(&word[kind.name().len()..])?;
        let empty = self.empty();
        let in_parts = kind == Kind::GeometryCollection && !empty;
        let guessed = if empty || in_parts { None } else { self.counted() };
        let dimensions = said.or(guessed).or(whole).unwrap_or(Dimensions { z: false, m: false });
        let head = out.len();
        push_head(kind, dimensions, out);
        if empty {
            match kind {
                Kind::Point => (0..dimensions.count()).for_each(|_| out.extend_from_slice(&f64::NAN.to_le_bytes())),
                _ => out.extend_from_slice(&0u32.to_le_bytes()),
            }
            return Some(dimensions);
        }
        match kind {
            Kind::Point => self.bracketed(dimensions, out)?,
            Kind::LineString => self.positions(dimensions, out)?,
            Kind::Polygon => self.list(out, |r, out| r.positions(dimensions, out))?,
            Kind::MultiPoint => self.list(out, |r, out| r.point_of_many(dimensions, out))?,
            Kind::MultiLineString => self.list(out, |r, out| {
                push_head(Kind::LineString, dimensions, out);
                r.or_nothing(out, |r, out| r.positions(dimensions, out))
            })?,
            Kind::MultiPolygon => self.list(out, |r, out| {
                push_head(Kind::Polygon, dimensions, out);
                r.or_nothing(out, |r, out| r.list(out, |r, out| r.positions(dimensions, out)))
            })?,
            _ => {
                let mut of_parts = None;
                self.list(out, |r, out| {
                    let part = r.geometry(depth + 1, said.or(of_parts), out)?;
                    // All parts have the dimensions of the whole.
                    let alike = of_parts.is_none_or(|other| other == part) && said.is_none_or(|other| other == part);
                    of_parts = Some(part);
                    alike.then_some(())
                })?;
                let dimensions = of_parts.unwrap_or(dimensions);
                let mut again = Vec::new();
                push_head(kind, dimensions, &mut again);
                out[head..head + again.len()].copy_from_slice(&again);
                return Some(dimensions);
            }
        }
        Some(dimensions)
    }

    /// `( a, b, c )`, counted.
    fn list(&mut self, out: &mut Vec<u8>, mut one: impl FnMut(&mut Self, &mut Vec<u8>) -> Option<()>) -> Option<()> {
        let count_at = out.len();
        out.extend_from_slice(&[0; 4]);
        let mut count = 0u32;
        if !self.take('(') {
            return None;
        }
        loop {
            one(self, out)?;
            count += 1;
            if !self.take(',') {
                break;
            }
        }
        out[count_at..count_at + 4].copy_from_slice(&count.to_le_bytes());
        self.take(')').then_some(())
    }

    fn or_nothing(&mut self, out: &mut Vec<u8>, some: impl FnOnce(&mut Self, &mut Vec<u8>) -> Option<()>) -> Option<()> {
        if self.empty() {
            out.extend_from_slice(&0u32.to_le_bytes());
            return Some(());
        }
        some(self, out)
    }

    fn positions(&mut self, dimensions: Dimensions, out: &mut Vec<u8>) -> Option<()> {
        self.list(out, |r, out| r.position(dimensions, out))
    }

    /// `(1 2)`
    fn bracketed(&mut self, dimensions: Dimensions, out: &mut Vec<u8>) -> Option<()> {
        if !self.take('(') {
            return None;
        }
        self.position(dimensions, out)?;
        self.take(')').then_some(())
    }

    /// `(1 2)` or, as some write it, `1 2`.
    fn point_of_many(&mut self, dimensions: Dimensions, out: &mut Vec<u8>) -> Option<()> {
        push_head(Kind::Point, dimensions, out);
        if self.empty() {
            (0..dimensions.count()).for_each(|_| out.extend_from_slice(&f64::NAN.to_le_bytes()));
            return Some(());
        }
        if self.rest.trim_start().starts_with('(') { self.bracketed(dimensions, out) } else { self.position(dimensions, out) }
    }

    fn position(&mut self, dimensions: Dimensions, out: &mut Vec<u8>) -> Option<()> {
        for _ in 0..dimensions.count() {
            self.rest = self.rest.trim_start();
            let end = self.rest.find(|c: char| c.is_whitespace() || c == ',' || c == ')')?;
            let number: f64 = self.rest[..end].parse().ok()?;
            out.extend_from_slice(&number.to_le_bytes());
            self.rest = &self.rest[end..];
        }
        Some(())
    }
}

fn push_head(kind: Kind, dimensions: Dimensions, out: &mut Vec<u8>) {
    let code = kind as u32 + u32::from(dimensions.z) * 1000 + u32::from(dimensions.m) * 2000;
    out.push(1);
    out.extend_from_slice(&code.to_le_bytes());
}
