//! `transform`: the step's mapping is all there is; the mapped input is the output.

use heddle_engine::{AgentAnswer, AgentCall};
use heddle_model::Failure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of a transform agent: none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TransformConfig {}

pub(crate) fn run(call: &AgentCall) -> Result<AgentAnswer, Failure> {
    Ok(AgentAnswer { output: call.input.clone(), branch: None, sampled: false })
}
