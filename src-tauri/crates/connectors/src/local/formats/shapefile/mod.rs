//! Shapefiles: shapes (.shp), their values (.dbf), and what stands beside them; also in a ZIP file, read in place.
//!
//! Owns: finding the parts, and the shapes and values row by row. Each part is read once from its beginning, so that a packed
//! one need not be unpacked; nothing but a memo file is held in memory, and that is bounded. Does not own: filtering beyond
//! each shape's own box.
//!
//! All polygons are given as multipolygons and all lines as multilines: the format does not tell them apart.

mod code_page;
mod dbf;
mod memo;
mod parts;
mod rings;
mod shp;
mod table;
#[cfg(test)]
mod tests;
mod value;

use super::held::Held;
use crate::local::source::{Layer, Read, Sink, Source};
use model::Result;
use parts::Place;
use std::path::Path;
use std::sync::Arc;
use table::Table;

/// An opened Shapefile, or a ZIP file with some.
struct Shapefile {
    tables: Vec<Table>,
    layers: Vec<Layer>,
}

/// Opens a `.shp` with what stands beside it, or a ZIP file that holds some.
///
/// # Errors
/// When it cannot be read, or holds no Shapefile.
pub(in crate::local) fn open(path: &Path) -> Result<Arc<dyn Source>> {
    let packed = parts::is_zip(&Held::of(path)?)?;
    let places: Vec<Place> = if packed { parts::in_zip(path)? } else { vec![parts::beside(path)?] };
    let (mut tables, mut layers) = (Vec::new(), Vec::new());
    for place in places {
        let (table, layer) = Table::open(place)?;
        tables.push(table);
        layers.push(layer);
    }
    Ok(Arc::new(Shapefile { tables, layers }))
}

impl Source for Shapefile {
    fn layers(&self) -> &[Layer] {
        &self.layers
    }

    fn read(&self, layer: usize, read: &Read, sink: &mut Sink<'_>) -> Result<()> {
        match (self.tables.get(layer), self.layers.get(layer)) {
            (Some(table), Some(layer)) => table.read(layer, read, sink),
            _ => Err(model::common::gone("table")),
        }
    }
}
