//! Loading a level from the server: the first page for whoever asked, the rest behind it.
//!
//! Owns: paging, telling of each page, keeping what is whole, what follows when a level is not there any more.
//! Does not own: the levels' states (`seen`), the server's answers (the session).

use super::seen::{Begun, Key, Loading, Tree};
use crate::engine::{Engine, now};
use crate::explorer::sessions::{Lease, Purpose};
use crate::views::{DerivedKind, LevelRequest, LevelView, RunId};
use model::{ConnectionId, Error, Filter, Kind, NoReport, Page, PageToken, Path, Report, Result, Text, common};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// One request a level, for nearly everybody.
const PAGE_SIZE: u32 = 5_000;
/// So long may a page take.
const PATIENCE: Duration = Duration::from_secs(120);
/// A level with more nodes than this is not loaded to its end.
const MOST_NODES: usize = 500_000;

/// A level is larger than anyone can look through.
const TOO_MANY: Text = Text {
    code: "explorer.level_too_large",
    kind: Kind::Unsupported,
    what: "There are more than {most} entries here.",
    why: "The rest was not loaded.",
    remedy: "Use the search at the server, or SQL.",
    retryable: false,
};

/// What a background load needs.
struct Rest {
    connection: ConnectionId,
    tree: Arc<Tree>,
    key: Key,
    lease: Lease,
    loading: Loading,
    next: PageToken,
}

impl Engine {
    /// Loads a level, or waits for whoever does.
    pub(super) async fn load_level(
        &self,
        tree: &Arc<Tree>,
        request: &LevelRequest,
        report: &Arc<dyn Report>,
    ) -> Result<LevelView> {
        let key: Key = (request.path.clone(), request.system);
        loop {
            match tree.begin(&key) {
                Begun::Load(loading) => return self.load(tree, key, loading, request, report).await,
                Begun::Joined(mut pages) => {
                    if let Some(view) = tree.view(&key) {
                        return Ok(view);
                    }
                    let run = self.runs().begin(request.run.clone());
                    tokio::select! {
                        biased;
                        () = run.cancel.cancelled() => return Err(common::cancelled()),
                        // An end without a page: it is begun anew, by this one.
                        _ = pages.changed() => {}
                    }
                }
            }
        }
    }

    async fn load(
        &self,
        tree: &Arc<Tree>,
        key: Key,
        loading: Loading,
        request: &LevelRequest,
        report: &Arc<dyn Report>,
    ) -> Result<LevelView> {
        // A level that is shown stays, and says why it is not newer; whoever cancels knows.
        let stop = |loading: Loading, error: Error| {
            loading.stop(&error);
            let kept = tree.view(&key).filter(|view| view.stopped.is_some() && error.kind() != Kind::Cancelled);
            kept.ok_or(error)
        };
        let lease = match self.lease(request.connection, Purpose::Look, &request.run, report.clone()).await {
            Ok(lease) => lease,
            Err(error) => return stop(loading, error),
        };
        let page = match browse(&lease, &key, PageToken::default()).await {
            Ok(page) => page,
            Err(error) if error.kind() == Kind::NotFound => {
                loading.stop(&error);
                self.level_is_gone(request.connection, tree, &key.0);
                return Err(error);
            }
            Err(error) => return stop(loading, error),
        };
        loading.page(page.items, now());
        match page.next {
            None => {
                loading.complete();
                self.keep_level(request.connection, tree.clone(), key.clone());
            }
            Some(next) => {
                let rest = Rest { connection: request.connection, tree: tree.clone(), key: key.clone(), lease, loading, next };
                let engine = self.clone();
                tokio::spawn(async move { engine.load_rest(rest).await });
            }
        }
        tree.view(&key).ok_or_else(|| common::internal("a level was not there after it was loaded"))
    }

    /// The pages behind the first; ends with the run, or with the program.
    async fn load_rest(&self, rest: Rest) {
        let Rest { connection, tree, key, lease, loading, mut next } = rest;
        let stopped = loop {
            let page = match browse(&lease, &key, next).await {
                Ok(page) => page,
                Err(error) => break Some(error),
            };
            let count = loading.page(page.items, now());
            next = match page.next {
                None => break None,
                Some(_) if count >= MOST_NODES => break Some(Error::new(&TOO_MANY).with("most", MOST_NODES)),
                Some(next) => next,
            };
            self.explorer().tell_level(connection, &key.0);
        };
        match stopped {
            None => {
                loading.complete();
                self.keep_level(connection, tree, key.clone());
            }
            Some(error) => {
                tracing::info!(code = error.code(), "a level of the tree was not loaded to its end");
                loading.stop(&error);
            }
        }
        self.explorer().tell_level(connection, &key.0);
    }

    /// Keeps a level over the end of the program, unless the person does not want that.
    pub(crate) fn keep_level(&self, connection: ConnectionId, tree: Arc<Tree>, key: Key) {
        let engine = self.clone();
        tokio::spawn(async move {
            if !engine.keeps(DerivedKind::Catalogs).await {
                return;
            }
            let current = engine.clone();
            let keep = move |store: &store::Store, _: &store::Vault| match tree.keep(&key) {
                // What was cleared meanwhile, in memory first, must not come back.
                Some(level) => store.put_level(connection, &level, || current.explorer().trees.is_current(connection, &tree)),
                None => Ok(()),
            };
            if let Err(error) = engine.with_store(keep).await {
                tracing::info!(code = error.code(), "a level of the tree was not kept");
            }
        });
    }

    /// Something in a level is not there any more: the level is looked at again behind the person's back, if it is known.
    pub(crate) fn level_changed(&self, connection: ConnectionId, path: Path) {
        for system in [false, true] {
            if !self.explorer().trees.of(connection).knows(&(path.clone(), system)) {
                continue;
            }
            let (engine, path) = (self.clone(), path.clone());
            let run = RunId(format!("level-{}", uuid::Uuid::new_v4()));
            // Boxed: a load that fails may lead to another, one level up.
            let again: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async move {
                let request = LevelRequest { connection, path: path.clone(), system, refresh: true, run };
                if engine.tree_level(request, Arc::new(NoReport)).await.is_ok() {
                    engine.explorer().tell_level(connection, &path);
                }
            });
            tokio::spawn(again);
        }
    }

    fn level_is_gone(&self, connection: ConnectionId, tree: &Arc<Tree>, path: &Path) {
        tree.forget(path);
        let (engine, gone) = (self.clone(), path.clone());
        tokio::spawn(async move {
            let forget = engine.with_store(move |store, _| store.forget_level(connection, &gone)).await;
            if let Err(error) = forget {
                tracing::info!(code = error.code(), "a level that is gone was not forgotten");
            }
        });
        let mut parent = path.clone();
        if parent.0.pop().is_some() {
            self.level_changed(connection, parent);
        }
    }
}

async fn browse(lease: &Lease, (path, system): &Key, page: PageToken) -> Result<Page<model::Node>> {
    let filter = Filter { text: None, system: *system, page_size: Some(PAGE_SIZE) };
    lease.session.browse(path, &filter, page, &lease.cx.within(PATIENCE)).await
}
