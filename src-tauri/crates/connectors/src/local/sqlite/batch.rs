//! Columns that grow value by value, until they are a record batch.

use super::blob;
use super::moment;
use super::shape::{Shape, as_text, exact};
use arrow_array::builder::{
    BinaryBuilder, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::SchemaRef;
use model::{Result, common};
use rusqlite::types::ValueRef;
use std::sync::Arc;

/// What a value takes, about.
pub(super) fn size(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len() + 8,
        _ => 8,
    }
}

enum Builder {
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Text(StringBuilder),
    Any(StringBuilder),
    Binary(BinaryBuilder),
    Date(Date32Builder),
    Moment(moment::Form, TimestampMicrosecondBuilder),
    Geometry(BinaryBuilder),
}

/// A batch that grows.
pub(super) struct Batch {
    builders: Vec<Builder>,
    /// Room for one geometry on its way.
    wkb: Vec<u8>,
    /// Its rows; whoever adds values counts them.
    pub(super) rows: usize,
    /// What its values take.
    pub(super) bytes: usize,
}

impl Batch {
    /// For columns of these types.
    pub(super) fn new(shapes: &[Shape]) -> Self {
        let builder = |shape: &Shape| match *shape {
            Shape::Bool => Builder::Bool(BooleanBuilder::new()),
            Shape::Int => Builder::Int(Int64Builder::new()),
            Shape::Float => Builder::Float(Float64Builder::new()),
            Shape::Text => Builder::Text(StringBuilder::new()),
            Shape::Any => Builder::Any(StringBuilder::new()),
            Shape::Binary => Builder::Binary(BinaryBuilder::new()),
            Shape::Date => Builder::Date(Date32Builder::new()),
            Shape::Moment(form) => {
                let zoned = TimestampMicrosecondBuilder::new().with_timezone_opt(form.utc.then_some("UTC"));
                Builder::Moment(form, zoned)
            }
            Shape::Geometry => Builder::Geometry(BinaryBuilder::new()),
        };
        Self { builders: shapes.iter().map(builder).collect(), wkb: Vec::new(), rows: 0, bytes: 0 }
    }

    /// One more value of a column. False when it does not fit: the batch is then of no use.
    pub(super) fn add(&mut self, column: usize, value: ValueRef<'_>) -> bool {
        self.bytes += size(value);
        match (&mut self.builders[column], value) {
            (Builder::Any(b), value) => b.append_option(as_text(value)),
            (Builder::Bool(b), ValueRef::Null) => b.append_null(),
            (Builder::Bool(b), ValueRef::Integer(n @ (0 | 1))) => b.append_value(n == 1),
            (Builder::Int(b), ValueRef::Null) => b.append_null(),
            (Builder::Int(b), ValueRef::Integer(n)) => b.append_value(n),
            (Builder::Float(b), ValueRef::Null) => b.append_null(),
            (Builder::Float(b), ValueRef::Real(n)) => b.append_value(n),
            (Builder::Float(b), ValueRef::Integer(n)) => match exact(n) {
                Some(n) => b.append_value(n),
                None => return false,
            },
            (Builder::Text(b), ValueRef::Null) => b.append_null(),
            (Builder::Text(b), ValueRef::Text(text)) => match std::str::from_utf8(text) {
                Ok(text) => b.append_value(text),
                Err(_) => return false,
            },
            (Builder::Binary(b) | Builder::Geometry(b), ValueRef::Null) => b.append_null(),
            (Builder::Binary(b), ValueRef::Blob(blob)) => b.append_value(blob),
            (Builder::Date(b), ValueRef::Null) => b.append_null(),
            (Builder::Date(b), ValueRef::Text(text)) => match moment::date(text) {
                Some(days) => b.append_value(days),
                None => return false,
            },
            (Builder::Moment(_, b), ValueRef::Null) => b.append_null(),
            (Builder::Moment(form, b), ValueRef::Text(text)) => match moment::moment(text) {
                Some((found, micros)) if found == *form => b.append_value(micros),
                _ => return false,
            },
            (Builder::Geometry(b), ValueRef::Blob(blob)) => {
                let Some(header) = blob::header(blob) else { return false };
                self.wkb.clear();
                // What cannot be read is handed on as it is: whoever looks at it says what is wrong.
                match map::wkb::normalise_into(&blob[header.wkb..], &mut self.wkb) {
                    Ok(_) => b.append_value(&self.wkb),
                    Err(_) => b.append_value(&blob[header.wkb..]),
                }
            }
            _ => return false,
        }
        true
    }

    /// What has come so far; it begins anew.
    ///
    /// # Errors
    /// A defect of ours.
    pub(super) fn take(&mut self, schema: &SchemaRef) -> Result<RecordBatch> {
        let arrays: Vec<ArrayRef> = self.builders.iter_mut().map(finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        (self.rows, self.bytes) = (0, 0);
        RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options).map_err(common::internal)
    }
}

fn finish(builder: &mut Builder) -> ArrayRef {
    match builder {
        Builder::Bool(b) => Arc::new(b.finish()),
        Builder::Int(b) => Arc::new(b.finish()),
        Builder::Float(b) => Arc::new(b.finish()),
        Builder::Text(b) | Builder::Any(b) => Arc::new(b.finish()),
        Builder::Binary(b) | Builder::Geometry(b) => Arc::new(b.finish()),
        Builder::Date(b) => Arc::new(b.finish()),
        Builder::Moment(_, b) => Arc::new(b.finish()),
    }
}
