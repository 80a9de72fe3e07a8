//! The data directory: private, and held by one process at a time.
//!
//! Owns: the directory's and the files' permissions and the lock. Does not own: what is in the files.

use crate::{fault, text};
use model::{Error, Result};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;

/// The database's file name.
pub(crate) const DATABASE: &str = "landbridge.db";
/// The lock's file name.
const LOCK: &str = "landbridge.lock";

/// Makes the directory if it is missing, and private (0700) in any case, whatever the umask.
pub(crate) fn private_dir(dir: &Path) -> Result<()> {
    let fail = |e: std::io::Error| fault::io(&e, dir);
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(fail)?;
    #[cfg(unix)]
    fs::set_permissions(dir, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(fail)?;
    Ok(())
}

/// Opens the file, making it if it is missing, and private (0600) before anything is written to it.
/// SQLite gives `-wal` and `-shm` the database's own permissions.
pub(crate) fn private_file(path: &Path) -> Result<File> {
    let fail = |e: std::io::Error| fault::io(&e, path);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(fail)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(fail)?;
    Ok(file)
}

/// Takes the directory for this process. The kernel gives it back when the process ends, however it ends.
pub(crate) fn lock(dir: &Path) -> Result<File> {
    let path = dir.join(LOCK);
    let file = private_file(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::new(&text::ALREADY_RUNNING).with("folder", dir.display())),
        Err(TryLockError::Error(e)) => Err(fault::io(&e, &path)),
    }
}

/// Makes a rename or a new file in `dir` last through a power cut.
pub(crate) fn sync_dir(dir: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(dir).and_then(|d| d.sync_all()).map_err(|e| fault::io(&e, dir))?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}
