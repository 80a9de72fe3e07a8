//! Local data: the files that a person added.

use crate::engine::Engine;
use crate::views::{AddedView, LocalFileView, RunId};
use model::{Result, common};
use std::path::PathBuf;

impl Engine {
    /// The files, in the order of their names.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn local_files(&self) -> Result<Vec<LocalFileView>> {
        Err(common::unsupported("This"))
    }

    /// Adds files, and those in folders.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn local_add(&self, paths: Vec<PathBuf>, run: RunId) -> Result<AddedView> {
        let _ = (paths, run);
        Err(common::unsupported("This"))
    }

    /// Takes a file out of Local data; the file itself stays.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn local_remove(&self, id: String) -> Result<()> {
        let _ = (id,);
        Err(common::unsupported("This"))
    }
}
