//! What happens outside the window: the system's file chooser, browser and file manager.

use engine::Engine;
use model::{LinkId, Result, common};
use std::ffi::OsStr;
use std::path::PathBuf;
use tauri::{AppHandle, WebviewWindow};

/// What a person may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// One or several files.
    Files,
    /// One or several folders.
    Folders,
}

/// Opens the system's file chooser for one file; None when it is cancelled. The path stays in Rust.
///
/// # Errors
/// When the system shows no chooser.
pub async fn choose_file(
    app: &AppHandle,
    window: &WebviewWindow,
    extensions: &'static [&'static str],
) -> Result<Option<PathBuf>> {
    let chosen = chooser(app, window, move |mut dialog| {
        if !extensions.is_empty() {
            dialog = dialog.add_filter(extensions.join(", "), extensions).add_filter("*", &["*"]);
        }
        let picked = dialog.pick_file();
        async move { picked.await.map(|f| vec![f.path().to_owned()]) }
    });
    Ok(chosen.await?.and_then(|mut paths| paths.pop()))
}

/// Opens the system's file chooser for several; None when it is cancelled. The paths stay in Rust.
///
/// # Errors
/// When the system shows no chooser.
pub async fn choose_several(app: &AppHandle, window: &WebviewWindow, wanted: Wanted) -> Result<Option<Vec<PathBuf>>> {
    let paths = |picked: Option<Vec<rfd::FileHandle>>| picked.map(|files| files.iter().map(|f| f.path().to_owned()).collect());
    match wanted {
        Wanted::Files => {
            let pick = move |dialog: rfd::AsyncFileDialog| {
                let picked = dialog.pick_files();
                async move { paths(picked.await) }
            };
            chooser(app, window, pick).await
        }
        Wanted::Folders => {
            let pick = move |dialog: rfd::AsyncFileDialog| {
                let picked = dialog.pick_folders();
                async move { paths(picked.await) }
            };
            chooser(app, window, pick).await
        }
    }
}

/// Opens the system's chooser for a file to write; None when it is cancelled. The path stays in Rust.
///
/// # Errors
/// When the system shows no chooser.
pub async fn choose_target(app: &AppHandle, window: &WebviewWindow, name: &str) -> Result<Option<PathBuf>> {
    let name = name.to_owned();
    let chosen = chooser(app, window, move |dialog| {
        let picked = dialog.set_file_name(name).save_file();
        async move { picked.await.map(|f| vec![f.path().to_owned()]) }
    });
    Ok(chosen.await?.and_then(|mut paths| paths.pop()))
}

/// GTK and AppKit want their dialogs made on the main thread.
async fn chooser<F>(
    app: &AppHandle,
    window: &WebviewWindow,
    pick: impl FnOnce(rfd::AsyncFileDialog) -> F + Send + 'static,
) -> Result<Option<Vec<PathBuf>>>
where
    F: Future<Output = Option<Vec<PathBuf>>> + Send + 'static,
{
    let (answer, chosen) = tokio::sync::oneshot::channel();
    let window = window.clone();
    app.run_on_main_thread(move || {
        let picked = pick(rfd::AsyncFileDialog::new().set_parent(&window));
        tauri::async_runtime::spawn(async move {
            // The command that waits for it may be gone with its window.
            let _ = answer.send(picked.await);
        });
    })
    .map_err(|_| common::internal("the file chooser could not be opened"))?;
    Ok(chosen.await.unwrap_or(None))
}

/// Opens a help link by its id: only addresses that a spec holds can be opened.
///
/// # Errors
/// `gone` for an id that no spec holds.
pub fn open_link(engine: &Engine, link: &LinkId) -> Result<()> {
    let url = engine.link(link).ok_or_else(|| common::gone("link"))?;
    open(OsStr::new(url))
}

/// Opens something with the program that the system has for it.
///
/// # Errors
/// When the system has none.
pub fn open(what: &OsStr) -> Result<()> {
    open::that_detached(what).map_err(|_| common::internal("the system has no program to open this with"))
}
