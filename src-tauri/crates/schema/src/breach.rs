//! How a value breaks its schema, in words: what was expected, what was found, and where.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::describe::{describe, short};

/// Most that is told of one value.
const MOST: usize = 20;

/// One place where a value is not what its schema asks for.
#[derive(Clone, PartialEq, Debug)]
pub struct Breach {
    /// A JSON Pointer to the place in the value; empty for the value itself.
    pub path: String,
    /// What the schema asks for there, in words, such as `string` or `one of "a", "b"`.
    pub expected: String,
    /// What is there, in words: a type, or the value, shortened.
    pub found: String,
    /// Both in a sentence: `Expected string, got number at /customer/id`.
    pub message: String,
    /// The part of the schema that is not met.
    pub fragment: Value,
    /// The value at the place, shortened when it is long.
    pub actual: String,
}

/// Every place, up to 20, where a value breaks a schema; none: it is valid. Schemas without `$schema` are 2020-12, and
/// `format` is an annotation.
///
/// ```
/// use serde_json::json;
///
/// let schema = json!({"properties": {"customer": {"properties": {"id": {"type": "string"}}}}});
/// let breaches = heddle_schema::breaches(&schema, &json!({"customer": {"id": 7}}))?;
/// assert_eq!(breaches[0].message, "Expected string, got number at /customer/id");
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// Why the schema cannot be used.
pub fn breaches(schema: &Value, value: &Value) -> Result<Vec<Breach>, String> {
    let validator = jsonschema::options().offline().build(schema).map_err(|error| error.to_string())?;
    Ok(breaches_by(&validator, schema, value))
}

/// The same with a validator that has been made of the schema before.
pub fn breaches_by(validator: &Validator, schema: &Value, value: &Value) -> Vec<Breach> {
    validator.iter_errors(value).take(MOST).map(|error| breach(schema, &error)).collect()
}

fn breach(schema: &Value, error: &ValidationError<'_>) -> Breach {
    let mut path = error.instance_path().to_string();
    let instance = error.instance();
    let shown = short(instance);
    let (expected, found) = match error.kind() {
        Kind::Type { kind } => (types(kind), type_of(instance).to_owned()),
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            path.push('/');
            path.push_str(&name.replace('~', "~0").replace('/', "~1"));
            ("a value".to_owned(), "nothing".to_owned())
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            ("no other properties".to_owned(), unexpected.join(", "))
        }
        Kind::Enum { options } => (one_of(options), shown.clone()),
        Kind::Constant { expected_value } => (short(expected_value), shown.clone()),
        Kind::Minimum { limit } => (format!("at least {limit}"), shown.clone()),
        Kind::Maximum { limit } => (format!("at most {limit}"), shown.clone()),
        Kind::ExclusiveMinimum { limit } => (format!("more than {limit}"), shown.clone()),
        Kind::ExclusiveMaximum { limit } => (format!("less than {limit}"), shown.clone()),
        Kind::MultipleOf { multiple_of } => (format!("a multiple of {multiple_of}"), shown.clone()),
        Kind::MinLength { limit } => (format!("at least {limit} characters"), shown.clone()),
        Kind::MaxLength { limit } => (format!("at most {limit} characters"), shown.clone()),
        Kind::MinItems { limit } => (format!("at least {limit} items"), shown.clone()),
        Kind::MaxItems { limit } => (format!("at most {limit} items"), shown.clone()),
        Kind::Pattern { pattern } => (format!("a text that matches {pattern}"), shown.clone()),
        Kind::Format { format } => (format!("a text in the format {format}"), shown.clone()),
        Kind::FalseSchema => ("nothing".to_owned(), shown.clone()),
        _ => match fragment(schema, error) {
            Some(part) if matches!(error.kind(), Kind::AnyOf { .. } | Kind::OneOfNotValid { .. }) => {
                (options(part), shown.clone())
            }
            _ => {
                // The validator's own words say what is wrong.
                let message = error.to_string();
                let message: String = message.chars().take(300).collect();
                return Breach {
                    message: format!("{message}{}", at(&path)),
                    expected: "what the schema asks for".to_owned(),
                    found: shown.clone(),
                    fragment: fragment(schema, error).cloned().unwrap_or(Value::Null),
                    actual: shown,
                    path,
                };
            }
        },
    };
    let message = format!("Expected {expected}, got {found}{}", at(&path));
    let fragment = fragment(schema, error).cloned().unwrap_or(Value::Null);
    Breach { path, expected, found, message, fragment, actual: shown }
}

fn at(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!(" at {path}") }
}

/// The value of the keyword that is not met.
fn fragment<'s>(schema: &'s Value, error: &ValidationError<'_>) -> Option<&'s Value> {
    schema.pointer(error.schema_path().as_str())
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(only) => only.to_string(),
        TypeKind::Multiple(several) => several.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" or "),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn one_of(values: &Value) -> String {
    let listed: Vec<String> = values.as_array().into_iter().flatten().take(8).map(short).collect();
    format!("one of {}", listed.join(", "))
}

fn options(list: &Value) -> String {
    let told: Vec<String> = list.as_array().into_iter().flatten().take(4).map(describe).collect();
    told.join(" or ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::breaches;

    #[test]
    fn every_breach_says_what_was_expected_what_was_found_and_where() {
        let schema = json!({
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "n": {"type": ["integer", "null"], "minimum": 3},
                "level": {"enum": ["low", "high"]},
                "tags": {"items": {"type": "string", "maxLength": 2}},
                "either": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}]}
            },
            "required": ["id", "a/b"],
            "additionalProperties": false
        });
        let value = json!({"id": 7, "n": 1, "level": "mid", "tags": ["ok", "long"], "either": 1, "more": true});
        let told: Vec<String> = breaches(&schema, &value).unwrap().into_iter().map(|one| one.message).collect();
        let mut expected = [
            "Expected string, got number at /id",
            "Expected at least 3, got 1 at /n",
            "Expected one of \"low\", \"high\", got \"mid\" at /level",
            "Expected at most 2 characters, got \"long\" at /tags/1",
            "Expected string or list of integer, got 1 at /either",
            "Expected a value, got nothing at /a~1b",
            "Expected no other properties, got more",
        ];
        let mut sorted = told.clone();
        sorted.sort();
        expected.sort();
        assert_eq!(sorted, expected);
        assert_eq!(breaches(&schema, &json!({"id": "x", "a/b": 1})).unwrap().len(), 1, "a/b is not declared");
    }

    #[test]
    fn the_schema_asked_for_and_the_value_found_are_there() {
        let found = breaches(&json!({"properties": {"x": {"type": "null"}}}), &json!({"x": "a".repeat(500)})).unwrap();
        assert_eq!(found[0].fragment, json!("null"));
        assert!(found[0].actual.len() < 100 && found[0].actual.ends_with('…'));
        assert!(breaches(&json!({"type": "strng"}), &json!(1)).is_err());
        assert_eq!(breaches(&json!(true), &json!(1)), Ok(vec![]));
    }
}
