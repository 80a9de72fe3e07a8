//! Boxes in degrees, and how a row's geometry is held against them.

use super::identifier;
use super::text::SCAN;
use model::{BoundingBox, Error, Result};
use std::fmt::Write;

/// How a geometry column is compared with a box.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Area {
    /// Geometry of this SRID, and what the boxes are in its system (x and y, least and greatest). Uses the index.
    Planar {
        /// The column's SRID.
        srid: i32,
        /// In its own units.
        boxes: Vec<[f64; 4]>,
    },
    /// Geography. Uses the index, then compares in degrees.
    Spherical {
        /// In degrees.
        boxes: Vec<[f64; 4]>,
    },
    /// Rows of unknown systems: each is transformed. SRID 0 is taken for degrees.
    EachRow {
        /// In degrees.
        boxes: Vec<[f64; 4]>,
    },
}

/// The box as one, or at the antimeridian two, with west ≤ east.
///
/// # Errors
/// For a box that is none.
pub(crate) fn boxes(bbox: &BoundingBox) -> Result<Vec<[f64; 4]>> {
    let [west, south, east, north] = bbox.degrees;
    if bbox.degrees.iter().any(|n| !n.is_finite()) || south > north {
        return Err(Error::new(&SCAN).with("why", "The box is not one: its sides have to be numbers, south below north."));
    }
    let (south, north) = (south.clamp(-90.0, 90.0), north.clamp(-90.0, 90.0));
    if (east - west).abs() >= 360.0 {
        return Ok(vec![[-180.0, south, 180.0, north]]);
    }
    let turn = |x: f64| if (-180.0..=180.0).contains(&x) { x } else { (x + 180.0).rem_euclid(360.0) - 180.0 };
    let (west, east) = (turn(west), turn(east));
    Ok(if west <= east {
        vec![[west, south, east, north]]
    } else {
        vec![[west, south, 180.0, north], [-180.0, south, east, north]]
    })
}

impl Area {
    /// The condition, with PostGIS's names in their own schema.
    pub(super) fn condition(&self, column: &str, postgis: Option<&str>) -> String {
        let column = identifier(column);
        let dot = postgis.map(|s| format!("{}.", identifier(s))).unwrap_or_default();
        let meets = format!("OPERATOR({dot}&&)");
        let meets = if dot.is_empty() { "&&" } else { &meets };
        let (Self::Planar { boxes, .. } | Self::Spherical { boxes } | Self::EachRow { boxes }) = self;
        let mut parts = Vec::new();
        for one in boxes {
            let envelope = |srid: i32| {
                let [x0, y0, x1, y1] = one.map(number);
                format!("{dot}ST_MakeEnvelope({x0}, {y0}, {x1}, {y1}, {srid})")
            };
            let mut part = String::new();
            let _ = match self {
                Self::Planar { srid, .. } => write!(part, "{column} {meets} {}", envelope(*srid)),
                Self::Spherical { .. } => {
                    let degrees = envelope(4326);
                    write!(
                        part,
                        "{column} {meets} {dot}ST_Segmentize({degrees}, 2)::{dot}geography AND {column}::{dot}geometry {meets} {degrees}"
                    )
                }
                Self::EachRow { .. } => write!(
                    part,
                    "CASE WHEN {dot}ST_SRID({column}::{dot}geometry) IN (0, 4326) THEN {column}::{dot}geometry \
                     ELSE {dot}ST_Transform({column}::{dot}geometry, 4326) END {meets} {}",
                    envelope(4326)
                ),
            };
            parts.push(format!("({part})"));
        }
        if parts.is_empty() { "false".to_owned() } else { format!("({})", parts.join(" OR ")) }
    }
}

/// A number that reads back as itself. `1e308` has 309 digits here, which PostgreSQL reads as well.
fn number(n: f64) -> String {
    if n.is_finite() { format!("{n}::float8") } else { "'NaN'::float8".to_owned() }
}
