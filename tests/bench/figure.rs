//! A figure and what it is held against.

use serde_json::json;
use std::time::Duration;

/// One line.
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// In milliseconds.
    pub value: f64,
    /// What it is compared with, in milliseconds.
    pub against: f64,
    /// In words.
    pub goal: &'static str,
}

impl Figure {
    /// The line.
    pub fn json(&self) -> String {
        let (name, goal) = (json!(self.name), json!(self.goal));
        let (value, against, ratio) = (self.value, self.against, self.value / self.against);
        format!(
            "{{\"name\": {name}, \"value\": {value:.3}, \"unit\": \"ms\", \"against\": {against:.3}, \"ratio\": {ratio:.3}, \"goal\": {goal}}}"
        )
    }
}

/// Half took longer. In milliseconds.
pub fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(f64::NAN, |t| t.as_secs_f64() * 1000.0)
}
