//! The contract's view of SQLite's SQL. Files of other formats (a path of one name) have none.

use super::functions::TEXT;
use super::kinds::statements;
use super::open::identifier;
use super::select::select;
use super::shape::Declared;
use model::{Column, Dialect, DialectWords, Path, Profile, Result, Scan, Sql, StatementKind};

/// How SQL is written for SQLite files.
pub(in crate::local) struct SqliteDialect;

/// Buckets of a histogram.
const BUCKETS: u32 = 24;

fn qualified(path: &Path) -> String {
    path.0.iter().map(|name| identifier(name)).collect::<Vec<_>>().join(".")
}

fn sql(text: String) -> Sql {
    Sql { text, params: Vec::new() }
}

impl Dialect for SqliteDialect {
    fn quote(&self, path: &Path) -> String {
        qualified(path)
    }

    fn kinds(&self, sql: &str) -> Result<Vec<StatementKind>> {
        Ok(statements(sql)?.into_iter().map(|s| s.kind).collect())
    }

    fn select(&self, scan: &Scan) -> Result<Sql> {
        select(scan, None)
    }

    fn words(&self) -> DialectWords {
        DialectWords {
            keywords: "select from where group by order having limit offset with recursive as join left right full inner outer cross natural on using union intersect except all distinct case when then else end and or not null is in like glob between exists collate cast values window over partition nulls first last explain query plan",
            types: "integer real text blob numeric boolean date datetime",
            functions: "count sum total avg min max group_concat coalesce ifnull nullif iif abs round length lower upper substr trim replace instr printf format typeof date time datetime julianday strftime json_extract row_number rank lag lead",
            identifier_quotes: "\"`",
            dollar_quotes: false,
            backslash_escapes: false,
            hash_comments: false,
        }
    }

    fn count(&self, scan: &Scan) -> Option<Sql> {
        let Sql { text, params } = self.select(scan).ok()?;
        Some(Sql { text: format!("SELECT count(*) FROM (\n{text}\n)"), params })
    }

    fn profile(&self, table: &Path, column: &Column) -> Option<Profile> {
        let [_, _] = table.0.as_slice() else { return None };
        let (from, c) = (qualified(table), format!("t.{}", identifier(&column.name)));
        let declared = Declared::of(&column.type_name);
        if !ordered(&column.type_name) {
            let text = format!("SELECT count(*), count(*) - count({c}), NULL, NULL, NULL, NULL FROM {from} AS t");
            return Some(Profile { summary: sql(text), top: None, histogram: None });
        }
        let numeric = matches!(declared, Declared::Integer | Declared::Real | Declared::Number);
        let mean = if numeric { format!("avg({c})") } else { "NULL".to_owned() };
        let summary = format!(
            "SELECT count(*), count(*) - count({c}), count(DISTINCT {c}), {TEXT}(min({c})), {TEXT}(max({c})), {mean} FROM {from} AS t"
        );
        let top = format!(
            "SELECT {TEXT}({c}), count(*) FROM {from} AS t WHERE {c} IS NOT NULL GROUP BY {c} ORDER BY count(*) DESC, {c} LIMIT 10"
        );
        let value = match declared {
            Declared::Date | Declared::Moment => Some(format!("julianday({c})")),
            _ => numeric.then_some(c),
        };
        Some(Profile { summary: sql(summary), top: Some(sql(top)), histogram: value.map(|value| histogram(&from, &value)) })
    }

    fn save_as(&self, _: &Path, _: &str) -> Option<Sql> {
        None
    }
}

/// Bytes and geometries have no order that means something.
fn ordered(type_name: &str) -> bool {
    const GEOMETRIES: &[&str] = &[
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
        "CURVE",
        "SURFACE",
    ];
    let name = type_name.to_ascii_uppercase();
    Declared::of(&name) != Declared::Blob && !GEOMETRIES.contains(&name.as_str())
}

/// What is no number is left out, also a text among numbers. Halves are compared: the whole range may be too wide for a number.
fn histogram(from: &str, value: &str) -> Sql {
    const LARGEST: &str = "1.7976931348623157e308";
    let finite = format!("typeof({value}) IN ('integer', 'real') AND {value} BETWEEN -{LARGEST} AND {LARGEST}");
    sql(format!(
        "WITH b AS MATERIALIZED (SELECT min({value}) / 2.0 AS low, max({value}) / 2.0 AS high FROM {from} AS t WHERE {finite}) \
         SELECT CASE WHEN b.high > b.low THEN min({last}, CAST(({value} / 2.0 - b.low) / (b.high - b.low) * {BUCKETS} AS INTEGER)) ELSE 0 END \
         AS bucket, count(*) FROM b CROSS JOIN {from} AS t WHERE {finite} GROUP BY 1 ORDER BY 1",
        last = BUCKETS - 1
    ))
}
