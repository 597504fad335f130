//! What templates and expressions of an agent see: the step's input as `input`, the workflow's constants as `vars`.

use heddle_engine::AgentCall;
use heddle_expr::{EvalError, Expression, JsonTemplate, OwnInput, Scope, Template};
use heddle_model::{Failure, FailureCode, Payload};
use serde_json::Value;

use crate::config::wrong;

/// What the settings of an attempt's agent see. Other steps are out of sight: an agent only knows its own input.
pub(crate) fn own(call: &AgentCall) -> OwnInput<'_> {
    OwnInput { input: &call.input, vars: &call.vars }
}

/// An expression of the settings, read and evaluated.
///
/// # Errors
/// [`FailureCode::Config`] when it is not an expression, [`FailureCode::Expression`] when it has no value here; both
/// name the field.
pub(crate) fn evaluate(field: &str, source: &str, scope: &dyn Scope) -> Result<Payload, Failure> {
    parse(field, source)?.evaluate(scope).map_err(|error| no_value(field, source, &error))
}

/// The same for a condition.
pub(crate) fn evaluate_bool(field: &str, source: &str, scope: &dyn Scope) -> Result<bool, Failure> {
    parse(field, source)?.evaluate_bool(scope).map_err(|error| no_value(field, source, &error))
}

/// A text with expressions in it.
///
/// # Errors
/// As [`evaluate`].
pub(crate) fn render(field: &str, template: &str, scope: &dyn Scope) -> Result<String, Failure> {
    Template::parse(template)
        .map_err(|error| wrong(field, error))?
        .render(scope)
        .map_err(|error| Failure::new(FailureCode::Expression, format!("{field}: {error}")))
}

/// A JSON value with expressions in its texts.
///
/// # Errors
/// As [`evaluate`].
pub(crate) fn render_json(field: &str, template: &Value, scope: &dyn Scope) -> Result<Payload, Failure> {
    JsonTemplate::parse(template)
        .map_err(|error| wrong(field, error))?
        .render(scope)
        .map_err(|error| Failure::new(FailureCode::Expression, format!("{field}: {error}")))
}

/// An expression of the settings, read.
pub(crate) fn parse(field: &str, source: &str) -> Result<Expression, Failure> {
    Expression::parse(source).map_err(|error| wrong(field, error))
}

/// An expression without a value, as a failure.
pub(crate) fn no_value(field: &str, source: &str, error: &EvalError) -> Failure {
    Failure::new(FailureCode::Expression, format!("{field} (`{source}`): {error}"))
}
