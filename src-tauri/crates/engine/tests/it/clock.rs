//! The machine's clock is set back, while an execution runs and in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use heddle_engine::{AttemptResult, Clock, Engine, MemoryStore, RunStore as _};
use heddle_model::{Event, EventKind, ExecutionStatus, Failure, FailureCode, Replay, RunOptions, Timestamp, Workflow};
use serde_json::json;
use tokio::time::Instant;

use crate::support::{Fakes, execution, names, workflow};

const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// Goes with the time of the runtime, from a moment that can be set.
struct Set {
    from: Instant,
    micros: AtomicI64,
}

impl Set {
    fn to_day(day: u64) -> Arc<Self> {
        let clock = Self { from: Instant::now(), micros: AtomicI64::new(0) };
        clock.set_by(day as i64 * DAY_MS as i64);
        Arc::new(clock)
    }

    fn set_by(&self, ms: i64) {
        self.micros.fetch_add(ms * 1_000, Ordering::SeqCst);
    }
}

impl Clock for Set {
    fn now(&self) -> Timestamp {
        let elapsed = self.from.elapsed().as_micros() as i64;
        Timestamp::from_micros(self.micros.load(Ordering::SeqCst) + elapsed)
    }
}

/// A step that fails once and is tried again three seconds later, and one after it.
fn pausing() -> (Workflow, Arc<Fakes>) {
    let pause = json!({ "initial_ms": 3_000, "factor": 1.0, "max_ms": 3_000, "jitter": 0.0 });
    let policy = json!({ "policy": { "retry": { "max_attempts": 2, "backoff": pause } } });
    let document = workflow(&[("a", policy), ("b", json!({}))], &[("a", "b")], json!({}));
    let fakes = Fakes::default().on("a", |call| async move {
        match call.attempt {
            1 => AttemptResult::failure(Failure::transient(FailureCode::Remote, "not now")),
            _ => AttemptResult::answer(call.input),
        }
    });
    (document, Arc::new(fakes))
}

async fn events(store: &MemoryStore, id: &str) -> Vec<Event> {
    store.load(id.into()).await.unwrap().unwrap().events
}

/// By how much the log says the clock was set back.
fn told(events: &[Event]) -> Vec<u64> {
    let by = |event: &Event| match event.kind {
        EventKind::ClockSetBack { by_ms } => Some(by_ms),
        _ => None,
    };
    events.iter().filter_map(by).collect()
}

async fn until_paused(store: &MemoryStore) {
    while !names(&events(store, "x").await).contains(&"retry_scheduled a".to_owned()) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_does_not_grow_when_the_clock_was_set_back_meanwhile() {
    let (document, fakes) = pausing();
    let clock = Set::to_day(30);
    let store = Arc::new(MemoryStore::new());
    let first = Engine::new(fakes.clone(), store.clone(), clock.clone());
    let running = first.start(execution("x", &document, "{}")).await.unwrap();
    until_paused(&store).await;
    first.shutdown().await;
    assert!(running.outcome().await.is_none());

    clock.set_by(-4 * DAY_MS as i64);
    let second = Engine::new(fakes, store.clone(), clock);
    let begun = Instant::now();
    let outcome = second.recover().await.unwrap().remove(0).1.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    assert_eq!(begun.elapsed().as_secs(), 3, "by the time of the runtime, which is not the clock");
    let events = events(&store, "x").await;
    assert!(events.is_sorted_by_key(|event| event.at), "{events:?}");
    assert_eq!(told(&events), [4 * DAY_MS], "once, and by how much");
}

/// An execution during whose pause the clock is set by so many milliseconds; it has ended.
async fn set_during_the_pause(ms: i64) -> (Workflow, Arc<MemoryStore>, Arc<Set>, Vec<Event>) {
    let (document, fakes) = pausing();
    let (clock, store) = (Set::to_day(30), Arc::new(MemoryStore::new()));
    let engine = Engine::new(fakes, store.clone(), clock.clone());
    let running = engine.start(execution("x", &document, "{}")).await.unwrap();
    until_paused(&store).await;
    clock.set_by(ms);
    assert_eq!(running.outcome().await.unwrap().status, ExecutionStatus::Completed);
    let events = events(&store, "x").await;
    assert!(events.is_sorted_by_key(|event| event.at), "{events:?}");
    (document, store, clock, events)
}

#[tokio::test(start_paused = true)]
async fn an_execution_under_way_keeps_its_time_and_says_so_once() {
    let (_, _, _, events) = set_during_the_pause(-2 * DAY_MS as i64).await;
    let at = |name: &str| events[names(&events).iter().position(|found| found == name).unwrap()].at;
    let pause = at("retry_due a").millis_since(at("retry_scheduled a"));
    assert_eq!(pause.round(), 3_000.0, "the pause is told as long as it was");
    assert_eq!(told(&events), [2 * DAY_MS]);
}

#[tokio::test(start_paused = true)]
async fn less_than_a_second_is_not_worth_a_word() {
    let (_, _, _, events) = set_during_the_pause(-900).await;
    assert_eq!(told(&events), [0_u64; 0]);
}

/// A clock that is set back whenever somebody looks at it.
struct Restless(Arc<Set>);

impl Clock for Restless {
    fn now(&self) -> Timestamp {
        self.0.set_by(-5_000);
        self.0.now()
    }
}

#[tokio::test(start_paused = true)]
async fn a_replay_says_what_was_said_then_and_nothing_of_the_clock_of_today() {
    let (document, store, clock, one) = set_during_the_pause(-2 * DAY_MS as i64).await;
    let silent = Arc::new(Fakes::default());
    let engine = Engine::new(silent.clone(), store.clone(), Arc::new(Restless(clock)));
    let replay = Some(Replay { of: "x".into(), steps: Default::default() });
    let mut again = execution("y", &document, "{}");
    again.options = RunOptions { replay, ..RunOptions::default() };
    engine.start(again).await.unwrap().outcome().await.unwrap();
    assert_eq!(silent.called("a"), 0);
    let other = events(&store, "y").await;
    assert_eq!((names(&other), told(&other)), (names(&one), told(&one)));
    assert!(other.is_sorted_by_key(|event| event.at), "{other:?}");
}
