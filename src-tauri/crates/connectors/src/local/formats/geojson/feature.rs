//! One feature: its members, each still as it is written.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// What is wrong, as a sentence.
#[derive(Debug)]
pub(super) struct Wrong(Cow<'static, str>);

impl Wrong {
    pub(super) fn new(why: impl Into<Cow<'static, str>>) -> Self {
        Self(why.into())
    }

    /// The sentence, for this feature of the file.
    pub(super) fn of_feature(&self, number: u64) -> String {
        format!("Feature {number}: {}", self.0)
    }

    /// The sentence, for this place in the file.
    pub(super) fn at_byte(&self, at: u64) -> String {
        format!("At byte {at}: {}", self.0)
    }
}

/// The members of an object in their order; of two with one name the last one counts.
#[derive(Debug, Default)]
pub(super) struct Members<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(Name(name)) = map.next_key()? {
                    members.push((name, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(InOrder)
    }
}

/// A member's name, borrowed where nothing in it is escaped.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        from.deserialize_str(Text)
    }
}

/// The text that a value is; None when it is something else.
pub(super) fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Name<'_>>(value.get()).ok().map(|name| name.0)
}

impl<'a> Members<'a> {
    /// The members of an object.
    pub(super) fn of(value: &'a RawValue) -> Option<Self> {
        serde_json::from_str(value.get()).ok()
    }

    /// The last member of this name.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| *value)
    }
}

/// One feature.
#[derive(Debug)]
pub(super) struct Feature<'a> {
    pub(super) id: Option<&'a RawValue>,
    /// The geometry's members.
    pub(super) geometry: Option<&'a RawValue>,
    pub(super) properties: Members<'a>,
    /// Members beside those that every feature has.
    pub(super) more: Vec<(Cow<'a, str>, &'a RawValue)>,
    kind: Kind,
}

#[derive(Debug, PartialEq)]
enum Kind {
    Feature,
    Geometry,
    Collection,
}

impl<'a> Feature<'a> {
    /// From its bytes; where they are no JSON but for numbers that JSON does not know, from `repaired`, which then holds them
    /// without.
    pub(super) fn read(bytes: &'a [u8], repaired: &'a mut Vec<u8>) -> Result<Self, Wrong> {
        match Self::parse(bytes) {
            Err(why) if repair(bytes, repaired) => Self::parse(repaired).map_err(|_| why),
            read => read,
        }
    }

    /// From its bytes: a feature, or a geometry by itself.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Wrong> {
        let members: Members<'a> = serde_json::from_slice(bytes).map_err(|e| Wrong::new(told(&e)))?;
        let kind = members.get("type").and_then(text).unwrap_or_default();
        match kind.as_ref() {
            "Feature" => {}
            "FeatureCollection" => return Ok(Self::without_properties(None, Kind::Collection)),
            "Point" | "LineString" | "Polygon" | "MultiPoint" | "MultiLineString" | "MultiPolygon" | "GeometryCollection" => {
                let whole: &RawValue = serde_json::from_slice(bytes).map_err(|e| Wrong::new(told(&e)))?;
                return Ok(Self::without_properties(Some(whole), Kind::Geometry));
            }
            "Topology" => return Err(Wrong::new("It is TopoJSON, which cannot be read here.")),
            "" => return Err(Wrong::new("It has no type, so it is JSON but no GeoJSON.")),
            other => return Err(Wrong::new(format!("“{other}” is no type of GeoJSON."))),
        }
        let there = |value: Option<&'a RawValue>| value.filter(|value| value.get() != "null");
        let properties = match there(members.get("properties")) {
            Some(value) => Members::of(value).ok_or_else(|| Wrong::new("Its properties are no object."))?,
            None => Members::default(),
        };
        let (id, geometry) = (there(members.get("id")), there(members.get("geometry")));
        let own = ["type", "id", "geometry", "properties", "bbox", "crs"];
        let more = members.0.into_iter().filter(|(name, _)| !own.contains(&name.as_ref())).collect();
        Ok(Self { id, geometry, properties, more, kind: Kind::Feature })
    }

    fn without_properties(geometry: Option<&'a RawValue>, kind: Kind) -> Self {
        Self { id: None, geometry, properties: Members::default(), more: Vec::new(), kind }
    }

    /// A collection that has no features at all.
    pub(super) fn is_empty_collection(&self) -> bool {
        self.kind == Kind::Collection
    }
}

/// What the library found, without its place in a part of the file.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    format!("It is no JSON: {text}.")
}

/// Numbers that JSON does not know (`NaN`, `Infinity`), as some programs write them all the same, made to null. False when
/// there are none.
fn repair(bytes: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    let (mut in_text, mut escaped, mut at, mut found) = (false, false, 0, false);
    while at < bytes.len() {
        let word = [&b"-Infinity"[..], b"Infinity", b"NaN"].into_iter().find(|w| !in_text && bytes[at..].starts_with(w));
        if let Some(word) = word {
            out.extend_from_slice(b"null");
            at += word.len();
            found = true;
            continue;
        }
        let byte = bytes[at];
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ => {}
        }
        out.push(byte);
        at += 1;
    }
    found
}

/// Elements of an array, each as it is written.
pub(super) fn elements(value: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(value.get()).ok()
}
