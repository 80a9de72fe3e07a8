//! Local data: files on this computer, and the samples that come with the program. It needs no server and no account.
//!
//! `registry` knows which files there are and by which name; `session` is the contract's verbs. A SQLite file or GeoPackage
//! answers SQL itself (`sqlite`); every other format is a `source::Source` (`formats`), whose rows `evaluate` filters and sorts.
//! `stream` brings what blocks to a thread that may wait. Files are read in place: never changed, copied, or locked for longer
//! than they are read.

mod check;
mod error;
mod evaluate;
mod formats;
mod look;
mod registry;
mod samples;
mod session;
mod source;
mod spec;
mod sqlite;
mod stamp;
mod stream;
#[cfg(test)]
mod tests;
mod tree;

use async_trait::async_trait;
use check::Added;
use model::{
    Accepted, Checked, Choice, Connector, ConnectorSpec, Ctx, Dialect, Draft, DraftPatch, FieldError, FieldId, Page, Result,
    Search, Secret, Secrets, Session, common,
};
use registry::Registry;
use std::sync::Arc;

pub(crate) use look::Files;

/// The connector.
pub(crate) struct Local;

#[async_trait]
impl Connector for Local {
    fn spec(&self) -> &'static ConnectorSpec {
        &spec::SPEC
    }

    fn paste(&self, _: &str) -> Option<DraftPatch> {
        None
    }

    fn defaults(&self, _: &Draft) -> Vec<(FieldId, String)> {
        Vec::new()
    }

    fn accept(&self, field: &FieldId, _: Secret) -> std::result::Result<Accepted, FieldError> {
        Err(FieldError::new(field, "file", "Files are added in the list of Local data."))
    }

    fn check(&self, draft: &Draft) -> std::result::Result<Checked, Vec<FieldError>> {
        check::check(draft)
    }

    async fn choices(&self, _: &FieldId, _: &Draft, _: &dyn Secrets, _: &Search, _: &Ctx) -> Result<Page<Choice>> {
        Err(common::unsupported("A list to choose from"))
    }

    async fn open(&self, checked: &Checked, _: &dyn Secrets, _: &Ctx) -> Result<Arc<dyn Session>> {
        let added = checked.settings::<Vec<Added>>().ok_or_else(|| common::internal("settings of another connector"))?;
        Ok(Arc::new(session::LocalSession::new(Registry::of(added))))
    }

    fn dialect(&self) -> &dyn Dialect {
        &sqlite::SqliteDialect
    }
}
