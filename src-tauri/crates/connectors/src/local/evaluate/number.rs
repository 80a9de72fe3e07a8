//! Numbers as people write them, read without losing a digit.
//!
//! Owns: decimal text of any length, and where it stands between the whole numbers of a scale. Does not own: which column it is
//! compared with (`target`).

use arrow_buffer::i256;

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::local) enum Number {
    /// A number with an end.
    Finite(Decimal),
    /// Without one.
    Infinite {
        /// Below everything.
        negative: bool,
    },
    /// No number at all, though of a number's type.
    NaN,
}

/// `digits` × 10^`exponent`. No zeros at either end; zero has no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::local) struct Decimal {
    pub(in crate::local) negative: bool,
    /// 0 to 9 each.
    pub(in crate::local) digits: Vec<u8>,
    pub(in crate::local) exponent: i32,
}

/// Where a number stands between the multiples of 10^-scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::local) enum Place {
    /// Below all that can be held.
    Below,
    /// The next multiple at or below it, and whether that is the number itself.
    At(i256, bool),
    /// Above all that can be held.
    Above,
}

/// No number that a column can hold has so many digits.
const LONGEST: usize = 4096;
/// As many digits always fit into 256 bits.
const HOLDS: usize = 76;

impl Number {
    /// None when it is no number.
    pub(in crate::local) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if ["inf", "infinity"].iter().any(|word| rest.eq_ignore_ascii_case(word)) {
            return Some(Self::Infinite { negative });
        }
        if text.eq_ignore_ascii_case("nan") {
            return Some(Self::NaN);
        }
        Decimal::parse(negative, rest).map(Self::Finite)
    }

    /// The shortest decimal that reads back as this float.
    pub(in crate::local) fn of(float: f64) -> Self {
        if float.is_nan() {
            Self::NaN
        } else if float.is_infinite() {
            Self::Infinite { negative: float < 0.0 }
        } else {
            Self::parse(&format!("{float:e}")).unwrap_or(Self::NaN)
        }
    }

    /// Where it stands between the multiples of 10^-`scale`. What is no number stands above all, as in SQL's order.
    pub(in crate::local) fn place(&self, scale: i32) -> Place {
        match self {
            Self::Finite(decimal) => decimal.place(scale),
            Self::Infinite { negative: true } => Place::Below,
            Self::Infinite { negative: false } | Self::NaN => Place::Above,
        }
    }
}

impl Decimal {
    fn parse(negative: bool, text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            None => (text, 0),
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok().filter(|n| n.unsigned_abs() < 1_000_000)?),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|b| b.wrapping_sub(b'0')).collect();
        if digits.iter().any(|d| *d > 9) {
            return None;
        }
        let mut exponent = exponent - i32::try_from(fraction.len()).ok()?;
        while digits.last() == Some(&0) {
            digits.pop();
            exponent += 1;
        }
        let zeros = digits.iter().take_while(|d| **d == 0).count();
        digits.drain(..zeros);
        if digits.is_empty() {
            exponent = 0;
        }
        Some(Self { negative: negative && !digits.is_empty(), digits, exponent })
    }

    fn place(&self, scale: i32) -> Place {
        let shift = self.exponent + scale;
        let length = i32::try_from(self.digits.len()).unwrap_or(i32::MAX);
        if length.saturating_add(shift) > HOLDS as i32 {
            return if self.negative { Place::Below } else { Place::Above };
        }
        let kept = usize::try_from(length + shift.min(0)).unwrap_or_default();
        let ten = i256::from_i128(10);
        let mut whole = self.digits[..kept].iter().fold(i256::ZERO, |sum, d| sum * ten + i256::from_i128(i128::from(*d)));
        for _ in 0..shift.max(0) {
            whole *= ten;
        }
        let exact = kept == self.digits.len();
        match (self.negative, exact) {
            (false, _) => Place::At(whole, exact),
            (true, true) => Place::At(-whole, true),
            (true, false) => Place::At(-whole - i256::ONE, false),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::{Number, Place};
    use arrow_buffer::i256;
    use proptest::prelude::*;

    fn place(text: &str, scale: i32) -> Place {
        Number::parse(text).unwrap().place(scale)
    }

    fn at(n: i128, exact: bool) -> Place {
        Place::At(i256::from_i128(n), exact)
    }

    #[test]
    fn numbers_stand_where_they_belong() {
        for (text, scale, expected) in [
            ("0", 0, at(0, true)),
            ("-0", 0, at(0, true)),
            ("0007", 0, at(7, true)),
            ("10.5", 0, at(10, false)),
            ("-10.5", 0, at(-11, false)),
            ("10.50", 1, at(105, true)),
            ("0.001", 2, at(0, false)),
            ("-0.001", 2, at(-1, false)),
            ("1e3", 0, at(1000, true)),
            ("12.5e-1", 2, at(125, true)),
            ("1200", -2, at(12, true)),
            ("1250", -2, at(12, false)),
            ("1e900000", 0, Place::Above),
            ("-1e900000", 0, Place::Below),
            ("1e-900000", 0, at(0, false)),
            ("inf", 0, Place::Above),
            ("-Infinity", 0, Place::Below),
            ("NaN", 0, Place::Above),
        ] {
            assert_eq!(place(text, scale), expected, "{text} at {scale}");
        }
        for text in ["", "-", ".", "1.2.3", "1 2", "0x10", "e5", "1e", "1e99999999999", "٣"] {
            assert_eq!(Number::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_whole_number_is_itself_at_every_scale(n in any::<i64>(), scale in 0i32..20) {
            let expected = i256::from_i128(i128::from(n) * 10i128.pow(scale.unsigned_abs()));
            prop_assert_eq!(place(&n.to_string(), scale), Place::At(expected, true));
        }

        #[test]
        fn a_float_is_between_its_neighbours(n in -1e15f64..1e15) {
            let Place::At(floor, exact) = Number::of(n).place(0) else { panic!("{n}") };
            prop_assert_eq!(floor, i256::from_i128(n.floor() as i128));
            prop_assert_eq!(exact, n.fract() == 0.0);
        }
    }
}
