//! Schemas from sample data.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{decimal::Dec, judge};

/// The formats that are recognised, the narrower ones first.
const FORMATS: [&str; 6] = ["date-time", "date", "uuid", "ipv4", "email", "uri"];

/// A 2020-12 schema that all the values satisfy: their types, the properties they have and share, what lists are made of,
/// and a `format` where all texts have one. No values give a schema that allows anything.
///
/// ```
/// use serde_json::json;
///
/// let schema = heddle_schema::infer(&[json!({"id": 1, "tag": "a"}), json!({"id": 2})]);
/// assert_eq!(schema["required"], json!(["id"]));
/// ```
pub fn infer<'a>(values: impl IntoIterator<Item = &'a Value>) -> Value {
    let mut shape = Shape::default();
    for value in values {
        shape.add(value, 0);
    }
    shape.schema()
}

/// What has been seen at one place.
#[derive(Default)]
struct Shape {
    seen: usize,
    /// Whether something was too deep to look at.
    anything: bool,
    types: BTreeSet<&'static str>,
    formats: Option<Vec<&'static str>>,
    objects: usize,
    members: Vec<(String, Shape)>,
    items: Option<Box<Shape>>,
}

impl Shape {
    fn add(&mut self, value: &Value, depth: usize) {
        self.seen += 1;
        if depth > 60 {
            self.anything = true;
            return;
        }
        match value {
            Value::Null => _ = self.types.insert("null"),
            Value::Bool(_) => _ = self.types.insert("boolean"),
            Value::Number(n) => {
                let whole = !n.as_str().contains(['.', 'e', 'E']) && Dec::parse(n.as_str()).is_some();
                self.types.insert(if whole { "integer" } else { "number" });
            }
            Value::String(text) => {
                self.types.insert("string");
                let left = self.formats.get_or_insert_with(|| FORMATS.to_vec());
                left.retain(|format| judge::has_format(format, text) == Some(true));
            }
            Value::Array(items) => {
                self.types.insert("array");
                let shape = self.items.get_or_insert_default();
                for item in items {
                    shape.add(item, depth + 1);
                }
            }
            Value::Object(members) => {
                self.types.insert("object");
                self.objects += 1;
                for (name, member) in members {
                    let at = self.members.iter().position(|(own, _)| own == name).unwrap_or_else(|| {
                        self.members.push((name.clone(), Shape::default()));
                        self.members.len() - 1
                    });
                    self.members[at].1.add(member, depth + 1);
                }
            }
        }
    }

    fn schema(mut self) -> Value {
        if self.seen == 0 || self.anything {
            return json!({});
        }
        if self.types.contains("number") {
            self.types.remove("integer");
        }
        let mut schema = Map::new();
        let types: Vec<&str> = self.types.iter().copied().collect();
        schema.insert("type".into(), if types.len() == 1 { json!(types[0]) } else { json!(types) });
        if let Some(format) = self.formats.as_ref().and_then(|left| left.first()) {
            schema.insert("format".into(), json!(format));
        }
        if let Some(items) = self.items.filter(|items| items.seen > 0) {
            schema.insert("items".into(), items.schema());
        }
        if !self.members.is_empty() {
            let required: Vec<Value> =
                self.members.iter().filter(|(_, m)| m.seen == self.objects).map(|(name, _)| json!(name)).collect();
            let properties: Map<String, Value> =
                self.members.into_iter().map(|(name, member)| (name, member.schema())).collect();
            schema.insert("properties".into(), Value::Object(properties));
            if !required.is_empty() {
                schema.insert("required".into(), Value::Array(required));
            }
        }
        Value::Object(schema)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Draft;

    fn fits(schema: &Value, values: &[Value]) -> bool {
        let validator = judge::validator(schema, Draft::Draft202012, true).unwrap();
        values.iter().all(|value| validator.is_valid(value))
    }

    #[test]
    fn what_all_have_is_required() {
        let values =
            [json!({"id": 1, "at": "2024-05-01", "tags": ["a"]}), json!({"id": 2.5, "at": "2024-06-01", "tags": []})];
        let schema = infer(&values);
        assert_eq!(
            schema,
            json!({
                "type": "object",
                "properties": {
                    "id": {"type": "number"},
                    "at": {"type": "string", "format": "date"},
                    "tags": {"type": "array", "items": {"type": "string"}}
                },
                "required": ["id", "at", "tags"]
            })
        );
        assert!(fits(&schema, &values));
    }

    #[test]
    fn types_are_joined() {
        let values = [json!(null), json!("x"), json!([{"a": 1}, {"b": 2}])];
        let schema = infer(&values);
        assert_eq!(schema["type"], json!(["array", "null", "string"]));
        assert_eq!(schema["items"].get("required"), None);
        assert!(fits(&schema, &values));
        assert_eq!(infer(&[]), json!({}));
    }
}
