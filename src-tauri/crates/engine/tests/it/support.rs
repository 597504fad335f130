//! Workflows, fake agents and runs for the tests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use heddle_engine::{
    AgentCall, AgentRunner, AttemptResult, Clock as _, Engine, MemoryStore, NewExecution, Outcome, RunStore as _,
    SystemClock,
};
use heddle_model::{Event, ExecutionId, Payload, RunMode, Workflow, parse_workflow};
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
