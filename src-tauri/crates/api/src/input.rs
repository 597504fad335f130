//! Whether an execution's input fits the workflow's input schema.

use heddle_model::{Payload, Schema};
use serde_json::json;

use crate::error::{ApiError, ErrorCode};

/// Most findings in one answer.
const SHOWN: usize = 20;

/// Refuses an input that does not fit, saying for each place what is wrong.
pub(crate) fn check_input(schema: Option<&Schema>, input: &Payload) -> Result<(), ApiError> {
    let Some(schema) = schema else { return Ok(()) };
    let refuse = |message: String| ApiError::new(ErrorCode::InputInvalid, message);
    let validator = jsonschema::validator_for(schema)
        .map_err(|error| refuse(format!("the workflow's input schema is itself wrong: {error}")))?;
    let tree = input.tree().map_err(|error| refuse(error.to_string()))?;
    let errors: Vec<(String, String)> = validator
        .iter_errors(&tree)
        .take(SHOWN)
        .map(|error| (error.instance_path().to_string(), error.to_string()))
        .collect();
    let Some((path, message)) = errors.first() else { return Ok(()) };
    let place = if path.is_empty() { String::new() } else { format!(" at {path}") };
    let details: Vec<_> = errors.iter().map(|(path, message)| json!({ "path": path, "message": message })).collect();
    Err(refuse(format!("the input does not fit{place}: {message}")).with(json!({ "errors": details })))
}
