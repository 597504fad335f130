//! What CEL computed, as JSON text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cel::common::types::{
    CelBool, CelBytes, CelDouble, CelDuration, CelInt, CelOptional, CelString, CelTimestamp, CelType, CelUInt, Kind,
};
use cel::common::value::Val;
use cel::{ExecutionError, Value};
use heddle_model::Payload;

use crate::context::spliced;
use crate::error::EvalError;
use crate::opaque::Opaque;
use crate::value::Json;

/// Largest result, in bytes.
pub(crate) const MAX_RESULT_BYTES: usize = 64 * 1024 * 1024;

/// Writes a value: bytes as base64, timestamps as RFC 3339, durations as seconds (`3.5s`), an absent optional as null.
pub(crate) fn payload(value: &dyn Val) -> Result<Payload, EvalError> {
    let mut text = String::new();
    write(value, &mut text)?;
    Ok(spliced(text))
}

fn write(value: &dyn Val, text: &mut String) -> Result<(), EvalError> {
    if text.len() > MAX_RESULT_BYTES {
        return Err(EvalError::Result(format!("it is larger than {MAX_RESULT_BYTES} bytes")));
    }
    if let Some(json) = value.downcast_ref::<Json>() {
        text.push_str(json.text());
        return Ok(());
    }
    let unwritable = || EvalError::Result(format!("a value of type {}", value.get_type().name()));
    match value.get_type().kind() {
        Kind::NullType => text.push_str("null"),
        Kind::Boolean => text.push_str(if *get::<CelBool>(value)?.inner() { "true" } else { "false" }),
        Kind::Int => text.push_str(&get::<CelInt>(value)?.inner().to_string()),
        Kind::UInt => text.push_str(&get::<CelUInt>(value)?.inner().to_string()),
        Kind::Double => {
            let double = *get::<CelDouble>(value)?.inner();
            let number = serde_json::Number::from_f64(double)
                .ok_or_else(|| EvalError::Result(format!("the number {double}, for which JSON has no way to write")))?;
            text.push_str(&number.to_string());
        }
        Kind::String => {
            let string = value.downcast_ref::<CelString<'_>>().ok_or_else(unwritable)?;
            quote(string.inner(), text);
        }
        Kind::Bytes => {
            let bytes = value.downcast_ref::<CelBytes<'_>>().ok_or_else(unwritable)?;
            quote(&STANDARD.encode(bytes.inner()), text);
        }
        Kind::Timestamp => {
            let written = get::<CelTimestamp>(value)?.inner().to_rfc3339();
            match written.strip_suffix("+00:00") {
                Some(utc) => quote(&format!("{utc}Z"), text),
                None => quote(&written, text),
            }
        }
        Kind::Duration => {
            let nanos = get::<CelDuration>(value)?.inner().num_nanoseconds().ok_or_else(unwritable)?;
            quote(&seconds(nanos), text);
        }
        Kind::Type => quote(get::<CelType>(value)?.name(), text),
        Kind::List => {
            text.push('[');
            let mut elements = value.as_iterable().ok_or_else(unwritable)?.iter();
            let mut first = true;
            while let Some(element) = elements.next() {
                if !std::mem::take(&mut first) {
                    text.push(',');
                }
                write(element, text)?;
            }
            text.push(']');
        }
        Kind::Map => {
            text.push('{');
            let indexer = value.as_indexer().ok_or_else(unwritable)?;
            let mut keys = value.as_iterable().ok_or_else(unwritable)?.iter();
            let mut first = true;
            while let Some(key) = keys.next() {
                if !std::mem::take(&mut first) {
                    text.push(',');
                }
                match key.downcast_ref::<CelString<'_>>() {
                    Some(name) => quote(name.inner(), text),
                    // A number or boolean as key reads the same inside quotes.
                    None => {
                        text.push('"');
                        write(key, text)?;
                        text.push('"');
                    }
                }
                text.push(':');
                write(
                    indexer.get(key).map_err(|error: ExecutionError| EvalError::Result(error.to_string()))?.as_ref(),
                    text,
                )?;
            }
            text.push('}');
        }
        _ => {
            if let Some(optional) = value.downcast_ref::<CelOptional<'_>>() {
                return match optional.option() {
                    Some(value) => write(value, text),
                    None => {
                        text.push_str("null");
                        Ok(())
                    }
                };
            }
            match Value::try_from(value) {
                Ok(Value::Opaque(opaque)) => {
                    text.push_str(&opaque.downcast_ref::<Opaque>().ok_or_else(unwritable)?.text);
                }
                _ => return Err(unwritable()),
            }
        }
    }
    Ok(())
}

fn get<T: cel::common::value::StaticVal>(value: &dyn Val) -> Result<&T, EvalError> {
    value.downcast_ref::<T>().ok_or_else(|| EvalError::Result(format!("a value of type {}", value.get_type().name())))
}

fn quote(string: &str, text: &mut String) {
    text.push_str(&serde_json::Value::from(string).to_string());
}

/// Seconds with as many decimals as needed, the JSON form of a protobuf duration.
fn seconds(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let whole = nanos.unsigned_abs() / 1_000_000_000;
    let fraction = format!("{:09}", nanos.unsigned_abs() % 1_000_000_000);
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}s"),
        fraction => format!("{sign}{whole}.{fraction}s"),
    }
}
