//! The vault: whether secrets can be sealed and opened now, and the key that does it.
//!
//! Owns: its state, finding and making the master key, handing out secrets. Does not own: sealing itself (`seal`), the rows
//! of a save (`save`), the keychain.
//!
//! Never a new key while anything is sealed by an old one; never plain text; never a wait beyond the deadline.

mod find;
mod keys;
mod recovery;
mod rekey;

use crate::keychain::{Keychain, KeychainFault, Patient};
use crate::save::{now, pointing_at, signed};
use crate::seal::{Binding, MasterKey, Sealed};
use crate::store::Store;
use crate::{seal, text};
use model::{ConnectionId, Destination, Error, Result, Secret, Slot};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

pub use recovery::Recovered;
pub use rekey::Rekeyed;

/// Why the vault is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LockedBecause {
    /// This computer offers no keychain.
    KeychainAbsent,
    /// The keychain is locked, and was not unlocked when it asked.
    KeychainLocked,
    /// The keychain does not hold our key, and secrets are sealed by it.
    KeyMissing,
    /// What the keychain holds is not our key.
    KeyWrong,
    /// The keychain did not answer in time; it may be asking the person.
    KeychainSilent,
}

impl LockedBecause {
    /// The same in words, with what to do.
    pub fn error(self) -> Error {
        locked(self)
    }
}

/// Whether secrets can be sealed and opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "state", content = "because", rename_all = "snake_case")]
pub enum VaultState {
    /// Nothing is sealed and there is no key; the first secret makes one.
    New,
    /// Yes.
    Open,
    /// No; all else works.
    Locked(LockedBecause),
}

/// The vault of a store. A clone is the same one.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    store: Store,
    keychain: Patient,
    deadline: Duration,
    state: Mutex<State>,
    /// Held for reading while a key is used, for writing while it changes. `state` itself is never held for long.
    changing: RwLock<()>,
}

#[derive(Clone)]
enum State {
    New,
    Open(Arc<MasterKey>),
    Locked(LockedBecause),
}

/// A key that stays the current one for as long as this lives.
struct InUse<'a> {
    key: Arc<MasterKey>,
    _changing: RwLockReadGuard<'a, ()>,
}

impl Vault {
    /// Looks for the store's key. Takes no longer than the deadline, and neither does any later call to the keychain.
    pub fn open(store: &Store, keychain: Arc<dyn Keychain>, deadline: Duration) -> Self {
        let inner = Inner {
            store: store.clone(),
            keychain: Patient::new(keychain),
            deadline,
            state: Mutex::new(State::Locked(LockedBecause::KeychainSilent)),
            changing: RwLock::new(()),
        };
        let vault = Self(Arc::new(inner));
        vault.look(&vault.change());
        vault
    }

    /// How it stands. Never waits.
    pub fn state(&self) -> VaultState {
        match self.current() {
            State::New => VaultState::New,
            State::Open(_) => VaultState::Open,
            State::Locked(because) => VaultState::Locked(because),
        }
    }

    /// Looks for the key again, as after a keychain was unlocked. Takes no longer than the deadline.
    pub fn retry(&self) -> VaultState {
        if self.state() != VaultState::Open {
            self.0.keychain.renew();
            self.look(&self.change());
        }
        self.state()
    }

    /// Makes sure that a secret could be sealed now: makes the first key if there is none, asks a locked keychain once more.
    ///
    /// # Errors
    /// `vault.locked` with its reason.
    pub fn ready(&self) -> Result<()> {
        self.sealing(|_| Ok(()))
    }

    /// How many secrets are sealed, those of connections in the trash too.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn sealed(&self) -> Result<u64> {
        let count = |db: &rusqlite::Connection| db.query_row("SELECT count(*) FROM secrets", [], |r| r.get::<_, i64>(0));
        Ok(u64::try_from(self.0.store.read("count the secrets", count)?).unwrap_or(0))
    }

    /// The secret of a slot, for this destination. None when none is sealed, when it has expired, or for a connection that is
    /// in the trash.
    ///
    /// # Errors
    /// `vault.destination_changed` when it was sealed for another; `vault.locked`; `vault.damaged`.
    pub fn secret(&self, connection: ConnectionId, slot: &Slot, destination: &Destination) -> Result<Option<Secret>> {
        let changing = self.use_key();
        let Some(row) = self.row(connection, slot)? else { return Ok(None) };
        if row.destination != destination.to_bytes() {
            return Err(pointing_at(slot, Error::new(&text::DESTINATION_CHANGED)));
        }
        let key = match self.current() {
            State::Open(key) => key,
            State::Locked(because) => return Err(locked(because)),
            State::New => return Err(locked(LockedBecause::KeyMissing)),
        };
        let binding = Binding { connection, slot, generation: row.generation, destination: &row.destination };
        let opened = seal::open(&key, &binding, &row.sealed).map_err(|e| pointing_at(slot, e));
        drop(changing);
        opened.map(|mut text| Some(Secret::new(std::mem::take(&mut *text))))
    }

    /// The key for sealing, made now if there was none. A locked keychain is asked once more: somebody wants to save.
    pub(crate) fn sealing<T>(&self, work: impl FnOnce(&MasterKey) -> Result<T>) -> Result<T> {
        let held = self.hold_key()?;
        work(&held.key)
    }

    fn hold_key(&self) -> Result<InUse<'_>> {
        if let Some(held) = self.try_hold() {
            return Ok(held);
        }
        let change = self.change();
        if let State::Locked(LockedBecause::KeychainAbsent | LockedBecause::KeychainLocked | LockedBecause::KeychainSilent) =
            self.current()
        {
            self.look(&change);
        }
        match self.current() {
            State::New => self.make_key(&change)?,
            State::Locked(because) => return Err(locked(because)),
            State::Open(_) => {}
        }
        drop(change);
        self.try_hold().ok_or_else(|| locked(LockedBecause::KeyMissing))
    }

    fn try_hold(&self) -> Option<InUse<'_>> {
        let _changing = self.use_key();
        match self.current() {
            State::Open(key) => Some(InUse { key, _changing }),
            _ => None,
        }
    }

    fn row(&self, connection: ConnectionId, slot: &Slot) -> Result<Option<SealedRow>> {
        let sql = "SELECT s.generation, s.destination, s.data_key, s.sealed FROM secrets s
            JOIN connections c ON c.seq = s.connection
            WHERE c.id = ?1 AND c.deleted_at IS NULL AND s.slot = ?2 AND (s.expires_at IS NULL OR s.expires_at > ?3)";
        self.0.store.read("read a secret", |db| {
            db.prepare_cached(sql)?
                .query_row(params![connection.0, slot.0, signed(now())], |r| {
                    let sealed = Sealed { data_key: r.get(2)?, text: r.get(3)? };
                    Ok(SealedRow { generation: r.get(0)?, destination: r.get(1)?, sealed })
                })
                .optional()
        })
    }

    /// In tests: how long the keychain is waited for from now on.
    #[cfg(test)]
    pub(crate) fn wait_for(&mut self, deadline: Duration) {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            inner.deadline = deadline;
        }
    }

    fn until(&self) -> Instant {
        Instant::now() + self.0.deadline
    }

    fn use_key(&self) -> RwLockReadGuard<'_, ()> {
        self.0.changing.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> RwLockWriteGuard<'_, ()> {
        self.0.changing.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn current(&self) -> State {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, state: State) {
        *self.0.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("state", &self.state()).finish_non_exhaustive()
    }
}

struct SealedRow {
    generation: i64,
    destination: Vec<u8>,
    sealed: Sealed,
}

impl From<KeychainFault> for LockedBecause {
    fn from(fault: KeychainFault) -> Self {
        match fault {
            KeychainFault::Absent => Self::KeychainAbsent,
            KeychainFault::Locked => Self::KeychainLocked,
            KeychainFault::Silent => Self::KeychainSilent,
        }
    }
}

/// `vault.locked`, with the reason in words.
fn locked(because: LockedBecause) -> Error {
    Error::new(match because {
        LockedBecause::KeychainAbsent => &text::LOCKED_ABSENT,
        LockedBecause::KeychainLocked => &text::LOCKED_LOCKED,
        LockedBecause::KeyMissing => &text::LOCKED_MISSING,
        LockedBecause::KeyWrong => &text::LOCKED_WRONG,
        LockedBecause::KeychainSilent => &text::LOCKED_SILENT,
    })
}
