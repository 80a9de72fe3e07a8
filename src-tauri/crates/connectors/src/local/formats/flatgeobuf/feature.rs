//! One row's values: a column's number and its value, one after the other.

use super::header::Header;
use crate::local::formats::held::Held;
use crate::local::formats::rows::{Rows, Value};
use ::flatgeobuf::{ColumnType, Feature};
use model::Result;

/// Puts the row's values into their columns.
pub(super) fn properties(held: &Held, header: &Header, feature: &Feature<'_>, rows: &mut Rows<'_, '_>) -> Result<()> {
    let Some(bytes) = feature.properties() else { return Ok(()) };
    let mut rest = Rest { bytes: bytes.bytes() };
    // Files were written with one byte too much behind a last binary value.
    while rest.bytes.len() > 1 {
        let short = || held.damaged("A row ends in the middle of a value.");
        let number = usize::from(u16::from_le_bytes(rest.take().ok_or_else(short)?));
        let column =
            header.columns.get(number).ok_or_else(|| held.damaged("A row has a value of a column that there is not."))?;
        let value = value(column.kind, &mut rest).ok_or_else(short)?;
        let value = match value {
            Raw::Value(value) => value,
            Raw::Text(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Value::Text(text),
                Err(_) => return Err(held.damaged("A row has a text that is not UTF-8.")),
            },
        };
        if rows.wants(number) {
            rows.put(number, value)?;
        }
    }
    Ok(())
}

enum Raw<'a> {
    Value(Value<'a>),
    Text(&'a [u8]),
}

/// The value of a column of this kind. None when the bytes end before it does.
fn value<'a>(kind: ColumnType, rest: &mut Rest<'a>) -> Option<Raw<'a>> {
    Some(Raw::Value(match kind {
        ColumnType::Byte => Value::Int(i8::from_le_bytes(rest.take()?).into()),
        ColumnType::UByte => Value::UInt(u8::from_le_bytes(rest.take()?).into()),
        ColumnType::Bool => Value::Bool(rest.take::<1>()?[0] != 0),
        ColumnType::Short => Value::Int(i16::from_le_bytes(rest.take()?).into()),
        ColumnType::UShort => Value::UInt(u16::from_le_bytes(rest.take()?).into()),
        ColumnType::Int => Value::Int(i32::from_le_bytes(rest.take()?).into()),
        ColumnType::UInt => Value::UInt(u32::from_le_bytes(rest.take()?).into()),
        ColumnType::Long => Value::Int(i64::from_le_bytes(rest.take()?)),
        ColumnType::ULong => Value::UInt(u64::from_le_bytes(rest.take()?)),
        ColumnType::Float => Value::Float(f32::from_le_bytes(rest.take()?).into()),
        ColumnType::Double => Value::Float(f64::from_le_bytes(rest.take()?)),
        ColumnType::Binary => Value::Bytes(rest.long()?),
        _ => return Some(Raw::Text(rest.long()?)),
    }))
}

struct Rest<'a> {
    bytes: &'a [u8],
}

impl<'a> Rest<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*taken)
    }

    /// A length and as many bytes.
    fn long(&mut self) -> Option<&'a [u8]> {
        let length = u32::from_le_bytes(self.take()?) as usize;
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }
}
