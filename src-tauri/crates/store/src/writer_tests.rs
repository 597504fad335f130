//! The writer with real connections: who shares a commit, and who is taken down by whom.

use std::sync::atomic::AtomicU32;
use std::sync::{Mutex, mpsc as gate};

use futures::future::join_all;
use rusqlite::ffi;

use super::*;

const KEPT_LOG: u64 = 100_000;

struct Bench {
    writer: Writer,
    path: std::path::PathBuf,
    _dir: tempfile::TempDir,
}

fn bench() -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.db");
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (x INTEGER PRIMARY KEY)")
        .unwrap();
    Bench { writer: Writer::start(Session::new(conn, Arc::default()), KEPT_LOG).unwrap(), path, _dir: dir }
}

fn insert(x: i64) -> impl FnMut(&Session) -> Outcome<i64> + Send + 'static {
    move |conn| {
        conn.execute("INSERT INTO t VALUES (?1)", [x])?;
        Ok(x)
    }
}

impl Bench {
    /// Holds the writer's thread inside a first job until every job of `others` waits in the queue.
    async fn together<T>(&self, others: impl Future<Output = T>) -> T {
        let (open, closed) = gate::channel::<()>();
        let closed = Mutex::new(closed);
        let entered = Arc::new(tokio::sync::Notify::new());
        let inside = Arc::clone(&entered);
        let hold = move |_: &Session| {
            inside.notify_one();
            // Ends with an error when the other end is dropped.
            assert!(closed.lock().unwrap().recv().is_err());
            Ok(())
        };
        let mut blocker = Box::pin(self.writer.submit(0, hold, |()| ()));
        assert!(futures::poll!(&mut blocker).is_pending());
        entered.notified().await;
        // Polled once, each has sent its job: the queue has room for all of them.
        let mut others = Box::pin(others);
        assert!(futures::poll!(&mut others).is_pending());
        drop(open);
        blocker.await.unwrap();
        others.await
    }

    fn rows(&self) -> Vec<i64> {
        let conn = Connection::open(&self.path).unwrap();
        let mut statement = conn.prepare("SELECT x FROM t ORDER BY x").unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }
}

#[tokio::test]
async fn jobs_that_wait_share_one_commit() {
    let bench = bench();
    let jobs = (1..=50).map(|x| bench.writer.submit(0, insert(x), |_| ()));
    let answers = bench.together(join_all(jobs)).await;
    assert!(answers.into_iter().zip(1..).all(|(answer, x)| answer.unwrap() == x));
    assert_eq!(bench.rows(), (1..=50).collect::<Vec<_>>());
    // One for the job that held the others up, one for all of them.
    assert_eq!(bench.writer.stats(), WriterStats { jobs: 51, commits: 2 });
}

#[tokio::test]
async fn one_that_fails_is_undone_alone() {
    let bench = bench();
    let half_done = |conn: &Session| -> Outcome<i64> {
        conn.execute("INSERT INTO t VALUES (100)", [])?;
        conn.execute("INSERT INTO t VALUES (1)", [])?;
        Ok(0)
    };
    let (one, bad, two) = bench
        .together(async {
            tokio::join!(
                bench.writer.submit(0, insert(1), |_| ()),
                bench.writer.submit(0, half_done, |_| panic!("told of a commit that never was")),
                bench.writer.submit(0, insert(2), |_| ()),
            )
        })
        .await;
    assert!(matches!(bad.unwrap_err(), StoreError::Conflict(_)));
    assert_eq!((one.unwrap(), two.unwrap()), (1, 2));
    assert_eq!(bench.rows(), [1, 2]);
    assert_eq!(bench.writer.stats().commits, 2, "still one transaction");
}

#[tokio::test]
async fn a_panic_reaches_its_caller_only() {
    let bench = bench();
    let (one, bad, two) = bench
        .together(async {
            tokio::join!(
                bench.writer.submit(0, insert(1), |_| ()),
                bench.writer.submit(
                    0,
                    |conn| -> Outcome<()> {
                        conn.execute("INSERT INTO t VALUES (100)", [])?;
                        panic!("a mistake")
                    },
                    |()| ()
                ),
                bench.writer.submit(0, insert(2), |_| ()),
            )
        })
        .await;
    assert!(bad.unwrap_err().to_string().contains("mistake in Heddle"));
    assert_eq!((one.unwrap(), two.unwrap()), (1, 2));
    assert_eq!(bench.rows(), [1, 2]);
}

#[tokio::test]
async fn when_the_whole_group_is_lost_each_gets_another_chance() {
    let bench = bench();
    // What SQLite does by itself when the disk is full in the middle of a transaction.
    let disk_full = |conn: &Session| -> Outcome<()> {
        conn.execute_batch("ROLLBACK")?;
        Err(Fault::Sqlite(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None)))
    };
    let told = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&told);
    let after = move |_: &i64| {
        count.fetch_add(1, Ordering::Relaxed);
    };
    let (one, bad, two) = bench
        .together(async {
            tokio::join!(
                bench.writer.submit(0, insert(1), after),
                bench.writer.submit(0, disk_full, |()| ()),
                bench.writer.submit(0, insert(2), |_| ()),
            )
        })
        .await;
    assert!(matches!(bad.unwrap_err(), StoreError::DiskFull(_)));
    assert_eq!((one.unwrap(), two.unwrap()), (1, 2));
    assert_eq!(bench.rows(), [1, 2]);
    assert_eq!(told.load(Ordering::Relaxed), 1, "told once, though it ran twice");
}

#[tokio::test]
async fn nothing_is_written_once_the_file_is_damaged() {
    let bench = bench();
    let corrupt = |_: &Session| -> Outcome<()> {
        Err(Fault::Sqlite(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), None)))
    };
    let (before, bad, after) = bench
        .together(async {
            tokio::join!(
                bench.writer.submit(0, insert(1), |_| ()),
                bench.writer.submit(0, corrupt, |()| ()),
                bench.writer.submit(0, insert(2), |_| ()),
            )
        })
        .await;
    let late = bench.writer.submit(0, insert(3), |_| ()).await;
    for refused in [before.unwrap_err(), bad.unwrap_err(), after.unwrap_err(), late.unwrap_err()] {
        assert!(matches!(refused, StoreError::Damaged(_)), "{refused}");
    }
    assert!(bench.rows().is_empty());
}

#[tokio::test]
async fn a_connection_that_may_not_write_says_so() {
    let bench = bench();
    let query_only = |conn: &Session| Ok(conn.pragma_update(None, "query_only", true)?);
    bench.writer.submit(0, query_only, |()| ()).await.unwrap();
    let refused = bench.writer.submit(0, insert(1), |_| ()).await.unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly(_)), "{refused}");
}

#[tokio::test]
async fn a_database_locked_by_another_process_is_busy() {
    let bench = bench();
    let other = Connection::open(&bench.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let patience = |conn: &Session| Ok(conn.busy_timeout(std::time::Duration::ZERO)?);
    // Reaching the writer's connection takes a transaction, so the lock is let go once and taken again.
    other.execute_batch("ROLLBACK").unwrap();
    bench.writer.submit(0, patience, |()| ()).await.unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = bench.writer.submit(0, insert(1), |_| ()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Busy(_)), "{refused}");
    other.execute_batch("ROLLBACK").unwrap();
    bench.writer.submit(0, insert(1), |_| ()).await.unwrap();
}

#[tokio::test]
async fn a_dropped_caller_does_not_undo_its_write_and_closing_finishes_the_queue() {
    let bench = bench();
    {
        let mut write = Box::pin(bench.writer.submit(0, insert(1), |_| ()));
        // Polled once, it has sent its job; then its caller goes away.
        assert!(futures::poll!(&mut write).is_pending() || bench.rows() == [1]);
    }
    let Bench { writer, path, _dir } = bench;
    drop(writer);
    let count: i64 = Connection::open(path).unwrap().query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn the_log_is_cut_back_once_its_readers_are_gone() {
    let bench = bench();
    let log = open::beside(&bench.path, "-wal");
    let reader = Connection::open(&bench.path).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM t").unwrap();
    let mut x = 0;
    while open::len(&log) <= 2 * KEPT_LOG {
        x += 1;
        bench.writer.submit(0, insert(x), |_| ()).await.unwrap();
    }
    reader.execute_batch("ROLLBACK").unwrap();
    for _ in 0..Log::SELDOM {
        x += 1;
        bench.writer.submit(0, insert(x), |_| ()).await.unwrap();
    }
    assert!(open::len(&log) <= KEPT_LOG, "{} bytes of log", open::len(&log));
    assert_eq!(bench.rows().len() as i64, x);
}
