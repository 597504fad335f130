//! JSON numbers as CEL numbers, without ever rounding.

/// What a JSON number is to CEL.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Number {
    /// Written without fraction and exponent, fits 64 bits with sign.
    Int(i64),
    /// Likewise, but only without sign.
    UInt(u64),
    /// Written with fraction or exponent, and the nearest double writes back as the same number.
    Double(f64),
    /// Nothing in CEL holds it. Its name is the same for texts that mean the same number.
    Beyond(String),
}

/// Reads the text of a JSON number.
pub(crate) fn number(text: &str) -> Number {
    if !text.contains(['.', 'e', 'E']) {
        return match (text.parse(), text.parse()) {
            (Ok(int), _) => Number::Int(int),
            (Err(_), Ok(uint)) => Number::UInt(uint),
            _ => Number::Beyond(decimal(text).to_string()),
        };
    }
    match text.parse::<f64>() {
        Ok(double) if double.is_finite() && decimal(&format!("{double:e}")) == decimal(text) => Number::Double(double),
        _ => Number::Beyond(decimal(text).to_string()),
    }
}

/// A number as its significant digits and a power of ten: `digits · 10^exponent`.
#[derive(Debug, PartialEq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

fn decimal(text: &str) -> Decimal {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let far = if exponent.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 };
    let written: i64 = exponent.parse().unwrap_or(far).clamp(i64::MIN / 4, i64::MAX / 4);
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    let dropped = (digits.len() - significant.len()) as i64;
    let significant = significant.trim_start_matches('0');
    if significant.is_empty() {
        return Decimal { negative, digits: "0".to_owned(), exponent: 0 };
    }
    Decimal { negative, digits: significant.to_owned(), exponent: written - fraction.len() as i64 + dropped }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        match self.exponent {
            zeros @ 0..=40 => write!(f, "{sign}{}{}", self.digits, "0".repeat(zeros as usize)),
            exponent => write!(f, "{sign}{}e{exponent}", self.digits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, number};

    #[test]
    fn integers_of_64_bits_are_exact_and_larger_ones_are_beyond() {
        assert_eq!(number("0"), Number::Int(0));
        assert_eq!(number("-9223372036854775808"), Number::Int(i64::MIN));
        assert_eq!(number("9223372036854775808"), Number::UInt(1 << 63));
        assert_eq!(number("18446744073709551615"), Number::UInt(u64::MAX));
        assert_eq!(number("18446744073709551616"), Number::Beyond("18446744073709551616".to_owned()));
        assert_eq!(number("-9223372036854775809"), Number::Beyond("-9223372036854775809".to_owned()));
    }

    #[test]
    fn decimals_are_exact_when_the_nearest_double_writes_them_back() {
        for (text, double) in
            [("0.1", 0.1), ("1.0", 1.0), ("-2.50", -2.5), ("1e3", 1000.0), ("12.5E-1", 1.25), ("0.0", 0.0)]
        {
            assert_eq!(number(text), Number::Double(double), "{text}");
        }
        assert_eq!(number("1e400"), Number::Beyond("1e400".to_owned()));
        assert_eq!(number("10.0e399"), Number::Beyond("1e400".to_owned()), "another way to write the same");
        assert_eq!(number("120000000000000000000"), Number::Beyond("120000000000000000000".to_owned()));
        assert_eq!(number("1e-400"), Number::Beyond("1e-400".to_owned()));
        assert_eq!(number("0.10000000000000000001"), Number::Beyond("10000000000000000001e-20".to_owned()));
        assert!(matches!(number("1e999999999999999999999"), Number::Beyond(_)));
    }
}
