//! What stands for an agent: the branch it would choose and the answer it would give.

use heddle_expr::{Expression, OwnInput};
use heddle_model::{APPROVED, AgentKind, Payload};
use serde_json::Value;

use super::step::Walker;
use super::{PreviewProblem, StandIn, problem};

impl Walker<'_> {
    /// The branch that is chosen.
    pub(super) fn branch(&self, input: &Payload, problems: &mut Vec<PreviewProblem>) -> Option<String> {
        let agent = self.agent?;
        match agent.kind {
            AgentKind::Approval => Some(APPROVED.to_owned()),
            AgentKind::Condition => {
                let scope = OwnInput { input, vars: &self.previewed.vars };
                let branches = agent.config.get("branches").and_then(Value::as_array);
                for (index, branch) in branches.into_iter().flatten().enumerate() {
                    let (Some(name), Some(when)) =
                        (branch.get("name").and_then(Value::as_str), branch.get("when").and_then(Value::as_str))
                    else {
                        continue;
                    };
                    let holds = Expression::parse(when).map_err(|error| error.to_string());
                    match holds.and_then(|when| when.evaluate_bool(&scope).map_err(|error| error.to_string())) {
                        Ok(true) => return Some(name.to_owned()),
                        Ok(false) => {}
                        Err(why) => {
                            problems.push(problem(&format!("/agent/config/branches/{index}/when"), why));
                            return None;
                        }
                    }
                }
                agent.config.get("default").and_then(Value::as_str).map(str::to_owned)
            }
            _ => None,
        }
    }

    pub(super) fn output(
        &self,
        input: &Payload,
        listed: bool,
        problems: &mut Vec<PreviewProblem>,
    ) -> Option<(Payload, StandIn)> {
        let agent = self.agent?;
        let passes = matches!(
            agent.kind,
            AgentKind::Transform | AgentKind::Condition | AgentKind::Wait | AgentKind::Assertion | AgentKind::Approval
        );
        if let Some(output) = (self.recorded)(&self.step.id).filter(|_| !passes) {
            return Some((output, StandIn::Recorded));
        }
        let one = match (&agent.sample, &agent.output_schema) {
            _ if passes => Some((input.clone(), StandIn::Computed)),
            (Some(sample), schema) => {
                let schema = schema.as_ref();
                let broken = schema.and_then(|schema| heddle_schema::breaches(schema, sample).ok()).unwrap_or_default();
                if let Some(breach) = broken.first() {
                    let message = format!("the agent's sample breaks its output schema: {}", breach.message);
                    problems.push(problem("/agent/sample", message));
                }
                Some((Payload::from_value(sample), StandIn::Sample))
            }
            (None, Some(schema)) => match heddle_schema::sample(schema, self.seed) {
                Ok(value) => Some((Payload::from_value(&value), StandIn::Generated)),
                Err(why) => {
                    problems.push(problem("/agent/output_schema", format!("no sample can be made: {why}")));
                    None
                }
            },
            (None, None) => None,
        };
        one.map(|(value, from)| {
            let list = || Payload::parse(format!("[{}]", value.text())).unwrap_or_else(|_| Payload::null());
            (if listed { list() } else { value.clone() }, from)
        })
    }
}
