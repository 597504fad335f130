//! What would flow.

use heddle_model::{Payload, StepId, Workflow};
use heddle_validate::{Options, StandIn, preview};
use serde_json::{Value, json};

use crate::support::{graph, map, step};

fn text(payload: &Payload) -> &str {
    payload.text()
}

/// A line for every step: id, input, output and where it comes from, or why it is skipped; then its problems.
fn lines(workflow: &Workflow, input: &Value) -> Vec<String> {
    let nothing = |_: &StepId| None;
    let flown = preview(workflow, Payload::from_value(input), &nothing, 1, &Options::default()).unwrap();
    let line = |told: &heddle_validate::StepPreview| {
        let mut line = match (&told.skipped, &told.input) {
            (Some(why), _) => format!("{}: {why}", told.step),
            (None, input) => format!(
                "{}: {} → {}",
                told.step,
                input.as_ref().map_or("nothing", text),
                told.output.as_ref().map_or("nothing".to_owned(), |(value, from)| format!("{} {from:?}", text(value)))
            ),
        };
        told.problems.iter().for_each(|one| line.push_str(&format!(" [{} {}]", one.path, one.message)));
        line
    };
    flown.steps.iter().map(line).collect()
}

#[test]
fn data_flows_through_mappings_conditions_and_stand_ins() {
    let mut workflow = graph("a c hot cold j", "a>c c>hot:hot c>cold:cold hot>j cold>j");
    workflow.steps[0] = step(json!({ "id": "a", "agent": { "kind": "llm", "sample": { "degrees": 30 } } }));
    workflow.steps[1] = step(json!({ "id": "c", "agent": { "kind": "condition", "config": {
        "branches": [{ "name": "hot", "when": "input.degrees > 25" }], "default": "cold" } } }));
    let schema = json!({ "const": { "advice": "drink" } });
    workflow.steps[2] = step(json!({ "id": "hot", "agent": { "kind": "script", "output_schema": schema } }));
    map(&mut workflow, "hot", &[("d", "string(steps.a.output.degrees) + ' °C'")]);
    map(&mut workflow, "j", &[("advice", "steps.hot.output.advice"), ("from", "input.city")]);
    assert_eq!(
        lines(&workflow, &json!({ "city": "Jena" })),
        [
            r#"a: {"city":"Jena"} → {"degrees":30} Sample"#,
            r#"c: {"city":"Jena","degrees":30} → {"city":"Jena","degrees":30} Computed"#,
            "cold: no branch that leads to it is taken",
            r#"hot: {"d":"30 °C"} → {"advice":"drink"} Generated"#,
            r#"j: {"advice":"drink","from":"Jena"} → {"advice":"drink","from":"Jena"} Computed"#,
        ]
    );
}

#[test]
fn what_does_not_work_is_said_where_and_the_rest_flows_on() {
    let mut workflow = graph("a b", "a>b");
    let schema = json!({ "type": "object", "properties": { "id": { "type": "integer" } }, "required": ["id", "n"] });
    workflow.steps[1] = step(json!({ "id": "b", "agent": { "kind": "transform", "input_schema": schema } }));
    map(&mut workflow, "b", &[("id", "steps.a.output.id"), ("n", "steps.a.output.gone")]);
    assert_eq!(
        lines(&workflow, &json!({ "id": "7" })),
        [
            r#"a: {"id":"7"} → {"id":"7"} Computed"#,
            "b: {\"id\":\"7\"} → {\"id\":\"7\"} Computed [/mapping/n `steps.a.output.gone` leads nowhere: there is no field \
             `gone`, `steps.a.output` has only the field `id`] [/id Expected integer, got string at /id]",
        ]
    );
}

#[test]
fn a_loop_shows_its_first_turn() {
    let mut workflow = graph("a", "");
    workflow.steps[0].repetition = serde_json::from_value(json!({ "for_each": { "items": "input.ids" } })).unwrap();
    map(&mut workflow, "a", &[("id", "item"), ("at", "index")]);
    assert_eq!(lines(&workflow, &json!({ "ids": [7, 8] })), [r#"a: {"id":7,"at":0} → [{"id":7,"at":0}] Computed"#]);
    assert!(lines(&workflow, &json!({ "ids": 7 }))[0].contains("[/loop/for_each/items a loop goes over an array"));
}

#[test]
fn recorded_outputs_stand_for_agents_and_expressions_are_worked_out_against_them() {
    let mut workflow = graph("a b", "a>b");
    workflow.steps[0] = step(json!({ "id": "a", "agent": { "kind": "http", "sample": 1 } }));
    let recorded =
        |id: &StepId| (id.as_str() == "a").then(|| Payload::parse(r#"{"big":12345678901234567890123}"#).unwrap());
    let flown = preview(&workflow, Payload::null(), &recorded, 0, &Options::default()).unwrap();
    assert_eq!(flown.steps[0].output.as_ref().unwrap().1, StandIn::Recorded);
    assert_eq!(flown.output.as_ref().map(text), Some(r#"{"input":null,"big":12345678901234567890123}"#));
    let value = flown.evaluate(&workflow, &"b".into(), "steps.a.output.big").unwrap();
    assert_eq!(text(&value), "12345678901234567890123");
    assert!(flown.evaluate(&workflow, &"b".into(), "steps.a.output.small").unwrap_err().contains("leads nowhere"));
    assert!(flown.evaluate(&workflow, &"a".into(), "steps.b.output").unwrap_err().contains("no output here"));
    workflow.edges.push(graph("a b", "b>a").edges.remove(0));
    assert!(preview(&workflow, Payload::null(), &recorded, 0, &Options::default()).is_none());
}

#[test]
fn edges_are_followed_as_in_a_run() {
    let mut workflow = graph("a b c two three", "a>b a>c a>two b>two a>three b>three c>three");
    workflow.edges[1].when = Some("steps.a.output.n > 1 && item.n > 1".to_owned());
    for (step, needed) in [(3, 2), (4, 3)] {
        workflow.steps[step].join = heddle_model::Join::AtLeast(needed);
    }
    let told = |n: u64| -> Vec<bool> {
        let lines = lines(&workflow, &json!({ "n": n }));
        lines.iter().map(|line| line.contains('→')).collect()
    };
    assert_eq!(told(2), [true, true, true, true, true], "a b c three two: every edge is live");
    assert_eq!(told(1), [true, true, false, false, true], "`c` is not reached, and `three` waits for all of them");
}
