//! A computer of a test's own: a screen, a bus, a keychain and a data directory that outlive the application's restarts.

use super::App;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::desktop::{Desktop, Keyring};

/// The screen's width and height.
const SCREEN: (u32, u32) = (1280, 900);

/// Where one person works. Everything on it ends when it is dropped.
pub struct Computer {
    pub(super) desktop: Desktop,
    env: Vec<(String, String)>,
}

impl Computer {
    /// A fresh one, with an open keychain.
    pub fn new() -> Self {
        Self::with(Keyring::Open)
    }

    /// A fresh one with its keychain in this state.
    pub fn with(keyring: Keyring) -> Self {
        let desktop = Desktop::start(SCREEN.0, SCREEN.1, keyring).expect("a desktop");
        Self { desktop, env: Vec::new() }
    }

    /// The application is started with this in its environment from now on.
    pub fn set_env(&mut self, name: &str, value: &str) {
        self.env.push((name.to_owned(), value.to_owned()));
    }

    /// A directory of the person's, for files to choose.
    pub fn home(&self) -> PathBuf {
        self.desktop.dir.join("home")
    }

    /// The application's data directory.
    pub fn data_dir(&self) -> PathBuf {
        self.desktop.dir.join("landbridge")
    }

    /// All of it: home, data, configuration, cache, temporary files.
    pub fn everything(&self) -> &Path {
        &self.desktop.dir
    }

    /// Starts the application and waits until its first screen can be used.
    pub async fn open(&self) -> App<'_> {
        let app = self.open_without_waiting().await;
        app.wait_ready().await;
        app
    }

    /// Starts the application.
    pub async fn open_without_waiting(&self) -> App<'_> {
        App::start(self, &super::app::binary(), &[]).await
    }

    /// Starts the web view's own browser: for pages that are no part of the application, as previews are.
    pub async fn browse(&self, address: &str) -> App<'_> {
        // It comes with the web view.
        let browser = format!("/usr/lib/{}-linux-gnu/webkit2gtk-4.1/MiniBrowser", std::env::consts::ARCH);
        let app = App::start(self, Path::new(&browser), &["--automation"]).await;
        app.client.goto(address).await.expect("the page");
        app
    }

    pub(super) fn app_env(&self) -> Vec<(String, String)> {
        let mut env = vec![("LANDBRIDGE_DATA_DIR".to_owned(), self.data_dir().display().to_string())];
        env.extend(self.env.iter().cloned());
        env
    }

    /// A command on this computer's screen.
    pub fn command(&self, program: &str) -> Command {
        self.desktop.command(program)
    }
}

impl Default for Computer {
    fn default() -> Self {
        Self::new()
    }
}
