//! `{status, headers, encoding, body}` from an answer. A JSON body is taken over as text, to the letter.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use heddle_model::{Failure, FailureCode, Payload};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Map, Value};

use crate::net::{REDACTED, Reply};
use crate::report::Report;

/// The output of an HTTP agent.
pub(super) fn payload(reply: &Reply, key: Option<&str>, report: &mut Report) -> Result<Payload, Failure> {
    let (encoding, body) = body(reply, report);
    let mut text = format!(
        "{{\"status\":{},\"headers\":{},\"encoding\":\"{encoding}\",\"body\":{body}}}",
        reply.status.as_u16(),
        headers(&reply.headers)
    );
    if let Some(key) = key.filter(|key| text.contains(*key)) {
        text = text.replace(key, REDACTED);
        report.warn("the server sent the key back; it was taken out of the answer");
    }
    Payload::parse(text)
        .map_err(|error| Failure::new(FailureCode::Internal, "the answer was not written as JSON").caused_by(&error))
}

/// Names in lower case; values of the same name joined by a comma.
fn headers(headers: &HeaderMap) -> Value {
    let mut object = Map::new();
    for name in headers.keys() {
        let values: Vec<_> =
            headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        object.insert(name.as_str().to_owned(), Value::from(values.join(", ")));
    }
    Value::Object(object)
}

/// What the body is, and the body as JSON text.
fn body(reply: &Reply, report: &mut Report) -> (&'static str, String) {
    let kind = reply.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("").to_ascii_lowercase();
    if reply.body.is_empty() {
        return ("text", "null".to_owned());
    }
    let mime = kind.split(';').next().unwrap_or("").trim();
    if mime == "application/json" || mime.ends_with("+json") {
        match Payload::from_slice(&reply.body) {
            Ok(json) => return ("json", json.text().to_owned()),
            Err(error) => {
                report.warn(format!("the server calls its answer {mime}, but it is not ({error}); kept as text"))
            }
        }
    }
    match decoded(&kind, &reply.body) {
        Some(text) => ("text", Value::from(text).to_string()),
        None => ("base64", Value::from(STANDARD.encode(&reply.body)).to_string()),
    }
}

/// The text of a body, if it is text in the charset it claims (UTF-8 unless it claims one).
fn decoded(kind: &str, body: &[u8]) -> Option<String> {
    let label =
        kind.split(';').find_map(|part| part.trim().strip_prefix("charset=")).map(|label| label.trim_matches('"'));
    let encoding =
        label.map_or(Some(encoding_rs::UTF_8), |label| encoding_rs::Encoding::for_label(label.as_bytes()))?;
    let (text, _, malformed) = encoding.decode(body);
    (!malformed).then(|| text.into_owned())
}
