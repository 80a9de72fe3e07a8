//! Looking: pictures of the screen, and an automatic check of its accessibility.

use super::App;
use serde_json::{Value, json};
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// Something that axe found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: String,
    /// What it asks for.
    pub help: String,
    /// Where, as HTML.
    pub nodes: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  {}", self.rule, self.help, self.nodes.join("\n  "))
    }
}

impl App<'_> {
    /// Waits until what was last changed is painted: the driver's picture can be one frame old.
    pub async fn settle(&self) {
        let script = "const done = arguments[arguments.length - 1]; \
                      document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
        let _ = tokio::time::timeout(Duration::from_secs(5), self.client.execute_async(script, vec![])).await;
    }

    /// Takes a picture of the window's content.
    pub async fn picture(&self, file: &Path) {
        self.settle().await;
        if let Some(dir) = file.parent() {
            std::fs::create_dir_all(dir).expect("a place for pictures");
        }
        match tokio::time::timeout(Duration::from_secs(10), self.client.screenshot()).await {
            Ok(Ok(png)) => std::fs::write(file, png).expect("the picture"),
            // The driver's way needs a living page; the screen's own way does not.
            _ => drop(self.computer.command("import").args(["-window", "root"]).arg(file).status()),
        }
    }

    /// Draws the window light or dark, whatever Settings say; with an empty name as they say.
    pub async fn theme(&self, theme: &str) {
        let script = "const root = document.documentElement; if (arguments[0]) root.dataset.theme = arguments[0]; else delete root.dataset.theme";
        let _ = self.client.execute(script, vec![json!(theme)]).await;
        // Colours change by a short transition: what is half way is no colour of ours.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }

    /// Makes the page inside the window exactly this large.
    pub async fn resize(&self, width: u32, height: u32) {
        for _ in 0..3 {
            let inner =
                self.client.execute("return [innerWidth, innerHeight, devicePixelRatio]", vec![]).await.unwrap_or(Value::Null);
            let at = |i: usize| inner.get(i).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
            if (at(0), at(1)) == (width, height) {
                return;
            }
            let (outer_w, outer_h) = self.client.get_window_size().await.unwrap_or((u64::from(width), u64::from(height)));
            let grown = |outer: u64, inner: u32, wanted: u32| {
                u32::try_from(outer.saturating_sub(u64::from(inner))).unwrap_or(0).saturating_add(wanted)
            };
            let _ = self.client.set_window_size(grown(outer_w, at(0), width), grown(outer_h, at(1), height)).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Runs axe-core over what is on the screen.
    pub async fn axe(&self) -> Vec<Violation> {
        let loaded = self.client.execute("return typeof window.axe === 'object'", vec![]).await.ok();
        if loaded != Some(Value::Bool(true)) {
            let file = xtask::place::ui().join("node_modules/axe-core/axe.min.js");
            let source = std::fs::read_to_string(&file).expect("axe-core is installed");
            self.client.execute(&source, vec![]).await.expect("axe-core runs");
        }
        self.settle().await;
        let script = "const done = arguments[arguments.length - 1]; \
                      axe.run(document, { resultTypes: ['violations'] }).then((r) => done(r.violations.map((v) => \
                      ({ rule: v.id, help: v.help, nodes: v.nodes.map((n) => n.html + ' — ' + n.failureSummary) }))), \
                      (e) => done([{ rule: 'axe', help: String(e), nodes: [] }]))";
        let found = self.client.execute_async(script, vec![json!(null)]).await.expect("axe answers");
        let text = |v: &Value| v.as_str().unwrap_or("").to_owned();
        let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
        list(&found)
            .iter()
            .map(|v| Violation {
                rule: text(&v["rule"]),
                help: text(&v["help"]),
                nodes: list(&v["nodes"]).iter().map(text).collect(),
            })
            .collect()
    }

    /// Fails the test if axe finds anything here; `screen` says where "here" is.
    pub async fn assert_accessible(&self, screen: &str) {
        let found = self.axe().await;
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "axe on {screen}:\n{}", shown.join("\n"));
    }
}
