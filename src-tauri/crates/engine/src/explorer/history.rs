//! Statements that were run, and queries that were saved.
//!
//! A statement that seems to hold a secret is not written down at all. Owns: what is remembered and in which words. Does not
//! own: how long it is kept (store), whether it is (`derived`).

use crate::engine::{Engine, now};
use crate::views::{DerivedKind, HistoryView, SavedQueryView};
use model::{ConnectionId, Error, Result};
use store::{HistoryEntry, SavedQuery};

/// So many statements are shown.
const SHOWN: u32 = 200;
/// Words beside which a literal is likely to be a secret.
const SECRET_WORDS: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "secrets",
    "secret_key",
    "secret_access_key",
    "aws_secret_key",
    "access_key",
    "access_key_id",
    "api_key",
    "apikey",
    "private_key",
    "token",
    "credential",
    "credentials",
    "identified",
    "crypt",
    "hmac",
    "encrypt",
    "decrypt",
    "pgp_sym_encrypt",
    "pgp_sym_decrypt",
    "pgp_pub_decrypt",
    "dblink",
    "dblink_connect",
    "connection_string",
    "conninfo",
];

/// A literal may follow a word that speaks of secrets.
fn may_hold_a_secret(sql: &str) -> bool {
    let mut from = 0;
    let lower = sql.to_ascii_lowercase();
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    while let Some(start) = lower[from..].find(in_word).map(|at| from + at) {
        let end = lower[start..].find(|c| !in_word(c)).map_or(lower.len(), |at| start + at);
        if SECRET_WORDS.contains(&&lower[start..end]) && lower[end..].contains(['\'', '$', '"']) {
            return true;
        }
        from = end;
    }
    // A URL with a password in it.
    lower.split("://").skip(1).any(|rest| rest.split(['/', '\'', ' ']).next().is_some_and(|host| host.contains('@')))
}

impl Engine {
    /// Remembers a statement that was run, if that is wanted. Never what its parameters were.
    pub(crate) async fn remember(&self, connection: ConnectionId, sql: &str, millis: f64, outcome: Result<String, &Error>) {
        if may_hold_a_secret(sql) || !self.keeps(DerivedKind::History).await {
            return;
        }
        let worked = outcome.is_ok();
        let outcome = outcome.unwrap_or_else(|error| error.view().what);
        let entry = HistoryEntry { id: 0, connection, sql: sql.to_owned(), at: now(), millis, outcome, worked };
        if let Err(error) = self.with_store(move |store, _| store.add_history(&entry)).await {
            tracing::info!(code = error.code(), "a statement was not remembered");
        }
    }

    /// The newest first, up to 200.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn history_list(&self, connection: Option<ConnectionId>, search: String) -> Result<Vec<HistoryView>> {
        let all = self.with_store(move |store, _| store.history(connection, &search, SHOWN)).await?;
        let view = |e: HistoryEntry| HistoryView {
            id: e.id,
            connection: e.connection,
            sql: e.sql,
            at: e.at,
            millis: e.millis,
            outcome: e.outcome,
            worked: e.worked,
        };
        Ok(all.into_iter().map(view).collect())
    }

    /// Forgets one.
    ///
    /// # Errors
    /// `gone`.
    pub async fn history_delete(&self, id: u32) -> Result<()> {
        self.with_store(move |store, _| store.delete_history(id)).await
    }

    /// The saved queries of a connection, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn saved_list(&self, connection: ConnectionId) -> Result<Vec<SavedQueryView>> {
        let all = self.with_store(move |store, _| store.saved_queries(connection)).await?;
        Ok(all.into_iter().map(saved).collect())
    }

    /// Saves a query, or changes a saved one.
    ///
    /// # Errors
    /// When the name is taken, or `gone`.
    pub async fn saved_put(
        &self,
        connection: ConnectionId,
        id: Option<u32>,
        name: String,
        sql: String,
    ) -> Result<SavedQueryView> {
        let name = name.trim().to_owned();
        Ok(saved(self.with_store(move |store, _| store.put_query(connection, id, &name, &sql)).await?))
    }

    /// Deletes a saved query.
    ///
    /// # Errors
    /// `gone`.
    pub async fn saved_delete(&self, id: u32) -> Result<()> {
        self.with_store(move |store, _| store.delete_query(id)).await
    }
}

fn saved(query: SavedQuery) -> SavedQueryView {
    let SavedQuery { id, connection, name, sql, changed_at } = query;
    SavedQueryView { id, connection, name, sql, changed_at }
}

#[cfg(test)]
mod tests {
    use super::may_hold_a_secret;

    #[test]
    fn a_statement_with_a_secret_is_told_from_one_without() {
        for sql in [
            "CREATE USER a PASSWORD 'hunter2'",
            "alter role a with password\n'x'",
            "ALTER USER a IDENTIFIED BY \"x\"",
            "SELECT crypt('x', gen_salt('bf'))",
            "SELECT * FROM dblink('host=a password=b', 'SELECT 1')",
            "CREATE SUBSCRIPTION s CONNECTION 'postgres://u:p@host/db' PUBLICATION p",
            "SET SECRET = $$x$$",
        ] {
            assert!(may_hold_a_secret(sql), "{sql}");
        }
        for sql in
            ["SELECT 1", "SELECT password_hash FROM users WHERE name = 'a'", "SELECT password FROM a", "SELECT 'http://a/b@c'"]
        {
            assert!(!may_hold_a_secret(sql), "{sql}");
        }
    }
}
