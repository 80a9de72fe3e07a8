//! What more than one warehouse needs: hosts as people type them, certificates and keys, TLS and its failures.
//! Knows no warehouse.

pub(crate) mod host;
pub(crate) mod pem;
pub(crate) mod tls;
pub(crate) mod tls_error;
