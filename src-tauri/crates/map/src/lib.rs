//! Geometry on its way to the screen.
//!
//! Owns: bounded WKB, read and written ([`wkb`]), and coordinate reference systems ([`crs`]). Does not own: any I/O, any warehouse, any drawing.
#![deny(missing_docs)]

pub mod crs;
pub mod wkb;
