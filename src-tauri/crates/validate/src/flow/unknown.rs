//! Marks in inferred schemas: here something narrower may come than the schema says.
//!
//! Validators ignore keywords they do not know, so a marked schema still allows everything that may come. What it allows
//! beyond that proves nothing.

use serde_json::{Map, Value};

/// The keyword; its value is the reason, for people.
pub(super) const KEYWORD: &str = "x-unknown";

/// The schema with a mark.
pub(super) fn marked(schema: Value, why: &str) -> Value {
    let mut map = match schema {
        Value::Object(map) => map,
        Value::Bool(true) => Map::new(),
        other => return other,
    };
    map.entry(KEYWORD).or_insert_with(|| Value::from(why));
    Value::Object(map)
}

/// The reason of the first mark in a schema, wherever in it.
pub(super) fn why_unknown(schema: &Value) -> Option<&str> {
    match schema {
        Value::Object(map) => match map.get(KEYWORD) {
            Some(Value::String(why)) => Some(why),
            _ => map
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "const" | "enum" | "default" | "examples"))
                .find_map(|(_, value)| why_unknown(value)),
        },
        Value::Array(list) => list.iter().find_map(why_unknown),
        _ => None,
    }
}
