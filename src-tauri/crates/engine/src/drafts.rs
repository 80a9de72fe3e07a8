//! Verbs on drafts: open, fill in, check, close. Trying and saving them is in `connect`.

use crate::draft::OpenDraft;
use crate::engine::{Engine, ProxyChoice};
use crate::explorer::sessions::no_local;
use crate::files;
use crate::views::{ChoicePage, DraftId, DraftView, Pasted, RunId};
use model::{
    ConnectionId, ConnectorId, DraftPatch, Environment, Error, FieldError, FieldId, FieldKind, Kind, NoReport, PageToken, Result,
    Search, Secret, SecretSource, Text, common,
};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Nothing in the paste was understood.
pub const NOT_A_CONNECTION: Text = Text {
    code: "draft.not_a_connection",
    kind: Kind::Invalid,
    what: "This text does not describe a connection that Landbridge knows.",
    why: "It is no connection URL, connection string or environment of a warehouse in the list.",
    remedy: "Copy the whole URL, or fill in the form.",
    retryable: false,
};

/// A paste longer than this is not a connection.
const LONGEST_PASTE: usize = 256 * 1024;
const MOST_LABELS: usize = 20;
const LONGEST_LABEL: usize = 40;

impl Engine {
    /// Opens an empty form.
    ///
    /// # Errors
    /// `gone` for a warehouse that is not known.
    pub fn draft_new(&self, connector: &ConnectorId) -> Result<DraftView> {
        let id = self.add_draft(OpenDraft::empty(self.connector(connector)?));
        self.draft_view(id)
    }

    /// Opens a form filled from a pasted text, for the first warehouse that recognises it.
    ///
    /// # Errors
    /// [`NOT_A_CONNECTION`].
    pub fn draft_paste_new(&self, text: &Secret) -> Result<Pasted> {
        let text = paste_text(text)?;
        for connector in self.connectors() {
            if let Some(patch) = connector.paste(text) {
                let id = self.add_draft(OpenDraft::empty(*connector));
                return self.apply_patch(id, patch);
            }
        }
        Err(Error::new(&NOT_A_CONNECTION))
    }

    /// Fills in an open form from a pasted text.
    ///
    /// # Errors
    /// [`NOT_A_CONNECTION`], `gone`.
    pub fn draft_paste(&self, id: DraftId, text: &Secret) -> Result<Pasted> {
        let connector = self.with_draft(id, |open| Ok(open.connector()))?;
        let patch = connector.paste(paste_text(text)?).ok_or_else(|| Error::new(&NOT_A_CONNECTION))?;
        self.apply_patch(id, patch)
    }

    fn apply_patch(&self, id: DraftId, mut patch: DraftPatch) -> Result<Pasted> {
        let ignored = std::mem::take(&mut patch.ignored);
        let filled = self.with_draft(id, |open| Ok(open.apply(patch)))?;
        Ok(Pasted { draft: self.draft_view(id)?, filled, ignored })
    }

    /// Opens a saved connection's form.
    ///
    /// # Errors
    /// `gone`.
    pub async fn connection_edit(&self, id: ConnectionId) -> Result<DraftView> {
        no_local(id, "edited")?;
        let open = self.open_saved(id).await?;
        let id = self.add_draft(open);
        self.draft_view(id)
    }

    /// Opens a form with a copy of a saved connection, without its secrets.
    ///
    /// # Errors
    /// `gone`.
    pub async fn connection_duplicate(&self, id: ConnectionId) -> Result<DraftView> {
        no_local(id, "duplicated")?;
        let saved = self.saved(id).await?;
        let connector = self.connector(&saved.connector)?;
        let base = saved.name.clone();
        let name = self.with_store(move |store, _| free_name(&base, |name| store.name_taken(name, None))).await?;
        let id = self.add_draft(OpenDraft::copy_of(connector, &saved, name));
        self.draft_view(id)
    }

    pub(crate) async fn open_saved(&self, id: ConnectionId) -> Result<OpenDraft> {
        let saved = self.saved(id).await?;
        let connector = self.connector(&saved.connector)?;
        let slots = self.with_store(move |store, _| store.sealed_slots(id)).await?;
        let is_sealed = |f: &&model::Field| slots.contains(&model::Slot::field(&f.id));
        let sealed: BTreeSet<FieldId> = connector.spec().fields.iter().filter(is_sealed).map(|f| f.id.clone()).collect();
        Ok(OpenDraft::of(connector, &saved, &sealed))
    }

    /// A draft as shown.
    ///
    /// # Errors
    /// `gone`.
    pub fn draft_view(&self, id: DraftId) -> Result<DraftView> {
        self.with_draft(id, |open| Ok(open.view(id)))
    }

    /// Puts a value into a field.
    ///
    /// # Errors
    /// `gone`, or a field that holds no value.
    pub fn draft_set(&self, id: DraftId, field: &FieldId, value: &str) -> Result<DraftView> {
        self.change(id, |open| open.set(field, value))
    }

    /// Puts a typed secret into a field.
    ///
    /// # Errors
    /// `gone`, or a field that holds no secret.
    pub fn draft_secret(&self, id: DraftId, field: &FieldId, secret: Secret) -> Result<DraftView> {
        self.change(id, |open| open.set_secret(field, secret))
    }

    /// Takes back what was typed, then what is stored.
    ///
    /// # Errors
    /// `gone`.
    pub fn draft_secret_clear(&self, id: DraftId, field: &FieldId) -> Result<DraftView> {
        self.change(id, |open| open.clear_secret(field))
    }

    /// Says where a field's secret comes from.
    ///
    /// # Errors
    /// `gone`, or a field whose secret is a file: nobody types a file each time.
    pub fn draft_source(&self, id: DraftId, field: &FieldId, source: SecretSource) -> Result<DraftView> {
        self.change(id, |open| open.set_source(field, source))
    }

    /// Sets environment and labels. Labels are trimmed, empty and repeated ones left out, 20 of 40 characters kept.
    ///
    /// # Errors
    /// `gone`.
    pub fn draft_organise(&self, id: DraftId, environment: Environment, labels: Vec<String>) -> Result<DraftView> {
        self.change(id, |open| {
            open.environment = environment;
            open.labels = tidy_labels(labels);
            open.touch_all();
            Ok(())
        })
    }

    /// Reads a chosen or dropped file into a field.
    ///
    /// # Errors
    /// As [`files::read_bounded`], or the connector's refusal in words.
    pub async fn draft_file(&self, id: DraftId, field: &FieldId, path: &Path) -> Result<DraftView> {
        let most = self.file_limit(id, field)?;
        let owned = path.to_owned();
        let read = tokio::task::spawn_blocking(move || files::read_bounded(&owned, most)).await;
        let content = read.map_err(|_| common::internal("reading a file ended early"))?.map_err(|e| e.field(field.clone()))?;
        self.change(id, |open| open.set_file(field, files::name_of(path), content))
    }

    /// Takes a pasted file's text into a field.
    ///
    /// # Errors
    /// The connector's refusal in words.
    pub fn draft_file_text(&self, id: DraftId, field: &FieldId, text: Secret) -> Result<DraftView> {
        let most = self.file_limit(id, field)?;
        if text.expose().len() as u64 > most {
            return Err(Error::new(&files::TOO_LARGE)
                .with("name", "The pasted text")
                .with("bytes", text.expose().len())
                .with("most", most)
                .field(field.clone()));
        }
        self.change(id, |open| open.set_file(field, "pasted".to_owned(), text))
    }

    /// The extensions that a file chooser offers first.
    ///
    /// # Errors
    /// `gone`, or a field that holds no file.
    pub fn draft_file_extensions(&self, id: DraftId, field: &FieldId) -> Result<&'static [&'static str]> {
        self.with_draft(id, |open| match open.connector().spec().field(field).map(|f| &f.kind) {
            Some(FieldKind::File(file)) => Ok(file.extensions),
            _ => Err(Error::new(&crate::draft::NO_SUCH_FIELD).with("field", field)),
        })
    }

    fn file_limit(&self, id: DraftId, field: &FieldId) -> Result<u64> {
        self.with_draft(id, |open| match open.connector().spec().field(field).map(|f| &f.kind) {
            Some(FieldKind::File(file)) => Ok(u64::from(file.max_bytes)),
            _ => Err(Error::new(&crate::draft::NO_SUCH_FIELD).with("field", field)),
        })
    }

    /// Takes a file out of its field.
    ///
    /// # Errors
    /// `gone`.
    pub fn draft_file_clear(&self, id: DraftId, field: &FieldId) -> Result<DraftView> {
        self.change(id, |open| open.clear_file(field))
    }

    /// The entries of a loaded selector.
    ///
    /// # Errors
    /// As the warehouse answers.
    pub async fn draft_choices(
        &self,
        id: DraftId,
        field: &FieldId,
        text: String,
        page: Option<String>,
        run: RunId,
    ) -> Result<ChoicePage> {
        let (connector, draft, checked) = self.with_draft(id, |open| {
            // The form is mostly not whole yet; then only what was typed into it is used.
            Ok((open.connector(), open.working_copy(), open.check().ok()))
        })?;
        let under_way = self.runs().begin(run.clone());
        let cx = self.context(&run, under_way.cancel.clone(), Arc::new(NoReport), &ProxyChoice::of(&draft)).await?;
        let secrets = crate::secrets::RunSecrets::of(self, connector, &draft, checked.as_ref());
        let find = Search { text, page: PageToken(page) };
        let page = cx.run(connector.choices(field, &draft, &secrets, &find, &cx)).await?;
        Ok(ChoicePage { items: page.items, next: page.next.and_then(|t| t.0) })
    }

    /// All that is wrong with the form.
    ///
    /// # Errors
    /// `gone`.
    pub async fn draft_check(&self, id: DraftId) -> Result<Vec<FieldError>> {
        Ok(self.checked(id).await?.err().unwrap_or_default())
    }

    /// Closes a draft and wipes what was typed.
    pub fn draft_close(&self, id: DraftId) {
        self.drafts().remove(&id);
    }

    /// The form checked with what only the engine knows: the other connections' names, and the proxy.
    pub(crate) async fn checked(&self, id: DraftId) -> Result<std::result::Result<model::Checked, Vec<FieldError>>> {
        let (mut result, name, proxy, editing) = self.with_draft(id, |open| {
            let draft = &open.draft;
            Ok((open.check(), draft.trimmed(&model::NAME).to_owned(), ProxyChoice::of(draft).check(), draft.editing))
        })?;
        let mut more = Vec::new();
        let taken = name.clone();
        if !name.is_empty() && self.with_store(move |store, _| store.name_taken(&taken, editing)).await? {
            let message = "Another connection has this name. Give this one another.".to_owned();
            more.push(FieldError::new(&model::NAME, "name_taken", message));
        }
        more.extend(proxy);
        if !more.is_empty() {
            let mut errors = result.err().unwrap_or_default();
            more.retain(|m| !errors.iter().any(|e| e.field == m.field));
            errors.splice(0..0, more);
            result = Err(errors);
        }
        Ok(result)
    }

    pub(crate) fn with_draft<T>(&self, id: DraftId, work: impl FnOnce(&mut OpenDraft) -> Result<T>) -> Result<T> {
        work(self.drafts().get_mut(&id).ok_or_else(|| common::gone("form"))?)
    }

    fn change(&self, id: DraftId, work: impl FnOnce(&mut OpenDraft) -> Result<()>) -> Result<DraftView> {
        self.with_draft(id, |open| {
            work(open)?;
            Ok(open.view(id))
        })
    }
}

fn paste_text(text: &Secret) -> Result<&str> {
    let fits = text.expose().len() <= LONGEST_PASTE;
    text.expose_str().filter(|_| fits).ok_or_else(|| Error::new(&NOT_A_CONNECTION))
}

/// Labels as they are kept.
pub(crate) fn tidy_labels(labels: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for label in labels {
        let visible = label.chars().filter(|c| !c.is_control()).collect::<String>();
        let label: String = visible.trim().chars().take(LONGEST_LABEL).collect();
        let again = kept.iter().any(|k| k.to_lowercase() == label.to_lowercase());
        if !label.is_empty() && !again && kept.len() < MOST_LABELS {
            kept.push(label);
        }
    }
    kept
}

/// A name like `base` that no connection has: "base copy", "base copy 2" …; at most 100 characters.
fn free_name(base: &str, taken: impl Fn(&str) -> Result<bool>) -> Result<String> {
    let base: String = base.chars().take(88).collect();
    for n in 1..10_000 {
        let name = if n == 1 { format!("{base} copy") } else { format!("{base} copy {n}") };
        if !taken(&name)? {
            return Ok(name);
        }
    }
    Ok(String::new())
}
