//! The warehouses: one folder and one line in [`ALL`] each.
//!
//! Owns: every warehouse's form, its words, its protocol and its SQL. Does not own: saving, deadlines, proxies, or which
//! warehouse a person picks; a warehouse is asked through `model`'s two traits only. Folders never import each other: what two
//! of them need is in `common`.

mod common;
mod local;
mod postgres;

use model::Connector;

/// Every warehouse, in the order in which they are offered.
pub static ALL: &[&dyn Connector] = &[&postgres::Postgres];
