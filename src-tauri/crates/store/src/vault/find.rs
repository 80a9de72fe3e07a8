//! Finding the master key, and making the first one.
//!
//! Owns: what the keychain's answer means for the vault, and the order of steps in which a key comes to be.
//! Does not own: changing a key (`rekey`), opening without a keychain (`recovery`).

use super::keys::{self, KeyRow};
use super::{LockedBecause, State, Vault, locked};
use crate::keychain::{Keychain, KeychainFault};
use crate::seal::MasterKey;
use crate::text;
use model::{Error, Result};
use std::sync::{Arc, RwLockWriteGuard};
use std::time::Instant;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Why a key is not in the keychain.
pub(super) enum NotKept {
    Forgotten,
    Fault(KeychainFault),
}

impl Vault {
    /// Makes the first key: named in the database, kept by the keychain, read back, and only then current.
    pub(super) fn make_key(&self, _: &RwLockWriteGuard<'_, ()>) -> Result<()> {
        let key = Arc::new(MasterKey::fresh()?);
        keys::add(&self.0.store, &key)?;
        if let Err(error) = self.keep_new(&key, self.until()) {
            return Err(self.kept_not(error));
        }
        self.0.store.write("note the vault's key", |tx| keys::make_current(tx, key.id(), keys::LOST))?;
        self.set(State::Open(key));
        Ok(())
    }

    /// Puts a key that is in force back into the keychain and reads it back. Later than the deadline is fine too.
    pub(super) fn keep(&self, key: &MasterKey, until: Instant) -> Result<(), NotKept> {
        self.keep_or(key, until, |_| ())
    }

    /// Puts a key that seals nothing yet into the keychain and reads it back. One that gets there after the deadline is taken
    /// out again: it never comes into force, and whoever clears such keys away may have been there before it.
    pub(super) fn keep_new(&self, key: &MasterKey, until: Instant) -> Result<(), NotKept> {
        let entry = self.entry(key.id());
        self.keep_or(key, until, move |keychain| {
            if let Err(fault) = keychain.delete(&entry) {
                tracing::warn!(?fault, "a key that came too late is left in the keychain");
            }
        })
    }

    fn keep_or(&self, key: &MasterKey, until: Instant, late: impl FnOnce(&dyn Keychain) + Send + 'static) -> Result<(), NotKept> {
        let (entry, secret) = (self.entry(key.id()), Zeroizing::new(*key.expose()));
        let put = move |keychain: &dyn Keychain| {
            keychain.set(&entry, &*secret)?;
            Ok(keychain.get(&entry)?.is_some_and(|back| **back == secret[..]))
        };
        let kept = self.0.keychain.call_or_undo(until, put, late);
        match kept {
            Ok(true) => Ok(()),
            Ok(false) => Err(NotKept::Forgotten),
            Err(fault) => Err(NotKept::Fault(fault)),
        }
    }

    fn kept_not(&self, why: NotKept) -> Error {
        match why {
            NotKept::Forgotten => Error::new(&text::KEYCHAIN_FORGETS),
            NotKept::Fault(fault) => {
                self.set(State::Locked(fault.into()));
                locked(fault.into())
            }
        }
    }

    /// Finds out how the vault stands.
    pub(super) fn look(&self, change: &RwLockWriteGuard<'_, ()>) {
        let until = self.until();
        let state = self.find(until).unwrap_or_else(|error| {
            tracing::error!(%error, "the vault's key cannot be looked up");
            State::Locked(LockedBecause::KeyMissing)
        });
        let answered = !matches!(
            state,
            State::Locked(LockedBecause::KeychainAbsent | LockedBecause::KeychainLocked | LockedBecause::KeychainSilent)
        );
        self.set(state);
        if answered {
            self.finish(change, until);
        }
    }

    fn find(&self, until: Instant) -> Result<State> {
        let row = keys::current(&self.0.store)?;
        // Without a key there is still the question whether a keychain is there.
        let entry = row.as_ref().map_or_else(|| format!("{}.none", self.0.store.installation()), |r| self.entry(r.id));
        let found = match self.0.keychain.call(until, move |keychain| keychain.get(&entry)) {
            Ok(found) => found,
            Err(fault) => return Ok(State::Locked(fault.into())),
        };
        let missing = match (row, &found) {
            (Some(KeyRow { id, proof }), Some(bytes)) => match MasterKey::proven(id, bytes, &proof) {
                Some(key) => return Ok(State::Open(Arc::new(key))),
                None => LockedBecause::KeyWrong,
            },
            _ => LockedBecause::KeyMissing,
        };
        Ok(if keys::anything_sealed(&self.0.store)? { State::Locked(missing) } else { State::New })
    }

    /// The name of a key in the keychain.
    pub(super) fn entry(&self, key: Uuid) -> String {
        format!("{}.{key}", self.0.store.installation())
    }
}
