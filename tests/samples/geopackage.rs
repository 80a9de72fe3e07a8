//! The GeoPackage of the samples, written. Does not own: the shapes (`sources`, `shapes`).

use super::shapes::{Wkb, area, bounds, holds, length};
use super::sources::{Atlas, Polygon, Position, atlas, cities};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::path::Path;

const ATLAS: &str = "Natural Earth 4.1.0, 1:50m, packed by world-atlas 2.0.2";
const CITIES: &str = "Natural Earth 2.0.0, 1:110m populated places";
const LICENCE: &str = "Public domain (naturalearthdata.com/about/terms-of-use)";

/// A layer as it is announced.
struct Layer {
    name: &'static str,
    geometry_type: &'static str,
    about: &'static str,
    source: &'static str,
}

/// Tables of the standard, its extensions for metadata and column descriptions, and the systems that it asks for.
const STANDARD: &str = include_str!("standard.sql");

const TABLES: &str = "
CREATE TABLE countries (fid INTEGER PRIMARY KEY NOT NULL, geom MULTIPOLYGON, name TEXT NOT NULL, iso_numeric TEXT, area_km2 REAL NOT NULL);
CREATE TABLE land (fid INTEGER PRIMARY KEY NOT NULL, geom POLYGON, area_km2 REAL NOT NULL, vertices INTEGER NOT NULL);
CREATE TABLE borders (fid INTEGER PRIMARY KEY NOT NULL, geom MULTILINESTRING, country TEXT NOT NULL, other_country TEXT NOT NULL, length_km REAL NOT NULL);
CREATE TABLE populated_places (fid INTEGER PRIMARY KEY NOT NULL, geom POINT, name TEXT NOT NULL, country TEXT);
CREATE VIEW generated_points AS WITH RECURSIVE n(id) AS (VALUES (1) UNION ALL SELECT id + 1 FROM n WHERE id < 1000000)
SELECT id, landbridge_point_category(id) AS category, landbridge_point_value(id) AS value,
landbridge_point_noted_at(id) AS noted_at, landbridge_point_geom(id) AS geom FROM n;
";

const COLUMNS: &[(&str, &str, &str)] = &[
    ("countries", "iso_numeric", "ISO 3166-1 numeric code, where there is one"),
    ("countries", "area_km2", "Computed from the outline, on a sphere"),
    ("land", "area_km2", "Computed from the outline, on a sphere"),
    ("land", "vertices", "Positions of the outline"),
    ("borders", "length_km", "Computed from the line, on a sphere"),
    ("populated_places", "country", "The country whose outline holds the point; none where the outline is too coarse"),
    ("generated_points", "value", "Generated; one of a hundred has none"),
    ("generated_points", "noted_at", "Generated; a second of the years 2020 to 2024"),
];

pub fn make(path: &Path) {
    let mut sqlite = Connection::open(path).unwrap();
    sqlite.execute_batch("PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300; PRAGMA page_size = 4096").unwrap();
    let transaction = sqlite.transaction().unwrap();
    transaction.execute_batch(STANDARD).unwrap();
    transaction.execute_batch(TABLES).unwrap();
    let atlas = atlas();
    countries(&transaction, &atlas);
    land(&transaction, &atlas);
    borders(&transaction, &atlas);
    places(&transaction, &atlas);
    let points = Layer {
        name: "generated_points",
        geometry_type: "POINT",
        about: "One million points around the world's cities: generated, not measured",
        source: "Generated, not measured: computed from the points' numbers",
    };
    announce(&transaction, &points, None);
    for (table, column, about) in COLUMNS {
        let sql = "INSERT INTO gpkg_data_columns (table_name, column_name, description) VALUES (?1, ?2, ?3)";
        transaction.execute(sql, [table, column, about]).unwrap();
    }
    transaction.commit().unwrap();
    sqlite.execute_batch("VACUUM").unwrap();
}

/// Makes the layer known, with its R-tree and where it is from.
fn announce(sqlite: &Connection, layer: &Layer, extent: Option<[f64; 4]>) {
    let Layer { name, geometry_type, about, source } = layer;
    let [west, east, south, north] = extent.map_or([None; 4], |e| e.map(Some));
    sqlite
        .execute(
            "INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, ?2, '2018-05-21T00:00:00.000Z', ?3, ?4, ?5, ?6, 4326)",
            params![name, about, west, south, east, north],
        )
        .unwrap();
    sqlite.execute("INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, 4326, 0, 0)", [name, geometry_type]).unwrap();
    for line in [format!("Source: {source}"), format!("Licence: {}", if extent.is_some() { LICENCE } else { "Public domain" })] {
        sqlite
            .execute("INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES ('dataset', 'http://www.opengis.net/doc/IS/geopackage', 'text/plain', ?1)", [line])
            .unwrap();
        let id = sqlite.last_insert_rowid();
        let sql = "INSERT INTO gpkg_metadata_reference VALUES ('table', ?1, NULL, NULL, '2018-05-21T00:00:00.000Z', ?2, NULL)";
        sqlite.execute(sql, params![name, id]).unwrap();
    }
    if extent.is_some() {
        sqlite.execute_batch(&format!("CREATE VIRTUAL TABLE rtree_{name}_geom USING rtree(id, minx, maxx, miny, maxy)")).unwrap();
        let sql = "INSERT INTO gpkg_extensions VALUES (?1, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')";
        sqlite.execute(sql, [name]).unwrap();
    }
}

/// The blob and the R-tree's entry of a row.
fn geometry(boxed: Option<[f64; 4]>, wkb: &[u8]) -> Vec<u8> {
    let mut out = vec![b'G', b'P', 0, if boxed.is_some() { 3 } else { 1 }];
    out.extend(4326_i32.to_le_bytes());
    boxed.iter().flatten().for_each(|n| out.extend(n.to_le_bytes()));
    out.extend(wkb);
    out
}

fn index(sqlite: &Connection, layer: &Layer, boxes: &[[f64; 4]]) {
    let whole = boxes.iter().fold(boxes[0], |a, b| [a[0].min(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].max(b[3])]);
    announce(sqlite, layer, Some(whole));
    let mut insert = sqlite.prepare(&format!("INSERT INTO rtree_{}_geom VALUES (?1, ?2, ?3, ?4, ?5)", layer.name)).unwrap();
    for (at, [west, east, south, north]) in boxes.iter().enumerate() {
        insert.execute(params![fid(at), west, east, south, north]).unwrap();
    }
}

fn of_polygons(polygons: &[Polygon]) -> [f64; 4] {
    bounds(polygons.iter().flatten().flatten())
}

/// Rows are numbered from 1.
fn fid(at: usize) -> i64 {
    i64::try_from(at).unwrap() + 1
}

/// To the square kilometre and the kilometre: the outlines are no finer.
fn whole(n: f64) -> f64 {
    n.round()
}

fn countries(sqlite: &Connection, atlas: &Atlas) {
    let mut order: Vec<_> = atlas.countries.iter().collect();
    order.sort_by(|a, b| (&a.name, &a.iso_numeric).cmp(&(&b.name, &b.iso_numeric)));
    let mut insert = sqlite.prepare("INSERT INTO countries VALUES (?1, ?2, ?3, ?4, ?5)").unwrap();
    let mut boxes = Vec::new();
    for (at, country) in order.into_iter().enumerate() {
        let boxed = of_polygons(&country.polygons);
        let blob = geometry(Some(boxed), &Wkb::polygons(&country.polygons));
        insert.execute(params![fid(at), blob, country.name, country.iso_numeric, whole(area(&country.polygons))]).unwrap();
        boxes.push(boxed);
    }
    let about = "Countries and territories with their outlines";
    index(sqlite, &Layer { name: "countries", geometry_type: "MULTIPOLYGON", about, source: ATLAS }, &boxes);
}

fn land(sqlite: &Connection, atlas: &Atlas) {
    let mut insert = sqlite.prepare("INSERT INTO land VALUES (?1, ?2, ?3, ?4)").unwrap();
    let mut boxes = Vec::new();
    for (at, polygon) in atlas.land.iter().enumerate() {
        let polygons = std::slice::from_ref(polygon);
        let boxed = of_polygons(polygons);
        let vertices: usize = polygon.iter().map(|ring| ring.len() - 1).sum();
        let blob = geometry(Some(boxed), &Wkb::polygon(polygon));
        insert.execute(params![fid(at), blob, whole(area(polygons)), fid(vertices - 1)]).unwrap();
        boxes.push(boxed);
    }
    let about = "Continents and islands, each on its own";
    index(sqlite, &Layer { name: "land", geometry_type: "POLYGON", about, source: ATLAS }, &boxes);
}

/// A line that two countries share is their border.
fn borders(sqlite: &Connection, atlas: &Atlas) {
    let mut sides: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for country in &atlas.countries {
        country.arcs.iter().for_each(|arc| sides.entry(*arc).or_default().push(&country.name));
    }
    let mut pairs: BTreeMap<(&str, &str), Vec<Vec<Position>>> = BTreeMap::new();
    for (arc, mut names) in sides {
        names.sort_unstable();
        names.dedup();
        if let [one, other] = names[..] {
            pairs.entry((one, other)).or_default().push(atlas.arcs[arc].clone());
        }
    }
    let mut insert = sqlite.prepare("INSERT INTO borders VALUES (?1, ?2, ?3, ?4, ?5)").unwrap();
    let mut boxes = Vec::new();
    for (at, ((one, other), lines)) in pairs.iter().enumerate() {
        let boxed = bounds(lines.iter().flatten());
        let blob = geometry(Some(boxed), &Wkb::lines(lines));
        insert.execute(params![fid(at), blob, one, other, whole(length(lines))]).unwrap();
        boxes.push(boxed);
    }
    let about = "Borders on land, by the pair of countries that share them";
    index(sqlite, &Layer { name: "borders", geometry_type: "MULTILINESTRING", about, source: ATLAS }, &boxes);
}

fn places(sqlite: &Connection, atlas: &Atlas) {
    let mut cities = cities();
    cities.sort_by(|a, b| a.0.cmp(&b.0).then(a.1[0].total_cmp(&b.1[0])));
    let mut insert = sqlite.prepare("INSERT INTO populated_places VALUES (?1, ?2, ?3, ?4)").unwrap();
    let mut boxes = Vec::new();
    for (at, (name, place)) in cities.iter().enumerate() {
        let within = atlas.countries.iter().find(|c| c.polygons.iter().any(|polygon| holds(polygon, *place)));
        let blob = geometry(None, &Wkb::point(*place));
        insert.execute(params![fid(at), blob, name, within.map(|c| &c.name)]).unwrap();
        boxes.push(bounds([*place].iter()));
    }
    let about = "Capitals and other large cities";
    index(sqlite, &Layer { name: "populated_places", geometry_type: "POINT", about, source: CITIES }, &boxes);
}
