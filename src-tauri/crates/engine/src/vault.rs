//! Verbs on the vault, as Settings and the banner need them.

use crate::engine::Engine;
use crate::views::{VaultStanding, VaultView};
use model::{Result, Secret};
use store::VaultState;

impl Engine {
    /// How the vault stands.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn vault_view(&self) -> Result<VaultView> {
        self.with_store(|_, vault| {
            let (standing, because) = match vault.state() {
                VaultState::New => (VaultStanding::New, None),
                VaultState::Open => (VaultStanding::Open, None),
                VaultState::Locked(because) => (VaultStanding::Locked, Some(because.error().view())),
            };
            let sealed = u32::try_from(vault.sealed()?).unwrap_or(u32::MAX);
            Ok(VaultView { standing, because, recovery: vault.has_recovery()?, sealed })
        })
        .await
    }

    /// True when nothing can be sealed or opened now. Never waits.
    pub(crate) fn vault_is_locked(&self) -> bool {
        matches!(self.vault().state(), VaultState::Locked(_))
    }

    /// Asks the keychain again.
    ///
    /// # Errors
    /// When the database cannot be read; a vault that stays locked is no error here.
    pub async fn vault_retry(&self) -> Result<VaultView> {
        self.with_store(|_, vault| {
            vault.retry();
            Ok(())
        })
        .await?;
        self.vault_view().await
    }

    /// Opens the vault with its recovery passphrase.
    ///
    /// # Errors
    /// A wrong passphrase.
    pub async fn vault_unlock(&self, passphrase: Secret) -> Result<VaultView> {
        self.with_store(move |_, vault| vault.unlock_with_recovery(&passphrase).map(drop)).await?;
        self.vault_view().await
    }

    /// Sets or replaces the recovery passphrase.
    ///
    /// # Errors
    /// A locked vault; a passphrase that is too short.
    pub async fn vault_set_recovery(&self, passphrase: Secret) -> Result<VaultView> {
        self.with_store(move |_, vault| vault.set_recovery(&passphrase)).await?;
        self.vault_view().await
    }

    /// Removes the recovery passphrase.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn vault_remove_recovery(&self) -> Result<VaultView> {
        self.with_store(|_, vault| vault.remove_recovery()).await?;
        self.vault_view().await
    }

    /// Makes a new key and wraps everything with it. With a recovery passphrase set, it has to be given.
    ///
    /// # Errors
    /// A locked vault, a missing or wrong passphrase, a keychain that does not keep the new key.
    pub async fn vault_rekey(&self, passphrase: Option<Secret>) -> Result<VaultView> {
        self.with_store(move |_, vault| vault.rekey(passphrase.as_ref()).map(drop)).await?;
        self.vault_view().await
    }
}
