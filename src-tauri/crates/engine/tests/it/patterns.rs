//! Loops, sub-workflows, joins, conditions on edges, approvals, breakpoints, undoing, fallbacks, pins, caches, forks and
//! replays.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use heddle_engine::{AttemptResult, Control, Engine, MemoryStore, Outcome, Refused, RunStore as _, SystemClock};
use heddle_model::{
    AnswerSource, Decision, Event, EventKind, ExecutionStatus, Failure, FailureCode, Fork, Payload, Replay, RunMode,
    RunOptions, Workflow, parse_workflow,
};
use serde_json::{Value, json};

use crate::support::{Fakes, answer, execution, names, run, workflow};

fn output(outcome: &Outcome) -> &str {
    outcome.output.as_ref().map_or("none", Payload::text)
}

fn with(mut workflow: Workflow, patch: Value) -> Workflow {
    let mut document = serde_json::to_value(&workflow).unwrap();
    merge(&mut document, patch);
    workflow = parse_workflow(&document.to_string()).unwrap();
    workflow
}

fn merge(into: &mut Value, patch: Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(into), Value::Object(patch)) => {
            for (index, value) in patch {
                merge(&mut into[index.parse::<usize>().unwrap()], value);
            }
        }
        (into, patch) => *into = patch,
    }
}

fn failure() -> AttemptResult {
    AttemptResult::failure(Failure::new(FailureCode::AgentFailed, "no"))
}

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
            assert_eq!(outcome.failure.unwrap().message, "turn 1: no");
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
    assert!(outcome.failure.unwrap().message.contains("the condition of the edge `e0`"));
}

/// Drives an execution by hand.
struct Stage {
    engine: Engine,
    store: Arc<MemoryStore>,
}

impl Stage {
    fn new(fakes: &Arc<Fakes>) -> Self {
        let store = Arc::new(MemoryStore::new());
        Self { engine: Engine::new(fakes.clone(), store.clone(), Arc::new(SystemClock)), store }
    }

    async fn start(&self, id: &str, document: &Workflow, input: &str, options: RunOptions) -> heddle_engine::Running {
        let mut execution = execution(id, document, input);
        execution.options = options;
        self.engine.start(execution).await.unwrap()
    }

    async fn events(&self, id: &str) -> Vec<Event> {
        self.store.load(id.into()).await.unwrap().unwrap().events
    }

    /// Waits until the log says so.
    async fn until(&self, id: &str, name: &str) {
        while !names(&self.events(id).await).iter().any(|found| found == name) {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until the log says so that many times.
    async fn until_times(&self, id: &str, name: &str, times: usize) {
        while names(&self.events(id).await).iter().filter(|found| *found == name).count() < times {
            tokio::task::yield_now().await;
        }
    }

    async fn decide(&self, id: &str, step: &str, decision: Decision, output: Option<&str>) -> Result<(), Refused> {
        let output = output.map(|text| Payload::parse(text).unwrap());
        let (step, by) = (step.into(), "me".to_owned());
        self.engine.control(&id.into(), Control::Decide { step, decision, output, by, comment: None }).await
    }
}

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

#[tokio::test]
async fn a_pin_answers_in_test_mode_only() {
    let document = workflow(&[("a", json!({ "pin": { "pinned": true } }))], &[], json!({}));
    let fakes = Arc::new(Fakes::default());
    let stage = Stage::new(&fakes);
    let mut execution = execution("x", &document, "{}");
    execution.mode = RunMode::Test;
    let outcome = stage.engine.start(execution).await.unwrap().outcome().await.unwrap();
    assert_eq!((output(&outcome), fakes.called("a")), (r#"{"pinned":true}"#, 0));
    let (outcome, _) = run(&fakes, &document, "{}").await;
    assert_eq!((output(&outcome), fakes.called("a")), ("{}", 1));
}

#[tokio::test]
async fn an_execution_goes_on_from_the_last_good_step_or_from_any_with_other_data() {
    let document = workflow(
        &[("a", json!({})), ("b", json!({ "mapping": { "n": "steps.a.output.n" } })), ("c", json!({}))],
        &[("a", "b"), ("b", "c")],
        json!({}),
    );
    let broken = Arc::new(AtomicUsize::new(1));
    let state = broken.clone();
    let fakes = Arc::new(Fakes::default().on("c", move |call| {
        let fails = state.load(Ordering::SeqCst) == 1;
        async move { if fails { failure() } else { AttemptResult::answer(call.input) } }
    }));
    let stage = Stage::new(&fakes);
    let first = stage.start("x", &document, r#"{"n":1}"#, RunOptions::default()).await.outcome().await.unwrap();
    assert_eq!(first.status, ExecutionStatus::Failed);
    broken.store(0, Ordering::SeqCst);
    let fork = |step: Option<&str>, input| {
        let fork = Fork { of: "x".into(), step: step.map(Into::into), input };
        RunOptions { fork: Some(fork), ..RunOptions::default() }
    };
    let outcome = stage.start("y", &document, r#"{"n":1}"#, fork(None, None)).await.outcome().await.unwrap();
    assert_eq!(output(&outcome), r#"{"n":1}"#);
    assert_eq!((fakes.called("a"), fakes.called("b"), fakes.called("c")), (1, 1, 2));

    let edited = Payload::parse(r#"{"n":9}"#).unwrap();
    let batch = heddle_engine::Batch { events: Vec::new(), payloads: vec![edited.clone()] };
    stage.store.append("x".into(), batch).await.unwrap();
    let options = fork(Some("b"), Some(edited.reference()));
    let outcome = stage.start("z", &document, r#"{"n":1}"#, options).await.outcome().await.unwrap();
    assert_eq!(output(&outcome), r#"{"n":9}"#);
    assert_eq!((fakes.called("a"), fakes.called("b"), fakes.called("c")), (1, 2, 3));
}

#[tokio::test]
async fn a_recorded_execution_replays_to_the_same_events_without_any_agent() {
    let each = json!({ "loop": { "for_each": { "items": "input.xs" } } });
    let document = workflow(&[("a", json!({})), ("each", each)], &[("a", "each")], json!({}));
    let fakes = Arc::new(Fakes::default().on("each[1]", |_| async { answer("42") }));
    let stage = Stage::new(&fakes);
    stage.start("x", &document, r#"{"xs":[1,2]}"#, RunOptions::default()).await.outcome().await.unwrap();
    let silent = Arc::new(Fakes::default());
    let replayed =
        Stage { engine: Engine::new(silent.clone(), stage.store.clone(), Arc::new(SystemClock)), store: stage.store };
    let replay = Replay { of: "x".into(), steps: Default::default() };
    let options = RunOptions { replay: Some(replay), ..RunOptions::default() };
    let outcome = replayed.start("y", &document, r#"{"xs":[1,2]}"#, options.clone()).await.outcome().await.unwrap();
    assert_eq!(output(&outcome), "[1,42]");
    assert_eq!((silent.called("a"), silent.called("each[0]")), (0, 0));
    let told = |events: Vec<Event>| {
        let kinds = events.into_iter().map(|event| match event.kind {
            EventKind::AttemptSucceeded { step, attempt, output, branch, usage, log, sampled, not_taken, .. } => {
                let source = AnswerSource::Agent;
                EventKind::AttemptSucceeded { step, attempt, output, branch, usage, log, sampled, source, not_taken }
            }
            other => other,
        });
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(told(replayed.events("y").await), told(replayed.events("x").await));
    let other = replayed.start("z", &document, r#"{"xs":[1,3]}"#, options).await.outcome().await.unwrap();
    assert_eq!(other.failure.unwrap().code, FailureCode::NotRecorded);
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
async fn cancelling_reaches_into_loops_and_sub_workflows() {
    let each = json!({ "loop": { "for_each": { "items": "input", "concurrency": 4 } } });
    let document = workflow(&[("each", each)], &[], json!({}));
    let never = |_| async { std::future::pending::<AttemptResult>().await };
    let fakes = Arc::new(Fakes::default().on("each[0]", never).on("each[1]", never));
    let stage = Stage::new(&fakes);
    let running = stage.start("x", &document, "[1,2]", RunOptions::default()).await;
    stage.until_times("x", "attempt_started each[1]", 1).await;
    assert!(stage.engine.cancel(&"x".into(), "me", None));
    assert_eq!(running.outcome().await.unwrap().status, ExecutionStatus::Cancelled);
    let story = names(&stage.events("x").await);
    assert!(story.contains(&"attempt_cancelled each[0]".to_owned()));
    assert!(story.contains(&"attempt_cancelled each".to_owned()));
}
