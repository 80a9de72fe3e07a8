//! Coordinate reference systems: which one it is, and the way from one to another.
//!
//! Owns: recognising a system in what files and warehouses say of it ([`System`]: EPSG codes, WKT of both versions and of
//! ESRI's kind, PROJJSON, PROJ's own words, GeoArrow's metadata), and the way between two of them ([`Transform`]: positions,
//! boxes, WKB). Does not own: any projection's arithmetic (`proj4rs`) or the register (`crs-definitions`).
//!
//! All coordinates are x and y as they are drawn: longitude before latitude, east before north, whatever order of axes the
//! register gives a system. Heights and measures are kept as they are. A system whose way to WGS 84 is not known is refused
//! by its name, never drawn in the wrong place; where only the shift of its datum is not known, [`Transform::is_rough`] says so.

mod bounds;
mod names;
mod projjson;
mod system;
mod told;
mod transform;
mod wkt;

pub use system::System;
pub use transform::{Transform, Unsupported};

#[cfg(test)]
mod tests;
