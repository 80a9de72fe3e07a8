//! The whole story with real keys and no pointer: where the focus goes, that it is seen, and that it comes back.

use landbridge_tests::peers::postgres::{DATABASE, MD5, Postgres};
use landbridge_tests::steps;
use landbridge_tests::window::{App, Computer};
use serde_json::Value;

/// Presses Tab until that has the focus; everything on the way shows its focus.
async fn tab_to(app: &App<'_>, expected: &str) {
    for _ in 0..40 {
        app.real_key("Tab").await;
        assert_focus_is_seen(app).await;
        // The name of a card goes on with what it covers.
        if app.focused().await.starts_with(expected) {
            return;
        }
    }
    app.give_up(&format!("Tab reaches “{expected}”")).await;
}

/// What has the focus is drawn differently than without: an outline or a ring, on it or on the label that draws it.
async fn assert_focus_is_seen(app: &App<'_>) {
    let script = "const on = document.activeElement; if (on === document.body) return ''; \
        const all = [on, on.nextElementSibling]; for (let e = on.parentElement; e && all.length < 8; e = e.parentElement) all.push(e); \
        const style = (e, part) => { const s = getComputedStyle(e, part); return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor] }; \
        const look = () => all.filter(Boolean).flatMap((e) => [style(e, null), style(e, '::before'), style(e, '::after')]).join(); \
        const focused = look(); on.blur(); const plain = look(); on.focus({ preventScroll: true, focusVisible: true }); \
        return focused === plain ? on.outerHTML.slice(0, 300) : ''";
    let unseen = app.client.execute(script, vec![]).await.expect("how it is drawn");
    assert_eq!(unseen, Value::from(""), "the focus is not seen");
}

#[tokio::test]
async fn postgres_the_whole_story_with_the_keyboard_only() {
    let server = Postgres::shared().await;
    let computer = Computer::new();
    let app = computer.open().await;

    app.real_key("n").await;
    steps::see_focus(&app, "h1 New connection").await;
    tab_to(&app, "button PostgreSQL").await;
    app.real_key("Return").await;
    steps::see_focus(&app, "h1 Connect to PostgreSQL").await;
    tab_to(&app, "button Setup connection").await;
    app.real_key("space").await;
    steps::see_focus(&app, "h1 New PostgreSQL connection").await;
    let port = server.port.to_string();
    for (label, text) in [
        ("Name", "Parcels"),
        ("Server", &server.host),
        ("Username", MD5.user),
        ("Password", MD5.password),
        ("Database", DATABASE),
        ("Port", &port),
    ] {
        tab_to(&app, &format!("input {label}")).await;
        app.real_key("ctrl+a").await;
        app.real_type(text).await;
    }

    // Esc goes one step back and loses nothing.
    app.real_key("Escape").await;
    steps::see_focus(&app, "h1 Connect to PostgreSQL").await;
    tab_to(&app, "button Setup connection").await;
    app.real_key("Return").await;
    steps::see_focus(&app, "h1 New PostgreSQL connection").await;
    assert_eq!((app.value("Name").await, app.value("Port").await), ("Parcels".to_owned(), port));
    app.find("button", "Replace Password").await;

    tab_to(&app, "input Name").await;
    app.real_key("Return").await;
    app.see("Parcels is connected").await;
    steps::see_focus(&app, "button Parcels").await;
    assert_focus_is_seen(&app).await;

    test_and_delete(&app).await;
    search(&app).await;
    app.close().await;
}

/// By the menu of the list: test, and a deletion that is thought better of.
async fn test_and_delete(app: &App<'_>) {
    tab_to(app, "button Actions for Parcels").await;
    app.real_key("Return").await;
    steps::see_focus(app, "div Open in Data Explorer").await;
    for _ in 0..3 {
        app.real_key("Down").await;
    }
    steps::see_focus(app, "div Test").await;
    app.real_key("Return").await;
    app.see("It works. Answered in").await;
    app.real_key("Escape").await;
    app.see_no_more("Test of Parcels").await;
    steps::see_focus(app, "button Parcels").await;

    tab_to(app, "button Actions for Parcels").await;
    app.real_key("Return").await;
    steps::see_focus(app, "div Open in Data Explorer").await;
    app.real_key("End").await;
    steps::see_focus(app, "div Delete…").await;
    app.real_key("Return").await;
    steps::see_focus(app, "button Keep it").await;
    app.real_key("Return").await;
    app.see_no_more("Delete Parcels?").await;
    steps::see_focus(app, "button Actions for Parcels").await;
}

async fn search(app: &App<'_>) {
    app.real_key("slash").await;
    steps::see_focus(app, "input Search name, host or label").await;
    app.real_type("nothing").await;
    app.see("No connection matches.").await;
    app.real_key("Escape").await;
    steps::see_names(app, &["Parcels"]).await;
    steps::see_focus(app, "input Search name, host or label").await;
    app.real_key("Down").await;
    steps::see_focus(app, "button Parcels").await;
    app.real_key("Return").await;
    app.find("heading", "Parcels").await;
    app.see("Read-only by the server").await;
    app.real_key("ctrl+1").await;
    steps::see_names(app, &["Parcels"]).await;
}

#[tokio::test]
async fn shortcuts_palette_and_settings_open_by_key_and_give_the_focus_back() {
    let computer = Computer::new();
    let app = computer.open().await;
    tab_to(&app, "button New connection").await;

    app.real_key("question").await;
    app.find("dialog", "Keyboard shortcuts").await;
    for words in ["Command palette", "New connection", "Search the list", "Back one step"] {
        app.see(words).await;
    }
    app.real_key("n").await;
    app.find("dialog", "Keyboard shortcuts").await;
    app.real_key("Escape").await;
    app.see_no_more("Keyboard shortcuts").await;
    steps::see_focus(&app, "button New connection").await;

    app.real_key("ctrl+k").await;
    steps::see_focus(&app, "input Command palette").await;
    app.real_key("Escape").await;
    steps::see_focus(&app, "button New connection").await;
    app.real_key("ctrl+k").await;
    steps::see_focus(&app, "input Command palette").await;
    app.real_type("new postgres").await;
    app.find("option", "New connection to PostgreSQL").await;
    app.real_key("Return").await;
    steps::see_focus(&app, "h1 Connect to PostgreSQL").await;

    // Typing is never taken for a key of the program.
    tab_to(&app, "button Setup connection").await;
    app.real_key("Return").await;
    // Its heading takes the focus when it comes: a key before that would go nowhere.
    steps::see_focus(&app, "h1 New PostgreSQL connection").await;
    tab_to(&app, "input Name").await;
    app.real_type("n/? n").await;
    assert_eq!(app.value("Name").await, "n/? n");

    // Leaving what was typed is asked about, and the safe answer has the focus.
    app.real_key("ctrl+comma").await;
    app.find("dialog", "Leave without saving?").await;
    steps::see_focus(&app, "button Keep editing").await;
    app.real_key("Escape").await;
    assert_eq!(app.value("Name").await, "n/? n");
    app.real_key("ctrl+comma").await;
    steps::see_focus(&app, "button Keep editing").await;
    app.real_key("shift+Tab").await;
    steps::see_focus(&app, "button Discard").await;
    app.real_key("Return").await;
    app.find("heading", "Settings").await;
    app.real_key("Escape").await;
    app.find("heading", "Connect your first data warehouse").await;
    app.close().await;
}
