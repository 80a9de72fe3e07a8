//! What was seen of every connection's tree, in memory: levels, and which of them are being loaded.
//!
//! Owns: the levels' states, so that a load that fails or is cancelled loses nothing that was there. Does not own: loading
//! (`load`), keeping over a restart (store), searching (`search`).

use super::level::Level;
use crate::views::{GroupKind, LevelView, NodeView};
use model::{ConnectionId, Error, ErrorView, Kind, Node, Path, common};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::{CatalogLevel, fold};
use tokio::sync::watch;

/// A level's name: below what, with system schemas or without.
pub(crate) type Key = (Path, bool);

/// The trees of all connections.
#[derive(Default)]
pub(crate) struct Trees(Mutex<HashMap<ConnectionId, Arc<Tree>>>);

impl Trees {
    /// The connection's tree.
    pub(crate) fn of(&self, id: ConnectionId) -> Arc<Tree> {
        self.lock().entry(id).or_default().clone()
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<(ConnectionId, Arc<Tree>)> {
        self.lock().iter().map(|(id, tree)| (*id, tree.clone())).collect()
    }

    /// Forgets a connection's tree: it was changed, or deleted.
    pub(crate) fn forget(&self, id: ConnectionId) {
        self.lock().remove(&id);
    }

    /// Forgets all of them.
    pub(crate) fn forget_all(&self) {
        self.lock().clear();
    }

    /// False when the tree was forgotten meanwhile.
    pub(crate) fn is_current(&self, id: ConnectionId, tree: &Arc<Tree>) -> bool {
        self.lock().get(&id).is_some_and(|t| Arc::ptr_eq(t, tree))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConnectionId, Arc<Tree>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's tree.
#[derive(Default)]
pub(crate) struct Tree(Mutex<State>);

#[derive(Default)]
struct State {
    slots: HashMap<Key, Slot>,
    /// All that was kept is in memory.
    whole: bool,
}

#[derive(Default)]
struct Slot {
    /// As it was last seen whole, or as far as a search or a failed load saw it.
    level: Option<Level>,
    /// As it is being loaded.
    growing: Option<Level>,
    /// Counts the pages; closed when the load is over.
    pages: Option<watch::Receiver<u32>>,
    /// Why the last load ended before its end.
    stopped: Option<ErrorView>,
    /// It was kept over a start, and not looked at since.
    kept: bool,
    /// The path, folded, for searches.
    folded: String,
}

impl Slot {
    /// What is shown: a whole level before one that is only growing, and never merely what a search found.
    fn shown(&self) -> Option<&Level> {
        let whole = self.level.as_ref().filter(|l| l.complete);
        whole.or(self.growing.as_ref()).or_else(|| self.level.as_ref().filter(|_| self.stopped.is_some()))
    }

    fn view(&self, path: &Path) -> Option<LevelView> {
        let loading = self.pages.is_some();
        // Why the last load ended says nothing about the one that runs.
        self.shown().map(|level| level.view(path, loading, self.stopped.clone().filter(|_| !loading)))
    }
}

/// What [`Tree::begin`] found.
pub(crate) enum Begun {
    /// Load it.
    Load(Loading),
    /// Someone loads it; each page is told.
    Joined(watch::Receiver<u32>),
}

impl Tree {
    /// The level as it is shown, if it is in memory.
    pub(crate) fn view(&self, key: &Key) -> Option<LevelView> {
        self.lock().slots.get(key)?.view(&key.0)
    }

    /// A part of a group; None when the level is not in memory.
    pub(crate) fn part(&self, key: &Key, group: GroupKind, offset: usize, limit: usize) -> Option<Vec<NodeView>> {
        let state = self.lock();
        let level = state.slots.get(key)?.shown()?;
        Some(level.part(&key.0, group, offset, limit))
    }

    /// True when all that was kept is in memory.
    pub(crate) fn is_whole(&self) -> bool {
        self.lock().whole
    }

    /// Takes in a level that was kept, unless it is there.
    pub(crate) fn put_kept(&self, kept: CatalogLevel) {
        let key = (kept.path.clone(), kept.system);
        // Sorted before the lock: others look at the tree meanwhile.
        let level = Level::kept(kept);
        let mut state = self.lock();
        let slot = state.slot(&key);
        if slot.level.is_none() {
            (slot.level, slot.kept) = (Some(level), true);
        }
    }

    /// True, once, of a level that was kept over a start.
    pub(crate) fn was_kept(&self, key: &Key) -> bool {
        self.lock().slots.get_mut(key).is_some_and(|slot| std::mem::take(&mut slot.kept))
    }

    /// Takes in all that was kept.
    pub(crate) fn put_all_kept(&self, kept: Vec<CatalogLevel>) {
        kept.into_iter().for_each(|level| self.put_kept(level));
        self.lock().whole = true;
    }

    /// Takes in what a search at the server found; answers with the levels that have more now.
    pub(crate) fn put_found(&self, nodes: Vec<Node>, seen_at: u64) -> Vec<Key> {
        let mut by_level: HashMap<Key, Vec<Node>> = HashMap::new();
        for node in nodes {
            let mut parent = node.path.clone();
            if parent.0.pop().is_some() {
                by_level.entry((parent, false)).or_default().push(node);
            }
        }
        let mut state = self.lock();
        let grew = |(key, nodes): (Key, Vec<Node>)| {
            let level = state.slot(&key).level.get_or_insert_with(|| Level::new(seen_at));
            level.add_unknown(nodes).then_some(key)
        };
        by_level.into_iter().filter_map(grew).collect()
    }

    /// The level as it is to be kept, if there is one.
    pub(crate) fn keep(&self, key: &Key) -> Option<CatalogLevel> {
        let state = self.lock();
        Some(state.slots.get(key)?.level.as_ref()?.keep(&key.0, key.1))
    }

    /// Forgets a level that is not there any more, and all below it.
    pub(crate) fn forget(&self, path: &Path) {
        self.lock().slots.retain(|(p, _), slot| !p.0.starts_with(&path.0) || slot.pages.is_some());
    }

    /// True when the level was looked at.
    pub(crate) fn knows(&self, key: &Key) -> bool {
        self.lock().slots.get(key).is_some_and(|slot| slot.shown().is_some())
    }

    /// Begins to load a level, or joins whoever does.
    pub(crate) fn begin(self: &Arc<Self>, key: &Key) -> Begun {
        let mut state = self.lock();
        let slot = state.slot(key);
        if let Some(pages) = &slot.pages {
            return Begun::Joined(pages.clone());
        }
        let (told, pages) = watch::channel(0);
        slot.pages = Some(pages);
        Begun::Load(Loading { tree: self.clone(), key: key.clone(), told, over: false })
    }

    /// Calls `look` with each level: its path, its path folded, its nodes. Of a level that was seen with and without system
    /// schemas only the former.
    pub(crate) fn each_level(&self, mut look: impl FnMut(&Path, &str, &Level)) {
        let state = self.lock();
        for ((path, system), slot) in &state.slots {
            let twin = || state.slots.get(&(path.clone(), true)).is_some_and(|s| s.level.is_some() || s.growing.is_some());
            if !system && twin() {
                continue;
            }
            if let Some(level) = slot.level.as_ref().or(slot.growing.as_ref()) {
                look(path, &slot.folded, level);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn slot(&mut self, key: &Key) -> &mut Slot {
        self.slots.entry(key.clone()).or_insert_with(|| Slot {
            folded: key.0.0.iter().map(|name| fold(name)).collect::<Vec<_>>().join("."),
            ..Slot::default()
        })
    }
}

/// A level that is being loaded. Dropped before its end, it was cancelled.
pub(crate) struct Loading {
    tree: Arc<Tree>,
    key: Key,
    told: watch::Sender<u32>,
    over: bool,
}

impl Loading {
    /// Takes in a page; answers with how many nodes there are so far.
    pub(crate) fn page(&self, nodes: Vec<Node>, seen_at: u64) -> usize {
        let mut state = self.tree.lock();
        let growing = state.slot(&self.key).growing.get_or_insert_with(|| Level::new(seen_at));
        growing.add(nodes);
        let count = growing.len();
        drop(state);
        self.told.send_modify(|pages| *pages += 1);
        count
    }

    /// It is whole: it takes the place of what was there.
    pub(crate) fn complete(mut self) {
        self.over = true;
        let mut state = self.tree.lock();
        let slot = state.slot(&self.key);
        let mut level = slot.growing.take().unwrap_or_default();
        level.complete = true;
        let before = slot.level.replace(level);
        (slot.pages, slot.stopped, slot.kept) = (None, None, false);
        drop(state);
        drop(before);
    }

    /// It ended before its end. What was seen whole before stays; else as much as came.
    pub(crate) fn stop(mut self, why: &Error) {
        self.over = true;
        self.stopped(why);
    }

    fn stopped(&self, why: &Error) {
        let mut state = self.tree.lock();
        let slot = state.slot(&self.key);
        let grown = slot.growing.take();
        slot.pages = None;
        let whole = slot.level.as_ref().is_some_and(|l| l.complete);
        if whole {
            // Whoever cancels a refresh knows why the old one is still there.
            slot.stopped = (why.kind() != Kind::Cancelled).then(|| why.view());
        } else if let Some(mut grown) = grown {
            // What only a search found is part of it, or is not there any more.
            grown.complete = false;
            slot.level = Some(grown);
            slot.stopped = Some(why.view());
        } else if slot.stopped.is_some() && why.kind() != Kind::Cancelled {
            slot.stopped = Some(why.view());
        }
    }
}

impl Drop for Loading {
    fn drop(&mut self) {
        if !self.over {
            self.stopped(&common::cancelled());
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use model::NodeKind;

    fn key() -> Key {
        (Path::of(["s"]), false)
    }

    fn page(names: &[&str]) -> Vec<Node> {
        let node = |name: &&str| Node {
            path: Path::of(["s", name]),
            kind: NodeKind::Table,
            rows: None,
            bytes: None,
            comment: None,
            spatial: None,
        };
        names.iter().map(node).collect()
    }

    fn begin(tree: &Arc<Tree>) -> Loading {
        match tree.begin(&key()) {
            Begun::Load(loading) => loading,
            Begun::Joined(_) => panic!("someone loads it already"),
        }
    }

    fn shown(tree: &Tree) -> (usize, bool, Option<String>) {
        let view = tree.view(&key()).unwrap();
        (view.first.iter().map(Vec::len).sum(), view.loading, view.stopped.map(|e| e.code))
    }

    #[test]
    fn a_level_grows_page_by_page_and_others_join() {
        let tree = Arc::<Tree>::default();
        let loading = begin(&tree);
        assert!(tree.view(&key()).is_none(), "nothing is shown before the first page");
        assert!(matches!(tree.begin(&key()), Begun::Joined(_)));
        loading.page(page(&["b"]), 1);
        assert_eq!(shown(&tree), (1, true, None));
        loading.page(page(&["a"]), 1);
        loading.complete();
        assert_eq!(shown(&tree), (2, false, None));
        assert!(tree.keep(&key()).unwrap().complete);
    }

    #[test]
    fn a_refresh_that_fails_or_is_cancelled_keeps_what_was_there() {
        let tree = Arc::<Tree>::default();
        let loading = begin(&tree);
        loading.page(page(&["a", "b"]), 1);
        loading.complete();
        let again = begin(&tree);
        again.page(page(&["a"]), 2);
        assert_eq!(shown(&tree), (2, true, None), "the old one is shown until the new one is whole");
        again.stop(&common::unsupported("This"));
        assert_eq!(shown(&tree), (2, false, Some("unsupported".to_owned())));
        drop(begin(&tree));
        assert_eq!(shown(&tree), (2, false, None), "cancelled");
        let last = begin(&tree);
        last.page(page(&["c"]), 3);
        last.complete();
        assert_eq!(shown(&tree), (1, false, None));
    }

    #[test]
    fn a_first_load_that_fails_shows_what_came_and_why_it_ended() {
        let tree = Arc::<Tree>::default();
        let loading = begin(&tree);
        loading.page(page(&["a", "b"]), 1);
        loading.stop(&common::unsupported("This"));
        assert_eq!(shown(&tree), (2, false, Some("unsupported".to_owned())));
        assert!(!tree.keep(&key()).unwrap().complete);
        let again = begin(&tree);
        assert_eq!(shown(&tree), (2, true, None), "why the last one ended is no news of this one");
        drop(again);
        assert_eq!(shown(&tree), (2, false, Some("unsupported".to_owned())));
    }

    #[test]
    fn what_a_search_found_is_no_level_to_show() {
        let tree = Arc::<Tree>::default();
        assert_eq!(tree.put_found(page(&["found"]), 1), [key()]);
        assert!(tree.view(&key()).is_none());
        assert!(tree.put_found(page(&["found"]), 1).is_empty(), "nothing new");
        let mut names = 0;
        tree.each_level(|_, _, level| names += level.len());
        assert_eq!(names, 1, "but searches look at it");
    }

    #[test]
    fn a_level_seen_with_and_without_system_schemas_is_searched_once() {
        let tree = Arc::<Tree>::default();
        for system in [false, true] {
            let Begun::Load(loading) = tree.begin(&(Path::default(), system)) else { panic!() };
            loading.page(page(&["a"]), 1);
            loading.complete();
        }
        let mut levels = 0;
        tree.each_level(|_, _, _| levels += 1);
        assert_eq!(levels, 1);
    }
}
