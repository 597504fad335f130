//! JSON text for a language whose numbers are doubles: integers a double cannot hold are marked, so that the script
//! gets them as `BigInt`s.

use std::borrow::Cow;

/// Largest integer a double holds together with all smaller ones (`Number.MAX_SAFE_INTEGER`, 2^53 − 1).
const MAX_SAFE: u64 = (1 << 53) - 1;

/// The text with every integer outside ±(2^53 − 1) written as the string `mark` + digits. `mark` must not occur in any
/// string of the text, and must need no escapes. Numbers with a fraction or an exponent are doubles and stay.
pub(super) fn mark_big_integers<'a>(text: &'a str, mark: &str) -> Cow<'a, str> {
    let bytes = text.as_bytes();
    let mut marked = String::new();
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = after_string(bytes, at),
            b'-' | b'0'..=b'9' => {
                let end = bytes[at..].iter().position(|b| !is_number_byte(*b)).map_or(bytes.len(), |n| at + n);
                let number = &text[at..end];
                if is_big_integer(number) {
                    marked.push_str(&text[copied..at]);
                    marked.push('"');
                    marked.push_str(mark);
                    marked.push_str(number);
                    marked.push('"');
                    copied = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    marked.push_str(&text[copied..]);
    Cow::Owned(marked)
}

/// Where the string that opens at `at` is over.
fn after_string(bytes: &[u8], at: usize) -> usize {
    let mut next = at + 1;
    while next < bytes.len() {
        match bytes[next] {
            b'"' => return next + 1,
            b'\\' => next += 2,
            _ => next += 1,
        }
    }
    bytes.len()
}

const fn is_number_byte(byte: u8) -> bool {
    matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
}

fn is_big_integer(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    digits.len() >= 16
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.parse::<u64>().map_or(true, |value| value > MAX_SAFE)
}

#[cfg(test)]
mod tests {
    use super::mark_big_integers;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(mark_big_integers(text, "#"), expected);
    }

    #[test]
    fn marks_exactly_the_integers_beyond_two_to_the_53() {
        check("9007199254740991", "9007199254740991");
        check("9007199254740992", r##""#9007199254740992""##);
        check("-9007199254740991", "-9007199254740991");
        check("-9007199254740992", r##""#-9007199254740992""##);
        check("[1,123456789012345678901234567890]", r##"[1,"#123456789012345678901234567890"]"##);
    }

    #[test]
    fn leaves_strings_and_fractions_alone() {
        for text in [r#"{"9007199254740993":"9007199254740993"}"#, r#"["\"9007199254740993"]"#, r#"["\\",1]"#, "1e400"]
        {
            check(text, text);
        }
        check("12345678901234567890.5", "12345678901234567890.5");
        check(r#"{"a\\":9007199254740993}"#, r##"{"a\\":"#9007199254740993"}"##);
    }
}
