//! Dates and times as SQLite files keep them: texts. Read into days and microseconds only where the text can be written back
//! exactly as it was, for texts are also what is compared and sorted in the file.

/// How a column writes its times; all its values have to be written so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// `T` or a space.
    between: u8,
    /// Seconds are written.
    seconds: bool,
    /// Digits behind the seconds.
    fraction: usize,
    /// `Z` at the end.
    pub(super) utc: bool,
}

impl Form {
    /// As GeoPackages write it.
    pub(super) const GEOPACKAGE: Self = Self { between: b'T', seconds: true, fraction: 3, utc: true };

    /// To the second.
    pub(super) const SECONDS: Self = Self { fraction: 0, ..Self::GEOPACKAGE };

    /// A moment in this form. None outside the years 0 to 9999.
    pub(super) fn write(self, micros: i64) -> Option<String> {
        let (days, rest) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
        let seconds = rest / 1_000_000;
        let mut out = write_date(i32::try_from(days).ok()?)?;
        out.push(char::from(self.between));
        out.push_str(&format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60));
        if self.seconds {
            out.push_str(&format!(":{:02}", seconds % 60));
        }
        if self.fraction > 0 {
            let digits = format!("{:06}", rest % 1_000_000);
            out.push('.');
            out.push_str(&digits[..self.fraction.min(6)]);
        }
        if self.utc {
            out.push('Z');
        }
        Some(out)
    }
}

const DAY: i64 = 86_400_000_000;

/// Days since 1970 of `YYYY-MM-DD`. None for anything else.
pub(super) fn date(text: &[u8]) -> Option<i32> {
    let &[_, _, _, _, b'-', _, _, b'-', _, _] = text else { return None };
    let (year, month, day) = (number(&text[..4])?, number(&text[5..7])?, number(&text[8..])?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    i32::try_from(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468).ok()
}

/// The other way round. None outside the years 0 to 9999.
pub(super) fn write_date(days: i32) -> Option<String> {
    let z = i64::from(days) + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * years + years / 4 - years / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = years + era * 400 + i64::from(month <= 2);
    (0..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// A time in one of the forms that columns write, and its form: microseconds since 1970.
pub(super) fn moment(text: &[u8]) -> Option<(Form, i64)> {
    let days = date(text.get(..10)?)?;
    let (&between, time) = text.get(10..)?.split_first()?;
    let (utc, time) = time.strip_suffix(b"Z").map_or((false, time), |time| (true, time));
    let (micros, seconds, fraction) = clock(time)?;
    let plain = matches!(between, b'T' | b' ');
    plain.then(|| (Form { between, seconds, fraction, utc }, i64::from(days) * DAY + micros))
}

/// `HH:MM[:SS[.f…]]` as microseconds, whether it has seconds, and how many digits behind them.
fn clock(time: &[u8]) -> Option<(i64, bool, usize)> {
    let part = |at: usize, below: i64| number(time.get(at..at + 2)?).filter(|n| *n < below);
    let (hours, minutes) = (part(0, 24)?, part(3, 60)?);
    let mut micros = (hours * 60 + minutes) * 60_000_000;
    if time[2] != b':' {
        return None;
    }
    if time.len() == 5 {
        return Some((micros, false, 0));
    }
    micros += part(6, 60)? * 1_000_000;
    let rest = &time[8..];
    if time[5] != b':' {
        return None;
    }
    if rest.is_empty() {
        return Some((micros, true, 0));
    }
    let digits = rest.strip_prefix(b".").filter(|digits| (1..=6).contains(&digits.len()))?;
    let scale = 10_i64.pow(6 - u32::try_from(digits.len()).ok()?);
    Some((micros + number(digits)? * scale, true, digits.len()))
}

fn number(digits: &[u8]) -> Option<i64> {
    let plain = digits.iter().all(u8::is_ascii_digit);
    plain.then(|| digits.iter().fold(0, |n, d| n * 10 + i64::from(d - b'0')))
}

/// A time as a person or the program writes it in a condition: also with an offset, also a day alone.
pub(super) fn wanted(text: &str) -> Option<i64> {
    let text = text.trim();
    let bytes = text.as_bytes();
    if let Some(days) = date(bytes) {
        return Some(i64::from(days) * DAY);
    }
    let sign = bytes.iter().skip(11).rposition(|b| matches!(b, b'+' | b'-')).map(|at| at + 11);
    let Some(at) = sign else { return moment(bytes).map(|(_, micros)| micros) };
    let offset: Vec<u8> = bytes[at + 1..].iter().copied().filter(|b| *b != b':').collect();
    let minutes = match offset.len() {
        2 => number(&offset)? * 60,
        4 => number(&offset[..2])? * 60 + number(&offset[2..])?,
        _ => return None,
    };
    let ahead = if bytes[at] == b'+' { minutes } else { -minutes };
    moment(&bytes[..at]).map(|(_, micros)| micros - ahead * 60_000_000)
}

#[cfg(test)]
mod tests {
    use super::{Form, date, moment, wanted, write_date};

    #[test]
    fn a_time_is_read_only_if_it_can_be_written_back() {
        for text in ["2024-02-29T23:59:59.999Z", "1969-12-31 23:59", "0001-01-01 00:00:00", "9999-12-31T00:00:00.000001"] {
            let (form, micros) = moment(text.as_bytes()).unwrap_or((Form::GEOPACKAGE, 0));
            assert_eq!(form.write(micros).as_deref(), Some(text));
        }
        for text in
            ["2023-02-29T00:00:00Z", "2024-1-1 00:00", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00.1234567Z", "2024-01-01X00:00"]
        {
            assert_eq!(moment(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_condition_may_write_an_offset_or_only_a_day() {
        assert_eq!(wanted("1970-01-01 02:00:00+02"), Some(0));
        assert_eq!(wanted("1969-12-31T22:30:00.5-01:30"), Some(500_000));
        assert_eq!(wanted("1970-01-02"), Some(86_400_000_000));
        assert_eq!(wanted("soon"), None);
    }

    proptest::proptest! {
        #[test]
        fn every_day_of_ten_thousand_years_goes_there_and_back(days in -719_528..2_932_897i32) {
            let text = write_date(days).unwrap_or_default();
            assert_eq!(date(text.as_bytes()), Some(days), "{text}");
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-0-9:. TZ+é]{0,30}") {
            let _ = (date(text.as_bytes()), moment(text.as_bytes()), wanted(&text));
        }
    }
}
