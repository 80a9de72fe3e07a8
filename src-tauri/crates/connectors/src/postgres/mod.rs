//! PostgreSQL, and what is PostgreSQL under another name: Cloud SQL, Amazon Aurora and RDS, Azure Database.
//!
//! The form: `spec`, `paste`, `check`, `settings`, `logo`. The way in: `connect` (stages), `negotiate` (TLS by libpq's meanings),
//! `watch` (what the server asks for), `cancel`. `error` maps the server's codes to words.
//! The session: `session`, `sql` (how it is written), `read` (rows as record batches), `catalog` (what is there).

mod cancel;
mod catalog;
mod check;
mod connect;
mod error;
mod failure;
mod line;
mod logo;
mod negotiate;
mod paste;
mod read;
mod session;
mod settings;
mod spec;
mod sql;
mod watch;

use crate::common::pem;
use async_trait::async_trait;
use model::{
    Accepted, Checked, Choice, Connector, ConnectorSpec, Ctx, Dialect, Draft, DraftPatch, FieldError, FieldId, Page, Result,
    Search, Secret, Secrets, Session, common,
};
use settings::Settings;
use std::sync::Arc;

/// The connector.
pub(crate) struct Postgres;

#[async_trait]
impl Connector for Postgres {
    fn spec(&self) -> &'static ConnectorSpec {
        &spec::SPEC
    }

    fn paste(&self, text: &str) -> Option<DraftPatch> {
        paste::paste(text)
    }

    fn defaults(&self, draft: &Draft) -> Vec<(FieldId, String)> {
        check::defaults(draft)
    }

    fn accept(&self, field: &FieldId, content: Secret) -> std::result::Result<Accepted, FieldError> {
        let taken = if *field == spec::CLIENT_KEY {
            pem::accept_key(&content)
        } else {
            pem::accept_certificates(content.expose()).map(|(text, summary)| (Secret::from(text), summary))
        };
        let told = |pem::Refused(code, message)| FieldError::new(field, code, message);
        taken.map(|(content, summary)| Accepted { content, summary }).map_err(told)
    }

    fn check(&self, draft: &Draft) -> std::result::Result<Checked, Vec<FieldError>> {
        check::check(draft)
    }

    async fn choices(&self, _: &FieldId, _: &Draft, _: &dyn Secrets, _: &Search, _: &Ctx) -> Result<Page<Choice>> {
        Err(common::unsupported("A list to choose from"))
    }

    async fn open(&self, checked: &Checked, secrets: &dyn Secrets, cx: &Ctx) -> Result<Arc<dyn Session>> {
        let settings = checked.settings::<Arc<Settings>>().ok_or_else(|| common::internal("settings of another connector"))?;
        let connected = connect::connect(settings.clone(), secrets, cx).await?;
        Ok(session::PostgresSession::start(connected))
    }

    fn dialect(&self) -> &dyn Dialect {
        &sql::PostgresDialect
    }
}
