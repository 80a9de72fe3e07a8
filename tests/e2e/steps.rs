//! What a person does again and again: opening a form, filling it, pressing a button of the list.
//!
//! Owns: steps that several stories and the pictures share. Does not own: what is expected of them; that is the stories'.

use crate::peers::postgres::{Account, DATABASE, Postgres};
use crate::window::App;
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// From the list to PostgreSQL's empty form.
pub async fn postgres_form(app: &App<'_>) {
    app.press("New connection").await;
    app.press("PostgreSQL").await;
    app.press("Setup connection").await;
    app.find("heading", "New PostgreSQL connection").await;
}

/// Fills the form for that server and account; encryption and certificates stay as they are.
pub async fn fill(app: &App<'_>, name: &str, server: &Postgres, who: Account) {
    let port = server.port.to_string();
    for (label, text) in
        [("Name", name), ("Server", &server.host), ("Username", who.user), ("Database", DATABASE), ("Port", &port)]
    {
        app.fill(label, text).await;
    }
    password(app, who.password).await;
}

/// Types a password, also in place of one that was entered before.
pub async fn password(app: &App<'_>, text: &str) {
    if app.find_now("button", "Replace Password", 0).await.is_some() {
        app.press("Replace Password").await;
    }
    app.fill("Password", text).await;
    app.keys(&[Key::Tab]).await;
}

/// A form that connects: filled, verified by the server's own authority, which is pasted.
pub async fn verified_form(app: &App<'_>, name: &str, server: &Postgres, who: Account) {
    postgres_form(app).await;
    fill(app, name, server, who).await;
    open_advanced(app).await;
    choose(app, "SSL mode", "verify-full").await;
    paste_root(app, &server.ca_pem).await;
}

/// Opens *Advanced* when it is folded.
pub async fn open_advanced(app: &App<'_>) {
    let button = app.find("button", "Advanced").await;
    if button.attr("aria-expanded").await.ok().flatten().as_deref() == Some("false") {
        app.press("Advanced").await;
        app.find("field", "SSL mode").await;
    }
}

/// Pastes the root certificate's text.
pub async fn paste_root(app: &App<'_>, pem: &str) {
    paste_into(app, "Root certificate", pem).await;
    app.find("button", "Replace Root certificate").await;
}

/// Pastes text into a file's field.
pub async fn paste_into(app: &App<'_>, label: &str, text: &str) {
    app.press(&format!("Paste text of {label}")).await;
    let area = app.find("field", &format!("Text of {label}")).await;
    paste_event(app, &area, text).await;
}

/// Pastes text into an element, as the keyboard does once the clipboard was read.
pub async fn paste_event(app: &App<'_>, element: &fantoccini::elements::Element, text: &str) {
    let script = "const data = new DataTransfer(); data.setData('text/plain', arguments[1]); \
                  arguments[0].dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))";
    let element = serde_json::to_value(element).expect("an element crosses");
    app.client.execute(script, vec![element, json!(text)]).await.expect("the paste arrives");
}

/// Chooses an entry of a selector by its value.
pub async fn choose(app: &App<'_>, label: &str, value: &str) {
    let select = app.find("field", label).await;
    select.select_by_value(value).await.expect("an entry of that value");
}

/// Opens the menu of a connection in the list and chooses an entry.
pub async fn menu(app: &App<'_>, connection: &str, entry: &str) {
    app.press(&format!("Actions for {connection}")).await;
    app.click("menuitem", entry).await;
}

/// The stages with their states, as a screen reader says them: `Log in: done`.
pub async fn stages(app: &App<'_>) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll('[data-stage] .label')].map((e) => e.textContent.replace(/\\s+/g, ' ').trim())";
    list(app.client.execute(script, vec![]).await.unwrap_or(Value::Null))
}

/// The names of the connections in the list, in their order.
pub async fn names(app: &App<'_>) -> Vec<String> {
    list(
        app.client
            .execute("return [...document.querySelectorAll('[data-row]')].map((e) => e.textContent.trim())", vec![])
            .await
            .unwrap_or(Value::Null),
    )
}

fn list(value: Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

/// Waits until the list holds exactly these, in this order.
pub async fn see_names(app: &App<'_>, expected: &[&str]) {
    let script =
        "return JSON.stringify([...document.querySelectorAll('[data-row]')].map((e) => e.textContent.trim())) === arguments[0]";
    app.until(&format!("the list {expected:?}"), script, vec![json!(json!(expected).to_string())]).await;
}

/// Waits until that has the focus, as [`App::focused`] says it.
pub async fn see_focus(app: &App<'_>, expected: &str) {
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut now = app.focused().await;
    while now != expected {
        if Instant::now() > deadline {
            app.give_up(&format!("the focus on “{expected}”; it is on “{now}”")).await;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
        now = app.focused().await;
    }
}

/// The whole document, with what is in its fields.
pub async fn html(app: &App<'_>) -> String {
    let script = "return document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map((e) => e.value).join('\\n')";
    app.client.execute(script, vec![]).await.ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Writes a file into the person's home; its path.
pub fn file(app: &App<'_>, name: &str, content: &[u8]) -> PathBuf {
    let path = app.computer().home().join(name);
    std::fs::write(&path, content).expect("a file");
    path
}

/// Chooses a file for a field in the system's own dialog.
pub async fn choose_file(app: &App<'_>, label: &str, path: &Path) {
    app.press(&format!("Choose file for {label}")).await;
    app.choose_file(path).await;
}

/// Closes the window by the keys of the window manager, and waits until the application has ended by itself.
pub async fn close_window(app: App<'_>) {
    app.real_key("alt+F4").await;
    let deadline = Instant::now() + Duration::from_secs(10);
    while running(&app) {
        assert!(Instant::now() < deadline, "the application goes on without its window");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    app.close().await;
}

fn running(app: &App<'_>) -> bool {
    let name = |pid: &u32| std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    app.pids().iter().any(|pid| name(pid).trim() == "landbridge")
}

/// Goes back to the list, whatever is open; what was typed is discarded.
pub async fn to_the_list(app: &App<'_>) {
    app.press("Connections").await;
    let deadline = Instant::now() + Duration::from_secs(5);
    while app.client.find(Locator::Css("[data-row], .empty")).await.is_err() {
        if app.find_now("button", "Discard", 0).await.is_some() {
            app.press("Discard").await;
        }
        if Instant::now() > deadline {
            app.give_up("the list").await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
