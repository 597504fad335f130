//! Payloads pass through steps to the letter, whatever they hold and however large they are.

use std::collections::BTreeSet;
use std::sync::Arc;

use heddle_expr::merge_context;
use heddle_model::{ExecutionStatus, Payload};
use proptest::prelude::*;
use serde_json::json;
use tokio::sync::Notify;

use crate::support::{Fakes, answer, run, workflow};

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

const STEPS: [&str; 12] = ["s00", "s01", "s02", "s03", "s04", "s05", "s06", "s07", "s08", "s09", "s10", "s11"];

/// A step of a random graph: which of the steps before it edges lead from, as bits; what it answers; whether it runs.
fn random_step() -> impl Strategy<Value = (u16, String, bool)> {
    let before = prop_oneof![4 => Just(1), 2 => Just(2), 1 => Just(0), 2 => any::<u16>()];
    let field = ("[a-e]", 0..100).prop_map(|(key, value)| format!("\"{key}\": {value}.0"));
    let answer = prop_oneof![
        6 => prop::collection::vec(field, 0..4).prop_map(|fields| format!("{{ {} }}", fields.join(", "))),
        1 => Just("[1]".to_owned()),
    ];
    (before, answer, prop::bool::weighted(0.9))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Without a mapping: the input, then what each step before it gave, in topological order; the later key wins.
    #[test]
    fn a_step_is_given_what_all_steps_before_it_gave(
        steps in prop::collection::vec(random_step(), 1..=STEPS.len()),
        input in prop_oneof![Just("{\"a\": 0, \"z\": 0}"), Just("{}"), Just("7")],
    ) {
        // The lowest bit is the step right before.
        let steps = &steps;
        let from = |to: usize| (0..to).filter(move |&from| steps[to].0 >> (to - from - 1) & 1 == 1);
        let mut before = vec![BTreeSet::new(); steps.len()];
        let mut edges = Vec::new();
        for to in 0..steps.len() {
            for from in from(to) {
                edges.push((STEPS[from], STEPS[to]));
                let further = before[from].clone();
                before[to].extend(further);
                before[to].insert(from);
            }
        }
        let condition = |runs: bool| if runs { json!({}) } else { json!({ "when": "false" }) };
        let placed: Vec<_> = steps.iter().zip(STEPS).map(|((.., runs), id)| (id, condition(*runs))).collect();
        let fakes = steps.iter().zip(STEPS).fold(Fakes::default(), |fakes, ((_, text, _), id)| {
            let text = text.clone();
            fakes.on(id, move |_| std::future::ready(answer(&text)))
        });
        let fakes = Arc::new(fakes);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (outcome, _) = runtime.block_on(run(&fakes, &workflow(&placed, &edges, json!({})), input));
        prop_assert_eq!(outcome.status, ExecutionStatus::Completed);

        let input = Payload::parse(input).unwrap();
        let answers: Vec<Payload> = steps.iter().map(|(_, text, _)| Payload::parse(text.clone()).unwrap()).collect();
        for (index, id) in STEPS.iter().enumerate().take(steps.len()).filter(|(_, id)| fakes.called(id) > 0) {
            let given = before[index].iter().filter(|&&step| fakes.called(STEPS[step]) > 0);
            let parts: Vec<_> = std::iter::once(("input", &input)).chain(given.map(|&step| (STEPS[step], &answers[step]))).collect();
            let expected = merge_context(&parts);
            prop_assert_eq!(fakes.input_of(id), expected.text());
        }
    }
}

#[tokio::test]
async fn what_comes_after_a_join_went_on_is_seen_by_later_steps() {
    let workflow = workflow(
        &[("a", json!({})), ("b", json!({})), ("j", json!({ "join": "any" })), ("p", json!({})), ("s", json!({}))],
        &[("a", "j"), ("b", "j"), ("j", "p"), ("p", "s")],
        json!({}),
    );
    // `b` answers only once `p` was called, and `p` only after that.
    let (called, late) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (called_by_p, late_for_p) = (called.clone(), late.clone());
    let fakes = Fakes::default()
        .on("a", |_| async { answer(r#"{"a": 1}"#) })
        .on("b", move |_| {
            let (called, late) = (called.clone(), late.clone());
            async move {
                called.notified().await;
                late.notify_one();
                answer(r#"{"b": 1}"#)
            }
        })
        .on("p", move |_| {
            let (called, late) = (called_by_p.clone(), late_for_p.clone());
            async move {
                called.notify_one();
                late.notified().await;
                // What `b` answered is taken in before what this answers.
                tokio::task::yield_now().await;
                answer(r#"{"p": 1}"#)
            }
        });
    let fakes = Arc::new(fakes);
    let (outcome, _) = run(&fakes, &workflow, "{}").await;
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    assert_eq!(fakes.input_of("p"), r#"{"a":1}"#);
    assert_eq!(fakes.input_of("s"), r#"{"a":1,"b":1,"p":1}"#);
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
