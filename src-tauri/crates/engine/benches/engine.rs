//! What the engine itself costs: agents that do nothing, a store in memory.
//!
//! `chain` divided by its 1,000 steps is the cost of one transition.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use futures::future::{BoxFuture, ready};
use heddle_engine::{
    AgentCall, AgentRunner, AttemptResult, Clock as _, Engine, MemoryStore, NewExecution, Plan, SystemClock,
};
use heddle_model::{ExecutionId, ExecutionStatus, Payload, RunMode, Workflow, parse_workflow};
use serde_json::{Value, json};

/// Answers at once with what it was given.
struct Echo;

impl AgentRunner for Echo {
    fn run(&self, call: AgentCall) -> BoxFuture<'static, AttemptResult> {
        Box::pin(ready(AttemptResult::answer(call.input)))
    }
}

fn workflow(steps: usize, edges: impl Iterator<Item = (usize, usize)>) -> Workflow {
    let mapping = json!({ "n": "input.n" });
    let step = |n: usize| json!({ "id": format!("s{n:05}"), "agent": { "kind": "transform" }, "mapping": mapping });
    let edge = |(n, (from, to)): (usize, (usize, usize))| json!({ "id": format!("e{n}"), "from": format!("s{from:05}"), "to": format!("s{to:05}") });
    let document = json!({
        "format": "heddle/v1", "id": "w", "name": "w", "settings": { "max_parallel": 1000 },
        "steps": (0..steps).map(step).collect::<Vec<Value>>(),
        "edges": edges.enumerate().map(edge).collect::<Vec<Value>>(),
    });
    parse_workflow(&document.to_string()).expect("the document is made right here")
}

fn run(runtime: &tokio::runtime::Runtime, workflow: &Arc<Workflow>, plan: &Arc<Plan>) {
    let outcome = runtime.block_on(async {
        let engine = Engine::new(Arc::new(Echo), Arc::new(MemoryStore::new()), Arc::new(SystemClock));
        let execution = NewExecution {
            id: ExecutionId::new("x"),
            workflow_id: workflow.id.clone(),
            version: None,
            workflow: workflow.clone(),
            mode: RunMode::Live,
            input: Payload::from_value(&json!({ "n": 1 })),
            total_steps: plan.steps.len() as u32,
            created_at: SystemClock.now(),
            retry_of: None,
            options: Default::default(),
        };
        let running = engine.start_planned(execution, plan.clone()).await.expect("the plan can run");
        running.outcome().await.expect("nobody stops the engine")
    });
    assert_eq!(outcome.status, ExecutionStatus::Completed);
}

fn engine(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut group = c.benchmark_group("engine");
    group.sample_size(20);
    let chain = Arc::new(workflow(1_000, (1..1_000).map(|n| (n - 1, n))));
    let fan = Arc::new(workflow(1_002, (1..1_001).flat_map(|n| [(0, n), (n, 1_001)])));
    let large = workflow(10_000, (1..10_000).map(|n| (n / 2, n)));
    for (name, workflow) in [("chain of 1,000", chain), ("1 to 1,000 to 1", fan)] {
        let plan = Arc::new(Plan::new(&workflow).expect("an acyclic graph"));
        group.bench_function(name, |b| b.iter(|| run(&runtime, &workflow, &plan)));
    }
    group
        .bench_function("plan of 10,000 steps", |b| b.iter(|| black_box(Plan::new(&large).expect("an acyclic graph"))));
    let text = serde_json::to_string(&large).expect("a document serialises");
    group.bench_function("read a document of 10,000 steps", |b| {
        b.iter(|| black_box(parse_workflow(&text).expect("it was written above")));
    });
    group.finish();
}

criterion_group!(benches, engine);
criterion_main!(benches);
