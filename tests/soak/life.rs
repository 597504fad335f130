//! One process: takes up what the last one left, and runs executions until it is killed or its time is over.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use heddle_agents::{Deps, Runner};
use heddle_engine::{Clock as _, Engine, NewExecution, Outcome, PoolLimits, Running, SystemClock};
use heddle_model::{EventKind, ExecutionId, ExecutionStatus, FailureCode, PayloadRef, RunMode, Workflow};
use heddle_store::Store;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::documents::{Chance, document, failing, input, marked};

/// Executions at once, and documents they are made of.
const AT_ONCE: usize = 200;
const DOCUMENTS: u64 = 32;
/// How long what is under way at the end may take to settle.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a process did.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) taken_up: u64,
    pub(crate) executions: u64,
    pub(crate) completed: u64,
    pub(crate) failed: u64,
    pub(crate) cancelled: u64,
    /// Resident bytes: after a quarter of the time, after five eighths, at the end.
    pub(crate) memory: [u64; 3],
}

/// Lives until it is killed, or for so long and until everything has settled.
pub(crate) async fn live(folder: &Path, seed: u64, lasts: Option<Duration>) -> anyhow::Result<Report> {
    let mut chance = Chance(seed);
    let store = Store::open(folder)?;
    let runner = Runner::new(Deps::new(folder));
    let engine = Engine::new(Arc::new(runner), Arc::new(store.clone()), Arc::new(SystemClock));
    let narrow = PoolLimits { slots: Some(8), ..PoolLimits::default() };
    engine.set_pools(HashMap::from([("narrow".to_owned(), narrow)]));
    let mut documents = vec![Arc::new(failing()?)];
    for _ in 1..DOCUMENTS {
        documents.push(Arc::new(document(&mut chance)?));
    }

    let (begun, mut report, mut going) = (Instant::now(), Report::default(), JoinSet::new());
    for (id, running) in engine.recover().await? {
        let running = running.with_context(|| format!("execution {id} cannot be taken up again"))?;
        report.taken_up += 1;
        going.spawn(settled(store.clone(), running));
    }
    let over = |share: f64| lasts.is_some_and(|lasts| begun.elapsed() >= lasts.mul_f64(share));
    while !over(1.0) {
        while going.len() < AT_ONCE {
            let id = format!("{seed:x}-{}", report.executions);
            let workflow = &documents[chance.below(DOCUMENTS) as usize];
            let running = engine.start(execution(&id, workflow, &mut chance)).await?;
            report.executions += 1;
            if chance.below(16) == 0 {
                let (engine, pause) = (engine.clone(), Duration::from_millis(chance.below(40)));
                tokio::spawn(async move {
                    tokio::time::sleep(pause).await;
                    engine.cancel(&ExecutionId::new(id), "soak", None);
                });
            }
            going.spawn(settled(store.clone(), running));
        }
        if let Some(ended) = going.join_next().await {
            report.count(&ended??);
        }
        for (at, share) in [(0, 0.25), (1, 0.625)] {
            if report.memory[at] == 0 && over(share) {
                report.memory[at] = resident()?;
            }
        }
    }
    let rest = async {
        while let Some(ended) = going.join_next().await {
            report.count(&ended??);
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, rest).await.context("executions were left unsettled")??;
    report.memory[2] = resident()?;
    engine.shutdown().await;
    Ok(report)
}

impl Report {
    fn count(&mut self, outcome: &Outcome) {
        match outcome.status {
            ExecutionStatus::Completed => self.completed += 1,
            ExecutionStatus::Cancelled => self.cancelled += 1,
            _ => self.failed += 1,
        }
    }
}

fn execution(id: &str, workflow: &Arc<Workflow>, chance: &mut Chance) -> NewExecution {
    NewExecution {
        id: ExecutionId::new(id),
        workflow_id: workflow.id.clone(),
        version: None,
        workflow: Arc::clone(workflow),
        mode: RunMode::Live,
        input: input(id, chance),
        total_steps: workflow.steps.len() as u32,
        created_at: SystemClock.now(),
        retry_of: None,
        options: Default::default(),
    }
}

/// Waits for the end, and looks at everything the execution kept: it is its own, and there are no gaps.
async fn settled(store: Store, running: Running) -> anyhow::Result<Outcome> {
    let id = running.id.clone();
    let outcome = running.outcome().await.with_context(|| format!("execution {id} was dropped"))?;
    if let Some(failure) = &outcome.failure {
        let mistake = matches!(failure.code, FailureCode::Internal | FailureCode::Storage);
        ensure!(!mistake, "execution {id}: {}", failure.message);
    }
    let events = store.events(&id, 0, u32::MAX).await?;
    ensure!(events.len() as u64 == outcome.events, "execution {id}: {} of {} events", events.len(), outcome.events);
    ensure!(events.iter().zip(1..).all(|(event, seq)| event.seq == seq), "execution {id}: gaps in the log");
    let own = |text: &str| marked(text).all(|marked| marked == id.as_str());
    ensure!(own(&serde_json::to_string(&events)?), "execution {id}: its log speaks of another");
    for reference in events.iter().filter_map(|event| payload(&event.kind)) {
        let payload = store.payload_by_hash(reference.hash).await?;
        let payload = payload.with_context(|| format!("execution {id}: a payload is missing"))?;
        ensure!(own(payload.text()), "execution {id} has data of another: {}", payload.text());
    }
    Ok(outcome)
}

fn payload(kind: &EventKind) -> Option<PayloadRef> {
    match kind {
        EventKind::ExecutionStarted { input, .. } | EventKind::AttemptStarted { input, .. } => Some(*input),
        EventKind::AttemptSucceeded { output, .. } | EventKind::ExecutionCompleted { output } => Some(*output),
        _ => None,
    }
}

/// Resident memory of this process, in bytes.
pub(crate) fn resident() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kilobytes * 1024)
}
