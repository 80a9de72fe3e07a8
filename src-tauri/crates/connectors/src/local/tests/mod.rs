//! Local data as its session shows it: files of every condition, SQL, values.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad;
mod sql;
mod tables;

use super::{Local, Registry, check, session};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::cast;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use async_trait::async_trait;
use futures::StreamExt;
use model::{
    Answer, Ask, Batches, Connector, Ctx, Error, Filter, Io, Net, NoReport, Node, PageToken, Path, Query, Question, Result, Scan,
    Session, common,
};
use rusqlite::Connection;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Nobody is asked, nothing goes out.
struct Alone;

#[async_trait]
impl Ask for Alone {
    async fn ask(&self, _: Question) -> Result<Answer> {
        Ok(Answer::No)
    }
}

#[async_trait]
impl Net for Alone {
    async fn tcp(&self, _: &str, _: u16, _: &Ctx) -> Result<Io> {
        Err(common::unsupported("The network"))
    }
    async fn unix(&self, _: &FilePath, _: &Ctx) -> Result<Io> {
        Err(common::unsupported("The network"))
    }
    fn extra_roots(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }
}

pub(super) fn cx() -> Ctx {
    Ctx {
        deadline: Instant::now() + Duration::from_secs(120),
        cancel: CancellationToken::new(),
        report: Arc::new(NoReport),
        ask: Arc::new(Alone),
        net: Arc::new(Alone),
    }
}

fn open<P: AsRef<FilePath>>(files: &[P]) -> Arc<dyn Session> {
    let added = files.iter().enumerate().map(|(n, path)| check::Added { id: n.to_string(), path: path.as_ref().to_owned() });
    Arc::new(session::LocalSession::new(Registry::of(&added.collect::<Vec<_>>())))
}

/// A SQLite file with this in it.
fn file(folder: &FilePath, name: &str, sql: &str) -> PathBuf {
    let path = folder.join(name);
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    path
}

/// Everything in the folder but the files' content.
fn beside(folder: &FilePath) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

async fn level(session: &Arc<dyn Session>, at: &[&str]) -> Result<Vec<Node>> {
    let page = session.browse(&Path::of(at.iter().copied()), &Filter::default(), PageToken(None), &cx()).await?;
    Ok(page.items)
}

fn names(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().map(|n| n.path.0.last().unwrap().as_str()).collect()
}

async fn all(batches: Batches) -> Result<Vec<RecordBatch>> {
    let mut stream = batches.stream;
    let mut out = Vec::new();
    while let Some(batch) = stream.next().await {
        out.push(batch?);
    }
    Ok(out)
}

/// A zone by its offset: the formatter knows no names.
fn with_offset(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Timestamp(unit, Some(_)) => cast(array, &DataType::Timestamp(*unit, Some("+00:00".into()))).unwrap(),
        _ => Arc::clone(array),
    }
}

/// Every value as text.
fn texts(batches: &[RecordBatch]) -> Vec<Vec<String>> {
    let plain = FormatOptions::new().with_null("NULL");
    let mut out = Vec::new();
    for batch in batches {
        let shown: Vec<ArrayRef> = batch.columns().iter().map(|c| with_offset(c)).collect();
        let columns: Vec<_> = shown.iter().map(|c| ArrayFormatter::try_new(c.as_ref(), &plain).unwrap()).collect();
        out.extend((0..batch.num_rows()).map(|row| columns.iter().map(|c| c.value(row).to_string()).collect()));
    }
    out
}

async fn scan(session: &Arc<dyn Session>, scan: &Scan) -> Result<Vec<Vec<String>>> {
    Ok(texts(&all(session.scan(scan, &cx()).await?).await?))
}

async fn table(session: &Arc<dyn Session>, path: &[&str]) -> Result<Vec<Vec<String>>> {
    scan(session, &Scan { table: Path::of(path.iter().copied()), ..Scan::default() }).await
}

async fn query(session: &Arc<dyn Session>, sql: &str) -> Result<Vec<Vec<String>>> {
    let query = Query { sql: sql.to_owned(), ..Query::default() };
    Ok(texts(&all(session.query(&query, &cx()).await?).await?))
}

async fn refused(session: &Arc<dyn Session>, sql: &str) -> Error {
    query(session, sql).await.err().unwrap_or_else(|| panic!("{sql} was run"))
}

impl Local {
    fn quoted(&self, path: &[&str]) -> String {
        self.dialect().quote(&Path::of(path.iter().copied()))
    }
}

#[tokio::test]
async fn the_form_opens_a_session_and_its_samples_are_there() {
    let mut draft = model::Draft { connector: Some(super::spec::ID), ..model::Draft::default() };
    draft.values.insert(super::spec::FILES, r#"[{"id":"1","path":"/no/such.gpkg"}]"#.to_owned());
    let checked = Local.check(&draft).unwrap();
    assert!(checked.settings::<Vec<check::Added>>().is_some());
    let session = open::<&str>(&[]);
    assert_eq!(names(&level(&session, &[]).await.unwrap()), ["Sample data"]);
    let layers = level(&session, &["Sample data"]).await.unwrap();
    assert_eq!(names(&layers), ["borders", "countries", "generated_points", "land", "populated_places"]);
    assert!(layers.iter().all(|n| n.spatial == Some(true) && n.rows.is_some_and(|c| c.exact && c.rows > 200)));
    for layer in &layers {
        let table = session.describe(&layer.path, &cx()).await.unwrap();
        let label = |label: &str| table.details.iter().any(|d| d.label == label && !d.value.is_empty());
        assert!(label("Source") && label("Licence"), "{:?}", table.details);
        assert!(table.row_key.is_some() && table.comment.is_some());
        let [geometry] = table.geometries.as_slice() else { panic!("{:?}", table.geometries) };
        assert_eq!(geometry.crs, model::Crs::Epsg { code: 4326 });
        assert!(geometry.extent.is_some());
    }
}

#[tokio::test]
async fn the_generated_points_are_the_same_by_scan_and_by_sql() {
    let session = open::<&str>(&[]);
    let points = Scan { table: Path::of(["Sample data", "generated_points"]), limit: Some(2000), ..Scan::default() };
    let ours = session.scan(&points, &cx()).await.unwrap();
    assert_eq!(ours.total.map(|c| (c.rows, c.exact)), Some((2000, true)));
    let ours = all(ours).await.unwrap();
    let sql = "SELECT id, category, value, noted_at, geom FROM \"Sample data\".generated_points LIMIT 2000";
    let query = Query { sql: sql.to_owned(), ..Query::default() };
    let theirs = all(session.query(&query, &cx()).await.unwrap()).await.unwrap();
    let (geometry, time) = (theirs[0].schema().field(4).clone(), theirs[0].schema().field(3).clone());
    assert!(geometry.metadata()["ARROW:extension:metadata"].contains("EPSG:4326"));
    assert_eq!(time.data_type(), &DataType::Utf8, "what is computed has no declared type");
    let without_time = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
        rows.into_iter().map(|r| [r[0].clone(), r[1].clone(), r[2].clone(), r[4].clone()].to_vec()).collect()
    };
    assert_eq!(without_time(texts(&ours)), without_time(texts(&theirs)));
    let count = self::query(&session, "SELECT count(*), count(DISTINCT category) FROM \"Sample data\".generated_points").await;
    assert_eq!(count.unwrap(), [["1000000", "6"]]);
}
