//! 10,000 connections: the window draws only what is seen, the last one can be reached, and one of them is found.

use landbridge_tests::support::seed;
use landbridge_tests::window::Computer;
use landbridge_tests::{steps, window::App};

const MANY: usize = 10_000;

#[tokio::test]
async fn ten_thousand_connections_scroll_virtually_and_are_searched() {
    let computer = Computer::new();
    let all = seed::varied(MANY);
    seed::connections(&computer.data_dir(), &all);
    let mut names: Vec<&str> = all.iter().map(|c| c.name.as_str()).collect();
    names.sort_by_key(|name| name.to_lowercase());
    let app = computer.open().await;
    app.see("10,000").await;
    let first = drawn(&app).await;
    assert_eq!(&steps::names(&app).await[..5], &names[..5]);
    assert!((10..100).contains(&first), "{first} rows are drawn");

    // To the end by key, and by the scroll bar.
    steps::menu(&app, names[0], "Edit").await;
    app.find("heading", &format!("Edit {}", names[0])).await;
    app.real_key("Escape").await;
    app.find("button", names[0]).await;
    app.real_key("slash").await;
    app.real_key("Down").await;
    steps::see_focus(&app, &format!("button {}", names[0])).await;
    app.real_key("End").await;
    steps::see_focus(&app, &format!("button {}", names[MANY - 1])).await;
    assert!(drawn(&app).await < 100);
    let half = "const box = document.querySelector('ul[aria-label=Connections]').parentElement; box.scrollTop = box.scrollHeight / 2; return true";
    app.client.execute(half, vec![]).await.expect("it scrolls");
    let around = "return [...document.querySelectorAll('[data-row]')].some((e) => e.textContent.trim() === arguments[0])";
    app.until("the middle of the list", around, vec![names[MANY / 2].into()]).await;
    assert!(drawn(&app).await < 100);

    app.fill("Search name, host or label", "db9876.example").await;
    app.see("1 of 10,000").await;
    let found = &all[9876].name;
    steps::see_names(&app, &[found.as_str()]).await;
    app.close().await;
}

/// How many rows the document holds.
async fn drawn(app: &App<'_>) -> u64 {
    let rows = app.client.execute("return document.querySelectorAll('[data-row]').length", vec![]).await.expect("a number");
    rows.as_u64().unwrap()
}
