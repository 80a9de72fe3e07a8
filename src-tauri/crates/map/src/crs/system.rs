//! Which system: from whatever a file or a warehouse says of it.

use super::{names, projjson, wkt};
use serde_json::{Value, json};

/// No definition of a system is longer; what is, is not read.
const LONGEST: usize = 64 * 1024;

/// A coordinate reference system: its code, its name, and its definition, as far as they are known.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    pub(super) code: Option<u32>,
    pub(super) name: String,
    /// In the words of PROJ, when there is no code or the code is not in the register here.
    pub(super) proj: Option<String>,
    /// As it was given, when the code alone does not say it: WKT, PROJJSON or PROJ's words.
    pub(super) given: Option<String>,
    /// One unit of a geographic system, in degrees.
    pub(super) degrees: f64,
}

impl System {
    /// Longitude and latitude in degrees on WGS 84.
    pub fn wgs84() -> Self {
        Self::epsg(4326)
    }

    /// The system with this code in the EPSG register.
    pub fn epsg(code: u32) -> Self {
        let code = names::current(code);
        let degrees = if names::in_grads(code) { 0.9 } else { 1.0 };
        Self { code: Some(code), name: format!("EPSG:{code}"), proj: None, given: None, degrees }
    }

    /// One that is known by its name alone: it can be shown, not transformed.
    pub fn named(name: impl Into<String>) -> Self {
        Self { code: None, name: name.into(), proj: None, given: None, degrees: 1.0 }
    }

    /// From an authority and its code, as in `EPSG` and `4326`, `ESRI` and `54030`, `OGC` and `CRS84`.
    pub fn of_authority(authority: &str, code: &str) -> Self {
        let number = code.trim().parse::<u32>().ok();
        match (authority.to_ascii_uppercase().as_str(), number) {
            ("EPSG", Some(code)) => Self::epsg(code),
            ("OGC" | "CRS" | "IGNF", None) if names::is_crs84(code) => Self::wgs84(),
            ("OGC", None) => names::ogc(code).map_or_else(|| Self::named(format!("{authority}:{code}")), Self::epsg),
            ("ESRI", Some(number)) => names::esri_code(number),
            _ => Self::named(format!("{authority}:{code}")),
        }
    }

    /// From text of any kind: `EPSG:2154`, a URN, `+proj=…`, WKT, PROJJSON. None when it is none of them.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        if text.starts_with('{') {
            return Self::from_projjson(&serde_json::from_str(text).ok()?);
        }
        if text.starts_with("+proj=") || text.contains(" +proj=") {
            return Some(Self { proj: Some(text.to_owned()), given: Some(text.to_owned()), ..Self::named(shown(text)) });
        }
        if text.contains(['[', '(']) {
            return Self::from_wkt(text);
        }
        if names::is_crs84(text) {
            return Some(Self::wgs84());
        }
        // `urn:ogc:def:crs:EPSG::4326`, `http://www.opengis.net/def/crs/EPSG/0/4326`, `EPSG:4326`
        let mut parts = text.rsplit([':', '/', '#']).filter(|part| !part.is_empty());
        let code = parts.next()?;
        let authority = parts.find(|part| !part.starts_with(|c: char| c.is_ascii_digit()));
        let authority = authority.map(|a| a.trim_end_matches(".xml"));
        match authority {
            Some(authority) => {
                let found = Self::of_authority(authority, code);
                // What is not understood keeps the name that it was given.
                Some(if found.code.is_none() && found.proj.is_none() { Self::named(text) } else { found })
            }
            None => names::esri(text).map(Self::epsg),
        }
    }

    /// From WKT, version 1 or 2 or ESRI's. None when it is not WKT of a system.
    pub fn from_wkt(text: &str) -> Option<Self> {
        if text.len() > LONGEST { None } else { wkt::system(text) }
    }

    /// From PROJJSON. None when it is not PROJJSON of a system.
    pub fn from_projjson(json: &Value) -> Option<Self> {
        projjson::system(json)
    }

    /// From the metadata of a GeoArrow column (`ARROW:extension:metadata`). None when it names no system.
    pub fn from_geoarrow(metadata: &str) -> Option<Self> {
        let metadata: Value = serde_json::from_str(metadata).ok()?;
        let crs = metadata.get("crs")?;
        match (crs, metadata.get("crs_type").and_then(Value::as_str)) {
            // A number of the warehouse's own, which nobody else knows.
            (Value::String(srid), Some("srid")) => Some(Self::named(format!("SRID {srid}"))),
            (Value::String(text), _) => Self::parse(text).or_else(|| Some(Self::named(text.clone()))),
            (Value::Object(_), _) => Self::from_projjson(crs),
            _ => None,
        }
    }

    /// The metadata of a GeoArrow column in this system, from which [`System::from_geoarrow`] makes it again.
    pub fn to_geoarrow(&self, spherical: bool) -> String {
        let (crs, kind) = match (&self.given, self.code) {
            (_, Some(code)) if self.proj.is_none() => (Value::from(format!("EPSG:{code}")), Some("authority_code")),
            (Some(given), _) if given.starts_with('{') => {
                (serde_json::from_str(given).unwrap_or_else(|_| Value::from(given.as_str())), Some("projjson"))
            }
            (Some(given), _) if given.starts_with('+') => (Value::from(given.as_str()), None),
            (Some(given), _) => (Value::from(given.as_str()), Some("wkt2:2019").filter(|_| wkt::is_second(given))),
            (None, _) => (Value::from(self.name.as_str()), None),
        };
        let mut metadata = json!({ "crs": crs });
        if let Some(kind) = kind {
            metadata["crs_type"] = Value::from(kind);
        }
        if spherical {
            metadata["edges"] = Value::from("spherical");
        }
        metadata.to_string()
    }

    /// Its code in the EPSG register.
    pub fn code(&self) -> Option<u32> {
        self.code
    }

    /// What a person calls it: `EPSG:2154`, or the name that it was given with.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Longitude and latitude in degrees on WGS 84: nothing is to be transformed for the map.
    pub fn is_wgs84(&self) -> bool {
        self.code.is_some_and(names::is_wgs84)
    }
}

/// The beginning of a definition that has no name.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(80).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
