//! Documents in few words.

use heddle_model::{Agent, Edge, EdgeId, Step, StepId, Workflow, WorkflowId};
use heddle_validate::{Diagnostic, Options, validate};
use serde_json::{Value, json};

/// A workflow of steps (`a b c`) and edges (`a>b b>c`, with a branch `a>b:yes`). Every step passes its input on.
pub(crate) fn graph(steps: &str, edges: &str) -> Workflow {
    let mut workflow = Workflow::empty(WorkflowId::new("w"), "W");
    workflow.agents.push(agent(json!({ "id": "pass", "kind": "transform" })));
    workflow.steps = steps.split_whitespace().map(|id| step(json!({ "id": id, "agent": "pass" }))).collect();
    workflow.edges = edges
        .split_whitespace()
        .map(|text| {
            let (ends, branch) = text.split_once(':').map_or((text, None), |(ends, branch)| (ends, Some(branch)));
            let (from, to) = ends.split_once('>').unwrap();
            Edge {
                id: EdgeId::new(text),
                from: StepId::new(from),
                to: StepId::new(to),
                branch: branch.map(str::to_owned),
                when: None,
                extra: Default::default(),
            }
        })
        .collect();
    workflow
}

pub(crate) fn step(value: Value) -> Step {
    serde_json::from_value(value).unwrap()
}

pub(crate) fn agent(value: Value) -> Agent {
    serde_json::from_value(value).unwrap()
}

/// Gives a step a mapping.
pub(crate) fn map(workflow: &mut Workflow, id: &str, fields: &[(&str, &str)]) {
    let step = workflow.steps.iter_mut().find(|step| step.id.as_str() == id).unwrap();
    step.mapping = Some(fields.iter().map(|(field, source)| ((*field).to_owned(), (*source).to_owned())).collect());
}

pub(crate) fn found(workflow: &Workflow) -> Vec<Diagnostic> {
    validate(workflow, &Options::default())
}

/// Compares what is found with what is expected, a line each.
#[track_caller]
pub(crate) fn check(workflow: &Workflow, expected: &[&str]) {
    let lines: Vec<String> = found(workflow).iter().map(ToString::to_string).collect();
    assert_eq!(lines, expected, "\n{}\n", lines.join("\n"));
}

/// The edits offered, as JSON, with their titles.
pub(crate) fn fixes(workflow: &Workflow) -> Vec<(String, Value)> {
    found(workflow)
        .into_iter()
        .flat_map(|finding| finding.fixes)
        .map(|fix| (fix.title, serde_json::to_value(fix.edit).unwrap()))
        .collect()
}
