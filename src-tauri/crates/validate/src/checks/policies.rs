//! Policies that cannot be meant: no time at all, and what means nothing to a person.

use heddle_model::{AgentKind, Workflow};

use crate::agents::Agents;
use crate::diagnostic::{Code, Diagnostic};

pub(crate) fn check(workflow: &Workflow, agents: &Agents<'_>, found: &mut Vec<Diagnostic>) {
    if workflow.settings.timeout_ms == Some(0) {
        let message = "The workflow has a timeout of 0 ms: every execution fails. Take it away, or give it some time.";
        found.push(Diagnostic::new(Code::NoTime, message).at(&["settings", "timeout_ms"]));
    }
    for step in &workflow.steps {
        let policy = &step.policy;
        for (name, limit) in [("timeout_ms", policy.timeout_ms), ("step_timeout_ms", policy.step_timeout_ms)] {
            if limit == Some(0) {
                let message = format!(
                    "The step `{}` has 0 ms: it always fails. Take the timeout away, or give it some time.",
                    step.id
                );
                found.push(Diagnostic::new(Code::NoTime, message).step(&step.id).at(&["policy", name]));
            }
        }
        let asks = agents.of(step).is_some_and(|agent| agent.kind == AgentKind::Approval);
        let of_people = [
            (
                "timeout_ms",
                policy.timeout_ms.is_some(),
                "The timeout of an attempt",
                "how long there is to decide is the approval's deadline",
            ),
            ("cache", policy.cache.is_some(), "The cache", "a person decides every time"),
            ("pool", policy.pool.is_some(), "The pool", "people are asked at once"),
        ];
        for (name, set, what, why) in of_people {
            if asks && set {
                let message = format!("{what} has no effect on `{}`: {why}.", step.id);
                found.push(Diagnostic::new(Code::NoEffect, message).step(&step.id).at(&["policy", name]));
            }
        }
    }
}
