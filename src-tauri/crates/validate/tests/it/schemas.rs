//! Agents, schemas, required fields.

use heddle_validate::{Options, validate};
use serde_json::json;

use crate::support::{agent, check, fixes, found, graph, map, step};

#[test]
fn an_agent_is_in_the_document_the_library_or_missing() {
    let mut workflow = graph("a b c", "a>b b>c");
    workflow.steps[1] = step(json!({ "id": "b", "agent": "triage_analyzr" }));
    workflow.steps[2] = step(json!({ "id": "c", "agent": "" }));
    let library = [agent(json!({ "id": "triage_analyzer", "kind": "script" }))];
    let lines: Vec<_> = validate(&workflow, &Options { library: &library, ..Options::default() })
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        lines,
        [
            "error[missing_agent] step b /agent: The step `b` uses the agent `triage_analyzr`, which is neither in the \
             workflow nor in the library. Did you mean `triage_analyzer`?",
            "error[missing_agent] step c /agent: The step `c` has no agent.",
        ]
    );
    workflow.steps[1] = step(json!({ "id": "b", "agent": "triage_analyzer" }));
    workflow.steps.pop();
    workflow.edges.pop();
    assert_eq!(validate(&workflow, &Options { library: &library, ..Options::default() }), []);
    assert_eq!(found(&workflow).len(), 1, "without the library it is missing");
}

#[test]
fn schemas_are_schemas() {
    let mut workflow = graph("a", "");
    workflow.input_schema = Some(json!({ "type": "strng" }));
    workflow.agents.push(agent(json!({ "id": "x", "kind": "transform",
        "input_schema": { "properties": { "a": { "pattern": "(" } } },
        "output_schema": { "$schema": "http://json-schema.org/draft-04/schema#", "type": "object" } })));
    workflow.steps[0] =
        step(json!({ "id": "a", "agent": { "kind": "transform", "output_schema": { "$ref": "#/$defs/none" } } }));
    let findings = found(&workflow);
    let places: Vec<_> =
        findings.iter().map(|one| format!("{} {}", one.code, one.path.as_deref().unwrap_or(""))).collect();
    assert_eq!(
        places,
        [
            "invalid_schema /input_schema",
            "invalid_schema /agents/1/input_schema",
            "invalid_schema /agents/1/output_schema",
            "invalid_schema /agent/output_schema",
        ],
        "{findings:?}"
    );
    assert!(findings[0].message.contains("strng") && findings[0].message.contains("/type"), "{}", findings[0]);
    assert!(findings[2].message.contains("2020-12 and draft-07 are understood"), "{}", findings[2]);
    assert!(findings[3].message.contains("$defs/none"), "{}", findings[3]);
}

#[test]
fn schemas_of_both_drafts_and_booleans_are_fine() {
    let mut workflow = graph("a", "");
    workflow.input_schema = Some(json!(true));
    workflow.agents.push(agent(json!({ "id": "x", "kind": "transform",
        "input_schema": { "$schema": "http://json-schema.org/draft-07/schema#", "definitions": { "n": { "type": "number" } },
            "properties": { "a": { "$ref": "#/definitions/n" } }, "items": [{ "type": "string" }] },
        "output_schema": { "$schema": "https://json-schema.org/draft/2020-12/schema", "prefixItems": [{ "minimum": 1.50 }] } })));
    check(&workflow, &[]);
}

#[test]
fn required_fields_that_a_mapping_leaves_out_are_mentioned_once() {
    let mut workflow = graph("a b", "a>b");
    workflow.input_schema = Some(json!({ "properties": { "id": {}, "odd name": {} } }));
    workflow
        .agents
        .push(agent(json!({ "id": "from", "kind": "transform", "output_schema": { "properties": { "total": {} } } })));
    workflow.agents.push(agent(json!({ "id": "to", "kind": "transform",
        "input_schema": { "required": ["id", "total", "given", "odd name"] } })));
    workflow.steps[0] = step(json!({ "id": "a", "agent": "from" }));
    workflow.steps[1] = step(json!({ "id": "b", "agent": "to" }));
    map(&mut workflow, "b", &[("given", "1")]);
    check(
        &workflow,
        &["error[incompatible_input] step b /mapping/id: What arrives at `b` does not fit what it accepts: id may be \
           missing; it is required; total may be missing; it is required; odd name may be missing; it is required."],
    );
    // In a circle nothing flows; the names still tell.
    workflow.edges.push(graph("a b", "b>a").edges.remove(0));
    let findings = found(&workflow);
    assert_eq!(
        findings.iter().map(ToString::to_string).collect::<Vec<_>>()[1],
        "warning[missing_input] step b /mapping/id: The mapping of `b` does not give the field `id`, which its agent \
         requires."
    );
    assert_eq!(findings.len(), 4);
    let offered: Vec<_> = fixes(&workflow).into_iter().map(|(title, _)| title).collect();
    assert_eq!(
        offered[2..],
        ["Map it from input.id", "Map it from steps.a.output.total", "Map it from input[\"odd name\"]"]
    );
}
