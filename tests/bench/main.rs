//! The figures of the house, one line of JSON each: `{"name", "value", "unit", "against", "ratio", "goal"}`.
//!
//! Owns: how they are measured. Does not own: whether they are good enough; tests assert the cause (one indexed query, no wait
//! without a branch for cancelling), never the clock. Names as arguments choose; none: all.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

mod cancel;
mod connect;
mod export;
mod figure;
mod first;
mod list;
#[allow(dead_code)]
#[path = "../faults/servers.rs"]
mod servers;
mod tree;

use figure::Figure;

const NAMES: &[&str] = &["list-10k", "tree-100k", "first-100", "export-1m", "cancel", "connect"];

#[tokio::main]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|w| w == name);
    if let Some(unknown) = wanted.iter().find(|w| !NAMES.contains(&w.as_str())) {
        println!("there is no figure {unknown}: {}", NAMES.join(", "));
        std::process::exit(2);
    }
    let show = |figures: Vec<Figure>| figures.iter().for_each(|f| println!("{}", f.json()));
    if is_wanted("list-10k") {
        show(list::measure().await);
    }
    if is_wanted("tree-100k") {
        show(tree::measure().await);
    }
    if is_wanted("first-100") {
        show(first::measure().await);
    }
    if is_wanted("export-1m") {
        show(export::measure().await);
    }
    if is_wanted("cancel") {
        show(cancel::measure().await);
    }
    if is_wanted("connect") {
        show(connect::measure().await);
    }
}
