//! Comparing JSON values; numbers by their exact value, however they are written.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// Whether two values are the same: `1` is `1.0`, and the order of keys does not count.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => numbers(a, b) == Ordering::Equal,
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}

/// Whether a text contains a text, an array an element, an object a key.
pub(super) fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::String(whole), Value::String(part)) => whole.contains(part.as_str()),
        (Value::Array(elements), part) => elements.iter().any(|element| equal(element, part)),
        (Value::Object(members), Value::String(key)) => members.contains_key(key),
        _ => false,
    }
}

/// The order of two numbers; `None` when one is no number.
pub(super) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(numbers(a, b)),
        _ => None,
    }
}

fn numbers(a: &Number, b: &Number) -> Ordering {
    let (a, b) = (Decimal::read(&a.to_string()), Decimal::read(&b.to_string()));
    match (a.negative, b.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => a.size(&b),
        (true, true) => b.size(&a),
    }
}

/// ±0.d₁d₂d₃… · 10^exponent with d₁ ≠ 0; zero has no digits and no sign.
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i128,
}

impl Decimal {
    /// Reads a number as JSON writes it. Exponents beyond 36 digits count as that large.
    fn read(text: &str) -> Self {
        let negative = text.starts_with('-');
        let text = text.trim_start_matches('-');
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let leading = all.len() - all.trim_start_matches('0').len();
        let digits = all[leading..].trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Self { negative: false, digits, exponent: 0 };
        }
        const FAR: i128 = 10_i128.pow(36);
        let written = exponent.trim_start_matches('+').parse::<i128>().unwrap_or(if exponent.starts_with('-') {
            -FAR
        } else {
            FAR
        });
        let exponent = written.clamp(-FAR, FAR) + whole.len() as i128 - leading as i128;
        Self { negative, digits, exponent }
    }

    /// Compares without the sign. Digits without trailing zeros compare like texts.
    fn size(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, expected: Ordering, b: &str) {
        let (a, b): (Value, Value) = (serde_json::from_str(a).unwrap(), serde_json::from_str(b).unwrap());
        assert_eq!(order(&a, &b), Some(expected), "{a} against {b}");
        assert_eq!(order(&b, &a), Some(expected.reverse()), "{b} against {a}");
        assert_eq!(equal(&a, &b), expected == Ordering::Equal);
    }

    #[test]
    fn numbers_compare_by_their_exact_value() {
        check("1", Ordering::Equal, "1.0");
        check("1", Ordering::Equal, "10e-1");
        check("0", Ordering::Equal, "-0.00");
        check("100", Ordering::Equal, "1E+2");
        check("9007199254740993", Ordering::Greater, "9007199254740992");
        check("-9007199254740993", Ordering::Less, "-9007199254740992");
        check("0.1", Ordering::Less, "0.10000000000000000001");
        check("1e400", Ordering::Greater, "1e399");
        check("1e-400", Ordering::Greater, "0");
        check("-1e400", Ordering::Less, "0.001");
        check("1e99999999999999999999999999999999999999999", Ordering::Greater, "1e400");
        check("123", Ordering::Greater, "12.9");
        check("9", Ordering::Less, "10");
    }

    #[test]
    fn objects_are_equal_in_any_order_and_arrays_only_in_theirs() {
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert!(equal(&value(r#"{"a":1,"b":[2.0]}"#), &value(r#"{"b":[2],"a":1.0}"#)));
        assert!(!equal(&value(r#"{"a":1}"#), &value(r#"{"a":1,"b":2}"#)));
        assert!(!equal(&value("[1,2]"), &value("[2,1]")));
        assert!(!equal(&value("1"), &value("\"1\"")));
    }

    #[test]
    fn contains_looks_into_texts_arrays_and_keys() {
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert!(contains(&value("\"abc\""), &value("\"bc\"")));
        assert!(contains(&value("[1,2.0]"), &value("2")));
        assert!(contains(&value(r#"{"a":1}"#), &value("\"a\"")));
        assert!(!contains(&value("12"), &value("1")));
    }
}
