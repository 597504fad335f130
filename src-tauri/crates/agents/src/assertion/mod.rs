//! `assertion`: fails unless its input is as expected, and answers with its input.

mod compare;

use heddle_engine::{AgentAnswer, AgentCall};
use heddle_expr::{EvalError, OwnInput};
use heddle_model::{Failure, FailureCode, Payload};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::{self, wrong};
use crate::scope::{self, own, render_json};

/// Settings of an assertion agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AssertionConfig {
    /// All of them must hold.
    #[schemars(title = "Checks")]
    pub checks: Vec<Check>,
}

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Check {
    /// What is looked at: a path or any other expression, e.g. `input.total`.
    #[serde(alias = "path")]
    #[schemars(title = "Expression", extend("x-editor" = "expression"))]
    pub expression: String,
    /// How it is compared.
    #[schemars(title = "Comparison")]
    pub op: Op,
    /// What it is compared with; texts may be templates (`{{ vars.limit }}`). Not used by `not_null`.
    #[serde(default)]
    #[schemars(title = "Value")]
    pub value: Value,
}

/// How a [`Check`] compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Op {
    /// The same JSON value; numbers by their value (`1` equals `1.0`), objects whatever the order of their keys.
    Equals,
    /// A text contains a text, an array an element, an object a key.
    Contains,
    /// There is a value, and it is not `null`.
    NotNull,
    /// A number is greater, exactly compared.
    GreaterThan,
    /// A number is less, exactly compared.
    LessThan,
}

pub(crate) fn run(call: &AgentCall) -> Result<AgentAnswer, Failure> {
    let settings: AssertionConfig = config::read(&call.agent)?;
    if settings.checks.is_empty() {
        return Err(wrong("config.checks", "expected at least one check, found none"));
    }
    let scope = own(call);
    let mut broken = Vec::new();
    for (index, check) in settings.checks.iter().enumerate() {
        let field = format!("config.checks[{index}]");
        let found = found(&format!("{field}.expression"), &check.expression, &scope)?;
        let expected = render_json(&format!("{field}.value"), &check.value, &scope)?;
        if let Some(complaint) = complaint(check, found.as_ref(), &expected)? {
            broken.push(complaint);
        }
    }
    if broken.is_empty() {
        return Ok(AgentAnswer { output: call.input.clone(), branch: None, sampled: false });
    }
    let message = format!("{} of {} checks failed: {}", broken.len(), settings.checks.len(), broken.join("; "));
    Err(Failure { causes: broken, ..Failure::new(FailureCode::AgentFailed, message) })
}

/// The value of an expression; `None` when its path leads nowhere.
fn found(field: &str, source: &str, scope: &OwnInput<'_>) -> Result<Option<Payload>, Failure> {
    match scope::parse(field, source)?.evaluate(scope) {
        Ok(value) => Ok(Some(value)),
        Err(EvalError::Missing { .. }) => Ok(None),
        Err(error) => Err(scope::no_value(field, source, &error)),
    }
}

/// What a check that does not hold says: what was expected and what was found.
fn complaint(check: &Check, found: Option<&Payload>, expected: &Payload) -> Result<Option<String>, Failure> {
    let look_into = |payload: &Payload| {
        payload.tree().map_err(|error| Failure::new(FailureCode::AgentFailed, format!("{}: {error}", check.expression)))
    };
    let holds = match found {
        None => false,
        Some(found) => {
            let (found, expected) = (look_into(found)?, look_into(expected)?);
            match check.op {
                Op::Equals => compare::equal(&found, &expected),
                Op::Contains => compare::contains(&found, &expected),
                Op::NotNull => !found.is_null(),
                Op::GreaterThan => compare::order(&found, &expected) == Some(std::cmp::Ordering::Greater),
                Op::LessThan => compare::order(&found, &expected) == Some(std::cmp::Ordering::Less),
            }
        }
    };
    if holds {
        return Ok(None);
    }
    let wanted = match check.op {
        Op::Equals => shown(expected),
        Op::Contains => format!("something that contains {}", shown(expected)),
        Op::NotNull => "a value".to_owned(),
        Op::GreaterThan => format!("a number greater than {}", shown(expected)),
        Op::LessThan => format!("a number less than {}", shown(expected)),
    };
    let found = found.map_or_else(|| "nothing there".to_owned(), shown);
    Ok(Some(format!("{}: expected {wanted}, found {found}", check.expression)))
}

/// The text of a value, cut when it is long.
fn shown(value: &Payload) -> String {
    const SHOWN: usize = 200;
    match value.text().char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}… ({} bytes)", &value.text()[..cut], value.len()),
        None => value.text().to_owned(),
    }
}
