//! Repairs: offered when they help.

use heddle_validate::Edit;
use serde_json::{Value, json};

use super::{check, flow, integer, object, string, wires};
use crate::support::map;

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
