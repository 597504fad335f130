//! Whole runs, driven by the engine with everything on disk, beside the same with everything in memory.
//!
//! `cargo bench -p heddle-store --bench load [-- NAME…]` prints the median of some rounds of each workload.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that cannot go on says so")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use futures::future::{BoxFuture, join_all};
use heddle_engine::{
    AgentCall, AgentRunner, AttemptResult, Engine, MemoryStore, NewExecution, Plan, RunStore, SystemClock,
};
use heddle_model::{ExecutionId, ExecutionStatus, Payload, RunMode, Timestamp, Workflow, parse_workflow};
use heddle_store::Store;
use tokio::runtime::Runtime;

/// As in the programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Waits as long as it is told, then answers with an output of its own.
#[derive(Clone)]
struct Agent {
    pause: Duration,
    answer: Answer,
}

#[derive(Clone)]
enum Answer {
    /// What it was given.
    Same,
    /// Something small that nobody else answers.
    Own,
}

impl AgentRunner for Agent {
    fn run(&self, call: AgentCall) -> BoxFuture<'static, AttemptResult> {
        let agent = self.clone();
        async move {
            if !agent.pause.is_zero() {
                tokio::time::sleep(agent.pause).await;
            }
            AttemptResult::answer(match agent.answer {
                Answer::Same => call.input,
                Answer::Own => Payload::parse(format!(r#"{{"answer": "{}"}}"#, call.idempotency_key)).unwrap(),
            })
        }
        .boxed()
    }
}

fn workflow(steps: Vec<String>, edges: Vec<(String, String)>, at_once: usize) -> Arc<Workflow> {
    let steps: Vec<String> =
        steps.iter().map(|id| format!(r#"{{"id": "{id}", "agent": {{"kind": "transform"}}}}"#)).collect();
    let edges = edges.iter().enumerate();
    let edges: Vec<String> =
        edges.map(|(n, (from, to))| format!(r#"{{"id": "e{n}", "from": "{from}", "to": "{to}"}}"#)).collect();
    let text = format!(
        r#"{{"format": "heddle/v1", "id": "bench", "name": "Bench", "steps": [{}], "edges": [{}],
            "settings": {{"max_parallel": {at_once}}}}}"#,
        steps.join(","),
        edges.join(",")
    );
    Arc::new(parse_workflow(&text).unwrap())
}

fn chain(steps: usize) -> Arc<Workflow> {
    let id = |n: usize| format!("step-{n}");
    workflow((0..steps).map(id).collect(), (1..steps).map(|n| (id(n - 1), id(n))).collect(), 1)
}

fn fan(width: usize, at_once: usize) -> Arc<Workflow> {
    let middle: Vec<String> = (0..width).map(|n| format!("step-{n}")).collect();
    let edges = middle.iter().flat_map(|id| [("first".to_owned(), id.clone()), (id.clone(), "last".to_owned())]);
    let edges = edges.collect();
    workflow([vec!["first".to_owned()], middle, vec!["last".to_owned()]].concat(), edges, at_once)
}

/// About 10 MB of JSON that shrinks to a third.
fn large() -> Payload {
    let mut state = 1_u64;
    let rows = (0..130_000).map(|n| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        format!(r#"{{"id":{state},"note":"customer {n} wrote again","open":true}}"#)
    });
    Payload::parse(format!("[{}]", rows.collect::<Vec<_>>().join(","))).unwrap()
}

struct Workload {
    name: &'static str,
    rounds: usize,
    document: Arc<Workflow>,
    at_once: usize,
    agent: Agent,
    input: Payload,
}

impl Workload {
    /// Milliseconds from the first start to the last end.
    async fn run(&self, store: Arc<dyn RunStore>, round: usize) -> f64 {
        let engine = Engine::new(Arc::new(self.agent.clone()), store, Arc::new(SystemClock));
        let plan = Arc::new(Plan::new(&self.document).unwrap());
        let began = Instant::now();
        let runs = (0..self.at_once).map(|n| {
            let (engine, plan) = (engine.clone(), plan.clone());
            let execution = NewExecution {
                id: ExecutionId::new(format!("exec-20260101-{round:05}{n:05}")),
                workflow_id: self.document.id.clone(),
                version: None,
                workflow: self.document.clone(),
                mode: RunMode::Live,
                input: self.input.clone(),
                total_steps: self.document.steps.len() as u32,
                created_at: Timestamp::from_micros(n as i64),
                retry_of: None,
                options: Default::default(),
            };
            tokio::spawn(async move { engine.start_planned(execution, plan).await.unwrap().outcome().await.unwrap() })
        });
        for outcome in join_all(runs.collect::<Vec<_>>()).await {
            assert_eq!(outcome.unwrap().status, ExecutionStatus::Completed);
        }
        began.elapsed().as_secs_f64() * 1000.0
    }
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

fn main() {
    let small = Payload::parse("{}").unwrap();
    let at_once = Agent { pause: Duration::ZERO, answer: Answer::Own };
    let paced = Agent { pause: Duration::from_millis(20), answer: Answer::Own };
    let (ten, passing) = (chain(10), Agent { pause: Duration::ZERO, answer: Answer::Same });
    let one = |name, rounds, document, agent: &Agent, input: &Payload| {
        let (agent, input) = (agent.clone(), input.clone());
        Workload { name, rounds, document, at_once: 1, agent, input }
    };
    let workloads = [
        one("chain-100", 15, chain(100), &at_once, &small),
        one("chain-1000", 5, chain(1000), &at_once, &small),
        one("fan-1000 by 8", 9, fan(1000, 8), &at_once, &small),
        one("fan-1000 at once", 9, fan(1000, 1000), &at_once, &small),
        Workload { at_once: 50, ..one("50x10x20ms", 5, ten.clone(), &paced, &small) },
        Workload { at_once: 5000, ..one("5000x10x20ms", 3, ten, &paced, &small) },
        one("10MB-through-3", 7, chain(3), &passing, &large()),
    ];
    // The test runner's own arguments begin with dashes.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let runtime = Runtime::new().unwrap();
    for workload in workloads {
        if !wanted.is_empty() && !wanted.iter().any(|name| workload.name.contains(name.as_str())) {
            continue;
        }
        let mut kept = Vec::new();
        let mut commits = 0;
        for round in 0..workload.rounds {
            let dir = tempfile::tempdir().unwrap();
            let store = Store::open(dir.path()).unwrap();
            kept.push(runtime.block_on(workload.run(Arc::new(store.clone()), round)));
            commits = store.writer_stats().commits;
        }
        let in_memory =
            (0..workload.rounds).map(|round| runtime.block_on(workload.run(Arc::new(MemoryStore::new()), round)));
        let in_memory = median(in_memory.collect());
        println!(
            "{:<16} on disk {:>9.1} ms ({commits} commits), in memory {in_memory:>9.1} ms",
            workload.name,
            median(kept)
        );
    }
}
