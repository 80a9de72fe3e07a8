//! A Parquet file as a source of rows.
//!
//! Owns: what is known of the file without reading its rows, and the reading: row groups one after the other, only the columns
//! and groups that are wanted, in batches whose size follows from the rows'. Does not own: what a column becomes.
//!
//! The file is opened anew for each reading, and looked at before and after: what changed meanwhile is said, not guessed.

use super::columns::{Columns, Trouble};
use super::footer;
use super::geo::Geo;
use super::prune::{self, Boxes};
use crate::local::error::{DAMAGED, io, name_of, of_file};
use crate::local::source::{Layer, Read, Sink, Source};
use crate::local::stamp::Stamp;
use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use model::{Count, Detail, Error, Result};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Compression, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, PageIndexPolicy, RowGroupMetaData};
use std::collections::BTreeSet;
use std::fs::File;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A batch's size.
const MOST_ROWS: usize = 8192;
const MOST_BYTES: u64 = 4 << 20;

/// An opened file.
struct ParquetFile {
    path: PathBuf,
    stamp: Stamp,
    metadata: ArrowReaderMetadata,
    columns: Columns,
    /// Where the boxes of each geometry column are.
    boxes: Vec<(usize, Option<Boxes>)>,
    layers: Vec<Layer>,
}

/// Opens a file: reads its footer, no rows.
///
/// # Errors
/// When it is no whole, plain Parquet file.
pub(in crate::local) fn open(path: &Path) -> Result<Arc<dyn Source>> {
    let stamp = Stamp::of(path)?;
    let mut file = File::open(path).map_err(|e| io(path, &e))?;
    footer::check(path, &mut file)?;
    let opened = whole(path, || load(&file).map_err(|e| broken(path, &e)));
    // What went wrong because somebody writes the file is no damage.
    stamp.check(path)?;
    let metadata = opened?;
    let rows = rows(&metadata).ok_or_else(|| of_file(&DAMAGED, path).with("why", "Its counts of rows contradict each other."))?;
    let about = metadata.metadata().file_metadata();
    let keys: &[KeyValue] = about.key_value_metadata().map_or(&[], Vec::as_slice);
    let said = keys.iter().find(|k| k.key == "geo").and_then(|k| k.value.as_deref());
    let geo = said.and_then(Geo::parse);
    let no_geo = Geo::default();
    let mut columns = Columns::of(metadata.schema(), metadata.parquet_schema(), geo.as_ref().unwrap_or(&no_geo), keys);
    if said.is_some() && geo.is_none() {
        columns.notes.push("the GeoParquet metadata cannot be read".to_owned());
    }
    let boxes: Vec<(usize, Option<Boxes>)> = columns
        .geometries
        .iter()
        .map(|(at, ..)| (*at, prune::boxes(&columns, *at, metadata.parquet_schema(), metadata.metadata())))
        .collect();
    for ((_, geometry, _), (_, boxes)) in columns.geometries.iter_mut().zip(&boxes) {
        let told = geometry.extent.filter(|sides| sides.iter().all(|n| n.is_finite()));
        geometry.extent = told.or_else(|| prune::extent(boxes.as_ref()?, metadata.metadata()));
        geometry.indexed = Some(boxes.is_some());
    }
    let layer = Layer {
        name: path.file_stem().map_or_else(|| name_of(path), |stem| stem.to_string_lossy().into_owned()),
        schema: Arc::clone(&columns.schema),
        type_names: columns.type_names.clone(),
        geometries: columns.geometries.iter().map(|(_, geometry, _)| geometry.clone()).collect(),
        rows: Some(Count { rows, exact: true }),
        details: details(&metadata, &columns, geo.as_ref(), &boxes),
    };
    Ok(Arc::new(ParquetFile { path: path.to_owned(), stamp, metadata, columns, boxes, layers: vec![layer] }))
}

/// The footer, as the library understands it. Arrow's own schema in it may contradict it: then it is left aside.
fn load(file: &File) -> std::result::Result<ArrowReaderMetadata, ParquetError> {
    let options = || ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional);
    let loaded = ArrowReaderMetadata::load(file, options())
        .or_else(|_| ArrowReaderMetadata::load(file, options().with_skip_arrow_metadata(true)))
        // A page index that cannot be read is none.
        .or_else(|_| ArrowReaderMetadata::load(file, ArrowReaderOptions::new().with_skip_arrow_metadata(true)))?;
    let Some(hinted) = hinted(&loaded) else { return Ok(loaded) };
    let metadata = Arc::clone(loaded.metadata());
    Ok(ArrowReaderMetadata::try_new(metadata, options().with_schema(Arc::new(hinted))).unwrap_or(loaded))
}

/// Old timestamps (INT96) reach further than nanoseconds can count: as microseconds all of them fit. None: there are none.
fn hinted(loaded: &ArrowReaderMetadata) -> Option<Schema> {
    let roots = loaded.parquet_schema().root_schema().get_fields();
    let old = |at: usize| roots.get(at).is_some_and(|root| root.is_primitive() && root.get_physical_type() == Physical::INT96);
    let fields = loaded.schema().fields();
    if !(0..fields.len()).any(old) {
        return None;
    }
    let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
    let fields = fields.iter().enumerate().map(|(at, field)| {
        let field: Field = field.as_ref().clone();
        Arc::new(if old(at) { field.with_data_type(micros.clone()) } else { field })
    });
    Some(Schema::new_with_metadata(fields.collect::<Vec<_>>(), loaded.schema().metadata().clone()))
}

/// The number of rows. None where the groups do not add up to what the file says.
fn rows(metadata: &ArrowReaderMetadata) -> Option<u64> {
    let metadata = metadata.metadata();
    let groups = metadata.row_groups().iter().map(RowGroupMetaData::num_rows);
    let sum = groups.into_iter().try_fold(0i64, |sum, rows| sum.checked_add(rows).filter(|_| rows >= 0))?;
    u64::try_from(sum).ok().filter(|_| sum == metadata.file_metadata().num_rows())
}

fn details(
    metadata: &ArrowReaderMetadata,
    columns: &Columns,
    geo: Option<&Geo>,
    boxes: &[(usize, Option<Boxes>)],
) -> Vec<Detail> {
    let mut out = Vec::new();
    let mut add = |label: &str, value: String| out.push(Detail { label: label.to_owned(), value });
    let format = match geo {
        Some(geo) if geo.version.is_empty() => "GeoParquet".to_owned(),
        Some(geo) => format!("GeoParquet {}", geo.version),
        None if !columns.geometries.is_empty() => "Parquet with geometry types of its own".to_owned(),
        None => "Parquet".to_owned(),
    };
    add("Format", format);
    let groups = metadata.metadata().row_groups();
    let codecs: BTreeSet<&str> = groups.iter().flat_map(|g| g.columns()).map(|c| codec(c.compression())).collect();
    add("Compression", codecs.into_iter().collect::<Vec<_>>().join(", "));
    add("Row groups", groups.len().to_string());
    for ((_, geometry, of), (_, boxes)) in columns.geometries.iter().zip(boxes) {
        let label =
            |word: &str| if columns.geometries.len() == 1 { word.to_owned() } else { format!("{word} of {}", geometry.column) };
        add(&label("CRS"), of.said.clone());
        add(&label("Encoding"), if of.encoding == "wkb" { "WKB".to_owned() } else { format!("GeoArrow {}", of.encoding) });
        let told = match boxes {
            Some(Boxes::Covering(_, paths)) => {
                format!("one a row, in the column {}", paths[0].split('.').next().unwrap_or_default())
            }
            Some(_) => "one a row group".to_owned(),
            None => "none".to_owned(),
        };
        add(&label("Bounding boxes"), told);
    }
    if let Some(by) = metadata.metadata().file_metadata().created_by() {
        add("Written by", by.to_owned());
    }
    if !columns.notes.is_empty() {
        add("Metadata", format!("not as it says: {}", columns.notes.join("; ")));
    }
    out
}

fn codec(of: Compression) -> &'static str {
    match of {
        Compression::UNCOMPRESSED => "none",
        Compression::SNAPPY => "Snappy",
        Compression::GZIP(_) => "gzip",
        Compression::LZO => "LZO",
        Compression::BROTLI(_) => "Brotli",
        Compression::LZ4 | Compression::LZ4_RAW => "LZ4",
        Compression::ZSTD(_) => "Zstandard",
    }
}

/// The library may stumble over bytes that it did not expect; that is the file's fault.
fn whole<T>(path: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(of_file(&DAMAGED, path).with("why", "It holds bytes that make no sense.")))
}

fn broken(path: &Path, error: &ParquetError) -> Error {
    let why = match error {
        ParquetError::EOF(_) | ParquetError::NeedMoreData(_) | ParquetError::NeedMoreDataRange(_) => "It ends too early.",
        ParquetError::NYI(_) => "It uses a part of Parquet that is not known here.",
        _ => "What it holds is not what it says.",
    };
    of_file(&DAMAGED, path).with("why", why).vendor(None, error.to_string())
}

impl Source for ParquetFile {
    fn layers(&self) -> &[Layer] {
        &self.layers
    }

    fn read(&self, _: usize, read: &Read, sink: &mut Sink<'_>) -> Result<()> {
        self.stamp.check(&self.path)?;
        let file = File::open(&self.path).map_err(|e| io(&self.path, &e))?;
        let done = self.groups(&file, read, sink);
        self.stamp.check(&self.path)?;
        done
    }
}

impl ParquetFile {
    fn groups(&self, file: &File, read: &Read, sink: &mut Sink<'_>) -> Result<()> {
        let (boxes, bbox) = match &read.bbox {
            Some((at, bbox)) => (self.boxes.iter().find(|(column, _)| column == at).and_then(|(_, b)| b.as_ref()), Some(*bbox)),
            None => (None, None),
        };
        let metadata = self.metadata.metadata();
        // A limit counts what is handed on: with a box, nobody knows how many rows that takes.
        let mut left = read.limit.filter(|_| bbox.is_none()).unwrap_or(u64::MAX);
        let wanted = prune::groups(boxes, bbox, metadata);
        let mut first = 1u64;
        for at in 0..metadata.num_row_groups() {
            let rows = u64::try_from(metadata.row_group(at).num_rows()).unwrap_or_default();
            if wanted.binary_search(&at).is_ok() && rows > 0 && left > 0 {
                let filter = prune::filter(boxes, bbox, self.metadata.parquet_schema());
                let known = filter.is_none().then_some(first);
                let file = file.try_clone().map_err(|e| io(&self.path, &e))?;
                let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                    .with_row_groups(vec![at])
                    .with_projection(ProjectionMask::roots(self.metadata.parquet_schema(), read.columns.iter().copied()))
                    .with_batch_size(self.rows_in(metadata.row_group(at), &read.columns));
                if let Some(filter) = filter {
                    builder = builder.with_row_filter(filter);
                }
                if let Some(left) = usize::try_from(left).ok().filter(|_| left < rows) {
                    builder = builder.with_limit(left);
                }
                if self.group(builder, &read.columns, known, sink)?.is_break() {
                    return Ok(());
                }
                left = left.saturating_sub(rows);
            }
            first += rows;
        }
        Ok(())
    }

    fn group(
        &self,
        builder: ParquetRecordBatchReaderBuilder<File>,
        columns: &[usize],
        mut first: Option<u64>,
        sink: &mut Sink<'_>,
    ) -> Result<ControlFlow<()>> {
        let mut reader = whole(&self.path, || builder.build().map_err(|e| broken(&self.path, &e)))?;
        loop {
            let next = whole(&self.path, || {
                let Some(batch) = reader.next() else { return Ok(None) };
                batch.map_err(Trouble::Arrow).and_then(|b| self.leave(&b, columns, first)).map(Some).map_err(|t| self.told(t))
            })?;
            let Some(batch) = next else { return Ok(ControlFlow::Continue(())) };
            first = first.map(|first| first + batch.num_rows() as u64);
            if batch.num_rows() > 0 && sink(batch).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }

    /// The library gives columns in the file's order; they leave in the order that was asked for.
    fn leave(&self, batch: &RecordBatch, columns: &[usize], first: Option<u64>) -> std::result::Result<RecordBatch, Trouble> {
        let mut sorted = columns.to_vec();
        sorted.sort_unstable();
        let mut arrays = Vec::with_capacity(columns.len());
        for at in columns {
            let place = sorted.binary_search(at).unwrap_or_default();
            let array = batch.columns().get(place).ok_or_else(|| ArrowError::SchemaError("a column is missing".to_owned()))?;
            arrays.push(self.columns.leave(*at, array, first)?);
        }
        let schema = Arc::new(self.columns.schema.project(columns)?);
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(schema, arrays, &options)?)
    }

    fn told(&self, trouble: Trouble) -> Error {
        match trouble {
            Trouble::Told(error) => error,
            Trouble::Arrow(error) => {
                of_file(&DAMAGED, &self.path).with("why", "What it holds is not what it says.").vendor(None, error.to_string())
            }
        }
    }

    /// As many rows as make a batch, by what the group says of its size.
    fn rows_in(&self, group: &RowGroupMetaData, columns: &[usize]) -> usize {
        let parquet = self.metadata.parquet_schema();
        let wanted = (0..group.num_columns().min(parquet.num_columns()))
            .filter(|leaf| columns.contains(&parquet.get_column_root_idx(*leaf)));
        let bytes: u64 = wanted.map(|leaf| u64::try_from(group.column(leaf).uncompressed_size()).unwrap_or_default()).sum();
        let each = bytes / u64::try_from(group.num_rows()).unwrap_or(1).max(1);
        usize::try_from(MOST_BYTES / each.max(1)).unwrap_or(MOST_ROWS).clamp(1, MOST_ROWS)
    }
}
