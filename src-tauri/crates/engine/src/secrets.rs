//! Where a run's secrets come from: the draft, the vault, memory of this session, or the person.

use crate::engine::Engine;
use async_trait::async_trait;
use model::{
    Answer, Checked, ConnectionId, Connector, Ctx, Draft, DraftSecret, FieldId, Kind, Question, Result, Secret, SecretSource,
    Secrets, Slot, common,
};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Connection, slot, and where the secret may be sent.
type Key = (ConnectionId, Slot, Vec<u8>);

/// Secrets typed for this session, in memory only.
#[derive(Default)]
pub struct SessionSecrets(Mutex<HashMap<Key, Secret>>);

impl SessionSecrets {
    /// Remembers one until the program ends.
    pub fn keep(&self, connection: ConnectionId, slot: Slot, destination: &model::Destination, secret: Secret) {
        self.lock().insert((connection, slot, destination.to_bytes()), secret);
    }

    fn get(&self, connection: ConnectionId, slot: &Slot, destination: &model::Destination) -> Option<Secret> {
        self.lock().get(&(connection, slot.clone(), destination.to_bytes())).map(Secret::duplicate)
    }

    /// Forgets one: it was replaced by what is sealed now, or taken out.
    pub fn forget_slot(&self, connection: ConnectionId, slot: &Slot) {
        self.lock().retain(|(id, of, _), _| *id != connection || of != slot);
    }

    /// Forgets all of a connection.
    pub fn forget(&self, connection: ConnectionId) {
        self.lock().retain(|(id, _, _), _| *id != connection);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Secret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum From {
    Typed(Secret),
    Stored,
    Person,
}

/// The secrets of one run.
pub struct RunSecrets {
    engine: Engine,
    connector: &'static dyn Connector,
    connection: Option<ConnectionId>,
    /// Where they may be sent; None while the form is not whole, and then nothing sealed is handed out.
    checked: Option<Checked>,
    of: HashMap<FieldId, From>,
    /// What the person was asked for in this run, to be kept if the run works.
    asked: Mutex<Vec<(FieldId, Secret)>>,
}

impl RunSecrets {
    /// The secrets of a draft, for a run that goes where `checked` says.
    pub fn of(engine: &Engine, connector: &'static dyn Connector, draft: &Draft, checked: Option<&Checked>) -> Self {
        let mut of = HashMap::new();
        for field in connector.spec().fields.iter().filter(|f| f.is_secret() && f.is_visible(draft)) {
            let from = match draft.secrets.get(&field.id) {
                Some(DraftSecret::Typed(secret)) => From::Typed(secret.duplicate()),
                Some(DraftSecret::Stored) => From::Stored,
                None if draft.source(&field.id) == SecretSource::Ask => From::Person,
                None => continue,
            };
            of.insert(field.id.clone(), from);
        }
        let (engine, checked) = (engine.clone(), checked.cloned());
        Self { engine, connector, connection: draft.editing, checked, of, asked: Mutex::default() }
    }

    /// The same, without asking again for what the person typed a moment ago for the same connection.
    pub fn knowing(self, typed: Vec<(FieldId, Secret)>) -> Self {
        Self { asked: Mutex::new(typed), ..self }
    }

    /// What the person was asked for. Copied on purpose: one session's secrets open the next.
    pub fn typed(&self) -> Vec<(FieldId, Secret)> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().map(|(field, secret)| (field.clone(), secret.duplicate())).collect()
    }

    /// Remembers what the person was asked for until the program ends, while the vault cannot keep it. With an open vault a
    /// secret is asked for only because the person wants to be asked every time.
    pub fn remember(&self, connection: ConnectionId) {
        if !self.engine.vault_is_locked() {
            return;
        }
        let Some(checked) = &self.checked else { return };
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        for (field, secret) in asked.drain(..) {
            self.engine.session_secrets().keep(connection, Slot::field(&field), &checked.destination, secret);
        }
    }

    async fn ask(&self, field: &FieldId, cx: &Ctx) -> Result<Option<Secret>> {
        let typed = |(of, secret): &(FieldId, Secret)| (of == field).then(|| secret.duplicate());
        let known = self.asked.lock().unwrap_or_else(PoisonError::into_inner).iter().find_map(typed);
        if known.is_some() {
            return Ok(known);
        }
        let label = self.connector.spec().field(field).map_or("", |f| f.label).to_owned();
        let purpose = self.checked.as_ref().map(|c| format!("{} ({})", c.name, c.host)).unwrap_or_default();
        match cx.run(cx.ask.ask(Question::Secret { field: Some(field.clone()), label, purpose })).await? {
            Answer::Secret(secret) => {
                let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
                asked.push((field.clone(), secret.duplicate()));
                Ok(Some(secret))
            }
            Answer::Yes | Answer::No => Err(common::cancelled()),
        }
    }
}

#[async_trait]
impl Secrets for RunSecrets {
    async fn get(&self, field: &FieldId, cx: &Ctx) -> Result<Option<Secret>> {
        let Some(from) = self.of.get(field) else { return Ok(None) };
        if let From::Typed(secret) = from {
            return Ok(Some(secret.duplicate()));
        }
        let (Some(connection), Some(checked)) = (self.connection, &self.checked) else { return self.ask(field, cx).await };
        let slot = Slot::field(field);
        if let Some(typed) = self.engine.session_secrets().get(connection, &slot, &checked.destination) {
            return Ok(Some(typed));
        }
        if let From::Stored = from {
            match self.engine.sealed_secret(connection, slot, checked.destination.clone(), cx).await {
                // Locked: the connection still works with what the person types for this session.
                Err(e) if e.kind() == Kind::Vault => {}
                done => return done,
            }
        }
        self.ask(field, cx).await
    }
}
