//! PostgreSQL, and what is PostgreSQL under another name: Cloud SQL, Amazon Aurora and RDS, Azure Database.
//!
//! The form: `spec`, `paste`, `check`, `settings`, `logo`. The way in: `connect` (stages), `negotiate` (TLS by libpq's meanings),
//! `watch` (what the server asks for), `cancel`. `error` maps the server's codes to words.

mod check;
mod logo;
mod paste;
mod settings;
mod spec;

/// The connector.
pub(crate) struct Postgres;
