#![allow(clippy::unwrap_used, clippy::panic, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
use super::{System, Transform};
use proptest::prelude::*;
use serde_json::Value;

/// What PROJ itself calculates, with the script that asked it beside it.
fn truth() -> &'static Value {
    static TRUTH: std::sync::LazyLock<Value> =
        std::sync::LazyLock::new(|| serde_json::from_str(include_str!("../../../../../tests/fixtures/crs.json")).unwrap());
    &TRUTH
}

fn rows(json: &Value) -> Vec<[f64; 4]> {
    serde_json::from_value(json.clone()).unwrap()
}

/// How far two positions lie apart, in metres where they are degrees.
fn apart(a: [f64; 2], b: [f64; 2], degrees: bool) -> f64 {
    let scale = if degrees { 111_000.0 } else { 1.0 };
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt() * scale
}

#[test]
fn every_projection_agrees_with_proj_on_its_own_datum() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for system in truth()["systems"].as_array().unwrap() {
        let code = |key: &str| u32::try_from(system[key].as_u64().unwrap()).unwrap();
        let to = System::epsg(code("code"));
        // A few bases are younger than the register; their systems are held against WGS 84 below.
        let Ok(way) = Transform::between(&System::epsg(code("base")), &to) else { continue };
        compared += 1;
        for [lon, lat, x, y] in rows(&system["on_base"]) {
            let there = way.point([lon, lat]).unwrap();
            let back = way.reversed().point([x, y]).unwrap();
            if apart(there, [x, y], false) > 0.002 || apart(back, [lon, lat], true) > 0.002 {
                wrong.push(format!("{} {}: {there:?} for {x} {y}, {back:?} for {lon} {lat}", to.name(), system["name"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 45, "{compared}");
}

#[test]
fn every_code_of_the_register_is_where_proj_has_it_or_is_refused() {
    let (mut wrong, mut near, mut refused) = (Vec::new(), 0, 0);
    for line in include_str!("../../../../../tests/fixtures/crs_all.csv").lines() {
        let numbers: Vec<f64> = line.split(',').map(|n| n.parse().unwrap()).collect();
        let [code, lon, lat, x, y] = numbers[..] else { panic!("{line}") };
        let Ok(way) = Transform::between(&System::wgs84(), &System::epsg(code as u32)) else {
            refused += 1;
            continue;
        };
        let off = way.point([lon, lat]).map_or(f64::INFINITY, |at| apart(at, [x, y], way.to_degrees));
        near += usize::from(off < 10.0);
        // Datums of which there are several shifts in the register differ by so much.
        if off > 900.0 {
            wrong.push(format!("{code}: {off} m"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(near > 4_500 && refused < 850, "{near} are near, {refused} refused");
}

/// Old datums that cover half a continent have one shift here, and one for each country there.
fn allowed(code: Option<u32>) -> f64 {
    match code {
        Some(5514) => 13.0,
        Some(4230) => 31.0,
        Some(3003) => 72.0,
        Some(23_030) => 105.0,
        _ => 3.0,
    }
}

#[test]
fn on_wgs84_every_system_is_as_near_as_its_datum_is_known() {
    let mut wrong = Vec::new();
    for system in truth()["systems"].as_array().unwrap() {
        let to = System::epsg(u32::try_from(system["code"].as_u64().unwrap()).unwrap());
        let way = Transform::between(&System::wgs84(), &to).unwrap();
        for [lon, lat, x, y] in rows(&system["on_wgs84"]) {
            let off = apart(way.point([lon, lat]).unwrap(), [x, y], way.to_degrees);
            if off > allowed(to.code()) {
                wrong.push(format!("{} {}: {off} m at {lon} {lat}", to.name(), system["name"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_system_is_the_same_one_in_all_words() {
    let mut wrong = Vec::new();
    for system in truth()["systems"].as_array().unwrap() {
        let code = u32::try_from(system["code"].as_u64().unwrap()).unwrap();
        let way = Transform::between(&System::wgs84(), &System::epsg(code)).unwrap();
        let projjson = System::from_projjson(&system["projjson"]).unwrap();
        let mut found = vec![("projjson", projjson.clone()), ("geoarrow", through_geoarrow(&projjson))];
        for key in ["wkt1", "wkt2", "esri"] {
            if let Some(text) = system[key].as_str() {
                found.push((key, System::parse(text).unwrap()));
            }
        }
        for text in [
            format!("EPSG:{code}"),
            format!("urn:ogc:def:crs:EPSG::{code}"),
            format!("epsg:{code}"),
            format!("http://www.opengis.net/def/crs/EPSG/0/{code}"),
            format!("http://www.opengis.net/gml/srs/epsg.xml#{code}"),
        ] {
            found.push(("name", System::parse(&text).unwrap()));
        }
        for (words, other) in found {
            if words != "esri" && other.code() != Some(code) {
                wrong.push(format!("{code} in {words}: {other:?}"));
            }
            let Ok(same) = Transform::between(&System::wgs84(), &other) else {
                wrong.push(format!("{code} in {words}: {other:?} is refused"));
                continue;
            };
            for [lon, lat, ..] in rows(&system["on_wgs84"]) {
                let (a, b) = (way.point([lon, lat]).unwrap(), same.point([lon, lat]).unwrap());
                if apart(a, b, way.to_degrees) > 0.01 {
                    wrong.push(format!("{code} in {words} as {}: {a:?} and {b:?}", other.name()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn through_geoarrow(system: &System) -> System {
    System::from_geoarrow(&system.to_geoarrow(false)).unwrap()
}

#[test]
fn a_system_without_a_code_is_taken_by_its_definition() {
    let mut wrong = Vec::new();
    for system in truth()["custom"].as_array().unwrap() {
        let definition = system["definition"].as_str().unwrap();
        let mut found = vec![("proj", System::parse(definition).unwrap())];
        found.push(("wkt2", System::parse(system["wkt2"].as_str().unwrap()).unwrap()));
        found.push(("projjson", System::from_projjson(&system["projjson"]).unwrap()));
        if let Some(esri) = system["esri"].as_str() {
            found.push(("esri", System::parse(esri).unwrap()));
        }
        let again: Vec<_> = found.iter().map(|(words, system)| (*words, through_geoarrow(system))).collect();
        for (words, other) in found.into_iter().chain(again) {
            let way = match Transform::between(&System::wgs84(), &other) {
                Ok(way) => way,
                Err(refused) => {
                    wrong.push(format!("{definition} in {words}: {refused}"));
                    continue;
                }
            };
            for [lon, lat, x, y] in rows(&system["on_wgs84"]) {
                let there = way.point([lon, lat]).unwrap();
                if apart(there, [x, y], false) > 0.01 {
                    wrong.push(format!("{definition} in {words}: {there:?} for {x} {y}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_cannot_be_transformed_is_refused_by_its_name() {
    let local =
        r#"ENGCRS["Site grid of the quarry",EDATUM["x"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]"#;
    for (text, name) in [
        ("EPSG:27200", "EPSG:27200"),
        ("EPSG:999999", "EPSG:999999"),
        ("IGNF:LAMB93X", "IGNF:LAMB93X"),
        (local, "Site grid of the quarry"),
        ("EPSG:4978", "EPSG:4978"),
    ] {
        let system = System::parse(text).unwrap();
        let refused = Transform::between(&system, &System::wgs84()).unwrap_err();
        assert_eq!(refused.name, name);
        let again = through_geoarrow(&system);
        assert_eq!(Transform::between(&again, &System::wgs84()).unwrap_err().name, name);
    }
    assert_eq!(System::parse("not a system"), None);
    assert_eq!(System::parse(""), None);
}

#[test]
fn longitude_comes_first_whatever_the_register_says() {
    let way = Transform::between(&System::parse("OGC:CRS84").unwrap(), &System::epsg(4326)).unwrap();
    assert!(way.is_identity());
    assert_eq!(way.point([200.0, 95.0]), Some([200.0, 95.0]));
    for name in ["CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC:CRS84h", "WGS84"]
    {
        assert!(System::parse(name).unwrap().is_wgs84(), "{name}");
    }
    assert_eq!(System::epsg(900_913), System::epsg(3857));
}

#[test]
fn a_rough_way_says_so() {
    let way = |code| Transform::between(&System::epsg(code), &System::wgs84()).unwrap();
    assert!(way(4267).is_rough());
    assert!(way(3104).is_rough());
    assert!(!way(2154).is_rough() && !way(3857).is_rough() && !way(27_700).is_rough() && !way(7844).is_rough());
}

#[test]
fn a_box_covers_every_position_of_its_degrees() {
    let boxes = [[2.0, 48.0, 3.0, 49.0], [170.0, -20.0, -170.0, -10.0], [-10.0, 35.0, 30.0, 70.0], [-180.0, 60.0, 180.0, 90.0]];
    for code in [3857, 2154, 3035, 32631, 3413, 3832, 2193, 4258] {
        let way = Transform::between(&System::wgs84(), &System::epsg(code)).unwrap();
        for area in boxes {
            let Some(cover) = way.covering(area) else { continue };
            assert!(cover[0] <= cover[2] && cover[1] <= cover[3]);
            let width = if area[0] > area[2] { area[2] + 360.0 - area[0] } else { area[2] - area[0] };
            for n in 0..400 {
                let (fx, fy) = (f64::from(n % 20) / 19.0, f64::from(n / 20) / 19.0);
                let lon = area[0] + width * fx;
                let lon = if lon > 180.0 { lon - 360.0 } else { lon };
                let Some([x, y]) = way.point([lon, area[1] + (area[3] - area[1]) * fy]) else { continue };
                let inside = cover[0] <= x && x <= cover[2] && cover[1] <= y && y <= cover[3];
                assert!(inside, "{code} {area:?}: {lon} {x} {y} is not in {cover:?}");
            }
        }
    }
    // Around a pole that the system cannot show, nothing may be left out.
    let mercator = Transform::between(&System::wgs84(), &System::epsg(3857)).unwrap();
    assert_eq!(mercator.covering([-180.0, -90.0, 180.0, 90.0]), None);
}

#[test]
fn an_extent_in_degrees_knows_the_antimeridian_and_the_poles() {
    let extent = |code, bounds| Transform::between(&System::epsg(code), &System::wgs84()).unwrap().extent(bounds).unwrap();
    let near = |found: [f64; 4], wanted: [f64; 4]| {
        assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 0.5), "{found:?} for {wanted:?}");
    };
    near(extent(2154, [600_000.0, 6_800_000.0, 700_000.0, 6_900_000.0]), [1.6, 48.3, 3.0, 49.2]);
    let whole = 20_037_508.34;
    near(extent(3857, [-whole, -whole, whole, whole]), [-180.0, -85.05, 180.0, 85.05]);
    // New Zealand with its islands in the east.
    let islands = extent(2193, [1_090_000.0, 4_748_000.0, 3_200_000.0, 6_223_000.0]);
    assert!(islands[0] > 160.0 && islands[2] < -165.0, "{islands:?}");
    // Antarctica around its pole, and the Arctic.
    near(extent(3031, [-3e6, -3e6, 3e6, 3e6]), [-180.0, -90.0, 180.0, -52.4]);
    near(extent(3413, [-1e6, -1e6, 1e6, 1e6]), [-180.0, 77.0, 180.0, 90.0]);
    // In degrees already, all round.
    near(extent(4269, [-180.0, -90.0, 180.0, 90.0]), [-180.0, -90.0, 180.0, 90.0]);
    near(extent(4269, [-125.0, 24.0, -66.0, 49.0]), [-125.0, 24.0, -66.0, 49.0]);
}

#[test]
fn a_geometry_keeps_heights_structure_and_byte_order() {
    let way = Transform::between(&System::epsg(3857), &System::wgs84()).unwrap();
    // EWKB, big endian: MULTIPOINT Z with an SRID, one part empty.
    let mut sent = vec![0u8, 0xA0, 0, 0, 4, 0, 0, 0x0F, 0x11, 0, 0, 0, 2];
    for numbers in [[222_638.981_586_547_13, 6_274_861.394_006_576, 7.5], [f64::NAN; 3]] {
        sent.extend_from_slice(&[0, 0x80, 0, 0, 1]);
        numbers.iter().for_each(|n| sent.extend_from_slice(&n.to_be_bytes()));
    }
    let mut out = vec![9];
    way.wkb(&sent, &mut out).unwrap();
    assert_eq!(out[0], 9);
    let mut text = String::new();
    crate::wkb::wkt(&out[1..], &mut text).unwrap();
    assert!(text.starts_with("MULTIPOINT Z ((2") && text.ends_with(" 7.5), EMPTY)"), "{text}");
    assert_eq!(out[1], 0);
    assert!(way.wkb(&sent[..20], &mut out).is_err());
}

#[test]
fn a_position_without_a_place_costs_no_other_one() {
    let way = Transform::between(&System::wgs84(), &System::epsg(3857)).unwrap();
    let mut xy = [[0.0, 0.0], [0.0, 90.0], [f64::NAN, 1.0], [f64::INFINITY, 1.0], [1.0, 1.0]];
    way.points(&mut xy);
    let lost: Vec<bool> = xy.iter().map(|at| at[0].is_nan() && at[1].is_nan()).collect();
    assert_eq!(lost, [false, true, true, true, false]);
    assert_eq!(way.point([0.0, -90.0]), None);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in r#"(PROJC(S|RS)\[|GEOG(CS|CRS)\[|"[a-zA-Z_ ]{0,9}"|,|[\]\[("]|\+proj=(utm|merc|lcc|tmerc|omerc) |\+zone=[0-9]{1,3} |\+(lat_0|lon_0|a|rf|R|k)=[-0-9e.]{1,6} |UNIT\[|[-0-9.e]{1,9}){0,30}"#) {
        if let Some(system) = System::parse(&text) {
            let _ = System::from_geoarrow(&system.to_geoarrow(true));
            if let Ok(way) = Transform::between(&system, &System::wgs84()) {
                let _ = way.point([1.0, 2.0]);
                let _ = way.extent([-1e6, -1e6, 1e6, 1e6]);
                let _ = way.reversed().covering([-10.0, -10.0, 10.0, 10.0]);
            }
        }
    }

    #[test]
    fn no_change_of_honest_wkt_makes_it_panic(which in 0usize..20, at: prop::sample::Index, with in r#"[\[\]",0-9A-Z.e-]{0,3}"#, cut in 0usize..5) {
        let truth = truth();
        let text = truth["systems"][which]["wkt1"].as_str().unwrap_or("PROJCS[]").to_owned();
        let at = at.index(text.len());
        if text.is_ascii() {
            let changed = format!("{}{with}{}", &text[..at], &text[(at + cut).min(text.len())..]);
            if let Some(system) = System::parse(&changed)
                && let Ok(way) = Transform::between(&System::wgs84(), &system) {
                let _ = way.point([1.0, 2.0]);
            }
        }
    }
}

#[test]
fn deep_text_is_no_system_and_does_no_harm() {
    assert_eq!(System::parse(&"PROJCS[".repeat(8_000)), None);
    assert_eq!(System::parse(&format!("{}{}", "A[".repeat(1_000), "]".repeat(1_000))), None);
    let nested = format!("{}1{}", r#"{"type":"BoundCRS","source_crs":"#.repeat(60), "}".repeat(60));
    assert_eq!(System::parse(&nested), None);
}
