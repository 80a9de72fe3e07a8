//! Things that we did not write, started for the tests: real servers, with real certificates.
//!
//! Owns: starting, seeding and ending them, each on loopback, in a temporary directory, by its process id.
//! Does not own: what is tested against them, nor any code of the product.

pub mod certs;
pub mod postgres;
pub mod proxy;
