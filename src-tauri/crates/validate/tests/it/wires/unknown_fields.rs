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
