//! The warehouses: one folder and one line in [`ALL`] each.
//!
//! Owns: every warehouse's form, its words, its protocol and its SQL. Does not own: saving, deadlines, proxies, or which
//! warehouse a person picks; a warehouse is asked through `model`'s two traits only. Folders never import each other: what two
//! of them need is in `common`.

mod common;
mod local;
mod postgres;

use model::{Connector, LocalFiles};

/// Every warehouse, in the order in which they are offered.
pub static ALL: &[&dyn Connector] = &[&postgres::Postgres];

/// The embedded connection to files on this computer. Not among those that are offered: it is there from the first start.
pub static LOCAL: &dyn Connector = &local::Local;

/// Looks at files for it.
pub static LOCAL_FILES: &dyn LocalFiles = &local::Files;
