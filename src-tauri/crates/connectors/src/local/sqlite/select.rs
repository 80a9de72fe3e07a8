//! A scan as one `SELECT`. Names are quoted, values are parameters.
//!
//! A value is compared as the column keeps it: a number with numbers, a time in the form in which the column writes its times.
//! A column of values of several kinds is compared and sorted by their texts, as it is shown. NULLs come first, as SQLite has it.

use super::functions::{CONTAINS, MEETS, TEXT};
use super::known::Known;
use super::moment;
use super::open::identifier;
use super::shape::Shape;
use crate::local::evaluate::{NO_COLUMN, SCAN};
use model::{Comparison, Error, Predicate, Result, Scalar, Scan, Sort, Sql};

/// A table that is known.
pub(super) struct Target<'a> {
    pub(super) known: &'a Known,
    pub(super) shapes: &'a [Shape],
    /// What certainly holds every geometry that meets the scan's box, in the column's own units.
    pub(super) covering: Option<[f64; 4]>,
}

/// A scan as one statement. Without a known table it is right as far as the columns keep to what they declare; a box is none
/// that SQLite knows.
///
/// # Errors
/// What cannot be written.
pub(super) fn select(scan: &Scan, target: Option<&Target<'_>>) -> Result<Sql> {
    let [file, table] = scan.table.0.as_slice() else {
        return Err(wrong("Only the tables of GeoPackages, SQLite files and the samples can be written in SQL."));
    };
    let names = scan.columns.iter().flatten().chain(scan.sort.iter().map(|s| &s.column));
    if [file, table].into_iter().chain(names).any(|n| n.contains('\0')) {
        return Err(wrong("A name holds a NUL character."));
    }
    let mut writer = Writer { params: Vec::new(), target };
    let columns = match (&scan.columns, target) {
        (Some(names), _) if names.is_empty() => "NULL".to_owned(),
        (Some(names), _) => names.iter().map(|n| writer.column(n).map(|_| identifier(n))).collect::<Result<Vec<_>>>()?.join(", "),
        (None, Some(target)) => target.known.columns.iter().map(|c| identifier(&c.name)).collect::<Vec<_>>().join(", "),
        (None, None) => "*".to_owned(),
    };
    let mut text = format!("SELECT {columns} FROM {}.{}", identifier(file), identifier(table));
    let conditions = writer.conditions(scan, file)?;
    if !conditions.is_empty() {
        text.push_str(" WHERE ");
        text.push_str(&conditions.join(" AND "));
    }
    if !scan.sort.is_empty() {
        let order = |s: &Sort| Ok(format!("{} {}", writer.key(&s.column)?, if s.descending { "DESC" } else { "ASC" }));
        text.push_str(" ORDER BY ");
        text.push_str(&scan.sort.iter().map(order).collect::<Result<Vec<_>>>()?.join(", "));
    }
    if let Some(limit) = scan.limit {
        text.push_str(&format!(" LIMIT {}", limit.min(i64::MAX as u64)));
    }
    Ok(Sql { text, params: writer.params })
}

fn wrong(why: &str) -> Error {
    Error::new(&SCAN).with("why", why)
}

/// Conditions may be nested so deep.
const DEEPEST: usize = 64;

struct Writer<'a> {
    params: Vec<Scalar>,
    target: Option<&'a Target<'a>>,
}

impl Writer<'_> {
    fn conditions(&mut self, scan: &Scan, file: &str) -> Result<Vec<String>> {
        let mut out = Vec::new();
        if let Some(share) = scan.sample {
            if !(share > 0.0 && share < 1.0) {
                return Err(wrong("A sample is a share between 0 and 1."));
            }
            out.push(format!("(random() & 1048575) < {:.0}", (share * 1_048_576.0).ceil()));
        }
        if let Some(predicate) = &scan.predicate {
            out.push(self.predicate(predicate, 0)?);
        }
        if let Some(bbox) = &scan.bbox {
            out.extend(self.area(&bbox.column, file)?);
        }
        if let Some(after) = &scan.after {
            out.push(self.after(&scan.sort, after)?);
        }
        Ok(out)
    }

    /// The column's shape, when the table is known.
    fn column(&self, name: &str) -> Result<Option<Shape>> {
        let Some(target) = self.target else { return Ok(None) };
        let at = target.known.position(name).ok_or_else(|| Error::new(&NO_COLUMN).with("column", name))?;
        Ok(target.shapes.get(at).copied())
    }

    /// A column as it is compared and sorted.
    fn key(&self, name: &str) -> Result<String> {
        let quoted = identifier(name);
        Ok(if self.column(name)? == Some(Shape::Any) { format!("{TEXT}({quoted})") } else { quoted })
    }

    /// The value as a parameter, as the column keeps such values.
    fn value(&mut self, column: &str, value: &Scalar) -> Result<String> {
        let shape = self.column(column)?;
        let unfit = |what: &str| wrong(&format!("“{}” is compared with the column {column}, which holds {what}.", shown(value)));
        let kept = match (shape, value) {
            (_, Scalar::Null) => return Ok("NULL".to_owned()),
            (Some(Shape::Int | Shape::Float), Scalar::Text(text)) => number(text).ok_or_else(|| unfit("numbers"))?,
            (Some(Shape::Int | Shape::Float), Scalar::Bool(_)) => return Err(unfit("numbers")),
            (Some(Shape::Bool), Scalar::Text(text)) => match text.to_ascii_lowercase().as_str() {
                "t" | "true" | "1" => Scalar::Int(1),
                "f" | "false" | "0" => Scalar::Int(0),
                _ => return Err(unfit("true and false")),
            },
            (Some(Shape::Date), Scalar::Text(text)) => {
                let days = moment::wanted(text).map(|micros| micros.div_euclid(86_400_000_000));
                let date = days.and_then(|days| i32::try_from(days).ok()).and_then(moment::write_date);
                Scalar::Text(date.ok_or_else(|| unfit("dates"))?)
            }
            (Some(Shape::Moment(form)), Scalar::Text(text)) => {
                Scalar::Text(moment::wanted(text).and_then(|micros| form.write(micros)).ok_or_else(|| unfit("times"))?)
            }
            (Some(Shape::Date | Shape::Moment(_)), _) => return Err(unfit("dates and times")),
            (Some(Shape::Text | Shape::Any), value) => Scalar::Text(shown(value)),
            (Some(Shape::Binary | Shape::Geometry), _) => return Err(unfit("bytes")),
            (_, value) => value.clone(),
        };
        self.params.push(kept);
        Ok(format!("${}", self.params.len()))
    }

    fn predicate(&mut self, predicate: &Predicate, depth: usize) -> Result<String> {
        if depth > DEEPEST {
            return Err(wrong("The condition is nested too deep."));
        }
        Ok(match predicate {
            Predicate::All(parts) => self.joined(parts, " AND ", "TRUE", depth)?,
            Predicate::Any(parts) => self.joined(parts, " OR ", "FALSE", depth)?,
            // Rows for which it is unknown (NULL) do not hold either.
            Predicate::Not(inner) => format!("(({}) IS NOT TRUE)", self.predicate(inner, depth + 1)?),
            Predicate::Compare(column, Comparison::Contains, value) => {
                self.column(column)?;
                let text = match value {
                    Scalar::Null => return Ok("NULL".to_owned()),
                    value => Scalar::Text(shown(value)),
                };
                self.params.push(text);
                format!("{CONTAINS}({}, ${})", identifier(column), self.params.len())
            }
            Predicate::Compare(column, comparison, value) => {
                format!("{} {} {}", self.key(column)?, operator(*comparison), self.value(column, value)?)
            }
            Predicate::In(column, values) if values.is_empty() => {
                self.column(column)?;
                "FALSE".to_owned()
            }
            Predicate::In(column, values) => {
                let values: Vec<String> = values.iter().map(|v| self.value(column, v)).collect::<Result<_>>()?;
                format!("{} IN ({})", self.key(column)?, values.join(", "))
            }
            Predicate::IsNull(column) => {
                self.column(column)?;
                format!("{} IS NULL", identifier(column))
            }
        })
    }

    fn joined(&mut self, parts: &[Predicate], by: &str, empty: &str, depth: usize) -> Result<String> {
        let parts: Vec<String> = parts.iter().map(|p| self.predicate(p, depth + 1)).collect::<Result<_>>()?;
        Ok(if parts.is_empty() { empty.to_owned() } else { format!("({})", parts.join(by)) })
    }

    /// The R-tree first, where there is one; then each row's own box.
    fn area(&self, column: &str, file: &str) -> Result<Vec<String>> {
        let Some(target) = self.target else { return Err(wrong("A box is none of SQLite's conditions.")) };
        self.column(column)?;
        let quoted = identifier(column);
        let field = target.known.position(column).and_then(|at| target.known.columns.get(at));
        let Some(geometry) = field.and_then(|f| f.geometry.as_ref()) else {
            return Err(wrong(&format!("The column {column} holds no geometry.")));
        };
        let mut out = Vec::new();
        if let (Some(index), Some(rowid), Some([west, south, east, north])) =
            (&geometry.index, &target.known.rowid, target.covering)
        {
            out.push(format!(
                "{} IN (SELECT id FROM {}.{} WHERE minx <= {east:?} AND maxx >= {west:?} AND miny <= {north:?} AND maxy >= {south:?})",
                identifier(rowid),
                identifier(file),
                identifier(index)
            ));
        }
        out.push(format!("{MEETS}({quoted})"));
        Ok(out)
    }

    /// Behind a row in the order of `sort`: NULLs come first ascending, last descending.
    fn after(&mut self, sort: &[Sort], values: &[Scalar]) -> Result<String> {
        if sort.is_empty() || sort.len() != values.len() {
            return Err(wrong("To go on behind a row, there has to be one value for each column of the order."));
        }
        let never_null = |column: &str| {
            let known = self.target.map(|t| t.known);
            known.and_then(|k| k.columns.iter().find(|c| c.name == column)).is_some_and(|c| !c.nullable)
        };
        let sure: Vec<bool> = sort.iter().map(|s| never_null(&s.column)).collect();
        let one_way = sort.iter().all(|s| s.descending == sort[0].descending);
        if sure.iter().all(|sure| *sure) && one_way && !values.contains(&Scalar::Null) {
            // One comparison of rows, which an index answers.
            let columns: Vec<String> = sort.iter().map(|s| self.key(&s.column)).collect::<Result<_>>()?;
            let values: Vec<String> = sort.iter().zip(values).map(|(s, v)| self.value(&s.column, v)).collect::<Result<_>>()?;
            let operator = if sort[0].descending { "<" } else { ">" };
            return Ok(format!("({}) {operator} ({})", columns.join(", "), values.join(", ")));
        }
        let mut ways = Vec::new();
        for last in 0..sort.len() {
            let mut parts = Vec::new();
            for (sort, value) in sort.iter().zip(values).take(last) {
                let column = self.key(&sort.column)?;
                parts.push(match value {
                    Scalar::Null => format!("{column} IS NULL"),
                    value => format!("{column} = {}", self.value(&sort.column, value)?),
                });
            }
            let column = self.key(&sort[last].column)?;
            parts.push(match (&values[last], sort[last].descending) {
                (Scalar::Null, true) => "FALSE".to_owned(),
                (Scalar::Null, false) => format!("{column} IS NOT NULL"),
                (value, false) => format!("{column} > {}", self.value(&sort[last].column, value)?),
                (value, true) if sure[last] => format!("{column} < {}", self.value(&sort[last].column, value)?),
                (value, true) => format!("({column} < {} OR {column} IS NULL)", self.value(&sort[last].column, value)?),
            });
            ways.push(format!("({})", parts.join(" AND ")));
        }
        Ok(format!("({})", ways.join(" OR ")))
    }
}

/// A number as text, as SQLite would keep it.
fn number(text: &str) -> Option<Scalar> {
    let text = text.trim();
    let whole = text.parse::<i64>().ok().map(Scalar::Int);
    whole.or_else(|| text.parse::<f64>().ok().map(Scalar::Float))
}

fn shown(value: &Scalar) -> String {
    match value {
        Scalar::Null => String::new(),
        Scalar::Bool(b) => b.to_string(),
        Scalar::Int(n) => n.to_string(),
        Scalar::Float(n) => format!("{n:?}"),
        Scalar::Text(text) => text.clone(),
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
        // Written as a function.
        Comparison::Contains => "LIKE",
    }
}
