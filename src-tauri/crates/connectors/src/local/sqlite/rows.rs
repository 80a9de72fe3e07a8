//! A statement's rows as record batches.
//!
//! Owns: which type each column gets, batches and their size. Does not own: what the statement is (`select`, `query`).

use super::blob;
use super::failure::{DOES_NOT_FIT, PARAMETERS};
use super::known::{Learnt, system};
use super::moment;
use super::open::{Opened, ended};
use super::shape::{Declared, Shape, as_text, exact};
use crate::local::stream::Out;
use arrow_array::builder::{
    BinaryBuilder, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema, SchemaRef};
use model::{Count, Error, Result, Scalar, common};
use rusqlite::Statement;
use rusqlite::types::{Value, ValueRef};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Rows in a batch; fewer in the first one, so that something is seen soon.
const MOST_ROWS: usize = 8192;
const FIRST_ROWS: usize = 1024;
/// A batch's size.
const MOST_BYTES: usize = 4 << 20;
/// Rows that have come are handed on after this long, even if the batch is not full.
const LINGER: Duration = Duration::from_millis(100);

/// A column of the result.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// Empty for what stands for no column of a table.
    pub(super) type_name: String,
    pub(super) nullable: bool,
    pub(super) declared: Declared,
    /// GeoArrow's metadata, for a geometry column.
    pub(super) system: Option<String>,
}

/// A statement that is to be run.
pub(super) struct Run {
    pub(super) sql: String,
    pub(super) params: Vec<Scalar>,
    pub(super) columns: Vec<Column>,
    /// What is known of the columns' values, in the order of `places`.
    pub(super) learnt: Arc<Learnt>,
    /// Where each column of the result stands in `learnt`.
    pub(super) places: Vec<usize>,
    pub(super) limit: u64,
    pub(super) total: Option<Count>,
    /// SQLite is to stop after this long.
    pub(super) late: Option<Duration>,
    /// For words about a failure.
    pub(super) path: Option<PathBuf>,
}

/// Runs a statement that is prepared, until its rows end or nobody wants more. `files`: where the system of a geometry is looked
/// up that stands for no column of a table.
///
/// # Errors
/// What goes wrong.
pub(super) fn run(opened: &Opened, statement: &mut Statement<'_>, run: &Run, files: &[&str], out: &Out) -> Result<()> {
    let wrong = |e| ended(e, run.path.as_deref(), run.late);
    bind(statement, &run.params)?;
    let mut rows = statement.raw_query();
    let width = run.places.iter().max().map_or(0, |last| last + 1);
    let mut seen = run.learnt.seen(width);
    let mut left = run.limit;
    // The first rows are kept as they are: they tell what the columns hold.
    let mut first: Vec<Vec<Value>> = Vec::new();
    let (mut bytes, mut since, mut more) = (0, None, true);
    while first.len() < FIRST_ROWS && bytes < MOST_BYTES && left > 0 && since.is_none_or(|at: Instant| at.elapsed() < LINGER) {
        let Some(row) = rows.next().map_err(wrong)? else {
            more = false;
            break;
        };
        let mut values = Vec::with_capacity(run.columns.len());
        for (at, place) in run.places.iter().enumerate() {
            let value = row.get_ref(at).map_err(wrong)?;
            seen[*place].add(value);
            bytes += size(value);
            values.push(owned(value));
        }
        first.push(values);
        left -= 1;
        since.get_or_insert_with(Instant::now);
    }
    run.learnt.learn(seen.clone());
    let shapes: Vec<Shape> = run.columns.iter().zip(&run.places).map(|(c, at)| seen[*at].shape(c.declared)).collect();
    let mut columns = run.columns.clone();
    for (at, column) in columns.iter_mut().enumerate().filter(|(at, c)| shapes[*at] == Shape::Geometry && c.system.is_none()) {
        let blob = first.iter().find_map(|row| match &row[at] {
            Value::Blob(blob) => blob::header(blob),
            _ => None,
        });
        column.system = Some(computed(opened, files, blob.map_or(0, |header| header.srs)).map_err(wrong)?);
    }
    let schema = schema(&columns, &shapes);
    let mut batch = Batch::new(&shapes);
    for row in &first {
        for (at, value) in row.iter().enumerate() {
            batch.add(at, ValueRef::from(value));
        }
        batch.rows += 1;
    }
    drop(first);
    opened.unchanged()?;
    if out.columns(Arc::clone(&schema), run.total).is_break() {
        return Ok(());
    }
    if batch.rows > 0 && out.rows(batch.take(&schema)?).is_break() {
        return Ok(());
    }
    let mut begun = Instant::now();
    while more && left > 0 {
        let Some(row) = rows.next().map_err(wrong)? else { break };
        left -= 1;
        for (at, place) in run.places.iter().enumerate() {
            let value = row.get_ref(at).map_err(wrong)?;
            if !batch.add(at, value) {
                seen[*place].add(value);
                run.learnt.learn(seen);
                return Err(Error::new(&DOES_NOT_FIT).with("column", &run.columns[at].name));
            }
        }
        batch.rows += 1;
        // A look at the clock costs as much as a row.
        let lingers = batch.rows % 64 == 0 && begun.elapsed() > LINGER;
        if batch.rows == MOST_ROWS || batch.bytes >= MOST_BYTES || lingers {
            opened.unchanged()?;
            if out.rows(batch.take(&schema)?).is_break() {
                return Ok(());
            }
            begun = Instant::now();
        }
    }
    opened.unchanged()?;
    if batch.rows > 0 {
        let _ = out.rows(batch.take(&schema)?);
    }
    Ok(())
}

/// Binds `$1` …; SQLite numbers them in the order in which they appear.
fn bind(statement: &mut Statement<'_>, params: &[Scalar]) -> Result<()> {
    let count = statement.parameter_count();
    let mut wanted = 0;
    let mut places = Vec::new();
    for at in 1..=count {
        let number = match statement.parameter_name(at) {
            // Without a name it goes by its place, as `?`.
            None => Some(at),
            Some(name) => name.get(1..).and_then(|digits| digits.parse::<usize>().ok()),
        };
        wanted = wanted.max(number.unwrap_or(usize::MAX));
        places.push(number.unwrap_or(usize::MAX));
    }
    let wrong = || {
        let wanted = if wanted == usize::MAX { "named".to_owned() } else { wanted.to_string() };
        Error::new(&PARAMETERS).with("wanted", wanted).with("given", params.len())
    };
    if wanted != params.len() {
        return Err(wrong());
    }
    for (at, number) in places.into_iter().enumerate() {
        let value = number.checked_sub(1).and_then(|at| params.get(at)).ok_or_else(wrong)?;
        let value = match value {
            Scalar::Null => Value::Null,
            Scalar::Bool(b) => Value::Integer(i64::from(*b)),
            Scalar::Int(n) => Value::Integer(*n),
            Scalar::Float(n) => Value::Real(*n),
            Scalar::Text(text) => Value::Text(text.clone()),
        };
        statement.raw_bind_parameter(at + 1, value).map_err(common::internal)?;
    }
    Ok(())
}

fn size(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len() + 8,
        _ => 8,
    }
}

/// A text that is no UTF-8 is kept as bytes: its column is one of several kinds by then, and shows it as such.
fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Integer(n),
        ValueRef::Real(n) => Value::Real(n),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Blob(text.to_vec()),
        },
        ValueRef::Blob(blob) => Value::Blob(blob.to_vec()),
    }
}

/// GeoArrow's metadata of a geometry that was computed: by the number in its own header.
fn computed(opened: &Opened, files: &[&str], srs: i32) -> rusqlite::Result<String> {
    for file in files {
        if let (Some(system), _) = system(opened, file, srs)? {
            return Ok(system.to_geoarrow(false));
        }
    }
    Ok("{}".to_owned())
}

/// The metadata of a geometry column.
pub(super) fn geoarrow(system: String) -> HashMap<String, String> {
    HashMap::from([
        ("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned()),
        ("ARROW:extension:metadata".to_owned(), system),
    ])
}

fn schema(columns: &[Column], shapes: &[Shape]) -> SchemaRef {
    let field = |(column, shape): (&Column, &Shape)| {
        let type_name = if column.type_name.is_empty() { shape.word() } else { &column.type_name };
        let mut metadata = HashMap::from([("landbridge:type".to_owned(), type_name.to_owned())]);
        if let (Shape::Geometry, Some(system)) = (shape, &column.system) {
            metadata.extend(geoarrow(system.clone()));
        }
        Field::new(&column.name, shape.data_type(), column.nullable).with_metadata(metadata)
    };
    Arc::new(Schema::new(columns.iter().zip(shapes).map(field).collect::<Vec<_>>()))
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

struct Batch {
    builders: Vec<Builder>,
    /// Room for one geometry on its way.
    wkb: Vec<u8>,
    rows: usize,
    bytes: usize,
}

impl Batch {
    fn new(shapes: &[Shape]) -> Self {
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
    fn add(&mut self, column: usize, value: ValueRef<'_>) -> bool {
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

    fn take(&mut self, schema: &SchemaRef) -> Result<RecordBatch> {
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
