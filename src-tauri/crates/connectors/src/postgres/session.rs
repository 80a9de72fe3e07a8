//! An open session on PostgreSQL: the contract's verbs, each handed to the part that knows how.

use super::catalog::{self, Postgis, crs_table, postgis, target};
use super::connect::Connected;
use super::failure::{READ_ONLY_REFUSED, failed};
use super::line::Line;
use super::read::{self, CrsTable, Quirks, Reading, Run, one_change, one_reading};
use super::sql::{identifier, qualified, select};
use async_trait::async_trait;
use model::{
    Batches, Ctx, Error, Estimate, Executed, Facts, Filter, Node, Page, PageToken, Path, Probe, Query, ReadingBy, Result, Scan,
    Session, Sql, StageState, Table, Work, WritePermit, stage,
};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

/// The oldest major version whose catalog has all that is asked of it.
const OLDEST: u32 = 12;

/// An open session. One connection; see `line` for who may use it when.
pub(super) struct PostgresSession {
    line: Arc<Line>,
    facts: Facts,
    /// The server's major version, where it says one.
    major: Option<u32>,
    read_only: bool,
    /// Looked up when it is first needed: a connection is open before that.
    postgis: OnceCell<Option<Postgis>>,
    /// The facts with PostGIS, once it was found.
    spatial: OnceLock<Facts>,
    crs: OnceCell<Arc<CrsTable>>,
    quirks: Arc<Quirks>,
}

impl PostgresSession {
    /// Takes over a connection. Asks nothing yet.
    pub(super) fn start(connected: Connected) -> Arc<dyn Session> {
        let Connected { client, cancel, settings, server_version, .. } = connected;
        let line = Line::new(client, cancel);
        // As in "15.18 (Debian 15.18-0+deb12u1)".
        let number = server_version.split_whitespace().next().unwrap_or_default();
        let facts = Facts {
            version: format!("PostgreSQL {number}"),
            levels: &["schema", "table"],
            reading: ReadingBy::Server,
            cancels: true,
            writes: true,
            samples: true,
            estimates: true,
            searches: true,
            bills: false,
            spatial: None,
        };
        let major = number.split('.').next().and_then(|n| n.parse().ok());
        Arc::new(Self {
            line,
            facts,
            major,
            read_only: settings.read_only,
            postgis: OnceCell::new(),
            spatial: OnceLock::new(),
            crs: OnceCell::new(),
            quirks: Arc::default(),
        })
    }

    /// PostGIS in this database, looked up once.
    async fn postgis(&self, cx: &Ctx) -> Result<Option<&Postgis>> {
        let found = self.postgis.get_or_try_init(|| postgis(&self.line, cx)).await?;
        if let Some(postgis) = found {
            let name = || Some(format!("PostGIS {}", postgis.version));
            self.spatial.get_or_init(|| Facts { spatial: name(), ..self.facts.clone() });
        }
        Ok(found.as_ref())
    }

    /// The numbers of the types of geometry columns.
    async fn spatial_types(&self, cx: &Ctx) -> Result<Vec<u32>> {
        let found = self.postgis(cx).await?;
        Ok(found.iter().flat_map(|p| [p.geometry, p.geography]).filter(|n| *n != 0).collect())
    }

    /// The SRIDs' table, looked up once.
    async fn crs(&self, cx: &Ctx) -> Result<Arc<CrsTable>> {
        let Some(postgis) = self.postgis(cx).await? else { return Ok(Arc::default()) };
        self.crs.get_or_try_init(|| async { Ok(Arc::new(crs_table(&self.line, postgis, cx).await?)) }).await.cloned()
    }

    fn run(&self, sql: String, reading: Reading, crs: Arc<CrsTable>) -> Run {
        // `crs` has looked for PostGIS by now.
        let spatial = self.postgis.get().and_then(Option::as_ref).map_or((0, 0), |p| (p.geometry, p.geography));
        Run {
            sql,
            reading,
            params: Vec::new(),
            limit: None,
            timeout: None,
            spatial,
            crs,
            quirks: Arc::clone(&self.quirks),
            table: None,
        }
    }

    async fn scan_sql(&self, scan: &Scan, cx: &Ctx) -> Result<Sql> {
        let known = target(&self.line, scan, self.postgis(cx).await?, cx).await?;
        select(scan, &known)
    }

    /// What the planner says of a statement, under the rules of reading.
    async fn explain(&self, sql: &str, params: &[model::Scalar], cx: &Ctx) -> Result<Estimate> {
        let work = async {
            let mut turn = self.line.turn(cx).await?;
            let told = explained(turn.begin()?, sql, params).await;
            let Ok(plan) = told else { return turn.settle(told).map(|plan| estimate(&plan)) };
            turn.done();
            Ok(estimate(&plan))
        };
        self.line.run(cx, work).await
    }

    /// A first query: does the server keep this session to reading? A pooler may have dropped the setting: once more by hand.
    async fn look(&self, cx: &Ctx) -> Result<bool> {
        let sql = "SELECT pg_catalog.current_setting('transaction_read_only') = 'on'";
        let set = if self.read_only { "SET default_transaction_read_only = on" } else { "" };
        let work = async {
            let mut turn = self.line.turn(cx).await?;
            let client = turn.begin()?;
            let (set, row) = futures::join!(client.batch_execute(set), client.query_typed_one(sql, &[]));
            set.map_err(failed)?;
            let row = row.map_err(failed)?;
            turn.ended();
            row.try_get(0).map_err(failed)
        };
        self.line.run(cx, work).await
    }

    /// Facts that a person should know of.
    async fn capabilities(&self, keeps_to_reading: bool, cx: &Ctx) -> Result<Vec<String>> {
        if self.read_only && !keeps_to_reading {
            return Err(Error::new(&READ_ONLY_REFUSED));
        }
        let found = self.postgis(cx).await?;
        let mut warnings = Vec::new();
        if self.major.is_some_and(|major| major < OLDEST) {
            warnings
                .push(format!("{} is older than {OLDEST}: queries work, but its tables cannot be browsed.", self.facts.version));
        }
        warnings.extend(match found {
            None => vec!["PostGIS is not installed in this database: tables can be browsed and queried, but there is nothing to see on a map.".to_owned()],
            Some(postgis) if !postgis.usable => {
                vec![format!("PostGIS is installed in the schema {}, which your user may not use: geometries cannot be read.", identifier(&postgis.schema))]
            }
            Some(_) => Vec::new(),
        });
        Ok(warnings)
    }
}

/// The plan as JSON. The statement is prepared alone first, as always.
async fn explained(client: &Client, sql: &str, params: &[model::Scalar]) -> Result<serde_json::Value> {
    let (begun, alone) = futures::join!(client.batch_execute("BEGIN READ ONLY"), client.prepare(sql));
    begun.map_err(failed)?;
    let alone = alone.map_err(failed)?;
    let params = read::bind(params, alone.params().len())?;
    let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as &(dyn ToSql + Sync)).collect();
    let explain = format!("EXPLAIN (FORMAT JSON)\n{sql}");
    let explain = client.prepare_typed(&explain, alone.params()).await.map_err(failed)?;
    client.query_one(&explain, &params).await.and_then(|row| row.try_get(0)).map_err(failed)
}

/// Runs a changing statement in a transaction of its own, whatever the session's default.
async fn executed(client: &Client, sql: &str, query: &Query) -> Result<u64> {
    let begin = changing(query.timeout);
    let (begun, statement) = futures::join!(client.batch_execute(&begin), client.prepare(sql));
    begun.map_err(failed)?;
    let statement = statement.map_err(failed)?;
    let params = read::bind(&query.params, statement.params().len())?;
    let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as &(dyn ToSql + Sync)).collect();
    let rows = client.execute(&statement, &params).await.map_err(failed)?;
    client.batch_execute("COMMIT").await.map_err(failed)?;
    Ok(rows)
}

/// The figures of `EXPLAIN (FORMAT JSON)`.
fn estimate(plan: &serde_json::Value) -> Estimate {
    let plan = &plan[0]["Plan"];
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let rows = plan["Plan Rows"].as_f64().map(|n| n.max(0.0) as u64);
    Estimate { rows, billed_bytes: None, planner_cost: plan["Total Cost"].as_f64() }
}

#[async_trait]
impl Session for PostgresSession {
    fn facts(&self) -> &Facts {
        self.spatial.get().unwrap_or(&self.facts)
    }

    async fn probe(&self, cx: &Ctx) -> Result<Probe> {
        let keeps_to_reading = cx.stage(stage::QUERY, self.look(cx)).await?;
        let warnings = cx.stage(stage::CAPABILITIES, self.capabilities(keeps_to_reading, cx)).await?;
        let mut summary = self.facts.version.clone();
        if let Some(spatial) = &self.facts().spatial {
            cx.note(stage::CAPABILITIES, StageState::Note, spatial.clone());
            summary = format!("{summary}, {spatial}");
        }
        for warning in &warnings {
            cx.note(stage::CAPABILITIES, StageState::Warning, warning.clone());
        }
        Ok(Probe { summary, warnings })
    }

    async fn browse(&self, at: &Path, filter: &Filter, page: PageToken, cx: &Ctx) -> Result<Page<Node>> {
        let spatial = self.spatial_types(cx).await?;
        catalog::browse(&self.line, at, filter, page, &spatial, cx).await
    }

    async fn search(&self, text: &str, page: PageToken, cx: &Ctx) -> Result<Page<Node>> {
        let spatial = self.spatial_types(cx).await?;
        catalog::search(&self.line, text, &page, &spatial, cx).await
    }

    async fn describe(&self, table: &Path, cx: &Ctx) -> Result<Table> {
        let crs = self.crs(cx).await?;
        catalog::describe(&self.line, table, self.postgis(cx).await?.map(|p| (p, &*crs)), cx).await
    }

    async fn estimate(&self, work: Work<'_>, cx: &Ctx) -> Result<Estimate> {
        match work {
            Work::Scan(scan) => {
                let sql = self.scan_sql(scan, cx).await?;
                self.explain(&sql.text, &sql.params, cx).await
            }
            Work::Query(query) => match one_reading(&query.sql)? {
                (sql, Reading::Table) => self.explain(sql, &query.params, cx).await,
                // Nothing is planned for SHOW and EXPLAIN.
                (_, Reading::Plain) => Ok(Estimate::default()),
            },
        }
    }

    async fn scan(&self, scan: &Scan, cx: &Ctx) -> Result<Batches> {
        let crs = self.crs(cx).await?;
        let sql = self.scan_sql(scan, cx).await?;
        let run = self.run(sql.text, Reading::Table, crs);
        read::start(&self.line, Run { params: sql.params, limit: scan.limit, table: Some(qualified(&scan.table)), ..run }, cx)
            .await
    }

    async fn query(&self, query: &Query, cx: &Ctx) -> Result<Batches> {
        let (sql, reading) = one_reading(&query.sql)?;
        let crs = self.crs(cx).await?;
        let run = self.run(sql.to_owned(), reading, crs);
        let run = Run { params: query.params.clone(), limit: query.limit, timeout: query.timeout, ..run };
        read::start(&self.line, run, cx).await
    }

    async fn execute(&self, query: &Query, _: WritePermit, cx: &Ctx) -> Result<Executed> {
        let sql = one_change(&query.sql)?;
        let work = async {
            let mut turn = self.line.turn(cx).await?;
            let done = executed(turn.begin()?, sql, query).await;
            let Ok(rows) = done else { return turn.settle(done).map(|rows| Executed { rows }) };
            turn.ended();
            Ok(Executed { rows })
        };
        self.line.run(cx, work).await
    }

    async fn close(&self, cx: &Ctx) {
        self.line.close(cx).await;
    }
}

/// The beginning of a transaction that may change something, whatever the session's default.
fn changing(timeout: Option<Duration>) -> String {
    let timeout = timeout.map(|t| format!("; SET LOCAL statement_timeout = {}", t.as_millis().clamp(1, i32::MAX as u128)));
    format!("BEGIN READ WRITE{}", timeout.unwrap_or_default())
}
