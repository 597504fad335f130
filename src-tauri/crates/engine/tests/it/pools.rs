//! Pools: places, rates, fairness between executions, leaving the line, and crashes while in line.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use heddle_engine::{AttemptResult, Engine, MemoryStore, PoolLimits, RunStore as _, SystemClock};
use heddle_model::{ExecutionStatus, Failure, FailureCode, Usage, Workflow, parse_workflow};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::support::{Fakes, execution, names, workflow};

fn pooled(steps: &[&'static str]) -> Workflow {
    let steps: Vec<_> = steps.iter().map(|id| (*id, json!({ "policy": { "pool": "p" } }))).collect();
    workflow(&steps, &[], json!({ "max_parallel": 100 }))
}

fn limits(limits: PoolLimits) -> HashMap<String, PoolLimits> {
    HashMap::from([("p".to_owned(), limits)])
}

fn slots(slots: u32) -> HashMap<String, PoolLimits> {
    limits(PoolLimits { slots: Some(slots), ..PoolLimits::default() })
}

struct Stage {
    engine: Engine,
    store: Arc<MemoryStore>,
}

impl Stage {
    fn new(fakes: Fakes, pools: HashMap<String, PoolLimits>) -> Self {
        let store = Arc::new(MemoryStore::new());
        let engine = Engine::new(Arc::new(fakes), store.clone(), Arc::new(SystemClock));
        engine.set_pools(pools);
        Self { engine, store }
    }

    async fn story(&self, id: &str) -> Vec<String> {
        names(&self.store.load(id.into()).await.unwrap().unwrap().events)
    }

    async fn until(&self, id: &str, event: &str) {
        while !self.story(id).await.iter().any(|name| name == event) {
            tokio::task::yield_now().await;
        }
    }
}

const STEPS: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

#[tokio::test]
async fn never_more_attempts_than_slots_run_at_once_and_each_end_gives_its_place_back() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut fakes = Fakes::default();
    for (n, step) in STEPS.into_iter().enumerate() {
        let (running, most) = (running.clone(), most.clone());
        fakes = fakes.on(step, move |call| {
            let (running, most) = (running.clone(), most.clone());
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                running.fetch_sub(1, Ordering::SeqCst);
                match n % 3 {
                    0 => AttemptResult::answer(call.input),
                    1 => AttemptResult::failure(Failure::new(FailureCode::AgentFailed, "no")),
                    _ => panic!("an agent that crashes"),
                }
            }
        });
    }
    let stage = Stage::new(fakes, slots(2));
    let mut document = pooled(&STEPS);
    document.settings.stop_on_error = false;
    let first = stage.engine.start(execution("x", &document, "{}")).await.unwrap();
    let second = stage.engine.start(execution("y", &document, "{}")).await.unwrap();
    assert_eq!(first.outcome().await.unwrap().status, ExecutionStatus::Completed);
    assert_eq!(second.outcome().await.unwrap().status, ExecutionStatus::Completed);
    assert_eq!(most.load(Ordering::SeqCst), 2);
    let story = stage.story("x").await;
    let at = |name: &str| story.iter().position(|found| found == name);
    assert!(at("pool_wait l").unwrap() < at("attempt_started l").unwrap(), "{story:?}");
    assert_eq!(at("pool_wait a"), None, "who gets in at once does not wait");
}

#[tokio::test]
async fn an_execution_with_many_attempts_in_line_holds_no_other_up() {
    let (order, gate) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Semaphore::new(0)));
    let mut fakes = Fakes::default();
    for step in STEPS {
        let (order, gate) = (order.clone(), gate.clone());
        fakes = fakes.on(step, move |call| {
            let (order, gate) = (order.clone(), gate.clone());
            async move {
                gate.acquire().await.unwrap().forget();
                order.lock().unwrap().push(call.execution.to_string());
                AttemptResult::answer(call.input)
            }
        });
    }
    let stage = Stage::new(fakes, slots(1));
    let many = stage.engine.start(execution("many", &pooled(&STEPS), "{}")).await.unwrap();
    stage.until("many", "pool_wait l").await;
    let few = stage.engine.start(execution("few", &pooled(&["a", "b"]), "{}")).await.unwrap();
    stage.until("few", "pool_wait b").await;
    gate.add_permits(100);
    few.outcome().await.unwrap();
    many.outcome().await.unwrap();
    let order = order.lock().unwrap();
    assert_eq!(order[..5], ["many", "many", "few", "many", "few"], "{order:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rate_lets_a_minutes_worth_in_and_then_one_at_a_time() {
    let begun = Arc::new(Mutex::new(Vec::new()));
    let start = Instant::now();
    let mut fakes = Fakes::default();
    for step in &STEPS[..5] {
        let begun = begun.clone();
        fakes = fakes.on(step, move |call| {
            begun.lock().unwrap().push(start.elapsed().as_secs());
            async { AttemptResult::answer(call.input) }
        });
    }
    let stage = Stage::new(fakes, limits(PoolLimits { requests_per_minute: Some(3), ..PoolLimits::default() }));
    let running = stage.engine.start(execution("x", &pooled(&STEPS[..5]), "{}")).await.unwrap();
    running.outcome().await.unwrap();
    assert_eq!(*begun.lock().unwrap(), [0, 0, 0, 20, 40]);
}

#[tokio::test(start_paused = true)]
async fn tokens_are_charged_when_they_are_known_and_a_debt_is_waited_for() {
    let start = Instant::now();
    let fakes = Fakes::default().on("a", |call| async {
        let usage = Usage { input_tokens: 200, output_tokens: 100, ..Usage::default() };
        AttemptResult { usage, ..AttemptResult::answer(call.input) }
    });
    let both = PoolLimits { tokens_per_minute: Some(100), slots: Some(1), ..PoolLimits::default() };
    let stage = Stage::new(fakes, limits(both));
    let running = stage.engine.start(execution("x", &pooled(&["a", "b"]), "{}")).await.unwrap();
    running.outcome().await.unwrap();
    // 100 were there, 300 were used: the debt of 200 takes two minutes.
    assert_eq!(start.elapsed().as_secs(), 120);
}

#[tokio::test]
async fn who_is_cancelled_while_waiting_leaves_the_line_and_new_limits_let_the_rest_in() {
    let stage = Stage::new(Fakes::default(), slots(0));
    let gone = stage.engine.start(execution("gone", &pooled(&["a"]), "{}")).await.unwrap();
    let stays = stage.engine.start(execution("stays", &pooled(&["a"]), "{}")).await.unwrap();
    stage.until("gone", "pool_wait a").await;
    stage.until("stays", "pool_wait a").await;
    assert!(stage.engine.cancel(&"gone".into(), "me", None));
    assert_eq!(gone.outcome().await.unwrap().status, ExecutionStatus::Cancelled);
    let expected =
        ["execution_started", "pool_wait a", "cancel_requested", "attempt_cancelled a", "execution_cancelled"];
    assert_eq!(stage.story("gone").await, expected);
    stage.engine.set_pools(slots(1));
    assert_eq!(stays.outcome().await.unwrap().status, ExecutionStatus::Completed);
    let again = stage.engine.start(execution("again", &pooled(&["a", "b"]), "{}")).await.unwrap();
    assert_eq!(again.outcome().await.unwrap().status, ExecutionStatus::Completed);
}

#[tokio::test]
async fn a_pool_that_is_not_defined_any_more_lets_everybody_in() {
    let stage = Stage::new(Fakes::default(), slots(0));
    let waits = stage.engine.start(execution("x", &pooled(&["a", "b"]), "{}")).await.unwrap();
    stage.until("x", "pool_wait b").await;
    stage.engine.set_pools(HashMap::new());
    assert_eq!(waits.outcome().await.unwrap().status, ExecutionStatus::Completed);
    let free = stage.engine.start(execution("y", &pooled(&["a"]), "{}")).await.unwrap();
    free.outcome().await.unwrap();
    assert!(!stage.story("y").await.contains(&"pool_wait a".to_owned()));
}

#[tokio::test]
async fn what_waited_when_heddle_stopped_waits_and_runs_after_it() {
    let stage = Stage::new(Fakes::default(), slots(0));
    let running = stage.engine.start(execution("x", &pooled(&["a"]), "{}")).await.unwrap();
    stage.until("x", "pool_wait a").await;
    stage.engine.shutdown().await;
    assert!(running.outcome().await.is_none());
    let fakes = Arc::new(Fakes::default());
    let second = Engine::new(fakes.clone(), stage.store.clone(), Arc::new(SystemClock));
    second.set_pools(slots(1));
    let outcome = second.resume(&"x".into()).await.unwrap().outcome().await.unwrap();
    assert_eq!((outcome.status, fakes.called("a")), (ExecutionStatus::Completed, 1));
}

#[tokio::test]
async fn a_language_model_waits_in_the_pool_of_its_server_and_name_if_there_is_one() {
    let llm = |config: Value| {
        let document = json!({ "format": "heddle/v1", "id": "w", "name": "w", "edges": [],
            "steps": [{ "id": "a", "agent": { "kind": "llm", "config": config } }] });
        parse_workflow(&document.to_string()).unwrap()
    };
    let closed = PoolLimits { slots: Some(0), ..PoolLimits::default() };
    let pools = ["llm:http://h/v1/m", "llm:default/m"].map(|name| (name.to_owned(), closed));
    let stage = Stage::new(Fakes::default(), HashMap::from(pools));
    let _named =
        stage.engine.start(execution("x", &llm(json!({ "model": "m", "base_url": "http://h/v1" })), "{}")).await;
    let _default = stage.engine.start(execution("y", &llm(json!({ "model": "m" })), "{}")).await;
    stage.until("x", "pool_wait a").await;
    stage.until("y", "pool_wait a").await;
    let free = stage.engine.start(execution("z", &llm(json!({ "model": "other" })), "{}")).await.unwrap();
    assert_eq!(free.outcome().await.unwrap().status, ExecutionStatus::Completed);
}
