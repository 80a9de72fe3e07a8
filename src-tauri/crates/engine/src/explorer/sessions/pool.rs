//! The sessions of one connection: which are open, which are idle, which must not be used again.
//!
//! Owns: their states, and their goodbyes. Does not own: opening them (`sessions`), what runs on them.

use super::opening::{Joined, Opening};
use model::{
    Answer, Ask, Connector, Ctx, Error, FieldId, Kind, Net, NoReport, Question, Report, Result, Secret, Session, common,
};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// So long may a session take to say goodbye.
pub(super) const GOODBYE: Duration = Duration::from_secs(2);
/// A session for looking is closed when nobody looked for so long.
const LOOK_IDLE: Duration = Duration::from_secs(15 * 60);
/// A stream's session is kept so long for the next one.
const STREAM_IDLE: Duration = Duration::from_secs(3 * 60);

/// An open session. Says goodbye when it is closed, or when the last who uses it is done.
pub(super) struct Live {
    session: Arc<dyn Session>,
    pub(super) connector: &'static dyn Connector,
    pub(super) net: Arc<dyn Net>,
    used: Mutex<Instant>,
    lost: AtomicBool,
    closed: AtomicBool,
    goodbyes: TaskTracker,
    runtime: Handle,
}

impl Live {
    /// Takes over a session. Called inside the runtime.
    pub(super) fn new(
        session: Arc<dyn Session>,
        connector: &'static dyn Connector,
        net: Arc<dyn Net>,
        goodbyes: TaskTracker,
    ) -> Arc<Self> {
        let (used, runtime) = (Mutex::new(Instant::now()), Handle::current());
        let (lost, closed) = (AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Self { session, connector, net, used, lost, closed, goodbyes, runtime })
    }

    pub(super) fn session(&self) -> &Arc<dyn Session> {
        &self.session
    }

    pub(super) fn touch(&self) {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn unused_for(&self) -> Duration {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    fn is_good(&self) -> bool {
        !self.lost.load(Ordering::Relaxed) && !self.closed.load(Ordering::Relaxed)
    }

    /// Says goodbye, once; what still runs on it ends.
    pub(super) fn close(&self) {
        if self.closed.swap(true, Ordering::Relaxed) {
            return;
        }
        let session = self.session.clone();
        let cx = Ctx {
            deadline: Instant::now() + GOODBYE,
            cancel: CancellationToken::new(),
            report: Arc::new(NoReport),
            ask: Arc::new(Nobody),
            net: self.net.clone(),
        };
        self.goodbyes.spawn_on(async move { session.close(&cx).await }, &self.runtime);
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.close();
    }
}

/// A goodbye asks nobody.
struct Nobody;

#[async_trait::async_trait]
impl Ask for Nobody {
    async fn ask(&self, _: Question) -> Result<Answer> {
        Ok(Answer::No)
    }
}

/// The session that looks share.
enum Look {
    None,
    Opening(Arc<Opening>),
    Open(Arc<Live>),
}

struct State {
    retired: bool,
    look: Look,
    /// Streams' sessions that are free.
    idle: Vec<Arc<Live>>,
    /// All that were opened and may still be there.
    all: Vec<Weak<Live>>,
    /// What the person typed to open the first session: the others do not ask again. Gone with the last of them.
    typed: Vec<(FieldId, Secret)>,
}

/// The sessions of one connection.
pub(super) struct Pool {
    state: Mutex<State>,
    /// Turns of streams.
    pub(super) streams: Arc<Semaphore>,
    goodbyes: TaskTracker,
}

impl Pool {
    pub(super) fn new(goodbyes: TaskTracker) -> Self {
        let state = State { retired: false, look: Look::None, idle: Vec::new(), all: Vec::new(), typed: Vec::new() };
        Self { state: Mutex::new(state), streams: Arc::new(Semaphore::new(super::STREAMS)), goodbyes }
    }

    pub(super) fn goodbyes(&self) -> TaskTracker {
        self.goodbyes.clone()
    }

    pub(super) fn is_retired(&self) -> bool {
        self.lock().retired
    }

    /// The warehouse, once a session is open.
    pub(super) fn connector(&self) -> Option<&'static dyn Connector> {
        match &self.lock().look {
            Look::Open(live) => Some(live.connector),
            _ => None,
        }
    }

    /// The session for looking, or a place among those who wait for it.
    pub(super) fn join(self: &Arc<Self>, report: &Arc<dyn Report>, ending: &CancellationToken) -> Result<Joined> {
        let mut state = self.lock();
        usable(&state)?;
        if ending.is_cancelled() {
            return Err(common::cancelled());
        }
        match &state.look {
            Look::Open(live) if live.is_good() => {
                live.touch();
                Ok(Joined::Open(live.clone()))
            }
            Look::Opening(opening) => Ok(Joined::Waits(opening.wait(self.clone(), report))),
            Look::None | Look::Open(_) => {
                let opening = Opening::new(ending.child_token());
                let waiting = opening.wait(self.clone(), report);
                state.look = Look::Opening(opening);
                Ok(Joined::Opens(waiting))
            }
        }
    }

    /// One waits no more; the last one ends the opening.
    pub(super) fn leave(&self, opening: &Arc<Opening>) {
        let mut state = self.lock();
        if opening.one_left() == 0 && matches!(&state.look, Look::Opening(o) if Arc::ptr_eq(o, opening)) {
            state.look = Look::None;
            opening.cancel().cancel();
        }
    }

    /// How an opening ended. A session that nobody may use any more says goodbye when `done` is dropped.
    pub(super) fn opened(&self, opening: &Arc<Opening>, done: Result<Arc<Live>>) -> Result<Arc<Live>> {
        let mut state = self.lock();
        if !matches!(&state.look, Look::Opening(o) if Arc::ptr_eq(o, opening)) {
            return done.and_then(|_| Err(common::gone("connection")));
        }
        match done {
            Ok(live) => {
                state.look = Look::Open(live.clone());
                track(&mut state, &live);
                Ok(live)
            }
            Err(error) => {
                state.look = Look::None;
                Err(error)
            }
        }
    }

    /// A stream's session that is free.
    pub(super) fn take_idle(&self) -> Result<Option<Arc<Live>>> {
        let mut state = self.lock();
        usable(&state)?;
        while let Some(live) = state.idle.pop() {
            if live.is_good() {
                return Ok(Some(live));
            }
        }
        Ok(None)
    }

    /// A stream's session that was just opened.
    pub(super) fn add(&self, live: &Arc<Live>) -> Result<()> {
        let mut state = self.lock();
        usable(&state)?;
        track(&mut state, live);
        Ok(())
    }

    /// A stream is done with its session.
    pub(super) fn give_back(&self, live: Arc<Live>) {
        let mut state = self.lock();
        if !state.retired && live.is_good() {
            state.idle.push(live);
        }
    }

    /// Looks at how a call ended: a lost connection is not used again, nor its idle neighbours, which are lost too or soon will be.
    pub(super) fn heard(&self, live: &Arc<Live>, error: &Error) {
        if !is_lost(error) {
            return;
        }
        live.lost.store(true, Ordering::Relaxed);
        let mut state = self.lock();
        if error.kind() == Kind::Auth {
            state.typed.clear();
        }
        // Dropped behind the lock: a goodbye is begun then.
        let idle = std::mem::take(&mut state.idle);
        let look = match &state.look {
            Look::Open(_) => std::mem::replace(&mut state.look, Look::None),
            _ => Look::None,
        };
        drop(state);
        drop((idle, look));
    }

    /// Nothing of this is used again. `now`: what runs ends, too.
    pub(super) fn retire(&self, now: bool) {
        let mut state = self.lock();
        state.retired = true;
        state.typed.clear();
        let idle = std::mem::take(&mut state.idle);
        let look = std::mem::replace(&mut state.look, Look::None);
        let all = std::mem::take(&mut state.all);
        drop(state);
        if let Look::Opening(opening) = &look {
            opening.cancel().cancel();
        }
        if now {
            all.iter().filter_map(Weak::upgrade).for_each(|live| live.close());
        }
        drop((idle, look));
    }

    /// Closes what nobody used for long. False when nothing is left, and then nothing will be: it is retired.
    pub(super) fn sweep(&self) -> bool {
        let mut state = self.lock();
        let (idle, kept) =
            std::mem::take(&mut state.idle).into_iter().partition(|l| l.unused_for() >= STREAM_IDLE || !l.is_good());
        state.idle = kept;
        // One: nobody but the pool has it.
        let look = match &state.look {
            Look::Open(live) if Arc::strong_count(live) == 1 && live.unused_for() >= LOOK_IDLE => {
                std::mem::replace(&mut state.look, Look::None)
            }
            _ => Look::None,
        };
        state.all.retain(|live| live.strong_count() > 0);
        let in_use = state.all.iter().any(|live| live.strong_count() > 0);
        let left = in_use || !matches!(state.look, Look::None);
        state.retired |= !left;
        drop(state);
        let idle: Vec<Arc<Live>> = idle;
        drop((idle, look));
        left
    }

    /// What was typed to open the first session.
    pub(super) fn typed(&self) -> Vec<(FieldId, Secret)> {
        self.lock().typed.iter().map(|(field, secret)| (field.clone(), secret.duplicate())).collect()
    }

    pub(super) fn remember(&self, typed: Vec<(FieldId, Secret)>) {
        let mut state = self.lock();
        if !state.retired {
            state.typed = typed;
        }
    }

    pub(super) fn forget_typed(&self) {
        self.lock().typed.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn usable(state: &State) -> Result<()> {
    if state.retired { Err(common::gone("connection")) } else { Ok(()) }
}

fn track(state: &mut State, live: &Arc<Live>) {
    state.all.retain(|live| live.strong_count() > 0);
    state.all.push(Arc::downgrade(live));
}

/// The connection is gone, or so out of step that it is better not used again.
fn is_lost(error: &Error) -> bool {
    match error.kind() {
        Kind::Network | Kind::Tls | Kind::Auth | Kind::Protocol => true,
        // Ours, not the server's own word: it may never have heard of the call.
        Kind::TimedOut => error.vendor_code().is_none(),
        _ => false,
    }
}
