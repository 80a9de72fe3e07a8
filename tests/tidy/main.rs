//! The rules of the house, held as tests: which room may import which, what a form must be, how long a file may be,
//! what the interface must never do, and the least privilege of the window.
//!
//! Owns: the rules and the short list of exceptions with their reasons. A rule that is wrong is changed here, in the open.
#![allow(clippy::unwrap_used, clippy::panic)]

mod dependencies;
mod files;
mod forms;
mod interface;
mod rooms;
mod rust;
mod sizes;
mod window;

/// Fails with every finding, one a line.
fn assert_none(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}
