//! `cargo xtask test [GROUP…]`: all set-up, then all tests, in groups, one after the other.
//!
//! A failed step shows the end of what it said, and the next one goes on; the last line counts.

use crate::place;
use crate::process::{self, linting_cargo, npm};
use crate::setup::{self, Purpose};
use crate::steps::{self, Steps};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A part of the tests.
struct Group {
    name: &'static str,
    /// What it needs before it can run.
    needs: &'static [Need],
    run: fn(&mut Steps, &Tools),
}

/// Something that a group needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// The house's crates and their tests, compiled and linted.
    Rust,
    /// The servers that tests share.
    Peers,
}

/// What the groups use.
struct Tools {
    nextest: bool,
    built: bool,
    warnings: Vec<String>,
    peers: Option<PathBuf>,
}

const GROUPS: &[Group] = &[
    Group { name: "lint", needs: &[Need::Rust], run: lint },
    Group { name: "unit", needs: &[Need::Rust], run: |s, t| t.tests(s, "unit: the rooms from inside", &["--lib"], false) },
    Group {
        name: "ui",
        needs: &[],
        run: |s, _| {
            s.tests("ui: components and screens", npm().args(["run", "--silent", "test"]));
        },
    },
    Group { name: "specs", needs: &[Need::Rust], run: |s, t| t.target(s, "specs", "every form, generated and fresh") },
    Group { name: "samples", needs: &[Need::Rust], run: |s, t| t.target(s, "samples", "the samples, and where they are from") },
    Group { name: "tidy", needs: &[Need::Rust], run: |s, t| t.target(s, "tidy", "the rules of the house") },
    Group { name: "store", needs: &[Need::Rust], run: |s, t| t.package(s, "store", "a real keyring, and every write of a save") },
    Group {
        name: "peers",
        needs: &[Need::Rust, Need::Peers],
        run: |s, t| t.target(s, "peers", "the real servers are what they say"),
    },
    Group { name: "flow", needs: &[Need::Rust, Need::Peers], run: |s, t| t.target(s, "flow", "stories through the engine") },
    Group { name: "faults", needs: &[Need::Rust, Need::Peers], run: |s, t| t.target(s, "faults", "every failure told apart") },
    Group {
        name: "conformance",
        needs: &[Need::Rust, Need::Peers],
        run: |s, t| t.target(s, "conformance", "every connector, the same cases"),
    },
    Group { name: "e2e", needs: &[Need::Rust, Need::Peers], run: |s, t| t.window(s) },
];

/// The names of the groups.
pub fn names() -> Vec<&'static str> {
    GROUPS.iter().map(|g| g.name).collect()
}

/// Sets up, and runs the named groups, or all.
///
/// # Errors
/// When something failed; empty, as the steps have said why.
pub fn test(wanted: &[String]) -> Result<(), String> {
    if let Some(unknown) = wanted.iter().find(|w| !names().contains(&w.as_str())) {
        return Err(format!("There is no group {unknown}. There are: {}", names().join(" ")));
    }
    let chosen: Vec<&Group> = GROUPS.iter().filter(|g| wanted.is_empty() || wanted.iter().any(|w| w == g.name)).collect();
    let needs = |need: Need| chosen.iter().any(|g| g.needs.contains(&need));
    let mut steps = Steps::default();
    setup::set_up(&mut steps, Purpose::Test)?;
    let mut tools = Tools { nextest: has_nextest(), built: true, warnings: Vec::new(), peers: None };
    let mut peers = None;
    if needs(Need::Rust) {
        tools.built = steps.code("interface", setup::interface) && tools.build(&mut steps);
    }
    if needs(Need::Peers) && tools.built {
        steps.code("shared servers", || {
            let started = Peers::start()?;
            tools.peers = Some(started.dir.clone());
            peers = Some(started);
            Ok(String::new())
        });
    }
    for group in chosen {
        (group.run)(&mut steps, &tools);
    }
    if let Some(peers) = peers {
        peers.stop();
    }
    steps.slowest();
    let failed = steps.failed().join(", ");
    if !failed.is_empty() {
        println!("failed: {failed}");
    }
    let tally = steps.tally();
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if failed.is_empty() && tally.failed == 0 { Ok(()) } else { Err(String::new()) }
}

/// nextest when it is there (each test in a process of its own); plain `cargo test` is as good.
fn has_nextest() -> bool {
    process::says(process::cargo().args(["nextest", "--version"])).is_some()
}

impl Tools {
    /// Compiles everything once. Warnings are kept for the lint step, so that a warning does not keep the tests from running.
    fn build(&mut self, steps: &mut Steps) -> bool {
        let mut warnings = Vec::new();
        let mut collect = |text: String| {
            warnings.extend(warnings_of(&text));
            Ok(String::new())
        };
        let good = steps.code("compile: the application", || {
            steps::said("compile the application", linting_cargo().args(["build", "--workspace"])).and_then(&mut collect)
        }) && steps.code("compile: the tests", || {
            steps::said("compile the tests", linting_cargo().args(["test", "--workspace", "--no-run"])).and_then(&mut collect)
        });
        self.warnings = warnings;
        good
    }

    fn cargo_test(&self, select: &[&str], alone: bool) -> Command {
        let mut cargo = linting_cargo();
        if self.nextest {
            cargo
                .args([
                    "nextest",
                    "run",
                    "--workspace",
                    "--no-fail-fast",
                    "--status-level",
                    "fail",
                    "--final-status-level",
                    "fail",
                ])
                .args(select);
            if alone {
                cargo.args(["--test-threads", "1"]);
            }
        } else {
            cargo.args(["test", "--workspace", "--no-fail-fast"]).args(select);
            if alone {
                cargo.args(["--", "--test-threads", "1"]);
            }
        }
        // The message says what failed; the way there hides it.
        cargo.env("RUST_BACKTRACE", "0").env("LANDBRIDGE_APP", place::built("debug", "landbridge"));
        if let Some(dir) = &self.peers {
            cargo.env("LANDBRIDGE_PEER_POSTGRES", dir.join("postgres.json"));
        }
        cargo
    }

    fn tests(&self, steps: &mut Steps, name: &str, select: &[&str], alone: bool) {
        if self.built {
            steps.tests(name, &mut self.cargo_test(select, alone));
        } else {
            steps.check(name, || Err("not run: it did not compile".to_owned()));
        }
    }

    /// A test target of the tests' own crate.
    fn target(&self, steps: &mut Steps, target: &str, shows: &str) {
        self.tests(steps, &format!("{target}: {shows}"), &["--test", target], false);
    }

    /// The test targets beside a crate.
    fn package(&self, steps: &mut Steps, package: &str, shows: &str) {
        let dir = place::root().join("src-tauri/crates").join(package).join("tests");
        let mut names: Vec<String> = std::fs::read_dir(dir)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.extension().is_some_and(|e| e == "rs"))
            .filter_map(|p| Some(p.file_stem()?.to_str()?.to_owned()))
            .collect();
        names.sort();
        let select: Vec<&str> = names.iter().flat_map(|n| ["--test", n.as_str()]).collect();
        self.tests(steps, &format!("{package}: {shows}"), &select, true);
    }

    /// The window: one at a time, since each has a screen, a bus and a keychain of its own.
    fn window(&self, steps: &mut Steps) {
        self.tests(steps, "e2e: the real window", &["--test", "e2e"], true);
    }
}

fn lint(steps: &mut Steps, tools: &Tools) {
    let command = |name: &str, command: &mut Command| steps::said(name, command).map(|_| String::new());
    steps.check("lint: rustfmt", || command("rustfmt", process::cargo().args(["fmt", "--all", "--check"])));
    steps.check("lint: clippy, warnings are errors", || match (tools.built, tools.warnings.as_slice()) {
        (false, _) => Err("not run: it did not compile".to_owned()),
        (true, []) => Ok(String::new()),
        (true, some) => Err(some.join("\n")),
    });
    steps.check("lint: eslint and prettier", || command("eslint", npm().args(["run", "--silent", "lint"])));
    steps.check("lint: svelte-check", || command("svelte-check", npm().args(["run", "--silent", "check"])));
}

/// The warnings in what cargo said, each with the lines that belong to it.
fn warnings_of(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for line in text.lines().map(str::trim_end) {
        // Cargo's own count of warnings per crate says nothing new.
        let summary = line.starts_with("warning: `") && line.contains(" generated ");
        if line.starts_with("warning") && !summary {
            found.push(line.to_owned());
            inside = true;
        } else if line.trim().is_empty() || summary {
            inside = false;
        } else if let (true, Some(last)) = (inside, found.last_mut()) {
            *last += "\n";
            *last += line;
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The servers that all test processes share, in one process that holds them.
struct Peers {
    dir: PathBuf,
    holder: Child,
}

impl Peers {
    fn start() -> Result<Self, String> {
        let dir = place::target().join("xtask/peers");
        std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        let mut command = Command::new(place::built("debug", "peers"));
        command.arg(&dir).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut holder = command.spawn().map_err(|e| format!("{}: {e}", process::show(&command)))?;
        let mut line = String::new();
        if let Some(out) = holder.stdout.take() {
            let _ = BufReader::new(out).read_line(&mut line);
        }
        if line.trim() == "ready" {
            return Ok(Self { dir, holder });
        }
        process::end(&mut holder);
        Err("the shared servers did not start".to_owned())
    }

    /// Their standard input ends, and they end with it.
    fn stop(mut self) {
        drop(self.holder.stdin.take());
        let _ = self.holder.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::warnings_of;

    #[test]
    fn warnings_are_found_once_and_whole() {
        let text = "   Compiling x\nwarning: used `unwrap()`\n  --> src/a.rs:1:2\n   |\n\nwarning: `x` (lib) generated 1 warning\n\
                    warning: used `unwrap()`\n  --> src/a.rs:1:2\n   |\n\n    Finished";
        assert_eq!(warnings_of(text), ["warning: used `unwrap()`\n  --> src/a.rs:1:2\n   |"]);
        assert!(warnings_of("   Compiling x\n    Finished").is_empty());
    }
}
