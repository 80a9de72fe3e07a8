#![allow(clippy::unwrap_used)]
//! Rows of known values through each format, read back by somebody else's reader where one is at hand.

use super::{Export, How};
use crate::views::ExportFormat;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use map::crs::System;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::sync::Arc;

fn point(x: f64, y: f64) -> Vec<u8> {
    let mut wkb = Vec::new();
    map::wkb::Writer::new(&mut wkb, map::wkb::Dimensions { z: false, m: false }).point([x, y, f64::NAN, f64::NAN]);
    wkb
}

fn geometry(name: &str, system: Option<&System>) -> Field {
    let metadata = system.map_or_else(|| "{}".to_owned(), |s| s.to_geoarrow(false));
    Field::new(name, DataType::Binary, true).with_metadata(
        [("ARROW:extension:name", "geoarrow.wkb"), ("ARROW:extension:metadata", &metadata)]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into(),
    )
}

fn typed(name: &str, data_type: DataType, type_name: &str) -> Field {
    Field::new(name, data_type, true).with_metadata([("landbridge:type".to_owned(), type_name.to_owned())].into())
}

/// Two rows of every sort, and one of NULLs.
fn rows(system: Option<&System>) -> RecordBatch {
    let schema = Schema::new(vec![
        typed("id", DataType::Int64, "bigint"),
        typed("name", DataType::Utf8, "text"),
        typed("price", DataType::Decimal128(10, 2), "numeric(10,2)"),
        typed("ratio", DataType::Float64, "double precision"),
        typed("ok", DataType::Boolean, "boolean"),
        typed("about", DataType::Utf8, "jsonb"),
        geometry("geom", system),
        typed("name", DataType::Utf8, "text"),
    ]);
    let wkb = [point(2.352_222_2, 48.856_667), point(-0.5, 10.0)];
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![Some(9_007_199_254_740_993), Some(-1), None])),
        Arc::new(StringArray::from(vec![Some("a \"quoted\", text\nof two lines"), Some(""), None])),
        Arc::new(Decimal128Array::from(vec![Some(1250), Some(-5), None]).with_precision_and_scale(10, 2).unwrap()),
        Arc::new(Float64Array::from(vec![Some(0.1), Some(f64::NAN), None])),
        Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
        Arc::new(StringArray::from(vec![Some("{\"a\": [1, null]}"), Some("not json"), None])),
        Arc::new(BinaryArray::from_opt_vec(vec![Some(&wkb[0]), Some(&wkb[1]), None])),
        Arc::new(StringArray::from(vec![Some("x"), Some("y"), None])),
    ];
    RecordBatch::try_new(Arc::new(schema), columns).unwrap()
}

fn how(format: ExportFormat) -> How {
    How { format, decimals: None, points: false }
}

fn written(batch: &RecordBatch, how: How) -> (Vec<u8>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let schema: SchemaRef = batch.schema();
    let mut export = Export::begin(&path, &schema, how).unwrap();
    export.write(batch).unwrap();
    assert!(!path.exists(), "the file has its name before it is complete");
    let told = export.finish().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!((told.rows, told.bytes), (batch.num_rows() as u64, bytes.len() as u64));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    (bytes, told.notes)
}

#[test]
fn csv_quotes_what_must_be_and_tells_null_from_empty() {
    let (bytes, notes) = written(&rows(Some(&System::wgs84())), how(ExportFormat::Csv));
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines[0], "id,name,price,ratio,ok,about,geom,name_2");
    assert!(lines[1].starts_with("9007199254740993,\"a \"\"quoted\"\", text\nof two lines\",12.50,0.1,true,"), "{}", lines[1]);
    assert!(lines[1].ends_with(",\"POINT (2.3522222 48.856667)\",x") || lines[1].ends_with(",\"POINT(2.3522222 48.856667)\",x"));
    assert!(lines[2].starts_with("-1,\"\",-0.05,NaN,false,\"not json\","), "{}", lines[2]);
    assert_eq!(lines[3], ",,,,,,,");
    assert!(notes.iter().any(|n| n.contains("WKT")) && notes.iter().any(|n| n.contains("renamed")), "{notes:?}");
}

#[test]
fn geojson_holds_each_value_as_json_has_it() {
    let (bytes, _) = written(&rows(Some(&System::wgs84())), how(ExportFormat::GeoJson));
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains("\"id\":9007199254740993,"), "no digit is lost: {text}");
    assert!(text.contains("\"price\":12.50,"), "{text}");
    let told: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let features = told["features"].as_array().unwrap();
    assert_eq!(features.len(), 3);
    assert_eq!(features[0]["geometry"]["coordinates"], serde_json::json!([2.3522222, 48.856667]));
    assert_eq!(features[0]["properties"]["about"], serde_json::json!({"a": [1, null]}));
    assert_eq!(features[1]["properties"]["ratio"], "NaN");
    assert_eq!(features[1]["properties"]["about"], "not json");
    assert_eq!(features[1]["properties"]["name"], "");
    assert!(features[2]["geometry"].is_null() && features[2]["properties"]["name"].is_null());
}

#[test]
fn geojson_lines_are_a_feature_each() {
    let (bytes, _) = written(&rows(Some(&System::wgs84())), how(ExportFormat::GeoJsonLines));
    let text = String::from_utf8(bytes).unwrap();
    let features: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(features.len(), 3);
    assert!(features.iter().all(|f| f["type"] == "Feature"));
}

#[test]
fn geojson_is_in_degrees_whatever_the_system() {
    let (bytes, notes) = written(&rows(Some(&System::epsg(3857))), how(ExportFormat::GeoJson));
    let told: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let at = &told["features"][0]["geometry"]["coordinates"];
    assert!(at[0].as_f64().unwrap().abs() < 0.001, "{at}");
    assert!(notes.iter().any(|n| n.contains("transformed from EPSG:3857 to EPSG:4326")), "{notes:?}");
}

#[test]
fn geojson_of_nothing_spatial_is_refused_before_a_file_is_made() {
    let batch = rows(None).project(&[0, 1]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let refused = Export::begin(&path, &batch.schema(), how(ExportFormat::GeoJson)).err().unwrap();
    assert_eq!(refused.code(), "export.no_geometry");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_is_not_finished_leaves_nothing() {
    let batch = rows(Some(&System::wgs84()));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, "what was there").unwrap();
    let mut export = Export::begin(&path, &batch.schema(), how(ExportFormat::GeoParquet)).unwrap();
    export.write(&batch).unwrap();
    drop(export);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "what was there");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

fn read_again(bytes: Vec<u8>) -> (serde_json::Value, RecordBatch) {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
    let told = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let geo = told.iter().find(|kv| kv.key == "geo").and_then(|kv| kv.value.clone()).unwrap();
    let batch = reader.build().unwrap().next().unwrap().unwrap();
    (serde_json::from_str(&geo).unwrap(), batch)
}

#[test]
fn geoparquet_keeps_every_value_and_says_its_system() {
    let batch = rows(Some(&System::epsg(25832)));
    let (bytes, _) = written(&batch, how(ExportFormat::GeoParquet));
    let (geo, read) = read_again(bytes);
    assert_eq!(geo["version"], "1.1.0");
    assert_eq!(geo["primary_column"], "geom");
    let about = &geo["columns"]["geom"];
    assert_eq!(about["encoding"], "WKB");
    assert_eq!(about["geometry_types"], serde_json::json!(["Point"]));
    assert_eq!(about["crs"]["id"]["code"], 25832);
    assert_eq!(about["bbox"], serde_json::json!([-0.5, 10.0, 2.3522222, 48.856667]));
    assert_eq!(about["covering"]["bbox"]["xmin"], serde_json::json!(["bbox", "xmin"]));
    for (at, column) in batch.columns().iter().enumerate() {
        assert_eq!(read.column(at), column, "{}", batch.schema().field(at).name());
    }
    assert_eq!(read.schema().field(7).name(), "name_2");
    assert_eq!(read.schema().field(8).name(), "bbox");
}

#[test]
fn geoparquet_in_degrees_says_nothing_of_its_system_and_of_an_unknown_one_null() {
    let (geo, _) = read_again(written(&rows(Some(&System::wgs84())), how(ExportFormat::GeoParquet)).0);
    assert!(geo["columns"]["geom"].get("crs").is_none());
    let (geo, _) = read_again(written(&rows(None), how(ExportFormat::GeoParquet)).0);
    assert!(geo["columns"]["geom"]["crs"].is_null() && geo["columns"]["geom"].get("crs").is_some());
}

#[test]
fn geoparquet_takes_types_that_it_does_not_have_as_text() {
    let interval = arrow_array::PrimitiveArray::<arrow_array::types::DurationSecondType>::from(vec![Some(90)]);
    let dictionary: arrow_array::DictionaryArray<Int32Type> = vec![Some("a")].into_iter().collect();
    let schema = Schema::new(vec![
        Field::new("for", interval.data_type().clone(), true),
        Field::new("kind", dictionary.data_type().clone(), true),
    ]);
    let batch = RecordBatch::try_new(Arc::new(schema), vec![Arc::new(interval), Arc::new(dictionary)]).unwrap();
    let (bytes, notes) = written(&batch, how(ExportFormat::GeoParquet));
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap().build().unwrap();
    let read = reader.map(Result::unwrap).next().unwrap();
    assert_eq!(read.schema().field(0).data_type(), &DataType::Utf8);
    assert!(notes.iter().any(|n| n.contains("as text")), "{notes:?}");
}
