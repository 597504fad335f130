//! Ids, names, edges, size.

use heddle_model::{Workflow, WorkflowId};
use heddle_validate::{Code, Diagnostic, Options, Severity, validate};
use serde_json::json;

use crate::support::{check, fixes, found, graph, map, step};

#[test]
fn a_sound_workflow_has_nothing_to_say() {
    check(&graph("a b c", "a>b b>c a>c"), &[]);
    check(&graph("a", ""), &[]);
}

#[test]
fn a_workflow_without_steps_is_only_mentioned() {
    check(
        &Workflow::empty(WorkflowId::new("w"), "W"),
        &["info[empty_workflow] /steps: The workflow has no steps yet."],
    );
}

#[test]
fn names_without_letters_are_mentioned() {
    let mut workflow = graph("a", "");
    workflow.name = "  ".to_owned();
    workflow.variables.insert(String::new(), json!(1));
    map(&mut workflow, "a", &[("", "input.x")]);
    check(
        &workflow,
        &[
            "warning[empty_name] /name: The workflow has no name.",
            "warning[empty_name] /variables/: A variable has no name; no expression can use it.",
            "warning[empty_name] step a /mapping/: A field in the mapping of `a` has no name.",
        ],
    );
}

#[test]
fn step_ids_are_there_unique_and_readable() {
    let mut workflow = graph("a a b-1 2x in", "a>b-1 b-1>2x 2x>in");
    workflow.steps.push(step(json!({ "id": "", "name": "Send Mail!", "agent": "pass" })));
    workflow.edges.push(graph("a", "in>").edges.remove(0));
    check(
        &workflow,
        &[
            "error[duplicate_step_id] step a /id: Two steps have the id `a`: the 1st and the 2nd.",
            "error[empty_step_id] /steps/5/id: A step has no id; nothing can refer to it.",
            "warning[invalid_step_id] step b-1 /id: The step id `b-1` does not read like a name (letters, digits and _): \
             expressions have to write `steps[\"b-1\"].output`.",
            "warning[invalid_step_id] step 2x /id: The step id `2x` does not read like a name (letters, digits and _): \
             expressions have to write `steps[\"2x\"].output`.",
            "warning[invalid_step_id] step in /id: The step id `in` does not read like a name (letters, digits and _): \
             expressions have to write `steps[\"in\"].output`.",
        ],
    );
    let names: Vec<_> = fixes(&workflow).into_iter().map(|(title, _)| title).collect();
    assert_eq!(
        names,
        [
            "Rename it to a_2",
            "Rename it to send_mail",
            "Rename it to b_1",
            "Rename it to step_2x",
            "Rename it to step_in"
        ]
    );
    assert_eq!(
        fixes(&workflow)[0].1,
        json!({ "type": "rename_step", "data": { "step": "a", "index": 1, "to": "a_2" } }),
        "the second one is meant"
    );
}

#[test]
fn edges_lead_from_a_step_to_another_once() {
    let mut workflow = graph("start finish", "start>finish start>finish start>start start>finnish gone>finish");
    workflow.edges[2].id = "same".into();
    workflow.edges[3].id = "same".into();
    check(
        &workflow,
        &[
            "error[self_loop] step start: The step `start` waits for itself. To run it again and again, give \
             it a loop.",
            "error[dangling_edge] wire same /to: The wire `same` leads to the step `finnish`, which does not exist. Did \
             you mean `finish`?",
            "error[dangling_edge] wire gone>finish /from: The wire `gone>finish` comes from the step `gone`, which does \
             not exist.",
            "error[duplicate_edge_id] wire start>finish /id: Two wires have the id `start>finish`.",
            "error[duplicate_edge_id] wire same /id: Two wires have the id `same`.",
            "warning[duplicate_edge] wire start>finish: There are two wires from `start` to `finish`; one is enough.",
        ],
    );
    assert!(fixes(&workflow).contains(&(
        "Remove the wire start → start".to_owned(),
        json!({ "type": "remove_edge", "data": { "edge": "same", "index": 2 } })
    )));
    let parallel = graph("a b", "a>b a>b:error");
    assert!(!found(&parallel).iter().any(|one| one.code == Code::DuplicateEdge), "another branch is another edge");
}

#[test]
fn a_workflow_over_the_limit_is_not_looked_at_any_further() {
    let workflow = graph("a b c", "a>b b>a a>nowhere");
    let findings = validate(&workflow, &Options { max_steps: 2, ..Options::default() });
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["error[too_many_steps] /steps: The workflow has 3 steps; at most 2 are allowed."]);
}

#[test]
fn findings_keep_their_shape_on_the_wire() {
    let wire = serde_json::to_value(&found(&graph("a b", "a>b b>a"))[0]).unwrap();
    assert_eq!(
        wire,
        json!({
            "code": "cycle", "severity": "error", "message": "These steps wait for one another: a → b → a. To run them again and again, move them into a workflow of \
                their own and give the step that runs it a loop.",
            "edge": "b>a", "steps": ["a", "b"],
            "fixes": [
                { "title": "Remove the wire b → a", "edit": { "type": "remove_edge", "data": { "edge": "b>a", "index": 1 } } },
                { "title": "Remove the wire a → b", "edit": { "type": "remove_edge", "data": { "edge": "a>b", "index": 0 } } },
            ],
        })
    );
    let read: Diagnostic = serde_json::from_value(wire).unwrap();
    assert_eq!(read, found(&graph("a b", "a>b b>a"))[0]);
    for code in Code::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), json!(code.as_str()));
    }
    assert!(Severity::Error < Severity::Warning && Severity::Warning < Severity::Info, "the order of the list");
}
