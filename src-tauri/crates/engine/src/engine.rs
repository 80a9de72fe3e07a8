//! The program's state, and how work reaches it. Verbs are in the files beside this one, each an `impl Engine`.

use crate::draft::OpenDraft;
use crate::explorer::Explorer;
use crate::explorer::sessions::Sessions;
use crate::net::WayOut;
use crate::questions::{Questions, Show, Withdraw};
use crate::runs::Runs;
use crate::secrets::SessionSecrets;
use crate::views::{DraftId, Proxy, RunId};
use model::{
    ConnectionId, Connector, ConnectorId, Ctx, Destination, Draft, Error, LocalFiles, Net, PROXY, PROXY_URL, Path, Report,
    Result, Secret, Slot, common,
};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};
use store::{Keychain, Store, Vault};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// No single run takes longer than this, whatever a person allowed for its parts.
const LONGEST_RUN: Duration = Duration::from_secs(600);
/// So long the vault's keychain may take to answer before the window goes on without it.
pub(crate) const KEYCHAIN_WAIT: Duration = Duration::from_secs(8);

/// Hears that more of a level of the tree is known: of which connection, below what. Must not wait.
pub type LevelGrew = Arc<dyn Fn(ConnectionId, Path) + Send + Sync>;

/// What the engine is made of.
pub struct Config {
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// The warehouses, in the order of the picker.
    pub connectors: Vec<&'static dyn Connector>,
    /// Local data, which is in no picker.
    pub local: &'static dyn Connector,
    /// Looks at the files of Local data.
    pub local_files: &'static dyn LocalFiles,
    /// Where the vault's key is kept.
    pub keychain: Arc<dyn Keychain>,
    /// Shows a question to the person.
    pub show: Show,
    /// Takes a question back that is not open any more.
    pub withdraw: Withdraw,
    /// Hears of levels of the tree.
    pub level_grew: LevelGrew,
    /// The program's version.
    pub version: String,
}

/// The program without its window. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    store: Store,
    vault: Vault,
    connectors: Vec<&'static dyn Connector>,
    local: &'static dyn Connector,
    local_files: &'static dyn LocalFiles,
    drafts: Mutex<HashMap<DraftId, OpenDraft>>,
    next_draft: AtomicU32,
    runs: Runs,
    questions: Questions,
    session_secrets: SessionSecrets,
    explorer: Explorer,
    /// Cancelled when the program ends: nothing that runs in the background outlives it.
    ending: CancellationToken,
    version: String,
}

impl Engine {
    /// Opens the data directory and the vault. Blocks; never longer than the keychain's deadline.
    ///
    /// # Errors
    /// As the store: another instance runs, the database is damaged or newer, the disk is full.
    pub fn start(config: Config) -> Result<Self> {
        let store = Store::open(&config.data_dir)?;
        store.purge_expired(Duration::ZERO)?;
        let vault = Vault::open(&store, config.keychain, KEYCHAIN_WAIT);
        Ok(Self(Arc::new(Inner {
            store,
            vault,
            connectors: config.connectors,
            local: config.local,
            local_files: config.local_files,
            drafts: Mutex::default(),
            next_draft: AtomicU32::new(1),
            runs: Runs::default(),
            questions: Questions::new(config.show, config.withdraw),
            session_secrets: SessionSecrets::default(),
            explorer: Explorer::new(config.level_grew),
            ending: CancellationToken::new(),
            version: config.version,
        })))
    }

    /// The warehouses, in the order of the picker.
    pub fn connectors(&self) -> &[&'static dyn Connector] {
        &self.0.connectors
    }

    /// Local data's connector.
    pub(crate) fn local(&self) -> &'static dyn Connector {
        self.0.local
    }

    /// Who looks at the files of Local data.
    pub(crate) fn local_look(&self) -> &'static dyn LocalFiles {
        self.0.local_files
    }

    /// The warehouse of that id.
    ///
    /// # Errors
    /// `gone` when this version of the program does not know it.
    pub fn connector(&self, id: &ConnectorId) -> Result<&'static dyn Connector> {
        self.0.connectors.iter().copied().find(|c| c.spec().id == *id).ok_or_else(|| common::gone("kind of warehouse"))
    }

    /// The program's version.
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// Where everything is kept.
    pub fn data_dir(&self) -> PathBuf {
        self.0.store.data_dir().to_owned()
    }

    /// The work under way.
    pub fn runs(&self) -> &Runs {
        &self.0.runs
    }

    /// The open questions.
    pub fn questions(&self) -> &Questions {
        &self.0.questions
    }

    /// Does something later, unless the program ends before.
    pub(crate) fn after(&self, wait: Duration, work: impl Future<Output = ()> + Send + 'static) {
        let ending = self.0.ending.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = ending.cancelled() => {}
                () = tokio::time::sleep(wait) => work.await,
            }
        });
    }

    /// Cancelled when the program ends.
    pub(crate) fn ending(&self) -> CancellationToken {
        self.0.ending.clone()
    }

    /// For work in the background that does not keep the program from ending.
    pub(crate) fn downgrade(&self) -> WeakEngine {
        WeakEngine(Arc::downgrade(&self.0))
    }

    /// What the Data Explorer keeps in memory.
    pub(crate) fn explorer(&self) -> &Explorer {
        &self.0.explorer
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.explorer.sessions
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn session_secrets(&self) -> &SessionSecrets {
        &self.0.session_secrets
    }

    /// Does something with the database and the vault on a thread that may wait.
    pub(crate) async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store, &Vault) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let inner = self.0.clone();
        match tokio::task::spawn_blocking(move || work(&inner.store, &inner.vault)).await {
            Ok(done) => done,
            Err(_) => Err(common::internal("a database task ended early")),
        }
    }

    pub(crate) async fn sealed_secret(
        &self,
        connection: model::ConnectionId,
        slot: Slot,
        destination: Destination,
        cx: &Ctx,
    ) -> Result<Option<Secret>> {
        cx.run(self.with_store(move |_, vault| vault.secret(connection, &slot, &destination))).await
    }

    pub(crate) fn add_draft(&self, draft: OpenDraft) -> DraftId {
        let id = DraftId(self.0.next_draft.fetch_add(1, Ordering::Relaxed));
        self.drafts().insert(id, draft);
        id
    }

    pub(crate) fn drafts(&self) -> std::sync::MutexGuard<'_, HashMap<DraftId, OpenDraft>> {
        self.0.drafts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a run carries with it. `draft` says whether the connection has a proxy of its own.
    pub(crate) async fn context(
        &self,
        run: &RunId,
        cancel: CancellationToken,
        report: Arc<dyn Report>,
        draft: &ProxyChoice,
    ) -> Result<Ctx> {
        let settings = self.stored_settings().await?;
        let proxy = match draft {
            ProxyChoice::Settings => settings.settings.proxy.clone(),
            ProxyChoice::None => Proxy::None,
            ProxyChoice::Manual(url) => Proxy::Manual { url: url.clone() },
        };
        let own = matches!(draft, ProxyChoice::Manual(_));
        let net = WayOut::new(&proxy, own, settings.extra_roots()).map_err(|e| match draft {
            ProxyChoice::Manual(_) => e.field(PROXY_URL),
            _ => e,
        })?;
        Ok(self.context_on(run, cancel, report, Arc::new(net)))
    }

    /// What a run carries with it where its way out is known already.
    pub(crate) fn context_on(&self, run: &RunId, cancel: CancellationToken, report: Arc<dyn Report>, net: Arc<dyn Net>) -> Ctx {
        let ask = self.0.questions.of(Some(run.clone()));
        Ctx { deadline: Instant::now() + LONGEST_RUN, cancel, report, ask, net }
    }

    /// Ends all work and forgets what only memory holds. Waits at most two seconds.
    pub async fn stop(&self) {
        self.0.ending.cancel();
        self.0.runs.cancel_all();
        self.drafts().clear();
        self.explorer().grids.clear();
        let purge = self.with_store(|store, _| store.purge_expired(Duration::ZERO));
        let purge = async {
            if tokio::time::timeout(Duration::from_secs(2), purge).await.is_err() {
                tracing::warn!("the trash was not emptied in time; the next start does it");
            }
        };
        futures::join!(purge, self.sessions().stop());
    }
}

/// The program, as long as someone else keeps it.
pub(crate) struct WeakEngine(Weak<Inner>);

impl WeakEngine {
    /// The program, unless it has ended.
    pub(crate) fn upgrade(&self) -> Option<Engine> {
        self.0.upgrade().map(Engine)
    }
}

/// A connection's own word on the proxy.
pub(crate) enum ProxyChoice {
    Settings,
    None,
    Manual(String),
}

impl ProxyChoice {
    pub(crate) fn of(draft: &Draft) -> Self {
        match draft.trimmed(&PROXY) {
            "none" => Self::None,
            "manual" => Self::Manual(draft.trimmed(&PROXY_URL).to_owned()),
            _ => Self::Settings,
        }
    }

    /// What is wrong with it, as an error of the form.
    pub(crate) fn check(&self) -> Option<model::FieldError> {
        let Self::Manual(url) = self else { return None };
        let view = crate::proxy::parse(url).err().map(|e: Error| e.view())?;
        Some(model::FieldError::new(&PROXY_URL, "proxy", format!("{} {}", view.why, view.remedy)))
    }
}

/// Milliseconds since 1970 (UTC).
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
