//! Who runs when: order, parallel branches, and conditions that choose.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use heddle_engine::{AgentCall, AttemptResult};
use heddle_model::{ExecutionStatus, Payload};
use serde_json::{Value, json};

use crate::support::{Fakes, answer, names, run, with, workflow};

#[tokio::test]
async fn a_chain_runs_in_order_and_its_log_tells_the_story() {
    let workflow =
        workflow(&[("b", json!({})), ("a", json!({})), ("c", json!({}))], &[("a", "b"), ("b", "c")], json!({}));
    let fakes = Arc::new(Fakes::default().on("a", |_| async { answer(r#"{"n": 1}"#) }));
    let (outcome, events) = run(&fakes, &workflow, r#"{"start": true}"#).await;
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    assert_eq!(outcome.output.unwrap().tree().unwrap()["n"], json!(1));
    assert_eq!(
        names(&events),
        [
            "execution_started",
            "attempt_started a",
            "attempt_succeeded a",
            "attempt_started b",
            "attempt_succeeded b",
            "attempt_started c",
            "attempt_succeeded c",
            "execution_completed",
        ]
    );
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
}

#[tokio::test]
async fn parallel_branches_really_run_at_the_same_time() {
    let workflow = workflow(
        &[("a", json!({})), ("b", json!({})), ("join", json!({}))],
        &[("a", "join"), ("b", "join")],
        json!({}),
    );
    // Each waits until the other has begun: in sequence they would wait for ever.
    let meeting = Arc::new(tokio::sync::Barrier::new(2));
    let meet = |meeting: Arc<tokio::sync::Barrier>| {
        move |call: AgentCall| {
            let meeting = meeting.clone();
            async move {
                meeting.wait().await;
                AttemptResult::answer(Payload::parse(format!(r#"{{"{}": 1}}"#, call.step)).unwrap())
            }
        }
    };
    let fakes = Arc::new(Fakes::default().on("a", meet(meeting.clone())).on("b", meet(meeting)));
    let (outcome, _) = run(&fakes, &workflow, "{}").await;
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    assert_eq!(fakes.input_of("join"), r#"{"a":1,"b":1}"#);
}

#[tokio::test]
async fn a_sibling_never_sees_what_its_sibling_gave() {
    let workflow = workflow(&[("a", json!({})), ("b", json!({}))], &[], json!({ "max_parallel": 1 }));
    let fakes = Arc::new(Fakes::default().on("a", |_| async { answer(r#"{"secret": 1}"#) }));
    let (outcome, _) = run(&fakes, &workflow, r#"{"in": 0}"#).await;
    assert_eq!(fakes.input_of("b"), r#"{"in": 0}"#);
    assert_eq!(outcome.output.unwrap().text(), r#"{"a":{"secret": 1},"b":{"in": 0}}"#);
}

#[tokio::test]
async fn no_more_than_max_parallel_steps_run_at_once() {
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let steps: Vec<(String, Value)> = (0..20).map(|n| (format!("s{n}"), json!({}))).collect();
    let steps: Vec<(&str, Value)> = steps.iter().map(|(id, extra)| (id.as_str(), extra.clone())).collect();
    let workflow = workflow(&steps, &[], json!({ "max_parallel": 3 }));
    let mut fakes = Fakes::default();
    for (id, _) in &workflow.steps.iter().map(|step| (step.id.to_string(), ())).collect::<Vec<_>>() {
        fakes = fakes.on(id.clone().leak(), |call| async move {
            MOST.fetch_max(RUNNING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            RUNNING.fetch_sub(1, Ordering::SeqCst);
            AttemptResult::answer(call.input)
        });
    }
    let (outcome, _) = run(&Arc::new(fakes), &workflow, "{}").await;
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    assert!(MOST.load(Ordering::SeqCst) <= 3, "{MOST:?} steps ran at once");
}

#[tokio::test]
async fn a_branch_that_is_not_taken_is_skipped_and_the_join_runs() {
    let mut workflow = workflow(
        &[("which", json!({})), ("yes", json!({})), ("no", json!({})), ("join", json!({}))],
        &[("which", "yes"), ("which", "no"), ("yes", "join"), ("no", "join")],
        json!({}),
    );
    workflow.edges[0].branch = Some("yes".into());
    workflow.edges[1].branch = Some("no".into());
    let fakes = Arc::new(Fakes::default().on("which", |call| async move {
        let mut result = AttemptResult::answer(call.input);
        result.outcome.as_mut().unwrap().branch = Some("no".into());
        result
    }));
    let (outcome, _) = run(&fakes, &workflow, "{}").await;
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    assert_eq!(["yes", "no", "join"].map(|step| fakes.called(step)), [0, 1, 1]);
}

#[tokio::test]
async fn a_false_condition_skips_the_step_and_says_why() {
    let workflow =
        workflow(&[("a", json!({ "when": "input.amount > 10" })), ("b", json!({}))], &[("a", "b")], json!({}));
    let fakes = Arc::new(Fakes::default());
    let (outcome, events) = run(&fakes, &workflow, r#"{"amount": 3}"#).await;
    assert_eq!((outcome.status, fakes.called("a"), fakes.called("b")), (ExecutionStatus::Completed, 0, 0));
    let reasons = serde_json::to_string(&events).unwrap();
    assert!(reasons.contains("input.amount > 10"), "{reasons}");
}

#[tokio::test]
async fn conditions_on_edges_choose_who_follows() {
    let steps = [("a", json!({})), ("big", json!({})), ("small", json!({})), ("end", json!({}))];
    let edges = [("a", "big"), ("a", "small"), ("big", "end"), ("small", "end")];
    let document = with(
        workflow(&steps, &edges, json!({})),
        json!({ "edges": { "0": { "when": "steps.a.output.n > 10" }, "1": { "when": "item.n <= 10" } } }),
    );
    let fakes = Arc::new(Fakes::default());
    let (outcome, events) = run(&fakes, &document, r#"{"n":11}"#).await;
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    assert_eq!((fakes.called("big"), fakes.called("small"), fakes.called("end")), (1, 0, 1));
    assert!(names(&events).contains(&"step_skipped small".to_owned()));
    let (outcome, _) = run(&fakes, &document, "{}").await;
    assert!(outcome.failure.unwrap().message.contains("the condition of the wire to `big`"));
}
