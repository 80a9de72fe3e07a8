//! Test: geometries as GEOS writes them, held against what is written here.
#![allow(clippy::unwrap_used)]

use super::{Dimensions, GeoJson, Kind, Writer, brief, geojson, normalise, rewrite, wkt};
use proptest::prelude::*;
use serde_json::Value;

fn truth() -> Vec<Value> {
    serde_json::from_str(include_str!("../../../../../../tests/fixtures/geometry.json")).unwrap()
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// The same numbers, however they are written.
fn numbers(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive([' ', ',', '(', ')']) {
        let (word, end) = word.split_at(word.trim_end_matches([' ', ',', '(', ')']).len());
        out += &word.parse::<f64>().map_or_else(|_| word.to_owned(), |n| n.to_string());
        out += end;
    }
    out
}

fn json(wkb: &[u8], how: GeoJson) -> Value {
    let mut out = vec![b'x'];
    geojson(wkb, how, &mut out).unwrap();
    serde_json::from_slice(&out[1..]).unwrap()
}

#[test]
fn wkt_and_geojson_are_those_of_geos_in_every_dialect() {
    for case in truth() {
        for key in ["wkb", "big", "ewkb"] {
            let bytes = bytes(&case[key]);
            let mut text = String::from("x");
            wkt(&bytes, &mut text).unwrap();
            assert_eq!(numbers(&text[1..]), numbers(case["wkt"].as_str().unwrap()));
            if !case["geojson"].is_null() {
                assert_eq!(floats(json(&bytes, GeoJson::default())), floats(case["geojson"].clone()), "{text}");
                let right = GeoJson { right_hand: true, decimals: None };
                assert_eq!(floats(json(&bytes, right)), floats(case["oriented"].clone()), "{text}");
            }
        }
        let iso = bytes(&case["wkb"]);
        assert_eq!(&*normalise(&bytes(&case["ewkb"])).unwrap().0, &*iso);
        let mut same = Vec::new();
        rewrite(&iso, &mut same, |_| {}).unwrap();
        assert_eq!(same, iso);
    }
}

/// Whole numbers and floating ones are one in JSON.
fn floats(json: Value) -> Value {
    match json {
        Value::Number(n) => Value::from(n.as_f64().unwrap()),
        Value::Array(all) => all.into_iter().map(floats).collect(),
        Value::Object(all) => all.into_iter().map(|(key, value)| (key, floats(value))).collect(),
        other => other,
    }
}

fn point(position: [f64; 4], dimensions: Dimensions) -> Vec<u8> {
    let mut out = Vec::new();
    Writer::new(&mut out, dimensions).point(position);
    out
}

const FLAT: Dimensions = Dimensions { z: false, m: false };

#[test]
fn decimals_are_cut_and_nothing_but_zeros_is_left_out() {
    let text = |xy: [f64; 2], decimals| {
        let mut out = Vec::new();
        geojson(&point([xy[0], xy[1], 0.0, 0.0], FLAT), GeoJson { decimals, right_hand: false }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!(text([2.349_999_99, 100.0], Some(3)), r#"{"type":"Point","coordinates":[2.35,100]}"#);
    assert_eq!(text([-0.0, -0.0004], Some(3)), r#"{"type":"Point","coordinates":[0,0]}"#);
    assert_eq!(text([1e300, 12.5], Some(0)).len(), text([1e300, 12.0], None).len());
    assert_eq!(text([0.1 + 0.2, 1e21], None), r#"{"type":"Point","coordinates":[0.30000000000000004,1000000000000000000000]}"#);
}

#[test]
fn what_geojson_cannot_say_is_refused_and_leaves_nothing_behind() {
    let mut out = b"before".to_vec();
    for bad in [
        point([f64::INFINITY, 0.0, 0.0, 0.0], FLAT),
        point([0.0, f64::NAN, 0.0, 0.0], FLAT),
        vec![1, 8, 0, 0, 0, 0, 0, 0, 0],
        vec![1, 2],
    ] {
        assert!(geojson(&bad, GeoJson::default(), &mut out).is_err());
        assert_eq!(out, b"before");
    }
    let mut line = Vec::new();
    let mut writer = Writer::new(&mut line, FLAT);
    writer.head(Kind::LineString);
    writer.positions([[0.0, 0.0, 0.0, 0.0], [f64::NAN, f64::NAN, 0.0, 0.0]].into_iter());
    let error = geojson(&line, GeoJson::default(), &mut out).unwrap_err();
    assert_eq!(error.to_string(), "a position that is not a number, at byte 9");
}

#[test]
fn a_cell_says_a_geometry_in_a_few_words() {
    let of = |text: &str| {
        let case = truth().into_iter().find(|case| case["wkt"] == text).unwrap();
        brief(&bytes(&case["wkb"]))
    };
    assert_eq!(of("POINT (2.35 48.86)"), "Point (2.35, 48.86)");
    assert_eq!(of("POINT Z (1 2 3)"), "Point Z (1, 2, 3)");
    assert_eq!(of("POINT EMPTY"), "Point empty");
    assert_eq!(of("LINESTRING (0 0, 1 1, 2 0.5)"), "LineString, 3 points");
    assert_eq!(of("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))"), "Polygon, 5 points");
    assert_eq!(of("POLYGON ((0 0, 0 10, 10 10, 10 0, 0 0), (2 2, 3 2, 3 3, 2 3, 2 2))"), "Polygon, 2 rings, 10 points");
    assert_eq!(of("MULTIPOINT ((1 1), (2 2))"), "MultiPoint, 2 parts, 2 points");
    assert_eq!(of("MULTIPOLYGON EMPTY"), "MultiPolygon empty");
    assert_eq!(
        of("GEOMETRYCOLLECTION (MULTIPOINT ((1 1), (2 2)), GEOMETRYCOLLECTION (POINT (3 3), GEOMETRYCOLLECTION EMPTY))"),
        "GeometryCollection, 2 parts, 3 points"
    );
    let mut long = Vec::new();
    let mut writer = Writer::new(&mut long, FLAT);
    writer.head(Kind::LineString);
    writer.positions((0..4_812).map(|n| [f64::from(n), 0.0, 0.0, 0.0]));
    assert_eq!(brief(&long), "LineString, 4,812 points");
    assert_eq!(brief(&[1, 2, 3]), "Not a geometry: the geometry ends too early, at byte 1");
    assert_eq!(brief(&point([0.1 + 0.2, -0.0, 0.0, 0.0], FLAT)), "Point (0.3, 0)");
}

#[test]
fn curves_have_words_of_their_own() {
    let mut curve = Vec::new();
    let mut writer = Writer::new(&mut curve, FLAT);
    let at = |n: f64| [n, n, 0.0, 0.0];
    writer.head(Kind::CompoundCurve);
    writer.count(2);
    writer.head(Kind::CircularString);
    writer.positions([at(0.0), at(1.0), at(2.0)].into_iter());
    writer.head(Kind::LineString);
    writer.positions([at(2.0), at(3.0)].into_iter());
    let mut text = String::new();
    wkt(&curve, &mut text).unwrap();
    assert_eq!(text, "COMPOUNDCURVE (CIRCULARSTRING (0 0, 1 1, 2 2), (2 2, 3 3))");
    assert_eq!(brief(&curve), "CompoundCurve, 2 parts, 5 points");
}

proptest! {
    #[test]
    fn no_bytes_make_any_of_them_panic(which in 0usize..26, at: prop::sample::Index, with in prop::collection::vec(any::<u8>(), 0..9), cut: bool) {
        let mut bytes = bytes(&truth()[which]["wkb"]);
        let at = at.index(bytes.len());
        let end = (at + with.len()).min(bytes.len());
        bytes.splice(at..end, with);
        if cut {
            bytes.truncate(at);
        }
        let _ = brief(&bytes);
        let mut text = String::new();
        if wkt(&bytes, &mut text).is_err() {
            prop_assert!(text.is_empty());
        }
        let mut json = Vec::new();
        if geojson(&bytes, GeoJson { decimals: Some(6), right_hand: true }, &mut json).is_ok() {
            prop_assert!(serde_json::from_slice::<Value>(&json).is_ok());
        } else {
            prop_assert!(json.is_empty());
        }
        let mut out = vec![1];
        if rewrite(&bytes, &mut out, |xy| xy.fill([0.0; 2])).is_err() {
            prop_assert_eq!(out, vec![1]);
        }
    }
}
