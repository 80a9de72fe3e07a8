//! Tests of the room as a whole: opening, listing, saving, sealing, the vault's states.
#![allow(clippy::unwrap_used, clippy::panic)]

mod exploring;
mod listing;
mod opening;
mod rekeying;
mod saving;
mod sealing;
mod vaulting;

use crate::{MemoryKeychain, Mood, SecretChange, SecretChanges, Store, Vault};
use model::{Connection, ConnectionId, ConnectorId, Destination, Environment, FieldId, Secret, Slot};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// A marker that may be nowhere in the clear.
const CANARY: &str = "canary-Zq7#vault";

/// A data directory with a vault and its keychain.
struct House {
    dir: TempDir,
    store: Store,
    keychain: Arc<MemoryKeychain>,
    vault: Vault,
}

impl House {
    fn new() -> Self {
        Self::at(tempfile::tempdir().unwrap(), Arc::default())
    }

    fn at(dir: TempDir, keychain: Arc<MemoryKeychain>) -> Self {
        let store = Store::open(&dir.path().join("data")).unwrap();
        let vault = open_vault(&store, &keychain);
        Self { dir, store, keychain, vault }
    }

    /// With one connection "One" whose password is the canary.
    fn with_secret() -> (Self, Connection) {
        let house = Self::new();
        let connection = connection("One");
        house.save(&connection, CANARY);
        (house, connection)
    }

    fn save(&self, connection: &Connection, password: &str) {
        self.store.save(&self.vault, connection, replacing(password), &destination("db.test")).unwrap();
    }

    fn password(&self, id: ConnectionId) -> model::Result<Option<String>> {
        let secret = self.vault.secret(id, &slot(), &destination("db.test"))?;
        Ok(secret.map(|s| s.expose_str().unwrap().to_owned()))
    }

    /// Closes everything and opens it again, as after a restart.
    fn restart(self) -> Self {
        let Self { dir, store, keychain, vault } = self;
        drop((store, vault));
        Self::at(dir, keychain)
    }

    /// From now on nobody answers the keychain's prompts, and nobody waits for long.
    fn silence(&mut self) {
        self.keychain.set_mood(Mood::Silent);
        self.vault.wait_for(HASTE);
    }

    /// The keychain works (again), and there is time to wait for it.
    fn answer(&mut self) {
        self.keychain.set_mood(Mood::Open);
        self.vault.wait_for(PATIENCE);
    }

    fn data(&self) -> &Path {
        self.store.data_dir()
    }

    /// Straight into the database, past the store.
    fn sql(&self, sql: &str) -> usize {
        let db = rusqlite::Connection::open(self.data().join("landbridge.db")).unwrap();
        db.execute(sql, []).unwrap()
    }

    fn count(&self, sql: &str) -> i64 {
        let db = rusqlite::Connection::open(self.data().join("landbridge.db")).unwrap();
        db.query_row(sql, [], |r| r.get(0)).unwrap()
    }
}

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// For a keychain that will not answer.
const HASTE: Duration = Duration::from_millis(500);

/// Waits long enough for a busy machine, and not for a keychain that will not answer.
fn open_vault(store: &Store, keychain: &Arc<MemoryKeychain>) -> Vault {
    let deadline = if keychain.mood() == Mood::Silent { HASTE } else { PATIENCE };
    Vault::open(store, Arc::clone(keychain) as Arc<dyn crate::Keychain>, deadline)
}

fn connection(name: &str) -> Connection {
    Connection {
        id: ConnectionId::fresh(),
        connector: ConnectorId::named("postgres"),
        name: name.to_owned(),
        host: "db.test".to_owned(),
        environment: Environment::None,
        labels: Vec::new(),
        values: BTreeMap::from([(FieldId::named("server"), "db.test".to_owned())]),
        files: BTreeMap::new(),
        sources: BTreeMap::new(),
        secret_files: BTreeMap::new(),
        last_test: None,
        created_at: 1,
        changed_at: 1,
    }
}

fn destination(host: &str) -> Destination {
    Destination::new(&ConnectorId::named("postgres"), vec![("host", host.to_owned()), ("user", "ana".to_owned())])
}

fn slot() -> Slot {
    Slot::field(&FieldId::named("password"))
}

fn secret(text: &str) -> Secret {
    Secret::from(text.to_owned())
}

fn replacing(password: &str) -> SecretChanges {
    SecretChanges::none().with(slot(), SecretChange::Replace(secret(password)))
}

fn keeping() -> SecretChanges {
    SecretChanges::none().with(slot(), SecretChange::Keep)
}

fn code<T>(result: model::Result<T>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

/// All bytes of all files below a directory.
fn bytes_below(dir: &Path) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(bytes_below(&path)) } else { out.extend(std::fs::read(&path).unwrap()) }
    }
    out
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
