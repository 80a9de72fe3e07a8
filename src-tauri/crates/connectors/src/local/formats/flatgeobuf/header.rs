//! The header: columns, system, count, extent.

use super::index::Index;
use crate::local::formats::held::Held;
use crate::local::formats::rows;
use crate::local::source::Layer;
use ::flatgeobuf::{ColumnType, GeometryType, size_prefixed_root_as_header};
use arrow_schema::{DataType, Field};
use map::crs::System;
use map::wkb::{Dimensions, Kind};
use model::{Count, Detail, Geometry, Result};
use std::io::Read;

/// A header is not larger.
const LARGEST: u32 = 10 * 1024 * 1024;

/// A column of the file.
#[derive(Debug)]
pub(super) struct Column {
    name: String,
    pub(super) kind: ColumnType,
    description: Option<String>,
}

/// What the header says.
#[derive(Debug)]
pub(super) struct Header {
    name: String,
    title: Option<String>,
    description: Option<String>,
    pub(super) columns: Vec<Column>,
    /// None: it varies from row to row.
    pub(super) kind: Option<Kind>,
    pub(super) dimensions: Dimensions,
    system: Option<System>,
    extent: Option<[f64; 4]>,
    /// None: the file does not say.
    pub(super) count: Option<u64>,
    pub(super) index: Option<Index>,
    /// Where the rows begin.
    pub(super) features: u64,
}

/// Reads it from the beginning of the file.
pub(super) fn read(held: &Held, file: &mut impl Read) -> Result<Header> {
    let mut start = [0; 12];
    file.read_exact(&mut start).map_err(|_| held.damaged("It ends in its first bytes."))?;
    if &start[..3] != b"fgb" || &start[4..7] != b"fgb" {
        return Err(held.unknown("It does not begin like a FlatGeobuf file."));
    }
    if start[3] != 3 {
        return Err(held.unknown(format!("It is FlatGeobuf version {}; version 3 can be read.", start[3])));
    }
    let size = u32::from_le_bytes([start[8], start[9], start[10], start[11]]);
    if !(8..=LARGEST).contains(&size) || 12 + u64::from(size) > held.bytes() {
        return Err(held.damaged("Its header is longer than the file, or than any header is."));
    }
    let mut bytes = start[8..].to_vec();
    let read = file.take(u64::from(size)).read_to_end(&mut bytes).map_err(|e| held.io(&e))?;
    if read < size as usize {
        return Err(held.damaged("It ends in its header."));
    }
    let header = size_prefixed_root_as_header(&bytes)
        .map_err(|e| held.damaged("Its header cannot be read.").vendor(None, e.to_string()))?;
    let behind = 12 + u64::from(size);
    let count = Some(header.features_count()).filter(|count| *count > 0);
    let index = match count {
        Some(count) if header.index_node_size() > 0 => Some(Index::new(behind, count, header.index_node_size())),
        _ => None,
    };
    let features = index.as_ref().map_or(behind, Index::end);
    // A row takes eight bytes at least.
    if features.saturating_add(count.unwrap_or(0).saturating_mul(8)) > held.bytes() {
        return Err(held.damaged("It ends before the rows that it announces."));
    }
    // Nothing behind the header: an empty table, not an unknown number of rows.
    let count = count.or_else(|| (features == held.bytes()).then_some(0));
    let text = |text: Option<&str>| text.filter(|t| !t.is_empty()).map(str::to_owned);
    let columns = header.columns().into_iter().flatten().map(|column| Column {
        name: column.name().to_owned(),
        kind: column.type_(),
        description: text(column.description()).or_else(|| text(column.title())),
    });
    let columns: Vec<Column> = columns.collect();
    if let Some(odd) = columns.iter().find(|column| data_type(column.kind).is_none()) {
        return Err(held.unknown(format!("Its column {} has the unknown type {}.", odd.name, odd.kind.0)));
    }
    let envelope = header.envelope().filter(|e| e.len() == 4).map(|e| [e.get(0), e.get(1), e.get(2), e.get(3)]);
    Ok(Header {
        name: header.name().filter(|n| !n.is_empty()).map_or_else(|| held.stem(), str::to_owned),
        title: text(header.title()),
        description: text(header.description()),
        columns,
        kind: kind(header.geometry_type())
            .map_err(|code| held.unknown(format!("It holds geometries of the unknown type {code}.")))?,
        dimensions: Dimensions { z: header.has_z(), m: header.has_m() },
        system: header.crs().and_then(|crs| system(&crs)),
        extent: envelope.filter(|e| e.iter().all(|n| n.is_finite()) && e[0] <= e[2] && e[1] <= e[3]),
        count,
        index,
        features,
    })
}

/// A type of geometry by its code; None for "unknown", where each row says its own.
pub(super) fn kind(kind: GeometryType) -> std::result::Result<Option<Kind>, u8> {
    Ok(Some(match kind {
        GeometryType::Unknown => return Ok(None),
        GeometryType::Point => Kind::Point,
        GeometryType::LineString => Kind::LineString,
        GeometryType::Polygon => Kind::Polygon,
        GeometryType::MultiPoint => Kind::MultiPoint,
        GeometryType::MultiLineString => Kind::MultiLineString,
        GeometryType::MultiPolygon => Kind::MultiPolygon,
        GeometryType::GeometryCollection => Kind::GeometryCollection,
        GeometryType::CircularString => Kind::CircularString,
        GeometryType::CompoundCurve => Kind::CompoundCurve,
        GeometryType::CurvePolygon => Kind::CurvePolygon,
        GeometryType::MultiCurve => Kind::MultiCurve,
        GeometryType::MultiSurface => Kind::MultiSurface,
        GeometryType::PolyhedralSurface => Kind::PolyhedralSurface,
        GeometryType::TIN => Kind::Tin,
        GeometryType::Triangle => Kind::Triangle,
        GeometryType(code) => return Err(code),
    }))
}

fn system(crs: &::flatgeobuf::Crs<'_>) -> Option<System> {
    let authority = crs.org().filter(|org| !org.is_empty()).unwrap_or("EPSG");
    let by_code = || match (crs.code(), crs.code_string()) {
        (code, _) if code > 0 => Some(System::of_authority(authority, &code.to_string())),
        (_, Some(code)) if !code.is_empty() => Some(System::of_authority(authority, code)),
        _ => None,
    };
    let by_wkt = || crs.wkt().and_then(System::from_wkt);
    let by_name = || crs.name().filter(|n| !n.is_empty()).map(System::named);
    // A code that only its definition explains is taken by the definition.
    let known = by_code();
    let is_plain = known.as_ref().is_some_and(|s| s.code().is_some());
    if is_plain { known } else { by_wkt().or(known).or_else(by_name) }
}

fn data_type(kind: ColumnType) -> Option<DataType> {
    Some(match kind {
        ColumnType::Byte => DataType::Int8,
        ColumnType::UByte => DataType::UInt8,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Short => DataType::Int16,
        ColumnType::UShort => DataType::UInt16,
        ColumnType::Int => DataType::Int32,
        ColumnType::UInt => DataType::UInt32,
        ColumnType::Long => DataType::Int64,
        ColumnType::ULong => DataType::UInt64,
        ColumnType::Float => DataType::Float32,
        ColumnType::Double => DataType::Float64,
        // A date and time is text in the file, each with a zone of its own or without one: so it stays.
        ColumnType::String | ColumnType::Json | ColumnType::DateTime => DataType::Utf8,
        ColumnType::Binary => DataType::Binary,
        _ => return None,
    })
}

impl Header {
    /// The table as the session shows it.
    pub(super) fn layer(&self, held: &Held) -> Layer {
        let names = rows::unique(self.columns.iter().map(|c| c.name.as_str()));
        let field = |(column, name): (&Column, &String)| match column.kind {
            ColumnType::Json => rows::json_field(name),
            // A column that says it is never NULL can be left out of a row all the same.
            kind => Field::new(name, data_type(kind).unwrap_or(DataType::Utf8), true),
        };
        let mut fields: Vec<Field> = self.columns.iter().zip(&names).map(field).collect();
        let mut type_names: Vec<String> =
            self.columns.iter().map(|c| c.kind.variant_name().unwrap_or("Unknown").to_owned()).collect();
        let geometry = rows::geometry_name(&names);
        fields.push(rows::geometry_field(&geometry, self.system.as_ref()));
        let geometry_type = self.kind.map_or("GEOMETRY", Kind::name).to_owned();
        type_names.push(geometry_type.clone());
        let geometry = Geometry {
            column: geometry,
            geometry_type,
            crs: rows::crs(self.system.as_ref()),
            spherical: false,
            dimensions: u8::try_from(self.dimensions.count()).unwrap_or(2),
            indexed: Some(self.index.is_some()),
            extent: self.extent,
        };
        let detail = |label: &str, value: &str| Detail { label: label.to_owned(), value: value.to_owned() };
        let mut details = vec![detail("Format", "FlatGeobuf 3")];
        details.push(detail("Index", if self.index.is_some() { "Packed R-tree" } else { "None" }));
        details.extend(self.title.iter().map(|title| detail("Title", title)));
        details.extend(self.description.iter().map(|text| detail("Description", text)));
        let described = self.columns.iter().filter_map(|c| Some(format!("{}: {}", c.name, c.description.as_ref()?)));
        let described: Vec<String> = described.collect();
        if !described.is_empty() {
            details.push(detail("Columns", &described.join("; ")));
        }
        let name = if self.name.is_empty() { held.stem() } else { self.name.clone() };
        let rows = self.count.map(|rows| Count { rows, exact: true });
        Layer { name, schema: rows::schema(fields), type_names, geometries: vec![geometry], rows, details }
    }
}
