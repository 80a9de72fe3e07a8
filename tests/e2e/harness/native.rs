//! What lies outside the page: real keys, the native file chooser, files dragged in, the clipboard.

use super::App;
use super::app::PATIENCE;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use xtask::process;

impl App<'_> {
    /// Presses a real key or combination in the focused window, as xdotool names it: `Tab`, `ctrl+k`, `Return`.
    pub async fn real_key(&self, key: &str) {
        self.xdotool(&["key", "--clearmodifiers", key]).expect("xdotool presses keys");
        tokio::time::sleep(Duration::from_millis(40)).await;
    }

    /// Types with real keys in the focused window.
    pub async fn real_type(&self, text: &str) {
        self.xdotool(&["type", "--delay", "15", text]).expect("xdotool types");
        tokio::time::sleep(Duration::from_millis(60)).await;
    }

    /// Chooses a file in the native chooser, which has just been opened; waits until it is closed again.
    pub async fn choose_file(&self, path: &Path) {
        self.choose_in("Open", path).await;
    }

    /// Names a file in the native chooser of a file to be written, which has just been opened; waits until it is closed.
    pub async fn save_file(&self, path: &Path) {
        self.choose_in("Save File", path).await;
    }

    async fn choose_in(&self, title: &str, path: &Path) {
        let window = self.wait_for_window(title).await;
        for _ in 0..4 {
            let _ = self.xdotool(&["windowfocus", "--sync", &window]);
            let _ = self.xdotool(&["key", "--clearmodifiers", "ctrl+l"]);
            pause(700).await;
            let _ = self.xdotool(&["key", "--clearmodifiers", "ctrl+a"]);
            let _ = self.xdotool(&["type", "--delay", "30", &path.display().to_string()]);
            pause(700).await;
            let _ = self.xdotool(&["key", "Return"]);
            if self.wait_until_closed(title, &window).await {
                return;
            }
        }
        self.give_up(&format!("the file chooser takes {}", path.display())).await;
    }

    /// Closes the native chooser without choosing.
    pub async fn cancel_file_chooser(&self) {
        let window = self.wait_for_window("Open").await;
        for _ in 0..4 {
            let _ = self.xdotool(&["windowfocus", "--sync", &window]);
            let _ = self.xdotool(&["key", "Escape"]);
            if self.wait_until_closed("Open", &window).await {
                return;
            }
        }
        self.give_up("the file chooser is closed").await;
    }

    /// Drags a real file from another program onto the element of that role and name.
    pub async fn drop_file(&self, path: &Path, role: &str, name: &str) {
        let target = self.find(role, name).await;
        let (x, y, width, height) = target.rectangle().await.expect("where it is");
        let script = "return [window.screenX, window.screenY, window.outerHeight - window.innerHeight]";
        let at = self.client.execute(script, vec![]).await.expect("where the window is");
        let number = |i: usize| at.get(i).and_then(serde_json::Value::as_f64).unwrap_or(0.0);
        let window = self.wait_for_window("Landbridge").await;
        let place = self.xdotool(&["getwindowgeometry", "--shell", &window]).unwrap_or_default();
        let corner = |key: &str| {
            let line = place.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix('='));
            line.and_then(|v| v.parse::<f64>().ok())
        };
        let left = corner("X").unwrap_or_else(|| number(0)) + x + width / 2.0;
        let top = corner("Y").unwrap_or_else(|| number(1) + number(2)) + y + height / 2.0;
        let mut command = self.computer.command("/usr/bin/python3");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/e2e/harness/drag.py")).arg(path);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // The system's own Python: GTK's bindings come as a package of the system.
        let mut source = command.spawn().expect("python3");
        let from = self.wait_for_window("Drag source").await;
        let _ = self.xdotool(&["windowmove", "--sync", &from, "0", "0"]);
        let _ = self.xdotool(&["windowraise", &from]);
        pause(200).await;
        let (left, top) = (left.round().to_string(), top.round().to_string());
        let _ = self.xdotool(&["mousemove", "40", "40", "mousedown", "1"]);
        for (x, y) in [("60", "60"), ("120", "120"), (left.as_str(), top.as_str())] {
            let _ = self.xdotool(&["mousemove", x, y]);
            pause(150).await;
        }
        // A second, small move: the first one over a window only announces the drag.
        let _ = self.xdotool(&["mousemove_relative", "2", "2"]);
        pause(200).await;
        let _ = self.xdotool(&["mouseup", "1"]);
        pause(300).await;
        process::end(&mut source);
    }

    /// Puts text on the clipboard.
    pub async fn set_clipboard(&self, text: &str) {
        let mut command = self.computer.command("xclip");
        command.args(["-selection", "clipboard", "-in"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("xclip");
        child.stdin.take().expect("its input").write_all(text.as_bytes()).expect("the text");
        let _ = child.wait();
    }

    /// Closes the window by the window manager, as its ✕ does.
    pub async fn close_window(&self) {
        let window = self.wait_for_window("Landbridge").await;
        let _ = self.xdotool(&["windowclose", &window]);
    }

    async fn wait_for_window(&self, title: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.xdotool(&["search", "--onlyvisible", "--name", title]).unwrap_or_default();
            if let Some(id) = found.lines().last() {
                return id.to_owned();
            }
            if Instant::now() > deadline {
                self.give_up(&format!("a window named {title}")).await;
            }
            pause(50).await;
        }
    }

    async fn wait_until_closed(&self, title: &str, window: &str) -> bool {
        for _ in 0..40 {
            // A dialog that was closed may live on unseen for a while.
            let seen = self.xdotool(&["search", "--onlyvisible", "--name", title]).unwrap_or_default();
            if !seen.lines().any(|id| id == window) {
                return true;
            }
            pause(50).await;
        }
        false
    }

    fn xdotool(&self, arguments: &[&str]) -> Option<String> {
        let mut command: Command = self.computer.command("xdotool");
        process::says(command.args(arguments))
    }
}

async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
