//! Work under way that the interface can cancel by its name.

use crate::views::RunId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// More cancellations than this of runs that never began are forgotten; the interface makes one a press of a button.
const MOST: usize = 256;

/// The runs under way.
#[derive(Clone, Default)]
pub struct Runs(Arc<Mutex<HashMap<RunId, CancellationToken>>>);

/// A run; over when dropped.
pub struct Run {
    runs: Runs,
    id: RunId,
    /// Cancels it.
    pub cancel: CancellationToken,
}

impl Runs {
    /// Begins a run, which may have been cancelled already.
    pub fn begin(&self, id: RunId) -> Run {
        let cancel = self.token(&id);
        Run { runs: self.clone(), id, cancel }
    }

    /// Cancels a run, under way or about to begin.
    pub fn cancel(&self, id: &RunId) {
        self.token(id).cancel();
    }

    /// Cancels all of them.
    pub fn cancel_all(&self) {
        for token in self.lock().values() {
            token.cancel();
        }
    }

    fn token(&self, id: &RunId) -> CancellationToken {
        let mut runs = self.lock();
        if runs.len() >= MOST && !runs.contains_key(id) {
            runs.retain(|_, token| !token.is_cancelled());
        }
        runs.entry(id.clone()).or_default().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.cancel.cancel();
        self.runs.lock().remove(&self.id);
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
}
