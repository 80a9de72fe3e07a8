//! GeoParquet's metadata: which columns are geometry, how they are written, and in which system.
//!
//! Owns: the JSON below the key `geo`, of the versions 0.1 to 1.1, read as far as it makes sense. Does not own: the columns
//! themselves (`columns`), which may not be what it says.

use map::crs::System;
use serde_json::Value;
use std::collections::HashMap;

/// No longer metadata is read.
const LONGEST: usize = 16 << 20;

/// What the file says of its geometry.
#[derive(Debug, Clone, Default)]
pub(super) struct Geo {
    pub(super) version: String,
    pub(super) columns: HashMap<String, GeoColumn>,
}

/// What the file says of one column.
#[derive(Debug, Clone)]
pub(super) struct GeoColumn {
    /// In lower case: `wkb`, `point`, …
    pub(super) encoding: String,
    /// As in `MultiPolygon Z`. Empty: any.
    pub(super) types: Vec<String>,
    /// None: not known.
    pub(super) system: Option<System>,
    /// What the file says of the system, for people.
    pub(super) said: String,
    pub(super) spherical: bool,
    pub(super) bbox: Option<[f64; 4]>,
    /// The columns that hold each row's xmin, ymin, xmax, ymax, as paths.
    pub(super) covering: Option<[String; 4]>,
}

impl Geo {
    /// From the text below the key `geo`. None when it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let json: Value = serde_json::from_str(text).ok()?;
        let version = json.get("version").or_else(|| json.get("schema_version")).and_then(Value::as_str).unwrap_or("");
        let columns = json.get("columns")?.as_object()?;
        let columns = columns.iter().map(|(name, said)| (name.clone(), GeoColumn::of(said))).collect();
        Some(Self { version: version.to_owned(), columns })
    }
}

impl GeoColumn {
    fn of(said: &Value) -> Self {
        let text = |key: &str| said.get(key).and_then(Value::as_str).unwrap_or("");
        let types = match said.get("geometry_types").or_else(|| said.get("geometry_type")) {
            Some(Value::Array(types)) => types.iter().filter_map(|t| t.as_str().map(str::to_owned)).collect(),
            Some(Value::String(one)) if one != "Unknown" => vec![one.clone()],
            _ => Vec::new(),
        };
        let (system, crs) = crs(said.get("crs"));
        Self {
            encoding: text("encoding").to_ascii_lowercase(),
            types,
            system,
            said: crs,
            spherical: text("edges").eq_ignore_ascii_case("spherical"),
            bbox: said.get("bbox").and_then(bbox),
            covering: said.get("covering").and_then(covering),
        }
    }
}

/// A missing system is longitude and latitude on WGS 84; `null` says that none is known.
fn crs(said: Option<&Value>) -> (Option<System>, String) {
    match said {
        None => (Some(System::wgs84()), "OGC:CRS84 (not said, so GeoParquet's default)".to_owned()),
        Some(Value::Null) => (None, "unknown, as the file says".to_owned()),
        Some(Value::String(text)) => {
            let system = System::parse(text).unwrap_or_else(|| System::named(text.clone()));
            let said = system.name().to_owned();
            (Some(system), said)
        }
        Some(json) => {
            let name = json.get("name").and_then(Value::as_str).unwrap_or("without a name");
            let system = System::from_projjson(json).unwrap_or_else(|| System::named(name));
            let id = json.get("id").and_then(|id| Some((id.get("authority")?.as_str()?, id.get("code")?)));
            let said = match id {
                Some((authority, code)) => format!("{name} ({authority}:{})", code.to_string().trim_matches('"')),
                None => name.to_owned(),
            };
            (Some(system), said)
        }
    }
}

/// Four numbers, or six with heights between them.
fn bbox(said: &Value) -> Option<[f64; 4]> {
    let numbers: Vec<f64> = said.as_array()?.iter().map(Value::as_f64).collect::<Option<_>>()?;
    match numbers.as_slice() {
        [x0, y0, x1, y1] | [x0, y0, _, x1, y1, _] | [x0, y0, _, _, x1, y1, _, _] => Some([*x0, *y0, *x1, *y1]),
        _ => None,
    }
}

fn covering(said: &Value) -> Option<[String; 4]> {
    let bbox = said.get("bbox")?;
    let path = |key: &str| {
        let parts: Vec<&str> = bbox.get(key)?.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
        Some(parts.join("."))
    };
    Some([path("xmin")?, path("ymin")?, path("xmax")?, path("ymax")?])
}

/// The type that all have, or `GEOMETRY`; and the number of dimensions.
pub(super) fn kind(types: &[String]) -> (String, u8) {
    let mut names: Vec<(&str, &str)> = types.iter().map(|t| t.split_once(' ').unwrap_or((t, ""))).collect();
    names.dedup_by_key(|(name, _)| *name);
    let longest = types.iter().filter_map(|t| t.split_once(' ')).map(|(_, d)| d.len()).max().unwrap_or(0);
    let dimensions = 2 + u8::try_from(longest.min(2)).unwrap_or(2);
    match names.as_slice() {
        [(one, _)] => (one.to_ascii_uppercase(), dimensions),
        _ => ("GEOMETRY".to_owned(), dimensions),
    }
}
