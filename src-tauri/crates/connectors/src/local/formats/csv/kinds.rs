//! The type of a column of text, by all of its values.
//!
//! Owns: what every value of a column could be, and the choice that loses nothing: a column has a type only if every value reads
//! back as it stands (0.1 does, 007 and +49 do not, a number too long for a float becomes a decimal). An empty value is NULL and
//! says nothing. Does not own: geometry made of two columns (`spatial`).

use super::wkt;
use crate::local::evaluate::moment::Moment;
use crate::local::evaluate::number::Number;
use crate::local::evaluate::{Bounds, envelope};
use arrow_schema::{DataType, TimeUnit};
use map::wkb::{Kind as Shape, header, normalise_into};
use std::collections::BTreeSet;

/// What a column's values are.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Text,
    Bool,
    Int,
    /// With this decimal mark.
    Float(u8),
    /// With this decimal mark, precision and scale.
    Decimal(u8, u8, u8),
    Date,
    /// Of this unit; with offsets.
    Timestamp(TimeUnit, bool),
    Time(TimeUnit),
    Wkt,
    HexWkb,
}

impl Kind {
    /// As Arrow has it, and as people call it.
    pub(super) fn data_type(&self) -> (DataType, String) {
        let of = |data_type, name: &str| (data_type, name.to_owned());
        match self {
            Self::Text => of(DataType::Utf8, "text"),
            Self::Bool => of(DataType::Boolean, "boolean"),
            Self::Int => of(DataType::Int64, "integer"),
            Self::Float(_) => of(DataType::Float64, "number"),
            Self::Decimal(_, precision, scale) => {
                (DataType::Decimal128(*precision, scale.cast_signed()), format!("decimal({precision}, {scale})"))
            }
            Self::Date => of(DataType::Date32, "date"),
            Self::Timestamp(unit, false) => of(DataType::Timestamp(*unit, None), "timestamp"),
            Self::Timestamp(unit, true) => of(DataType::Timestamp(*unit, Some("UTC".into())), "timestamp with offset"),
            Self::Time(unit) => of(DataType::Time64(*unit), "time"),
            Self::Wkt | Self::HexWkb => of(DataType::Binary, "geometry"),
        }
    }
}

/// A value that is no plain text: a number, a truth, a date, a time.
pub(super) fn looks_typed(value: &str) -> bool {
    let mut could = Could::default();
    could.see(value);
    !matches!(could.kind(b','), Kind::Text) || Number::parse(value).is_some()
}

/// Numbers with one decimal mark.
#[derive(Debug, Clone)]
struct Numbers {
    mark: u8,
    float: bool,
    decimal: bool,
    /// Most digits before and behind the mark.
    whole: u8,
    scale: u8,
    /// There was a number with an end.
    any: bool,
    /// One had not just three digits behind the mark: it does not part thousands.
    odd: bool,
    least: f64,
    most: f64,
}

/// What a column could be, by the values so far.
#[derive(Debug, Clone)]
pub(super) struct Could {
    pub(super) values: u64,
    bool: bool,
    int: bool,
    point: Numbers,
    comma: Numbers,
    date: bool,
    stamp: bool,
    time: bool,
    offsets: bool,
    no_offsets: bool,
    fraction: u8,
    nanos_fit: bool,
    wkt: bool,
    hex: bool,
    shapes: BTreeSet<&'static str>,
    dimensions: u8,
    bounds: Bounds,
    srids: BTreeSet<Option<i32>>,
    text: bool,
    bytes: Vec<u8>,
}

impl Default for Could {
    fn default() -> Self {
        let numbers = |mark| Numbers {
            mark,
            float: true,
            decimal: true,
            whole: 0,
            scale: 0,
            any: false,
            odd: false,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
        };
        Self {
            values: 0,
            bool: true,
            int: true,
            point: numbers(b'.'),
            comma: numbers(b','),
            date: true,
            stamp: true,
            time: true,
            offsets: false,
            no_offsets: false,
            fraction: 0,
            nanos_fit: true,
            wkt: true,
            hex: true,
            shapes: BTreeSet::new(),
            dimensions: 2,
            bounds: Bounds::default(),
            srids: BTreeSet::new(),
            text: false,
            bytes: Vec::new(),
        }
    }
}

impl Could {
    /// One more value.
    pub(super) fn see(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        self.values += 1;
        if self.text {
            return;
        }
        let trimmed = value.trim_matches([' ', '\t']);
        self.bool = self.bool && truth(trimmed).is_some();
        self.int = self.int && int(trimmed).is_some();
        self.point.see(trimmed);
        self.comma.see(trimmed);
        if self.date || self.stamp || self.time {
            self.see_moment(trimmed);
        }
        if self.wkt || self.hex {
            self.see_shape(trimmed);
        }
        let number = self.int || self.point.float || self.point.decimal || self.comma.float || self.comma.decimal;
        self.text = !(number || self.bool || self.date || self.stamp || self.time || self.wkt || self.hex);
    }

    fn see_moment(&mut self, value: &str) {
        let moment = if value.as_bytes().first().is_some_and(u8::is_ascii_digit) { Moment::parse(value) } else { None };
        let Some(moment) = moment else {
            (self.date, self.stamp, self.time) = (false, false, false);
            return;
        };
        let in_range = moment.days.is_none_or(|days| (-719_162..=2_932_896).contains(&days));
        self.date = self.date && in_range && moment.time.is_none() && value.len() == 10;
        self.stamp = self.stamp && in_range && moment.days.is_some() && moment.time.is_some();
        self.time = self.time && moment.days.is_none() && moment.offset.is_none();
        if moment.time.is_some() {
            self.offsets |= moment.offset.is_some();
            self.no_offsets |= moment.offset.is_none();
            self.fraction = self.fraction.max(moment.fraction);
            self.nanos_fit =
                self.nanos_fit && i64::try_from(moment.nanos()).is_ok_and(|n| n.unsigned_abs() < 9_000_000_000_000_000_000);
        }
    }

    fn see_shape(&mut self, value: &str) {
        self.bytes.clear();
        let srid = if self.wkt && wkt::begins(value) { wkt::wkb(value, &mut self.bytes) } else { None };
        self.wkt = self.wkt && srid.is_some();
        let srid = if self.hex && srid.is_none() { hex(value, &mut self.bytes) } else { srid };
        self.hex = self.hex && !self.wkt && srid.is_some();
        let (Some(srid), Ok(head)) = (srid, header(&self.bytes)) else { return };
        self.shapes.insert(head.kind.name());
        self.dimensions = self.dimensions.max(u8::try_from(head.dimensions.count()).unwrap_or(2));
        self.srids.insert(srid);
        if let Ok(Some([west, south, east, north])) = envelope(&self.bytes) {
            self.bounds.add([west, south]);
            self.bounds.add([east, north]);
        }
    }

    /// The choice.
    pub(super) fn kind(&self, delimiter: u8) -> Kind {
        if self.values == 0 || self.text {
            return Kind::Text;
        }
        let unit = if self.fraction > 6 { TimeUnit::Nanosecond } else { TimeUnit::Microsecond };
        let comma = delimiter != b',' && self.comma.odd;
        match () {
            () if self.bool => Kind::Bool,
            () if self.int => Kind::Int,
            () if self.point.float && self.point.any => Kind::Float(b'.'),
            () if self.point.fits() => Kind::Decimal(b'.', self.point.whole + self.point.scale, self.point.scale),
            () if comma && self.comma.float && self.comma.any => Kind::Float(b','),
            () if comma && self.comma.fits() => Kind::Decimal(b',', self.comma.whole + self.comma.scale, self.comma.scale),
            () if self.date => Kind::Date,
            () if self.stamp && self.offsets != self.no_offsets && (self.fraction <= 6 || self.nanos_fit) => {
                Kind::Timestamp(unit, self.offsets)
            }
            () if self.time => Kind::Time(unit),
            () if self.wkt => Kind::Wkt,
            () if self.hex => Kind::HexWkb,
            () => Kind::Text,
        }
    }

    /// Least and greatest number.
    pub(super) fn range(&self, mark: u8) -> (f64, f64) {
        let numbers = if mark == b',' { &self.comma } else { &self.point };
        (numbers.least, numbers.most)
    }

    /// The type that all geometries have, or `GEOMETRY`; dimensions; where they are; their SRIDs.
    pub(super) fn shape(&self) -> (String, u8, Option<[f64; 4]>, &BTreeSet<Option<i32>>) {
        let name = if self.shapes.len() == 1 { self.shapes.first().copied() } else { None };
        (name.unwrap_or("GEOMETRY").to_owned(), self.dimensions, self.bounds.get(), &self.srids)
    }
}

impl Numbers {
    fn see(&mut self, value: &str) {
        if !(self.float || self.decimal) {
            return;
        }
        let Some(digits) = Digits::of(value, self.mark) else {
            let word = ["nan", "inf", "-inf", "infinity", "-infinity"].iter().any(|w| value.eq_ignore_ascii_case(w));
            self.float = self.float && word;
            self.decimal = false;
            return;
        };
        let plain = digits.plain(value, self.mark);
        let Ok(number) = plain.parse::<f64>() else {
            (self.float, self.decimal) = (false, false);
            return;
        };
        self.any = true;
        self.odd |= digits.scale > 0 && digits.scale != 3;
        self.least = self.least.min(number);
        self.most = self.most.max(number);
        // 15 digits always survive a float; more may.
        let short = digits.whole + digits.scale <= 15 && !digits.exponent;
        self.float = self.float && number.is_finite() && (short || Number::parse(&plain) == Some(Number::of(number)));
        self.decimal = self.decimal && !digits.exponent && digits.whole + digits.scale <= 38;
        self.whole = self.whole.max(u8::try_from(digits.whole).unwrap_or(u8::MAX));
        self.scale = self.scale.max(u8::try_from(digits.scale).unwrap_or(u8::MAX));
    }

    fn fits(&self) -> bool {
        self.decimal && self.any && u16::from(self.whole) + u16::from(self.scale) <= 38
    }
}

/// How many digits a number has.
struct Digits {
    whole: usize,
    scale: usize,
    exponent: bool,
}

impl Digits {
    /// None when it is no number, or one that would not be written so: with a plus, or with needless zeros in front.
    fn of(value: &str, mark: u8) -> Option<Self> {
        let bytes = value.strip_prefix('-').unwrap_or(value).as_bytes();
        let run = |bytes: &[u8]| bytes.iter().take_while(|b| b.is_ascii_digit()).count();
        let whole = run(bytes);
        if whole > 1 && bytes[0] == b'0' {
            return None;
        }
        let mut rest = &bytes[whole..];
        let mut scale = 0;
        if rest.first() == Some(&mark) {
            scale = run(&rest[1..]);
            rest = &rest[1 + scale..];
        }
        if whole + scale == 0 || whole + scale > 400 {
            return None;
        }
        let exponent = matches!(rest.first(), Some(b'e' | b'E'));
        if exponent {
            let sign = usize::from(matches!(rest.get(1), Some(b'+' | b'-')));
            let digits = run(rest.get(1 + sign..)?);
            if digits == 0 || digits > 3 {
                return None;
            }
            rest = &rest[1 + sign + digits..];
        }
        rest.is_empty().then_some(Self { whole, scale, exponent })
    }

    fn plain<'a>(&self, value: &'a str, mark: u8) -> std::borrow::Cow<'a, str> {
        if mark == b',' && self.scale > 0 { value.replace(',', ".").into() } else { value.into() }
    }
}

/// `true` or `false`.
pub(super) fn truth(value: &str) -> Option<bool> {
    if value.eq_ignore_ascii_case("true") { Some(true) } else { value.eq_ignore_ascii_case("false").then_some(false) }
}

/// A whole number that is written so.
pub(super) fn int(value: &str) -> Option<i64> {
    let digits = value.strip_prefix('-').unwrap_or(value).as_bytes();
    let canonical = digits == b"0" && value != "-0" || digits.first().is_some_and(|b| (b'1'..=b'9').contains(b));
    if canonical { value.parse().ok() } else { None }
}

/// Hexadecimal WKB or EWKB as ISO WKB behind what `out` holds already, and its SRID.
pub(super) fn hex(value: &str, out: &mut Vec<u8>) -> Option<Option<i32>> {
    let digits = value.strip_prefix("\\x").unwrap_or(value).as_bytes();
    // The shortest has a byte order, a type and a count.
    if digits.len() < 18 || digits.len() % 2 == 1 || digits[0] != b'0' {
        return None;
    }
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let bytes: Option<Vec<u8>> = digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect();
    normalise_into(&bytes?, out).ok()
}

/// A point without height.
pub(super) fn point(x: f64, y: f64) -> [u8; 21] {
    let mut out = [0; 21];
    out[0] = 1;
    out[1] = Shape::Point as u8;
    out[5..13].copy_from_slice(&x.to_le_bytes());
    out[13..].copy_from_slice(&y.to_le_bytes());
    out
}
