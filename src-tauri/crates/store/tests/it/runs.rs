//! Executions, their logs, and the rows made from them.

use heddle_engine::{Batch, NewExecution, RunStore, StoreError};
use heddle_model::{EventKind, ExecutionId, ExecutionStatus, Fork, RunOptions, StepId, WorkflowId};
use heddle_store::{ExecutionFilter, Store};
use serde_json::json;

use crate::support::{
    append, at, attempt_started, attempt_succeeded, begun, event, execution, id, open, payload, started, workflow,
};

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
async fn what_an_execution_left_undone_is_done_once_at_a_time_whoever_asks() {
    let dir = tempfile::tempdir().unwrap();
    let (ours, theirs) = (open(dir.path()), open(dir.path()));
    let going_on = |id: &str, step: Option<&str>| {
        let fork = Fork { of: ExecutionId::new("origin"), step: step.map(StepId::new), input: None };
        NewExecution { options: RunOptions { fork: Some(fork), ..Default::default() }, ..execution(id, 1) }
    };
    ours.create(going_on("exec-1", None)).await.unwrap();

    let refused = theirs.create(going_on("exec-2", None)).await.unwrap_err();
    assert!(matches!(&refused, StoreError::GoesOn { already, .. } if *already == id()), "{refused}");
    assert!(theirs.execution(&ExecutionId::new("exec-2")).await.unwrap().is_none(), "nothing is left of it");
    theirs.create(going_on("at-a-step", Some("b"))).await.unwrap();
    let retry = NewExecution { retry_of: Some(id()), ..going_on("retry", None) };
    theirs.create(retry).await.unwrap();

    append(&ours, "exec-1", vec![started(1), event(2, EventKind::ExecutionCancelled)], Vec::new()).await;
    theirs.create(going_on("exec-2", None)).await.unwrap();
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
