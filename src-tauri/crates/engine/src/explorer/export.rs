//! Rows into a file.

use crate::engine::Engine;
use crate::views::{ExportDone, ExportFormat, ExportProgress, ExportRequest, ExportTarget, RowsSource, RunId};
use model::{Result, common};
use std::path::PathBuf;

/// Hears how far an export is.
pub type ProgressTo = Box<dyn Fn(ExportProgress) + Send + Sync>;

impl Engine {
    /// Remembers where to write; the path stays here.
    ///
    /// # Errors
    /// As the work fails.
    pub fn export_target(&self, path: PathBuf, format: ExportFormat) -> Result<ExportTarget> {
        let _ = (path, format);
        Err(common::unsupported("This"))
    }

    /// A name to propose for the file.
    ///
    /// # Errors
    /// As the work fails.
    pub fn export_name(&self, source: &RowsSource, format: ExportFormat) -> Result<String> {
        let _ = (source, format);
        Err(common::unsupported("This"))
    }

    /// Writes rows into the file: beside it first, renamed when complete.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn export_run(&self, request: ExportRequest, run: RunId, progress: ProgressTo) -> Result<ExportDone> {
        let _ = (request, run, progress);
        Err(common::unsupported("This"))
    }

    /// Where an exported file is, to show it in the system's file browser.
    ///
    /// # Errors
    /// As the work fails.
    pub fn export_folder(&self, target: u32) -> Result<PathBuf> {
        let _ = (target,);
        Err(common::unsupported("This"))
    }
}
