//! A recorded execution replays to the same events in the same order, whatever happened at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use heddle_engine::{
    AgentCall, AgentRunner, AttemptResult, Control, Engine, MemoryStore, PoolLimits, RunStore as _, SystemClock,
};
use heddle_model::{
    AnswerSource, Decision, Event, EventKind, ExecutionStatus, Failure, FailureCode, Payload, Replay, ReplayMode,
    RunOptions, Timestamp, Workflow, parse_workflow,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::{Fakes, execution, names, workflow};

/// Answers after so many turns of the runtime as chance says, and fails every now and then.
struct Whims(AtomicUsize);

impl AgentRunner for Whims {
    fn run(&self, call: AgentCall) -> BoxFuture<'static, AttemptResult> {
        let mut chance = self.0.fetch_add(0x9e37_79b9, Ordering::SeqCst);
        chance ^= chance >> 7;
        async move {
            for _ in 0..chance % 11 {
                tokio::task::yield_now().await;
            }
            if chance.is_multiple_of(5) {
                return AttemptResult::failure(Failure::transient(FailureCode::Remote, "not now"));
            }
            AttemptResult::answer(Payload::from_value(&json!({ call.step.to_string(): chance, "xs": [1, 2, 3] })))
        }
        .boxed()
    }
}

/// A graph of the numbers' making: loops, retries, failures that do not matter or are handled, and parallel branches.
fn any_workflow() -> impl Strategy<Value = Workflow> {
    let step = (0..6_u8, any::<u16>());
    prop::collection::vec(step, 2..9).prop_map(|steps| {
        let mut edges = Vec::new();
        let mut documents = Vec::new();
        for (n, (kind, before)) in steps.iter().enumerate() {
            let pause = json!({ "initial_ms": 3, "factor": 1.0, "max_ms": 3, "jitter": 0.0 });
            let retry = json!({ "max_attempts": 2, "backoff": pause });
            let mut step = json!({ "id": format!("s{n}"), "agent": { "kind": "transform" },
                "policy": { "retry": retry, "on_error": { "action": "continue" } } });
            match kind {
                0 => step["loop"] = json!({ "for_each": { "items": "input.xs", "concurrency": 2 } }),
                1 => step["loop"] = json!({ "repeat": { "until": "index >= 1", "max_turns": 2, "pause_ms": 2 } }),
                2 => step["join"] = json!("any"),
                3 => step["policy"]["on_error"] = json!({ "action": "error_branch" }),
                _ => {}
            }
            documents.push(step);
            for from in (0..n).filter(|from| before >> from & 1 == 1) {
                let mut edge =
                    json!({ "id": format!("e{from}-{n}"), "from": format!("s{from}"), "to": format!("s{n}") });
                if steps[from].0 == 3 && (n - from).is_multiple_of(2) {
                    edge["branch"] = json!("error");
                }
                edges.push(edge);
            }
        }
        let document = json!({ "format": "heddle/v1", "id": "w", "name": "w", "steps": documents, "edges": edges,
            "settings": { "max_parallel": 3 } });
        parse_workflow(&document.to_string()).unwrap()
    })
}

/// The events without the times they happened at, and without where answers came from.
fn told(events: &[Event]) -> Vec<EventKind> {
    let epoch = Timestamp::from_micros(0);
    let timeless = |event: &Event| {
        let mut kind = event.kind.clone();
        match &mut kind {
            EventKind::AttemptSucceeded { source, .. } => *source = AnswerSource::Agent,
            EventKind::RetryScheduled { due, .. } => *due = epoch,
            EventKind::ApprovalRequested { deadline, .. } => *deadline = deadline.map(|_| epoch),
            _ => {}
        }
        kind
    };
    events.iter().map(timeless).collect()
}

async fn events(store: &MemoryStore, id: &str) -> Vec<Event> {
    store.load(id.into()).await.unwrap().unwrap().events
}

/// Replays the execution `x` as `id` with agents that must not be called.
async fn replay(store: &Arc<MemoryStore>, id: &str, document: &Workflow, input: &str) {
    let silent = Arc::new(Fakes::default());
    let engine = Engine::new(silent.clone(), store.clone(), Arc::new(SystemClock));
    let mut again = execution(id, document, input);
    again.options =
        RunOptions { replay: Some(Replay { of: "x".into(), steps: Default::default() }), ..Default::default() };
    engine.start(again).await.unwrap().outcome().await.unwrap();
    assert!(silent.calls.lock().unwrap().is_empty(), "an agent was called");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_recorded_execution_replays_to_the_same_events_in_the_same_order(
        document in any_workflow(), whim in any::<u32>(), threads in any::<bool>()
    ) {
        let mut builder = if threads {
            tokio::runtime::Builder::new_multi_thread()
        } else {
            tokio::runtime::Builder::new_current_thread()
        };
        builder.worker_threads(2).enable_all().build().unwrap().block_on(async {
            let store = Arc::new(MemoryStore::new());
            let whims = Arc::new(Whims(AtomicUsize::new(whim as usize)));
            let engine = Engine::new(whims, store.clone(), Arc::new(SystemClock));
            let input = r#"{"xs":[1,2,3]}"#;
            engine.start(execution("x", &document, input)).await.unwrap().outcome().await.unwrap();
            replay(&store, "y", &document, input).await;
            assert_eq!(told(&events(&store, "y").await), told(&events(&store, "x").await));
        });
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_before_retries_are_not_waited_for_again() {
    let pause = json!({ "initial_ms": 60_000, "factor": 1.0, "max_ms": 60_000, "jitter": 0.0 });
    let policy = json!({ "policy": { "retry": { "max_attempts": 2, "backoff": pause } } });
    let document = workflow(&[("a", policy)], &[], json!({ "timeout_ms": 600_000 }));
    let fakes = Fakes::default().on("a", |call| async move {
        let fails = call.attempt == 1;
        let failure = || AttemptResult::failure(Failure::transient(FailureCode::Remote, "not now"));
        if fails { failure() } else { AttemptResult::answer(call.input) }
    });
    let store = Arc::new(MemoryStore::new());
    let engine = Engine::new(Arc::new(fakes), store.clone(), Arc::new(SystemClock));
    engine.start(execution("x", &document, "{}")).await.unwrap().outcome().await.unwrap();
    let start = tokio::time::Instant::now();
    replay(&store, "y", &document, "{}").await;
    assert_eq!(start.elapsed().as_millis(), 0);
    assert_eq!(told(&events(&store, "y").await), told(&events(&store, "x").await));
}

#[tokio::test]
async fn what_people_did_and_who_waited_for_a_place_replays_too() {
    let ask = json!({ "agent": { "kind": "approval", "config": { "message": "?" } } });
    let pool = json!({ "policy": { "pool": "p" } });
    let document =
        workflow(&[("ask", ask), ("a", pool.clone()), ("b", pool), ("end", json!({}))], &[("ask", "end")], json!({}));
    let store = Arc::new(MemoryStore::new());
    let stop = Arc::new(Notify::new());
    let begun = stop.clone();
    let fakes = Fakes::default().on("end", move |_| {
        begun.notify_one();
        std::future::pending()
    });
    let engine = Engine::new(Arc::new(fakes), store.clone(), Arc::new(SystemClock));
    engine.set_pools([("p".to_owned(), PoolLimits { slots: Some(1), ..PoolLimits::default() })].into());
    let running = engine.start(execution("x", &document, r#"{"n":1}"#)).await.unwrap();
    while !names(&events(&store, "x").await).contains(&"execution_paused".to_owned()) {
        tokio::task::yield_now().await;
    }
    let output = Some(Payload::parse(r#"{"n":2}"#).unwrap());
    let (step, decision, by) = ("ask".into(), Decision::Approved, "me".to_owned());
    engine.control(&"x".into(), Control::Decide { step, decision, output, by, comment: None }).await.unwrap();
    stop.notified().await;
    assert!(engine.cancel(&"x".into(), "me", None));
    assert_eq!(running.outcome().await.unwrap().status, ExecutionStatus::Cancelled);
    let story = names(&events(&store, "x").await);
    assert!(story.contains(&"pool_wait b".to_owned()), "{story:?}");
    replay(&store, "y", &document, r#"{"n":1}"#).await;
    assert_eq!(told(&events(&store, "y").await), told(&events(&store, "x").await));
}

#[tokio::test]
async fn a_replay_that_takes_another_course_goes_on_by_itself() {
    let steps = [("a", json!({})), ("b", json!({})), ("c", json!({}))];
    let document = workflow(&steps, &[("a", "c"), ("b", "c")], json!({}));
    let store = Arc::new(MemoryStore::new());
    let engine = Engine::new(Arc::new(Fakes::default()), store.clone(), Arc::new(SystemClock));
    engine.start(execution("x", &document, "{}")).await.unwrap().outcome().await.unwrap();
    let with = |steps: Value| {
        let replay = json!({ "of": "x", "steps": steps });
        RunOptions { replay: Some(serde_json::from_value(replay).unwrap()), ..Default::default() }
    };
    // An edge less: `c` is given the same, only earlier than in the record.
    let other = workflow(&steps, &[("a", "c")], json!({}));
    let mut again = execution("y", &other, "{}");
    again.options = with(json!({}));
    let outcome = engine.start(again).await.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.status, ExecutionStatus::Completed, "{:?}", outcome.failure);

    let live = Arc::new(Fakes::default());
    let second = Engine::new(live.clone(), store.clone(), Arc::new(SystemClock));
    let mut again = execution("z", &document, "{}");
    again.options = with(json!({ "b": ReplayMode::Live }));
    second.start(again).await.unwrap().outcome().await.unwrap();
    assert_eq!(["a", "b", "c"].map(|step| live.called(step)), [0, 1, 0]);
}

#[tokio::test]
async fn what_is_said_of_a_loop_in_a_replay_holds_for_its_turns() {
    let each = json!({ "loop": { "for_each": { "items": "input.xs" } } });
    let document = workflow(&[("a", json!({})), ("each", each)], &[("a", "each")], json!({}));
    let store = Arc::new(MemoryStore::new());
    let engine = Engine::new(Arc::new(Fakes::default()), store.clone(), Arc::new(SystemClock));
    engine.start(execution("x", &document, r#"{"xs":[1,2]}"#)).await.unwrap().outcome().await.unwrap();
    let live = Arc::new(Fakes::default());
    let second = Engine::new(live.clone(), store, Arc::new(SystemClock));
    let mut again = execution("y", &document, r#"{"xs":[1,2]}"#);
    let replay = json!({ "of": "x", "steps": { "each": "live", "each[1]": "recorded" } });
    again.options = RunOptions { replay: Some(serde_json::from_value(replay).unwrap()), ..Default::default() };
    second.start(again).await.unwrap().outcome().await.unwrap();
    assert_eq!(["a", "each[0]", "each[1]"].map(|step| live.called(step)), [0, 1, 0]);
}
