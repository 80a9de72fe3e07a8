//! What Landbridge keeps on this computer: connections, settings and sealed secrets in one SQLite database, and the
//! key that opens the secrets in the operating system's keychain.
//!
//! Owns: the data directory (its lock, permissions, schema, migrations and backups), the search and order of the list,
//! sealing and opening secrets, the states of the vault, what was seen and done with the explorer. Does not own: what a connection means (that is the
//! connectors' business), asking a person for anything, the log. All calls block; call them off the async threads.
#![deny(missing_docs)]

mod backup;
mod catalog;
mod derived;
mod explored;
mod fault;
mod files;
mod fold;
mod history;
mod keychain;
mod list;
mod local;
#[cfg(any(test, feature = "testing"))]
mod memory;
mod save;
mod schema;
mod seal;
mod settings;
mod store;
mod system;
#[cfg(test)]
mod tests;
pub mod text;
mod trash;
mod vault;

pub use backup::Backup;
pub use catalog::{CatalogLevel, CatalogNode};
pub use derived::{Derived, DerivedSize};
pub use fold::fold;
pub use history::{HistoryEntry, SavedQuery};
pub use keychain::{Keychain, KeychainFault};
pub use list::{ListPage, ListQuery, SortBy};
pub use local::LocalFile;
#[cfg(any(test, feature = "testing"))]
pub use memory::{MemoryKeychain, Mood};
pub use save::{SecretChange, SecretChanges};
pub use store::Store;
pub use system::SystemKeychain;
pub use vault::{LockedBecause, Recovered, Rekeyed, Vault, VaultState};
