//! A value as text, for *contains*.
//!
//! Owns: the text of a value, in the words of the databases. Does not own: how the grid shows it.

use super::moment::{date, time, timestamp};
use super::target::{nanos, values};
use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::Date32Type;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType};
use std::fmt::Write;

/// Writes one value of a column behind what `out` holds already. Nothing for NULL.
pub(in crate::local) type Show<'a> = Box<dyn Fn(usize, &mut String) + 'a>;

const PLAIN: FormatOptions<'static> = FormatOptions::new().with_display_error(true);

/// How the column's values are written.
///
/// # Errors
/// When the column holds what has no text.
pub(in crate::local) fn show(array: &dyn Array) -> Result<Show<'_>, ArrowError> {
    Ok(match array.data_type() {
        DataType::Utf8 => {
            let array = array.as_string::<i32>();
            Box::new(move |row, out| out.push_str(if array.is_valid(row) { array.value(row) } else { "" }))
        }
        DataType::Binary => {
            let array = array.as_binary::<i32>();
            Box::new(move |row, out| {
                out.push_str("\\x");
                for byte in array.value(row) {
                    let _ = write!(out, "{byte:02x}");
                }
            })
        }
        DataType::Date32 => {
            let array = array.as_primitive::<Date32Type>();
            Box::new(move |row, out| date(i64::from(array.value(row)), out))
        }
        DataType::Time32(unit) | DataType::Time64(unit) => {
            let (value, unit) = (values(array), nanos(*unit));
            Box::new(move |row, out| time(value(row).and_then(|n| i64::try_from(n * unit).ok()).unwrap_or_default(), out))
        }
        DataType::Timestamp(unit, zone) => {
            let (value, unit, utc) = (values(array), nanos(*unit), zone.is_some());
            Box::new(move |row, out| timestamp(value(row).unwrap_or_default() * unit, utc, out))
        }
        _ => {
            let formatter = ArrayFormatter::try_new(array, &PLAIN)?;
            Box::new(move |row, out| {
                let _ = write!(out, "{}", formatter.value(row));
            })
        }
    })
}
