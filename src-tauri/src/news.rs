//! What Rust tells the window without being asked. A channel, not Tauri's events: a window that may listen to events could
//! also hear the paths of dropped files.

use engine::views::Asked;
use model::{ConnectionId, Path, Report, StageEvent};
use serde::Serialize;
use specta::Type;
use std::sync::Arc;
use tauri::ipc::Channel;

/// One piece of news.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// One more input is needed.
    Asked {
        /// The question.
        asked: Asked,
    },
    /// A question is not open any more.
    Withdrawn {
        /// Its number.
        id: u32,
    },
    /// More of a level of the tree is known.
    Level {
        /// Of which connection.
        connection: ConnectionId,
        /// Below what.
        path: Path,
    },
    /// Files are dragged over the window, or left it.
    DragHover {
        /// They are over it.
        over: bool,
        /// In CSS pixels from the left.
        #[specta(type = u32)]
        x: f64,
        /// In CSS pixels from the top.
        #[specta(type = u32)]
        y: f64,
    },
    /// Files were dropped; their paths stay here.
    Dropped {
        /// In CSS pixels from the left.
        #[specta(type = u32)]
        x: f64,
        /// In CSS pixels from the top.
        #[specta(type = u32)]
        y: f64,
        /// How many.
        count: u32,
    },
}

/// Stages to a channel.
pub struct Stages(Channel<StageEvent>);

impl Stages {
    /// A report that writes into `channel`.
    pub fn of(channel: Channel<StageEvent>) -> Arc<dyn Report> {
        Arc::new(Self(channel))
    }
}

impl Report for Stages {
    fn stage(&self, event: StageEvent) {
        // A window that closed meanwhile needs no news.
        let _ = self.0.send(event);
    }
}
