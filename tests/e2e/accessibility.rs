//! axe-core over every screen and state, light and dark: no violation.

use landbridge_tests::explore;
use landbridge_tests::walk::{self, Look};
use landbridge_tests::window::App;

/// Remembers what axe found, so that one run tells all.
#[derive(Default)]
struct Axe(Vec<String>, usize);

impl Look for Axe {
    async fn look(&mut self, app: &App<'_>, screen: &str) {
        for theme in ["light", "dark"] {
            app.theme(theme).await;
            self.1 += 1;
            self.0.extend(app.axe().await.iter().map(|found| format!("{screen}, {theme}: {found}")));
        }
        app.theme("").await;
    }
}

impl Axe {
    fn found_nothing(&self) {
        assert!(self.1 > 0);
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

#[tokio::test]
async fn the_way_to_a_connection_has_no_violation() {
    let mut axe = Axe::default();
    walk::new_connection(&mut axe).await;
    axe.found_nothing();
}

#[tokio::test]
async fn what_is_done_with_a_connection_has_no_violation() {
    let mut axe = Axe::default();
    walk::a_connection(&mut axe).await;
    axe.found_nothing();
}

#[tokio::test]
async fn long_lists_palette_and_shortcuts_have_no_violation() {
    let mut axe = Axe::default();
    walk::lists(&mut axe).await;
    axe.found_nothing();
}

#[tokio::test]
async fn settings_have_no_violation() {
    let mut axe = Axe::default();
    walk::settings(&mut axe).await;
    axe.found_nothing();
}

#[tokio::test]
async fn a_locked_vault_and_a_failed_start_have_no_violation() {
    let mut axe = Axe::default();
    walk::locked(&mut axe).await;
    walk::not_started(&mut axe).await;
    axe.found_nothing();
}

#[tokio::test]
async fn exploring_the_samples_has_no_violation() {
    let mut axe = Axe::default();
    explore::samples(&mut axe).await;
    axe.found_nothing();
}

#[tokio::test]
async fn exploring_a_warehouse_has_no_violation() {
    let mut axe = Axe::default();
    explore::warehouse(&mut axe).await;
    axe.found_nothing();
}

#[tokio::test]
async fn files_of_ones_own_have_no_violation() {
    let mut axe = Axe::default();
    explore::files(&mut axe).await;
    axe.found_nothing();
}
