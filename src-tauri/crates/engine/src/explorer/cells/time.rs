//! Dates, times and intervals as text: ISO 8601 with a space, an instant with its offset, years before 1 with "BC".

use chrono::{DateTime, Offset, TimeZone};
use std::fmt::Write;

const DAY: i64 = 86_400;

/// A zone as an Arrow type names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Not said: a time on a wall.
    None,
    /// So many seconds east of UTC.
    Fixed(i32),
    /// By the rules of a place.
    Named(chrono_tz::Tz),
}

impl Zone {
    /// The zone of that name; one that nobody knows is UTC, as the value itself is.
    pub(super) fn of(name: Option<&str>) -> Self {
        let Some(name) = name else { return Self::None };
        match (fixed(name), name.parse()) {
            (Some(seconds), _) => Self::Fixed(seconds),
            (None, Ok(tz)) => Self::Named(tz),
            (None, Err(_)) => Self::Fixed(0),
        }
    }

    /// Seconds east of UTC at that moment.
    fn offset(self, seconds: i64) -> i64 {
        match self {
            Self::None => 0,
            Self::Fixed(offset) => i64::from(offset),
            Self::Named(tz) => DateTime::from_timestamp(seconds, 0)
                .map_or(0, |at| i64::from(tz.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc())),
        }
    }
}

fn fixed(name: &str) -> Option<i32> {
    if matches!(name, "UTC" | "utc" | "Z" | "GMT" | "Etc/UTC") {
        return Some(0);
    }
    let sign = match name.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = name[1..].chars().filter(|c| *c != ':').collect();
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or("0").parse::<i32>().ok();
    (digits.len() == 2 || digits.len() == 4).then_some(())?;
    Some(sign * (part(0..2)? * 3600 + part(2..4)? * 60))
}

/// The date of so many days since 1970, and its era.
fn date_of(days: i64) -> (i64, i64, i64, &'static str) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    if year <= 0 { (1 - year, month, day, " BC") } else { (year, month, day, "") }
}

/// The day so many days after 1970-01-01.
pub(super) fn date(days: i64, out: &mut String) {
    let (year, month, day, era) = date_of(days);
    let _ = write!(out, "{year:04}-{month:02}-{day:02}{era}");
}

/// A time of day, or a longer stretch in hours; the fraction without zeros at its end.
pub(super) fn clock(seconds: i64, nanos: u32, out: &mut String) {
    let _ = write!(out, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    fraction(nanos, out);
}

fn fraction(nanos: u32, out: &mut String) {
    if nanos == 0 {
        return;
    }
    let _ = write!(out, ".{nanos:09}");
    out.truncate(out.trim_end_matches('0').len());
}

/// So many seconds and nanoseconds since 1970, in its zone.
pub(super) fn timestamp(seconds: i64, nanos: u32, zone: Zone, out: &mut String) {
    let offset = zone.offset(seconds);
    let local = seconds.saturating_add(offset);
    let (year, month, day, era) = date_of(local.div_euclid(DAY));
    let _ = write!(out, "{year:04}-{month:02}-{day:02} ");
    clock(local.rem_euclid(DAY), nanos, out);
    if zone != Zone::None {
        let (sign, abs) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
        let _ = write!(out, "{sign}{:02}", abs / 3600);
        for part in [abs / 60 % 60, abs % 60].into_iter().take(if abs % 60 != 0 { 2 } else { usize::from(abs % 3600 != 0) }) {
            let _ = write!(out, ":{part:02}");
        }
    }
    out.push_str(era);
}

/// Months, days and nanoseconds, as PostgreSQL's databases print them: "1 year 2 mons 3 days 04:05:06.789".
pub(super) fn interval(months: i64, days: i64, nanos: i128, out: &mut String) {
    let start = out.len();
    let mut after_negative = false;
    for (n, unit) in [(months / 12, "year"), (months % 12, "mon"), (days, "day")] {
        if n != 0 {
            let space = if out.len() > start { " " } else { "" };
            let plus = if after_negative && n > 0 { "+" } else { "" };
            let plural = if n == 1 { "" } else { "s" };
            let _ = write!(out, "{space}{plus}{n} {unit}{plural}");
            after_negative = n < 0;
        }
    }
    if nanos != 0 || out.len() == start {
        if out.len() > start {
            out.push(' ');
        }
        out.push_str(if nanos < 0 {
            "-"
        } else if after_negative {
            "+"
        } else {
            ""
        });
        let all = nanos.unsigned_abs();
        let seconds = i64::try_from(all / 1_000_000_000).unwrap_or(i64::MAX);
        clock(seconds, u32::try_from(all % 1_000_000_000).unwrap_or(0), out);
    }
}
