//! `Retry-After` (RFC 9110, section 10.2.3): a number of seconds, or an HTTP date.

use std::time::SystemTime;

/// How long to wait from `now` on, in milliseconds; 0 for a date that has passed.
pub(super) fn millis(value: &str, now: SystemTime) -> Option<u64> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(seconds.saturating_mul(1_000));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    Some(until.duration_since(now).map_or(0, |wait| wait.as_millis().try_into().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn reads_seconds_and_dates() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(millis("120", now), Some(120_000));
        assert_eq!(millis(" 0 ", now), Some(0));
        assert_eq!(millis("99999999999999999999", now), None);
        assert_eq!(millis("18446744073709551615", now), Some(u64::MAX));
        assert_eq!(millis("Sun, 06 Nov 1994 08:50:07 GMT", now), Some(30_000));
        assert_eq!(millis("Sunday, 06-Nov-94 08:50:07 GMT", now), Some(30_000));
        assert_eq!(millis("Sun, 06 Nov 1994 08:49:00 GMT", now), Some(0));
        assert_eq!(millis("soon", now), None);
        assert_eq!(millis("-5", now), None);
        assert_eq!(millis("Sun, 06 Nov 1994 08:49:38 GMT", now - Duration::from_millis(500)), Some(1_500));
    }
}
