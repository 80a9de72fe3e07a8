//! The names and states of master keys, as the database holds them.
//!
//! Owns: the table `keys`. Does not own: the keys, which only the keychain has.

use crate::fault::sqlite;
use crate::seal::MasterKey;
use crate::store::Store;
use model::Result;
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

/// What becomes of a current key that others still may hold: taken out of the keychain later.
pub(super) const RETIRED: &str = "retired";
/// What becomes of a current key that was not found, and sealed nothing: left alone, should it turn up.
pub(super) const LOST: &str = "lost";

const NOTING: &str = "note the vault's key";

/// The current key's name and what proves it.
pub(super) struct KeyRow {
    pub(super) id: Uuid,
    pub(super) proof: Vec<u8>,
}

pub(super) fn current(store: &Store) -> Result<Option<KeyRow>> {
    store.read("look up the vault's key", |db| {
        let row = |r: &rusqlite::Row<'_>| Ok(KeyRow { id: r.get(0)?, proof: r.get(1)? });
        db.query_row("SELECT id, proof FROM keys WHERE state = 'current'", [], row).optional()
    })
}

/// Secrets, those of the trash too, or a recovery passphrase.
pub(super) fn anything_sealed(store: &Store) -> Result<bool> {
    store.read("look for secrets", |db| {
        db.query_row("SELECT EXISTS (SELECT 1 FROM secrets) OR EXISTS (SELECT 1 FROM recovery)", [], |r| r.get(0))
    })
}

/// Names a key before the keychain gets it, so that one left behind by a crash is found again.
pub(super) fn add(store: &Store, key: &MasterKey) -> Result<()> {
    let proof = key.proof()?;
    store.write(NOTING, |tx| {
        let done = tx.execute("INSERT INTO keys (id, state, proof) VALUES (?1, 'pending', ?2)", params![key.id(), proof]);
        done.map(drop).map_err(|e| sqlite(&e, NOTING))
    })
}

/// Makes a pending key current; the one before becomes `then`.
pub(super) fn make_current(tx: &Transaction<'_>, id: Uuid, then: &str) -> Result<()> {
    let change = || {
        tx.execute("UPDATE keys SET state = ?1 WHERE state = 'current'", [then])?;
        tx.execute("UPDATE keys SET state = 'current' WHERE id = ?1", [id])
    };
    change().map(drop).map_err(|e| sqlite(&e, NOTING))
}

/// Keys to be taken out of the keychain, and whether each ever sealed anything.
pub(super) fn leftover(store: &Store) -> Result<Vec<(Uuid, bool)>> {
    store.read("look up old keys", |db| {
        db.prepare("SELECT id, state = 'retired' FROM keys WHERE state IN ('pending', 'retired')")?
            .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect()
    })
}

/// Forgets a key's name. Refused by the database while anything is sealed by it.
pub(super) fn forget(store: &Store, id: Uuid) -> Result<()> {
    store.write(NOTING, |tx| tx.execute("DELETE FROM keys WHERE id = ?1", [id]).map(drop).map_err(|e| sqlite(&e, NOTING)))
}
