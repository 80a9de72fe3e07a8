//! What the vault asks of a keychain, and asking without waiting for ever.
//!
//! Owns: the contract, the thread that talks to the keychain, deadlines. Does not own: any real keychain (`system`).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Instant;
use zeroize::Zeroizing;

/// Why a keychain did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeychainFault {
    /// There is none, or it answers with failures only.
    Absent,
    /// It is locked, and stayed so.
    Locked,
    /// It has not answered in time; it may be asking the person something.
    Silent,
}

/// A place for a few small secrets, kept by the operating system. Calls may block for as long as a person thinks.
pub trait Keychain: Send + Sync {
    /// What is kept under this name; None when there is nothing.
    ///
    /// # Errors
    /// When it cannot be asked.
    fn get(&self, entry: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainFault>;

    /// Keeps this under the name, in place of what was there.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeychainFault>;

    /// Forgets what is kept under the name. Nothing there is fine.
    ///
    /// # Errors
    /// When it cannot be asked.
    fn delete(&self, entry: &str) -> Result<(), KeychainFault>;
}

/// Threads that wait for a keychain and were given up. More than this are not made.
const GIVEN_UP: usize = 4;

/// Talks to a keychain on a thread of its own, so that an unanswered prompt holds up nobody beyond a deadline.
pub(crate) struct Patient {
    keychain: Arc<dyn Keychain>,
    worker: Mutex<Worker>,
}

struct Worker {
    jobs: mpsc::Sender<Job>,
    /// The job under way is one that nobody waits for any more.
    stuck: Arc<AtomicBool>,
    given_up: usize,
}

struct Job {
    /// Already before it began: nobody waits for it any more.
    settled: Arc<AtomicBool>,
    work: Work,
}

type Work = Box<dyn FnOnce(&dyn Keychain) + Send>;

impl Patient {
    pub(crate) fn new(keychain: Arc<dyn Keychain>) -> Self {
        let (jobs, stuck) = start(Arc::clone(&keychain));
        Self { keychain, worker: Mutex::new(Worker { jobs, stuck, given_up: 0 }) }
    }

    /// What the keychain answers, or `Silent` at the deadline. A call that was not begun by then is never begun.
    pub(crate) fn call<T: Send + 'static>(
        &self,
        until: Instant,
        work: impl FnOnce(&dyn Keychain) -> Result<T, KeychainFault> + Send + 'static,
    ) -> Result<T, KeychainFault> {
        self.call_or_undo(until, work, |_| ())
    }

    /// As [`Patient::call`]. What is done only after the deadline, when nobody counts on it any more, is undone by `undo`.
    pub(crate) fn call_or_undo<T: Send + 'static>(
        &self,
        until: Instant,
        work: impl FnOnce(&dyn Keychain) -> Result<T, KeychainFault> + Send + 'static,
        undo: impl FnOnce(&dyn Keychain) + Send + 'static,
    ) -> Result<T, KeychainFault> {
        let (answer, answered) = mpsc::sync_channel(1);
        // Either the answer counts or the deadline does, never both: whoever sets this first.
        let settled = Arc::new(AtomicBool::new(false));
        let mine = Arc::clone(&settled);
        let work: Work = Box::new(move |keychain| {
            let done = work(keychain);
            if mine.swap(true, Ordering::SeqCst) {
                undo(keychain);
            } else {
                let _ = answer.send(done);
            }
        });
        let stuck = {
            let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
            worker.jobs.send(Job { settled: Arc::clone(&settled), work }).map_err(|_| KeychainFault::Absent)?;
            Arc::clone(&worker.stuck)
        };
        match answered.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(answer) => answer,
            // It was done in the last moment: the answer is on its way.
            Err(mpsc::RecvTimeoutError::Timeout) if settled.swap(true, Ordering::SeqCst) => {
                answered.recv().unwrap_or(Err(KeychainFault::Absent))
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                stuck.store(true, Ordering::SeqCst);
                Err(KeychainFault::Silent)
            }
            // The keychain's own code gave up in the middle.
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(KeychainFault::Absent),
        }
    }

    /// Leaves a thread that is still waiting to itself and starts another: the service may have died under its prompt.
    pub(crate) fn renew(&self) {
        let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        if worker.stuck.load(Ordering::SeqCst) && worker.given_up < GIVEN_UP {
            let (jobs, stuck) = start(Arc::clone(&self.keychain));
            *worker = Worker { jobs, stuck, given_up: worker.given_up + 1 };
        }
    }
}

fn start(keychain: Arc<dyn Keychain>) -> (mpsc::Sender<Job>, Arc<AtomicBool>) {
    let (jobs, queue) = mpsc::channel::<Job>();
    let stuck = Arc::new(AtomicBool::new(false));
    let free = Arc::clone(&stuck);
    let run = move || {
        for job in queue {
            if !job.settled.load(Ordering::SeqCst) {
                // A panic in a keychain's library must not end the thread; its caller hears of it by the closed channel.
                let _ = catch_unwind(AssertUnwindSafe(|| (job.work)(keychain.as_ref())));
            }
            free.store(false, Ordering::SeqCst);
        }
    };
    // Without a thread the receiver is dropped and every call answers `Absent`.
    if let Err(error) = thread::Builder::new().name("keychain".into()).spawn(run) {
        tracing::error!(%error, "no thread for the keychain");
    }
    (jobs, stuck)
}
