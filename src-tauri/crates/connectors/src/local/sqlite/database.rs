//! One SQLite file or GeoPackage, and what is remembered of it for as long as it stays as it is.

use super::catalog::{self, Entry};
use super::failure::{NO_TABLE, failed};
use super::functions;
use super::known::{Field, Known, Learnt};
use super::open::{Author, Opened, Place, open};
use super::rows::{self, Column, Run};
use super::select::{Target, select};
use crate::local::evaluate::Area;
use crate::local::stamp::Stamp;
use crate::local::stream::{Out, Stop};
use arrow_schema::DataType;
use map::crs::System;
use model::{Count, Detail, Error, Geometry, Node, NodeKind, Page, Path, Result, Scan, Table};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Counting the rows of a whole level ends after this; of one table that is described, after the second.
const LEVEL: Duration = Duration::from_millis(200);
const TABLE: Duration = Duration::from_millis(400);

/// A SQLite file, a GeoPackage or the samples, under its name in the tree.
pub(in crate::local) struct Database {
    /// Its name.
    pub(in crate::local) name: String,
    /// Where it is.
    pub(in crate::local) place: Place,
    remembered: Mutex<Remembered>,
}

#[derive(Default)]
struct Remembered {
    stamp: Option<Stamp>,
    entries: Option<Arc<Vec<Entry>>>,
    known: HashMap<String, (Arc<Known>, Arc<Learnt>)>,
    counts: HashMap<String, Count>,
}

impl Database {
    /// Under this name.
    pub(in crate::local) fn new(name: String, place: Place) -> Self {
        Self { name, place, remembered: Mutex::default() }
    }

    /// What is remembered, unless the file is another one by now.
    fn remembered(&self) -> Result<MutexGuard<'_, Remembered>> {
        let stamp = self.place.stamp()?;
        let mut remembered = self.remembered.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if remembered.stamp != stamp {
            *remembered = Remembered { stamp, ..Remembered::default() };
        }
        Ok(remembered)
    }

    fn open(&self, stop: Stop) -> Result<Opened> {
        open(&[(&self.name, &self.place)], Author::Us, stop, None)
    }

    fn entries(&self, opened: &Opened) -> Result<Arc<Vec<Entry>>> {
        if let Some(entries) = &self.remembered()?.entries {
            return Ok(Arc::clone(entries));
        }
        let entries = Arc::new(catalog::tables(opened, &self.name, &self.place)?);
        self.remembered()?.entries = Some(Arc::clone(&entries));
        Ok(entries)
    }

    /// What is known of a table, looked up by a connection of its own. None when it is not there.
    pub(super) fn lookup(&self, table: &str, stop: &Stop) -> Result<Option<(Arc<Known>, Arc<Learnt>)>> {
        if let Some((known, learnt)) = self.remembered()?.known.get(table) {
            return Ok(Some((Arc::clone(known), Arc::clone(learnt))));
        }
        self.known(&self.open(stop.clone())?, table)
    }

    /// What is known of a table. None when it is not there.
    fn known(&self, opened: &Opened, table: &str) -> Result<Option<(Arc<Known>, Arc<Learnt>)>> {
        if let Some((known, learnt)) = self.remembered()?.known.get(table) {
            return Ok(Some((Arc::clone(known), Arc::clone(learnt))));
        }
        let entries = self.entries(opened)?;
        let exact = entries.iter().find(|e| e.name == table);
        let Some(entry) = exact.or_else(|| entries.iter().find(|e| e.name.eq_ignore_ascii_case(table))) else { return Ok(None) };
        let known = Arc::new(Known::of(opened, &self.name, entry, &self.place)?);
        let learnt = Arc::new(Learnt::default());
        known.look(opened, &self.name, &learnt)?;
        self.remembered()?.known.insert(table.to_owned(), (Arc::clone(&known), Arc::clone(&learnt)));
        Ok(Some((known, learnt)))
    }

    fn found(&self, opened: &Opened, table: &str) -> Result<(Arc<Known>, Arc<Learnt>)> {
        let missing = || {
            let why = format!("{} holds no table of this name, or none any more.", self.name);
            Error::new(&NO_TABLE).with("table", table).with("why", why)
        };
        self.known(opened, table)?.filter(|(known, _)| known.entry.name == table).ok_or_else(missing)
    }

    /// How many tables a person sees in it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(in crate::local) fn tables(&self, stop: Stop) -> Result<usize> {
        let opened = self.open(stop)?;
        Ok(self.entries(&opened)?.iter().filter(|e| !e.system).count())
    }

    /// Its tables as nodes, in the order of their names: a page of them, as `pick` takes it out of all. Those are counted, as far
    /// as that is quick.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(in crate::local) fn nodes(
        &self,
        system: bool,
        stop: Stop,
        pick: impl FnOnce(Vec<Node>) -> Page<Node>,
    ) -> Result<Page<Node>> {
        let opened = self.open(stop)?;
        let entries = self.entries(&opened)?;
        let node = |entry: &Entry| Node {
            path: Path::of([&self.name, &entry.name]),
            kind: entry.kind,
            rows: None,
            bytes: None,
            comment: entry.comment.clone(),
            spatial: Some(entry.spatial),
        };
        let mut page = pick(entries.iter().filter(|e| system || !e.system).map(node).collect());
        let until = Instant::now() + LEVEL;
        for node in page.items.iter_mut().filter(|node| node.kind == NodeKind::Table) {
            let entry = entries.iter().find(|e| node.path.0.last() == Some(&e.name));
            let left = until.saturating_duration_since(Instant::now());
            if let Some(entry) = entry.filter(|_| !left.is_zero()) {
                node.rows = self.count(&opened, entry, left)?;
            }
        }
        Ok(page)
    }

    fn count(&self, opened: &Opened, entry: &Entry, budget: Duration) -> Result<Option<Count>> {
        if let Some(count) = self.remembered()?.counts.get(&entry.name) {
            return Ok(Some(*count));
        }
        // A table that cannot be counted (of a module that is not here) is listed all the same.
        let count = match catalog::count(opened, &self.name, entry, &self.place, budget) {
            Err(error) if error.kind() != model::Kind::Statement => return Err(error),
            count => count.ok().flatten(),
        };
        if let Some(count) = count.filter(|count| count.exact) {
            self.remembered()?.counts.insert(entry.name.clone(), count);
        }
        Ok(count)
    }

    /// A table, described.
    ///
    /// # Errors
    /// When it is not there, or cannot be read.
    pub(in crate::local) fn describe(&self, table: &str, stop: Stop) -> Result<Table> {
        let opened = self.open(stop)?;
        let (known, learnt) = self.found(&opened, table)?;
        let rows = self.count(&opened, &known.entry, TABLE)?;
        let shapes = known.shapes(&learnt.seen(known.columns.len()));
        let mut details: Vec<Detail> = known.details.clone();
        let mixed: Vec<&str> =
            known.columns.iter().zip(&shapes).filter(|(c, s)| c.several_kinds(**s)).map(|(c, _)| c.name.as_str()).collect();
        if !mixed.is_empty() {
            let value = format!("{}: shown as text, each value as it is", mixed.join(", "));
            details.push(Detail { label: "Values of several kinds".to_owned(), value });
        }
        Ok(Table {
            path: Path::of([self.name.as_str(), table]),
            kind: known.entry.kind,
            columns: known.columns.iter().map(Field::column).collect(),
            row_key: known.row_key.clone(),
            geometries: known.columns.iter().filter_map(geometry).collect(),
            rows,
            bytes: None,
            comment: known.entry.comment.clone(),
            changed_at: known.changed_at(),
            details,
        })
    }

    /// A table's rows, into `out`.
    ///
    /// # Errors
    /// What goes wrong.
    pub(in crate::local) fn scan(&self, scan: &Scan, out: &Out) -> Result<()> {
        let opened = self.open(out.stop().clone())?;
        let table = scan.table.0.get(1).map_or("", String::as_str);
        let (known, learnt) = self.found(&opened, table)?;
        let shapes = known.shapes(&learnt.seen(known.columns.len()));
        let area = scan.bbox.as_ref().map(|bbox| known.area(bbox)).transpose()?;
        let target = Target { known: &known, shapes: &shapes, covering: area.as_ref().and_then(|area| area.covering) };
        let sql = select(scan, Some(&target))?;
        if let Some(area) = area {
            functions::meets(&opened.sqlite, area).map_err(|e| failed(e, None))?;
        }
        let all: Vec<String> = known.columns.iter().map(|c| c.name.clone()).collect();
        let wanted = scan.columns.as_ref().unwrap_or(&all);
        let places: Vec<usize> = wanted.iter().filter_map(|name| known.position(name)).collect();
        let every_row = scan.predicate.is_none() && scan.bbox.is_none() && scan.after.is_none() && scan.sample.is_none();
        let count = self.remembered()?.counts.get(table).copied().filter(|_| every_row);
        let total = count.map(|c| Count { rows: c.rows.min(scan.limit.unwrap_or(u64::MAX)), ..c });
        let run = Run {
            sql: sql.text,
            params: sql.params,
            columns: places.iter().map(|at| known.columns[*at].result()).collect(),
            learnt,
            places,
            limit: scan.limit.unwrap_or(u64::MAX),
            total,
            late: None,
            path: self.place.path().map(std::path::Path::to_owned),
        };
        let mut statement = opened.sqlite.prepare(&run.sql).map_err(|e| failed(e, self.place.path()))?;
        rows::run(&opened, &mut statement, &run, &[], out)
    }
}

fn geometry(field: &Field) -> Option<Geometry> {
    field.geometry.as_ref().map(|g| Geometry {
        column: field.name.clone(),
        geometry_type: g.type_name.clone(),
        crs: g.crs.clone(),
        spherical: false,
        dimensions: g.dimensions,
        indexed: g.may_be_indexed.then_some(g.index.is_some()),
        extent: g.extent,
    })
}

impl Known {
    /// The scan's box, held against one of the columns.
    fn area(&self, bbox: &model::BoundingBox) -> Result<Area> {
        let field = self.columns.iter().find(|c| c.name == bbox.column);
        let field = field.ok_or_else(|| Error::new(&crate::local::evaluate::NO_COLUMN).with("column", &bbox.column))?;
        let system = field.geometry.as_ref().map(super::known::Geometry::geoarrow);
        let mut arrow = arrow_schema::Field::new(&field.name, DataType::Binary, true);
        if let Some(system) = system {
            arrow.set_metadata(rows::geoarrow(system));
        }
        Area::of(bbox, 0, &arrow)
    }
}

impl Field {
    fn column(&self) -> model::Column {
        model::Column {
            name: self.name.clone(),
            type_name: self.type_name.clone(),
            nullable: self.nullable,
            default: self.default.clone(),
            comment: self.comment.clone(),
        }
    }

    /// As a column of a result.
    pub(super) fn result(&self) -> Column {
        Column {
            name: self.name.clone(),
            type_name: self.type_name.clone(),
            nullable: self.nullable,
            declared: self.declared,
            system: self.geometry.as_ref().map(super::known::Geometry::geoarrow),
        }
    }
}

impl super::known::Geometry {
    /// GeoArrow's metadata.
    pub(super) fn geoarrow(&self) -> String {
        self.system.as_ref().map_or_else(|| "{}".to_owned(), |system: &System| system.to_geoarrow(false))
    }
}
