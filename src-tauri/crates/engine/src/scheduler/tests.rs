//! Laws of the scheduler, over random graphs, random interleavings, failures, cancellations and crashes.

use std::collections::HashMap;
use std::sync::Arc;

use heddle_model::{
    Agent, AgentId, AgentKind, AgentSource, Backoff, Edge, EdgeId, Event, EventKind, ExecutionStatus, Failure,
    FailureCode, OnError, Payload, PayloadRef, Policy, Retry, Step, StepId, StepStatus, Timestamp, Usage, Workflow,
    WorkflowId,
};
use proptest::prelude::*;

use super::{Effect, RunState, apply};
use crate::plan::Plan;

/// A random acyclic workflow: `edges[i]` are pairs of step numbers, always from a lower to a higher one.
#[derive(Debug, Clone)]
struct Shape {
    steps: usize,
    edges: Vec<(usize, usize)>,
    on_error: Vec<u8>,
    attempts: Vec<u32>,
    max_parallel: u32,
}

fn shape() -> impl Strategy<Value = Shape> {
    (1_usize..12).prop_flat_map(|steps| {
        let edges = proptest::collection::vec((0..steps, 0..steps), 0..20);
        let on_error = proptest::collection::vec(0_u8..4, steps);
        let attempts = proptest::collection::vec(1_u32..4, steps);
        (edges, on_error, attempts, 1_u32..5).prop_map(move |(edges, on_error, attempts, max_parallel)| Shape {
            steps,
            edges: edges.into_iter().filter(|(a, b)| a != b).map(|(a, b)| (a.min(b), a.max(b))).collect(),
            on_error,
            attempts,
            max_parallel,
        })
    })
}

fn workflow(shape: &Shape) -> Workflow {
    let mut workflow = Workflow::empty(WorkflowId::new("w"), "w");
    workflow.settings.max_parallel = shape.max_parallel;
    for step in 0..shape.steps {
        workflow.steps.push(Step {
            id: StepId::new(format!("s{step:02}")),
            name: String::new(),
            agent: AgentSource::Inline(Box::new(Agent {
                id: AgentId::new(""),
                name: String::new(),
                description: String::new(),
                kind: AgentKind::Transform,
                config: serde_json::Map::new(),
                input_schema: None,
                output_schema: None,
                sample: None,
                extra: serde_json::Map::new(),
            })),
            mapping: None,
            when: None,
            policy: Policy {
                retry: Some(Retry {
                    max_attempts: shape.attempts[step],
                    backoff: Backoff::default(),
                    all_errors: true,
                }),
                on_error: Some(match shape.on_error[step] {
                    0 => OnError::Stop,
                    1 => OnError::Continue,
                    2 => OnError::ErrorBranch,
                    _ => OnError::Default(serde_json::json!({"default": step})),
                }),
                ..Policy::default()
            },
            position: None,
            extra: serde_json::Map::new(),
        });
    }
    for (number, (from, to)) in shape.edges.iter().enumerate() {
        workflow.edges.push(Edge {
            id: EdgeId::new(format!("e{number}")),
            from: StepId::new(format!("s{from:02}")),
            to: StepId::new(format!("s{to:02}")),
            branch: None,
            extra: serde_json::Map::new(),
        });
    }
    workflow
}

/// Stands in for the world: does what the scheduler asks, in an order chance decides.
struct World {
    state: RunState,
    log: Vec<Event>,
    /// What may happen next.
    open: Vec<EventKind>,
    fails: HashMap<(usize, u32), bool>,
}

fn reference(text: &str) -> PayloadRef {
    Payload::parse(text).unwrap().reference()
}

impl World {
    fn new(shape: &Shape, fails: &[bool]) -> Self {
        let plan = Arc::new(Plan::new(&workflow(shape)).unwrap());
        let fails = (0..shape.steps)
            .flat_map(|step| (1..4).map(move |attempt| (step, attempt)))
            .zip(fails.iter().copied().cycle())
            .collect();
        let state = RunState::new("exec".into(), plan);
        Self { state, log: Vec::new(), open: Vec::new(), fails }
    }

    fn happen(&mut self, kind: EventKind) {
        let mut kinds = std::collections::VecDeque::from([kind]);
        while let Some(kind) = kinds.pop_front() {
            let event =
                Event { seq: self.log.len() as u64 + 1, at: Timestamp::from_micros(self.log.len() as i64), kind };
            let effects = apply(&mut self.state, &event);
            self.log.push(event);
            for effect in effects {
                match effect {
                    Effect::Record(kind) => kinds.push_back(*kind),
                    Effect::Complete => kinds.push_back(EventKind::ExecutionCompleted { output: reference("null") }),
                    Effect::Start { step, attempt } => {
                        self.check_may_start(step);
                        self.start(step, attempt, &mut kinds);
                    }
                    Effect::Sleep { step, attempt, .. } => {
                        let step = self.state.plan.steps[step].id.clone();
                        self.open.push(EventKind::RetryDue { step, attempt });
                    }
                    Effect::CancelAttempt { step } => {
                        // An agent that does not notice in time answers all the same; both must do.
                        if step % 2 == 0 {
                            let id = self.state.plan.steps[step].id.clone();
                            let attempt = self.state.steps[step].attempt;
                            self.open.retain(|kind| kind.step() != Some(&id));
                            self.open.push(EventKind::AttemptCancelled { step: id, attempt });
                        }
                    }
                    Effect::Deadline { .. } => unreachable!("these workflows have no timeout"),
                }
            }
        }
    }

    fn start(&mut self, step: usize, attempt: u32, kinds: &mut std::collections::VecDeque<EventKind>) {
        let id = self.state.plan.steps[step].id.clone();
        kinds.push_back(EventKind::AttemptStarted { step: id.clone(), attempt, input: reference("{}") });
        self.open.push(if self.fails[&(step, attempt)] {
            let failure = Failure::transient(FailureCode::AgentFailed, "no");
            EventKind::AttemptFailed { step: id, attempt, failure, usage: Usage::default(), log: Vec::new() }
        } else {
            EventKind::AttemptSucceeded {
                step: id,
                attempt,
                output: reference("1"),
                branch: None,
                usage: Usage::default(),
                log: Vec::new(),
                sampled: false,
                source: Default::default(),
                not_taken: Vec::new(),
            }
        });
    }

    fn check_may_start(&self, step: usize) {
        for link in &self.state.plan.steps[step].incoming {
            let before = self.state.steps[link.from].status;
            assert!(before.is_settled(), "step {step} started while {} was {before:?}", link.from);
        }
        let running = self.state.steps.iter().filter(|step| step.slot).count();
        assert!(running <= self.state.plan.settings.max_parallel as usize, "{running} steps hold a slot");
    }

    /// Lets things happen in the order the numbers say, until nothing is open.
    fn play(&mut self, choices: &[usize], cancel_after: Option<usize>) {
        let mut choices = choices.iter().copied().cycle();
        for turn in 0.. {
            if cancel_after == Some(turn) {
                self.happen(EventKind::CancelRequested { by: "test".into(), reason: None });
            }
            if self.open.is_empty() {
                break;
            }
            let next = choices.next().unwrap_or(0) % self.open.len();
            let kind = self.open.swap_remove(next);
            self.happen(kind);
        }
    }

    fn begin(&mut self) {
        self.happen(EventKind::ExecutionStarted { input: reference("{}") });
    }
}

fn fold(shape: &Shape, log: &[Event]) -> RunState {
    let mut state = RunState::new("exec".into(), Arc::new(Plan::new(&workflow(shape)).unwrap()));
    for event in log {
        apply(&mut state, event);
    }
    state
}

fn settlements(log: &[Event], retried: &RunState) -> HashMap<StepId, usize> {
    let mut count = HashMap::new();
    for event in log {
        let step = match &event.kind {
            EventKind::AttemptSucceeded { step, .. }
            | EventKind::StepSkipped { step, .. }
            | EventKind::AttemptCancelled { step, .. } => step,
            EventKind::StepFailed { error } | EventKind::StepDefaulted { error, .. } => &error.step,
            _ => continue,
        };
        assert!(retried.plan.index(step.as_str()).is_some());
        *count.entry(step.clone()).or_default() += 1;
    }
    count
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_execution_ends_and_every_step_settles_exactly_once(
        shape in shape(), fails in proptest::collection::vec(prop::bool::weighted(0.3), 40),
        choices in proptest::collection::vec(0_usize..50, 1..60),
    ) {
        let mut world = World::new(&shape, &fails);
        world.begin();
        world.play(&choices, None);
        prop_assert!(world.state.status.is_settled(), "{:?}", world.state.status);
        for (step, times) in settlements(&world.log, &world.state) {
            prop_assert_eq!(times, 1, "step {} settled more than once: {:#?}", step, world.log);
        }
        for step in &world.state.steps {
            prop_assert!(step.status.is_settled());
        }
        let ends = world.log.iter().filter(|event| event.kind.ends_execution()).count();
        prop_assert_eq!(ends, 1);
    }

    #[test]
    fn the_fold_of_the_log_is_the_live_state(
        shape in shape(), fails in proptest::collection::vec(prop::bool::weighted(0.3), 40),
        choices in proptest::collection::vec(0_usize..50, 1..60), cancel_after in proptest::option::of(0_usize..20),
    ) {
        let mut world = World::new(&shape, &fails);
        world.begin();
        world.play(&choices, cancel_after);
        let folded = fold(&shape, &world.log);
        prop_assert_eq!(&folded.steps, &world.state.steps);
        prop_assert_eq!(folded.status, world.state.status);
    }

    #[test]
    fn cancelling_ends_the_execution_whatever_was_under_way(
        shape in shape(), choices in proptest::collection::vec(0_usize..50, 1..60), cancel_after in 0_usize..6,
    ) {
        let mut world = World::new(&shape, &[false]);
        world.begin();
        world.play(&choices, Some(cancel_after));
        let cancelled_in_time = cancel_after < shape.steps && world.log.iter().any(|event| event.kind == EventKind::ExecutionCancelled);
        let expected = if cancelled_in_time { ExecutionStatus::Cancelled } else { world.state.status };
        prop_assert_eq!(world.state.status, expected);
        prop_assert!(world.state.status.is_settled());
    }

    #[test]
    fn an_execution_resumed_after_any_event_ends_the_same(
        shape in shape(), fails in proptest::collection::vec(prop::bool::weighted(0.2), 40),
        choices in proptest::collection::vec(0_usize..50, 1..60), crash in 1_usize..60,
    ) {
        // Stopping depends on who fails first, which interleaving decides; everything else must not.
        let shape = Shape { on_error: shape.on_error.iter().map(|&way| way.max(1)).collect(), ..shape };
        let mut undisturbed = World::new(&shape, &fails);
        undisturbed.begin();
        undisturbed.play(&choices, None);

        let crash = crash.min(undisturbed.log.len() - 1);
        let mut revived = World::new(&shape, &fails);
        revived.log = undisturbed.log[..crash].to_vec();
        revived.state = fold(&shape, &revived.log);
        let completed_before = completed(&revived.state);
        revived.happen(EventKind::Resumed);
        revived.play(&choices, None);
        let statuses = |world: &World| world.state.steps.iter().map(|step| step.status).collect::<Vec<_>>();
        prop_assert_eq!(statuses(&revived), statuses(&undisturbed));
        let run_again = revived.log[crash..].iter().filter_map(|event| match &event.kind {
            EventKind::AttemptStarted { step, .. } => Some(step.clone()),
            _ => None,
        });
        for step in run_again {
            prop_assert!(!completed_before.contains(&step), "{} had completed and ran again", step);
        }
    }
}

fn completed(state: &RunState) -> Vec<StepId> {
    let done = (0..state.steps.len()).filter(|&step| state.steps[step].status == StepStatus::Completed);
    done.map(|step| state.plan.steps[step].id.clone()).collect()
}

#[test]
fn a_late_answer_changes_nothing() {
    let shape = Shape { steps: 1, edges: vec![], on_error: vec![0], attempts: vec![1], max_parallel: 1 };
    let mut world = World::new(&shape, &[false]);
    world.begin();
    let answer = world.open[0].clone();
    world.play(&[0], None);
    let (before, logged) = (world.state.clone(), world.log.len());
    world.happen(answer);
    assert_eq!(world.state.steps, before.steps);
    assert_eq!(world.log.len(), logged + 1, "a late answer leads to no decision");
}

#[test]
fn the_pause_before_a_retry_grows_is_bounded_and_repeatable() {
    use super::retry::pause_ms;
    let backoff = Backoff { initial_ms: 100, factor: 2.0, max_ms: 1_000, jitter: 0.5 };
    let (execution, step) = ("exec".into(), StepId::new("a"));
    for (attempt, full) in [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1_000), (60, 1_000)] {
        let pause = pause_ms(&backoff, &execution, &step, attempt);
        assert!(
            (full / 2..=full).contains(&pause),
            "attempt {attempt}: {pause} ms is not within {}..={full}",
            full / 2
        );
        assert_eq!(pause, pause_ms(&backoff, &execution, &step, attempt));
    }
}
