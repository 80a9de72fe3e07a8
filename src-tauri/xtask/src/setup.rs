//! What must be there before anything is built: tools of the right version, free disk, Debian and npm packages.
//! Quick when nothing is missing, and says what it does.

use crate::steps::{self, Steps};
use crate::{packages, place, process};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What the set-up is for; each needs what the ones before it need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// To build.
    Build,
    /// To open the application without a display.
    Headless,
    /// To test.
    Test,
}

/// Checks and installs; an error names every thing that is missing.
///
/// # Errors
/// Empty when the step itself has already said why.
pub fn set_up(steps: &mut Steps, purpose: Purpose) -> Result<(), String> {
    let mut good = steps.code("tools: Rust, Node and Python", || tools(purpose));
    good &= steps.code("free disk", || disk(purpose));
    if !good {
        return Err(String::new());
    }
    if cfg!(target_os = "linux") {
        let mut wanted = packages::BUILD.to_vec();
        if purpose >= Purpose::Headless {
            wanted.extend(packages::HEADLESS);
        }
        if purpose >= Purpose::Test {
            wanted.extend(packages::TEST);
        }
        good &= steps.code("Debian packages", || packages::install(&wanted));
    } else {
        good &= steps.code("what the system needs", other_systems);
    }
    if good && steps.code("npm packages", npm_packages) { Ok(()) } else { Err(String::new()) }
}

/// Builds the interface when something it is made of is newer than what was built.
///
/// # Errors
/// What the build said.
pub fn interface() -> Result<String, String> {
    let ui = place::ui();
    let built = modified(&ui.join("dist/index.html"));
    let sources = [
        "src",
        "messages",
        "scripts",
        "project.inlang/settings.json",
        "index.html",
        "package-lock.json",
        "vite.config.ts",
        "svelte.config.js",
    ];
    let newest = sources.iter().filter_map(|name| newest(&ui.join(name))).max();
    if built.is_some() && built > newest {
        return Ok("up to date".to_owned());
    }
    steps::said("interface", process::npm().args(["run", "--silent", "build"])).map(|_| "built".to_owned())
}

fn tools(purpose: Purpose) -> Result<String, String> {
    let mut wrong = Vec::new();
    let mut found = Vec::new();
    let python = if cfg!(windows) { "python" } else { "python3" };
    for (program, name, least, where_from) in [
        ("rustc", "Rust", (1, 95), "https://rustup.rs"),
        ("node", "Node", (20, 0), "https://nodejs.org"),
        (python, "Python", (3, 11), "https://www.python.org"),
    ] {
        match process::says(Command::new(program).arg("--version")).and_then(|text| version(&text)) {
            Some(has) if has >= least => found.push(format!("{name} {}.{}", has.0, has.1)),
            Some(has) => {
                wrong.push(format!("{name} {}.{} is too old: {}.{} is needed ({where_from})", has.0, has.1, least.0, least.1))
            }
            None => wrong.push(format!("{name} is missing: {}.{} or newer is needed ({where_from})", least.0, least.1)),
        }
    }
    if process::says(process::npm().arg("--version")).is_none() {
        wrong.push("npm is missing: it comes with Node (https://nodejs.org)".to_owned());
    }
    if purpose == Purpose::Test {
        for (program, component) in [("clippy-driver", "clippy"), ("rustfmt", "rustfmt")] {
            if !process::is_there(program) {
                wrong.push(format!("{component} is missing: rustup component add {component}"));
            }
        }
    }
    if wrong.is_empty() { Ok(found.join(", ")) } else { Err(wrong.join("\n")) }
}

/// The first two numbers of a version, as in `rustc 1.95.0 (…)` or `v20.20.2`.
fn version(text: &str) -> Option<(u32, u32)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = text.get(start..)?.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// A build grows into this much; once it is there, little is added.
fn disk(purpose: Purpose) -> Result<String, String> {
    let target = place::target();
    fs::create_dir_all(&target).map_err(|e| format!("{}: {e}", target.display()))?;
    if cfg!(windows) {
        return Ok("not checked here: 4 GB are needed".to_owned());
    }
    let first = !target.join("debug/deps").exists();
    let needed_mb: u64 = match (first, purpose) {
        (true, Purpose::Test) => 8_000,
        (true, _) => 5_000,
        (false, _) => 1_500,
    };
    let text = process::says(Command::new("df").arg("-Pk").arg(&target)).unwrap_or_default();
    let Some(free_kb) = text.lines().last().and_then(|l| l.split_whitespace().nth(3)?.parse::<u64>().ok()) else {
        return Ok("could not be told".to_owned());
    };
    let (free, needed) = (free_kb as f64 / 1_048_576.0, needed_mb as f64 / 1000.0);
    if free_kb / 1000 < needed_mb {
        return Err(format!(
            "{} has {free:.1} GB free, and {needed:.1} GB are needed. CARGO_TARGET_DIR names another place.",
            target.display()
        ));
    }
    Ok(format!("{free:.1} GB free, {needed:.1} GB needed"))
}

/// `npm ci`, only when the lock file is another one than the last time.
fn npm_packages() -> Result<String, String> {
    let ui = place::ui();
    let lock = fs::read(ui.join("package-lock.json")).map_err(|e| format!("ui/package-lock.json: {e}"))?;
    let stamp = ui.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok("up to date".to_owned());
    }
    steps::said("npm ci", process::npm().args(["ci", "--prefer-offline", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, lock).map_err(|e| format!("{}: {e}", stamp.display()))?;
    Ok("installed".to_owned())
}

/// On macOS and Windows nothing is installed: what is missing is named.
fn other_systems() -> Result<String, String> {
    if cfg!(target_os = "macos") {
        return match process::says(Command::new("xcode-select").arg("-p")) {
            Some(path) => Ok(format!("command line tools at {path}")),
            None => Err("The Xcode command line tools are missing: xcode-select --install".to_owned()),
        };
    }
    let webview = r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let mut wrong = Vec::new();
    if process::says(Command::new("reg").args(["query", webview, "/v", "pv"])).is_none() {
        wrong.push("WebView2 is missing: https://developer.microsoft.com/microsoft-edge/webview2");
    }
    let host = process::says(Command::new("rustc").arg("-vV")).unwrap_or_default();
    if !host.contains("-msvc") {
        wrong.push("Rust's MSVC toolchain and the Visual Studio C++ build tools are needed: rustup default stable-msvc");
    }
    if wrong.is_empty() { Ok("WebView2 and MSVC".to_owned()) } else { Err(wrong.join("\n")) }
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(path).and_then(|m| m.modified()).ok()
}

/// The newest file below a path; what is generated there does not count.
fn newest(path: &Path) -> Option<std::time::SystemTime> {
    if !path.is_dir() {
        return modified(path);
    }
    if path.ends_with("src/paraglide") {
        return None;
    }
    // The directory's own time tells of files that were removed.
    let below = fs::read_dir(path).ok()?.flatten().filter_map(|entry| newest(&entry.path()));
    let own = if path.ends_with("ui/src") { None } else { modified(path) };
    below.chain(own).max()
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_read_from_what_tools_say() {
        assert_eq!(version("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
        assert_eq!(version("v20.20.2"), Some((20, 20)));
        assert_eq!(version("Python 3.11.2"), Some((3, 11)));
        assert_eq!(version("no number"), None);
    }
}
