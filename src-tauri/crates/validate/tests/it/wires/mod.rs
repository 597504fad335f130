//! Whether what flows over a wire fits.

mod inference;
mod opened;
mod proposals;
mod repairs;
mod unknown_fields;
mod verdicts;

use heddle_model::Workflow;
use heddle_validate::{Options, Wire, examine};
use serde_json::{Value, json};

use crate::support::{graph, step};

/// A workflow whose steps have agents of their own: id, what it accepts, what it gives.
pub(super) fn flow(steps: &[(&str, Value, Value)], edges: &str) -> Workflow {
    let ids: Vec<&str> = steps.iter().map(|(id, ..)| *id).collect();
    let mut workflow = graph(&ids.join(" "), edges);
    for (own, (id, accepts, gives)) in workflow.steps.iter_mut().zip(steps) {
        let mut agent = json!({ "kind": "script", "name": id.to_uppercase() });
        for (key, schema) in [("input_schema", accepts), ("output_schema", gives)] {
            if !schema.is_null() {
                agent[key] = schema.clone();
            }
        }
        *own = step(json!({ "id": id, "agent": agent }));
    }
    workflow.input_schema =
        Some(json!({ "type": "object", "properties": { "text": { "type": "string" } }, "required": ["text"] }));
    workflow
}

pub(super) fn object(fields: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": fields, "required": required })
}

pub(super) fn wires(workflow: &Workflow) -> Vec<Wire> {
    examine(workflow, &Options::default()).wires
}

/// A line for every wire: verdict, ends, reasons.
pub(super) fn lines(workflow: &Workflow) -> Vec<String> {
    let line = |wire: Wire| {
        let why = wire.reasons.into_iter().map(|one| one.message).chain(wire.why).collect::<Vec<_>>().join("; ");
        format!("{} {}>{}: {why}", wire.verdict, wire.from, wire.to)
    };
    wires(workflow).into_iter().map(line).collect()
}

#[track_caller]
pub(super) fn check(workflow: &Workflow, expected: &[&str]) {
    let lines = lines(workflow);
    assert_eq!(lines, expected, "\n{}\n", lines.join("\n"));
}

pub(super) fn string() -> Value {
    json!({ "type": "string" })
}

pub(super) fn integer() -> Value {
    json!({ "type": "integer" })
}
