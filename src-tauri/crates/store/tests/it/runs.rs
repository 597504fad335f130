//! Executions, their logs, and the rows made from them.

use heddle_engine::{Batch, NewExecution, RunStore, StoreError};
use heddle_model::{
    ErrorRecord, EventKind, ExecutionId, ExecutionStatus, Failure, FailureCode, Fork, InterruptionView, LogLevel,
    LogLine, RunOptions, SkipReason, StepId, StepStatus, Usage, WorkflowId,
};
use heddle_store::{ExecutionFilter, Store};
use serde_json::json;

use crate::support::{
    append, at, attempt_started, attempt_succeeded, event, execution, open, payload, started, workflow,
};

fn id() -> ExecutionId {
    ExecutionId::new("exec-1")
}

async fn begun(store: &Store) {
    store.create(execution("exec-1", 1)).await.unwrap();
    append(store, "exec-1", vec![started(1)], Vec::new()).await;
}

fn refusal() -> Failure {
    Failure {
        causes: vec!["connection reset".to_owned()],
        retry_after_ms: Some(1500),
        ..Failure::transient(FailureCode::RateLimited, "slow down")
    }
}

fn record(step: &str, failure: Failure) -> ErrorRecord {
    ErrorRecord {
        step: StepId::new(step),
        step_name: "Ask".to_owned(),
        agent: None,
        position: 2,
        total: 2,
        attempt: 2,
        failure,
        input: Some(payload("[1]").reference()),
        at: at(9),
        completed: vec![StepId::new("a")],
    }
}

fn attempt_failed(seq: u64, step: &str, attempt: u32) -> heddle_model::Event {
    event(
        seq,
        EventKind::AttemptFailed {
            step: StepId::new(step),
            attempt,
            failure: refusal(),
            usage: Usage { llm_calls: 1, input_tokens: 7, output_tokens: 0, cost_usd: None },
            log: vec![LogLine { level: LogLevel::Warn, text: "429".to_owned() }],
            chosen: None,
        },
    )
}

#[tokio::test]
async fn an_execution_comes_back_as_it_was_kept() {
    let dir = tempfile::tempdir().unwrap();
    let output = payload(r#"{"z": 1.0, "a": 12345678901234567890123, "e": 1e400}"#);
    let events = vec![started(1), attempt_started(2, "a", 1, &output), attempt_succeeded(3, "a", 1, &output)];
    {
        let store = open(dir.path());
        let mut new = execution("exec-1", 77);
        new.retry_of = Some(ExecutionId::new("exec-0"));
        store.create(new).await.unwrap();
        append(&store, "exec-1", events[..1].to_vec(), Vec::new()).await;
        append(&store, "exec-1", events[1..].to_vec(), vec![output.clone()]).await;
    }
    let store = open(dir.path());
    let stored = store.load(id()).await.unwrap().unwrap();
    assert_eq!(stored.events, events);
    assert_eq!(stored.execution.workflow, workflow("wf", "Triage"));
    assert_eq!(stored.execution.input, payload(r#"{"ticket": 1}"#));
    assert_eq!(stored.execution.retry_of, Some(ExecutionId::new("exec-0")));
    assert_eq!((stored.execution.created_at, stored.execution.total_steps), (at(77), 2));
    assert_eq!(RunStore::payload(&store, output.reference()).await.unwrap(), Some(output));
    assert!(store.load(ExecutionId::new("other")).await.unwrap().is_none());
    assert!(RunStore::payload(&store, payload("0").reference()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_long_log_comes_back_in_order_from_wherever_it_is_read() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let last = 12_000;
    let events: Vec<_> =
        (2..=last).map(|seq| attempt_started(seq, &format!("s{seq}"), 1, &payload(&seq.to_string()))).collect();
    for (number, part) in events.chunk_by(|a, _| a.seq % 37 != 0 && a.seq % 11 != 0).enumerate() {
        // Rows of all lengths, some packed and some as they are.
        let part = part.to_vec();
        assert!(!part.is_empty(), "row {number}");
        append(&store, "exec-1", part, Vec::new()).await;
    }
    let kept = store.load(id()).await.unwrap().unwrap().events;
    assert!(kept[1..] == events[..], "{} events", kept.len());
    for (after, limit) in [(1, 20_000), (7_777, 3), (7_770, 2_500), (11_999, 10)] {
        let page = store.events(&id(), after, limit).await.unwrap();
        let wanted: Vec<_> = events.iter().filter(|event| event.seq > after).take(limit as usize).cloned().collect();
        assert!(page == wanted, "{} events after {after}", page.len());
    }
}

#[tokio::test]
async fn a_taken_or_missing_seq_is_refused_with_everything_beside_it() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let output = payload("\"unheard\"");
    for seqs in [[1, 2], [3, 4], [2, 2], [2, 4]] {
        let batch = Batch {
            events: seqs.map(|seq| attempt_started(seq, "a", 1, &output)).to_vec(),
            payloads: vec![output.clone()],
        };
        let refused = store.append(id(), batch).await.unwrap_err();
        assert!(matches!(refused, StoreError::Conflict(_)), "{seqs:?}: {refused}");
    }
    assert_eq!(store.events(&id(), 0, 100).await.unwrap(), [started(1)]);
    assert_eq!(store.payload_by_hash(output.hash()).await.unwrap(), None);
    assert!(store.steps(&id()).await.unwrap().is_empty());

    let unknown = store.append(ExecutionId::new("nobody"), Batch::default()).await.unwrap_err();
    assert!(unknown.to_string().contains("no execution nobody"), "{unknown}");
    let twice = store.create(execution("exec-1", 1)).await.unwrap_err();
    assert!(matches!(twice, StoreError::Conflict(_)), "{twice}");
}

#[tokio::test]
async fn events_are_paged_in_order() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let log: Vec<_> = (2..=250).map(|seq| event(seq, EventKind::Resumed)).collect();
    append(&store, "exec-1", log, Vec::new()).await;
    let mut seqs = Vec::new();
    loop {
        let page = store.events(&id(), seqs.last().copied().unwrap_or(0), 100).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 100);
        seqs.extend(page.iter().map(|event| event.seq));
    }
    assert_eq!(seqs, (1..=250).collect::<Vec<u64>>());
}

#[tokio::test]
async fn rows_tell_of_retries_failures_and_usage() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let (first, output) = (payload("[1]"), payload("[2]"));
    append(&store, "exec-1", vec![attempt_started(2, "a", 1, &first)], vec![first.clone()]).await;
    let running = store.execution(&id()).await.unwrap().unwrap();
    assert_eq!((running.status, running.current_step), (ExecutionStatus::Running, Some(StepId::new("a"))));

    let due = event(4, EventKind::RetryScheduled { step: StepId::new("a"), attempt: 2, due: at(50) });
    append(&store, "exec-1", vec![attempt_failed(3, "a", 1), due], Vec::new()).await;
    assert_eq!(store.steps(&id()).await.unwrap()[0].status, StepStatus::Waiting);

    let again = event(5, EventKind::RetryDue { step: StepId::new("a"), attempt: 2 });
    append(&store, "exec-1", vec![again], Vec::new()).await;
    assert_eq!(store.steps(&id()).await.unwrap()[0].status, StepStatus::Queued);

    let events = vec![
        attempt_started(6, "a", 2, &first),
        attempt_succeeded(7, "a", 2, &output),
        event(8, EventKind::StepSkipped { step: StepId::new("b"), reason: SkipReason::BranchNotTaken }),
        event(9, EventKind::ExecutionCompleted { output: output.reference() }),
    ];
    append(&store, "exec-1", events, vec![output.clone()]).await;

    let detail = store.execution_detail(&id()).await.unwrap().unwrap();
    let row = &detail.execution;
    assert_eq!((row.status, &row.current_step, row.last_seq), (ExecutionStatus::Completed, &None, 9));
    assert_eq!((row.completed_steps, row.settled_steps, row.total_steps), (1, 2, 2));
    assert_eq!((row.started_at, row.completed_at), (Some(at(1_000_001)), Some(at(1_000_009))));
    assert_eq!((row.input, row.output), (payload(r#"{"ticket": 1}"#).reference(), Some(output.reference())));
    assert_eq!(row.usage, Usage { llm_calls: 2, input_tokens: 17, output_tokens: 5, cost_usd: Some(0.25) });

    let [a, b] = detail.steps.try_into().unwrap();
    assert_eq!((a.step.as_str(), a.status, a.attempts), ("a", StepStatus::Completed, 2));
    assert_eq!((a.started_at, a.ended_at), (Some(at(1_000_002)), Some(at(1_000_007))));
    assert_eq!((a.output, a.error), (Some(output.reference()), None));
    assert_eq!((b.status, b.skipped, b.attempts), (StepStatus::Skipped, Some(SkipReason::BranchNotTaken), 0));

    let [one, two] = detail.attempts.try_into().unwrap();
    assert_eq!((one.status, one.failure, one.next_due), (StepStatus::Failed, Some(Box::new(refusal())), Some(at(50))));
    assert_eq!((one.queued_at, one.input, one.log.len()), (None, Some(first.reference()), 1));
    assert_eq!(
        (two.status, two.output, two.queued_at),
        (StepStatus::Completed, Some(output.reference()), Some(at(1_000_005)))
    );
}

#[tokio::test]
async fn the_end_cancels_what_had_not_settled() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let input = payload("[1]");
    let events = vec![
        attempt_started(2, "a", 1, &input),
        attempt_started(3, "b", 1, &input),
        attempt_failed(4, "b", 1),
        event(5, EventKind::StepFailed { error: record("b", refusal()) }),
        event(6, EventKind::ExecutionFailed { failure: refusal(), step: Some(StepId::new("b")) }),
    ];
    append(&store, "exec-1", events, vec![input]).await;
    let detail = store.execution_detail(&id()).await.unwrap().unwrap();
    assert_eq!(detail.execution.status, ExecutionStatus::Failed);
    assert_eq!((detail.execution.failure, detail.execution.failed_step), (Some(refusal()), Some(StepId::new("b"))));
    assert_eq!((detail.execution.completed_steps, detail.execution.settled_steps), (0, 2));
    assert_eq!(detail.steps[0].status, StepStatus::Cancelled);
    assert_eq!(
        (detail.steps[1].status, &detail.steps[1].error),
        (StepStatus::Failed, &Some(Box::new(record("b", refusal()))))
    );
    assert_eq!(detail.steps[1].attempts, 1, "a failure does not forget the attempts");
    assert_eq!(detail.attempts[0].status, StepStatus::Cancelled);
    assert_eq!(detail.attempts[0].ended_at, Some(at(1_000_006)));
}

#[tokio::test]
async fn a_default_completes_the_step_and_remembers_the_failure() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let default = payload("\"n/a\"");
    let events = vec![
        attempt_failed(2, "b", 1),
        event(3, EventKind::StepDefaulted { error: record("b", refusal()), output: default.reference() }),
    ];
    append(&store, "exec-1", events, vec![default.clone()]).await;
    let [step] = store.steps(&id()).await.unwrap().try_into().unwrap();
    assert_eq!((step.status, step.output), (StepStatus::Completed, Some(default.reference())));
    assert_eq!(step.error, Some(Box::new(record("b", refusal()))));
    let row = store.execution(&id()).await.unwrap().unwrap();
    assert_eq!((row.completed_steps, row.settled_steps), (1, 1));
    // An attempt that failed before the agent was called has no start and no input.
    let [attempt] = store.attempts(&id()).await.unwrap().try_into().unwrap();
    assert_eq!((attempt.started_at, attempt.input, attempt.status), (None, None, StepStatus::Failed));
}

#[tokio::test]
async fn an_attempt_taken_up_after_a_crash_counts_once() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let input = payload("[1]");
    let events = vec![
        attempt_started(2, "a", 1, &input),
        event(3, EventKind::Resumed),
        attempt_started(4, "a", 1, &input),
        attempt_succeeded(5, "a", 1, &input),
    ];
    append(&store, "exec-1", events, vec![input]).await;
    let [attempt] = store.attempts(&id()).await.unwrap().try_into().unwrap();
    assert_eq!(attempt.started_at, Some(at(1_000_004)));
    let cut = InterruptionView { started_at: at(1_000_002), taken_up_at: at(1_000_003) };
    assert_eq!(attempt.interrupted, [cut], "it is seen that it ran before, and until when at the latest");
    let [step] = store.steps(&id()).await.unwrap().try_into().unwrap();
    assert_eq!((step.started_at, step.attempts), (Some(at(1_000_002)), 1));
    assert_eq!(store.execution(&id()).await.unwrap().unwrap().completed_steps, 1);
}

#[tokio::test]
async fn only_calls_that_were_under_way_count_as_interrupted() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let input = payload("[1]");
    let (a, b) = (StepId::new("a"), StepId::new("b"));
    let pool = |seq| event(seq, EventKind::PoolWait { step: a.clone(), attempt: 1, pool: "narrow".to_owned() });
    let released = EventKind::BreakpointReleased { step: b.clone(), attempt: 1, input: None, step_over: false };
    let events = vec![
        pool(2),
        attempt_started(3, "a", 1, &input),
        event(4, EventKind::BreakpointHit { step: b.clone(), attempt: 1, input: input.reference() }),
        event(5, EventKind::Resumed),
        pool(6),
        event(7, EventKind::Resumed),
        attempt_started(8, "a", 1, &input),
        event(9, released),
        attempt_started(10, "b", 1, &input),
    ];
    append(&store, "exec-1", events, vec![input]).await;
    let [a, b] = store.attempts(&id()).await.unwrap().try_into().unwrap();
    let cut = InterruptionView { started_at: at(1_000_003), taken_up_at: at(1_000_005) };
    assert_eq!((a.interrupted, a.started_at), (vec![cut], Some(at(1_000_008))), "not while it waited in the pool");
    assert_eq!((b.interrupted, b.started_at), (Vec::new(), Some(at(1_000_010))), "it had been held before its call");
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let store = Store::open_ephemeral().unwrap();
    for n in 0..10 {
        let mut new = execution(&format!("exec-{n}"), 100 + i64::from(n / 2));
        new.workflow_id = WorkflowId::new(if n % 2 == 0 { "even" } else { "odd" });
        new.workflow = workflow("wf", if n % 2 == 0 { "Even_100%" } else { "Odd" });
        store.create(new).await.unwrap();
    }
    let done = payload("1").reference();
    append(&store, "exec-3", vec![started(1), event(2, EventKind::ExecutionCompleted { output: done })], vec![]).await;

    let ids = async |filter: ExecutionFilter| -> Vec<u32> {
        let rows = store.executions(filter).await.unwrap();
        rows.iter().map(|row| row.id.as_str().strip_prefix("exec-").unwrap().parse().unwrap()).collect()
    };
    let all = ExecutionFilter::default();
    assert_eq!(ids(all.clone()).await, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    let odd = ExecutionFilter { workflow: Some(WorkflowId::new("odd")), ..all.clone() };
    assert_eq!(ids(odd.clone()).await, [9, 7, 5, 3, 1]);
    assert_eq!(ids(ExecutionFilter { status: vec![ExecutionStatus::Completed], ..odd.clone() }).await, [3]);
    let two = vec![ExecutionStatus::Completed, ExecutionStatus::Pending];
    assert_eq!(ids(ExecutionFilter { status: two, ..odd }).await, [9, 7, 5, 3, 1]);
    for (text, found) in [
        ("EXEC-7", vec![7]),
        ("even_", vec![8, 6, 4, 2, 0]),
        ("d_", vec![]),
        ("0%", vec![8, 6, 4, 2, 0]),
        ("\\", vec![]),
    ] {
        assert_eq!(ids(ExecutionFilter { text: Some(text.to_owned()), ..all.clone() }).await, found, "{text}");
    }
    // Paging by the last row of the page before, also where several were created at the same time.
    let mut paged = Vec::new();
    let mut before = None;
    loop {
        let filter = ExecutionFilter { limit: 3, before: before.take(), ..all.clone() };
        let page = store.executions(filter).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some((last.created_at, last.id.clone()));
        paged.extend(page.iter().map(|row| row.id.clone()));
    }
    assert_eq!(paged.len(), 10);
    assert!(paged.is_sorted_by(|a, b| a > b), "{paged:?}");
}

#[tokio::test]
async fn metadata_is_kept_and_a_running_execution_is_not_deleted() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let noted = json!({"by": "cli", "n": 1.50}).as_object().unwrap().clone();
    assert!(store.put_metadata(&id(), &noted).await.unwrap());
    assert!(!store.put_metadata(&ExecutionId::new("nobody"), &noted).await.unwrap());
    assert_eq!(store.execution(&id()).await.unwrap().unwrap().metadata, noted);

    let refused = store.delete_execution(&id()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict(_)), "{refused}");
    let output = payload("\"only here\"");
    let events = vec![
        attempt_started(2, "a", 1, &output),
        attempt_succeeded(3, "a", 1, &output),
        event(4, EventKind::ExecutionCancelled),
    ];
    append(&store, "exec-1", events, vec![output.clone()]).await;
    assert_eq!(store.reclaim().await.unwrap().blobs, 0, "everything is still referred to");
    assert!(store.delete_execution(&id()).await.unwrap());
    assert!(!store.delete_execution(&id()).await.unwrap());
    assert!(store.events(&id(), 0, 10).await.unwrap().is_empty());
    assert!(store.attempts(&id()).await.unwrap().is_empty());
    // Its document, its input and its output.
    assert_eq!(store.reclaim().await.unwrap().blobs, 3);
    assert_eq!(store.payload_by_hash(output.hash()).await.unwrap(), None);
}

#[tokio::test]
async fn the_data_a_fork_begins_with_is_kept_before_any_event_speaks_of_it() {
    let store = Store::open_ephemeral().unwrap();
    let edited = payload("\"edited by hand\"");
    let input = Some(store.put_payload(edited.clone()).await.unwrap());
    let fork = Fork { of: ExecutionId::new("exec-0"), step: Some("b".into()), input };
    let options = RunOptions { fork: Some(fork), ..RunOptions::default() };
    store.create(NewExecution { options, ..execution("exec-1", 1) }).await.unwrap();
    assert_eq!(store.reclaim().await.unwrap().blobs, 0);
    assert_eq!(store.payload_by_hash(edited.hash()).await.unwrap(), Some(edited));
}

#[tokio::test]
async fn what_is_left_after_a_crash_is_found_but_not_what_another_store_runs() {
    let dir = tempfile::tempdir().unwrap();
    let ours = open(dir.path());
    for (n, created) in [(1, 30), (2, 10), (3, 20)] {
        ours.create(execution(&format!("exec-{n}"), created)).await.unwrap();
    }
    append(&ours, "exec-3", vec![started(1), event(2, EventKind::ExecutionCancelled)], Vec::new()).await;
    let expected = [ExecutionId::new("exec-2"), id()];
    assert_eq!(ours.unsettled().await.unwrap(), expected);

    let theirs = open(dir.path());
    assert!(theirs.unsettled().await.unwrap().is_empty(), "the store that runs them is alive");
    drop(ours);
    assert_eq!(theirs.unsettled().await.unwrap(), expected, "it is gone: theirs to take up");
    // Each is given to one store only.
    let third = open(dir.path());
    assert!(third.unsettled().await.unwrap().is_empty());
    assert!(third.adopt().await.unwrap().is_empty());
    let batch = Batch { events: vec![started(1)], ..Batch::default() };
    let refused = third.append(id(), batch.clone()).await.unwrap_err();
    assert!(refused.to_string().contains("another Heddle"), "{refused}");
    drop(theirs);
    assert_eq!(third.adopt().await.unwrap(), expected, "while it runs, too");
    assert!(third.adopt().await.unwrap().is_empty(), "once");
    third.append(id(), batch).await.unwrap();
}

#[tokio::test]
async fn watchers_wake_and_know_where_the_log_stands() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let other = store.clone();
    let mut seen = store.watch(&id()).await.unwrap();
    assert_eq!(*seen.borrow_and_update(), 1);
    let waiting = tokio::spawn(async move {
        let mut seqs = Vec::new();
        while seqs.last() != Some(&4) {
            seen.changed().await.unwrap();
            seqs.push(*seen.borrow_and_update());
        }
        seqs
    });
    append(&other, "exec-1", vec![event(2, EventKind::Resumed), event(3, EventKind::Resumed)], Vec::new()).await;
    let refused = Batch { events: vec![event(9, EventKind::Resumed)], ..Batch::default() };
    other.append(id(), refused).await.unwrap_err();
    append(&other, "exec-1", vec![event(4, EventKind::Resumed)], Vec::new()).await;
    let seqs = waiting.await.unwrap();
    assert!(seqs.is_sorted() && seqs.iter().all(|seq| [3, 4].contains(seq)), "{seqs:?}");
    assert_eq!(*store.watch(&id()).await.unwrap().borrow(), 4);
    assert_eq!(*store.watch(&ExecutionId::new("nobody")).await.unwrap().borrow(), 0);
}
