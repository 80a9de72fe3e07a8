//! The tree: roots, levels, and what was seen of them.
//!
//! A level is answered from memory, else from what was kept of it, else by the server. Owns: the verbs. The levels themselves
//! are in `level`, their states in `seen`, the way to the server in `load`.

mod level;
mod load;
mod seen;

pub(crate) use level::{Entry, Level};
pub(crate) use seen::{Tree, Trees};

use crate::engine::Engine;
use crate::explorer::sessions::Purpose;
use crate::views::{DerivedKind, FactsView, LevelRequest, LevelView, NodeView, NodesRequest, RootView, RootsView, RunId};
use model::{ConnectionId, Environment, Path, Report, Result, common};
use std::sync::Arc;
use store::fold;

/// So many roots are shown.
const MOST_ROOTS: u64 = 500;
/// No part is longer, whatever the interface asks.
const LONGEST_PART: u32 = 500;

impl Engine {
    /// The tree's roots.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn explorer_roots(&self, search: String) -> Result<RootsView> {
        let local = self.local_root(&search);
        let query = store::ListQuery { search, limit: MOST_ROOTS, ..store::ListQuery::default() };
        let (page, allowed, local_allowed) = self
            .with_store(move |store, _| {
                Ok((store.list(&query)?, store.all_with_writes_allowed()?, store.writes_allowed(ConnectionId::LOCAL)?))
            })
            .await?;
        let total = page.total + u64::from(local.is_some());
        let root = |c: &model::Connection| RootView {
            id: c.id,
            connector: Some(c.connector.clone()),
            name: c.name.clone(),
            host: c.host.clone(),
            environment: c.environment,
            writes_allowed: allowed.contains(&c.id),
        };
        let local = local.map(|root| RootView { writes_allowed: local_allowed, ..root });
        let items = local.into_iter().chain(page.items.iter().map(root)).take(MOST_ROOTS as usize).collect();
        Ok(RootsView { items, total: u32::try_from(total).unwrap_or(u32::MAX) })
    }

    /// What is known of a connection; opens it.
    ///
    /// # Errors
    /// As the connector opens.
    pub async fn connection_facts(&self, connection: ConnectionId, run: RunId, report: Arc<dyn Report>) -> Result<FactsView> {
        let lease = self.lease(connection, Purpose::Look, &run, report).await?;
        let writes_allowed = self.with_store(move |store, _| store.writes_allowed(connection)).await?;
        let facts = lease.session.facts();
        Ok(FactsView {
            version: facts.version.clone(),
            levels: facts.levels.iter().map(|l| (*l).to_owned()).collect(),
            reading: facts.reading,
            writes: facts.writes,
            writes_allowed,
            estimates: facts.estimates,
            searches: facts.searches,
            bills: facts.bills,
            spatial: facts.spatial.clone(),
            words: lease.connector.dialect().words(),
        })
    }

    /// One level of the tree: as cached, or asked for. Answers with its first page; the rest is loaded behind it.
    ///
    /// # Errors
    /// As the session browses, when there is nothing to show; else the level says why it is not newer.
    pub async fn tree_level(&self, request: LevelRequest, report: Arc<dyn Report>) -> Result<LevelView> {
        let tree = self.explorer().trees.of(request.connection);
        if !request.refresh
            && let Some(view) = self.seen_level(request.connection, &tree, &request.path, request.system).await?
        {
            // Files change as they like and cost little to look at: what is remembered of them is shown, and looked at again.
            if request.connection == ConnectionId::LOCAL && tree.was_kept(&(request.path.clone(), request.system)) {
                self.level_changed(request.connection, request.path);
            }
            return Ok(view);
        }
        self.load_level(&tree, &request, &report).await
    }

    /// A part of a level's group.
    ///
    /// # Errors
    /// `gone` when the level was forgotten meanwhile: ask for it again.
    pub async fn tree_nodes(&self, request: NodesRequest) -> Result<Vec<NodeView>> {
        let key = (request.path, request.system);
        let (offset, limit) = (request.offset as usize, request.limit.min(LONGEST_PART) as usize);
        let part = self.explorer().trees.of(request.connection).part(&key, request.group, offset, limit);
        part.ok_or_else(|| common::gone("level"))
    }

    /// A level without the server.
    async fn seen_level(
        &self,
        connection: ConnectionId,
        tree: &Arc<Tree>,
        path: &Path,
        system: bool,
    ) -> Result<Option<LevelView>> {
        let key = (path.clone(), system);
        if let Some(view) = tree.view(&key) {
            return Ok(Some(view));
        }
        if tree.is_whole() || !self.keeps(DerivedKind::Catalogs).await {
            return Ok(None);
        }
        let (into, of) = (tree.clone(), path.clone());
        let read = move |store: &store::Store, _: &store::Vault| {
            // One that cannot be read is asked for again.
            if let Ok(Some(level)) = store.level(connection, &of, system) {
                into.put_kept(level);
            }
            Ok(())
        };
        self.with_store(read).await?;
        Ok(tree.view(&key))
    }

    /// Local data as a root, unless the search leaves it out.
    fn local_root(&self, search: &str) -> Option<RootView> {
        let name = self.local().spec().name;
        let (searched, folded) = (fold(search), fold(name));
        let found = searched.split(' ').all(|word| folded.contains(word));
        found.then(|| RootView {
            id: ConnectionId::LOCAL,
            connector: None,
            name: name.to_owned(),
            host: String::new(),
            environment: Environment::None,
            writes_allowed: false,
        })
    }
}
