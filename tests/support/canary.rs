//! Looking for a secret in bytes, in every form in which it could have been written.

use std::path::Path;

/// True when the bytes are in there.
pub fn holds(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|w| w == needle)
}

/// The contents of every file below a directory. What is no file (a socket, a pipe) is left alone.
pub fn everything_in(dir: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => out.extend(everything_in(&path)),
            // One that went away meanwhile holds nothing any more.
            Ok(kind) if kind.is_file() => out.extend(std::fs::read(&path).ok().map(|bytes| (path, bytes))),
            _ => {}
        }
    }
    out
}

/// The marker as it could have been written: raw, base64 at each of its three phases, hex, URL, UTF-16.
pub fn forms(marker: &str) -> Vec<(&'static str, Vec<u8>)> {
    let raw = marker.as_bytes();
    let hex: String = raw.iter().map(|b| format!("{b:02x}")).collect();
    let url: String =
        raw.iter().map(|b| if b.is_ascii_alphanumeric() { (*b as char).to_string() } else { format!("%{b:02X}") }).collect();
    let mut all = vec![
        ("raw", raw.to_vec()),
        ("hex", hex.clone().into_bytes()),
        ("HEX", hex.to_uppercase().into_bytes()),
        ("url", url.into_bytes()),
        ("utf-16le", marker.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("utf-16be", marker.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ];
    for phase in 0..3 {
        let mut shifted = vec![b'x'; phase];
        shifted.extend_from_slice(raw);
        let text = base64(&shifted);
        // The first and last groups depend on what is around it.
        all.push(("base64", text.as_bytes()[4..text.len() - 4].to_vec()));
    }
    all
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let n = chunk.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for k in 0..=chunk.len() {
            out.push(ALPHABET[(n >> (18 - 6 * k)) as usize & 63] as char);
        }
    }
    out
}

/// Fails when the marker is in there in any form.
pub fn assert_nowhere(marker: &str, what: &str, bytes: &[u8]) {
    for (form, needle) in forms(marker) {
        assert!(!holds(bytes, &needle), "the marker is in {what} as {form}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_for_a_marker_finds_it_in_every_form() {
        let marker = "Zq7~canary/Wv3+kX9";
        for (form, needle) in forms(marker) {
            let hay = [b"before ".as_slice(), &needle, b" after"].concat();
            assert!(std::panic::catch_unwind(|| assert_nowhere(marker, "a test", &hay)).is_err(), "{form}");
        }
        assert_eq!(base64(b"light w"), "bGlnaHQgdw");
    }
}
