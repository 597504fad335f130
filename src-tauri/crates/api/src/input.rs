//! Whether data people give fits the schema it must fit.

use heddle_model::{Payload, Schema};
use serde_json::json;

use crate::error::{ApiError, ErrorCode};

/// Most findings in one answer.
const SHOWN: usize = 20;

/// Refuses an execution's input that does not fit the workflow's input schema, saying for each place what is wrong.
pub(crate) fn check_input(schema: Option<&Schema>, input: &Payload) -> Result<(), ApiError> {
    schema.map_or(Ok(()), |schema| check(schema, input, "the input", "the workflow's input schema"))
}

/// The same for any data: `what` names it, `whose` the schema.
pub(crate) fn check(schema: &Schema, input: &Payload, what: &str, whose: &str) -> Result<(), ApiError> {
    let refuse = |message: String| ApiError::new(ErrorCode::InputInvalid, message);
    let validator =
        jsonschema::validator_for(schema).map_err(|error| refuse(format!("{whose} is itself wrong: {error}")))?;
    let tree = input.tree().map_err(|error| refuse(error.to_string()))?;
    let errors: Vec<(String, String)> = validator
        .iter_errors(&tree)
        .take(SHOWN)
        .map(|error| (error.instance_path().to_string(), error.to_string()))
        .collect();
    let Some((path, message)) = errors.first() else { return Ok(()) };
    let place = if path.is_empty() { String::new() } else { format!(" at {path}") };
    let details: Vec<_> = errors.iter().map(|(path, message)| json!({ "path": path, "message": message })).collect();
    Err(refuse(format!("{what} does not fit{place}: {message}")).with(json!({ "errors": details })))
}
