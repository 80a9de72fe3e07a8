//! libpq's keyword strings: `host=db port=5432 user='it''s me' password=a\ b`.

use super::Pair;

/// Words that begin such a string; at least one that says where or who must be there.
const TELLING: &[&str] = &["host", "hostaddr", "user", "dbname", "service"];

/// The pairs of a keyword string; None when it is none.
pub(super) fn read(text: &str) -> Option<Vec<Pair>> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let key = key.trim_end();
        if key.is_empty() || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return None;
        }
        let (value, after) = value(after.trim_start())?;
        pairs.push((key.to_ascii_lowercase(), value));
        rest = after.trim_start();
    }
    pairs.retain(|(key, _)| !matches!(key.as_str(), "application_name" | "fallback_application_name"));
    pairs.iter().any(|(key, _)| TELLING.contains(&key.as_str())).then_some(pairs)
}

/// One value, and what follows it. A backslash takes the next character as it is, in quotes and out of them.
fn value(text: &str) -> Option<(String, &str)> {
    let (quoted, body) = text.strip_prefix('\'').map_or((false, text), |body| (true, body));
    let mut out = String::new();
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => out.push(chars.next()?.1),
            '\'' if quoted => return Some((out, &body[at + 1..])),
            c if !quoted && c.is_whitespace() => return Some((out, &body[at..])),
            c => out.push(c),
        }
    }
    (!quoted).then_some((out, ""))
}
