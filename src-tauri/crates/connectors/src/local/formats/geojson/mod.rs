//! GeoJSON: a collection, a single feature or geometry, or one after the other (one a line, or after record separators).
//!
//! Owns: reading features from a file of any size one by one, and the columns that all of them together need. The file is read
//! once as a whole when it is opened, for its columns, count and extent, and once more for each reading; only one feature at a
//! time is in memory. Does not own: filtering beyond each geometry's own box.
//!
//! Nothing is lost: numbers that no column type holds exactly are kept as text, nested values as JSON text, members beside
//! `properties` as columns of their own.

mod columns;
mod coordinates;
mod feature;
mod pass;
mod scan;
#[cfg(test)]
mod tests;

use super::held::Held;
use super::rows::{Rows, Value};
use crate::local::source::{Layer, Read, Sink, Source};
use columns::Columns;
use coordinates::Shape;
use feature::Feature;
use model::Result;
use scan::{Item, Scan};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// An opened GeoJSON file.
struct GeoJson {
    held: Held,
    columns: Columns,
    layers: [Layer; 1],
}

/// Opens the file and looks at all of it once.
///
/// # Errors
/// When it cannot be read, or is no GeoJSON.
pub(in crate::local) fn open(path: &Path) -> Result<Arc<dyn Source>> {
    let held = Held::of(path)?;
    let (columns, layer) = pass::over(&held)?;
    Ok(Arc::new(GeoJson { held, columns, layers: [layer] }))
}

impl Source for GeoJson {
    fn layers(&self) -> &[Layer] {
        &self.layers
    }

    fn read(&self, _: usize, read: &Read, sink: &mut Sink<'_>) -> Result<()> {
        let mut rows = Rows::new(&self.layers[0].schema, read, sink)?;
        if rows.is_full() {
            return Ok(());
        }
        let bounds = read.bbox.map(|(_, bounds)| bounds);
        let (mut shape, mut wkb, mut number) = (Shape::default(), Vec::new(), 0u64);
        let flow = Scan::new(&self.held)?.run(&mut |item| {
            let Item::Feature(bytes) = item else { return Ok(ControlFlow::Continue(())) };
            number += 1;
            let wrong = |why: feature::Wrong| self.held.damaged(why.of_feature(number));
            let mut repaired = Vec::new();
            let feature = Feature::read(bytes, &mut repaired).map_err(wrong)?;
            if feature.is_empty_collection() {
                return Ok(ControlFlow::Continue(()));
            }
            let there = match feature.geometry {
                Some(geometry) if bounds.is_some() || rows.wants(self.columns.geometry()) => {
                    shape.read(geometry).map_err(wrong)?;
                    true
                }
                _ => false,
            };
            if bounds.is_some_and(|bounds| !there || !shape.meets(bounds)) {
                return Ok(ControlFlow::Continue(()));
            }
            if there {
                wkb.clear();
                shape.write(&mut wkb);
                rows.put(self.columns.geometry(), Value::Bytes(&wkb))?;
            }
            self.columns.put(&feature, &mut rows).map_err(|why| match why {
                columns::Failed::Wrong(why) => wrong(why),
                columns::Failed::Error(error) => error,
            })?;
            rows.end_row()
        })?;
        self.held.check()?;
        if flow.is_continue() { rows.flush().map(|_| ()) } else { Ok(()) }
    }
}
