//! Finding, reading and using what is on the screen.

use super::App;
use super::app::PATIENCE;
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const FIND: &str = include_str!("find.js");

impl App<'_> {
    /// The element of that role and name, once it is there. Roles: button, link, field, heading, dialog, option, radio,
    /// listitem, group, or any ARIA role.
    pub async fn find(&self, role: &str, name: &str) -> Element {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.find_now(role, name, 0).await {
                return found;
            }
            if Instant::now() > deadline {
                self.give_up(&format!("a {role} named “{name}”")).await;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// The element of that role and name, if it is there now; the `position`th of several, from 0.
    pub async fn find_now(&self, role: &str, name: &str, position: usize) -> Option<Element> {
        let found = self.client.execute(FIND, vec![json!(role), json!(name), json!(position)]).await.ok()?;
        let id = found.as_object()?.values().next()?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client.clone(), id.into()))
    }

    /// Presses a button, follows a link, chooses an option.
    pub async fn click(&self, role: &str, name: &str) {
        let deadline = Instant::now() + PATIENCE;
        // What moves or is replaced in the very moment is looked for again.
        while let Err(e) = self.find(role, name).await.click().await {
            if Instant::now() > deadline {
                self.give_up(&format!("pressing the {role} “{name}”: {e}")).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Presses the button of that name.
    pub async fn press(&self, button: &str) {
        self.click("button", button).await;
    }

    /// Replaces what is in the field of that label.
    pub async fn fill(&self, label: &str, text: &str) {
        let all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        let keys = if text.is_empty() { char::from(Key::Delete).to_string() } else { text.to_owned() };
        let deadline = Instant::now() + PATIENCE;
        loop {
            let field = self.find("field", label).await;
            let done = async {
                field.click().await?;
                field.send_keys(&all).await?;
                field.send_keys(&keys).await
            };
            // What moves or is replaced in the very moment is looked for again.
            match done.await {
                Ok(()) => return,
                Err(e) if Instant::now() > deadline => self.give_up(&format!("typing into “{label}”: {e}")).await,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// What is in the field of that label.
    pub async fn value(&self, label: &str) -> String {
        let field = self.find("field", label).await;
        field.prop("value").await.ok().flatten().unwrap_or_default()
    }

    /// Presses keys in what has the focus, as WebDriver does (no window manager between).
    pub async fn keys(&self, keys: &[Key]) {
        let text: String = keys.iter().copied().map(char::from).collect();
        self.client.active_element().await.expect("something has the focus").send_keys(&text).await.expect("the keys arrive");
    }

    /// All text on the screen, whitespace joined.
    pub async fn text(&self) -> String {
        let text = self.client.execute("return document.body?.innerText ?? ''", vec![]).await.unwrap_or(Value::Null);
        text.as_str().unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Waits until the screen says this.
    pub async fn see(&self, text: &str) {
        self.until(&format!("the text “{text}”"), SAYS, vec![json!(text), json!(true)]).await;
    }

    /// Waits until the screen no longer says this.
    pub async fn see_no_more(&self, text: &str) {
        self.until(&format!("the text “{text}” is gone"), SAYS, vec![json!(text), json!(false)]).await;
    }

    /// What has the focus: its role-like tag and its name.
    pub async fn focused(&self) -> String {
        let script = "const e = document.activeElement; if (!e) return ''; \
            const by = e.getAttribute('aria-labelledby')?.split(' ').map((id) => document.getElementById(id)?.textContent).join(' '); \
            const name = by || e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent || ''; \
            return `${e.tagName.toLowerCase()} ${name.replace(/\\s+/g, ' ').trim()}`.trim()";
        self.client.execute(script, vec![]).await.ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

const SAYS: &str = "return document.body.innerText.replace(/\\s+/g, ' ').includes(arguments[0]) === arguments[1]";
