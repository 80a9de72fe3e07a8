//! Verbs on saved connections: list, organise, delete, undo.

use crate::drafts::tidy_labels;
use crate::engine::Engine;
use crate::explorer::sessions::no_local;
use crate::views::{ConnectionView, Deleted, Dependents, ListPage, ListRequest};
use model::{Connection, ConnectionId, Environment, Result, SecretSource, common};
use std::time::Duration;

/// So long a deletion can be undone.
const UNDO: Duration = Duration::from_secs(10);
/// No page is longer, whatever the interface asks.
const LONGEST_PAGE: u32 = 500;

impl Engine {
    /// A part of the list.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn connections_list(&self, request: ListRequest) -> Result<ListPage> {
        let query = store::ListQuery {
            search: request.search,
            connector: request.connector,
            sort: request.sort,
            descending: request.descending,
            offset: u64::from(request.offset),
            limit: u64::from(request.limit.min(LONGEST_PAGE)),
        };
        let narrowed = !query.search.trim().is_empty() || query.connector.is_some();
        let (page, all) = self
            .with_store(move |store, _| {
                let page = store.list(&query)?;
                // An empty answer to a search is not an empty list: the interface shows two different pages.
                let everything = store::ListQuery { limit: 1, ..store::ListQuery::default() };
                let all = if narrowed { store.list(&everything)?.total } else { page.total };
                Ok((page, all))
            })
            .await?;
        Ok(ListPage {
            items: page.items.iter().map(view).collect(),
            total: u32::try_from(page.total).unwrap_or(u32::MAX),
            all: u32::try_from(all).unwrap_or(u32::MAX),
            unreadable: page.unreadable,
        })
    }

    /// What depends on a connection. Nothing can yet: maps and shares do not exist.
    ///
    /// # Errors
    /// `gone`.
    pub async fn connection_dependents(&self, id: ConnectionId) -> Result<Dependents> {
        self.saved(id).await?;
        Ok(Dependents { items: Vec::new() })
    }

    /// Takes a connection out of the list; for ten seconds it can be brought back, then it is purged with its secrets.
    ///
    /// # Errors
    /// `gone`.
    pub async fn connection_delete(&self, id: ConnectionId) -> Result<Deleted> {
        no_local(id, "deleted")?;
        self.with_store(move |store, _| store.delete(id)).await?;
        self.sessions().close(id);
        self.explorer().forget(id);
        let engine = self.clone();
        self.after(UNDO + Duration::from_secs(2), async move {
            engine.session_secrets().forget(id);
            if let Err(error) = engine.with_store(move |store, _| store.purge(id)).await {
                tracing::warn!(%error, "a deleted connection was not purged; the next start does it");
            }
        });
        Ok(Deleted { id, undo_seconds: u32::try_from(UNDO.as_secs()).unwrap_or(10) })
    }

    /// Brings back what was deleted a moment ago.
    ///
    /// # Errors
    /// `gone` when its ten seconds have passed.
    pub async fn connection_restore(&self, id: ConnectionId) -> Result<ConnectionView> {
        self.with_store(move |store, _| store.restore(id)).await?;
        self.connection_view(id).await
    }

    /// Sets environment and labels.
    ///
    /// # Errors
    /// `gone`.
    pub async fn connection_organise(
        &self,
        id: ConnectionId,
        environment: Environment,
        labels: Vec<String>,
    ) -> Result<ConnectionView> {
        let labels = tidy_labels(labels);
        no_local(id, "changed")?;
        self.with_store(move |store, _| {
            store.set_environment(id, environment)?;
            store.set_labels(id, labels)
        })
        .await?;
        self.connection_view(id).await
    }

    /// A connection as the list shows it.
    ///
    /// # Errors
    /// `gone`.
    pub async fn connection_view(&self, id: ConnectionId) -> Result<ConnectionView> {
        Ok(view(&self.saved(id).await?))
    }

    pub(crate) async fn saved(&self, id: ConnectionId) -> Result<Connection> {
        self.with_store(move |store, _| store.get(id)).await?.ok_or_else(|| common::gone("connection"))
    }
}

fn view(c: &Connection) -> ConnectionView {
    ConnectionView {
        id: c.id,
        connector: c.connector.clone(),
        name: c.name.clone(),
        host: c.host.clone(),
        environment: c.environment,
        labels: c.labels.clone(),
        last_test: c.last_test.clone(),
        asks: c.sources.values().any(|s| *s == SecretSource::Ask),
        changed_at: c.changed_at,
    }
}
