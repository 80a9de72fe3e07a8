//! What a file is by its content, and the reader for it.
//!
//! Owns: telling formats apart, and one folder a format. Does not own: SQLite files and GeoPackages (`sqlite`).

mod csv;
mod flatgeobuf;
mod geojson;
mod held;
mod parquet;
mod rows;
mod shapefile;
#[cfg(test)]
#[path = "tests/texts.rs"]
mod texts;
#[cfg(test)]
#[path = "tests/truth.rs"]
mod truth;

use super::error::{self, EMPTY, NOT_A_FILE, UNKNOWN_FORMAT};
use super::source::Source;
use model::Result;
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// A format, as far as a file's first bytes and its name tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A SQLite file, or a GeoPackage.
    Sqlite,
    /// Parquet, with geometry or without.
    Parquet,
    /// FlatGeobuf.
    FlatGeobuf,
    /// The `.shp` of a Shapefile.
    Shapefile,
    /// A ZIP file, for which only a Shapefile is looked.
    Zip,
    /// GeoJSON, also one object a line.
    GeoJson,
    /// Lines of values.
    Csv,
}

/// Only regular files are opened: a pipe would wait for its writer, a device has no end.
///
/// # Errors
/// When it is not there, may not be read, or is none.
pub(super) fn regular(path: &Path) -> Result<Metadata> {
    let about = std::fs::metadata(path).map_err(|e| error::io(path, &e))?;
    if !about.is_file() {
        let thing = if about.is_dir() { "a folder" } else { "a pipe or a device" };
        return Err(error::of_file(&NOT_A_FILE, path).with("thing", thing));
    }
    Ok(about)
}

/// What the file is.
///
/// # Errors
/// When it cannot be read, is empty, or is of no known format.
pub(super) fn recognise(path: &Path) -> Result<Format> {
    if regular(path)?.len() == 0 {
        return Err(error::of_file(&EMPTY, path));
    }
    let mut head = Vec::new();
    let opened = File::open(path).and_then(|file| file.take(4096).read_to_end(&mut head));
    opened.map_err(|e| error::io(path, &e))?;
    let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    of(&head, &extension).map_err(|why| error::of_file(&UNKNOWN_FORMAT, path).with("why", why))
}

/// The reader for a file of this format.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn open(path: &Path, format: Format) -> Result<Arc<dyn Source>> {
    match format {
        Format::FlatGeobuf => flatgeobuf::open(path),
        Format::GeoJson => geojson::open(path),
        Format::Shapefile | Format::Zip => shapefile::open(path),
        Format::Parquet => parquet::open(path),
        Format::Csv => csv::open(path),
        Format::Sqlite => Err(error::of_file(&UNKNOWN_FORMAT, path).with("why", "Only SQLite answers here.")),
    }
}

/// By its first bytes; where they are text, by its extension too.
fn of(head: &[u8], extension: &str) -> std::result::Result<Format, &'static str> {
    let begins = |magic: &[u8]| head.starts_with(magic);
    let lines = ["csv", "tsv", "tab", "psv", "txt"].contains(&extension);
    if begins(b"SQLite format 3\0") {
        return Ok(Format::Sqlite);
    }
    if begins(b"PAR1") {
        return Ok(Format::Parquet);
    }
    if begins(b"PARE") {
        return Err("It is a Parquet file whose footer is encrypted.");
    }
    if begins(b"fgb") && head.get(4..7) == Some(b"fgb") {
        return Ok(Format::FlatGeobuf);
    }
    if begins(&[0, 0, 0x27, 0x0a]) {
        let index = "It is the index of a Shapefile (.shx); the .shp beside it is the one to add.";
        return if extension == "shx" { Err(index) } else { Ok(Format::Shapefile) };
    }
    if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
        return Ok(Format::Zip);
    }
    if begins(&[0x1f, 0x8b]) || begins(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return Err("It is compressed as a whole; unpack it first.");
    }
    if ["dbf", "prj", "cpg"].contains(&extension) {
        return Err("It is a part of a Shapefile; the .shp beside it is the one to add.");
    }
    if lines {
        return Ok(Format::Csv);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    match text.iter().find(|b| !b.is_ascii_whitespace() && **b != 0x1e) {
        Some(b'{' | b'[') => Ok(Format::GeoJson),
        _ if ["gpkg", "sqlite", "sqlite3", "db"].contains(&extension) => {
            Err("It is named as a database file is, but holds something else.")
        }
        _ if extension == "parquet" || extension == "geoparquet" => {
            Err("It is named as a Parquet file is, but holds something else.")
        }
        _ => Err("Neither its first bytes nor its name tell what it is."),
    }
}
