//! The final judge: the `jsonschema` crate, which decides whether a found value is what it is said to be.

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::draft::Draft;

/// A validator for a schema, or why there is none.
pub(crate) fn validator(schema: &Value, draft: Draft, formats: bool) -> Result<Validator, String> {
    let draft = Draft::named_by(schema).ok().flatten().unwrap_or(draft);
    // Contents are annotations to us in every draft.
    let options = jsonschema::options()
        .with_draft(draft.for_judge())
        .should_validate_formats(formats)
        .without_content_encoding_support("base64")
        .without_content_media_type_support("application/json")
        .offline();
    options.build(schema).map_err(|error| error.to_string())
}

/// Whether validators of the draft check a format; any other is an annotation even when formats are assertions.
pub(crate) fn knows_format(name: &str, draft: Draft) -> bool {
    jsonschema::options().is_known_format(draft.for_judge(), name)
}

/// Whether a text has a format; `None` for formats that are not known.
pub(crate) fn has_format(name: &str, text: &str) -> Option<bool> {
    if !knows_format(name, Draft::Draft202012) {
        return None;
    }
    let validator = validator(&json!({ "format": name }), Draft::Draft202012, true).ok()?;
    Some(validator.is_valid(&Value::String(text.to_string())))
}

/// What keeps a value from being a schema of the draft it names (2020-12 unless it names one), in words with the place;
/// `None` if nothing does, and for drafts that are not known.
///
/// ```
/// use serde_json::json;
///
/// assert_eq!(heddle_schema::not_a_schema(&json!({"type": "string"})), None);
/// assert!(heddle_schema::not_a_schema(&json!({"type": "strng"})).is_some_and(|why| why.starts_with("at /type: ")));
/// ```
pub fn not_a_schema(value: &Value) -> Option<String> {
    let checked = match Draft::named_by(value).ok()?.unwrap_or(Draft::Draft202012) {
        Draft::Draft4 => jsonschema::draft4::meta::validate(value),
        Draft::Draft6 => jsonschema::draft6::meta::validate(value),
        Draft::Draft7 => jsonschema::draft7::meta::validate(value),
        Draft::Draft201909 => jsonschema::draft201909::meta::validate(value),
        Draft::Draft202012 => jsonschema::draft202012::meta::validate(value),
    };
    let error = checked.err()?;
    let place = error.instance_path().to_string();
    Some(if place.is_empty() { error.to_string() } else { format!("at {place}: {error}") })
}
