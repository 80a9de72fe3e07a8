//! The window opens, and its first screen can be used.

use landbridge_tests::window::{Computer, Keyring};

#[tokio::test]
async fn the_window_opens_and_can_be_used() {
    let computer = Computer::new();
    let app = computer.open().await;
    assert_eq!(app.client.title().await.unwrap(), "Landbridge");
    app.find("button", "New connection").await;
    app.close().await;
}

#[tokio::test]
async fn the_window_opens_without_any_keychain() {
    let computer = Computer::with(Keyring::Absent);
    let app = computer.open().await;
    app.find("button", "New connection").await;
    app.close().await;
}
