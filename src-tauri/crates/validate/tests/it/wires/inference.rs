//! What is known to arrive: expressions, branches, loops.

use heddle_validate::{Options, examine};
use serde_json::{Value, json};

use super::{check, flow, integer, lines, object, string, wires};
use crate::support::{found, map, step};

#[test]
fn expressions_give_what_they_say() {
    let gives = object(
        json!({ "s": string(), "i": integer(), "maybe": { "type": ["string", "null"] },
            "list": { "type": "array", "items": object(json!({ "sku": string(), "n": integer() }), &["sku", "n"]) } }),
        &["s", "i", "maybe", "list"],
    );
    for (expression, wanted, verdict) in [
        ("steps.a.output.s + '!'", string(), "always"),
        ("steps.a.output.i + 1", integer(), "always"),
        ("string(steps.a.output.i)", string(), "always"),
        ("int(steps.a.output.s)", integer(), "sometimes"),
        ("steps.a.output.i > 3", json!({ "type": "boolean" }), "always"),
        ("steps.a.output.maybe", string(), "sometimes"),
        ("steps.a.output.maybe != null ? steps.a.output.maybe : 'x'", string(), "always"),
        ("steps.a.output.maybe == null ? 'x' : steps.a.output.maybe", string(), "always"),
        ("type(steps.a.output.maybe) == string ? steps.a.output.maybe : 'x'", string(), "always"),
        ("steps.a.output.list.map(one, one.sku)", json!({ "type": "array", "items": string() }), "always"),
        ("steps.a.output.list.map(one, one.n)", json!({ "type": "array", "items": string() }), "sometimes"),
        (
            "steps.a.output.list.filter(one, one.n > 1)",
            json!({ "type": "array", "items": object(json!({ "sku": string() }), &["sku"]) }),
            "always",
        ),
        ("size(steps.a.output.list)", integer(), "always"),
        ("steps.a.output.list[0].sku", string(), "sometimes"),
        ("[steps.a.output.s]", json!({ "type": "array", "items": string(), "minItems": 1 }), "always"),
        ("{'k': steps.a.output.i}", object(json!({ "k": integer() }), &["k"]), "always"),
        ("{'k': steps.a.output.i}.k", integer(), "always"),
        ("vars.limit", json!({ "const": 10 }), "always"),
        ("steps.a.output.s == 'x' ? 1 : 'one'", integer(), "sometimes"),
        ("steps.a.output.s + 1", json!({}), "never"),
        ("steps.a.output.s.lowerAscii()", string(), "unknown"),
        ("steps.a.output.i", json!({ "type": "number" }), "always"),
        ("steps.a.output.s", integer(), "never"),
        ("context.s", string(), "always"),
    ] {
        let mut workflow = flow(
            &[
                ("a", Value::Null, gives.clone()),
                ("b", json!({ "type": "object", "properties": { "x": wanted }, "required": ["x"] }), Value::Null),
            ],
            "a>b",
        );
        workflow.variables.insert("limit".to_owned(), json!(10));
        map(&mut workflow, "b", &[("x", expression)]);
        let wires = wires(&workflow);
        assert_eq!(wires[0].verdict.to_string(), verdict, "{expression}: {:?}", wires[0]);
    }
}

#[test]
fn what_may_be_skipped_may_be_missing_and_branches_that_meet_make_up_for_one_another() {
    let gives = || object(json!({ "reply": string() }), &["reply"]);
    let mut workflow = flow(
        &[
            ("c", Value::Null, Value::Null),
            ("yes", Value::Null, gives()),
            ("no", Value::Null, gives()),
            ("j", gives(), Value::Null),
        ],
        "c>yes:yes c>no:no yes>j no>j",
    );
    workflow.steps[0] = step(json!({ "id": "c", "agent": { "kind": "condition", "config": {
        "branches": [{ "name": "yes", "when": "true" }], "default": "no" } } }));
    assert_eq!(lines(&workflow)[2..], ["always yes>j: ", "always no>j: "]);
    map(&mut workflow, "j", &[("reply", "steps.yes.output.reply")]);
    assert_eq!(
        lines(&workflow)[2..],
        ["sometimes yes>j: `yes` may not have run, so there is nothing for reply, which is required", "always no>j: ",]
    );
    workflow.steps[3].mapping = None;
    workflow.edges.retain(|edge| edge.from.as_str() != "no" || edge.to.as_str() != "j");
    assert_eq!(lines(&workflow)[2..], ["always yes>j: "], "without the other branch it only runs after this one");
}

#[test]
fn loops_go_over_the_elements_and_give_a_list() {
    let mut workflow = flow(
        &[
            ("a", Value::Null, object(json!({ "ids": { "type": "array", "items": integer() } }), &["ids"])),
            (
                "each",
                object(json!({ "id": integer() }), &["id"]),
                object(json!({ "ok": { "type": "boolean" } }), &["ok"]),
            ),
            (
                "end",
                object(json!({ "all": { "type": "array", "items": object(json!({ "ok": {} }), &["ok"]) } }), &["all"]),
                Value::Null,
            ),
        ],
        "a>each each>end",
    );
    workflow.steps[1].repetition =
        serde_json::from_value(json!({ "for_each": { "items": "steps.a.output.ids" } })).unwrap();
    map(&mut workflow, "each", &[("id", "item")]);
    map(&mut workflow, "end", &[("all", "steps.each.output")]);
    check(&workflow, &["always a>each: ", "always each>end: "]);
    map(&mut workflow, "each", &[("id", "string(item)")]);
    assert_eq!(lines(&workflow)[0], "never a>each: id may be a string; an integer is expected");
}

#[test]
fn what_flows_is_told_for_the_steps_that_are_asked_for() {
    let workflow =
        flow(&[("a", Value::Null, object(json!({ "id": string() }), &["id"])), ("b", Value::Null, Value::Null)], "a>b");
    let flows = examine(&workflow, &Options { flows: Some(&["b".into()]), ..Options::default() }).steps;
    assert_eq!(flows.len(), 1);
    let sources: Vec<_> = flows[0].sources.iter().map(|one| (one.expression.as_str(), one.label.as_str())).collect();
    assert_eq!(sources, [("input", "Workflow input"), ("steps.a.output", "A")]);
    assert_eq!(flows[0].arrives["properties"], json!({ "text": { "type": "string" }, "id": { "type": "string" } }));
    assert_eq!(examine(&workflow, &Options::default()).steps.len(), 2, "all of a small workflow");
}

#[test]
fn on_the_error_branch_the_error_takes_the_place_of_the_output() {
    let mut workflow = flow(
        &[
            ("a", Value::Null, object(json!({ "id": string() }), &["id"])),
            ("ok", object(json!({ "id": string() }), &["id"]), Value::Null),
            ("bad", object(json!({ "id": string() }), &["id"]), Value::Null),
        ],
        "a>ok a>bad:error",
    );
    workflow.steps[0].policy = serde_json::from_value(json!({ "on_error": { "action": "error_branch" } })).unwrap();
    check(&workflow, &["always a>ok: ", "never a>bad: id may be missing; it is required"]);
    map(&mut workflow, "bad", &[("id", "steps.a.output.error.failure.message")]);
    check(&workflow, &["always a>ok: ", "always a>bad: "]);
    assert_eq!(found(&workflow), []);
    map(&mut workflow, "bad", &[("id", "steps.a.output.error.failure.mesage")]);
    let finding = found(&workflow).remove(0).to_string();
    assert!(finding.contains("/mapping/id") && finding.ends_with("Did you mean `message`?"), "{finding}");
    // Where both meet, nobody knows which of them it was.
    let mut meeting = flow(
        &[
            ("a", Value::Null, object(json!({ "id": string() }), &["id"])),
            ("bad", Value::Null, object(json!({ "id": string() }), &["id"])),
            ("both", object(json!({ "id": string() }), &["id"]), Value::Null),
        ],
        "a>both a>bad:error bad>both",
    );
    meeting.steps[0].policy = workflow.steps[0].policy.clone();
    map(&mut meeting, "both", &[("id", "steps.a.output.id")]);
    let why = "id: `a` may have failed; then its error takes the place of its output";
    assert_eq!(lines(&meeting)[0], format!("unknown a>both: {why}"));
}
