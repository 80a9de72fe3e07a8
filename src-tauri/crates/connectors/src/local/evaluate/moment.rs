//! Dates and times as text, both ways.
//!
//! Owns: ISO 8601 as people and databases write it, years of any length, offsets, and the proleptic Gregorian calendar. Does
//! not own: names of time zones, whose rules are not known here.

use std::fmt::Write;

/// Nanoseconds of a day.
pub(in crate::local) const DAY: i64 = 86_400_000_000_000;

/// A date, a time of day, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::local) struct Moment {
    /// Days since 1970.
    pub(in crate::local) days: Option<i64>,
    /// Nanoseconds since midnight.
    pub(in crate::local) time: Option<i64>,
    /// Digits behind the seconds' point.
    pub(in crate::local) fraction: u8,
    /// Seconds east of UTC, where said.
    pub(in crate::local) offset: Option<i32>,
}

impl Moment {
    /// None when it is neither. `2024-02-29`, `10:30`, `2024-02-29T10:30:00.123456789+01:00`, `0044-03-15 BC`.
    pub(in crate::local) fn parse(text: &str) -> Option<Self> {
        let mut rest = Rest(text.trim().as_bytes());
        let bc = rest.0.len() > 3 && rest.0[rest.0.len() - 3..].eq_ignore_ascii_case(b" bc");
        if bc {
            rest.0 = &rest.0[..rest.0.len() - 3];
        }
        let mut moment = Self { days: None, time: None, fraction: 0, offset: None };
        if rest.0.get(2) != Some(&b':') {
            moment.days = Some(rest.date(bc)?);
            if rest.0.is_empty() {
                return Some(moment);
            }
            if !(rest.take(b'T') || rest.take(b't') || rest.take(b' ')) {
                return None;
            }
        } else if bc {
            return None;
        }
        let (time, fraction) = rest.time()?;
        (moment.time, moment.fraction) = (Some(time), fraction);
        moment.offset = rest.offset()?;
        rest.0.is_empty().then_some(moment)
    }

    /// Nanoseconds since 1970, with the clock as it stands there.
    pub(in crate::local) fn nanos(&self) -> i128 {
        i128::from(self.days.unwrap_or_default()) * i128::from(DAY) + i128::from(self.time.unwrap_or_default())
    }
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take(&mut self, byte: u8) -> bool {
        let there = self.0.first() == Some(&byte);
        if there {
            self.0 = &self.0[1..];
        }
        there
    }

    /// A number of so many digits.
    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let count = self.0.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
        if count < least {
            return None;
        }
        let number = self.0[..count].iter().fold(0i64, |n, b| n * 10 + i64::from(b - b'0'));
        self.0 = &self.0[count..];
        Some(number)
    }

    fn date(&mut self, bc: bool) -> Option<i64> {
        let negative = self.take(b'-');
        if !negative {
            self.take(b'+');
        }
        let mut year = self.digits(4, 6)?;
        if bc {
            year = 1 - year;
        } else if negative {
            year = -year;
        }
        if !self.take(b'-') {
            return None;
        }
        let month = self.digits(2, 2).filter(|m| (1..=12).contains(m))?;
        if !self.take(b'-') {
            return None;
        }
        let day = self.digits(2, 2)?;
        let days = days_of(year, month, day);
        (day > 0 && date_of(days) == (year, month, day)).then_some(days)
    }

    fn time(&mut self) -> Option<(i64, u8)> {
        let hours = self.digits(2, 2).filter(|h| *h < 24)?;
        if !self.take(b':') {
            return None;
        }
        let minutes = self.digits(2, 2).filter(|m| *m < 60)?;
        let (mut seconds, mut nanos, mut fraction) = (0, 0, 0);
        if self.take(b':') {
            seconds = self.digits(2, 2).filter(|s| *s < 60)?;
            if self.take(b'.') || self.take(b',') {
                let before = self.0.len();
                nanos = self.digits(1, 9)?;
                fraction = u8::try_from(before - self.0.len()).ok()?;
                nanos *= 10i64.pow(9 - u32::from(fraction));
            }
        }
        Some((((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000 + nanos, fraction))
    }

    /// The outer None: something else follows.
    fn offset(&mut self) -> Option<Option<i32>> {
        if self.0.is_empty() {
            return Some(None);
        }
        self.take(b' ');
        if self.take(b'Z') || self.take(b'z') {
            return Some(Some(0));
        }
        if self.0.eq_ignore_ascii_case(b"UTC") {
            self.0 = &[];
            return Some(Some(0));
        }
        let negative = self.take(b'-');
        if !negative && !self.take(b'+') {
            return None;
        }
        let hours = self.digits(2, 2).filter(|h| *h < 24)?;
        let mut seconds = hours * 3600;
        let colon = self.take(b':');
        if colon || !self.0.is_empty() {
            seconds += self.digits(2, 2).filter(|m| *m < 60)? * 60;
            if self.take(b':') {
                seconds += self.digits(2, 2).filter(|s| *s < 60)?;
            }
        }
        let seconds = i32::try_from(seconds).ok()?;
        Some(Some(if negative { -seconds } else { seconds }))
    }
}

/// Days since 1970 of a date.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of so many days since 1970.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// `2024-02-29`; years before 1 with BC.
pub(in crate::local) fn date(days: i64, out: &mut String) {
    let (year, month, day) = date_of(days);
    let (year, era) = if year <= 0 { (1 - year, " BC") } else { (year, "") };
    let _ = write!(out, "{year:04}-{month:02}-{day:02}{era}");
}

/// `10:30:00.5`, from nanoseconds since midnight.
pub(in crate::local) fn time(nanos: i64, out: &mut String) {
    let (seconds, rest) = (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
    let _ = write!(out, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest != 0 {
        let digits = format!("{rest:09}");
        let _ = write!(out, ".{}", digits.trim_end_matches('0'));
    }
}

/// `2024-02-29 10:30:00`, with `+00` when it is UTC, from nanoseconds since 1970.
pub(in crate::local) fn timestamp(nanos: i128, utc: bool, out: &mut String) {
    let days = i64::try_from(nanos.div_euclid(i128::from(DAY))).unwrap_or_default();
    let (year, month, day) = date_of(days);
    let (year, era) = if year <= 0 { (1 - year, " BC") } else { (year, "") };
    let _ = write!(out, "{year:04}-{month:02}-{day:02} ");
    time(i64::try_from(nanos.rem_euclid(i128::from(DAY))).unwrap_or_default(), out);
    out.push_str(if utc { "+00" } else { "" });
    out.push_str(era);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{DAY, Moment, timestamp};
    use proptest::prelude::*;

    fn nanos(text: &str) -> Option<(i128, Option<i32>)> {
        Moment::parse(text).map(|m| (m.nanos(), m.offset))
    }

    #[test]
    fn texts_are_read_as_they_are_meant() {
        let second = 1_000_000_000i128;
        for (text, expected) in [
            ("1970-01-01", (0, None)),
            ("1970-01-02 00:00", (i128::from(DAY), None)),
            ("1970-01-01T00:00:01.5Z", (second * 3 / 2, Some(0))),
            ("1970-01-01 01:00:00+01", (3600 * second, Some(3600))),
            ("1970-01-01 01:00:00-0130", (3600 * second, Some(-5400))),
            ("1970-01-01 01:00:00 +05:45:30", (3600 * second, Some(20_730))),
            ("1970-01-01 01:00 UTC", (3600 * second, Some(0))),
            ("2024-02-29", (19_782 * i128::from(DAY), None)),
            ("0001-01-01 BC", (-719_528 * i128::from(DAY), None)),
            ("0000-01-01", (-719_528 * i128::from(DAY), None)),
            ("10:30", (37_800 * second, None)),
        ] {
            assert_eq!(nanos(text), Some(expected), "{text}");
        }
        for text in ["", "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "24:00", "10:60", "10", "20240101", "2024-1-1"] {
            assert_eq!(nanos(text), None, "{text:?}");
        }
        for text in ["2024-01-01 ", "2024-01-01 x", "2024-01-01 10:00 Berlin", "2024-01-01 10:00:00.", "2024-01-01T10:00+1"] {
            assert_eq!(nanos(text), nanos(text.trim()).filter(|_| text.trim().len() == 10), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(nanos in -30_000_000_000_000_000_000i128..30_000_000_000_000_000_000i128, utc: bool) {
            let mut text = String::new();
            timestamp(nanos, utc, &mut text);
            let read = Moment::parse(&text).unwrap();
            prop_assert_eq!((read.nanos(), read.offset), (nanos, utc.then_some(0)), "{}", text);
        }
    }
}
