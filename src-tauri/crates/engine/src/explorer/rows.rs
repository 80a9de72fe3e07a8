//! Rows that stay in Rust while a grid shows parts of them.

use crate::engine::Engine;
use crate::views::{CellView, CopyRequest, PartView, RowsId, RowsSource, RowsView, RunId};
use model::{ConnectionId, Count, Report, Result, common};
use std::sync::Arc;

impl Engine {
    /// Opens rows and answers with their first part.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn rows_open(
        &self,
        connection: ConnectionId,
        source: RowsSource,
        run: RunId,
        report: Arc<dyn Report>,
    ) -> Result<RowsView> {
        let _ = (connection, source, run, report);
        Err(common::unsupported("This"))
    }

    /// A part of the rows; fetches more where needed.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn rows_part(&self, id: RowsId, offset: u32, limit: u32, run: RunId) -> Result<PartView> {
        let _ = (id, offset, limit, run);
        Err(common::unsupported("This"))
    }

    /// One value, whole.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn rows_cell(&self, id: RowsId, row: u32, column: u32) -> Result<CellView> {
        let _ = (id, row, column);
        Err(common::unsupported("This"))
    }

    /// Cells as tab-separated text.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn rows_copy(&self, id: RowsId, request: CopyRequest) -> Result<String> {
        let _ = (id, request);
        Err(common::unsupported("This"))
    }

    /// Counts the rows at the server.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn rows_count(&self, id: RowsId, run: RunId) -> Result<Count> {
        let _ = (id, run);
        Err(common::unsupported("This"))
    }

    /// Closes rows; what still runs is cancelled at the server.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn rows_close(&self, id: RowsId) -> Result<()> {
        let _ = (id,);
        Err(common::unsupported("This"))
    }
}
