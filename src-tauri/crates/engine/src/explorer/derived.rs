//! What is derived from data and kept on this computer.
//!
//! Owns: which kinds are kept (a setting), their sizes, clearing them on disk and in memory. Does not own: what is kept.

use crate::engine::Engine;
use crate::views::{DerivedKind, DerivedView};
use model::{Result, common};
use serde::{Deserialize, Serialize};
use store::Derived;

const KEY: &str = "derived";
const ALL: [DerivedKind; 3] = [DerivedKind::Catalogs, DerivedKind::Statistics, DerivedKind::History];

/// The kinds that the person does not want kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Off {
    #[serde(default)]
    off: Vec<DerivedKind>,
}

impl Engine {
    /// Each kind of it with its size.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn derived_view(&self) -> Result<Vec<DerivedView>> {
        let off = self.not_kept().await?;
        self.with_store(move |store, _| {
            ALL.into_iter()
                .map(|kind| {
                    let size = store.derived_size(stored(kind))?;
                    let entries = u32::try_from(size.entries).unwrap_or(u32::MAX);
                    Ok(DerivedView { kind, on: !off.contains(&kind), entries, bytes: size.bytes })
                })
                .collect()
        })
        .await
    }

    /// Keeps a kind from now on, or no more; what is there is cleared when turned off.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn derived_set(&self, kind: DerivedKind, on: bool) -> Result<Vec<DerivedView>> {
        let mut off = self.not_kept().await?;
        off.retain(|k| *k != kind);
        if !on {
            off.push(kind);
        }
        let json = serde_json::to_value(Off { off }).map_err(|_| common::internal("a setting could not be written down"))?;
        self.with_store(move |store, _| store.set_setting(KEY, &json)).await?;
        // Turned off first: what is under way must not be kept behind the clearing.
        if on { self.derived_view().await } else { self.derived_clear(kind).await }
    }

    /// Clears a kind, so that nothing of it is left in a file.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn derived_clear(&self, kind: DerivedKind) -> Result<Vec<DerivedView>> {
        if kind == DerivedKind::Catalogs {
            self.explorer().trees.forget_all();
        }
        self.with_store(move |store, _| store.clear_derived(stored(kind))).await?;
        self.derived_view().await
    }

    /// True when that kind is to be kept. When the setting cannot be read, nothing is.
    pub(crate) async fn keeps(&self, kind: DerivedKind) -> bool {
        self.not_kept().await.is_ok_and(|off| !off.contains(&kind))
    }

    async fn not_kept(&self) -> Result<Vec<DerivedKind>> {
        let setting = self.with_store(|store, _| store.setting(KEY)).await?;
        Ok(setting.and_then(|json| serde_json::from_value::<Off>(json).ok()).unwrap_or_default().off)
    }
}

fn stored(kind: DerivedKind) -> Derived {
    match kind {
        DerivedKind::Catalogs => Derived::Catalogs,
        DerivedKind::Statistics => Derived::Statistics,
        DerivedKind::History => Derived::History,
    }
}
