//! A line a step with its time, the slowest named at the end, and how many tests passed and failed.

use crate::{place, process};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// How many tests a step held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Passed.
    pub passed: usize,
    /// Failed.
    pub failed: usize,
}

struct Done {
    name: String,
    time: Duration,
    failed: bool,
}

/// The steps of one run.
#[derive(Default)]
pub struct Steps {
    done: Vec<Done>,
    tally: Tally,
}

impl Steps {
    /// A step that is code. Its answer, if any, stands behind its name.
    pub fn code(&mut self, name: &str, work: impl FnOnce() -> Result<String, String>) -> bool {
        let started = begin(name);
        let done = work();
        let failed = done.is_err();
        self.line(name, started.elapsed(), failed, done.as_ref().map_or("", |remark| remark));
        if let Err(why) = done {
            println!("{}", indent(&why));
        }
        !failed
    }

    /// A step that is a command. On failure the end of what it said is shown.
    pub fn command(&mut self, name: &str, command: &mut Command) -> bool {
        self.code(name, || said(name, command).map(|_| String::new()))
    }

    /// A step that is one check among the tests: it counts as a test that passed or failed.
    pub fn check(&mut self, name: &str, work: impl FnOnce() -> Result<String, String>) -> bool {
        let passed = self.code(name, work);
        self.tally.passed += usize::from(passed);
        self.tally.failed += usize::from(!passed);
        passed
    }

    /// A step that is a run of tests, counted from what it says.
    pub fn tests(&mut self, name: &str, command: &mut Command) -> bool {
        let started = begin(name);
        let log = log_of(name);
        let ended = process::logged(command, &log).map(|status| status.success());
        let text = std::fs::read(&log).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default();
        let mut counted = count(&text);
        let good = ended == Ok(true);
        if !good && counted.failed == 0 {
            // It did not get as far as a count: that is a failure too.
            counted.failed = 1;
        }
        if good && counted.passed == 0 {
            counted.passed = 1;
        }
        self.tally.passed += counted.passed;
        self.tally.failed += counted.failed;
        self.line(name, started.elapsed(), !good, &format!("{} passed, {} failed", counted.passed, counted.failed));
        if let Err(why) = &ended {
            println!("{}", indent(why));
        }
        if !good {
            println!("{}\n      all of it: {}", indent(&tail(&text, 120)), log.display());
        }
        good
    }

    /// Says which steps were slowest.
    pub fn slowest(&self) {
        let mut by_time: Vec<&Done> = self.done.iter().collect();
        by_time.sort_by_key(|d| std::cmp::Reverse(d.time));
        let named: Vec<String> = by_time.iter().take(3).map(|d| format!("{} ({})", d.name, seconds(d.time))).collect();
        println!("slowest: {}", named.join(", "));
    }

    /// The steps that failed.
    pub fn failed(&self) -> Vec<&str> {
        self.done.iter().filter(|d| d.failed).map(|d| d.name.as_str()).collect()
    }

    /// All that was counted.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    fn line(&mut self, name: &str, time: Duration, failed: bool, remark: &str) {
        let mark = if failed { "FAILED" } else { "ok" };
        let remark = if remark.is_empty() { String::new() } else { format!("  ({remark})") };
        let back = if io::stdout().is_terminal() { "\r\x1b[K" } else { "" };
        println!("{back}{mark:<6} {:>8}  {name}{remark}", seconds(time));
        self.done.push(Done { name: name.to_owned(), time, failed });
    }
}

/// At a terminal, says what is under way; the step's own line takes its place.
fn begin(name: &str) -> Instant {
    if io::stdout().is_terminal() {
        print!("       …         {name}");
        let _ = io::stdout().flush();
    }
    Instant::now()
}

/// Runs a command to its end; what it said, or on failure the end of that.
///
/// # Errors
/// When it cannot be started or fails.
pub fn said(name: &str, command: &mut Command) -> Result<String, String> {
    let log = log_of(name);
    let status = process::logged(command, &log)?;
    let text = std::fs::read(&log).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default();
    if status.success() {
        Ok(text)
    } else {
        Err(format!("{}\n{}\nall of it: {}", process::show(command), tail(&text, 60), log.display()))
    }
}

fn log_of(name: &str) -> PathBuf {
    let file: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    place::target().join("xtask").join(format!("{file}.log"))
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("      {line}")).collect::<Vec<_>>().join("\n")
}

/// The last lines.
fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n")
}

/// Reads the counts of cargo-nextest, of `cargo test` and of vitest.
pub fn count(text: &str) -> Tally {
    let mut all = Tally::default();
    // nextest shows what a failed test said, and that holds a line of libtest's own.
    let by_nextest = text.lines().any(|line| line.trim().starts_with("Summary ["));
    for line in text.lines() {
        let line = line.trim();
        let words: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let before = |what: &str| {
            let at = words.iter().position(|w| *w == what)?;
            words.get(at.checked_sub(1)?)?.parse::<usize>().ok()
        };
        let is_nextest = line.starts_with("Summary [") && line.contains(" run: ");
        let is_cargo = !by_nextest && line.starts_with("test result: ");
        let is_vitest = words.first() == Some(&"Tests") && (line.contains("passed") || line.contains("failed"));
        if is_nextest || is_cargo || is_vitest {
            all.passed += before("passed").unwrap_or(0);
            all.failed += before("failed").unwrap_or(0) + if is_nextest { before("timed").unwrap_or(0) } else { 0 };
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Tally, count};

    #[test]
    fn the_counts_of_three_test_runners_are_read() {
        let nextest = "test result: FAILED. 0 passed; 1 failed; 0 ignored\n     Summary [   5.471s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 3 skipped";
        assert_eq!(count(nextest), Tally { passed: 9, failed: 3 });
        let cargo = "test result: ok. 7 passed; 0 failed; 1 ignored\ntest result: FAILED. 1 passed; 2 failed; 0 ignored";
        assert_eq!(count(cargo), Tally { passed: 8, failed: 2 });
        let vitest = " Test Files  1 failed | 3 passed (4)\n      Tests  1 failed | 11 passed (12)";
        assert_eq!(count(vitest), Tally { passed: 11, failed: 1 });
        assert_eq!(count("nothing of that kind: 3 passed"), Tally { passed: 0, failed: 0 });
    }
}
