//! A keychain in memory, for tests: it can be absent, locked, silent, or forget what it was given.
//!
//! Owns: its moods. Does not own: anything that a real keychain does; that is tried against a real one.

use crate::keychain::{Keychain, KeychainFault};
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};
use zeroize::Zeroizing;

/// How it behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// As it should.
    #[default]
    Open,
    /// There is none.
    Absent,
    /// Locked, and nobody unlocks it.
    Locked,
    /// A prompt that nobody answers until the mood changes.
    Silent,
    /// Accepts what it is given and keeps nothing.
    Forgetful,
    /// Reads, but refuses to write.
    ReadOnly,
}

/// A keychain in memory.
#[derive(Debug, Default)]
pub struct MemoryKeychain {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    mood: Mood,
    entries: BTreeMap<String, Zeroizing<Vec<u8>>>,
    calls: usize,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("mood", &self.mood).field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

impl MemoryKeychain {
    /// Changes its mood; who waits for a prompt is answered.
    pub fn set_mood(&self, mood: Mood) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).mood = mood;
        self.changed.notify_all();
    }

    /// How it behaves now.
    pub fn mood(&self) -> Mood {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).mood
    }

    /// The names of its entries.
    pub fn names(&self) -> Vec<String> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).entries.keys().cloned().collect()
    }

    /// Loses all entries.
    pub fn lose_all(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).entries.clear();
    }

    /// Puts other bytes into every entry.
    pub fn spoil_all(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in state.entries.values_mut() {
            *secret = Zeroizing::new(vec![7; 32]);
        }
    }

    /// How often it was asked.
    pub fn calls(&self) -> usize {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).calls
    }

    fn answer<T>(&self, writes: bool, work: impl FnOnce(&mut State) -> T) -> Result<Option<T>, KeychainFault> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.calls += 1;
        while state.mood == Mood::Silent {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        match state.mood {
            Mood::Absent => Err(KeychainFault::Absent),
            Mood::Locked => Err(KeychainFault::Locked),
            Mood::ReadOnly if writes => Err(KeychainFault::Locked),
            Mood::Forgetful if writes => Ok(None),
            _ => Ok(Some(work(&mut state))),
        }
    }
}

impl Keychain for MemoryKeychain {
    fn get(&self, entry: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainFault> {
        self.answer(false, |s| s.entries.get(entry).cloned()).map(Option::flatten)
    }

    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeychainFault> {
        self.answer(true, |s| s.entries.insert(entry.to_owned(), Zeroizing::new(secret.to_vec()))).map(drop)
    }

    fn delete(&self, entry: &str) -> Result<(), KeychainFault> {
        self.answer(true, |s| s.entries.remove(entry)).map(drop)
    }
}
