//! `heddle run`: one execution of a document, start to end.

use std::sync::Arc;

use anyhow::Context as _;
use heddle_agents::{Deps, Runner};
use heddle_api::{ApiError, PreparedExecution, Request, Studio, StudioOptions, prepare};
use heddle_engine::{Clock as _, Engine, MemoryStore, Outcome, RunStore, SystemClock};
use heddle_model::{
    Agent, AgentKind, Event, ExecutionId, ExecutionStatus, Failure, Payload, RunMode, Timestamp, Workflow,
    parse_workflow,
};
use serde::Serialize;
use serde_json::Value;

use super::times;
use super::validate::carried;
use crate::args::Run;
use crate::attend::{Attended, Left, WAITS, tell_waiting};
use crate::feed::Tap;
use crate::{Verdict, files, report};

/// Why an execution was cancelled by the person at the terminal.
pub(crate) const INTERRUPTED: &str = "interrupted (Ctrl+C)";

/// What runs executions, and what keeps them.
pub(crate) struct Bench {
    pub(crate) runner: Runner,
    pub(crate) store: Arc<dyn RunStore>,
    /// Forgets what was kept of an execution that nobody will ask about.
    pub(crate) memory: Option<Arc<MemoryStore>>,
    pub(crate) studio: Option<Studio>,
}

impl Bench {
    async fn open(args: &Run) -> anyhow::Result<Self> {
        if args.ephemeral {
            let memory = Arc::new(MemoryStore::new());
            let runner = Runner::new(Deps::new(std::env::current_dir()?));
            return Ok(Self { runner, store: memory.clone(), memory: Some(memory), studio: None });
        }
        let folder = files::data_dir(&args.data)?;
        let options = StudioOptions { data_dir: Some(folder), examples: false, recover: false };
        let studio = Studio::open(options).await?;
        let (runner, store) = (studio.runner().clone(), Arc::new(studio.store().clone()));
        Ok(Self { runner, store, memory: None, studio: Some(studio) })
    }

    /// An engine that keeps its executions in `store`, which is this bench's own or stands before it, with the pools of
    /// the data folder.
    pub(crate) fn engine(&self, store: Arc<dyn RunStore>) -> Engine {
        let engine = Engine::new(Arc::new(self.runner.clone()), store, Arc::new(SystemClock));
        if let Some(studio) = &self.studio {
            engine.set_pools(studio.engine().pools());
        }
        engine
    }

    pub(crate) async fn resolve(&self, workflow: Workflow) -> Result<Workflow, ApiError> {
        match &self.studio {
            Some(studio) => studio.resolve(workflow).await,
            None => Ok(carried(workflow)),
        }
    }
}

pub(crate) async fn run(args: Run) -> anyhow::Result<Verdict> {
    let document = files::read(&args.file)?;
    let workflow = parse_workflow(&document).with_context(|| args.file.display().to_string())?;
    let input = files::input(args.input.as_deref())?;
    let mode = if args.test { RunMode::Test } else { RunMode::Live };
    let bench = Bench::open(&args).await?;
    let workflow = bench.resolve(workflow).await.map_err(explain)?;
    let prepared = prepare(workflow, Request::new(mode, input)).map_err(explain)?;
    match args.times {
        Some(_) if asks(&prepared.execution.workflow) => {
            anyhow::bail!("the workflow asks a person, so it cannot be run many times: it would wait for every answer")
        }
        Some(times) => times::run(&bench, &prepared, times, args.concurrency, args.json).await,
        None => once(&bench, prepared, args.json).await,
    }
}

/// Whether it, or a workflow it runs, may wait for a person without end.
fn asks(workflow: &Workflow) -> bool {
    let waits = |agent: &Agent| agent.kind == AgentKind::Approval && agent.config.get("deadline_ms").is_none();
    workflow.steps.iter().filter_map(|step| workflow.agent_of(step)).any(waits)
        || workflow.workflows.iter().any(|carried| asks(&carried.document))
}

/// A refusal with the findings behind it, a line each.
pub(crate) fn explain(error: ApiError) -> anyhow::Error {
    let found = error.details.as_ref().and_then(|details| details.get("diagnostics")).and_then(Value::as_array);
    let lines: Vec<String> =
        found.into_iter().flatten().filter_map(|one| Some(format!("  {}", one.get("message")?.as_str()?))).collect();
    if lines.len() > 1 { anyhow::anyhow!("{error}\n{}", lines.join("\n")) } else { anyhow::anyhow!("{error}") }
}

async fn once(bench: &Bench, prepared: PreparedExecution, as_json: bool) -> anyhow::Result<Verdict> {
    let (tap, feed) = Tap::new(bench.store.clone());
    let engine = bench.engine(Arc::new(tap));
    let id = prepared.execution.id.clone();
    let (store, plan) = (bench.store.clone(), prepared.plan.clone());
    let running = engine.start_planned(prepared.execution, prepared.plan).await?;
    let attended = Attended { engine, store, plan, feed, aloud: !as_json, open: Vec::new(), paused: false };
    let left = attended.stay(running).await?;
    let kept = bench.memory.is_none();
    tell(bench.store.as_ref(), &id, left, as_json, kept).await
}

/// Says how an execution was left, and with which code to end.
pub(crate) async fn tell(
    store: &dyn RunStore,
    id: &ExecutionId,
    left: Left,
    as_json: bool,
    kept: bool,
) -> anyhow::Result<Verdict> {
    let (outcome, open) = match left {
        Left::Ended(outcome) => (Some(outcome.context("the execution was stopped before it ended")?), Vec::new()),
        Left::Waiting(open) => (None, open),
    };
    let events = store.load(id.clone()).await?.map(|stored| stored.events).unwrap_or_default();
    let status = outcome.as_ref().map_or(ExecutionStatus::Paused, |outcome| outcome.status);
    if as_json {
        let execution = ExecutionJson {
            id,
            status,
            started_at: events.first().map(|event| event.at),
            completed_at: outcome.is_some().then(|| events.last().map(|event| event.at)).flatten(),
            output: outcome.as_ref().and_then(|outcome| outcome.output.as_ref()),
            failure: outcome.as_ref().and_then(|outcome| outcome.failure.as_ref()),
            events: &events,
        };
        say!("{}", serde_json::to_string_pretty(&execution)?);
    }
    match outcome {
        Some(outcome) => {
            if !as_json {
                tell_end(id, &outcome, &events)?;
            }
            Ok(if status == ExecutionStatus::Completed { Verdict::Good } else { Verdict::Bad })
        }
        None => {
            tell_waiting(id, &open, kept);
            Ok(Verdict::Code(WAITS))
        }
    }
}

/// The execution as JSON. The output is its exact text.
#[derive(Serialize)]
struct ExecutionJson<'a> {
    id: &'a ExecutionId,
    status: ExecutionStatus,
    started_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    output: Option<&'a Payload>,
    failure: Option<&'a Failure>,
    events: &'a [Event],
}

fn tell_end(id: &ExecutionId, outcome: &Outcome, events: &[Event]) -> anyhow::Result<()> {
    let took = match (events.first(), events.last()) {
        (Some(first), Some(last)) => format!(" in {}", report::duration(first.at, last.at)),
        _ => String::new(),
    };
    tell!("{id} {}{took}", outcome.status.as_str());
    if let Some(failure) = &outcome.failure {
        tell!("{}", report::failure(failure));
    }
    if let Some(output) = &outcome.output {
        say!("{}", output.text());
    }
    Ok(())
}

/// The same execution again, under a new id and accepted now.
pub(crate) fn again(prepared: &PreparedExecution) -> PreparedExecution {
    let mut next = prepared.clone();
    next.execution.created_at = SystemClock.now();
    next.execution.id = heddle_api::new_execution_id(next.execution.created_at);
    next
}
