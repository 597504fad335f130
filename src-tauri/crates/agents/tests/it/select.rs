//! Choosing one of several agents.

use futures::FutureExt as _;
use heddle_engine::AgentRunner;
use heddle_model::FailureCode;
use serde_json::{Value, json};

use crate::support::Attempt;

fn candidates() -> [Value; 3] {
    let script = |id: &str, code: &str| json!({ "id": id, "kind": "script", "config": { "code": code } });
    [
        script("nl", "function run() { return { text: 'Dag' } }"),
        script("en", "function run() { return { text: 'Hello' } }"),
        script("broken", "function run() { throw new Error('no') }"),
    ]
}

fn select(config: Value) -> Attempt {
    Attempt::new("select", config).candidates(&candidates())
}

#[tokio::test]
async fn the_first_whose_rule_holds_does_the_work_and_is_named() {
    let config = json!({ "candidates": [{ "agent": "nl", "when": "input.language == 'nl'" }, { "agent": "en" }] });
    for (language, name, text) in [("nl", "nl", r#"{"text":"Dag"}"#), ("fr", "en", r#"{"text":"Hello"}"#)] {
        let result = select(config.clone()).input(&json!({ "language": language }).to_string()).run().await;
        assert_eq!(result.outcome.unwrap().output.text(), text);
        assert_eq!(result.chosen.as_deref(), Some(name));
        assert!(result.log.iter().any(|line| line.text == format!("chose {name}")), "{:?}", result.log);
    }
}

#[tokio::test]
async fn where_no_rule_holds_or_no_agent_is_there_it_says_so() {
    let nobody = json!({ "candidates": [{ "agent": "nl", "when": "false" }] });
    let failure = select(nobody).run().await.outcome.unwrap_err();
    assert!(failure.message.contains("no rule holds"), "{}", failure.message);
    let failure = select(json!({ "candidates": [{ "agent": "ghost" }] })).run().await.outcome.unwrap_err();
    assert_eq!(failure.code, FailureCode::Config);
    assert!(failure.message.contains("there is no agent `ghost`"), "{}", failure.message);
}

#[tokio::test]
async fn one_after_the_other_is_asked_until_one_succeeds() {
    let config = |agents: &[&str]| {
        let candidates: Vec<Value> = agents.iter().map(|agent| json!({ "agent": agent })).collect();
        json!({ "strategy": "first_success", "candidates": candidates })
    };
    let result = select(config(&["broken", "en"])).run().await;
    assert_eq!(result.outcome.unwrap().output.text(), r#"{"text":"Hello"}"#);
    assert!(result.log.iter().any(|line| line.text.contains("broken failed")));
    assert_eq!(result.chosen.as_deref(), Some("en"));
    let result = select(config(&["broken", "broken"])).run().await;
    assert_eq!(result.chosen.as_deref(), Some("broken"), "who failed is named as well");
    let failure = result.outcome.unwrap_err();
    assert_eq!((failure.causes.len(), failure.message.as_str()), (2, "none of the 2 agents succeeded"));
}

#[tokio::test]
async fn the_least_busy_is_chosen() {
    let waiting = json!({ "id": "slow", "kind": "wait", "config": { "ms": 60_000 } });
    let quick = json!({ "id": "quick", "kind": "transform" });
    let config = json!({ "strategy": "least_busy", "candidates": [{ "agent": "slow" }, { "agent": "quick" }] });
    let attempt = Attempt::new("select", config).candidates(&[waiting, quick]);
    let (runner, call) = attempt.ready();
    let mut first = AgentRunner::run(&runner, call.clone());
    assert!((&mut first).now_or_never().is_none(), "the first candidate is at work");
    let second = AgentRunner::run(&runner, call.clone()).await;
    assert_eq!(second.chosen.as_deref(), Some("quick"));
    drop(first);
    let mut third = AgentRunner::run(&runner, call);
    assert!((&mut third).now_or_never().is_none(), "the first candidate is idle again");
}
