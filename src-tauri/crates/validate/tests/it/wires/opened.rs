//! What steps give that run another workflow, choose an agent or ask a person.

use heddle_model::Workflow;
use serde_json::{Value, json};

use super::{check, flow, integer, lines, object, string};
use crate::support::{agent, map, step};

/// `a > o > t`: `a` gives `n` and `id`, `o` has an agent of a certain kind, `t` accepts an `id`.
fn around(kind: &str, config: Value) -> Workflow {
    let mut workflow = flow(
        &[
            ("a", Value::Null, object(json!({ "n": integer(), "id": string() }), &["n", "id"])),
            ("o", Value::Null, Value::Null),
            ("t", object(json!({ "id": string() }), &["id"]), Value::Null),
        ],
        "a>o o>t",
    );
    workflow.steps[1] = step(json!({ "id": "o", "agent": { "kind": kind, "name": "O", "config": config } }));
    map(&mut workflow, "t", &[("id", "steps.o.output.id")]);
    workflow
}

fn carry(workflow: &mut Workflow, id: &str, carried: Workflow) {
    let document = serde_json::to_value(carried).unwrap();
    workflow.workflows.push(serde_json::from_value(json!({ "id": id, "document": document })).unwrap());
}

#[test]
fn a_sub_workflow_gives_what_its_output_is() {
    let mut workflow = around("workflow", json!({ "workflow": "sub" }));
    check(&workflow, &["always a>o: ", "unknown o>t: id: what the workflow gives that O runs is not known"]);
    let mut inner = flow(
        &[("x", Value::Null, object(json!({ "id": integer() }), &["id"])), ("y", Value::Null, Value::Null)],
        "x>y",
    );
    inner.input_schema = Some(object(json!({ "n": string() }), &["n"]));
    inner.steps[1] = step(json!({ "id": "y", "agent": "pass" }));
    let with = |inner: &Workflow| {
        let mut workflow = workflow.clone();
        carry(&mut workflow, "sub", inner.clone());
        lines(&workflow)
    };
    // The last step passes on what came: the workflow's input, and the id.
    assert_eq!(
        with(&inner),
        [
            "never a>o: n may be an integer; a string is expected",
            "never o>t: id may be an integer; a string is expected"
        ]
    );
    inner.input_schema = Some(object(json!({ "n": integer() }), &["n"]));
    inner.settings.output.mapping = Some([("id".to_owned(), "string(steps.x.output.id)".to_owned())].into());
    assert_eq!(with(&inner), ["always a>o: ", "always o>t: "]);
    inner.settings.output.mapping = None;
    inner.steps[1].when = Some("input.n == 1".to_owned());
    let why = "id: which of its last steps run is not worked out";
    assert_eq!(with(&inner)[1], format!("unknown o>t: {why}"));
    // Two that end side by side: an object of both.
    inner.edges.clear();
    inner.steps[1].when = None;
    map(&mut inner, "y", &[("id", "'y'")]);
    map(&mut workflow, "t", &[("id", "steps.o.output.y.id")]);
    let with = |inner: &Workflow| {
        let mut workflow = workflow.clone();
        carry(&mut workflow, "sub", inner.clone());
        lines(&workflow)
    };
    assert_eq!(with(&inner)[1], "always o>t: ");
    // A failure that does not stop it leaves one of them out.
    inner.settings.stop_on_error = false;
    assert_eq!(with(&inner)[1], format!("unknown o>t: {why}"));
}

#[test]
fn a_workflow_that_runs_itself_is_looked_at_once() {
    let mut workflow = around("workflow", json!({ "workflow": "sub" }));
    let mut inner = flow(&[("x", Value::Null, Value::Null)], "");
    inner.steps[0] = step(json!({ "id": "x", "agent": { "kind": "workflow", "config": { "workflow": "sub" } } }));
    carry(&mut workflow, "sub", inner);
    assert!(lines(&workflow)[1].starts_with("unknown o>t: "));
}

#[test]
fn a_choice_gives_what_one_of_its_agents_gives() {
    let candidates = json!({ "candidates": [{ "agent": "one" }, { "agent": "two" }] });
    let mut workflow = around("select", candidates);
    let gives = |id: &str, kind: &str, schema: Value| {
        let mut agent = agent(json!({ "id": id, "kind": kind, "name": id }));
        agent.output_schema = (!schema.is_null()).then_some(schema);
        agent
    };
    workflow.agents.push(gives("one", "script", object(json!({ "id": string() }), &["id"])));
    assert!(lines(&workflow)[1].starts_with("unknown o>t: id: the agent `two`"));
    workflow.agents.push(gives("two", "script", Value::Null));
    assert_eq!(lines(&workflow)[1], "unknown o>t: id: two declares no output schema");
    *workflow.agents.last_mut().unwrap() = gives("two", "script", object(json!({ "id": integer() }), &["id"]));
    assert_eq!(lines(&workflow)[1], "sometimes o>t: id may be an integer; a string is expected");
    // One that passes on what it is given gives what arrives.
    *workflow.agents.last_mut().unwrap() = gives("two", "transform", Value::Null);
    assert_eq!(lines(&workflow)[1], "always o>t: ");
}

#[test]
fn an_approval_lets_through_what_was_asked_or_what_the_form_allows() {
    let form = object(json!({ "id": integer() }), &["id"]);
    assert_eq!(lines(&around("approval", json!({ "message": "?" })))[1], "always o>t: ");
    let refused = "id may be an integer; a string is expected";
    let formed = |config: Value| {
        let mut config = config;
        (config["message"], config["form"]) = (json!("?"), form.clone());
        around("approval", config)
    };
    let mut workflow = formed(json!({}));
    assert_eq!(lines(&workflow)[1], format!("never o>t: {refused}"));
    let lapsing = json!({ "deadline_ms": 5, "on_deadline": "approve" });
    assert_eq!(lines(&formed(lapsing))[1], format!("sometimes o>t: {refused}"), "nobody decides: it goes on as it is");
    // Whoever rejects need not fill the form in.
    workflow.edges[1].branch = Some("rejected".to_owned());
    assert_eq!(lines(&workflow)[1], format!("sometimes o>t: {refused}"));
    workflow.edges[1].branch = Some("approved".to_owned());
    assert_eq!(lines(&workflow)[1], format!("never o>t: {refused}"));
}
