//! What there is to see from the first second: a GeoPackage inside the program, and points that are computed as they are read.
//!
//! Owns: those, with their sources and licences. Does not own: how they are read (`sqlite`, `evaluate`). The GeoPackage is made
//! by the test group `samples` from public-domain data; see `README.md` beside it.

mod points;

use super::source::Source;
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use std::sync::{Arc, LazyLock};

/// The samples: Natural Earth's countries, land, borders and populated places.
pub(super) static GEOPACKAGE: &[u8] = include_bytes!("samples.gpkg");
/// The table whose rows are computed.
pub(super) const POINTS: &str = points::NAME;
/// What they are, in one line.
pub(super) const ABOUT: &str = "Natural Earth (public domain) and generated points, inside the program";

/// The generated points.
pub(super) fn points() -> Arc<dyn Source> {
    static POINTS: LazyLock<Arc<points::Points>> = LazyLock::new(|| Arc::new(points::Points::new()));
    Arc::clone(&*POINTS) as Arc<dyn Source>
}

/// Where the cities of the samples are, in the order of their numbers.
fn cities() -> rusqlite::Result<Vec<[f64; 2]>> {
    let mut sqlite = Connection::open_in_memory()?;
    sqlite.deserialize_bytes("main", GEOPACKAGE)?;
    let mut statement = sqlite.prepare("SELECT minx, miny FROM rtree_populated_places_geom AS r ORDER BY r.id")?;
    let rows = statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?]))?;
    rows.collect()
}

/// The functions that the samples' view of the generated points uses. They compute and do nothing else.
pub(super) fn functions(sqlite: &Connection) -> rusqlite::Result<()> {
    let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    let id = |cx: &Context<'_>| cx.get::<i64>(0).map(|id| u64::try_from(id).unwrap_or(0));
    sqlite.create_scalar_function("landbridge_point_category", 1, pure, move |cx| Ok(points::category(id(cx)?)))?;
    sqlite.create_scalar_function("landbridge_point_value", 1, pure, move |cx| Ok(points::value(id(cx)?)))?;
    sqlite.create_scalar_function("landbridge_point_noted_at", 1, pure, move |cx| Ok(points::noted_at_text(id(cx)?)))?;
    sqlite.create_scalar_function("landbridge_point_geom", 1, pure, move |cx| Ok(points::geopackage(id(cx)?)))
}
