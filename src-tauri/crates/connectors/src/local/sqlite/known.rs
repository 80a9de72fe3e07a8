//! What is known of one table of a SQLite file, looked up once for as long as the file stays as it is.
//!
//! Owns: columns, keys, geometry columns and their systems, what the values are like. Does not own: its rows (`rows`).

use super::catalog::{Entry, Registered, has, lenient, registered};
use super::failure::failed;
use super::moment;
use super::open::{Opened, Place, identifier};
use super::shape::{Declared, Seen, Shape};
use map::crs::System;
use model::{Crs, Detail, NodeKind, Result};
use rusqlite::OptionalExtension;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Looking at values ends here; what comes after is found out when it is read.
const LOOK: Duration = Duration::from_millis(150);
/// A table has no more columns than SQLite gives a statement.
const MOST_COLUMNS: usize = 2000;

/// A table, as far as it is known.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// The table, as its level shows it.
    pub(super) entry: Entry,
    /// Its columns.
    pub(super) columns: Vec<Field>,
    /// The columns of a unique, non-null key.
    pub(super) row_key: Option<Vec<String>>,
    /// The name under which a row's own number is found.
    pub(super) rowid: Option<String>,
    /// When the GeoPackage says that it last changed.
    pub(super) changed: Option<String>,
    /// What else is to be known.
    pub(super) details: Vec<Detail>,
}

/// One column.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    /// As the file writes it.
    pub(super) type_name: String,
    pub(super) nullable: bool,
    pub(super) default: Option<String>,
    pub(super) comment: Option<String>,
    pub(super) declared: Declared,
    /// When it is a geometry column.
    pub(super) geometry: Option<Geometry>,
}

/// A geometry column.
#[derive(Debug, Clone)]
pub(super) struct Geometry {
    pub(super) type_name: String,
    pub(super) dimensions: u8,
    pub(super) system: Option<System>,
    pub(super) crs: Crs,
    /// The table of its R-tree.
    pub(super) index: Option<String>,
    /// A view has none, but its table may.
    pub(super) may_be_indexed: bool,
    pub(super) extent: Option<[f64; 4]>,
}

/// What was seen of a table's values. Grows with what is read.
#[derive(Debug, Default)]
pub(in crate::local) struct Learnt(Mutex<Vec<Seen>>);

impl Learnt {
    /// What was seen of each column so far.
    pub(super) fn seen(&self, columns: usize) -> Vec<Seen> {
        let mut seen = self.0.lock().map_or_else(|poisoned| poisoned.into_inner().clone(), |seen| seen.clone());
        seen.resize(columns, Seen::default());
        seen
    }

    /// Remembers it.
    pub(super) fn learn(&self, seen: Vec<Seen>) {
        if let Ok(mut known) = self.0.lock() {
            *known = seen;
        }
    }
}

impl Known {
    /// Looks a table up.
    ///
    /// # Errors
    /// When the file cannot be read, or the table needs something that SQLite does not have.
    pub(super) fn of(opened: &Opened, name: &str, entry: &Entry, place: &Place) -> Result<Self> {
        let wrong = |e| failed(e, place.path());
        let registered = lenient(registered(opened, name)).map_err(wrong)?.remove(&entry.name.to_lowercase()).unwrap_or_default();
        let (mut columns, key) = columns(opened, name, entry).map_err(wrong)?;
        for of in &registered {
            if let Some(column) = columns.iter_mut().find(|c| c.name.eq_ignore_ascii_case(&of.column)) {
                column.geometry = Some(geometry(opened, name, entry, of).map_err(wrong)?);
                column.declared = Declared::Geometry;
            }
        }
        let notes = lenient(notes(opened, name, &entry.name)).map_err(wrong)?;
        for column in &mut columns {
            column.comment = notes.get(&column.name.to_lowercase()).cloned();
        }
        let rowid = rowid(entry, &columns, &key);
        let row_key = match &key {
            Key::Rowid(column) => Some(vec![column.clone()]),
            Key::Columns(names) => Some(names.clone()),
            Key::None => unique(opened, name, &entry.name, &columns).map_err(wrong)?,
        };
        // The samples are as old as the program.
        let changed = match place {
            Place::Samples => None,
            Place::File(_) => lenient(changed(opened, name, &entry.name)).map_err(wrong)?,
        };
        let mut known = Self { entry: entry.clone(), columns, row_key, rowid, changed, details: Vec::new() };
        known.details = known.tell(opened, name).map_err(wrong)?;
        Ok(known)
    }

    /// A column's place.
    pub(super) fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == column)
    }

    /// How each column is handed on.
    pub(super) fn shapes(&self, seen: &[Seen]) -> Vec<Shape> {
        let seen = |at: usize| seen.get(at).copied().unwrap_or_default();
        self.columns.iter().enumerate().map(|(at, column)| seen(at).shape(column.declared)).collect()
    }

    /// Looks at the values, for as long as that is quick. A strict table's values are known.
    pub(super) fn look(&self, opened: &Opened, name: &str, learnt: &Learnt) -> Result<()> {
        if self.entry.strict && !self.columns.iter().any(|c| matches!(c.declared, Declared::Nothing)) {
            return Ok(());
        }
        let mut seen = learnt.seen(self.columns.len());
        // A geometry is not read as a whole: what is no geometry is found when it is shown.
        let wanted: Vec<usize> = (0..self.columns.len()).filter(|at| self.columns[*at].geometry.is_none()).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = wanted.iter().map(|at| identifier(&self.columns[*at].name)).collect();
        let sql = format!("SELECT {} FROM {}.{}", names.join(", "), identifier(name), identifier(&self.entry.name));
        let until = Instant::now() + LOOK;
        // What is wrong with a value, or with the file further down, is told by reading it.
        let _ = opened.within(LOOK, || {
            let mut statement = opened.sqlite.prepare(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                for (at, column) in wanted.iter().enumerate() {
                    seen[*column].add(row.get_ref(at)?);
                }
                if Instant::now() > until {
                    break;
                }
            }
            Ok(())
        })?;
        learnt.learn(seen);
        Ok(())
    }

    /// When the table last changed, as the file says it, in milliseconds since 1970.
    pub(super) fn changed_at(&self) -> Option<u64> {
        let micros = moment::wanted(self.changed.as_deref()?)?;
        u64::try_from(micros / 1000).ok()
    }

    fn tell(&self, opened: &Opened, name: &str) -> rusqlite::Result<Vec<Detail>> {
        let mut out = Vec::new();
        let mut detail = |label: &str, value: &str| out.push(Detail { label: label.to_owned(), value: value.to_owned() });
        if let Some(index) = self.columns.iter().filter_map(|c| c.geometry.as_ref()).find_map(|g| g.index.as_ref()) {
            detail("Spatial index", &format!("R-tree ({index})"));
        }
        if self.columns.iter().all(|c| c.geometry.is_none()) && has(opened, name, "geometry_columns")? {
            let sql = format!(
                "SELECT CAST(f_geometry_column AS TEXT) FROM {}.geometry_columns WHERE lower(f_table_name) = lower(?1)",
                identifier(name)
            );
            let column =
                opened.sqlite.prepare(&sql).and_then(|mut s| s.query_row([&self.entry.name], |row| row.get::<_, String>(0)));
            if let Ok(column) = column {
                detail("Geometry", &format!("The column {column} is kept in SpatiaLite's own form, which is shown as bytes."));
            }
        }
        out.extend(lenient(about(opened, name, &self.entry.name))?);
        Ok(out)
    }
}

impl Field {
    /// Every value is shown as text although the column declares another type.
    pub(super) fn several_kinds(&self, shape: Shape) -> bool {
        shape == Shape::Any && !matches!(self.declared, Declared::Nothing | Declared::Text)
    }
}

enum Key {
    /// The row's own number, under this name.
    Rowid(String),
    Columns(Vec<String>),
    None,
}

fn columns(opened: &Opened, name: &str, entry: &Entry) -> rusqlite::Result<(Vec<Field>, Key)> {
    let sql = format!("PRAGMA {}.table_xinfo({})", identifier(name), identifier(&entry.name));
    let mut statement = opened.sqlite.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let (mut out, mut key): (Vec<Field>, Vec<(i64, usize)>) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        // 1: a hidden column of a virtual table. 2 and 3 are computed, and shown.
        if row.get::<_, i64>(6)? == 1 || out.len() == MOST_COLUMNS {
            continue;
        }
        let part: i64 = row.get(5)?;
        if part > 0 {
            key.push((part, out.len()));
        }
        let type_name: String = row.get::<_, Option<String>>(2)?.unwrap_or_default();
        // Nothing declared is what SQLite's strict tables call ANY.
        let type_name = if type_name.is_empty() { "ANY".to_owned() } else { type_name };
        out.push(Field {
            name: row.get(1)?,
            nullable: !row.get::<_, bool>(3)?,
            default: row.get(4)?,
            comment: None,
            declared: Declared::of(&type_name),
            geometry: None,
            type_name,
        });
    }
    key.sort_unstable();
    let single = |field: &Field| field.type_name.eq_ignore_ascii_case("INTEGER") && !entry.without_rowid;
    let key = match key.as_slice() {
        [] => Key::None,
        [(_, at)] if single(&out[*at]) => {
            out[*at].nullable = false;
            Key::Rowid(out[*at].name.clone())
        }
        parts => {
            // Only here SQLite keeps NULL out of a key that does not say so itself.
            let kept = entry.without_rowid || entry.strict;
            parts.iter().for_each(|(_, at)| out[*at].nullable &= !kept);
            let sure = parts.iter().all(|(_, at)| !out[*at].nullable);
            if sure { Key::Columns(parts.iter().map(|(_, at)| out[*at].name.clone()).collect()) } else { Key::None }
        }
    };
    Ok((out, key))
}

/// The name of a row's own number: that of the key, or one of SQLite's three that no column has taken.
fn rowid(entry: &Entry, columns: &[Field], key: &Key) -> Option<String> {
    match key {
        Key::Rowid(name) => Some(name.clone()),
        _ if entry.without_rowid || entry.kind == NodeKind::View => None,
        _ => {
            let free = |name: &&str| !columns.iter().any(|c| c.name.eq_ignore_ascii_case(name));
            ["rowid", "_rowid_", "oid"].into_iter().find(free).map(str::to_owned)
        }
    }
}

/// The columns of the first unique index that leaves out no row and has no NULL.
fn unique(opened: &Opened, name: &str, table: &str, columns: &[Field]) -> rusqlite::Result<Option<Vec<String>>> {
    let sql = format!("PRAGMA {}.index_list({})", identifier(name), identifier(table));
    let mut statement = opened.sqlite.prepare(&sql)?;
    let all = statement.query_map([], |row| Ok((row.get::<_, String>(1)?, row.get::<_, bool>(2)?, row.get::<_, bool>(4)?)))?;
    let mut whole: Vec<String> = Vec::new();
    for index in all {
        let (index, unique, partial) = index?;
        whole.extend((unique && !partial).then_some(index));
    }
    whole.sort();
    for index in whole {
        let sql = format!("PRAGMA {}.index_xinfo({})", identifier(name), identifier(&index));
        let mut statement = opened.sqlite.prepare(&sql)?;
        // Name (NULL for an expression), whether it is part of the key.
        let parts = statement.query_map([], |row| Ok((row.get::<_, Option<String>>(2)?, row.get::<_, bool>(5)?)))?;
        let mut key = Some(Vec::new());
        for part in parts {
            let (column, of_key) = part?;
            if of_key {
                let sure = column.filter(|name| columns.iter().any(|c| c.name == *name && !c.nullable));
                key = key.zip(sure).map(|(mut key, column)| {
                    key.push(column);
                    key
                });
            }
        }
        if key.is_some() {
            return Ok(key);
        }
    }
    Ok(None)
}

fn geometry(opened: &Opened, name: &str, entry: &Entry, of: &Registered) -> rusqlite::Result<Geometry> {
    let (system, crs) = lenient(system(opened, name, of.srs).map(Some))?.unwrap_or((None, Crs::Srid { code: of.srs }));
    let index = format!("rtree_{}_{}", entry.name, of.column);
    let indexed = entry.kind == NodeKind::Table && has(opened, name, &index)?;
    Ok(Geometry {
        type_name: if of.type_name.is_empty() { "GEOMETRY".to_owned() } else { of.type_name.clone() },
        dimensions: 2 + u8::from(of.z) + u8::from(of.m),
        system,
        crs,
        index: indexed.then_some(index),
        may_be_indexed: entry.kind == NodeKind::Table,
        extent: lenient(extent(opened, name, &entry.name))?,
    })
}

/// A number of `gpkg_spatial_ref_sys`. -1 and 0 are systems that are not said.
pub(super) fn system(opened: &Opened, name: &str, srs: i32) -> rusqlite::Result<(Option<System>, Crs)> {
    if srs <= 0 || !has(opened, name, "gpkg_spatial_ref_sys")? {
        return Ok((None, Crs::Unknown));
    }
    let sql = format!(
        "SELECT CAST(organization AS TEXT), CAST(organization_coordsys_id AS TEXT), CAST(definition AS TEXT), CAST(srs_name AS TEXT) \
         FROM {}.gpkg_spatial_ref_sys WHERE srs_id = ?1",
        identifier(name)
    );
    let text = |row: &rusqlite::Row<'_>, at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
    let found = opened.sqlite.query_row(&sql, [srs], |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?, text(row, 3)?)));
    let Some((authority, code, definition, title)) = found.optional()? else {
        return Ok((None, Crs::Srid { code: srs }));
    };
    let coded = System::of_authority(&authority, &code);
    let system = match coded.code() {
        Some(_) => coded,
        None => System::from_wkt(&definition)
            .unwrap_or_else(|| System::named(if title.is_empty() { format!("SRS {srs}") } else { title })),
    };
    let crs = match system.code() {
        Some(code) => Crs::Epsg { code },
        None => Crs::Named { name: system.name().to_owned() },
    };
    Ok((Some(system), crs))
}

fn extent(opened: &Opened, name: &str, table: &str) -> rusqlite::Result<Option<[f64; 4]>> {
    if !has(opened, name, "gpkg_contents")? {
        return Ok(None);
    }
    let sql =
        format!("SELECT min_x, min_y, max_x, max_y FROM {}.gpkg_contents WHERE lower(table_name) = lower(?1)", identifier(name));
    let number = |row: &rusqlite::Row<'_>, at| row.get::<_, Option<f64>>(at).ok().flatten().filter(|n| n.is_finite());
    let found = opened
        .sqlite
        .query_row(&sql, [table], |row| Ok((|| Some([number(row, 0)?, number(row, 1)?, number(row, 2)?, number(row, 3)?]))()));
    Ok(found.optional()?.flatten().filter(|[west, south, east, north]| west <= east && south <= north))
}

fn changed(opened: &Opened, name: &str, table: &str) -> rusqlite::Result<Option<String>> {
    if !has(opened, name, "gpkg_contents")? {
        return Ok(None);
    }
    let sql =
        format!("SELECT CAST(last_change AS TEXT) FROM {}.gpkg_contents WHERE lower(table_name) = lower(?1)", identifier(name));
    Ok(opened.sqlite.query_row(&sql, [table], |row| row.get(0)).optional()?.flatten())
}

/// What a GeoPackage says of a table's columns (`gpkg_data_columns`), by their names in lower case.
fn notes(opened: &Opened, name: &str, table: &str) -> rusqlite::Result<BTreeMap<String, String>> {
    if !has(opened, name, "gpkg_data_columns")? {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT CAST(column_name AS TEXT), CAST(coalesce(description, title, name) AS TEXT) FROM {}.gpkg_data_columns \
         WHERE lower(table_name) = lower(?1)",
        identifier(name)
    );
    let mut statement = opened.sqlite.prepare(&sql)?;
    let rows =
        statement.query_map([table], |row| Ok((row.get::<_, String>(0)?.to_lowercase(), row.get::<_, Option<String>>(1)?)))?;
    rows.filter_map(|row| row.map(|(name, note)| note.map(|note| (name, note))).transpose()).collect()
}

/// Lines about a table that a file keeps for its readers (`gpkg_metadata` as "Label: text"), as the samples do.
fn about(opened: &Opened, name: &str, table: &str) -> rusqlite::Result<Vec<Detail>> {
    if !has(opened, name, "gpkg_metadata")? || !has(opened, name, "gpkg_metadata_reference")? {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT CAST(m.metadata AS TEXT) FROM {0}.gpkg_metadata_reference AS r JOIN {0}.gpkg_metadata AS m ON m.id = r.md_file_id \
         WHERE lower(r.table_name) = lower(?1) AND r.reference_scope = 'table' AND m.mime_type = 'text/plain' ORDER BY m.id LIMIT 20",
        identifier(name)
    );
    let mut statement = opened.sqlite.prepare(&sql)?;
    let rows = statement.query_map([table], |row| row.get::<_, Option<String>>(0))?;
    let mut out = Vec::new();
    for line in rows {
        let line = line?.unwrap_or_default();
        let parts = line.split_once(": ").filter(|(label, value)| label.len() <= 40 && value.len() <= 2000);
        out.extend(parts.map(|(label, value)| Detail { label: label.to_owned(), value: value.to_owned() }));
    }
    Ok(out)
}
