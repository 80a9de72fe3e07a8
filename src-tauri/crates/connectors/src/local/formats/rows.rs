//! Rows from a format that has them one by one: into Arrow's columns, in batches of a bounded size.
//!
//! Owns: the columns that are wanted, the size of a batch, and the words of a column for the schema. Does not own: where values
//! come from, filtering.

use super::super::source::{Read, Sink};
use arrow_array::builder::{
    BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float32Builder, Float64Builder, Int8Builder, Int16Builder,
    Int32Builder, Int64Builder, StringBuilder, TimestampMillisecondBuilder, UInt8Builder, UInt16Builder, UInt32Builder,
    UInt64Builder,
};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use map::crs::System;
use model::{Crs, Result, common};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A batch is at most so many rows.
const ROWS: usize = 8_192;
/// A batch ends when it holds so many bytes.
const BYTES: usize = 4 * 1024 * 1024;

/// One value on its way into a column. A number fits the column's type by the format's own rules.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// The digits of a decimal number without its point.
    Decimal(i128),
    /// Days since 1970.
    Days(i32),
    /// Milliseconds since 1970.
    Millis(i64),
}

macro_rules! columns {
    ($($kind:ident($builder:ty)),* $(,)?) => {
        enum Cells { $($kind($builder)),* }
        impl Cells {
            fn null(&mut self) { match self { $(Self::$kind(b) => b.append_null()),* } }
            fn finish(&mut self) -> ArrayRef { match self { $(Self::$kind(b) => Arc::new(b.finish())),* } }
        }
    };
}

columns!(
    Bool(BooleanBuilder),
    Int8(Int8Builder),
    Int16(Int16Builder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    UInt8(UInt8Builder),
    UInt16(UInt16Builder),
    UInt32(UInt32Builder),
    UInt64(UInt64Builder),
    Float32(Float32Builder),
    Float64(Float64Builder),
    Text(StringBuilder),
    Bytes(BinaryBuilder),
    Decimal(Decimal128Builder),
    Days(Date32Builder),
    Millis(TimestampMillisecondBuilder),
);

impl Cells {
    fn of(kind: &DataType) -> Option<Self> {
        Some(match kind {
            DataType::Boolean => Self::Bool(BooleanBuilder::new()),
            DataType::Int8 => Self::Int8(Int8Builder::new()),
            DataType::Int16 => Self::Int16(Int16Builder::new()),
            DataType::Int32 => Self::Int32(Int32Builder::new()),
            DataType::Int64 => Self::Int64(Int64Builder::new()),
            DataType::UInt8 => Self::UInt8(UInt8Builder::new()),
            DataType::UInt16 => Self::UInt16(UInt16Builder::new()),
            DataType::UInt32 => Self::UInt32(UInt32Builder::new()),
            DataType::UInt64 => Self::UInt64(UInt64Builder::new()),
            DataType::Float32 => Self::Float32(Float32Builder::new()),
            DataType::Float64 => Self::Float64(Float64Builder::new()),
            DataType::Utf8 => Self::Text(StringBuilder::new()),
            DataType::Binary => Self::Bytes(BinaryBuilder::new()),
            DataType::Decimal128(..) => Self::Decimal(Decimal128Builder::new().with_data_type(kind.clone())),
            DataType::Date32 => Self::Days(Date32Builder::new()),
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                Self::Millis(TimestampMillisecondBuilder::new().with_data_type(kind.clone()))
            }
            _ => return None,
        })
    }

    /// Appends the value; false when it does not fit the column, which is a defect of the format's reader.
    #[allow(clippy::cast_possible_truncation)] // Only of f32 columns, whose values were f32.
    fn put(&mut self, value: Value<'_>) -> bool {
        macro_rules! whole {
            ($builder:expr, $number:expr) => {
                match $number.try_into() {
                    Ok(number) => $builder.append_value(number),
                    Err(_) => return false,
                }
            };
        }
        match (self, value) {
            (Self::Bool(b), Value::Bool(v)) => b.append_value(v),
            (Self::Int8(b), Value::Int(v)) => whole!(b, v),
            (Self::Int16(b), Value::Int(v)) => whole!(b, v),
            (Self::Int32(b), Value::Int(v)) => whole!(b, v),
            (Self::Int64(b), Value::Int(v)) => b.append_value(v),
            (Self::UInt8(b), Value::UInt(v)) => whole!(b, v),
            (Self::UInt16(b), Value::UInt(v)) => whole!(b, v),
            (Self::UInt32(b), Value::UInt(v)) => whole!(b, v),
            (Self::UInt64(b), Value::UInt(v)) => b.append_value(v),
            (Self::Float32(b), Value::Float(v)) => b.append_value(v as f32),
            (Self::Float64(b), Value::Float(v)) => b.append_value(v),
            (Self::Text(b), Value::Text(v)) => b.append_value(v),
            (Self::Bytes(b), Value::Bytes(v)) => b.append_value(v),
            (Self::Decimal(b), Value::Decimal(v)) => b.append_value(v),
            (Self::Days(b), Value::Days(v)) => b.append_value(v),
            (Self::Millis(b), Value::Millis(v)) => b.append_value(v),
            _ => return false,
        }
        true
    }
}

/// Gathers rows and hands them on in batches.
pub(super) struct Rows<'s, 'o> {
    schema: SchemaRef,
    /// For each column of the layer, where it goes.
    places: Vec<Option<usize>>,
    /// For each column of the batch, from where it comes.
    order: Vec<usize>,
    cells: Vec<Cells>,
    filled: Vec<bool>,
    rows: usize,
    bytes: usize,
    left: u64,
    sink: &'s mut Sink<'o>,
}

impl<'s, 'o> Rows<'s, 'o> {
    /// For what `read` wants of a layer with these columns.
    ///
    /// # Errors
    /// When a column is wanted that the layer does not have.
    pub(super) fn new(schema: &SchemaRef, read: &Read, sink: &'s mut Sink<'o>) -> Result<Self> {
        let mut places = vec![None; schema.fields().len()];
        let (mut order, mut cells) = (Vec::new(), Vec::new());
        for column in &read.columns {
            let field = schema.fields().get(*column).ok_or_else(|| common::internal("a column that the file does not have"))?;
            let next = cells.len();
            let place = *places[*column].get_or_insert(next);
            if place == next {
                let kind = Cells::of(field.data_type());
                cells.push(kind.ok_or_else(|| common::internal("a column of a type that no file has"))?);
            }
            order.push(place);
        }
        let schema = Arc::new(schema.project(&read.columns).map_err(common::internal)?);
        let filled = vec![false; cells.len()];
        let left = read.limit.unwrap_or(u64::MAX);
        Ok(Self { schema, places, order, cells, filled, rows: 0, bytes: 0, left, sink })
    }

    /// Whether this column of the layer is wanted at all.
    pub(super) fn wants(&self, column: usize) -> bool {
        self.places.get(column).is_some_and(Option::is_some)
    }

    /// No rows are wanted any more.
    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    /// The value of this column of the layer in the row that is being made. The first one counts.
    ///
    /// # Errors
    /// When it does not fit the column.
    pub(super) fn put(&mut self, column: usize, value: Value<'_>) -> Result<()> {
        let Some(Some(place)) = self.places.get(column).copied() else { return Ok(()) };
        if self.filled[place] {
            return Ok(());
        }
        if !self.cells[place].put(value) {
            return Err(common::internal("a value that does not fit its column"));
        }
        self.filled[place] = true;
        self.bytes += match value {
            Value::Text(text) => text.len() + 4,
            Value::Bytes(bytes) => bytes.len() + 4,
            _ => 8,
        };
        Ok(())
    }

    /// The row is complete; what it was not given is NULL. Breaks when no more rows are wanted.
    ///
    /// # Errors
    /// When a batch cannot be made.
    pub(super) fn end_row(&mut self) -> Result<ControlFlow<()>> {
        for (cells, filled) in self.cells.iter_mut().zip(&mut self.filled) {
            if !std::mem::take(filled) {
                cells.null();
            }
        }
        self.rows += 1;
        self.left = self.left.saturating_sub(1);
        if self.rows >= ROWS || self.bytes >= BYTES || self.left == 0 {
            let flow = self.flush()?;
            return Ok(if self.left == 0 { ControlFlow::Break(()) } else { flow });
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Hands on what is left.
    ///
    /// # Errors
    /// When a batch cannot be made.
    pub(super) fn flush(&mut self) -> Result<ControlFlow<()>> {
        if self.rows == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        let made: Vec<ArrayRef> = self.cells.iter_mut().map(Cells::finish).collect();
        let arrays = self.order.iter().map(|place| made[*place].clone()).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options).map_err(common::internal)?;
        (self.rows, self.bytes) = (0, 0);
        Ok((self.sink)(batch))
    }
}

/// A column of text that is JSON.
pub(super) fn json_field(name: &str) -> Field {
    let metadata = HashMap::from([("landbridge.type".to_owned(), "json".to_owned())]);
    Field::new(name, DataType::Utf8, true).with_metadata(metadata)
}

/// A column of geometries in this system.
pub(super) fn geometry_field(name: &str, system: Option<&System>) -> Field {
    let metadata = HashMap::from([
        ("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned()),
        ("ARROW:extension:metadata".to_owned(), system.map_or_else(|| "{}".to_owned(), |s| s.to_geoarrow(false))),
    ]);
    Field::new(name, DataType::Binary, true).with_metadata(metadata)
}

/// The system as the catalog names it.
pub(super) fn crs(system: Option<&System>) -> Crs {
    match system {
        None => Crs::Unknown,
        Some(system) => system.code().map_or_else(|| Crs::Named { name: system.name().to_owned() }, |code| Crs::Epsg { code }),
    }
}

/// Column names as a file gives them, made different from each other: a second `name` becomes `name (2)`. Case counts.
pub(super) fn unique<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    // Where to go on counting: thousands of columns of one name are no reason to wait.
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut out = Vec::new();
    for name in names {
        let name = if name.is_empty() { "column" } else { name };
        let mut made = name.to_owned();
        while !taken.insert(made.clone()) {
            let count = counts.entry(name).or_insert(1);
            *count += 1;
            made = format!("{name} ({count})");
        }
        out.push(made);
    }
    out
}

/// A name for the geometry column that none of the others has.
pub(super) fn geometry_name(others: &[String]) -> String {
    let free = |name: &&str| !others.iter().any(|other| other.eq_ignore_ascii_case(name));
    let name = ["geometry", "geom", "shape", "wkb_geometry"].iter().find(|name| free(name));
    name.map_or_else(|| format!("geometry ({})", others.len()), |name| (*name).to_owned())
}

/// A schema of these columns.
pub(super) fn schema(fields: Vec<Field>) -> SchemaRef {
    Arc::new(Schema::new(fields))
}
