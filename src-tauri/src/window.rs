//! The one window, kept in its place.

use crate::desk::Desk;
use tauri::webview::{DownloadEvent, NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, DragDropEvent, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};

const LABEL: &str = "main";

/// Opens it hidden: it is shown when its first screen is painted (`window_ready`), so that nobody sees a blank one.
///
/// # Errors
/// When the system shows no window.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Landbridge")
        .inner_size(1280.0, 800.0)
        .min_inner_size(900.0, 600.0)
        .visible(false)
        .on_navigation(|url| {
            let ours = url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost");
            ours || (cfg!(dev) && url.host_str() == Some("localhost"))
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, event| !matches!(event, DownloadEvent::Requested { .. }))
        .on_page_load(|window, load| {
            // A page that fails before it can say that it is ready must still be seen.
            if load.event() == PageLoadEvent::Finished {
                show_soon(window);
            }
        })
        .build()?;
    listen_for_files(&window);
    Ok(())
}

/// Brings the window to the front when the program is started a second time.
pub fn raise(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window could not be raised");
        }
    }
}

fn show_soon(window: WebviewWindow) {
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        if !window.is_visible().unwrap_or(true) {
            let _ = window.show();
        }
    });
}

fn listen_for_files(window: &WebviewWindow) {
    let here = window.clone();
    window.on_window_event(move |event| {
        let WindowEvent::DragDrop(drag) = event else { return };
        let scale = here.scale_factor().unwrap_or(1.0);
        let desk = here.state::<Desk>();
        match drag {
            DragDropEvent::Enter { position, .. } | DragDropEvent::Over { position } => {
                desk.drag(true, position.x / scale, position.y / scale);
            }
            DragDropEvent::Drop { paths, position } => desk.drop_files(paths.clone(), position.x / scale, position.y / scale),
            DragDropEvent::Leave => desk.drag(false, 0.0, 0.0),
            _ => {}
        }
    });
}
