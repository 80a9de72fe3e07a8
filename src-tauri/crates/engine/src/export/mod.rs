//! Rows into files: CSV, GeoJSON, newline-delimited GeoJSON, GeoParquet.
//!
//! Owns: the formats, the file that appears only when it is complete, what to say of systems and precision. Does not own: where
//! rows come from, progress or cancelling (`explorer::export`). Everything here blocks.

mod csv;
mod file;
mod geojson;
mod geometry;
mod layout;
mod parquet;
mod texts;
mod values;

use crate::views::ExportFormat;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use file::Beside;
use layout::Layout;
use model::Result;
use std::path::Path;

/// How a file is to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct How {
    /// The format.
    pub(crate) format: ExportFormat,
    /// Decimals of coordinates in text formats; None: a centimetre's worth in degrees, all of them in CSV.
    pub(crate) decimals: Option<u32>,
    /// All geometries are points: a box for each would say nothing new.
    pub(crate) points: bool,
}

/// What was written.
#[derive(Debug)]
pub(crate) struct Written {
    /// Rows.
    pub(crate) rows: u64,
    /// Bytes.
    pub(crate) bytes: u64,
    /// What to know of it.
    pub(crate) notes: Vec<String>,
}

/// A format at work: takes rows, and says at the end what is to be known.
trait Format {
    /// Writes these rows.
    fn write(&mut self, batch: &RecordBatch) -> Result<()>;
    /// Writes what comes last.
    fn finish(self: Box<Self>) -> Result<Vec<String>>;
}

/// A file being written. Dropped before [`Export::finish`], it leaves nothing behind.
pub(crate) struct Export {
    format: Box<dyn Format + Send>,
    file: Beside,
    rows: u64,
}

impl Export {
    /// Begins a file beside `path`.
    ///
    /// # Errors
    /// When nothing can be written there, or the columns do not fit the format.
    pub(crate) fn begin(path: &Path, schema: &SchemaRef, how: How) -> Result<Self> {
        let layout = Layout::of(schema, how)?;
        let file = Beside::of(path)?;
        let out = file.writer();
        let format: Box<dyn Format + Send> = match how.format {
            ExportFormat::Csv => Box::new(csv::Csv::begin(out, layout)?),
            ExportFormat::GeoJson => Box::new(geojson::GeoJson::begin(out, layout, geojson::Frame::Collection)?),
            ExportFormat::GeoJsonLines => Box::new(geojson::GeoJson::begin(out, layout, geojson::Frame::Lines)?),
            ExportFormat::GeoParquet => Box::new(parquet::Parquet::begin(out, layout, schema)?),
        };
        Ok(Self { format, file, rows: 0 })
    }

    /// Writes these rows.
    ///
    /// # Errors
    /// When the disk is full, or a value cannot be written.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.format.write(batch)?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Bytes on disk so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.file.bytes()
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// When the disk is full, or the name cannot be given.
    pub(crate) fn finish(self) -> Result<Written> {
        let Self { format, file, rows } = self;
        let notes = format.finish()?;
        let bytes = file.complete()?;
        Ok(Written { rows, bytes, notes })
    }
}

#[cfg(test)]
mod tests;
