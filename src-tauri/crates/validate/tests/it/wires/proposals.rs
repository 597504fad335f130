//! What a field could be mapped from, and who would take a wire.

use heddle_validate::{Options, WireVerdict, automap, fit};
use serde_json::{Value, json};

use super::{flow, integer, object, string};
use crate::support::agent;

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
