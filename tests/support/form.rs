//! A form filled as a person fills it: defaults, values, files through the connector's own `accept`, then `check`.

use super::{Canned, Recorded, ctx};
use model::{Checked, Connector, Ctx, Draft, DraftSecret, Error, FieldId, FileValue, Secret, Session};
use std::sync::Arc;

/// A form that is being filled.
pub struct Form {
    connector: &'static dyn Connector,
    /// What was typed.
    pub draft: Draft,
    secrets: Canned,
}

impl Form {
    /// An empty form of that warehouse, with its defaults.
    pub fn of(id: &str) -> Self {
        Self::for_(*connectors::ALL.iter().find(|c| c.spec().id.as_str() == id).expect("a warehouse of this id"))
    }

    /// An empty form of that connector, with its defaults.
    pub fn for_(connector: &'static dyn Connector) -> Self {
        let spec = connector.spec();
        let mut draft = Draft { connector: Some(spec.id.clone()), ..Draft::default() };
        for field in spec.fields {
            if let Some(value) = field.default {
                draft.values.insert(field.id.clone(), value.to_owned());
            }
        }
        Self { connector, draft, secrets: Canned::default() }.with("name", "A test")
    }

    /// Types a value.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl ToString) -> Self {
        self.draft.values.insert(FieldId::named(field), value.to_string());
        self
    }

    /// Types a secret; an empty one is none.
    #[must_use]
    pub fn secret(mut self, field: &str, value: &str) -> Self {
        if !value.is_empty() {
            let id = FieldId::named(field);
            self.draft.secrets.insert(id.clone(), DraftSecret::Typed(Secret::from(value.to_owned())));
            self.secrets.0.insert(id, value.as_bytes().to_vec());
        }
        self
    }

    /// Chooses a file.
    #[must_use]
    pub fn file(mut self, field: &str, content: &str) -> Self {
        let id = FieldId::named(field);
        let accepted = self.connector.accept(&id, Secret::from(content.to_owned())).expect("an accepted file");
        if self.connector.spec().field(&id).expect("a field").is_secret() {
            self.secrets.0.insert(id.clone(), accepted.content.expose().to_vec());
            self.draft.secrets.insert(id, DraftSecret::Typed(accepted.content));
        } else {
            let text = accepted.content.expose_str().expect("text").to_owned();
            self.draft.files.insert(id, FileValue { name: "file".to_owned(), summary: accepted.summary, text });
        }
        self
    }

    /// Checks it; it has to be right.
    pub fn checked(&self) -> Checked {
        self.connector.check(&self.draft).expect("a right form")
    }

    /// Connects in this context.
    ///
    /// # Errors
    /// As the connector.
    pub async fn open_in(&self, cx: &Ctx) -> Result<Arc<dyn Session>, Error> {
        self.connector.open(&self.checked(), &self.secrets, cx).await
    }

    /// Connects in a context of its own; also what was reported.
    pub async fn open(&self) -> (Result<Arc<dyn Session>, Error>, Arc<Recorded>) {
        let (cx, report, _cancel) = ctx();
        (self.open_in(&cx).await, report)
    }
}
