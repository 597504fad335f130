//! A schema in one line, for people.

use serde_json::{Map, Value};

use crate::ir::Types;

/// How much of a schema is told.
const PROPERTIES: usize = 8;
const DEEPEST: usize = 2;
const LONGEST: usize = 60;

/// One line that tells what a schema allows, such as `object with name (string), age (integer, optional)`.
///
/// It is meant for people and leaves things out; nothing can be concluded from it.
pub fn describe(schema: &Value) -> String {
    phrase(schema, schema, 0, &mut 0)
}

fn phrase(schema: &Value, document: &Value, depth: usize, followed: &mut usize) -> String {
    let map = match schema {
        Value::Bool(true) => return "anything".into(),
        Value::Object(map) => map,
        _ => return "nothing".into(),
    };
    if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
        *followed += 1;
        let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        return match target {
            Some(target) if *followed < 8 && depth <= DEEPEST => phrase(target, document, depth, followed),
            _ => reference.rsplit('/').next().unwrap_or(reference).to_string(),
        };
    }
    if let Some(constant) = map.get("const") {
        return short(constant);
    }
    if let Some(Value::Array(values)) = map.get("enum") {
        let listed: Vec<String> = values.iter().take(5).map(short).collect();
        let more = if values.len() > 5 { " | …" } else { "" };
        return format!("{}{more}", listed.join(" | "));
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Some(Value::Array(options)) = map.get(keyword) {
            let mut told: Vec<String> =
                options.iter().take(5).map(|option| phrase(option, document, depth + 1, followed)).collect();
            told.dedup();
            return told.join(" or ");
        }
    }
    if let Some(Value::Array(parts)) = map.get("allOf").filter(|_| !map.contains_key("type")) {
        let told: Vec<String> = parts.iter().take(3).map(|part| phrase(part, document, depth + 1, followed)).collect();
        return told.join(" and ");
    }
    match map.get("type") {
        Some(Value::String(name)) => typed(name, map, document, depth, followed),
        Some(Value::Array(names)) => {
            let told: Vec<String> = names
                .iter()
                .filter_map(Value::as_str)
                .map(|name| typed(name, map, document, depth, followed))
                .collect();
            told.join(" or ")
        }
        _ if map.contains_key("properties") => typed("object", map, document, depth, followed),
        _ if map.contains_key("items") => typed("array", map, document, depth, followed),
        _ => "anything".into(),
    }
}

fn typed(name: &str, map: &Map<String, Value>, document: &Value, depth: usize, followed: &mut usize) -> String {
    match name {
        "string" => match map.get("format").and_then(Value::as_str) {
            Some(format) => format!("string ({format})"),
            None => "string".into(),
        },
        "integer" | "number" => {
            let bound = |keyword: &str| map.get(keyword).filter(|v| v.is_number()).map(ToString::to_string);
            match (bound("minimum"), bound("maximum")) {
                (Some(low), Some(high)) => format!("{name} from {low} to {high}"),
                (Some(low), None) => format!("{name} from {low}"),
                (None, Some(high)) => format!("{name} up to {high}"),
                (None, None) => name.into(),
            }
        }
        "array" => match map.get("items") {
            Some(items @ Value::Object(_)) if depth < DEEPEST => {
                format!("list of {}", phrase(items, document, depth + 1, followed))
            }
            _ => "list".into(),
        },
        "object" => {
            let Some(Value::Object(properties)) = map.get("properties").filter(|_| depth < DEEPEST) else {
                return "object".into();
            };
            let required = |name: &str| {
                map.get("required").and_then(Value::as_array).is_some_and(|list| list.iter().any(|r| r == name))
            };
            let mut told: Vec<String> = properties
                .iter()
                .take(PROPERTIES)
                .map(|(name, schema)| {
                    let optional = if required(name) { "" } else { ", optional" };
                    format!("{name} ({}{optional})", phrase(schema, document, depth + 1, followed))
                })
                .collect();
            if properties.len() > PROPERTIES {
                told.push(format!("{} more", properties.len() - PROPERTIES));
            }
            if told.is_empty() { "object".into() } else { format!("object with {}", told.join(", ")) }
        }
        other => other.into(),
    }
}

/// The types with their articles: `a string or an integer`.
pub(crate) fn article(types: Types) -> String {
    let names: Vec<String> = types
        .names()
        .into_iter()
        .map(|name| match name {
            "null" => "null".to_string(),
            name if name.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {name}"),
            name => format!("a {name}"),
        })
        .collect();
    match names.split_last() {
        None => "nothing".into(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// A value as JSON, cut where it gets long.
pub(crate) fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return text;
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{cut}…")
}
