//! The tree: roots, levels, and what was seen of them.

use crate::engine::Engine;
use crate::views::{FactsView, LevelRequest, LevelView, NodeView, NodesRequest, RootsView, RunId};
use model::{ConnectionId, Report, Result, common};
use std::sync::Arc;

impl Engine {
    /// The tree's roots.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn explorer_roots(&self, search: String) -> Result<RootsView> {
        let _ = (search,);
        Err(common::unsupported("This"))
    }

    /// What is known of a connection; opens it.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn connection_facts(&self, connection: ConnectionId, run: RunId, report: Arc<dyn Report>) -> Result<FactsView> {
        let _ = (connection, run, report);
        Err(common::unsupported("This"))
    }

    /// One level of the tree: as cached, or asked for. Answers with its first page; the rest is loaded behind it.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn tree_level(&self, request: LevelRequest, report: Arc<dyn Report>) -> Result<LevelView> {
        let _ = (request, report);
        Err(common::unsupported("This"))
    }

    /// A part of a level's group.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn tree_nodes(&self, request: NodesRequest) -> Result<Vec<NodeView>> {
        let _ = (request,);
        Err(common::unsupported("This"))
    }
}
