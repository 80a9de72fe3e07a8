//! Finding tables by their names.
//!
//! Owns: whose trees are looked through, reading what was kept of them, asking a server. Does not own: which name is meant
//! (`rank`).

mod rank;

pub(crate) use rank::{Wanted, look_through};

use crate::engine::{Engine, now};
use crate::explorer::sessions::Purpose;
use crate::explorer::tree::{Entry, Tree};
use crate::views::{DerivedKind, HitView, HitsView, NodeView, RunId};
use model::{ConnectionId, NoReport, Node, PageToken, Path, Result, common};
use rank::{Found, Hit, SHOWN, best};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use store::Store;

/// Of a server's answer so many are taken.
const MOST_FROM_SERVER: usize = 1_000;
/// So long may a page of it take.
const PATIENCE: Duration = Duration::from_secs(120);

impl Engine {
    /// Looks through every name that was seen; never asks a server.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn tree_search(&self, text: String, connection: Option<ConnectionId>) -> Result<HitsView> {
        let Some(wanted) = Wanted::of(&text) else { return Ok(HitsView { items: Vec::new(), total: 0, among: 0 }) };
        let local = self.local_name();
        let kept = self.keeps(DerivedKind::Catalogs).await;
        let engine = self.clone();
        self.with_store(move |store, _| {
            let trees = engine.trees_to_search(store, connection, kept)?;
            let mut found = Found::default();
            let mut hits: Vec<(ConnectionId, Hit)> = Vec::new();
            for (id, tree) in trees {
                let here = look_through(&tree, &wanted, SHOWN, |_, _| true);
                (found.total, found.among) = (found.total + here.total, found.among + here.among);
                hits.extend(here.hits.into_iter().map(|hit| (id, hit)));
            }
            hits.sort_by(|a, b| a.1.order(&b.1));
            hits.truncate(SHOWN);
            let names = names(store, hits.iter().map(|(id, _)| *id), &local);
            let name = |id: &ConnectionId| names.get(id).cloned().unwrap_or_default();
            let view = |(id, hit): (ConnectionId, Hit)| HitView { connection: id, connection_name: name(&id), node: hit.node };
            Ok(HitsView { items: hits.into_iter().map(view).collect(), total: short(found.total), among: short(found.among) })
        })
        .await
    }

    /// Looks through the names at the server. What it finds counts as seen.
    ///
    /// # Errors
    /// `unsupported` where the warehouse cannot search; as the session searches.
    pub async fn tree_search_server(&self, connection: ConnectionId, text: String, run: RunId) -> Result<HitsView> {
        let Some(wanted) = Wanted::of(&text) else { return Ok(HitsView { items: Vec::new(), total: 0, among: 0 }) };
        let lease = self.lease(connection, Purpose::Look, &run, Arc::new(NoReport)).await?;
        if !lease.session.facts().searches {
            return Err(common::unsupported("Searching at the server"));
        }
        let mut nodes: Vec<Node> = Vec::new();
        let mut page = PageToken::default();
        loop {
            let found = lease.session.search(text.trim(), page, &lease.cx.within(PATIENCE)).await?;
            nodes.extend(found.items);
            match found.next {
                Some(next) if nodes.len() < MOST_FROM_SERVER => page = next,
                _ => break,
            }
        }
        drop(lease);
        let tree = self.explorer().trees.of(connection);
        for key in tree.put_found(nodes.clone(), now()) {
            self.keep_level(connection, tree.clone(), key);
        }
        let total = short(nodes.len());
        let mut hits: Vec<Hit> = nodes.into_iter().map(|node| Hit::of(view(node), &wanted)).collect();
        best(&mut hits, SHOWN);
        let local = self.local_name();
        let names = self.with_store(move |store, _| Ok(names(store, [connection].into_iter(), &local))).await?;
        let name = names.get(&connection).cloned().unwrap_or_default();
        let item = |hit: Hit| HitView { connection, connection_name: name.clone(), node: hit.node };
        Ok(HitsView { items: hits.into_iter().map(item).collect(), total, among: total })
    }

    /// The best of what was seen of one connection, for completion; `fits` says which nodes count.
    pub(crate) async fn seen_names(
        &self,
        connection: ConnectionId,
        text: &str,
        most: usize,
        fits: impl Fn(&Path, &Entry) -> bool + Send + 'static,
    ) -> Result<Vec<NodeView>> {
        let Some(wanted) = Wanted::of(text) else { return Ok(Vec::new()) };
        let kept = self.keeps(DerivedKind::Catalogs).await;
        let engine = self.clone();
        self.with_store(move |store, _| {
            let trees = engine.trees_to_search(store, Some(connection), kept)?;
            let hits = trees.iter().flat_map(|(_, tree)| look_through(tree, &wanted, most, &fits).hits);
            Ok(hits.map(|hit| hit.node).collect())
        })
        .await
    }

    /// The nodes of a level that was seen, in order, up to `most`; nothing is asked for.
    pub(crate) async fn seen_below(&self, connection: ConnectionId, path: &Path, most: usize) -> Result<Vec<NodeView>> {
        let kept = self.keeps(DerivedKind::Catalogs).await;
        let (engine, wanted) = (self.clone(), path.clone());
        self.with_store(move |store, _| {
            let mut nodes = Vec::new();
            for (_, tree) in engine.trees_to_search(store, Some(connection), kept)? {
                tree.each_level(|path, _, level| {
                    if *path == wanted {
                        nodes.extend(level.entries().take(most).map(|e| e.view(path)));
                    }
                });
            }
            Ok(nodes)
        })
        .await
    }

    /// The trees with all that was kept of them. Blocks.
    fn trees_to_search(
        &self,
        store: &Store,
        connection: Option<ConnectionId>,
        kept: bool,
    ) -> Result<Vec<(ConnectionId, Arc<Tree>)>> {
        let trees = &self.explorer().trees;
        if kept {
            let of = match connection {
                Some(id) => vec![id],
                None => store.with_levels()?,
            };
            for id in of {
                let tree = trees.of(id);
                if !tree.is_whole() {
                    tree.put_all_kept(store.levels(id)?);
                }
            }
        }
        Ok(match connection {
            Some(id) => vec![(id, trees.of(id))],
            None => trees.all(),
        })
    }

    fn local_name(&self) -> String {
        self.local().spec().name.to_owned()
    }
}

fn view(node: Node) -> NodeView {
    let Node { path, kind, rows, bytes, comment, spatial } = node;
    NodeView { path, kind, rows, bytes, comment, spatial }
}

fn names(store: &Store, of: impl Iterator<Item = ConnectionId>, local: &str) -> HashMap<ConnectionId, String> {
    let mut names = HashMap::new();
    for id in of {
        let name = || match id {
            ConnectionId::LOCAL => local.to_owned(),
            // One that cannot be read has no name.
            id => store.get(id).ok().flatten().map(|c| c.name).unwrap_or_default(),
        };
        names.entry(id).or_insert_with(name);
    }
    names
}

fn short(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
