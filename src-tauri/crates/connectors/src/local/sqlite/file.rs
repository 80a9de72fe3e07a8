//! A SQLite file on disk, before SQLite opens it: is it one, is it whole, is somebody writing it?
//!
//! Owns: the header, the log and the journal beside it, and the address under which it is opened so that nothing appears beside
//! it. Does not own: connections (`open`), what is in it (`catalog`).

use super::super::error::{self, DAMAGED};
use super::super::stamp::Stamp;
use super::failure::LIVE;
use model::Result;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A file that can be opened.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    /// For `ATTACH`.
    pub(super) uri: String,
    /// The file itself, and how it looked: it must not change while it is read.
    pub(super) path: PathBuf,
    pub(super) stamp: Stamp,
}

/// Files whose header was looked at, and whether they keep a log. On Unix, closing a file ends every lock that this process has
/// on it, also SQLite's: so a header is read once for as long as the file stays as it is.
static LOOKED_AT: Mutex<BTreeMap<PathBuf, (Stamp, bool)>> = Mutex::new(BTreeMap::new());

/// Everything but what a URI takes as it is.
const TAKEN: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'?').add(b'<').add(b'>').add(b'\\').add(b'`').add(0x7f);

/// Where the application's own number stands in the header, and what a GeoPackage has there.
const APPLICATION: std::ops::Range<usize> = 68..72;

/// Looks at the file without SQLite.
///
/// # Errors
/// When it is no SQLite file, is cut off, or is being written.
pub(super) fn ready(path: &Path) -> Result<Ready> {
    // SQLite follows links too, and looks for the log beside the file itself.
    let path = std::fs::canonicalize(path).map_err(|e| error::io(path, &e))?;
    let stamp = Stamp::of(&path)?;
    let keeps_log = keeps_log(&path, stamp)?;
    if keeps_log && beside(&path, "-wal").is_some_and(|bytes| bytes > 0) {
        return Err(error::of_file(&LIVE, &path).with(
            "why",
            "It has changes in a log beside it (-wal): another program has it open, or ended without putting them in.",
        ));
    }
    Ok(Ready { uri: uri(&path, keeps_log), path, stamp })
}

fn keeps_log(path: &Path, stamp: Stamp) -> Result<bool> {
    let known = || LOOKED_AT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, keeps)) = known().get(path).filter(|(before, _)| *before == stamp) {
        return Ok(*keeps);
    }
    let head = header(path)?;
    whole(path, &head, stamp.bytes())?;
    let keeps = head[18] == 2 || head[19] == 2;
    known().insert(path.to_owned(), (stamp, keeps));
    Ok(keeps)
}

/// The header says that this is a GeoPackage.
pub(in crate::local) fn says_geopackage(path: &Path) -> bool {
    header(path).is_ok_and(|head| [b"GPKG", b"GP10", b"GP11"].iter().any(|id| head[APPLICATION] == id[..]))
}

fn header(path: &Path) -> Result<[u8; 100]> {
    let mut head = [0; 100];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).map_err(|e| error::io(path, &e))?;
    if !head.starts_with(b"SQLite format 3\0") {
        return Err(error::of_file(&DAMAGED, path).with("why", "It is named as a database file is, but does not begin as one."));
    }
    Ok(head)
}

/// A file that was cut off is told as such before anything in it is believed.
fn whole(path: &Path, head: &[u8; 100], bytes: u64) -> Result<()> {
    let number = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let page = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        n => u64::from(n),
    };
    // The number of pages counts only if the program that wrote last also kept it.
    let pages = if number(24) == number(92) { u64::from(number(28)) } else { 1 };
    let expected = page.saturating_mul(pages);
    if bytes < expected && beside(path, "-journal").is_none() {
        let why =
            format!("It should have {expected} bytes and has {bytes}: a copy of it was interrupted, or it is still on its way.");
        return Err(error::of_file(&DAMAGED, path).with("why", why));
    }
    Ok(())
}

/// The size of the file that SQLite keeps beside this one.
fn beside(path: &Path, suffix: &str) -> Option<u64> {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    std::fs::metadata(name).ok().map(|about| about.len())
}

/// With `mode=ro` SQLite still makes the files of a log; only `immutable` keeps it from that.
fn uri(path: &Path, keeps_log: bool) -> String {
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec();
    #[cfg(not(unix))]
    let bytes = format!("/{}", path.to_string_lossy().trim_start_matches(r"\\?\").replace('\\', "/")).into_bytes();
    let immutable = if keeps_log { "&immutable=1" } else { "" };
    format!("file://{}?mode=ro{immutable}", percent_encode(&bytes, TAKEN))
}
