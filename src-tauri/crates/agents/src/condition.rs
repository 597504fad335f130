//! `condition`: chooses the branch that is followed, and answers with its input.

use heddle_engine::{AgentAnswer, AgentCall};
use heddle_model::{APPROVED, Agent, AgentKind, Failure, FailureCode, REJECTED};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{self, wrong};
use crate::report::Report;
use crate::scope::{evaluate_bool, own};

/// Settings of a condition agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConditionConfig {
    /// Tried in this order; the first whose condition holds is followed.
    #[schemars(title = "Branches")]
    pub branches: Vec<Branch>,
    /// Followed when no condition holds. None: then the step fails.
    #[serde(default)]
    #[schemars(title = "Otherwise", with = "String")]
    pub default: Option<String>,
}

/// A way out of a condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Branch {
    /// The name by which wires leave it.
    #[schemars(title = "Name", length(min = 1))]
    pub name: String,
    /// A condition, e.g. `input.priority == "high"`.
    #[schemars(title = "When", extend("x-editor" = "expression"))]
    pub when: String,
}

/// The branches an agent can choose: those of a condition with its default last, those of an approval, none for every other kind and for
/// settings that cannot be read.
pub fn branches(agent: &Agent) -> Vec<String> {
    if agent.kind == AgentKind::Approval {
        return vec![APPROVED.to_owned(), REJECTED.to_owned()];
    }
    if agent.kind != AgentKind::Condition {
        return Vec::new();
    }
    let Ok(settings) = config::read::<ConditionConfig>(agent) else { return Vec::new() };
    let mut names: Vec<String> = Vec::new();
    for name in settings.branches.into_iter().map(|branch| branch.name).chain(settings.default) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

pub(crate) fn run(call: &AgentCall, report: &mut Report) -> Result<AgentAnswer, Failure> {
    let settings: ConditionConfig = config::read(&call.agent)?;
    if settings.branches.is_empty() && settings.default.is_none() {
        return Err(wrong("config.branches", "expected at least one branch or a default, found neither"));
    }
    let scope = own(call);
    for (index, branch) in settings.branches.iter().enumerate() {
        if evaluate_bool(&format!("config.branches[{index}].when"), &branch.when, &scope)? {
            report.info(format!("{}: {}", branch.name, branch.when));
            return Ok(chosen(call, branch.name.clone()));
        }
    }
    match settings.default {
        Some(name) => {
            report.info(format!("{name}: no condition holds"));
            Ok(chosen(call, name))
        }
        None => Err(Failure::new(
            FailureCode::AgentFailed,
            format!(
                "none of the conditions holds ({}), and there is no default branch",
                settings.branches.iter().map(|b| format!("{}: `{}`", b.name, b.when)).collect::<Vec<_>>().join(", ")
            ),
        )),
    }
}

fn chosen(call: &AgentCall, branch: String) -> AgentAnswer {
    AgentAnswer { output: call.input.clone(), branch: Some(branch), sampled: false }
}
