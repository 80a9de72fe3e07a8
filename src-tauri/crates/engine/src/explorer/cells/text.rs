//! One value as text, for every type that a session yields.

use super::json;
use super::kind::of_field;
use super::time::{self, Zone};
use crate::views::CellKind;
use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Field, IntervalUnit, Schema, TimeUnit};
use std::fmt::Write;

/// How a value is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A few words: a geometry's type and size, a binary's length.
    Short,
    /// All of it, on one line where its type allows: geometry as WKT, binary as hex.
    Full,
    /// As [`Form::Full`], and JSON indented.
    Indented,
}

/// The columns of some rows, and how their values become text.
#[derive(Debug, Clone)]
pub(crate) struct Cells(Vec<Column>);

#[derive(Debug, Clone)]
struct Column {
    kind: CellKind,
    zone: Zone,
    /// The extreme values are `infinity` and `-infinity`.
    extremes: bool,
    /// Each geometry carries its own SRID.
    mixed: bool,
}

impl Column {
    fn of(field: &Field) -> Self {
        let says = |key: &str, value: &str| field.metadata().get(key).is_some_and(|v| v == value);
        let zone = match field.data_type() {
            DataType::Timestamp(_, zone) => Zone::of(zone.as_deref()),
            _ => Zone::None,
        };
        Self {
            kind: of_field(field),
            zone,
            extremes: says("landbridge:infinity", "extremes"),
            mixed: says("landbridge:srid", "mixed"),
        }
    }

    fn nested(data_type: &DataType) -> Self {
        Self::of(&Field::new("", data_type.clone(), true))
    }
}

impl Cells {
    /// For rows of this schema.
    pub(crate) fn of(schema: &Schema) -> Self {
        Self(schema.fields().iter().map(|field| Column::of(field)).collect())
    }

    /// Writes a value behind what `out` holds; false for NULL, which writes nothing. A long value may end once `most` bytes
    /// of it are written.
    pub(crate) fn write(
        &self,
        batch: &RecordBatch,
        column: usize,
        row: usize,
        form: Form,
        most: usize,
        out: &mut String,
    ) -> bool {
        let (Some(how), Some(array)) = (self.0.get(column), batch.columns().get(column)) else { return false };
        write(how, array, row, form, most, out)
    }

    /// A number's value, or a time's in seconds. None for NULL, and for everything else.
    pub(crate) fn measure(&self, batch: &RecordBatch, column: usize, row: usize) -> Option<f64> {
        let (how, array) = (self.0.get(column)?, batch.columns().get(column)?);
        if row >= array.len() || array.is_null(row) {
            return None;
        }
        match (how.kind, array.data_type()) {
            (CellKind::Number, _) => {
                let mut text = String::new();
                self.write(batch, column, row, Form::Full, usize::MAX, &mut text).then_some(())?;
                text.parse().ok()
            }
            (CellKind::Time, DataType::Date32) => {
                let days = array.as_primitive::<Date32Type>().value(row);
                let extreme = how.extremes && (days == i32::MAX || days == i32::MIN);
                Some(if extreme { f64::from(days) * f64::INFINITY } else { f64::from(days) * 86_400.0 })
            }
            (CellKind::Time, DataType::Date64) => Some(array.as_primitive::<Date64Type>().value(row) as f64 / 1000.0),
            (CellKind::Time, _) => {
                let (n, per_second) = count(array, row)?;
                let extreme = how.extremes && (n == i64::MAX || n == i64::MIN);
                Some(if extreme { n as f64 * f64::INFINITY } else { n as f64 / per_second as f64 })
            }
            _ => None,
        }
    }

    /// The value's own size in bytes; that of its text where it is no text or bytes.
    pub(crate) fn bytes(&self, batch: &RecordBatch, column: usize, row: usize, text: usize) -> u64 {
        let size = batch.columns().get(column).map(|array| match array.data_type() {
            DataType::Utf8 => array.as_string::<i32>().value(row).len(),
            DataType::LargeUtf8 => array.as_string::<i64>().value(row).len(),
            DataType::Utf8View => array.as_string_view().value(row).len(),
            _ => raw(array, row).map_or(text, <[u8]>::len),
        });
        size.unwrap_or(text) as u64
    }
}

fn write(how: &Column, array: &dyn Array, row: usize, form: Form, most: usize, out: &mut String) -> bool {
    if row >= array.len() || array.is_null(row) {
        return false;
    }
    match array.data_type() {
        DataType::Dictionary(key, _) => return dictionary(how, key, array, row, form, most, out),
        DataType::RunEndEncoded(..) | DataType::Null => return false,
        _ => {}
    }
    match how.kind {
        CellKind::Geometry | CellKind::Binary => bytes(how, raw(array, row).unwrap_or_default(), form, most, out),
        CellKind::Json => match text(array, row) {
            Some(value) if form == Form::Indented => json::indented(value, most, out),
            Some(value) => json::one_line(value, most, out),
            None => document(array, row, form, most, out),
        },
        _ => match text(array, row) {
            Some(value) => out.push_str(cut_bytes(value, most)),
            None => plain(how, array, row, out),
        },
    }
    true
}

/// At most so many bytes, whole characters.
pub(super) fn cut_bytes(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

fn text(array: &dyn Array, row: usize) -> Option<&str> {
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row),
        DataType::Utf8View => array.as_string_view().value(row),
        _ => return None,
    })
}

fn raw(array: &dyn Array, row: usize) -> Option<&[u8]> {
    Some(match array.data_type() {
        DataType::Binary => array.as_binary::<i32>().value(row),
        DataType::LargeBinary => array.as_binary::<i64>().value(row),
        DataType::BinaryView => array.as_binary_view().value(row),
        DataType::FixedSizeBinary(_) => array.as_fixed_size_binary().value(row),
        _ => return None,
    })
}

fn dictionary(how: &Column, key: &DataType, array: &dyn Array, row: usize, form: Form, most: usize, out: &mut String) -> bool {
    macro_rules! at {
        ($($variant:ident => $key:ty),*) => {
            match key {
                $(DataType::$variant => {
                    let dictionary = array.as_dictionary::<$key>();
                    dictionary.key(row).is_some_and(|at| write(how, dictionary.values(), at, form, most, out))
                })*
                _ => false,
            }
        };
    }
    at!(Int8 => Int8Type, Int16 => Int16Type, Int32 => Int32Type, Int64 => Int64Type,
        UInt8 => UInt8Type, UInt16 => UInt16Type, UInt32 => UInt32Type, UInt64 => UInt64Type)
}

fn bytes(how: &Column, value: &[u8], form: Form, most: usize, out: &mut String) {
    if how.kind == CellKind::Geometry {
        if form == Form::Short {
            out.push_str(&map::wkb::brief(value));
            return;
        }
        let start = out.len();
        if how.mixed
            && let Some(srid) = map::wkb::header(value).ok().and_then(|h| h.srid).filter(|srid| *srid != 0)
        {
            let _ = write!(out, "SRID={srid};");
        }
        if map::wkb::wkt(value, out).is_ok() {
            return;
        }
        out.truncate(start);
    } else if form == Form::Short {
        let unit = if value.len() == 1 { "byte" } else { "bytes" };
        let _ = write!(out, "{} {unit}", grouped(value.len()));
        return;
    }
    for byte in value.iter().take(most / 2) {
        let _ = write!(out, "{byte:02x}");
    }
}

/// A number of things, with commas between thousands.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Everything whose text is short.
fn plain(how: &Column, array: &dyn Array, row: usize, out: &mut String) {
    macro_rules! whole {
        ($kind:ty) => {{
            let _ = write!(out, "{}", array.as_primitive::<$kind>().value(row));
        }};
    }
    macro_rules! decimal {
        ($kind:ty) => {
            out.push_str(&array.as_primitive::<$kind>().value_as_string(row))
        };
    }
    match array.data_type() {
        DataType::Boolean => out.push_str(if array.as_boolean().value(row) { "true" } else { "false" }),
        DataType::Int8 => whole!(Int8Type),
        DataType::Int16 => whole!(Int16Type),
        DataType::Int32 => whole!(Int32Type),
        DataType::Int64 => whole!(Int64Type),
        DataType::UInt8 => whole!(UInt8Type),
        DataType::UInt16 => whole!(UInt16Type),
        DataType::UInt32 => whole!(UInt32Type),
        DataType::UInt64 => whole!(UInt64Type),
        DataType::Float16 => single(array.as_primitive::<Float16Type>().value(row).to_f32(), out),
        DataType::Float32 => single(array.as_primitive::<Float32Type>().value(row), out),
        DataType::Float64 => double(array.as_primitive::<Float64Type>().value(row), out),
        DataType::Decimal32(..) => decimal!(Decimal32Type),
        DataType::Decimal64(..) => decimal!(Decimal64Type),
        DataType::Decimal128(..) => decimal!(Decimal128Type),
        DataType::Decimal256(..) => decimal!(Decimal256Type),
        DataType::Date32 => date32(how, array.as_primitive::<Date32Type>().value(row), out),
        DataType::Date64 => date64(array.as_primitive::<Date64Type>().value(row), out),
        DataType::Time32(_) | DataType::Time64(_) | DataType::Timestamp(..) | DataType::Duration(_) => {
            counted(how, array, row, out)
        }
        DataType::Interval(unit) => interval(*unit, array, row, out),
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

/// A number as a cell shows it.
pub(crate) fn number(n: f64) -> String {
    let mut out = String::new();
    double(n, &mut out);
    out
}

/// As short as gives the same number again; with an exponent only where the number is very large or very small.
pub(super) fn double(n: f64, out: &mut String) {
    let _ = match n.abs() {
        _ if n.is_nan() => write!(out, "NaN"),
        abs if abs.is_infinite() => write!(out, "{}Infinity", if n < 0.0 { "-" } else { "" }),
        abs if abs != 0.0 && !(1e-6..1e21).contains(&abs) => write!(out, "{n:e}"),
        _ => write!(out, "{n}"),
    };
}

fn single(n: f32, out: &mut String) {
    let _ = match n.abs() {
        _ if !n.is_finite() => return double(f64::from(n), out),
        abs if abs != 0.0 && !(1e-6..1e21).contains(&abs) => write!(out, "{n:e}"),
        _ => write!(out, "{n}"),
    };
}

fn date32(how: &Column, days: i32, out: &mut String) {
    match days {
        i32::MAX if how.extremes => out.push_str("infinity"),
        i32::MIN if how.extremes => out.push_str("-infinity"),
        days => time::date(i64::from(days), out),
    }
}

fn date64(millis: i64, out: &mut String) {
    const DAY: i64 = 86_400_000;
    if millis % DAY == 0 {
        time::date(millis.div_euclid(DAY), out);
    } else {
        let (seconds, nanos) = split(millis, 1000);
        time::timestamp(seconds, nanos, Zone::None, out);
    }
}

/// Seconds and nanoseconds of a count of parts of a second.
fn split(n: i64, per_second: i64) -> (i64, u32) {
    let nanos = n.rem_euclid(per_second) * (1_000_000_000 / per_second);
    (n.div_euclid(per_second), u32::try_from(nanos).unwrap_or(0))
}

/// A count of some unit, and how many of them are a second.
fn count(array: &dyn Array, row: usize) -> Option<(i64, i64)> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    macro_rules! of {
        ($kind:ty) => {
            i64::from(array.as_primitive::<$kind>().value(row))
        };
    }
    Some(match array.data_type() {
        DataType::Time32(Second) => (of!(Time32SecondType), 1),
        DataType::Time32(Millisecond) => (of!(Time32MillisecondType), 1000),
        DataType::Time64(Microsecond) => (of!(Time64MicrosecondType), 1_000_000),
        DataType::Time64(Nanosecond) => (of!(Time64NanosecondType), 1_000_000_000),
        DataType::Timestamp(Second, _) => (of!(TimestampSecondType), 1),
        DataType::Timestamp(Millisecond, _) => (of!(TimestampMillisecondType), 1000),
        DataType::Timestamp(Microsecond, _) => (of!(TimestampMicrosecondType), 1_000_000),
        DataType::Timestamp(Nanosecond, _) => (of!(TimestampNanosecondType), 1_000_000_000),
        DataType::Duration(Second) => (of!(DurationSecondType), 1),
        DataType::Duration(Millisecond) => (of!(DurationMillisecondType), 1000),
        DataType::Duration(Microsecond) => (of!(DurationMicrosecondType), 1_000_000),
        DataType::Duration(Nanosecond) => (of!(DurationNanosecondType), 1_000_000_000),
        _ => return None,
    })
}

fn counted(how: &Column, array: &dyn Array, row: usize, out: &mut String) {
    let Some((n, per_second)) = count(array, row) else { return };
    match array.data_type() {
        DataType::Timestamp(..) if how.extremes && n == i64::MAX => out.push_str("infinity"),
        DataType::Timestamp(..) if how.extremes && n == i64::MIN => out.push_str("-infinity"),
        DataType::Timestamp(..) => {
            let (seconds, nanos) = split(n, per_second);
            time::timestamp(seconds, nanos, how.zone, out);
        }
        DataType::Duration(_) => time::interval(0, 0, i128::from(n) * i128::from(1_000_000_000 / per_second), out),
        _ => {
            let (seconds, nanos) = split(n, per_second);
            time::clock(seconds, nanos, out);
        }
    }
}

fn interval(unit: IntervalUnit, array: &dyn Array, row: usize, out: &mut String) {
    let (months, days, nanos) = match unit {
        IntervalUnit::YearMonth => (array.as_primitive::<IntervalYearMonthType>().value(row), 0, 0),
        IntervalUnit::DayTime => {
            let value = array.as_primitive::<IntervalDayTimeType>().value(row);
            (0, value.days, i128::from(value.milliseconds) * 1_000_000)
        }
        IntervalUnit::MonthDayNano => {
            let value = array.as_primitive::<IntervalMonthDayNanoType>().value(row);
            (value.months, value.days, i128::from(value.nanoseconds))
        }
    };
    time::interval(i64::from(months), i64::from(days), nanos, out);
}

/// A list, a structure or a map as JSON.
fn document(array: &dyn Array, row: usize, form: Form, most: usize, out: &mut String) {
    let mut text = String::new();
    nested(array, row, &mut text);
    if form == Form::Indented { json::indented(&text, most, out) } else { json::one_line(&text, most, out) }
}

fn nested(array: &dyn Array, row: usize, out: &mut String) {
    if array.is_null(row) {
        out.push_str("null");
        return;
    }
    let list = |items: &dyn Array, out: &mut String| {
        out.push('[');
        for at in 0..items.len() {
            if at > 0 {
                out.push(',');
            }
            nested(items, at, out);
        }
        out.push(']');
    };
    match array.data_type() {
        DataType::List(_) => list(&array.as_list::<i32>().value(row), out),
        DataType::LargeList(_) => list(&array.as_list::<i64>().value(row), out),
        DataType::FixedSizeList(..) => list(&array.as_fixed_size_list().value(row), out),
        DataType::ListView(_) => list(&array.as_list_view::<i32>().value(row), out),
        DataType::LargeListView(_) => list(&array.as_list_view::<i64>().value(row), out),
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let entries = fields.iter().zip(columns).map(|(field, column)| (field.name().clone(), column.as_ref()));
            object(entries.map(|(name, column)| (name, column, row)), out);
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            let key = |at: usize| {
                let mut text = String::new();
                write(&Column::nested(keys.data_type()), keys, at, Form::Full, usize::MAX, &mut text);
                text
            };
            object((0..entries.len()).map(|at| (key(at), values.as_ref(), at)), out);
        }
        other => scalar(other, array, row, out),
    }
}

fn object<'a>(entries: impl Iterator<Item = (String, &'a dyn Array, usize)>, out: &mut String) {
    out.push('{');
    for (at, (name, column, row)) in entries.enumerate() {
        if at > 0 {
            out.push(',');
        }
        json::quoted(&name, out);
        out.push(':');
        nested(column, row, out);
    }
    out.push('}');
}

/// Numbers and booleans as such, the rest as strings.
fn scalar(data_type: &DataType, array: &dyn Array, row: usize, out: &mut String) {
    let how = Column::nested(data_type);
    let mut text = String::new();
    if !write(&how, array, row, Form::Full, usize::MAX, &mut text) {
        out.push_str("null");
    } else if matches!(how.kind, CellKind::Number | CellKind::Bool) && !text.ends_with(['N', 'y']) {
        out.push_str(&text);
    } else {
        json::quoted(&text, out);
    }
}
