//! Statements that were run, and queries that were saved.

use crate::engine::Engine;
use crate::views::{HistoryView, SavedQueryView};
use model::{ConnectionId, Result, common};

impl Engine {
    /// The newest first, up to 200.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn history_list(&self, connection: Option<ConnectionId>, search: String) -> Result<Vec<HistoryView>> {
        let _ = (connection, search);
        Err(common::unsupported("This"))
    }

    /// Forgets one.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn history_delete(&self, id: u32) -> Result<()> {
        let _ = (id,);
        Err(common::unsupported("This"))
    }

    /// The saved queries of a connection, by name.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn saved_list(&self, connection: ConnectionId) -> Result<Vec<SavedQueryView>> {
        let _ = (connection,);
        Err(common::unsupported("This"))
    }

    /// Saves a query, or changes a saved one.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn saved_put(
        &self,
        connection: ConnectionId,
        id: Option<u32>,
        name: String,
        sql: String,
    ) -> Result<SavedQueryView> {
        let _ = (connection, id, name, sql);
        Err(common::unsupported("This"))
    }

    /// Deletes a saved query.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn saved_delete(&self, id: u32) -> Result<()> {
        let _ = (id,);
        Err(common::unsupported("This"))
    }
}
