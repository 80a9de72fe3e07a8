//! How a file looked when it was opened, to notice that it is another one by now.
//!
//! Owns: size and time of the last change. Does not own: opening the file again (`registry`).

use super::error::{CHANGED, of_file};
use super::formats::regular;
use model::Result;
use std::path::Path;
use std::time::SystemTime;

/// How a file looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Stamp {
    bytes: u64,
    /// None where the file system keeps no such time.
    changed: Option<SystemTime>,
}

impl Stamp {
    /// How it looks now.
    ///
    /// # Errors
    /// When it is not there, may not be read, or is no file.
    pub(super) fn of(path: &Path) -> Result<Self> {
        let about = regular(path)?;
        Ok(Self { bytes: about.len(), changed: about.modified().ok() })
    }

    /// Its size.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Fine when the file still looks like this.
    ///
    /// # Errors
    /// `local.changed`; and as [`Stamp::of`].
    pub(super) fn check(&self, path: &Path) -> Result<()> {
        if Self::of(path)? == *self { Ok(()) } else { Err(of_file(&CHANGED, path)) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::Stamp;

    #[test]
    fn a_file_that_grew_or_was_replaced_is_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "a\n1\n").unwrap();
        let stamp = Stamp::of(&path).unwrap();
        assert_eq!(stamp.bytes(), 4);
        stamp.check(&path).unwrap();
        std::fs::write(&path, "a\n1\n2\n").unwrap();
        let error = stamp.check(&path).unwrap_err();
        assert_eq!((error.code(), error.view().retryable), ("local.changed", true));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(stamp.check(&path).unwrap_err().code(), "local.missing");
    }
}
