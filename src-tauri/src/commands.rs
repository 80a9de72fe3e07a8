//! The commands that the window may call: one line each, into the engine.
//!
//! A secret goes in as text once (Tauri hands text over; it becomes a [`Secret`] in the first line) and never comes out.

pub mod explorer;

use crate::desk::Desk;
use crate::news::{News, Stages};
use engine::views::{
    AnswerInput, ChoicePage, ConnectionView, Deleted, Dependents, DraftId, DraftView, KeepSecrets, Licence, ListPage,
    ListRequest, Outcome, Pasted, RunId, Settings, SettingsView, Start, VaultView,
};
use model::{ConnectionId, ConnectorId, Environment, ErrorView, FieldError, FieldId, LinkId, Secret, SecretSource, StageEvent};
use tauri::ipc::Channel;
use tauri::{AppHandle, State, WebviewWindow};

/// What every command answers.
type Answer<T> = Result<T, ErrorView>;
type D<'a> = State<'a, Desk>;

// Once a command, to be written out at once: a box would only add a word to every signature.
#[allow(clippy::result_large_err)]
fn told<T>(done: model::Result<T>) -> Answer<T> {
    done.map_err(|e| e.view())
}

macro_rules! commands {
    ($($(#[$doc:meta])* async fn $name:ident($desk:ident $(, $arg:ident : $type:ty)*) -> $out:ty $body:block)*) => {
        $(
            $(#[$doc])*
            #[tauri::command]
            #[specta::specta]
            pub async fn $name($desk: D<'_> $(, $arg: $type)*) -> Answer<$out> {
                told(async $body.await)
            }
        )*
    };
}

pub(crate) use commands;

commands! {
    /// Everything that the first screen needs. Starts again what did not start.
    async fn app_start(desk) -> Start { desk.engine_again()?.app_start().await }

    /// A part of the list.
    async fn connections_list(desk, request: ListRequest) -> ListPage { desk.engine()?.connections_list(request).await }
    /// What depends on a connection.
    async fn connection_dependents(desk, id: ConnectionId) -> Dependents { desk.engine()?.connection_dependents(id).await }
    /// Deletes, for ten seconds with a way back.
    async fn connection_delete(desk, id: ConnectionId) -> Deleted { desk.engine()?.connection_delete(id).await }
    /// Brings back what was deleted.
    async fn connection_restore(desk, id: ConnectionId) -> ConnectionView { desk.engine()?.connection_restore(id).await }
    /// Opens a saved connection's form.
    async fn connection_edit(desk, id: ConnectionId) -> DraftView { desk.engine()?.connection_edit(id).await }
    /// Opens a form with a copy, without secrets.
    async fn connection_duplicate(desk, id: ConnectionId) -> DraftView { desk.engine()?.connection_duplicate(id).await }
    /// Sets environment and labels.
    async fn connection_organise(desk, id: ConnectionId, environment: Environment, labels: Vec<String>) -> ConnectionView {
        desk.engine()?.connection_organise(id, environment, labels).await
    }
    /// Tries a saved connection.
    async fn connection_test(desk, id: ConnectionId, run: RunId, stages: Channel<StageEvent>) -> Outcome {
        desk.engine()?.connection_test(id, run, Stages::of(stages)).await
    }

    /// Opens an empty form.
    async fn draft_new(desk, connector: ConnectorId) -> DraftView { desk.engine()?.draft_new(&connector) }
    /// Opens a form from a pasted text.
    async fn draft_paste_new(desk, text: String) -> Pasted { desk.engine()?.draft_paste_new(&Secret::from(text)) }
    /// A draft as shown.
    async fn draft_view(desk, id: DraftId) -> DraftView { desk.engine()?.draft_view(id) }
    /// Puts a value into a field.
    async fn draft_set(desk, id: DraftId, field: FieldId, value: String) -> DraftView { desk.engine()?.draft_set(id, &field, &value) }
    /// Puts a secret into a field.
    async fn draft_secret(desk, id: DraftId, field: FieldId, text: String) -> DraftView {
        desk.engine()?.draft_secret(id, &field, Secret::from(text))
    }
    /// Takes back what was typed, then what is stored.
    async fn draft_secret_clear(desk, id: DraftId, field: FieldId) -> DraftView { desk.engine()?.draft_secret_clear(id, &field) }
    /// Says where a secret comes from.
    async fn draft_source(desk, id: DraftId, field: FieldId, source: SecretSource) -> DraftView {
        desk.engine()?.draft_source(id, &field, source)
    }
    /// Sets environment and labels.
    async fn draft_organise(desk, id: DraftId, environment: Environment, labels: Vec<String>) -> DraftView {
        desk.engine()?.draft_organise(id, environment, labels)
    }
    /// Fills a form from a pasted text.
    async fn draft_paste(desk, id: DraftId, text: String) -> Pasted { desk.engine()?.draft_paste(id, &Secret::from(text)) }
    /// Takes what was last dropped on the window.
    async fn draft_file_drop(desk, id: DraftId, field: FieldId) -> DraftView {
        desk.engine()?.draft_file(id, &field, &desk.take_dropped()?).await
    }
    /// Takes a file's text.
    async fn draft_file_paste(desk, id: DraftId, field: FieldId, text: String) -> DraftView {
        desk.engine()?.draft_file_text(id, &field, Secret::from(text))
    }
    /// Takes a file out of its field.
    async fn draft_file_clear(desk, id: DraftId, field: FieldId) -> DraftView { desk.engine()?.draft_file_clear(id, &field) }
    /// The entries of a loaded selector.
    async fn draft_choices(desk, id: DraftId, field: FieldId, search: String, page: Option<String>, run: RunId) -> ChoicePage {
        desk.engine()?.draft_choices(id, &field, search, page, run).await
    }
    /// All that is wrong with a form.
    async fn draft_check(desk, id: DraftId) -> Vec<FieldError> { desk.engine()?.draft_check(id).await }
    /// Tries a form.
    async fn draft_test(desk, id: DraftId, run: RunId, stages: Channel<StageEvent>) -> Outcome {
        desk.engine()?.draft_test(id, run, Stages::of(stages)).await
    }
    /// Tries a form and saves it.
    async fn draft_connect(desk, id: DraftId, run: RunId, keep: KeepSecrets, stages: Channel<StageEvent>) -> Outcome {
        desk.engine()?.draft_connect(id, run, keep, Stages::of(stages)).await
    }
    /// Closes a form and wipes it.
    async fn draft_close(desk, id: DraftId) -> () {
        desk.engine()?.draft_close(id);
        Ok(())
    }

    /// Cancels work under way.
    async fn run_cancel(desk, run: RunId) -> () {
        desk.engine()?.runs().cancel(&run);
        Ok(())
    }
    /// Answers a question.
    async fn question_answer(desk, id: u32, answer: AnswerInput) -> () { desk.engine()?.questions().answer(id, answer) }

    /// How the vault stands.
    async fn vault_view(desk) -> VaultView { desk.engine()?.vault_view().await }
    /// Asks the keychain again.
    async fn vault_retry(desk) -> VaultView { desk.engine()?.vault_retry().await }
    /// Opens the vault with its recovery passphrase.
    async fn vault_unlock(desk, passphrase: String) -> VaultView { desk.engine()?.vault_unlock(Secret::from(passphrase)).await }
    /// Sets the recovery passphrase.
    async fn vault_set_recovery(desk, passphrase: String) -> VaultView {
        desk.engine()?.vault_set_recovery(Secret::from(passphrase)).await
    }
    /// Removes the recovery passphrase.
    async fn vault_remove_recovery(desk) -> VaultView { desk.engine()?.vault_remove_recovery().await }
    /// Makes a new key.
    async fn vault_rekey(desk, passphrase: Option<String>) -> VaultView {
        desk.engine()?.vault_rekey(passphrase.map(Secret::from)).await
    }

    /// The settings as shown.
    async fn settings_view(desk) -> SettingsView { desk.engine()?.settings_view().await }
    /// Changes the settings.
    async fn settings_set(desk, settings: Settings) -> SettingsView { desk.engine()?.settings_set(settings).await }
    /// Trusts only the system's authorities again.
    async fn settings_clear_ca(desk) -> SettingsView { desk.engine()?.settings_clear_ca().await }

    /// A report to copy: versions, states, the end of the log; redacted.
    async fn report_text(desk) -> String {
        match desk.engine() {
            Ok(engine) => engine.report_text().await,
            Err(why) => Ok(format!("Landbridge {}\nIt did not start. {why}\n", env!("CARGO_PKG_VERSION"))),
        }
    }
    /// What the program is made of.
    async fn licences(desk) -> Vec<Licence> {
        desk.engine()?;
        crate::licences::all()
    }
    /// Opens the data folder in the system's file browser.
    async fn data_folder_open(desk) -> () { crate::outside::open(desk.engine()?.data_dir().as_os_str()) }
    /// Opens a help link in the system's browser.
    async fn open_link(desk, link: LinkId) -> () { crate::outside::open_link(&desk.engine()?, &link) }

    /// Hears the news: questions, files dragged over the window.
    async fn listen(desk, news: Channel<News>) -> () {
        desk.listen(news);
        Ok(())
    }
}

/// Opens the system's file chooser for a field; nothing changes when it is cancelled.
#[tauri::command]
#[specta::specta]
pub async fn draft_file_choose(
    app: AppHandle,
    window: WebviewWindow,
    desk: D<'_>,
    id: DraftId,
    field: FieldId,
) -> Answer<DraftView> {
    told(
        async {
            let engine = desk.engine()?;
            let extensions = engine.draft_file_extensions(id, &field)?;
            match crate::outside::choose_file(&app, &window, extensions).await? {
                Some(path) => engine.draft_file(id, &field, &path).await,
                None => engine.draft_view(id),
            }
        }
        .await,
    )
}

/// Opens the system's file chooser for extra authorities.
#[tauri::command]
#[specta::specta]
pub async fn settings_choose_ca(app: AppHandle, window: WebviewWindow, desk: D<'_>) -> Answer<SettingsView> {
    told(
        async {
            let engine = desk.engine()?;
            match crate::outside::choose_file(&app, &window, &["pem", "crt", "cer", "der"]).await? {
                Some(path) => engine.settings_set_ca(path).await,
                None => engine.settings_view().await,
            }
        }
        .await,
    )
}

/// Shows the window, now that its first screen is painted.
#[tauri::command]
#[specta::specta]
pub async fn window_ready(window: WebviewWindow) -> Answer<()> {
    told(window.show().and_then(|()| window.set_focus()).map_err(|_| model::common::internal("the window could not be shown")))
}
