//! What sort of cell a column has, and what can be done with it: by its Arrow field, or by its type's name alone.

use crate::views::{CellKind, ColumnView};
use arrow_schema::{DataType, Field};
use model::Table;

/// A field's metadata: the type as the warehouse writes it.
pub(super) const TYPE: &str = "landbridge:type";

/// The first words of types' names, as warehouses and files write them.
const NUMBERS: &[&str] = &[
    "int",
    "smallint",
    "bigint",
    "tinyint",
    "mediumint",
    "integer",
    "uint",
    "numeric",
    "decimal",
    "bignumeric",
    "number",
    "real",
    "double",
    "float",
    "half",
    "oid",
    "serial",
    "bigserial",
    "long",
    "short",
    "byteint",
    "fixed",
];
const TIMES: &[&str] =
    &["date", "time", "timestamp", "timestamptz", "timestampntz", "timestampltz", "datetime", "timetz", "smalldatetime"];
const DOCUMENTS: &[&str] = &["json", "jsonb", "variant", "object", "struct", "record", "super", "map", "list"];
const GEOMETRIES: &[&str] = &[
    "geometry",
    "geography",
    "st_geometry",
    "sdo_geometry",
    "linestring",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
];
const BYTES: &[&str] = &["bytea", "blob", "binary", "varbinary", "bytes", "raw", "byte_array", "fixed_len_byte_array"];
/// Types that have no order, and most of them no equality.
const WITHOUT_ORDER: &[&str] = &[
    "xml",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "box2d",
    "box3d",
    "jsonpath",
    "xid",
    "cid",
    "refcursor",
    "hllsketch",
    "raster",
];

/// The kind that a type's name tells.
pub(super) fn of_name(type_name: &str) -> CellKind {
    let name = type_name.to_ascii_lowercase();
    let word: &str = name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
    // int4, int64, float8, uint16, decimal128 …
    let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let is = |words: &[&str]| words.contains(&word) || words.contains(&bare);
    if name.ends_with(']') || name.starts_with("array") {
        CellKind::Text
    } else if is(NUMBERS) {
        CellKind::Number
    } else if is(&["bool", "boolean"]) {
        CellKind::Bool
    } else if is(TIMES) {
        CellKind::Time
    } else if is(DOCUMENTS) {
        CellKind::Json
    } else if is(GEOMETRIES) {
        CellKind::Geometry
    } else if is(BYTES) {
        CellKind::Binary
    } else {
        CellKind::Text
    }
}

/// The kind that a field tells.
pub(super) fn of_field(field: &Field) -> CellKind {
    if field.metadata().get("ARROW:extension:name").is_some_and(|name| name == "geoarrow.wkb") {
        return CellKind::Geometry;
    }
    if field.metadata().get("ARROW:extension:name").is_some_and(|name| name == "arrow.json") {
        return CellKind::Json;
    }
    of_type(field.data_type(), field.metadata().get(TYPE).map_or("", String::as_str))
}

fn of_type(data_type: &DataType, type_name: &str) -> CellKind {
    use DataType as T;
    match data_type {
        T::Boolean => CellKind::Bool,
        T::Binary | T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => CellKind::Binary,
        T::Date32 | T::Date64 | T::Time32(_) | T::Time64(_) | T::Timestamp(..) => CellKind::Time,
        T::List(_)
        | T::LargeList(_)
        | T::FixedSizeList(..)
        | T::ListView(_)
        | T::LargeListView(_)
        | T::Struct(_)
        | T::Map(..) => CellKind::Json,
        T::Dictionary(_, value) => of_type(value, type_name),
        T::RunEndEncoded(_, value) => of_type(value.data_type(), type_name),
        T::Utf8 | T::LargeUtf8 | T::Utf8View => match of_name(type_name) {
            kind @ (CellKind::Json | CellKind::Number | CellKind::Time) => kind,
            _ => CellKind::Text,
        },
        number if number.is_numeric() => CellKind::Number,
        _ => CellKind::Text,
    }
}

/// A result's column. `key`: it is part of the table's key. `table`: its rows can be sorted, filtered and looked at as a whole.
pub(crate) fn view(field: &Field, key: bool, table: bool) -> ColumnView {
    let kind = of_field(field);
    let type_name = match field.metadata().get(TYPE) {
        Some(name) => name.clone(),
        None => field.data_type().to_string(),
    };
    named(field.name().clone(), type_name, kind, key, table)
}

fn named(name: String, type_name: String, kind: CellKind, key: bool, table: bool) -> ColumnView {
    let lower = type_name.to_ascii_lowercase();
    let word = lower.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
    let ordered = !WITHOUT_ORDER.contains(&word) && !matches!(kind, CellKind::Geometry | CellKind::Json | CellKind::Binary);
    ColumnView { name, type_name, kind, key, sorts: table && ordered, filters: table && ordered, statistics: table }
}

/// A table's columns as they are known before any row was read.
pub(crate) fn described(table: &Table) -> Vec<ColumnView> {
    let of = |column: &model::Column| {
        let is_geometry = table.geometries.iter().any(|g| g.column == column.name);
        let kind = if is_geometry { CellKind::Geometry } else { of_name(&column.type_name) };
        let key = table.row_key.as_ref().is_some_and(|key| key.contains(&column.name));
        named(column.name.clone(), column.type_name.clone(), kind, key, true)
    };
    table.columns.iter().map(of).collect()
}
