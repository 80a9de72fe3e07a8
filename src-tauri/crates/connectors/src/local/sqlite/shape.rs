//! Which Arrow type a column gets. SQLite lets every value have its own type, and a declared type is only a wish: a column gets
//! the type it declares only as long as every value fits without being changed; else it is shown as text, each value as it is.

use super::blob;
use super::moment::{self, Form};
use arrow_schema::{DataType, TimeUnit};
use rusqlite::types::ValueRef;

/// How a column's values are handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// 0 and 1.
    Bool,
    /// Whole numbers.
    Int,
    /// Numbers.
    Float,
    /// Text.
    Text,
    /// Values of several kinds, each as text ([`as_text`]).
    Any,
    /// Bytes.
    Binary,
    /// `YYYY-MM-DD`.
    Date,
    /// Date and time, in one form throughout.
    Moment(Form),
    /// A GeoPackage's geometry, as WKB.
    Geometry,
}

impl Shape {
    /// The Arrow type.
    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Int => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Text | Self::Any => DataType::Utf8,
            Self::Binary | Self::Geometry => DataType::Binary,
            Self::Date => DataType::Date32,
            Self::Moment(form) => DataType::Timestamp(TimeUnit::Microsecond, form.utc.then(|| "UTC".into())),
        }
    }
}

impl Shape {
    /// The type of what declares none.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Bool => "BOOLEAN",
            Self::Int => "INTEGER",
            Self::Float => "REAL",
            Self::Text => "TEXT",
            Self::Any => "ANY",
            Self::Binary => "BLOB",
            Self::Date => "DATE",
            Self::Moment(_) => "DATETIME",
            Self::Geometry => "GEOMETRY",
        }
    }
}

/// What a column's declared type asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    /// BOOLEAN.
    Bool,
    /// A type with INT in it.
    Integer,
    /// REAL, FLOAT, DOUBLE.
    Real,
    /// TEXT, CHAR, CLOB.
    Text,
    /// BLOB.
    Blob,
    /// DATE.
    Date,
    /// DATETIME, TIMESTAMP.
    Moment,
    /// Anything else.
    Number,
    /// Nothing declared, or no column of a table.
    Nothing,
    /// Registered as a geometry.
    Geometry,
}

impl Declared {
    /// By SQLite's own rules, but for the types that only a GeoPackage knows.
    pub(super) fn of(type_name: &str) -> Self {
        let name = type_name.trim().to_ascii_uppercase();
        let word = name.split(['(', ' ']).next().unwrap_or_default();
        let has = |part: &str| name.contains(part);
        match word {
            "" | "ANY" => Self::Nothing,
            "BOOLEAN" | "BOOL" => Self::Bool,
            "DATE" => Self::Date,
            "DATETIME" | "TIMESTAMP" => Self::Moment,
            _ if has("INT") => Self::Integer,
            _ if has("CHAR") || has("CLOB") || has("TEXT") => Self::Text,
            _ if has("BLOB") => Self::Blob,
            _ if has("REAL") || has("FLOA") || has("DOUB") => Self::Real,
            _ => Self::Number,
        }
    }
}

/// What was seen in a column so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seen {
    bits: u16,
    form: Option<Form>,
}

const INT: u16 = 1;
/// A whole number that a floating one cannot hold.
const LARGE: u16 = 1 << 1;
const NOT_BOOL: u16 = 1 << 2;
const REAL: u16 = 1 << 3;
const TEXT: u16 = 1 << 4;
const NOT_UTF8: u16 = 1 << 5;
const NOT_DATE: u16 = 1 << 6;
/// A text that is no time, or written in another form than those before it.
const NOT_MOMENT: u16 = 1 << 7;
const BLOB: u16 = 1 << 8;
const NOT_GEOMETRY: u16 = 1 << 9;
/// So large that a text of it is not looked at for its form.
const LONGEST_MOMENT: usize = 32;

impl Seen {
    /// One more value.
    pub(super) fn add(&mut self, value: ValueRef<'_>) {
        self.bits |= match value {
            ValueRef::Null => 0,
            ValueRef::Integer(n) => {
                let large = if exact(n).is_none() { LARGE } else { 0 };
                INT | large | if n == 0 || n == 1 { 0 } else { NOT_BOOL }
            }
            ValueRef::Real(_) => REAL,
            ValueRef::Text(text) => TEXT | self.text(text),
            ValueRef::Blob(blob) => BLOB | if blob::header(blob).is_some() { 0 } else { NOT_GEOMETRY },
        };
    }

    fn text(&mut self, text: &[u8]) -> u16 {
        let mut bits = 0;
        if std::str::from_utf8(text).is_err() {
            bits |= NOT_UTF8;
        }
        if moment::date(text).is_none() {
            bits |= NOT_DATE;
        }
        let found = if text.len() > LONGEST_MOMENT { None } else { moment::moment(text) };
        match (found, self.form) {
            (Some((form, _)), None) => self.form = Some(form),
            (Some((form, _)), Some(before)) if form == before => {}
            _ => bits |= NOT_MOMENT,
        }
        bits
    }

    /// The type for a column that declares this.
    pub(super) fn shape(self, declared: Declared) -> Shape {
        let only = |allowed: u16| self.bits & !allowed == 0;
        match declared {
            Declared::Geometry if only(BLOB) => Shape::Geometry,
            // Computed in a statement, or kept without being registered.
            Declared::Nothing if self.bits != 0 && only(BLOB) => Shape::Geometry,
            Declared::Bool if only(INT) => Shape::Bool,
            Declared::Date if only(TEXT | NOT_MOMENT) => Shape::Date,
            Declared::Moment if only(TEXT | NOT_DATE) => Shape::Moment(self.form.unwrap_or(Form::GEOPACKAGE)),
            Declared::Integer if only(INT | LARGE | NOT_BOOL) => Shape::Int,
            Declared::Real | Declared::Number if only(REAL) => Shape::Float,
            Declared::Text if only(TEXT | NOT_DATE | NOT_MOMENT) => Shape::Text,
            Declared::Blob if only(BLOB | NOT_GEOMETRY) => Shape::Binary,
            _ if self.bits == 0 => Shape::Any,
            Declared::Real if only(REAL | INT | NOT_BOOL) => Shape::Float,
            _ if only(INT | LARGE | NOT_BOOL) => Shape::Int,
            _ if only(REAL | INT | NOT_BOOL) => Shape::Float,
            _ if only(TEXT | NOT_DATE | NOT_MOMENT) => Shape::Text,
            _ if only(BLOB | NOT_GEOMETRY) => Shape::Binary,
            _ => Shape::Any,
        }
    }
}

/// The same number as a floating one, if it can hold it.
pub(super) fn exact(n: i64) -> Option<f64> {
    // Up to 2^53 every whole number has its place.
    #[allow(clippy::cast_precision_loss)]
    (n.unsigned_abs() <= 1 << 53).then_some(n as f64)
}

/// Any value as text: numbers so that they read back the same, bytes as SQL writes them.
pub(super) fn as_text(value: ValueRef<'_>) -> Option<String> {
    Some(match value {
        ValueRef::Null => return None,
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(n) => format!("{n:?}"),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => text.to_owned(),
            Err(_) => hex(text),
        },
        ValueRef::Blob(blob) => hex(blob),
    })
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2 + 3);
    out.push_str("x'");
    for byte in bytes {
        out.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        out.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::{Declared, Seen, Shape, as_text};
    use rusqlite::types::ValueRef::{self, Blob, Integer, Null, Real, Text};

    fn shape(declared: &str, values: &[ValueRef<'_>]) -> Shape {
        let mut seen = Seen::default();
        values.iter().for_each(|v| seen.add(*v));
        seen.shape(Declared::of(declared))
    }

    #[test]
    fn a_declared_type_holds_as_long_as_every_value_fits() {
        assert_eq!(shape("INTEGER", &[Integer(i64::MAX), Null]), Shape::Int);
        assert_eq!(shape("DOUBLE PRECISION", &[Real(0.5), Integer(3)]), Shape::Float);
        assert_eq!(shape("BOOLEAN", &[Integer(0), Integer(1)]), Shape::Bool);
        assert_eq!(shape("VARCHAR(3)", &[Text(b"longer than three")]), Shape::Text);
        assert_eq!(shape("DATE", &[Text(b"2024-02-29")]), Shape::Date);
        assert!(matches!(shape("DATETIME", &[Text(b"2024-02-29T00:00:00.000Z")]), Shape::Moment(_)));
        assert_eq!(shape("DECIMAL(10,2)", &[Real(0.5), Integer(3)]), Shape::Float);
    }

    #[test]
    fn a_value_that_does_not_fit_is_never_changed() {
        assert_eq!(shape("INTEGER", &[Integer(1), Real(0.5)]), Shape::Float);
        assert_eq!(shape("INTEGER", &[Integer(i64::MAX), Real(0.5)]), Shape::Any, "the number would be rounded");
        assert_eq!(shape("INTEGER", &[Integer(1), Text(b"many")]), Shape::Any);
        assert_eq!(shape("BOOLEAN", &[Integer(2)]), Shape::Int);
        assert_eq!(shape("TEXT", &[Text(b"\xff\xfe")]), Shape::Any);
        assert_eq!(shape("DATE", &[Text(b"29.2.2024")]), Shape::Text);
        assert_eq!(shape("DATE", &[Integer(19_000)]), Shape::Int);
        let mixed = [Text(b"2024-02-29T00:00:00Z"), Text(b"2024-02-29 00:00")];
        assert_eq!(shape("DATETIME", &mixed), Shape::Text, "written in two ways, and sorted as texts");
        assert_eq!(as_text(Real(0.1 + 0.2)).as_deref(), Some("0.30000000000000004"));
        assert_eq!(as_text(Blob(b"\x0a\xff")).as_deref(), Some("x'0aff'"));
    }
}
