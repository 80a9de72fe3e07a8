//! A geometry's numbers, and the WKB that they make.

use super::feature::{Members, Wrong, elements, text};
use map::wkb::{DEEPEST, Dimensions, Kind, Writer};
use serde_json::value::RawValue;

/// One geometry, or all parts of a collection, flat. Kept from feature to feature, so that its memory is taken once.
#[derive(Debug, Default)]
pub(super) struct Shape {
    positions: Vec<[f64; 4]>,
    /// What was met, in order.
    marks: Vec<Mark>,
    width: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mark {
    /// A geometry of this kind begins; a collection has so many parts.
    Begin(Kind, usize),
    /// An array of positions ends behind so many positions; or a point's only one.
    Row(usize),
    /// An array of such arrays ends.
    Rows,
    /// The geometry ends.
    End,
}

impl Shape {
    /// Reads the geometry.
    pub(super) fn read(&mut self, geometry: &RawValue) -> Result<(), Wrong> {
        self.positions.clear();
        self.marks.clear();
        self.width = 2;
        self.one(geometry, 1)
    }

    fn one(&mut self, geometry: &RawValue, depth: usize) -> Result<(), Wrong> {
        if depth > DEEPEST {
            return Err(Wrong::new("Its geometry is nested deeper than anything honest is."));
        }
        let members = Members::of(geometry).ok_or_else(|| Wrong::new("Its geometry is no object."))?;
        let name = members.get("type").and_then(text).unwrap_or_default();
        // How deep the arrays of its coordinates are nested.
        let (kind, nesting) = match name.as_ref() {
            "Point" => (Kind::Point, 1),
            "LineString" => (Kind::LineString, 2),
            "MultiPoint" => (Kind::MultiPoint, 2),
            "Polygon" => (Kind::Polygon, 3),
            "MultiLineString" => (Kind::MultiLineString, 3),
            "MultiPolygon" => (Kind::MultiPolygon, 4),
            "GeometryCollection" => {
                let parts = members.get("geometries").and_then(elements);
                let parts = parts.ok_or_else(|| Wrong::new("Its collection of geometries has no array of them."))?;
                self.marks.push(Mark::Begin(Kind::GeometryCollection, parts.len()));
                parts.into_iter().try_for_each(|part| self.one(part, depth + 1))?;
                self.marks.push(Mark::End);
                return Ok(());
            }
            other => return Err(Wrong::new(format!("“{other}” is no type of geometry."))),
        };
        let coordinates = members.get("coordinates").ok_or_else(|| Wrong::new("Its geometry has no coordinates."))?;
        self.marks.push(Mark::Begin(kind, 0));
        self.coordinates(coordinates.get(), nesting)?;
        self.marks.push(Mark::End);
        Ok(())
    }

    /// The arrays of one geometry's coordinates. The text is JSON already; here it is seen whether it is coordinates.
    fn coordinates(&mut self, json: &str, nesting: usize) -> Result<(), Wrong> {
        let (bytes, mut at, mut depth, mut numbers) = (json.as_bytes(), 0, 0, 0);
        let mut position = [f64::NAN; 4];
        while at < bytes.len() {
            match bytes[at] {
                b'[' => {
                    depth += 1;
                    if depth > nesting {
                        return Err(Wrong::new("Its coordinates are nested deeper than its type wants."));
                    }
                    (numbers, position) = (0, [f64::NAN; 4]);
                }
                b']' => {
                    match nesting - depth {
                        0 if numbers >= 2 => {
                            self.positions.push(position);
                            self.width = self.width.max(numbers.min(4));
                            if nesting == 1 {
                                self.marks.push(Mark::Row(self.positions.len()));
                            }
                        }
                        // An empty point; anything else with no or one number is no position.
                        0 if numbers == 0 && nesting == 1 => {}
                        0 => return Err(Wrong::new("One of its positions has less than two numbers.")),
                        1 => self.marks.push(Mark::Row(self.positions.len())),
                        2 => self.marks.push(Mark::Rows),
                        _ => {}
                    }
                    depth -= 1;
                }
                b'-' | b'0'..=b'9' if depth == nesting => {
                    let end = json[at..].find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+' | 'e' | 'E'));
                    let end = end.map_or(bytes.len(), |n| at + n);
                    let number = json[at..end].parse().ok().filter(|n: &f64| n.is_finite());
                    let number = number.ok_or_else(|| Wrong::new("One of its coordinates is no number that can be held."))?;
                    if let Some(place) = position.get_mut(numbers) {
                        *place = number;
                    }
                    numbers += 1;
                    at = end;
                    continue;
                }
                b',' => {}
                c if c.is_ascii_whitespace() => {}
                _ => return Err(Wrong::new("Its coordinates hold something that is no number.")),
            }
            at += 1;
        }
        Ok(())
    }

    /// West, south, east, north; None when it is nowhere.
    pub(super) fn bounds(&self) -> Option<[f64; 4]> {
        let first = self.positions.first()?;
        Some(self.positions.iter().fold([first[0], first[1], first[0], first[1]], |b, [x, y, ..]| {
            [b[0].min(*x), b[1].min(*y), b[2].max(*x), b[3].max(*y)]
        }))
    }

    /// Its box meets this one.
    pub(super) fn meets(&self, bounds: [f64; 4]) -> bool {
        self.bounds().is_some_and(|own| own[0] <= bounds[2] && own[2] >= bounds[0] && own[1] <= bounds[3] && own[3] >= bounds[1])
    }

    /// What it is.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self.marks.first() {
            Some(Mark::Begin(kind, _)) => Some(*kind),
            _ => None,
        }
    }

    /// 2, 3 or 4.
    pub(super) fn dimensions(&self) -> usize {
        self.width
    }

    /// Writes it as WKB behind what `out` holds already.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut writer = Writer::new(out, Dimensions { z: self.width > 2, m: self.width > 3 });
        let (mut at, mut marks) = (0, self.marks.as_slice());
        while let Some((mark, rest)) = marks.split_first() {
            marks = rest;
            if let Mark::Begin(kind, parts) = mark {
                if *kind == Kind::GeometryCollection {
                    writer.head(*kind);
                    writer.count(*parts);
                    continue;
                }
                let end = marks.iter().position(|m| *m == Mark::End).unwrap_or(marks.len());
                self.flat(*kind, &marks[..end], &mut at, &mut writer);
                marks = &marks[end..];
            }
        }
    }

    /// One geometry that is no collection. `at`: its first position, then that of the next geometry.
    fn flat(&self, kind: Kind, marks: &[Mark], at: &mut usize, writer: &mut Writer<'_>) {
        let ends = || marks.iter().filter_map(|m| if let Mark::Row(end) = m { Some(*end) } else { None });
        match kind {
            Kind::Point => match ends().next().and_then(|end| self.positions.get(end - 1)) {
                Some(position) => {
                    writer.point(*position);
                    *at += 1;
                }
                None => writer.empty_point(),
            },
            Kind::LineString => {
                writer.head(kind);
                self.row(ends().next().unwrap_or(*at), at, writer);
            }
            Kind::MultiPoint => {
                let end = ends().next().unwrap_or(*at);
                writer.head(kind);
                writer.count(end - *at);
                self.positions[*at..end].iter().for_each(|position| writer.point(*position));
                *at = end;
            }
            Kind::MultiPolygon => {
                writer.head(kind);
                writer.count(marks.iter().filter(|m| **m == Mark::Rows).count());
                for polygon in marks.split_inclusive(|m| *m == Mark::Rows) {
                    writer.head(Kind::Polygon);
                    let rings = polygon.iter().filter_map(|m| if let Mark::Row(end) = m { Some(*end) } else { None });
                    writer.count(rings.clone().count());
                    rings.for_each(|end| self.row(end, at, writer));
                }
            }
            _ => {
                writer.head(kind);
                writer.count(ends().count());
                for end in ends() {
                    if kind == Kind::MultiLineString {
                        writer.head(Kind::LineString);
                    }
                    self.row(end, at, writer);
                }
            }
        }
    }

    fn row(&self, end: usize, at: &mut usize, writer: &mut Writer<'_>) {
        writer.positions(self.positions[*at..end].iter().copied());
        *at = end;
    }
}
