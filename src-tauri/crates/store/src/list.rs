//! The list of connections: search, order, one page.
//!
//! Owns: the one statement that answers a list, and the indexes it walks. Does not own: how a connection is shown.
//!
//! One statement answers both the page and the total. It walks the index of the wished order, which carries all that is
//! searched, and stops when the page is full; the total walks the narrowest index once more only when the page was full.
//! That is linear in the number of connections and the same for every search: about a millisecond for 10,000, whether one
//! letter or a whole host name is looked for. A trigram index was measured against it: it answers rare words in half a
//! millisecond, words that most connections share ("com") in 8 to 18, and one or two letters not at all.

use crate::fold;
use crate::store::{Store, parse};
use model::{Connection, ConnectionId, ConnectorId, Result};
use rusqlite::params_from_iter;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::fmt::Write as _;
use uuid::Uuid;

/// More words than this are not looked at.
const WORDS: usize = 16;

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// By name.
    #[default]
    Name,
    /// By when it was last tested; never tested counts as longest ago.
    LastTest,
    /// By when it was last changed.
    Changed,
    /// By warehouse (its id), then by name.
    Warehouse,
}

/// What of the list is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListQuery {
    /// Each of its words must be in the name, the host or a label, whatever the case. Empty finds all.
    pub search: String,
    /// Only connections to this warehouse.
    pub connector: Option<ConnectorId>,
    /// The order.
    pub sort: SortBy,
    /// The order turned round.
    pub descending: bool,
    /// How many are skipped.
    #[specta(type = f64)]
    pub offset: u64,
    /// How many are wanted at most.
    #[specta(type = f64)]
    pub limit: u64,
}

impl Default for ListQuery {
    /// The first hundred by name.
    fn default() -> Self {
        Self { search: String::new(), connector: None, sort: SortBy::Name, descending: false, offset: 0, limit: 100 }
    }
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    /// The part.
    pub items: Vec<Connection>,
    /// How many there are in all that fit the search.
    pub total: u64,
    /// Those of this part whose entries are damaged: they can be deleted, not shown.
    pub unreadable: Vec<ConnectionId>,
}

impl Store {
    /// One page of the list, and how many fit in all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn list(&self, query: &ListQuery) -> Result<ListPage> {
        let (sql, params) = statement(query);
        let rows: Vec<ListRow> = self.read("list the connections", |db| {
            let mut statement = db.prepare_cached(&sql)?;
            statement.query_map(params_from_iter(params), |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect()
        })?;
        let total = rows.first().map_or(0, |(total, ..)| u64::try_from(*total).unwrap_or(0));
        let mut page = ListPage { items: Vec::with_capacity(rows.len()), total, unreadable: Vec::new() };
        for (_, id, document) in rows {
            let (Some(id), Some(document)) = (id, document) else { continue };
            match parse(&document) {
                Ok(connection) => page.items.push(connection),
                Err(error) => {
                    tracing::error!(%id, %error, "a connection is left out of the list");
                    page.unreadable.push(ConnectionId(id));
                }
            }
        }
        Ok(page)
    }

    /// How SQLite answers a list: the lines of EXPLAIN QUERY PLAN.
    #[cfg(test)]
    pub(crate) fn list_plan(&self, query: &ListQuery) -> Result<Vec<String>> {
        let (sql, params) = statement(query);
        self.read("explain a list", |db| {
            let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            statement.query_map(params_from_iter(params), |r| r.get(3))?.collect()
        })
    }
}

/// The total, and one connection of the page; nothing but the total when the page is empty.
type ListRow = (i64, Option<Uuid>, Option<String>);

/// ?1 is the page's length, ?2 its beginning; the rest are words and the warehouse.
fn statement(query: &ListQuery) -> (String, Vec<Value>) {
    let number = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    let mut params = vec![number(query.limit), number(query.offset)];
    let mut fits = "name_key IS NOT NULL".to_owned();
    for word in fold::fold(&query.search).split(' ').filter(|w| !w.is_empty()).take(WORDS) {
        params.push(Value::Text(word.to_owned()));
        let _ = write!(fits, " AND instr(search, ?{})", params.len());
    }
    if let Some(connector) = &query.connector {
        params.push(Value::Text(connector.as_str().to_owned()));
        // The plus keeps the planner on the index of the order.
        let _ = write!(fits, " AND +connector = ?{}", params.len());
    }
    let (index, columns): (_, &[&str]) = match query.sort {
        SortBy::Name => ("listed_by_name", &["name_key"]),
        SortBy::LastTest => ("listed_by_test", &["tested_at", "name_key"]),
        SortBy::Changed => ("listed_by_change", &["changed_at", "name_key"]),
        SortBy::Warehouse => ("listed_by_warehouse", &["connector", "name_key"]),
    };
    let direction = if query.descending { " DESC" } else { "" };
    let order = columns.iter().map(|c| format!("{c}{direction}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "WITH page AS MATERIALIZED (
           SELECT id, document FROM connections INDEXED BY {index} WHERE {fits} ORDER BY {order} LIMIT ?1 OFFSET ?2),
         size AS MATERIALIZED (SELECT count(*) AS n FROM page),
         total AS MATERIALIZED (
           SELECT CASE WHEN n < ?1 AND (n > 0 OR ?2 = 0) THEN n + ?2
                  ELSE (SELECT count(*) FROM connections INDEXED BY listed_by_name WHERE {fits}) END AS n FROM size)
         SELECT total.n, page.id, page.document FROM total LEFT JOIN page"
    );
    (sql, params)
}
