//! A scan as one `SELECT`. Names are quoted, values are parameters, a box is made of numbers.

use super::area::{Area, boxes};
use super::text::{NUL, SCAN};
use super::{identifier, qualified};
use model::{Comparison, Error, Predicate, Result, Scalar, Scan, Sort, Sql};

/// What a session knows of a table, to write a better statement than the scan alone allows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// How the scan's box is compared; None: row by row.
    pub(crate) area: Option<Area>,
    /// Where PostGIS lives; None: wherever the search path finds it.
    pub(crate) postgis: Option<String>,
    /// How a sample is taken.
    pub(crate) sampling: Sampling,
    /// No column of the sort can be NULL.
    pub(crate) sort_never_null: bool,
}

/// How a sample is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Sampling {
    /// Whole blocks: quick, for large tables.
    Blocks,
    /// Row by row: even, for small tables.
    #[default]
    Rows,
    /// For views and foreign tables, which know no `TABLESAMPLE`.
    Random,
}

/// A scan as one statement.
///
/// # Errors
/// What cannot be written.
pub(crate) fn select(scan: &Scan, known: &Known) -> Result<Sql> {
    if scan.table.0.is_empty() {
        return Err(wrong("No table is named."));
    }
    let names = scan.table.0.iter().chain(scan.columns.iter().flatten()).chain(scan.sort.iter().map(|s| &s.column));
    if names.into_iter().any(|n| n.is_empty() || n.contains('\0')) {
        return Err(wrong("A name is empty or holds a NUL character."));
    }
    let mut writer = Writer { params: Vec::new() };
    let columns = match &scan.columns {
        None => "*".to_owned(),
        Some(names) => names.iter().map(|n| identifier(n)).collect::<Vec<_>>().join(", "),
    };
    let mut text = format!("SELECT {columns} FROM {}", qualified(&scan.table));
    let mut conditions = Vec::new();
    if let Some(share) = scan.sample {
        sample(share, known.sampling, &mut text, &mut conditions)?;
    }
    if let Some(predicate) = &scan.predicate {
        conditions.push(writer.predicate(predicate, 0)?);
    }
    if let Some(bbox) = &scan.bbox {
        let area = match &known.area {
            Some(area) => area.clone(),
            None => Area::EachRow { boxes: boxes(bbox)? },
        };
        conditions.push(area.condition(&bbox.column, known.postgis.as_deref()));
    }
    if let Some(after) = &scan.after {
        conditions.push(writer.after(&scan.sort, after, known.sort_never_null)?);
    }
    if !conditions.is_empty() {
        text.push_str(" WHERE ");
        text.push_str(&conditions.join(" AND "));
    }
    if !scan.sort.is_empty() {
        let order: Vec<String> = scan
            .sort
            .iter()
            .map(|s| format!("{} {}", identifier(&s.column), if s.descending { "DESC" } else { "ASC" }))
            .collect();
        text.push_str(" ORDER BY ");
        text.push_str(&order.join(", "));
    }
    if let Some(limit) = scan.limit {
        text.push_str(&format!(" LIMIT {}", limit.min(i64::MAX as u64)));
    }
    Ok(Sql { text, params: writer.params })
}

fn wrong(why: &str) -> Error {
    Error::new(&SCAN).with("why", why)
}

fn sample(share: f64, sampling: Sampling, text: &mut String, conditions: &mut Vec<String>) -> Result<()> {
    if !(share > 0.0 && share < 1.0) {
        return Err(wrong("A sample is a share between 0 and 1."));
    }
    match sampling {
        Sampling::Blocks => text.push_str(&format!(" TABLESAMPLE SYSTEM ({})", share * 100.0)),
        Sampling::Rows => text.push_str(&format!(" TABLESAMPLE BERNOULLI ({})", share * 100.0)),
        Sampling::Random => conditions.push(format!("pg_catalog.random() < {share}")),
    }
    Ok(())
}

/// Conditions may be nested so deep.
const DEEPEST: usize = 64;

struct Writer {
    params: Vec<Scalar>,
}

impl Writer {
    /// The value as a parameter. Numbers and booleans say their type, so that `1.5` can be compared with a whole
    /// number's column; a text takes the type of what it is compared with.
    fn value(&mut self, value: &Scalar) -> Result<String> {
        let suffix = match value {
            Scalar::Null => return Ok("NULL".to_owned()),
            Scalar::Bool(_) => "::bool",
            Scalar::Int(_) => "::int8",
            Scalar::Float(_) => "::float8",
            Scalar::Text(text) if text.contains('\0') => return Err(Error::new(&NUL)),
            Scalar::Text(_) => "",
        };
        self.params.push(value.clone());
        Ok(format!("${}{suffix}", self.params.len()))
    }

    fn predicate(&mut self, predicate: &Predicate, depth: usize) -> Result<String> {
        if depth > DEEPEST {
            return Err(wrong("The condition is nested too deep."));
        }
        Ok(match predicate {
            Predicate::All(parts) => self.joined(parts, " AND ", "true", depth)?,
            Predicate::Any(parts) => self.joined(parts, " OR ", "false", depth)?,
            // Rows for which it is unknown (NULL) do not hold either.
            Predicate::Not(inner) => format!("({}) IS NOT TRUE", self.predicate(inner, depth + 1)?),
            Predicate::Compare(column, Comparison::Contains, value) => self.contains(column, value)?,
            Predicate::Compare(column, comparison, value) => {
                format!("{} {} {}", identifier(column), operator(*comparison), self.value(value)?)
            }
            Predicate::In(_, values) if values.is_empty() => "false".to_owned(),
            Predicate::In(column, values) => {
                let values: Vec<String> = values.iter().map(|v| self.value(v)).collect::<Result<_>>()?;
                format!("{} IN ({})", identifier(column), values.join(", "))
            }
            Predicate::IsNull(column) => format!("{} IS NULL", identifier(column)),
        })
    }

    fn joined(&mut self, parts: &[Predicate], by: &str, empty: &str, depth: usize) -> Result<String> {
        let parts: Vec<String> = parts.iter().map(|p| self.predicate(p, depth + 1)).collect::<Result<_>>()?;
        Ok(if parts.is_empty() { empty.to_owned() } else { format!("({})", parts.join(by)) })
    }

    fn contains(&mut self, column: &str, value: &Scalar) -> Result<String> {
        let text = match value {
            Scalar::Null => return Ok("NULL".to_owned()),
            Scalar::Bool(b) => b.to_string(),
            Scalar::Int(n) => n.to_string(),
            Scalar::Float(n) => n.to_string(),
            Scalar::Text(text) => text.clone(),
        };
        let pattern = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let parameter = self.value(&Scalar::Text(format!("%{pattern}%")))?;
        Ok(format!("{}::text ILIKE {parameter}", identifier(column)))
    }

    /// Behind a row in the order of `sort`: ascending has NULLs last, descending has them first.
    fn after(&mut self, sort: &[Sort], values: &[Scalar], never_null: bool) -> Result<String> {
        if sort.is_empty() || sort.len() != values.len() {
            return Err(wrong("To go on behind a row, there has to be one value for each column of the order."));
        }
        let one_way = sort.iter().all(|s| s.descending == sort[0].descending);
        if never_null && one_way && !values.contains(&Scalar::Null) {
            // One comparison of rows, which an index answers.
            let columns: Vec<String> = sort.iter().map(|s| identifier(&s.column)).collect();
            let values: Vec<String> = values.iter().map(|v| self.value(v)).collect::<Result<_>>()?;
            let operator = if sort[0].descending { "<" } else { ">" };
            return Ok(format!("({}) {operator} ({})", columns.join(", "), values.join(", ")));
        }
        let mut ways = Vec::new();
        for last in 0..sort.len() {
            let mut parts = Vec::new();
            for (sort, value) in sort.iter().zip(values).take(last) {
                parts.push(match value {
                    Scalar::Null => format!("{} IS NULL", identifier(&sort.column)),
                    value => format!("{} = {}", identifier(&sort.column), self.value(value)?),
                });
            }
            let column = identifier(&sort[last].column);
            parts.push(match (&values[last], sort[last].descending) {
                (Scalar::Null, false) => "false".to_owned(),
                (Scalar::Null, true) => format!("{column} IS NOT NULL"),
                (value, false) if never_null => format!("{column} > {}", self.value(value)?),
                (value, false) => format!("({column} > {} OR {column} IS NULL)", self.value(value)?),
                (value, true) => format!("{column} < {}", self.value(value)?),
            });
            ways.push(format!("({})", parts.join(" AND ")));
        }
        Ok(format!("({})", ways.join(" OR ")))
    }
}

fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Contains => "~~*",
    }
}
