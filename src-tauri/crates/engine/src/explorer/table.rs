//! A table, described.

use crate::engine::Engine;
use crate::views::{RunId, TableView};
use model::{ConnectionId, Path, Report, Result, common};
use std::sync::Arc;

impl Engine {
    /// A table's header and columns; as cached, or asked for.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn table_describe(
        &self,
        connection: ConnectionId,
        path: Path,
        refresh: bool,
        run: RunId,
        report: Arc<dyn Report>,
    ) -> Result<TableView> {
        let _ = (connection, path, refresh, run, report);
        Err(common::unsupported("This"))
    }
}
