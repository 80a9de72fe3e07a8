//! The same scan, done in the simplest way there is: row by row, over plain values. Only to hold the real one against it.

use model::{Comparison, Predicate, Scalar, Scan};
use std::cmp::Ordering;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Whole(i64),
    Float(f64),
    /// Hundredths.
    Decimal(i64),
    Text(String),
    Bool(bool),
    /// Seconds since 1970.
    Time(i64),
    Point([f64; 2]),
}

/// The columns' names, and rows.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) names: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Value>>,
}

/// Texts of times that are compared with, and what they mean.
pub(super) const TIMES: [(&str, i64); 4] = [
    ("1970-01-01", 0),
    ("1999-12-31 23:59:59", 946_684_799),
    ("2024-02-29T12:00:00Z", 1_709_208_000),
    ("0001-01-01", -62_135_596_800),
];

fn number(a: f64, b: f64) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => a.partial_cmp(&b).unwrap(),
    }
}

fn as_number(scalar: &Scalar) -> f64 {
    match scalar {
        Scalar::Int(n) => *n as f64,
        Scalar::Float(n) => *n,
        Scalar::Text(text) => text.parse().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// None: unknown.
fn against(value: &Value, scalar: &Scalar) -> Option<Ordering> {
    if *value == Value::Null || *scalar == Scalar::Null {
        return None;
    }
    Some(match value {
        Value::Whole(n) => number(*n as f64, as_number(scalar)),
        Value::Float(n) => number(*n, as_number(scalar)),
        Value::Decimal(n) => number(*n as f64 / 100.0, as_number(scalar)),
        Value::Text(text) => match scalar {
            Scalar::Text(other) => text.as_bytes().cmp(other.as_bytes()),
            other => panic!("{other:?}"),
        },
        Value::Bool(b) => match scalar {
            Scalar::Bool(other) => b.cmp(other),
            other => panic!("{other:?}"),
        },
        Value::Time(seconds) => match scalar {
            Scalar::Text(text) => seconds.cmp(&TIMES.iter().find(|t| t.0 == text).unwrap().1),
            other => panic!("{other:?}"),
        },
        Value::Null | Value::Point(_) => panic!("no order"),
    })
}

fn text(value: &Value) -> String {
    match value {
        Value::Whole(n) => n.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bool(b) => b.to_string(),
        other => panic!("{other:?}"),
    }
}

impl Table {
    fn at(&self, name: &str) -> usize {
        self.names.iter().position(|n| *n == name).unwrap()
    }

    fn holds(&self, row: &[Value], predicate: &Predicate) -> bool {
        match predicate {
            Predicate::All(parts) => parts.iter().all(|p| self.holds(row, p)),
            Predicate::Any(parts) => parts.iter().any(|p| self.holds(row, p)),
            Predicate::Not(inner) => !self.holds(row, inner),
            Predicate::IsNull(column) => row[self.at(column)] == Value::Null,
            Predicate::In(column, values) => values.iter().any(|v| against(&row[self.at(column)], v) == Some(Ordering::Equal)),
            Predicate::Compare(column, Comparison::Contains, Scalar::Text(part)) => {
                let value = &row[self.at(column)];
                *value != Value::Null && text(value).to_lowercase().contains(&part.to_lowercase())
            }
            Predicate::Compare(column, how, scalar) => {
                let Some(order) = against(&row[self.at(column)], scalar) else { return false };
                match how {
                    Comparison::Equal => order == Ordering::Equal,
                    Comparison::NotEqual => order != Ordering::Equal,
                    Comparison::Less => order == Ordering::Less,
                    Comparison::LessOrEqual => order != Ordering::Greater,
                    Comparison::Greater => order == Ordering::Greater,
                    Comparison::GreaterOrEqual => order != Ordering::Less,
                    Comparison::Contains => panic!("contains text only"),
                }
            }
        }
    }

    /// The numbers of the rows that the scan gives, in its order. No sample.
    pub(super) fn scan(&self, scan: &Scan) -> Vec<usize> {
        let mut found: Vec<usize> = (0..self.rows.len())
            .filter(|n| scan.predicate.as_ref().is_none_or(|p| self.holds(&self.rows[*n], p)))
            .filter(|n| {
                let Some(bbox) = &scan.bbox else { return true };
                let Value::Point([x, y]) = self.rows[*n][self.at(&bbox.column)] else { return false };
                let [west, south, east, north] = bbox.degrees;
                let across = if west <= east { x >= west && x <= east } else { x >= west || x <= east };
                across && y >= south && y <= north
            })
            .collect();
        if let Some(after) = &scan.after {
            found.retain(|n| self.is_behind(&self.rows[*n], scan, after));
        }
        found.sort_by(|a, b| {
            let mut order = Ordering::Equal;
            for sort in &scan.sort {
                let (a, b) = (&self.rows[*a][self.at(&sort.column)], &self.rows[*b][self.at(&sort.column)]);
                let one = between(a, b);
                order = order.then(if sort.descending { one.reverse() } else { one });
            }
            order
        });
        found.truncate(usize::try_from(scan.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX));
        found
    }

    fn is_behind(&self, row: &[Value], scan: &Scan, after: &[Scalar]) -> bool {
        for (sort, scalar) in scan.sort.iter().zip(after) {
            let value = &row[self.at(&sort.column)];
            let order = match (value, scalar) {
                (Value::Null, Scalar::Null) => Ordering::Equal,
                (Value::Null, _) => Ordering::Less,
                (_, Scalar::Null) => Ordering::Greater,
                _ => against(value, scalar).unwrap(),
            };
            match if sort.descending { order.reverse() } else { order } {
                Ordering::Equal => {}
                order => return order == Ordering::Greater,
            }
        }
        false
    }
}

/// NULL before everything.
fn between(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Float(a), Value::Float(b)) => number(*a, *b),
        (Value::Whole(a), Value::Whole(b)) | (Value::Decimal(a), Value::Decimal(b)) | (Value::Time(a), Value::Time(b)) => {
            a.cmp(b)
        }
        (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        other => panic!("{other:?}"),
    }
}
