//! What the tests share. Links no Tauri: the window is driven from outside (e2e), everything else through the rooms' own API.
//!
//! Owns: `peers` (things that we did not write, started for the tests).
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::missing_panics_doc)]

pub mod peers;
