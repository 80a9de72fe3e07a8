//! The parts of a Shapefile: files beside each other, or entries of a ZIP file.
//!
//! Nothing is written anywhere, so a packed name that climbs out of its folder harms nobody; names are only compared and shown.

use crate::local::formats::held::Held;
use model::{Error, Result};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use zip::ZipArchive;

/// A text beside the shapes (.prj, .cpg) is not longer.
const LONGEST_TEXT: u64 = 64 * 1024;
/// A ZIP file with more entries is not looked through.
const MOST_ENTRIES: usize = 20_000;

/// Which part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Shp,
    Shx,
    Dbf,
    Prj,
    Cpg,
    /// Long texts of the .dbf: `.dbt` or `.fpt`.
    Memo,
}

impl Part {
    fn of(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "shp" => Self::Shp,
            "shx" => Self::Shx,
            "dbf" => Self::Dbf,
            "prj" => Self::Prj,
            "cpg" => Self::Cpg,
            "dbt" | "fpt" => Self::Memo,
            _ => return None,
        })
    }
}

/// Where the parts of one Shapefile are.
#[derive(Debug)]
pub(super) enum Place {
    /// Each a file.
    Files(BTreeMap<Part, Held>),
    /// Each an entry of the ZIP file, by its number, with its size.
    Entries { zip: Held, name: String, entries: BTreeMap<Part, (usize, u64)> },
}

/// The file begins like a ZIP file.
pub(super) fn is_zip(held: &Held) -> Result<bool> {
    let mut start = [0; 4];
    let read = held.open()?.read(&mut start).map_err(|e| held.io(&e))?;
    Ok(start[..read].starts_with(b"PK"))
}

/// The `.shp` with its companions, in whatever case they are written.
pub(super) fn beside(shp: &Path) -> Result<Place> {
    let mut files = BTreeMap::from([(Part::Shp, Held::of(shp)?)]);
    for extension in ["shx", "dbf", "prj", "cpg", "dbt", "fpt"] {
        let capital = format!("{}{}", extension[..1].to_ascii_uppercase(), &extension[1..]);
        for spelled in [extension, &extension.to_ascii_uppercase(), &capital] {
            let path = shp.with_extension(spelled);
            let Some(part) = Part::of(extension) else { continue };
            if path.is_file() && !files.contains_key(&part) {
                // An empty companion is as good as none, but for the values: a table without them would be a surprise.
                match Held::of(&path) {
                    Ok(held) => drop(files.insert(part, held)),
                    Err(error) if part == Part::Dbf => return Err(error),
                    Err(_) => {}
                }
            }
        }
    }
    Ok(Place::Files(files))
}

/// All Shapefiles of a ZIP file, by their names.
pub(super) fn in_zip(path: &Path) -> Result<Vec<Place>> {
    let held = Held::of(path)?;
    let mut archive = archive(&held)?;
    if archive.len() > MOST_ENTRIES {
        return Err(held.unknown("It holds more files than are looked through."));
    }
    let mut found: BTreeMap<String, BTreeMap<Part, (usize, u64)>> = BTreeMap::new();
    for number in 0..archive.len() {
        let entry = archive.by_index_raw(number).map_err(|e| broken(&held, &e))?;
        // Macs pack a shadow of each file.
        let Ok(name) = entry.name().map(|name| name.replace('\\', "/")) else { continue };
        if entry.is_dir() || name.starts_with("__MACOSX/") {
            continue;
        }
        let Some((stem, extension)) = name.rsplit_once('.') else { continue };
        if let Some(part) = Part::of(extension) {
            if entry.encrypted() {
                return Err(held.unknown("It is locked with a password."));
            }
            found.entry(stem.to_lowercase()).or_default().entry(part).or_insert((number, entry.size()));
        }
    }
    found.retain(|_, entries| entries.contains_key(&Part::Shp));
    if found.is_empty() {
        return Err(held.unknown("It is a ZIP file without a Shapefile in it."));
    }
    let mut places = Vec::new();
    for entries in found.into_values() {
        let shp = entries.get(&Part::Shp).map_or(0, |(number, _)| *number);
        let name = archive.name_for_index(shp).and_then(std::result::Result::ok).unwrap_or_default().replace('\\', "/");
        let name = name.rsplit('/').next().unwrap_or_default();
        let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
        places.push(Place::Entries { zip: Held::of(path)?, name, entries });
    }
    Ok(places)
}

fn archive(zip: &Held) -> Result<ZipArchive<BufReader<File>>> {
    ZipArchive::new(BufReader::new(zip.open()?)).map_err(|e| broken(zip, &e))
}

fn broken(zip: &Held, error: &zip::result::ZipError) -> Error {
    match error {
        zip::result::ZipError::Io(e) if e.kind() != std::io::ErrorKind::UnexpectedEof => zip.io(e),
        zip::result::ZipError::UnsupportedArchive(_) => {
            zip.unknown("It is packed in a way that cannot be read here.").vendor(None, error.to_string())
        }
        _ => zip.damaged("It is not a whole ZIP file.").vendor(None, error.to_string()),
    }
}

impl Place {
    /// What the table is called.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Files(files) => files.get(&Part::Shp).map(Held::stem).unwrap_or_default(),
            Self::Entries { name, .. } => name.clone(),
        }
    }

    /// There is such a part.
    pub(super) fn has(&self, part: Part) -> bool {
        match self {
            Self::Files(files) => files.contains_key(&part),
            Self::Entries { entries, .. } => entries.contains_key(&part),
        }
    }

    /// Its size, unpacked, as far as the file tells the truth.
    pub(super) fn size(&self, part: Part) -> u64 {
        match self {
            Self::Files(files) => files.get(&part).map_or(0, Held::bytes),
            Self::Entries { entries, .. } => entries.get(&part).map_or(0, |(_, size)| *size),
        }
    }

    /// The file that is to blame when this part is wrong.
    pub(super) fn held(&self, part: Part) -> Result<&Held> {
        let found = match self {
            Self::Files(files) => files.get(&part).or_else(|| files.get(&Part::Shp)),
            Self::Entries { zip, .. } => Some(zip),
        };
        found.ok_or_else(|| model::common::internal("a Shapefile without a file"))
    }

    /// All files are still the same.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self::Files(files) => files.values().try_for_each(Held::check),
            Self::Entries { zip, .. } => zip.check(),
        }
    }

    /// Runs `work` over the part, from its beginning. None when there is no such part.
    pub(super) fn with<T>(&self, part: Part, work: impl FnOnce(&mut Bytes<'_>) -> Result<T>) -> Result<Option<T>> {
        match self {
            Self::Files(files) => match files.get(&part) {
                Some(held) => work(&mut Bytes::file(held)?).map(Some),
                None => Ok(None),
            },
            Self::Entries { zip, entries, .. } => match entries.get(&part) {
                Some((number, _)) => {
                    let mut archive = archive(zip)?;
                    let entry = archive.by_index(*number).map_err(|e| broken(zip, &e))?;
                    work(&mut Bytes {
                        held: zip,
                        from: From::Packed(Box::new(BufReader::with_capacity(64 * 1024, entry))),
                        at: 0,
                    })
                    .map(Some)
                }
                None => Ok(None),
            },
        }
    }

    /// A short text beside the shapes.
    pub(super) fn text(&self, part: Part) -> Result<Option<Vec<u8>>> {
        self.with(part, |bytes| {
            let mut text = Vec::new();
            bytes.read_to_end(&mut text, LONGEST_TEXT)?;
            Ok(text)
        })
    }
}

/// A part, read forward.
pub(super) struct Bytes<'a> {
    held: &'a Held,
    from: From<'a>,
    at: u64,
}

enum From<'a> {
    File(BufReader<File>),
    Packed(Box<dyn Read + 'a>),
}

impl<'a> Bytes<'a> {
    fn file(held: &'a Held) -> Result<Self> {
        Ok(Self { held, from: From::File(BufReader::with_capacity(256 * 1024, held.open()?)), at: 0 })
    }

    /// The file that is read.
    pub(super) fn held(&self) -> &'a Held {
        self.held
    }

    /// How much was read.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    fn reader(&mut self) -> &mut dyn Read {
        match &mut self.from {
            From::File(file) => file,
            From::Packed(entry) => entry,
        }
    }

    /// Fills the buffer. False at the very end, where not one byte is left.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> Result<bool> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.reader().read(&mut buffer[filled..]) {
                Ok(0) if filled == 0 => return Ok(false),
                Ok(0) => return Err(self.held.damaged("A part of it ends too early.")),
                Ok(read) => filled += read,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) if matches!(e.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput) => {
                    return Err(self.held.damaged("What is packed in it cannot be unpacked.").vendor(None, e.to_string()));
                }
                Err(e) => return Err(self.held.io(&e)),
            }
        }
        self.at += filled as u64;
        Ok(true)
    }

    /// As [`Bytes::fill`], when it must not be the end.
    pub(super) fn exact(&mut self, buffer: &mut [u8]) -> Result<()> {
        if buffer.is_empty() || self.fill(buffer)? { Ok(()) } else { Err(self.held.damaged("A part of it ends too early.")) }
    }

    /// So many bytes, taken as they come: a length that the bytes do not bear costs no memory.
    pub(super) fn take(&mut self, length: u64, buffer: &mut Vec<u8>) -> Result<()> {
        buffer.clear();
        let mut left = length;
        while left > 0 {
            let step = usize::try_from(left.min(1 << 20)).unwrap_or(1 << 20);
            let filled = buffer.len();
            buffer.resize(filled + step, 0);
            self.exact(&mut buffer[filled..])?;
            left -= step as u64;
        }
        Ok(())
    }

    /// Skips ahead to this place; back only in a file.
    pub(super) fn to(&mut self, place: u64) -> Result<()> {
        if place == self.at {
            return Ok(());
        }
        match &mut self.from {
            From::File(file) => {
                // Near ahead it is in the buffer already.
                let moved = match i64::try_from(place).ok().zip(i64::try_from(self.at).ok()) {
                    Some((place, at)) => file.seek_relative(place - at),
                    None => file.seek(SeekFrom::Start(place)).map(|_| ()),
                };
                moved.map_err(|e| self.held.io(&e))?;
            }
            From::Packed(entry) => {
                if place < self.at {
                    return Err(self.held.unknown("Its shapes are packed out of order; unpack it first."));
                }
                let skipped =
                    std::io::copy(&mut entry.take(place - self.at), &mut std::io::sink()).map_err(|e| self.held.io(&e))?;
                if skipped < place - self.at {
                    return Err(self.held.damaged("A part of it ends too early."));
                }
            }
        }
        self.at = place;
        Ok(())
    }

    /// The rest, at most `most` bytes of it.
    pub(super) fn read_to_end(&mut self, out: &mut Vec<u8>, most: u64) -> Result<()> {
        let held = self.held;
        self.reader().take(most).read_to_end(out).map_err(|e| held.io(&e))?;
        Ok(())
    }
}
