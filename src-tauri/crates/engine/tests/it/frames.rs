//! Steps within steps: loops and sub-workflows.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use heddle_engine::AttemptResult;
use heddle_model::{ExecutionStatus, FailureCode, Workflow};
use serde_json::json;

use crate::support::{Fakes, answer, failure, names, output, run, with, workflow};

#[tokio::test]
async fn a_for_each_loop_keeps_the_order_and_every_digit() {
    let each = json!({ "loop": { "for_each": { "items": "input.xs", "concurrency": 3 } },
        "mapping": { "x": "item", "n": "index" } });
    let workflow = workflow(&[("each", each)], &[], json!({}));
    let fakes = Arc::new(Fakes::default());
    let (outcome, events) = run(&fakes, &workflow, r#"{"xs": [1.0, 12345678901234567890, "é", null]}"#).await;
    assert_eq!(
        output(&outcome),
        r#"[{"x":1.0,"n":0},{"x":12345678901234567890,"n":1},{"x":"é","n":2},{"x":null,"n":3}]"#
    );
    assert_eq!(names(&events)[1..3], ["attempt_started each", "attempt_started each[0]"]);
}

#[tokio::test]
async fn a_loop_over_nothing_gives_an_empty_array_and_one_over_no_array_says_so() {
    let each = json!({ "loop": { "for_each": { "items": "input.xs" } } });
    let workflow = workflow(&[("each", each)], &[], json!({}));
    let fakes = Arc::new(Fakes::default());
    let (outcome, _) = run(&fakes, &workflow, r#"{"xs": []}"#).await;
    assert_eq!(output(&outcome), "[]");
    let (outcome, _) = run(&fakes, &workflow, r#"{"xs": {"a": 1}}"#).await;
    assert!(outcome.failure.unwrap().message.contains(r#"goes over an array; its expression gave {"a": 1}"#));
}

#[tokio::test]
async fn what_a_failed_item_does_to_the_loop_is_a_choice() {
    for (way, expected) in [("stop", "none"), ("null", "[0,null,2]"), ("omit", "[0,2]")] {
        let each = json!({ "loop": { "for_each": { "items": "input", "on_item_error": way } } });
        let workflow = workflow(&[("each", each)], &[], json!({}));
        let fakes = Arc::new(Fakes::default().on("each[1]", |_| async { failure() }));
        let (outcome, _) = run(&fakes, &workflow, "[0,1,2]").await;
        assert_eq!(output(&outcome), expected, "{way}");
        if way == "stop" {
            assert_eq!(outcome.failure.unwrap().message, "turn 2: no");
        }
    }
}

#[tokio::test]
async fn a_failed_item_is_tried_again_by_itself() {
    let tries = Arc::new(AtomicUsize::new(0));
    let seen = tries.clone();
    let retry = json!({ "retry": { "max_attempts": 2, "all_errors": true,
        "backoff": { "initial_ms": 1, "factor": 1.0, "max_ms": 1, "jitter": 0.0 } } });
    let each = json!({ "loop": { "for_each": { "items": "input" } }, "policy": retry });
    let workflow = workflow(&[("each", each)], &[], json!({}));
    let fakes = Fakes::default().on("each[1]", move |call| {
        let first = seen.fetch_add(1, Ordering::SeqCst) == 0;
        async move { if first { failure() } else { AttemptResult::answer(call.input) } }
    });
    let fakes = Arc::new(fakes);
    let (outcome, _) = run(&fakes, &workflow, "[5,6,7]").await;
    assert_eq!(output(&outcome), "[5,6,7]");
    assert_eq!((fakes.called("each[0]"), fakes.called("each[1]"), fakes.called("each[2]")), (1, 2, 1));
}

#[tokio::test]
async fn a_step_repeats_until_its_condition_holds_or_its_limit_is_reached() {
    let repeat = json!({ "loop": { "repeat": { "until": "item.n >= 3", "max_turns": 5 } } });
    let document = workflow(&[("grow", repeat)], &[], json!({}));
    let grow = |call: heddle_engine::AgentCall| async move {
        let n = call.input.tree().unwrap()["n"].as_i64().unwrap();
        answer(&format!(r#"{{"n":{}}}"#, n + 1))
    };
    let fakes = Fakes::default().on("grow[0]", grow).on("grow[1]", grow).on("grow[2]", grow);
    let (outcome, _) = run(&Arc::new(fakes), &document, r#"{"n":0}"#).await;
    assert_eq!(output(&outcome), r#"{"n":3}"#);
    let stuck = Arc::new(Fakes::default());
    let (outcome, _) = run(&stuck, &document, r#"{"n":0}"#).await;
    let failure = outcome.failure.unwrap();
    assert_eq!(failure.code, FailureCode::LimitReached);
    assert_eq!(stuck.called("grow[4]"), 1);
}

fn nested() -> Workflow {
    let sub = json!({ "agent": { "kind": "workflow", "config": { "workflow": "sub" } } });
    let outer = workflow(&[("a", json!({})), ("call", sub)], &[("a", "call")], json!({}));
    let inner = with(workflow(&[("x", json!({})), ("y", json!({}))], &[("x", "y")], json!({})), json!({ "id": "sub" }));
    with(outer, json!({ "workflows": [{ "id": "sub", "document": inner }] }))
}

#[tokio::test]
async fn a_sub_workflow_runs_as_one_step_with_its_events_under_it() {
    let fakes = Arc::new(Fakes::default().on("call/y", |_| async { answer(r#"{"deep":1e400}"#) }));
    let (outcome, events) = run(&fakes, &nested(), r#"{"n":1}"#).await;
    assert_eq!(output(&outcome), r#"{"deep":1e400}"#);
    assert_eq!(
        names(&events)[3..],
        [
            "attempt_started call",
            "attempt_started call/x",
            "attempt_succeeded call/x",
            "attempt_started call/y",
            "attempt_succeeded call/y",
            "attempt_succeeded call",
            "execution_completed",
        ]
    );
}

#[test]
fn the_plans_of_sub_workflows_go_with_the_plan_they_are_part_of() {
    let plan = heddle_engine::Plan::new(&nested()).unwrap();
    let inner = plan.of(&("sub".into(), None)).unwrap();
    assert!(Arc::ptr_eq(&inner, &plan.of(&("sub".into(), None)).unwrap()), "it is planned once");
    let left = Arc::downgrade(&inner);
    drop((inner, plan));
    assert!(left.upgrade().is_none());
}

#[tokio::test]
async fn a_failed_sub_workflow_can_be_tried_again_as_a_whole() {
    let tries = Arc::new(AtomicUsize::new(0));
    let seen = tries.clone();
    let retry = json!({ "max_attempts": 2, "all_errors": true,
        "backoff": { "initial_ms": 1, "factor": 1.0, "max_ms": 1, "jitter": 0.0 } });
    let document = with(nested(), json!({ "steps": { "1": { "policy": { "retry": retry } } } }));
    let fakes = Fakes::default().on("call/y", move |_| {
        seen.fetch_add(1, Ordering::SeqCst);
        async { failure() }
    });
    let (outcome, events) = run(&Arc::new(fakes), &document, "{}").await;
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    assert!(names(&events).contains(&"attempt_succeeded call~2/y".to_owned()));
}

#[tokio::test]
async fn a_workflow_that_runs_itself_ends_at_the_limit() {
    let again = json!({ "agent": { "kind": "workflow", "config": { "workflow": "self" } } });
    let inner = with(workflow(&[("again", again)], &[], json!({})), json!({ "id": "self" }));
    let document = with(inner.clone(), json!({ "workflows": [{ "id": "self", "document": inner }] }));
    let (outcome, _) = run(&Arc::new(Fakes::default()), &document, "{}").await;
    assert_eq!(outcome.failure.unwrap().code, FailureCode::LimitReached);
}
