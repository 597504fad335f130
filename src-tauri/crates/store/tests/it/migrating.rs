//! Databases of earlier versions are brought up to date, and say afterwards what they said before.

use heddle_engine::{Batch, RunStore};
use heddle_model::{EventKind, ExecutionId, ExecutionStatus, PayloadHash, StepStatus};
use heddle_store::{ExecutionFilter, OpenError, Store};
use rusqlite::Connection;

use crate::support::{event, open};

/// What schema 1 kept of a step, and of its attempts, in rows of their own.
type OldStep = (String, String, Option<i64>, Option<i64>, u32, Option<[u8; 32]>);
type OldAttempt = (String, u32, String, Option<i64>, Option<i64>, Option<[u8; 32]>, Option<[u8; 32]>);

struct Old {
    id: String,
    status: String,
    counts: (u32, u32, u64),
    steps: Vec<OldStep>,
    attempts: Vec<OldAttempt>,
    events: Vec<(u64, i64)>,
}

fn all<T>(
    conn: &Connection,
    sql: &str,
    id: &str,
    read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    conn.prepare(sql).unwrap().query_map([id], read).unwrap().map(|row| row.unwrap()).collect()
}

fn old(conn: &Connection) -> Vec<Old> {
    let rows: Vec<(String, String, u32, u32, u64)> = all(
        conn,
        "SELECT id, status, completed_steps, settled_steps, last_seq FROM executions WHERE ?1 = ''
         ORDER BY created_at DESC",
        "",
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, i64>(4)?.unsigned_abs())),
    );
    let execution = |(id, status, completed, settled, last): (String, String, u32, u32, u64)| Old {
        steps: all(
            conn,
            "SELECT step, status, started_at, ended_at, attempts, output_hash FROM steps WHERE execution = ?1
             ORDER BY coalesce(started_at, ended_at), step",
            &id,
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)),
        ),
        attempts: all(
            conn,
            "SELECT step, attempt, status, started_at, ended_at, input_hash, output_hash FROM attempts
             WHERE execution = ?1 ORDER BY step, attempt",
            &id,
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?)),
        ),
        events: all(conn, "SELECT seq, at FROM events WHERE execution = ?1 ORDER BY seq", &id, |row| {
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
        }),
        id,
        status,
        counts: (completed, settled, last),
    };
    rows.into_iter().map(execution).collect()
}

fn make(dir: &std::path::Path) -> Vec<Old> {
    let conn = Connection::open(dir.join("heddle.db")).unwrap();
    conn.execute_batch(include_str!("fixtures/schema-1.sql")).unwrap();
    old(&conn)
}

async fn says_the_same(store: &Store, was: &Old) {
    let id = ExecutionId::new(&was.id);
    let now = store.execution_detail(&id).await.unwrap().unwrap();
    let row = &now.execution;
    assert_eq!(row.status.as_str(), was.status);
    assert_eq!((row.completed_steps, row.settled_steps, row.last_seq), was.counts, "{id}");
    let hash = |payload: Option<heddle_model::PayloadRef>| payload.map(|payload| payload.hash.0);
    let micros = |at: Option<heddle_model::Timestamp>| at.map(heddle_model::Timestamp::as_micros);
    let steps = now.steps.iter().map(|step| {
        let (started, ended) = (micros(step.started_at), micros(step.ended_at));
        (step.step.to_string(), step.status.as_str().to_owned(), started, ended, step.attempts, hash(step.output))
    });
    assert_eq!(steps.collect::<Vec<OldStep>>(), was.steps, "{id}");
    let attempts = now.attempts.iter().map(|one| {
        let (started, ended) = (micros(one.started_at), micros(one.ended_at));
        let (status, input, output) = (one.status.as_str().to_owned(), hash(one.input), hash(one.output));
        (one.step.to_string(), one.attempt, status, started, ended, input, output)
    });
    assert_eq!(attempts.collect::<Vec<OldAttempt>>(), was.attempts, "{id}");
    let events = store.events(&id, 0, u32::MAX).await.unwrap();
    assert_eq!(events.iter().map(|event| (event.seq, event.at.as_micros())).collect::<Vec<_>>(), was.events, "{id}");
    // What it spoke of is still there after a search for what nobody speaks of.
    for text in now.attempts.iter().flat_map(|one| [hash(one.input), hash(one.output)]).flatten() {
        assert!(store.payload_by_hash(PayloadHash(text)).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_database_of_schema_1_says_what_it_said() {
    let dir = tempfile::tempdir().unwrap();
    let was = make(dir.path());
    assert_eq!(was.len(), 3);
    let store = open(dir.path());
    store.reclaim().await.unwrap();
    let listed = store.executions(ExecutionFilter::default()).await.unwrap();
    assert!(listed.iter().map(|row| row.id.as_str()).eq(was.iter().map(|one| one.id.as_str())));
    for one in &was {
        says_the_same(&store, one).await;
    }

    // What a crash left is taken up where it stood.
    let [left] = store.unsettled().await.unwrap().try_into().unwrap();
    assert_eq!(store.load(left.clone()).await.unwrap().unwrap().events.len() as u64, was[0].counts.2);
    let batch = Batch { events: vec![event(was[0].counts.2 + 1, EventKind::ExecutionCancelled)], payloads: vec![] };
    store.append(left.clone(), batch).await.unwrap();
    let ended = store.execution_detail(&left).await.unwrap().unwrap();
    assert_eq!((ended.execution.status, ended.execution.settled_steps), (ExecutionStatus::Cancelled, 2));
    assert_eq!(ended.steps[1].status, StepStatus::Cancelled);
    drop(store);
    assert_eq!(open(dir.path()).execution_detail(&left).await.unwrap(), Some(ended), "and stays so");
    let conn = Connection::open(dir.path().join("heddle.db")).unwrap();
    let verdict: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
}

#[test]
fn an_old_database_is_not_changed_under_a_heddle_that_has_it_open() {
    let dir = tempfile::tempdir().unwrap();
    make(dir.path());
    // Another process's lock, as lease.rs takes it.
    std::fs::create_dir(dir.path().join("live")).unwrap();
    let theirs = std::fs::File::create(dir.path().join("live/theirs")).unwrap();
    theirs.lock().unwrap();
    let refused = Store::open(dir.path()).unwrap_err();
    assert!(matches!(refused, OpenError::Old { .. }), "{refused}");
    assert!(refused.to_string().contains("Close the other Heddle"), "{refused}");
    assert_eq!(old(&Connection::open(dir.path().join("heddle.db")).unwrap()).len(), 3);
}
