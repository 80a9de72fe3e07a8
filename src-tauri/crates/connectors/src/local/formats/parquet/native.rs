//! Geometry in columns of numbers (GeoArrow's own encodings), made into WKB.
//!
//! Owns: points as structures of x, y, z, m, and lists of them as deep as the type needs. Does not own: which encoding a column
//! has (`columns`).

use arrow_array::builder::BinaryBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field};
use map::wkb::Kind;
use std::sync::Arc;

/// How the numbers are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Native {
    pub(super) kind: Kind,
    pub(super) z: bool,
    pub(super) m: bool,
}

impl Native {
    /// Of this encoding's name, for a column of this type. None when the type is not laid out so.
    pub(super) fn of(encoding: &str, data_type: &DataType) -> Option<Self> {
        let kind = match encoding {
            "point" => Kind::Point,
            "linestring" => Kind::LineString,
            "polygon" => Kind::Polygon,
            "multipoint" => Kind::MultiPoint,
            "multilinestring" => Kind::MultiLineString,
            "multipolygon" => Kind::MultiPolygon,
            _ => return None,
        };
        let mut inner = data_type;
        for _ in 0..levels(kind) {
            inner = match inner {
                DataType::List(field) | DataType::LargeList(field) => field.data_type(),
                _ => return None,
            };
        }
        let DataType::Struct(fields) = inner else { return None };
        let number = |name: &str| fields.iter().any(|f| f.name() == name && f.data_type().is_floating());
        let others = fields.iter().any(|f| !["x", "y", "z", "m"].contains(&f.name().as_str()));
        (number("x") && number("y") && !others).then(|| Self { kind, z: number("z"), m: number("m") })
    }

    /// The column as ISO WKB.
    ///
    /// # Errors
    /// When the column is not laid out so after all.
    pub(super) fn wkb(self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let mut lists = Vec::new();
        let mut inner = Arc::clone(array);
        for _ in 0..levels(self.kind) {
            let list = small(&inner)?;
            let list = list.as_list_opt::<i32>().ok_or_else(|| unlike("a list"))?;
            lists.push(list.offsets().clone());
            inner = Arc::clone(list.values());
        }
        let points = inner.as_struct_opt().ok_or_else(|| unlike("coordinates"))?;
        let mut numbers = Vec::new();
        for name in ["x", "y", "z", "m"] {
            if let Some(column) = points.column_by_name(name) {
                numbers.push(arrow_cast::cast(column, &DataType::Float64)?.as_primitive::<Float64Type>().clone());
            }
        }
        let writer = Writer { native: self, numbers, lists };
        let mut out = BinaryBuilder::new();
        let mut bytes = Vec::new();
        for row in 0..array.len() {
            if array.is_null(row) {
                out.append_null();
            } else {
                bytes.clear();
                writer.write(row, &mut bytes);
                out.append_value(&bytes);
            }
        }
        Ok(Arc::new(out.finish()))
    }
}

/// How many lists are around a point.
fn levels(kind: Kind) -> usize {
    match kind {
        Kind::LineString | Kind::MultiPoint => 1,
        Kind::Polygon | Kind::MultiLineString => 2,
        Kind::MultiPolygon => 3,
        _ => 0,
    }
}

fn unlike(expected: &str) -> ArrowError {
    ArrowError::SchemaError(format!("a geometry's column does not hold {expected}"))
}

/// Lists with long offsets as lists with short ones.
fn small(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::LargeList(field) => {
            arrow_cast::cast(array, &DataType::List(Arc::new(Field::new(field.name(), field.data_type().clone(), true))))
        }
        _ => Ok(Arc::clone(array)),
    }
}

struct Writer {
    native: Native,
    numbers: Vec<Float64Array>,
    /// From the outside in.
    lists: Vec<OffsetBuffer<i32>>,
}

impl Writer {
    fn write(&self, row: usize, out: &mut Vec<u8>) {
        match self.native.kind {
            Kind::MultiPoint => self.parts(0, row, Kind::Point, out),
            Kind::MultiLineString => self.parts(0, row, Kind::LineString, out),
            Kind::MultiPolygon => self.parts(0, row, Kind::Polygon, out),
            kind => self.one(kind, 0, row, out),
        }
    }

    fn head(&self, kind: Kind, out: &mut Vec<u8>) {
        let code = kind as u32 + u32::from(self.native.z) * 1000 + u32::from(self.native.m) * 2000;
        out.push(1);
        out.extend_from_slice(&code.to_le_bytes());
    }

    fn range(&self, level: usize, at: usize) -> std::ops::Range<usize> {
        let offsets = &self.lists[level];
        let place = |at: usize| usize::try_from(offsets[at]).unwrap_or_default();
        place(at)..place(at + 1)
    }

    fn count(count: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn parts(&self, level: usize, at: usize, kind: Kind, out: &mut Vec<u8>) {
        self.head(self.native.kind, out);
        let range = self.range(level, at);
        Self::count(range.len(), out);
        range.for_each(|part| self.one(kind, level + 1, part, out));
    }

    fn one(&self, kind: Kind, level: usize, at: usize, out: &mut Vec<u8>) {
        self.head(kind, out);
        match kind {
            Kind::Point => self.position(at, out),
            Kind::LineString => self.positions(level, at, out),
            _ => {
                let rings = self.range(level, at);
                Self::count(rings.len(), out);
                rings.for_each(|ring| self.positions(level + 1, ring, out));
            }
        }
    }

    fn positions(&self, level: usize, at: usize, out: &mut Vec<u8>) {
        let range = self.range(level, at);
        Self::count(range.len(), out);
        range.for_each(|point| self.position(point, out));
    }

    fn position(&self, at: usize, out: &mut Vec<u8>) {
        for numbers in &self.numbers {
            let number = if numbers.is_null(at) { f64::NAN } else { numbers.value(at) };
            out.extend_from_slice(&number.to_le_bytes());
        }
    }
}
