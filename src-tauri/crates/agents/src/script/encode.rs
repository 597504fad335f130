//! From a value of JavaScript to JSON text, refusing what JSON cannot say instead of dropping it.

use heddle_model::{Failure, FailureCode, Payload};
use rquickjs::convert::Coerced;
use rquickjs::{Array, Function, Object, String as JsString, Value};
use tokio_util::sync::CancellationToken;

/// Deepest nesting that is written: as deep as Heddle looks into payloads.
const MAX_DEPTH: usize = 128;
/// Longest JSON text that is written, in bytes. The engine has its own, lower limit; this one guards the memory while
/// the text is made (a script can put one string into an array a million times).
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Largest integer of a double that is written without a fraction (2^53).
const MAX_INTEGER: f64 = 9_007_199_254_740_992.0;

/// Why a value was not written.
pub(super) enum EncodeError {
    /// It cannot be JSON.
    Failure(Failure),
    /// A getter, `toJSON` or proxy trap threw, or memory ran out; the exception waits in the context.
    Thrown(rquickjs::Error),
}

impl From<rquickjs::Error> for EncodeError {
    fn from(error: rquickjs::Error) -> Self {
        Self::Thrown(error)
    }
}

/// Writes values; made before the script's own code runs, so that nothing the script changes can mislead it.
pub(super) struct Encoder<'js> {
    well_formed: Function<'js>,
    is_collection: Function<'js>,
    stop: CancellationToken,
}

impl<'js> Encoder<'js> {
    /// `well_formed` mends strings with half a surrogate pair, `is_collection` names a Map, Set or the like.
    pub(super) fn new(well_formed: Function<'js>, is_collection: Function<'js>, stop: CancellationToken) -> Self {
        Self { well_formed, is_collection, stop }
    }

    /// The value as JSON text. The rules are those of `JSON.stringify`, except that a `BigInt` becomes an integer and
    /// that functions, symbols, `NaN`, infinities, Maps and Sets are refused rather than dropped or turned to `null`.
    pub(super) fn encode(&self, value: Value<'js>) -> Result<Payload, EncodeError> {
        let mut writer = Writer { encoder: self, out: String::new(), path: "$".to_owned(), open: Vec::new() };
        writer.value(value)?;
        Payload::parse(writer.out).map_err(|error| {
            EncodeError::Failure(
                Failure::new(FailureCode::Internal, "the script's output was not written as JSON").caused_by(&error),
            )
        })
    }

    fn text(&self, text: JsString<'js>) -> Result<String, rquickjs::Error> {
        match text.to_string() {
            Err(rquickjs::Error::Utf8(_)) => self.well_formed.call::<_, JsString<'js>>((text,))?.to_string(),
            done => done,
        }
    }
}

struct Writer<'a, 'js> {
    encoder: &'a Encoder<'js>,
    out: String,
    path: String,
    /// The objects that are being written, outermost first: meeting one again is a cycle.
    open: Vec<Value<'js>>,
}

impl<'js> Writer<'_, 'js> {
    fn refuse<T>(&self, what: &str) -> Result<T, EncodeError> {
        Err(EncodeError::Failure(Failure::new(
            FailureCode::OutputFormat,
            format!("run() returned something that is not JSON: {what} at {}", self.path),
        )))
    }

    fn value(&mut self, value: Value<'js>) -> Result<(), EncodeError> {
        if self.out.len() > MAX_BYTES {
            return Err(EncodeError::Failure(Failure::new(
                FailureCode::OutputTooLarge,
                format!("the script's output is longer than {} MiB", MAX_BYTES / 1024 / 1024),
            )));
        }
        if self.encoder.stop.is_cancelled() {
            return Err(EncodeError::Failure(crate::runner::cancelled()));
        }
        if value.is_null() {
            self.out.push_str("null");
        } else if let Some(flag) = value.as_bool() {
            self.out.push_str(if flag { "true" } else { "false" });
        } else if let Some(number) = value.as_int() {
            self.out.push_str(&number.to_string());
        } else if let Some(number) = value.as_float() {
            self.float(number)?;
        } else if value.is_big_int() {
            let digits: Coerced<String> = value.get()?;
            self.out.push_str(&digits);
        } else if let Some(text) = value.as_string() {
            let text = self.encoder.text(text.clone())?;
            self.string(&text);
        } else if value.is_undefined() {
            // Only ever an element: `undefined` properties are left out, and a bare `undefined` was refused before.
            self.out.push_str("null");
        } else if value.is_function() {
            return self.refuse("a function");
        } else if value.is_symbol() {
            return self.refuse("a symbol");
        } else if value.is_object() {
            self.object(value)?;
        } else {
            return self.refuse(value.type_name());
        }
        Ok(())
    }

    fn float(&mut self, number: f64) -> Result<(), EncodeError> {
        if !number.is_finite() {
            return self.refuse(&format!("the number {number}"));
        }
        if number.fract() == 0.0 && number.abs() <= MAX_INTEGER {
            #[expect(clippy::cast_possible_truncation, reason = "an integer of at most 2^53")]
            let whole = number as i64;
            self.out.push_str(&whole.to_string());
        } else {
            self.out.push_str(&serde_json::Value::from(number).to_string());
        }
        Ok(())
    }

    fn string(&mut self, text: &str) {
        self.out.push_str(&serde_json::Value::from(text).to_string());
    }

    fn object(&mut self, value: Value<'js>) -> Result<(), EncodeError> {
        if self.open.contains(&value) {
            return self.refuse("a cycle: an object that contains itself");
        }
        if self.open.len() >= MAX_DEPTH {
            return self.refuse(&format!("more than {MAX_DEPTH} levels of nesting"));
        }
        self.open.push(value.clone());
        if let Some(array) = value.as_array() {
            self.array(array)?;
        } else if let Some(object) = value.as_object() {
            let stand_in: Value<'js> = object.get("toJSON")?;
            if let Some(to_json) = stand_in.as_function() {
                let plain: Value<'js> = to_json.call((rquickjs::function::This(value.clone()),))?;
                if plain.is_undefined() {
                    return self.refuse("toJSON() that returned undefined");
                }
                self.value(plain)?;
            } else {
                let collection: Value<'js> = self.encoder.is_collection.call((value.clone(),))?;
                if let Some(name) = collection.as_string() {
                    let name = self.encoder.text(name.clone())?;
                    return self.refuse(&format!("a {name} (spread it into an array or object first)"));
                }
                self.properties(object)?;
            }
        }
        self.open.pop();
        Ok(())
    }

    fn array(&mut self, array: &Array<'js>) -> Result<(), EncodeError> {
        self.out.push('[');
        let above = self.path.len();
        for index in 0..array.len() {
            if index > 0 {
                self.out.push(',');
            }
            self.path.push_str(&format!("[{index}]"));
            self.value(array.get(index)?)?;
            self.path.truncate(above);
        }
        self.out.push(']');
        Ok(())
    }

    fn properties(&mut self, object: &Object<'js>) -> Result<(), EncodeError> {
        self.out.push('{');
        let above = self.path.len();
        let mut first = true;
        for key in object.keys::<JsString<'js>>() {
            let key = key?;
            let value: Value<'js> = object.get(key.clone())?;
            if value.is_undefined() {
                continue;
            }
            if !std::mem::take(&mut first) {
                self.out.push(',');
            }
            let key = self.encoder.text(key)?;
            self.string(&key);
            self.out.push(':');
            self.path.push('.');
            self.path.push_str(&key);
            self.value(value)?;
            self.path.truncate(above);
        }
        self.out.push('}');
        Ok(())
    }
}
