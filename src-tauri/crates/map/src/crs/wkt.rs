//! The system that WKT tells of, in all of WKT's versions.
//!
//! The text comes from outside: it is read into a tree without recursion, at most [`DEEPEST`] deep, before a library sees it.

use super::{System, names};
use std::borrow::Cow;

/// No honest definition nests deeper.
const DEEPEST: usize = 24;

/// One `KEY[…]`.
#[derive(Debug, Default)]
pub(super) struct Node<'a> {
    pub(super) key: &'a str,
    /// Texts, numbers and words that stand in it directly.
    pub(super) values: Vec<Cow<'a, str>>,
    pub(super) parts: Vec<Node<'a>>,
    /// All of it as it was written.
    text: &'a str,
}

impl<'a> Node<'a> {
    pub(super) fn is(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.key.eq_ignore_ascii_case(key))
    }

    pub(super) fn part(&self, keys: &[&str]) -> Option<&Self> {
        self.parts.iter().find(|part| part.is(keys))
    }

    pub(super) fn name(&self) -> &str {
        self.values.first().map_or("", |name| name)
    }

    /// The authority and code that it has itself; the last one where there are several.
    pub(super) fn identifier(&self) -> Option<(&str, &str)> {
        let node = self.parts.iter().rev().find(|part| part.is(&["AUTHORITY", "ID"]))?;
        Some((node.values.first()?, node.values.get(1)?))
    }

    /// The part of a compound or bound system that says where things are on the ground.
    fn horizontal(&self) -> &Self {
        let mut node = self;
        loop {
            let inner = if node.is(&["BOUNDCRS"]) {
                node.part(&["SOURCECRS"]).and_then(|source| source.parts.first())
            } else if node.is(&["COMPD_CS", "COMPOUNDCRS"]) {
                node.parts.iter().find(|part| part.is(PROJECTED) || part.is(GEODETIC) || part.is(&["BOUNDCRS"]))
            } else {
                None
            };
            match inner {
                Some(inner) => node = inner,
                None => return node,
            }
        }
    }
}

const PROJECTED: &[&str] = &["PROJCS", "PROJCRS", "PROJECTEDCRS"];
const GEODETIC: &[&str] =
    &["GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS", "BASEGEODCRS", "BASEGEOGCRS", "GEOCCS"];

/// WKT of the second version, by its outermost key.
pub(super) fn is_second(text: &str) -> bool {
    let key: String = text.trim_start().chars().take_while(char::is_ascii_alphanumeric).collect();
    key.to_ascii_uppercase().ends_with("CRS")
}

pub(super) fn system(text: &str) -> Option<System> {
    let root = parse(text.trim().trim_start_matches('\u{feff}').trim_end_matches('\0').trim())?;
    let node = root.horizontal();
    let projected = node.is(PROJECTED);
    if !projected && !node.is(GEODETIC) {
        // A local or engineering system: it has a name and lies nowhere on the earth.
        let known = root.key.len() > 2 && (root.key.to_ascii_uppercase().ends_with("CRS") || root.key.ends_with("_CS"));
        return known.then(|| System { given: Some(text.to_owned()), ..System::named(root.name()) });
    }
    if let Some((authority, code)) = node.identifier() {
        let found = System::of_authority(authority, code);
        if found.code.is_some_and(super::transform::is_registered) {
            return Some(found);
        }
    }
    if let Some(code) = names::esri(node.name()) {
        return Some(System::epsg(code));
    }
    let degrees = if projected { 1.0 } else { angular_unit(node) };
    let proj = proj4wkt::wkt_to_projstring(node.text).ok().map(|proj| with_shift(proj, node, projected));
    let code = node.identifier().filter(|(authority, _)| authority.eq_ignore_ascii_case("EPSG"));
    let code = code.and_then(|(_, code)| code.parse().ok());
    let name = if node.name().is_empty() { "unnamed" } else { node.name() };
    let name = code.map_or_else(|| name.to_owned(), |code: u32| format!("EPSG:{code}"));
    Some(System { code, name, proj, given: Some(text.to_owned()), degrees })
}

/// A geographic system's unit, in degrees.
fn angular_unit(node: &Node<'_>) -> f64 {
    let axis = node.parts.iter().filter(|part| part.is(&["AXIS"])).find_map(|axis| axis.part(&["ANGLEUNIT", "UNIT"]));
    let unit = node.part(&["UNIT", "ANGLEUNIT"]).or(axis);
    let radians: Option<f64> = unit.and_then(|unit| unit.values.get(1)?.parse().ok());
    let degrees = radians.map_or(1.0, f64::to_degrees);
    // Written with ten or with seventeen digits, a degree is a degree.
    if !degrees.is_finite() || degrees <= 0.0 || (degrees - 1.0).abs() < 1e-6 { 1.0 } else { degrees }
}

/// A definition without a datum's shift gets the one of its geographic system in the register.
fn with_shift(mut proj: String, node: &Node<'_>, projected: bool) -> String {
    if ["+towgs84", "+datum", "+nadgrids"].iter().any(|key| proj.contains(key)) {
        return proj;
    }
    let base = if projected { node.part(GEODETIC) } else { Some(node) };
    let code = base.and_then(|base| match base.identifier() {
        Some((authority, code)) if authority.eq_ignore_ascii_case("EPSG") => code.parse().ok(),
        _ => names::esri(base.name()),
    });
    let registered = code.and_then(super::transform::registered);
    let shift = registered.and_then(|known| known.split_whitespace().find(|word| word.starts_with("+towgs84=")));
    if let Some(shift) = shift {
        proj.push(' ');
        proj.push_str(shift);
    }
    proj
}

/// The tree. None for what is not WKT or nests too deep.
pub(super) fn parse(text: &str) -> Option<Node<'_>> {
    let bytes = text.as_bytes();
    let mut open: Vec<(usize, Node<'_>)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let (value, end) = quoted(text, at)?;
                open.last_mut()?.1.values.push(value);
                at = end;
            }
            b']' | b')' => {
                let (start, mut node) = open.pop()?;
                at += 1;
                node.text = text.get(start..at)?;
                match open.last_mut() {
                    Some((_, whole)) => whole.parts.push(node),
                    None => return text[at..].trim().is_empty().then_some(node),
                }
            }
            b',' | b'[' | b'(' => at += 1,
            c if c.is_ascii_whitespace() => at += 1,
            _ => {
                let end = text[at..].find(|c: char| "[](),\"".contains(c)).map_or(bytes.len(), |n| at + n);
                let word = text[at..end].trim();
                if matches!(bytes.get(end), Some(b'[' | b'(')) {
                    if open.len() >= DEEPEST {
                        return None;
                    }
                    open.push((at, Node { key: word, ..Node::default() }));
                } else {
                    open.last_mut()?.1.values.push(Cow::Borrowed(word));
                }
                at = end;
            }
        }
    }
    None
}

/// The text in quotes that begins at `at`, and where it ends.
fn quoted(text: &str, at: usize) -> Option<(Cow<'_, str>, usize)> {
    let mut end = at + 1;
    let mut doubled = false;
    loop {
        end += text.get(end..)?.find('"')?;
        if text.as_bytes().get(end + 1) == Some(&b'"') {
            doubled = true;
            end += 2;
        } else {
            break;
        }
    }
    let inner = &text[at + 1..end];
    let value = if doubled { Cow::Owned(inner.replace("\"\"", "\"")) } else { Cow::Borrowed(inner) };
    Some((value, end + 1))
}
