//! How long files and functions may be.

use crate::assert_none;
use crate::files::{Source, below, interface, rust};

const RUST_FILE: usize = 500;
const UI_FILE: usize = 300;
/// A table of cases is read from top to bottom, and is no easier in pieces.
const UI_TESTS: usize = 500;
const FUNCTION: usize = 80;
const TRAIT_METHODS: usize = 10;

/// Longer files, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Longer functions, each with its reason.
const LONG_FUNCTIONS: &[(&str, &str)] = &[
    (
        "tests/e2e/failures.rs::postgres_failures_of_the_login_are_told_apart",
        "one table of what a person reads for each failure, in one window that is opened once",
    ),
    ("src-tauri/src/bindings.rs::builder", "one list of commands, a line each; the macro takes it whole"),
];

#[test]
fn files_stay_readable() {
    let mut found = Vec::new();
    let tests = below("ui/tests", &["ts", "svelte"]);
    for (sources, limit) in [(rust(), RUST_FILE), (interface(), UI_FILE), (tests, UI_TESTS)] {
        for source in sources {
            let lines = source.text.lines().count();
            if lines > limit && !LONG_FILES.iter().any(|(path, _)| *path == source.path) {
                found.push(format!("{} has {lines} lines, {limit} is where it stops", source.path));
            }
        }
    }
    assert_none("split by meaning, or give the reason in LONG_FILES", &found);
}

#[test]
fn functions_stay_readable() {
    let mut found = Vec::new();
    for source in rust() {
        for (name, line, length) in functions(&source) {
            let at = format!("{}::{name}", source.path);
            if length > FUNCTION && !LONG_FUNCTIONS.iter().any(|(path, _)| *path == at) {
                found.push(format!("{}:{line}: {name} has {length} lines, {FUNCTION} is where it stops", source.path));
            }
        }
    }
    assert_none("split by meaning, or give the reason in LONG_FUNCTIONS", &found);
}

#[test]
fn traits_stay_small() {
    let mut found = Vec::new();
    for source in rust().iter().filter(|s| s.path.starts_with("src-tauri/")) {
        let mut inside: Option<(String, usize)> = None;
        for (_, line) in source.lines() {
            if let Some(name) = line.strip_prefix("pub trait ") {
                inside = Some((name.chars().take_while(|c| c.is_alphanumeric()).collect(), 0));
            } else if line.starts_with('}') {
                if let Some((name, methods)) = inside.take().filter(|(_, methods)| *methods > TRAIT_METHODS) {
                    found.push(format!("{}: {name} has {methods} methods", source.path));
                }
            } else if let Some((_, methods)) = &mut inside {
                *methods += usize::from(line.starts_with("    fn ") || line.starts_with("    async fn "));
            }
        }
    }
    assert_none("a trait has at most ten methods", &found);
}

#[test]
fn the_exceptions_are_still_needed() {
    let all = [rust(), interface(), below("ui/tests", &["ts"])];
    let needed = |path: &str| all.iter().flatten().any(|s| s.path == path && s.text.lines().count() > UI_FILE);
    let stale: Vec<String> = LONG_FILES.iter().filter(|(p, _)| !needed(p)).map(|(p, _)| (*p).to_owned()).collect();
    assert_none("an exception that nothing needs is taken out", &stale);
}

/// Name, line and length of each function; the code is formatted, so a function ends with a brace at its own indent.
fn functions(source: &Source) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let word = code.find("fn ").filter(|i| {
            *i == 0 || code.get(..*i).is_some_and(|before| before.chars().all(|c| c.is_ascii_lowercase() || " ()_".contains(c)))
        });
        let Some(word) = word else { continue };
        let indent = line.len() - code.len();
        let name = code.get(word + 3..).unwrap_or("").chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines.iter().skip(at).position(|l| *l == end).map_or(1, |n| n + 1);
        let declared = lines
            .iter()
            .skip(at)
            .take(length)
            .position(|l| l.trim_end().ends_with(';') && l.len() - l.trim_start().len() == indent);
        found.push((name, at + 1, if declared == Some(0) { 1 } else { length }));
    }
    found
}
