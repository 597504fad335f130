//! `kill -9` at every boundary between two events of a run, then resumption: nothing is lost, nothing is done twice.
//!
//! A child runs the workflow and stands still right before, or right after, an event is committed; there it is killed.
//! Agents note their calls in a file, so that what was done is known whatever became of the process.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::future::{pending, ready};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use heddle_engine::{
    AgentCall, AgentRunner, AttemptResult, Batch, Clock as _, Control, Engine, NewExecution, Outcome, RunStore,
    Running, StoreError, StoredExecution, SystemClock,
};
use heddle_model::{
    Decision, Event, EventKind, ExecutionId, ExecutionStatus, Failure, FailureCode, Payload, PayloadRef, RunMode,
    parse_workflow,
};
use heddle_store::Store;
use tokio::sync::Notify;

use crate::child;
use crate::support::{open, payload};

/// Where the child is told to stand still: at 2n before the n-th write, at 2n + 1 after it.
const BOUNDARY: &str = "HEDDLE_KILL_AT";
const STANDS: &str = "the child stands still";
/// Children at the same time.
const AT_ONCE: usize = 4;
const CALLS: &str = "calls";

/// Parallel branches, one of which needs three attempts; a loop; a sub-workflow; an approval; a last step.
const WORKFLOW: &str = r#"{
    "format": "heddle/v1", "id": "w", "name": "w",
    "steps": [
        {"id": "begin", "agent": {"kind": "transform"}},
        {"id": "flaky", "agent": {"kind": "transform"}, "policy": {"retry": {"max_attempts": 3, "all_errors": false,
            "backoff": {"initial_ms": 1, "factor": 1.0, "max_ms": 1, "jitter": 0.0}}}},
        {"id": "each", "agent": {"kind": "transform"}, "loop": {"for_each": {"items": "input.xs", "concurrency": 2}}},
        {"id": "sub", "agent": {"kind": "workflow", "config": {"workflow": "inner"}}},
        {"id": "ask", "agent": {"kind": "approval", "config": {"message": "Go on?"}}},
        {"id": "end", "agent": {"kind": "transform"},
            "mapping": {"each": "steps.each.output", "sub": "steps.sub.output", "asked": "steps.ask.output.n"}}
    ],
    "edges": [
        {"id": "1", "from": "begin", "to": "flaky"}, {"id": "2", "from": "begin", "to": "each"},
        {"id": "3", "from": "begin", "to": "sub"}, {"id": "4", "from": "flaky", "to": "ask"},
        {"id": "5", "from": "each", "to": "end"}, {"id": "6", "from": "sub", "to": "end"},
        {"id": "7", "from": "ask", "to": "end"}
    ],
    "workflows": [{"id": "inner", "document": {
        "format": "heddle/v1", "id": "inner", "name": "inner",
        "steps": [{"id": "x", "agent": {"kind": "transform"}}, {"id": "y", "agent": {"kind": "transform"}}],
        "edges": [{"id": "e", "from": "x", "to": "y"}]
    }}]
}"#;
const RESULT: &str =
    r#"{"each":[1,12345678901234567890,3],"sub":{"n":1.0,"xs":[1,12345678901234567890,3]},"asked":1.0}"#;

fn execution() -> NewExecution {
    let workflow = Arc::new(parse_workflow(WORKFLOW).unwrap());
    NewExecution {
        id: ExecutionId::new("x"),
        workflow_id: workflow.id.clone(),
        version: None,
        total_steps: workflow.steps.len() as u32,
        workflow,
        mode: RunMode::Live,
        input: payload(r#"{"n":1.0,"xs":[1,12345678901234567890,3]}"#),
        created_at: SystemClock.now(),
        retry_of: None,
        options: Default::default(),
    }
}

/// Agents that pass their input on and note that they were called. `flaky` needs three attempts.
struct Noting(PathBuf);

impl AgentRunner for Noting {
    fn run(&self, call: AgentCall) -> BoxFuture<'static, AttemptResult> {
        let mut file = OpenOptions::new().append(true).create(true).open(&self.0).unwrap();
        file.write_all(format!("{}\n", call.idempotency_key).as_bytes()).unwrap();
        file.sync_all().unwrap();
        let fails = call.step.as_str() == "flaky" && call.attempt < 3;
        let failed = || AttemptResult::failure(Failure::transient(FailureCode::Remote, "not yet"));
        ready(if fails { failed() } else { AttemptResult::answer(call.input) }).boxed()
    }
}

/// Calls by idempotency key.
fn calls(folder: &Path) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    for line in fs::read_to_string(folder.join(CALLS)).unwrap_or_default().lines() {
        *calls.entry(line.to_owned()).or_default() += 1;
    }
    calls
}

/// The store, with every event written by itself, standing still at one boundary.
struct Standing {
    store: Store,
    written: Arc<AtomicUsize>,
    stands_at: Option<usize>,
    asked: Arc<Notify>,
}

impl Standing {
    async fn around<T>(written: Arc<AtomicUsize>, stands_at: Option<usize>, write: impl Future<Output = T>) -> T {
        let n = 2 * written.fetch_add(1, Ordering::SeqCst);
        stand(stands_at == Some(n)).await;
        let done = write.await;
        stand(stands_at == Some(n + 1)).await;
        done
    }
}

async fn stand(here: bool) {
    if here {
        std::io::stdout().write_all(format!("{STANDS}\n").as_bytes()).unwrap();
        pending().await
    }
}

impl RunStore for Standing {
    fn create(&self, execution: NewExecution) -> BoxFuture<'static, Result<(), StoreError>> {
        Self::around(self.written.clone(), self.stands_at, self.store.create(execution)).boxed()
    }

    fn append(&self, id: ExecutionId, batch: Batch) -> BoxFuture<'static, Result<(), StoreError>> {
        let (store, written, stands_at, asked) =
            (self.store.clone(), self.written.clone(), self.stands_at, self.asked.clone());
        async move {
            let mut payloads = batch.payloads;
            for event in batch.events {
                let asks = matches!(event.kind, EventKind::ApprovalRequested { .. });
                let batch = Batch { events: vec![event], payloads: std::mem::take(&mut payloads) };
                Self::around(written.clone(), stands_at, store.append(id.clone(), batch)).await?;
                if asks {
                    asked.notify_one();
                }
            }
            Ok(())
        }
        .boxed()
    }

    fn load(&self, id: ExecutionId) -> BoxFuture<'static, Result<Option<StoredExecution>, StoreError>> {
        self.store.load(id)
    }

    fn payload(&self, reference: PayloadRef) -> BoxFuture<'static, Result<Option<Payload>, StoreError>> {
        RunStore::payload(&self.store, reference)
    }

    fn unsettled(&self) -> BoxFuture<'static, Result<Vec<ExecutionId>, StoreError>> {
        self.store.unsettled()
    }
}

/// One process's work on the folder.
struct Stage {
    engine: Engine,
    store: Store,
    asked: Arc<Notify>,
}

impl Stage {
    fn new(folder: &Path, stands_at: Option<usize>) -> Self {
        let (store, asked) = (open(folder), Arc::new(Notify::new()));
        let standing = Standing { store: store.clone(), written: Arc::default(), stands_at, asked: asked.clone() };
        let engine = Engine::new(Arc::new(Noting(folder.join(CALLS))), Arc::new(standing), Arc::new(SystemClock));
        Self { engine, store, asked }
    }

    /// Approves when it is asked, and waits for the end.
    async fn to_its_end(&self, running: Running) -> Outcome {
        let decide = async {
            self.asked.notified().await;
            let (step, decision, by) = ("ask".into(), Decision::Approved, "me".to_owned());
            let approve = Control::Decide { step, decision, output: None, by, comment: None };
            self.engine.control(&"x".into(), approve).await.unwrap();
            pending::<()>().await
        };
        tokio::select! {
            outcome = running.outcome() => outcome.unwrap(),
            () = decide => unreachable!("it waits for ever"),
        }
    }

    async fn events(&self) -> Vec<Event> {
        self.store.events(&"x".into(), 0, u32::MAX).await.unwrap()
    }
}

fn count(events: &[Event], wanted: impl Fn(&EventKind) -> bool) -> usize {
    events.iter().filter(|event| wanted(&event.kind)).count()
}

/// The keys of attempts the log knows the end of.
fn ended(events: &[Event]) -> Vec<String> {
    let key = |event: &Event| match &event.kind {
        EventKind::AttemptSucceeded { step, attempt, .. } | EventKind::AttemptFailed { step, attempt, .. } => {
            Some(format!("x/{step}/{attempt}"))
        }
        _ => None,
    };
    events.iter().filter_map(key).collect()
}

/// Whether a child was killed at that boundary. False: it came to its end first.
fn killed(child: &mut Child) -> bool {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let stands = lines.map_while(Result::ok).any(|line| line.contains(STANDS));
    if stands {
        child.kill().unwrap();
    }
    assert_eq!(child.wait().unwrap().success(), !stands);
    stands
}

/// What is left of a killed run comes to the same end as one that was left alone.
async fn goes_on(folder: &Path, boundary: usize, undisturbed: &BTreeMap<String, usize>) {
    let stage = Stage::new(folder, None);
    let before = stage.events().await;
    let calls_before = calls(folder);
    let mut taken_up = stage.engine.recover().await.unwrap();
    let Some((_, running)) = taken_up.pop() else {
        match before.last() {
            None => assert_eq!(boundary, 0, "only what was never accepted may be lost"),
            Some(last) => {
                assert!(last.kind.ends_execution(), "{boundary}: it is not taken up again after {last:?}");
                assert_eq!(&calls_before, undisturbed);
            }
        }
        return;
    };
    let asked = count(&before, |kind| matches!(kind, EventKind::ApprovalRequested { .. }));
    if asked > count(&before, |kind| matches!(kind, EventKind::ApprovalDecided { .. })) {
        stage.asked.notify_one();
    }
    let outcome = stage.to_its_end(running.unwrap()).await;
    assert_eq!(outcome.status, ExecutionStatus::Completed, "{boundary}: {:?}", outcome.failure);
    assert_eq!(outcome.output.as_ref().map(Payload::text), Some(RESULT), "{boundary}");

    let events = stage.events().await;
    let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "{boundary}");
    assert_eq!(events[..before.len()], before, "{boundary}: what was committed stays");
    assert_eq!(count(&events, |kind| matches!(kind, EventKind::ApprovalDecided { .. })), 1, "{boundary}");
    let mut once = ended(&events);
    once.sort();
    once.dedup();
    assert_eq!(once.len(), ended(&events).len(), "{boundary}: an attempt ended twice");

    let calls = calls(folder);
    assert!(calls.keys().eq(undisturbed.keys()), "{boundary}: other keys: {calls:?}");
    for key in ended(&before) {
        assert_eq!(calls.get(&key), calls_before.get(&key), "{boundary}: {key} had ended and was called again");
    }
    assert!(calls.values().all(|times| *times <= 2), "{boundary}: {calls:?}");

    let rows = stage.store.execution_detail(&"x".into()).await.unwrap().unwrap();
    stage.store.rebuild(&"x".into()).await.unwrap();
    assert_eq!(stage.store.execution_detail(&"x".into()).await.unwrap().unwrap(), rows, "{boundary}");
    stage.engine.shutdown().await;
}

#[tokio::test]
async fn a_run_killed_at_any_event_comes_to_the_same_end() {
    if let Some(folder) = child::folder() {
        let stage = Stage::new(&folder, std::env::var(BOUNDARY).ok().map(|at| at.parse().unwrap()));
        let running = stage.engine.start(execution()).await.unwrap();
        let outcome = stage.to_its_end(running).await;
        return assert_eq!(outcome.output.unwrap().text(), RESULT);
    }
    let calm = tempfile::tempdir().unwrap();
    let stage = Stage::new(calm.path(), None);
    let outcome = stage.to_its_end(stage.engine.start(execution()).await.unwrap()).await;
    assert_eq!(outcome.output.unwrap().text(), RESULT);
    let undisturbed = calls(calm.path());
    assert!(undisturbed.values().all(|times| *times == 1), "{undisturbed:?}");
    let events = outcome.events as usize;

    let name = "kill::a_run_killed_at_any_event_comes_to_the_same_end";
    let mut boundaries = 0..;
    let mut kills = 0;
    loop {
        let children = boundaries.by_ref().take(AT_ONCE).map(|boundary| {
            let folder = tempfile::tempdir().unwrap();
            let mut child = child::of_test(name, folder.path());
            let child = child.env(BOUNDARY, boundary.to_string()).stdout(Stdio::piped()).spawn().unwrap();
            (boundary, folder, child)
        });
        let mut ended = false;
        for (boundary, folder, mut child) in children.collect::<Vec<_>>() {
            if killed(&mut child) {
                kills += 1;
                goes_on(folder.path(), boundary, &undisturbed).await;
            } else {
                ended = true;
            }
        }
        if ended {
            break;
        }
    }
    assert!(kills >= 2 * events, "{kills} kills for {events} events and the acceptance");
}
