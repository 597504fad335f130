//! Exact decimal numbers: what a JSON number means, to the last digit.
//!
//! A number is `mantissa × 10^exponent` with a mantissa that does not end in zero, so equal numbers are equal structures
//! whatever their spelling (`1`, `1.0` and `10e-1` are one number). Sizes are bounded, so arithmetic always ends soon.

use std::{cmp::Ordering, fmt};

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

/// The largest exponent, positive or negative, and the largest number of digits that is worked with.
const LARGEST: i64 = 2_000;

/// An exact decimal number.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Dec {
    mantissa: BigInt,
    exponent: i64,
}

impl Dec {
    pub(crate) fn new(mantissa: BigInt, exponent: i64) -> Self {
        if mantissa.is_zero() {
            return Dec { mantissa, exponent: 0 };
        }
        let (mut mantissa, mut exponent) = (mantissa, exponent);
        let ten = BigInt::from(10);
        loop {
            let (quotient, rest) = mantissa.div_rem(&ten);
            if !rest.is_zero() {
                return Dec { mantissa, exponent };
            }
            mantissa = quotient;
            exponent += 1;
        }
    }

    pub(crate) fn from_int(value: impl Into<BigInt>) -> Self {
        Dec::new(value.into(), 0)
    }

    /// Reads the text of a JSON number; `None` if it is larger or finer than this module works with.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (number, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let fraction = fraction.trim_end_matches('0');
        let exponent = exponent.checked_sub(fraction.len() as i64)?;
        if let (true, Ok(small)) = (fraction.is_empty() && whole.len() < 18, whole.parse::<i64>()) {
            return (small == 0 || exponent.abs() <= LARGEST).then(|| Dec::new(BigInt::from(small), exponent));
        }
        if whole.len() + fraction.len() > LARGEST as usize {
            return None;
        }
        let mantissa: BigInt = format!("{whole}{fraction}").parse().ok()?;
        (mantissa.is_zero() || exponent.abs() <= LARGEST).then(|| Dec::new(mantissa, exponent))
    }

    pub(crate) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.mantissa.is_zero()
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.mantissa.is_negative()
    }

    /// The place of the last digit: `-2` for `0.01`.
    pub(crate) fn exponent(&self) -> i64 {
        self.exponent
    }

    /// This number counted in units of `10^exponent`, which must not be coarser than its last digit.
    pub(crate) fn in_units(&self, exponent: i64) -> BigInt {
        &self.mantissa * power_of_ten(self.exponent - exponent)
    }

    fn aligned(&self, other: &Dec) -> (BigInt, BigInt, i64) {
        let exponent = self.exponent.min(other.exponent);
        (self.in_units(exponent), other.in_units(exponent), exponent)
    }

    pub(crate) fn add(&self, other: &Dec) -> Dec {
        let (a, b, exponent) = self.aligned(other);
        Dec::new(a + b, exponent)
    }

    pub(crate) fn sub(&self, other: &Dec) -> Dec {
        let (a, b, exponent) = self.aligned(other);
        Dec::new(a - b, exponent)
    }

    pub(crate) fn times(&self, factor: &BigInt) -> Dec {
        Dec::new(&self.mantissa * factor, self.exponent)
    }

    pub(crate) fn times_ten_to(&self, power: i64) -> Dec {
        if self.is_zero() {
            self.clone()
        } else {
            Dec { mantissa: self.mantissa.clone(), exponent: self.exponent + power }
        }
    }

    pub(crate) fn is_multiple_of(&self, divisor: &Dec) -> bool {
        if divisor.is_zero() {
            return self.is_zero();
        }
        let (a, b, _) = self.aligned(divisor);
        (a % b).is_zero()
    }

    /// For a multiple of `divisor`: whether division in floating point says so as well.
    pub(crate) fn is_plain_multiple_of(&self, divisor: &Dec) -> bool {
        let float = |n: &Dec| n.to_string().parse::<f64>().unwrap_or(f64::NAN);
        self.is_integer() && divisor.is_integer() || (float(self) / float(divisor)).fract() == 0.0
    }

    /// The least positive number that is a multiple of both (neither of which is zero).
    pub(crate) fn lcm(&self, other: &Dec) -> Dec {
        let (a, b, exponent) = self.aligned(other);
        Dec::new(a.lcm(&b).abs(), exponent)
    }

    /// The largest whole `k` with `k × unit ≤ self`, for a positive unit.
    pub(crate) fn div_floor(&self, unit: &Dec) -> BigInt {
        let (a, b, _) = self.aligned(unit);
        a.div_floor(&b)
    }

    /// The smallest whole `k` with `k × unit ≥ self`, for a positive unit.
    pub(crate) fn div_ceil(&self, unit: &Dec) -> BigInt {
        let (a, b, _) = self.aligned(unit);
        -((-a).div_floor(&b))
    }

    pub(crate) fn to_u64(&self) -> Option<u64> {
        if !self.is_integer() || self.exponent > 30 { None } else { self.in_units(0).to_u64() }
    }
}

fn power_of_ten(exponent: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent.max(0)).unwrap_or(u32::MAX))
}

impl Ord for Dec {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.exponent == other.exponent {
            return self.mantissa.cmp(&other.mantissa);
        }
        let (a, b, _) = self.aligned(other);
        a.cmp(&b)
    }
}

impl PartialOrd for Dec {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Dec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if (0..=40).contains(&self.exponent) {
            return write!(f, "{}", self.in_units(0));
        }
        let digits = self.mantissa.abs().to_string();
        let sign = if self.mantissa.is_negative() { "-" } else { "" };
        if (-40..0).contains(&self.exponent) {
            let places = self.exponent.unsigned_abs() as usize;
            let padded = format!("{digits:0>width$}", width = places + 1);
            let (whole, fraction) = padded.split_at(padded.len() - places);
            return write!(f, "{sign}{whole}.{fraction}");
        }
        write!(f, "{sign}{digits}e{}", self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Dec {
        Dec::parse(text).unwrap()
    }

    #[test]
    fn one_number_has_one_form() {
        for text in ["1", "1.0", "10e-1", "0.1e1", "1E0", "1.000"] {
            assert_eq!(dec(text), dec("1"), "{text}");
        }
        assert_eq!(dec("-0.0"), dec("0"));
        assert_ne!(dec("9007199254740993"), dec("9007199254740992"));
    }

    #[test]
    fn multiples_are_exact() {
        for (value, of, expected) in [
            ("0.3", "0.1", true),
            ("19.99", "0.01", true),
            ("1e300", "7", false),
            ("0.075", "0.05", false),
            ("123456789012345678901234567890", "10", true),
        ] {
            assert_eq!(dec(value).is_multiple_of(&dec(of)), expected, "{value} of {of}");
        }
        assert_eq!(dec("0.4").lcm(&dec("0.6")), dec("1.2"));
        assert_eq!(dec("-7").div_floor(&dec("2")), BigInt::from(-4));
        assert_eq!(dec("-7").div_ceil(&dec("2")), BigInt::from(-3));
    }

    #[test]
    fn shows_what_it_read() {
        for text in ["0", "-12.5", "0.001", "1200", "-7", "3e90", "5e-77"] {
            assert_eq!(dec(text).to_string(), text);
        }
        assert!(dec("2") > dec("1.9999") && dec("-1e10") < dec("-1e9"));
    }

    #[test]
    fn what_is_too_large_is_refused() {
        assert_eq!(Dec::parse("1e999999999999"), None);
        assert_eq!(Dec::parse("1e-5000"), None);
    }
}
