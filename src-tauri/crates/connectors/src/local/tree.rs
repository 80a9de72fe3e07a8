//! What there is, level by level: files and samples, and the tables in them. A file that cannot be read keeps its place and says
//! why. It blocks.

use super::registry::{Content, Item, Registry};
use super::samples;
use super::source::{Layer, Source};
use super::stream::Stop;
use arrow_schema::Field;
use model::{Column, Error, Filter, Kind, Node, NodeKind, Page, PageToken, Path, Result, Table, Text};
use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

/// Nothing of this name.
pub(super) const NO_PLACE: Text = Text {
    code: "local.no_place",
    kind: Kind::NotFound,
    what: "There is no {name} in Local data.",
    why: "It was removed, or a file no longer holds it.",
    remedy: "Refresh the tree.",
    retryable: false,
};

/// Entries of a page, unless somebody wants more or fewer.
const PAGE: usize = 200;
/// Opening files for a level ends after this; the others tell less of themselves.
const LEVEL: Duration = Duration::from_secs(1);

/// One level.
///
/// # Errors
/// When `at` is not there, or cannot be read.
pub(super) fn browse(registry: &Registry, at: &Path, filter: &Filter, page: &PageToken, stop: &Stop) -> Result<Page<Node>> {
    let wanted = |name: &str| contains(name, filter.text.as_deref().unwrap_or_default());
    let size = filter.page_size.map_or(PAGE, |n| n.max(1) as usize);
    let behind = |name: &str| page.0.as_deref().is_none_or(|last| name > last);
    let Some(name) = at.0.first() else {
        let items: Vec<&Arc<Item>> = registry.items.iter().filter(|i| wanted(&i.name) && behind(&i.name)).collect();
        let next = (items.len() > size).then(|| PageToken(Some(items[size - 1].name.clone())));
        let until = Instant::now() + LEVEL;
        let items = items.into_iter().take(size).map(|item| root(item, Instant::now() < until && !stop.now())).collect();
        return Ok(Page { items, next });
    };
    let missing = || Error::new(&NO_PLACE).with("name", at.0.join(" › "));
    let item = registry.find(name).filter(|_| at.0.len() == 1).ok_or_else(missing)?;
    let content = item.content()?;
    if !content.holds_tables() {
        return Err(missing());
    }
    let pick = |mut nodes: Vec<Node>| {
        nodes.retain(|node| node.path.0.last().is_some_and(|name| wanted(name) && behind(name)));
        let next = (nodes.len() > size).then(|| PageToken(nodes[size - 1].path.0.last().cloned()));
        nodes.truncate(size);
        Page { items: nodes, next }
    };
    match content {
        Content::Sql(database) => {
            let mut page = database.nodes(filter.system, stop.clone(), pick)?;
            page.items.iter_mut().for_each(|node| computed(item, node));
            Ok(page)
        }
        Content::Source(source) => {
            let mut nodes: Vec<Node> = source.layers().iter().map(|layer| node(item, layer, false)).collect();
            nodes.sort_by(|a, b| a.path.cmp(&b.path));
            Ok(pick(nodes))
        }
    }
}

/// The table whose rows are computed looks like any other.
fn computed(item: &Item, node: &mut Node) {
    if let Some(source) = node.path.0.last().and_then(|name| item.computed(name)) {
        node.kind = NodeKind::Table;
        node.rows = source.layers().first().and_then(|layer| layer.rows);
        node.spatial = Some(true);
    }
}

fn contains(name: &str, text: &str) -> bool {
    text.is_empty() || name.to_lowercase().contains(&text.to_lowercase())
}

/// A file at the root. `opens`: there is time to look into it.
fn root(item: &Item, opens: bool) -> Node {
    let bytes = item.path.as_deref().and_then(|path| std::fs::metadata(path).ok()).map(|about| about.len());
    let known = if opens { Some(item.content()) } else { item.kept().map(|(_, content)| Ok(content)) };
    let file = |kind, comment, spatial| {
        let path = Path::of([&item.name]);
        Node { path, kind, rows: None, bytes, comment, spatial }
    };
    let seems = if item.seems_to_hold_tables() { NodeKind::File } else { NodeKind::Table };
    match known {
        Some(Ok(Content::Source(source))) if source.layers().len() == 1 => {
            Node { bytes, ..node(item, &source.layers()[0], true) }
        }
        Some(Ok(_)) if item.path.is_none() => file(NodeKind::File, Some(samples::ABOUT.to_owned()), Some(true)),
        Some(Ok(_)) => file(NodeKind::File, None, None),
        Some(Err(error)) => file(seems, Some(error.view().what), None),
        None => file(seems, None, None),
    }
}

/// A layer; `alone`: its file is the table.
fn node(item: &Item, layer: &Layer, alone: bool) -> Node {
    let path = if alone { Path::of([&item.name]) } else { Path::of([&item.name, &layer.name]) };
    let spatial = Some(!layer.geometries.is_empty());
    Node { path, kind: NodeKind::Table, rows: layer.rows, bytes: None, comment: None, spatial }
}

/// Tables anywhere whose name contains the text.
///
/// # Errors
/// Cancelled.
pub(super) fn search(registry: &Registry, text: &str, page: &PageToken, stop: &Stop) -> Result<Page<Node>> {
    let from: usize = page.0.as_deref().and_then(|at| at.parse().ok()).unwrap_or(0);
    let mut found = Vec::new();
    for item in &registry.items {
        if stop.now() {
            return Err(model::common::cancelled());
        }
        match item.content() {
            Ok(Content::Sql(database)) => {
                let all = database.nodes(false, stop.clone(), |mut nodes| {
                    nodes.retain(|node| node.path.0.last().is_some_and(|name| contains(name, text)));
                    Page { items: nodes, next: Some(PageToken(None)) }
                });
                // A file that cannot be read says so where it is shown.
                let mut nodes = all.map(|page| page.items).unwrap_or_default();
                nodes.iter_mut().for_each(|node| computed(item, node));
                found.extend(nodes);
            }
            Ok(Content::Source(source)) if source.layers().len() == 1 => {
                found.extend(contains(&item.name, text).then(|| node(item, &source.layers()[0], true)));
            }
            Ok(Content::Source(source)) => {
                found.extend(source.layers().iter().filter(|l| contains(&l.name, text)).map(|layer| node(item, layer, false)));
            }
            Err(_) => found.extend(contains(&item.name, text).then(|| root(item, true))),
        }
    }
    let end = found.len().min(from.saturating_add(PAGE));
    let next = (end < found.len()).then(|| PageToken(Some(end.to_string())));
    Ok(Page { items: found.into_iter().skip(from).take(PAGE).collect(), next })
}

/// The layer that a path means.
pub(super) fn layer(source: &dyn Source, table: &Path) -> Option<usize> {
    match (source.layers().len(), table.0.as_slice()) {
        (1, [_]) => Some(0),
        (2.., [_, name]) => source.layers().iter().position(|layer| layer.name == *name),
        _ => None,
    }
}

/// A table, described.
///
/// # Errors
/// When it is not there, or cannot be read.
pub(super) fn describe(registry: &Registry, table: &Path, stop: &Stop) -> Result<Table> {
    let missing = || Error::new(&NO_PLACE).with("name", table.0.join(" › "));
    let item = table.0.first().and_then(|name| registry.find(name)).ok_or_else(missing)?;
    match (item.content()?, table.0.as_slice()) {
        (Content::Sql(database), [_, name]) => {
            let mut described = database.describe(name, stop.clone())?;
            if let Some(layer) = item.computed(name).and_then(|source| source.layers().first().cloned()) {
                described = Table { columns: described.columns, comment: described.comment, ..of_layer(item, table, &layer) };
            }
            Ok(described)
        }
        (Content::Source(source), _) => {
            let at = layer(&*source, table).ok_or_else(missing)?;
            Ok(of_layer(item, table, &source.layers()[at]))
        }
        _ => Err(missing()),
    }
}

fn of_layer(item: &Item, path: &Path, layer: &Layer) -> Table {
    let column = |(field, type_name): (&Arc<Field>, &String)| Column {
        name: field.name().clone(),
        type_name: type_name.clone(),
        nullable: field.is_nullable(),
        default: None,
        comment: None,
    };
    let about = item.path.as_deref().and_then(|path| std::fs::metadata(path).ok());
    let changed = about.as_ref().and_then(|about| about.modified().ok()).and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    Table {
        path: path.clone(),
        kind: NodeKind::Table,
        columns: layer.schema.fields().iter().zip(&layer.type_names).map(column).collect(),
        row_key: item.path.is_none().then(|| vec!["id".to_owned()]),
        geometries: layer.geometries.clone(),
        rows: layer.rows,
        bytes: about.map(|about| about.len()).filter(|_| path.0.len() == 1),
        comment: None,
        changed_at: changed.and_then(|since| u64::try_from(since.as_millis()).ok()),
        details: layer.details.clone(),
    }
}
