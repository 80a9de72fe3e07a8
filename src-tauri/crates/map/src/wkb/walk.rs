//! The walk over a geometry's bytes: iterative, bounded, without allocation that the bytes could ask for.

use super::kind::Layout;
use super::{Dimensions, Kind, WkbError};

/// How deep collections may be nested.
pub const DEEPEST: usize = 32;

const Z: u32 = 0x8000_0000;
const M: u32 = 0x4000_0000;
const SRID: u32 = 0x2000_0000;
/// The shortest part of a whole: byte order, code, and a count of zero.
const SHORTEST_PART: usize = 9;

/// The head of a geometry or of one of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Its type.
    pub kind: Kind,
    /// Its dimensions.
    pub dimensions: Dimensions,
    /// The SRID, where the bytes tell one.
    pub srid: Option<i32>,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Least significant byte first.
    pub little_endian: bool,
}

impl Header {
    /// The ISO code: type and dimensions, without SRID.
    pub fn iso_code(&self) -> u32 {
        self.kind as u32 + self.dimensions.iso()
    }
}

/// Positions in a row, still as bytes.
#[derive(Debug, Clone, Copy)]
pub struct Points<'a> {
    bytes: &'a [u8],
    start: usize,
    little_endian: bool,
    dimensions: Dimensions,
}

impl<'a> Points<'a> {
    /// How many.
    pub fn len(&self) -> usize {
        self.bytes.len() / (self.dimensions.count() * 8)
    }

    /// None at all.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// x and y of each.
    pub fn xy(self) -> impl Iterator<Item = [f64; 2]> + 'a {
        self.bytes.chunks_exact(self.dimensions.count() * 8).map(move |at| [self.number(&at[..8]), self.number(&at[8..16])])
    }

    /// x, y, height and measure of each; NaN for what they do not have. Can be read from the end.
    pub fn positions(self) -> impl DoubleEndedIterator<Item = [f64; 4]> + ExactSizeIterator + 'a {
        self.bytes.chunks_exact(self.stride()).map(move |at| {
            let mut numbers = at.chunks_exact(8).map(|eight| self.number(eight));
            let mut next = |there: bool| if there { numbers.next().unwrap_or(f64::NAN) } else { f64::NAN };
            [next(true), next(true), next(self.dimensions.z), next(self.dimensions.m)]
        })
    }

    /// Where the first one begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// So many bytes each.
    pub(super) fn stride(&self) -> usize {
        self.dimensions.count() * 8
    }

    pub(super) fn is_little_endian(&self) -> bool {
        self.little_endian
    }

    fn number(&self, bytes: &[u8]) -> f64 {
        let mut eight = [0; 8];
        eight.copy_from_slice(bytes);
        if self.little_endian { f64::from_le_bytes(eight) } else { f64::from_be_bytes(eight) }
    }
}

/// Hears what a walk meets, in order.
pub trait Visit {
    /// A geometry, or a part of one, begins.
    ///
    /// # Errors
    /// To stop the walk, as with [`Kind::drawable`].
    fn begin(&mut self, header: &Header) -> Result<(), WkbError>;
    /// A line's, a ring's or a point's positions. An empty point has one position of NaN.
    fn points(&mut self, points: Points<'_>);
    /// The last begun geometry ends.
    fn end(&mut self);
}

/// The head of the outermost geometry alone.
///
/// # Errors
/// When the bytes do not begin like a geometry.
pub fn header(bytes: &[u8]) -> Result<Header, WkbError> {
    Reader { bytes, at: 0 }.header()
}

/// Walks over the whole geometry. Returns the head of the outermost one.
///
/// # Errors
/// Whatever is wrong with the bytes, and what `visit` answers.
pub fn walk(bytes: &[u8], visit: &mut impl Visit) -> Result<Header, WkbError> {
    let mut reader = Reader { bytes, at: 0 };
    let outermost = reader.header()?;
    let mut open: Vec<(Header, u32)> = Vec::new();
    let mut current = outermost;
    loop {
        visit.begin(&current)?;
        let parts = reader.body(&current, visit)?;
        if parts > 0 {
            if open.len() >= DEEPEST - 1 {
                return Err(WkbError::TooDeep);
            }
            open.push((current, parts));
        } else {
            visit.end();
        }
        while open.last().is_some_and(|(_, left)| *left == 0) {
            open.pop();
            visit.end();
        }
        let Some((whole, left)) = open.last_mut() else { break };
        *left -= 1;
        current = reader.part_of(whole)?;
    }
    if reader.at < bytes.len() {
        return Err(WkbError::Trailing { at: reader.at });
    }
    Ok(outermost)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], WkbError> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or(WkbError::Short { at: self.at })?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn u32(&mut self, little_endian: bool) -> Result<u32, WkbError> {
        let mut four = [0; 4];
        four.copy_from_slice(self.take(4)?);
        Ok(if little_endian { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    }

    fn header(&mut self) -> Result<Header, WkbError> {
        let start = self.at;
        let little_endian = match self.take(1)?[0] {
            0 => false,
            1 => true,
            byte => return Err(WkbError::ByteOrder { byte }),
        };
        let code = self.u32(little_endian)?;
        let iso = code & !(Z | M | SRID);
        let thousands = iso / 1000;
        if thousands > 3 {
            return Err(WkbError::UnknownType { code });
        }
        let kind = Kind::from_iso(iso % 1000).ok_or(WkbError::UnknownType { code })?;
        let dimensions = Dimensions { z: code & Z != 0 || thousands & 1 != 0, m: code & M != 0 || thousands & 2 != 0 };
        let srid = if code & SRID == 0 { None } else { Some(self.u32(little_endian)?.cast_signed()) };
        Ok(Header { kind, dimensions, srid, start, end: self.at, little_endian })
    }

    /// A part's head, when it may stand in the whole. An own SRID must be the whole's.
    fn part_of(&mut self, whole: &Header) -> Result<Header, WkbError> {
        let mut part = self.header()?;
        let same_srid = part.srid.is_none_or(|srid| whole.srid == Some(srid));
        if !whole.kind.holds(part.kind) || part.dimensions != whole.dimensions || !same_srid {
            return Err(WkbError::Nested { at: part.start });
        }
        part.srid = whole.srid;
        Ok(part)
    }

    /// A count of things that take at least `each` bytes.
    fn count(&mut self, header: &Header, each: usize) -> Result<u32, WkbError> {
        let at = self.at;
        let count = self.u32(header.little_endian)?;
        let needed = (count as usize).checked_mul(each);
        if needed.is_none_or(|needed| needed > self.left()) { Err(WkbError::Count { count, at }) } else { Ok(count) }
    }

    fn points(&mut self, header: &Header, count: usize) -> Result<Points<'a>, WkbError> {
        let start = self.at;
        let bytes = self.take(count * header.dimensions.count() * 8)?;
        Ok(Points { bytes, start, little_endian: header.little_endian, dimensions: header.dimensions })
    }

    /// What follows the head; how many parts are still to come.
    fn body(&mut self, header: &Header, visit: &mut impl Visit) -> Result<u32, WkbError> {
        let position = header.dimensions.count() * 8;
        match header.kind.layout() {
            Layout::Position => visit.points(self.points(header, 1)?),
            Layout::Positions => {
                let count = self.count(header, position)?;
                visit.points(self.points(header, count as usize)?);
            }
            Layout::Rings => {
                for _ in 0..self.count(header, 4)? {
                    let count = self.count(header, position)?;
                    visit.points(self.points(header, count as usize)?);
                }
            }
            Layout::Parts => return self.count(header, SHORTEST_PART),
        }
        Ok(0)
    }
}
