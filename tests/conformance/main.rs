//! Conformance: what every connector has to do, written once over `dyn Session`.
//!
//! A connector joins by one line in [`joined`], with an [`Entrant`] that knows a real server to be held against. A case is
//! skipped only when the session's own facts say that it does not offer what the case needs. Names are `<id>_<case>`.
//!
//! Own harness, because the tests are cases × connectors: it speaks as much of libtest's command line as `cargo test` and
//! `cargo nextest` need. The matrix in the README is written by `LANDBRIDGE_REGENERATE=1 … conformance_matrix`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod cases;
mod entrant;
mod local;
mod matrix;
mod postgres;
mod random;
mod render;

use cases::Case;
use entrant::Entrant;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::Arc;

/// The connectors: one line each.
fn joined() -> Vec<Arc<dyn Entrant>> {
    vec![Arc::new(postgres::Postgres), Arc::new(local::Local)]
}

type Test = Box<dyn FnOnce(&tokio::runtime::Runtime) -> Result<Option<&'static str>, String>>;

fn tests() -> Vec<(String, Test)> {
    let mut all: Vec<(String, Test)> = Vec::new();
    for entrant in joined() {
        for case in cases::all() {
            let name = format!("{}_{}", entrant.id(), case.name);
            let entrant = Arc::clone(&entrant);
            all.push((name, Box::new(move |runtime| run(runtime, case, entrant))));
        }
    }
    all.push((
        "conformance_matrix_in_the_readme_is_fresh".to_owned(),
        Box::new(|runtime| guarded(|| runtime.block_on(matrix::check(&joined()))).map(|()| None)),
    ));
    all
}

fn run(runtime: &tokio::runtime::Runtime, case: Case, entrant: Arc<dyn Entrant>) -> Result<Option<&'static str>, String> {
    guarded(|| {
        runtime.block_on(async {
            if let Some(need) = case.needs {
                let session = entrant.open().await;
                // What it can do is known from the first look on.
                session.probe(&landbridge_tests::support::ctx().0).await.expect("a first look");
                let offered = need.offered(session.facts(), &*entrant);
                session.close(&landbridge_tests::support::ctx().0).await;
                if !offered {
                    return Some(need.word());
                }
            }
            (case.run)(entrant).await;
            None
        })
    })
}

fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).map_err(|what| {
        let text = what.downcast_ref::<String>().cloned();
        text.or_else(|| what.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default()
    })
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| args.iter().any(|a| a == flag);
    let valued = ["--format", "--test-threads", "--color", "--logfile", "-Z"];
    let mut skips = Vec::new();
    let mut filters = Vec::new();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--skip" => skips.extend(rest.next()),
            flag if valued.contains(&flag) => drop(rest.next()),
            flag if flag.starts_with('-') => {}
            _ => filters.push(arg),
        }
    }
    let exact = has("--exact");
    let matches = |name: &str, filter: &String| if exact { name == filter.as_str() } else { name.contains(filter.as_str()) };
    // None of these tests is ignored.
    let none = has("--ignored");
    let chosen: Vec<_> = tests()
        .into_iter()
        .filter(|(name, _)| !none && (filters.is_empty() || filters.iter().any(|f| matches(name, f))))
        .filter(|(name, _)| !skips.iter().any(|s| matches(name, s)))
        .collect();
    if has("--list") {
        chosen.iter().for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    println!("\nrunning {} tests", chosen.len());
    let (mut passed, mut failed) = (0, Vec::new());
    for (name, test) in chosen {
        match test(&runtime) {
            Ok(None) => println!("test {name} ... ok"),
            Ok(Some(need)) => println!("test {name} ... ok (not offered: {need})"),
            Err(why) => {
                println!("test {name} ... FAILED\n{why}");
                failed.push(name);
                continue;
            }
        }
        passed += 1;
    }
    let word = if failed.is_empty() { "ok" } else { "FAILED" };
    println!("\ntest result: {word}. {passed} passed; {} failed; 0 ignored; 0 measured; 0 filtered out", failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
