//! Settings: small JSON values under a key.
//!
//! Owns: keeping them. Does not own: what they mean, or their defaults.

use crate::store::Store;
use crate::text;
use model::{Error, Result};
use rusqlite::{OptionalExtension, params};
use serde_json::Value;

impl Store {
    /// The setting of that key.
    ///
    /// # Errors
    /// When the database cannot be read, or the value is no JSON.
    pub fn setting(&self, key: &str) -> Result<Option<Value>> {
        let found: Option<String> = self.read("read a setting", |db| {
            db.prepare_cached("SELECT value FROM settings WHERE key = ?1")?.query_row([key], |r| r.get(0)).optional()
        })?;
        let parse = |text: String| {
            serde_json::from_str(&text)
                .map_err(|e| Error::new(&text::UNREADABLE).with("thing", "setting").with("detail", format!("line {}", e.line())))
        };
        found.map(parse).transpose()
    }

    /// Sets it. `null` removes it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_setting(&self, key: &str, value: &Value) -> Result<()> {
        self.write("save a setting", |tx| {
            let done = if value.is_null() {
                tx.execute("DELETE FROM settings WHERE key = ?1", [key])
            } else {
                let sql = "INSERT INTO settings VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
                tx.execute(sql, params![key, value.to_string()])
            };
            done.map(drop).map_err(|e| crate::fault::sqlite(&e, "save a setting"))
        })
    }
}
