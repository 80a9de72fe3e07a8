//! The program's settings: theme, proxy, extra authorities. The rest of the screen is what is, not what is set.

use crate::engine::Engine;
use crate::files;
use crate::views::{FileView, Proxy, Settings, SettingsView, Start};
use model::{Error, Kind, Result, Secret, Text, common};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const KEY: &str = "settings";
/// A bundle of all public authorities is about 250 kB.
const LARGEST_BUNDLE: u64 = 2 * 1024 * 1024;

/// The file holds no certificate.
pub const NO_CERTIFICATE: Text = Text {
    code: "settings.no_certificate",
    kind: Kind::Invalid,
    what: "{name} holds no certificate.",
    why: "A certificate file begins with -----BEGIN CERTIFICATE-----, or is its binary (DER) form.",
    remedy: "Ask whoever runs your network for the certificate of its authority, as PEM.",
    retryable: false,
};

/// What is stored.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Stored {
    #[serde(default)]
    pub settings: Settings,
    #[serde(default)]
    extra_ca: Option<ExtraCa>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ExtraCa {
    name: String,
    summary: String,
    certificates: Vec<Vec<u8>>,
}

impl Stored {
    /// Certificates (DER) of the extra authorities.
    pub fn extra_roots(&self) -> Vec<Vec<u8>> {
        self.extra_ca.as_ref().map(|ca| ca.certificates.clone()).unwrap_or_default()
    }
}

impl Engine {
    /// Everything that the first screen needs.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn app_start(&self) -> Result<Start> {
        Ok(Start {
            connectors: self.connectors().iter().map(|c| c.spec().clone()).collect(),
            settings: self.settings_view().await?,
            vault: self.vault_view().await?,
            version: self.version().to_owned(),
        })
    }

    /// The settings as shown.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn settings_view(&self) -> Result<SettingsView> {
        let stored = self.stored_settings().await?;
        let data_dir = self.data_dir();
        Ok(SettingsView {
            settings: stored.settings,
            extra_ca: stored.extra_ca.map(|ca| FileView { name: ca.name, summary: ca.summary }),
            log_file: crate::log::file_in(&data_dir).display().to_string(),
            data_dir: data_dir.display().to_string(),
        })
    }

    /// Changes the settings.
    ///
    /// # Errors
    /// A proxy's address that cannot be used.
    pub async fn settings_set(&self, settings: Settings) -> Result<SettingsView> {
        if let Proxy::Manual { url } = &settings.proxy {
            crate::proxy::parse(url)?;
        }
        self.change_settings(move |stored| stored.settings = settings).await?;
        self.settings_view().await
    }

    /// Takes a file of extra authorities.
    ///
    /// # Errors
    /// As [`files::read_bounded`]; [`NO_CERTIFICATE`].
    pub async fn settings_set_ca(&self, path: PathBuf) -> Result<SettingsView> {
        let read = tokio::task::spawn_blocking(move || read_bundle(&path)).await;
        let ca = read.map_err(|_| common::internal("reading a file ended early"))??;
        self.change_settings(move |stored| stored.extra_ca = Some(ca)).await?;
        self.settings_view().await
    }

    /// Trusts only the system's authorities again.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn settings_clear_ca(&self) -> Result<SettingsView> {
        self.change_settings(|stored| stored.extra_ca = None).await?;
        self.settings_view().await
    }

    pub(crate) async fn stored_settings(&self) -> Result<Stored> {
        let text = self.with_store(|store, _| store.setting(KEY)).await?;
        // Settings that a newer version wrote and this one cannot read are not worth refusing to start for.
        Ok(text.and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default())
    }

    async fn change_settings(&self, change: impl FnOnce(&mut Stored) + Send + 'static) -> Result<()> {
        let mut stored = self.stored_settings().await?;
        change(&mut stored);
        let json = serde_json::to_value(&stored).map_err(|_| common::internal("the settings could not be written down"))?;
        self.with_store(move |store, _| store.set_setting(KEY, &json)).await
    }
}

fn read_bundle(path: &Path) -> Result<ExtraCa> {
    let name = files::name_of(path);
    let content = files::read_bounded(path, LARGEST_BUNDLE)?;
    let certificates = certificates(&content);
    if certificates.is_empty() {
        return Err(Error::new(&NO_CERTIFICATE).with("name", &name));
    }
    let summary =
        if certificates.len() == 1 { "1 certificate".to_owned() } else { format!("{} certificates", certificates.len()) };
    Ok(ExtraCa { name, summary, certificates })
}

fn certificates(content: &Secret) -> Vec<Vec<u8>> {
    let pem: Vec<_> = CertificateDer::pem_slice_iter(content.expose()).filter_map(std::result::Result::ok).collect();
    let found = if pem.is_empty() { vec![CertificateDer::from(content.expose().to_vec())] } else { pem };
    // An authority that rustls cannot use as a root would be trusted by nobody: it does not count.
    let usable = |c: &CertificateDer<'_>| rustls::RootCertStore::empty().add(c.clone().into_owned()).is_ok();
    found.iter().filter(|c| usable(c)).map(|c| c.to_vec()).collect()
}
