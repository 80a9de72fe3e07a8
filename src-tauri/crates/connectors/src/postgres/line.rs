//! The one connection of a session, and whose turn on it is.
//!
//! A session is one connection, and PostgreSQL does one thing at a time on one: so work takes turns. A turn is held for as
//! long as rows stream; other calls wait for theirs, cancellable, until their deadline, and are then told what is in the
//! way. Whoever drops a turn in the middle of its work (an error, a cancelled wait, a dropped stream) leaves it to a task
//! to cancel the work at the server and to roll back; the turn goes on only then. Quitting waits for such tasks.

use super::cancel::{Cancel, Request};
use super::failure::{BUSY, LOST, failed};
use model::{Ctx, Error, Result, common};
use std::future::Future;
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The end of every reading: what it set goes with the transaction, what it locked beyond one goes too.
const END: &str = "ROLLBACK; SELECT pg_catalog.pg_advisory_unlock_all()";
/// So long may it take until a dropped piece of work is over at the server; then the connection is given up.
const TIDYING: Duration = Duration::from_secs(10);
/// So long does quitting wait.
const GOODBYE: Duration = Duration::from_secs(2);

/// The connection, and what cancels its work and keeps it. None once it is closed or lost.
struct Held(Option<(Arc<Client>, Arc<Cancel>)>);

impl Held {
    fn client(&self) -> Option<&Arc<Client>> {
        self.0.as_ref().map(|(client, _)| client)
    }
}

/// The one connection of a session.
pub(super) struct Line {
    held: Arc<Mutex<Held>>,
    closing: CancellationToken,
    /// The turn of the stream that is open, so that closing need not wait for whoever has stopped reading it.
    streaming: std::sync::Mutex<Weak<Lent>>,
    tasks: TaskTracker,
    runtime: Handle,
}

/// What has to be done when a turn ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    Nothing,
    RollBack,
    Cancel,
}

/// A turn that a stream of rows has until its rows are over, it is dropped, or the session is closed.
pub(super) struct Lent(std::sync::Mutex<Option<Turn>>);

impl Lent {
    fn take(&self) -> Option<Turn> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// As [`Turn::done`].
    pub(super) fn done(&self) {
        if let Some(turn) = self.take() {
            turn.done();
        }
    }
}

/// The right to use the connection.
pub(super) struct Turn {
    line: Arc<Line>,
    held: Option<OwnedMutexGuard<Held>>,
    after: After,
}

impl Line {
    /// Around an open connection. Called inside the runtime.
    pub(super) fn new(client: Client, cancel: Cancel) -> Arc<Self> {
        Arc::new(Self {
            held: Arc::new(Mutex::new(Held(Some((Arc::new(client), Arc::new(cancel)))))),
            closing: CancellationToken::new(),
            streaming: std::sync::Mutex::default(),
            tasks: TaskTracker::new(),
            runtime: Handle::current(),
        })
    }

    /// As [`Ctx::run`], and ends when the session is closed.
    pub(super) async fn run<T>(&self, cx: &Ctx, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            () = self.closing.cancelled() => Err(common::gone("connection")),
            done = cx.run(work) => done,
        }
    }

    /// Waits for a turn.
    pub(super) async fn turn(self: &Arc<Self>, cx: &Ctx) -> Result<Turn> {
        let late = |after: Duration| Error::new(&BUSY).with("seconds", format!("{:.0}", after.as_secs_f32().max(1.0)));
        let held = cx.run_or(late, async { Ok(Arc::clone(&self.held).lock_owned().await) }).await?;
        match held.client() {
            Some(client) if !client.is_closed() => {}
            _ if self.closing.is_cancelled() => return Err(common::gone("connection")),
            _ => return Err(Error::new(&LOST)),
        }
        Ok(Turn { line: Arc::clone(self), held: Some(held), after: After::Nothing })
    }

    /// Catalog queries in one round trip: `work` sends all that it has to send when it is first polled, in a transaction
    /// that is READ ONLY, finds only the system's own operators and functions, and waits for no lock.
    pub(super) async fn catalog<T, F>(self: &Arc<Self>, cx: &Ctx, work: impl FnOnce(Arc<Client>) -> F) -> Result<T>
    where
        F: Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    {
        const BEGIN: &str = "BEGIN READ ONLY; SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL lock_timeout = '300ms'";
        self.run(cx, async {
            let mut turn = self.turn(cx).await?;
            let client = Arc::clone(turn.begin()?);
            let work = work(Arc::clone(&client));
            let (begun, done, ended) = futures::join!(client.batch_execute(BEGIN), work, client.batch_execute("ROLLBACK"));
            begun.map_err(failed)?;
            ended.map_err(failed)?;
            turn.after = After::Nothing;
            done.map_err(failed)
        })
        .await
    }

    /// Lends a turn to a stream of rows.
    pub(super) fn lend(&self, turn: Turn) -> Arc<Lent> {
        let lent = Arc::new(Lent(std::sync::Mutex::new(Some(turn))));
        *self.streaming.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(&lent);
        lent
    }

    /// Ends all work and the connection; waits for that, but not for long.
    pub(super) async fn close(&self, cx: &Ctx) {
        self.closing.cancel();
        let streaming = self.streaming.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
        drop(streaming.and_then(|lent| lent.take()));
        self.tasks.close();
        let end = async {
            self.held.lock().await.0 = None;
            self.tasks.wait().await;
            Ok(())
        };
        let _ = cx.within(GOODBYE).run(end).await;
    }

    /// What a turn leaves behind: the server stops the work, the transaction is rolled back.
    async fn tidy(mut held: OwnedMutexGuard<Held>, cancels: bool) {
        let Some((client, cancel)) = held.0.clone() else { return };
        if client.is_closed() {
            held.0 = None;
            return;
        }
        let tidied = timeout(TIDYING, async {
            if cancels {
                match cancel.run().await {
                    Request::PassedOn => {}
                    // The work then ends by itself, or with the connection.
                    Request::Unsent(error) => tracing::info!(code = error.code(), "a piece of work could not be cancelled"),
                    // It might hit the next piece of work: there is no next one here.
                    Request::Underway(error) => {
                        tracing::info!(code = error.code(), "a cancel request is still under way: its connection is given up");
                        return false;
                    }
                }
            }
            // The server's cancel may hit the ROLLBACK instead: then it is over, and once more is enough.
            for _ in 0..3 {
                if client.batch_execute(END).await.is_ok() {
                    return true;
                }
            }
            false
        });
        if tidied.await != Ok(true) {
            held.0 = None;
        }
    }
}

impl Turn {
    /// The connection, for work that has to be cancelled and rolled back if this turn is dropped from here on.
    pub(super) fn begin(&mut self) -> Result<&Arc<Client>> {
        self.after = After::Cancel;
        self.held.as_ref().and_then(|held| held.client()).ok_or_else(|| Error::new(&LOST))
    }

    /// The work is over, by an end or by an error that the server told; its transaction is not.
    pub(super) fn done(mut self) {
        self.after = After::RollBack;
    }

    /// [`Turn::done`] when the server ended the work with an error. Otherwise it may still be under way.
    pub(super) fn settle<T>(self, done: Result<T>) -> Result<T> {
        if done.as_ref().is_err_and(|error| error.vendor_code().is_some()) {
            self.done();
        }
        done
    }

    /// The transaction is over too.
    pub(super) fn ended(mut self) {
        self.after = After::Nothing;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else { return };
        if self.after == After::Nothing {
            return;
        }
        let cancels = self.after == After::Cancel;
        self.line.tasks.spawn_on(Line::tidy(held, cancels), &self.line.runtime);
    }
}
