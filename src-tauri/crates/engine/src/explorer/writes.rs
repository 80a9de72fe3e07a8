//! Changes: allowed by the person for one connection, made one statement at a time.
//!
//! Owns: the switch, running a change, keeping a result as a new table. Does not own: how a warehouse makes one (its
//! session), nor any change that was not asked for in so many words.

use super::sessions::{Purpose, no_local};
use super::sql::{NOT_HERE, REFUSED, estimated, one, reading};
use crate::engine::Engine;
use crate::views::{ExecutedView, RunId, SaveAsView};
use model::{ConnectionId, Dialect, Error, Kind, NoReport, Path, Query, Result, StatementKind, Text, Work, WritePermit, common};
use std::sync::Arc;
use std::time::Instant;

/// Something of that name is there.
const TAKEN: Text = Text {
    code: "sql.taken",
    kind: Kind::Invalid,
    what: "{name} is there already.",
    why: "A table is never replaced by a result.",
    remedy: "Choose another name.",
    retryable: false,
};
/// A name that cannot be one.
const BAD_NAME: Text = Text {
    code: "sql.bad_name",
    kind: Kind::Invalid,
    what: "This is no name for a table.",
    why: "It needs {levels}, none of them empty.",
    remedy: "Choose another name.",
    retryable: false,
};

impl Engine {
    /// Allows changes on a connection, or no more.
    ///
    /// # Errors
    /// `gone`; for Local data, whose files are only read.
    pub async fn writes_allow(&self, connection: ConnectionId, allowed: bool) -> Result<()> {
        no_local(connection, "changed")?;
        self.connector_of(connection).await?;
        self.with_store(move |store, _| store.set_writes_allowed(connection, allowed)).await
    }

    /// Leave to change something, if the person gave it for this connection.
    async fn permit(&self, connection: ConnectionId) -> Result<WritePermit> {
        let allowed = self.with_store(move |store, _| store.writes_allowed(connection)).await?;
        if allowed { Ok(WritePermit::granted_by_the_person()) } else { Err(Error::new(&REFUSED)) }
    }

    /// Runs a changing statement; only where the person allowed changes.
    ///
    /// # Errors
    /// Refused before it is sent, or by the server.
    pub async fn sql_execute(&self, connection: ConnectionId, sql: String, run: RunId) -> Result<ExecutedView> {
        let dialect = self.connector_of(connection).await?.dialect();
        if one(dialect, &sql)? == StatementKind::Control {
            return Err(Error::new(&NOT_HERE));
        }
        let permit = self.permit(connection).await?;
        let done = self.make_change(connection, sql, permit, &run).await?;
        // Whatever was known of its tables may be different now.
        self.explorer().tables.forget(connection);
        Ok(done)
    }

    async fn make_change(&self, connection: ConnectionId, sql: String, permit: WritePermit, run: &RunId) -> Result<ExecutedView> {
        let started = Instant::now();
        let query = Query { sql, ..Query::default() };
        let done = async {
            let lease = self.lease(connection, Purpose::Stream, run, Arc::new(NoReport)).await?;
            if !lease.session.facts().writes {
                return Err(common::unsupported("Changing data"));
            }
            lease.session.execute(&query, permit, &lease.cx).await
        };
        let done = done.await;
        let millis = started.elapsed().as_secs_f64() * 1000.0;
        let words = |rows: u64| if rows == 1 { "1 row changed".to_owned() } else { format!("{rows} rows changed") };
        self.remember(connection, &query.sql, millis, done.as_ref().map(|done| words(done.rows))).await;
        Ok(ExecutedView { rows: done?.rows, millis })
    }

    /// What keeping a result as a table would run and take.
    ///
    /// # Errors
    /// When the statement or the name cannot be used.
    pub async fn save_as_view(&self, connection: ConnectionId, sql: String, path: Path, run: RunId) -> Result<SaveAsView> {
        let dialect = self.connector_of(connection).await?.dialect();
        let statement = save_as(dialect, &path, &sql)?;
        let lease = self.lease(connection, Purpose::Look, &run, Arc::new(NoReport)).await?;
        let facts = lease.session.facts();
        if path.0.len() != facts.levels.len() {
            return Err(Error::new(&BAD_NAME).with("levels", facts.levels.join(" and ")));
        }
        let query = Query { sql, ..Query::default() };
        let estimate =
            if facts.estimates { Some(estimated(&lease.session.estimate(Work::Query(&query), &lease.cx).await?)) } else { None };
        let taken = match lease.session.describe(&path, &lease.cx).await {
            Ok(_) => true,
            Err(error) if error.kind() == Kind::NotFound => false,
            Err(error) => return Err(error),
        };
        Ok(SaveAsView { sql: statement, quoted: dialect.quote(&path), estimate, taken })
    }

    /// Keeps a result as a table; only where the person allowed changes, never in the place of another.
    ///
    /// # Errors
    /// When changes are not allowed, or something of that name is there.
    pub async fn save_as_run(&self, connection: ConnectionId, sql: String, path: Path, run: RunId) -> Result<ExecutedView> {
        let permit = self.permit(connection).await?;
        let view = self.save_as_view(connection, sql, path.clone(), run.clone()).await?;
        if view.taken {
            return Err(Error::new(&TAKEN).with("name", view.quoted));
        }
        let done = self.make_change(connection, view.sql, permit, &run).await?;
        // What was known of that name, and the level that it is in, are looked at anew.
        self.table_is_gone(connection, &path);
        Ok(done)
    }
}

/// The statement that keeps a reading statement's result.
fn save_as(dialect: &dyn Dialect, path: &Path, sql: &str) -> Result<String> {
    reading(dialect, sql)?;
    if path.0.is_empty() || path.0.iter().any(|name| name.trim().is_empty() || name.contains('\0')) {
        return Err(Error::new(&BAD_NAME).with("levels", "one for each level"));
    }
    dialect.save_as(path, sql).map(|sql| sql.text).ok_or_else(|| common::unsupported("Keeping this result as a table"))
}
