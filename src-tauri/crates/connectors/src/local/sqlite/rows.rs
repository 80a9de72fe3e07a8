//! A statement's rows as record batches.
//!
//! Owns: which type each column gets, and when a batch goes out. Does not own: what the statement is (`select`, `query`).

use super::batch::{Batch, size};
use super::blob;
use super::failure::{DOES_NOT_FIT, PARAMETERS};
use super::known::{Learnt, system};
use super::open::{Opened, ended};
use super::shape::{Declared, Seen, Shape};
use crate::local::stream::Out;
use arrow_schema::{Field, Schema, SchemaRef};
use model::{Count, Error, Result, Scalar, common};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Rows, Statement};
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

impl Run {
    fn failed(&self, error: rusqlite::Error) -> Error {
        ended(error, self.path.as_deref(), self.late)
    }
}

/// Runs a statement that is prepared, until its rows end or nobody wants more. `files`: where the system of a geometry is looked
/// up that stands for no column of a table.
///
/// # Errors
/// What goes wrong.
pub(super) fn run(opened: &Opened, statement: &mut Statement<'_>, run: &Run, files: &[&str], out: &Out) -> Result<()> {
    bind(statement, &run.params)?;
    let mut rows = statement.raw_query();
    let head = Head::read(&mut rows, run)?;
    run.learnt.learn(head.seen.clone());
    let seen = |(column, at): (&Column, &usize)| head.seen[*at].shape(column.declared);
    let shapes: Vec<Shape> = run.columns.iter().zip(&run.places).map(seen).collect();
    let mut columns = run.columns.clone();
    for (at, column) in columns.iter_mut().enumerate().filter(|(at, c)| shapes[*at] == Shape::Geometry && c.system.is_none()) {
        let srs = head.rows.iter().find_map(|row| match &row[at] {
            Value::Blob(blob) => blob::header(blob).map(|header| header.srs),
            _ => None,
        });
        column.system = Some(computed(opened, files, srs.unwrap_or(0)).map_err(|e| run.failed(e))?);
    }
    let schema = schema(&columns, &shapes);
    let mut batch = Batch::new(&shapes);
    for row in &head.rows {
        for (at, value) in row.iter().enumerate() {
            batch.add(at, ValueRef::from(value));
        }
        batch.rows += 1;
    }
    opened.unchanged()?;
    if out.columns(Arc::clone(&schema), run.total).is_break() {
        return Ok(());
    }
    if batch.rows > 0 && out.rows(batch.take(&schema)?).is_break() {
        return Ok(());
    }
    let Head { seen, left, more, .. } = head;
    if more { rest(opened, &mut rows, run, (seen, left), (batch, &schema), out) } else { Ok(()) }
}

/// The first rows, kept as they are: they tell what the columns hold.
struct Head {
    rows: Vec<Vec<Value>>,
    seen: Vec<Seen>,
    left: u64,
    more: bool,
}

impl Head {
    fn read(rows: &mut Rows<'_>, run: &Run) -> Result<Self> {
        let width = run.places.iter().max().map_or(0, |last| last + 1);
        let mut head = Self { rows: Vec::new(), seen: run.learnt.seen(width), left: run.limit, more: true };
        let (mut bytes, mut since) = (0, None);
        let wanted = |since: Option<Instant>| since.is_none_or(|at| at.elapsed() < LINGER);
        while head.rows.len() < FIRST_ROWS && bytes < MOST_BYTES && wanted(since) {
            let row = if head.left == 0 { None } else { rows.next().map_err(|e| run.failed(e))? };
            let Some(row) = row else {
                head.more = false;
                break;
            };
            let mut values = Vec::with_capacity(run.columns.len());
            for (at, place) in run.places.iter().enumerate() {
                let value = row.get_ref(at).map_err(|e| run.failed(e))?;
                head.seen[*place].add(value);
                bytes += size(value);
                values.push(owned(value));
            }
            head.rows.push(values);
            head.left -= 1;
            since.get_or_insert_with(Instant::now);
        }
        Ok(head)
    }
}

/// What comes after the first rows. It has to be like them.
fn rest(
    opened: &Opened,
    rows: &mut Rows<'_>,
    run: &Run,
    (mut seen, mut left): (Vec<Seen>, u64),
    (mut batch, schema): (Batch, &SchemaRef),
    out: &Out,
) -> Result<()> {
    let mut begun = Instant::now();
    while left > 0 {
        let Some(row) = rows.next().map_err(|e| run.failed(e))? else { break };
        left -= 1;
        for (at, place) in run.places.iter().enumerate() {
            let value = row.get_ref(at).map_err(|e| run.failed(e))?;
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
            if out.rows(batch.take(schema)?).is_break() {
                return Ok(());
            }
            begun = Instant::now();
        }
    }
    opened.unchanged()?;
    if batch.rows > 0 {
        let _ = out.rows(batch.take(schema)?);
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
