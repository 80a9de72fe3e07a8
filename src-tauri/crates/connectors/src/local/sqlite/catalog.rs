//! What a SQLite file holds: its tables, and what a GeoPackage says of them.
//!
//! Owns: which tables are shown and which serve the file itself; counting rows within a budget. Does not own: one table's
//! columns (`known`).

use super::failure::failed;
use super::open::{Opened, Place, identifier};
use model::{Count, NodeKind, Result};
use rusqlite::{ErrorCode, OptionalExtension};
use std::collections::HashMap;
use std::time::Duration;

/// A table or view, as its level shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: NodeKind,
    /// It serves the file itself, or an index.
    pub(super) system: bool,
    /// Has no number of its own for each row.
    pub(super) without_rowid: bool,
    /// Keeps to its declared types.
    pub(super) strict: bool,
    /// Has a geometry column, as a GeoPackage says.
    pub(super) spatial: bool,
    /// What the GeoPackage says of it.
    pub(super) comment: Option<String>,
}

/// All tables of the file, in the order of their names.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn tables(opened: &Opened, name: &str, place: &Place) -> Result<Vec<Entry>> {
    let wrong = |e| failed(e, place.path());
    let spatial = lenient(registered(opened, name)).map_err(wrong)?;
    let mut comments = lenient(comments(opened, name)).map_err(wrong)?;
    let sql = format!("PRAGMA {}.table_list", identifier(name));
    let mut statement = opened.sqlite.prepare(&sql).map_err(wrong)?;
    let mut rows = statement.query([]).map_err(wrong)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next().map_err(wrong)? {
        let table: String = row.get(1).map_err(wrong)?;
        let of: String = row.get(2).map_err(wrong)?;
        let folded = table.to_lowercase();
        out.push(Entry {
            kind: if of == "view" { NodeKind::View } else { NodeKind::Table },
            system: of == "shadow" || serves(&folded),
            without_rowid: row.get(4).map_err(wrong)?,
            strict: row.get(5).map_err(wrong)?,
            spatial: spatial.contains_key(&folded),
            comment: comments.remove(&folded),
            name: table,
        });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

/// Tables that a GeoPackage, SpatiaLite or an index keeps for itself.
fn serves(folded: &str) -> bool {
    const BEGIN: &[&str] = &["sqlite_", "gpkg_", "rtree_", "idx_", "cache_", "views_geometry_columns", "virts_geometry_columns"];
    const NAMES: &[&str] = &[
        "data_licenses",
        "elementarygeometries",
        "geometry_columns",
        "geometry_columns_auth",
        "geometry_columns_field_infos",
        "geometry_columns_statistics",
        "geometry_columns_time",
        "geom_cols_ref_sys",
        "knn",
        "knn2",
        "ogr_empty_table",
        "spatial_ref_sys",
        "spatial_ref_sys_all",
        "spatial_ref_sys_aux",
        "spatialindex",
        "spatialite_history",
        "sql_statements_log",
        "vector_layers",
        "vector_layers_auth",
        "vector_layers_field_infos",
        "vector_layers_statistics",
    ];
    BEGIN.iter().any(|begin| folded.starts_with(begin)) || NAMES.contains(&folded)
}

/// What a file says of itself is no reason not to read it: a table of the standard that is not as the standard wants it (a column
/// is missing, a value is of another kind) says nothing.
pub(super) fn lenient<T: Default>(said: rusqlite::Result<T>) -> rusqlite::Result<T> {
    match said {
        Err(e) if matches!(e.sqlite_error_code(), None | Some(ErrorCode::Unknown)) => Ok(T::default()),
        said => said,
    }
}

/// The file has a table of this name.
pub(super) fn has(opened: &Opened, name: &str, table: &str) -> rusqlite::Result<bool> {
    let sql =
        format!("SELECT 1 FROM {}.sqlite_schema WHERE lower(name) = lower(?1) AND type IN ('table', 'view')", identifier(name));
    opened.sqlite.prepare(&sql)?.exists([table])
}

/// A GeoPackage's word for a geometry column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Registered {
    pub(super) column: String,
    pub(super) type_name: String,
    pub(super) srs: i32,
    pub(super) z: bool,
    pub(super) m: bool,
}

/// The geometry columns, by the table's name in lower case. A GeoPackage has at most one a table; more are taken as they come.
pub(super) fn registered(opened: &Opened, name: &str) -> rusqlite::Result<HashMap<String, Vec<Registered>>> {
    let mut out: HashMap<String, Vec<Registered>> = HashMap::new();
    if !has(opened, name, "gpkg_geometry_columns")? {
        return Ok(out);
    }
    let sql = format!(
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(geometry_type_name AS TEXT), CAST(srs_id AS INTEGER), \
         CAST(z AS INTEGER), CAST(m AS INTEGER) FROM {}.gpkg_geometry_columns",
        identifier(name)
    );
    let mut statement = opened.sqlite.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(table) = row.get::<_, Option<String>>(0)? else { continue };
        let srs = i32::try_from(row.get::<_, Option<i64>>(3)?.unwrap_or(-1)).unwrap_or(-1);
        // 0: without, 1: always, 2: as it comes.
        let has = |at| row.get::<_, Option<i64>>(at).map(|n| n == Some(1));
        out.entry(table.to_lowercase()).or_default().push(Registered {
            column: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
            type_name: row.get::<_, Option<String>>(2)?.unwrap_or_default().to_uppercase(),
            srs,
            z: has(4)?,
            m: has(5)?,
        });
    }
    Ok(out)
}

/// What a GeoPackage says of its tables, by their names in lower case.
fn comments(opened: &Opened, name: &str) -> rusqlite::Result<HashMap<String, String>> {
    if !has(opened, name, "gpkg_contents")? {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT CAST(table_name AS TEXT), CAST(identifier AS TEXT), CAST(description AS TEXT) FROM {}.gpkg_contents",
        identifier(name)
    );
    let mut statement = opened.sqlite.prepare(&sql)?;
    let rows = statement.query_map([], |row| {
        let text = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
        Ok((text(0)?, text(1)?, text(2)?))
    })?;
    let mut out = HashMap::new();
    for row in rows {
        let (table, title, about) = row?;
        out.extend(comment(&table, &title, &about).map(|comment| (table.to_lowercase(), comment)));
    }
    Ok(out)
}

/// Title and description in one; a title that only repeats the table's name says nothing.
fn comment(table: &str, title: &str, about: &str) -> Option<String> {
    let title = if title == table { "" } else { title };
    match (title.is_empty(), about.is_empty()) {
        (true, true) => None,
        (false, true) => Some(title.to_owned()),
        (true, false) => Some(about.to_owned()),
        (false, false) => Some(format!("{title}: {about}")),
    }
}

/// A table's rows: counted, if that takes no longer than `budget`; else what the file says, or its highest row number.
///
/// # Errors
/// Cancelled, or the file cannot be read.
pub(super) fn count(opened: &Opened, name: &str, entry: &Entry, place: &Place, budget: Duration) -> Result<Option<Count>> {
    let wrong = |e| failed(e, place.path());
    let table = format!("{}.{}", identifier(name), identifier(&entry.name));
    let one = |sql: &str| opened.sqlite.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
    let rows = |n: i64, exact| Count { rows: u64::try_from(n).unwrap_or(0), exact };
    let counted = opened.within(budget, || one(&format!("SELECT count(*) FROM {table}")))?.map(|n| n.map_err(wrong));
    if let Some(counted) = counted {
        return Ok(counted?.map(|n| rows(n, true)));
    }
    if entry.kind == NodeKind::View {
        return Ok(None);
    }
    if has(opened, name, "gpkg_ogr_contents").map_err(wrong)? {
        let sql = format!("SELECT feature_count FROM {}.gpkg_ogr_contents WHERE lower(table_name) = lower(?1)", identifier(name));
        let kept = opened.sqlite.query_row(&sql, [&entry.name], |row| row.get::<_, Option<i64>>(0)).optional();
        if let Some(n) = lenient(kept).map_err(wrong)?.flatten() {
            return Ok(Some(rows(n, false)));
        }
    }
    if entry.without_rowid {
        return Ok(None);
    }
    Ok(one(&format!("SELECT max(rowid) FROM {table}")).ok().flatten().map(|n| rows(n, false)))
}
