//! `cargo xtask HABIT`: hands over to the habit, and turns its answer into an exit code.
#![allow(clippy::print_stderr)]

use std::process::ExitCode;
use xtask::{build, run, test};

const USAGE: &str = "\
cargo xtask run              set up what is missing, build, and open the application (without a display: a picture of its first screen)
cargo xtask test [GROUP…]    set up what is missing and run all tests, or these groups of them
cargo xtask build            the release application with its interface inside; its path is the last line
cargo xtask bundle           the .deb package; its path is the last line
cargo xtask bench [NAME…]    one line of JSON a figure
cargo xtask shots            a picture of every screen and state, into shots/

Groups of tests:";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let done = match arguments.first().map(String::as_str) {
        Some("run") => run::run(),
        Some("test") => test::test(rest),
        Some("build") => build::build(),
        Some("bundle") => build::bundle(),
        Some("bench") => build::bench(rest),
        Some("shots") => build::shots(),
        _ => {
            eprintln!("{USAGE} {}", test::names().join(" "));
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            if !why.is_empty() {
                eprintln!("\n{why}");
            }
            ExitCode::FAILURE
        }
    }
}
