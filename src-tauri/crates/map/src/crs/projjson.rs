//! The system that PROJJSON tells of: by its code, else by the same definition said as WKT.

use super::System;
use serde_json::Value;
use std::fmt::Write;

pub(super) fn system(json: &Value) -> Option<System> {
    let horizontal = horizontal(json)?;
    let code = |id: &Value| match (id.get("authority")?.as_str()?, id.get("code")?) {
        (authority, Value::Number(code)) => Some(System::of_authority(authority, &code.to_string())),
        (authority, Value::String(code)) => Some(System::of_authority(authority, code)),
        _ => None,
    };
    let ids = horizontal.get("id").into_iter().chain(horizontal.get("ids").and_then(Value::as_array).into_iter().flatten());
    let known = ids.filter_map(code).find(|s| s.code.is_some_and(super::transform::is_registered));
    if known.is_some() {
        return known;
    }
    let name = text(horizontal, "name");
    let mut system = wkt(horizontal).and_then(|wkt| System::from_wkt(&wkt)).unwrap_or_else(|| System::named(name));
    if system.given.is_some() || system.code.is_none() {
        system.given = Some(json.to_string());
    }
    Some(system)
}

/// The part of a compound or bound system that says where things are on the ground.
fn horizontal(json: &Value) -> Option<&Value> {
    let mut at = json;
    for _ in 0..8 {
        at = match text(at, "type") {
            "CompoundCRS" => at.get("components")?.as_array()?.first()?,
            "BoundCRS" => at.get("source_crs")?,
            kind => return kind.ends_with("CRS").then_some(at),
        };
    }
    None
}

fn text<'a>(json: &'a Value, key: &str) -> &'a str {
    json.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The same as WKT of the second version. None for what is neither geographic nor projected.
fn wkt(json: &Value) -> Option<String> {
    let mut out = String::new();
    if text(json, "type") == "ProjectedCRS" {
        write!(out, "PROJCRS[{},", quoted(text(json, "name"))).ok()?;
        geodetic(json.get("base_crs")?, "BASEGEOGCRS", &mut out)?;
        conversion(json.get("conversion")?, &mut out)?;
        out.push_str(",CS[Cartesian,2]");
        axes(json, &mut out)?;
        out.push(']');
    } else if text(json, "type").starts_with("Geo") {
        geodetic(json, "GEOGCRS", &mut out)?;
    } else {
        return None;
    }
    Some(out)
}

fn geodetic(json: &Value, key: &str, out: &mut String) -> Option<()> {
    let datum = json.get("datum").or_else(|| json.get("datum_ensemble"))?;
    let ellipsoid = datum.get("ellipsoid")?;
    write!(out, "{key}[{},DATUM[{},", quoted(text(json, "name")), quoted(text(datum, "name"))).ok()?;
    let a = value(ellipsoid.get("semi_major_axis").or_else(|| ellipsoid.get("radius"))?)?;
    let flattening = match (ellipsoid.get("inverse_flattening"), ellipsoid.get("semi_minor_axis")) {
        (Some(rf), _) => value(rf)?,
        (None, Some(b)) => Some(value(b)?).filter(|b| *b < a).map_or(0.0, |b| a / (a - b)),
        (None, None) => 0.0,
    };
    write!(out, "ELLIPSOID[{},{a},{flattening},LENGTHUNIT[\"metre\",1]]]", quoted(text(ellipsoid, "name"))).ok()?;
    if let Some(meridian) = datum.get("prime_meridian") {
        let longitude = meridian.get("longitude")?;
        write!(out, ",PRIMEM[{},{}", quoted(text(meridian, "name")), value(longitude)?).ok()?;
        unit(longitude.get("unit"), "degree", out)?;
        out.push(']');
    }
    if key == "GEOGCRS" {
        out.push_str(",CS[ellipsoidal,2]");
        axes(json, out)?;
    }
    if let Some(id) = json.get("id") {
        write!(out, ",ID[{},{}]", quoted(text(id, "authority")), id.get("code")?).ok()?;
    }
    out.push(']');
    Some(())
}

fn conversion(json: &Value, out: &mut String) -> Option<()> {
    let method = json.get("method")?;
    write!(out, ",CONVERSION[{},METHOD[{}", quoted(text(json, "name")), quoted(text(method, "name"))).ok()?;
    identifier(method, out)?;
    out.push(']');
    for parameter in json.get("parameters").and_then(Value::as_array).into_iter().flatten() {
        write!(out, ",PARAMETER[{},{}", quoted(text(parameter, "name")), value(parameter.get("value")?)?).ok()?;
        unit(parameter.get("unit"), "unity", out)?;
        identifier(parameter, out)?;
        out.push(']');
    }
    out.push(']');
    Some(())
}

/// An EPSG code of a method or a parameter, by which it is known beside its name.
fn identifier(json: &Value, out: &mut String) -> Option<()> {
    if let Some(id) = json.get("id").filter(|id| text(id, "authority") == "EPSG") {
        write!(out, ",ID[\"EPSG\",{}]", id.get("code").and_then(Value::as_u64)?).ok()?;
    }
    Some(())
}

fn axes(json: &Value, out: &mut String) -> Option<()> {
    let axes = json.get("coordinate_system").and_then(|cs| cs.get("axis")).and_then(Value::as_array)?;
    for axis in axes.iter().take(2) {
        let direction: String = text(axis, "direction").chars().filter(char::is_ascii_alphabetic).collect();
        write!(out, ",AXIS[{},{direction}", quoted(text(axis, "name"))).ok()?;
        unit(axis.get("unit"), "metre", out)?;
        out.push(']');
    }
    Some(())
}

fn unit(json: Option<&Value>, otherwise: &str, out: &mut String) -> Option<()> {
    let (name, kind, factor) = match json {
        Some(Value::Object(unit)) => {
            let text = |key: &str| unit.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            (text("name"), text("type"), unit.get("conversion_factor").and_then(Value::as_f64)?)
        }
        Some(Value::String(name)) => (name.clone(), String::new(), 1.0),
        _ => (otherwise.to_owned(), String::new(), 1.0),
    };
    let key = match (name.as_str(), kind.as_str()) {
        ("degree", _) | (_, "AngularUnit") => "ANGLEUNIT",
        ("unity", _) | (_, "ScaleUnit") => "SCALEUNIT",
        _ => "LENGTHUNIT",
    };
    let factor = if name == "degree" { 1f64.to_radians() } else { factor };
    write!(out, ",{key}[{},{factor}]", quoted(&name)).ok()
}

/// A number, or the number of an object with its own unit of length or angle.
fn value(json: &Value) -> Option<f64> {
    let plain = json.as_f64();
    let with_unit = || {
        let factor = json.get("unit")?.get("conversion_factor").and_then(Value::as_f64).unwrap_or(1.0);
        Some(json.get("value")?.as_f64()? * factor)
    };
    plain.or_else(with_unit).filter(|n| n.is_finite())
}
