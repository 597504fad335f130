//! Opening executions of 100,000 events: what the API answers to their timelines, first and once more.
//!
//! `cargo bench -p heddle-api --bench timeline [-- NAME…]`. With `HEDDLE_BENCH_DIR` the data folder is made there and
//! stays, for `heddle serve --data-dir` and a look in the browser.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot go on says so")]

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use heddle_api::{Studio, StudioOptions};
use heddle_engine::{AgentCall, AgentRunner, AttemptResult, Engine, NewExecution, RunStore as _, SystemClock};
use heddle_model::{
    ExecutionId, ExecutionStatus, Failure, FailureCode, Payload, RunMode, Timestamp, Workflow, parse_workflow,
};
use heddle_store::Store;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

/// The programs' allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each request is measured.
const ROUNDS: usize = 9;

/// Answers with its key; `flaky` steps only at the third attempt.
struct Agent;

impl AgentRunner for Agent {
    fn run(&self, call: AgentCall) -> Pin<Box<dyn Future<Output = AttemptResult> + Send>> {
        Box::pin(async move {
            if call.step.as_str().starts_with("flaky") && call.attempt < 3 {
                return AttemptResult::failure(Failure {
                    code: FailureCode::RateLimited,
                    message: "too many requests; slow down".to_owned(),
                    causes: Vec::new(),
                    transient: true,
                    retry_after_ms: None,
                });
            }
            AttemptResult::answer(Payload::from_value(&json!({ "answer": call.idempotency_key })))
        })
    }
}

/// 10,000 steps in 100 chains, each tried three times: ten events a step.
fn steps() -> (Value, Value) {
    let id = |chain: usize, step: usize| format!("flaky-{chain}-{step}");
    let all = || (0..100).flat_map(|chain| (0..100).map(move |step| (chain, step)));
    let retry = json!({ "max_attempts": 3, "backoff": { "initial_ms": 1, "max_ms": 1 } });
    let steps = all().map(|(chain, step)| {
        json!({ "id": id(chain, step), "agent": { "kind": "transform" }, "mapping": {}, "policy": { "retry": retry } })
    });
    let edges = all().filter(|(_, step)| *step > 0).map(|(chain, step)| {
        json!({ "id": format!("e-{chain}-{step}"), "from": id(chain, step - 1), "to": id(chain, step) })
    });
    let steps: Vec<Value> = steps.collect();
    let document = json!({ "format": "heddle/v1", "id": "steps", "name": "Many steps", "steps": steps, "edges": edges.collect::<Vec<_>>() });
    (document, json!({}))
}

/// A loop of 10,000 turns, each of which runs a workflow of four steps: ten events a turn.
fn turns() -> (Value, Value) {
    let agent = json!({ "kind": "transform" });
    let inner = json!({
        "format": "heddle/v1", "id": "inner", "name": "Inner",
        "steps": (0..4).map(|n| json!({ "id": format!("s{n}"), "agent": agent, "mapping": {} })).collect::<Vec<_>>(),
        "edges": (1..4).map(|n| json!({ "id": format!("e{n}"), "from": format!("s{}", n - 1), "to": format!("s{n}") })).collect::<Vec<_>>(),
    });
    let document = json!({
        "format": "heddle/v1", "id": "turns", "name": "Many turns",
        "steps": [{
            "id": "each", "agent": { "kind": "workflow", "config": { "workflow": "inner" } }, "mapping": { "item": "item" },
            "loop": { "for_each": { "items": "input.items", "concurrency": 100 } },
        }],
        "edges": [],
        "workflows": [{ "id": "inner", "document": inner }],
    });
    (document, json!({ "items": (0..10_000).collect::<Vec<_>>() }))
}

async fn run(store: &Store, name: &str, (document, input): (Value, Value)) {
    let workflow: Arc<Workflow> = Arc::new(parse_workflow(&document.to_string()).unwrap());
    store.create_workflow(workflow.clone(), "Measured").await.unwrap();
    let engine = Engine::new(Arc::new(Agent), Arc::new(store.clone()), Arc::new(SystemClock));
    let execution = NewExecution {
        id: ExecutionId::new(id_of(name)),
        workflow_id: workflow.id.clone(),
        version: None,
        mode: RunMode::Live,
        input: Payload::from_value(&input),
        total_steps: u32::try_from(workflow.steps.len()).unwrap(),
        created_at: Timestamp::from_micros(0),
        retry_of: None,
        options: Default::default(),
        workflow,
    };
    let outcome = engine.start(execution).await.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.status, ExecutionStatus::Completed);
}

fn id_of(name: &str) -> String {
    format!("exec-20260101-{name}")
}

async fn get(studio: &Studio, path: &str) -> (f64, usize, Value) {
    let router = studio.router();
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    let began = Instant::now();
    let response = router.oneshot(request).await.unwrap();
    assert!(response.status().is_success(), "{path}: {}", response.status());
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let took = began.elapsed().as_secs_f64() * 1000.0;
    (took, bytes.len(), serde_json::from_slice(&bytes).unwrap())
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

async fn studio(folder: &Path) -> Studio {
    let options = StudioOptions { examples: false, recover: false, ..StudioOptions::at(folder) };
    Studio::open(options).await.unwrap()
}

/// Each request in a studio that has not looked at the execution before, and again in the same one.
async fn measure(folder: &Path, name: &str) {
    let id = id_of(name);
    let paths = ["?limit=200", "", "/steps?limit=1000", "/steps?parent=each&after=each[4999]", "/events?after=50000"];
    for path in paths.map(|path| format!("/api/executions/{id}{path}")) {
        let (mut first, mut again, mut bytes) = (Vec::new(), Vec::new(), 0);
        for _ in 0..ROUNDS {
            let studio = studio(folder).await;
            let (took, length, answer) = get(&studio, &path).await;
            assert!(answer.is_object());
            (bytes, ()) = (length, first.push(took));
            again.push(get(&studio, &path).await.0);
            studio.shutdown().await;
        }
        println!("{path:<70} first {:>7.1} ms, again {:>7.1} ms, {bytes:>9} bytes", median(first), median(again));
    }
}

fn main() {
    // The test runner's own arguments begin with dashes.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let temporary = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("HEDDLE_BENCH_DIR").map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let runtime = Runtime::new().unwrap();
    for (name, workload) in [("steps", steps as fn() -> (Value, Value)), ("turns", turns)] {
        if !wanted.is_empty() && !wanted.iter().any(|want| name.contains(want.as_str())) {
            continue;
        }
        runtime.block_on(async {
            let store = Store::open(&folder).unwrap();
            if store.load(ExecutionId::new(id_of(name))).await.unwrap().is_none() {
                run(&store, name, workload()).await;
            }
            drop(store);
            measure(&folder, name).await;
        });
    }
}
