//! `cargo xtask run`: from a fresh machine to the open window; without a display, to a picture of it.

use crate::build::must;
use crate::desktop::{Desktop, Keyring};
use crate::setup::{self, Purpose};
use crate::steps::Steps;
use crate::{place, process};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

/// Sets up, builds and opens the application.
///
/// # Errors
/// What is missing or failed; empty when a step has already said it.
pub fn run() -> Result<(), String> {
    let headless = cfg!(target_os = "linux") && !has_display();
    let mut steps = Steps::default();
    if headless {
        println!("No display here: the application will be opened on a virtual screen, and a picture of it taken.");
    }
    setup::set_up(&mut steps, if headless { Purpose::Headless } else { Purpose::Build })?;
    must(steps.code("interface", setup::interface))?;
    // The whole workspace, as the tests build it: the same features, so that nothing is compiled twice.
    must(steps.command("application", process::cargo().args(["build", "--workspace", "--exclude", "xtask"])))?;
    let app = place::built("debug", "landbridge");
    if headless {
        let mut picture = PathBuf::new();
        must(steps.code("first screen", || {
            picture = first_screen(&app)?;
            Ok(String::new())
        }))?;
        steps.slowest();
        println!("{}", picture.display());
        return Ok(());
    }
    steps.slowest();
    println!("opening {}", app.display());
    let status = Command::new(&app).status().map_err(|e| format!("{}: {e}", app.display()))?;
    if status.success() { Ok(()) } else { Err(format!("the application ended with {status}")) }
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Opens the application on a virtual screen, waits for what it shows, and ends everything again.
fn first_screen(app: &Path) -> Result<PathBuf, String> {
    let desktop = Desktop::start(1280, 900, Keyring::Open)?;
    let mut command = desktop.command(app);
    command.env("LANDBRIDGE_DATA_DIR", desktop.dir.join("landbridge"));
    process::own_group(&mut command);
    let log = place::target().join("xtask/application.log");
    let out = std::fs::File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    let err = out.try_clone().map_err(|e| e.to_string())?;
    let mut child = command.stdout(out).stderr(err).spawn().map_err(|e| format!("{}: {e}", app.display()))?;
    let seen = painted(&desktop, &mut child);
    process::end_group(&mut child);
    seen.map_err(|why| format!("{why}\n{}", std::fs::read_to_string(&log).unwrap_or_default()))
}

/// Waits until the window is there and what it shows no longer changes.
fn painted(desktop: &Desktop, app: &mut Child) -> Result<PathBuf, String> {
    let deadline = Instant::now() + Duration::from_secs(60);
    let picture = place::shots().join("first-screen.png");
    std::fs::create_dir_all(place::shots()).map_err(|e| e.to_string())?;
    let mut before = String::new();
    while Instant::now() < deadline {
        if let Ok(Some(status)) = app.try_wait() {
            return Err(format!("The application ended by itself, with {status}"));
        }
        thread::sleep(Duration::from_millis(300));
        let search = ["search", "--onlyvisible", "--name", "^Landbridge$"];
        let windows = process::says(desktop.command("xdotool").args(search)).unwrap_or_default();
        let Some(window) = windows.lines().last() else { continue };
        // Its content alone: the frame around it has colours enough of its own.
        let _ = process::says(desktop.command("import").args(["-window", window]).arg(&picture));
        // The number of colours and the sum of all pixels: the same twice, and more than a blank page has.
        let now = process::says(desktop.command("identify").args(["-format", "%k %#"]).arg(&picture)).unwrap_or_default();
        let colours = now.split(' ').next().and_then(|n| n.parse::<u32>().ok()).unwrap_or(0);
        if colours > 64 && now == before {
            return Ok(picture);
        }
        before = now;
    }
    Err("No first screen was seen within 60 seconds".to_owned())
}
