//! What an execution weighs that waits for a person.

use std::path::Path;
use std::sync::Arc;

use heddle_agents::{Deps, Runner};
use heddle_engine::{Clock as _, Engine, NewExecution, SystemClock};
use heddle_model::{EventKind, ExecutionId, Payload, RunMode, parse_workflow};
use heddle_store::Store;
use serde_json::json;

use crate::life::resident;

/// Executions that are there before the weighing begins, so that what all of them share is not weighed.
const BEFORE: usize = 100;
/// Those that are weighed.
pub(crate) const WEIGHED: usize = 1_000;

/// Starts executions that wait for a person, or takes up those another process left; answers with bytes a piece.
pub(crate) async fn weigh(folder: &Path, again: bool) -> anyhow::Result<u64> {
    let store = Store::open(folder)?;
    let runner = Runner::new(Deps::new(folder));
    let engine = Engine::new(Arc::new(runner), Arc::new(store.clone()), Arc::new(SystemClock));
    let mut running = Vec::new();
    if again {
        let before = resident()?;
        running.extend(engine.recover().await?.into_iter().map(|(_, running)| running).collect::<Result<Vec<_>, _>>()?);
        return Ok(resident()?.saturating_sub(before) / running.len() as u64);
    }
    for n in 0..BEFORE {
        running.push(engine.start(execution(n)?).await?);
        paused(&store, n).await?;
    }
    let before = resident()?;
    for n in BEFORE..BEFORE + WEIGHED {
        running.push(engine.start(execution(n)?).await?);
        paused(&store, n).await?;
    }
    Ok(resident()?.saturating_sub(before) / WEIGHED as u64)
}

async fn paused(store: &Store, n: usize) -> anyhow::Result<()> {
    let id = ExecutionId::new(format!("w{n}"));
    loop {
        let events = store.events(&id, 0, u32::MAX).await?;
        if events.last().is_some_and(|event| matches!(event.kind, EventKind::ExecutionPaused)) {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
}

/// Each has read its own copy of the document, as when each was started by its own request.
fn execution(n: usize) -> anyhow::Result<NewExecution> {
    let step = |id: &str| json!({ "id": id, "agent": { "kind": "transform" } });
    let ask = json!({ "id": "ask", "agent": { "kind": "approval", "config": { "message": "Refund {{ input.n }}?" } } });
    let edge = |from: &str, to: &str| json!({ "id": format!("{from}-{to}"), "from": from, "to": to });
    let document = json!({
        "format": "heddle/v1", "id": "w", "name": "w",
        "steps": [step("read"), step("check"), ask, step("pay"), step("tell")],
        "edges": [edge("read", "check"), edge("check", "ask"), edge("ask", "pay"), edge("pay", "tell")],
    });
    let workflow = Arc::new(parse_workflow(&document.to_string())?);
    Ok(NewExecution {
        id: ExecutionId::new(format!("w{n}")),
        workflow_id: workflow.id.clone(),
        version: None,
        total_steps: workflow.steps.len() as u32,
        workflow,
        mode: RunMode::Live,
        input: Payload::from_value(&json!({ "n": n, "text": "a customer's complaint ".repeat(10) })),
        created_at: SystemClock.now(),
        retry_of: None,
        options: Default::default(),
    })
}
