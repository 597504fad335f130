//! Order, parallelism, retries, timeouts, cancellation, resumption, and payloads that pass through to the letter.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use heddle_engine::{
    AgentCall, AttemptResult, Batch, Engine, EngineError, MemoryStore, NewExecution, RunStore, StoreError,
    StoredExecution, SystemClock,
};
use heddle_model::{EventKind, ExecutionId, ExecutionStatus, Failure, FailureCode, Payload, PayloadRef};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore};

use crate::support::{Fakes, answer, execution, names, run, workflow};

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
    assert_eq!(fakes.input_of("b"), r#"{"in":0}"#);
    assert_eq!(outcome.output.unwrap().text(), r#"{"a":{"secret": 1},"b":{"in":0}}"#);
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
    let (outcome, _) = run(&fakes, &with(json!({ "action": "stop" })), "{}").await;
    assert_eq!((outcome.status, ran(&fakes)), (ExecutionStatus::Failed, [0, 0, 0]));

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
async fn cancelling_stops_running_agents_and_records_who_and_why() {
    let workflow = workflow(&[("slow", json!({})), ("next", json!({}))], &[("slow", "next")], json!({}));
    let (begun, stopped) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let fakes = Arc::new(Fakes::default().on("slow", {
        let (begun, stopped) = (begun.clone(), stopped.clone());
        move |call| {
            let (begun, stopped) = (begun.clone(), stopped.clone());
            tokio::spawn(async move {
                call.cancel.cancelled().await;
                stopped.add_permits(1);
            });
            async move {
                begun.notify_one();
                std::future::pending().await
            }
        }
    }));
    let store = Arc::new(MemoryStore::new());
    let engine = Engine::new(fakes.clone(), store.clone(), Arc::new(SystemClock));
    let running = engine.start(execution("x", &workflow, "{}")).await.unwrap();
    begun.notified().await;
    assert!(engine.cancel(&"x".into(), "ana", Some("wrong ticket".into())));
    assert_eq!(running.outcome().await.unwrap().status, ExecutionStatus::Cancelled);
    stopped.acquire().await.unwrap().forget();
    let events = store.load("x".into()).await.unwrap().unwrap().events;
    assert!(events.iter().any(
        |event| event.kind == EventKind::CancelRequested { by: "ana".into(), reason: Some("wrong ticket".into()) }
    ));
    assert!(!engine.cancel(&"x".into(), "ana", None), "nothing is left to cancel");
}

#[tokio::test]
async fn after_a_stop_finished_steps_are_not_run_again_and_the_rest_goes_on() {
    let workflow =
        workflow(&[("a", json!({})), ("b", json!({})), ("c", json!({}))], &[("a", "b"), ("b", "c")], json!({}));
    let store = Arc::new(MemoryStore::new());
    let begun = Arc::new(Notify::new());
    let stuck =
        Arc::new(Fakes::default().on("a", |_| async { answer(r#"{"n": 12345678901234567890123}"#) }).on("b", {
            let begun = begun.clone();
            move |_| {
                begun.notify_one();
                std::future::pending()
            }
        }));
    let first = Engine::new(stuck.clone(), store.clone(), Arc::new(SystemClock));
    let running = first.start(execution("x", &workflow, "{}")).await.unwrap();
    begun.notified().await;
    first.shutdown().await;
    assert!(running.outcome().await.is_none(), "a stop is not an end");

    let fakes = Arc::new(Fakes::default());
    let second = Engine::new(fakes.clone(), store.clone(), Arc::new(SystemClock));
    let mut taken_up = second.recover().await.unwrap();
    let outcome = taken_up.remove(0).1.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.output.unwrap().text(), r#"{"n":12345678901234567890123}"#);
    assert_eq!(["a", "b", "c"].map(|step| fakes.called(step)), [0, 1, 1]);
    let key = fakes.calls.lock().unwrap()[0].2.clone();
    assert_eq!(key, "x/b/1", "the interrupted attempt keeps its key");
    assert!(matches!(second.resume(&"x".into()).await, Err(EngineError::Settled(..))));
}

/// A store during whose writing of the first answer Heddle is told to stop.
struct Stopping(MemoryStore, std::sync::OnceLock<Engine>);

impl RunStore for Stopping {
    fn create(&self, execution: NewExecution) -> BoxFuture<'static, Result<(), StoreError>> {
        self.0.create(execution)
    }

    fn append(&self, id: ExecutionId, batch: Batch) -> BoxFuture<'static, Result<(), StoreError>> {
        let answered = batch.events.iter().any(|event| matches!(event.kind, EventKind::AttemptSucceeded { .. }));
        let written = self.0.append(id, batch);
        let Some(engine) = self.1.get().filter(|_| answered).cloned() else { return written };
        async move {
            let stopping = tokio::spawn(async move { engine.shutdown().await });
            for _ in 0..8 {
                tokio::task::yield_now().await;
            }
            drop(stopping);
            written.await
        }
        .boxed()
    }

    fn load(&self, id: ExecutionId) -> BoxFuture<'static, Result<Option<StoredExecution>, StoreError>> {
        self.0.load(id)
    }

    fn payload(&self, reference: PayloadRef) -> BoxFuture<'static, Result<Option<Payload>, StoreError>> {
        self.0.payload(reference)
    }

    fn unsettled(&self) -> BoxFuture<'static, Result<Vec<ExecutionId>, StoreError>> {
        self.0.unsettled()
    }
}

#[tokio::test]
async fn a_stop_while_an_answer_is_being_written_ends_no_attempt() {
    let workflow = workflow(&[("a", json!({})), ("b", json!({})), ("c", json!({}))], &[("a", "c")], json!({}));
    let store = Arc::new(Stopping(MemoryStore::new(), std::sync::OnceLock::new()));
    let stuck = Arc::new(Fakes::default().on("b", |_| std::future::pending()).on("c", |_| std::future::pending()));
    let first = Engine::new(stuck, store.clone(), Arc::new(SystemClock));
    assert!(store.1.set(first.clone()).is_ok());
    let running = first.start(execution("x", &workflow, "{}")).await.unwrap();
    assert!(running.outcome().await.is_none(), "a stop is not an end");
    let events = store.load("x".into()).await.unwrap().unwrap().events;
    assert!(!names(&events).iter().any(|name| name.starts_with("attempt_cancelled")), "{:?}", names(&events));

    let second = Engine::new(Arc::new(Fakes::default()), store.clone(), Arc::new(SystemClock));
    let mut taken_up = second.recover().await.unwrap();
    let outcome = taken_up.remove(0).1.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.status, ExecutionStatus::Completed);
}

/// A store whose disk fills up after some events.
struct Filling(MemoryStore, AtomicUsize);

impl RunStore for Filling {
    fn create(&self, execution: NewExecution) -> BoxFuture<'static, Result<(), StoreError>> {
        self.0.create(execution)
    }

    fn append(&self, id: ExecutionId, batch: Batch) -> BoxFuture<'static, Result<(), StoreError>> {
        if self.1.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
            return std::future::ready(Err(StoreError::DiskFull("no space left".into()))).boxed();
        }
        self.0.append(id, batch)
    }

    fn load(&self, id: ExecutionId) -> BoxFuture<'static, Result<Option<StoredExecution>, StoreError>> {
        self.0.load(id)
    }

    fn payload(&self, reference: PayloadRef) -> BoxFuture<'static, Result<Option<Payload>, StoreError>> {
        self.0.payload(reference)
    }

    fn unsettled(&self) -> BoxFuture<'static, Result<Vec<ExecutionId>, StoreError>> {
        self.0.unsettled()
    }
}

#[tokio::test]
async fn a_full_disk_stops_the_execution_where_its_log_ends_and_it_can_be_resumed() {
    let workflow =
        workflow(&[("a", json!({})), ("b", json!({})), ("c", json!({}))], &[("a", "b"), ("b", "c")], json!({}));
    let store = Arc::new(Filling(MemoryStore::new(), AtomicUsize::new(2)));
    let fakes = Arc::new(Fakes::default());
    let engine = Engine::new(fakes.clone(), store.clone(), Arc::new(SystemClock));
    let outcome = engine.start(execution("x", &workflow, "{}")).await.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.failure.unwrap().code, FailureCode::Storage);
    assert!(engine.halted(&"x".into()).unwrap().message.contains("disk is full"));
    store.1.store(1_000, Ordering::SeqCst);
    let outcome = engine.resume(&"x".into()).await.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    assert!(engine.halted(&"x".into()).is_none());
}

#[tokio::test]
async fn a_workflow_that_cannot_run_leaves_no_trace() {
    let cycle = workflow(&[("a", json!({})), ("b", json!({}))], &[("a", "b"), ("b", "a")], json!({}));
    let store = Arc::new(MemoryStore::new());
    let engine = Engine::new(Arc::new(Fakes::default()), store.clone(), Arc::new(SystemClock));
    let error = engine.start(execution("x", &cycle, "{}")).await.unwrap_err();
    assert!(error.to_string().contains("`a`, `b`"), "{error}");
    assert!(store.load("x".into()).await.unwrap().is_none());
}

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
