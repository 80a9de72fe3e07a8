//! The functions that our own statements use: text of any value, finding in it, meeting a box.

use super::super::evaluate::Area;
use super::super::samples;
use super::blob;
use super::shape::as_text;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

/// A value as the grid shows it when its column holds several kinds.
pub(super) const TEXT: &str = "landbridge_text";
/// Whether a value's text contains another, whatever the case.
pub(super) const CONTAINS: &str = "landbridge_contains";
/// Whether a geometry meets the scan's box.
pub(super) const MEETS: &str = "landbridge_meets";

/// Adds them to a connection.
pub(super) fn add(sqlite: &Connection) -> rusqlite::Result<()> {
    let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    sqlite.create_scalar_function(TEXT, 1, pure, |cx| Ok(as_text(cx.get_raw(0))))?;
    sqlite.create_scalar_function(CONTAINS, 2, pure, |cx| {
        let (Some(whole), Some(part)) = (as_text(cx.get_raw(0)), as_text(cx.get_raw(1))) else { return Ok(None) };
        Ok(Some(whole.to_lowercase().contains(&part.to_lowercase())))
    })?;
    samples::functions(sqlite)
}

/// Adds [`MEETS`] for one scan's box.
pub(super) fn meets(sqlite: &Connection, area: Area) -> rusqlite::Result<()> {
    sqlite.create_scalar_function(MEETS, 1, FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC, move |cx| {
        let Ok(geometry) = cx.get_raw(0).as_blob() else { return Ok(false) };
        let wkb = blob::header(geometry).filter(|header| !header.empty).and_then(|header| geometry.get(header.wkb..));
        // What cannot be read is nowhere.
        Ok(wkb.is_some_and(|wkb| area.met_by(wkb, &mut Vec::new()).unwrap_or(false)))
    })
}
