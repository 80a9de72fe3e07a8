//! What each column of a result becomes: how it is asked for, and its Arrow field.

use super::crs::CrsTable;
use arrow_schema::{DataType, Field, TimeUnit};
use std::collections::HashMap;
use std::sync::Mutex;
use tokio_postgres::Column;
use tokio_postgres::types::{Kind, Type};

/// A field's metadata: the type as PostgreSQL writes it.
pub(super) const TYPE: &str = "landbridge:type";
/// A field's metadata: `extremes` where `infinity` and `-infinity` are the largest and the smallest value.
pub(super) const INFINITY: &str = "landbridge:infinity";
/// A geometry field's metadata: `mixed` where each value is EWKB with its own SRID.
pub(super) const SRID: &str = "landbridge:srid";

/// What a value's bytes are, and become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    Decimal {
        precision: u8,
        scale: u8,
    },
    Numeric,
    Text,
    Jsonb,
    Date,
    Time,
    Timestamp {
        utc: bool,
    },
    Uuid,
    Bytea,
    Geometry {
        srid: Srid,
        spherical: bool,
    },
    /// The server prints it as text.
    Printed,
}

/// Where a geometry column's SRID comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Srid {
    /// The column's type says it.
    Declared(i32),
    /// The first value says it.
    FirstValue,
    /// Each value says it.
    EachValue,
}

/// What was learnt of a column when it was read before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quirk {
    /// It holds values that only text can hold.
    Text,
    /// It holds geometries of more than one system.
    Mixed,
    /// Of a table: its columns' types are known, and how they are written.
    Named,
}

/// What was learnt of columns, for as long as the session lasts.
#[derive(Debug, Default)]
pub(crate) struct Quirks {
    known: Mutex<HashMap<String, Quirk>>,
    /// How types are written, by number and modifier.
    names: Mutex<HashMap<(u32, i32), String>>,
}

impl Quirks {
    fn of(&self, key: &str) -> Option<Quirk> {
        self.known.lock().ok()?.get(key).copied()
    }

    /// The types of this table's columns are known, and how they are written.
    pub(super) fn knows(&self, table: &str) -> bool {
        self.of(table) == Some(Quirk::Named)
    }

    pub(super) fn forget(&self, table: &str) {
        if let Ok(mut known) = self.known.lock() {
            known.remove(table);
        }
    }

    /// How a type is written.
    pub(super) fn name(&self, type_id: u32, modifier: i32) -> Option<String> {
        self.names.lock().ok()?.get(&(type_id, modifier)).cloned()
    }

    pub(super) fn learn_name(&self, of: (u32, i32), name: String) {
        if let Ok(mut names) = self.names.lock() {
            names.insert(of, name);
        }
    }

    /// True when this was not known yet.
    pub(super) fn learn(&self, key: &str, quirk: Quirk) -> bool {
        const MOST: usize = 10_000;
        let Ok(mut known) = self.known.lock() else { return false };
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key.to_owned(), quirk) != Some(quirk)
    }
}

/// A column of a result.
#[derive(Debug, Clone)]
pub(super) struct ColumnPlan {
    pub(super) name: String,
    /// As `format_type` writes it.
    pub(super) type_name: String,
    pub(super) shape: Shape,
    /// What names it among the quirks.
    pub(super) key: String,
}

/// The types whose numbers differ from server to server.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spatial {
    pub(super) geometry: u32,
    pub(super) geography: u32,
}

/// PostGIS's type modifier.
pub(crate) mod typmod {
    /// The SRID, 0 when not said.
    pub(crate) fn srid(typmod: i32) -> i32 {
        if typmod < 0 { 0 } else { ((typmod & 0x0FFF_FF00) - (typmod & 0x1000_0000)) >> 8 }
    }

    /// The type's name and the number of dimensions.
    pub(crate) fn shape(typmod: i32) -> (&'static str, u8) {
        const NAMES: [&str; 16] = [
            "GEOMETRY",
            "POINT",
            "LINESTRING",
            "POLYGON",
            "MULTIPOINT",
            "MULTILINESTRING",
            "MULTIPOLYGON",
            "GEOMETRYCOLLECTION",
            "CIRCULARSTRING",
            "COMPOUNDCURVE",
            "CURVEPOLYGON",
            "MULTICURVE",
            "MULTISURFACE",
            "POLYHEDRALSURFACE",
            "TRIANGLE",
            "TIN",
        ];
        if typmod < 0 {
            return ("GEOMETRY", 2);
        }
        let code = usize::try_from((typmod & 0xFC) >> 2).unwrap_or_default();
        (NAMES.get(code).copied().unwrap_or("GEOMETRY"), if typmod & 3 == 3 { 4 } else { 2 + u8::from(typmod & 3 != 0) })
    }
}

impl ColumnPlan {
    /// The plan for a column. `raw`: the statement's rows are taken as they are, so nothing can be printed by the server.
    pub(super) fn of(column: &Column, at: usize, spatial: Spatial, statement: &str, quirks: &Quirks) -> Self {
        let key = match (column.table_oid(), column.column_id()) {
            (Some(table), Some(attribute)) => format!("column {table} {attribute}"),
            _ => format!("result {at} of {statement}"),
        };
        let quirk = quirks.of(&key);
        let shape = match (shape(column.type_(), column.type_modifier(), spatial), quirk) {
            (Shape::Geometry { spherical, .. }, Some(_)) => Shape::Geometry { srid: Srid::EachValue, spherical },
            (_, Some(Quirk::Text)) => Shape::Printed,
            (shape, _) => shape,
        };
        Self { name: column.name().to_owned(), type_name: column.type_().name().to_owned(), shape, key }
    }

    /// How the wrapping statement asks for the wrapped column `alias`.
    pub(super) fn expression(&self, alias: &str) -> String {
        match self.shape {
            // `concat` prints with the type's own output function; a cast to text would run whatever cast there is
            // (for inet another one). IS DISTINCT FROM looks at the value as a whole, also at a row of NULLs.
            Shape::Printed => format!("CASE WHEN {alias} IS DISTINCT FROM NULL THEN pg_catalog.concat({alias}) END"),
            _ => alias.to_owned(),
        }
    }

    /// The Arrow field, with the SRID that was found for it.
    pub(super) fn field(&self, srid: Option<i32>, crs: &CrsTable) -> Field {
        let mut metadata = HashMap::from([(TYPE.to_owned(), self.type_name.clone())]);
        match &self.shape {
            Shape::Date | Shape::Timestamp { .. } => {
                metadata.insert(INFINITY.to_owned(), "extremes".to_owned());
            }
            Shape::Geometry { srid: from, spherical } => {
                if *from == Srid::EachValue {
                    metadata.insert(SRID.to_owned(), "mixed".to_owned());
                }
                metadata.insert("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned());
                let crs = crs.geoarrow(srid.unwrap_or_default(), *spherical);
                metadata.insert("ARROW:extension:metadata".to_owned(), crs);
            }
            _ => {}
        }
        Field::new(&self.name, self.shape.data_type(), true).with_metadata(metadata)
    }
}

impl Shape {
    fn data_type(&self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Int2 => DataType::Int16,
            Self::Int4 => DataType::Int32,
            Self::Int8 => DataType::Int64,
            Self::Oid => DataType::UInt32,
            Self::Float4 => DataType::Float32,
            Self::Float8 => DataType::Float64,
            Self::Decimal { precision, scale } => DataType::Decimal128(*precision, scale.cast_signed()),
            Self::Date => DataType::Date32,
            Self::Time => DataType::Time64(TimeUnit::Microsecond),
            Self::Timestamp { utc } => DataType::Timestamp(TimeUnit::Microsecond, utc.then(|| "UTC".into())),
            Self::Bytea | Self::Geometry { .. } => DataType::Binary,
            Self::Numeric | Self::Text | Self::Jsonb | Self::Uuid | Self::Printed => DataType::Utf8,
        }
    }
}

fn shape(kind: &Type, modifier: i32, spatial: Spatial) -> Shape {
    match *kind {
        Type::BOOL => Shape::Bool,
        Type::INT2 => Shape::Int2,
        Type::INT4 => Shape::Int4,
        Type::INT8 => Shape::Int8,
        Type::OID => Shape::Oid,
        Type::FLOAT4 => Shape::Float4,
        Type::FLOAT8 => Shape::Float8,
        Type::NUMERIC => numeric(modifier),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON | Type::XML => Shape::Text,
        Type::JSONB => Shape::Jsonb,
        Type::DATE => Shape::Date,
        Type::TIME => Shape::Time,
        Type::TIMESTAMP => Shape::Timestamp { utc: false },
        Type::TIMESTAMPTZ => Shape::Timestamp { utc: true },
        Type::UUID => Shape::Uuid,
        Type::BYTEA => Shape::Bytea,
        _ if matches!(kind.kind(), Kind::Enum(_)) => Shape::Text,
        _ if kind.oid() != 0 && (kind.oid() == spatial.geometry || kind.oid() == spatial.geography) => {
            let spherical = kind.oid() == spatial.geography;
            let srid = match typmod::srid(modifier) {
                0 => Srid::FirstValue,
                srid => Srid::Declared(srid),
            };
            Shape::Geometry { srid, spherical }
        }
        _ => Shape::Printed,
    }
}

/// A decimal where the column says how many digits and they fit; otherwise the exact text.
fn numeric(modifier: i32) -> Shape {
    let Some(modifier) = modifier.checked_sub(4).filter(|m| *m >= 0) else { return Shape::Numeric };
    let precision = (modifier >> 16) & 0xFFFF;
    // Eleven bits with a sign.
    let scale = ((modifier & 0x7FF) ^ 0x400) - 0x400;
    match (u8::try_from(precision), u8::try_from(scale)) {
        (Ok(precision @ 1..=38), Ok(scale)) if scale <= precision => Shape::Decimal { precision, scale },
        _ => Shape::Numeric,
    }
}
