//! What the program is made of: generated from the two lock files, committed, checked for freshness by a test.

use engine::views::Licence;
use model::{Result, common};

const GENERATED: &str = include_str!("licences.json");

/// Every component with its version and licence.
///
/// # Errors
/// When the generated file is damaged, which a test excludes.
pub fn all() -> Result<Vec<Licence>> {
    serde_json::from_str(GENERATED).map_err(|_| common::internal("the list of licences cannot be read"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::{BTreeMap, BTreeSet};

    const ROOT: &str = env!("CARGO_MANIFEST_DIR");
    /// Licences under which the program may carry a component. A new one is a decision, not an accident.
    const ACCEPTED: [&str; 15] = [
        "MIT",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "Unicode-3.0",
        "MPL-2.0",
        "Unlicense",
        "CC0-1.0",
        "OFL-1.1",
        "0BSD",
        "BSL-1.0",
        "CDLA-Permissive-2.0",
    ];

    /// `LANDBRIDGE_REGENERATE=1` writes the file, otherwise it is compared.
    #[test]
    fn the_list_of_licences_is_fresh_and_holds_no_licence_that_nobody_decided_on() {
        let mut fresh = crates();
        fresh.extend(packages());
        fresh.sort_by(|a, b| (a.name.to_lowercase(), &a.version).cmp(&(b.name.to_lowercase(), &b.version)));
        for licence in &fresh {
            assert!(accepted(&licence.licence), "{} {} is under {}", licence.name, licence.version, licence.licence);
        }
        let text = serde_json::to_string_pretty(&fresh).unwrap() + "\n";
        let file = format!("{ROOT}/src-tauri/src/licences.json");
        if std::env::var_os("LANDBRIDGE_REGENERATE").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap();
        assert!(kept == text, "{file} is stale: run LANDBRIDGE_REGENERATE=1 cargo test -p landbridge licences");
        assert!(fresh.len() > 100, "both lock files were read");
    }

    /// One of the alternatives is enough, all of what is joined by AND is needed.
    fn accepted(expression: &str) -> bool {
        let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
        plain.split(" AND ").all(|part| part.split(" OR ").any(|one| ACCEPTED.contains(&one.trim())))
    }

    /// The crates that end up in the program on Linux: what is reached by ordinary dependencies. Other systems carry bindings to
    /// themselves in place of GTK's, which this machine has no need to download.
    fn crates() -> Vec<Licence> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let done = std::process::Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", "x86_64-unknown-linux-gnu"])
            .current_dir(ROOT)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let all: Value = serde_json::from_slice(&done.stdout).unwrap();
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let packages: BTreeMap<String, &Value> =
            all["packages"].as_array().unwrap().iter().map(|p| (text(&p["id"]), p)).collect();
        let nodes: BTreeMap<String, &Value> =
            all["resolve"]["nodes"].as_array().unwrap().iter().map(|n| (text(&n["id"]), n)).collect();
        let mut waiting = vec![text(&all["resolve"]["root"])];
        let mut reached = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            if !reached.insert(id.clone()) {
                continue;
            }
            for dep in nodes[&id]["deps"].as_array().unwrap() {
                if dep["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null()) {
                    waiting.push(text(&dep["pkg"]));
                }
            }
        }
        let from_elsewhere = |id: &&String| !packages[*id]["source"].is_null();
        let licence = |id: &String| {
            let p = packages[id];
            Licence { name: text(&p["name"]), version: text(&p["version"]), licence: text(&p["license"]) }
        };
        reached.iter().filter(from_elsewhere).map(licence).collect()
    }

    /// The npm packages that end up in the interface, and what its pictures are made from. svelte-toolbelt names its licence
    /// in its LICENSE file only.
    fn packages() -> Vec<Licence> {
        let lock: Value =
            serde_json::from_str(&std::fs::read_to_string(format!("{ROOT}/ui/package-lock.json")).unwrap()).unwrap();
        let pictures = ["node_modules/simple-icons", "node_modules/world-atlas"];
        let carried = |(path, p): &(&String, &Value)| !path.is_empty() && (p["dev"] != true || pictures.contains(&path.as_str()));
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let licence = |(path, p): (&String, &Value)| Licence {
            name: path.rsplit("node_modules/").next().unwrap_or_default().to_owned(),
            version: text(&p["version"]),
            licence: if path == "node_modules/svelte-toolbelt" { "MIT".to_owned() } else { text(&p["license"]) },
        };
        lock["packages"].as_object().unwrap().iter().filter(carried).map(licence).collect()
    }
}
