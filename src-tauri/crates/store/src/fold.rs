//! How names and searches are compared: as people read them.
//!
//! Owns: folding case and composition in any script, and dropping what cannot be seen. Does not own: what is searched.

use unicode_normalization::UnicodeNormalization;

/// Case and composition folded, white space collapsed, invisible characters dropped, trimmed.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Upper, then lower: so that ß meets SS and a final sigma meets the others, without a table of our own.
    let folded = text.nfkc().filter(|c| !invisible(*c)).flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc();
    for c in folded {
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The key under which a name is unique. Never empty for a name that holds anything at all.
pub(crate) fn name_key(name: &str) -> String {
    let key = fold(name);
    if key.is_empty() { format!("\u{1}{name}") } else { key }
}

/// What a search looks into: each part on a line of its own, so that no match spans two.
pub(crate) fn search_text<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    parts.into_iter().map(fold).filter(|p| !p.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Characters that show nothing: soft hyphen, zero-width, direction marks, byte order mark, variation selectors.
fn invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::{fold, name_key, search_text};

    #[test]
    fn names_are_equal_as_people_read_them() {
        for (one, other) in [
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("caf\u{e9}", "CAFE\u{301}"),
            ("Москва", "МОСКВА"),
            ("ｆｕｌｌ", "FULL"),
            ("  a \t b ", "A B"),
            ("a\u{200f}b\u{202e}", "ab"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
        }
        assert_ne!(fold("東京"), fold("京都"));
    }

    #[test]
    fn a_name_of_nothing_visible_still_has_a_key() {
        assert!(!name_key("\u{200f}").is_empty());
        assert_ne!(name_key("\u{200f}"), name_key("\u{200e}"));
    }

    #[test]
    fn a_search_cannot_match_across_two_parts() {
        assert_eq!(search_text(["Ab\n", "", "Cd"]), "ab\ncd");
    }
}
