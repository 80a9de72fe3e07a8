//! Trying a connection, and saving one that worked.

use crate::draft::OpenDraft;
use crate::engine::{Engine, ProxyChoice, now};
use crate::explorer::sessions::no_local;
use crate::secrets::RunSecrets;
use crate::views::{DraftId, KeepSecrets, Outcome, RunId};
use model::{
    Checked, Connection, ConnectionId, Connector, Ctx, Draft, DraftSecret, Environment, FieldId, Kind, LastTest, NAME, Probe,
    Report, Result, SIGN_IN, Secret, SecretSource, Slot, TestState,
};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{SecretChange, SecretChanges};

/// A session that is not needed any more gets so long to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// One try: what it needs, taken out of the draft so that the draft stays free to be changed. What is saved is what was tried.
struct Attempt {
    connector: &'static dyn Connector,
    draft: Draft,
    checked: Checked,
    environment: Environment,
    labels: Vec<String>,
}

impl Attempt {
    fn of(open: &OpenDraft, checked: Checked) -> Self {
        let (connector, draft) = (open.connector(), open.working_copy());
        Self { connector, draft, checked, environment: open.environment, labels: open.labels.clone() }
    }

    /// The connection that this becomes: what is hidden is left out.
    fn connection(&self, before: Option<&Connection>) -> Connection {
        let (spec, draft, now) = (self.connector.spec(), &self.draft, now());
        let kept = |id: &FieldId| *id == SIGN_IN || spec.field(id).is_some_and(|f| f.is_visible(draft));
        let trimmed = |(id, value): (&FieldId, &String)| (id.clone(), value.trim().to_owned());
        Connection {
            id: before.map_or_else(ConnectionId::fresh, |b| b.id),
            connector: self.checked.connector.clone(),
            name: self.checked.name.clone(),
            host: self.checked.host.clone(),
            environment: self.environment,
            labels: self.labels.clone(),
            values: draft.values.iter().filter(|(id, _)| kept(id) && **id != NAME).map(trimmed).collect(),
            files: draft.files.iter().filter(|(id, _)| kept(id)).map(|(id, f)| (id.clone(), f.clone())).collect(),
            sources: draft.sources.iter().filter(|(id, _)| kept(id)).map(|(id, s)| (id.clone(), *s)).collect(),
            secret_files: draft.secret_files.iter().filter(|(id, _)| kept(id)).map(|(id, f)| (id.clone(), f.clone())).collect(),
            last_test: None,
            created_at: before.map_or(now, |b| b.created_at),
            changed_at: now,
        }
    }
}

impl Engine {
    /// Tries what the form says, without saving it.
    ///
    /// # Errors
    /// Only what keeps it from being tried at all; a try that fails is an [`Outcome`].
    pub async fn draft_test(&self, id: DraftId, run: RunId, report: Arc<dyn Report>) -> Result<Outcome> {
        let attempt = match self.attempt(id).await? {
            Ok(attempt) => attempt,
            Err(fields) => return Ok(fields),
        };
        let secrets = RunSecrets::of(self, attempt.connector, &attempt.draft, Some(&attempt.checked));
        let started = Instant::now();
        let done = self.try_out(&attempt, &secrets, run, report).await;
        Ok(outcome(done, started))
    }

    /// Tries what the form says and saves it when the warehouse answered. The draft stays open until it worked.
    ///
    /// # Errors
    /// Only what keeps it from being tried at all; a try that fails is an [`Outcome`].
    pub async fn draft_connect(&self, id: DraftId, run: RunId, keep: KeepSecrets, report: Arc<dyn Report>) -> Result<Outcome> {
        let attempt = match self.attempt(id).await? {
            Ok(attempt) => attempt,
            Err(fields) => return Ok(fields),
        };
        if keep == KeepSecrets::AsChosen && seals_something(&attempt) {
            // Said before the warehouse is troubled: a locked vault would lose the connection after it worked.
            if let Err(error) = self.with_store(|_, vault| vault.ready()).await {
                return Ok(Outcome::Failed { error: error.view() });
            }
        }
        let secrets = RunSecrets::of(self, attempt.connector, &attempt.draft, Some(&attempt.checked));
        let started = Instant::now();
        let probe = match self.try_out(&attempt, &secrets, run, report).await {
            Ok(probe) => probe,
            failed => return Ok(outcome(failed, started)),
        };
        let millis = started.elapsed().as_secs_f64() * 1000.0;
        let saved = match self.save(attempt, keep, &probe).await {
            Ok(saved) => saved,
            Err(error) => return Ok(Outcome::Failed { error: error.view() }),
        };
        secrets.remember(saved);
        self.draft_close(id);
        let connection = Some(self.connection_view(saved).await?);
        Ok(Outcome::Worked { summary: probe.summary, warnings: probe.warnings, millis, connection })
    }

    /// Tries a saved connection and remembers how it ended.
    ///
    /// # Errors
    /// `gone`; a try that fails is an [`Outcome`].
    pub async fn connection_test(&self, id: ConnectionId, run: RunId, report: Arc<dyn Report>) -> Result<Outcome> {
        no_local(id, "tested")?;
        let open = self.open_saved(id).await?;
        let checked = match open.check() {
            Ok(checked) => checked,
            Err(errors) => return Ok(Outcome::Fields { errors }),
        };
        let attempt = Attempt::of(&open, checked);
        let secrets = RunSecrets::of(self, attempt.connector, &attempt.draft, Some(&attempt.checked));
        let started = Instant::now();
        let done = self.try_out(&attempt, &secrets, run, report).await;
        if done.is_ok() {
            secrets.remember(id);
        }
        if let Some(last) = last_test(&done) {
            self.with_store(move |store, _| store.set_last_test(id, last)).await?;
        }
        match outcome(done, started) {
            Outcome::Worked { summary, warnings, millis, .. } => {
                Ok(Outcome::Worked { summary, warnings, millis, connection: Some(self.connection_view(id).await?) })
            }
            failed => Ok(failed),
        }
    }

    async fn attempt(&self, id: DraftId) -> Result<std::result::Result<Attempt, Outcome>> {
        let checked = match self.checked(id).await? {
            Ok(checked) => checked,
            Err(errors) => return Ok(Err(Outcome::Fields { errors })),
        };
        self.with_draft(id, |open| Ok(Ok(Attempt::of(open, checked))))
    }

    async fn try_out(&self, attempt: &Attempt, secrets: &RunSecrets, run: RunId, report: Arc<dyn Report>) -> Result<Probe> {
        let under_way = self.runs().begin(run.clone());
        let cx = self.context(&run, under_way.cancel.clone(), report, &ProxyChoice::of(&attempt.draft)).await?;
        tracing::info!(connector = %attempt.checked.connector, "trying a connection");
        let done = open_and_probe(attempt, secrets, &cx).await;
        match &done {
            Ok(_) => tracing::info!(connector = %attempt.checked.connector, "it worked"),
            Err(e) => {
                tracing::info!(connector = %attempt.checked.connector, code = e.code(), vendor = e.vendor_code(), "it failed")
            }
        }
        done
    }

    async fn save(&self, attempt: Attempt, keep: KeepSecrets, probe: &Probe) -> Result<ConnectionId> {
        let before = match attempt.draft.editing {
            Some(id) => Some(self.saved(id).await?),
            None => None,
        };
        let mut connection = attempt.connection(before.as_ref());
        connection.last_test = last_test(&Ok(probe.clone()));
        let changes = self.secret_changes(&attempt, keep, &mut connection);
        let elsewhere = before.as_ref().is_some_and(|b| b.values != connection.values || b.files != connection.files);
        let (id, destination) = (connection.id, attempt.checked.destination);
        self.with_store(move |store, vault| store.save(vault, &connection, changes, &destination)).await?;
        self.sessions().close(id);
        if elsewhere {
            // What was seen there, and allowed there, says nothing about where it leads now.
            self.explorer().forget(id);
            self.with_store(move |store, _| store.forget_explored(id)).await?;
        }
        Ok(id)
    }

    /// What is to be sealed, kept and removed; what stays in memory goes there.
    fn secret_changes(&self, attempt: &Attempt, keep: KeepSecrets, connection: &mut Connection) -> SecretChanges {
        let mut changes = SecretChanges::none();
        for field in attempt.connector.spec().fields.iter().filter(|f| f.is_secret()) {
            let slot = Slot::field(&field.id);
            let here = attempt.draft.secrets.get(&field.id).filter(|_| field.is_visible(&attempt.draft));
            let change = match here {
                Some(DraftSecret::Stored) => SecretChange::Keep,
                Some(DraftSecret::Typed(secret)) if keep == KeepSecrets::ThisSession || asks(attempt, &field.id) => {
                    let secret = secret.duplicate();
                    self.session_secrets().keep(connection.id, slot.clone(), &attempt.checked.destination, secret);
                    connection.sources.insert(field.id.clone(), SecretSource::Ask);
                    SecretChange::Remove
                }
                Some(DraftSecret::Typed(secret)) => {
                    self.session_secrets().forget_slot(connection.id, &slot);
                    SecretChange::Replace(secret.duplicate())
                }
                None => SecretChange::Remove,
            };
            changes.set(slot, change);
        }
        changes
    }
}

impl OpenDraft {
    /// A copy to work with while the draft stays free to be changed. Typed secrets are copied on purpose.
    pub(crate) fn working_copy(&self) -> Draft {
        let draft = &self.draft;
        let secret = |s: &DraftSecret| match s {
            DraftSecret::Stored => DraftSecret::Stored,
            DraftSecret::Typed(s) => DraftSecret::Typed(Secret::duplicate(s)),
        };
        Draft {
            connector: draft.connector.clone(),
            editing: draft.editing,
            values: draft.values.clone(),
            files: draft.files.clone(),
            secrets: draft.secrets.iter().map(|(id, s)| (id.clone(), secret(s))).collect(),
            secret_files: draft.secret_files.clone(),
            sources: draft.sources.clone(),
        }
    }
}

async fn open_and_probe(attempt: &Attempt, secrets: &RunSecrets, cx: &Ctx) -> Result<Probe> {
    let session = attempt.connector.open(&attempt.checked, secrets, cx).await?;
    let probe = session.probe(cx).await;
    let mut goodbye = cx.within(GOODBYE);
    goodbye.cancel = tokio_util::sync::CancellationToken::new();
    session.close(&goodbye).await;
    probe
}

fn seals_something(attempt: &Attempt) -> bool {
    let spec = attempt.connector.spec();
    let typed = |f: &&model::Field| matches!(attempt.draft.secrets.get(&f.id), Some(DraftSecret::Typed(_)));
    spec.fields.iter().filter(|f| f.is_visible(&attempt.draft)).any(|f| typed(&f) && !asks(attempt, &f.id))
}

/// True for a secret that is asked for each time: a paste may have brought one along, which is not kept either.
fn asks(attempt: &Attempt, field: &FieldId) -> bool {
    attempt.draft.source(field) == SecretSource::Ask
}

fn outcome(done: Result<Probe>, started: Instant) -> Outcome {
    match done {
        Ok(probe) => {
            let millis = started.elapsed().as_secs_f64() * 1000.0;
            Outcome::Worked { summary: probe.summary, warnings: probe.warnings, millis, connection: None }
        }
        Err(error) => Outcome::Failed { error: error.view() },
    }
}

/// What the list remembers of a try; a cancelled one says nothing about the connection.
fn last_test(done: &Result<Probe>) -> Option<LastTest> {
    let (state, summary) = match done {
        Ok(probe) if probe.warnings.is_empty() => (TestState::Ok, probe.summary.clone()),
        Ok(probe) => (TestState::Warning, probe.warnings.join(" ")),
        Err(e) if e.kind() == Kind::Cancelled => return None,
        Err(e) => (TestState::Failed, e.view().what),
    };
    Some(LastTest { state, at: now(), summary })
}
