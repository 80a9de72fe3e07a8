//! What each column of a Parquet file becomes.
//!
//! Owns: the choice by the file's types, its geometry's metadata and GeoArrow's marks; and the change of an array into what leaves.
//! Plain types stay; what only packs a plain type differently (dictionaries, long and short offsets, half floats) is unpacked;
//! UUIDs become text, lists, structures and maps JSON text (`landbridge:type` says `json`), geometry ISO WKB. Does not
//! own: what the metadata means (`geo`).
//!
//! A file's metadata may name columns that are not there, or call something a geometry that is none: such words are passed
//! over and told ([`Columns::notes`]).

use super::geo::{Geo, GeoColumn, kind};
use super::native::Native;
use super::{json, names};
use crate::local::evaluate::unreadable;
use arrow_array::builder::{BinaryBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, FixedSizeBinaryArray};
use arrow_cast::CastOptions;
use arrow_cast::display::FormatOptions;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use map::crs::System;
use map::wkb::normalise_into;
use model::{Crs, Error, Geometry};
use parquet::basic::LogicalType;
use parquet::file::metadata::KeyValue;
use parquet::schema::types::{SchemaDescriptor, Type};
use std::collections::HashMap;
use std::sync::Arc;

/// What cannot be changed is an error, not NULL.
const STRICT: CastOptions<'static> = CastOptions { safe: false, format_options: FormatOptions::new() };

/// The way of a column's arrays.
#[derive(Debug, Clone, PartialEq)]
enum Way {
    Same,
    Cast(DataType),
    Uuid,
    Json,
    Wkb,
    Native(Native),
}

/// The columns of a file.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) schema: SchemaRef,
    pub(super) type_names: Vec<String>,
    /// By the column's place. What the file says of the geometry there.
    pub(super) geometries: Vec<(usize, Geometry, GeoColumn)>,
    /// What the file says and does not hold.
    pub(super) notes: Vec<String>,
    ways: Vec<Way>,
}

/// Why a batch could not be made.
pub(super) enum Trouble {
    Arrow(ArrowError),
    Told(Error),
}

impl From<ArrowError> for Trouble {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

impl Columns {
    /// Chooses for every column.
    pub(super) fn of(arrow: &Schema, parquet: &SchemaDescriptor, geo: &Geo, keys: &[KeyValue]) -> Self {
        let roots = parquet.root_schema().get_fields();
        let (mut fields, mut ways, mut type_names) = (Vec::new(), Vec::new(), Vec::new());
        let (mut geometries, mut notes) = (Vec::new(), Vec::new());
        for (at, (field, root)) in arrow.fields().iter().zip(roots).enumerate() {
            let type_name = names::name(root);
            let of_geo = geo.columns.get(field.name());
            let spatial = spatial(field, root, of_geo, keys);
            if of_geo.is_some() && spatial.is_none() {
                notes.push(format!("{} is called a geometry, but is {type_name}", field.name()));
            }
            let (way, data_type) = match &spatial {
                Some((way, _)) => (way.clone(), DataType::Binary),
                None => plain(field.data_type(), root),
            };
            let said = if way == Way::Json || is_json(root) { "json" } else { &type_name };
            let mut metadata = HashMap::from([("landbridge:type".to_owned(), said.to_owned())]);
            if let Some((_, of)) = spatial {
                let none = if of.spherical { r#"{"edges":"spherical"}"# } else { "{}" };
                let crs = of.system.as_ref().map_or_else(|| none.to_owned(), |s| s.to_geoarrow(of.spherical));
                metadata.insert("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned());
                metadata.insert("ARROW:extension:metadata".to_owned(), crs);
                geometries.push((at, geometry(field.name(), &of), of));
            }
            fields.push(Field::new(field.name(), data_type, field.is_nullable()).with_metadata(metadata));
            ways.push(way);
            type_names.push(type_name);
        }
        let missing = geo.columns.keys().filter(|name| arrow.column_with_name(name).is_none());
        notes.extend(missing.map(|name| format!("there is no column {name}")));
        Self { schema: Arc::new(Schema::new(fields)), type_names, geometries, notes, ways }
    }

    /// The array of the column `at`, as it leaves. `first` is the number of its first row in the file, from 1, where it is known.
    pub(super) fn leave(&self, at: usize, array: &ArrayRef, first: Option<u64>) -> Result<ArrayRef, Trouble> {
        Ok(match &self.ways[at] {
            Way::Same => Arc::clone(array),
            Way::Cast(data_type) => arrow_cast::cast_with_options(array, data_type, &STRICT)?,
            Way::Uuid => uuids(array)?,
            Way::Json => json::column(array)?,
            Way::Wkb => normal(&arrow_cast::cast(array, &DataType::Binary)?, self.schema.field(at).name(), first)?,
            Way::Native(native) => native.wkb(array)?,
        })
    }
}

/// What it is as a geometry, and how it becomes WKB. None when it is none.
fn spatial(field: &Field, root: &Type, of_geo: Option<&GeoColumn>, keys: &[KeyValue]) -> Option<(Way, GeoColumn)> {
    let binary = matches!(field.data_type(), DataType::Binary | DataType::LargeBinary | DataType::BinaryView);
    let way = |encoding: &str| match encoding {
        "wkb" => binary.then_some(Way::Wkb),
        other => Native::of(other, field.data_type()).map(Way::Native),
    };
    let logical = root.get_basic_info().logical_type_ref();
    if let Some(of) = of_geo {
        return Some((way(&of.encoding)?, of.clone()));
    }
    let column = |encoding: &str, system, said: &str, spherical| GeoColumn {
        encoding: encoding.to_owned(),
        types: Vec::new(),
        system,
        said: said.to_owned(),
        spherical,
        bbox: None,
        covering: None,
    };
    let native = match logical {
        Some(LogicalType::Geometry(g)) if binary => Some((g.crs.as_deref(), false)),
        Some(LogicalType::Geography(g)) if binary => Some((g.crs.as_deref(), true)),
        _ => None,
    };
    if let Some((crs, spherical)) = native {
        let (system, said) = of_logical(crs, keys);
        return Some((Way::Wkb, column("wkb", system, &said, spherical)));
    }
    // Marks that GeoArrow's own writers leave in Arrow's schema.
    let encoding = match field.metadata().get("ARROW:extension:name").map(String::as_str)? {
        "geoarrow.wkb" | "ogc.wkb" => "wkb",
        other => other.strip_prefix("geoarrow.")?,
    };
    let metadata = field.metadata().get("ARROW:extension:metadata").map_or("", String::as_str);
    let system = System::from_geoarrow(metadata);
    let said = system.as_ref().map_or("not said", System::name).to_owned();
    let spherical = metadata.contains(r#""edges":"spherical""#);
    Some((way(encoding)?, column(encoding, system, &said, spherical)))
}

/// Parquet's own geometry types name a system in several ways; none means longitude and latitude on WGS 84.
fn of_logical(crs: Option<&str>, keys: &[KeyValue]) -> (Option<System>, String) {
    let Some(crs) = crs.filter(|crs| !crs.is_empty()) else {
        return (Some(System::wgs84()), "OGC:CRS84 (not said, so Parquet's default)".to_owned());
    };
    let text = match crs.split_once(':') {
        Some(("projjson", key)) => keys.iter().find(|k| k.key == key).and_then(|k| k.value.as_deref()).unwrap_or(crs),
        Some(("srid", "0")) => return (None, "unknown, as the file says".to_owned()),
        Some(("srid", code)) => &format!("EPSG:{code}"),
        _ => crs,
    };
    let system = System::parse(text).unwrap_or_else(|| System::named(text));
    let said = system.name().to_owned();
    (Some(system), said)
}

/// For the catalog.
fn geometry(name: &str, of: &GeoColumn) -> Geometry {
    let (geometry_type, dimensions) = match of.encoding.as_str() {
        "wkb" => kind(&of.types),
        native => (native.to_ascii_uppercase(), kind(&of.types).1),
    };
    let crs = match &of.system {
        None => Crs::Unknown,
        Some(system) => system.code().map_or_else(|| Crs::Named { name: system.name().to_owned() }, |code| Crs::Epsg { code }),
    };
    let column = name.to_owned();
    Geometry { column, geometry_type, crs, spherical: of.spherical, dimensions, indexed: None, extent: of.bbox }
}

fn is_json(root: &Type) -> bool {
    matches!(root.get_basic_info().logical_type_ref(), Some(LogicalType::Json))
}

fn plain(data_type: &DataType, root: &Type) -> (Way, DataType) {
    if *data_type == DataType::FixedSizeBinary(16) && matches!(root.get_basic_info().logical_type_ref(), Some(LogicalType::Uuid))
    {
        return (Way::Uuid, DataType::Utf8);
    }
    let text = matches!(root.get_basic_info().logical_type_ref(), Some(LogicalType::Enum));
    let to = match unpacked(data_type) {
        DataType::Binary if text => DataType::Utf8,
        DataType::Float16 => DataType::Float32,
        DataType::LargeUtf8 | DataType::Utf8View | DataType::Null | DataType::Duration(_) | DataType::Interval(_) => {
            DataType::Utf8
        }
        DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => DataType::Binary,
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => DataType::Decimal128(*precision, *scale),
        DataType::Date64 => DataType::Timestamp(TimeUnit::Millisecond, None),
        nested if nested.is_nested() => return (Way::Json, DataType::Utf8),
        same => same.clone(),
    };
    if to == *data_type { (Way::Same, to) } else { (Way::Cast(to.clone()), to) }
}

/// What a dictionary or a run of values is made of.
fn unpacked(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, value) => unpacked(value),
        DataType::RunEndEncoded(_, value) => unpacked(value.data_type()),
        other => other,
    }
}

fn uuids(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let array = array
        .as_any()
        .downcast_ref::<FixedSizeBinaryArray>()
        .ok_or_else(|| ArrowError::SchemaError("a UUID is not 16 bytes".to_owned()))?;
    let mut out = StringBuilder::new();
    for row in 0..array.len() {
        if array.is_null(row) {
            out.append_null();
            continue;
        }
        let mut text = String::with_capacity(36);
        for (at, byte) in array.value(row).iter().enumerate() {
            if [4, 6, 8, 10].contains(&at) {
                text.push('-');
            }
            text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
            text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        }
        out.append_value(text);
    }
    Ok(Arc::new(out.finish()))
}

/// ISO WKB without SRID, whatever it was.
fn normal(array: &ArrayRef, column: &str, first: Option<u64>) -> Result<ArrayRef, Trouble> {
    let array = array.as_binary::<i32>();
    let mut out = BinaryBuilder::with_capacity(array.len(), array.value_data().len());
    let mut bytes = Vec::new();
    for row in 0..array.len() {
        if array.is_null(row) {
            out.append_null();
            continue;
        }
        bytes.clear();
        normalise_into(array.value(row), &mut bytes)
            .map_err(|e| Trouble::Told(unreadable(column, first.map(|first| first + row as u64), &e)))?;
        out.append_value(&bytes);
    }
    Ok(Arc::new(out.finish()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Way, plain};
    use arrow_cast::can_cast_types;
    use arrow_schema::{DataType, Field, IntervalUnit, TimeUnit};
    use parquet::basic::Type as Physical;
    use parquet::schema::types::Type;
    use std::sync::Arc;

    #[test]
    fn whatever_is_changed_can_be_changed() {
        let root = Type::primitive_type_builder("a", Physical::BYTE_ARRAY).build().unwrap();
        let run = Arc::new(Field::new("run_ends", DataType::Int32, false));
        for from in [
            DataType::Null,
            DataType::Float16,
            DataType::LargeUtf8,
            DataType::Utf8View,
            DataType::LargeBinary,
            DataType::BinaryView,
            DataType::FixedSizeBinary(7),
            DataType::Date64,
            DataType::Decimal32(5, 2),
            DataType::Decimal64(12, -2),
            DataType::Duration(TimeUnit::Second),
            DataType::Duration(TimeUnit::Nanosecond),
            DataType::Interval(IntervalUnit::YearMonth),
            DataType::Interval(IntervalUnit::DayTime),
            DataType::Interval(IntervalUnit::MonthDayNano),
            DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::LargeUtf8)),
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Timestamp(TimeUnit::Second, None))),
            DataType::RunEndEncoded(run, Arc::new(Field::new("values", DataType::Int16, true))),
        ] {
            match plain(&from, &root).0 {
                Way::Cast(to) => assert!(can_cast_types(&from, &to), "{from} to {to}"),
                other => assert_eq!(other, Way::Json, "{from}"),
            }
        }
    }
}
