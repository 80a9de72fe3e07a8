//! GeoParquet 1.1 (https://geoparquet.org/releases/v1.1.0/): WKB, the system as PROJJSON, a box for each row that is no point.
//!
//! A table without a geometry becomes a plain Parquet file.

use super::Format;
use super::file::Out;
use super::geometry::Geometries;
use super::layout::{Is, Layout};
use super::texts::VALUE;
use crate::explorer::cells::{Cells, Form};
use arrow_array::builder::{BinaryBuilder, Float64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Date32Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, PrimitiveArray, RecordBatch, StructArray};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use map::wkb;
use model::{Error, Result};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use serde_json::{Map, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rows of a row group: what a reader skips or reads at once.
const GROUP_ROWS: usize = 131_072;
/// A row group is ended earlier when it takes this much memory.
const GROUP_BYTES: usize = 96 * 1024 * 1024;

pub(super) struct Parquet {
    writer: ArrowWriter<Out>,
    schema: SchemaRef,
    layout: Layout,
    columns: Vec<Written>,
    scratch: Vec<u8>,
}

/// How a column is written.
enum Written {
    /// As it is.
    Plain,
    /// As it is but for infinite times, which Parquet does not have: so many were left empty.
    Finite(u64),
    /// As text: Parquet has no such type.
    Text,
    /// A geometry, by its place among the summaries.
    Geometry(Summary),
}

/// What GeoParquet's metadata says of a geometry column.
struct Summary {
    types: BTreeSet<&'static str>,
    bounds: Option<[f64; 4]>,
    /// The name of the column with the rows' boxes.
    covering: Option<String>,
}

fn failed(error: &ParquetError) -> Error {
    Error::new(&VALUE).with("why", error)
}

impl Parquet {
    pub(super) fn begin(out: Out, layout: Layout, schema: &SchemaRef) -> Result<Self> {
        let mut fields = Vec::new();
        let mut columns = Vec::new();
        let taken: BTreeSet<String> = layout.columns.iter().map(|c| c.name.clone()).collect();
        let mut coverings = Vec::new();
        for (column, field) in layout.columns.iter().zip(schema.fields()) {
            let name = column.name.as_str();
            match &column.is {
                Is::Geometry(_) => {
                    let covering = (!layout.how.points).then(|| covering_name(name, &taken));
                    coverings.extend(covering.iter().map(|c| Field::new(c, boxes(), true)));
                    columns.push(Written::Geometry(Summary { types: BTreeSet::new(), bounds: None, covering }));
                    fields.push(Field::new(name, DataType::Binary, true));
                }
                Is::Value(_) if is_known(field.data_type()) => {
                    let infinite = field.metadata().get("landbridge:infinity").is_some_and(|v| v == "extremes");
                    columns.push(if infinite { Written::Finite(0) } else { Written::Plain });
                    fields.push(Field::new(name, field.data_type().clone(), true));
                }
                Is::Value(_) => {
                    columns.push(Written::Text);
                    fields.push(Field::new(name, DataType::Utf8, true));
                }
            }
        }
        fields.extend(coverings);
        let schema = Arc::new(Schema::new(fields));
        let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties(&schema)?)).map_err(|e| failed(&e))?;
        Ok(Self { writer, schema, layout, columns, scratch: Vec::new() })
    }

    fn array(&mut self, at: usize, batch: &RecordBatch, boxes: &mut Vec<ArrayRef>) -> ArrayRef {
        let array = batch.column(at);
        match (&mut self.columns[at], &mut self.layout.columns[at].is) {
            (Written::Finite(left_out), _) => finite(array, left_out),
            (Written::Text, _) => texts(&self.layout.cells, batch, at),
            (Written::Geometry(summary), Is::Geometry(column)) => {
                let (array, of_rows) = geometries(column, summary, array, &mut self.scratch);
                boxes.extend(of_rows);
                array
            }
            _ => array.clone(),
        }
    }

    /// GeoParquet's metadata of the whole file.
    fn metadata(&self) -> Option<String> {
        let primary = &self.layout.columns.get(self.layout.geometry?)?.name;
        let mut told = Map::new();
        for (column, written) in self.layout.columns.iter().zip(&self.columns) {
            let (Is::Geometry(geometries), Written::Geometry(summary)) = (&column.is, written) else { continue };
            let mut about = json!({ "encoding": "WKB", "geometry_types": summary.types });
            match &geometries.system {
                // Without a word it is longitude and latitude on WGS 84.
                Some(system) if system.is_wgs84() => {}
                system => about["crs"] = system.as_ref().and_then(map::crs::System::to_projjson).into(),
            }
            if geometries.spherical {
                about["edges"] = json!("spherical");
            }
            if let Some(bounds) = summary.bounds {
                about["bbox"] = json!(bounds);
            }
            if let Some(name) = &summary.covering {
                let side = |side: &str| json!([name, side]);
                about["covering"] =
                    json!({ "bbox": { "xmin": side("xmin"), "ymin": side("ymin"), "xmax": side("xmax"), "ymax": side("ymax") } });
            }
            told.insert(column.name.clone(), about);
        }
        Some(json!({ "version": "1.1.0", "primary_column": primary, "columns": told }).to_string())
    }
}

impl Format for Parquet {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let mut boxes = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.schema.fields().len());
        for at in 0..batch.num_columns() {
            let array = self.array(at, batch, &mut boxes);
            arrays.push(array);
        }
        arrays.extend(boxes);
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(|e| Error::new(&VALUE).with("why", e))?;
        self.writer.write(&batch).map_err(|e| failed(&e))?;
        if self.writer.in_progress_size() > GROUP_BYTES {
            self.writer.flush().map_err(|e| failed(&e))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<String>> {
        if let Some(geo) = self.metadata() {
            self.writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), geo));
        }
        for (column, written) in self.layout.columns.iter().zip(&self.columns) {
            if let Written::Finite(left_out @ 1..) = written {
                let name = &column.name;
                self.layout.notes.push(format!("{name}: {left_out} infinite times are empty there, since Parquet has none."));
            }
        }
        if self.columns.iter().any(|c| matches!(c, Written::Text)) {
            self.layout.notes.push("Types that Parquet does not have are written as text.".to_owned());
        }
        self.writer.close().map_err(|e| failed(&e))?;
        Ok(self.layout.into_notes())
    }
}

fn properties(schema: &SchemaRef) -> Result<WriterProperties> {
    let level = ZstdLevel::try_new(1).map_err(|e| failed(&e))?;
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_created_by(concat!("Landbridge ", env!("CARGO_PKG_VERSION")).to_owned());
    for field in schema.fields() {
        // A dictionary of values that hardly ever repeat is built only to be thrown away.
        let repeats = matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        if !repeats {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(field.name().as_str()), false);
        }
    }
    Ok(properties.build())
}

/// What Parquet writes and others read again.
fn is_known(data_type: &DataType) -> bool {
    !matches!(data_type, DataType::Interval(_) | DataType::Duration(_) | DataType::Union(_, _) | DataType::Null)
}

fn covering_name(geometry: &str, taken: &BTreeSet<String>) -> String {
    let mut name = "bbox".to_owned();
    let mut n = 0;
    while taken.contains(&name) {
        n += 1;
        name = if n == 1 { format!("{geometry}_bbox") } else { format!("{geometry}_bbox_{n}") };
    }
    name
}

fn sides() -> Fields {
    ["xmin", "ymin", "xmax", "ymax"].map(|side| Field::new(side, DataType::Float64, false)).to_vec().into()
}

fn boxes() -> DataType {
    DataType::Struct(sides())
}

/// The extreme values stand for `infinity` and `-infinity`.
fn finite(array: &ArrayRef, left_out: &mut u64) -> ArrayRef {
    fn without<T: ArrowPrimitiveType>(array: &ArrayRef, least: T::Native, most: T::Native) -> Option<ArrayRef> {
        let times = array.as_primitive_opt::<T>()?;
        let finite: PrimitiveArray<T> = times.unary_opt(|v| (v != least && v != most).then_some(v));
        Some(Arc::new(finite.with_data_type(times.data_type().clone())))
    }
    let done = match array.data_type() {
        DataType::Date32 => without::<Date32Type>(array, i32::MIN, i32::MAX),
        DataType::Timestamp(TimeUnit::Microsecond, _) => without::<TimestampMicrosecondType>(array, i64::MIN, i64::MAX),
        _ => None,
    };
    let done = done.unwrap_or_else(|| array.clone());
    *left_out += (done.null_count() - array.null_count()) as u64;
    done
}

fn texts(cells: &Cells, batch: &RecordBatch, at: usize) -> ArrayRef {
    let mut out = StringBuilder::new();
    let mut text = String::new();
    for row in 0..batch.num_rows() {
        text.clear();
        if cells.write(batch, at, row, Form::Full, usize::MAX, &mut text) { out.append_value(&text) } else { out.append_null() }
    }
    Arc::new(out.finish())
}

/// The column in the file's system, and the rows' boxes where they are written.
fn geometries(
    column: &mut Geometries,
    summary: &mut Summary,
    array: &ArrayRef,
    scratch: &mut Vec<u8>,
) -> (ArrayRef, Option<ArrayRef>) {
    let mut out = BinaryBuilder::new();
    let mut of_rows: [Float64Builder; 4] = Default::default();
    let mut there = Vec::new();
    for row in 0..array.len() {
        let iso = Geometries::bytes(array.as_ref(), row).and_then(|bytes| column.convert(bytes, scratch));
        let iso = match iso {
            Some(iso) if is_curved(&iso) => column.lose("GeoParquet has no curves and surfaces".to_owned()),
            iso => iso,
        };
        let bounds = iso.as_deref().and_then(|iso| summary.see(iso));
        match &iso {
            Some(iso) => out.append_value(iso),
            None => out.append_null(),
        }
        if summary.covering.is_some() {
            there.push(bounds.is_some());
            of_rows.iter_mut().zip(bounds.unwrap_or_default()).for_each(|(side, at)| side.append_value(at));
        }
    }
    let of_rows = summary.covering.is_some().then(|| {
        let sides_of_rows = of_rows.iter_mut().map(|side| Arc::new(side.finish()) as ArrayRef).collect();
        Arc::new(StructArray::new(sides(), sides_of_rows, Some(there.into()))) as ArrayRef
    });
    // What is as it should be needs no copy.
    let as_it_is = column.is_plain() && array.data_type() == &DataType::Binary && out.values_slice().len() == whole(array);
    (if as_it_is { array.clone() } else { Arc::new(out.finish()) }, of_rows)
}

/// Bytes of all values.
fn whole(array: &ArrayRef) -> usize {
    let binary = array.as_any().downcast_ref::<arrow_array::BinaryArray>();
    binary.map_or(usize::MAX, |b| (b.offsets()[b.len()] - b.offsets()[0]).unsigned_abs() as usize)
}

impl Summary {
    /// Takes note of a geometry; its box, where it has one.
    fn see(&mut self, iso: &[u8]) -> Option<[f64; 4]> {
        let mut seen = Seen { kind: None, bounds: [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY] };
        wkb::walk(iso, &mut seen).ok()?;
        self.types.extend(seen.kind);
        let [x0, y0, x1, y1] = seen.bounds;
        if x0 > x1 || y0 > y1 {
            return None;
        }
        let all = self.bounds.get_or_insert(seen.bounds);
        *all = [all[0].min(x0), all[1].min(y0), all[2].max(x1), all[3].max(y1)];
        Some(seen.bounds)
    }
}

fn is_curved(iso: &[u8]) -> bool {
    wkb::header(iso).is_ok_and(|header| header.iso_code() % 1000 > 7)
}

struct Seen {
    kind: Option<&'static str>,
    bounds: [f64; 4],
}

impl wkb::Visit for Seen {
    fn begin(&mut self, header: &wkb::Header) -> std::result::Result<(), wkb::WkbError> {
        if self.kind.is_none() {
            self.kind = Some(geoparquet_name(header));
        }
        Ok(())
    }

    fn points(&mut self, points: wkb::Points<'_>) {
        for [x, y] in points.xy() {
            let [x0, y0, x1, y1] = self.bounds;
            // min and max pass over the NaN of an empty point.
            self.bounds = [x0.min(x), y0.min(y), x1.max(x), y1.max(y)];
        }
    }

    fn end(&mut self) {}
}

/// GeoParquet's names; it knows no measures and no curves.
fn geoparquet_name(header: &wkb::Header) -> &'static str {
    let deep = header.iso_code() / 1000 % 2 == 1;
    match (header.iso_code() % 1000, deep) {
        (1, false) => "Point",
        (1, true) => "Point Z",
        (2, false) => "LineString",
        (2, true) => "LineString Z",
        (3, false) => "Polygon",
        (3, true) => "Polygon Z",
        (4, false) => "MultiPoint",
        (4, true) => "MultiPoint Z",
        (5, false) => "MultiLineString",
        (5, true) => "MultiLineString Z",
        (6, false) => "MultiPolygon",
        (6, true) => "MultiPolygon Z",
        (_, false) => "GeometryCollection",
        (_, true) => "GeometryCollection Z",
    }
}
