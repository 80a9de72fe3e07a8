//! Files on this computer, looked at before they are added and whenever they are listed.

use crate::error::Result;
use std::path::{Path, PathBuf};

/// What one look at a file told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedAt {
    /// Its format by its content, as in "GeoPackage" or "Shapefile".
    pub format: &'static str,
    /// How many tables and layers it holds.
    pub tables: usize,
    /// Its size; of a format with several parts, that of all of them.
    pub bytes: u64,
}

/// Looks at files. It blocks: called only on threads that may wait. Nothing is written, not even beside a file.
pub trait LocalFiles: Send + Sync {
    /// What the file is.
    ///
    /// # Errors
    /// Why it cannot be read: gone, no regular file, damaged, being written, of no format that is known.
    fn look(&self, path: &Path) -> Result<LookedAt>;

    /// The files that a chosen or dropped path stands for, sorted: of a folder those below it that have a known format (links
    /// are not followed, depth and number are bounded); of a part of a Shapefile the one with the geometry; else itself.
    ///
    /// # Errors
    /// When the folder cannot be read, or holds too many files.
    fn files_in(&self, chosen: &Path) -> Result<Vec<PathBuf>>;

    /// The names that these files have in the tree when they are added in this order: each unlike the others. Reads nothing.
    fn names(&self, files: &[PathBuf]) -> Vec<String>;
}
