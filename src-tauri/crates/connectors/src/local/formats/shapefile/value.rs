//! One cell of a .dbf: bytes into a value.

use super::dbf::Kind;

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    Null,
    /// Not what the column says that it holds.
    Wrong,
    Text(&'a [u8]),
    Whole(i64),
    Digits(i128),
    Real(f64),
    Days(i32),
    Millis(i64),
    Flag(bool),
    /// The number of a memo's block.
    Memo(u32),
    Raw(&'a [u8]),
}

/// The cell, as a column of this kind has it.
pub(super) fn of(kind: Kind, bytes: &[u8]) -> Cell<'_> {
    match kind {
        Kind::Int32 => four(bytes).map_or(Cell::Wrong, |n| Cell::Whole(i32::from_le_bytes(n).into())),
        Kind::Double => eight(bytes).map_or(Cell::Wrong, |n| Cell::Real(f64::from_le_bytes(n))),
        Kind::Currency => eight(bytes).map_or(Cell::Wrong, |n| Cell::Digits(i64::from_le_bytes(n).into())),
        Kind::Moment => moment(bytes),
        Kind::Raw => Cell::Raw(bytes),
        Kind::Memo if bytes.len() == 4 => match four(bytes).map(u32::from_le_bytes) {
            Some(0) | None => Cell::Null,
            Some(block) => Cell::Memo(block),
        },
        _ => written(kind, trimmed(bytes)),
    }
}

/// Cells that are written in characters; all blanks are NULL.
fn written(kind: Kind, text: &[u8]) -> Cell<'_> {
    if text.is_empty() {
        return Cell::Null;
    }
    let ascii = || std::str::from_utf8(text).ok();
    match kind {
        // A number that did not fit its column was written as stars.
        Kind::Whole | Kind::Digits(_) | Kind::Real if text.iter().all(|b| *b == b'*') => Cell::Null,
        Kind::Whole => ascii().and_then(whole).map_or(Cell::Wrong, Cell::Whole),
        Kind::Digits(width) => ascii().and_then(|t| digits(t, width)).map_or(Cell::Wrong, Cell::Digits),
        Kind::Real => ascii().and_then(real).map_or(Cell::Wrong, Cell::Real),
        Kind::Day if text.iter().all(|b| *b == b'0') => Cell::Null,
        Kind::Day => ascii().and_then(day).map_or(Cell::Wrong, Cell::Days),
        Kind::Flag => match text {
            [b'T' | b't' | b'Y' | b'y'] => Cell::Flag(true),
            [b'F' | b'f' | b'N' | b'n'] => Cell::Flag(false),
            [b'?'] => Cell::Null,
            _ => Cell::Wrong,
        },
        Kind::Memo => match ascii().and_then(|t| t.trim_ascii().parse().ok()) {
            Some(0) => Cell::Null,
            Some(block) => Cell::Memo(block),
            None => Cell::Wrong,
        },
        _ => Cell::Text(text),
    }
}

/// Numbers are filled up in front, texts behind, and some programs end them with a zero byte. A text's own first blanks stay.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    bytes[..end].trim_ascii_end()
}

/// Whole numbers, also when written with a point and zeros behind it.
fn whole(text: &str) -> Option<i64> {
    integer(text)?.parse().ok()
}

fn digits(text: &str, width: u8) -> Option<i128> {
    let limit = 10i128.checked_pow(width.into())?;
    integer(text)?.parse().ok().filter(|n: &i128| n.abs() < limit)
}

fn integer(text: &str) -> Option<&str> {
    let text = text.trim_ascii();
    match text.split_once('.') {
        Some((before, zeros)) if zeros.bytes().all(|b| b == b'0') => Some(before),
        Some(_) => None,
        None => Some(text),
    }
}

fn real(text: &str) -> Option<f64> {
    let text = text.trim_ascii();
    text.parse().or_else(|_| text.replacen(',', ".", 1).parse()).ok().filter(|n: &f64| n.is_finite())
}

/// `YYYYMMDD` as days since 1970.
fn day(text: &str) -> Option<i32> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, month, day): (i32, u32, u32) = (text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    // Years that begin in March, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leaps + i32::try_from(of_year).ok()? - 719_468)
}

/// A Julian day and milliseconds.
fn moment(bytes: &[u8]) -> Cell<'_> {
    let Some(bytes) = eight(bytes) else { return Cell::Wrong };
    let day = i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    let millis = i32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
    match day {
        0 => Cell::Null,
        0x2020_2020 => Cell::Null,
        _ => Cell::Millis((i64::from(day) - 2_440_588) * 86_400_000 + i64::from(millis)),
    }
}

fn four(bytes: &[u8]) -> Option<[u8; 4]> {
    bytes.try_into().ok()
}

fn eight(bytes: &[u8]) -> Option<[u8; 8]> {
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Cell, Kind, of};

    #[test]
    fn days_are_counted_from_1970_and_only_days_are() {
        for (text, days) in
            [("19700101", 0), ("19691231", -1), ("20000229", 11_016), ("20240301", 19_783), ("00010101", -719_162)]
        {
            assert_eq!(of(Kind::Day, text.as_bytes()), Cell::Days(days), "{text}");
        }
        for text in ["20230229", "19001301", "20240100", "2024-1-1", "2024010"] {
            assert_eq!(of(Kind::Day, text.as_bytes()), Cell::Wrong, "{text}");
        }
        assert_eq!(of(Kind::Day, b"00000000"), Cell::Null);
        assert_eq!(of(Kind::Day, b"        "), Cell::Null);
    }

    #[test]
    fn numbers_are_what_they_say_or_nothing() {
        assert_eq!(of(Kind::Whole, b"   -17"), Cell::Whole(-17));
        assert_eq!(of(Kind::Whole, b"17.00"), Cell::Whole(17));
        assert_eq!(of(Kind::Whole, b"17.50"), Cell::Wrong);
        assert_eq!(of(Kind::Whole, b"******"), Cell::Null);
        assert_eq!(of(Kind::Digits(20), b"12345678901234567890"), Cell::Digits(12_345_678_901_234_567_890));
        assert_eq!(of(Kind::Real, b" 1.5e+003"), Cell::Real(1500.0));
        assert_eq!(of(Kind::Real, b"1,5\0\0"), Cell::Real(1.5));
        assert_eq!(of(Kind::Real, b"n/a"), Cell::Wrong);
        assert_eq!(of(Kind::Flag, b"?"), Cell::Null);
        assert_eq!(of(Kind::Text, b"  two  "), Cell::Text(b"  two"));
    }
}
