//! Copies of the database, checked before they count.
//!
//! Owns: making, checking, numbering and dropping backups. Does not own: when one is needed (`schema`, `vault`).

use crate::{fault, files, schema, text};
use model::{Error, Result};
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The folder inside the data directory.
const FOLDER: &str = "backups";
/// How many are kept.
const KEPT: usize = 5;

/// A copy of the database. Its secrets are sealed as they are in the database itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// When it was made, in milliseconds since 1970 (UTC).
    pub made_at: u64,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Copies the database, reads the copy whole, and only then gives it its name. Older ones beyond five go.
pub(crate) fn make(db: &Connection, dir: &Path) -> Result<Backup> {
    let folder = dir.join(FOLDER);
    let failed = |detail: String| Error::new(&text::BACKUP_FAILED).with("detail", detail).with("folder", folder.display());
    files::private_dir(&folder)?;
    let part = folder.join("unfinished.part");
    if part.exists() {
        fs::remove_file(&part).map_err(|e| fault::io(&e, &part))?;
    }
    let file = files::private_file(&part)?;
    copy(db, &part).map_err(|e| failed(format!("{e}.")))?.then_some(()).ok_or_else(|| failed("The copy is not sound.".into()))?;
    file.sync_all().map_err(|e| fault::io(&e, &part))?;
    let path = free_name(&folder);
    fs::rename(&part, &path).map_err(|e| fault::io(&e, &path))?;
    files::sync_dir(&folder)?;
    let all = list(dir);
    for old in all.iter().rev().skip(KEPT) {
        fs::remove_file(&old.path).map_err(|e| fault::io(&e, &old.path))?;
    }
    all.into_iter().find(|b| b.path == path).ok_or_else(|| failed("The copy has vanished.".into()))
}

/// True when the copy is sound.
fn copy(db: &Connection, to: &Path) -> rusqlite::Result<bool> {
    let mut copy = Connection::open_with_flags(to, schema::EXISTING)?;
    rusqlite::backup::Backup::new(db, &mut copy)?.run_to_completion(256, Duration::ZERO, None)?;
    // One file, without -wal and -shm beside it.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    let sound = schema::is_sound(&copy);
    copy.close().map_err(|(_, e)| e)?;
    Ok(sound)
}

fn free_name(folder: &Path) -> PathBuf {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
    let name = |at: u64| folder.join(format!("landbridge-{at:015}.db"));
    (now..).map(name).find(|p| !p.exists()).unwrap_or_else(|| name(now))
}

/// All of them, the oldest first.
pub(crate) fn list(dir: &Path) -> Vec<Backup> {
    let Ok(entries) = fs::read_dir(dir.join(FOLDER)) else { return Vec::new() };
    let mut all: Vec<Backup> = entries.flatten().filter_map(|e| describe(&e.path())).collect();
    all.sort_by_key(|b| b.made_at);
    all
}

fn describe(path: &Path) -> Option<Backup> {
    let name = path.file_name()?.to_str()?;
    let made_at = name.strip_prefix("landbridge-")?.strip_suffix(".db")?.parse().ok()?;
    Some(Backup { path: path.to_owned(), made_at, bytes: fs::metadata(path).ok()?.len() })
}

/// Removes all that are older than `newest`, and anything unfinished.
pub(crate) fn drop_before(dir: &Path, newest: &Backup) -> Result<()> {
    for old in list(dir).into_iter().filter(|b| b.path != newest.path) {
        fs::remove_file(&old.path).map_err(|e| fault::io(&e, &old.path))?;
    }
    files::sync_dir(&dir.join(FOLDER))
}
