//! What can be wrong with WKB bytes.

use super::Kind;
use std::fmt;

/// What is wrong with the bytes, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WkbError {
    /// The bytes end too early.
    Short {
        /// Where more was expected.
        at: usize,
    },
    /// A byte order that is neither 0 nor 1.
    ByteOrder {
        /// The byte.
        byte: u8,
    },
    /// A type code that no standard defines.
    UnknownType {
        /// The code as it was sent.
        code: u32,
    },
    /// A known type that cannot be drawn (curves, TINs, polyhedral surfaces).
    Unsupported {
        /// Which one.
        kind: Kind,
    },
    /// A count that the bytes that are left cannot hold.
    Count {
        /// The count.
        count: u32,
        /// Where it stands.
        at: usize,
    },
    /// A part that cannot be in such a whole, has other dimensions, or another SRID.
    Nested {
        /// Where the part begins.
        at: usize,
    },
    /// Nested deeper than [`super::DEEPEST`].
    TooDeep,
    /// A position that is not a number, where the format that is written knows only numbers.
    NotFinite {
        /// Where its line, ring or point begins.
        at: usize,
    },
    /// Bytes behind the end.
    Trailing {
        /// Where the geometry ends.
        at: usize,
    },
}

impl fmt::Display for WkbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { at } => write!(f, "the geometry ends too early, at byte {at}"),
            Self::ByteOrder { byte } => write!(f, "a byte order of {byte}, which is neither 0 nor 1"),
            Self::UnknownType { code } => write!(f, "the unknown geometry type {code}"),
            Self::Unsupported { kind } => write!(f, "a {} cannot be drawn", kind.name()),
            Self::Count { count, at } => write!(f, "a count of {count} at byte {at}, more than the geometry can hold"),
            Self::Nested { at } => write!(f, "a part at byte {at} that does not belong in its geometry"),
            Self::TooDeep => write!(f, "collections nested deeper than {}", super::DEEPEST),
            Self::NotFinite { at } => write!(f, "a position that is not a number, at byte {at}"),
            Self::Trailing { at } => write!(f, "bytes behind the end of the geometry, from byte {at}"),
        }
    }
}

impl std::error::Error for WkbError {}
