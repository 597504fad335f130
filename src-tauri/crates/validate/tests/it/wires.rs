//! Whether what flows over a wire fits.

use heddle_model::Workflow;
use heddle_validate::{Edit, Mode, Options, Wire, WireVerdict, automap, examine, fit};
use serde_json::{Value, json};

use crate::support::{agent, found, graph, map, step};

/// A workflow whose steps have agents of their own: id, what it accepts, what it gives.
fn flow(steps: &[(&str, Value, Value)], edges: &str) -> Workflow {
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

fn object(fields: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": fields, "required": required })
}

fn wires(workflow: &Workflow) -> Vec<Wire> {
    examine(workflow, &Options::default()).wires
}

/// A line for every wire: verdict, ends, reasons.
fn lines(workflow: &Workflow) -> Vec<String> {
    let line = |wire: Wire| {
        let why = wire.reasons.into_iter().map(|one| one.message).chain(wire.why).collect::<Vec<_>>().join("; ");
        format!("{} {}>{}: {why}", wire.verdict, wire.from, wire.to)
    };
    wires(workflow).into_iter().map(line).collect()
}

#[track_caller]
fn check(workflow: &Workflow, expected: &[&str]) {
    let lines = lines(workflow);
    assert_eq!(lines, expected, "\n{}\n", lines.join("\n"));
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn integer() -> Value {
    json!({ "type": "integer" })
}

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
fn a_field_that_was_renamed_is_found_in_every_step_behind() {
    let mut workflow = flow(
        &[
            ("a", Value::Null, object(json!({ "customer": string() }), &["customer"])),
            ("b", Value::Null, object(json!({}), &[])),
            ("c", Value::Null, Value::Null),
        ],
        "a>b b>c",
    );
    map(&mut workflow, "b", &[("id", "steps.a.output.custmer")]);
    map(&mut workflow, "c", &[("id", "steps.a.output.custmer + '!'")]);
    workflow.steps[2].when = Some("steps.a.output.custmer != ''".to_owned());
    let findings: Vec<String> = found(&workflow).iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        [
            "warning[unknown_field] step c /when: `steps.a.output.custmer` is not declared: nothing says that \
             `steps.a.output` has `custmer`. Did you mean `customer`?",
            "warning[unknown_field] step b /mapping/id: `steps.a.output.custmer` is not declared: nothing says that \
             `steps.a.output` has `custmer`. Did you mean `customer`?",
            "warning[unknown_field] step c /mapping/id: `steps.a.output.custmer` is not declared: nothing says that \
             `steps.a.output` has `custmer`. Did you mean `customer`?",
        ]
    );
    let fixed = found(&workflow).into_iter().flat_map(|one| one.fixes).filter(|fix| fix.edit.apply(&mut workflow, &[]));
    assert_eq!(fixed.count(), 3);
    assert_eq!(found(&workflow), []);
    // A closed object cannot have it: that is an error.
    let schema = json!({ "type": "object", "properties": { "client": string() }, "additionalProperties": false });
    workflow.steps[0] = step(json!({ "id": "a", "agent": { "kind": "script", "output_schema": schema } }));
    let findings = found(&workflow);
    assert_eq!(findings.iter().filter(|one| one.is_error() && one.code.as_str() == "unknown_field").count(), 3);
    assert!(!findings.iter().any(|one| one.code.as_str() == "incompatible_input"), "said once: {findings:?}");
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
fn a_repair_is_offered_when_it_helps() {
    let mut workflow = flow(
        &[
            (
                "a",
                Value::Null,
                object(
                    json!({ "id": integer(), "tags": { "type": "array", "items": string() }, "note": string() }),
                    &["id", "tags"],
                ),
            ),
            (
                "b",
                object(json!({ "id": string(), "tag": string(), "note": string() }), &["id", "tag", "note"]),
                Value::Null,
            ),
        ],
        "a>b",
    );
    map(
        &mut workflow,
        "b",
        &[("id", "steps.a.output.id"), ("tag", "steps.a.output.tags"), ("note", "steps.a.output.note")],
    );
    let mut titles = Vec::new();
    for _ in 0..3 {
        let wire = wires(&workflow).remove(0);
        let repair = wire.repairs.into_iter().find(|fix| !fix.title.contains("optional")).unwrap();
        assert!(repair.edit.apply(&mut workflow, &[]), "{repair:?}");
        titles.push(repair.title);
    }
    assert_eq!(
        titles,
        ["Convert id to text", "Take the first of tag, or \"\" if there is none", "Use \"\" where note is missing",]
    );
    check(&workflow, &["always a>b: "]);
}

#[test]
fn in_a_merged_context_a_step_is_put_into_the_wire() {
    let mut workflow = flow(
        &[
            ("a", Value::Null, object(json!({ "id": integer() }), &["id"])),
            ("b", object(json!({ "id": string() }), &["id"]), Value::Null),
        ],
        "a>b",
    );
    let wire = wires(&workflow).remove(0);
    let repair = wire.repairs.iter().find(|fix| matches!(fix.edit, Edit::InsertTransform { .. })).expect("offered");
    assert_eq!(repair.title, "Insert a step: convert id to text");
    assert!(wire.repairs.iter().any(|fix| matches!(fix.edit, Edit::SetMapping { .. })), "{:?}", wire.repairs);
    assert!(repair.edit.apply(&mut workflow, &[]));
    check(&workflow, &["always a>fit_b: ", "always fit_b>b: "]);
}

#[test]
fn fields_are_proposed_by_name_type_and_nearness() {
    let workflow = flow(
        &[
            ("far", Value::Null, object(json!({ "customer_id": string() }), &["customer_id"])),
            (
                "near",
                Value::Null,
                object(
                    json!({ "customerId": string(), "customer": object(json!({ "id": integer(), "mail": string() }), &["id", "mail"]) }),
                    &["customerId", "customer"],
                ),
            ),
            (
                "t",
                object(
                    json!({ "customer_id": string(), "email": string(), "text": string(), "zzz": {} }),
                    &["customer_id"],
                ),
                Value::Null,
            ),
        ],
        "far>near near>t",
    );
    let fields = automap(&workflow, &"t".into(), &Options::default()).unwrap();
    let first: Vec<(&str, Option<&str>)> = fields
        .iter()
        .map(|one| (one.field.as_str(), one.proposals.first().map(|best| best.expression.as_str())))
        .collect();
    assert_eq!(
        first,
        [
            ("customer_id", Some("steps.far.output.customer_id")),
            ("email", Some("steps.near.output.customer.mail")),
            ("text", Some("input.text")),
            ("zzz", None),
        ]
    );
    let ids: Vec<&str> = fields[0].proposals.iter().map(|one| one.expression.as_str()).collect();
    assert_eq!(ids[..2], ["steps.far.output.customer_id", "steps.near.output.customerId"]);
    let wrong = fields[0].proposals.iter().find(|one| one.expression == "steps.near.output.customer.id").unwrap();
    assert_eq!(wrong.verdict, WireVerdict::Never);
    assert!(wrong.score < fields[0].proposals[1].score);
    assert_eq!(automap(&workflow, &"gone".into(), &Options::default()), None);
}

#[test]
fn agents_that_fit_come_first() {
    let workflow = flow(
        &[
            ("a", Value::Null, object(json!({ "id": integer() }), &["id"])),
            ("b", object(json!({ "id": string() }), &["id"]), Value::Null),
        ],
        "a>b",
    );
    let library = [
        agent(json!({ "id": "text", "kind": "script", "input_schema": object(json!({ "id": string() }), &["id"]) })),
        agent(json!({ "id": "any", "kind": "script" })),
        agent(json!({ "id": "number", "kind": "script", "input_schema": object(json!({ "id": integer() }), &["id"]) })),
    ];
    let options = Options { library: &library, ..Options::default() };
    let fits = fit(&workflow, Some(&"a".into()), None, None, None, &options).unwrap();
    let order: Vec<(&str, String)> = fits.agents.iter().map(|one| (one.id.as_str(), one.verdict.to_string())).collect();
    assert_eq!(
        order,
        [("number", "always".into()), ("pass", "always".into()), ("any", "always".into()), ("text", "never".into())]
            as [(&str, String); 4]
    );
    assert!(fits.agents[3].counterexample.is_some());
    assert_eq!(fits.steps.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["b"]);
    let first = fit(&workflow, None, None, Some(&["text".into()]), Some(&[]), &options).unwrap();
    assert_eq!(first.agents[0].verdict, WireVerdict::Never, "the workflow's input has no id");
    assert_eq!(fit(&workflow, Some(&"gone".into()), None, None, None, &options), None);
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
    let why = "`a` may have failed; then its error takes the place of its output";
    check(&workflow, &["always a>ok: ", &format!("unknown a>bad: {why}")]);
    map(&mut workflow, "bad", &[("id", "steps.a.output.error.failure.message")]);
    assert_eq!(found(&workflow), []);
}
