//! Reading a file that a person chose or dropped: bounded, and never something that is not a file.

use model::{Error, Kind, Result, Secret, Text};
use std::fs::{File, Metadata, OpenOptions};
use std::io::Read;
use std::path::Path;

/// It is not a file that can be read.
pub const NOT_A_FILE: Text = Text {
    code: "file.not_a_file",
    kind: Kind::Invalid,
    what: "{name} is {thing}, not a file.",
    why: "",
    remedy: "Choose the file itself.",
    retryable: false,
};
/// It is too large to be what is asked for.
pub const TOO_LARGE: Text = Text {
    code: "file.too_large",
    kind: Kind::Invalid,
    what: "{name} is too large to be what is asked for here.",
    why: "It has {bytes} bytes; at most {most} are expected.",
    remedy: "Choose the right file.",
    retryable: false,
};
/// It holds nothing.
pub const EMPTY: Text = Text {
    code: "file.empty",
    kind: Kind::Invalid,
    what: "{name} is empty.",
    why: "",
    remedy: "Choose another file, or fetch it again from where it came.",
    retryable: false,
};
/// The system does not let us read it.
pub const UNREADABLE: Text = Text {
    code: "file.unreadable",
    kind: Kind::Invalid,
    what: "{name} could not be read.",
    why: "{detail}",
    remedy: "Check that it exists and that you may read it.",
    retryable: true,
};

/// The file's name without its folder, to be shown.
pub fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Reads a whole file of at most `most` bytes. Devices, pipes and folders are refused without being read, and the same
/// open file is looked at and read, so that it cannot be swapped between.
///
/// # Errors
/// [`NOT_A_FILE`], [`TOO_LARGE`], [`EMPTY`], [`UNREADABLE`].
pub fn read_bounded(path: &Path, most: u64) -> Result<Secret> {
    let name = name_of(path);
    let unreadable = |e: std::io::Error| Error::new(&UNREADABLE).with("name", &name).with("detail", in_words(&e));
    let file = open_without_waiting(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        return Err(Error::new(&NOT_A_FILE).with("name", &name).with("thing", thing(&about)));
    }
    let too_large = |bytes: u64| Error::new(&TOO_LARGE).with("name", &name).with("bytes", bytes).with("most", most);
    if about.len() > most {
        return Err(too_large(about.len()));
    }
    // Room for all of it from the start: growing would leave copies of a key behind in memory.
    let mut bytes = Vec::with_capacity(usize::try_from(most + 1).unwrap_or(1 << 20));
    file.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let secret = Secret::new(bytes);
    match secret.expose().len() as u64 {
        0 => Err(Error::new(&EMPTY).with("name", &name)),
        n if n > most => Err(too_large(n)),
        _ => Ok(secret),
    }
}

#[cfg(unix)]
fn open_without_waiting(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    // Opening a pipe that nobody writes to would wait for good.
    const O_NONBLOCK: i32 = if cfg!(target_os = "macos") { 0x4 } else { 0o4000 };
    OpenOptions::new().read(true).custom_flags(O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open_without_waiting(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

fn thing(about: &Metadata) -> &'static str {
    if about.is_dir() { "a folder" } else { "a device or a pipe" }
}

fn in_words(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "There is no such file.",
        std::io::ErrorKind::PermissionDenied => "You have no permission to read it.",
        _ => "The system reported an error while reading.",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn code(path: &Path) -> &'static str {
        read_bounded(path, 10).map_or_else(|e| e.code(), |_| "read")
    }

    #[test]
    fn a_folder_a_pipe_a_device_and_a_giant_are_refused_without_being_read() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(code(dir.path()), "file.not_a_file");
        assert_eq!(code(Path::new("/dev/zero")), "file.not_a_file");
        let pipe = dir.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(code(&pipe), "file.not_a_file");
        let giant = dir.path().join("giant");
        File::create(&giant).unwrap().set_len(1 << 30).unwrap();
        assert_eq!(code(&giant), "file.too_large");
        std::fs::write(dir.path().join("empty"), "").unwrap();
        assert_eq!(code(&dir.path().join("empty")), "file.empty");
        assert_eq!(code(&dir.path().join("none")), "file.unreadable");
        std::fs::write(dir.path().join("good"), "0123456789").unwrap();
        assert_eq!(code(&dir.path().join("good")), "read");
    }
}
