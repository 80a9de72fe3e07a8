#![allow(clippy::unwrap_used, clippy::panic)]

use super::open;
use crate::local::formats::texts::{assert_holds, columns, detail, expected, file, read, type_of};
use crate::local::source::{Read, Source};
use arrow_schema::{DataType, TimeUnit};
use model::Crs;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn opened(name: &str) -> Arc<dyn Source> {
    open(&file(&format!("parquet/{name}.parquet"))).unwrap_or_else(|e| panic!("{name}: {e} {:?}", e.view().vendor))
}

fn holds(name: &str) -> Arc<dyn Source> {
    let source = opened(name);
    assert_holds(&*source, &format!("parquet/{name}.parquet"));
    source
}

fn failure(path: &Path) -> model::Error {
    match open(path) {
        Err(error) => error,
        Ok(source) => {
            let all = Read { columns: (0..source.layers()[0].schema.fields().len()).collect(), ..Read::default() };
            read(&*source, &all).err().unwrap_or_else(|| panic!("{} is fine", path.display()))
        }
    }
}

#[test]
fn every_type_is_what_pyarrow_wrote() {
    let source = holds("types");
    for (name, expected) in [
        ("c_uint64", DataType::UInt64),
        ("c_half", DataType::Float32),
        ("c_decimal", DataType::Decimal128(10, 2)),
        ("c_decimal76", DataType::Decimal256(76, 0)),
        ("c_view", DataType::Utf8),
        ("c_dictionary", DataType::Utf8),
        ("c_uuid", DataType::Utf8),
        ("c_fixed", DataType::Binary),
        ("c_stamp_ns", DataType::Timestamp(TimeUnit::Nanosecond, None)),
        ("c_berlin", DataType::Timestamp(TimeUnit::Millisecond, Some("Europe/Berlin".into()))),
        ("c_list", DataType::Utf8),
    ] {
        assert_eq!(type_of(&*source, name), expected, "{name}");
    }
    let layer = &source.layers()[0];
    let type_name = |name: &str| layer.type_names[layer.schema.index_of(name).unwrap()].as_str();
    for (name, expected) in [
        ("c_bool", "BOOLEAN"),
        ("c_uint8", "UINT8"),
        ("c_int64", "INT64"),
        ("c_decimal", "DECIMAL(10, 2)"),
        ("c_text", "STRING"),
        ("c_uuid", "UUID"),
        ("c_fixed", "FIXED_LEN_BYTE_ARRAY(3)"),
        ("c_utc", "TIMESTAMP(MICROS, UTC)"),
        ("c_list_of_lists", "LIST<LIST<STRING>>"),
        ("c_map", "MAP<STRING, INT32>"),
        ("c_struct", "STRUCT<a: INT64, b: STRING, c: DOUBLE>"),
    ] {
        assert_eq!(type_name(name), expected, "{name}");
    }
    assert_eq!(detail(&*source, "Format"), "Parquet");
    assert_eq!(detail(&*source, "Compression"), "Zstandard");
    assert!(detail(&*source, "Written by").starts_with("parquet-cpp-arrow"));
}

#[test]
fn every_codec_is_read_and_so_is_nothing() {
    let rows = read(&*opened("codec_none"), &Read { columns: vec![0, 1], ..Read::default() }).unwrap();
    assert_eq!(rows.len(), 4000);
    for (codec, said) in [("snappy", "Snappy"), ("gzip", "gzip"), ("brotli", "Brotli"), ("lz4", "LZ4"), ("zstd", "Zstandard")] {
        let source = opened(&format!("codec_{codec}"));
        assert_eq!(detail(&*source, "Compression"), said);
        assert_eq!(read(&*source, &Read { columns: vec![0, 1], ..Read::default() }).unwrap(), rows, "{codec}");
    }
    let empty = holds("empty");
    assert!(!empty.layers()[0].schema.field(0).is_nullable());
    holds("int96");
}

#[test]
fn columns_leave_in_the_order_asked_for_and_no_more_rows_than_wanted() {
    let source = opened("codec_zstd");
    let some = read(&*source, &Read { columns: vec![1, 0], limit: Some(3000), ..Read::default() }).unwrap();
    assert_eq!(some.len(), 3000);
    assert_eq!(some[2999], [Some("word 3".to_owned()), Some("2999".to_owned())]);
    assert_eq!(read(&*source, &Read { limit: Some(5), ..Read::default() }).unwrap().len(), 5, "without columns");
}

#[test]
fn geometry_is_what_geopandas_wrote() {
    for (name, format, encoding) in [
        ("mixed_1_0", "GeoParquet 1.0.0", "WKB"),
        ("mixed_1_1", "GeoParquet 1.1.0", "WKB"),
        ("mixed_0_4", "GeoParquet 0.4.0", "WKB"),
        ("no_crs", "GeoParquet 1.1.0", "WKB"),
        ("lambert", "GeoParquet 1.1.0", "WKB"),
        ("heights", "GeoParquet 1.1.0", "WKB"),
        ("native_point", "GeoParquet 1.1.0", "GeoArrow point"),
        ("native_linestring", "GeoParquet 1.1.0", "GeoArrow linestring"),
        ("native_polygon", "GeoParquet 1.1.0", "GeoArrow polygon"),
        ("native_multipoint", "GeoParquet 1.1.0", "GeoArrow multipoint"),
        ("native_multilinestring", "GeoParquet 1.1.0", "GeoArrow multilinestring"),
        ("native_multipolygon", "GeoParquet 1.1.0", "GeoArrow multipolygon"),
        ("native_height", "GeoParquet 1.1.0", "GeoArrow point"),
        ("own_type", "Parquet with geometry types of its own", "WKB"),
        ("own_type_mercator", "Parquet with geometry types of its own", "WKB"),
        ("own_type_sphere", "Parquet with geometry types of its own", "WKB"),
    ] {
        let source = holds(name);
        assert_eq!((detail(&*source, "Format").as_str(), detail(&*source, "Encoding").as_str()), (format, encoding), "{name}");
        let field = source.layers()[0].schema.field_with_name("geometry").unwrap();
        assert_eq!(field.metadata()["ARROW:extension:name"], "geoarrow.wkb");
    }
}

#[test]
fn systems_and_types_are_as_the_file_says() {
    let geometry = |name: &str| opened(name).layers()[0].geometries[0].clone();
    for (name, crs, kind, dimensions, spherical) in [
        ("mixed_1_1", Crs::Epsg { code: 4326 }, "GEOMETRY", 2, false),
        ("no_crs", Crs::Unknown, "POINT", 2, false),
        ("lambert", Crs::Epsg { code: 2154 }, "POINT", 2, false),
        ("heights", Crs::Epsg { code: 4326 }, "GEOMETRY", 3, false),
        ("native_height", Crs::Epsg { code: 4326 }, "POINT", 3, false),
        ("native_multipolygon", Crs::Epsg { code: 4326 }, "MULTIPOLYGON", 2, false),
        ("own_type", Crs::Epsg { code: 4326 }, "GEOMETRY", 2, false),
        ("own_type_mercator", Crs::Epsg { code: 3857 }, "GEOMETRY", 2, false),
        ("own_type_sphere", Crs::Epsg { code: 4326 }, "GEOMETRY", 2, true),
    ] {
        let got = geometry(name);
        assert_eq!(
            (&got.crs, got.geometry_type.as_str(), got.dimensions, got.spherical),
            (&crs, kind, dimensions, spherical),
            "{name}"
        );
    }
    let schema = opened("lambert").layers()[0].schema.clone();
    let metadata: serde_json::Value =
        serde_json::from_str(&schema.field_with_name("geometry").unwrap().metadata()["ARROW:extension:metadata"]).unwrap();
    assert_eq!((&metadata["crs"], &metadata["crs_type"]), (&"EPSG:2154".into(), &"authority_code".into()));
    assert!(detail(&*opened("lambert"), "CRS").contains("Lambert-93"));
}

/// How many rows the source gives for a box, and which of them are in it.
fn in_box(name: &str, bbox: [f64; 4]) -> (usize, BTreeSet<u64>) {
    let source = opened(name);
    let geometry = source.layers()[0].schema.index_of("geometry").unwrap();
    let id = source.layers()[0].schema.index_of("id").unwrap();
    let rows = read(&*source, &Read { columns: vec![id], bbox: Some((geometry, bbox)), limit: None }).unwrap();
    let inside = |n: &u64| {
        let (x, y) = ((n % 40) as f64, (n / 40) as f64);
        x >= bbox[0] && x <= bbox[2] && y >= bbox[1] && y <= bbox[3]
    };
    let ids: Vec<u64> = rows.iter().map(|r| r[0].clone().unwrap().parse().unwrap()).collect();
    (rows.len(), ids.into_iter().filter(inside).collect())
}

#[test]
fn a_box_leaves_out_what_statistics_and_boxes_of_rows_rule_out() {
    let expected: BTreeSet<u64> = (3..=5).flat_map(|y| (10..=12).map(move |x| y * 40 + x)).collect();
    for (name, most) in [("grid_covering", 9), ("grid_native", 120), ("grid_own", 120)] {
        let (rows, inside) = in_box(name, [10.0, 3.0, 12.0, 5.0]);
        assert_eq!(inside, expected, "{name}");
        assert_eq!(rows, most, "{name}");
        assert_eq!(in_box(name, [100.0, 0.0, 101.0, 5.0]).0, 0, "{name}");
        assert_eq!(in_box(name, [-1e300, -1e300, 1e300, 1e300]).0, 800, "{name}");
        assert_eq!(opened(name).layers()[0].geometries[0].extent, Some([0.0, 0.0, 39.0, 19.0]), "{name}");
    }
    assert_eq!(detail(&*opened("grid_covering"), "Bounding boxes"), "one a row, in the column bbox");
}

fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.parquet");
    std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
    (folder, path)
}

#[test]
fn what_is_no_whole_parquet_file_is_told_in_words() {
    let bytes = std::fs::read(file("parquet/mixed_1_1.parquet")).unwrap();
    let tail =
        |footer: &[u8], magic: &[u8]| [b"PAR1", footer, &u32::try_from(footer.len()).unwrap().to_le_bytes(), magic].concat();
    for (bytes, code) in [
        (Vec::new(), "local.empty"),
        (b"PK".to_vec(), "local.not_parquet"),
        (b"not parquet at all".to_vec(), "local.not_parquet"),
        (b"PAR1".to_vec(), "local.parquet_unfinished"),
        (bytes[..bytes.len() / 2].to_vec(), "local.parquet_unfinished"),
        (bytes[..bytes.len() - 1].to_vec(), "local.parquet_unfinished"),
        (tail(&[], b"PAR1"), "local.damaged"),
        (tail(&[0xFF; 100], b"PAR1"), "local.damaged"),
        ([&b"PARE"[..], &[0; 20], b"PARE"].concat(), "local.parquet_encrypted"),
        // A schema of one element with two billion children; a list of two billion row groups.
        (tail(&[0x15, 2, 0x19, 0x1C, 0x48, 1, b'x', 0x15, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0], b"PAR1"), "local.damaged"),
        (
            tail(&[0x15, 2, 0x19, 0x1C, 0x48, 1, b'x', 0x15, 0, 0, 0x16, 0, 0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 7, 0], b"PAR1"),
            "local.damaged",
        ),
        // A footer with its algorithm of encryption.
        (
            tail(&[0x15, 2, 0x19, 0x1C, 0x48, 1, b'x', 0x15, 0, 0, 0x16, 0, 0x19, 0x0C, 0x4C, 0, 0], b"PAR1"),
            "local.parquet_encrypted",
        ),
    ] {
        let (_folder, path) = written(&bytes);
        let error = failure(&path);
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(error.view().retryable, ["local.empty", "local.parquet_unfinished"].contains(&code));
    }
    // Too long a description: a file without content, so that it takes no room.
    let (_folder, path) = written(b"PAR1");
    let mut huge = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    huge.seek(std::io::SeekFrom::Start(100 << 20)).unwrap();
    huge.write_all(&[&(70u32 << 20).to_le_bytes()[..], b"PAR1"].concat()).unwrap();
    assert_eq!(failure(&path).code(), "local.parquet_footer");
    let nested: Vec<u8> = std::iter::once([0x15, 2, 0x19, 0xFC, 200, 1].to_vec())
        .chain((0..200).map(|n| vec![0x48, 1, b'x', 0x15, if n < 199 { 2 } else { 0 }, 0]))
        .flatten()
        .chain([0])
        .collect();
    let (_folder, path) = written(&tail(&nested, b"PAR1"));
    assert!(failure(&path).view().why.contains("nested too deep"), "{}", failure(&path));
}

#[test]
fn a_file_that_changed_since_it_was_opened_is_not_read() {
    let bytes = std::fs::read(file("parquet/codec_zstd.parquet")).unwrap();
    let (_folder, path) = written(&bytes);
    let source = open(&path).unwrap();
    std::fs::write(&path, std::fs::read(file("parquet/codec_gzip.parquet")).unwrap()).unwrap();
    let error = read(&*source, &Read { columns: vec![0], ..Read::default() }).unwrap_err();
    assert_eq!((error.code(), error.view().retryable), ("local.changed", true));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(read(&*source, &Read::default()).unwrap_err().code(), "local.missing");
}

/// The same file with another text of the same length for its geometry's metadata.
fn lying(name: &str, from: &str, to: &str) -> (tempfile::TempDir, PathBuf) {
    let mut bytes = std::fs::read(file(&format!("parquet/{name}.parquet"))).unwrap();
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from.as_bytes())).collect();
    assert!(!places.is_empty(), "{from}");
    places.into_iter().for_each(|at| bytes[at..at + from.len()].copy_from_slice(to.as_bytes()));
    written(&bytes)
}

#[test]
fn metadata_that_lies_costs_no_rows() {
    // A column that is not there.
    let (_folder, path) = lying("mixed_1_0", r#"{"geometry": {"encoding""#, r#"{"geometrx": {"encoding""#);
    let source = open(&path).unwrap();
    assert_eq!(source.layers()[0].geometries.len(), 1, "Arrow's own schema still marks it");
    assert!(detail(&*source, "Metadata").contains("there is no column geometrx"));
    assert_eq!(read(&*source, &Read { columns: vec![0, 1], ..Read::default() }).unwrap().len(), 10);
    // An encoding that the column does not have.
    let (_folder, path) = lying("native_point", r#""encoding": "point""#, r#""encoding": "wkb"  "#);
    let source = open(&path).unwrap();
    assert!(source.layers()[0].geometries.is_empty());
    assert!(detail(&*source, "Metadata").contains("geometry is called a geometry, but is STRUCT<x: DOUBLE, y: DOUBLE>"));
    assert_eq!(type_of(&*source, "geometry"), DataType::Utf8);
    // Metadata that is no JSON.
    let (_folder, path) = lying("mixed_1_0", r#"{"primary_column""#, r#"!"primary_column""#);
    let source = open(&path).unwrap();
    assert!(detail(&*source, "Metadata").contains("cannot be read"));
    // Boxes in a column that is not there: nothing is left out by them.
    let (_folder, path) = lying("grid_covering", r#"["bbox", "xmin"]"#, r#"["bbxx", "xmin"]"#);
    let source = open(&path).unwrap();
    let geometry = source.layers()[0].schema.index_of("geometry").unwrap();
    let with_box = Read { columns: vec![0], bbox: Some((geometry, [1.0, 1.0, 2.0, 2.0])), limit: None };
    assert_eq!(read(&*source, &with_box).unwrap().len(), 800);
}

#[test]
fn bytes_that_are_no_geometry_are_named_by_their_row() {
    // The second geometry's byte order becomes impossible; its page is not compressed in this file.
    let mut bytes = std::fs::read(file("parquet/own_type.parquet")).unwrap();
    let line: Vec<u8> = [&[1u8, 2, 0, 0, 0, 2, 0, 0, 0][..], &3f64.to_le_bytes()].concat();
    let at = (0..bytes.len() - line.len()).find(|at| bytes[*at..].starts_with(&line)).unwrap();
    bytes[at] = 7;
    let (_folder, path) = written(&bytes);
    let source = open(&path).unwrap();
    let error = read(&*source, &columns(&*source, &expected("parquet/own_type.parquet").0)).unwrap_err();
    assert_eq!(error.code(), "local.geometry");
    assert!(error.view().why.contains("row 2"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_anywhere_is_an_error_or_other_values_but_never_the_end(
        which in 0usize..5,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>(), any::<u8>()), 1..8)
    ) {
        let name = ["types", "mixed_1_1", "native_multipolygon", "own_type", "codec_snappy"][which];
        let mut bytes = std::fs::read(file(&format!("parquet/{name}.parquet"))).unwrap();
        for (at, in_footer, byte) in changes {
            let from = if in_footer { bytes.len().saturating_sub(2000) } else { 0 };
            let at = from + at.index(bytes.len() - from);
            bytes[at] = byte;
        }
        let (_folder, path) = written(&bytes);
        if let Ok(source) = open(&path) {
            let layer = &source.layers()[0];
            let all = Read { columns: (0..layer.schema.fields().len()).collect(), limit: Some(100_000), ..Read::default() };
            let _ = source.read(0, &all, &mut |_| std::ops::ControlFlow::Continue(()));
        }
    }
}
