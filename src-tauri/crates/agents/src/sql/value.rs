//! Values on their way into SQLite and out of it, without a digit lost.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use heddle_model::{Failure, FailureCode, Payload};
use rusqlite::types::{Value as SqlValue, ValueRef};
use serde_json::Value;
use serde_json::value::RawValue;

/// JSON as a parameter: integers exactly, texts as texts, booleans as 0 and 1, arrays and objects as JSON text.
///
/// # Errors
/// [`FailureCode::Expression`] for numbers SQLite cannot hold exactly (integers beyond 64 bits) or at all.
pub(super) fn bind(field: &str, value: &Payload) -> Result<SqlValue, Failure> {
    let text = value.text();
    let too_large = || {
        Failure::new(
            FailureCode::Expression,
            format!("{field}: SQLite has no number {text}; pass it as a text (`string(…)`) instead"),
        )
    };
    Ok(match text.as_bytes().first() {
        Some(b'n') => SqlValue::Null,
        Some(b't') => SqlValue::Integer(1),
        Some(b'f') => SqlValue::Integer(0),
        Some(b'"') => match serde_json::from_str(text) {
            Ok(text) => SqlValue::Text(text),
            Err(error) => return Err(Failure::new(FailureCode::Expression, format!("{field}: {error}"))),
        },
        Some(b'{' | b'[') => SqlValue::Text(text.to_owned()),
        _ if text.contains(['.', 'e', 'E']) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => SqlValue::Real(number),
            _ => return Err(too_large()),
        },
        _ => SqlValue::Integer(text.parse().map_err(|_| too_large())?),
    })
}

/// A column's value as JSON text: 64-bit integers exactly, blobs as base64.
///
/// # Errors
/// [`FailureCode::OutputFormat`] for what JSON cannot say: infinities, texts that are not UTF-8, and, when `json` is
/// set, texts that are not JSON.
pub(super) fn write(column: &str, value: ValueRef<'_>, json: bool, out: &mut String) -> Result<(), Failure> {
    let refuse = |what: &str| Failure::new(FailureCode::OutputFormat, format!("the column {column:?} holds {what}"));
    match value {
        ValueRef::Null => out.push_str("null"),
        ValueRef::Integer(number) => out.push_str(&number.to_string()),
        ValueRef::Real(number) if number.is_finite() => out.push_str(&Value::from(number).to_string()),
        ValueRef::Real(_) => return Err(refuse("an infinite number, which JSON cannot say")),
        ValueRef::Text(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|_| refuse("a text that is not UTF-8"))?;
            if json {
                let raw: &RawValue =
                    serde_json::from_str(text).map_err(|e| refuse(&format!("a text that is not JSON: {e}")))?;
                out.push_str(raw.get());
            } else {
                out.push_str(&Value::from(text).to_string());
            }
        }
        ValueRef::Blob(bytes) => out.push_str(&Value::from(STANDARD.encode(bytes)).to_string()),
    }
    Ok(())
}
