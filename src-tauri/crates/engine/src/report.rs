//! The report that a person copies when something went wrong: versions, states, the end of the log. Nothing secret.

use crate::engine::Engine;
use crate::log;
use crate::views::{ListRequest, VaultStanding};
use model::{LinkId, Result};
use std::fmt::Write;

impl Engine {
    /// The report as text.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn report_text(&self) -> Result<String> {
        let vault = self.vault_view().await?;
        let all = self.connections_list(ListRequest::default()).await?.all;
        let standing = match (vault.standing, &vault.because) {
            (VaultStanding::New, _) => "new".to_owned(),
            (VaultStanding::Open, _) => "open".to_owned(),
            (VaultStanding::Locked, because) => {
                format!("locked ({})", because.as_ref().map_or("no reason known", |b| b.code.as_str()))
            }
        };
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "Landbridge {}", self.version());
        let _ = writeln!(out, "System: {} {}", std::env::consts::OS, std::env::consts::ARCH);
        let _ = writeln!(out, "Connections: {all}; vault: {standing}; sealed secrets: {}", vault.sealed);
        let _ = writeln!(out, "\n{}", log::tail(&self.data_dir()));
        Ok(out)
    }

    /// The address of a help link, if a spec holds one of that id.
    pub fn link(&self, id: &LinkId) -> Option<&'static str> {
        self.connectors().iter().find_map(|c| {
            let spec = c.spec();
            let of_fields = spec.fields.iter().filter_map(|f| f.link);
            spec.first_page.links.iter().chain(of_fields).find(|l| l.id == *id).map(|l| l.url)
        })
    }
}
