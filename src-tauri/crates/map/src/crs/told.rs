//! A system told to others as PROJJSON (schema v0.7), which GeoParquet wants: from its definition in the register.
//!
//! Only what can be told exactly: geographic systems in degrees, and the projections in [`METHODS`]. Nothing else is guessed.

use super::System;
use super::wkt::{self, Node};
use serde_json::{Map, Value, json};

const SCHEMA: &str = "https://proj.org/schemas/v0.7/projjson.schema.json";

/// WKT's name, EPSG's name and code of the method, and for each of WKT's parameters EPSG's name, code and what it measures.
type Method = (&'static str, &'static str, u32, &'static [(&'static str, &'static str, u32, Measure)]);

#[derive(Clone, Copy, PartialEq)]
enum Measure {
    Angle,
    Length,
    Ratio,
}
use Measure::{Angle, Length, Ratio};

const ORIGIN: &[(&str, &str, u32, Measure)] = &[
    ("latitude_of_origin", "Latitude of natural origin", 8801, Angle),
    ("central_meridian", "Longitude of natural origin", 8802, Angle),
    ("scale_factor", "Scale factor at natural origin", 8805, Ratio),
    ("false_easting", "False easting", 8806, Length),
    ("false_northing", "False northing", 8807, Length),
];
const CENTRE: &[(&str, &str, u32, Measure)] = &[
    ("latitude_of_center", "Latitude of natural origin", 8801, Angle),
    ("longitude_of_center", "Longitude of natural origin", 8802, Angle),
    ("false_easting", "False easting", 8806, Length),
    ("false_northing", "False northing", 8807, Length),
];
const TWO_PARALLELS: &[(&str, &str, u32, Measure)] = &[
    ("latitude_of_origin", "Latitude of false origin", 8821, Angle),
    ("central_meridian", "Longitude of false origin", 8822, Angle),
    ("standard_parallel_1", "Latitude of 1st standard parallel", 8823, Angle),
    ("standard_parallel_2", "Latitude of 2nd standard parallel", 8824, Angle),
    ("false_easting", "Easting at false origin", 8826, Length),
    ("false_northing", "Northing at false origin", 8827, Length),
];
const ALBERS: &[(&str, &str, u32, Measure)] = &[
    ("latitude_of_center", "Latitude of false origin", 8821, Angle),
    ("longitude_of_center", "Longitude of false origin", 8822, Angle),
    ("standard_parallel_1", "Latitude of 1st standard parallel", 8823, Angle),
    ("standard_parallel_2", "Latitude of 2nd standard parallel", 8824, Angle),
    ("false_easting", "Easting at false origin", 8826, Length),
    ("false_northing", "Northing at false origin", 8827, Length),
];
const METHODS: &[Method] = &[
    ("Transverse_Mercator", "Transverse Mercator", 9807, ORIGIN),
    ("Lambert_Conformal_Conic_1SP", "Lambert Conic Conformal (1SP)", 9801, ORIGIN),
    ("Lambert_Conformal_Conic_2SP", "Lambert Conic Conformal (2SP)", 9802, TWO_PARALLELS),
    ("Albers_Conic_Equal_Area", "Albers Equal Area", 9822, ALBERS),
    ("Lambert_Azimuthal_Equal_Area", "Lambert Azimuthal Equal Area", 9820, CENTRE),
];

/// What the register here says of these as WKT is not what EPSG says: compared with PROJ, they lie elsewhere.
const ELSEWHERE: [u16; 7] = [3587, 3973, 3974, 6996, 6997, 26591, 26592];

impl System {
    /// As PROJJSON. None where its definition cannot be told exactly.
    pub fn to_projjson(&self) -> Option<Value> {
        if let Some(given) = self.given.as_deref().filter(|given| given.starts_with('{')) {
            return serde_json::from_str(given).ok();
        }
        let code = u16::try_from(self.code?).ok()?;
        if ELSEWHERE.contains(&code) {
            return None;
        }
        if code == 3857 {
            return Some(web_mercator());
        }
        let root = wkt::parse(crs_definitions::from_code(code)?.wkt)?;
        let mut told = match root.key {
            "GEOGCS" => geographic(&root)?,
            "PROJCS" => projected(&root)?,
            _ => return None,
        };
        told.insert("$schema".to_owned(), json!(SCHEMA));
        told.insert("id".to_owned(), json!({ "authority": "EPSG", "code": code }));
        Some(Value::Object(told))
    }
}

fn number(node: &Node<'_>, at: usize) -> Option<f64> {
    node.values.get(at)?.parse().ok().filter(|n: &f64| n.is_finite())
}

fn object(value: Value) -> Option<Map<String, Value>> {
    if let Value::Object(map) = value { Some(map) } else { None }
}

fn geographic(node: &Node<'_>) -> Option<Map<String, Value>> {
    let radians = number(node.part(&["UNIT"])?, 1)?;
    if (radians.to_degrees() - 1.0).abs() > 1e-9 {
        return None;
    }
    let datum = node.part(&["DATUM"])?;
    let spheroid = datum.part(&["SPHEROID"])?;
    let (axis, flattening) = (number(spheroid, 1)?, number(spheroid, 2)?);
    let ellipsoid = if flattening == 0.0 {
        json!({ "name": spheroid.name(), "radius": axis })
    } else {
        json!({ "name": spheroid.name(), "semi_major_axis": axis, "inverse_flattening": flattening })
    };
    let mut frame = json!({ "type": "GeodeticReferenceFrame", "name": datum.name().replace('_', " "), "ellipsoid": ellipsoid });
    if let Some(meridian) = node.part(&["PRIMEM"]).filter(|m| number(m, 1).is_some_and(|at| at != 0.0)) {
        frame["prime_meridian"] = json!({ "name": meridian.name(), "longitude": number(meridian, 1)? });
    }
    let mut told = json!({
        "type": "GeographicCRS",
        "name": node.name(),
        "datum": frame,
        "coordinate_system": { "subtype": "ellipsoidal", "axis": [
            { "name": "Geodetic latitude", "abbreviation": "Lat", "direction": "north", "unit": "degree" },
            { "name": "Geodetic longitude", "abbreviation": "Lon", "direction": "east", "unit": "degree" },
        ]},
    });
    if let Some(code) = node.identifier().and_then(|(_, code)| code.parse::<u32>().ok()) {
        told["id"] = json!({ "authority": "EPSG", "code": code });
    }
    object(told)
}

fn unit(node: &Node<'_>) -> Option<Value> {
    let unit = node.part(&["UNIT"])?;
    let metres = number(unit, 1)?;
    if metres == 1.0 {
        return Some(json!("metre"));
    }
    Some(json!({ "type": "LinearUnit", "name": unit.name(), "conversion_factor": metres }))
}

fn projected(node: &Node<'_>) -> Option<Map<String, Value>> {
    let (_, name, code, parameters) = METHODS.iter().find(|m| node.part(&["PROJECTION"]).is_some_and(|p| p.name() == m.0))?;
    let length = unit(node)?;
    let given: Vec<&Node<'_>> = node.parts.iter().filter(|part| part.is(&["PARAMETER"])).collect();
    // A parameter that this method does not have would be lost.
    if given.iter().any(|g| !parameters.iter().any(|p| p.0 == g.name())) {
        return None;
    }
    let told = parameters.iter().map(|(wkt, name, code, measure)| {
        let value = number(given.iter().find(|g| g.name() == *wkt)?, 1)?;
        let unit = match measure {
            Angle => json!("degree"),
            Length => length.clone(),
            Ratio => json!("unity"),
        };
        Some(json!({ "name": name, "value": value, "unit": unit, "id": { "authority": "EPSG", "code": code } }))
    });
    let told: Vec<Value> = told.collect::<Option<_>>()?;
    object(json!({
        "type": "ProjectedCRS",
        "name": node.name(),
        "base_crs": geographic(node.part(&["GEOGCS"])?)?,
        "conversion": {
            "name": node.name(),
            "method": { "name": name, "id": { "authority": "EPSG", "code": code } },
            "parameters": told,
        },
        "coordinate_system": { "subtype": "Cartesian", "axis": [
            { "name": "Easting", "abbreviation": "E", "direction": "east", "unit": length },
            { "name": "Northing", "abbreviation": "N", "direction": "north", "unit": length },
        ]},
    }))
}

/// Its WKT says what it is only in an extension; the method is EPSG's 1024.
fn web_mercator() -> Value {
    let base = crs_definitions::from_code(4326).and_then(|wgs84| geographic(&wkt::parse(wgs84.wkt)?));
    let parameter = |name: &str, code: u32, unit: &str| json!({ "name": name, "value": 0, "unit": unit, "id": { "authority": "EPSG", "code": code } });
    json!({
        "$schema": SCHEMA,
        "type": "ProjectedCRS",
        "name": "WGS 84 / Pseudo-Mercator",
        "base_crs": base,
        "conversion": {
            "name": "Popular Visualisation Pseudo-Mercator",
            "method": { "name": "Popular Visualisation Pseudo Mercator", "id": { "authority": "EPSG", "code": 1024 } },
            "parameters": [
                parameter("Latitude of natural origin", 8801, "degree"),
                parameter("Longitude of natural origin", 8802, "degree"),
                parameter("False easting", 8806, "metre"),
                parameter("False northing", 8807, "metre"),
            ],
        },
        "coordinate_system": { "subtype": "Cartesian", "axis": [
            { "name": "Easting", "abbreviation": "X", "direction": "east", "unit": "metre" },
            { "name": "Northing", "abbreviation": "Y", "direction": "north", "unit": "metre" },
        ]},
        "id": { "authority": "EPSG", "code": 3857 },
    })
}
