//! What a connector needs of the rest of the program, in its plainest form, for tests that use a connector without the engine.
//!
//! Owns: a context with a recording report, a network without proxies, secrets at hand, filled forms, connections put
//! into a data directory, the search for a secret in every form in which it could have been written.
//! Does not own: any peer (`peers`), nor how the product does these things (`engine`).

pub mod canary;
pub mod fake;
mod form;
mod net;
pub mod seed;

pub use form::Form;
pub use net::PlainNet;

use async_trait::async_trait;
use model::{Answer, Ask, Ctx, ErrorView, FieldId, Question, Report, Result, Secret, Secrets, StageEvent, StageState};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Remembers every stage's news.
#[derive(Default)]
pub struct Recorded(Mutex<Vec<StageEvent>>);

impl Recorded {
    /// All news so far.
    pub fn events(&self) -> Vec<StageEvent> {
        self.0.lock().unwrap().clone()
    }

    /// How each stage ended, in order: `resolve Done`, `tls Failed` …
    pub fn ends(&self) -> Vec<String> {
        let over = |e: &StageEvent| matches!(e.state, StageState::Done | StageState::Failed | StageState::Skipped);
        self.events().iter().filter(|e| over(e)).map(|e| format!("{} {:?}", e.stage, e.state)).collect()
    }

    /// The remarks on a stage.
    pub fn notes(&self, stage: &str) -> Vec<String> {
        self.events().into_iter().filter(|e| e.stage.as_str() == stage).filter_map(|e| e.note).collect()
    }

    /// What the last failed stage said.
    pub fn failure(&self) -> Option<ErrorView> {
        self.events().into_iter().rev().find_map(|e| e.error)
    }
}

impl Report for Recorded {
    fn stage(&self, event: StageEvent) {
        self.0.lock().unwrap().push(event);
    }
}

/// Answers every question with no.
pub struct Nobody;

#[async_trait]
impl Ask for Nobody {
    async fn ask(&self, _: Question) -> Result<Answer> {
        Ok(Answer::No)
    }
}

/// A context of 20 seconds, its report and what cancels it.
pub fn ctx() -> (Ctx, Arc<Recorded>, CancellationToken) {
    let (report, cancel) = (Arc::new(Recorded::default()), CancellationToken::new());
    let cx = Ctx {
        deadline: Instant::now() + Duration::from_secs(20),
        cancel: cancel.clone(),
        report: report.clone(),
        ask: Arc::new(Nobody),
        net: Arc::new(PlainNet::default()),
    };
    (cx, report, cancel)
}

/// Secrets that are at hand.
#[derive(Default)]
pub struct Canned(pub BTreeMap<FieldId, Vec<u8>>);

#[async_trait]
impl Secrets for Canned {
    async fn get(&self, field: &FieldId, _: &Ctx) -> Result<Option<Secret>> {
        Ok(self.0.get(field).map(|bytes| Secret::new(bytes.clone())))
    }
}
