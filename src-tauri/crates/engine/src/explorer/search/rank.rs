//! Which names a search means, and which of them first.
//!
//! Owns: ranks, the best of one tree. Does not own: whose trees are looked through.

use crate::explorer::tree::{Entry, Level, Tree};
use crate::views::NodeView;
use model::Path;
use std::cmp::Ordering;
use store::fold;

/// So many are shown.
pub(crate) const SHOWN: usize = 100;

/// How well a name fits; the least is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// It is the text.
    Exact,
    /// It begins with it.
    Begins,
    /// It contains it.
    Contains,
    /// Only the names above it do.
    Above,
}

/// What is looked for.
pub(crate) struct Wanted {
    text: String,
    /// The text before and behind each of its dots: "schema.table" means a table in a schema.
    dotted: Vec<(String, String)>,
}

impl Wanted {
    /// None for a text of nothing visible.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text = fold(text);
        let dotted = text.match_indices('.').map(|(at, _)| (text[..at].to_owned(), text[at + 1..].to_owned())).collect();
        (!text.is_empty()).then_some(Self { text, dotted })
    }

    /// How well a name fits, below a path that does or does not contain the text.
    fn rank(&self, above: &str, above_contains: bool, name: &str) -> Option<Rank> {
        if let Some(at) = name.find(&self.text) {
            return Some(match at {
                0 if name.len() == self.text.len() => Rank::Exact,
                0 => Rank::Begins,
                _ => Rank::Contains,
            });
        }
        let across = |(before, behind): &(String, String)| {
            (above.ends_with(before.as_str()) && name.starts_with(behind.as_str()))
                .then(|| if name == behind { Rank::Exact } else { Rank::Begins })
        };
        let across = self.dotted.iter().filter_map(across).min();
        across.or_else(|| above_contains.then_some(Rank::Above))
    }
}

/// A node that was found.
pub(crate) struct Hit {
    pub rank: Rank,
    /// The name as it is compared.
    folded: Box<str>,
    pub node: NodeView,
}

impl Hit {
    /// A node that a server found.
    pub(crate) fn of(node: NodeView, wanted: &Wanted) -> Self {
        let name = node.path.0.last().map(|name| fold(name)).unwrap_or_default();
        let rank = wanted.rank("", true, &name).unwrap_or(Rank::Above);
        Self { rank, folded: name.into(), node }
    }

    /// The better one first; of two that are as good, by name and place.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank).then_with(|| self.folded.cmp(&other.folded)).then_with(|| self.node.path.cmp(&other.node.path))
    }
}

/// What was found in a tree.
#[derive(Default)]
pub(crate) struct Found {
    /// The best.
    pub hits: Vec<Hit>,
    /// How many in all.
    pub total: usize,
    /// How many nodes were looked through.
    pub among: usize,
}

/// Looks through a tree; `fits` says which nodes count at all.
pub(crate) fn look_through(tree: &Tree, wanted: &Wanted, most: usize, fits: impl Fn(&Path, &Entry) -> bool) -> Found {
    let mut found = Found::default();
    tree.each_level(|path, above, level: &Level| {
        let above_contains = above.contains(&wanted.text);
        let mut here: Vec<(Rank, &Entry)> = Vec::new();
        for entry in level.entries() {
            found.among += 1;
            if let Some(rank) = wanted.rank(above, above_contains, &entry.folded).filter(|_| fits(path, entry)) {
                here.push((rank, entry));
            }
        }
        found.total += here.len();
        let better = |a: &(Rank, &Entry), b: &(Rank, &Entry)| a.0.cmp(&b.0).then_with(|| a.1.folded.cmp(&b.1.folded));
        if here.len() > most {
            here.select_nth_unstable_by(most - 1, better);
            here.truncate(most);
        }
        found.hits.extend(here.into_iter().map(|(rank, e)| Hit { rank, folded: e.folded.clone(), node: e.view(path) }));
        // Many small levels add up, too.
        if found.hits.len() > 4 * most {
            best(&mut found.hits, most);
        }
    });
    best(&mut found.hits, most);
    found
}

/// Keeps the best, in order.
pub(crate) fn best(hits: &mut Vec<Hit>, most: usize) {
    hits.sort_by(Hit::order);
    hits.truncate(most);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use model::{Node, NodeKind};
    use std::sync::Arc;

    fn tree(names: &[&[&str]]) -> Arc<Tree> {
        let tree = Arc::<Tree>::default();
        let node = |path: &&[&str]| Node {
            path: Path::of(path.iter().copied()),
            kind: NodeKind::Table,
            rows: None,
            bytes: None,
            comment: None,
            spatial: None,
        };
        tree.put_found(names.iter().map(node).collect(), 1);
        tree
    }

    fn found(tree: &Tree, text: &str) -> Vec<String> {
        let found = look_through(tree, &Wanted::of(text).unwrap(), SHOWN, |_, _| true);
        found.hits.iter().map(|h| h.node.path.0.join("/")).collect()
    }

    #[test]
    fn the_name_itself_comes_first_then_what_begins_then_what_contains_then_what_is_below() {
        let tree = tree(&[
            &["a", "my_roads"],
            &["a", "Roads"],
            &["a", "roads_2020"],
            &["b", "ROADS"],
            &["roads", "x"],
            &["a", "rivers"],
            &["roads"],
        ]);
        let all = ["a/Roads", "b/ROADS", "roads", "a/roads_2020", "a/my_roads", "roads/x"];
        let mut first: Vec<String> = found(&tree, "ROADS");
        first[..3].sort();
        assert_eq!(first, all);
    }

    #[test]
    fn a_dot_means_a_name_in_a_place_and_also_itself() {
        let tree = tree(&[&["gis", "roads"], &["gis", "roads2"], &["other", "roads"], &["x", "gis.roads"], &["my gis", "roads"]]);
        assert_eq!(found(&tree, "GIS.Roads"), ["x/gis.roads", "gis/roads", "my gis/roads", "gis/roads2"]);
        assert_eq!(found(&tree, "other."), ["other/roads"]);
    }

    #[test]
    fn text_is_text_whatever_it_holds() {
        let odd = ["%", "_", "a\"b", "'; DROP TABLE x; --", "\\", "[a-z]*", "Ω≈ç√", "田中さん", "👾 🙇", "ｆｕｌｌ"];
        let paths: Vec<[&str; 2]> = odd.iter().map(|name| ["s", *name]).collect();
        let tree = tree(&paths.iter().map(|p| &p[..]).collect::<Vec<_>>());
        for name in odd {
            assert_eq!(found(&tree, name)[0], format!("s/{name}"));
        }
        assert_eq!(found(&tree, "FULL"), ["s/ｆｕｌｌ"]);
        assert!(Wanted::of(" \u{200b} ").is_none());
    }

    #[test]
    fn of_very_many_the_best_are_shown_and_all_are_counted() {
        let names: Vec<String> = (0..5_000).map(|n| format!("table {n:04}")).chain(["x table".into(), "table".into()]).collect();
        let paths: Vec<[&str; 2]> = names.iter().map(|name| ["s", name.as_str()]).collect();
        let tree = tree(&paths.iter().map(|p| &p[..]).collect::<Vec<_>>());
        let found = look_through(&tree, &Wanted::of("table").unwrap(), SHOWN, |_, _| true);
        assert_eq!((found.total, found.among, found.hits.len()), (5_002, 5_002, SHOWN));
        assert_eq!(found.hits[0].node.path.0[1], "table");
        assert_eq!(found.hits[1].node.path.0[1], "table 0000");
        assert_eq!(found.hits[99].node.path.0[1], "table 0098");
    }
}
