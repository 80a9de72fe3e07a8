//! One opening that several wait for.
//!
//! Owns: who waits, what each of them hears of its stages, the news of its end. Does not own: opening (`sessions`).

use super::pool::{Live, Pool};
use model::{Error, Report, Result, StageEvent, common};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// What was told so far.
type Told = Vec<StageEvent>;
/// Who hears of it.
type Listeners = Vec<Arc<dyn Report>>;
type Outcome = std::result::Result<Arc<Live>, Arc<Error>>;

/// What [`Pool::join`] found.
pub(super) enum Joined {
    /// It is open.
    Open(Arc<Live>),
    /// Someone opens it.
    Waits(Waiting),
    /// Whoever asked opens it.
    Opens(Waiting),
}

/// An opening under way.
pub(super) struct Opening {
    cancel: CancellationToken,
    waiting: AtomicUsize,
    heard: Arc<Heard>,
    told: watch::Sender<Option<Outcome>>,
}

impl Opening {
    pub(super) fn new(cancel: CancellationToken) -> Arc<Self> {
        Arc::new(Self { cancel, waiting: AtomicUsize::new(0), heard: Arc::default(), told: watch::Sender::new(None) })
    }

    /// One more waits. Called under the pool's lock, as [`Opening::one_left`].
    pub(super) fn wait(self: &Arc<Self>, pool: Arc<Pool>, report: &Arc<dyn Report>) -> Waiting {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.heard.join(report.clone());
        Waiting { told: self.told.subscribe(), opening: self.clone(), pool }
    }

    /// So many wait when one has left.
    pub(super) fn one_left(&self) -> usize {
        self.waiting.fetch_sub(1, Ordering::Relaxed).saturating_sub(1)
    }

    pub(super) fn cancel(&self) -> CancellationToken {
        self.cancel.clone()
    }

    /// Tells all who wait.
    pub(super) fn report(&self) -> Arc<dyn Report> {
        self.heard.clone()
    }

    /// The duty to tell how it ended.
    pub(super) fn finish(self: &Arc<Self>, pool: Arc<Pool>) -> Finish {
        Finish { opening: self.clone(), pool, told: false }
    }
}

/// A place among those who wait.
pub(super) struct Waiting {
    opening: Arc<Opening>,
    pool: Arc<Pool>,
    told: watch::Receiver<Option<Outcome>>,
}

impl Waiting {
    pub(super) fn opening(&self) -> Arc<Opening> {
        self.opening.clone()
    }

    /// How it ended.
    pub(super) async fn done(&mut self) -> Result<Arc<Live>> {
        let told = self.told.wait_for(Option::is_some).await.map(|outcome| outcome.clone());
        match told {
            Ok(Some(Ok(live))) => Ok(live),
            Ok(Some(Err(error))) => Err(error.again()),
            Ok(None) | Err(_) => Err(common::internal("an opening ended without an answer")),
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.pool.leave(&self.opening);
    }
}

/// Tells how an opening ended, also when its task ended early.
pub(super) struct Finish {
    opening: Arc<Opening>,
    pool: Arc<Pool>,
    told: bool,
}

impl Finish {
    pub(super) fn with(mut self, done: Result<Arc<Live>>) {
        self.tell(done);
    }

    fn tell(&mut self, done: Result<Arc<Live>>) {
        self.told = true;
        let done = self.pool.opened(&self.opening, done).map_err(Arc::new);
        self.opening.told.send_replace(Some(done));
    }
}

impl Drop for Finish {
    fn drop(&mut self) {
        if !self.told {
            self.tell(Err(common::internal("opening a session ended early")));
        }
    }
}

/// Passes stages on to all who wait; who joins late hears first what was told before.
#[derive(Default)]
struct Heard(Mutex<(Told, Listeners)>);

impl Heard {
    fn join(&self, report: Arc<dyn Report>) {
        let mut both = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        both.0.iter().for_each(|event| report.stage(event.clone()));
        both.1.push(report);
    }
}

impl Report for Heard {
    fn stage(&self, event: StageEvent) {
        let mut both = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        both.1.iter().for_each(|report| report.stage(event.clone()));
        both.0.push(event);
    }
}
