//! Payloads pass through steps to the letter, whatever they hold and however large they are.

use std::sync::Arc;

use heddle_model::ExecutionStatus;
use proptest::prelude::*;
use serde_json::json;

use crate::support::{Fakes, run, workflow};

/// JSON texts, not values: numbers of any size and spelling, escapes, every kind of white space, deep nesting.
fn json_text() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        "-?(0|[1-9][0-9]{0,40})",
        "-?(0|[1-9][0-9]{0,5})\\.[0-9]{1,30}",
        "-?[1-9](\\.[0-9]{1,5})?[eE][+-]?[1-9][0-9]{0,2}",
    ];
    let string = prop_oneof![
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        Just(r#""\u00e9\ud83d\ude00\/\n""#.to_owned()),
        Just("\"\"".to_owned()),
    ];
    let leaf = prop_oneof![
        number,
        string.clone(),
        Just("null".into()),
        Just("true".into()),
        Just("{}".into()),
        Just("[]".into())
    ];
    leaf.prop_recursive(14, 60, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(" , "))),
            prop::collection::btree_map(string.clone(), inner, 0..5).prop_map(|fields| {
                let fields: Vec<String> = fields.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_json_passes_through_a_chain_of_steps_to_the_letter(text in json_text()) {
        let map = json!({ "mapping": { "value": "steps.a.output.value" } });
        let workflow = workflow(
            &[("a", json!({ "mapping": { "value": "input.value" } })), ("b", map), ("c", json!({ "mapping": { "value": "steps.b.output.value" } }))],
            &[("a", "b"), ("b", "c")], json!({}),
        );
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (outcome, _) = runtime.block_on(run(&Arc::new(Fakes::default()), &workflow, &format!("{{\"value\":{text}}}")));
        prop_assert_eq!(outcome.status, ExecutionStatus::Completed);
        let output = outcome.output.unwrap();
        prop_assert_eq!(output.text(), format!("{{\"value\":{text}}}"));
    }
}

#[tokio::test]
async fn ten_megabytes_pass_through_three_steps_to_the_letter() {
    let item = r#"{"id":90071992547409931234,"ratio":1.0,"tiny":1e-400,"name":"Zoë 🧵","tags":[]}"#;
    let value = format!("[{}]", vec![item; 10_000_000 / item.len()].join(","));
    assert!(value.len() > 9_900_000);
    let map = |from: &str| json!({ "mapping": { "value": from } });
    let workflow = workflow(
        &[("a", map("input.value")), ("b", map("steps.a.output.value")), ("c", map("steps.b.output.value"))],
        &[("a", "b"), ("b", "c")],
        json!({}),
    );
    let input = format!("{{\"value\":{value}}}");
    let (outcome, events) = run(&Arc::new(Fakes::default()), &workflow, &input).await;
    assert!(outcome.output.unwrap().text() == input, "the value changed on its way");
    let log = serde_json::to_string(&events).unwrap();
    assert!(log.contains("the output is large"), "a large output leaves a warning");
    assert!(log.len() < 10_000, "events speak of payloads, they do not hold them");
}
