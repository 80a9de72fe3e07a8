//! A column's statistics as statements. The column's type is known by its name only; a type that is not known is compared by
//! the text that the server prints of it.

use super::{identifier, qualified};
use model::{Column, Path, Profile, Sql};

/// Bars of a histogram.
const BARS: usize = 24;
/// Most frequent values.
const TOP: usize = 10;

/// What can be asked of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Number,
    /// A date or an instant.
    Moment,
    /// It has an order and nothing to calculate with.
    Ordered,
    Geometry,
    /// True or false: no smallest, no largest.
    Flag,
    Other,
}

fn sort(type_name: &str) -> Sort {
    let bare = type_name.split('(').next().unwrap_or_default().trim();
    match bare {
        "smallint" | "integer" | "bigint" | "real" | "double precision" | "numeric" => Sort::Number,
        "date" => Sort::Moment,
        "boolean" => Sort::Flag,
        _ if type_name.ends_with(']') => Sort::Other,
        _ if bare == "timestamp" || type_name.starts_with("timestamp ") || type_name.starts_with("timestamp(") => Sort::Moment,
        "text" | "character varying" | "character" | "interval" | "money" | "inet" | "cidr" | "citext" | "name" | "oid"
        | "pg_lsn" => Sort::Ordered,
        _ if bare == "time" || type_name.starts_with("time ") => Sort::Ordered,
        "geometry" | "geography" => Sort::Geometry,
        _ => Sort::Other,
    }
}

fn sql(text: String) -> Sql {
    Sql { text, params: Vec::new() }
}

/// A number that can be calculated with: a mean of what is not finite says nothing, and what is too large cannot be added up.
fn usable(type_name: &str, name: &str) -> String {
    if matches!(type_name, "smallint" | "integer" | "bigint") {
        format!("{name} IS NOT NULL")
    } else {
        format!("({name} > -1e150 AND {name} < 1e150)")
    }
}

/// The statements for one column.
pub(super) fn profile(table: &Path, column: &Column) -> Profile {
    let (from, name) = (qualified(table), identifier(&column.name));
    let sort = sort(&column.type_name);
    let printed = format!("CASE WHEN {name} IS DISTINCT FROM NULL THEN pg_catalog.concat({name}) END");
    let (distinct, least, greatest) = match sort {
        Sort::Geometry => ("NULL::int8".to_owned(), "NULL".to_owned(), "NULL".to_owned()),
        Sort::Flag => (format!("pg_catalog.count(DISTINCT {name})"), "NULL".to_owned(), "NULL".to_owned()),
        Sort::Other => (format!("pg_catalog.count(DISTINCT {printed})"), "NULL".to_owned(), "NULL".to_owned()),
        _ => (format!("pg_catalog.count(DISTINCT {name})"), format!("pg_catalog.min({name})"), format!("pg_catalog.max({name})")),
    };
    let mean = match sort {
        Sort::Number => {
            let usable = usable(&column.type_name, &name);
            format!(
                "CASE WHEN pg_catalog.bool_and({name} IS NULL OR {usable}) THEN (pg_catalog.avg({name}) FILTER (WHERE {usable}))::float8 END"
            )
        }
        _ => "NULL::float8".to_owned(),
    };
    let rows = format!("pg_catalog.count(*) AS rows, pg_catalog.count(*) - pg_catalog.count({name}) AS nulls");
    let summary =
        format!("SELECT {rows}, {distinct} AS distinct, {least} AS least, {greatest} AS greatest, {mean} AS mean FROM {from}");
    let value = match sort {
        Sort::Geometry => geometry_type(&name),
        Sort::Other => printed,
        _ => name.clone(),
    };
    let top =
        format!("SELECT {value} AS value, pg_catalog.count(*) AS count FROM {from} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {TOP}");
    Profile { summary: sql(summary), top: Some(sql(top)), histogram: histogram(sort, column, &name, &from).map(sql) }
}

/// The type's name from the second byte of the geometry's own bytes: that needs no function of PostGIS, wherever it lives.
fn geometry_type(name: &str) -> String {
    const NAMES: [&str; 17] = [
        "Point",
        "LineString",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
        "CircularString",
        "CompoundCurve",
        "CurvePolygon",
        "MultiCurve",
        "MultiSurface",
        "Curve",
        "Surface",
        "PolyhedralSurface",
        "TIN",
        "Triangle",
    ];
    let names: Vec<String> = NAMES.iter().enumerate().map(|(at, name)| format!("WHEN {} THEN '{name}'", at + 1)).collect();
    format!("CASE pg_catalog.get_byte({name}::bytea, 1) {} END", names.join(" "))
}

fn histogram(sort: Sort, column: &Column, name: &str, from: &str) -> Option<String> {
    let value = match sort {
        Sort::Number => format!("CASE WHEN {} THEN {name}::float8 END", usable(&column.type_name, name)),
        Sort::Moment => {
            format!("CASE WHEN pg_catalog.isfinite({name}) THEN EXTRACT(epoch FROM {name})::float8 END")
        }
        _ => return None,
    };
    Some(format!(
        "WITH v AS (SELECT {value} AS v FROM {from}), e AS (SELECT pg_catalog.min(v) AS l, pg_catalog.max(v) AS g FROM v) \
         SELECT CASE WHEN e.l = e.g THEN 0 ELSE least(pg_catalog.width_bucket(v.v, e.l, e.g, {BARS}), {BARS}) - 1 END AS bucket, \
         pg_catalog.count(*) AS count FROM v, e WHERE v.v IS NOT NULL GROUP BY 1 ORDER BY 1"
    ))
}
