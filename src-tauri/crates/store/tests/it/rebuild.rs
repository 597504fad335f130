//! The rows of executions, steps and attempts say what the log says, and nothing else.

use std::cell::Cell;
use std::path::Path;

use heddle_engine::{Batch, RunStore};
use heddle_model::{
    ErrorRecord, Event, EventKind, ExecutionId, Failure, FailureCode, LogLevel, LogLine, PayloadRef, SkipReason,
    StepId, StepStatus, Usage,
};
use heddle_store::{ExecutionDetail, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rusqlite::Connection;

use crate::support::{at, execution, open, payload};

fn step() -> impl Strategy<Value = StepId> {
    prop::sample::select(vec!["a", "b", "c"]).prop_map(StepId::from)
}

fn reference() -> impl Strategy<Value = PayloadRef> {
    (0..5_u8).prop_map(|n| payload(&n.to_string()).reference())
}

fn failure() -> impl Strategy<Value = Failure> {
    (any::<bool>(), prop::option::of(any::<u64>())).prop_map(|(transient, retry_after_ms)| Failure {
        transient,
        retry_after_ms,
        ..Failure::new(FailureCode::Remote, "no")
    })
}

fn usage() -> impl Strategy<Value = Usage> {
    (0..3_u32, 0..100_u64, prop::option::of(0..8_u8)).prop_map(|(llm_calls, input_tokens, eighths)| Usage {
        llm_calls,
        input_tokens,
        output_tokens: input_tokens / 2,
        // Eighths add up exactly, in whatever order.
        cost_usd: eighths.map(|n| f64::from(n) / 8.0),
    })
}

fn log() -> impl Strategy<Value = Vec<LogLine>> {
    prop::collection::vec(Just(LogLine { level: LogLevel::Info, text: "said".to_owned() }), 0..2)
}

fn record() -> impl Strategy<Value = ErrorRecord> {
    (step(), failure(), prop::option::of(reference())).prop_map(|(step, failure, input)| ErrorRecord {
        step,
        step_name: "Step".to_owned(),
        agent: None,
        position: 1,
        total: 3,
        attempt: 1,
        failure,
        input,
        at: at(3),
        completed: Vec::new(),
    })
}

/// Any event at all, whether or not a scheduler would ever record it here.
fn kind() -> impl Strategy<Value = EventKind> {
    let (n, start) = (1..4_u32, 0..1000_i64);
    prop_oneof![
        2 => reference().prop_map(|input| EventKind::ExecutionStarted { input, from: None, inherited: Vec::new() }),
        8 => (step(), n.clone(), reference())
            .prop_map(|(step, attempt, input)| EventKind::AttemptStarted { step, attempt, input, turns: None }),
        6 => (step(), n.clone(), reference(), prop::option::of(Just("yes".to_owned())), usage(), log(), any::<bool>())
            .prop_map(|(step, attempt, output, branch, usage, log, sampled)| {
                EventKind::AttemptSucceeded { step, attempt, output, branch, usage, log, chosen: None, sampled, source: Default::default(), not_taken: Vec::new() }
            }),
        4 => (step(), n.clone(), failure(), usage(), log(), any::<bool>()).prop_map(|(step, attempt, failure, usage, log, one)| {
            EventKind::AttemptFailed { step, attempt, failure, usage, log, chosen: one.then(|| "One".to_owned()) }
        }),
        2 => (step(), n.clone()).prop_map(|(step, attempt)| EventKind::AttemptCancelled { step, attempt }),
        3 => (step(), n.clone(), start)
            .prop_map(|(step, attempt, due)| EventKind::RetryScheduled { step, attempt, due: at(due) }),
        2 => (step(), n).prop_map(|(step, attempt)| EventKind::RetryDue { step, attempt }),
        2 => record().prop_map(|error| EventKind::StepFailed { error }),
        2 => (record(), reference()).prop_map(|(error, output)| EventKind::StepDefaulted { error, output }),
        2 => step().prop_map(|step| EventKind::StepSkipped { step, reason: SkipReason::BranchNotTaken }),
        1 => Just(EventKind::CancelRequested { by: "me".to_owned(), reason: None }),
        1 => Just(EventKind::DeadlineReached { timeout_ms: 5 }),
        1 => Just(EventKind::Resumed),
        1 => reference().prop_map(|output| EventKind::ExecutionCompleted { output }),
        1 => (failure(), prop::option::of(step()))
            .prop_map(|(failure, step)| EventKind::ExecutionFailed { failure, step }),
        1 => Just(EventKind::ExecutionCancelled),
    ]
}

fn count(detail: &ExecutionDetail, holds: fn(StepStatus) -> bool) -> u32 {
    detail.steps.iter().filter(|step| holds(step.status)).count().try_into().unwrap()
}

#[test]
fn rows_kept_along_the_way_equal_rows_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let runs = prop::collection::vec(prop::collection::vec(kind(), 1..5), 1..12);
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let executions = Cell::new(0);
    let outcome = runner.run(&runs, |batches| {
        let id = format!("exec-{}", executions.replace(executions.get() + 1));
        runtime.block_on(agrees(&store, dir.path(), &id, batches))
    });
    outcome.unwrap();
}

async fn agrees(store: &Store, dir: &Path, id: &str, batches: Vec<Vec<EventKind>>) -> Result<(), TestCaseError> {
    store.create(execution(id, 1)).await.unwrap();
    let id = ExecutionId::new(id);
    let mut all = Vec::new();
    for kinds in batches {
        let seqs = all.len() + 1..;
        let event = |(seq, kind)| Event { seq: seq as u64, at: at(seq as i64 * 10), kind };
        let events: Vec<Event> = seqs.zip(kinds).map(event).collect();
        all.extend(events.iter().cloned());
        store.append(id.clone(), Batch { events, payloads: Vec::new() }).await.unwrap();
    }
    let kept = store.execution_detail(&id).await.unwrap().unwrap();
    prop_assert_eq!(kept.execution.last_seq, all.len() as u64);
    prop_assert_eq!(kept.execution.settled_steps, count(&kept, StepStatus::is_settled));
    prop_assert_eq!(kept.execution.completed_steps, count(&kept, |status| status == StepStatus::Completed));
    prop_assert_eq!(&store.events(&id, 0, u32::MAX).await.unwrap(), &all);

    // Whatever became of the rows, the log alone brings them back.
    let conn = Connection::open(dir.join("heddle.db")).unwrap();
    conn.execute_batch(
        "UPDATE executions SET status = 'cancelled', completed_steps = 77, settled_steps = 77, last_seq = 0,
             llm_calls = 99, cost_usd = 5, started_at = 1, failure = NULL;",
    )
    .unwrap();
    prop_assert!(store.rebuild(&id).await.unwrap());
    prop_assert_eq!(store.execution_detail(&id).await.unwrap().unwrap(), kept);
    prop_assert!(!store.rebuild(&ExecutionId::new("nobody")).await.unwrap());
    Ok(())
}
