//! A warehouse made of nothing but names, for what a real one cannot be made to do on time: openings that wait, connections
//! that are lost between two calls, levels of 100,000 tables.
//!
//! Owns: the contract's two traits over a tree that is computed. Does not own: any SQL; rows are not what it is for.

use async_trait::async_trait;
use model::{
    Accepted, Batches, Checked, Choice, Column, Connection, ConnectionId, Connector, ConnectorId, ConnectorSpec, Ctx,
    Destination, Dialect, DialectWords, Draft, DraftPatch, Environment, Error, Estimate, Executed, Facts, FieldError, FieldId,
    Filter, FirstPage, Kind, Logo, Node, NodeKind, Page, PageToken, Path, Probe, Profile, Query, ReadingBy, Result, Scan, Search,
    Secret, Secrets, Session, SignIn, Sql, StatementKind, Table, Text, Work, WritePermit, common,
};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

const ID: ConnectorId = ConnectorId::of("fake");
static SPEC: ConnectorSpec = ConnectorSpec {
    id: ID,
    name: "Fake",
    covers: "",
    beta: false,
    logo: Logo::Monogram { letters: "F" },
    first_page: FirstPage { needs: &[], copies: &[], cost: None, links: &[], button: "" },
    notice: None,
    sign_in: &[SignIn { id: "none", label: "", reason: "", recommended: true }],
    fields: &[],
    pastes: &[],
    stages: &[],
};

/// The connection was lost.
pub static LOST: Text = Text { code: "fake.lost", kind: Kind::Network, what: "Lost.", why: "", remedy: "", retryable: true };
/// It is not there.
pub static MISSING: Text =
    Text { code: "fake.missing", kind: Kind::NotFound, what: "Missing.", why: "", remedy: "", retryable: false };

/// The nodes of a level by name, in the order of their bytes; None: there is no such level.
pub type Levels = Box<dyn Fn(&Path) -> Option<Vec<(String, NodeKind)>> + Send + Sync>;

/// The warehouse. It stays until the process ends, as all connectors do.
pub struct Fake(Arc<World>);

/// What tests see and arrange of it.
pub struct World {
    levels: Levels,
    /// Openings pass through here; take its permits to hold them.
    pub gate: Semaphore,
    /// Pages pass through here.
    pub pages: Semaphore,
    /// Sessions that were opened.
    pub opened: AtomicUsize,
    /// Sessions that said goodbye.
    pub closed: AtomicUsize,
    /// Pages that were asked for.
    pub browsed: AtomicUsize,
    /// The next call fails so.
    pub failure: Mutex<Option<&'static Text>>,
}

/// More than any test takes.
const OPEN: usize = 1_000_000;

impl Fake {
    /// One with these levels, whose gates are open.
    pub fn of(levels: impl Fn(&Path) -> Option<Vec<(String, NodeKind)>> + Send + Sync + 'static) -> &'static Self {
        Box::leak(Box::new(Self(Arc::new(World {
            levels: Box::new(levels),
            gate: Semaphore::new(OPEN),
            pages: Semaphore::new(OPEN),
            opened: AtomicUsize::new(0),
            closed: AtomicUsize::new(0),
            browsed: AtomicUsize::new(0),
            failure: Mutex::default(),
        }))))
    }

    /// A saved connection to it.
    pub fn connection(name: &str) -> Connection {
        Connection {
            id: ConnectionId::fresh(),
            connector: ID,
            name: name.to_owned(),
            host: String::new(),
            environment: Environment::None,
            labels: Vec::new(),
            values: BTreeMap::new(),
            files: BTreeMap::new(),
            sources: BTreeMap::new(),
            secret_files: BTreeMap::new(),
            last_test: None,
            created_at: 1,
            changed_at: 1,
        }
    }
}

impl Deref for Fake {
    type Target = World;
    fn deref(&self) -> &World {
        &self.0
    }
}

impl World {
    /// Sessions that are open now.
    pub fn open_now(&self) -> usize {
        self.opened.load(Ordering::SeqCst) - self.closed.load(Ordering::SeqCst)
    }

    /// Nothing passes a gate until it is opened.
    pub fn shut(gate: &Semaphore) {
        gate.forget_permits(OPEN);
    }

    /// Everything passes.
    pub fn open_up(gate: &Semaphore) {
        gate.add_permits(OPEN);
    }

    async fn call(&self, gate: &Semaphore, cx: &Ctx) -> Result<()> {
        cx.run(async { gate.acquire().await.map(drop).map_err(|_| common::gone("gate")) }).await?;
        let failure = self.failure.lock().unwrap().take();
        failure.map_or(Ok(()), |text| Err(Error::new(text)))
    }
}

#[async_trait]
impl Connector for Fake {
    fn spec(&self) -> &'static ConnectorSpec {
        &SPEC
    }
    fn paste(&self, _: &str) -> Option<DraftPatch> {
        None
    }
    fn defaults(&self, _: &Draft) -> Vec<(FieldId, String)> {
        Vec::new()
    }
    fn accept(&self, field: &FieldId, _: Secret) -> Result<Accepted, FieldError> {
        Err(FieldError::new(field, "none", ""))
    }
    fn check(&self, draft: &Draft) -> Result<Checked, Vec<FieldError>> {
        Ok(Checked::new(draft, String::new(), Destination::new(&ID, Vec::new()), ()))
    }
    async fn choices(&self, _: &FieldId, _: &Draft, _: &dyn Secrets, _: &Search, _: &Ctx) -> Result<Page<Choice>> {
        Err(common::unsupported("This"))
    }
    async fn open(&self, _: &Checked, _: &dyn Secrets, cx: &Ctx) -> Result<Arc<dyn Session>> {
        self.0.opened.fetch_add(1, Ordering::SeqCst);
        // One that is never open says no goodbye.
        let done = self.0.call(&self.0.gate, cx).await;
        if done.is_err() {
            self.0.closed.fetch_add(1, Ordering::SeqCst);
        }
        done?;
        Ok(Arc::new(FakeSession { world: self.0.clone(), facts: facts() }))
    }
    fn dialect(&self) -> &dyn Dialect {
        self
    }
}

struct FakeSession {
    world: Arc<World>,
    facts: Facts,
}

fn facts() -> Facts {
    Facts {
        version: "Fake 1".to_owned(),
        levels: &["schema", "table"],
        reading: ReadingBy::Parsing,
        cancels: true,
        writes: false,
        samples: false,
        estimates: false,
        searches: true,
        bills: false,
        spatial: None,
    }
}

fn node(path: Path, kind: NodeKind) -> Node {
    Node { path, kind, rows: None, bytes: None, comment: None, spatial: None }
}

#[async_trait]
impl Session for FakeSession {
    fn facts(&self) -> &Facts {
        &self.facts
    }
    async fn probe(&self, _: &Ctx) -> Result<Probe> {
        Ok(Probe { summary: String::new(), warnings: Vec::new() })
    }
    async fn browse(&self, at: &Path, filter: &Filter, page: PageToken, cx: &Ctx) -> Result<Page<Node>> {
        self.world.browsed.fetch_add(1, Ordering::SeqCst);
        self.world.call(&self.world.pages, cx).await?;
        let all = (self.world.levels)(at).ok_or_else(|| Error::new(&MISSING))?;
        let from: usize = page.0.map_or(0, |token| token.parse().expect("a token of ours"));
        let size = filter.page_size.unwrap_or(200) as usize;
        let next = (all.len() > from + size).then(|| PageToken(Some((from + size).to_string())));
        let items = all.into_iter().skip(from).take(size).map(|(name, kind)| node(at.child(name), kind)).collect();
        Ok(Page { items, next })
    }
    async fn search(&self, text: &str, _: PageToken, cx: &Ctx) -> Result<Page<Node>> {
        self.world.call(&self.world.pages, cx).await?;
        let schemas = (self.world.levels)(&Path::default()).unwrap_or_default();
        let tables = schemas.into_iter().flat_map(|(schema, _)| {
            let at = Path::of([schema]);
            let tables = (self.world.levels)(&at).unwrap_or_default();
            tables.into_iter().map(move |(name, kind)| node(at.child(name), kind))
        });
        let fits = |node: &Node| node.path.0.last().is_some_and(|name| name.contains(text));
        Ok(Page { items: tables.filter(fits).collect(), next: None })
    }
    async fn describe(&self, table: &Path, cx: &Ctx) -> Result<Table> {
        self.world.call(&self.world.pages, cx).await?;
        let mut above = table.clone();
        let name = above.0.pop().unwrap_or_default();
        let there = (self.world.levels)(&above).unwrap_or_default().into_iter().find(|(n, _)| *n == name);
        let (_, kind) = there.ok_or_else(|| Error::new(&MISSING))?;
        let column = |name: &str| Column {
            name: name.to_owned(),
            type_name: "integer".to_owned(),
            nullable: false,
            default: None,
            comment: None,
        };
        Ok(Table {
            path: table.clone(),
            kind,
            columns: vec![column("id")],
            row_key: None,
            geometries: Vec::new(),
            rows: None,
            bytes: None,
            comment: None,
            changed_at: None,
            details: Vec::new(),
        })
    }
    async fn estimate(&self, _: Work<'_>, _: &Ctx) -> Result<Estimate> {
        Err(common::unsupported("This"))
    }
    async fn scan(&self, _: &Scan, _: &Ctx) -> Result<Batches> {
        Err(common::unsupported("This"))
    }
    async fn query(&self, _: &Query, _: &Ctx) -> Result<Batches> {
        Err(common::unsupported("This"))
    }
    async fn execute(&self, _: &Query, _: WritePermit, _: &Ctx) -> Result<Executed> {
        Err(common::unsupported("This"))
    }
    async fn close(&self, _: &Ctx) {
        self.world.closed.fetch_add(1, Ordering::SeqCst);
    }
}

impl Dialect for Fake {
    fn quote(&self, path: &Path) -> String {
        path.0.join(".")
    }
    fn kinds(&self, _: &str) -> Result<Vec<StatementKind>> {
        Ok(vec![StatementKind::Read])
    }
    fn select(&self, scan: &Scan) -> Result<Sql> {
        Ok(Sql { text: format!("SELECT * FROM {}", self.quote(&scan.table)), params: Vec::new() })
    }
    fn words(&self) -> DialectWords {
        DialectWords {
            keywords: "",
            types: "",
            functions: "",
            identifier_quotes: "\"",
            dollar_quotes: false,
            backslash_escapes: false,
            hash_comments: false,
        }
    }
    fn count(&self, _: &Scan) -> Option<Sql> {
        None
    }
    fn profile(&self, _: &Path, _: &Column) -> Option<Profile> {
        None
    }
    fn save_as(&self, _: &Path, _: &str) -> Option<Sql> {
        None
    }
}
