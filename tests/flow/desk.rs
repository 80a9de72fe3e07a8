//! An engine in a directory of its own, with a keychain in memory that can be closed and lost, and hands to fill in a form.

use engine::views::{AnswerInput, DraftId, DraftView, KeepSecrets, ListRequest, Outcome, RunId};
use engine::{Config, Engine};
use landbridge_tests::peers::postgres::{Account, DATABASE, Postgres};
use landbridge_tests::support::fake::Fake;
use landbridge_tests::support::seed;
use model::{Connection, ConnectionId, Connector, ConnectorId, FieldId, Path as At, Question, Report, Secret, StageEvent};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use store::{Keychain, KeychainFault};

type Entries = HashMap<String, Vec<u8>>;

/// A keychain in memory. A clone is the same one: a second start finds what the first one left.
#[derive(Clone, Default)]
pub struct Chain(Arc<Mutex<(Entries, Option<KeychainFault>)>>);

impl Chain {
    pub fn fail(&self, fault: Option<KeychainFault>) {
        self.0.lock().unwrap().1 = fault;
    }
    pub fn lose_everything(&self) {
        self.0.lock().unwrap().0.clear();
    }
    fn with<T>(&self, work: impl FnOnce(&mut Entries) -> T) -> Result<T, KeychainFault> {
        let mut both = self.0.lock().unwrap();
        match both.1 {
            Some(fault) => Err(fault),
            None => Ok(work(&mut both.0)),
        }
    }
}

impl Keychain for Chain {
    fn get(&self, entry: &str) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, KeychainFault> {
        self.with(|e| e.get(entry).cloned().map(zeroize::Zeroizing::new))
    }
    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeychainFault> {
        self.with(|e| drop(e.insert(entry.to_owned(), secret.to_vec())))
    }
    fn delete(&self, entry: &str) -> Result<(), KeychainFault> {
        self.with(|e| drop(e.remove(entry)))
    }
}

/// Hears every stage.
#[derive(Default)]
pub struct Heard(pub Mutex<Vec<StageEvent>>);

impl Report for Heard {
    fn stage(&self, event: StageEvent) {
        self.0.lock().unwrap().push(event);
    }
}

/// The program without its window.
pub struct Desk {
    pub engine: Engine,
    pub chain: Chain,
    pub heard: Arc<Heard>,
    /// What a question for a secret is answered with; None: it is closed.
    pub answer: Arc<Mutex<Option<String>>>,
    /// How often a secret was asked for.
    pub asked: Arc<Mutex<Vec<Question>>>,
    /// Levels of trees that grew.
    pub grew: Arc<Mutex<Vec<(ConnectionId, At)>>>,
    /// The engine as its own questions see it: a circle, opened when it ends.
    late: Arc<Mutex<Option<Engine>>>,
    dir: Arc<tempfile::TempDir>,
    /// A warehouse of nothing but names, if this desk has one.
    fake: Option<&'static Fake>,
}

impl Desk {
    pub fn new() -> Self {
        Self::start(Arc::new(tempfile::tempdir().unwrap()), Chain::default())
    }

    /// With these connections, which may lead to `fake`.
    pub fn with(fake: &'static Fake, connections: &[Connection]) -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        seed::connections(&dir.path().join("data"), connections);
        Self::try_start(dir, Chain::default(), Some(fake)).unwrap()
    }

    /// Ends this one and starts another on the same data.
    pub async fn restart(self) -> Self {
        let Self { engine, chain, dir, late, fake, .. } = self;
        engine.stop().await;
        late.lock().unwrap().take();
        drop(engine);
        // The lock goes with the last task that still holds the engine.
        for _ in 0..100 {
            if let Ok(desk) = Self::try_start(dir.clone(), chain.clone(), fake) {
                return desk;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the data directory stayed locked");
    }

    pub fn dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    /// Where SQLite keeps it all.
    pub fn database(&self) -> PathBuf {
        self.dir().join("data/landbridge.db")
    }

    fn start(dir: Arc<tempfile::TempDir>, chain: Chain) -> Self {
        Self::try_start(dir, chain, None).unwrap()
    }

    fn try_start(dir: Arc<tempfile::TempDir>, chain: Chain, fake: Option<&'static Fake>) -> model::Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let answer: Arc<Mutex<Option<String>>> = Arc::default();
        let asked: Arc<Mutex<Vec<Question>>> = Arc::default();
        let late: Arc<Mutex<Option<Engine>>> = Arc::default();
        let grew: Arc<Mutex<Vec<(ConnectionId, At)>>> = Arc::default();
        let levels = grew.clone();
        let (words, all, who) = (answer.clone(), asked.clone(), late.clone());
        let engine = Engine::start(Config {
            data_dir: dir.path().join("data"),
            connectors: connectors::ALL.iter().copied().chain(fake.map(|f| f as &dyn Connector)).collect(),
            local: connectors::LOCAL,
            local_files: connectors::LOCAL_FILES,
            keychain: Arc::new(chain.clone()),
            show: Arc::new(move |question| {
                all.lock().unwrap().push(question.question);
                let text = words.lock().unwrap().clone();
                let answer = text.map_or(AnswerInput::No, |text| AnswerInput::Secret { text });
                let engine = who.lock().unwrap().clone();
                // Not here: the question is not open yet for its own thread.
                std::thread::spawn(move || engine.unwrap().questions().answer(question.id, answer));
            }),
            withdraw: Arc::new(|_| {}),
            level_grew: Arc::new(move |id, path| levels.lock().unwrap().push((id, path))),
            version: "0.0.0-test".to_owned(),
        })?;
        *late.lock().unwrap() = Some(engine.clone());
        Ok(Self { engine, chain, heard: Arc::default(), answer, asked, grew, late, dir, fake })
    }

    /// A form for that server and account, filled in but for its root certificate.
    pub fn form(&self, name: &str, server: &Postgres, who: Account) -> DraftId {
        let draft = self.engine.draft_new(&ConnectorId::of("postgres")).unwrap();
        let port = server.port.to_string();
        let values = [("name", name), ("server", &server.host), ("port", &port), ("username", who.user), ("database", DATABASE)];
        for (field, value) in values {
            self.set(draft.id, field, value);
        }
        if !who.password.is_empty() {
            self.secret(draft.id, "password", who.password);
        }
        draft.id
    }

    /// The same, verified by the server's own authority.
    pub async fn verified_form(&self, name: &str, server: &Postgres, who: Account) -> DraftId {
        let id = self.form(name, server, who);
        self.set(id, "ssl_mode", "verify-full");
        self.file(id, "root_certificate", &server.ca_file()).await;
        id
    }

    pub fn set(&self, id: DraftId, field: &str, value: &str) -> DraftView {
        self.engine.draft_set(id, &FieldId::named(field), value).unwrap()
    }

    pub fn secret(&self, id: DraftId, field: &str, text: &str) -> DraftView {
        self.engine.draft_secret(id, &FieldId::named(field), Secret::from(text.to_owned())).unwrap()
    }

    pub async fn file(&self, id: DraftId, field: &str, path: &Path) -> DraftView {
        self.engine.draft_file(id, &FieldId::named(field), path).await.unwrap()
    }

    pub async fn connect(&self, id: DraftId) -> Outcome {
        self.connect_keeping(id, KeepSecrets::AsChosen).await
    }

    pub async fn connect_keeping(&self, id: DraftId, keep: KeepSecrets) -> Outcome {
        self.engine.draft_connect(id, RunId("run".into()), keep, self.heard.clone()).await.unwrap()
    }

    pub async fn test(&self, id: ConnectionId) -> Outcome {
        self.engine.connection_test(id, RunId("run".into()), self.heard.clone()).await.unwrap()
    }

    pub async fn names(&self) -> Vec<String> {
        let request = ListRequest { limit: 100, ..ListRequest::default() };
        self.engine.connections_list(request).await.unwrap().items.into_iter().map(|c| c.name).collect()
    }
}

/// The id of what was saved.
pub fn saved(outcome: &Outcome) -> ConnectionId {
    match outcome {
        Outcome::Worked { connection: Some(c), .. } => c.id,
        other => panic!("it was not saved: {other:?}"),
    }
}

/// The error's code, or the codes of the fields.
pub fn code(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Worked { .. } => "worked".to_owned(),
        Outcome::Failed { error } => error.code.clone(),
        Outcome::Fields { errors } => errors.iter().map(|e| format!("{}:{}", e.field, e.code)).collect::<Vec<_>>().join(" "),
    }
}
