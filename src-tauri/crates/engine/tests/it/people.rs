//! What waits for a person: approvals and breakpoints.

use std::sync::Arc;

use heddle_engine::{Control, Engine, SystemClock};
use heddle_model::{Decision, EventKind, ExecutionStatus, FailureCode, Payload, RunOptions, Workflow, parse_workflow};
use serde_json::{Value, json};

use crate::support::{Fakes, Stage, merge, output, run, workflow};

fn approval(settings: Value) -> Workflow {
    let mut config = json!({ "message": "Refund {{ input.amount }}?" });
    merge(&mut config, settings);
    let ask = json!({ "agent": { "kind": "approval", "config": config } });
    workflow(&[("ask", ask), ("pay", json!({}))], &[("ask", "pay")], json!({}))
}

#[tokio::test]
async fn an_approval_waits_for_a_person_and_happens_once() {
    let fakes = Arc::new(Fakes::default());
    let stage = Stage::new(&fakes);
    let running = stage.start("x", &approval(json!({})), r#"{"amount":7}"#, RunOptions::default()).await;
    stage.until("x", "execution_paused").await;
    assert_eq!(fakes.called("pay"), 0);
    stage.decide("x", "ask", Decision::Approved, Some(r#"{"amount":5}"#)).await.unwrap();
    let again = stage.decide("x", "ask", Decision::Rejected, None).await;
    assert!(again.is_err(), "the second decision came too late");
    let outcome = running.outcome().await.unwrap();
    assert_eq!(output(&outcome), r#"{"amount":5}"#);
    let asked = stage.events("x").await.into_iter().find_map(|event| match event.kind {
        EventKind::ApprovalRequested { message, .. } => Some(message),
        _ => None,
    });
    assert_eq!(asked.unwrap(), "Refund 7?");
}

#[tokio::test]
async fn a_rejection_fails_the_step_unless_an_edge_leads_on() {
    let fakes = Arc::new(Fakes::default());
    let stage = Stage::new(&fakes);
    let running = stage.start("x", &approval(json!({})), r#"{"amount":7}"#, RunOptions::default()).await;
    stage.until("x", "execution_paused").await;
    stage.decide("x", "ask", Decision::Rejected, None).await.unwrap();
    assert_eq!(running.outcome().await.unwrap().failure.unwrap().code, FailureCode::Rejected);

    let mut document = serde_json::to_value(approval(json!({}))).unwrap();
    document["steps"].as_array_mut().unwrap().push(json!({ "id": "tell", "agent": { "kind": "transform" } }));
    let edge = json!({ "id": "r", "from": "ask", "to": "tell", "branch": "rejected" });
    document["edges"].as_array_mut().unwrap().push(edge);
    let document = parse_workflow(&document.to_string()).unwrap();
    let running = stage.start("y", &document, r#"{"amount":7}"#, RunOptions::default()).await;
    stage.until("y", "execution_paused").await;
    stage.decide("y", "ask", Decision::Rejected, None).await.unwrap();
    assert_eq!(running.outcome().await.unwrap().status, ExecutionStatus::Completed);
    assert_eq!((fakes.called("pay"), fakes.called("tell")), (0, 1));
}

#[tokio::test]
async fn an_approval_nobody_decides_takes_its_default() {
    let fakes = Arc::new(Fakes::default());
    let document = approval(json!({ "deadline_ms": 5, "on_deadline": "approve" }));
    let (outcome, _) = run(&fakes, &document, r#"{"amount":7}"#).await;
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    let document = approval(json!({ "deadline_ms": 5 }));
    let (outcome, _) = run(&fakes, &document, r#"{"amount":7}"#).await;
    assert!(outcome.failure.unwrap().message.contains("nobody decided before the deadline"));
}

#[tokio::test]
async fn an_approval_survives_a_restart() {
    let fakes = Arc::new(Fakes::default());
    let stage = Stage::new(&fakes);
    let running = stage.start("x", &approval(json!({})), r#"{"amount":7}"#, RunOptions::default()).await;
    stage.until("x", "execution_paused").await;
    stage.engine.shutdown().await;
    assert!(running.outcome().await.is_none());
    let next = Stage {
        engine: Engine::new(fakes.clone(), stage.store.clone(), Arc::new(SystemClock)),
        store: stage.store.clone(),
    };
    let running = next.engine.resume(&"x".into()).await.unwrap();
    next.decide("x", "ask", Decision::Approved, None).await.unwrap();
    assert_eq!(output(&running.outcome().await.unwrap()), r#"{"amount":7}"#);
}

#[tokio::test]
async fn a_breakpoint_stops_in_the_turn_it_names_and_the_value_can_be_changed() {
    let each = json!({ "loop": { "for_each": { "items": "input" } }, "breakpoint": { "turn": 1 } });
    let document = workflow(&[("each", each)], &[], json!({}));
    let fakes = Arc::new(Fakes::default());
    let stage = Stage::new(&fakes);
    let options = RunOptions { debug: true, ..RunOptions::default() };
    let running = stage.start("x", &document, "[1,2,3]", options).await;
    stage.until("x", "breakpoint_hit each[1]").await;
    assert_eq!((fakes.called("each[0]"), fakes.called("each[1]")), (1, 0));
    let release =
        Control::Release { step: Some("each[1]".into()), input: Some(Payload::parse("20").unwrap()), step_over: true };
    stage.engine.control(&"x".into(), release).await.unwrap();
    stage.until("x", "breakpoint_hit each[2]").await;
    let release = Control::Release { step: None, input: None, step_over: false };
    stage.engine.control(&"x".into(), release).await.unwrap();
    assert_eq!(output(&running.outcome().await.unwrap()), "[1,20,3]");
}
