//! The verbs of Landbridge: what the program does, without its window.
//!
//! Owns: drafts being typed, trying and saving connections, the list, the vault's and the settings' verbs, questions to the
//! person, the way out to the network, cancelling, the log. Does not own: how a warehouse is spoken to (connectors, handed
//! in), how things are kept (store), windows and dialogs (the shell).
#![deny(missing_docs)]

mod connect;
mod connections;
mod draft;
mod drafts;
mod engine;
mod explorer;
mod export;
mod files;
pub mod log;
mod net;
mod proxy;
mod questions;
mod report;
mod runs;
mod secrets;
mod settings;
mod vault;
pub mod views;

pub use engine::{Config, Engine, LevelGrew};
pub use explorer::{LOCAL, ProgressTo};
pub use net::WayOut;
pub use questions::{Show, Withdraw};
