//! Rows that stay in Rust while a grid shows parts of them.
//!
//! A table with a key is read page by page, each behind the last row of the one before, on a session that others use too: it
//! can be gone on with after anything, also after a lost connection. Everything else is one stream on a session of its own,
//! read as far as somebody looks. Rows that have come stay, whatever happens later. Owns: the verbs. The rows of one grid are
//! in `grid`, where they come from in `feed`, what is asked for in `scan`.

mod feed;
mod grid;
mod held;
pub(crate) mod scan;
mod text;

use crate::engine::{Engine, ProxyChoice};
use crate::explorer::cells::{self, Cells};
use crate::explorer::sessions::Purpose;
use crate::views::{CellView, CopyRequest, PartView, RowsId, RowsSource, RowsView, RunId};
use feed::Asker;
use futures::StreamExt;
use grid::{Counted, Grid};
use model::{Batches, ConnectionId, Count, Ctx, Error, Kind, NoReport, Query, Report, Result, Scan, common};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The first part.
const FIRST_PART: usize = 100;
/// No part is longer.
const LONGEST_PART: u32 = 1000;
/// No copy has more rows.
const MOST_COPIED: u32 = 100_000;
/// More grids than this are not held: those that were used longest ago are closed.
const MOST_GRIDS: usize = 100;
/// Nor do they hold more than this together.
const MOST_BYTES: usize = 1 << 30;

/// The rows of all grids.
#[derive(Default)]
pub(crate) struct Grids {
    open: Mutex<HashMap<RowsId, Arc<Grid>>>,
    next: AtomicU32,
}

impl Grids {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<RowsId, Arc<Grid>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, grid: Arc<Grid>) -> RowsId {
        let id = RowsId(self.next.fetch_add(1, Ordering::Relaxed) + 1);
        let mut open = self.lock();
        let mut bytes: usize = open.values().map(|grid| grid.held().bytes()).sum();
        while open.len() >= MOST_GRIDS || bytes > MOST_BYTES {
            let Some(oldest) = open.iter().min_by_key(|(_, grid)| grid.last_used()).map(|(id, _)| *id) else { break };
            let Some(grid) = open.remove(&oldest) else { break };
            bytes -= grid.held().bytes().min(bytes);
            grid.end.cancel();
        }
        open.insert(id, grid);
        id
    }

    fn get(&self, id: RowsId) -> Result<Arc<Grid>> {
        self.lock().get(&id).cloned().ok_or_else(|| Error::new(&text::CLOSED))
    }

    /// Closes all; the server stops what still runs.
    pub(crate) fn clear(&self) {
        for (_, grid) in self.lock().drain() {
            grid.end.cancel();
        }
    }
}

impl Engine {
    /// Opens rows and answers with their first part.
    ///
    /// # Errors
    /// What the source is refused with, and what goes wrong before the first rows.
    pub async fn rows_open(
        &self,
        connection: ConnectionId,
        source: RowsSource,
        run: RunId,
        report: Arc<dyn Report>,
    ) -> Result<RowsView> {
        let started = Instant::now();
        let statement = match &source {
            RowsSource::Query { sql, .. } => Some(sql.clone()),
            RowsSource::Table { .. } => None,
        };
        let opened = Grid::open(self, connection, source, &run, report).await;
        let millis = started.elapsed().as_secs_f64() * 1000.0;
        if let Some(sql) = statement {
            let outcome = opened.as_ref().map(|grid| found(grid));
            self.remember(connection, &sql, millis, outcome).await;
        }
        let grid = opened?;
        let (columns, first, total) = (grid.columns.clone(), grid.part(0, FIRST_PART), grid.total());
        let id = self.explorer().grids.add(grid);
        Ok(RowsView { id, columns, first, total, millis: started.elapsed().as_secs_f64() * 1000.0 })
    }

    /// A part of the rows; fetches more where needed.
    ///
    /// # Errors
    /// As fetching fails; what was fetched before stays.
    pub async fn rows_part(&self, id: RowsId, offset: u32, limit: u32, run: RunId) -> Result<PartView> {
        let grid = self.explorer().grids.get(id)?;
        let (offset, limit) = (offset as usize, limit.min(LONGEST_PART) as usize);
        if !grid.has(offset.saturating_add(limit)) {
            let under_way = self.runs().begin(run.clone());
            let cx = self.context(&run, under_way.cancel.clone(), Arc::new(NoReport), &ProxyChoice::None).await?;
            let asker = Asker { engine: self, connection: grid.connection, run: &run, report: Arc::new(NoReport) };
            let fetched = grid.fetch(&asker, &cx, offset.saturating_add(limit)).await;
            if let (Err(error), Counted::Scan(scan)) = (&fetched, &grid.counted)
                && error.kind() == Kind::NotFound
            {
                self.table_is_gone(grid.connection, &scan.table);
            }
            match fetched {
                // What is there is shown; whoever asks for the rest is told what is wrong.
                Err(error) if error.kind() != Kind::Cancelled && grid.held().rows() > offset => {}
                done => done?,
            }
        }
        Ok(grid.part(offset, limit))
    }

    /// One value, whole.
    ///
    /// # Errors
    /// When these rows are closed, or there is no such cell.
    pub async fn rows_cell(&self, id: RowsId, row: u32, column: u32) -> Result<CellView> {
        let grid = self.explorer().grids.get(id)?;
        let (row, column) = (row as usize, column as usize);
        let part = grid.held().parts(row, row + 1).into_iter().next().ok_or_else(|| common::gone("cell"))?;
        if column >= part.batch.num_columns() {
            return Err(common::gone("cell"));
        }
        off_the_runtime(move || Ok(cells::whole(&grid.cells, &part.batch, column, part.rows.start))).await
    }

    /// Cells as tab-separated text.
    ///
    /// # Errors
    /// When it is too much, or these rows are closed.
    pub async fn rows_copy(&self, id: RowsId, request: CopyRequest) -> Result<String> {
        let grid = self.explorer().grids.get(id)?;
        let (from, to) = (request.from as usize, request.to.min(request.from.saturating_add(MOST_COPIED)) as usize);
        let columns: Vec<usize> = request.columns.iter().map(|c| *c as usize).filter(|c| *c < grid.columns.len()).collect();
        let names: Vec<String> = columns.iter().map(|c| grid.columns[*c].name.clone()).collect();
        let parts = grid.held().parts(from, to);
        let header = request.header.then_some(names);
        off_the_runtime(move || cells::tsv(&grid.cells, &parts, &columns, header.as_deref())).await
    }

    /// Counts the rows at the server.
    ///
    /// # Errors
    /// As the server refuses it.
    pub async fn rows_count(&self, id: RowsId, run: RunId) -> Result<Count> {
        let grid = self.explorer().grids.get(id)?;
        let lease = self.lease(grid.connection, Purpose::Stream, &run, Arc::new(NoReport)).await?;
        let (session, cx) = (&lease.session, &lease.cx);
        let rows = match &grid.counted {
            Counted::Query(query) => walked(session.query(query, cx).await?, cx).await?,
            Counted::Scan(scan) => match lease.connector.dialect().count(scan) {
                Some(sql) => {
                    let query = Query { sql: sql.text, params: sql.params, ..Query::default() };
                    single(session.query(&query, cx).await?, cx).await?
                }
                None => {
                    // One column is enough, and the first is seldom the largest.
                    let columns = scan.columns.as_ref().map(|all| all.iter().take(1).cloned().collect());
                    let bare = Scan { columns, sort: Vec::new(), ..scan.clone() };
                    walked(session.scan(&bare, cx).await?, cx).await?
                }
            },
        };
        Ok(Count { rows, exact: true })
    }

    /// Closes rows; what still runs is cancelled at the server.
    ///
    /// # Errors
    /// None that is worth telling: what is closed is closed.
    pub async fn rows_close(&self, id: RowsId) -> Result<()> {
        let grid = self.explorer().grids.lock().remove(&id);
        if let Some(grid) = grid {
            grid.end.cancel();
        }
        Ok(())
    }
}

/// What came of a query, in words.
fn found(grid: &Grid) -> String {
    let held = grid.held();
    match (held.rows(), held.complete) {
        (1, true) => "1 row".to_owned(),
        (rows, true) => format!("{rows} rows"),
        (rows, false) => format!("{rows} rows and more"),
    }
}

/// Counts what comes, and keeps none of it.
async fn walked(mut batches: Batches, cx: &Ctx) -> Result<u64> {
    let mut rows = 0;
    while let Some(batch) = cx.run(async { batches.stream.next().await.transpose() }).await? {
        rows += batch.num_rows() as u64;
    }
    Ok(rows)
}

/// The one number that comes.
async fn single(mut batches: Batches, cx: &Ctx) -> Result<u64> {
    let cells = Cells::of(&batches.schema);
    let mut text = String::new();
    while let Some(batch) = cx.run(async { batches.stream.next().await.transpose() }).await? {
        if batch.num_rows() > 0 && text.is_empty() {
            cells.write(&batch, 0, 0, cells::Form::Full, 100, &mut text);
        }
    }
    text.parse().map_err(|_| common::internal("a count that is no number"))
}

/// Work that takes its time, off the threads that others wait on.
async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(common::internal("a task ended early")))
}
