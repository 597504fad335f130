//! What goes wrong and what follows: retries, timeouts, schemas, ways out of failure, undoing, the fallback.

use std::sync::Arc;

use heddle_engine::{AgentCall, AttemptResult};
use heddle_model::{ExecutionStatus, Failure, FailureCode};
use serde_json::{Value, json};

use crate::support::{Fakes, answer, failure, names, output, run, with, workflow};

#[tokio::test(start_paused = true)]
async fn transient_failures_are_tried_again_and_others_are_not() {
    let flaky = |code: fn() -> Failure| {
        move |call: AgentCall| async move {
            if call.attempt < 3 { AttemptResult::failure(code()) } else { AttemptResult::answer(call.input) }
        }
    };
    let single = workflow(&[("a", json!({}))], &[], json!({}));
    let fakes = Arc::new(Fakes::default().on("a", flaky(|| Failure::transient(FailureCode::Remote, "503"))));
    let (outcome, events) = run(&fakes, &single, "{}").await;
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    assert_eq!(fakes.called("a"), 3);
    let keys: Vec<String> = fakes.calls.lock().unwrap().iter().map(|(_, _, key, _)| key.clone()).collect();
    assert_eq!(keys, ["x/a/1", "x/a/2", "x/a/3"], "every attempt has a key of its own");
    assert_eq!(names(&events).iter().filter(|name| *name == "retry_scheduled a").count(), 2);

    let fakes = Arc::new(Fakes::default().on("a", flaky(|| Failure::new(FailureCode::AgentFailed, "bug"))));
    let (outcome, _) = run(&fakes, &single, "{}").await;
    assert_eq!((outcome.status, fakes.called("a")), (ExecutionStatus::Failed, 1));
    assert_eq!(outcome.failure.unwrap().message, "bug");
}

#[tokio::test(start_paused = true)]
async fn a_step_that_takes_too_long_fails_with_its_timeout() {
    let policy = json!({ "policy": { "timeout_ms": 50, "retry": { "max_attempts": 2 } } });
    let workflow = workflow(&[("slow", policy)], &[], json!({}));
    let fakes = Arc::new(Fakes::default().on("slow", |_| std::future::pending()));
    let (outcome, _) = run(&fakes, &workflow, "{}").await;
    let failure = outcome.failure.unwrap();
    assert_eq!(
        (outcome.status, failure.code, fakes.called("slow")),
        (ExecutionStatus::Failed, FailureCode::Timeout, 2)
    );
    assert!(failure.message.contains("`slow`") && failure.message.contains("50 ms"), "{}", failure.message);
}

#[tokio::test(start_paused = true)]
async fn the_whole_execution_has_a_deadline() {
    let workflow =
        workflow(&[("slow", json!({})), ("next", json!({}))], &[("slow", "next")], json!({ "timeout_ms": 100 }));
    let fakes = Arc::new(Fakes::default().on("slow", |_| std::future::pending()));
    let (outcome, events) = run(&fakes, &workflow, "{}").await;
    assert_eq!(outcome.failure.unwrap().code, FailureCode::Timeout);
    assert_eq!(
        names(&events),
        ["execution_started", "attempt_started slow", "deadline_reached", "attempt_cancelled slow", "execution_failed"]
    );
}

#[tokio::test]
async fn a_step_that_takes_too_long_in_all_fails_for_good() {
    let policy = json!({ "step_timeout_ms": 30, "retry": { "max_attempts": 100, "all_errors": true,
        "backoff": { "initial_ms": 5, "factor": 1.0, "max_ms": 5, "jitter": 0.0 } } });
    let document = workflow(&[("a", json!({ "policy": policy }))], &[], json!({}));
    let fakes = Arc::new(Fakes::default().on("a", |_| async { failure() }));
    let (outcome, events) = run(&fakes, &document, "{}").await;
    assert_eq!(outcome.failure.unwrap().code, FailureCode::Timeout);
    assert!(names(&events).contains(&"step_timed_out a".to_owned()));
}

#[tokio::test]
async fn on_error_decides_what_a_failure_means_for_the_rest() {
    let fails = || {
        Arc::new(
            Fakes::default()
                .on("a", |_| async { AttemptResult::failure(Failure::new(FailureCode::AgentFailed, "no")) }),
        )
    };
    let with = |on_error: Value| {
        let policy = json!({ "policy": { "on_error": on_error } });
        let mut workflow = workflow(
            &[("a", policy), ("after", json!({})), ("rescue", json!({})), ("other", json!({}))],
            &[("a", "after"), ("a", "rescue")],
            json!({ "max_parallel": 1 }),
        );
        workflow.edges[1].branch = Some("error".into());
        workflow
    };
    let ran = |fakes: &Fakes| ["after", "rescue", "other"].map(|step| fakes.called(step));

    let fakes = fails();
    let (outcome, events) = run(&fakes, &with(json!({ "action": "stop" })), "{}").await;
    assert_eq!((outcome.status, ran(&fakes)), (ExecutionStatus::Failed, [0, 0, 0]));
    let begun = names(&events).into_iter().filter(|name| name.starts_with("attempt_started"));
    assert_eq!(begun.collect::<Vec<_>>(), ["attempt_started a"], "the place it leaves is given to nobody");

    let fakes = fails();
    let (outcome, _) = run(&fakes, &with(json!({ "action": "continue" })), "{}").await;
    assert_eq!((outcome.status, ran(&fakes)), (ExecutionStatus::Completed, [0, 0, 1]));

    let fakes = fails();
    let (outcome, _) = run(&fakes, &with(json!({ "action": "error_branch" })), "{}").await;
    assert_eq!((outcome.status, ran(&fakes)), (ExecutionStatus::Completed, [0, 1, 1]));
    assert!(fakes.input_of("rescue").contains(r#""message":"no""#), "{}", fakes.input_of("rescue"));

    let fakes = fails();
    let (outcome, _) = run(&fakes, &with(json!({ "action": "default", "value": { "n": 7 } })), "{}").await;
    assert_eq!((outcome.status, ran(&fakes)), (ExecutionStatus::Completed, [1, 0, 1]));
    assert_eq!(fakes.input_of("after"), r#"{"n":7}"#);
}

#[tokio::test]
async fn schemas_guard_both_ends_of_a_step() {
    let agent = json!({ "agent": {
        "kind": "transform", "name": "Lookup",
        "input_schema": { "required": ["id"] },
        "output_schema": { "properties": { "customer": { "properties": { "id": { "type": "string" } } } } },
    }});
    let workflow = workflow(&[("a", agent)], &[], json!({}));
    let fakes = Arc::new(Fakes::default().on("a", |_| async { answer(r#"{"customer": {"id": 5}}"#) }));
    let (outcome, _) = run(&fakes, &workflow, "{}").await;
    let failure = outcome.failure.unwrap();
    assert_eq!((failure.code, fakes.called("a")), (FailureCode::InputSchema, 0));
    assert!(failure.message.contains("\"id\""), "{}", failure.message);
    let (outcome, _) = run(&fakes, &workflow, r#"{"id": 1}"#).await;
    let failure = outcome.failure.unwrap();
    assert_eq!(failure.code, FailureCode::OutputSchema);
    assert!(failure.message.contains("/customer/id"), "{}", failure.message);
}

#[tokio::test]
async fn an_output_over_the_limit_is_refused_and_an_agent_that_panics_is_only_a_failure() {
    let limited = workflow(&[("a", json!({}))], &[], json!({ "output": { "max_bytes": 10 } }));
    let fakes = Arc::new(Fakes::default().on("a", |_| async { answer("[1,2,3,4,5,6,7]") }));
    assert_eq!(run(&fakes, &limited, "{}").await.0.failure.unwrap().code, FailureCode::OutputTooLarge);
    let fakes = Arc::new(Fakes::default().on("a", |_| async { panic!("boom") }));
    let failure = run(&fakes, &limited, "{}").await.0.failure.unwrap();
    assert_eq!(failure.code, FailureCode::Internal);
    assert!(failure.message.contains("boom"), "{}", failure.message);
}

#[tokio::test]
async fn what_had_been_done_is_undone_and_the_fallback_sees_why() {
    let steps = [("pay", json!({})), ("send", json!({})), ("refund", json!({}))];
    let edges = [("pay", "send"), ("pay", "refund")];
    let inner = with(workflow(&[("tell", json!({}))], &[], json!({})), json!({ "id": "rescue" }));
    let document = with(
        workflow(&steps, &edges, json!({ "fallback_workflow": "rescue" })),
        json!({ "edges": { "1": { "branch": "compensate" } }, "workflows": [{ "id": "rescue", "document": inner }] }),
    );
    let fakes = Arc::new(Fakes::default().on("send", |_| async { failure() }));
    let (outcome, events) = run(&fakes, &document, r#"{"n":1}"#).await;
    assert_eq!(outcome.status, ExecutionStatus::Completed, "the fallback took over");
    let told: Value = serde_json::from_str(&fakes.input_of("~fallback/tell")).unwrap();
    assert_eq!((&told["failed_step"], &told["error"]["message"]), (&json!("send"), &json!("no")));
    assert_eq!(told["outputs"]["pay"], json!({ "n": 1 }));
    let story = names(&events);
    let at = |name: &str| story.iter().position(|found| found == name).unwrap();
    assert!(at("compensation_started") < at("attempt_succeeded refund"));
    assert!(at("attempt_succeeded refund") < at("fallback_started send"));
}

#[tokio::test]
async fn nothing_is_undone_when_all_goes_well() {
    let document = with(
        workflow(&[("pay", json!({})), ("refund", json!({}))], &[("pay", "refund")], json!({})),
        json!({ "edges": { "0": { "branch": "compensate" } } }),
    );
    let fakes = Arc::new(Fakes::default());
    let (outcome, events) = run(&fakes, &document, r#"{"n":1}"#).await;
    assert_eq!(output(&outcome), r#"{"n":1}"#);
    assert!(names(&events).contains(&"step_skipped refund".to_owned()));
}
