//! A password with a unique marker goes through create, test, fail, edit and delete; afterwards it is nowhere.

use crate::desk::{Desk, code, saved};
use engine::views::RunId;
use landbridge_tests::peers::postgres::{Options, Postgres, SCRAM};
use std::path::Path;

const MARKER: &str = "Zq7~canary/Wv3+kX9";

/// The contents of every file below a directory.
pub fn everything_in(dir: &Path) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { out.extend(everything_in(&path)) } else { out.push(std::fs::read(path).unwrap()) }
    }
    out
}

/// True when the bytes are in there.
pub fn holds(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|w| w == needle)
}

/// The marker as it could have been written: raw, base64 at each of its three phases, hex, URL, UTF-16.
fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let raw = MARKER.as_bytes();
    let hex: String = raw.iter().map(|b| format!("{b:02x}")).collect();
    let url: String =
        raw.iter().map(|b| if b.is_ascii_alphanumeric() { (*b as char).to_string() } else { format!("%{b:02X}") }).collect();
    let mut all = vec![
        ("raw", raw.to_vec()),
        ("hex", hex.clone().into_bytes()),
        ("HEX", hex.to_uppercase().into_bytes()),
        ("url", url.into_bytes()),
        ("utf-16le", MARKER.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("utf-16be", MARKER.encode_utf16().flat_map(u16::to_be_bytes).collect()),
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

fn assert_nowhere(what: &str, bytes: &[u8]) {
    for (form, needle) in forms() {
        assert!(!holds(bytes, &needle), "the marker is in {what} as {form}");
    }
}

#[tokio::test]
async fn postgres_a_password_is_nowhere_after_create_test_fail_edit_and_delete() {
    // A server of its own: the marker becomes the password of an account that others use.
    let server = Postgres::start(Options::default()).await;
    let role = SCRAM.user;
    server.admin_query(&format!("ALTER ROLE {role} PASSWORD '{MARKER}'")).await;
    let desk = Desk::new();
    let _ = engine::log::start(&desk.dir().join("data"));
    let mut told: Vec<u8> = Vec::new();

    let form = desk.verified_form("Canary", &server, SCRAM).await;
    told.extend(serde_json::to_vec(&desk.secret(form, "password", MARKER)).unwrap());
    let tested = desk.engine.draft_test(form, RunId("t".into()), desk.heard.clone()).await.unwrap();
    assert_eq!(code(&tested), "worked");
    let outcome = desk.connect(form).await;
    told.extend(serde_json::to_vec(&outcome).unwrap());
    let id = saved(&outcome);
    told.extend(serde_json::to_vec(&desk.test(id).await).unwrap());

    server.admin_query(&format!("ALTER ROLE {role} PASSWORD 'other'")).await;
    let failed = desk.test(id).await;
    assert_ne!(code(&failed), "worked");
    told.extend(serde_json::to_vec(&failed).unwrap());
    // Pasted, too: a URL with the marker in it, into a form that fails.
    let paste = format!("postgres://{role}:{MARKER}@{}:{}/postgres", server.host, server.port);
    let pasted = desk.engine.draft_paste_new(&model::Secret::from(paste)).unwrap();
    told.extend(serde_json::to_vec(&pasted).unwrap());
    told.extend(serde_json::to_vec(&desk.connect(pasted.draft.id).await).unwrap());
    desk.engine.draft_close(pasted.draft.id);

    let edit = desk.engine.connection_edit(id).await.unwrap();
    told.extend(serde_json::to_vec(&edit).unwrap());
    server.admin_query(&format!("ALTER ROLE {role} PASSWORD '{MARKER}'")).await;
    told.extend(serde_json::to_vec(&desk.secret(edit.id, "password", MARKER)).unwrap());
    let edited = desk.connect(edit.id).await;
    assert_eq!(code(&edited), "worked");
    told.extend(serde_json::to_vec(&edited).unwrap());
    desk.engine.draft_close(edit.id);
    let report = desk.engine.report_text().await.unwrap();
    told.extend(serde_json::to_vec(&*desk.heard.0.lock().unwrap()).unwrap());
    desk.engine.connection_delete(id).await.unwrap();
    let desk = desk.restart().await;

    assert_nowhere("what the window was told", &told);
    assert_nowhere("the report", report.as_bytes());
    for file in everything_in(&desk.dir()) {
        assert_nowhere("the data directory", &file);
    }
    assert_nowhere("the process's arguments", &std::fs::read("/proc/self/cmdline").unwrap());
    assert_nowhere("the process's environment", &std::fs::read("/proc/self/environ").unwrap());
    server.stop().await;
}

#[test]
fn the_search_for_the_marker_finds_it() {
    for (form, needle) in forms() {
        let hay = [b"before ".as_slice(), &needle, b" after"].concat();
        assert!(std::panic::catch_unwind(|| assert_nowhere("a test", &hay)).is_err(), "{form}");
    }
    assert_eq!(base64(b"light w"), "bGlnaHQgdw");
}
