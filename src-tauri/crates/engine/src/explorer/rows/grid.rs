//! One grid's rows: opened, fetched as far as somebody looks, held within bounds.

use super::feed::{Asker, FIRST, Feed, Pages, lasting, stopped};
use super::held::Held;
use super::scan::scan_of;
use crate::engine::Engine;
use crate::explorer::cells::{self, Cells};
use crate::explorer::sessions::Purpose;
use crate::views::{CellKind, ColumnView, PartView, RowsSource, RunId};
use arrow_schema::SchemaRef;
use model::{ConnectionId, Count, Ctx, Kind, Query, Report, Result, Scan, Sort, Table};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A stream that nobody has asked for rows for so long is closed.
const IDLE: Duration = Duration::from_secs(600);
/// So long is waited for what should be there already.
const AT_ONCE: Duration = Duration::from_millis(150);
/// No query is allowed more rows.
const MOST_LIMIT: u32 = 10_000_000;

/// What is counted when somebody asks how many rows there are.
pub(super) enum Counted {
    /// A table's rows.
    Scan(Scan),
    /// A statement's.
    Query(Query),
}

/// One grid's rows.
pub(super) struct Grid {
    pub(super) connection: ConnectionId,
    pub(super) columns: Vec<ColumnView>,
    pub(super) cells: Cells,
    pub(super) counted: Counted,
    /// How many there are in all, as the table's description says.
    total: Option<Count>,
    held: Mutex<Held>,
    feed: tokio::sync::Mutex<Feed>,
    /// Show no more than this: a query's own cap.
    cap: usize,
    used: Mutex<Instant>,
    /// Ends whatever is still under way for it.
    pub(super) end: CancellationToken,
}

impl Grid {
    /// Opens rows, as far as the first of them.
    pub(super) async fn open(
        engine: &Engine,
        connection: ConnectionId,
        source: RowsSource,
        run: &RunId,
        report: Arc<dyn Report>,
    ) -> Result<Arc<Self>> {
        let asker = Asker { engine, connection, run, report };
        let grid = match source {
            RowsSource::Table { path, columns, filter, sort } => {
                let described = |refresh| engine.described(connection, &path, refresh, run, asker.report.clone());
                let wanted = |table: &Table| scan_of(table, columns.as_deref(), &filter, &sort);
                let known = described(false).await?;
                let tried = match wanted(&known.table) {
                    Ok(scan) => Self::of_table(&asker, &known.table, scan).await,
                    Err(error) => Err(error),
                };
                match tried {
                    // What was known of it may be old: once more, with what it is now.
                    Err(error) if error.kind() == Kind::NotFound => {
                        let fresh = described(true).await?;
                        if fresh.table == known.table {
                            return Err(error);
                        }
                        Self::of_table(&asker, &fresh.table, wanted(&fresh.table)?).await?
                    }
                    done => done?,
                }
            }
            RowsSource::Query { sql, limit, max_bytes } => Self::of_query(&asker, sql, limit, max_bytes).await?,
        };
        let grid = Arc::new(grid);
        grid.watch_idle(engine);
        Ok(grid)
    }

    async fn of_table(asker: &Asker<'_>, table: &Table, mut scan: Scan) -> Result<Self> {
        let counted = Counted::Scan(scan.clone());
        let total = table.rows.filter(|_| scan.predicate.is_none());
        let shown = scan.columns.as_ref().map_or(0, Vec::len);
        let quick = scan.predicate.is_none() && scan.sort.is_empty();
        let Some(order) = order(table, &mut scan) else {
            return Self::of_stream(asker, Streamed::Scan(scan), counted, total, table.row_key.as_deref()).await;
        };
        let mut pages = Pages { scan, order, shown, quick, after: None };
        let (batches, over) = pages.next(asker, true).await?;
        let schema = batches.first().map(|b| b.schema()).ok_or_else(|| model::common::internal("a page without columns"))?;
        let mut held = Held::default();
        batches.into_iter().for_each(|batch| held.add(batch, usize::MAX));
        if over {
            held.finish();
        }
        let feed = if over { Feed::Over } else { Feed::Pages(Box::new(pages)) };
        let token = CancellationToken::new();
        Ok(Self::new(asker.connection, &schema, table.row_key.as_deref(), true, counted, total, held, feed, usize::MAX, token))
    }

    async fn of_query(asker: &Asker<'_>, text: String, limit: u32, max_bytes: Option<u64>) -> Result<Self> {
        asker.engine.only_reading(asker.connection, &text).await?;
        let limit = limit.clamp(1, MOST_LIMIT);
        let query = Query { sql: text, max_bytes, ..Query::default() };
        // One more tells whether these are all.
        let asked = Query { limit: Some(u64::from(limit) + 1), ..query.clone() };
        Self::of_stream(asker, Streamed::Query(asked, limit as usize), Counted::Query(query), None, None).await
    }

    async fn of_stream(
        asker: &Asker<'_>,
        what: Streamed,
        counted: Counted,
        total: Option<Count>,
        key: Option<&[String]>,
    ) -> Result<Self> {
        let lease = asker.engine.lease(asker.connection, Purpose::Stream, asker.run, asker.report.clone()).await?;
        let token = CancellationToken::new();
        let lasting = lasting(&lease.cx, token.clone());
        let opened = async {
            match &what {
                Streamed::Scan(scan) => lease.session.scan(scan, &lasting).await,
                Streamed::Query(query, _) => lease.session.query(query, &lasting).await,
            }
        };
        let batches = lease.cx.run(opened).await?;
        let schema = batches.schema.clone();
        let (cap, is_table) = match what {
            Streamed::Scan(_) => (usize::MAX, true),
            Streamed::Query(_, cap) => (cap, false),
        };
        let total = total.or(batches.total);
        let feed = Feed::Stream(batches.stream);
        let grid = Self::new(asker.connection, &schema, key, is_table, counted, total, Held::default(), feed, cap, token);
        grid.fetch(asker, &lease.cx, 1).await?;
        // Few rows are all of them, and the server says so at once. What fails here is told to whoever asks for more.
        let _ = tokio::time::timeout(AT_ONCE, grid.fetch(asker, &lease.cx, FIRST)).await;
        Ok(grid)
    }

    #[allow(clippy::too_many_arguments)]
    fn new(
        connection: ConnectionId,
        schema: &SchemaRef,
        key: Option<&[String]>,
        is_table: bool,
        counted: Counted,
        total: Option<Count>,
        held: Held,
        feed: Feed,
        cap: usize,
        end: CancellationToken,
    ) -> Self {
        let is_key = |name: &String| key.is_some_and(|key| key.contains(name));
        let columns = schema.fields().iter().map(|field| cells::view(field, is_key(field.name()), is_table)).collect();
        Self {
            connection,
            columns,
            cells: Cells::of(schema),
            counted,
            total,
            held: Mutex::new(held),
            feed: tokio::sync::Mutex::new(feed),
            cap,
            used: Mutex::new(Instant::now()),
            end,
        }
    }

    /// How many rows there are in all, where that is known.
    pub(super) fn total(&self) -> Option<Count> {
        let held = self.held();
        if held.complete { Some(Count { rows: held.rows() as u64, exact: true }) } else { self.total }
    }

    /// So many rows are here, or all that there will be.
    pub(super) fn has(&self, wanted: usize) -> bool {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let held = self.held();
        held.rows() >= wanted || held.is_over()
    }

    /// Fetches until there are so many rows, or no more.
    pub(super) async fn fetch(&self, asker: &Asker<'_>, cx: &Ctx, wanted: usize) -> Result<()> {
        let mut feed = cx.run(async { Ok(self.feed.lock().await) }).await?;
        loop {
            if self.has(wanted) {
                return Ok(());
            }
            let (batches, over) = tokio::select! {
                biased;
                () = self.end.cancelled() => return Err(model::common::cancelled()),
                more = feed.next(asker, cx, false) => more?,
            };
            let mut held = self.held();
            batches.into_iter().for_each(|batch| held.add(batch, self.cap));
            if over {
                held.finish();
            }
            if held.is_over() {
                // The session goes back, and the server stops.
                *feed = Feed::Over;
            }
        }
    }

    /// The text of a part.
    pub(super) fn part(&self, offset: usize, limit: usize) -> PartView {
        let (parts, fetched, complete, bounded) = {
            let held = self.held();
            (held.parts(offset, offset.saturating_add(limit)), held.rows(), held.complete, held.bounded)
        };
        let (rows, cut) = cells::part(&self.cells, &parts);
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        PartView { offset: number(offset), rows, cut, fetched: number(fetched), complete, bounded }
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn last_used(&self) -> Instant {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives up a stream that nobody reads.
    fn watch_idle(self: &Arc<Self>, engine: &Engine) {
        let grid = Arc::downgrade(self);
        let (ending, closed) = (engine.ending(), self.end.clone());
        tokio::spawn(async move {
            loop {
                let Some(until) = grid.upgrade().map(|grid| grid.last_used() + IDLE) else { return };
                tokio::select! {
                    () = ending.cancelled() => return,
                    () = closed.cancelled() => return,
                    () = tokio::time::sleep_until(until) => {}
                }
                let Some(grid) = grid.upgrade() else { return };
                if grid.last_used() + IDLE > Instant::now() {
                    continue;
                }
                if let Ok(mut feed) = grid.feed.try_lock() {
                    if feed.is_stream() {
                        *feed = Feed::Stopped(stopped("Nobody asked for more of them for ten minutes."));
                    }
                    return;
                }
            }
        });
    }
}

enum Streamed {
    Scan(Scan),
    /// With how many of its rows are shown.
    Query(Query, usize),
}

/// Makes the scan's order one that tells every row from every other, and says where its columns are. None without a key that
/// can be gone on behind.
fn order(table: &Table, scan: &mut Scan) -> Option<Vec<usize>> {
    let key = table.row_key.as_ref().filter(|key| !key.is_empty())?;
    let known = cells::described(table);
    let orders = |name: &String| known.iter().any(|c| c.name == *name && c.kind != CellKind::Binary && c.sorts);
    if !key.iter().all(orders) {
        return None;
    }
    for column in key {
        if scan.sort.iter().all(|s| s.column != *column) {
            scan.sort.push(Sort { column: column.clone(), descending: false });
        }
    }
    let columns = scan.columns.get_or_insert_default();
    let at = scan.sort.iter().map(|sort| {
        columns.iter().position(|c| *c == sort.column).unwrap_or_else(|| {
            columns.push(sort.column.clone());
            columns.len() - 1
        })
    });
    Some(at.collect())
}
