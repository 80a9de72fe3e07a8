//! A file that was looked at once and is read again later: it must still be the same file.
//!
//! Owns: opening it anew for each reading, and the words when it is damaged, or another one by now. Does not own: any format.

use super::super::error::{self, DAMAGED, UNKNOWN_FORMAT, of_file};
use super::super::stamp::Stamp;
use model::{Error, Result};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A file, and how it looked when it was first opened.
#[derive(Debug)]
pub(super) struct Held {
    path: PathBuf,
    stamp: Stamp,
}

impl Held {
    /// The file as it looks now.
    ///
    /// # Errors
    /// When it is not there, may not be read, is no file, or is empty.
    pub(super) fn of(path: &Path) -> Result<Self> {
        let stamp = Stamp::of(path)?;
        if stamp.bytes() == 0 {
            return Err(of_file(&error::EMPTY, path));
        }
        Ok(Self { path: path.to_owned(), stamp })
    }

    /// Opens it, when it is still the same.
    ///
    /// # Errors
    /// When it changed, or cannot be opened.
    pub(super) fn open(&self) -> Result<File> {
        self.stamp.check(&self.path)?;
        File::open(&self.path).map_err(|e| self.io(&e))
    }

    /// At the end of a reading: what was read belongs together.
    ///
    /// # Errors
    /// When it changed meanwhile.
    pub(super) fn check(&self) -> Result<()> {
        self.stamp.check(&self.path)
    }

    /// It holds something impossible; because it changed meanwhile, if it did.
    pub(super) fn damaged(&self, why: impl std::fmt::Display) -> Error {
        match self.check() {
            Ok(()) => of_file(&DAMAGED, &self.path).with("why", why),
            Err(changed) => changed,
        }
    }

    /// It is not what it was taken for.
    pub(super) fn unknown(&self, why: impl std::fmt::Display) -> Error {
        of_file(&UNKNOWN_FORMAT, &self.path).with("why", why)
    }

    /// What the system said; because it changed meanwhile, if it did.
    pub(super) fn io(&self, failure: &io::Error) -> Error {
        match self.check() {
            Err(changed) if failure.kind() == io::ErrorKind::UnexpectedEof => changed,
            _ => error::io(&self.path, failure),
        }
    }

    /// Its size.
    pub(super) fn bytes(&self) -> u64 {
        self.stamp.bytes()
    }

    /// What it is called, without folder and extension: the name of its only table.
    pub(super) fn stem(&self) -> String {
        self.path.file_stem().map_or_else(|| error::name_of(&self.path), |stem| stem.to_string_lossy().into_owned())
    }
}
