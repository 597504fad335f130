//! Storage that looks after itself: what goes, what stays, and copies of it all.

use std::fs;
use std::path::Path;
use std::time::Duration;

use heddle_engine::{AgentAnswer, Batch, KeptAnswer, RunStore, StoreError};
use heddle_model::{EventKind, ExecutionId, Payload};
use heddle_store::{Cleaned, ExecutionFilter, Retention, Store};
use rusqlite::Connection;

use crate::support::{append, at, event, execution, open, open_at, payload, started, workflow};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// About as many bytes that do not shrink.
fn noise(seed: u64, bytes: usize) -> Payload {
    let words = (0..bytes as u64 / 64).map(|n| blake3::hash(&(seed << 32 | n).to_le_bytes()).to_hex().to_string());
    payload(&format!("\"{}\"", words.collect::<String>()))
}

/// An execution that was created and completed on that day, with an output of its own.
async fn ended(store: &Store, n: u64, day: i64, bytes: usize) -> Payload {
    let id = format!("exec-{n}");
    store.create(execution(&id, day * DAY)).await.unwrap();
    let output = noise(n, bytes);
    let mut done = event(2, EventKind::ExecutionCompleted { output: output.reference() });
    done.at = at(day * DAY);
    append(store, &id, vec![started(1), done], vec![output.clone()]).await;
    output
}

async fn left(store: &Store) -> Vec<u64> {
    let rows = store.executions(ExecutionFilter::default()).await.unwrap();
    let mut left: Vec<u64> =
        rows.iter().map(|row| row.id.as_str().strip_prefix("exec-").unwrap().parse().unwrap()).collect();
    left.sort_unstable();
    left
}

fn by_age(days: u64) -> Retention {
    Retention { max_age: Some(Duration::from_secs(days * 24 * 60 * 60)), ..Retention::KEEP_ALL }
}

fn by_number(most: u64) -> Retention {
    Retention { max_executions: Some(most), ..Retention::KEEP_ALL }
}

#[tokio::test]
async fn what_is_old_goes_except_what_is_starred_or_has_not_ended() {
    let dir = tempfile::tempdir().unwrap();
    let store = open_at(dir.path(), 100 * DAY);
    let mut outputs = Vec::new();
    for (n, day) in [(1, 10), (2, 20), (3, 60), (4, 95)] {
        outputs.push(ended(&store, n, day, 10_000).await);
    }
    store.create(execution("exec-5", DAY)).await.unwrap();
    assert!(store.star(&ExecutionId::new("exec-1"), true).await.unwrap());
    assert!(!store.star(&ExecutionId::new("exec-9"), true).await.unwrap());

    assert_eq!(store.clean(Retention::KEEP_ALL).await.unwrap(), Cleaned::default());
    assert_eq!(store.would_clean(by_age(30)).await.unwrap(), (2, 0));
    assert_eq!(left(&store).await, [1, 2, 3, 4, 5], "it only said what it would do");
    let cleaned = store.clean(by_age(30)).await.unwrap();
    assert_eq!((cleaned.executions, cleaned.payloads), (2, 2));
    assert!(cleaned.bytes >= 8_000, "{cleaned:?}");
    assert_eq!(left(&store).await, [1, 4, 5]);
    assert_eq!(store.storage().await.unwrap().free_bytes, 0, "empty pages are given back");
    for (output, kept) in outputs.iter().zip([true, false, false, true]) {
        assert_eq!(store.payload_by_hash(output.hash()).await.unwrap().is_some(), kept);
    }
    // Without its star it goes as well.
    store.star(&ExecutionId::new("exec-1"), false).await.unwrap();
    assert_eq!(store.clean(by_age(30)).await.unwrap().executions, 1);
    // A clock set back makes nothing old.
    drop(store);
    assert_eq!(open_at(dir.path(), 2 * DAY).clean(by_age(1)).await.unwrap().executions, 0);
}

#[tokio::test]
async fn the_newest_stay() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for n in 1..=8 {
        ended(&store, n, n as i64, 100).await;
    }
    store.star(&ExecutionId::new("exec-2"), true).await.unwrap();
    assert_eq!(store.clean(by_number(9)).await.unwrap().executions, 0);
    assert_eq!(store.clean(by_number(8)).await.unwrap().executions, 0);
    assert_eq!(store.clean(by_number(3)).await.unwrap().executions, 4);
    assert_eq!(left(&store).await, [2, 6, 7, 8]);
    assert_eq!(store.clean(by_number(0)).await.unwrap().executions, 3);
    assert_eq!(left(&store).await, [2]);
}

#[tokio::test]
async fn a_database_over_its_size_lets_the_oldest_go_and_the_cache_before_them() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.create_workflow(workflow("wf", "Kept"), "Created").await.unwrap();
    for n in 1..=40 {
        ended(&store, n, n as i64, 100_000).await;
    }
    let answer = AgentAnswer { output: noise(99, 100_000), branch: None, sampled: false };
    store.keep_answer(noise(1, 64).hash(), KeptAnswer { answer, chosen: None }, None).await.unwrap();
    let full = store.storage().await.unwrap();
    assert!(full.payload_bytes > 2_000_000, "{full:?}");
    let budget = |max_bytes| Retention { max_bytes: Some(max_bytes), ..Retention::KEEP_ALL };

    let cleaned = store.clean(budget(full.used_bytes() - 10_000)).await.unwrap();
    assert_eq!((cleaned.executions, cleaned.answers, cleaned.payloads), (0, 1, 1), "the cache was enough");

    let half = full.used_bytes() / 2;
    let cleaned = store.clean(budget(half)).await.unwrap();
    let after = store.storage().await.unwrap();
    assert!(after.used_bytes() <= half && after.database_bytes <= half, "{after:?}");
    assert!((15..30).contains(&cleaned.executions), "no more than needed: {cleaned:?}");
    assert!(left(&store).await.iter().copied().eq(cleaned.executions + 1..=40), "the oldest went");
    // What cannot be reached is not tried for ever, and the user's own work stays.
    store.clean(budget(1)).await.unwrap();
    assert_eq!((left(&store).await, store.workflows().await.unwrap().len()), (vec![], 1));
}

#[tokio::test]
async fn sizes_and_counts_add_up() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.create_workflow(workflow("wf", "One"), "Created").await.unwrap();
    for n in 1..=5 {
        ended(&store, n, n as i64, 20_000).await;
    }
    store.create(execution("exec-6", DAY)).await.unwrap();
    store.star(&ExecutionId::new("exec-3"), true).await.unwrap();
    let storage = store.storage().await.unwrap();
    assert_eq!((storage.workflows, storage.executions, storage.unsettled, storage.starred), (1, 6, 1, 1));
    let parts = [storage.workflow_bytes, storage.execution_bytes, storage.payload_bytes, storage.cache_bytes];
    assert!(parts.iter().all(|part| *part > 0), "{storage:?}");
    assert_eq!(parts.iter().sum::<u64>() + storage.other_bytes, storage.used_bytes());
    assert!(storage.payload_text_bytes > 100_000 && storage.wal_bytes > 0, "{storage:?}");
    drop(store);
    let file = fs::metadata(dir.path().join("heddle.db")).unwrap().len();
    assert_eq!(open(dir.path()).storage().await.unwrap().database_bytes, file);
}

fn only(dir: &Path) -> String {
    let names: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let [name] = names.try_into().unwrap();
    name.into_string().unwrap()
}

#[tokio::test]
async fn a_backup_made_while_others_write_is_whole_and_of_one_moment() {
    let (dir, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path());
    store.create_workflow(workflow("wf", "Kept"), "Created").await.unwrap();
    store.create(execution("exec-1", 1)).await.unwrap();
    append(&store, "exec-1", vec![started(1)], Vec::new()).await;
    let (writing, stop) = (store.clone(), tokio::sync::watch::Sender::new(false));
    let mut stopped = stop.subscribe();
    let writer = tokio::spawn(async move {
        let mut seq = 1;
        while !*stopped.borrow_and_update() {
            seq += 1;
            let output = noise(seq, 2000);
            let done = event(
                seq,
                EventKind::ApprovalRequested {
                    step: "a".into(),
                    attempt: 1,
                    message: output.hash().to_string(),
                    deadline: None,
                },
            );
            writing
                .append(ExecutionId::new("exec-1"), Batch { events: vec![done], payloads: vec![output] })
                .await
                .unwrap();
            tokio::task::yield_now().await;
        }
        seq
    });
    let target = copies.path().join("monday.heddle");
    for _ in 0..5 {
        // The same name again: an earlier backup is replaced.
        let before = store.execution(&ExecutionId::new("exec-1")).await.unwrap().unwrap().last_seq;
        let backup = store.backup(&target).await.unwrap();
        assert_eq!((backup.executions, backup.workflows, backup.path.as_path()), (1, 1, target.as_path()));
        assert_eq!(backup.bytes, fs::metadata(&target).unwrap().len());
        assert_eq!(only(copies.path()), "monday.heddle");

        let restored = tempfile::tempdir().unwrap();
        fs::copy(&target, restored.path().join("heddle.db")).unwrap();
        let restored = open(restored.path());
        let events = restored.events(&ExecutionId::new("exec-1"), 0, u32::MAX).await.unwrap();
        assert!(events.len() as u64 >= before, "everything acknowledged before is in it");
        for event in &events[1..] {
            let EventKind::ApprovalRequested { message, .. } = &event.kind else { panic!("{event:?}") };
            let kept = restored.payload_by_hash(message.parse().unwrap()).await.unwrap();
            assert!(kept.is_some(), "with everything it speaks of");
        }
        assert_eq!(restored.draft(&"wf".into()).await.unwrap().unwrap().revision, 1);
        let pages = Connection::open(&target).unwrap();
        let pragma = |name: &str| pages.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(pragma("auto_vacuum"), 2, "space can be given back in it, too");
    }
    stop.send(true).unwrap();
    assert!(writer.await.unwrap() > 1);
}

#[tokio::test]
async fn a_backup_never_replaces_anything_else() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("data"));
    let live = dir.path().join("data/heddle.db");
    let refused = store.backup(&live).await.unwrap_err();
    assert!(refused.to_string().contains("the database itself"), "{refused}");
    let letter = dir.path().join("letter.txt");
    fs::write(&letter, "Dear Ada").unwrap();
    let refused = store.backup(&letter).await.unwrap_err();
    assert!(refused.to_string().contains("no backup of Heddle"), "{refused}");
    assert_eq!(fs::read_to_string(&letter).unwrap(), "Dear Ada");
    let refused = store.backup(&dir.path().join("no/such/folder/file")).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Other(said) if said.contains("no/such/folder")), "{refused}");
    let refused = Store::open_ephemeral().unwrap().backup(&dir.path().join("b")).await.unwrap_err();
    assert!(refused.to_string().contains("nothing to back up"), "{refused}");
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "nothing half-made stays: {names:?}");
}
