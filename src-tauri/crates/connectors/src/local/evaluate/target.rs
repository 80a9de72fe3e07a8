//! A value of a predicate, made comparable with a column, and how each value of the column stands to it.
//!
//! Owns: which values a type of column understands, and SQL's order within a type: floats have one zero and NaN above all,
//! text goes by its bytes. Does not own: NULL's place (`order`), or what follows from an order (`predicate`).
//!
//! Whole numbers, decimals, dates and times are all numbers of some small unit. A value between two of them (10.5 beside whole
//! numbers) keeps its place between: it equals none, and is behind the lower one.

use super::moment::{DAY, Moment};
use super::number::{Number, Place};
use super::text::VALUE;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowNativeTypeOp};
use arrow_buffer::i256;
use arrow_schema::{DataType, Field, TimeUnit};
use model::{Error, Result, Scalar};
use std::cmp::Ordering;

/// A value, made comparable with one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// NULL: nothing is known of any comparison with it.
    Null,
    /// Every value stands so to it.
    Beyond(Ordering),
    /// In the column's smallest unit; false: a little more than that.
    Whole(i128, bool),
    /// As `Whole`, where 128 bits are too few.
    Large(i256, bool),
    Float(f64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
}

/// How a value of a column stands to a target. None for NULL.
pub(super) type Orders<'a> = Box<dyn Fn(usize) -> Option<Ordering> + 'a>;

/// How many nanoseconds one of a unit has.
pub(super) fn nanos(unit: TimeUnit) -> i128 {
    match unit {
        TimeUnit::Second => 1_000_000_000,
        TimeUnit::Millisecond => 1_000_000,
        TimeUnit::Microsecond => 1000,
        TimeUnit::Nanosecond => 1,
    }
}

impl Target {
    /// The value, for this column.
    ///
    /// # Errors
    /// When the column's type does not understand it.
    pub(super) fn of(value: &Scalar, field: &Field) -> Result<Self> {
        if *value == Scalar::Null {
            return Ok(Self::Null);
        }
        let (target, kind) = match field.data_type() {
            DataType::Boolean => (boolean(value), "true and false"),
            DataType::Float32 | DataType::Float64 => {
                (number(value).map(|n| float(&n, *field.data_type() == DataType::Float32)), "numbers")
            }
            DataType::Decimal256(_, scale) => (number(value).map(|n| placed(n.place(i32::from(*scale)), true)), "numbers"),
            DataType::Decimal128(_, scale) => (number(value).map(|n| placed(n.place(i32::from(*scale)), false)), "numbers"),
            t if t.is_integer() => (number(value).map(|n| placed(n.place(0), false)), "whole numbers"),
            DataType::Date32 => (moment(value).and_then(date), "dates"),
            DataType::Time32(unit) | DataType::Time64(unit) => (moment(value).and_then(|m| time(m, *unit)), "times of day"),
            DataType::Timestamp(unit, zone) => {
                (moment(value).and_then(|m| timestamp(m, *unit, zone.as_deref())), "dates with times")
            }
            DataType::Utf8 => (Some(Self::Text(shown(value))), "text"),
            DataType::Binary => (Some(Self::Bytes(bytes(value))), "bytes"),
            _ => (None, "something without an order"),
        };
        target.ok_or_else(|| {
            let error = Error::new(&VALUE).with("column", field.name()).with("kind", kind);
            error.with("value", shown(value))
        })
    }

    /// How each value of the column stands to it.
    pub(super) fn orders<'a>(&'a self, array: &'a dyn Array) -> Orders<'a> {
        match self {
            Self::Null => Box::new(|_| None),
            Self::Beyond(order) => Box::new(|row| array.is_valid(row).then_some(*order)),
            Self::Whole(whole, exact) => {
                let value = values(array);
                Box::new(move |row| value(row).map(|v| stands(v.cmp(whole), *exact)))
            }
            Self::Large(whole, exact) => match array.as_primitive_opt::<Decimal256Type>() {
                Some(array) => Box::new(|row| array.is_valid(row).then(|| stands(array.value(row).cmp(whole), *exact))),
                None => Box::new(|_| None),
            },
            Self::Float(float) => floats(array, *float),
            Self::Bool(value) => match array.as_boolean_opt() {
                Some(array) => Box::new(move |row| array.is_valid(row).then(|| array.value(row).cmp(value))),
                None => Box::new(|_| None),
            },
            Self::Text(text) => match array.as_string_opt::<i32>() {
                Some(array) => Box::new(move |row| array.is_valid(row).then(|| array.value(row).cmp(text.as_str()))),
                None => Box::new(|_| None),
            },
            Self::Bytes(bytes) => match array.as_binary_opt::<i32>() {
                Some(array) => Box::new(move |row| array.is_valid(row).then(|| array.value(row).cmp(bytes.as_slice()))),
                None => Box::new(|_| None),
            },
        }
    }
}

/// Equal to the part below it is behind the part below it, where the target is a little more.
fn stands(order: Ordering, exact: bool) -> Ordering {
    if order == Ordering::Equal && !exact { Ordering::Less } else { order }
}

/// A column's values in its smallest unit. None for NULL.
pub(super) type Values<'a> = Box<dyn Fn(usize) -> Option<i128> + 'a>;

fn each<T: ArrowPrimitiveType>(array: &dyn Array) -> Values<'_>
where
    T::Native: Into<i128>,
{
    match array.as_primitive_opt::<T>() {
        Some(array) => Box::new(move |row| array.is_valid(row).then(|| array.value(row).into())),
        None => Box::new(|_| None),
    }
}

/// The values of a column of whole numbers, decimals, dates or times.
pub(super) fn values(array: &dyn Array) -> Values<'_> {
    let reader = match array.data_type() {
        DataType::Int8 => each::<Int8Type>,
        DataType::Int16 => each::<Int16Type>,
        DataType::Int32 => each::<Int32Type>,
        DataType::UInt8 => each::<UInt8Type>,
        DataType::UInt16 => each::<UInt16Type>,
        DataType::UInt32 => each::<UInt32Type>,
        DataType::UInt64 => each::<UInt64Type>,
        DataType::Decimal128(..) => each::<Decimal128Type>,
        DataType::Date32 => each::<Date32Type>,
        DataType::Time32(TimeUnit::Second) => each::<Time32SecondType>,
        DataType::Time32(_) => each::<Time32MillisecondType>,
        DataType::Time64(TimeUnit::Nanosecond) => each::<Time64NanosecondType>,
        DataType::Time64(_) => each::<Time64MicrosecondType>,
        DataType::Timestamp(TimeUnit::Second, _) => each::<TimestampSecondType>,
        DataType::Timestamp(TimeUnit::Millisecond, _) => each::<TimestampMillisecondType>,
        DataType::Timestamp(TimeUnit::Microsecond, _) => each::<TimestampMicrosecondType>,
        DataType::Timestamp(TimeUnit::Nanosecond, _) => each::<TimestampNanosecondType>,
        _ => each::<Int64Type>,
    };
    reader(array)
}

/// SQL's order of floats: one zero, and NaN above all.
pub(super) fn plain(float: f64) -> f64 {
    if float.is_nan() { f64::NAN.abs() } else { float + 0.0 }
}

fn floats(array: &dyn Array, float: f64) -> Orders<'_> {
    let float = plain(float);
    if let Some(array) = array.as_primitive_opt::<Float32Type>() {
        return Box::new(move |row| array.is_valid(row).then(|| plain(f64::from(array.value(row))).compare(float)));
    }
    match array.as_primitive_opt::<Float64Type>() {
        Some(array) => Box::new(move |row| array.is_valid(row).then(|| plain(array.value(row)).compare(float))),
        None => Box::new(|_| None),
    }
}

/// The value as text, as a person would write it.
pub(super) fn shown(value: &Scalar) -> String {
    match value {
        Scalar::Null => "NULL".to_owned(),
        Scalar::Bool(b) => b.to_string(),
        Scalar::Int(n) => n.to_string(),
        Scalar::Float(n) => n.to_string(),
        Scalar::Text(text) => text.clone(),
    }
}

fn boolean(value: &Scalar) -> Option<Target> {
    let text = match value {
        Scalar::Bool(b) => return Some(Target::Bool(*b)),
        Scalar::Text(text) => text.trim(),
        _ => return None,
    };
    let is = |words: [&str; 4]| words.iter().any(|w| text.eq_ignore_ascii_case(w));
    match () {
        () if is(["true", "t", "yes", "on"]) || text == "1" => Some(Target::Bool(true)),
        () if is(["false", "f", "no", "off"]) || text == "0" => Some(Target::Bool(false)),
        () => None,
    }
}

fn number(value: &Scalar) -> Option<Number> {
    match value {
        Scalar::Int(n) => Number::parse(&n.to_string()),
        Scalar::Float(n) => Some(Number::of(*n)),
        Scalar::Text(text) => Number::parse(text),
        Scalar::Null | Scalar::Bool(_) => None,
    }
}

fn placed(place: Place, large: bool) -> Target {
    match place {
        Place::Below => Target::Beyond(Ordering::Greater),
        Place::Above => Target::Beyond(Ordering::Less),
        Place::At(whole, exact) if large => Target::Large(whole, exact),
        Place::At(whole, exact) => match whole.to_i128() {
            Some(whole) => Target::Whole(whole, exact),
            None if whole.is_negative() => Target::Beyond(Ordering::Greater),
            None => Target::Beyond(Ordering::Less),
        },
    }
}

/// The nearest float that the column can hold: 0.1 finds what was stored as 0.1.
fn float(number: &Number, single: bool) -> Target {
    let wide = match number {
        Number::NaN => f64::NAN,
        Number::Infinite { negative } => {
            if *negative {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            }
        }
        Number::Finite(decimal) => {
            let digits: String = decimal.digits.iter().map(|d| char::from(b'0' + d)).collect();
            let text = format!("{}{digits}e{}", if decimal.negative { "-0" } else { "0" }, decimal.exponent);
            if single { text.parse::<f32>().map_or(f64::NAN, f64::from) } else { text.parse().unwrap_or(f64::NAN) }
        }
    };
    Target::Float(wide)
}

fn moment(value: &Scalar) -> Option<Moment> {
    if let Scalar::Text(text) = value { Moment::parse(text) } else { None }
}

fn date(moment: Moment) -> Option<Target> {
    let whole = moment.time.unwrap_or_default() == 0;
    moment.days.map(|days| Target::Whole(i128::from(days), whole))
}

fn in_units(nanos: i128, unit: TimeUnit) -> Target {
    let each = self::nanos(unit);
    Target::Whole(nanos.div_euclid(each), nanos.rem_euclid(each) == 0)
}

fn time(moment: Moment, unit: TimeUnit) -> Option<Target> {
    if moment.days.is_some() {
        return None;
    }
    moment.time.map(|time| in_units(i128::from(time), unit))
}

/// A column without a zone is compared as its clock stands; one with a zone in UTC, to which a text without offset belongs
/// unless the zone itself is an offset.
fn timestamp(moment: Moment, unit: TimeUnit, zone: Option<&str>) -> Option<Target> {
    moment.days?;
    let Some(zone) = zone else { return Some(in_units(moment.nanos(), unit)) };
    let of_zone = || Moment::parse(&format!("1970-01-01 00:00{zone}")).and_then(|m| m.offset);
    let offset = moment.offset.or_else(of_zone).unwrap_or_default();
    debug_assert!(i128::from(DAY) > i128::from(offset));
    Some(in_units(moment.nanos() - i128::from(offset) * 1_000_000_000, unit))
}

/// `\x` and hexadecimal digits are bytes; any other text is its own.
fn bytes(value: &Scalar) -> Vec<u8> {
    let text = shown(value);
    let hex = text.strip_prefix("\\x").filter(|h| h.len() % 2 == 0 && h.bytes().all(|b| b.is_ascii_hexdigit()));
    let Some(hex) = hex else { return text.into_bytes() };
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok()).unwrap_or_default();
    hex.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}
