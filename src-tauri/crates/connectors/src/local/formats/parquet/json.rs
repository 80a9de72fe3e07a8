//! Lists, structures and maps as JSON text.
//!
//! Owns: one value of a nested column as JSON. Numbers keep all their digits, bytes are hexadecimal after `\x`, what JSON has no
//! form for is text; a map is an object where its keys are text, and a list of pairs where they are not. Does not own: plain columns.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, OffsetSizeTrait, StringArray};
use arrow_buffer::OffsetBuffer;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType};
use std::fmt::Write;

/// As people and databases write them.
const OPTIONS: FormatOptions<'static> = FormatOptions::new()
    .with_display_error(true)
    .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"))
    .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.f%:z"))
    .with_datetime_format(Some("%Y-%m-%d %H:%M:%S%.f"));

type Writes<'a> = Box<dyn Fn(usize, &mut String) + 'a>;

/// The whole column as JSON text; NULL stays NULL.
///
/// # Errors
/// For a type that has no text at all.
pub(super) fn column(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let writes = writer(array)?;
    let mut out = String::new();
    let values = (0..array.len()).map(|row| {
        array.is_valid(row).then(|| {
            out.clear();
            writes(row, &mut out);
            out.clone()
        })
    });
    Ok(std::sync::Arc::new(values.collect::<StringArray>()))
}

fn writer(array: &dyn Array) -> Result<Writes<'_>, ArrowError> {
    let plain = bare(array)?;
    Ok(Box::new(move |row, out| if array.is_null(row) { out.push_str("null") } else { plain(row, out) }))
}

fn bare(array: &dyn Array) -> Result<Writes<'_>, ArrowError> {
    Ok(match array.data_type() {
        DataType::Struct(_) => {
            let array = array.as_struct();
            let fields: Vec<_> = array
                .fields()
                .iter()
                .zip(array.columns())
                .map(|(field, column)| Ok((text(field.name()), writer(column)?)))
                .collect::<Result<_, ArrowError>>()?;
            Box::new(move |row, out| {
                wrapped(out, '{', '}', 0..fields.len(), |at, out| {
                    out.push_str(&fields[at].0);
                    out.push(':');
                    fields[at].1(row, out);
                });
            })
        }
        DataType::List(_) => listed(array.as_list::<i32>().offsets(), array.as_list::<i32>().values())?,
        DataType::LargeList(_) => listed(array.as_list::<i64>().offsets(), array.as_list::<i64>().values())?,
        DataType::FixedSizeList(_, size) => {
            let size = usize::try_from(*size).unwrap_or_default();
            let inner = writer(array.as_fixed_size_list().values())?;
            Box::new(move |row, out| wrapped(out, '[', ']', row * size..(row + 1) * size, &inner))
        }
        DataType::Map(..) => {
            let map = array.as_map();
            let (keys, values) = (writer(map.keys())?, writer(map.values())?);
            let named = matches!(map.keys().data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
            let (open, close) = if named { ('{', '}') } else { ('[', ']') };
            Box::new(move |row, out| {
                let offsets = map.value_offsets();
                let range = usize::try_from(offsets[row]).unwrap_or(0)..usize::try_from(offsets[row + 1]).unwrap_or(0);
                wrapped(out, open, close, range, |at, out| {
                    out.push_str(if named { "" } else { "[" });
                    keys(at, out);
                    out.push(if named { ':' } else { ',' });
                    values(at, out);
                    out.push_str(if named { "" } else { "]" });
                });
            })
        }
        DataType::Boolean => {
            let array = array.as_boolean();
            Box::new(move |row, out| out.push_str(if array.value(row) { "true" } else { "false" }))
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            let formatter = ArrayFormatter::try_new(array, &OPTIONS)?;
            Box::new(move |row, out| drop_error(write!(out, "\"\\\\x{}\"", formatter.value(row))))
        }
        kind => {
            let number = kind.is_integer() || kind.is_decimal();
            let float = kind.is_floating();
            let formatter = ArrayFormatter::try_new(array, &OPTIONS)?;
            Box::new(move |row, out| {
                let value = formatter.value(row).to_string();
                if number || (float && value.parse::<f64>().is_ok_and(f64::is_finite)) {
                    out.push_str(&value);
                } else {
                    out.push_str(&text(&value));
                }
            })
        }
    })
}

fn listed<'a, O: OffsetSizeTrait>(offsets: &'a OffsetBuffer<O>, values: &'a ArrayRef) -> Result<Writes<'a>, ArrowError> {
    let inner = writer(values)?;
    Ok(Box::new(move |row, out| wrapped(out, '[', ']', offsets[row].as_usize()..offsets[row + 1].as_usize(), &inner)))
}

fn wrapped(out: &mut String, open: char, close: char, range: std::ops::Range<usize>, one: impl Fn(usize, &mut String)) {
    out.push(open);
    for (number, at) in range.enumerate() {
        if number > 0 {
            out.push(',');
        }
        one(at, out);
    }
    out.push(close);
}

fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Writing to a string cannot fail.
fn drop_error(_: std::fmt::Result) {}
