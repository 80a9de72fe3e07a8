//! PostgreSQL's binary numeric, exactly: as a decimal of a known scale, or as the text that the server would print.

/// A numeric as it is sent.
pub(super) enum Numeric<'a> {
    /// A number.
    Finite(Finite<'a>),
    /// `NaN`, `Infinity`, `-Infinity`.
    Special(&'static str),
}

/// A number: digits to the base 10,000, the first one standing for 10,000 to the power of `weight`.
pub(super) struct Finite<'a> {
    digits: &'a [u8],
    weight: i32,
    negative: bool,
    scale: usize,
}

const TEN_THOUSAND: u16 = 10_000;

impl<'a> Numeric<'a> {
    /// Reads it. None for bytes that are no numeric.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, digits) = bytes.split_at_checked(8)?;
        let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        let (count, weight, sign, scale) = (usize::from(word(0)), word(2).cast_signed(), word(4), usize::from(word(6)));
        if digits.len() != count * 2 || scale > 0x3FFF {
            return None;
        }
        let negative = match sign {
            0 => false,
            0x4000 => true,
            0xC000 => return Some(Self::Special("NaN")),
            0xD000 => return Some(Self::Special("Infinity")),
            0xF000 => return Some(Self::Special("-Infinity")),
            _ => return None,
        };
        let finite = Finite { digits, weight: i32::from(weight), negative, scale };
        (0..count).all(|at| finite.sent(at) < TEN_THOUSAND).then_some(Self::Finite(finite))
    }
}

impl Finite<'_> {
    fn sent(&self, at: usize) -> u16 {
        u16::from_be_bytes([self.digits[at * 2], self.digits[at * 2 + 1]])
    }

    /// The digit that stands for 10,000 to the power of `power`.
    fn digit(&self, power: i32) -> u16 {
        usize::try_from(self.weight - power).ok().filter(|at| *at < self.digits.len() / 2).map_or(0, |at| self.sent(at))
    }

    /// The number times 10 to the power of `scale`, when that is a whole number of less than `precision` + 1 digits.
    pub(super) fn decimal(&self, precision: u8, scale: u8) -> Option<i128> {
        let mut value: i128 = 0;
        for at in 0..self.digits.len() / 2 {
            let digit = i128::from(self.sent(at));
            let power = 4 * (self.weight - i32::try_from(at).ok()?) + i32::from(scale);
            if digit == 0 {
                continue;
            }
            let part = if power >= 0 {
                10i128.checked_pow(power.unsigned_abs())?.checked_mul(digit)?
            } else {
                let divisor = 10i128.checked_pow(power.unsigned_abs())?;
                if digit % divisor != 0 {
                    return None;
                }
                digit / divisor
            };
            value = value.checked_add(part)?;
        }
        let value = if self.negative { -value } else { value };
        (value.unsigned_abs() < 10u128.checked_pow(u32::from(precision))?).then_some(value)
    }

    /// As the server prints it.
    pub(super) fn print(&self, out: &mut String) {
        use std::fmt::Write;
        if self.negative {
            out.push('-');
        }
        if self.weight < 0 {
            out.push('0');
        }
        for power in (0..=self.weight).rev() {
            let digit = self.digit(power);
            let _ = if power == self.weight { write!(out, "{digit}") } else { write!(out, "{digit:04}") };
        }
        if self.scale == 0 {
            return;
        }
        out.push('.');
        let end = out.len() + self.scale;
        let mut power = -1;
        while out.len() < end {
            let _ = write!(out, "{:04}", self.digit(power));
            power -= 1;
        }
        out.truncate(end);
    }
}
