//! A session as a verb holds it: every call passes, every failure is looked at, and it goes back by itself.
//!
//! Owns: noticing that the connection is lost, holding a stream's turn until its last row. Does not own: the answers.

use super::pool::{Live, Pool};
use async_trait::async_trait;
use futures::StreamExt;
use model::{
    Batches, Connector, Ctx, Estimate, Executed, Facts, Filter, Net, Node, Page, PageToken, Path, Probe, Query, Result, Scan,
    Session, Table, Work, WritePermit,
};
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A session that goes back when this is dropped.
pub(super) struct Held(Arc<Hold>);

struct Hold {
    pool: Arc<Pool>,
    live: Arc<Live>,
    /// A stream's turn; none: it is the session that looks share.
    turn: Option<OwnedSemaphorePermit>,
}

impl Held {
    pub(super) fn look(pool: Arc<Pool>, live: Arc<Live>) -> Self {
        Self(Arc::new(Hold { pool, live, turn: None }))
    }

    pub(super) fn stream(pool: Arc<Pool>, live: Arc<Live>, turn: OwnedSemaphorePermit) -> Self {
        Self(Arc::new(Hold { pool, live, turn: Some(turn) }))
    }

    pub(super) fn connector(&self) -> &'static dyn Connector {
        self.0.live.connector
    }

    pub(super) fn net(&self) -> Arc<dyn Net> {
        self.0.live.net.clone()
    }

    fn session(&self) -> &dyn Session {
        &**self.0.live.session()
    }

    /// The rows hold the session too, and their failures count as well.
    fn rows(&self, done: Result<Batches>) -> Result<Batches> {
        let mut batches = self.0.heard(done)?;
        let hold = self.0.clone();
        // `hold` is moved into the stream: the session goes back only behind it.
        batches.stream = batches.stream.map(move |batch| hold.heard(batch)).boxed();
        Ok(batches)
    }
}

impl Hold {
    fn heard<T>(&self, done: Result<T>) -> Result<T> {
        if let Err(error) = &done {
            self.pool.heard(&self.live, error);
        }
        done
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.live.touch();
        // The session first, then the turn: who waits for the turn finds it.
        if let Some(turn) = self.turn.take() {
            self.pool.give_back(self.live.clone());
            drop(turn);
        }
    }
}

#[async_trait]
impl Session for Held {
    fn facts(&self) -> &Facts {
        self.session().facts()
    }

    async fn probe(&self, cx: &Ctx) -> Result<Probe> {
        self.0.heard(self.session().probe(cx).await)
    }

    async fn browse(&self, at: &Path, filter: &Filter, page: PageToken, cx: &Ctx) -> Result<Page<Node>> {
        self.0.heard(self.session().browse(at, filter, page, cx).await)
    }

    async fn search(&self, text: &str, page: PageToken, cx: &Ctx) -> Result<Page<Node>> {
        self.0.heard(self.session().search(text, page, cx).await)
    }

    async fn describe(&self, table: &Path, cx: &Ctx) -> Result<Table> {
        self.0.heard(self.session().describe(table, cx).await)
    }

    async fn estimate(&self, work: Work<'_>, cx: &Ctx) -> Result<Estimate> {
        self.0.heard(self.session().estimate(work, cx).await)
    }

    async fn scan(&self, scan: &Scan, cx: &Ctx) -> Result<Batches> {
        self.rows(self.session().scan(scan, cx).await)
    }

    async fn query(&self, query: &Query, cx: &Ctx) -> Result<Batches> {
        self.rows(self.session().query(query, cx).await)
    }

    async fn execute(&self, query: &Query, permit: WritePermit, cx: &Ctx) -> Result<Executed> {
        self.0.heard(self.session().execute(query, permit, cx).await)
    }

    /// Ends the session itself, for all who use it.
    async fn close(&self, _: &Ctx) {
        self.0.live.close();
    }
}
