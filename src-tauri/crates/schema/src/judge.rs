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
