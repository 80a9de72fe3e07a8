//! Parquet files, with geometry or without.
//!
//! Owns: opening ([`open`]) and reading them. `footer` looks at a file before the library does; `geo` is GeoParquet's metadata,
//! `columns` what each column becomes (`native`, `json`), `prune` what a box lets leave out, `names` the types' names. Does
//! not own: Parquet's own encodings and codecs (crate `parquet`), or conditions and order (`evaluate`).

mod columns;
mod footer;
mod geo;
mod json;
mod names;
mod native;
mod prune;
mod read;
mod text;

pub(in crate::local) use read::open;

#[cfg(test)]
mod tests;
