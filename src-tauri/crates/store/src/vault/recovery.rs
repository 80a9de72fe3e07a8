//! The recovery passphrase: a second way to the master key, for when the keychain has lost it.
//!
//! Owns: the table `recovery`, the derivation. Does not own: the passphrase, which is never kept.

use super::{State, Vault, keys, locked};
use crate::fault::sqlite;
use crate::seal::{self, KeyBytes, MasterKey};
use crate::text;
use argon2::{Algorithm, Argon2, Params, Version};
use model::{Error, Result, Secret, common};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Shorter passphrases are refused, in characters.
const LEAST: usize = 12;
/// What a derivation costs today: 64 MiB, 3 passes (RFC 9106's second recommendation).
const COST: Cost = Cost { memory: 64 * 1024, passes: 3, lanes: 4 };
/// No row makes us spend more than this.
const MOST: Cost = Cost { memory: 1024 * 1024, passes: 32, lanes: 16 };

const RECOVERY: &str = "save the recovery passphrase";

/// How opening by passphrase ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Recovered {
    /// The key is back in the keychain. If not, the vault is open for this session only.
    pub in_keychain: bool,
}

#[derive(Debug, Clone, Copy)]
struct Cost {
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// A master key sealed by a passphrase.
pub(super) struct Envelope {
    key: Uuid,
    salt: Vec<u8>,
    cost: Cost,
    sealed: Vec<u8>,
}

impl Vault {
    /// True when a recovery passphrase was set.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn has_recovery(&self) -> Result<bool> {
        self.0
            .store
            .read("look for a recovery passphrase", |db| db.query_row("SELECT EXISTS (SELECT 1 FROM recovery)", [], |r| r.get(0)))
    }

    /// Sets the recovery passphrase, in place of the one before. Takes about a second, on purpose.
    ///
    /// # Errors
    /// `vault.short_passphrase`, `vault.locked`.
    pub fn set_recovery(&self, passphrase: &Secret) -> Result<()> {
        let phrase = normal(passphrase);
        if phrase.iter().filter(|b| (**b & 0xC0) != 0x80).count() < LEAST {
            return Err(Error::new(&text::SHORT_PASSPHRASE).with("least", LEAST));
        }
        self.sealing(|key| {
            let envelope = self.envelop(key, &phrase)?;
            self.0.store.write(RECOVERY, |tx| envelope.write(tx))
        })?;
        self.0.store.empty_log()
    }

    /// Removes it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn remove_recovery(&self) -> Result<()> {
        self.0.store.write(RECOVERY, |tx| {
            tx.execute("DELETE FROM recovery", []).map(drop).map_err(|e| sqlite(&e, "remove the recovery passphrase"))
        })?;
        self.0.store.empty_log()
    }

    /// Opens the vault with the recovery passphrase, and puts the key back into the keychain if that works.
    ///
    /// # Errors
    /// `vault.no_recovery`, `vault.wrong_passphrase`.
    pub fn unlock_with_recovery(&self, passphrase: &Secret) -> Result<Recovered> {
        let key = self.recover(passphrase)?;
        let change = self.change();
        let in_keychain = self.keep(&key, self.until()).is_ok();
        self.set(State::Open(Arc::new(key)));
        drop(change);
        Ok(Recovered { in_keychain })
    }

    /// The current master key, by passphrase.
    pub(super) fn recover(&self, passphrase: &Secret) -> Result<MasterKey> {
        let envelope = self.read_envelope()?.ok_or_else(|| Error::new(&text::NO_RECOVERY))?;
        let current = keys::current(&self.0.store)?.filter(|row| row.id == envelope.key);
        let Some(row) = current else { return Err(Error::new(&text::DAMAGED)) };
        let derived = derive(&normal(passphrase), &envelope.salt, envelope.cost)?;
        let bytes = seal::open_key(&derived, &envelope.sealed, &self.bound(&envelope));
        let bytes = bytes.map_err(|_| Error::new(&text::WRONG_PASSPHRASE))?;
        MasterKey::proven(row.id, &bytes[..], &row.proof).ok_or_else(|| locked(super::LockedBecause::KeyWrong))
    }

    /// The key, sealed by the (normalised) passphrase.
    pub(super) fn envelop(&self, key: &MasterKey, phrase: &[u8]) -> Result<Envelope> {
        let mut salt = vec![0; 16];
        seal::random(&mut salt)?;
        let derived = derive(phrase, &salt, COST)?;
        let mut envelope = Envelope { key: key.id(), salt, cost: COST, sealed: Vec::new() };
        envelope.sealed = seal::seal_with(&derived, key.expose(), &self.bound(&envelope))?;
        Ok(envelope)
    }

    fn bound(&self, envelope: &Envelope) -> Vec<u8> {
        let Cost { memory, passes, lanes } = envelope.cost;
        let cost = [memory, passes, lanes].map(u32::to_le_bytes).concat();
        let installation = self.0.store.installation();
        seal::bound(b"landbridge/recovery/1", &[installation.as_bytes(), envelope.key.as_bytes(), &envelope.salt, &cost])
    }

    fn read_envelope(&self) -> Result<Option<Envelope>> {
        self.0.store.read("look for a recovery passphrase", |db| {
            let sql = "SELECT key, salt, memory, passes, lanes, sealed FROM recovery";
            db.query_row(sql, [], |r| {
                let cost = Cost { memory: r.get(2)?, passes: r.get(3)?, lanes: r.get(4)? };
                Ok(Envelope { key: r.get(0)?, salt: r.get(1)?, cost, sealed: r.get(5)? })
            })
            .optional()
        })
    }
}

impl Envelope {
    pub(super) fn write(&self, tx: &Transaction<'_>) -> Result<()> {
        let sql =
            "INSERT OR REPLACE INTO recovery (only, key, salt, memory, passes, lanes, sealed) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)";
        let Cost { memory, passes, lanes } = self.cost;
        let done = tx.execute(sql, params![self.key, self.salt, memory, passes, lanes, self.sealed]);
        done.map(drop).map_err(|e| sqlite(&e, RECOVERY))
    }
}

/// The same bytes whatever keyboard composed the letters.
pub(super) fn normal(passphrase: &Secret) -> Zeroizing<Vec<u8>> {
    match passphrase.expose_str() {
        Some(text) => {
            // Room for all of it at once: a growing string would leave copies behind.
            let mut out = Zeroizing::new(String::with_capacity(text.len().saturating_mul(4)));
            out.extend(text.nfc());
            Zeroizing::new(out.as_bytes().to_vec())
        }
        None => Zeroizing::new(passphrase.expose().to_vec()),
    }
}

fn derive(phrase: &[u8], salt: &[u8], cost: Cost) -> Result<KeyBytes> {
    if cost.memory > MOST.memory || cost.passes > MOST.passes || cost.lanes > MOST.lanes {
        return Err(Error::new(&text::DAMAGED));
    }
    let mut out = Zeroizing::new([0; 32]);
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(out.len())).map_err(|_| Error::new(&text::DAMAGED))?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let done = argon.hash_password_into(phrase, salt, &mut *out);
    done.map_err(|_| common::internal("the passphrase's key could not be derived"))?;
    Ok(out)
}
