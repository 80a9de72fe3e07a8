#![allow(clippy::unwrap_used)]
use super::open;
use crate::local::formats::truth::{all, bounds, expected, file, iso, rows};
use crate::local::source::{Read, Source};
use model::{Count, Crs};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A Shapefile's parts in a folder of their own.
fn copy(name: &str, parts: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for part in parts {
        std::fs::copy(file(&format!("{name}.{part}")), folder.path().join(format!("{name}.{part}"))).unwrap();
    }
    let path = folder.path().join(format!("{name}.shp"));
    (folder, path)
}

fn holds(source: &Arc<dyn Source>, layer: usize, truth: &Value) {
    let found = rows(source.as_ref(), layer, &all(&source.layers()[layer])).unwrap();
    let wanted = truth["rows"].as_array().unwrap();
    assert_eq!(found.len(), wanted.len());
    for (n, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        let mut wanted = wanted.as_array().unwrap().clone();
        let last = wanted.len() - 1;
        wanted[last] = multi(&iso(&wanted[last]));
        // GDAL takes a text's first blanks away; here they stay.
        let found: Vec<Value> = found.iter().map(|v| v.as_str().map_or_else(|| v.clone(), |t| json!(t.trim_start()))).collect();
        assert_eq!(json!(found), json!(wanted), "row {n}");
    }
    assert_eq!(source.layers()[layer].rows, Some(Count { rows: found.len() as u64, exact: true }));
}

/// GDAL tells a line from a multiline; the format does not, and neither do we.
fn multi(hex: &Value) -> Value {
    match hex.as_str() {
        Some(text) if text.starts_with("0103000000") => json!(format!("010600000001000000{text}")),
        Some(text) if text.starts_with("0102000000") => json!(format!("010500000001000000{text}")),
        _ => hex.clone(),
    }
}

#[test]
fn every_value_is_the_one_that_gdal_reads() {
    for name in ["points", "polygons", "lines", "heights", "latin", "multipoints"] {
        let source = open(&file(&format!("{name}.shp"))).unwrap();
        let truth = expected(&format!("{name}.shp"));
        let fields = source.layers()[0].schema.fields();
        let names: Vec<&String> = fields.iter().take(fields.len() - 1).map(|f| f.name()).collect();
        assert_eq!(json!(names), truth["columns"], "{name}");
        holds(&source, 0, &truth);
        let extent: [f64; 4] = serde_json::from_value(truth["extent"].clone()).unwrap();
        assert_eq!(source.layers()[0].geometries[0].extent, Some(extent), "{name}");
    }
}

#[test]
fn a_zip_file_is_read_in_place_with_all_shapefiles_in_it() {
    let path = file("two.zip");
    let source = open(&path).unwrap();
    let names: Vec<&str> = source.layers().iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["lines", "polygons"]);
    holds(&source, 0, &expected("two.zip.lines"));
    holds(&source, 1, &expected("two.zip.polygons"));
    assert_eq!(source.layers()[1].geometries[0].crs, Crs::Epsg { code: 2154 });
}

#[test]
fn the_prj_names_the_system() {
    let crs = |name: &str| open(&file(name)).unwrap().layers()[0].geometries[0].crs.clone();
    assert_eq!(crs("points.shp"), Crs::Epsg { code: 4326 });
    assert_eq!(crs("polygons.shp"), Crs::Epsg { code: 2154 });
    assert_eq!(crs("lines.shp"), Crs::Epsg { code: 32_631 });
    assert_eq!(crs("heights.shp"), Crs::Unknown);
    let (_folder, path) = copy("lines", &["shp", "dbf"]);
    std::fs::write(path.with_extension("prj"), "LOCAL_CS[\"Quarry\",UNIT[\"metre\",1]]").unwrap();
    assert_eq!(open(&path).unwrap().layers()[0].geometries[0].crs, Crs::Named { name: "Quarry".to_owned() });
}

#[test]
fn what_is_missing_is_told_and_the_rest_is_read() {
    let detail = |source: &Arc<dyn Source>, label: &str| {
        source.layers()[0].details.iter().find(|d| d.label == label).map(|d| d.value.clone())
    };
    for parts in [&["shp"][..], &["shp", "shx"], &["shp", "dbf"], &["shp", "shx", "prj"]] {
        let (_folder, path) = copy("polygons", parts);
        let source = open(&path).unwrap();
        let found = rows(source.as_ref(), 0, &all(&source.layers()[0])).unwrap();
        assert_eq!(found.len(), 4, "{parts:?}");
        assert_eq!(source.layers()[0].rows, Some(Count { rows: 4, exact: true }));
        assert_eq!(detail(&source, "Values").is_some(), !parts.contains(&"dbf"));
        assert_eq!(detail(&source, "System").is_some(), !parts.contains(&"prj"));
    }
}

#[test]
fn texts_are_in_the_encoding_that_is_said_or_looks_like_it() {
    let first = |path: &Path| {
        let source = open(path).unwrap();
        let column = source.layers()[0].schema.field(1).name().clone();
        (rows(source.as_ref(), 0, &all(&source.layers()[0])).unwrap()[0][0].clone(), column)
    };
    let (_folder, path) = copy("latin", &["shp", "dbf", "cpg"]);
    assert_eq!(first(&path), (json!("Zürich"), "größe".to_owned()));
    std::fs::remove_file(path.with_extension("cpg")).unwrap();
    let mut bytes = std::fs::read(path.with_extension("dbf")).unwrap();
    bytes[29] = 0;
    std::fs::write(path.with_extension("dbf"), &bytes).unwrap();
    assert_eq!(first(&path).0, json!("Zürich"), "neither says, and it is no UTF-8");
    std::fs::write(path.with_extension("cpg"), "1253").unwrap();
    assert_eq!(first(&path).0, json!("Zόrich"), "as the .cpg says");
    std::fs::remove_file(path.with_extension("cpg")).unwrap();
    bytes[29] = 0x65;
    std::fs::write(path.with_extension("dbf"), &bytes).unwrap();
    assert_eq!(first(&path).0, json!("Z№rich"), "as the language driver says");
}

#[test]
fn memos_deleted_rows_flags_and_long_numbers_are_those_of_the_old_tables() {
    for name in ["memo3", "memofox"] {
        let source = open(&file(&format!("{name}.shp"))).unwrap();
        let layer = &source.layers()[0];
        assert_eq!(layer.rows, Some(Count { rows: 3, exact: true }), "{name}");
        let found = rows(source.as_ref(), 0, &all(layer)).unwrap();
        let values: Vec<Value> = found.iter().map(|row| json!(row[..5])).collect();
        let long = "m".repeat(1500);
        assert_eq!(values[0], json!(["one", "A long text\r\nwith two lines", true, 1, "12345678901234567168"]), "{name}");
        assert_eq!(values[1], json!(["two", "", null, 3, null]), "{name}");
        assert_eq!(values[2], json!(["three", long, false, -4, "99"]), "{name}");
        let at: Vec<[f64; 4]> = found.iter().map(|row| bounds(row[5].as_str().unwrap())).collect();
        assert_eq!(at.iter().map(|b| b[0]).collect::<Vec<_>>(), [0.0, 2.0, 3.0], "{name}");
    }
}

#[test]
fn a_column_that_does_not_keep_its_word_is_text() {
    let (_folder, path) = copy("points", &["shp", "shx", "dbf"]);
    let mut bytes = std::fs::read(path.with_extension("dbf")).unwrap();
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let width = usize::from(u16::from_le_bytes([bytes[10], bytes[11]]));
    // The second column, of whole numbers, in the third row.
    let start = header + 2 * width + 1 + usize::from(bytes[32 + 16]);
    bytes[start..start + 3].copy_from_slice(b"n/a");
    std::fs::write(path.with_extension("dbf"), bytes).unwrap();
    let source = open(&path).unwrap();
    let found = rows(source.as_ref(), 0, &all(&source.layers()[0])).unwrap();
    assert!(found[2][1].as_str().unwrap().starts_with("n/a"), "{:?}", found[2][1]);
    assert_eq!(found[0][1].as_str().unwrap().trim(), "-5");
}

#[test]
fn a_box_leaves_out_only_what_does_not_meet_it() {
    for name in ["points.shp", "polygons.shp", "two.zip"] {
        let source = open(&file(name)).unwrap();
        let layer = &source.layers()[0];
        let geometry = layer.schema.fields().len() - 1;
        let whole = rows(source.as_ref(), 0, &all(layer)).unwrap();
        for area in [[-50.0, -50.0, 50.0, 50.0], [3.0, 3.0, 3.5, 3.5], [31.0, 1.0, 34.0, 4.0], [500.0, 0.0, 600.0, 1.0]] {
            let meets = |row: &&Vec<Value>| {
                row[geometry].as_str().is_some_and(|hex| {
                    let b = bounds(hex);
                    b[0] <= area[2] && b[2] >= area[0] && b[1] <= area[3] && b[3] >= area[1]
                })
            };
            let found = rows(source.as_ref(), 0, &Read { bbox: Some((geometry, area)), ..all(layer) }).unwrap();
            assert_eq!(found, whole.iter().filter(meets).cloned().collect::<Vec<_>>(), "{name} {area:?}");
        }
    }
}

#[test]
fn bad_files_are_told_apart() {
    let code = |path: &Path| match open(path) {
        Err(error) => error.code(),
        Ok(source) => rows(source.as_ref(), 0, &all(&source.layers()[0])).unwrap_err().code(),
    };
    let (_folder, path) = copy("polygons", &["shp", "shx", "dbf"]);
    let change = |part: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = std::fs::read(file(&format!("polygons.{part}"))).unwrap();
        change(&mut bytes);
        std::fs::write(path.with_extension(part), bytes).unwrap();
    };
    change("shp", &|b| b.truncate(400));
    assert_eq!(code(&path), "local.damaged");
    change("shp", &|b| b[32] = 31);
    assert_eq!(code(&path), "local.unknown_format");
    change("shp", &|b| b.clear());
    assert_eq!(code(&path), "local.empty");
    change("shp", &|_| {});
    change("dbf", &|b| b.truncate(500));
    assert_eq!(code(&path), "local.damaged");
    change("dbf", &|b| b.clear());
    assert_eq!(code(&path), "local.empty");
    change("dbf", &|_| {});
    let source = open(&path).unwrap();
    change("dbf", &|b| b.push(0));
    assert_eq!(rows(source.as_ref(), 0, &all(&source.layers()[0])).unwrap_err().code(), "local.changed");
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("a.zip");
    std::fs::write(&zip, &std::fs::read(file("two.zip")).unwrap()[..900]).unwrap();
    assert_eq!(code(&zip), "local.damaged");
    std::fs::write(&zip, b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").unwrap();
    assert_eq!(code(&zip), "local.unknown_format");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_changed_bytes_make_it_panic_or_run_away(which in 0usize..6, part in 0usize..3, at: prop::sample::Index, with in prop::collection::vec(any::<u8>(), 1..9)) {
        let name = ["points", "polygons", "lines", "heights", "memo3", "memofox"][which];
        let memo = if name == "memofox" { "fpt" } else { "dbt" };
        let parts = if name.starts_with("memo") { vec!["shp", "shx", "dbf", memo] } else { vec!["shp", "shx", "dbf"] };
        let (_folder, path) = copy(name, &parts);
        let changed = path.with_extension(parts[part.min(parts.len() - 1)]);
        let mut bytes = std::fs::read(&changed).unwrap();
        let at = at.index(bytes.len() - with.len());
        bytes[at..at + with.len()].copy_from_slice(&with);
        std::fs::write(&changed, bytes).unwrap();
        if let Ok(source) = open(&path) {
            let _ = rows(source.as_ref(), 0, &all(&source.layers()[0]));
        }
    }

    #[test]
    fn no_changed_bytes_of_a_zip_file_make_it_panic(at: prop::sample::Index, with in prop::collection::vec(any::<u8>(), 1..9)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("two.zip");
        let mut bytes = std::fs::read(file("two.zip")).unwrap();
        let at = at.index(bytes.len() - with.len());
        bytes[at..at + with.len()].copy_from_slice(&with);
        std::fs::write(&path, bytes).unwrap();
        if let Ok(source) = open(&path) {
            for layer in 0..source.layers().len() {
                let _ = rows(source.as_ref(), layer, &all(&source.layers()[layer]));
            }
        }
    }
}
