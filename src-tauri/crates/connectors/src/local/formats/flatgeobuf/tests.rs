#![allow(clippy::unwrap_used)]
use super::open;
use crate::local::formats::truth::{all, bounds, changed, expected, file, iso, rows};
use crate::local::source::Read;
use model::{Count, Crs};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn every_value_is_the_one_that_gdal_wrote() {
    for name in ["points.fgb", "indexed.fgb", "polygons.fgb", "mixed.fgb", "heights.fgb", "empty.fgb"] {
        let source = open(&file(name)).unwrap();
        let (layer, truth) = (&source.layers()[0], expected(name));
        let names: Vec<&String> = layer.schema.fields().iter().map(|f| f.name()).collect();
        let wanted = truth["columns"].as_array().unwrap();
        assert_eq!(json!(names[..names.len() - 1]), json!(wanted), "{name}");
        let found = rows(source.as_ref(), 0, &all(layer)).unwrap();
        let wanted = truth["rows"].as_array().unwrap();
        assert_eq!(found.len(), wanted.len(), "{name}");
        for (n, (found, wanted)) in found.iter().zip(wanted).enumerate() {
            let mut wanted = wanted.as_array().unwrap().clone();
            let last = wanted.len() - 1;
            wanted[last] = iso(&wanted[last]);
            assert_eq!(&json!(found), &json!(wanted), "{name}, row {n}");
        }
        let count = Some(Count { rows: found.len() as u64, exact: true });
        assert_eq!(layer.rows, count, "{name}");
    }
}

#[test]
fn the_header_tells_system_type_extent_and_index() {
    let of = |name: &str| open(&file(name)).unwrap().layers()[0].geometries[0].clone();
    assert_eq!(of("polygons.fgb").crs, Crs::Epsg { code: 2154 });
    assert_eq!(of("polygons.fgb").geometry_type, "MULTIPOLYGON");
    assert_eq!(of("mixed.fgb").crs, Crs::Unknown);
    assert_eq!((of("mixed.fgb").geometry_type.as_str(), of("mixed.fgb").indexed), ("GEOMETRY", Some(false)));
    assert_eq!((of("heights.fgb").dimensions, of("indexed.fgb").indexed), (3, Some(true)));
    let extent: [f64; 4] = serde_json::from_value(expected("indexed.fgb")["extent"].clone()).unwrap();
    assert_eq!(of("indexed.fgb").extent, Some(extent));
}

#[test]
fn a_box_leaves_out_only_what_does_not_meet_it() {
    let source = open(&file("indexed.fgb")).unwrap();
    let layer = &source.layers()[0];
    let geometry = layer.schema.fields().len() - 1;
    let whole = rows(source.as_ref(), 0, &all(layer)).unwrap();
    for area in [[-50.0, -50.0, 50.0, 50.0], [0.0, 0.0, 1.0, 1.0], [-180.0, -90.0, 180.0, 90.0], [500.0, 0.0, 600.0, 1.0]] {
        let read = Read { bbox: Some((geometry, area)), ..all(layer) };
        let found = rows(source.as_ref(), 0, &read).unwrap();
        let meets = |row: &&Vec<Value>| {
            let b = bounds(row[geometry].as_str().unwrap());
            b[0] <= area[2] && b[2] >= area[0] && b[1] <= area[3] && b[3] >= area[1]
        };
        let wanted: Vec<_> = whole.iter().filter(meets).cloned().collect();
        assert_eq!(found, wanted);
        let few = rows(source.as_ref(), 0, &Read { limit: Some(3), ..read }).unwrap();
        assert_eq!(few, wanted[..wanted.len().min(3)]);
    }
}

#[test]
fn only_what_is_wanted_comes_in_the_order_in_which_it_is_wanted() {
    let source = open(&file("points.fgb")).unwrap();
    let found = rows(source.as_ref(), 0, &Read { columns: vec![2, 0, 2], bbox: None, limit: Some(2) }).unwrap();
    assert_eq!(
        json!(found),
        json!([
            [9_007_199_254_740_992i64, "Zürich", 9_007_199_254_740_992i64],
            [-9_007_199_254_740_993i64, "東京", -9_007_199_254_740_993i64]
        ])
    );
    let counted = rows(source.as_ref(), 0, &Read { columns: vec![], bbox: None, limit: None }).unwrap();
    assert_eq!(counted.len(), 40);
}

#[test]
fn a_cut_file_is_damaged_wherever_it_is_cut() {
    let length = std::fs::read(file("polygons.fgb")).unwrap().len();
    for cut in (1..length).filter(|cut| cut % 7 == 0 || length - cut < 200) {
        let (_folder, path) = changed("polygons.fgb", |bytes| bytes.truncate(cut));
        let read = open(&path).and_then(|source| rows(source.as_ref(), 0, &all(&source.layers()[0])));
        let error = read.expect_err(&format!("cut at {cut}"));
        assert!(["local.damaged", "local.unknown_format"].contains(&error.code()), "{cut}: {error}");
    }
}

#[test]
fn what_is_no_file_or_another_one_by_now_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let code = |path: &std::path::Path| open(path).err().unwrap().code();
    assert_eq!(code(folder.path()), "local.not_a_file");
    assert_eq!(code(&folder.path().join("none.fgb")), "local.missing");
    let (_folder, path) = changed("points.fgb", Vec::clear);
    assert_eq!(code(&path), "local.empty");
    let (_folder, path) = changed("points.fgb", |bytes| bytes[0] = b'x');
    assert_eq!(code(&path), "local.unknown_format");
    let (_folder, path) = changed("points.fgb", |_| {});
    let source = open(&path).unwrap();
    std::fs::write(&path, b"another").unwrap();
    let error = rows(source.as_ref(), 0, &all(&source.layers()[0])).unwrap_err();
    assert_eq!((error.code(), error.view().retryable), ("local.changed", true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn no_changed_bytes_make_it_panic_or_run_away(which in 0usize..4, at: prop::sample::Index, bytes in prop::collection::vec(any::<u8>(), 1..9)) {
        let name = ["points.fgb", "indexed.fgb", "polygons.fgb", "mixed.fgb"][which];
        let (_folder, path) = changed(name, |file| {
            let at = at.index(file.len() - bytes.len());
            file[at..at + bytes.len()].copy_from_slice(&bytes);
        });
        if let Ok(source) = open(&path) {
            let layer = &source.layers()[0];
            let _ = rows(source.as_ref(), 0, &all(layer));
            let geometry = layer.schema.fields().len() - 1;
            let _ = rows(source.as_ref(), 0, &Read { bbox: Some((geometry, [-20.0, -20.0, 20.0, 20.0])), ..all(layer) });
        }
    }
}
