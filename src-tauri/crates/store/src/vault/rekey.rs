//! A new master key in place of the old one, and removing what old keys leave behind.
//!
//! Owns: the order of the steps. At each of them a crash leaves a vault that opens: the new key is in the keychain and read
//! back before one transaction seals all data keys by it; the old one leaves the keychain only after that.

use super::find::NotKept;
use super::{State, Vault, keys, locked};
use crate::fault::sqlite;
use crate::save::pointing_at;
use crate::seal::{self, Binding, MasterKey};
use crate::text;
use model::{ConnectionId, Error, Result, Secret, Slot};
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::sync::{Arc, RwLockWriteGuard};
use std::time::Instant;

const REKEYING: &str = "seal the secrets by a new key";

/// How re-keying ended. The new key is in force in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Rekeyed {
    /// The old key is out of the keychain, and backups sealed by it are gone. If not, the next start tries again.
    pub old_key_removed: bool,
}

impl Vault {
    /// Makes a new master key and seals everything by it. With a recovery passphrase set, it has to be given.
    ///
    /// # Errors
    /// `vault.locked`, `vault.passphrase_needed`, `vault.wrong_passphrase`, `vault.keychain_forgets`, `vault.damaged`. The old
    /// key is then still in force.
    pub fn rekey(&self, passphrase: Option<&Secret>) -> Result<Rekeyed> {
        let change = self.change();
        let old = match self.current() {
            State::Open(key) => key,
            // Nothing is sealed: the first key is a new one already.
            State::New => return self.make_key(&change).map(|()| Rekeyed { old_key_removed: true }),
            State::Locked(because) => return Err(locked(because)),
        };
        let new = Arc::new(MasterKey::fresh()?);
        let envelope = match (self.has_recovery()?, passphrase) {
            (false, _) => None,
            (true, None) => return Err(Error::new(&text::PASSPHRASE_NEEDED)),
            (true, Some(passphrase)) => {
                self.recover(passphrase)?;
                Some(self.envelop(&new, &super::recovery::normal(passphrase))?)
            }
        };
        keys::add(&self.0.store, &new)?;
        // A keychain that fails here fails the change, not the vault: the old key is in memory and in force.
        self.keep_new(&new, self.until()).map_err(|why| match why {
            NotKept::Forgotten => Error::new(&text::KEYCHAIN_FORGETS),
            NotKept::Fault(fault) => locked(fault.into()),
        })?;
        self.0.store.write(REKEYING, |tx| {
            reseal(tx, &old, &new)?;
            envelope.iter().try_for_each(|e| e.write(tx))?;
            keys::make_current(tx, new.id(), keys::RETIRED)
        })?;
        self.set(State::Open(new));
        Ok(Rekeyed { old_key_removed: self.finish(&change, self.until()) })
    }

    /// Takes keys that seal nothing (any more) out of the keychain; first the backups that they could open go.
    /// True when nothing is left to do.
    pub(super) fn finish(&self, _: &RwLockWriteGuard<'_, ()>, until: Instant) -> bool {
        let done = self.finish_all(until);
        done.unwrap_or_else(|error| {
            tracing::warn!(%error, "old keys are left for the next start");
            false
        })
    }

    fn finish_all(&self, until: Instant) -> Result<bool> {
        let leftover = keys::leftover(&self.0.store)?;
        if leftover.is_empty() {
            return Ok(true);
        }
        if leftover.iter().any(|(_, retired)| *retired) {
            self.0.store.replace_backups()?;
        }
        let mut all = true;
        for (id, _) in leftover {
            let entry = self.entry(id);
            match self.0.keychain.call(until, move |keychain| keychain.delete(&entry)) {
                Ok(()) => keys::forget(&self.0.store, id)?,
                Err(_) => all = false,
            }
        }
        self.0.store.empty_log()?;
        Ok(all)
    }
}

/// Seals each data key by the new key. The secrets themselves stay as they are.
fn reseal(tx: &Transaction<'_>, old: &MasterKey, new: &MasterKey) -> Result<()> {
    let sql = "SELECT s.connection, s.slot, c.id, s.generation, s.destination, s.data_key FROM secrets s
        JOIN connections c ON c.seq = s.connection";
    let read = || {
        tx.prepare(sql)?
            .query_map([], |r| {
                let id = ConnectionId(r.get(2)?);
                Ok(Row { seq: r.get(0)?, slot: Slot(r.get(1)?), id, generation: r.get(3)?, to: r.get(4)?, data_key: r.get(5)? })
            })?
            .collect::<rusqlite::Result<Vec<Row>>>()
    };
    for row in read().map_err(|e| sqlite(&e, REKEYING))? {
        let binding = Binding { connection: row.id, slot: &row.slot, generation: row.generation, destination: &row.to };
        let data_key = seal::rewrap(old, new, &binding, &row.data_key).map_err(|e| pointing_at(&row.slot, e))?;
        let sql = "UPDATE secrets SET data_key = ?3, key = ?4 WHERE connection = ?1 AND slot = ?2";
        tx.execute(sql, params![row.seq, row.slot.0, data_key, new.id()]).map_err(|e| sqlite(&e, REKEYING))?;
    }
    Ok(())
}

struct Row {
    seq: i64,
    slot: Slot,
    id: ConnectionId,
    generation: i64,
    to: Vec<u8>,
    data_key: Vec<u8>,
}
