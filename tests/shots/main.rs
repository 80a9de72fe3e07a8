//! A picture of every screen and state, light and dark, wide and narrow, into the directory given as the one argument:
//! of the real window, and of the forms of all warehouses, also of those that have no connector yet.
#![allow(clippy::print_stdout)]

mod forms;

use landbridge_tests::explore;
use landbridge_tests::walk::{self, Look};
use landbridge_tests::window::App;
use std::path::PathBuf;

const SIZES: [(u32, u32); 2] = [(1280, 800), (900, 600)];

struct Camera {
    dir: PathBuf,
    taken: usize,
}

impl Look for Camera {
    async fn look(&mut self, app: &App<'_>, screen: &str) {
        for (width, height) in SIZES {
            app.resize(width, height).await;
            for theme in ["light", "dark"] {
                app.theme(theme).await;
                app.picture(&self.dir.join(format!("{screen}-{theme}-{width}x{height}.png"))).await;
                self.taken += 1;
            }
        }
        app.theme("").await;
        app.resize(SIZES[0].0, SIZES[0].1).await;
        println!("{screen}");
    }
}

#[tokio::main]
async fn main() {
    let dir = PathBuf::from(std::env::args_os().nth(1).expect("a directory for the pictures"));
    let mut camera = Camera { dir, taken: 0 };
    // Part by part, when only some are wanted.
    let parts: Vec<String> = std::env::args().skip(2).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|p| p == part);
    if wanted("explorer") {
        explore::samples(&mut camera).await;
        explore::files(&mut camera).await;
        explore::warehouse(&mut camera).await;
    }
    if !parts.is_empty() {
        println!("{} pictures", camera.taken);
        return;
    }
    walk::new_connection(&mut camera).await;
    walk::a_connection(&mut camera).await;
    walk::lists(&mut camera).await;
    walk::settings(&mut camera).await;
    walk::locked(&mut camera).await;
    walk::not_started(&mut camera).await;
    forms::all(&mut camera).await;
    println!("{} pictures", camera.taken);
}
