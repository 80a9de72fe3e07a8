//! A file that appears only when it is complete: written beside its place, then renamed.

use super::texts::{NO_FOLDER, io};
use model::{Error, Result};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::{NamedTempFile, TempPath};

/// Written at a time.
const BUFFER: usize = 256 * 1024;

/// The file on its way. Dropped, it is removed.
pub(super) struct Beside {
    path: PathBuf,
    file: File,
    temporary: TempPath,
    bytes: Arc<AtomicU64>,
}

/// Where a format writes to.
pub(super) type Out = BufWriter<Counted>;

/// Counts what reaches the disk.
pub(super) struct Counted {
    file: std::io::Result<File>,
    bytes: Arc<AtomicU64>,
}

impl Write for Counted {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        let file = self.file.as_mut().map_err(|e| std::io::Error::from(e.kind()))?;
        let n = file.write(buf)?;
        self.bytes.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Beside {
    pub(super) fn of(path: &Path) -> Result<Self> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".landbridge-").suffix(".part");
        // Like any other file that the person makes: the umask decides. tempfile alone would make it readable to its owner only.
        #[cfg(unix)]
        let builder = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let made: std::io::Result<NamedTempFile> = builder.tempfile_in(folder);
        let made = made.map_err(|e| {
            let why = match e.kind() {
                std::io::ErrorKind::NotFound => "The folder is not there any more.".to_owned(),
                std::io::ErrorKind::PermissionDenied => "You may not write in this folder.".to_owned(),
                std::io::ErrorKind::StorageFull => "The disk is full.".to_owned(),
                std::io::ErrorKind::ReadOnlyFilesystem => "This disk can only be read.".to_owned(),
                _ => format!("The system says: {e}."),
            };
            Error::new(&NO_FOLDER).with("why", why)
        })?;
        let (file, temporary) = made.into_parts();
        Ok(Self { path: path.to_owned(), file, temporary, bytes: Arc::default() })
    }

    pub(super) fn writer(&self) -> Out {
        BufWriter::with_capacity(BUFFER, Counted { file: self.file.try_clone(), bytes: self.bytes.clone() })
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// The file takes its place; on the disk before it does.
    pub(super) fn complete(self) -> Result<u64> {
        self.file.sync_all().map_err(|e| io(&e))?;
        let bytes = self.file.metadata().map_err(|e| io(&e))?.len();
        self.temporary.persist(&self.path).map_err(|e| io(&e.error))?;
        Ok(bytes)
    }
}
