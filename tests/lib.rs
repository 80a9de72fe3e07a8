//! What the tests share. Links no Tauri: the window is driven from outside (e2e), everything else through the rooms' own API.
//!
//! Owns: `peers` (things that we did not write, started for the tests), `window` (the real window, driven), `steps` (what a
//! person does in it), `walk` (every screen and state), `support` (a context, a network, filled forms, data put there
//! beforehand), `explore` (ways through the Data Explorer), `fixtures` (the forms of warehouses that have no connector yet).
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::missing_panics_doc)]

#[path = "e2e/explore.rs"]
pub mod explore;
pub mod fixtures;
pub mod peers;
#[path = "e2e/steps.rs"]
pub mod steps;
pub mod support;
#[path = "e2e/walk.rs"]
pub mod walk;
#[path = "e2e/harness/mod.rs"]
pub mod window;
