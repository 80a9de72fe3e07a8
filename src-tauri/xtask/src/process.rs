//! Commands: cargo and npm as this house calls them, ending by pid, output kept for when it is needed.

use crate::place;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A command in the clone's top directory.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(place::root());
    command
}

/// Cargo, with the environment that it would have by hand: what `cargo xtask` itself added would make it build again.
pub fn cargo() -> Command {
    let mut cargo = command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "LD_LIBRARY_PATH" || name == "CARGO" {
            cargo.env_remove(name.as_ref());
        }
    }
    cargo.env("CARGO_TARGET_DIR", place::target());
    cargo
}

/// Cargo for the tests: the house's own crates pass through the linter as they are compiled, so they are compiled once.
pub fn linting_cargo() -> Command {
    let mut cargo = cargo();
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CARGO_TERM_COLOR", "never");
    cargo
}

/// npm in the interface's directory.
pub fn npm() -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(place::ui()).env("NO_COLOR", "1").env("npm_config_fund", "false").env("npm_config_audit", "false");
    npm.env("npm_config_update_notifier", "false");
    npm
}

/// True when the program can be started.
pub fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// What a command says, trimmed; None when it fails.
pub fn says(command: &mut Command) -> Option<String> {
    let out = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// Runs a command to its end with everything it says in `log`.
///
/// # Errors
/// When it cannot be started.
pub fn logged(command: &mut Command, log: &Path) -> Result<ExitStatus, String> {
    let shown = show(command);
    if let Some(dir) = log.parent() {
        fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    }
    let out = File::create(log).map_err(|e| format!("{}: {e}", log.display()))?;
    let err = out.try_clone().map_err(|e| e.to_string())?;
    command.stdin(Stdio::null()).stdout(out).stderr(err).status().map_err(|e| format!("{shown}: {e}"))
}

/// A command as a person would type it.
pub fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|w| w.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Ends a process that we started, by its id: asks first, then insists.
pub fn end(child: &mut Child) {
    for signal in ["-TERM", "-KILL"] {
        if child.try_wait().map_or(true, |done| done.is_some()) {
            return;
        }
        let _ = Command::new("kill").arg(signal).arg(child.id().to_string()).stderr(Stdio::null()).status();
        let deadline = Instant::now() + Duration::from_secs(3);
        while Instant::now() < deadline && matches!(child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Puts what the command starts into a process group of its own, so that all of it can be ended.
pub fn own_group(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

/// Ends a whole process group, whose leader we started with a group of its own.
pub fn end_group(leader: &mut Child) {
    let group = format!("-{}", leader.id());
    for signal in ["-TERM", "-KILL"] {
        let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
        let deadline = Instant::now() + Duration::from_secs(3);
        while Instant::now() < deadline {
            let _ = leader.try_wait();
            let anyone =
                Command::new("kill").args(["-0", "--", &group]).stderr(Stdio::null()).status().is_ok_and(|s| s.success());
            if !anyone {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}
