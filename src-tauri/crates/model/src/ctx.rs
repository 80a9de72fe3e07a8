//! What every piece of work carries with it: a deadline, a way to cancel it, someone to tell, someone to ask,
//! the only way out to the network.

use crate::error::{ErrorView, Result, common};
use crate::{FieldId, Secret, StageId};
use async_trait::async_trait;
use serde::Serialize;
use specta::Type;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What every piece of work carries with it. Cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    /// When all of it must be over.
    pub deadline: Instant,
    /// Cancels all of it at once.
    pub cancel: CancellationToken,
    /// Hears of stages.
    pub report: Arc<dyn Report>,
    /// Can be asked for one more input.
    pub ask: Arc<dyn Ask>,
    /// The only way out.
    pub net: Arc<dyn Net>,
}

impl Ctx {
    /// The same, with a deadline no later than `limit` from now.
    #[must_use]
    pub fn within(&self, limit: Duration) -> Self {
        let mut cx = self.clone();
        cx.deadline = cx.deadline.min(Instant::now() + limit);
        cx
    }

    /// Runs `work` until it ends, is cancelled, or the deadline passes. Every wait goes through here.
    ///
    /// # Errors
    /// `cancelled`, `timed_out`, or what `work` answers.
    pub async fn run<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let late = |after: Duration| {
            let seconds = after.as_secs_f32().max(0.1);
            crate::Error::new(&common::TIMED_OUT).with("seconds", format!("{seconds:.0}"))
        };
        self.run_or(late, work).await
    }

    /// As [`Ctx::run`], with words of its own for a deadline that passed: `late` gets the time that was waited.
    ///
    /// # Errors
    /// `cancelled`, what `late` makes, or what `work` answers.
    pub async fn run_or<T>(
        &self,
        late: impl FnOnce(Duration) -> crate::Error,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let started = Instant::now();
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(common::cancelled()),
            done = work => done,
            () = tokio::time::sleep_until(self.deadline) => Err(late(started.elapsed())),
        }
    }

    /// As [`Ctx::run`], told to the report as a stage with its time, and with the stage in the error.
    ///
    /// # Errors
    /// As [`Ctx::run`].
    pub async fn stage<T>(&self, stage: StageId, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.staged(stage, self.run(work)).await
    }

    /// As [`Ctx::stage`], with words of its own for a deadline that passed.
    ///
    /// # Errors
    /// As [`Ctx::run_or`].
    pub async fn stage_or<T>(
        &self,
        stage: StageId,
        late: impl FnOnce(Duration) -> crate::Error,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.staged(stage, self.run_or(late, work)).await
    }

    async fn staged<T>(&self, stage: StageId, bounded: impl Future<Output = Result<T>>) -> Result<T> {
        let started = Instant::now();
        self.report.stage(StageEvent { stage: stage.clone(), state: StageState::Started, millis: 0.0, note: None, error: None });
        let done = bounded.await.map_err(|e| e.at(stage.clone()));
        let millis = started.elapsed().as_secs_f64() * 1000.0;
        let (state, error) = match &done {
            Ok(_) => (StageState::Done, None),
            Err(e) => (StageState::Failed, Some(e.view())),
        };
        self.report.stage(StageEvent { stage, state, millis, note: None, error });
        done
    }

    /// Adds a remark to a stage that is under way or done, as in "TLS 1.3" or "PostGIS 3.3".
    pub fn note(&self, stage: StageId, state: StageState, note: impl Into<String>) {
        self.report.stage(StageEvent { stage, state, millis: 0.0, note: Some(note.into()), error: None });
    }
}

/// How a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StageState {
    /// Under way.
    Started,
    /// Succeeded.
    Done,
    /// Only a remark, the state stays as it is.
    Note,
    /// Succeeded, with something to know (the note).
    Warning,
    /// Not needed here.
    Skipped,
    /// Failed.
    Failed,
}

/// A stage's news.
#[derive(Debug, Clone, Serialize, Type)]
pub struct StageEvent {
    /// Which stage.
    pub stage: StageId,
    /// How it stands.
    pub state: StageState,
    /// How long it took, in milliseconds; 0 when it is not over.
    #[specta(type = u32)]
    pub millis: f64,
    /// A remark.
    pub note: Option<String>,
    /// Why it failed.
    pub error: Option<ErrorView>,
}

/// Hears of stages.
pub trait Report: Send + Sync {
    /// A stage's news; must not wait.
    fn stage(&self, event: StageEvent);
}

/// Nobody listens.
pub struct NoReport;

impl Report for NoReport {
    fn stage(&self, _: StageEvent) {}
}

/// One more input that is needed in the middle of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Question {
    /// A secret that is not in the vault.
    Secret {
        /// For which field, if for one.
        field: Option<FieldId>,
        /// What it is called, as in "Password".
        label: String,
        /// For whom, as in `ana@db.example.org`.
        purpose: String,
    },
    /// A yes to something that has a consequence.
    Consent {
        /// What it is about.
        title: String,
        /// What follows from a yes.
        text: String,
    },
}

/// What was answered.
#[derive(Debug)]
pub enum Answer {
    /// The secret.
    Secret(Secret),
    /// Yes.
    Yes,
    /// No, or the question was closed.
    No,
}

/// Someone who can be asked.
#[async_trait]
pub trait Ask: Send + Sync {
    /// Puts the question and waits for the answer; the caller bounds the wait.
    async fn ask(&self, question: Question) -> Result<Answer>;
}

/// A place for a secret of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub String);

impl Slot {
    /// A field's secret.
    pub fn field(field: &FieldId) -> Self {
        Self(format!("field:{field}"))
    }
}

/// Hands out a connection's secrets, wherever they come from.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// The field's secret: from the draft, the vault, or the person. None when the connection has none.
    async fn get(&self, field: &FieldId, cx: &Ctx) -> Result<Option<Secret>>;
}

/// A byte stream.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}
/// A byte stream of any kind.
pub type Io = Box<dyn Stream>;

/// The only way out: proxies and extra certificate authorities are its business.
#[async_trait]
pub trait Net: Send + Sync {
    /// Finds the host and connects to the port, told as the stages `resolve` and `reach`.
    async fn tcp(&self, host: &str, port: u16, cx: &Ctx) -> Result<Io>;
    /// Connects to a Unix socket, told as the stage `reach`.
    async fn unix(&self, socket: &std::path::Path, cx: &Ctx) -> Result<Io>;
    /// Certificates (DER) of the authorities that the person added in Settings to those of the system.
    fn extra_roots(&self) -> Vec<Vec<u8>>;
}
