//! What is derived from data and kept on this computer.

use crate::engine::Engine;
use crate::views::{DerivedKind, DerivedView};
use model::{Result, common};

impl Engine {
    /// Each kind of it with its size.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn derived_view(&self) -> Result<Vec<DerivedView>> {
        Err(common::unsupported("This"))
    }

    /// Keeps a kind from now on, or no more; what is there is cleared when turned off.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn derived_set(&self, kind: DerivedKind, on: bool) -> Result<Vec<DerivedView>> {
        let _ = (kind, on);
        Err(common::unsupported("This"))
    }

    /// Clears a kind.
    ///
    /// # Errors
    /// As the work fails.
    pub async fn derived_clear(&self, kind: DerivedKind) -> Result<Vec<DerivedView>> {
        let _ = (kind,);
        Err(common::unsupported("This"))
    }
}
