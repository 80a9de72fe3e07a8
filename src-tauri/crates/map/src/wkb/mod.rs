//! WKB as warehouses send it (ISO and PostGIS's EWKB), read with bounds.
//!
//! Owns: the walk over the bytes ([`walk`]), the rewriting of EWKB into ISO WKB without SRID ([`normalise`]) and of positions
//! ([`rewrite`]), the writing of WKB ([`Writer`]), and what is made of a geometry for people and files: a few words
//! ([`brief`]), WKT ([`wkt`]), GeoJSON ([`geojson`]).
//! Does not own: coordinates' meaning, projection, drawing.
//!
//! The bytes come from outside, so nothing in them is believed: no recursion (nesting is at most [`DEEPEST`]), each
//! count is held against the bytes that are left before anything is done with it, codes are known or refused by
//! number, and nothing may follow the geometry. Curves, TINs and surfaces are walked by their own structure and keep
//! their own codes; whoever cannot draw one says so with [`Kind::drawable`] instead of taking it for another type.

mod brief;
mod error;
mod geojson;
mod kind;
mod normalise;
mod rewrite;
mod walk;
mod wkt;
mod write;

pub use brief::brief;
pub use error::WkbError;
pub use geojson::{GeoJson, geojson};
pub use kind::{Dimensions, Kind};
pub use normalise::{normalise, normalise_into};
pub use rewrite::rewrite;
pub use walk::{DEEPEST, Header, Points, Visit, header, walk};
pub use wkt::wkt;
pub use write::{Slot, Writer};

#[cfg(test)]
mod tests;
#[cfg(test)]
#[path = "tests/truth.rs"]
mod truth;
