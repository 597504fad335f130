use heddle_agents::branches;
use heddle_model::FailureCode::{AgentFailed, Config, Expression, Interrupted};
use serde_json::{Value, json};

use crate::support::Attempt;

fn condition() -> Value {
    json!({
        "branches": [
            { "name": "urgent", "when": "input.priority == 'high' && input.amount > vars.limit" },
            { "name": "normal", "when": "input.priority == 'high'" },
        ],
        "default": "later",
    })
}

#[tokio::test]
async fn the_first_branch_that_holds_is_chosen_and_the_input_passes_unchanged() {
    for (input, expected) in [
        (r#"{"priority":"high","amount":20.50}"#, "urgent"),
        (r#"{"priority":"high","amount":1}"#, "normal"),
        (r#"{"priority":"low" , "amount":1.0}"#, "later"),
    ] {
        let result = Attempt::new("condition", condition()).input(input).vars(r#"{"limit":10}"#).run().await;
        let answer = result.outcome.unwrap();
        assert_eq!(answer.branch.as_deref(), Some(expected));
        assert_eq!(answer.output.text(), input);
        assert!(result.log[0].text.starts_with(expected));
    }
}

#[tokio::test]
async fn a_condition_without_a_way_out_says_so() {
    let config = json!({ "branches": [{ "name": "a", "when": "input.x > 1" }] });
    Attempt::new("condition", config.clone())
        .input(r#"{"x":1}"#)
        .fails(AgentFailed, &["a: `input.x > 1`", "default"])
        .await;
    Attempt::new("condition", config).input("{}").fails(Expression, &["config.branches[0].when", "input.x"]).await;
    let broken = json!({ "branches": [{ "name": "a", "when": "input.x >" }] });
    Attempt::new("condition", broken).fails(Config, &["config.branches[0].when"]).await;
    let number = json!({ "branches": [{ "name": "a", "when": "1 + 1" }] });
    Attempt::new("condition", number).fails(Expression, &["config.branches[0].when"]).await;
    Attempt::new("condition", json!({ "branches": [] })).fails(Config, &["config.branches"]).await;
    Attempt::new("condition", json!({ "branches": [{ "name": "a" }] }))
        .fails(Config, &["config.branches[0]", "`when`"])
        .await;
}

#[test]
fn branches_are_listed_with_the_default_last_and_once() {
    let of = |kind: &str, config: Value| branches(&Attempt::new(kind, config).call.agent);
    assert_eq!(of("condition", condition()), ["urgent", "normal", "later"]);
    let twice =
        json!({ "branches": [{ "name": "a", "when": "true" }, { "name": "a", "when": "false" }], "default": "a" });
    assert_eq!(of("condition", twice), ["a"]);
    assert!(of("condition", json!({ "branches": 7 })).is_empty());
    assert!(of("wait", condition()).is_empty());
}

#[tokio::test]
async fn wait_lets_time_pass_and_keeps_its_input() {
    for ms in [json!(30), json!("{{ input.pause }}")] {
        let before = std::time::Instant::now();
        let input = r#"{"pause":30,"n":1.0}"#;
        assert_eq!(Attempt::new("wait", json!({ "ms": ms })).input(input).answer().await, input);
        assert!(before.elapsed() >= std::time::Duration::from_millis(30));
    }
}

#[tokio::test]
async fn wait_refuses_what_is_no_duration() {
    for ms in [json!(-1), json!(1.5), json!("soon"), json!(2_592_000_001_u64), json!([1]), json!(null)] {
        Attempt::new("wait", json!({ "ms": ms })).fails(Config, &["config.ms"]).await;
    }
    Attempt::new("wait", json!({})).fails(Config, &["`ms`"]).await;
    Attempt::new("wait", json!({ "ms": "{{ input.none }}" })).fails(Expression, &["config.ms", "none"]).await;
}

#[tokio::test]
async fn a_cancelled_wait_ends_at_once() {
    let attempt = Attempt::new("wait", json!({ "ms": 2_000_000_000 }));
    attempt.call.cancel.cancel();
    attempt.fails(Interrupted, &["cancelled"]).await;
}

#[tokio::test]
async fn assertions_that_hold_pass_the_input_on() {
    let checks = json!({ "checks": [
        { "expression": "input.total", "op": "equals", "value": 10 },
        { "path": "input.name", "op": "contains", "value": "édé" },
        { "expression": "input.tags", "op": "contains", "value": "{{ vars.tag }}" },
        { "expression": "input", "op": "contains", "value": "total" },
        { "expression": "input.id", "op": "not_null" },
        { "expression": "input.id", "op": "greater_than", "value": 9_007_199_254_740_992_u64 },
        { "expression": "input.id", "op": "less_than", "value": "{{ vars.most }}" },
    ]});
    let input = r#"{"total":10.0,"name":"Frédéric","tags":["vip"],"id":9007199254740993}"#;
    let attempt = Attempt::new("assertion", checks).input(input).vars(r#"{"tag":"vip","most":9007199254740994}"#);
    assert_eq!(attempt.answer().await, input);
}

#[tokio::test]
async fn a_broken_assertion_names_every_check_that_does_not_hold() {
    let checks = json!({ "checks": [
        { "expression": "input.total", "op": "equals", "value": 10 },
        { "expression": "input.total", "op": "greater_than", "value": 3 },
        { "expression": "input.missing", "op": "not_null" },
        { "expression": "input.nothing", "op": "not_null" },
        { "expression": "input.name", "op": "less_than", "value": 3 },
        { "expression": "input.ok", "op": "equals", "value": true },
    ]});
    let failure = Attempt::new("assertion", checks)
        .input(r#"{"total":2,"name":"x","nothing":null,"ok":true}"#)
        .fails(
            AgentFailed,
            &[
                "5 of 6",
                "input.total: expected 10, found 2",
                "input.total: expected a number greater than 3, found 2",
                "input.missing: expected a value, found nothing there",
                "input.nothing: expected a value, found null",
                r#"input.name: expected a number less than 3, found "x""#,
            ],
        )
        .await;
    assert_eq!(failure.causes.len(), 5);
    Attempt::new("assertion", json!({ "checks": [] })).fails(Config, &["config.checks"]).await;
    let unknown = json!({ "checks": [{ "expression": "input", "op": "resembles" }] });
    Attempt::new("assertion", unknown).fails(Config, &["config.checks[0].op", "resembles"]).await;
    let broken = json!({ "checks": [{ "expression": "input.", "op": "not_null" }] });
    Attempt::new("assertion", broken).fails(Config, &["config.checks[0].expression"]).await;
}

#[tokio::test]
async fn transform_passes_its_input_to_the_letter() {
    let input = r#"{ "z":1.0, "a":1e400, "big":123456789012345678901234567890 }"#;
    assert_eq!(Attempt::new("transform", json!({})).input(input).answer().await, input);
}
