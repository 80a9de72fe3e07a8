#![allow(clippy::unwrap_used)]
use super::open;
use crate::local::formats::truth::{all, bounds, expected, file, iso, rows};
use crate::local::source::{Layer, Read, Source};
use arrow_schema::DataType;
use map::wkb::wkt;
use model::{Count, Crs};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;

fn opened(text: impl AsRef<[u8]>) -> model::Result<Arc<dyn Source>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.geojson");
    std::fs::write(&path, text).unwrap();
    // The folder is kept until the test's process ends: a source reads again.
    std::mem::forget(folder);
    open(&path)
}

fn everything(source: &Arc<dyn Source>) -> Vec<Vec<Value>> {
    rows(source.as_ref(), 0, &all(&source.layers()[0])).unwrap()
}

fn names(layer: &Layer) -> Vec<&str> {
    layer.schema.fields().iter().map(|f| f.name().as_str()).collect()
}

fn feature(properties: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{properties},"geometry":null}}"#)
}

fn text(hex: &Value) -> String {
    let hex = hex.as_str().unwrap();
    let bytes: Vec<u8> = (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
    let mut out = String::new();
    wkt(&bytes, &mut out).unwrap();
    out
}

#[test]
fn every_value_is_the_one_that_gdal_wrote() {
    for name in ["points.geojson", "lines.geojsonl", "records.geojsons", "projected.geojson", "mixed.geojson"] {
        let source = open(&file(name)).unwrap();
        let (layer, truth) = (&source.layers()[0], expected(name));
        let found = everything(&source);
        let columns = names(layer);
        assert_eq!(json!(columns[..columns.len() - 1]), truth["columns"], "{name}");
        let wanted = truth["rows"].as_array().unwrap();
        assert_eq!(found.len(), wanted.len(), "{name}");
        for (n, (found, wanted)) in found.iter().zip(wanted).enumerate() {
            let mut wanted = wanted.as_array().unwrap().clone();
            let last = wanted.len() - 1;
            wanted[last] = iso(&wanted[last]);
            assert_eq!(json!(found), json!(wanted), "{name}, row {n}");
        }
        assert_eq!(layer.rows, Some(Count { rows: found.len() as u64, exact: true }));
        let extent: [f64; 4] = serde_json::from_value(truth["extent"].clone()).unwrap();
        assert_eq!(layer.geometries[0].extent, Some(extent), "{name}");
    }
    let crs = |name: &str| open(&file(name)).unwrap().layers()[0].geometries[0].crs.clone();
    assert_eq!(crs("points.geojson"), Crs::Epsg { code: 4326 });
    assert_eq!(crs("projected.geojson"), Crs::Epsg { code: 2154 });
}

#[test]
fn a_file_is_a_collection_a_feature_a_geometry_or_a_row_of_them() {
    let point = r#"{"type":"Point","coordinates":[1,2]}"#;
    let one = format!(r#"{{"geometry":{point},"properties":{{"a":1}},"type":"Feature"}}"#);
    let collection =
        |features: &str| format!(r#"{{"features":[{features}],"name":"named","x":{{"y":1}},"type":"FeatureCollection"}}"#);
    for (file, count) in [
        (point.to_owned(), 1),
        (one.clone(), 1),
        (format!("{one}\n{one}\n\n{one}"), 3),
        (format!("\u{1e}{one}\n\u{1e}{one}\n"), 2),
        (format!("{one}{point}"), 2),
        (format!("[{one},\n {one}]"), 2),
        (collection(&one), 1),
        (collection(&format!("{one},{one}")), 2),
        (format!("\u{feff}  {}\n", collection("")), 0),
        (format!("{}\n{}", collection(&one), collection(&one)), 2),
        (r#"{"type":"FeatureCollection"}"#.to_owned(), 0),
    ] {
        let source = opened(&file).unwrap();
        let found = everything(&source);
        assert_eq!((found.len() as u64, source.layers()[0].rows), (count, Some(Count { rows: count, exact: true })), "{file}");
        for row in found {
            assert_eq!(text(row.last().unwrap()), "POINT (1 2)");
        }
    }
    let source = opened(collection(&one)).unwrap();
    assert_eq!(source.layers()[0].name, "named");
    assert!(source.layers()[0].details.iter().any(|d| d.label == "x" && d.value == r#"{"y":1}"#));
}

#[test]
fn a_column_is_as_wide_as_all_of_its_values() {
    let cases = [
        (r#"1 -2 null"#, DataType::Int64, json!([1, -2, null])),
        ("1 18446744073709551615", DataType::UInt64, json!([1, 18_446_744_073_709_551_615u64])),
        ("-1 18446744073709551615", DataType::Decimal128(38, 0), json!(["-1", "18446744073709551615"])),
        ("123456789012345678901234567890 1", DataType::Decimal128(38, 0), json!(["123456789012345678901234567890", "1"])),
        ("1 2.5", DataType::Float64, json!([1.0, 2.5])),
        ("9007199254740993 0.5", DataType::Utf8, json!(["9007199254740993", "0.5"])),
        ("1e400 1", DataType::Utf8, json!(["1e400", "1"])),
        ("true false", DataType::Boolean, json!([true, false])),
        ("true 1", DataType::Utf8, json!(["true", "1"])),
        (r#""a" 1.50 true"#, DataType::Utf8, json!(["a", "1.50", "true"])),
        (r#"{"x":[1,2]} null"#, DataType::Utf8, json!([r#"{"x":[1,2]}"#, null])),
        (r#"[1.10] "a""#, DataType::Utf8, json!(["[1.10]", "\"a\""])),
        ("null null", DataType::Utf8, json!([null, null])),
        (r#""\u00e9\n\"" "\ud83d\ude00""#, DataType::Utf8, json!(["é\n\"", "😀"])),
    ];
    for (values, kind, wanted) in cases {
        let features: Vec<String> = values.split(' ').map(|v| feature(&format!(r#"{{"v":{v}}}"#))).collect();
        let source = opened(features.join("\n")).unwrap();
        let field = source.layers()[0].schema.field(0).clone();
        assert_eq!(*field.data_type(), kind, "{values}");
        let found: Vec<Value> = everything(&source).into_iter().map(|row| row[0].clone()).collect();
        assert_eq!(json!(found), wanted, "{values}");
        let json = values.contains(['{', '[']);
        assert_eq!(field.metadata().get("landbridge.type").map(String::as_str), json.then_some("json"), "{values}");
    }
}

#[test]
fn columns_are_those_of_all_features_and_ids_and_foreign_members_are_among_them() {
    let source = opened(concat!(
        r#"{"type":"Feature","id":"a","properties":{"x":1,"x":2},"geometry":null,"tippecanoe":{"minzoom":3}}"#,
        r#"{"type":"Feature","id":7,"properties":{"y":"late"},"geometry":null,"bbox":[1,2,3,4]}"#,
        r#"{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[1,2,3]}}"#,
    ))
    .unwrap();
    assert_eq!(names(&source.layers()[0]), ["id", "x", "tippecanoe", "y", "geometry"]);
    let found = everything(&source);
    assert_eq!(json!(found[0]), json!(["a", 2, r#"{"minzoom":3}"#, null, null]));
    assert_eq!(json!(found[1]), json!(["7", null, null, "late", null]));
    assert_eq!(text(&found[2][4]), "POINT Z (1 2 3)");
    assert_eq!(source.layers()[0].geometries[0].dimensions, 3);
    let source = opened(r#"{"type":"Feature","id":1,"properties":{"id":2,"geometry":3,"ID":4},"geometry":null}"#).unwrap();
    assert_eq!(names(&source.layers()[0]), ["feature_id", "id", "geometry", "ID", "geom"]);
    assert_eq!(json!(everything(&source)[0]), json!([1, 2, 3, 4, null]));
}

#[test]
fn thousands_of_different_members_are_one_column() {
    let members: Vec<String> = (0..2_500).map(|n| format!("\"k{n}\":{n}")).collect();
    let source = opened(feature(&format!("{{{}}}", members.join(",")))).unwrap();
    assert_eq!(names(&source.layers()[0]), ["properties", "geometry"]);
    let json: Value = serde_json::from_str(everything(&source)[0][0].as_str().unwrap()).unwrap();
    assert_eq!((json["k0"].as_u64(), json["k2499"].as_u64()), (Some(0), Some(2_499)));
}

#[test]
fn numbers_that_json_does_not_know_are_null() {
    let source = opened(feature(r#"{"a":NaN,"b":"NaN -Infinity","c":-Infinity,"d":1.5}"#)).unwrap();
    assert_eq!(json!(everything(&source)[0]), json!([null, "NaN -Infinity", null, 1.5, null]));
}

#[test]
fn the_old_member_for_the_system_is_honoured() {
    let crs = |crs: &str| {
        let text = format!(r#"{{"type":"FeatureCollection",{crs}"features":[]}}"#);
        opened(text).unwrap().layers()[0].geometries[0].crs.clone()
    };
    assert_eq!(crs(""), Crs::Epsg { code: 4326 });
    assert_eq!(crs(r#""crs":null,"#), Crs::Unknown);
    assert_eq!(crs(r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3857"}},"#), Crs::Epsg { code: 3857 });
    assert_eq!(crs(r#""crs":{"type":"EPSG","properties":{"code":2154}},"#), Crs::Epsg { code: 2154 });
    let link = r#""crs":{"type":"link","properties":{"href":"http://example.org/crs/42","type":"proj4"}},"#;
    assert!(matches!(crs(link), Crs::Named { .. }));
}

#[test]
fn every_geometry_becomes_the_same_geometry() {
    let cases = [
        (r#"{"type":"Point","coordinates":[]}"#, "POINT EMPTY"),
        (r#"{"coordinates":[[1,2],[3,4,5]],"type":"LineString"}"#, "LINESTRING Z (1 2, 3 4 5)"),
        (r#"{"type":"MultiPoint","coordinates":[[1,2],[-3.5e1,4]]}"#, "MULTIPOINT ((1 2), (-35 4))"),
        (
            r#"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]}"#,
            "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))",
        ),
        (r#"{"type":"MultiLineString","coordinates":[[[0,0],[1,1]],[]]}"#, "MULTILINESTRING ((0 0, 1 1), EMPTY)"),
        (
            r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}"#,
            "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
        ),
        (r#"{"type":"MultiPolygon","coordinates":[]}"#, "MULTIPOLYGON EMPTY"),
        (
            r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"Point","coordinates":[]},{"type":"GeometryCollection","geometries":[]},{"type":"LineString","coordinates":[[0,0],[1,1]]}]}"#,
            "GEOMETRYCOLLECTION (POINT (1 2), POINT EMPTY, GEOMETRYCOLLECTION EMPTY, LINESTRING (0 0, 1 1))",
        ),
    ];
    for (json, wanted) in cases {
        let source = opened(json).unwrap();
        assert_eq!(text(&everything(&source)[0][0]), wanted);
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let good = feature("{}");
    let deep = format!("{}{}", r#"{"type":"GeometryCollection","geometries":["#.repeat(60), "]}".repeat(60));
    let geometry = |g: &str| format!("{good}\n{{\"type\":\"Feature\",\"properties\":{{}},\"geometry\":{g}}}");
    for (file, code) in [
        (String::from("{"), "local.damaged"),
        (good[..good.len() - 3].to_owned(), "local.damaged"),
        (format!("{good} nonsense"), "local.damaged"),
        (r#"{"a":1}"#.to_owned(), "local.unknown_format"),
        (r#"{"type":"Topology","arcs":[]}"#.to_owned(), "local.unknown_format"),
        ("[]".to_owned(), "local.unknown_format"),
        ("[1,2]".to_owned(), "local.unknown_format"),
        (geometry("{\"type\":\"Point\",\"coordinates\":[1]}"), "local.damaged"),
        (geometry("{\"type\":\"Point\",\"coordinates\":[1,\"2\"]}"), "local.damaged"),
        (geometry("{\"type\":\"Point\",\"coordinates\":[NaN,2]}"), "local.damaged"),
        (geometry("{\"type\":\"Point\",\"coordinates\":[1e999,2]}"), "local.damaged"),
        (geometry("{\"type\":\"Point\",\"coordinates\":[[1,2]]}"), "local.damaged"),
        (geometry("{\"type\":\"LineString\",\"coordinates\":[1,2]}"), "local.damaged"),
        (geometry("{\"type\":\"Circle\",\"coordinates\":[1,2]}"), "local.damaged"),
        (geometry("{\"type\":\"Polygon\"}"), "local.damaged"),
        (geometry(&deep), "local.damaged"),
        (format!("{good}\n{}", r#"{"type":"Feature","properties":{"a":tru},"geometry":null}"#), "local.damaged"),
    ] {
        let error = opened(&file).err().unwrap_or_else(|| unreachable!("{file} was taken"));
        assert_eq!(error.code(), code, "{file}: {error}");
    }
    let error = opened(geometry("{\"type\":\"Circle\"}")).err().unwrap();
    assert_eq!(error.view().why, "Feature 2: “Circle” is no type of geometry.");
    let brackets =
        format!(r#"{{"type":"Feature","properties":{{"a":{}{}}},"geometry":null}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let _ = opened(brackets);
    let mut bytes = good.clone().into_bytes();
    bytes.splice(20..20, [0xff]);
    assert!(opened(bytes).is_err());
}

#[test]
fn a_box_and_a_limit_leave_out_only_what_is_not_wanted() {
    let source = open(&file("points.geojson")).unwrap();
    let layer = &source.layers()[0];
    let geometry = layer.schema.fields().len() - 1;
    let area = [-90.0, -45.0, 90.0, 45.0];
    let meets = |row: &&Vec<Value>| {
        row[geometry]
            .as_str()
            .map(bounds)
            .is_some_and(|b| b[0] <= area[2] && b[2] >= area[0] && b[1] <= area[3] && b[3] >= area[1])
    };
    let wanted: Vec<Vec<Value>> = everything(&source).iter().filter(meets).cloned().collect();
    let read = Read { bbox: Some((geometry, area)), ..all(layer) };
    assert_eq!(rows(source.as_ref(), 0, &read).unwrap(), wanted);
    let few = rows(source.as_ref(), 0, &Read { columns: vec![1], bbox: read.bbox, limit: Some(2) }).unwrap();
    assert_eq!(few, wanted[..2].iter().map(|row| vec![row[1].clone()]).collect::<Vec<_>>());
    assert!(rows(source.as_ref(), 0, &Read { limit: Some(0), ..all(layer) }).unwrap().is_empty());
}

#[test]
fn a_file_that_is_another_one_by_now_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.geojson");
    std::fs::write(&path, feature("{}")).unwrap();
    let source = open(&path).unwrap();
    std::fs::write(&path, feature("{\"a\":1}")).unwrap();
    let error = rows(source.as_ref(), 0, &all(&source.layers()[0])).unwrap_err();
    assert_eq!((error.code(), error.view().retryable), ("local.changed", true));
    assert_eq!(open(folder.path()).err().unwrap().code(), "local.not_a_file");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_changed_bytes_make_it_panic_or_run_away(which in 0usize..3, at: prop::sample::Index, with in prop_oneof![r#"[\[\]{},:"0-9a-z.\\-]{1,4}"#, Just("NaN".to_owned())], cut in 0usize..6) {
        let name = ["mixed.geojson", "lines.geojsonl", "records.geojsons"][which];
        let mut bytes = std::fs::read(file(name)).unwrap();
        let at = at.index(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, with.bytes());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        if let Ok(source) = open(&path) {
            // What was good when it was opened is good when it is read.
            let found = rows(source.as_ref(), 0, &all(&source.layers()[0])).unwrap();
            prop_assert_eq!(Some(Count { rows: found.len() as u64, exact: true }), source.layers()[0].rows);
        }
    }
}
