//! The habits of the house: set-up of a fresh machine, run, test, build, bench, shots, bundle.
//!
//! Owns: which steps there are, in which order, and what a fresh machine needs. Does not own: any test, any code of the product.
//! Plain `std`, no dependency: it is what a fresh machine builds first.
// Speaking to the person at the terminal is what this crate is for.
#![allow(clippy::print_stdout, clippy::print_stderr)]

pub mod build;
pub mod desktop;
pub mod packages;
pub mod place;
pub mod process;
pub mod run;
pub mod setup;
pub mod steps;
pub mod test;
