//! The types of geometry that WKB knows, and their dimensions.

use super::WkbError;

/// A type of geometry, by its ISO code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// One position; NaN when empty.
    Point = 1,
    /// A line.
    LineString = 2,
    /// Rings.
    Polygon = 3,
    /// Points.
    MultiPoint = 4,
    /// Lines.
    MultiLineString = 5,
    /// Polygons.
    MultiPolygon = 6,
    /// Anything.
    GeometryCollection = 7,
    /// Arcs.
    CircularString = 8,
    /// Lines and arcs.
    CompoundCurve = 9,
    /// Rings of lines and arcs.
    CurvePolygon = 10,
    /// Lines, arcs, compounds.
    MultiCurve = 11,
    /// Polygons and curve polygons.
    MultiSurface = 12,
    /// Faces.
    PolyhedralSurface = 15,
    /// Triangles that share edges.
    Tin = 16,
    /// One triangle, as a ring.
    Triangle = 17,
}

/// How the bytes of a kind are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Position,
    Positions,
    Rings,
    Parts,
}

impl Kind {
    pub(super) fn from_iso(code: u32) -> Option<Self> {
        Some(match code {
            1 => Self::Point,
            2 => Self::LineString,
            3 => Self::Polygon,
            4 => Self::MultiPoint,
            5 => Self::MultiLineString,
            6 => Self::MultiPolygon,
            7 => Self::GeometryCollection,
            8 => Self::CircularString,
            9 => Self::CompoundCurve,
            10 => Self::CurvePolygon,
            11 => Self::MultiCurve,
            12 => Self::MultiSurface,
            15 => Self::PolyhedralSurface,
            16 => Self::Tin,
            17 => Self::Triangle,
            _ => return None,
        })
    }

    /// Its name, as in `MULTIPOLYGON`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "POINT",
            Self::LineString => "LINESTRING",
            Self::Polygon => "POLYGON",
            Self::MultiPoint => "MULTIPOINT",
            Self::MultiLineString => "MULTILINESTRING",
            Self::MultiPolygon => "MULTIPOLYGON",
            Self::GeometryCollection => "GEOMETRYCOLLECTION",
            Self::CircularString => "CIRCULARSTRING",
            Self::CompoundCurve => "COMPOUNDCURVE",
            Self::CurvePolygon => "CURVEPOLYGON",
            Self::MultiCurve => "MULTICURVE",
            Self::MultiSurface => "MULTISURFACE",
            Self::PolyhedralSurface => "POLYHEDRALSURFACE",
            Self::Tin => "TIN",
            Self::Triangle => "TRIANGLE",
        }
    }

    /// Fine when it can be drawn as it is.
    ///
    /// # Errors
    /// [`WkbError::Unsupported`] for curves, surfaces, TINs and triangles.
    pub fn drawable(self) -> Result<(), WkbError> {
        if (self as u8) <= Self::GeometryCollection as u8 { Ok(()) } else { Err(WkbError::Unsupported { kind: self }) }
    }

    pub(super) fn layout(self) -> Layout {
        match self {
            Self::Point => Layout::Position,
            Self::LineString | Self::CircularString => Layout::Positions,
            Self::Polygon | Self::Triangle => Layout::Rings,
            _ => Layout::Parts,
        }
    }

    /// Whether `part` may stand in this.
    pub(super) fn holds(self, part: Self) -> bool {
        use Kind::{
            CircularString, CompoundCurve, CurvePolygon, GeometryCollection, LineString, MultiCurve, MultiLineString, MultiPoint,
            MultiPolygon, MultiSurface, Point, Polygon, PolyhedralSurface, Tin, Triangle,
        };
        match self {
            MultiPoint => part == Point,
            MultiLineString => part == LineString,
            MultiPolygon | PolyhedralSurface => part == Polygon,
            GeometryCollection => true,
            CompoundCurve => matches!(part, LineString | CircularString),
            CurvePolygon | MultiCurve => matches!(part, LineString | CircularString | CompoundCurve),
            MultiSurface => matches!(part, Polygon | CurvePolygon),
            Tin => part == Triangle,
            Point | LineString | Polygon | CircularString | Triangle => false,
        }
    }
}

/// What each position holds beside x and y.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dimensions {
    /// A height.
    pub z: bool,
    /// A measure.
    pub m: bool,
}

impl Dimensions {
    /// 2, 3 or 4.
    pub fn count(self) -> usize {
        2 + usize::from(self.z) + usize::from(self.m)
    }

    pub(super) fn iso(self) -> u32 {
        u32::from(self.z) * 1000 + u32::from(self.m) * 2000
    }
}
