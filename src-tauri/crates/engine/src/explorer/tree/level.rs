//! One level of a tree in memory: its nodes by groups, each in the order in which people look for a name.
//!
//! Owns: grouping, the order, taking in pages, what is shown of it. Does not own: where its nodes come from.

use crate::views::{GroupKind, GroupView, LevelView, NodeView};
use model::{Count, ErrorView, Node, NodeKind, Path};
use std::cmp::Ordering;
use store::{CatalogLevel, CatalogNode, fold};

/// So many nodes of each group come with the level itself.
const FIRST: usize = 100;

/// A node. A level may have 100,000 of them.
pub(crate) struct Entry {
    name: Box<str>,
    /// The name as it is compared and searched.
    pub folded: Box<str>,
    pub kind: NodeKind,
    rows: Option<Count>,
    bytes: Option<u64>,
    comment: Option<Box<str>>,
    spatial: Option<bool>,
}

/// The nodes below a path.
#[derive(Default)]
pub(crate) struct Level {
    /// By kind, in the order of [`GroupKind`]; none is empty.
    groups: Vec<(GroupKind, Vec<Entry>)>,
    /// All of it was seen; not only what a search found, or the pages before a failure.
    pub complete: bool,
    /// When it was asked for.
    pub seen_at: u64,
}

impl Entry {
    fn of(node: CatalogNode) -> Self {
        let folded = fold(&node.name).into_boxed_str();
        let CatalogNode { name, kind, rows, bytes, comment, spatial } = node;
        Self { name: name.into(), folded, kind, rows, bytes, comment: comment.map(Into::into), spatial }
    }

    fn group(&self) -> GroupKind {
        if self.kind.holds_nodes() {
            return GroupKind::Containers;
        }
        if self.spatial == Some(true) {
            return GroupKind::Spatial;
        }
        match self.kind {
            NodeKind::View => GroupKind::Views,
            NodeKind::MaterializedView => GroupKind::MaterializedViews,
            NodeKind::ForeignTable => GroupKind::ForeignTables,
            _ => GroupKind::Tables,
        }
    }

    /// As people look for a name: whatever the case, 9 before 10; of two that are equal so far, by their bytes.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        natural(&self.folded, &other.folded).then_with(|| self.name.cmp(&other.name))
    }

    /// As shown below `path`.
    pub(crate) fn view(&self, path: &Path) -> NodeView {
        NodeView {
            path: path.child(&*self.name),
            kind: self.kind,
            rows: self.rows,
            bytes: self.bytes,
            comment: self.comment.as_deref().map(ToOwned::to_owned),
            spatial: self.spatial,
        }
    }

    fn kept(&self) -> CatalogNode {
        CatalogNode {
            name: self.name.to_string(),
            kind: self.kind,
            rows: self.rows,
            bytes: self.bytes,
            comment: self.comment.as_deref().map(ToOwned::to_owned),
            spatial: self.spatial,
        }
    }
}

impl Level {
    /// An empty one that was asked for at that time.
    pub(crate) fn new(seen_at: u64) -> Self {
        Self { seen_at, ..Self::default() }
    }

    /// One that was kept.
    pub(crate) fn kept(level: CatalogLevel) -> Self {
        let mut this = Self { complete: level.complete, seen_at: level.seen_at, groups: Vec::new() };
        this.take(level.nodes);
        this
    }

    /// As it is to be kept.
    pub(crate) fn keep(&self, path: &Path, system: bool) -> CatalogLevel {
        let nodes = self.entries().map(Entry::kept).collect();
        CatalogLevel { path: path.clone(), system, complete: self.complete, seen_at: self.seen_at, nodes }
    }

    /// Takes in a page. What is there already under a name is replaced.
    pub(crate) fn add(&mut self, nodes: Vec<Node>) {
        self.take(nodes.into_iter().filter_map(seen).collect());
    }

    /// Takes in nodes that a search found: what is known already of a name stays.
    pub(crate) fn add_unknown(&mut self, nodes: Vec<Node>) -> bool {
        let known: std::collections::HashSet<&str> = self.entries().map(|e| &*e.name).collect();
        let fresh: Vec<CatalogNode> = nodes.into_iter().filter_map(seen).filter(|n| !known.contains(n.name.as_str())).collect();
        let any = !fresh.is_empty();
        self.take(fresh);
        any
    }

    fn take(&mut self, nodes: Vec<CatalogNode>) {
        for node in nodes {
            let entry = Entry::of(node);
            let kind = entry.group();
            match self.groups.binary_search_by_key(&kind, |(k, _)| *k) {
                Ok(at) => self.groups[at].1.push(entry),
                Err(at) => self.groups.insert(at, (kind, vec![entry])),
            }
        }
        for (_, entries) in &mut self.groups {
            // Two runs that are sorted already cost little more than looking at them once.
            entries.sort_by(Entry::order);
            // A page may begin with the last name of the one before; the later one is the newer.
            entries.dedup_by(|later, earlier| {
                let same = later.name == earlier.name;
                if same {
                    std::mem::swap(later, earlier);
                }
                same
            });
        }
    }

    /// All nodes.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.groups.iter().flat_map(|(_, entries)| entries)
    }

    /// How many nodes.
    pub(crate) fn len(&self) -> usize {
        self.groups.iter().map(|(_, entries)| entries.len()).sum()
    }

    /// A part of a group.
    pub(crate) fn part(&self, path: &Path, group: GroupKind, offset: usize, limit: usize) -> Vec<NodeView> {
        let entries = self.groups.iter().find(|(kind, _)| *kind == group).map_or(&[][..], |(_, entries)| entries);
        entries.iter().skip(offset).take(limit).map(|e| e.view(path)).collect()
    }

    /// As shown.
    pub(crate) fn view(&self, path: &Path, loading: bool, stopped: Option<ErrorView>) -> LevelView {
        let count = |entries: &Vec<Entry>| u32::try_from(entries.len()).unwrap_or(u32::MAX);
        LevelView {
            groups: self.groups.iter().map(|(kind, entries)| GroupView { kind: *kind, count: count(entries) }).collect(),
            loading,
            stopped,
            seen_at: self.seen_at,
            first: self.groups.iter().map(|(kind, _)| self.part(path, *kind, 0, FIRST)).collect(),
        }
    }
}

/// A node of a session; one without a name is none.
fn seen(node: Node) -> Option<CatalogNode> {
    let Node { mut path, kind, rows, bytes, comment, spatial } = node;
    Some(CatalogNode { name: path.0.pop()?, kind, rows, bytes, comment, spatial })
}

/// Text by its characters, numbers in it by their values.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut a, mut b) = (one.as_bytes(), other.as_bytes());
    loop {
        let (Some(&x), Some(&y)) = (a.first(), b.first()) else { return a.len().cmp(&b.len()) };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let ((n, rest_a), (m, rest_b)) = (number(a), number(b));
            let by_value = n.len().cmp(&m.len()).then_with(|| n.cmp(m));
            if by_value != Ordering::Equal {
                return by_value;
            }
            (a, b) = (rest_a, rest_b);
        } else if x == y {
            (a, b) = (&a[1..], &b[1..]);
        } else {
            return x.cmp(&y);
        }
    }
}

/// The digits at the beginning without zeros in front, and what follows.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|c| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let zeros = digits.iter().position(|c| *c != b'0').unwrap_or(digits.len());
    (&digits[zeros..], rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, kind: NodeKind, spatial: Option<bool>) -> Node {
        Node { path: Path::of(["s", name]), kind, rows: None, bytes: None, comment: None, spatial }
    }

    fn names(level: &Level, group: GroupKind) -> Vec<String> {
        level.part(&Path::of(["s"]), group, 0, 99).into_iter().map(|n| n.path.0[1].clone()).collect()
    }

    #[test]
    fn names_are_ordered_as_people_look_for_them_whatever_the_pages() {
        let mut level = Level::new(1);
        let table = |name: &&str| node(name, NodeKind::Table, Some(false));
        level.add(["Roads10", "roads9", "a b", "", "roads009x"].iter().map(table).collect());
        level.add(["ROADS", "Zoo", "éa", "roads9", "roads", "r\u{202e}"].iter().map(table).collect());
        assert_eq!(
            names(&level, GroupKind::Tables),
            ["", "a b", "r\u{202e}", "ROADS", "roads", "roads9", "roads009x", "Roads10", "Zoo", "éa"]
        );
        assert_eq!(level.len(), 10, "what came twice is there once");
    }

    #[test]
    fn groups_come_in_order_and_spatial_of_any_kind_together() {
        let mut level = Level::new(1);
        level.add(vec![
            node("f", NodeKind::ForeignTable, None),
            node("v", NodeKind::View, Some(false)),
            node("vs", NodeKind::View, Some(true)),
            node("t", NodeKind::Table, None),
            node("p", NodeKind::PartitionedTable, Some(true)),
            node("m", NodeKind::MaterializedView, Some(false)),
            node("x", NodeKind::Schema, None),
        ]);
        let view = level.view(&Path::of(["s"]), false, None);
        use GroupKind::{Containers, ForeignTables, MaterializedViews, Spatial, Tables, Views};
        let kinds: Vec<(GroupKind, u32)> = view.groups.iter().map(|g| (g.kind, g.count)).collect();
        assert_eq!(kinds, [(Containers, 1), (Spatial, 2), (Tables, 1), (Views, 1), (MaterializedViews, 1), (ForeignTables, 1)]);
        assert_eq!(view.first[1].iter().map(|n| n.path.0[1].as_str()).collect::<Vec<_>>(), ["p", "vs"]);
    }

    #[test]
    fn a_level_is_kept_and_comes_back_as_it_was() {
        let mut level = Level::new(7);
        level.add(vec![node("b", NodeKind::Table, Some(true)), node("A", NodeKind::View, None)]);
        level.complete = true;
        let path = Path::of(["s"]);
        let again = Level::kept(level.keep(&path, true));
        assert_eq!(again.view(&path, false, None), level.view(&path, false, None));
        assert!(again.complete && again.seen_at == 7);
    }

    #[test]
    fn what_a_search_found_never_replaces_what_is_known() {
        let mut level = Level::new(1);
        level.add(vec![Node { comment: Some("known".to_owned()), ..node("t", NodeKind::Table, Some(true)) }]);
        assert!(!level.add_unknown(vec![node("t", NodeKind::View, None)]));
        assert!(level.add_unknown(vec![node("u", NodeKind::Table, None), node("t", NodeKind::View, None)]));
        assert_eq!((level.len(), names(&level, GroupKind::Spatial)), (2, vec!["t".to_owned()]));
    }
}
