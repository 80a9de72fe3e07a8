//! A column's statistics from its values as they stream by, in bounded memory: exact up to 100,000 distinct values, from
//! there on how many there are is estimated (HyperLogLog) and which are frequent is not told.

use super::{BARS, Kept, short, worth_showing};
use crate::explorer::cells::{self, Cells, Form};
use crate::views::CellKind;
use arrow_array::RecordBatch;
use arrow_schema::Schema;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// So many distinct values are told from each other.
const EXACT: usize = 100_000;
/// Registers of the estimate are 2 to the power of this: it is off by about 1.6 %.
const BITS: u32 = 12;

/// A value that may be the smallest or the largest.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
struct End(f64, String);

/// What was counted so far.
pub(super) struct Tally {
    cells: Cells,
    kind: CellKind,
    rows: u64,
    nulls: u64,
    /// By hash: how often, and the value as it is shown. None once there were too many.
    values: Option<HashMap<u64, (u64, String)>>,
    registers: Vec<u8>,
    ends: Option<(End, End)>,
    /// Of values that are numbers or times: the smallest and the largest that are finite.
    range: Option<(f64, f64)>,
    sum: f64,
    /// What the sum lost.
    lost: f64,
    all_finite: bool,
    histogram: Vec<u64>,
}

impl Tally {
    /// For the first column of these rows.
    pub(super) fn of(schema: &Schema) -> Self {
        let kind = schema.fields().first().map_or(CellKind::Text, |field| cells::view(field, false, true).kind);
        Self {
            cells: Cells::of(schema),
            kind,
            rows: 0,
            nulls: 0,
            values: Some(HashMap::new()),
            registers: vec![0; 1 << BITS],
            ends: None,
            range: None,
            sum: 0.0,
            lost: 0.0,
            all_finite: true,
            histogram: Vec::new(),
        }
    }

    /// Counts the rows of a batch.
    pub(super) fn add(&mut self, batch: &RecordBatch) {
        let mut text = String::new();
        let form = if self.kind == CellKind::Geometry { Form::Short } else { Form::Full };
        for row in 0..batch.num_rows() {
            self.rows += 1;
            text.clear();
            if !self.cells.write(batch, 0, row, form, usize::MAX, &mut text) {
                self.nulls += 1;
                continue;
            }
            if self.kind == CellKind::Geometry {
                // Only its type: "Point (1, 2)" is a Point.
                let end = text.find([' ', ',']).unwrap_or(text.len());
                text.truncate(end);
            }
            self.count(&text);
            self.measure(self.cells.measure(batch, 0, row), &text);
        }
    }

    fn count(&mut self, text: &str) {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish();
        let register = usize::try_from(hash >> (64 - BITS)).unwrap_or(0);
        let zeros = u8::try_from((hash << BITS | 1 << (BITS - 1)).leading_zeros() + 1).unwrap_or(u8::MAX);
        self.registers[register] = self.registers[register].max(zeros);
        let Some(values) = &mut self.values else { return };
        values.entry(hash).or_insert_with(|| (0, short(text.chars().take(super::LONGEST + 1).collect()))).0 += 1;
        if values.len() > EXACT {
            self.values = None;
        }
    }

    fn measure(&mut self, number: Option<f64>, text: &str) {
        let ordered = match self.kind {
            CellKind::Number | CellKind::Time => number.map(|n| (n, text)),
            CellKind::Text => Some((0.0, text)),
            _ => None,
        };
        if let Some((n, text)) = ordered.filter(|(n, _)| !n.is_nan()) {
            let before =
                |a: f64, b: &End, text: &str| a < b.0 || (a == b.0 && self.kind == CellKind::Text && text < b.1.as_str());
            match &mut self.ends {
                None => self.ends = Some((End(n, text.to_owned()), End(n, text.to_owned()))),
                Some((least, greatest)) => {
                    if before(n, least, text) {
                        *least = End(n, text.to_owned());
                    } else if n > greatest.0 || (n == greatest.0 && self.kind == CellKind::Text && text > greatest.1.as_str()) {
                        *greatest = End(n, text.to_owned());
                    }
                }
            }
        }
        match number.filter(|n| n.is_finite()) {
            Some(n) => {
                let (least, greatest) = self.range.unwrap_or((n, n));
                self.range = Some((least.min(n), greatest.max(n)));
                let (part, sum) = (n - self.lost, self.sum);
                self.sum = sum + part;
                self.lost = (self.sum - sum) - part;
            }
            None => self.all_finite = false,
        }
    }

    /// True when a second walk would draw something.
    pub(super) fn begin_histogram(&mut self) -> bool {
        let draws = matches!(self.kind, CellKind::Number | CellKind::Time) && self.range.is_some();
        if draws {
            self.histogram = vec![0; BARS];
        }
        draws
    }

    /// Puts the rows of a batch into the histogram.
    pub(super) fn draw(&mut self, batch: &RecordBatch) {
        let Some((least, greatest)) = self.range else { return };
        for row in 0..batch.num_rows() {
            let Some(n) = self.cells.measure(batch, 0, row).filter(|n| n.is_finite()) else { continue };
            let share = if greatest > least { (n / 2.0 - least / 2.0) / (greatest / 2.0 - least / 2.0) } else { 0.0 };
            // Between 0 and the number of bars.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let bar = (share * BARS as f64) as usize;
            self.histogram[bar.min(BARS - 1)] += 1;
        }
    }

    fn distinct(&self) -> (u64, bool) {
        if let Some(values) = &self.values {
            return (values.len() as u64, true);
        }
        let registers = self.registers.len() as f64;
        let sum: f64 = self.registers.iter().map(|zeros| 0.5f64.powi(i32::from(*zeros))).sum();
        let estimate = 0.7213 / (1.0 + 1.079 / registers) * registers * registers / sum;
        // There were more than could be told apart, and never more than rows.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let estimate = estimate as u64;
        (estimate.clamp(EXACT as u64, self.rows - self.nulls), false)
    }

    /// All of it.
    pub(super) fn kept(self) -> Kept {
        let distinct = (self.kind != CellKind::Geometry).then(|| self.distinct());
        let counted = (self.rows - self.nulls) as f64;
        let mean = (self.kind == CellKind::Number && self.all_finite && counted > 0.0).then(|| cells::number(self.sum / counted));
        let mut top: Vec<(Option<String>, u64)> =
            self.values.into_iter().flatten().map(|(_, (count, text))| (Some(text), count)).collect();
        if !top.is_empty() && self.nulls > 0 {
            top.push((None, self.nulls));
        }
        top.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        top.truncate(10);
        let (min, max) = self.ends.map(|(least, greatest)| (short(least.1), short(greatest.1))).unzip();
        Kept { rows: self.rows, nulls: self.nulls, distinct, min, max, mean, top: worth_showing(top), histogram: self.histogram }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray};
    use std::sync::Arc;

    fn tallied(array: ArrayRef) -> Kept {
        let batch = RecordBatch::try_from_iter([("c", array)]).unwrap();
        let mut tally = Tally::of(&batch.schema());
        tally.add(&batch);
        if tally.begin_histogram() {
            tally.draw(&batch);
        }
        tally.kept()
    }

    #[test]
    fn numbers_are_counted_and_drawn() {
        let kept = tallied(Arc::new(Int64Array::from_iter((0..240).map(Some).chain([None, None]))));
        assert_eq!((kept.rows, kept.nulls, kept.distinct), (242, 2, Some((240, true))));
        assert_eq!((kept.min.as_deref(), kept.max.as_deref(), kept.mean.as_deref()), (Some("0"), Some("239"), Some("119.5")));
        assert_eq!(kept.histogram, vec![10; 24]);
        let odd = tallied(Arc::new(Float64Array::from(vec![f64::NAN, f64::INFINITY, 1.0, -1e308, 1e308])));
        assert_eq!((odd.mean, odd.max.as_deref()), (None, Some("Infinity")));
        assert_eq!(odd.histogram.iter().sum::<u64>(), 3);
    }

    #[test]
    fn frequent_values_come_first_and_many_are_estimated() {
        let kept = tallied(Arc::new(StringArray::from(vec![Some("a"), Some("b"), Some("b"), None, None, None])));
        assert_eq!(kept.top, [(None, 3), (Some("b".to_owned()), 2), (Some("a".to_owned()), 1)]);
        let many = tallied(Arc::new(Int64Array::from_iter_values(0..300_000)));
        let (distinct, exact) = many.distinct.unwrap();
        assert!(!exact && distinct.abs_diff(300_000) < 20_000, "{distinct}");
        assert!(many.top.is_empty());
    }
}
