//! The one writer: a thread that owns the only connection that writes, and commits in groups.
//!
//! While one transaction is being synced to disk, the jobs of other callers gather in a queue; the next transaction
//! takes them all. So one caller pays for one commit, and fifty share it. When one of a group fails, all are undone and
//! run again in a savepoint each, so that it is undone alone; savepoints cost each job a third of its time, and hardly
//! any fails. When the group as a whole cannot be committed (a full disk), every job is tried again in a transaction of
//! its own, so that a small write is not refused because of a large one beside it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use heddle_engine::StoreError;
use rusqlite::Connection;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::error::{Fault, Outcome, closed};
use crate::open;
use crate::session::Session;

/// Most jobs in one transaction. More would share the commit as well, but who waits for the first goes on later.
const GROUP: usize = 512;
/// No further job joins a transaction that already holds this many bytes of payload.
const GROUP_BYTES: usize = 16 * 1024 * 1024;
/// How long the writer looks out for another job before it sleeps, and a caller for the answer to its own. To wake a
/// sleeping thread takes half as long as a commit.
const LOOKOUT: Duration = Duration::from_micros(200);

/// What the writer did since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriterStats {
    /// Jobs that were asked for.
    pub jobs: u64,
    /// Transactions that were committed for them.
    pub commits: u64,
}

#[derive(Debug, Default)]
struct Counters {
    jobs: AtomicU64,
    commits: AtomicU64,
}

/// The handle of the writer's thread. Dropping it finishes the queue, closes the connection and waits for both.
pub(crate) struct Writer {
    queue: Option<mpsc::UnboundedSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    counters: Arc<Counters>,
    /// Held by the caller that looks out for its answer: one keeps a thread awake, more would keep it busy.
    lookout: Mutex<()>,
}

impl Writer {
    /// `kept_log`: above this many bytes the write-ahead log is cut back as soon as nobody reads from it.
    pub(crate) fn start(session: Session, kept_log: u64) -> std::io::Result<Self> {
        // Its length is bounded by the callers: each waits for the answer to its job.
        let (queue, jobs) = mpsc::unbounded_channel();
        let counters = Arc::new(Counters::default());
        let thread = std::thread::Builder::new().name("heddle-store".to_owned()).spawn({
            let counters = Arc::clone(&counters);
            move || run(session, jobs, &counters, kept_log)
        })?;
        Ok(Self { queue: Some(queue), thread: Some(thread), counters, lookout: Mutex::new(()) })
    }

    /// Runs a job and answers once its transaction is on disk. `bytes` is roughly what it writes. `work` may run more
    /// than once, each time on a clean state; `after` runs once, right after the commit and before the answer.
    pub(crate) async fn submit<T, W, A>(&self, bytes: usize, work: W, after: A) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnMut(&Session) -> Outcome<T> + Send + 'static,
        A: FnOnce(&T) + Send + 'static,
    {
        let (reply, answer) = oneshot::channel::<(Result<T, StoreError>, W)>();
        let task = Box::new(Task { work, after, bytes, result: None, reply });
        self.queue.as_ref().ok_or_else(closed)?.send(task).map_err(|_| closed())?;
        if let Ok(_alone) = self.lookout.try_lock() {
            let began = Instant::now();
            while answer.is_empty() && !answer.is_terminated() && began.elapsed() < LOOKOUT {
                tokio::task::yield_now().await;
            }
        }
        // What the job held is dropped here, not on the thread everybody waits for.
        answer.await.map_err(|_| closed())?.0
    }

    pub(crate) fn stats(&self) -> WriterStats {
        WriterStats {
            jobs: self.counters.jobs.load(Ordering::Relaxed),
            commits: self.counters.commits.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer ended with a panic");
        }
    }
}

trait Job: Send {
    fn bytes(&self) -> usize;
    /// Runs the work and remembers its result.
    fn run(&mut self, session: &Session) -> Ran;
    /// Tells the caller: its own result when the commit held, else why it did not.
    fn settle(self: Box<Self>, commit: Result<(), StoreError>);
}

/// How a job's work ended.
enum Ran {
    Well,
    /// Its caller will hear why.
    Badly,
    /// SQLite found the file damaged.
    IntoDamage(StoreError),
}

struct Task<T, W, A> {
    work: W,
    after: A,
    bytes: usize,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<(Result<T, StoreError>, W)>,
}

impl<T, W, A> Job for Task<T, W, A>
where
    T: Send,
    W: FnMut(&Session) -> Outcome<T> + Send,
    A: FnOnce(&T) + Send,
{
    fn bytes(&self) -> usize {
        self.bytes
    }

    fn run(&mut self, session: &Session) -> Ran {
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(session))).unwrap_or_else(|_| {
            Err(Fault::Store(StoreError::Other(
                "a mistake in Heddle stopped this write; nothing of it was kept".into(),
            )))
        });
        let damage = result.as_ref().is_err_and(Fault::is_damage);
        let result = result.map_err(StoreError::from);
        let ran = match &result {
            Ok(_) => Ran::Well,
            Err(error) if damage => Ran::IntoDamage(error.clone()),
            Err(_) => Ran::Badly,
        };
        self.result = Some(result);
        ran
    }

    fn settle(self: Box<Self>, commit: Result<(), StoreError>) {
        let Self { work, after, result, reply, .. } = *self;
        let result = match (commit, result) {
            (_, Some(Err(error))) | (Err(error), _) => Err(error),
            (Ok(()), Some(Ok(value))) => {
                after(&value);
                Ok(value)
            }
            (Ok(()), None) => Err(closed()),
        };
        // A caller that no longer listens lost interest in the answer, not in the write.
        drop(reply.send((result, work)));
    }
}

fn run(session: Session, mut jobs: mpsc::UnboundedReceiver<Box<dyn Job>>, counters: &Counters, kept_log: u64) {
    let mut log = Log::of(&session, kept_log);
    // Once SQLite has called the file damaged, nothing is written to it any more.
    let mut damaged = None;
    while let Some(first) = next(&mut jobs) {
        let mut bytes = first.bytes();
        let mut group = vec![first];
        while group.len() < GROUP && bytes < GROUP_BYTES {
            let Ok(next) = jobs.try_recv() else { break };
            bytes += next.bytes();
            group.push(next);
        }
        counters.jobs.fetch_add(group.len() as u64, Ordering::Relaxed);
        commit(&session, group, counters, &mut damaged);
        log.keep_short(&session);
    }
    if let Err((_, error)) = session.into_connection().close() {
        tracing::warn!("closing the database: {error}");
    }
}

/// The next job. For a moment it is looked out for: who goes on after a commit often has the next one ready before a
/// sleeping thread could be woken. None: nobody will send any more.
fn next(jobs: &mut mpsc::UnboundedReceiver<Box<dyn Job>>) -> Option<Box<dyn Job>> {
    let began = Instant::now();
    while began.elapsed() < LOOKOUT {
        match jobs.try_recv() {
            Ok(job) => return Some(job),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => std::thread::yield_now(),
        }
    }
    jobs.blocking_recv()
}

fn commit(session: &Session, mut group: Vec<Box<dyn Job>>, counters: &Counters, damaged: &mut Option<StoreError>) {
    if let Some(error) = damaged {
        return settle(group, Err(error.clone()));
    }
    let done = match transaction(session, &mut group, counters, all_well) {
        Err(Broken::One) => transaction(session, &mut group, counters, each_alone),
        done => done,
    };
    let error = match done {
        Ok(()) => return settle(group, Ok(())),
        Err(Broken::Whole(error)) if group.len() > 1 => {
            tracing::warn!("a group of {} writes could not be committed ({error}); trying each alone", group.len());
            for job in group {
                commit(session, vec![job], counters, damaged);
            }
            return;
        }
        // Undone with its transaction; its caller hears why from itself.
        Err(Broken::One) => return settle(group, Ok(())),
        Err(Broken::Whole(error) | Broken::Start(error)) => error,
        Err(Broken::Damaged(error)) => {
            tracing::error!("{error}");
            damaged.insert(error).clone()
        }
    };
    settle(group, Err(error));
}

fn settle(group: Vec<Box<dyn Job>>, commit: Result<(), StoreError>) {
    for job in group {
        job.settle(commit.clone());
    }
}

/// Why a transaction did not hold. It was undone, with everything in it.
enum Broken {
    /// It could not even begin; trying its jobs alone would not help.
    Start(StoreError),
    /// A job failed, and nothing kept that apart from the others.
    One,
    /// The database would not take it.
    Whole(StoreError),
    /// SQLite found the file damaged.
    Damaged(StoreError),
}

/// A way to run the jobs of a transaction.
type Run = fn(&Session, &mut [Box<dyn Job>]) -> Result<(), Broken>;

fn transaction(session: &Session, group: &mut [Box<dyn Job>], counters: &Counters, run: Run) -> Result<(), Broken> {
    let begun = statement(session, "BEGIN IMMEDIATE").and_then(|()| session.refresh());
    let done = match begun {
        Ok(()) => run(session, group)
            .and_then(|()| statement(session, "COMMIT").map_err(|fault| broken(fault, Broken::Whole))),
        Err(fault) => Err(broken(fault, Broken::Start)),
    };
    match done {
        Ok(()) => counters.commits.fetch_add(1, Ordering::Relaxed),
        Err(reason) => {
            undo(session);
            session.forget();
            return Err(reason);
        }
    };
    Ok(())
}

fn broken(fault: Fault, kind: fn(StoreError) -> Broken) -> Broken {
    if fault.is_damage() { Broken::Damaged(fault.into()) } else { kind(fault.into()) }
}

/// Runs all jobs as one; the first that fails takes the others with it.
fn all_well(session: &Session, group: &mut [Box<dyn Job>]) -> Result<(), Broken> {
    group.iter_mut().try_for_each(|job| match job.run(session) {
        Ran::Well => Ok(()),
        Ran::Badly => Err(Broken::One),
        Ran::IntoDamage(error) => Err(Broken::Damaged(error)),
    })
}

/// Runs jobs so that the failure of one undoes it only.
fn each_alone(session: &Session, group: &mut [Box<dyn Job>]) -> Result<(), Broken> {
    if let [only] = group {
        return all_well(session, std::slice::from_mut(only));
    }
    group.iter_mut().try_for_each(|job| alone(session, job.as_mut()))
}

fn alone(session: &Session, job: &mut dyn Job) -> Result<(), Broken> {
    let whole = |fault| broken(fault, Broken::Whole);
    statement(session, "SAVEPOINT job").map_err(whole)?;
    let ran = job.run(session);
    match ran {
        Ran::IntoDamage(error) => Err(Broken::Damaged(error)),
        // A full disk or a failing one makes SQLite undo the whole transaction by itself.
        _ if session.is_autocommit() => Err(Broken::Whole(StoreError::Other("the transaction was undone".to_owned()))),
        Ran::Well => statement(session, "RELEASE job").map_err(whole),
        Ran::Badly => {
            session.forget();
            statement(session, "ROLLBACK TO job").map_err(whole)?;
            statement(session, "RELEASE job").map_err(whole)
        }
    }
}

fn undo(conn: &Connection) {
    if !conn.is_autocommit()
        && let Err(fault) = statement(conn, "ROLLBACK")
    {
        tracing::error!("undoing a transaction: {}", StoreError::from(fault));
    }
}

fn statement(conn: &Connection, sql: &str) -> Outcome<()> {
    conn.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// The write-ahead log beside the database.
///
/// SQLite writes it back by itself, but starts it anew only in a moment when nobody reads; with readers that overlap
/// without end it would grow without end.
struct Log {
    /// None in memory.
    file: Option<PathBuf>,
    kept: u64,
    /// Groups until the next look.
    look_in: u32,
}

impl Log {
    const OFTEN: u32 = 16;
    const SELDOM: u32 = 256;
    /// How long readers are waited for; meanwhile writes wait.
    const PATIENCE: Duration = Duration::from_millis(50);

    fn of(conn: &Connection, kept: u64) -> Self {
        let file = conn.path().filter(|path| !path.is_empty()).map(|path| open::beside(Path::new(path), "-wal"));
        Self { file, kept, look_in: Self::OFTEN }
    }

    fn keep_short(&mut self, conn: &Connection) {
        let Some(file) = &self.file else { return };
        self.look_in -= 1;
        if self.look_in > 0 {
            return;
        }
        self.look_in = Self::OFTEN;
        if open::len(file) <= self.kept {
            return;
        }
        let cut = || -> rusqlite::Result<bool> {
            conn.busy_timeout(Self::PATIENCE)?;
            let waits: bool = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
            conn.busy_timeout(open::BUSY)?;
            Ok(!waits)
        };
        match cut() {
            Ok(true) => {}
            Ok(false) => self.look_in = Self::SELDOM,
            Err(error) => {
                tracing::warn!("the write-ahead log could not be cut back: {error}");
                self.look_in = Self::SELDOM;
            }
        }
    }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
