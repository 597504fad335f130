//! Builders and a clock that only moves when told.

use std::path::Path;
use std::sync::Arc;

use heddle_engine::{Batch, Clock, NewExecution, RunStore};
use heddle_model::{
    Event, EventKind, ExecutionId, Payload, RunMode, StepId, Timestamp, Usage, Workflow, WorkflowId, parse_workflow,
};
use heddle_store::{Options, Store};

/// Always the same moment.
pub(crate) struct Still(pub(crate) i64);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0)
    }
}

pub(crate) fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

pub(crate) fn open(dir: &Path) -> Store {
    Store::open(dir).unwrap()
}

pub(crate) fn open_at(dir: &Path, micros: i64) -> Store {
    Store::open_with(dir, Options { clock: Arc::new(Still(micros)), ..Options::default() }).unwrap()
}

pub(crate) fn workflow(id: &str, name: &str) -> Arc<Workflow> {
    let text = format!(
        r#"{{"format": "heddle/v1", "id": "{id}", "name": "{name}",
            "steps": [{{"id": "a", "agent": {{"kind": "script"}}, "position": {{"x": 10, "y": 20}}, "colour": 12345678901234567890}},
                      {{"id": "b", "agent": "library-agent"}}],
            "edges": [{{"id": "e", "from": "a", "to": "b"}}],
            "variables": {{"limit": 1.0}}}}"#
    );
    Arc::new(parse_workflow(&text).unwrap())
}

pub(crate) fn payload(text: &str) -> Payload {
    Payload::parse(text).unwrap()
}

pub(crate) fn execution(id: &str, created: i64) -> NewExecution {
    NewExecution {
        id: ExecutionId::new(id),
        workflow_id: WorkflowId::new("wf"),
        version: None,
        workflow: workflow("wf", "Triage"),
        mode: RunMode::Live,
        input: payload(r#"{"ticket": 1}"#),
        total_steps: 2,
        created_at: at(created),
        retry_of: None,
        options: Default::default(),
    }
}

pub(crate) fn event(seq: u64, kind: EventKind) -> Event {
    Event { seq, at: at(1_000_000 + i64::try_from(seq).unwrap()), kind }
}

pub(crate) fn started(seq: u64) -> Event {
    event(
        seq,
        EventKind::ExecutionStarted {
            input: payload(r#"{"ticket": 1}"#).reference(),
            from: None,
            inherited: Vec::new(),
        },
    )
}

pub(crate) fn attempt_started(seq: u64, step: &str, attempt: u32, input: &Payload) -> Event {
    event(seq, EventKind::AttemptStarted { step: StepId::new(step), attempt, input: input.reference(), turns: None })
}

pub(crate) fn attempt_succeeded(seq: u64, step: &str, attempt: u32, output: &Payload) -> Event {
    event(
        seq,
        EventKind::AttemptSucceeded {
            step: StepId::new(step),
            attempt,
            output: output.reference(),
            branch: None,
            usage: Usage { llm_calls: 1, input_tokens: 10, output_tokens: 5, cost_usd: Some(0.25) },
            log: Vec::new(),
            chosen: None,
            sampled: false,
            source: Default::default(),
            not_taken: Vec::new(),
        },
    )
}

pub(crate) async fn append(store: &Store, id: &str, events: Vec<Event>, payloads: Vec<Payload>) {
    store.append(ExecutionId::new(id), Batch { events, payloads }).await.unwrap();
}

/// The execution most tests are about.
pub(crate) fn id() -> ExecutionId {
    ExecutionId::new("exec-1")
}

/// Keeps that execution and its first event.
pub(crate) async fn begun(store: &Store) {
    store.create(execution("exec-1", 1)).await.unwrap();
    append(store, "exec-1", vec![started(1)], Vec::new()).await;
}
