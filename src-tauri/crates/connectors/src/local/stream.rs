//! Work that blocks, and its rows as a stream: a thread that may wait on one side, `Batches` on the other.
//!
//! Owns: the hand-over, its bound, and noticing that nobody wants more. Does not own: where rows come from.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use futures::StreamExt;
use model::{Batches, Count, Ctx, Error, Result, common};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// So many batches may wait for their reader.
const AHEAD: usize = 2;

enum News {
    Columns(SchemaRef, Option<Count>),
    Rows(RecordBatch),
    Failed(Error),
    /// All rows have come. Without it they were cut off.
    End,
}

/// Where the work leaves its rows.
pub(super) struct Out {
    to: mpsc::Sender<News>,
    cx: Ctx,
    stop: Stop,
}

/// Whether the work is still wanted. Cheap to clone and to ask.
#[derive(Clone)]
pub(super) struct Stop {
    cx: Option<Ctx>,
    dropped: CancellationToken,
    to: Option<mpsc::WeakSender<News>>,
}

impl Stop {
    /// For work that nobody can end.
    pub(super) fn never() -> Self {
        Self { cx: None, dropped: CancellationToken::new(), to: None }
    }

    /// Cancelled, too late, or its reader has gone.
    pub(super) fn now(&self) -> bool {
        self.cx.as_ref().is_some_and(|cx| cx.cancel.is_cancelled() || Instant::now() >= cx.deadline)
            || self.dropped.is_cancelled()
            || self.unread()
    }

    fn unread(&self) -> bool {
        self.to.as_ref().is_some_and(|to| to.upgrade().is_none_or(|to| to.is_closed()))
    }
}

impl Out {
    /// Whether to go on; for work that takes long between two batches.
    pub(super) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// The columns: once, before the first rows.
    pub(super) fn columns(&self, schema: SchemaRef, total: Option<Count>) -> ControlFlow<()> {
        self.send(News::Columns(schema, total))
    }

    /// Some rows. Waits until there is room for them; breaks when no more are wanted.
    pub(super) fn rows(&self, batch: RecordBatch) -> ControlFlow<()> {
        self.send(News::Rows(batch))
    }

    fn send(&self, news: News) -> ControlFlow<()> {
        let sent = Handle::current().block_on(async {
            tokio::select! {
                biased;
                () = self.cx.cancel.cancelled() => false,
                sent = self.to.send(news) => sent.is_ok(),
                () = tokio::time::sleep_until(self.cx.deadline) => false,
            }
        });
        if sent { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// Runs `work` on a thread that may wait, as far as its first rows. Its columns come first ([`Out::columns`]), then its rows;
/// when it is told to break it returns `Ok`. Dropping the stream ends the work at its next look at [`Stop`].
///
/// # Errors
/// What the work fails with before its first rows; cancelled; too late.
pub(super) async fn stream(cx: &Ctx, work: impl FnOnce(&Out) -> Result<()> + Send + 'static) -> Result<Batches> {
    let (to, mut from) = mpsc::channel(AHEAD);
    let stop = Stop { cx: Some(cx.clone()), dropped: CancellationToken::new(), to: Some(to.downgrade()) };
    let out = Out { stop, cx: cx.clone(), to };
    tokio::task::spawn_blocking(move || {
        // Without a word of its own the end of a thread that broke off would look like the end of the rows.
        let done = catch_unwind(AssertUnwindSafe(|| work(&out)));
        let done = done.unwrap_or_else(|_| Err(common::internal("reading a file broke off")));
        // What stopped because it was cancelled or too late has no end: it was cut off.
        if done.is_err() || !out.stop.now() {
            let _ = out.send(done.map_or_else(News::Failed, |()| News::End));
        }
    });
    let begun = cx.run(async { Ok((from.recv().await, from.recv().await)) }).await?;
    let (schema, total, first) = match begun {
        (Some(News::Columns(schema, total)), Some(first)) => (schema, total, first),
        (Some(News::Failed(error)), _) => return Err(cut_off(cx, error).await),
        _ => return Err(cut_off(cx, common::internal("rows without columns")).await),
    };
    let (first, more) = match first {
        News::Failed(error) => return Err(cut_off(cx, error).await),
        News::Rows(batch) => (Some(batch), true),
        News::End | News::Columns(..) => (None, false),
    };
    let ahead = futures::stream::iter(first.map(Ok));
    let rest = futures::stream::unfold(more.then(|| (from, cx.clone())), |state| async move {
        let (mut from, cx) = state?;
        match cx.run(async { Ok(from.recv().await) }).await {
            Ok(Some(News::Rows(batch))) => Some((Ok(batch), Some((from, cx)))),
            Ok(Some(News::End)) => None,
            Ok(Some(News::Failed(error))) => Some((Err(cut_off(&cx, error).await), None)),
            Ok(Some(News::Columns(..)) | None) => Some((Err(cut_off(&cx, common::internal("rows without an end")).await), None)),
            Err(error) => Some((Err(error), None)),
        }
    });
    Ok(Batches { schema, stream: ahead.chain(rest).fuse().boxed(), job: None, total })
}

/// Work that was stopped because it was cancelled or took too long says that, whatever it stumbled over on its way out.
async fn cut_off(cx: &Ctx, error: Error) -> Error {
    if !cx.cancel.is_cancelled() && Instant::now() < cx.deadline {
        return error;
    }
    cx.run(std::future::pending::<Result<()>>()).await.err().unwrap_or(error)
}

/// Runs `work` on a thread that may wait. Dropping the call ends the work at its next look at [`Stop`].
///
/// # Errors
/// What the work fails with; cancelled; too late.
pub(super) async fn blocking<T: Send + 'static>(cx: &Ctx, work: impl FnOnce(&Stop) -> Result<T> + Send + 'static) -> Result<T> {
    let dropped = CancellationToken::new();
    let _guard = dropped.clone().drop_guard();
    let stop = Stop { cx: Some(cx.clone()), dropped, to: None };
    let done = async move { tokio::task::spawn_blocking(move || work(&stop)).await.map_err(common::internal)? };
    match cx.run(done).await {
        Err(error) => Err(cut_off(cx, error).await),
        done => done,
    }
}
