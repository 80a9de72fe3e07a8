//! JSON on one line, JSON indented, and nested Arrow values as JSON. Texts are only re-spaced: numbers, the order of keys and
//! keys that occur twice stay as they were sent.

use std::iter::Peekable;
use std::str::Chars;

/// Deeper than this is not indented further.
const DEEPEST: usize = 32;

/// Over white space; true when there was any.
fn skip(chars: &mut Peekable<Chars<'_>>) -> bool {
    let mut any = false;
    while chars.next_if(char::is_ascii_whitespace).is_some() {
        any = true;
    }
    any
}

/// The rest of a string whose opening quote was taken, until `out` is `end` bytes long.
fn string(chars: &mut Peekable<Chars<'_>>, out: &mut String, end: usize) {
    while let Some(c) = chars.next() {
        out.push(c);
        match c {
            '\\' => out.extend(chars.next()),
            '"' => return,
            _ if out.len() >= end => return,
            _ => {}
        }
    }
}

/// On one line, with a space after commas and colons. Ends early once `most` bytes are written.
pub(super) fn one_line(json: &str, most: usize, out: &mut String) {
    let end = out.len().saturating_add(most);
    let mut chars = json.chars().peekable();
    skip(&mut chars);
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '"' {
            string(&mut chars, out, end);
        }
        if out.len() >= end {
            return;
        }
        let gap = skip(&mut chars);
        let Some(next) = chars.peek() else { return };
        let apart = |c: char| !matches!(c, '{' | '}' | '[' | ']' | ',' | ':');
        if matches!(c, ',' | ':') || (gap && apart(c) && apart(*next)) {
            out.push(' ');
        }
    }
}

/// Each entry on a line of its own. Ends early once `most` bytes are written.
pub(super) fn indented(json: &str, most: usize, out: &mut String) {
    let end = out.len().saturating_add(most);
    let mut chars = json.chars().peekable();
    let mut depth = 0usize;
    skip(&mut chars);
    while let Some(c) = chars.next() {
        let line = |depth: usize, out: &mut String| {
            out.push('\n');
            (0..depth.min(DEEPEST)).for_each(|_| out.push_str("  "));
        };
        match c {
            '"' => {
                out.push(c);
                string(&mut chars, out, end);
            }
            '{' | '[' => {
                out.push(c);
                skip(&mut chars);
                match chars.next_if(|n| matches!(n, '}' | ']')) {
                    Some(close) => out.push(close),
                    None => {
                        depth += 1;
                        line(depth, out);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(depth, out);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(depth, out);
            }
            ':' => out.push_str(": "),
            c => out.push(c),
        }
        if out.len() >= end {
            return;
        }
        let gap = skip(&mut chars);
        let apart = |c: char| !matches!(c, '{' | '}' | '[' | ']' | ',' | ':');
        if gap && apart(c) && chars.peek().is_some_and(|n| apart(*n)) {
            out.push(' ');
        }
    }
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}
