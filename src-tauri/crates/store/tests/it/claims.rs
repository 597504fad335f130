//! Two processes on one database: never two drivers, and nobody's executions are taken over while somebody looks.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};

use heddle_engine::{Batch, RunStore, StoreError};
use heddle_model::{EventKind, ExecutionId};

use crate::child;
use crate::support::{append, attempt_started, event, execution, open, payload, started};

const NAME: &str = "claims::what_a_killed_process_ran_is_taken_over_by_one_that_runs";

fn id(n: u32) -> ExecutionId {
    ExecutionId::new(format!("exec-{n}"))
}

/// Begins two executions and ends one of them, says so, and drives the other for as long as it lives.
async fn drive(folder: &Path) {
    let store = open(folder);
    for n in 1..=2 {
        store.create(execution(&format!("exec-{n}"), n)).await.unwrap();
        append(&store, &format!("exec-{n}"), vec![started(1)], Vec::new()).await;
    }
    append(&store, "exec-2", vec![event(2, EventKind::ExecutionCancelled)], Vec::new()).await;
    append(&store, "exec-1", vec![attempt_started(2, "a", 1, &payload("1"))], vec![payload("1")]).await;
    std::io::stdout().write_all(b"driving\n").unwrap();
    std::future::pending().await
}

fn driver(folder: &Path) -> Child {
    let mut child = child::of_test(NAME, folder).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().ends_with("driving")), "the child drives");
    child
}

#[tokio::test]
async fn what_a_killed_process_ran_is_taken_over_by_one_that_runs() {
    if let Some(folder) = child::folder() {
        return drive(&folder).await;
    }
    let dir = tempfile::tempdir().unwrap();
    // Open before the other process begins: it is not the start that finds what was left.
    let (store, another) = (open(dir.path()), open(dir.path()));
    let mut theirs = driver(dir.path());

    let end = Batch { events: vec![event(3, EventKind::ExecutionCancelled)], ..Batch::default() };
    let refused = store.append(id(1), end.clone()).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Conflict(said) if said.contains("another Heddle")), "{refused}");
    assert!(matches!(store.claim(&id(1)).await.unwrap_err(), StoreError::Conflict(_)));
    assert!(store.adopt().await.unwrap().is_empty(), "it is alive");
    assert!(store.unsettled().await.unwrap().is_empty());
    assert_eq!(store.execution(&id(1)).await.unwrap().unwrap().last_seq, 2, "but can be followed");

    theirs.kill().unwrap();
    assert!(!theirs.wait().unwrap().success(), "it was killed");
    let (ours, others) = tokio::join!(store.adopt(), another.adopt());
    let taken = [ours.unwrap(), others.unwrap()];
    assert_eq!(taken.concat(), [id(1)], "one of the two got it, and only what had not ended");
    let (winner, loser) = if taken[0].is_empty() { (&another, &store) } else { (&store, &another) };
    assert!(matches!(loser.append(id(1), end.clone()).await.unwrap_err(), StoreError::Conflict(_)));
    assert_eq!(winner.load(id(1)).await.unwrap().unwrap().events.len(), 2, "where it stood");
    winner.append(id(1), end).await.unwrap();
    assert!(winner.adopt().await.unwrap().is_empty());
}

#[tokio::test]
async fn both_processes_see_what_the_other_wrote_and_lose_nothing_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (open(dir.path()), open(dir.path()));
    let shared = payload("\"the same text\"");
    one.create(execution("exec-1", 1)).await.unwrap();
    two.create(execution("exec-2", 2)).await.unwrap();
    for seq in 1..=20 {
        let first = if seq == 1 { started(1) } else { attempt_started(seq, "a", 1, &shared) };
        append(&one, "exec-1", vec![first.clone()], vec![shared.clone()]).await;
        append(&two, "exec-2", vec![first], vec![shared.clone()]).await;
        assert_eq!(two.execution(&id(1)).await.unwrap().unwrap().last_seq, seq);
    }
    // One drops the text; the other, who has just written it, must not believe it is still there.
    for (store, n) in [(&one, 1), (&two, 2)] {
        append(store, &format!("exec-{n}"), vec![event(21, EventKind::ExecutionCancelled)], Vec::new()).await;
        assert!(store.delete_execution(&id(n)).await.unwrap());
    }
    assert!(one.reclaim().await.unwrap().blobs >= 1);
    assert_eq!(one.payload_by_hash(shared.hash()).await.unwrap(), None);
    two.create(execution("exec-3", 3)).await.unwrap();
    append(&two, "exec-3", vec![started(1)], vec![shared.clone()]).await;
    assert_eq!(two.payload_by_hash(shared.hash()).await.unwrap(), Some(shared));
}

#[tokio::test]
async fn what_another_process_appends_wakes_who_waits_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let (theirs, ours) = (open(dir.path()), open(dir.path()));
    theirs.create(execution("exec-1", 1)).await.unwrap();
    let (mut one, mut two) = (ours.watch(&id(1)).await.unwrap(), ours.watch(&id(1)).await.unwrap());
    append(&theirs, "exec-1", vec![started(1)], Vec::new()).await;
    assert_eq!(*one.wait_for(|last| *last > 0).await.unwrap(), 1);
    drop(one);
    append(&theirs, "exec-1", vec![event(2, EventKind::ExecutionCancelled)], Vec::new()).await;
    assert_eq!(*two.wait_for(|last| *last > 1).await.unwrap(), 2);
}
