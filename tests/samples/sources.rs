//! Natural Earth as it comes: TopoJSON of countries and land, a Shapefile of cities. Does not own: what is made of it.

use super::antimeridian;
use serde_json::Value;
use std::path::Path;

pub type Position = [f64; 2];
pub type Ring = Vec<Position>;
/// The outer ring, then the holes.
pub type Polygon = Vec<Ring>;

/// A country.
pub struct Country {
    pub name: String,
    pub iso_numeric: Option<String>,
    pub polygons: Vec<Polygon>,
    /// The arcs of its rings, without their directions.
    pub arcs: Vec<usize>,
}

/// Everything from `world-atlas`.
pub struct Atlas {
    pub countries: Vec<Country>,
    pub land: Vec<Polygon>,
    pub arcs: Vec<Ring>,
}

/// Five digits behind the point: finer than the atlas is.
fn rounded(x: f64) -> f64 {
    (x * 1e5).round() / 1e5
}

pub fn atlas() -> Atlas {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/world-atlas/countries-50m.json");
    let text = std::fs::read_to_string(&path).expect("ui/node_modules: npm ci in ui");
    let topology: Value = serde_json::from_str(&text).unwrap();
    let pair = |value: &Value| [value[0].as_f64().unwrap(), value[1].as_f64().unwrap()];
    let (scale, origin) = (pair(&topology["transform"]["scale"]), pair(&topology["transform"]["translate"]));
    let arcs = topology["arcs"].as_array().unwrap().iter().map(|arc| {
        // Each position is the step from the one before it.
        let mut at = [0.0, 0.0];
        let step = |position: &Value| {
            let [dx, dy] = pair(position);
            at = [at[0] + dx, at[1] + dy];
            [rounded(at[0] * scale[0] + origin[0]), rounded(at[1] * scale[1] + origin[1])]
        };
        arc.as_array().unwrap().iter().map(step).collect()
    });
    let arcs: Vec<Ring> = arcs.collect();
    let geometries = |object: &str| topology["objects"][object]["geometries"].as_array().unwrap().clone();
    let country = |geometry: &Value| {
        let (polygons, used) = polygons(geometry, &arcs);
        Country {
            name: geometry["properties"]["name"].as_str().unwrap().to_owned(),
            iso_numeric: geometry["id"].as_str().map(str::to_owned),
            polygons,
            arcs: used,
        }
    };
    let countries = geometries("countries").iter().map(country).collect();
    let land = geometries("land").iter().flat_map(|geometry| polygons(geometry, &arcs).0).collect();
    Atlas { countries, land, arcs }
}

fn polygons(geometry: &Value, arcs: &[Ring]) -> (Vec<Polygon>, Vec<usize>) {
    let mut used = Vec::new();
    let mut ring = |indices: &Value| {
        let mut out: Ring = Vec::new();
        for index in indices.as_array().unwrap() {
            let index = index.as_i64().unwrap();
            let at = usize::try_from(if index < 0 { !index } else { index }).unwrap();
            used.push(at);
            let mut arc = arcs[at].clone();
            if index < 0 {
                arc.reverse();
            }
            // An arc begins where the one before it ended.
            let skip = usize::from(!out.is_empty());
            out.extend(&arc[skip..]);
        }
        out
    };
    let mut polygon = |rings: &Value| -> Polygon { rings.as_array().unwrap().iter().map(&mut ring).collect() };
    let polygons: Vec<Polygon> = match geometry["type"].as_str().unwrap() {
        "Polygon" => vec![polygon(&geometry["arcs"])],
        "MultiPolygon" => geometry["arcs"].as_array().unwrap().iter().map(polygon).collect(),
        other => panic!("{other}"),
    };
    (polygons.into_iter().flat_map(antimeridian::cut).collect(), used)
}

/// The cities: name and place.
pub fn cities() -> Vec<(String, Position)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/connectors/src/local/samples/source");
    let shapes = std::fs::read(folder.join("naturalearth_cities.shp")).unwrap();
    let table = std::fs::read(folder.join("naturalearth_cities.dbf")).unwrap();
    let number = |at: usize| usize::from(table[at]) + usize::from(table[at + 1]) * 256;
    let (head, row) = (number(8), number(10));
    let count = number(4);
    let float = |at: usize| f64::from_le_bytes(shapes[at..at + 8].try_into().unwrap());
    (0..count)
        .map(|n| {
            // A record of points: 8 bytes of head, 4 of type, x and y; a row begins with the mark of deletion.
            let record = 100 + n * 28;
            let name: String = table[head + n * row + 1..head + (n + 1) * row].iter().map(|b| char::from(*b)).collect();
            (name.trim().to_owned(), [rounded(float(record + 12)), rounded(float(record + 20))])
        })
        .collect()
}
