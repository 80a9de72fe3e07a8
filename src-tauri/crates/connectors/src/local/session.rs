//! An open session on Local data: the contract's verbs. Nothing is kept open between them but what a format remembers.

use super::registry::{Content, Item, Registry, SAMPLES};
use super::sqlite::{self, Asked, Database, Learnt};
use super::stream::{Out, Stop, blocking, stream};
use super::tree::{self, NO_PLACE};
use super::{evaluate, formats};
use async_trait::async_trait;
use futures::StreamExt;
use model::{
    Batches, Ctx, Error, Estimate, Executed, Facts, Filter, Node, Page, PageToken, Path, Probe, Query, ReadingBy, Result, Scan,
    Session, StageState, Table, Work, WritePermit, common, stage,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// Statements of which it is remembered what their columns hold.
const REMEMBERED: usize = 200;

/// An open session.
pub(super) struct LocalSession {
    registry: Arc<Registry>,
    facts: Facts,
    closed: CancellationToken,
    learnt: Mutex<HashMap<String, Arc<Learnt>>>,
}

impl LocalSession {
    /// Over these files. Looks at none of them yet.
    pub(super) fn new(registry: Registry) -> Self {
        let facts = Facts {
            version: format!("SQLite {}", rusqlite::version()),
            levels: &["file", "table"],
            reading: ReadingBy::Server,
            cancels: true,
            writes: false,
            samples: true,
            estimates: false,
            searches: true,
            bills: false,
            spatial: Some("GeoPackage, GeoParquet, FlatGeobuf, Shapefile, GeoJSON".to_owned()),
        };
        Self { registry: Arc::new(registry), facts, closed: CancellationToken::new(), learnt: Mutex::default() }
    }

    fn alive(&self) -> Result<()> {
        if self.closed.is_cancelled() { Err(common::gone("connection")) } else { Ok(()) }
    }

    /// Work that blocks, ended by closing too.
    async fn blocking<T: Send + 'static>(
        &self,
        cx: &Ctx,
        work: impl FnOnce(&Registry, &Stop) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.alive()?;
        let registry = Arc::clone(&self.registry);
        self.until_closed(blocking(cx, move |stop| work(&registry, stop))).await
    }

    async fn until_closed<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            () = self.closed.cancelled() => Err(common::gone("connection")),
            done = work => done,
        }
    }

    /// Rows that end with an error when the session is closed: a part must not be taken for the whole.
    fn guarded(&self, batches: Batches) -> Batches {
        let closed = self.closed.clone();
        let rows = futures::stream::unfold(Some(batches.stream), move |stream| {
            let closed = closed.clone();
            async move {
                let mut stream = stream?;
                tokio::select! {
                    biased;
                    () = closed.cancelled() => Some((Err(common::gone("connection")), None)),
                    next = stream.next() => next.map(|next| if next.is_ok() { (next, Some(stream)) } else { (next, None) }),
                }
            }
        });
        Batches { stream: rows.fuse().boxed(), ..batches }
    }

    async fn rows(&self, cx: &Ctx, work: impl FnOnce(&Out) -> Result<()> + Send + 'static) -> Result<Batches> {
        self.until_closed(stream(cx, work)).await.map(|batches| self.guarded(batches))
    }

    fn learnt(&self, sql: &str) -> Arc<Learnt> {
        let mut all = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED && !all.contains_key(sql) {
            all.clear();
        }
        Arc::clone(all.entry(sql.to_owned()).or_default())
    }
}

/// The files that a statement names, and what is to be said of the other names in it.
fn asked(registry: &Registry, query: &Query, learnt: Arc<Learnt>) -> Result<Asked> {
    let mut files: Vec<Arc<Database>> = Vec::new();
    let mut unknown = HashMap::new();
    for name in sqlite::qualifiers(&query.sql)?.into_iter().chain(sqlite::unqualified(&query.sql)) {
        let Some(item) = registry.meant(&name) else { continue };
        match item.content() {
            Ok(Content::Sql(database)) if files.iter().all(|f| f.name != database.name) => files.push(database),
            Ok(Content::Sql(_)) => {}
            Ok(Content::Source(_)) => {
                let why = "SQL reaches GeoPackages, SQLite files and the samples. This is a file of another kind: its rows can be filtered and sorted as they are shown.";
                unknown.insert(name.to_lowercase(), why.to_owned());
            }
            Err(error) => drop(unknown.insert(name.to_lowercase(), error.view().what)),
        }
    }
    let unknown = Box::new(move |name: &str| unknown.get(&name.to_lowercase()).cloned());
    Ok(Asked { query: query.clone(), files, learnt, unknown })
}

/// Where a scan's rows come from.
enum From {
    Sql(Arc<Database>),
    Source(Arc<dyn super::source::Source>, usize),
}

fn from(registry: &Registry, table: &Path) -> Result<From> {
    let missing = || Error::new(&NO_PLACE).with("name", table.0.join(" › "));
    let item: &Arc<Item> = table.0.first().and_then(|name| registry.find(name)).ok_or_else(missing)?;
    if let Some(source) = table.0.get(1).and_then(|name| item.computed(name)) {
        return Ok(From::Source(source, 0));
    }
    match (item.content()?, table.0.len()) {
        (Content::Sql(database), 2) => Ok(From::Sql(database)),
        (Content::Source(source), _) => {
            let layer = tree::layer(&*source, table).ok_or_else(missing)?;
            Ok(From::Source(source, layer))
        }
        _ => Err(missing()),
    }
}

#[async_trait]
impl Session for LocalSession {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    async fn probe(&self, cx: &Ctx) -> Result<Probe> {
        let samples = |registry: &Registry, stop: &Stop| match registry.find(SAMPLES).map(|item| item.content()).transpose()? {
            Some(Content::Sql(database)) => database.tables(stop.clone()),
            _ => Ok(0),
        };
        cx.stage(stage::QUERY, self.blocking(cx, samples)).await?;
        let missing = |registry: &Registry, _: &Stop| {
            let paths = registry.items.iter().filter_map(|item| item.path.as_deref());
            Ok(paths.filter_map(|path| formats::regular(path).err()).map(|e| e.view().what).collect::<Vec<_>>())
        };
        let mut warnings = cx.stage(stage::CAPABILITIES, self.blocking(cx, missing)).await?;
        let more = warnings.len().saturating_sub(3);
        warnings.truncate(3);
        if more > 0 {
            warnings.push(format!("{more} more files cannot be read."));
        }
        for warning in &warnings {
            cx.note(stage::CAPABILITIES, StageState::Warning, warning.clone());
        }
        let files = self.registry.items.len() - 1;
        let summary = format!("{}, {files} {}", self.facts.version, if files == 1 { "file" } else { "files" });
        Ok(Probe { summary, warnings })
    }

    async fn browse(&self, at: &Path, filter: &Filter, page: PageToken, cx: &Ctx) -> Result<Page<Node>> {
        let (at, filter) = (at.clone(), filter.clone());
        self.blocking(cx, move |registry, stop| tree::browse(registry, &at, &filter, &page, stop)).await
    }

    async fn search(&self, text: &str, page: PageToken, cx: &Ctx) -> Result<Page<Node>> {
        let text = text.to_owned();
        self.blocking(cx, move |registry, stop| tree::search(registry, &text, &page, stop)).await
    }

    async fn describe(&self, table: &Path, cx: &Ctx) -> Result<Table> {
        let table = table.clone();
        self.blocking(cx, move |registry, stop| tree::describe(registry, &table, stop)).await
    }

    async fn estimate(&self, work: Work<'_>, cx: &Ctx) -> Result<Estimate> {
        match work {
            Work::Scan(scan) => {
                let table = self.describe(&scan.table, cx).await?;
                let every_row = scan.predicate.is_none() && scan.bbox.is_none() && scan.after.is_none() && scan.sample.is_none();
                let rows = table.rows.filter(|_| every_row).map(|count| count.rows.min(scan.limit.unwrap_or(u64::MAX)));
                Ok(Estimate { rows, ..Estimate::default() })
            }
            Work::Query(query) => {
                let (query, learnt) = (query.clone(), self.learnt(&query.sql));
                let look = move |registry: &Registry, stop: &Stop| {
                    let asked = asked(registry, &query, learnt)?;
                    sqlite::look_at(&asked, stop.clone())
                };
                self.blocking(cx, look).await.map(|()| Estimate::default())
            }
        }
    }

    async fn scan(&self, scan: &Scan, cx: &Ctx) -> Result<Batches> {
        let table = scan.table.clone();
        match self.blocking(cx, move |registry, _| from(registry, &table)).await? {
            From::Sql(database) => {
                let scan = scan.clone();
                self.rows(cx, move |out| database.scan(&scan, out)).await
            }
            From::Source(source, layer) => {
                let rows = self.until_closed(evaluate::scan(source, layer, scan, cx)).await?;
                Ok(self.guarded(rows))
            }
        }
    }

    async fn query(&self, query: &Query, cx: &Ctx) -> Result<Batches> {
        self.alive()?;
        let (query, learnt, registry) = (query.clone(), self.learnt(&query.sql), Arc::clone(&self.registry));
        self.rows(cx, move |out| sqlite::query(&asked(&registry, &query, learnt)?, out)).await
    }

    async fn execute(&self, _: &Query, _: WritePermit, _: &Ctx) -> Result<Executed> {
        Err(common::unsupported("Changing files"))
    }

    async fn close(&self, _: &Ctx) {
        self.closed.cancel();
    }
}
