//! A value that is no geometry, as JSON. As text it is what a grid shows of it (`explorer::cells`).

use crate::explorer::cells::{Cells, Form};
use crate::views::CellKind;
use arrow_array::RecordBatch;
use serde::de::IgnoredAny;
use std::io::Write;

/// How a column's values become JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// As written, where JSON has such a number; else as text (NaN, infinity).
    Number,
    /// `true` or `false`.
    Bool,
    /// As it is, where it is JSON.
    Json,
    /// As text.
    Text,
}

impl Value {
    pub(super) fn of(kind: CellKind) -> Self {
        match kind {
            CellKind::Number => Self::Number,
            CellKind::Bool => Self::Bool,
            CellKind::Json => Self::Json,
            _ => Self::Text,
        }
    }

    /// The value behind what `out` holds; NULL as `null`. `text` is only a place to work in.
    pub(super) fn json(self, cells: &Cells, batch: &RecordBatch, at: usize, row: usize, text: &mut String, out: &mut Vec<u8>) {
        text.clear();
        if !cells.write(batch, at, row, Form::Full, usize::MAX, text) {
            out.extend_from_slice(b"null");
            return;
        }
        let as_it_is = match self {
            Self::Number => is_number(text),
            Self::Bool => matches!(text.as_str(), "true" | "false"),
            Self::Json => serde_json::from_str::<IgnoredAny>(text).is_ok(),
            Self::Text => false,
        };
        if as_it_is { out.extend_from_slice(text.as_bytes()) } else { string(text, out) }
    }
}

/// A text as JSON.
pub(super) fn string(text: &str, out: &mut Vec<u8>) {
    if serde_json::to_writer(&mut *out, text).is_err() {
        // Writing into memory does not fail.
        let _ = out.write_all(b"null");
    }
}

/// By the grammar of RFC 8259: -? int frac? exp?
fn is_number(text: &str) -> bool {
    fn digits(text: &str) -> (usize, &str) {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        (text.len() - rest.len(), rest)
    }
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, mut rest) = digits(text);
    if whole == 0 || (whole > 1 && text.starts_with('0')) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let (some, after) = digits(fraction);
        if some == 0 {
            return false;
        }
        rest = after;
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let (some, after) = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
        if some == 0 {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn only_what_json_calls_a_number_is_one() {
        for yes in ["0", "-1", "12.50", "1e21", "1.5E-7", "123456789012345678901234567890"] {
            assert!(is_number(yes), "{yes}");
        }
        for no in ["", "-", "01", "1.", ".5", "NaN", "Infinity", "1e", "+1", "1 ", "0x1"] {
            assert!(!is_number(no), "{no}");
        }
    }
}
