//! What happens outside the window: the system's file chooser, browser and file manager.

use engine::Engine;
use model::{LinkId, Result, common};
use std::ffi::OsStr;
use std::path::PathBuf;
use tauri::{AppHandle, WebviewWindow};

/// Opens the system's file chooser; None when it is cancelled. The path stays in Rust.
///
/// # Errors
/// When the system shows no chooser.
pub async fn choose_file(app: &AppHandle, window: &WebviewWindow, extensions: &[&str]) -> Result<Option<PathBuf>> {
    let (answer, chosen) = tokio::sync::oneshot::channel();
    let (window, extensions) = (window.clone(), extensions.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>());
    // GTK and AppKit want their dialogs made on the main thread.
    app.run_on_main_thread(move || {
        let mut dialog = rfd::AsyncFileDialog::new().set_parent(&window);
        if !extensions.is_empty() {
            dialog = dialog.add_filter(extensions.join(", "), &extensions).add_filter("*", &["*"]);
        }
        let picked = dialog.pick_file();
        tauri::async_runtime::spawn(async move {
            // The command that waits for it may be gone with its window.
            let _ = answer.send(picked.await.map(|f| f.path().to_owned()));
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
