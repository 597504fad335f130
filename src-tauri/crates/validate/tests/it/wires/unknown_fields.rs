//! Fields that are selected and not there.

use serde_json::{Value, json};

use super::{flow, object, string};
use crate::support::{found, map, step};

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
fn a_field_that_is_not_there_is_found_wherever_it_is_looked_at() {
    let gives = json!({ "type": "object", "properties": { "total": { "type": "integer" }, "items": { "type": "array" } },
        "required": ["total", "items"], "additionalProperties": false });
    let mut workflow = flow(&[("a", Value::Null, gives), ("b", Value::Null, Value::Null)], "a>b");
    workflow.edges[0].when = Some("item.totl > 1 && steps.a.output.totl > 2".to_owned());
    workflow.settings.output.mapping = Some([("sum".to_owned(), "steps.a.output.totl".to_owned())].into());
    workflow.steps[1] = step(json!({
        "id": "b", "loop": { "for_each": { "items": "steps.a.output.itms" } }, "mapping": { "name": "'x'" },
        "breakpoint": { "when": "has(steps.a.output.none) && steps.a.output.non == 1" },
        "agent": { "kind": "http", "config": { "url": "http://x/{{ input.nam }}",
            "body": { "known": "{{ has(input.nam) ? input.nam : '' }}", "deep": ["{{ input.id }}"] } } },
    }));
    let findings: Vec<String> = found(&workflow).iter().map(ToString::to_string).collect();
    let meant = |place: &str, path: &str, parent: &str, wrong: &str, right: &str| {
        format!("error[unknown_field] {place}: `{path}.{wrong}` is never there: `{parent}` has no `{wrong}`.{right}")
    };
    let own = |place: &str, wrong: &str, right: &str| meant(place, "input", "input", wrong, right);
    let of_a = |place: &str, wrong: &str, right: &str| meant(place, "steps.a.output", "steps.a.output", wrong, right);
    assert_eq!(
        findings,
        [
            of_a("step b /loop/for_each/items", "itms", " Did you mean `items`?"),
            of_a("step b /breakpoint/when", "non", ""),
            own("step b /agent/config/url", "nam", " Did you mean `name`?"),
            own("step b /agent/config/body", "id", ""),
            meant("step a /when", "item", "item", "totl", " Did you mean `total`?"),
            of_a("step a /when", "totl", " Did you mean `total`?"),
            of_a("/settings/output/mapping/sum", "totl", " Did you mean `total`?"),
        ],
        "\n{}\n",
        findings.join("\n")
    );
}
