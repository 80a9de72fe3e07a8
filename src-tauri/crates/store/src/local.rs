//! The files that were added to Local data.
//!
//! Owns: where they are. Does not own: what they are; they are never read here.

use crate::fault::sqlite;
use crate::save::{now, signed};
use crate::store::Store;
use model::{Result, common};
use rusqlite::params;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const ADDING: &str = "note the files of Local data";

/// A file that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalFile {
    /// Its id.
    pub id: String,
    /// Where it is. Always text: a path that is none is refused before it is added.
    pub path: PathBuf,
    /// When it was added, in milliseconds since 1970 (UTC).
    pub added_at: u64,
}

impl Store {
    /// The files, in the order in which they were added.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn local_files(&self) -> Result<Vec<LocalFile>> {
        self.read("read the files of Local data", |db| {
            let sql = "SELECT id, path, added_at FROM local_files ORDER BY added_at, path";
            let row = |r: &rusqlite::Row<'_>| {
                let path = String::from_utf8_lossy(&r.get::<_, Vec<u8>>(1)?).into_owned();
                let added_at = u64::try_from(r.get::<_, i64>(2)?).unwrap_or(0);
                Ok(LocalFile { id: r.get(0)?, path: PathBuf::from(path), added_at })
            };
            db.prepare_cached(sql)?.query_map([], row)?.collect()
        })
    }

    /// Adds files; one that is there already stays as it is. The answer tells for each whether it is new.
    ///
    /// # Errors
    /// When the database cannot be written, or a path is no text.
    pub fn add_local_files(&self, paths: &[&Path]) -> Result<Vec<(LocalFile, bool)>> {
        self.write(ADDING, |tx| {
            let last = "SELECT coalesce(max(added_at), 0) FROM local_files";
            let last: i64 = tx.query_row(last, [], |r| r.get(0)).map_err(|e| sqlite(&e, ADDING))?;
            // Each a little later than the one before: their order gives them their names.
            let mut at = signed(now()).max(last.saturating_add(1));
            let mut add = |path: &&Path| {
                let text = path.to_str().ok_or_else(|| common::internal("the path of a file is no text"))?;
                let insert = "INSERT INTO local_files (id, path, added_at) VALUES (?1, ?2, ?3) ON CONFLICT (path) DO NOTHING";
                let values = params![Uuid::new_v4().to_string(), text.as_bytes(), at];
                let fresh = tx.execute(insert, values).map_err(|e| sqlite(&e, ADDING))? == 1;
                at = at.saturating_add(i64::from(fresh));
                let row = |r: &rusqlite::Row<'_>| {
                    let added_at = u64::try_from(r.get::<_, i64>(1)?).unwrap_or(0);
                    Ok(LocalFile { id: r.get(0)?, path: path.to_path_buf(), added_at })
                };
                let select = "SELECT id, added_at FROM local_files WHERE path = ?1";
                let file = tx.query_row(select, [text.as_bytes()], row).map_err(|e| sqlite(&e, ADDING))?;
                Ok((file, fresh))
            };
            paths.iter().map(&mut add).collect()
        })
    }

    /// Takes a file out; the file itself stays.
    ///
    /// # Errors
    /// `gone` when it is not there.
    pub fn remove_local_file(&self, id: &str) -> Result<()> {
        let rows =
            self.write(ADDING, |tx| tx.execute("DELETE FROM local_files WHERE id = ?1", [id]).map_err(|e| sqlite(&e, ADDING)))?;
        if rows == 0 { Err(common::gone("file")) } else { Ok(()) }
    }
}
