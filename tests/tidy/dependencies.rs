//! What we build on: licences that fit, one version of what must be one, nothing from unknown places.

use crate::assert_none;
use crate::files::{read, root};
use serde_json::Value;
use std::process::Command;

/// Licences that may be linked into the application.
const ALLOWED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "Unlicense",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "MPL-2.0",
    "OpenSSL",
];

#[test]
fn every_rust_dependency_has_a_licence_that_fits() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    // Only what is compiled here: the rest was never downloaded.
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let arguments = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &host];
    let out = Command::new(cargo).args(arguments).current_dir(root()).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let metadata: Value = serde_json::from_slice(&out.stdout).unwrap();
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let licence = package["license"].as_str().unwrap_or("");
        if !fits(licence) {
            found.push(format!("{} {}: {licence:?}", package["name"], package["version"]));
        }
        if package["source"].as_str().is_some_and(|s| !s.starts_with("registry+")) {
            found.push(format!("{}: not from the registry: {}", package["name"], package["source"]));
        }
    }
    assert_none("licences like MIT and Apache, and MPL for whole files of others", &found);
}

/// One of the alternatives fits, with all of its parts.
fn fits(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    // "A AND B OR C" is read as choices between groups; a group in parentheses that is a choice itself still is one here.
    plain.split(" AND ").all(|part| part.split(" OR ").any(|l| ALLOWED.contains(&l.trim())))
}

#[test]
fn there_is_one_of_what_must_be_one() {
    let lock = read("Cargo.lock");
    let versions = |name: &str| {
        let blocks = lock.split("[[package]]");
        let mut found: Vec<String> = blocks
            .filter(|b| b.contains(&format!("\nname = \"{name}\"\n")))
            .filter_map(|b| Some(b.split("version = \"").nth(1)?.split('"').next()?.to_owned()))
            .collect();
        found.sort();
        found
    };
    for name in ["arrow-array", "tokio", "rustls", "tokio-postgres", "tauri", "libsqlite3-sys", "ring"] {
        assert_eq!(versions(name).len(), 1, "{name}: {:?}", versions(name));
    }
    assert!(versions("tauri")[0].starts_with("2."), "no alpha of Tauri 3");
    for banned in ["openssl-sys", "aws-lc-sys", "native-tls"] {
        assert!(versions(banned).is_empty(), "{banned}: one TLS, rustls with ring");
    }
    for (name, least) in [("tokio-postgres", (0, 7, 18)), ("postgres-protocol", (0, 6, 12))] {
        let found = versions(name);
        let number: Vec<u32> = found[0].split('.').filter_map(|n| n.parse().ok()).collect();
        assert!(
            (number[0], number[1], number[2]) >= least,
            "{name} {}: older ones let a hostile server pin or panic the client",
            found[0]
        );
    }
}
