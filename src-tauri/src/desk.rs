//! What the shell holds between commands: the engine or why it did not start, who hears the news, what was dropped.

use crate::news::News;
use engine::Engine;
use model::{Error, Kind, Result, Text};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tauri::ipc::Channel;

/// Nothing was dropped, or it was taken already.
const NOTHING_DROPPED: Text = Text {
    code: "file.nothing_dropped",
    kind: Kind::Invalid,
    what: "No file was dropped.",
    why: "",
    remedy: "Drop one file on the field, or choose it.",
    retryable: false,
};
/// More than one file was dropped on a field for one.
const SEVERAL_DROPPED: Text = Text {
    code: "file.several_dropped",
    kind: Kind::Invalid,
    what: "Several files were dropped.",
    why: "This field takes one.",
    remedy: "Drop the one that is asked for.",
    retryable: false,
};

/// Held by Tauri for every command.
pub struct Desk {
    engine: Mutex<Result<Engine>>,
    start: Box<dyn Fn() -> Result<Engine> + Send + Sync>,
    news: NewsChannel,
    dropped: Mutex<Vec<PathBuf>>,
}

/// Who hears the news; nobody until the window asks for them.
#[derive(Clone, Default)]
pub struct NewsChannel(Arc<Mutex<Option<Channel<News>>>>);

impl NewsChannel {
    /// Tells it.
    pub fn tell(&self, news: News) {
        if let Some(channel) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            // A window that closed meanwhile needs no news.
            let _ = channel.send(news);
        }
    }
}

impl Desk {
    /// A desk with the engine that `start` brings, or with the reason why there is none: the window shows it.
    pub fn new(start: impl Fn() -> Result<Engine> + Send + Sync + 'static, news: NewsChannel) -> Self {
        Self { engine: Mutex::new(start()), start: Box::new(start), news, dropped: Mutex::default() }
    }

    /// The engine.
    ///
    /// # Errors
    /// Why it did not start.
    pub fn engine(&self) -> Result<Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner).as_ref().cloned().map_err(Error::again)
    }

    /// The engine, started again if it did not start before: the reason may be gone. Blocks as a start does.
    ///
    /// # Errors
    /// Why it did not start this time.
    pub fn engine_again(&self) -> Result<Engine> {
        let mut engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        if engine.is_err() {
            *engine = (self.start)();
        }
        engine.as_ref().cloned().map_err(Error::again)
    }

    /// The window hears the news from now on.
    pub fn listen(&self, channel: Channel<News>) {
        *self.news.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(channel);
    }

    /// Files were dropped at a point: remembers them, and tells only where and how many.
    pub fn drop_files(&self, paths: Vec<PathBuf>, x: f64, y: f64) {
        let count = u32::try_from(paths.len()).unwrap_or(u32::MAX);
        *self.dropped.lock().unwrap_or_else(PoisonError::into_inner) = paths;
        self.news.tell(News::Dropped { x, y, count });
    }

    /// Files are dragged over the window, or left it.
    pub fn drag(&self, over: bool, x: f64, y: f64) {
        self.news.tell(News::DragHover { over, x, y });
    }

    /// The one file that was dropped.
    ///
    /// # Errors
    /// None, or several.
    pub fn take_dropped(&self) -> Result<PathBuf> {
        let mut paths = std::mem::take(&mut *self.dropped.lock().unwrap_or_else(PoisonError::into_inner));
        match (paths.pop(), paths.is_empty()) {
            (Some(path), true) => Ok(path),
            (Some(_), false) => Err(Error::new(&SEVERAL_DROPPED)),
            (None, _) => Err(Error::new(&NOTHING_DROPPED)),
        }
    }

    /// All files and folders that were dropped.
    ///
    /// # Errors
    /// None was.
    pub fn take_all_dropped(&self) -> Result<Vec<PathBuf>> {
        let paths = std::mem::take(&mut *self.dropped.lock().unwrap_or_else(PoisonError::into_inner));
        if paths.is_empty() { Err(Error::new(&NOTHING_DROPPED)) } else { Ok(paths) }
    }
}
