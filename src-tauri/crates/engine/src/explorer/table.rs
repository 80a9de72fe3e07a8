//! A table, described.
//!
//! Owns: what was described and when, the words to copy. Does not own: how its cells are shown (`cells`).

use crate::engine::{Engine, now};
use crate::explorer::cells;
use crate::explorer::sessions::Purpose;
use crate::views::{RunId, TableView};
use model::{ConnectionId, Connector, Kind, Path, Report, Result, Scan, Table};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// So many tables are remembered; those that were described longest ago go first.
const MOST: usize = 1_000;
/// So long may a description take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The SELECT to copy shows so many rows.
const SELECTED: u64 = 100;

/// Tables that were described, until the program ends.
#[derive(Default)]
pub(crate) struct Tables(Mutex<HashMap<(ConnectionId, Path), Arc<TableView>>>);

impl Tables {
    fn get(&self, id: ConnectionId, path: &Path) -> Option<Arc<TableView>> {
        self.lock().get(&(id, path.clone())).cloned()
    }

    fn put(&self, id: ConnectionId, view: &Arc<TableView>) {
        let mut all = self.lock();
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, view)| view.seen_at).map(|(key, _)| key.clone());
            oldest.and_then(|key| all.remove(&key));
        }
        all.insert((id, view.table.path.clone()), view.clone());
    }

    fn remove(&self, id: ConnectionId, path: &Path) {
        self.lock().remove(&(id, path.clone()));
    }

    /// Forgets those of a connection.
    pub(crate) fn forget(&self, id: ConnectionId) {
        self.lock().retain(|(of, _), _| *of != id);
    }

    /// Those of a connection, for completion.
    pub(crate) fn of(&self, id: ConnectionId) -> Vec<Arc<TableView>> {
        self.lock().iter().filter(|((of, _), _)| *of == id).map(|(_, view)| view.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(ConnectionId, Path), Arc<TableView>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// A table's header and columns; as cached, or asked for.
    ///
    /// # Errors
    /// As the session describes. Of a table that is not there any more nothing stays, and its level is looked at again.
    pub async fn table_describe(
        &self,
        connection: ConnectionId,
        path: Path,
        refresh: bool,
        run: RunId,
        report: Arc<dyn Report>,
    ) -> Result<TableView> {
        Ok((*self.described(connection, &path, refresh, &run, report).await?).clone())
    }

    /// The same, for other verbs.
    pub(crate) async fn described(
        &self,
        connection: ConnectionId,
        path: &Path,
        refresh: bool,
        run: &RunId,
        report: Arc<dyn Report>,
    ) -> Result<Arc<TableView>> {
        let tables = &self.explorer().tables;
        if let Some(known) = tables.get(connection, path).filter(|_| !refresh) {
            return Ok(known);
        }
        let lease = self.lease(connection, Purpose::Look, run, report).await?;
        let table = match lease.session.describe(path, &lease.cx.within(PATIENCE)).await {
            Ok(table) => table,
            Err(error) => {
                if error.kind() == Kind::NotFound {
                    self.table_is_gone(connection, path);
                }
                return Err(error);
            }
        };
        let view = Arc::new(view(lease.connector, table));
        tables.put(connection, &view);
        Ok(view)
    }

    /// A table that a verb did not find: it is forgotten, and its level looked at again.
    pub(crate) fn table_is_gone(&self, connection: ConnectionId, path: &Path) {
        self.explorer().tables.remove(connection, path);
        let mut level = path.clone();
        if level.0.pop().is_some() {
            self.level_changed(connection, level);
        }
    }
}

fn view(connector: &'static dyn Connector, table: Table) -> TableView {
    let dialect = connector.dialect();
    let names: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    let scan = Scan {
        table: table.path.clone(),
        // A table without columns has rows, too.
        columns: Some(names).filter(|names| !names.is_empty()),
        limit: Some(SELECTED),
        ..Scan::default()
    };
    let select = dialect.select(&scan).map(|sql| sql.text).unwrap_or_default();
    TableView { quoted: dialect.quote(&table.path), select, columns: cells::described(&table), seen_at: now(), table }
}
