//! Schemas that can stand inside other schemas: one draft, no identifiers, references that are pointers.
//!
//! A *document* here is a schema whose references all lead into itself. What is cut out of one, or put together from
//! several, is a document again: what the parts refer to comes along under `$defs`.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

/// How deep a schema is followed; a deeper one is not taken apart.
const DEEPEST: usize = 120;

/// Keywords whose value is a schema.
const ONE: [&str; 12] = [
    "items",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "contentSchema",
    "additionalItems",
];
/// Keywords whose value is a list of schemas.
const MANY: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords whose value is an object of schemas.
const NAMED: [&str; 5] = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
/// Keywords that tie a schema to its place.
const TIED: [&str; 8] =
    ["$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$dynamicRef", "$recursiveRef", "dependencies"];

/// The schema as a 2020-12 document.
///
/// # Errors
/// Why it cannot be taken apart: another draft, identifiers, references out of it, or too deep.
pub(super) fn document(schema: &Value) -> Result<Value, String> {
    let named = schema.get("$schema").and_then(Value::as_str).unwrap_or("").trim_end_matches('#');
    let bare = named.trim_start_matches("https://").trim_start_matches("http://");
    let old = match bare {
        "" | "json-schema.org/draft/2020-12/schema" => false,
        "json-schema.org/draft-07/schema" | "json-schema.org/draft-06/schema" => true,
        other => return Err(format!("it is written in `{other}`")),
    };
    let document = modern(schema, old, 0)?;
    let mut lost = None;
    each_reference(&document, &mut |reference| {
        if resolve(&document, reference).is_none() {
            lost = Some(reference.to_owned());
        }
    });
    match lost {
        Some(reference) => Err(format!("it refers to `{reference}`")),
        None => Ok(document),
    }
}

fn modern(schema: &Value, old: bool, depth: usize) -> Result<Value, String> {
    let Value::Object(map) = schema else { return Ok(schema.clone()) };
    if depth > DEEPEST {
        return Err("it is nested too deeply".to_owned());
    }
    if let Some(tied) = TIED.iter().find(|keyword| map.get(**keyword).is_some_and(|value| !value.is_null())) {
        return Err(format!("it uses `{tied}`"));
    }
    let mut plain = Map::with_capacity(map.len());
    // Before 2019-09 nothing counts beside a reference.
    let alone = old && map.contains_key("$ref");
    for (key, value) in map {
        let key = key.as_str();
        if key == "$schema" || (alone && !matches!(key, "$ref" | "definitions" | "$defs" | "title" | "description")) {
            continue;
        }
        let below = |value: &Value| modern(value, old, depth + 1);
        let (key, value) = match (key, value) {
            ("items", Value::Array(list)) if old => {
                ("prefixItems", Value::Array(list.iter().map(below).collect::<Result<_, _>>()?))
            }
            ("additionalItems", value) if old => match map.get("items") {
                Some(Value::Array(_)) => ("items", below(value)?),
                _ => continue,
            },
            (key, value) if ONE.contains(&key) => (key, below(value)?),
            (key, Value::Array(list)) if MANY.contains(&key) => {
                (key, Value::Array(list.iter().map(below).collect::<Result<_, _>>()?))
            }
            (key, Value::Object(members)) if NAMED.contains(&key) => {
                let members = members.iter().map(|(name, member)| Ok((name.clone(), below(member)?)));
                (key, Value::Object(members.collect::<Result<_, String>>()?))
            }
            (key, value) => (key, value.clone()),
        };
        plain.insert(key.to_owned(), value);
    }
    Ok(Value::Object(plain))
}

/// Calls `visit` with every reference of a document, those of its definitions included.
fn each_reference(schema: &Value, visit: &mut dyn FnMut(&str)) {
    let Value::Object(map) = schema else { return };
    for (key, value) in map {
        match (key.as_str(), value) {
            ("$ref", Value::String(reference)) => visit(reference),
            (key, value) if ONE.contains(&key) => each_reference(value, visit),
            (key, Value::Array(list)) if MANY.contains(&key) => list.iter().for_each(|one| each_reference(one, visit)),
            (key, Value::Object(members)) if NAMED.contains(&key) => {
                members.values().for_each(|one| each_reference(one, visit));
            }
            _ => {}
        }
    }
}

/// What a reference of a document leads to.
pub(super) fn resolve<'d>(document: &'d Value, reference: &str) -> Option<&'d Value> {
    let fragment = reference.strip_prefix('#')?;
    if fragment.contains('%') {
        return document.pointer(&decoded(fragment)?);
    }
    document.pointer(fragment)
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let code = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(code, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Puts parts of documents together in one.
#[derive(Default)]
pub(super) struct Bundle {
    definitions: Map<String, Value>,
    names: HashMap<(usize, String), String>,
    /// Keeps the documents alive whose addresses are in `names`.
    kept: Vec<Arc<Value>>,
}

impl Bundle {
    /// A part of a document as it can stand in this one.
    pub(super) fn embed(&mut self, document: &Arc<Value>, part: &Value) -> Value {
        let mut part = part.clone();
        if let Value::Object(map) = &mut part {
            // Definitions come along one by one, as far as something refers to them.
            map.shift_remove("$defs");
            map.shift_remove("definitions");
        }
        self.moved(document, &mut part);
        part
    }

    fn moved(&mut self, document: &Arc<Value>, schema: &mut Value) {
        let Value::Object(map) = schema else { return };
        for (key, value) in map.iter_mut() {
            match (key.as_str(), value) {
                ("$ref", Value::String(reference)) => *reference = self.definition(document, reference),
                (key, value) if ONE.contains(&key) => self.moved(document, value),
                (key, Value::Array(list)) if MANY.contains(&key) => {
                    list.iter_mut().for_each(|one| self.moved(document, one));
                }
                (key, Value::Object(members)) if NAMED.contains(&key) => {
                    members.values_mut().for_each(|one| self.moved(document, one));
                }
                _ => {}
            }
        }
    }

    fn definition(&mut self, document: &Arc<Value>, reference: &str) -> String {
        let key = (Arc::as_ptr(document) as usize, reference.to_owned());
        if let Some(name) = self.names.get(&key) {
            return format!("#/$defs/{name}");
        }
        let wanted: String =
            reference.rsplit('/').next().unwrap_or("").chars().filter(char::is_ascii_alphanumeric).collect();
        let wanted = if wanted.is_empty() { "root".to_owned() } else { wanted };
        let name = std::iter::once(wanted.clone())
            .chain((2_u32..).map(|number| format!("{wanted}{number}")))
            .find(|name| !self.definitions.contains_key(name))
            .unwrap_or(wanted);
        self.names.insert(key, name.clone());
        self.kept.push(Arc::clone(document));
        // The name is taken before its definition is made, which may refer to itself.
        self.definitions.insert(name.clone(), Value::Bool(true));
        let target = resolve(document, reference).cloned().unwrap_or(Value::Bool(true));
        let target = self.embed(document, &target);
        self.definitions.insert(name.clone(), target);
        format!("#/$defs/{name}")
    }

    /// The document: a schema made of embedded parts, with what they refer to.
    pub(super) fn finish(self, schema: Value) -> Value {
        if self.definitions.is_empty() {
            return schema;
        }
        let mut map = match schema {
            Value::Object(map) => map,
            other => return json!({ "allOf": [other], "$defs": self.definitions }),
        };
        map.insert("$defs".to_owned(), Value::Object(self.definitions));
        Value::Object(map)
    }
}

/// A part of a document as a document.
pub(super) fn cut(document: &Arc<Value>, part: &Value) -> Value {
    let mut bundle = Bundle::default();
    let part = bundle.embed(document, part);
    bundle.finish(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_part_refers_to_comes_along_and_nothing_else() {
        let whole = Arc::new(
            document(&json!({
                "properties": {"tree": {"$ref": "#/$defs/node"}, "plain": {"type": "string"}},
                "$defs": {
                    "node": {"properties": {"next": {"$ref": "#/$defs/node"}, "label": {"$ref": "#/$defs/a%20b"}}},
                    "a b": {"type": "string"},
                    "unused": {}
                }
            }))
            .unwrap(),
        );
        assert_eq!(cut(&whole, &whole["properties"]["plain"]), json!({"type": "string"}));
        assert_eq!(
            cut(&whole, &whole["properties"]["tree"]),
            json!({"$ref": "#/$defs/node", "$defs": {
                "node": {"properties": {"next": {"$ref": "#/$defs/node"}, "label": {"$ref": "#/$defs/a20b"}}},
                "a20b": {"type": "string"}
            }})
        );
    }

    #[test]
    fn parts_of_two_documents_do_not_mix() {
        let one = Arc::new(json!({"items": {"$ref": "#/$defs/x"}, "$defs": {"x": {"type": "string"}}}));
        let two = Arc::new(json!({"items": {"$ref": "#/$defs/x"}, "$defs": {"x": {"type": "null"}}}));
        let mut bundle = Bundle::default();
        let both = json!({"anyOf": [bundle.embed(&one, &one["items"]), bundle.embed(&two, &two["items"])]});
        let whole = bundle.finish(both);
        let fits = |value: &Value| jsonschema::is_valid(&whole, value);
        assert!(fits(&json!("a")) && fits(&json!(null)) && !fits(&json!(1)), "{whole}");
        assert_eq!(whole["$defs"].as_object().map(Map::len), Some(2));
    }

    #[test]
    fn older_drafts_are_read_as_they_mean() {
        let read = document(&json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "items": [{"$ref": "#/definitions/n", "minimum": 5}], "additionalItems": false,
            "definitions": {"n": {"type": "integer"}}
        }))
        .unwrap();
        assert_eq!(read["prefixItems"], json!([{"$ref": "#/definitions/n"}]));
        assert_eq!(read["items"], json!(false));
    }

    #[test]
    fn what_cannot_be_moved_says_why() {
        for (schema, why) in [
            (json!({"$id": "https://x.example/a"}), "$id"),
            (json!({"properties": {"a": {"$anchor": "here"}}}), "$anchor"),
            (json!({"$ref": "other.json"}), "other.json"),
            (json!({"$ref": "#/$defs/none"}), "#/$defs/none"),
            (json!({"$schema": "http://json-schema.org/draft-04/schema#"}), "draft-04"),
        ] {
            assert!(document(&schema).unwrap_err().contains(why), "{schema}");
        }
        // Properties may be called anything.
        assert!(document(&json!({"properties": {"$id": {}, "$ref": {"type": "string"}}})).is_ok());
    }
}
