//! The shell: the only Rust that knows Tauri. It opens the window, hands commands to the engine, and keeps the window in
//! its place: no navigation, no new windows, no downloads.

mod bindings;
mod commands;
mod desk;
mod licences;
mod news;
mod outside;
mod window;

use desk::{Desk, NewsChannel};
use engine::{Config, Engine};
use news::News;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tauri::{Manager, RunEvent};

/// Runs the program until its window is closed.
pub fn run() -> ExitCode {
    // The first rustls user would else choose a provider by which crates happen to be linked.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let bindings = bindings::builder();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::raise(app)))
        .invoke_handler(bindings.invoke_handler())
        .setup(|app| {
            let news = NewsChannel::default();
            let (dir, for_engine) = (data_dir(app.handle()), news.clone());
            app.manage(Desk::new(move || start(dir.clone(), for_engine.clone()), news));
            window::open(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| {
                if let RunEvent::Exit = event
                    && let Ok(engine) = app.state::<Desk>().engine()
                {
                    tauri::async_runtime::block_on(engine.stop());
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}

fn start(data_dir: PathBuf, news: NewsChannel) -> model::Result<Engine> {
    let (show_news, level_news) = (news.clone(), news.clone());
    let engine = Engine::start(Config {
        data_dir: data_dir.clone(),
        connectors: connectors::ALL.to_vec(),
        local: connectors::LOCAL,
        local_files: connectors::LOCAL_FILES,
        keychain: Arc::new(store::SystemKeychain),
        show: Arc::new(move |asked| show_news.tell(News::Asked { asked })),
        withdraw: Arc::new(move |id| news.tell(News::Withdrawn { id })),
        level_grew: Arc::new(move |connection, path| level_news.tell(News::Level { connection, path })),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })?;
    // After the engine: it makes the directory private and owns its lock.
    if engine::log::start(&data_dir).is_ok() {
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
    }
    Ok(engine)
}

/// `LANDBRIDGE_DATA_DIR`, or the system's place for a program's data.
fn data_dir(app: &tauri::AppHandle) -> PathBuf {
    match std::env::var_os("LANDBRIDGE_DATA_DIR") {
        Some(dir) if !dir.is_empty() => PathBuf::from(dir),
        _ => app.path().app_local_data_dir().unwrap_or_else(|_| PathBuf::from("landbridge-data")),
    }
}
