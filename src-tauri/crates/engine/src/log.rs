//! The program's log: one small file that rotates, readable by its owner alone, without secrets.
//!
//! What is logged is chosen where it is logged (codes, stages, counts; never values). Redaction here is the second fence:
//! it takes out what looks like a credential in text that came from elsewhere.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tracing_subscriber::fmt::MakeWriter;

/// A file is closed at this size, in bytes, and one older one is kept.
const LARGEST: u64 = 1024 * 1024;
/// So much of the end of the log goes into a report, in bytes.
const REPORTED: u64 = 64 * 1024;

/// Where the log of a data directory is.
pub fn file_in(data_dir: &Path) -> PathBuf {
    data_dir.join("logs").join("landbridge.log")
}

/// Begins to log. A log that cannot be written is no reason not to start.
///
/// # Errors
/// When the file cannot be made.
pub fn start(data_dir: &Path) -> io::Result<()> {
    let writer = Rotating::open(file_in(data_dir))?;
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::INFO)
        .with_writer(LogFile(Mutex::new(writer)))
        .finish();
    // A second start in one process (tests) keeps the first subscriber.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}

/// The end of the log, for a report.
pub fn tail(data_dir: &Path) -> String {
    let read = || -> io::Result<String> {
        let mut file = File::open(file_in(data_dir))?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(REPORTED)))?;
        let mut bytes = Vec::new();
        file.take(REPORTED).read_to_end(&mut bytes)?;
        Ok(redacted(&String::from_utf8_lossy(&bytes)))
    };
    read().unwrap_or_default()
}

struct LogFile(Mutex<Rotating>);

impl<'a> MakeWriter<'a> for LogFile {
    type Writer = Line<'a>;
    fn make_writer(&'a self) -> Line<'a> {
        Line { file: self, text: Vec::new() }
    }
}

/// One line, written when it is whole so that redaction sees all of it.
struct Line<'a> {
    file: &'a LogFile,
    text: Vec<u8>,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        let line = redacted(&String::from_utf8_lossy(&self.text));
        let mut file = self.file.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A full disk must not end the program; the log is the first to do without.
        let _ = file.write(line.as_bytes());
    }
}

struct Rotating {
    path: PathBuf,
    file: File,
    size: u64,
}

impl Rotating {
    fn open(path: PathBuf) -> io::Result<Self> {
        if let Some(dir) = path.parent() {
            private_dir(dir)?;
        }
        let file = private_append(&path)?;
        let size = file.metadata()?.len();
        Ok(Self { path, file, size })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.size + bytes.len() as u64 > LARGEST {
            std::fs::rename(&self.path, self.path.with_extension("log.1"))?;
            self.file = private_append(&self.path)?;
            self.size = 0;
        }
        self.size += bytes.len() as u64;
        self.file.write_all(bytes)
    }
}

#[cfg(unix)]
fn private_append(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

#[cfg(unix)]
fn private_dir(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_dir(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

/// Takes out what looks like a credential: the password of a URL, and the value of a word like `password=`.
pub fn redacted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        out.push_str(&redacted_word(bare));
        out.push_str(&word[bare.len()..]);
    }
    out
}

const TELLING: [&str; 7] = ["password", "passwd", "pwd", "passphrase", "secret", "token", "private_key"];

fn redacted_word(word: &str) -> String {
    if let (Some(scheme), Some(at)) = (word.find("://"), word.rfind('@')) {
        let user = scheme + 3;
        if let Some(colon) = word.get(user..at).and_then(|u| u.find(':')) {
            return format!("{}:…{}", &word[..user + colon], &word[at..]);
        }
    }
    let lower = word.to_ascii_lowercase();
    for name in TELLING {
        if let Some(start) = lower.find(name) {
            let after = start + name.len();
            if let Some(sign) = word[after..].find(['=', ':']).filter(|n| *n <= 2) {
                return format!("{}…", &word[..=after + sign]);
            }
        }
    }
    word.to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_credential_is_taken_out() {
        let text = redacted("at postgres://ana:hunter2@db/x password=hunter2 \"token\":\"hunter2\" PGPASSWORD=hunter2\nnext");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains("postgres://ana:…@db/x") && text.ends_with("\nnext"), "{text}");
    }

    #[test]
    fn the_log_rotates_and_is_readable_by_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = Rotating::open(file_in(dir.path())).unwrap();
        let line = vec![b'x'; 600 * 1024];
        log.write(&line).unwrap();
        log.write(&line).unwrap();
        let old = file_in(dir.path()).with_extension("log.1");
        for file in [file_in(dir.path()), old] {
            let about = std::fs::metadata(file).unwrap();
            assert_eq!(about.len(), line.len() as u64);
            #[cfg(unix)]
            assert_eq!(std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o777, 0o600);
        }
    }
}
