//! Workflows, fake agents, stores and runs for the tests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use heddle_engine::{
    AgentCall, AgentRunner, AttemptResult, Batch, Clock as _, Control, Engine, MemoryStore, NewExecution, Outcome,
    Refused, RunStore, Running, StoreError, StoredExecution, SystemClock,
};
use heddle_model::{
    Decision, Event, ExecutionId, Failure, FailureCode, Payload, PayloadRef, RunMode, RunOptions, Workflow,
    parse_workflow,
};
use serde_json::{Value, json};

/// A workflow from steps `(id, extra fields)` and edges `(from, to)`; every step passes its input on.
pub(crate) fn workflow(steps: &[(&str, Value)], edges: &[(&str, &str)], settings: Value) -> Workflow {
    let steps: Vec<Value> = steps
        .iter()
        .map(|(id, extra)| {
            let mut step = json!({ "id": id, "agent": { "kind": "transform" } });
            step.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            step
        })
        .collect();
    let edges: Vec<Value> = edges
        .iter()
        .enumerate()
        .map(|(number, (from, to))| json!({ "id": format!("e{number}"), "from": from, "to": to }))
        .collect();
    let document = json!({
        "format": "heddle/v1", "id": "w", "name": "w", "steps": steps, "edges": edges, "settings": settings,
    });
    parse_workflow(&document.to_string()).unwrap()
}

pub(crate) fn execution(id: &str, workflow: &Workflow, input: &str) -> NewExecution {
    NewExecution {
        id: ExecutionId::new(id),
        workflow_id: workflow.id.clone(),
        version: None,
        workflow: Arc::new(workflow.clone()),
        mode: RunMode::Live,
        input: Payload::parse(input).unwrap(),
        total_steps: workflow.steps.len() as u32,
        created_at: SystemClock.now(),
        retry_of: None,
        options: Default::default(),
    }
}

pub(crate) type Behaviour = Box<dyn Fn(AgentCall) -> BoxFuture<'static, AttemptResult> + Send + Sync>;

/// Agents that do what a test says, step by step; steps it says nothing about pass their input on.
#[derive(Default)]
pub(crate) struct Fakes {
    by_step: HashMap<&'static str, Behaviour>,
    pub(crate) calls: Mutex<Vec<(String, u32, String, Payload)>>,
}

impl Fakes {
    pub(crate) fn on<F>(
        mut self,
        step: &'static str,
        behaviour: impl Fn(AgentCall) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = AttemptResult> + Send + 'static,
    {
        self.by_step.insert(step, Box::new(move |call| behaviour(call).boxed()));
        self
    }

    pub(crate) fn called(&self, step: &str) -> usize {
        self.calls.lock().unwrap().iter().filter(|(called, ..)| called == step).count()
    }

    pub(crate) fn input_of(&self, step: &str) -> String {
        let calls = self.calls.lock().unwrap();
        calls.iter().find(|(called, ..)| called == step).unwrap().3.text().to_owned()
    }
}

impl AgentRunner for Fakes {
    fn run(&self, call: AgentCall) -> BoxFuture<'static, AttemptResult> {
        let seen = (call.step.to_string(), call.attempt, call.idempotency_key.clone(), call.input.clone());
        self.calls.lock().unwrap().push(seen);
        match self.by_step.get(call.step.as_str()) {
            Some(behaviour) => behaviour(call),
            None => std::future::ready(AttemptResult::answer(call.input)).boxed(),
        }
    }
}

pub(crate) fn answer(text: &str) -> AttemptResult {
    AttemptResult::answer(Payload::parse(text).unwrap())
}

pub(crate) async fn run(fakes: &Arc<Fakes>, workflow: &Workflow, input: &str) -> (Outcome, Vec<Event>) {
    let store = Arc::new(MemoryStore::new());
    let engine = Engine::new(fakes.clone(), store.clone(), Arc::new(SystemClock));
    let outcome = engine.start(execution("x", workflow, input)).await.unwrap().outcome().await.unwrap();
    (outcome, store.load("x".into()).await.unwrap().unwrap().events)
}

pub(crate) fn names(events: &[Event]) -> Vec<String> {
    let name = |event: &Event| match event.kind.step() {
        Some(step) => format!("{} {step}", event.kind.name()),
        None => event.kind.name().to_owned(),
    };
    events.iter().map(name).collect()
}

pub(crate) fn output(outcome: &Outcome) -> &str {
    outcome.output.as_ref().map_or("none", Payload::text)
}

pub(crate) fn with(mut workflow: Workflow, patch: Value) -> Workflow {
    let mut document = serde_json::to_value(&workflow).unwrap();
    merge(&mut document, patch);
    workflow = parse_workflow(&document.to_string()).unwrap();
    workflow
}

pub(crate) fn merge(into: &mut Value, patch: Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(into), Value::Object(patch)) => {
            for (index, value) in patch {
                merge(&mut into[index.parse::<usize>().unwrap()], value);
            }
        }
        (into, patch) => *into = patch,
    }
}

pub(crate) fn failure() -> AttemptResult {
    AttemptResult::failure(Failure::new(FailureCode::AgentFailed, "no"))
}

/// Drives an execution by hand.
pub(crate) struct Stage {
    pub(crate) engine: Engine,
    pub(crate) store: Arc<MemoryStore>,
}

impl Stage {
    pub(crate) fn new(fakes: &Arc<Fakes>) -> Self {
        let store = Arc::new(MemoryStore::new());
        Self { engine: Engine::new(fakes.clone(), store.clone(), Arc::new(SystemClock)), store }
    }

    pub(crate) async fn start(&self, id: &str, document: &Workflow, input: &str, options: RunOptions) -> Running {
        let mut execution = execution(id, document, input);
        execution.options = options;
        self.engine.start(execution).await.unwrap()
    }

    pub(crate) async fn events(&self, id: &str) -> Vec<Event> {
        self.store.load(id.into()).await.unwrap().unwrap().events
    }

    /// A payload that is there, as one a person put in.
    pub(crate) async fn keep(&self, id: &str, text: &str) -> PayloadRef {
        let payload = Payload::parse(text).unwrap();
        let reference = payload.reference();
        self.store.append(id.into(), Batch { events: Vec::new(), payloads: vec![payload] }).await.unwrap();
        reference
    }

    /// Waits until the log says so.
    pub(crate) async fn until(&self, id: &str, name: &str) {
        while !names(&self.events(id).await).iter().any(|found| found == name) {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until the log says so that many times.
    pub(crate) async fn until_times(&self, id: &str, name: &str, times: usize) {
        while names(&self.events(id).await).iter().filter(|found| *found == name).count() < times {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) async fn decide(
        &self,
        id: &str,
        step: &str,
        decision: Decision,
        output: Option<&str>,
    ) -> Result<(), Refused> {
        let output = output.map(|text| Payload::parse(text).unwrap());
        let (step, by) = (step.into(), "me".to_owned());
        self.engine.control(&id.into(), Control::Decide { step, decision, output, by, comment: None }).await
    }
}

pub(crate) type Appending =
    Box<dyn Fn(&MemoryStore, ExecutionId, Batch) -> BoxFuture<'static, Result<(), StoreError>> + Send + Sync>;

/// A store in memory, with something in front of what is appended to it.
pub(crate) struct InFront {
    store: MemoryStore,
    append: Appending,
}

impl InFront {
    pub(crate) fn new(
        append: impl Fn(&MemoryStore, ExecutionId, Batch) -> BoxFuture<'static, Result<(), StoreError>>
        + Send
        + Sync
        + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { store: MemoryStore::new(), append: Box::new(append) })
    }
}

impl RunStore for InFront {
    fn create(&self, execution: NewExecution) -> BoxFuture<'static, Result<(), StoreError>> {
        self.store.create(execution)
    }

    fn append(&self, id: ExecutionId, batch: Batch) -> BoxFuture<'static, Result<(), StoreError>> {
        (self.append)(&self.store, id, batch)
    }

    fn load(&self, id: ExecutionId) -> BoxFuture<'static, Result<Option<StoredExecution>, StoreError>> {
        self.store.load(id)
    }

    fn payload(&self, reference: PayloadRef) -> BoxFuture<'static, Result<Option<Payload>, StoreError>> {
        self.store.payload(reference)
    }

    fn unsettled(&self) -> BoxFuture<'static, Result<Vec<ExecutionId>, StoreError>> {
        self.store.unsettled()
    }
}
