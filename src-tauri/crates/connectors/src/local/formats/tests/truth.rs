//! Test support: files that GDAL wrote, held against what GDAL reads from them.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::local::source::{Layer, Read, Source};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMillisecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// One of the committed files.
pub(super) fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/files/vector").join(name)
}

/// What GDAL read from it.
pub(super) fn expected(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(file(&format!("{name}.json"))).unwrap()).unwrap()
}

/// All rows of a layer as JSON: bytes and geometry in hex, dates and times as ISO text.
pub(super) fn rows(source: &dyn Source, layer: usize, read: &Read) -> model::Result<Vec<Vec<Value>>> {
    let mut out = Vec::new();
    source.read(layer, read, &mut |batch: RecordBatch| {
        assert!(batch.num_rows() <= 8_192);
        for row in 0..batch.num_rows() {
            out.push(batch.columns().iter().map(|column| cell(column, row)).collect());
        }
        ControlFlow::Continue(())
    })?;
    Ok(out)
}

/// Everything of a layer.
pub(super) fn all(layer: &Layer) -> Read {
    Read { columns: (0..layer.schema.fields().len()).collect(), bbox: None, limit: None }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn cell(column: &dyn Array, row: usize) -> Value {
    if column.is_null(row) {
        return Value::Null;
    }
    match column.data_type() {
        DataType::Boolean => json!(column.as_boolean().value(row)),
        DataType::Int8 => json!(column.as_primitive::<Int8Type>().value(row)),
        DataType::Int16 => json!(column.as_primitive::<Int16Type>().value(row)),
        DataType::Int32 => json!(column.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => json!(column.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => json!(column.as_primitive::<UInt8Type>().value(row)),
        DataType::UInt16 => json!(column.as_primitive::<UInt16Type>().value(row)),
        DataType::UInt32 => json!(column.as_primitive::<UInt32Type>().value(row)),
        DataType::UInt64 => json!(column.as_primitive::<UInt64Type>().value(row)),
        DataType::Float32 => json!(column.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => json!(column.as_primitive::<Float64Type>().value(row)),
        DataType::Utf8 => json!(column.as_string::<i32>().value(row)),
        DataType::Binary => json!(hex(column.as_binary::<i32>().value(row))),
        DataType::Decimal128(..) => json!(column.as_primitive::<Decimal128Type>().value_as_string(row)),
        DataType::Date32 => json!(column.as_primitive::<Date32Type>().value_as_date(row).unwrap().to_string()),
        DataType::Timestamp(..) => {
            let at = column.as_primitive::<TimestampMillisecondType>().value_as_datetime(row).unwrap();
            json!(at.format("%Y-%m-%dT%H:%M:%S").to_string())
        }
        other => panic!("a column of {other}"),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// GDAL's older form of heights made to ISO's; NULL stays.
pub(super) fn iso(geometry: &Value) -> Value {
    geometry.as_str().map_or(Value::Null, |text| json!(hex(&map::wkb::normalise(&bytes(text)).unwrap().0)))
}

/// The box of a geometry in hex.
pub(super) fn bounds(hex: &str) -> [f64; 4] {
    struct Bounds([f64; 4]);
    impl map::wkb::Visit for Bounds {
        fn begin(&mut self, _: &map::wkb::Header) -> Result<(), map::wkb::WkbError> {
            Ok(())
        }
        fn points(&mut self, points: map::wkb::Points<'_>) {
            for [x, y] in points.xy() {
                self.0 = [self.0[0].min(x), self.0[1].min(y), self.0[2].max(x), self.0[3].max(y)];
            }
        }
        fn end(&mut self) {}
    }
    let mut bounds = Bounds([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY]);
    map::wkb::walk(&bytes(hex), &mut bounds).unwrap();
    bounds.0
}

/// A copy of a committed file in a folder of its own, changed.
pub(super) fn changed(name: &str, change: impl FnOnce(&mut Vec<u8>)) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let mut bytes = std::fs::read(file(name)).unwrap();
    change(&mut bytes);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}
