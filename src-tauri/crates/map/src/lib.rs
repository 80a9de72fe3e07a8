//! Geometry on its way to the screen.
//!
//! Owns: the bounded WKB reader ([`wkb`]). Does not own: any I/O, any warehouse, any drawing.
#![deny(missing_docs)]

pub mod wkb;
