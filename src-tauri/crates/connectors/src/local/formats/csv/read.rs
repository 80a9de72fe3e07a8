//! Lines of values as a source of rows.
//!
//! Owns: what is told of the file, and its records put into Arrow columns. Does not own: types and their choice.

use super::kinds::{Kind, hex, int, point, truth};
use super::pass::{Records, Seen, seen, value};
use super::{spatial, wkt};
use crate::local::error::{CHANGED, EMPTY, name_of, of_file};
use crate::local::evaluate::moment::Moment;
use crate::local::evaluate::number::{Number, Place};
use crate::local::source::{Layer, Read, Sink, Source};
use crate::local::stamp::Stamp;
use arrow_array::builder::{
    ArrayBuilder, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder, StringBuilder,
};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use csv::ByteRecord;
use map::crs::System;
use model::{Count, Crs, Detail, Geometry, Result, common};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A batch's size; the first one is small, so that something is seen soon.
const MOST_ROWS: usize = 8192;
const FIRST_ROWS: usize = 1024;
const MOST_BYTES: usize = 4 << 20;

/// An opened file.
struct CsvFile {
    path: PathBuf,
    stamp: Stamp,
    seen: Arc<Seen>,
    /// Longitude and latitude, where the last column is computed of them.
    pair: Option<(usize, usize)>,
    layers: Vec<Layer>,
}

/// Opens a file: reads all of it once, unless that was done before.
///
/// # Errors
/// When it cannot be read as lines of values.
pub(in crate::local) fn open(path: &Path) -> Result<Arc<dyn Source>> {
    let stamp = Stamp::of(path)?;
    if stamp.bytes() == 0 {
        return Err(of_file(&EMPTY, path));
    }
    let seen = seen(path, stamp)?;
    let names = &seen.dress.names;
    let (mut fields, mut type_names, mut geometries) = (Vec::new(), Vec::new(), Vec::new());
    let mut details = told(path, &seen);
    let mut add = |label: &str, value: String| details.push(Detail { label: label.to_owned(), value });
    let no_rows = || (super::kinds::Could::default(), Kind::Text);
    for (at, name) in names.iter().enumerate() {
        let (could, kind) = seen.columns.get(at).cloned().unwrap_or_else(no_rows);
        let (data_type, type_name) = kind.data_type();
        let mut metadata = HashMap::from([("landbridge:type".to_owned(), type_name.clone())]);
        if matches!(kind, Kind::Wkt | Kind::HexWkb) {
            let (geometry_type, dimensions, extent, srids) = could.shape();
            let (system, said) = spatial::system(srids, extent);
            mark(&mut metadata, system.as_ref());
            add("Geometry", format!("{} in {name}", if kind == Kind::Wkt { "WKT" } else { "hexadecimal WKB" }));
            add("CRS", said);
            geometries.push(geometry(name, &geometry_type, system.as_ref(), dimensions, extent));
        }
        fields.push(Field::new(name, data_type, true).with_metadata(metadata));
        type_names.push(type_name);
    }
    let pair = spatial::pair(names, &seen.columns);
    if let Some((x, y)) = pair {
        let name = spatial::free(names);
        let mut metadata = HashMap::from([("landbridge:type".to_owned(), "geometry".to_owned())]);
        mark(&mut metadata, Some(&System::wgs84()));
        let range = |at: usize| {
            let (could, kind) = &seen.columns[at];
            could.range(if let Kind::Float(mark) | Kind::Decimal(mark, ..) = kind { *mark } else { b'.' })
        };
        let ((west, east), (south, north)) = (range(x), range(y));
        add("Geometry", format!("points of {} and {}", names[x], names[y]));
        add("CRS", "EPSG:4326, as of all latitudes and longitudes".to_owned());
        geometries.push(geometry(&name, "POINT", Some(&System::wgs84()), 2, Some([west, south, east, north])));
        fields.push(Field::new(name, DataType::Binary, true).with_metadata(metadata));
        type_names.push("geometry".to_owned());
    }
    let layer = Layer {
        name: path.file_stem().map_or_else(|| name_of(path), |stem| stem.to_string_lossy().into_owned()),
        schema: Arc::new(Schema::new(fields)),
        type_names,
        geometries,
        rows: Some(Count { rows: seen.rows, exact: true }),
        details,
    };
    Ok(Arc::new(CsvFile { path: path.to_owned(), stamp, seen, pair, layers: vec![layer] }))
}

fn mark(metadata: &mut HashMap<String, String>, system: Option<&System>) {
    metadata.insert("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned());
    let crs = system.map_or_else(|| "{}".to_owned(), |s| s.to_geoarrow(false));
    metadata.insert("ARROW:extension:metadata".to_owned(), crs);
}

fn geometry(name: &str, geometry_type: &str, system: Option<&System>, dimensions: u8, extent: Option<[f64; 4]>) -> Geometry {
    let named = |s: &System| s.code().map_or_else(|| Crs::Named { name: s.name().to_owned() }, |code| Crs::Epsg { code });
    Geometry {
        column: name.to_owned(),
        geometry_type: geometry_type.to_owned(),
        crs: system.map_or(Crs::Unknown, named),
        spherical: false,
        dimensions,
        indexed: Some(false),
        extent: extent.filter(|sides| sides.iter().all(|n| n.is_finite())),
    }
}

fn told(path: &Path, seen: &Seen) -> Vec<Detail> {
    let dress = &seen.dress;
    let tabs = dress.delimiter == b'\t' || path.extension().is_some_and(|e| e.eq_ignore_ascii_case("tsv"));
    let mut out = Vec::new();
    let mut add = |label: &str, value: &str| out.push(Detail { label: label.to_owned(), value: value.to_owned() });
    add("Format", if tabs { "TSV" } else { "CSV" });
    add("Encoding", &dress.encoding());
    add("Delimiter", dress.delimiter());
    add("Header", if dress.header { "the first line" } else { "none" });
    if !dress.quotes {
        add("Quotes", "none: they are parts of the values");
    }
    if seen.columns.iter().any(|(_, kind)| matches!(kind, Kind::Float(b',') | Kind::Decimal(b',', ..))) {
        add("Decimal mark", "comma");
    }
    if let Some((count, first)) = seen.short {
        add("Short lines", &format!("{count}, the first of them line {first}: what they lack is NULL"));
    }
    out
}

impl Source for CsvFile {
    fn layers(&self) -> &[Layer] {
        &self.layers
    }

    fn read(&self, _: usize, read: &Read, sink: &mut Sink<'_>) -> Result<()> {
        self.stamp.check(&self.path)?;
        let done = self.rows(read, sink);
        // Records that do not fit what the pass found are those of another file.
        self.stamp.check(&self.path)?;
        done
    }
}

impl CsvFile {
    fn rows(&self, read: &Read, sink: &mut Sink<'_>) -> Result<()> {
        let schema = Arc::new(self.layers[0].schema.project(&read.columns).map_err(common::internal)?);
        let mut columns: Vec<Column> = read.columns.iter().map(|at| self.column(*at)).collect();
        let mut records = Records::open(&self.path, &self.seen.dress)?;
        if self.seen.dress.header {
            records.next()?;
        }
        let mut left = read.limit.unwrap_or(u64::MAX);
        let (mut rows, mut bytes, mut most) = (0, 0, FIRST_ROWS);
        let mut scratch = Vec::new();
        while left > 0 {
            let Some(record) = records.next()? else { break };
            for column in &mut columns {
                column.push(record, &mut scratch).ok_or_else(|| of_file(&CHANGED, &self.path))?;
            }
            (rows, bytes, left) = (rows + 1, bytes + record.as_slice().len(), left - 1);
            if rows >= most || bytes >= MOST_BYTES {
                if sink(batch(&schema, &mut columns, rows)?).is_break() {
                    return Ok(());
                }
                (rows, bytes, most) = (0, 0, MOST_ROWS);
            }
        }
        if rows > 0 {
            let _ = sink(batch(&schema, &mut columns, rows)?);
        }
        Ok(())
    }

    fn column(&self, at: usize) -> Column {
        if let Some((x, y)) = self.pair.filter(|_| at >= self.seen.dress.names.len()) {
            let mark = |at: usize| if let Kind::Float(m) | Kind::Decimal(m, ..) = self.seen.columns[at].1 { m } else { b'.' };
            return Column {
                at,
                build: Build::Point(BinaryBuilder::new(), (x, mark(x)), (y, mark(y))),
                data_type: DataType::Binary,
            };
        }
        let kind = self.seen.columns.get(at).map_or(Kind::Text, |c| c.1.clone());
        let data_type = kind.data_type().0;
        let build = match kind {
            Kind::Text => Build::Text(StringBuilder::new()),
            Kind::Bool => Build::Bool(BooleanBuilder::new()),
            Kind::Int => Build::Int(Int64Builder::new()),
            Kind::Float(mark) => Build::Float(Float64Builder::new(), mark),
            Kind::Decimal(mark, _, scale) => {
                Build::Decimal(Decimal128Builder::new().with_data_type(data_type.clone()), mark, scale)
            }
            Kind::Date => Build::Date(Date32Builder::new()),
            Kind::Timestamp(unit, _) | Kind::Time(unit) => Build::Moment(Int64Builder::new(), unit),
            Kind::Wkt => Build::Wkt(BinaryBuilder::new()),
            Kind::HexWkb => Build::Hex(BinaryBuilder::new()),
        };
        Column { at, build, data_type }
    }
}

fn batch(schema: &Arc<Schema>, columns: &mut [Column], rows: usize) -> Result<RecordBatch> {
    let arrays = columns.iter_mut().map(Column::finish).collect::<Result<Vec<_>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options).map_err(common::internal)
}

/// A column on its way.
struct Column {
    at: usize,
    build: Build,
    data_type: DataType,
}

enum Build {
    Text(StringBuilder),
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Float(Float64Builder, u8),
    Decimal(Decimal128Builder, u8, u8),
    Date(Date32Builder),
    Moment(Int64Builder, TimeUnit),
    Wkt(BinaryBuilder),
    Hex(BinaryBuilder),
    /// The columns of x and y, and their decimal marks.
    Point(BinaryBuilder, (usize, u8), (usize, u8)),
}

fn float(value: &str, mark: u8) -> Option<f64> {
    let value = value.trim_matches([' ', '\t']);
    if mark == b',' { value.replace(',', ".").parse().ok() } else { value.parse().ok() }
}

fn decimal(value: &str, mark: u8, scale: u8) -> Option<i128> {
    let plain = if mark == b',' { value.replace(',', ".") } else { value.to_owned() };
    match Number::parse(&plain)?.place(i32::from(scale)) {
        Place::At(whole, true) => whole.to_i128(),
        _ => None,
    }
}

fn moment(value: &str, unit: TimeUnit) -> Option<i64> {
    let moment = Moment::parse(value)?;
    let nanos = moment.nanos() - i128::from(moment.offset.unwrap_or_default()) * 1_000_000_000;
    let each = if unit == TimeUnit::Nanosecond { 1 } else { 1000 };
    i64::try_from(nanos / each).ok()
}

impl Column {
    /// None: the value is not of the column's type.
    fn push(&mut self, record: &ByteRecord, scratch: &mut Vec<u8>) -> Option<()> {
        let value = value(record, self.at);
        let trimmed = value.trim_matches([' ', '\t']);
        let some = (!value.is_empty()).then_some(trimmed);
        scratch.clear();
        match &mut self.build {
            Build::Text(to) => to.append_option((!value.is_empty()).then_some(value)),
            Build::Bool(to) => to.append_option(some.map(|v| truth(v).ok_or(())).transpose().ok()?),
            Build::Int(to) => to.append_option(some.map(|v| int(v).ok_or(())).transpose().ok()?),
            Build::Float(to, mark) => to.append_option(some.map(|v| float(v, *mark).ok_or(())).transpose().ok()?),
            Build::Decimal(to, mark, scale) => {
                to.append_option(some.map(|v| decimal(v, *mark, *scale).ok_or(())).transpose().ok()?);
            }
            Build::Date(to) => {
                let day = |v| Moment::parse(v).and_then(|m| i32::try_from(m.days?).ok()).ok_or(());
                to.append_option(some.map(day).transpose().ok()?);
            }
            Build::Moment(to, unit) => to.append_option(some.map(|v| moment(v, *unit).ok_or(())).transpose().ok()?),
            Build::Wkt(to) => match some {
                None => to.append_null(),
                Some(text) => {
                    wkt::wkb(text, scratch)?;
                    to.append_value(&*scratch);
                }
            },
            Build::Hex(to) => match some {
                None => to.append_null(),
                Some(text) => {
                    hex(text, scratch)?;
                    to.append_value(&*scratch);
                }
            },
            Build::Point(to, x, y) => {
                let number = |(at, mark): (usize, u8)| float(self::value(record, at), mark).filter(|n| n.is_finite());
                match (number(*x), number(*y)) {
                    (Some(x), Some(y)) => to.append_value(point(x, y)),
                    _ => to.append_null(),
                }
            }
        }
        Some(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let builder: &mut dyn ArrayBuilder = match &mut self.build {
            Build::Text(b) => b,
            Build::Bool(b) => b,
            Build::Int(b) | Build::Moment(b, _) => b,
            Build::Float(b, _) => b,
            Build::Decimal(b, ..) => b,
            Build::Date(b) => b,
            Build::Wkt(b) | Build::Hex(b) | Build::Point(b, ..) => b,
        };
        let array = builder.finish();
        if *array.data_type() == self.data_type {
            Ok(array)
        } else {
            arrow_cast::cast(&array, &self.data_type).map_err(common::internal)
        }
    }
}
