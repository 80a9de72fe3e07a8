//! Finding tables by their names.

use crate::engine::Engine;
use crate::views::{HitsView, RunId};
use model::{ConnectionId, Result, common};

impl Engine {
    /// Looks through every name that was seen; never asks a server.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn tree_search(&self, text: String, connection: Option<ConnectionId>) -> Result<HitsView> {
        let _ = (text, connection);
        Err(common::unsupported("This"))
    }

    /// Looks through the names at the server.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn tree_search_server(&self, connection: ConnectionId, text: String, run: RunId) -> Result<HitsView> {
        let _ = (connection, text, run);
        Err(common::unsupported("This"))
    }
}
