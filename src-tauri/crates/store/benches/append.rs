//! What durability costs: a bare commit of SQLite beside an append of ours, alone and in company, and large payloads.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a measurement that cannot go on says so")]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures::future::join_all;
use heddle_engine::{Batch, NewExecution, RunStore};
use heddle_model::{Event, EventKind, ExecutionId, Payload, RunMode, StepId, Timestamp, Usage, Workflow, WorkflowId};
use heddle_store::Store;
use tokio::runtime::Runtime;

/// Runs in company.
const RUNS: u64 = 50;

fn payload(text: impl Into<String>) -> Payload {
    Payload::parse(text).unwrap()
}

async fn create(store: &Store, id: &ExecutionId) {
    let workflow_id = WorkflowId::new("bench");
    let new = NewExecution {
        id: id.clone(),
        workflow: Arc::new(Workflow::empty(workflow_id.clone(), "Bench")),
        workflow_id,
        version: None,
        mode: RunMode::Live,
        input: payload("{}"),
        total_steps: 10,
        created_at: Timestamp::from_micros(0),
        retry_of: None,
        options: Default::default(),
    };
    store.create(new).await.unwrap();
}

/// What a step transition appends: an attempt that succeeded, with its small output.
async fn append(store: &Store, id: &ExecutionId, seq: u64) {
    let output = payload(format!(r#"{{"run": "{id}", "customer_id": {seq}, "priority": "high"}}"#));
    let kind = EventKind::AttemptSucceeded {
        step: StepId::new(format!("step-{}", seq % 10)),
        attempt: 1,
        output: output.reference(),
        branch: None,
        usage: Usage::default(),
        log: Vec::new(),
        chosen: None,
        sampled: false,
        source: Default::default(),
        not_taken: Vec::new(),
    };
    let events = vec![Event { seq, at: Timestamp::from_micros(0), kind }];
    let batch = Batch { events, payloads: vec![output] };
    store.append(id.clone(), batch).await.unwrap();
}

fn bare_commit(c: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let conn = rusqlite::Connection::open(dir.path().join("bare.db")).unwrap();
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (x TEXT)").unwrap();
    c.bench_function("bare commit", |b| {
        b.iter(|| conn.prepare_cached("INSERT INTO t VALUES ('x')").and_then(|mut s| s.execute([])));
    });
}

fn one_append(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    for (name, dir) in [("one append", tempfile::tempdir().ok()), ("one append in memory", None)] {
        let store = match &dir {
            Some(dir) => Store::open(dir.path()),
            None => Store::open_ephemeral(),
        };
        let store = store.unwrap();
        let id = ExecutionId::new("exec-0");
        runtime.block_on(create(&store, &id));
        let seq = AtomicU64::new(0);
        c.bench_function(name, |b| {
            b.iter(|| runtime.block_on(append(&store, &id, seq.fetch_add(1, Ordering::Relaxed) + 1)));
        });
    }
}

fn in_company(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let ids: Vec<_> = (0..RUNS).map(|n| ExecutionId::new(format!("exec-{n}"))).collect();
    runtime.block_on(join_all(ids.iter().map(|id| create(&store, id))));
    let mut next = 1;
    let mut group = c.benchmark_group("50 runs at once");
    group.throughput(Throughput::Elements(RUNS));
    group.bench_function("append", |b| {
        // Each run appends as fast as it is answered, as the engine does; time per append of every run.
        b.iter_custom(|rounds| {
            let first = next;
            next += rounds;
            let start = Instant::now();
            let running = ids.iter().map(|id| {
                let (store, id) = (store.clone(), id.clone());
                runtime.spawn(async move {
                    for seq in first..first + rounds {
                        append(&store, &id, seq).await;
                    }
                })
            });
            runtime.block_on(join_all(running.collect::<Vec<_>>()));
            start.elapsed()
        });
    });
    group.finish();
    let stats = store.writer_stats();
    eprintln!(
        "{} jobs in {} commits: {:.1} a commit",
        stats.jobs,
        stats.commits,
        stats.jobs as f64 / stats.commits as f64
    );
}

fn large(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let made = |salt: u64| {
        let row = |n: u64| format!(r#"{{"id":{},"note":"customer {n} wrote again","open":true}}"#, n * 7919 + salt);
        payload(format!("[{}]", (0..160_000).map(row).collect::<Vec<_>>().join(",")))
    };
    let mut salt = 0;
    let mut group = c.benchmark_group("10 MB");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    group.bench_function("write", |b| {
        b.iter_batched(
            || {
                salt += 1;
                made(salt)
            },
            |big| runtime.block_on(store.put_payload(big)),
            criterion::BatchSize::PerIteration,
        );
    });
    let big = made(0);
    let kept = runtime.block_on(store.put_payload(big)).unwrap();
    group.bench_function("read and verify", |b| {
        b.iter(|| black_box(runtime.block_on(store.payload_by_hash(kept.hash))));
    });
    group.bench_function("preview of 4 KB at the start", |b| {
        b.iter(|| black_box(runtime.block_on(store.payload_range(kept.hash, 0, 4096))));
    });
    group.finish();
}

criterion_group!(benches, bare_commit, one_append, in_company, large);
criterion_main!(benches);
