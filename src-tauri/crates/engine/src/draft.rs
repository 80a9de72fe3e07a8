//! One open draft: what a person is typing, with what the program fills in beside it. Pure: no I/O, no waiting.

use crate::views::{DraftId, DraftView, FileView, SecretFrom, SecretView};
use model::{
    Checked, Connection, Connector, Destination, Draft, DraftPatch, DraftSecret, Environment, Error, FieldError, FieldId,
    FieldKind, FileValue, Kind, NAME, Secret, SecretSource, Text,
};
use std::collections::BTreeSet;

/// A file was not accepted for a field.
pub const FILE_REFUSED: Text = Text {
    code: "file.refused",
    kind: Kind::Invalid,
    what: "{message}",
    why: "",
    remedy: "Choose another file.",
    retryable: false,
};
/// The form has no such field.
pub const NO_SUCH_FIELD: Text = Text {
    code: "draft.no_such_field",
    kind: Kind::Internal,
    what: "This form has no field {field} that holds this.",
    why: "",
    remedy: "",
    retryable: false,
};

/// Longer values are cut: no field holds more, and the check says so in words.
const LONGEST_VALUE: usize = 64 * 1024;

/// An open draft.
pub struct OpenDraft {
    /// What is being typed.
    pub draft: Draft,
    /// What it is used for.
    pub environment: Environment,
    /// Free labels.
    pub labels: Vec<String>,
    connector: &'static dyn Connector,
    touched: BTreeSet<FieldId>,
    stored: BTreeSet<FieldId>,
    stored_destination: Option<Destination>,
    dirty: bool,
}

impl OpenDraft {
    /// An empty form with its defaults.
    pub fn empty(connector: &'static dyn Connector) -> Self {
        let mut draft = Draft { connector: Some(connector.spec().id.clone()), ..Draft::default() };
        for field in connector.spec().fields {
            if let Some(value) = field.default {
                draft.values.insert(field.id.clone(), value.to_owned());
            }
        }
        if let Some(card) = connector.spec().sign_in.first() {
            draft.values.insert(model::SIGN_IN, card.id.to_owned());
        }
        let mut open = Self {
            draft,
            environment: Environment::None,
            labels: Vec::new(),
            connector,
            touched: BTreeSet::new(),
            stored: BTreeSet::new(),
            stored_destination: None,
            dirty: false,
        };
        open.follow_defaults();
        open
    }

    /// The form of a saved connection; `sealed` are the fields whose secret is in the vault.
    pub fn of(connector: &'static dyn Connector, saved: &Connection, sealed: &BTreeSet<FieldId>) -> Self {
        let mut open = Self::empty(connector);
        open.take_over(saved);
        open.draft.editing = Some(saved.id);
        open.draft.secret_files = saved.secret_files.clone();
        open.stored = sealed.clone();
        for field in sealed {
            open.draft.secrets.insert(field.clone(), DraftSecret::Stored);
        }
        open.stored_destination = connector.check(&open.draft).ok().map(|checked| checked.destination);
        open
    }

    /// A copy of a saved connection under another name; never with its secrets.
    pub fn copy_of(connector: &'static dyn Connector, saved: &Connection, name: String) -> Self {
        let mut open = Self::empty(connector);
        open.take_over(saved);
        open.draft.values.insert(NAME, name);
        open.dirty = true;
        open
    }

    fn take_over(&mut self, saved: &Connection) {
        self.touched.extend(saved.values.keys().cloned());
        self.draft.values.extend(saved.values.clone());
        self.draft.values.insert(NAME, saved.name.clone());
        self.draft.files = saved.files.clone();
        self.draft.sources = saved.sources.clone();
        self.environment = saved.environment;
        self.labels.clone_from(&saved.labels);
        self.follow_defaults();
    }

    /// The warehouse.
    pub fn connector(&self) -> &'static dyn Connector {
        self.connector
    }

    /// Puts a value into a field.
    ///
    /// # Errors
    /// [`NO_SUCH_FIELD`] also for a field whose content is secret or a file.
    pub fn set(&mut self, field: &FieldId, value: &str) -> Result<(), Error> {
        let known = *field == model::SIGN_IN || self.connector.spec().field(field).is_some_and(|f| holds_a_value(&f.kind));
        if !known {
            return Err(Error::new(&NO_SUCH_FIELD).with("field", field));
        }
        let end = value.char_indices().map(|(n, c)| n + c.len_utf8()).take_while(|n| *n <= LONGEST_VALUE).last().unwrap_or(0);
        self.draft.values.insert(field.clone(), value[..end].to_owned());
        self.touch(field);
        self.follow_defaults();
        Ok(())
    }

    /// Puts a typed secret into a field; an empty one takes it out.
    ///
    /// # Errors
    /// [`NO_SUCH_FIELD`].
    pub fn set_secret(&mut self, field: &FieldId, secret: Secret) -> Result<(), Error> {
        if !self.connector.spec().field(field).is_some_and(model::Field::is_secret) {
            return Err(Error::new(&NO_SUCH_FIELD).with("field", field));
        }
        if secret.is_empty() {
            return self.clear_secret(field);
        }
        self.draft.secrets.insert(field.clone(), DraftSecret::Typed(secret));
        self.draft.secret_files.remove(field);
        self.touch(field);
        Ok(())
    }

    /// Takes back what was typed; what is stored counts again. A second time takes out what is stored, too.
    ///
    /// # Errors
    /// [`NO_SUCH_FIELD`].
    pub fn clear_secret(&mut self, field: &FieldId) -> Result<(), Error> {
        let typed = matches!(self.draft.secrets.remove(field), Some(DraftSecret::Typed(_)));
        self.draft.secret_files.remove(field);
        if typed && self.stored.contains(field) {
            self.draft.secrets.insert(field.clone(), DraftSecret::Stored);
        }
        self.touch(field);
        Ok(())
    }

    /// Says where a field's secret comes from. One that is asked for each time is not kept here either.
    ///
    /// # Errors
    /// [`NO_SUCH_FIELD`] for a field that holds no typed secret.
    pub fn set_source(&mut self, field: &FieldId, source: SecretSource) -> Result<(), Error> {
        if !self.connector.spec().field(field).is_some_and(|f| matches!(f.kind, FieldKind::Secret { .. })) {
            return Err(Error::new(&NO_SUCH_FIELD).with("field", field));
        }
        if source == SecretSource::Ask {
            self.draft.secrets.remove(field);
            self.draft.secret_files.remove(field);
        } else if self.stored.contains(field) && !self.draft.secrets.contains_key(field) {
            self.draft.secrets.insert(field.clone(), DraftSecret::Stored);
        }
        self.draft.sources.insert(field.clone(), source);
        self.touch(field);
        Ok(())
    }

    /// Gives a file's content to a field, if the connector accepts it.
    ///
    /// # Errors
    /// [`FILE_REFUSED`] with the connector's words, [`NO_SUCH_FIELD`].
    pub fn set_file(&mut self, field: &FieldId, name: String, content: Secret) -> Result<(), Error> {
        let refused = |e: FieldError| Error::new(&FILE_REFUSED).with("message", e.message).field(e.field);
        let known = self.connector.spec().field(field).ok_or_else(|| Error::new(&NO_SUCH_FIELD).with("field", field))?;
        let accepted = self.connector.accept(field, content).map_err(refused)?;
        if known.is_secret() {
            self.draft.secrets.insert(field.clone(), DraftSecret::Typed(accepted.content));
            self.draft.secret_files.insert(field.clone(), (name, accepted.summary));
        } else {
            let text = accepted.content.expose_str().unwrap_or_default().to_owned();
            self.draft.files.insert(field.clone(), FileValue { name, summary: accepted.summary, text });
        }
        self.touch(field);
        Ok(())
    }

    /// Takes a file out of its field.
    ///
    /// # Errors
    /// [`NO_SUCH_FIELD`].
    pub fn clear_file(&mut self, field: &FieldId) -> Result<(), Error> {
        self.draft.files.remove(field);
        self.clear_secret(field)
    }

    /// Fills in what was pasted and says which fields were filled.
    pub fn apply(&mut self, patch: DraftPatch) -> Vec<FieldId> {
        let mut filled = Vec::new();
        for (field, value) in patch.values {
            if self.set(&field, &value).is_ok() {
                filled.push(field);
            }
        }
        for (field, secret) in patch.secrets {
            if self.set_secret(&field, secret).is_ok() {
                filled.push(field);
            }
        }
        let order = |id: &FieldId| self.connector.spec().fields.iter().position(|f| f.id == *id);
        filled.sort_by_key(order);
        filled
    }

    /// Marks the draft as changed.
    pub fn touch(&mut self, field: &FieldId) {
        self.touched.insert(field.clone());
        self.dirty = true;
    }

    /// Marks it as changed by something that is no field.
    pub fn touch_all(&mut self) {
        self.dirty = true;
    }

    /// Checks the whole form once.
    ///
    /// # Errors
    /// All that is wrong, by field; also a stored secret whose destination changed.
    pub fn check(&self) -> Result<Checked, Vec<FieldError>> {
        let mut errors = match self.connector.check(&self.draft) {
            Ok(checked) => match self.asked_again(&checked) {
                again if again.is_empty() => return Ok(checked),
                again => again,
            },
            Err(errors) => errors,
        };
        let order = |e: &FieldError| self.connector.spec().fields.iter().position(|f| f.id == e.field);
        errors.sort_by_key(order);
        Err(errors)
    }

    /// The stored secrets that may not be sent where the form now points to.
    fn asked_again(&self, checked: &Checked) -> Vec<FieldError> {
        let Some(changed) = self.changed_destination(checked) else { return Vec::new() };
        let stored = self.draft.secrets.iter().filter(|(_, s)| matches!(s, DraftSecret::Stored));
        stored.map(|(field, _)| FieldError::new(field, "asked_again", changed.clone())).collect()
    }

    fn changed_destination(&self, checked: &Checked) -> Option<String> {
        let differs = self.stored_destination.as_ref()?.differs_in(&checked.destination);
        let parts = match differs.as_slice() {
            [] => return None,
            [one] => (*one).to_owned(),
            [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
        };
        Some(format!("The {parts} changed. What is saved was given for the old one and is not sent to the new: enter it again."))
    }

    /// Defaults that depend on other values, for fields that nobody touched.
    fn follow_defaults(&mut self) {
        for (field, value) in self.connector.defaults(&self.draft) {
            if !self.touched.contains(&field) {
                self.draft.values.insert(field, value);
            }
        }
    }

    /// What the interface shows.
    pub fn view(&self, id: DraftId) -> DraftView {
        let spec = self.connector.spec();
        let visible = || spec.fields.iter().filter(|f| f.is_visible(&self.draft));
        let changed = self.connector.check(&self.draft).ok().and_then(|checked| self.changed_destination(&checked));
        let secret = |f: &model::Field| {
            let from = match self.draft.secrets.get(&f.id) {
                None => SecretFrom::Nowhere,
                Some(DraftSecret::Stored) => SecretFrom::Stored,
                Some(DraftSecret::Typed(_)) => SecretFrom::Typed,
            };
            let file = self.draft.secret_files.get(&f.id);
            SecretView {
                from,
                source: self.draft.source(&f.id),
                file: file.map(|(name, _)| name.clone()),
                summary: file.map(|(_, summary)| summary.clone()),
                asked_again_because: changed.clone().filter(|_| from == SecretFrom::Stored),
            }
        };
        DraftView {
            id,
            connector: spec.id.clone(),
            editing: self.draft.editing,
            values: self.draft.values.clone(),
            secrets: spec.fields.iter().filter(|f| f.is_secret()).map(|f| (f.id.clone(), secret(f))).collect(),
            files: self.draft.files.iter().map(|(id, f)| (id.clone(), file_view(f))).collect(),
            visible: visible().map(|f| f.id.clone()).collect(),
            required: visible().filter(|f| f.is_required(&self.draft)).map(|f| f.id.clone()).collect(),
            environment: self.environment,
            labels: self.labels.clone(),
            dirty: self.dirty,
        }
    }
}

fn holds_a_value(kind: &FieldKind) -> bool {
    !matches!(kind, FieldKind::Secret { .. } | FieldKind::File(_))
}

fn file_view(file: &FileValue) -> FileView {
    FileView { name: file.name.clone(), summary: file.summary.clone() }
}
