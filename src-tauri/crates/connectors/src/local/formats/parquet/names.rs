//! What Parquet calls a column's type, as in `DECIMAL(10, 2)` or `LIST<STRING>`.
//!
//! Owns: the words. Does not own: what a column becomes (`columns`).

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::schema::types::Type;

/// The type's name.
pub(super) fn name(of: &Type) -> String {
    let info = of.get_basic_info();
    let (logical, converted) = (info.logical_type_ref(), info.converted_type());
    let Type::PrimitiveType { physical_type, type_length, scale, precision, .. } = of else {
        let inner = |at: usize| of.get_fields().get(at).map(|f| f.as_ref());
        // The group between a list or map and what it holds.
        let entry = || inner(0).filter(|group| group.is_group());
        let part = |at: usize| entry().and_then(|e| e.get_fields().get(at)).map(|f| name(f)).unwrap_or_default();
        return match (logical, converted) {
            (Some(LogicalType::List), _) | (_, ConvertedType::LIST) if entry().is_some_and(|e| e.get_fields().len() == 1) => {
                format!("LIST<{}>", part(0))
            }
            (Some(LogicalType::List), _) | (_, ConvertedType::LIST) => {
                format!("LIST<{}>", inner(0).map(name).unwrap_or_default())
            }
            (Some(LogicalType::Map), _) | (_, ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE) => {
                format!("MAP<{}, {}>", part(0), part(1))
            }
            (Some(LogicalType::Variant(_)), _) => "VARIANT".to_owned(),
            _ => {
                let fields: Vec<String> = of.get_fields().iter().map(|f| format!("{}: {}", f.name(), name(f))).collect();
                format!("STRUCT<{}>", fields.join(", "))
            }
        };
    };
    let unit = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => "MILLIS",
        TimeUnit::MICROS => "MICROS",
        TimeUnit::NANOS => "NANOS",
    };
    let utc = |adjusted: bool| if adjusted { ", UTC" } else { "" };
    match logical {
        Some(LogicalType::String) => "STRING".to_owned(),
        Some(LogicalType::Enum) => "ENUM".to_owned(),
        Some(LogicalType::Decimal(d)) => format!("DECIMAL({}, {})", d.precision, d.scale),
        Some(LogicalType::Date) => "DATE".to_owned(),
        Some(LogicalType::Time(t)) => format!("TIME({}{})", unit(&t.unit), utc(t.is_adjusted_to_u_t_c)),
        Some(LogicalType::Timestamp(t)) => format!("TIMESTAMP({}{})", unit(&t.unit), utc(t.is_adjusted_to_u_t_c)),
        Some(LogicalType::Integer(i)) => format!("{}INT{}", if i.is_signed { "" } else { "U" }, i.bit_width),
        Some(LogicalType::Json) => "JSON".to_owned(),
        Some(LogicalType::Bson) => "BSON".to_owned(),
        Some(LogicalType::Uuid) => "UUID".to_owned(),
        Some(LogicalType::Float16) => "FLOAT16".to_owned(),
        Some(LogicalType::Geometry(_)) => "GEOMETRY".to_owned(),
        Some(LogicalType::Geography(_)) => "GEOGRAPHY".to_owned(),
        _ => match (converted, physical_type) {
            (ConvertedType::NONE, Physical::FIXED_LEN_BYTE_ARRAY) => format!("FIXED_LEN_BYTE_ARRAY({type_length})"),
            (ConvertedType::NONE, physical) => physical.to_string(),
            (ConvertedType::UTF8, _) => "STRING".to_owned(),
            (ConvertedType::DECIMAL, _) => format!("DECIMAL({precision}, {scale})"),
            (ConvertedType::TIMESTAMP_MILLIS, _) => "TIMESTAMP(MILLIS, UTC)".to_owned(),
            (ConvertedType::TIMESTAMP_MICROS, _) => "TIMESTAMP(MICROS, UTC)".to_owned(),
            (other, _) => other.to_string().replace('_', ""),
        },
    }
}
