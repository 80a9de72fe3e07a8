//! What of a Parquet file certainly does not meet a box, by its statistics.
//!
//! Owns: the box around a row group, by the statistics of bounding-box columns, of Parquet's own geometry types, or of coordinates
//! that are columns themselves; and the rows' own boxes, where the file has them. Does not own: the exact comparison (`evaluate`).
//!
//! In doubt a row stays: when a statistic is missing or no number, and where a box goes around the antimeridian (west greater
//! than east). Boxes kept as single floats may be off by their last digit: the box that is asked for is widened by that.

use super::columns::Columns;
use crate::local::evaluate::meet;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::{ArrowError, DataType};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowPredicateFn, RowFilter};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::statistics::Statistics;
use parquet::schema::types::SchemaDescriptor;
use std::sync::Arc;

/// Where the boxes of a geometry column are.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Boxes {
    /// Columns of xmin, ymin, xmax, ymax, by the places of their leaves, and their paths.
    Covering([usize; 4], [String; 4]),
    /// Parquet's own statistics of geometry, of this leaf.
    Native(usize),
    /// Coordinates are columns themselves: the leaves of x and y.
    Coordinates(usize, usize),
}

/// Where the boxes of the geometry column `at` are. None: nowhere.
pub(super) fn boxes(columns: &Columns, at: usize, parquet: &SchemaDescriptor, metadata: &ParquetMetaData) -> Option<Boxes> {
    let leaf = |path: &str| parquet.columns().iter().position(|c| c.path().string() == path);
    let (_, _, of) = columns.geometries.iter().find(|(column, ..)| *column == at)?;
    if let Some(paths) = &of.covering {
        let float = |path: &String| {
            let at = leaf(path)?;
            use parquet::basic::Type::{DOUBLE, FLOAT};
            matches!(parquet.column(at).physical_type(), FLOAT | DOUBLE).then_some(at)
        };
        if let [Some(a), Some(b), Some(c), Some(d)] = [&paths[0], &paths[1], &paths[2], &paths[3]].map(float) {
            return Some(Boxes::Covering([a, b, c, d], paths.clone()));
        }
    }
    let mut own = (0..parquet.num_columns()).filter(|leaf| parquet.get_column_root_idx(*leaf) == at);
    if of.encoding == "wkb" {
        let leaf = own.next()?;
        let told = metadata.row_groups().iter().any(|group| group.column(leaf).geo_statistics().is_some());
        return told.then_some(Boxes::Native(leaf));
    }
    let named = |name: &str| own.clone().find(|leaf| parquet.column(*leaf).name() == name);
    Some(Boxes::Coordinates(named("x")?, named("y")?))
}

/// Least and greatest of a leaf in a row group.
fn range(group: &RowGroupMetaData, leaf: usize) -> Option<(f64, f64)> {
    let (least, greatest) = match group.column(leaf).statistics()? {
        Statistics::Float(s) => (f64::from(*s.min_opt()?), f64::from(*s.max_opt()?)),
        Statistics::Double(s) => (*s.min_opt()?, *s.max_opt()?),
        _ => return None,
    };
    (least <= greatest).then_some((least, greatest))
}

/// The box around a row group. None when it is not known.
pub(super) fn around(boxes: &Boxes, group: &RowGroupMetaData) -> Option<[f64; 4]> {
    let bounds = match boxes {
        Boxes::Covering([xmin, ymin, xmax, ymax], _) => {
            [range(group, *xmin)?.0, range(group, *ymin)?.0, range(group, *xmax)?.1, range(group, *ymax)?.1]
        }
        Boxes::Native(leaf) => {
            let bounds = group.column(*leaf).geo_statistics()?.bounding_box()?;
            [bounds.get_xmin(), bounds.get_ymin(), bounds.get_xmax(), bounds.get_ymax()]
        }
        Boxes::Coordinates(x, y) => {
            let (x, y) = (range(group, *x)?, range(group, *y)?);
            [x.0, y.0, x.1, y.1]
        }
    };
    (bounds[0] <= bounds[2] && bounds[1] <= bounds[3]).then_some(bounds)
}

/// The box around everything.
pub(super) fn extent(boxes: &Boxes, metadata: &ParquetMetaData) -> Option<[f64; 4]> {
    let mut groups = metadata.row_groups().iter().filter(|group| group.num_rows() > 0);
    let first = around(boxes, groups.next()?)?;
    groups.try_fold(first, |all, group| {
        let one = around(boxes, group)?;
        Some([all[0].min(one[0]), all[1].min(one[1]), all[2].max(one[2]), all[3].max(one[3])])
    })
}

/// The row groups that may hold a row that meets the box.
pub(super) fn groups(boxes: Option<&Boxes>, bbox: Option<[f64; 4]>, metadata: &ParquetMetaData) -> Vec<usize> {
    let all = 0..metadata.num_row_groups();
    let (Some(boxes), Some(bbox)) = (boxes, bbox) else { return all.collect() };
    let bbox = widened(bbox);
    all.filter(|at| around(boxes, metadata.row_group(*at)).is_none_or(|bounds| meet(&bounds, &bbox))).collect()
}

/// Keeps the rows whose own box may meet this one. None when the file has no boxes of rows.
pub(super) fn filter(boxes: Option<&Boxes>, bbox: Option<[f64; 4]>, parquet: &SchemaDescriptor) -> Option<RowFilter> {
    let (Some(Boxes::Covering(leaves, paths)), Some(bbox)) = (boxes, bbox) else { return None };
    let (mask, paths, bbox) = (ProjectionMask::leaves(parquet, *leaves), paths.clone(), widened(bbox));
    let keep = move |batch: RecordBatch| -> Result<BooleanArray, ArrowError> {
        let sides = [side(&batch, &paths[0])?, side(&batch, &paths[1])?, side(&batch, &paths[2])?, side(&batch, &paths[3])?];
        let keep = |row: usize| {
            let known = sides.iter().all(|s| s.is_valid(row));
            let value = |at: usize| sides[at].as_primitive::<Float64Type>().value(row);
            let bounds = [value(0), value(1), value(2), value(3)];
            // Also true for NaN, and around the antimeridian.
            let sound = bounds[0] <= bounds[2] && bounds[1] <= bounds[3];
            !known || !sound || meet(&bounds, &bbox)
        };
        Ok((0..batch.num_rows()).map(|row| Some(keep(row))).collect())
    };
    Some(RowFilter::new(vec![Box::new(ArrowPredicateFn::new(mask, keep))]))
}

/// The column at the end of a path, as double floats; NULL where any part of the path is NULL.
fn side(batch: &RecordBatch, path: &str) -> Result<ArrayRef, ArrowError> {
    let missing = || ArrowError::SchemaError(format!("there is no {path}"));
    let mut names = path.split('.');
    let mut array = Arc::clone(batch.column_by_name(names.next().unwrap_or_default()).ok_or_else(missing)?);
    let mut nulls = array.logical_nulls();
    for name in names {
        let inner = Arc::clone(array.as_struct_opt().and_then(|s| s.column_by_name(name)).ok_or_else(missing)?);
        nulls = arrow_buffer::NullBuffer::union(nulls.as_ref(), inner.logical_nulls().as_ref());
        array = inner;
    }
    let numbers = arrow_cast::cast(&array, &DataType::Float64)?;
    let numbers = numbers.as_primitive::<Float64Type>();
    Ok(Arc::new(arrow_array::Float64Array::new(numbers.values().clone(), nulls)))
}

/// By the last digit of a single float on each side.
fn widened([west, south, east, north]: [f64; 4]) -> [f64; 4] {
    let digit = |n: f64| n.abs() * f64::from(f32::EPSILON) + f64::from(f32::MIN_POSITIVE);
    [west - digit(west), south - digit(south), east + digit(east), north + digit(north)]
}
