//! Sessions that stay open: one for looking, a few for streams, to each connection that is being explored.
//!
//! A verb asks for a [`Lease`] and is done with it when it drops it; whether a session was open already, had to be opened, or
//! was lost and is opened anew is decided here. Whoever waits for an opening waits for himself: his cancelling ends his wait,
//! and the opening only when nobody waits for it any more. Owns: opening with the same care as a test (secrets, questions,
//! proxy, stages), reusing, closing. Does not own: what is done with a session.

mod held;
mod opening;
mod pool;

use crate::engine::{Engine, ProxyChoice};
use crate::runs::Run;
use crate::secrets::RunSecrets;
use crate::views::RunId;
use held::Held;
use model::{ConnectionId, Connector, Ctx, Error, Kind, Report, Result, Session, Text, common};
use opening::{Joined, Opening};
use pool::{Live, Pool};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The connection that is there from the first start, for files on this computer.
pub const LOCAL: ConnectionId = ConnectionId::LOCAL;

/// So many sessions of their own may streams have on one connection.
const STREAMS: usize = 4;
/// So long is waited for one of them to be free.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked for sessions that nobody used for long.
const SWEEP: Duration = Duration::from_secs(30);
/// A connection that changes while it is opened is begun again so often.
const TRIES: usize = 5;

/// All streams of a connection are in use.
pub const TOO_MANY_STREAMS: Text = Text {
    code: "explorer.too_many_streams",
    kind: Kind::Busy,
    what: "This connection is busy with four other things.",
    why: "Tables, queries or exports that are still running hold its sessions.",
    remedy: "Wait for one of them or cancel it, then try again.",
    retryable: true,
};
/// The saved connection is not whole (any more).
pub const INCOMPLETE: Text = Text {
    code: "explorer.connection_incomplete",
    kind: Kind::Invalid,
    what: "This connection is not complete.",
    why: "{message}",
    remedy: "Edit the connection and fill in what is missing.",
    retryable: false,
};
/// Something that makes no sense for Local data.
pub const LOCAL_IS_FIXED: Text = Text {
    code: "local.fixed",
    kind: Kind::Unsupported,
    what: "Local data cannot be {done}.",
    why: "It belongs to the program and has no server and no account.",
    remedy: "Files that were added to it can be removed one by one.",
    retryable: false,
};

/// What a session is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Short calls that share one session: levels, tables, pages by key, estimates.
    Look,
    /// Rows that stream, and statements that may take long: a session of its own while it lasts.
    Stream,
}

/// A session for a run. It goes back when this and all streams that were opened with it are dropped.
pub(crate) struct Lease {
    /// The session. An error that says that it is lost is noticed here: the next lease opens another.
    pub session: Arc<dyn Session>,
    /// The warehouse.
    pub connector: &'static dyn Connector,
    /// For the session's calls: ends with the run, or at the deadline of a run.
    pub cx: Ctx,
    _run: Run,
}

/// Refuses for Local data what is for connections only; `done` as in "deleted".
///
/// # Errors
/// [`LOCAL_IS_FIXED`].
pub(crate) fn no_local(id: ConnectionId, done: &str) -> Result<()> {
    if id == LOCAL { Err(Error::new(&LOCAL_IS_FIXED).with("done", done)) } else { Ok(()) }
}

/// The open sessions of all connections.
#[derive(Default)]
pub(crate) struct Sessions {
    pools: Mutex<HashMap<ConnectionId, Arc<Pool>>>,
    /// Goodbyes under way.
    goodbyes: TaskTracker,
}

impl Sessions {
    /// The connection's pool, and whether it is a new one.
    fn pool(&self, id: ConnectionId) -> (Arc<Pool>, bool) {
        let mut pools = self.lock();
        let fresh = !pools.contains_key(&id);
        (pools.entry(id).or_insert_with(|| Arc::new(Pool::new(self.goodbyes.clone()))).clone(), fresh)
    }

    /// Closes the sessions of a connection that was changed or deleted; what runs on them ends.
    pub(crate) fn close(&self, id: ConnectionId) {
        let pool = self.lock().remove(&id);
        if let Some(pool) = pool {
            pool.retire(true);
        }
    }

    /// No session of the connection is used again; what runs on them goes on to its end.
    pub(crate) fn renew(&self, id: ConnectionId) {
        let pool = self.lock().remove(&id);
        if let Some(pool) = pool {
            pool.retire(false);
        }
    }

    /// Closes all, and waits for their goodbyes, two seconds at most.
    pub(crate) async fn stop(&self) {
        let pools: Vec<Arc<Pool>> = self.lock().drain().map(|(_, pool)| pool).collect();
        for pool in pools {
            pool.retire(true);
        }
        self.goodbyes.close();
        if tokio::time::timeout(pool::GOODBYE, self.goodbyes.wait()).await.is_err() {
            tracing::warn!("some sessions did not say goodbye in time");
        }
    }

    /// Closes what nobody used for long. False when there is nothing left to look after.
    fn sweep(&self, id: ConnectionId, pool: &Arc<Pool>) -> bool {
        let mut pools = self.lock();
        if !pools.get(&id).is_some_and(|there| Arc::ptr_eq(there, pool)) {
            return false;
        }
        if pool.sweep() {
            return true;
        }
        pools.remove(&id);
        false
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConnectionId, Arc<Pool>>> {
        self.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// A session for that connection: one that is open, or a new one, told as stages.
    ///
    /// # Errors
    /// As the connector opens; `gone`; [`INCOMPLETE`]; [`TOO_MANY_STREAMS`].
    pub(crate) async fn lease(&self, id: ConnectionId, purpose: Purpose, run: &RunId, report: Arc<dyn Report>) -> Result<Lease> {
        let under_way = self.runs().begin(run.clone());
        for _ in 0..TRIES {
            let pool = self.watched_pool(id);
            let held = match self.held(id, &pool, purpose, run, &under_way.cancel, &report).await {
                // It was changed meanwhile: once more, with what is saved now.
                Err(_) if pool.is_retired() && !under_way.cancel.is_cancelled() => continue,
                done => done?,
            };
            let (connector, net) = (held.connector(), held.net());
            let cx = self.context_on(run, under_way.cancel.clone(), report, net);
            return Ok(Lease { session: Arc::new(held), connector, cx, _run: under_way });
        }
        Err(common::gone("connection"))
    }

    /// The connection's warehouse, without opening it.
    ///
    /// # Errors
    /// `gone`.
    pub(crate) async fn connector_of(&self, id: ConnectionId) -> Result<&'static dyn Connector> {
        if let Some(known) = self.sessions().lock().get(&id).and_then(|pool| pool.connector()) {
            return Ok(known);
        }
        if id == LOCAL {
            return Ok(self.local());
        }
        self.connector(&self.saved(id).await?.connector)
    }

    /// The pool, and someone who looks after it.
    fn watched_pool(&self, id: ConnectionId) -> Arc<Pool> {
        let (pool, fresh) = self.sessions().pool(id);
        if fresh {
            let (engine, pool) = (self.downgrade(), Arc::downgrade(&pool));
            let ending = self.ending();
            tokio::spawn(async move {
                loop {
                    tokio::select! {
                        () = ending.cancelled() => return,
                        () = tokio::time::sleep(SWEEP) => {}
                    }
                    let (Some(engine), Some(pool)) = (engine.upgrade(), pool.upgrade()) else { return };
                    if !engine.sessions().sweep(id, &pool) {
                        return;
                    }
                }
            });
        }
        pool
    }

    async fn held(
        &self,
        id: ConnectionId,
        pool: &Arc<Pool>,
        purpose: Purpose,
        run: &RunId,
        cancel: &CancellationToken,
        report: &Arc<dyn Report>,
    ) -> Result<Held> {
        // A stream's connection is looked at first, too: who is asked for a password is asked once.
        let look = self.look(id, pool, run, cancel, report).await?;
        // Files take no turns.
        if purpose == Purpose::Look || id == LOCAL {
            return Ok(Held::look(pool.clone(), look));
        }
        let cx = self.context_on(run, cancel.clone(), report.clone(), look.net.clone());
        let too_many = |_| Error::new(&TOO_MANY_STREAMS);
        let turn = async { pool.streams.clone().acquire_owned().await.map_err(|_| common::gone("connection")) };
        let turn = cx.within(PATIENCE).run_or(too_many, turn).await?;
        if let Some(idle) = pool.take_idle()? {
            return Ok(Held::stream(pool.clone(), idle, turn));
        }
        let live = self.open_session(id, pool, run, cancel.clone(), report.clone()).await?;
        pool.add(&live)?;
        Ok(Held::stream(pool.clone(), live, turn))
    }

    /// The session that all looks share; opened once for all who wait for it.
    async fn look(
        &self,
        id: ConnectionId,
        pool: &Arc<Pool>,
        run: &RunId,
        cancel: &CancellationToken,
        report: &Arc<dyn Report>,
    ) -> Result<Arc<Live>> {
        let mut waiting = match pool.join(report, &self.ending())? {
            Joined::Open(live) => return Ok(live),
            Joined::Waits(waiting) => waiting,
            Joined::Opens(waiting) => {
                self.begin_opening(id, pool.clone(), waiting.opening(), run.clone());
                waiting
            }
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(common::cancelled()),
            done = waiting.done() => done,
        }
    }

    fn begin_opening(&self, id: ConnectionId, pool: Arc<Pool>, opening: Arc<Opening>, run: RunId) {
        let engine = self.clone();
        tokio::spawn(async move {
            // Whatever happens to this task, nobody waits for it in vain.
            let finish = opening.finish(pool.clone());
            let done = engine.open_session(id, &pool, &run, opening.cancel(), opening.report()).await;
            finish.with(done);
        });
    }

    /// Opens a session and takes a first look, as a test does.
    async fn open_session(
        &self,
        id: ConnectionId,
        pool: &Arc<Pool>,
        run: &RunId,
        cancel: CancellationToken,
        report: Arc<dyn Report>,
    ) -> Result<Arc<Live>> {
        let open = if id == LOCAL { self.open_local().await? } else { self.open_saved(id).await? };
        let connector = open.connector();
        let checked = open.check().map_err(|errors| {
            let message = errors.first().map(|e| e.message.clone()).unwrap_or_default();
            Error::new(&INCOMPLETE).with("message", message)
        })?;
        let secrets = RunSecrets::of(self, connector, &open.draft, Some(&checked)).knowing(pool.typed());
        let cx = self.context(run, cancel, report, &ProxyChoice::of(&open.draft)).await?;
        let opened = async {
            let session = connector.open(&checked, &secrets, &cx).await?;
            let live = Live::new(session, connector, cx.net.clone(), pool.goodbyes());
            // Dropped without this, it says goodbye by itself.
            live.session().probe(&cx).await?;
            Ok(live)
        };
        let opened: Result<Arc<Live>> = opened.await;
        match &opened {
            Ok(_) => {
                pool.remember(secrets.typed());
                secrets.remember(id);
                tracing::info!(connector = %checked.connector, "a session is open");
            }
            Err(e) => {
                if e.kind() == Kind::Auth {
                    pool.forget_typed();
                }
                tracing::info!(connector = %checked.connector, code = e.code(), vendor = e.vendor_code(), "a session did not open");
            }
        }
        opened
    }
}
