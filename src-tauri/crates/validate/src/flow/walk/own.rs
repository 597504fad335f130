//! What the keywords of one schema object say about a member or an element.

use heddle_expr::Segment;
use serde_json::{Map, Value, json};

use super::{Absent, Declared, Part, Walk};

impl Walk<'_> {
    /// What the keywords of one schema object say about a member, those that hold other schemas aside.
    pub(super) fn own_member(&self, map: &Map<String, Value>, key: &str) -> Part {
        let object = may_be(map, "object");
        if object == Some(Absent::Always) {
            return Part::closed();
        }
        let properties = map.get("properties").and_then(Value::as_object);
        let required = map
            .get("required")
            .and_then(Value::as_array)
            .is_some_and(|names| names.iter().any(|name| name.as_str() == Some(key)));
        let means_objects = match object {
            Some(absent) => absent == Absent::Never,
            // `properties` without a type is written by people who mean objects.
            None => self.declared && (properties.is_some() || map.contains_key("required")),
        };
        let absent = if required && means_objects { Absent::Never } else { Absent::Sometimes };
        if let Some(schema) = properties.and_then(|properties| properties.get(key)) {
            if *schema == Value::Bool(false) {
                return Part::closed();
            }
            let patterns = map.contains_key("patternProperties");
            return Part { schema: schema.clone(), absent, declared: Declared::Yes, exact: !patterns };
        }
        let patterns = map.get("patternProperties").and_then(Value::as_object);
        let matching: Vec<&Value> = patterns
            .into_iter()
            .flatten()
            .filter(|(pattern, _)| matches(pattern, key))
            .map(|(_, schema)| schema)
            .collect();
        if let Some(schema) = matching.first() {
            return Part { schema: (*schema).clone(), absent, declared: Declared::Yes, exact: matching.len() == 1 };
        }
        let rest = map.get("additionalProperties").or_else(|| map.get("unevaluatedProperties"));
        match rest {
            // What is declared beside it, in `allOf` and the like, may still be there.
            Some(Value::Bool(false)) if !map.contains_key("additionalProperties") && holds_others(map) => {
                Part::silent()
            }
            Some(Value::Bool(false)) => Part::closed(),
            Some(schema) => Part { schema: schema.clone(), absent, declared: Declared::Yes, exact: true },
            None if required => Part { schema: Value::Bool(true), absent, declared: Declared::Yes, exact: true },
            None if properties.is_some_and(|properties| !properties.is_empty()) || patterns.is_some() => {
                Part { declared: Declared::Open, ..Part::silent() }
            }
            None => Part::silent(),
        }
    }

    pub(super) fn own_element(&self, map: &Map<String, Value>, index: u64) -> Part {
        let array = may_be(map, "array");
        if array == Some(Absent::Always) {
            return Part::closed();
        }
        let count = |keyword: &str| map.get(keyword).and_then(Value::as_u64);
        if count("maxItems").is_some_and(|most| most <= index) {
            return Part::closed();
        }
        let prefix = map.get("prefixItems").and_then(Value::as_array);
        let own = usize::try_from(index).ok().and_then(|index| prefix?.get(index));
        let means_arrays = match array {
            Some(absent) => absent == Absent::Never,
            None => self.declared && (prefix.is_some() || map.contains_key("items")),
        };
        let there = count("minItems").is_some_and(|least| least > index);
        let absent = if there && means_arrays { Absent::Never } else { Absent::Sometimes };
        match own.or_else(|| map.get("items")) {
            Some(Value::Bool(false)) => Part::closed(),
            Some(schema) => Part { schema: schema.clone(), absent, declared: Declared::Yes, exact: true },
            None if array.is_some() => {
                Part { schema: Value::Bool(true), absent, declared: Declared::Silent, exact: true }
            }
            None => Part::silent(),
        }
    }

    pub(super) fn of_values(&self, values: &[Value], segment: &Segment) -> Part {
        let parts: Vec<&Value> = values
            .iter()
            .filter_map(|value| match segment {
                Segment::Key(key) => value.as_object()?.get(key),
                Segment::Index(index) => value.as_array()?.get(usize::try_from(*index).ok()?),
            })
            .collect();
        if parts.is_empty() {
            return Part::closed();
        }
        let absent = if parts.len() == values.len() { Absent::Never } else { Absent::Sometimes };
        Part { schema: json!({ "enum": parts }), absent, declared: Declared::Yes, exact: true }
    }
}

/// Whether values of a schema object may be of a type: never, always, or both; None if it does not say.
fn may_be(map: &Map<String, Value>, wanted: &str) -> Option<Absent> {
    match map.get("type")? {
        Value::String(name) => Some(if name == wanted { Absent::Never } else { Absent::Always }),
        Value::Array(names) if names.iter().any(|name| name == wanted) => {
            Some(if names.len() == 1 { Absent::Never } else { Absent::Sometimes })
        }
        Value::Array(_) => Some(Absent::Always),
        _ => None,
    }
}

fn holds_others(map: &Map<String, Value>) -> bool {
    ["allOf", "anyOf", "oneOf", "$ref", "then", "else", "dependentSchemas"]
        .iter()
        .any(|keyword| map.contains_key(*keyword))
}

fn matches(pattern: &str, name: &str) -> bool {
    jsonschema::validator_for(&json!({ "pattern": pattern }))
        .is_ok_and(|validator| validator.is_valid(&Value::String(name.to_owned())))
}
