//! Habits of the Rust code that no compiler holds.

use crate::assert_none;
use crate::files::{Source, below, read, rust};

#[test]
fn every_module_says_what_it_is() {
    // A module's own tests stand beside it and say nothing new.
    let own_tests = |path: &str| path.ends_with("/tests.rs");
    let silent = |s: &&Source| !s.text.starts_with("//!") && !own_tests(&s.path);
    let found: Vec<String> = rust().iter().filter(silent).map(|s| s.path.clone()).collect();
    assert_none("a module opens with what it owns and what it deliberately does not (//!)", &found);
}

#[test]
fn nothing_is_left_to_do_in_the_code() {
    // Put together, so that this file does not find itself.
    let marks = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("#[ig", "nore"),
        concat!("TO", "DO"),
    ];
    let mut found = Vec::new();
    for source in rust().into_iter().chain(below("ui/src", &["ts", "svelte"])).chain(below("ui/tests", &["ts"])) {
        for (number, line) in source.lines() {
            if marks.iter().any(|m| line.contains(m))
                || [".only(", "it.skip(", "describe.skip("].iter().any(|m| source.path.starts_with("ui/") && line.contains(m))
            {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none("what is not done is not in the code", &found);
}

#[test]
fn the_product_never_unwraps() {
    let mut found = Vec::new();
    for source in rust().iter().filter(|s| s.path.starts_with("src-tauri/") && !s.path.contains("/tests")) {
        for (number, line) in source.product().lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            if code.contains(".unwrap()") || code.contains("panic!(") || code.contains("unreachable!(") {
                found.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    assert_none("an error has words; nothing panics", &found);
}

#[test]
fn the_lints_are_on_everywhere() {
    let mut found = Vec::new();
    let root = read("Cargo.toml");
    for lint in ["unwrap_used", "panic", "print_stdout", "todo", "dbg_macro"] {
        if !root.contains(&format!("{lint} = \"warn\"")) {
            found.push(format!("Cargo.toml: {lint} does not warn"));
        }
    }
    for manifest in below("src-tauri", &["toml"]).iter().filter(|m| m.path.ends_with("Cargo.toml")) {
        if !manifest.text.contains("[lints]\nworkspace = true") {
            found.push(format!("{}: [lints] workspace = true is missing", manifest.path));
        }
    }
    for room in ["model", "engine"] {
        if !read(&format!("src-tauri/crates/{room}/src/lib.rs")).contains("#![deny(missing_docs)]") {
            found.push(format!("{room}: missing_docs is not denied"));
        }
    }
    assert_none("the lints of the house", &found);
}
