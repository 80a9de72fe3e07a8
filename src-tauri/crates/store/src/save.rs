//! Saving a connection: what is known of it and its sealed secrets, in one transaction.
//!
//! Owns: the connection's row, what happens to each secret on a save. Does not own: sealing (`seal`), the key (`vault`).

use crate::fault::sqlite;
use crate::seal::{Binding, MasterKey};
use crate::store::{Store, parse};
use crate::vault::Vault;
use crate::{fold, seal, text};
use model::{Connection, ConnectionId, Destination, Environment, Error, FieldId, LastTest, Result, Secret, Slot, common};
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a save does with one secret.
#[derive(Debug)]
pub enum SecretChange {
    /// Stays as it is. Refused when there is none, or when its destination changed.
    Keep,
    /// Sealed, in place of the one before.
    Replace(Secret),
    /// Removed.
    Remove,
}

/// What a save does with the secrets. A slot that is not named stays when the destination is the same, and is removed otherwise.
#[derive(Debug, Default)]
pub struct SecretChanges(BTreeMap<Slot, SecretChange>);

impl SecretChanges {
    /// Nothing named.
    pub fn none() -> Self {
        Self::default()
    }

    /// Names what happens with a slot.
    #[must_use]
    pub fn with(mut self, slot: Slot, change: SecretChange) -> Self {
        self.0.insert(slot, change);
        self
    }

    /// Names what happens with a slot.
    pub fn set(&mut self, slot: Slot, change: SecretChange) {
        self.0.insert(slot, change);
    }

    fn seals(&self) -> bool {
        self.0.values().any(|c| matches!(c, SecretChange::Replace(_)))
    }
}

const SAVING: &str = "save the connection";

impl Store {
    /// Saves a new or changed connection and its secrets: all of it, or nothing.
    ///
    /// # Errors
    /// `vault.locked` when a secret is to be sealed and the vault is locked; `vault.destination_changed` and
    /// `vault.nothing_stored` for a secret that cannot be kept; `store.name_taken`; `gone` when it is in the trash.
    pub fn save(&self, vault: &Vault, connection: &Connection, secrets: SecretChanges, destination: &Destination) -> Result<()> {
        let work = |key: Option<&MasterKey>| {
            self.write(SAVING, |tx| {
                let row = put(tx, connection)?;
                change_secrets(tx, &row, key, &secrets, destination)
            })
        };
        if secrets.seals() { vault.sealing(|key| work(Some(key))) } else { work(None) }
    }

    /// Saves many connections without secrets in one transaction, for tests and measurements of long lists.
    ///
    /// # Errors
    /// As [`Store::save`].
    #[cfg(any(test, feature = "testing"))]
    pub fn put_all(&self, connections: &[Connection]) -> Result<()> {
        self.write(SAVING, |tx| connections.iter().try_for_each(|c| put(tx, c).map(drop)))
    }

    /// Seals a secret that a sign-in brought, for a connection that is there, until it expires.
    ///
    /// # Errors
    /// `vault.locked`; `gone` when the connection is not there.
    pub fn keep_secret(
        &self,
        vault: &Vault,
        id: ConnectionId,
        slot: &Slot,
        secret: &Secret,
        until: Option<SystemTime>,
        destination: &Destination,
    ) -> Result<()> {
        vault.sealing(|key| {
            self.write("save a token", |tx| {
                let row = next_generation(tx, id)?.ok_or_else(|| common::gone("connection"))?;
                put_secret(tx, &row, key, slot, secret, until, destination)
            })
        })
    }

    /// The slots of the secrets that are sealed for the connection.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn sealed_slots(&self, id: ConnectionId) -> Result<Vec<Slot>> {
        self.read("look for secrets", |db| {
            let sql = "SELECT slot FROM secrets JOIN connections ON seq = connection WHERE id = ?1 ORDER BY slot";
            db.prepare_cached(sql)?.query_map([id.0], |r| r.get(0).map(Slot))?.collect()
        })
    }

    /// Notes how the last test ended. Does not count as a change.
    ///
    /// # Errors
    /// `gone` when the connection is not there.
    pub fn set_last_test(&self, id: ConnectionId, last_test: LastTest) -> Result<()> {
        self.modify(id, |c| c.last_test = Some(last_test))
    }

    /// Says what the connection is used for.
    ///
    /// # Errors
    /// `gone` when the connection is not there.
    pub fn set_environment(&self, id: ConnectionId, environment: Environment) -> Result<()> {
        self.modify(id, |c| {
            c.environment = environment;
            c.changed_at = now();
        })
    }

    /// Sets the labels.
    ///
    /// # Errors
    /// `gone` when the connection is not there.
    pub fn set_labels(&self, id: ConnectionId, labels: Vec<String>) -> Result<()> {
        self.modify(id, |c| {
            c.labels = labels;
            c.changed_at = now();
        })
    }

    fn modify(&self, id: ConnectionId, change: impl FnOnce(&mut Connection)) -> Result<()> {
        self.write(SAVING, |tx| {
            let sql = "SELECT document FROM connections WHERE id = ?1 AND name_key IS NOT NULL";
            let found: Option<String> = tx.query_row(sql, [id.0], |r| r.get(0)).optional().map_err(|e| sqlite(&e, SAVING))?;
            let mut connection = parse(&found.ok_or_else(|| common::gone("connection"))?)?;
            change(&mut connection);
            put(tx, &connection).map(drop)
        })
    }
}

/// A connection's row, and the generation of secrets sealed with this save.
pub(crate) struct Target {
    seq: i64,
    id: ConnectionId,
    generation: i64,
}

/// Writes the connection's row.
pub(crate) fn put(tx: &Transaction<'_>, connection: &Connection) -> Result<Target> {
    let c = connection;
    let parts = [c.name.as_str(), c.host.as_str()].into_iter().chain(c.labels.iter().map(String::as_str));
    let document = serde_json::to_string(c).map_err(|_| common::internal("a connection has no JSON form"))?;
    let sql = "INSERT INTO connections (id, connector, name_key, search, tested_at, changed_at, document, generation)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)
        ON CONFLICT (id) DO UPDATE SET connector = ?2, name_key = ?3, search = ?4, tested_at = ?5, changed_at = ?6,
          document = ?7, generation = generation + 1 WHERE deleted_at IS NULL
        RETURNING seq, generation";
    let tested_at = c.last_test.as_ref().map(|t| signed(t.at));
    let name_key = fold::name_key(&c.name);
    let values =
        params![c.id.0, c.connector.as_str(), name_key, fold::search_text(parts), tested_at, signed(c.changed_at), document];
    // Asked for, not concluded from an error: a violated index says nothing that may be matched on.
    let taken = "SELECT EXISTS (SELECT 1 FROM connections WHERE name_key = ?1 AND id IS NOT ?2)";
    if tx.query_row(taken, params![name_key, c.id.0], |r| r.get(0)).map_err(|e| sqlite(&e, SAVING))? {
        return Err(Error::new(&text::NAME_TAKEN).with("name", &c.name).field(model::NAME));
    }
    let row = tx.query_row(sql, values, |r| Ok(Target { seq: r.get(0)?, id: c.id, generation: r.get(1)? })).optional();
    row.map_err(|e| sqlite(&e, SAVING))?.ok_or_else(|| common::gone("connection"))
}

fn next_generation(tx: &Transaction<'_>, id: ConnectionId) -> Result<Option<Target>> {
    let sql = "UPDATE connections SET generation = generation + 1 WHERE id = ?1 AND deleted_at IS NULL RETURNING seq, generation";
    let row = tx.query_row(sql, [id.0], |r| Ok(Target { seq: r.get(0)?, id, generation: r.get(1)? })).optional();
    row.map_err(|e| sqlite(&e, SAVING))
}

fn change_secrets(
    tx: &Transaction<'_>,
    row: &Target,
    key: Option<&MasterKey>,
    changes: &SecretChanges,
    destination: &Destination,
) -> Result<()> {
    let stored = stored(tx, row.seq)?;
    let there = destination.to_bytes();
    for (slot, sealed_for) in &stored {
        if !changes.0.contains_key(slot) && *sealed_for != there {
            remove(tx, row.seq, slot)?;
        }
    }
    for (slot, change) in &changes.0 {
        match (change, key) {
            (SecretChange::Keep, _) => may_keep(stored.get(slot), &there).map_err(|e| pointing_at(slot, e))?,
            (SecretChange::Remove, _) => remove(tx, row.seq, slot)?,
            (SecretChange::Replace(secret), Some(key)) => put_secret(tx, row, key, slot, secret, None, destination)?,
            (SecretChange::Replace(_), None) => return Err(common::internal("a secret came without a key")),
        }
    }
    Ok(())
}

fn may_keep(stored: Option<&Vec<u8>>, there: &[u8]) -> Result<()> {
    match stored {
        None => Err(Error::new(&text::NOTHING_STORED)),
        Some(sealed_for) if sealed_for != there => Err(Error::new(&text::DESTINATION_CHANGED)),
        Some(_) => Ok(()),
    }
}

/// The field of the slot is the one to look at.
pub(crate) fn pointing_at(slot: &Slot, error: Error) -> Error {
    match slot.0.strip_prefix("field:") {
        Some(field) => error.field(FieldId::named(field)),
        None => error,
    }
}

fn stored(tx: &Transaction<'_>, seq: i64) -> Result<BTreeMap<Slot, Vec<u8>>> {
    let read = || {
        tx.prepare_cached("SELECT slot, destination FROM secrets WHERE connection = ?1")?
            .query_map([seq], |r| Ok((Slot(r.get(0)?), r.get(1)?)))?
            .collect::<rusqlite::Result<_>>()
    };
    read().map_err(|e| sqlite(&e, SAVING))
}

fn remove(tx: &Transaction<'_>, seq: i64, slot: &Slot) -> Result<()> {
    let done = tx.execute("DELETE FROM secrets WHERE connection = ?1 AND slot = ?2", params![seq, slot.0]);
    done.map(drop).map_err(|e| sqlite(&e, SAVING))
}

fn put_secret(
    tx: &Transaction<'_>,
    row: &Target,
    key: &MasterKey,
    slot: &Slot,
    secret: &Secret,
    until: Option<SystemTime>,
    destination: &Destination,
) -> Result<()> {
    let there = destination.to_bytes();
    let binding = Binding { connection: row.id, slot, generation: row.generation, destination: &there };
    let sealed = seal::seal(key, &binding, secret.expose())?;
    let until = until.map(|t| signed(millis(t)));
    let sql = "INSERT OR REPLACE INTO secrets (connection, slot, generation, destination, key, data_key, sealed, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let values = params![row.seq, slot.0, row.generation, there, key.id(), sealed.data_key, sealed.text, until];
    tx.execute(sql, values).map(drop).map_err(|e| sqlite(&e, SAVING))
}

/// Milliseconds since 1970 as SQLite keeps them.
pub(crate) fn signed(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}

fn millis(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX))
}

/// Now, in milliseconds since 1970 (UTC).
pub(crate) fn now() -> u64 {
    millis(SystemTime::now())
}
