//! Which room may import which.

use crate::assert_none;
use crate::files::{Source, below, read, root};

const OURS: &[&str] = &["connectors", "engine", "landbridge", "landbridge-tests", "map", "model", "sharing", "store", "xtask"];

/// What each room may import of ours; tests of a room may import no more than the room.
const MAY: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("map", &[]),
    ("connectors", &["model", "map"]),
    ("store", &["model"]),
    ("sharing", &["model"]),
    ("engine", &["model", "map", "store", "sharing"]),
];

/// The names of all dependencies in a Cargo.toml, of whatever kind or target.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section.ends_with("dependencies") && !section.starts_with("workspace");
        } else if inside && !line.starts_with('#') {
            let name: String = line.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect();
            if !name.is_empty() {
                found.push(name);
            }
        }
    }
    found
}

#[test]
fn rooms_import_only_the_rooms_below_them() {
    let mut found = Vec::new();
    for (room, may) in MAY {
        let path = format!("src-tauri/crates/{room}/Cargo.toml");
        if !root().join(&path).exists() {
            continue;
        }
        for name in dependencies(&read(&path)) {
            if OURS.contains(&name.as_str()) && name != *room && !may.contains(&name.as_str()) {
                found.push(format!("{room} imports {name}"));
            }
        }
    }
    assert_none("a room imports only what design allows", &found);
}

#[test]
fn every_crate_is_a_room_with_a_rule() {
    let rooms: Vec<String> = std::fs::read_dir(root().join("src-tauri/crates"))
        .unwrap()
        .flatten()
        .filter(|e| e.path().join("Cargo.toml").exists())
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    let unknown: Vec<String> = rooms.into_iter().filter(|r| !MAY.iter().any(|(room, _)| room == r)).collect();
    assert_none("each crate has a line in MAY", &unknown);
}

#[test]
fn only_the_shell_knows_tauri() {
    let mut found = Vec::new();
    for manifest in below("src-tauri", &["toml"]).iter().chain(&below("tests", &["toml"])) {
        for name in dependencies(&manifest.text).iter().filter(|n| n.starts_with("tauri") || *n == "wry" || *n == "tao") {
            found.push(format!("{} depends on {name}", manifest.path));
        }
    }
    for source in below("src-tauri/crates", &["rs"]).iter().chain(&below("tests", &["rs"])) {
        for (number, line) in source.lines().filter(|(_, l)| l.contains("tauri::") && !l.trim_start().starts_with("//")) {
            if !source.path.starts_with("tests/tidy/") {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none("tauri is the shell's alone", &found);
}

#[test]
fn nobody_brings_another_way_out() {
    let mut found = Vec::new();
    let mut manifests = below("src-tauri", &["toml"]);
    manifests.push(Source { path: "Cargo.toml".to_owned(), text: read("Cargo.toml") });
    for manifest in manifests {
        let names =
            dependencies(&manifest.text).into_iter().filter(|n| ["reqwest", "ureq", "isahc", "curl"].contains(&n.as_str()));
        found.extend(names.map(|name| format!("{}: {name}", manifest.path)));
    }
    assert_none("Net is the only way out: proxy, authorities and allowed hosts are its business", &found);
}

#[test]
fn warehouse_folders_never_import_each_other() {
    let folders: Vec<String> = warehouses().into_iter().chain(["common".to_owned()]).collect();
    let mut found = Vec::new();
    for folder in &folders {
        for source in below(&format!("src-tauri/crates/connectors/src/{folder}"), &["rs"]) {
            for other in warehouses().iter().filter(|o| *o != folder) {
                for (number, line) in source.lines().filter(|(_, l)| l.contains(&format!("crate::{other}"))) {
                    found.push(format!("{}:{number}: {}", source.path, line.trim()));
                }
            }
        }
    }
    assert_none("what two warehouses share is in common/, which knows neither", &found);
}

#[test]
fn nothing_outside_connectors_asks_which_warehouse_it_is() {
    let (mut found, ids) = (Vec::new(), ids());
    for room in [
        "src-tauri/src",
        "src-tauri/crates/model",
        "src-tauri/crates/store/src",
        "src-tauri/crates/engine/src",
        "src-tauri/crates/map",
    ] {
        for source in below(room, &["rs"]).iter().filter(|s| !s.path.contains("/tests")) {
            for (number, line) in source.product().lines().enumerate() {
                let code = !line.trim_start().starts_with("//");
                if code && ids.iter().any(|id| line.contains(&format!("\"{id}\""))) {
                    found.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
                }
            }
        }
    }
    assert_none("ask the spec, or Facts, instead of comparing a warehouse's id", &found);
}

#[test]
fn a_crate_root_is_a_map() {
    let mut found = Vec::new();
    for source in below("src-tauri/crates", &["rs"]).iter().filter(|s| s.path.ends_with("/src/lib.rs")) {
        for (number, line) in source.lines() {
            if ["fn ", "pub fn ", "struct ", "pub struct ", "enum ", "pub enum ", "impl ", "impl<"]
                .iter()
                .any(|w| line.starts_with(w))
            {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none("lib.rs holds docs, mod, pub use; one list at most", &found);
}

/// The folders of warehouses.
fn warehouses() -> Vec<String> {
    let dirs = std::fs::read_dir(root().join("src-tauri/crates/connectors/src")).unwrap().flatten();
    let names = dirs.filter(|e| e.path().is_dir()).map(|e| e.file_name().to_string_lossy().into_owned());
    names.filter(|n| n != "common").collect()
}

/// The ids of all warehouses, also of those without a connector yet.
pub fn ids() -> Vec<String> {
    let specs = landbridge_tests::fixtures::all_specs();
    let ids = specs.as_array().unwrap().iter().filter_map(|s| s["id"].as_str());
    // "local" is a word of everyday code; a check for it would find nothing but that.
    ids.filter(|id| *id != "local").map(str::to_owned).collect()
}

#[test]
fn a_warehouse_is_one_folder_and_one_line() {
    let mut folders = warehouses();
    folders.sort();
    let all = connectors::ALL.iter().chain([&connectors::LOCAL]);
    let mut listed: Vec<String> = all.map(|c| c.spec().id.to_string()).collect();
    listed.sort();
    assert_eq!(folders, listed, "each folder is listed in ALL under its own name, or is LOCAL");
}
