//! Finding and reading the project's own files.

use std::fs;
use std::path::{Path, PathBuf};

/// Directories that hold what was generated, installed or built.
const NOT_OURS: &[&str] = &[".git", "node_modules", "dist", "target", "gen", "paraglide", "shots", ".svelte-kit", "__pycache__"];

/// A file of the project.
pub struct Source {
    /// From the top of the clone, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl Source {
    /// The lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(i, line)| (i + 1, line))
    }

    /// The text before the first `#[cfg(test)]`: what ends up in the product.
    pub fn product(&self) -> &str {
        self.text.split("#[cfg(test)]").next().unwrap_or("")
    }
}

/// The top of the clone.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// One file.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Every file below `under` with one of these extensions, sorted.
pub fn below(under: &str, extensions: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(under), extensions, &mut found);
    found.sort_by(|a: &Source, b| a.path.cmp(&b.path));
    found
}

/// All Rust of the project.
pub fn rust() -> Vec<Source> {
    let mut all = below("src-tauri", &["rs"]);
    all.extend(below("tests", &["rs"]));
    all
}

/// The interface's own code, without what is generated.
pub fn interface() -> Vec<Source> {
    let mut all = below("ui/src", &["ts", "svelte"]);
    all.retain(|s| s.path != "ui/src/ipc/bindings.ts");
    all
}

fn collect(dir: &Path, extensions: &[&str], found: &mut Vec<Source>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                collect(&path, extensions, found);
            }
        } else if path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)) {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            found.push(Source { path, text });
        }
    }
}
