//! The release application, its package, the figures, the pictures.

use crate::setup::{self, Purpose};
use crate::steps::Steps;
use crate::{place, process};
use std::process::Command;

/// The release application with its interface inside; its path is the last line.
///
/// # Errors
/// What is missing or failed.
pub fn build() -> Result<(), String> {
    let mut steps = Steps::default();
    prepare(&mut steps, Purpose::Build)?;
    must(steps.command("release application", process::cargo().args(["build", "--release", "--package", "landbridge"])))?;
    steps.slowest();
    println!("{}", place::built("release", "landbridge").display());
    Ok(())
}

/// The .deb package; its path is the last line.
///
/// # Errors
/// What is missing or failed.
pub fn bundle() -> Result<(), String> {
    let mut steps = Steps::default();
    prepare(&mut steps, Purpose::Build)?;
    let cli = place::ui().join("node_modules/.bin/tauri");
    let mut command = process::command(&cli.display().to_string());
    command.args(["build", "--bundles", "deb"]).env("CARGO_TARGET_DIR", place::target());
    must(steps.command("package", &mut command))?;
    steps.slowest();
    let dir = place::target().join("release/bundle/deb");
    let mut packages: Vec<_> =
        std::fs::read_dir(&dir).map_err(|e| format!("{}: {e}", dir.display()))?.flatten().map(|e| e.path()).collect();
    packages.retain(|p| p.extension().is_some_and(|e| e == "deb"));
    packages.sort_by_key(|p| std::fs::metadata(p).and_then(|m| m.modified()).ok());
    let newest = packages.last().ok_or_else(|| format!("no package in {}", dir.display()))?;
    println!("{}", newest.display());
    Ok(())
}

/// One line of JSON a figure.
///
/// # Errors
/// What is missing or failed.
pub fn bench(names: &[String]) -> Result<(), String> {
    let mut steps = Steps::default();
    setup::set_up(&mut steps, Purpose::Test)?;
    let mut cargo = process::cargo();
    // Not the tests' profile: a figure of an unoptimised program is no figure.
    cargo.args(["build", "--release", "--package", "landbridge-tests", "--bin", "bench"]);
    must(steps.command("bench", &mut cargo))?;
    let done = Command::new(place::built("release", "bench")).args(names).status().map_err(|e| format!("bench: {e}"))?;
    must(done.success())
}

/// A picture of every screen and state, into shots/.
///
/// # Errors
/// What is missing or failed.
pub fn shots() -> Result<(), String> {
    let mut steps = Steps::default();
    prepare(&mut steps, Purpose::Test)?;
    must(steps.command("application", process::cargo().args(["build", "--workspace", "--exclude", "xtask"])))?;
    let app = place::built("debug", "landbridge");
    let status = Command::new(place::built("debug", "shots"))
        .arg(place::shots())
        .env("LANDBRIDGE_APP", app)
        .status()
        .map_err(|e| format!("shots: {e}"))?;
    println!("{}", place::shots().display());
    must(status.success())
}

fn prepare(steps: &mut Steps, purpose: Purpose) -> Result<(), String> {
    setup::set_up(steps, purpose)?;
    must(steps.code("interface", setup::interface))
}

/// The step has already said why.
pub fn must(good: bool) -> Result<(), String> {
    if good { Ok(()) } else { Err(String::new()) }
}
