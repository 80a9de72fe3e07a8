//! From what a person sees (columns, conditions, an order) to a scan. What cannot be is said before anything is sent.

use super::text::{NO_BOOL, NO_COLUMN, NO_NUMBER, NO_ORDER, NO_TIME};
use crate::explorer::cells;
use crate::views::{CellKind, ColumnView, FilterOp, FilterView, SortView};
use model::{Comparison, Error, FieldId, Predicate, Result, Scalar, Scan, Sort, Table, Text};

/// The scan of a table.
///
/// # Errors
/// What is wrong with a column, a value, an order; with the column as its field.
pub(crate) fn scan_of(table: &Table, columns: Option<&[String]>, filter: &[FilterView], sort: &[SortView]) -> Result<Scan> {
    let known = cells::described(table);
    let find = |name: &str| known.iter().find(|c| c.name == name).ok_or_else(|| about(&NO_COLUMN, name));
    for name in columns.into_iter().flatten() {
        find(name)?;
    }
    let all = || table.columns.iter().map(|c| c.name.clone()).collect();
    let mut conditions = Vec::new();
    for one in filter {
        conditions.push(condition(find(&one.column)?, one)?);
    }
    let mut order: Vec<Sort> = Vec::new();
    for one in sort {
        let column = find(&one.column)?;
        if !column.sorts {
            return Err(about(&NO_ORDER, &column.name).with("type", &column.type_name));
        }
        if order.iter().all(|s| s.column != one.column) {
            order.push(Sort { column: one.column.clone(), descending: one.descending });
        }
    }
    Ok(Scan {
        table: table.path.clone(),
        columns: Some(columns.map_or_else(all, <[String]>::to_vec)),
        predicate: (!conditions.is_empty()).then_some(Predicate::All(conditions)),
        sort: order,
        ..Scan::default()
    })
}

fn about(text: &'static Text, column: &str) -> Error {
    Error::new(text).with("column", column).field(FieldId::named(column))
}

fn condition(column: &ColumnView, filter: &FilterView) -> Result<Predicate> {
    let name = column.name.clone();
    let comparison = match filter.op {
        FilterOp::Null => return Ok(Predicate::IsNull(name)),
        FilterOp::NotNull => return Ok(Predicate::Not(Box::new(Predicate::IsNull(name)))),
        FilterOp::Equal => Comparison::Equal,
        FilterOp::NotEqual => Comparison::NotEqual,
        FilterOp::Less => Comparison::Less,
        FilterOp::LessOrEqual => Comparison::LessOrEqual,
        FilterOp::Greater => Comparison::Greater,
        FilterOp::GreaterOrEqual => Comparison::GreaterOrEqual,
        FilterOp::Contains => Comparison::Contains,
    };
    if !column.filters {
        return Err(about(&NO_ORDER, &column.name).with("type", &column.type_name));
    }
    let value = match comparison {
        Comparison::Contains => Scalar::Text(filter.value.clone()),
        _ => value(column, &filter.value)?,
    };
    Ok(Predicate::Compare(name, comparison, value))
}

/// The text as a value of the column's type.
fn value(column: &ColumnView, text: &str) -> Result<Scalar> {
    let trimmed = text.trim();
    let wrong = |words: &'static Text| about(words, &column.name).with("value", text);
    match column.kind {
        CellKind::Number => number(trimmed).ok_or_else(|| wrong(&NO_NUMBER)),
        CellKind::Bool => match trimmed.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "1" => Ok(Scalar::Bool(true)),
            "false" | "f" | "no" | "0" => Ok(Scalar::Bool(false)),
            _ => Err(wrong(&NO_BOOL)),
        },
        CellKind::Time => {
            let (sort, example) = moment(&column.type_name);
            match is_moment(trimmed, sort) {
                true => Ok(Scalar::Text(trimmed.to_owned())),
                false => Err(wrong(&NO_TIME).with("sort", sort).with("example", example)),
            }
        }
        _ => Ok(Scalar::Text(text.to_owned())),
    }
}

/// A whole number as such; one that a floating number holds exactly enough as that; any other in its own digits.
fn number(text: &str) -> Option<Scalar> {
    if let Ok(n) = text.parse::<i64>() {
        return Some(Scalar::Int(n));
    }
    let n: f64 = text.parse().ok()?;
    let digits = text.chars().filter(char::is_ascii_digit).count();
    Some(if digits <= 15 || !n.is_finite() { Scalar::Float(n) } else { Scalar::Text(text.to_owned()) })
}

fn moment(type_name: &str) -> (&'static str, &'static str) {
    let name = type_name.to_ascii_lowercase();
    if name.starts_with("time") && !name.starts_with("timestamp") {
        ("time of day", "13:45 or 13:45:30")
    } else if name.starts_with("date") && !name.starts_with("datetime") {
        ("date", "2024-02-29")
    } else {
        ("date and time", "2024-02-29 or 2024-02-29 13:45:30")
    }
}

/// Looks like one: what exactly is right, the warehouse knows.
fn is_moment(text: &str, sort: &str) -> bool {
    if matches!(text.trim_start_matches('-').to_ascii_lowercase().as_str(), "infinity") {
        return true;
    }
    let digits = |part: Option<&str>| part.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    if sort == "time of day" {
        let mut parts = text.splitn(3, ':');
        return digits(parts.next()) && parts.next().is_some_and(|m| m.len() >= 2 && digits(m.get(..2)));
    }
    let mut parts = text.splitn(3, '-');
    let (year, month, rest) = (parts.next(), parts.next(), parts.next());
    let day = rest.map(|r| r.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
    digits(year) && digits(month) && digits(day) && year.is_some_and(|y| y.len() >= 4)
}
