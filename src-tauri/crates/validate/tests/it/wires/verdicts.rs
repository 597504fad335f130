//! What is said about a wire.

use heddle_validate::{Mode, Options, WireVerdict, examine};
use serde_json::{Value, json};

use super::{check, flow, integer, object, string, wires};
use crate::support::{found, map};

#[test]
fn a_merged_context_holds_what_all_before_gave() {
    let workflow = flow(
        &[
            ("a", Value::Null, object(json!({ "id": string(), "n": integer() }), &["id"])),
            (
                "b",
                object(json!({ "id": string(), "text": string() }), &["id", "text"]),
                object(json!({ "id": integer() }), &["id"]),
            ),
            ("c", object(json!({ "id": string() }), &["id"]), Value::Null),
            ("d", object(json!({ "n": integer() }), &["n"]), Value::Null),
        ],
        "a>b b>c a>d",
    );
    check(
        &workflow,
        &[
            "always a>b: ",
            "never b>c: id may be an integer; a string is expected",
            "sometimes a>d: n may be missing; it is required",
        ],
    );
    let wires = wires(&workflow);
    assert_eq!(wires[1].counterexample.as_ref().unwrap()["id"].as_i64().map(|_| ()), Some(()));
    let sometimes = &wires[2];
    assert!(sometimes.counterexample.as_ref().unwrap().get("n").is_none());
    assert!(sometimes.example.as_ref().unwrap()["n"].is_number());
}

#[test]
fn a_field_is_the_matter_of_the_wire_it_comes_over() {
    let mut workflow = flow(
        &[
            ("a", Value::Null, object(json!({ "x": string() }), &["x"])),
            ("b", Value::Null, object(json!({ "y": integer() }), &["y"])),
            ("m", Value::Null, object(json!({}), &[])),
            ("t", object(json!({ "x": string(), "y": string() }), &["x", "y"]), Value::Null),
        ],
        "a>t b>m m>t",
    );
    map(&mut workflow, "t", &[("x", "steps.a.output.x"), ("y", "steps.b.output.y")]);
    // `y` comes from `b`, and over `m` to `t`.
    check(&workflow, &["always a>t: ", "always b>m: ", "never m>t: y may be an integer; a string is expected"]);
    map(&mut workflow, "t", &[("x", "steps.a.output.x")]);
    check(
        &workflow,
        &["never a>t: y may be missing; it is required", "always b>m: ", "never m>t: y may be missing; it is required"],
    );
    map(&mut workflow, "t", &[("x", "input.text"), ("y", "'fixed'")]);
    assert!(wires(&workflow)[0].summary.ends_with("the wire only says which comes first"));
    assert!(wires(&workflow).iter().all(|wire| wire.verdict == WireVerdict::Always));
}

#[test]
fn a_selection_that_may_lead_nowhere_is_a_failure_and_says_so() {
    let mut workflow = flow(
        &[
            ("a", Value::Null, object(json!({ "x": string(), "deep": object(json!({ "y": integer() }), &[]) }), &[])),
            ("b", object(json!({ "x": string() }), &["x"]), Value::Null),
        ],
        "a>b",
    );
    map(&mut workflow, "b", &[("x", "steps.a.output.x")]);
    check(
        &workflow,
        &["sometimes a>b: `steps.a.output.x` may be missing, so there is nothing for x, which is required"],
    );
    assert!(wires(&workflow)[0].counterexample.as_ref().unwrap().get("x").is_none());
    map(
        &mut workflow,
        "b",
        &[("x", "has(steps.a.output.x) ? steps.a.output.x : 'none'"), ("y", "steps.a.output.deep.y")],
    );
    check(
        &workflow,
        &["sometimes a>b: `steps.a.output.deep` may be missing; then y cannot be worked out and the step fails"],
    );
    map(&mut workflow, "b", &[("x", "steps.a.output.?x.orValue('none')")]);
    check(&workflow, &["always a>b: "]);
}

#[test]
fn what_nobody_declares_is_unknown_and_said_so() {
    let mut workflow = flow(
        &[
            ("a", Value::Null, Value::Null),
            ("b", object(json!({ "x": string(), "n": integer() }), &["x"]), Value::Null),
        ],
        "a>b",
    );
    check(&workflow, &["unknown a>b: A declares no output schema"]);
    map(&mut workflow, "b", &[("x", "steps.a.output.x")]);
    check(&workflow, &["unknown a>b: x: A declares no output schema"]);
    // Of what is known nothing is forgiven, and a conversion makes a type known.
    map(&mut workflow, "b", &[("x", "steps.a.output.x"), ("n", "input.text")]);
    check(&workflow, &["unknown a>b: x: A declares no output schema"]);
    let finding = found(&workflow).remove(0).to_string();
    assert!(
        finding.ends_with(
            "/mapping/n: What arrives at `b` does not fit what it accepts: n may be a string; an integer is expected."
        ),
        "{finding}"
    );
}

#[test]
fn strictly_anything_that_is_not_ruled_out_may_come() {
    let workflow = flow(
        &[
            ("a", Value::Null, object(json!({ "id": string() }), &["id"])),
            ("b", object(json!({ "id": string(), "n": integer() }), &["id"]), Value::Null),
        ],
        "a>b",
    );
    check(&workflow, &["always a>b: "]);
    let strict = examine(&workflow, &Options { mode: Mode::Strict, ..Options::default() }).wires.remove(0);
    assert_eq!((strict.verdict, strict.mode), (WireVerdict::Sometimes, Mode::Strict));
    assert!(strict.counterexample.unwrap()["n"].as_i64().is_none());
}
