//! A person's own SQL: looked at, estimated, run, kept.

use crate::engine::Engine;
use crate::views::{CompletionView, EstimateView, ExecutedView, RunId, SaveAsView, SqlCheckView};
use model::{ConnectionId, Path, Result, common};

impl Engine {
    /// Looks at a text without the server.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn sql_check(&self, connection: ConnectionId, sql: String) -> Result<SqlCheckView> {
        let _ = (connection, sql);
        Err(common::unsupported("This"))
    }

    /// What a statement would take.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn sql_estimate(&self, connection: ConnectionId, sql: String, run: RunId) -> Result<EstimateView> {
        let _ = (connection, sql, run);
        Err(common::unsupported("This"))
    }

    /// Names for completion that begin with, or contain, what was typed; of what was seen.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn sql_names(&self, connection: ConnectionId, within: Path, typed: String) -> Result<Vec<CompletionView>> {
        let _ = (connection, within, typed);
        Err(common::unsupported("This"))
    }

    /// Runs a changing statement; only where the person allowed changes.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn sql_execute(&self, connection: ConnectionId, sql: String, run: RunId) -> Result<ExecutedView> {
        let _ = (connection, sql, run);
        Err(common::unsupported("This"))
    }

    /// Allows changes on a connection, or no more.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn writes_allow(&self, connection: ConnectionId, allowed: bool) -> Result<()> {
        let _ = (connection, allowed);
        Err(common::unsupported("This"))
    }

    /// What keeping a result as a table would run and take.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn save_as_view(&self, connection: ConnectionId, sql: String, path: Path, run: RunId) -> Result<SaveAsView> {
        let _ = (connection, sql, path, run);
        Err(common::unsupported("This"))
    }

    /// Keeps a result as a table; only where the person allowed changes, never in the place of another.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn save_as_run(&self, connection: ConnectionId, sql: String, path: Path, run: RunId) -> Result<ExecutedView> {
        let _ = (connection, sql, path, run);
        Err(common::unsupported("This"))
    }
}
