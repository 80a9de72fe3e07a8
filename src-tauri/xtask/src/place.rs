//! Where things are: the clone, the target directory, the interface.

use std::path::{Path, PathBuf};

/// The top of the clone.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// The interface's directory.
pub fn ui() -> PathBuf {
    root().join("ui")
}

/// Cargo's target directory: as the environment says, else in the clone.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A program that cargo built.
pub fn built(profile: &str, name: &str) -> PathBuf {
    target().join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Where pictures of screens go; not in git.
pub fn shots() -> PathBuf {
    root().join("shots")
}
