//! The keychain of the operating system.
//!
//! Owns: naming our entries in it, and what its failures mean. Does not own: when it is asked, or for how long.

use crate::keychain::{Keychain, KeychainFault};
use zeroize::Zeroizing;

#[cfg(not(target_os = "linux"))]
use keyring::{Entry, Error};
#[cfg(target_os = "linux")]
use keyring_core::{Entry, Error};

/// The program's name in the keychain.
const SERVICE: &str = "landbridge";

/// The keychain of the operating system: Keychain on macOS, Credential Manager on Windows, Secret Service elsewhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemKeychain;

impl Keychain for SystemKeychain {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainFault> {
        match entry(name).and_then(|e| e.get_secret()) {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), KeychainFault> {
        entry(name).and_then(|e| e.set_secret(secret)).map_err(fault)
    }

    fn delete(&self, name: &str) -> Result<(), KeychainFault> {
        match entry(name).and_then(|e| e.delete_credential()) {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(fault(error)),
        }
    }
}

/// A connection of its own each time: a service that was started or restarted meanwhile is found.
#[cfg(target_os = "linux")]
fn entry(name: &str) -> Result<Entry, Error> {
    use keyring_core::api::CredentialStoreApi;
    let label = std::collections::HashMap::from([("label", "Landbridge: key of the vault")]);
    zbus_secret_service_keyring_store::Store::new()?.build(SERVICE, name, Some(&label))
}

#[cfg(not(target_os = "linux"))]
fn entry(name: &str) -> Result<Entry, Error> {
    Entry::new(SERVICE, name)
}

/// The error itself is dropped unread: some of its kinds carry the secret.
fn fault(error: Error) -> KeychainFault {
    match error {
        Error::NoStorageAccess(why) => {
            tracing::info!(%why, "the keychain is locked");
            KeychainFault::Locked
        }
        Error::PlatformFailure(why) => {
            tracing::info!(%why, "the keychain does not answer");
            KeychainFault::Absent
        }
        _ => KeychainFault::Absent,
    }
}
