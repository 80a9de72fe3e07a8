//! The columns that all features together need, and each feature's values in them.

use super::feature::{Feature, Wrong, text};
use crate::local::formats::rows::{self, Rows, Value};
use arrow_schema::{DataType, Field};
use model::Error;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;

/// More different members than this become one column of JSON.
const MOST: usize = 2_000;
/// Whole numbers up to here are floating numbers without loss.
const EXACT: u64 = 1 << 53;

/// Where a value stands in a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Id,
    Property,
    Beside,
}

/// What was seen in a column.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    flag: bool,
    whole: bool,
    /// Beyond eight bytes with a sign.
    large: bool,
    /// Beyond eight bytes in all.
    larger: bool,
    /// Beyond 38 digits, or no number that can be held at all.
    largest: bool,
    negative: bool,
    /// A whole number that a floating one does not hold.
    inexact: bool,
    real: bool,
    text: bool,
    nested: bool,
}

/// What a column's values are made to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Flag,
    Int,
    UInt,
    Decimal,
    Real,
    Text,
    Json,
}

impl Seen {
    fn add(&mut self, value: &RawValue) {
        let raw = value.get();
        match raw.as_bytes().first() {
            Some(b't' | b'f') => self.flag = true,
            Some(b'"') => self.text = true,
            Some(b'{' | b'[') => self.nested = true,
            Some(b'-' | b'0'..=b'9') => self.number(raw),
            _ => {}
        }
    }

    fn number(&mut self, raw: &str) {
        if raw.contains(['.', 'e', 'E']) {
            self.real = true;
            self.largest |= !raw.parse().is_ok_and(f64::is_finite);
            return;
        }
        self.whole = true;
        self.negative |= raw.starts_with('-');
        if raw.parse::<i64>().is_err() {
            self.large = true;
            self.larger |= raw.parse::<u64>().is_err();
            self.largest |= raw.trim_start_matches('-').len() > 38;
        }
        self.inexact |= raw.trim_start_matches('-').parse::<u64>().map_or(true, |n| n > EXACT);
    }

    fn kind(self) -> Kind {
        let numbers = self.whole || self.real;
        match (self.flag, numbers, self.text, self.nested) {
            (_, _, _, true) => Kind::Json,
            (true, false, false, _) => Kind::Flag,
            (false, true, false, _) if !self.largest => match self {
                Self { real: true, whole: true, inexact: true, .. } => Kind::Text,
                Self { real: true, .. } => Kind::Real,
                Self { large: false, .. } => Kind::Int,
                Self { larger: false, negative: false, .. } => Kind::UInt,
                _ => Kind::Decimal,
            },
            _ => Kind::Text,
        }
    }
}

impl Kind {
    fn data_type(self) -> DataType {
        match self {
            Self::Flag => DataType::Boolean,
            Self::Int => DataType::Int64,
            Self::UInt => DataType::UInt64,
            Self::Decimal => DataType::Decimal128(38, 0),
            Self::Real => DataType::Float64,
            Self::Text | Self::Json => DataType::Utf8,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Flag => "boolean",
            Self::Int | Self::UInt | Self::Decimal => "integer",
            Self::Real => "number",
            Self::Text => "string",
            Self::Json => "json",
        }
    }
}

/// Why a value could not be put into its column.
pub(super) enum Failed {
    Wrong(Wrong),
    Error(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// The columns, while features are looked at and afterwards.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Where each is found, and what was seen in it, in the order in which they were met.
    met: Vec<(Place, String, Seen)>,
    numbers: [HashMap<String, usize>; 3],
    kinds: Vec<Kind>,
    /// There were too many: all members of a feature are one column.
    folded: bool,
}

impl Columns {
    /// Looks at a feature.
    pub(super) fn look(&mut self, feature: &Feature<'_>) {
        if self.folded {
            return;
        }
        each(feature, |place, name, value| {
            let numbers = &mut self.numbers[place as usize];
            let number = match numbers.get(name) {
                Some(number) => *number,
                None => {
                    numbers.insert(name.to_owned(), self.met.len());
                    self.met.push((place, name.to_owned(), Seen::default()));
                    self.met.len() - 1
                }
            };
            self.met[number].2.add(value);
        });
        if self.met.len() > MOST {
            *self = Self { folded: true, ..Self::default() };
        }
    }

    /// All features were looked at: the columns' fields and type names, without the geometry.
    pub(super) fn finish(&mut self) -> (Vec<Field>, Vec<String>) {
        if self.folded {
            return (vec![rows::json_field("properties")], vec!["json".to_owned()]);
        }
        // The feature's own id stands first.
        self.met.sort_by_key(|(place, ..)| *place != Place::Id);
        self.numbers = Default::default();
        for (number, (place, name, _)) in self.met.iter().enumerate() {
            self.numbers[*place as usize].insert(name.clone(), number);
        }
        self.kinds = self.met.iter().map(|(_, _, seen)| seen.kind()).collect();
        let has_id = self.numbers[Place::Property as usize].contains_key("id");
        let names = self.met.iter().map(|(place, name, _)| if *place == Place::Id && has_id { "feature_id" } else { name });
        let names = rows::unique(names);
        let field = |(name, kind): (&String, &Kind)| match kind {
            Kind::Json => rows::json_field(name),
            kind => Field::new(name, kind.data_type(), true),
        };
        let fields = names.iter().zip(&self.kinds).map(field).collect();
        (fields, self.kinds.iter().map(|kind| kind.name().to_owned()).collect())
    }

    /// The number of the geometry's column.
    pub(super) fn geometry(&self) -> usize {
        if self.folded { 1 } else { self.met.len() }
    }

    /// Puts a feature's values into their columns.
    pub(super) fn put(&self, feature: &Feature<'_>, rows: &mut Rows<'_, '_>) -> Result<(), Failed> {
        if self.folded {
            return if rows.wants(0) { Ok(rows.put(0, Value::Text(&folded(feature)))?) } else { Ok(()) };
        }
        // From behind: of two members with one name the last one counts, and the first one that is put stays.
        let mut values = Vec::with_capacity(self.met.len());
        each(feature, |place, name, value| {
            let number = self.numbers[place as usize].get(name).copied();
            values.extend(number.filter(|n| rows.wants(*n)).map(|number| (number, value)));
        });
        for (number, value) in values.into_iter().rev() {
            let kind = self.kinds.get(number).copied().unwrap_or(Kind::Text);
            put(number, kind, value, rows)?;
        }
        Ok(())
    }
}

/// All of a feature's values with their places.
fn each<'a>(feature: &Feature<'a>, mut hear: impl FnMut(Place, &str, &'a RawValue)) {
    if let Some(id) = feature.id {
        hear(Place::Id, "id", id);
    }
    feature.properties.0.iter().for_each(|(name, value)| hear(Place::Property, name, value));
    feature.more.iter().for_each(|(name, value)| hear(Place::Beside, name, value));
}

fn put(number: usize, kind: Kind, value: &RawValue, rows: &mut Rows<'_, '_>) -> Result<(), Failed> {
    let raw = value.get();
    if raw == "null" {
        return Ok(());
    }
    let parsed = match kind {
        Kind::Flag => Some(Value::Bool(raw == "true")),
        Kind::Int => raw.parse().ok().map(Value::Int),
        Kind::UInt => raw.parse().ok().map(Value::UInt),
        Kind::Decimal => raw.parse().ok().map(Value::Decimal),
        Kind::Real => raw.parse().ok().map(Value::Float),
        Kind::Json => Some(Value::Text(raw)),
        Kind::Text if raw.starts_with('"') => {
            let text = text(value).ok_or_else(|| Failed::Wrong(Wrong::new("One of its texts holds half a character.")))?;
            return Ok(rows.put(number, Value::Text(&text))?);
        }
        Kind::Text => Some(Value::Text(raw)),
    };
    // The file was looked at as a whole; a value of another type now was not there then.
    let parsed = parsed.ok_or_else(|| Failed::Wrong(Wrong::new("One of its values is of another type than before.")))?;
    Ok(rows.put(number, parsed)?)
}

/// All of a feature's members but its geometry, as one object.
fn folded(feature: &Feature<'_>) -> String {
    let mut out = String::from("{");
    each(feature, |place, name, value| {
        let name = if place == Place::Id { Cow::Borrowed("feature_id") } else { Cow::Borrowed(name) };
        let name = serde_json::to_string(&name).unwrap_or_default();
        out.push_str(if out.len() > 1 { "," } else { "" });
        out.push_str(&name);
        out.push(':');
        out.push_str(value.get());
    });
    out.push('}');
    out
}
