//! Random workflows, and a world that does what the scheduler asks in an order chance decides.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use heddle_model::{
    Agent, AgentId, AgentKind, AgentSource, CarriedWorkflow, Decision, Edge, EdgeId, Event, EventKind, Failure,
    FailureCode, ForEach, Join, Loop, OnError, OnItemError, Payload, PayloadRef, Policy, Repeat, Retry, Step, StepId,
    StepStatus, Timestamp, Usage, Workflow, WorkflowId,
};
use proptest::prelude::*;

use super::super::{Effect, RunState, Slot, Timer, apply};
use crate::plan::{Plan, RepetitionKind};

/// What a step of a random workflow is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    Call,
    ForEach { turns: u8, concurrency: u8, on_item_error: u8, inner: bool },
    Repeat { turns: u8, inner: bool },
    Inner,
    Approval,
}

/// A random acyclic workflow: `edges` are pairs of step numbers, always from a lower to a higher one, with a way to be
/// followed.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) works: Vec<Work>,
    pub(super) edges: Vec<(usize, usize, u8)>,
    pub(super) on_error: Vec<u8>,
    pub(super) attempts: Vec<u32>,
    pub(super) joins: Vec<u8>,
    pub(super) max_parallel: u32,
    pub(super) fallback: bool,
}

fn work() -> impl Strategy<Value = Work> {
    prop_oneof![
        6 => Just(Work::Call),
        2 => (0_u8..4, 1_u8..3, 0_u8..3, any::<bool>()).prop_map(|(turns, concurrency, on_item_error, inner)| {
            Work::ForEach { turns, concurrency, on_item_error, inner }
        }),
        1 => (1_u8..4, any::<bool>()).prop_map(|(turns, inner)| Work::Repeat { turns, inner }),
        1 => Just(Work::Inner),
        1 => Just(Work::Approval),
    ]
}

pub(super) fn shape() -> impl Strategy<Value = Shape> {
    (1_usize..10).prop_flat_map(|steps| {
        let edges = proptest::collection::vec((0..steps, 0..steps, 0_u8..10), 0..16);
        let works = proptest::collection::vec(work(), steps);
        let on_error = proptest::collection::vec(0_u8..4, steps);
        let attempts = proptest::collection::vec(1_u32..4, steps);
        let joins = proptest::collection::vec(0_u8..6, steps);
        (works, edges, on_error, attempts, joins, 1_u32..5, prop::bool::weighted(0.2)).prop_map(
            |(works, edges, on_error, attempts, joins, max_parallel, fallback)| Shape {
                works,
                edges: edges
                    .into_iter()
                    .filter(|(a, b, _)| a != b)
                    .map(|(a, b, way)| (a.min(b), a.max(b), way))
                    .collect(),
                on_error,
                attempts,
                joins,
                max_parallel,
                fallback,
            },
        )
    })
}

pub(super) fn agent(kind: AgentKind, config: serde_json::Value) -> AgentSource {
    let mut agent: Agent = serde_json::from_value(serde_json::json!({ "kind": kind })).unwrap();
    agent.config = config.as_object().cloned().unwrap_or_default();
    agent.id = AgentId::new("");
    AgentSource::Inline(Box::new(agent))
}

pub(super) fn step(id: &str, agent: AgentSource) -> Step {
    let mut step: Step =
        serde_json::from_value(serde_json::json!({ "id": id, "agent": { "kind": "transform" } })).unwrap();
    step.agent = agent;
    step
}

pub(super) fn edge(number: usize, from: &str, to: &str) -> Edge {
    Edge {
        id: EdgeId::new(format!("e{number}")),
        from: from.into(),
        to: to.into(),
        branch: None,
        when: None,
        extra: serde_json::Map::new(),
    }
}

/// Two steps in a row, the second of which does not stop the whole when it fails.
fn inner() -> Workflow {
    let mut inner = Workflow::empty(WorkflowId::new("inner"), "inner");
    inner.steps = ["x", "y"].map(|id| step(id, agent(AgentKind::Transform, serde_json::json!({})))).to_vec();
    inner.steps[1].policy.on_error = Some(OnError::Continue);
    inner.edges = vec![edge(0, "x", "y")];
    inner
}

pub(super) fn workflow(shape: &Shape) -> Workflow {
    let mut workflow = Workflow::empty(WorkflowId::new("w"), "w");
    workflow.settings.max_parallel = shape.max_parallel;
    workflow.settings.fallback_workflow = shape.fallback.then(|| WorkflowId::new("inner"));
    workflow.workflows = vec![CarriedWorkflow { id: "inner".into(), version: None, document: inner() }];
    for (number, work) in shape.works.iter().enumerate() {
        let sub = || agent(AgentKind::Workflow, serde_json::json!({ "workflow": "inner" }));
        let plain = || agent(AgentKind::Transform, serde_json::json!({}));
        let source = match work {
            Work::Inner | Work::ForEach { inner: true, .. } | Work::Repeat { inner: true, .. } => sub(),
            Work::Approval => agent(AgentKind::Approval, serde_json::json!({ "message": "?" })),
            _ => plain(),
        };
        let mut step = step(&format!("s{number:02}"), source);
        step.repetition = match *work {
            Work::ForEach { concurrency, on_item_error, .. } => Some(Loop::ForEach(ForEach {
                items: "input".into(),
                concurrency: concurrency.into(),
                on_item_error: [OnItemError::Stop, OnItemError::Null, OnItemError::Omit][usize::from(on_item_error)],
            })),
            Work::Repeat { turns, .. } => Some(Loop::Repeat(Repeat {
                until: "true".into(),
                max_turns: turns.into(),
                pause_ms: u64::from(turns) % 2,
            })),
            _ => None,
        };
        step.join = match shape.joins[number] {
            0 => Join::Any,
            1 => Join::AtLeast(2),
            _ => Join::All,
        };
        step.policy = Policy {
            retry: Some(Retry { max_attempts: shape.attempts[number], all_errors: true, ..Retry::default() }),
            on_error: Some(match shape.on_error[number] {
                0 => OnError::Stop,
                1 => OnError::Continue,
                2 => OnError::ErrorBranch,
                _ => OnError::Default(serde_json::json!({"default": number})),
            }),
            ..Policy::default()
        };
        workflow.steps.push(step);
    }
    for (number, (from, to, way)) in shape.edges.iter().enumerate() {
        let mut edge = edge(number, &format!("s{from:02}"), &format!("s{to:02}"));
        match way {
            0 => edge.when = Some("true".into()),
            1 => edge.branch = Some("compensate".into()),
            2 if shape.works[*from] == Work::Approval => edge.branch = Some("rejected".into()),
            _ => {}
        }
        workflow.edges.push(edge);
    }
    workflow
}

/// Stands in for the world.
pub(super) struct World {
    pub(super) state: RunState,
    pub(super) log: Vec<Event>,
    /// What may happen next.
    pub(super) open: Vec<Next>,
    /// What chance says, the same for the same thing however often it is asked.
    seed: u64,
    fails_percent: u64,
}

/// Something that may happen next.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a handful of them exist at a time")]
pub(super) enum Next {
    Event(EventKind),
    Timer(Timer),
    Decide(Slot, u32),
}

pub(super) fn reference(text: &str) -> PayloadRef {
    Payload::parse(text).unwrap().reference()
}

impl World {
    pub(super) fn new(shape: &Shape, seed: u64, fails_percent: u64) -> Self {
        Self::of(&workflow(shape), seed, fails_percent)
    }

    pub(super) fn of(workflow: &Workflow, seed: u64, fails_percent: u64) -> Self {
        let plan = Arc::new(Plan::new(workflow).unwrap());
        let state = RunState::new("exec".into(), plan);
        Self { state, log: Vec::new(), open: Vec::new(), seed, fails_percent }
    }

    /// The same world after a crash: all that is left is the log.
    pub(super) fn revived(shape: &Shape, before: &Self, log: &[Event]) -> Self {
        let mut world = Self::new(shape, before.seed, before.fails_percent);
        for event in log {
            apply(&mut world.state, event);
        }
        world.log = log.to_vec();
        world
    }

    fn chance(&self, what: impl std::hash::Hash) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, what).hash(&mut hasher);
        hasher.finish() % 100
    }

    pub(super) fn happen(&mut self, kind: EventKind) {
        let mut kinds = VecDeque::from([kind]);
        while let Some(kind) = kinds.pop_front() {
            let event =
                Event { seq: self.log.len() as u64 + 1, at: Timestamp::from_micros(self.log.len() as i64), kind };
            let effects = apply(&mut self.state, &event);
            self.log.push(event);
            for effect in effects {
                self.perform(effect, &mut kinds);
            }
        }
    }

    fn perform(&mut self, effect: Effect, kinds: &mut VecDeque<EventKind>) {
        match effect {
            Effect::Record(kind) => kinds.push_back(*kind),
            Effect::Complete => kinds.push_back(EventKind::ExecutionCompleted { output: reference("null") }),
            Effect::Start { step, attempt } => {
                self.check_may_start(step);
                self.start(step, attempt, kinds);
            }
            Effect::At { timer, .. } => self.open.push(Next::Timer(timer)),
            Effect::CancelAttempt { step } => {
                // An agent that does not notice in time answers all the same; both must do.
                if step % 2 == 0 {
                    let path = self.state.path(step);
                    let attempt = self.state.steps[step].attempt;
                    self.open.retain(|next| !matches!(next, Next::Event(kind) if kind.step() == Some(&path)));
                    self.open.push(Next::Event(EventKind::AttemptCancelled { step: path, attempt }));
                }
            }
            Effect::Ask { step, turn } => {
                let (path, attempt) = (self.state.path(step), self.state.steps[step].attempt);
                let again = self.chance((&path, turn, "again")) < 60;
                kinds.push_back(EventKind::TurnEnded { step: path, attempt, turn, again });
            }
            Effect::Conclude { step } => {
                let (path, attempt) = (self.state.path(step), self.state.steps[step].attempt);
                kinds.push_back(self.success(path, attempt, step));
            }
        }
    }

    fn success(&self, step: StepId, attempt: u32, slot: Slot) -> EventKind {
        let conditions = &self.state.planned(slot).conditions;
        let not_taken =
            conditions.iter().filter(|(edge, ..)| self.chance(edge.as_str()) < 50).map(|(edge, ..)| edge.clone());
        EventKind::AttemptSucceeded {
            output: reference("1"),
            branch: None,
            usage: Usage::default(),
            log: Vec::new(),
            chosen: None,
            sampled: false,
            source: Default::default(),
            not_taken: not_taken.collect(),
            step,
            attempt,
        }
    }

    fn start(&mut self, slot: Slot, attempt: u32, kinds: &mut VecDeque<EventKind>) {
        let step = self.state.path(slot);
        let planned = self.state.planned(slot);
        let turns = planned.repetition.as_ref().and_then(|repetition| match repetition.kind {
            RepetitionKind::ForEach { .. } => Some(self.chance((&step, "turns")) % 5),
            RepetitionKind::Repeat { .. } => None,
        });
        let (container, asks) = (planned.is_container(), matches!(planned.body, crate::plan::Body::Approval(_)));
        kinds.push_back(EventKind::AttemptStarted { step: step.clone(), attempt, input: reference("{}"), turns });
        if container {
            return;
        }
        if asks {
            let message = "?".to_owned();
            kinds.push_back(EventKind::ApprovalRequested { step, attempt, message, deadline: None });
            return self.open.push(Next::Decide(slot, attempt));
        }
        let next = if self.chance((&step, attempt, "fails")) < self.fails_percent {
            let failure = Failure::transient(FailureCode::AgentFailed, "no");
            EventKind::attempt_failed(step, attempt, failure)
        } else {
            self.success(step, attempt, slot)
        };
        self.open.push(Next::Event(next));
    }

    fn check_may_start(&self, slot: Slot) {
        let frame = self.state.frame_of(slot);
        let planned = self.state.planned(slot);
        if planned.join == Join::All && !planned.undoes {
            for link in &planned.incoming {
                let before = self.state.steps[frame.base + link.from].status;
                assert!(before.is_settled(), "{} started while {} was {before:?}", self.state.path(slot), link.from);
            }
        }
        let running = self.state.steps.iter().filter(|step| step.slot).count();
        assert!(running <= self.state.plan.settings.max_parallel as usize, "{running} steps hold a slot");
    }

    /// Lets things happen in the order the numbers say, until nothing is open. Somebody asks for a stop after so many of
    /// them, as often as there are numbers for it.
    pub(super) fn play(&mut self, choices: &[usize], stops: &[usize]) {
        let mut choices = choices.iter().copied().cycle();
        for turn in 0.. {
            assert!(turn < 5_000, "this never ends: {:#?}", &self.log[self.log.len() - 30..]);
            for _ in stops.iter().filter(|&&stop| stop == turn) {
                self.happen(EventKind::CancelRequested { by: "test".into(), reason: None });
            }
            if self.open.is_empty() {
                break;
            }
            let next = choices.next().unwrap_or(0) % self.open.len();
            match self.open.swap_remove(next) {
                // Whoever is told to stop and has nothing to stop says nothing.
                Next::Event(EventKind::AttemptCancelled { step, attempt })
                    if !self.state.find(&step).is_some_and(|slot| self.state.steps[slot].slot_is_for(attempt)) => {}
                Next::Event(kind) => self.happen(kind),
                Next::Timer(timer) => self.ring(timer),
                Next::Decide(slot, attempt) => {
                    let step = self.state.path(slot);
                    let approves = self.chance((&step, "approves")) < 60;
                    let decision = if approves { Decision::Approved } else { Decision::Rejected };
                    if self.state.steps[slot].held.is_some() && !self.state.ends(slot) {
                        let (output, by, comment) = (reference("1"), "me".to_owned(), None);
                        let not_taken = Vec::new();
                        self.happen(EventKind::ApprovalDecided {
                            step,
                            attempt,
                            decision,
                            output,
                            by,
                            comment,
                            not_taken,
                        });
                    }
                }
            }
        }
    }

    fn ring(&mut self, timer: Timer) {
        if !self.state.is_due(timer) {
            return;
        }
        let path = |slot| self.state.path(slot);
        let kind = match timer {
            Timer::Retry { step, attempt } => EventKind::RetryDue { step: path(step), attempt },
            Timer::Turn { step, attempt, turn } => EventKind::TurnDue { step: path(step), attempt, turn },
            Timer::StepTimeout { .. } | Timer::ApprovalDeadline { .. } | Timer::Deadline { .. } => return,
        };
        self.happen(kind);
    }

    /// After a crash: what waits for a person goes on waiting.
    pub(super) fn resume(&mut self) {
        for slot in 0..self.state.steps.len() {
            if self.state.steps[slot].held.is_some() && !self.state.steps[slot].status.is_settled() {
                self.open.push(Next::Decide(slot, self.state.steps[slot].attempt));
            }
        }
        self.happen(EventKind::Resumed);
    }

    pub(super) fn begin(&mut self) {
        self.happen(EventKind::ExecutionStarted { input: reference("{}"), from: None, inherited: Vec::new() });
    }

    /// Every step by path, with where it stands; those that were never opened are not there.
    pub(super) fn statuses(&self) -> HashMap<StepId, StepStatus> {
        (0..self.state.steps.len()).map(|slot| (self.state.path(slot), self.state.steps[slot].status)).collect()
    }

    pub(super) fn completed(&self) -> HashSet<StepId> {
        let statuses = self.statuses().into_iter();
        statuses.filter(|(_, status)| *status == StepStatus::Completed).map(|(step, _)| step).collect()
    }
}
