//! A geometry column on its way into a file: its system there, and what could not be written.

use crate::views::ExportFormat;
use arrow_array::{Array, BinaryArray, LargeBinaryArray};
use arrow_schema::Field;
use map::crs::{System, Transform};
use map::wkb;
use std::borrow::Cow;
use std::collections::HashMap;

/// Decimals of a centimetre in degrees.
const CENTIMETRE_IN_DEGREES: usize = 7;

/// A geometry column.
pub(super) struct Geometries {
    /// The system in the file; None: nobody says.
    pub(super) system: Option<System>,
    /// Edges are arcs on the ellipsoid.
    pub(super) spherical: bool,
    /// From the column's own system; None: as it is.
    transform: Option<Transform>,
    /// Each value says its own system: from each to degrees.
    each: Option<HashMap<i32, Option<Transform>>>,
    /// Each value is written with its own SRID.
    pub(super) says_each: bool,
    rough: bool,
    /// Rows whose geometry could not be written, by reason.
    lost: HashMap<String, u64>,
}

impl Geometries {
    /// None when the column is no geometry.
    pub(super) fn of(field: &Field, format: ExportFormat, notes: &mut Vec<String>) -> Option<Self> {
        let metadata = field.metadata();
        if metadata.get("ARROW:extension:name").is_none_or(|name| name != "geoarrow.wkb") {
            return None;
        }
        let told = metadata.get("ARROW:extension:metadata");
        let spherical = told.is_some_and(|m| m.contains("\"spherical\""));
        let own = told.and_then(|m| System::from_geoarrow(m));
        let mixed = metadata.get("landbridge:srid").is_some_and(|s| s == "mixed");
        let mut column =
            Self { system: own, spherical, transform: None, each: None, says_each: false, rough: false, lost: HashMap::new() };
        let degrees = matches!(format, ExportFormat::GeoJson | ExportFormat::GeoJsonLines);
        let name = field.name();
        if mixed && format == ExportFormat::Csv {
            column.system = None;
            column.says_each = true;
            notes.push(format!("{name} holds several systems of coordinates: each value begins with its SRID."));
        } else if mixed {
            column.each = Some(HashMap::new());
            column.system = Some(System::wgs84());
            notes.push(format!(
                "{name} holds several systems of coordinates: all of it is written in EPSG:4326, what says none as it is."
            ));
        } else if degrees || (format == ExportFormat::GeoParquet && column.cannot_be_told()) {
            column.turn_to_degrees(name, notes);
        } else if let Some(system) = &column.system {
            notes.push(format!("{name} is written in {}.", system.name()));
        } else {
            notes.push(format!("{name} does not say its system of coordinates: written as it is."));
        }
        Some(column)
    }

    /// GeoParquet wants a definition, not a name.
    fn cannot_be_told(&self) -> bool {
        self.system.as_ref().is_some_and(|s| !s.is_wgs84() && s.to_projjson().is_none())
    }

    fn turn_to_degrees(&mut self, name: &str, notes: &mut Vec<String>) {
        let Some(system) = &self.system else {
            notes.push(format!("{name} does not say its system of coordinates: written as if it were EPSG:4326."));
            return;
        };
        match Transform::between(system, &System::wgs84()) {
            Ok(transform) if transform.is_identity() => notes.push(format!("{name} is written in EPSG:4326.")),
            Ok(transform) => {
                self.rough = transform.is_rough();
                notes.push(format!("{name} is transformed from {} to EPSG:4326.", system.name()));
                self.transform = Some(transform);
                self.system = Some(System::wgs84());
            }
            Err(_) => notes.push(format!("{name} is in {}, which cannot be transformed here: written as it is.", system.name())),
        }
    }

    /// The bytes of a row, and nothing where it is NULL.
    pub(super) fn bytes(array: &dyn Array, row: usize) -> Option<&[u8]> {
        if array.is_null(row) {
            return None;
        }
        if let Some(binary) = array.as_any().downcast_ref::<BinaryArray>() {
            return Some(binary.value(row));
        }
        array.as_any().downcast_ref::<LargeBinaryArray>().map(|binary| binary.value(row))
    }

    /// True when the bytes of the column go into the file as they are.
    pub(super) fn is_plain(&self) -> bool {
        self.transform.is_none() && self.each.is_none()
    }

    /// ISO WKB in the file's system. None, and counted, when it cannot be had.
    pub(super) fn convert<'a>(&mut self, bytes: &'a [u8], scratch: &'a mut Vec<u8>) -> Option<Cow<'a, [u8]>> {
        if let Some(each) = &mut self.each {
            scratch.clear();
            let srid = match wkb::normalise(bytes) {
                Ok((_, srid)) => srid.unwrap_or(0),
                Err(e) => return self.lose(e.to_string()),
            };
            let transform = each.entry(srid).or_insert_with(|| {
                let system = if srid == 0 { System::wgs84() } else { System::epsg(srid.unsigned_abs()) };
                Transform::between(&system, &System::wgs84()).ok()
            });
            let Some(transform) = transform else { return self.lose(format!("SRID {srid} cannot be transformed")) };
            let done = transform.wkb(bytes, scratch);
            return match done {
                Ok(()) => Some(Cow::Borrowed(scratch)),
                Err(e) => self.lose(e.to_string()),
            };
        }
        let Some(transform) = &self.transform else {
            return match wkb::normalise(bytes) {
                Ok((iso, _)) => Some(iso),
                Err(e) => self.lose(e.to_string()),
            };
        };
        scratch.clear();
        match transform.wkb(bytes, scratch) {
            Ok(()) => Some(Cow::Borrowed(scratch)),
            Err(e) => self.lose(e.to_string()),
        }
    }

    /// Counts a geometry that could not be written.
    pub(super) fn lose<T>(&mut self, why: String) -> Option<T> {
        *self.lost.entry(why).or_default() += 1;
        None
    }

    /// Decimals in degrees, as asked for or a centimetre's worth.
    pub(super) fn decimals(asked: Option<u32>) -> usize {
        asked.map_or(CENTIMETRE_IN_DEGREES, |n| n.min(15) as usize)
    }

    /// What is to be known at the end.
    pub(super) fn notes(self, name: &str, notes: &mut Vec<String>) {
        if self.rough {
            notes.push(format!("{name}: this transformation is exact to a few metres only."));
        }
        let mut lost: Vec<_> = self.lost.into_iter().collect();
        lost.sort();
        for (why, count) in lost.into_iter().take(5) {
            notes.push(format!("{name}: {count} geometries could not be written and are empty there ({why})."));
        }
    }
}
