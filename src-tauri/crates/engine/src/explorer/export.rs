//! Rows into a file that a person chose: from a session of its own, with progress, until it is complete or cancelled.

use super::rows::scan::scan_of;
use super::sessions::{Lease, Purpose};
use crate::engine::Engine;
use crate::export::{Export, How, Written};
use crate::views::{ExportDone, ExportFormat, ExportProgress, ExportRequest, ExportTarget, ProgressTotal, RowsSource, RunId};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures::StreamExt;
use model::{Batches, Count, Ctx, Kind, NoReport, Query, Result, common};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Hears how far an export is.
pub type ProgressTo = Box<dyn Fn(ExportProgress) + Send + Sync>;

/// Batches between the one who reads and the one who writes: enough to keep both busy, little to hold.
const BETWEEN: usize = 4;
/// Progress is told so often.
const TOLD_EVERY: Duration = Duration::from_millis(100);
/// No export takes longer.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// So long rows may fail to come.
const SILENT: Duration = Duration::from_secs(600);
/// Targets that are remembered; the oldest are forgotten.
const TARGETS: usize = 100;

/// The files that were chosen to be written.
#[derive(Default)]
pub(crate) struct Targets {
    next: AtomicU32,
    chosen: Mutex<HashMap<u32, PathBuf>>,
}

impl Targets {
    fn lock(&self) -> MutexGuard<'_, HashMap<u32, PathBuf>> {
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, id: u32) -> Result<PathBuf> {
        self.lock().get(&id).cloned().ok_or_else(|| common::gone("chosen file"))
    }

    fn add(&self, path: PathBuf) -> u32 {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut chosen = self.lock();
        chosen.insert(id, path);
        if chosen.len() > TARGETS {
            let oldest = chosen.keys().min().copied();
            oldest.map(|oldest| chosen.remove(&oldest));
        }
        id
    }
}

impl Engine {
    /// Remembers where to write; the path stays here. A name without an ending gets the format's.
    ///
    /// # Errors
    /// When it has no name.
    pub fn export_target(&self, path: PathBuf, format: ExportFormat) -> Result<ExportTarget> {
        let path = if path.extension().is_some() { path } else { free(path.with_extension(extension(format))) };
        let name = path.file_name().ok_or_else(|| common::gone("file's name"))?.to_string_lossy().into_owned();
        Ok(ExportTarget { id: self.explorer().targets.add(path), name })
    }

    /// A name to propose for the file.
    ///
    /// # Errors
    /// None yet; a source may come that has no name.
    pub fn export_name(&self, source: &RowsSource, format: ExportFormat) -> Result<String> {
        let name = match source {
            RowsSource::Table { path, .. } => path.0.last().map_or("rows", String::as_str),
            RowsSource::Query { .. } => "query",
        };
        // What no file system takes, and what would make it a path.
        let kept = |c: char| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c };
        let name: String = name.chars().map(kept).take(80).collect();
        let name = name.trim_matches(['.', ' ']).to_owned();
        let name = if name.is_empty() { "rows".to_owned() } else { name };
        Ok(format!("{name}.{}", extension(format)))
    }

    /// Writes rows into the file: beside it first, renamed when complete. Cancelled or failed, it leaves nothing behind.
    ///
    /// # Errors
    /// As the rows cannot be read or the file not be written.
    pub async fn export_run(&self, request: ExportRequest, run: RunId, progress: ProgressTo) -> Result<ExportDone> {
        let started = Instant::now();
        let path = self.explorer().targets.get(request.target)?;
        let mut lease = self.lease(request.connection, Purpose::Stream, &run, Arc::new(NoReport)).await?;
        // A large table takes its time; a server that stays silent gets no more than `SILENT`.
        lease.cx.deadline = tokio::time::Instant::now() + LONGEST;
        let OpenRows { batches, points, total } = open_source(self, &request, &lease).await?;
        let how = How { format: request.format, decimals: request.decimals, points };
        let total = batches.total.or(total).map(|count| ProgressTotal { rows: count.rows, exact: count.exact });
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let written = write_all(batches, path, how, Progress { tell: progress, total }, &lease.cx).await?;
        let millis = started.elapsed().as_secs_f64() * 1000.0;
        Ok(ExportDone { name, rows: written.rows, bytes: written.bytes, notes: written.notes, millis })
    }

    /// The folder of an exported file, to show it in the system's file browser.
    ///
    /// # Errors
    /// `gone`.
    pub fn export_folder(&self, target: u32) -> Result<PathBuf> {
        let path = self.explorer().targets.get(target)?;
        Ok(path.parent().map_or_else(PathBuf::new, std::path::Path::to_owned))
    }
}

/// Rows that were opened to be written.
struct OpenRows {
    batches: Batches,
    /// All geometries are points, as the catalog says.
    points: bool,
    total: Option<Count>,
}

async fn open_source(engine: &Engine, request: &ExportRequest, lease: &Lease) -> Result<OpenRows> {
    match &request.source {
        RowsSource::Table { path, columns, filter, sort } => {
            // Not the cached one: it may have changed since it was looked at, and a file lasts.
            let table = lease.session.describe(path, &lease.cx).await?;
            let scan = scan_of(&table, columns.as_deref(), filter, sort)?;
            let batches = match lease.session.scan(&scan, &lease.cx).await {
                Err(gone) if gone.kind() == Kind::NotFound => {
                    engine.table_is_gone(request.connection, path);
                    return Err(gone);
                }
                done => done?,
            };
            let points = !table.geometries.is_empty() && table.geometries.iter().all(|g| g.geometry_type == "POINT");
            Ok(OpenRows { batches, points, total: table.rows.filter(|_| filter.is_empty()) })
        }
        RowsSource::Query { sql, limit, max_bytes } => {
            engine.only_reading(request.connection, sql).await?;
            let query = Query { sql: sql.clone(), limit: Some(u64::from(*limit)), max_bytes: *max_bytes, ..Query::default() };
            Ok(OpenRows { batches: lease.session.query(&query, &lease.cx).await?, points: false, total: None })
        }
    }
}

struct Progress {
    tell: ProgressTo,
    total: Option<ProgressTotal>,
}

/// One task reads, one thread writes; between them only a few batches.
async fn write_all(batches: Batches, path: PathBuf, how: How, progress: Progress, cx: &Ctx) -> Result<Written> {
    let Batches { schema, mut stream, .. } = batches;
    let (give, take) = mpsc::channel(BETWEEN);
    let bytes = Arc::new(AtomicU64::new(0));
    let on_disk = bytes.clone();
    let writing = tokio::task::spawn_blocking(move || write(&path, &schema, how, take, &on_disk));
    let mut rows = 0;
    let mut told = Instant::now();
    let reading = async {
        loop {
            let Some(batch) = cx.within(SILENT).run(async { stream.next().await.transpose() }).await? else { break };
            rows += batch.num_rows() as u64;
            // The writer is gone when it failed: its own error is the one to tell.
            if give.send(Step::Rows(batch)).await.is_err() {
                return Ok(());
            }
            if told.elapsed() >= TOLD_EVERY {
                told = Instant::now();
                let bytes = bytes.load(Ordering::Relaxed);
                (progress.tell)(ExportProgress { rows, total: progress.total, bytes });
            }
        }
        let _ = give.send(Step::Done).await;
        Ok(())
    };
    let read = cx.run(reading).await;
    drop(give);
    let written = writing.await.map_err(|_| common::internal("the writing of a file ended early"))?;
    read?;
    // Without an error on either side the writer heard that it was done.
    written?.ok_or_else(|| common::internal("a file was not completed"))
}

enum Step {
    Rows(RecordBatch),
    Done,
}

/// None when the rows ended before they were done: the file is gone again.
fn write(
    path: &std::path::Path,
    schema: &SchemaRef,
    how: How,
    mut take: mpsc::Receiver<Step>,
    on_disk: &AtomicU64,
) -> Result<Option<Written>> {
    let mut export = Export::begin(path, schema, how)?;
    while let Some(step) = take.blocking_recv() {
        match step {
            Step::Rows(batch) => export.write(&batch)?,
            Step::Done => return export.finish().map(Some),
        }
        on_disk.store(export.bytes(), Ordering::Relaxed);
    }
    Ok(None)
}

fn extension(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Csv => "csv",
        ExportFormat::GeoJson => "geojson",
        ExportFormat::GeoJsonLines => "geojsonl",
        ExportFormat::GeoParquet => "parquet",
    }
}

/// The chooser asked about the name without its ending: what has that name with it is not replaced unasked.
fn free(path: PathBuf) -> PathBuf {
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let ending = path.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
    let numbered = (2..1000).map(|n| path.with_file_name(format!("{stem} ({n}).{ending}")));
    std::iter::once(path.clone()).chain(numbered).find(|p| !p.exists()).unwrap_or(path)
}
