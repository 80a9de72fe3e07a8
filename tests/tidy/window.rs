//! The least privilege of the window: its policy, its permissions, its commands.

use crate::assert_none;
use crate::files::{below, read, root};
use serde_json::Value;
use std::collections::BTreeSet;

fn config() -> Value {
    serde_json::from_str(&read("tauri.conf.json")).unwrap()
}

#[test]
fn the_policy_lets_no_foreign_script_in() {
    let config = config();
    let policy = config["app"]["security"]["csp"].as_object().expect("a policy by directive");
    let of = |name: &str| policy.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
    assert_eq!(of("default-src"), "'self'");
    assert_eq!(of("script-src"), "'self'");
    let mut found = Vec::new();
    for (name, value) in policy {
        for word in value.as_str().unwrap_or("").split_whitespace() {
            let remote =
                word.contains('*') || word.starts_with("https:") || (word.starts_with("http:") && word != "http://ipc.localhost");
            let script = (name.starts_with("script") || name.starts_with("default"))
                && (word == "data:" || word == "blob:" || word.starts_with("'unsafe"));
            if remote || script || word == "'unsafe-eval'" {
                found.push(format!("{name}: {word}"));
            }
        }
    }
    for (name, value) in [("object-src", "'none'"), ("base-uri", "'none'"), ("frame-ancestors", "'none'")] {
        if of(name) != value {
            found.push(format!("{name} is {:?}, not {value}", of(name)));
        }
    }
    assert_none("the content security policy", &found);
    let security = &config["app"]["security"];
    assert!(security["dangerousDisableAssetCspModification"].is_null());
    assert!(security["assetProtocol"].is_null(), "no file of the computer is reachable by a URL");
    assert_eq!(config["app"]["withGlobalTauri"], Value::Bool(false));
    assert_eq!(security["freezePrototype"], Value::Bool(true));
}

#[test]
fn permissions_are_our_own_commands_one_by_one() {
    let files = below("src-tauri/capabilities", &["json", "toml"]);
    assert_eq!(files.len(), 1, "one window, one capability");
    let capability: Value = serde_json::from_str(&files[0].text).unwrap();
    assert!(capability.get("remote").is_none(), "nothing remote may call");
    assert_eq!(capability["local"], Value::Bool(true));
    let permissions: BTreeSet<String> = texts(&capability["permissions"]);
    let wanted: BTreeSet<String> = listed().iter().map(|c| format!("allow-{}", c.replace('_', "-"))).collect();
    assert_eq!(permissions, wanted, "capabilities/main.json allows exactly the commands of build.rs");
}

#[test]
fn every_command_is_listed_in_build_rs() {
    let mut commands = BTreeSet::new();
    for source in below("src-tauri/src", &["rs"]) {
        let (mut attribute, mut block) = (false, false);
        for (_, line) in source.lines() {
            // One by one, or in a block of the macro that writes the attribute for each.
            attribute |= line.trim().starts_with("#[tauri::command");
            block = (block || line.ends_with("commands! {")) && line != "}";
            let command = attribute || (block && line.starts_with("    async fn "));
            if let Some((_, rest)) = line.split_once("fn ").filter(|_| command) {
                commands.insert(rest.split(['(', '<']).next().unwrap_or("").to_owned());
                attribute = false;
            }
        }
    }
    commands.retain(|name| !name.starts_with('$'));
    assert_eq!(commands, listed(), "a command that is not listed there is allowed to everybody");
}

#[test]
fn no_command_takes_an_address() {
    let mut found = Vec::new();
    for source in below("src-tauri/src", &["rs"]) {
        for (number, line) in
            source.lines().filter(|(_, l)| l.contains("url: String") || l.contains("path: String") || l.contains("href: String"))
        {
            found.push(format!("{}:{number}: {}", source.path, line.trim()));
        }
    }
    assert_none("the window names a link or a file by its id; addresses and paths stay in Rust", &found);
}

#[test]
fn navigation_new_windows_and_downloads_are_refused_in_rust() {
    let shell: String = below("src-tauri/src", &["rs"]).into_iter().map(|s| s.text).collect();
    for guard in [".on_navigation(", ".on_new_window(", ".on_download("] {
        assert!(shell.contains(guard), "the window is built without {guard}…)");
    }
}

#[test]
fn what_can_be_avoided_is_not_there() {
    let lock = read("Cargo.lock");
    for plugin in ["tauri-plugin-http", "tauri-plugin-updater", "tauri-plugin-shell", "tauri-plugin-fs", "tauri-plugin-opener"] {
        assert!(!lock.contains(&format!("name = \"{plugin}\"")), "{plugin}: more than the window needs, or with known holes");
    }
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "README.md"] {
        assert!(root().join(file).exists(), "{file} is missing");
    }
}

fn listed() -> BTreeSet<String> {
    let text = read("src-tauri/build.rs");
    let list =
        text.split_once("COMMANDS: &[&str] = &[").and_then(|(_, rest)| rest.split("];").next()).expect("the list of commands");
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
