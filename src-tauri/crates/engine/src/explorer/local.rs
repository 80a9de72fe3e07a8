//! Local data: the files that a person added.
//!
//! Owns: the list of them, adding files and what is in folders, taking them out, how Local data is opened. Does not own: what
//! a file holds (the connector, `model::LocalFiles`); no file is ever changed.

use crate::draft::OpenDraft;
use crate::engine::Engine;
use crate::files::name_of;
use crate::views::{AddedView, LocalFileView, RefusedFile, RunId};
use model::{ConnectionId, Error, FieldId, Kind, LocalFiles, Path as At, Result, Text, common};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use store::LocalFile;
use tokio_util::sync::CancellationToken;

/// The connector's one field: a JSON array of `{"id", "path"}`.
const FILES: FieldId = FieldId::of("files");
/// More files are not added at once.
const MOST_AT_ONCE: usize = 2_000;
/// More refusals are not told one by one.
const MOST_REFUSED: usize = 200;

/// A path that is no text cannot be handed on.
const NO_TEXT: Text = Text {
    code: "local.path_is_no_text",
    kind: Kind::Unsupported,
    what: "{name} has a name or folder that is not text.",
    why: "Its path holds bytes that are no UTF-8.",
    remedy: "Rename the file or folder, then add it again.",
    retryable: false,
};
/// Too many files at once.
const TOO_MANY: Text = Text {
    code: "local.too_many_at_once",
    kind: Kind::Invalid,
    what: "These are more than {most} files.",
    why: "So many at once are added by mistake more often than not.",
    remedy: "Add a folder further down, or fewer files.",
    retryable: false,
};

/// What looking at chosen paths came to.
struct LookedThrough {
    good: Vec<PathBuf>,
    formats: HashMap<PathBuf, (String, u64)>,
    refused: Vec<RefusedFile>,
}

impl Engine {
    /// The files, in the order of their names.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn local_files(&self) -> Result<Vec<LocalFileView>> {
        let files = self.with_store(|store, _| store.local_files()).await?;
        let look = self.local_look();
        let views = tokio::task::spawn_blocking(move || {
            let paths: Vec<PathBuf> = files.iter().map(|f| f.path.clone()).collect();
            let mut views: Vec<LocalFileView> =
                files.iter().zip(look.names(&paths)).map(|(file, name)| looked_at(look, file, name)).collect();
            views.sort_by(|a, b| a.name.cmp(&b.name));
            views
        });
        views.await.map_err(|_| common::internal("looking at files ended early"))
    }

    /// Adds files, and those in folders. Those that cannot be read are refused, each with its reason; the others are added.
    ///
    /// # Errors
    /// Cancelled (then nothing is added); too many files; when the database cannot be written.
    pub async fn local_add(&self, paths: Vec<PathBuf>, run: RunId) -> Result<AddedView> {
        let run = self.runs().begin(run);
        let (look, cancel) = (self.local_look(), run.cancel.clone());
        let work = tokio::task::spawn_blocking(move || look_through(look, &paths, &cancel));
        let looked = tokio::select! {
            biased;
            // The thread sees it between two files; nothing waits for it.
            () = run.cancel.cancelled() => return Err(common::cancelled()),
            done = work => done.map_err(|_| common::internal("looking at files ended early"))??,
        };
        let LookedThrough { good, formats, refused } = looked;
        let (added, all) = self
            .with_store(move |store, _| {
                let paths: Vec<&Path> = good.iter().map(PathBuf::as_path).collect();
                Ok((store.add_local_files(&paths)?, store.local_files()?))
            })
            .await?;
        let fresh = added.iter().filter(|(_, fresh)| *fresh).count();
        if fresh > 0 {
            self.local_changed().await;
        }
        let paths: Vec<PathBuf> = all.iter().map(|f| f.path.clone()).collect();
        let names: HashMap<PathBuf, String> = paths.iter().cloned().zip(self.local_look().names(&paths)).collect();
        let view = |(file, _): &(LocalFile, bool)| {
            let (format, bytes) = formats.get(&file.path).cloned().unwrap_or_default();
            let name = names.get(&file.path).cloned().unwrap_or_default();
            LocalFileView { id: file.id.clone(), name, folder: folder(&file.path), format, bytes: Some(bytes), problem: None }
        };
        let mut added: Vec<LocalFileView> = added.iter().map(view).collect();
        added.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(AddedView { added, fresh: u32::try_from(fresh).unwrap_or(u32::MAX), refused })
    }

    /// Takes a file out of Local data; the file itself stays.
    ///
    /// # Errors
    /// `gone`.
    pub async fn local_remove(&self, id: String) -> Result<()> {
        self.with_store(move |store, _| store.remove_local_file(&id)).await?;
        self.local_changed().await;
        Ok(())
    }

    /// Local data's form, filled with the files that there are.
    pub(crate) async fn open_local(&self) -> Result<OpenDraft> {
        let mut open = OpenDraft::empty(self.local());
        let files = self.with_store(|store, _| store.local_files()).await?;
        let entry = |f: &LocalFile| serde_json::json!({ "id": f.id, "path": f.path.to_string_lossy() });
        let text = serde_json::Value::Array(files.iter().map(entry).collect()).to_string();
        // Not by `set`: a list may be longer than anything that is typed.
        open.draft.values.insert(FILES, text);
        open.draft.values.insert(model::NAME, open.connector().spec().name.to_owned());
        Ok(open)
    }

    /// The list of files is another one: what runs goes on, what comes sees the new list.
    async fn local_changed(&self) {
        self.sessions().renew(ConnectionId::LOCAL);
        self.explorer().forget(ConnectionId::LOCAL);
        let root = At::default();
        let forget = self.with_store(|store, _| store.forget_level(ConnectionId::LOCAL, &At::default())).await;
        if let Err(error) = forget {
            tracing::info!(code = error.code(), "what was seen of Local data was not forgotten");
        }
        self.explorer().tell_level(ConnectionId::LOCAL, &root);
    }
}

/// Which of the chosen paths are files that can be read, each once. Blocks.
fn look_through(look: &'static dyn LocalFiles, chosen: &[PathBuf], cancel: &CancellationToken) -> Result<LookedThrough> {
    let (mut good, mut formats, mut refused) = (Vec::new(), HashMap::new(), Vec::new());
    let mut seen = HashSet::new();
    let mut refuse = |path: &Path, error: &Error| {
        if refused.len() < MOST_REFUSED {
            refused.push(RefusedFile { name: name_of(path), error: error.view() });
        }
    };
    for path in chosen {
        let files = match look.files_in(path) {
            Ok(files) => files,
            Err(error) => {
                refuse(path, &error);
                continue;
            }
        };
        for file in files {
            if cancel.is_cancelled() {
                return Err(common::cancelled());
            }
            // The same file by another way is the same file.
            let file = file.canonicalize().unwrap_or(file);
            if !seen.insert(file.clone()) {
                continue;
            }
            if seen.len() > MOST_AT_ONCE {
                return Err(Error::new(&TOO_MANY).with("most", MOST_AT_ONCE));
            }
            match look_at(look, &file) {
                Ok((format, bytes)) => {
                    formats.insert(file.clone(), (format, bytes));
                    good.push(file);
                }
                Err(error) => refuse(&file, &error),
            }
        }
    }
    Ok(LookedThrough { good, formats, refused })
}

fn look_at(look: &dyn LocalFiles, file: &Path) -> Result<(String, u64)> {
    if file.to_str().is_none() {
        return Err(Error::new(&NO_TEXT).with("name", name_of(file)));
    }
    let looked = look.look(file)?;
    Ok((looked.format.to_owned(), looked.bytes))
}

fn looked_at(look: &dyn LocalFiles, file: &LocalFile, name: String) -> LocalFileView {
    let (id, folder) = (file.id.clone(), folder(&file.path));
    match look.look(&file.path) {
        Ok(l) => LocalFileView { id, name, folder, format: l.format.to_owned(), bytes: Some(l.bytes), problem: None },
        Err(e) => LocalFileView { id, name, folder, format: String::new(), bytes: None, problem: Some(e.view()) },
    }
}

fn folder(path: &Path) -> String {
    path.parent().map(|p| p.display().to_string()).unwrap_or_default()
}
