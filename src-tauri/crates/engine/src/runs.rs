//! Work under way that the interface can cancel by its name.

use crate::views::RunId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// More cancellations than this of runs that never began are forgotten; the interface makes one a press of a button.
const MOST: usize = 256;

/// The runs under way.
#[derive(Clone, Default)]
pub struct Runs(Arc<Mutex<HashMap<RunId, Entry>>>);

/// What cancels a run, and how many parts of it are under way.
#[derive(Default)]
struct Entry {
    cancel: CancellationToken,
    parts: usize,
}

/// A run, or a part of one; over when the last part is dropped.
pub struct Run {
    runs: Runs,
    id: RunId,
    /// Cancels it.
    pub cancel: CancellationToken,
}

impl Runs {
    /// Begins a run, which may have been cancelled already, or one more part of it.
    pub fn begin(&self, id: RunId) -> Run {
        let cancel = self.with(&id, |entry| {
            entry.parts += 1;
            entry.cancel.clone()
        });
        Run { runs: self.clone(), id, cancel }
    }

    /// Cancels a run, under way or about to begin.
    pub fn cancel(&self, id: &RunId) {
        self.with(id, |entry| entry.cancel.clone()).cancel();
    }

    /// Cancels all of them.
    pub fn cancel_all(&self) {
        for entry in self.lock().values() {
            entry.cancel.cancel();
        }
    }

    fn with<T>(&self, id: &RunId, work: impl FnOnce(&mut Entry) -> T) -> T {
        let mut runs = self.lock();
        if runs.len() >= MOST && !runs.contains_key(id) {
            runs.retain(|_, entry| entry.parts > 0 || !entry.cancel.is_cancelled());
        }
        work(runs.entry(id.clone()).or_default())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let mut runs = self.runs.lock();
        if let Some(entry) = runs.get_mut(&self.id) {
            entry.parts = entry.parts.saturating_sub(1);
            if entry.parts == 0 {
                runs.remove(&self.id);
                self.cancel.cancel();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_cancelled_before_it_begins_begins_cancelled() {
        let runs = Runs::default();
        let id = RunId("a".to_owned());
        runs.cancel(&id);
        assert!(runs.begin(id.clone()).cancel.is_cancelled());
        assert!(!runs.begin(id).cancel.is_cancelled());
    }

    #[test]
    fn a_run_is_over_with_its_last_part() {
        let runs = Runs::default();
        let id = RunId("a".to_owned());
        let (one, other) = (runs.begin(id.clone()), runs.begin(id.clone()));
        drop(one);
        assert!(!other.cancel.is_cancelled());
        runs.cancel(&id);
        assert!(other.cancel.is_cancelled());
    }
}
