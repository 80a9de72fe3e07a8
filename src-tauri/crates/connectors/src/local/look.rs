//! Looking at files before they are added, and through folders for files that can be.

use super::error::{self, TOO_MANY};
use super::formats::{self, Format, regular};
use super::sqlite::{Database, Place, says_geopackage};
use super::stream::Stop;
use model::{LocalFiles, LookedAt, Result};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Looks at files of every known format.
pub(crate) struct Files;

/// Folders within folders, and what is looked at in them.
const DEEPEST: usize = 8;
const MOST: usize = 20_000;
/// What stands beside the `.shp` of a Shapefile.
const PARTS: &[&str] = &["shx", "dbf", "prj", "cpg", "sbn", "sbx", "qix"];
/// Extensions that are looked for in folders.
const KNOWN: &[&str] = &[
    "gpkg",
    "sqlite",
    "sqlite3",
    "db",
    "parquet",
    "geoparquet",
    "fgb",
    "shp",
    "zip",
    "shz",
    "geojson",
    "geojsonl",
    "geojsons",
    "ndjson",
    "jsonl",
    "json",
    "csv",
    "tsv",
    "tab",
];

impl LocalFiles for Files {
    fn look(&self, path: &Path) -> Result<LookedAt> {
        let format = formats::recognise(path)?;
        let bytes = whole_size(path)?;
        if format == Format::Sqlite {
            let tables = Database::new("file".to_owned(), Place::File(path.to_owned())).tables(Stop::never())?;
            return Ok(LookedAt { format: if says_geopackage(path) { "GeoPackage" } else { "SQLite" }, tables, bytes });
        }
        let source = formats::open(path, format)?;
        let spatial = source.layers().iter().any(|layer| !layer.geometries.is_empty());
        let format = match format {
            Format::Parquet if spatial => "GeoParquet",
            Format::Parquet => "Parquet",
            Format::FlatGeobuf => "FlatGeobuf",
            Format::Shapefile | Format::Zip => "Shapefile",
            Format::GeoJson => "GeoJSON",
            Format::Csv if extension(path) == "tsv" || extension(path) == "tab" => "TSV",
            Format::Csv => "CSV",
            Format::Sqlite => "SQLite",
        };
        Ok(LookedAt { format, tables: source.layers().len(), bytes })
    }

    fn files_in(&self, chosen: &Path) -> Result<Vec<PathBuf>> {
        let about = std::fs::metadata(chosen).map_err(|e| error::io(chosen, &e))?;
        if !about.is_dir() {
            return Ok(vec![geometry_of(chosen)]);
        }
        let (mut found, mut seen) = (Vec::new(), 0);
        let mut folders = vec![(chosen.to_owned(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            let entries = match std::fs::read_dir(&folder) {
                Ok(entries) => entries,
                // One that may not be read further down hides nothing else.
                Err(_) if depth > 0 => continue,
                Err(e) => return Err(error::io(&folder, &e)),
            };
            for entry in entries.flatten() {
                seen += 1;
                if seen > MOST {
                    return Err(error::of_file(&TOO_MANY, chosen).with("count", MOST));
                }
                let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
                match entry.file_type() {
                    Ok(of) if of.is_dir() && !hidden && depth < DEEPEST => folders.push((entry.path(), depth + 1)),
                    Ok(of) if of.is_file() && !hidden && worth_adding(&entry.path()) => found.push(entry.path()),
                    // Links could lead round in circles.
                    _ => {}
                }
            }
        }
        found.sort();
        Ok(found)
    }

    fn names(&self, files: &[PathBuf]) -> Vec<String> {
        super::registry::names(files.iter().map(PathBuf::as_path))
    }
}

fn extension(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// In a folder there is much that only looks like data.
fn worth_adding(path: &Path) -> bool {
    let extension = extension(path);
    if !KNOWN.contains(&extension.as_str()) {
        return false;
    }
    match extension.as_str() {
        "json" => tells_features(path),
        "zip" => formats::open(path, Format::Zip).is_ok(),
        "db" => formats::recognise(path).is_ok(),
        _ => true,
    }
}

fn tells_features(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = regular(path).is_ok() && File::open(path).is_ok_and(|file| file.take(4096).read_to_end(&mut head).is_ok());
    let holds = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    read && holds(b"\"type\"") && (holds(b"Feature") || holds(b"\"coordinates\""))
}

/// The `.shp` that a part belongs to, if it is there; else the file itself.
fn geometry_of(path: &Path) -> PathBuf {
    if PARTS.contains(&extension(path).as_str()) {
        let geometry = ["shp", "SHP", "Shp"].iter().map(|e| path.with_extension(e)).find(|p| p.is_file());
        return geometry.unwrap_or_else(|| path.to_owned());
    }
    path.to_owned()
}

/// A Shapefile's size is that of all its parts.
fn whole_size(path: &Path) -> Result<u64> {
    let own = regular(path)?.len();
    if extension(path) != "shp" {
        return Ok(own);
    }
    let sizes = PARTS.iter().flat_map(|part| [path.with_extension(part), path.with_extension(part.to_uppercase())]);
    Ok(own + sizes.filter_map(|part| std::fs::metadata(part).ok()).map(|about| about.len()).sum::<u64>())
}
