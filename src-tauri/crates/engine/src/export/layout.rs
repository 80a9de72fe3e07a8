//! What becomes of each column in a file: its name there, and whether it is a geometry.

use super::How;
use super::geometry::Geometries;
use super::texts::NO_GEOMETRY;
use super::values::Value;
use crate::explorer::cells::{self, Cells};
use crate::views::ExportFormat;
use arrow_schema::SchemaRef;
use model::{Error, Result};
use std::collections::HashSet;

/// A column in the file.
pub(super) struct Column {
    /// Unique.
    pub(super) name: String,
    pub(super) is: Is,
}

pub(super) enum Is {
    Geometry(Box<Geometries>),
    Value(Value),
}

pub(super) struct Layout {
    pub(super) cells: Cells,
    pub(super) columns: Vec<Column>,
    /// The place of the first geometry.
    pub(super) geometry: Option<usize>,
    /// What is to be known before a row is seen.
    pub(super) notes: Vec<String>,
    pub(super) how: How,
}

impl Layout {
    pub(super) fn of(schema: &SchemaRef, how: How) -> Result<Self> {
        let mut notes = Vec::new();
        let (mut columns, mut taken) = (Vec::new(), HashSet::new());
        let mut renamed = 0;
        for (at, field) in schema.fields().iter().enumerate() {
            let name = unique(field.name(), at, &mut taken);
            renamed += usize::from(name != *field.name());
            let is = match Geometries::of(field, how.format, &mut notes) {
                Some(geometries) => Is::Geometry(Box::new(geometries)),
                None => Is::Value(Value::of(cells::view(field, false, false).kind)),
            };
            columns.push(Column { name, is });
        }
        let geometry = columns.iter().position(|c| matches!(c.is, Is::Geometry(_)));
        if geometry.is_none() && matches!(how.format, ExportFormat::GeoJson | ExportFormat::GeoJsonLines) {
            return Err(Error::new(&NO_GEOMETRY));
        }
        if renamed > 0 {
            notes.push(format!("{renamed} columns without a name of their own were renamed: names are unique in the file."));
        }
        Ok(Self { cells: Cells::of(schema), columns, geometry, notes, how })
    }

    /// What the geometries have to say at the end, behind what was known before.
    pub(super) fn into_notes(self) -> Vec<String> {
        let mut notes = self.notes;
        for column in self.columns {
            if let Is::Geometry(geometries) = column.is {
                geometries.notes(&column.name, &mut notes);
            }
        }
        notes.dedup();
        notes
    }
}

fn unique(name: &str, at: usize, taken: &mut HashSet<String>) -> String {
    let wanted = if name.is_empty() { format!("column_{}", at + 1) } else { name.to_owned() };
    let mut unique = wanted.clone();
    let mut n = 1;
    while !taken.insert(unique.clone()) {
        n += 1;
        unique = format!("{wanted}_{n}");
    }
    unique
}
