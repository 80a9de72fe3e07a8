//! Columns' statistics.

use crate::engine::Engine;
use crate::views::{EstimateView, RunId, StatisticsView};
use model::{ConnectionId, Path, Result, common};

impl Engine {
    /// As they were last computed, if they were.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn statistics_seen(&self, connection: ConnectionId, path: Path, column: String) -> Result<Option<StatisticsView>> {
        let _ = (connection, path, column);
        Err(common::unsupported("This"))
    }

    /// What computing them would take.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn statistics_estimate(
        &self,
        connection: ConnectionId,
        path: Path,
        column: String,
        run: RunId,
    ) -> Result<EstimateView> {
        let _ = (connection, path, column, run);
        Err(common::unsupported("This"))
    }

    /// Computes them, in the warehouse where it can.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn statistics_compute(
        &self,
        connection: ConnectionId,
        path: Path,
        column: String,
        run: RunId,
    ) -> Result<StatisticsView> {
        let _ = (connection, path, column, run);
        Err(common::unsupported("This"))
    }
}
