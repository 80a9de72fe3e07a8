//! Which rows a predicate holds for.
//!
//! Owns: SQL's logic over a batch. A comparison with NULL is unknown, what is unknown does not hold, and `Not` holds wherever
//! its inside does not: so nothing needs a third value once a comparison is made. Does not own: how a value stands to
//! another one (`target`).

use super::shown::show;
use super::target::{Target, shown};
use super::text::SCAN;
use super::{Columns, wrong};
use arrow_array::{Array, RecordBatch};
use arrow_buffer::BooleanBuffer;
use model::{Comparison, Error, Predicate, Result, Scalar, common};
use std::cmp::Ordering;
use std::collections::HashSet;

/// Predicates may be nested so deep.
const DEEPEST: usize = 64;

/// A predicate whose columns are found and whose values are made comparable. Columns by their place in the read batch.
#[derive(Debug)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(usize, Comparison, Target),
    /// In lower case.
    Contains(usize, Option<String>),
    In(usize, Members),
    IsNull(usize),
}

/// Values of which one is to be met.
#[derive(Debug)]
pub(super) enum Members {
    Texts(HashSet<String>),
    Wholes(HashSet<i128>),
    Each(Vec<Target>),
}

impl Condition {
    /// Finds the columns.
    ///
    /// # Errors
    /// For a column that is not there, and a value that it cannot be compared with.
    pub(super) fn of(predicate: &Predicate, columns: &mut Columns<'_>) -> Result<Self> {
        Self::nested(predicate, columns, 0)
    }

    fn nested(predicate: &Predicate, columns: &mut Columns<'_>, depth: usize) -> Result<Self> {
        if depth > DEEPEST {
            return Err(Error::new(&SCAN).with("why", "The condition is nested too deep."));
        }
        let mut all = |parts: &[Predicate]| -> Result<Vec<Self>> {
            parts.iter().map(|part| Self::nested(part, columns, depth + 1)).collect()
        };
        Ok(match predicate {
            Predicate::All(parts) => Self::All(all(parts)?),
            Predicate::Any(parts) => Self::Any(all(parts)?),
            Predicate::Not(inner) => Self::Not(Box::new(Self::nested(inner, columns, depth + 1)?)),
            Predicate::Compare(column, Comparison::Contains, value) => {
                let text = if *value == Scalar::Null { None } else { Some(shown(value).to_lowercase()) };
                Self::Contains(columns.find(column)?.0, text)
            }
            Predicate::Compare(column, comparison, value) => {
                let (at, field) = columns.find(column)?;
                Self::Compare(at, *comparison, Target::of(value, field)?)
            }
            Predicate::In(column, values) => {
                let (at, field) = columns.find(column)?;
                Self::In(at, Members::of(values.iter().map(|v| Target::of(v, field)).collect::<Result<_>>()?))
            }
            Predicate::IsNull(column) => Self::IsNull(columns.find(column)?.0),
        })
    }

    /// The rows for which it holds.
    ///
    /// # Errors
    /// For a column without text that is to contain some.
    pub(super) fn holds(&self, batch: &RecordBatch) -> Result<BooleanBuffer> {
        let rows = batch.num_rows();
        Ok(match self {
            Self::All(parts) => {
                let mut out = BooleanBuffer::new_set(rows);
                for part in parts {
                    out = &out & &part.holds(batch)?;
                }
                out
            }
            Self::Any(parts) => {
                let mut out = BooleanBuffer::new_unset(rows);
                for part in parts {
                    out = &out | &part.holds(batch)?;
                }
                out
            }
            Self::Not(inner) => !&inner.holds(batch)?,
            Self::Compare(at, comparison, target) => {
                let orders = target.orders(batch.column(*at));
                BooleanBuffer::collect_bool(rows, |row| orders(row).is_some_and(|order| fits(*comparison, order)))
            }
            Self::Contains(at, text) => match text {
                None => BooleanBuffer::new_unset(rows),
                Some(text) => contains(batch.column(*at), text)?,
            },
            Self::In(at, members) => members.hold(batch.column(*at)),
            Self::IsNull(at) => {
                let nulls = batch.column(*at).logical_nulls();
                nulls.map_or_else(|| BooleanBuffer::new_unset(rows), |nulls| !nulls.inner())
            }
        })
    }
}

fn fits(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        // Never: it is a condition of its own.
        Comparison::Contains => false,
    }
}

fn contains(array: &dyn Array, text: &str) -> Result<BooleanBuffer> {
    let show = show(array).map_err(|e| wrong(&format!("No text can be looked for in this column: {e}.")))?;
    let mut value = String::new();
    Ok(BooleanBuffer::collect_bool(array.len(), |row| {
        if array.is_null(row) {
            return false;
        }
        value.clear();
        show(row, &mut value);
        if value.is_ascii() {
            value.make_ascii_lowercase();
            value.contains(text)
        } else {
            value.to_lowercase().contains(text)
        }
    }))
}

impl Members {
    fn of(targets: Vec<Target>) -> Self {
        // A value between two that the column can hold, and NULL, are never met.
        let targets: Vec<Target> = targets
            .into_iter()
            .filter(|t| !matches!(t, Target::Null | Target::Beyond(_) | Target::Whole(_, false) | Target::Large(_, false)))
            .collect();
        if targets.iter().all(|t| matches!(t, Target::Text(_))) {
            let texts = targets.into_iter().filter_map(|t| if let Target::Text(text) = t { Some(text) } else { None });
            return Self::Texts(texts.collect());
        }
        if targets.iter().all(|t| matches!(t, Target::Whole(..))) {
            let wholes = targets.into_iter().filter_map(|t| if let Target::Whole(n, _) = t { Some(n) } else { None });
            return Self::Wholes(wholes.collect());
        }
        Self::Each(targets)
    }

    fn hold(&self, array: &dyn Array) -> BooleanBuffer {
        match self {
            Self::Texts(texts) => {
                let Some(array) = arrow_array::cast::AsArray::as_string_opt::<i32>(array) else {
                    return BooleanBuffer::new_unset(array.len());
                };
                BooleanBuffer::collect_bool(array.len(), |row| array.is_valid(row) && texts.contains(array.value(row)))
            }
            Self::Wholes(wholes) => {
                let value = super::target::values(array);
                BooleanBuffer::collect_bool(array.len(), |row| value(row).is_some_and(|v| wholes.contains(&v)))
            }
            Self::Each(targets) => {
                let orders: Vec<_> = targets.iter().map(|t| t.orders(array)).collect();
                BooleanBuffer::collect_bool(array.len(), |row| orders.iter().any(|o| o(row) == Some(Ordering::Equal)))
            }
        }
    }
}

/// A kernel's failure, which is ours.
pub(super) fn kernel(error: &arrow_schema::ArrowError) -> Error {
    common::internal(error)
}
