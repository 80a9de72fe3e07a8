//! What the tests of whole processes share: running themselves again as another process, one connection, a keychain in files.
#![allow(clippy::unwrap_used, clippy::panic, dead_code)]

use model::{Connection, ConnectionId, ConnectorId, Destination, Environment, FieldId, Secret, Slot};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use store::{Keychain, KeychainFault, SecretChange, SecretChanges, Store, Vault};
use zeroize::Zeroizing;

/// In a process that is one step of a test: the step's name.
pub const STEP: &str = "LANDBRIDGE_STEP";
/// In such a process: the data directory.
pub const DATA: &str = "LANDBRIDGE_DATA";

/// This test binary again, for one step of the test of that name.
pub fn again(test: &str, step: &str, data: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]).env(STEP, step).env(DATA, data);
    command
}

/// The step that this process is, and its data directory. None in the test itself.
pub fn step() -> Option<(String, PathBuf)> {
    Some((std::env::var(STEP).ok()?, std::env::var_os(DATA)?.into()))
}

/// Always the same connection, under one of two names.
pub fn connection(name: &str) -> Connection {
    Connection {
        id: ConnectionId(uuid::Uuid::from_u128(7)),
        connector: ConnectorId::named("postgres"),
        name: name.to_owned(),
        host: format!("{name}.test"),
        environment: Environment::None,
        labels: Vec::new(),
        values: BTreeMap::new(),
        files: BTreeMap::new(),
        sources: BTreeMap::new(),
        secret_files: BTreeMap::new(),
        last_test: None,
        created_at: 1,
        changed_at: 1,
    }
}

/// Where its secret may be sent.
pub fn destination() -> Destination {
    Destination::new(&ConnectorId::named("postgres"), vec![("host", "db.test".to_owned())])
}

/// Its password's place.
pub fn slot() -> Slot {
    Slot::field(&FieldId::named("password"))
}

/// Saves it under that name, with a password of the same name.
pub fn save(store: &Store, vault: &Vault, name: &str) -> model::Result<()> {
    let password = Secret::from(format!("password of {name}"));
    let secrets = SecretChanges::none().with(slot(), SecretChange::Replace(password));
    store.save(vault, &connection(name), secrets, &destination())
}

/// Name and password, as they are saved.
pub fn saved(store: &Store, vault: &Vault) -> model::Result<Option<(String, Option<String>)>> {
    let id = connection("").id;
    let Some(connection) = store.get(id)? else { return Ok(None) };
    let password = vault.secret(id, &slot(), &destination())?;
    Ok(Some((connection.name, password.map(|p| p.expose_str().unwrap().to_owned()))))
}

/// A keychain in files, which outlives a process that is killed.
pub struct FileKeychain(pub PathBuf);

impl Keychain for FileKeychain {
    fn get(&self, entry: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainFault> {
        Ok(std::fs::read(self.0.join(entry)).ok().map(Zeroizing::new))
    }

    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeychainFault> {
        std::fs::create_dir_all(&self.0).unwrap();
        let part = self.0.join("part");
        std::fs::write(&part, secret).unwrap();
        std::fs::rename(part, self.0.join(entry)).unwrap();
        Ok(())
    }

    fn delete(&self, entry: &str) -> Result<(), KeychainFault> {
        let _ = std::fs::remove_file(self.0.join(entry));
        Ok(())
    }
}
