//! How far an execution has got: the fold of its log that lists show.

use std::collections::HashMap;

use heddle_model::{Event, EventKind, ExecutionStatus, Failure, PayloadRef, StepId, StepStatus, Timestamp, Usage};

use crate::folds::Fold;
use crate::project::{Turn, is_nested, said};

/// Status, counts and sums of an execution.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    pub(crate) status: ExecutionStatus,
    pub(crate) current_step: Option<StepId>,
    pub(crate) completed_steps: u32,
    pub(crate) settled_steps: u32,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) completed_at: Option<Timestamp>,
    pub(crate) output: Option<PayloadRef>,
    pub(crate) failure: Option<Failure>,
    pub(crate) failed_step: Option<StepId>,
    pub(crate) usage: Usage,
    pub(crate) last_seq: u64,
    /// Where every step of the execution's own workflow stands that something has happened to.
    steps: HashMap<StepId, StepStatus>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            status: ExecutionStatus::Pending,
            current_step: None,
            completed_steps: 0,
            settled_steps: 0,
            started_at: None,
            completed_at: None,
            output: None,
            failure: None,
            failed_step: None,
            usage: Usage::default(),
            last_seq: 0,
            steps: HashMap::new(),
        }
    }
}

impl Fold for Tally {
    fn last_seq(&self) -> u64 {
        self.last_seq
    }

    fn weight(&self) -> usize {
        self.steps.len()
    }

    fn apply(&mut self, event: &Event) {
        self.take(event, said(&event.kind).as_ref().map(|said| &said.turn));
    }
}

impl Tally {
    /// Takes in the next event, which makes that of a step.
    pub(crate) fn take(&mut self, event: &Event, turn: Option<&Turn<'_>>) {
        self.last_seq = event.seq;
        if let Some(turn) = turn.filter(|turn| !is_nested(turn.step)) {
            let before = match self.steps.get_mut(turn.step) {
                Some(status) => Some(std::mem::replace(status, turn.status)),
                None => {
                    self.steps.insert(turn.step.clone(), turn.status);
                    None
                }
            };
            self.count(before, turn.status);
        }
        match &event.kind {
            EventKind::ExecutionStarted { .. } => {
                self.status = ExecutionStatus::Running;
                self.started_at.get_or_insert(event.at);
            }
            EventKind::ExecutionContinued => self.status = ExecutionStatus::Running,
            EventKind::ExecutionPaused => self.status = ExecutionStatus::Paused,
            EventKind::AttemptStarted { step, .. } => self.current_step = Some(step.clone()),
            EventKind::AttemptSucceeded { usage, .. } | EventKind::AttemptFailed { usage, .. } => {
                self.usage = self.usage.plus(*usage);
            }
            EventKind::ExecutionCompleted { output } => {
                self.output = Some(*output);
                self.settle(ExecutionStatus::Completed, event.at);
            }
            EventKind::ExecutionFailed { failure, step } => {
                self.failure = Some(failure.clone());
                self.failed_step.clone_from(step);
                self.settle(ExecutionStatus::Failed, event.at);
            }
            EventKind::ExecutionCancelled => self.settle(ExecutionStatus::Cancelled, event.at),
            // What waited for a person when Heddle stopped waits on.
            EventKind::Resumed
            | EventKind::ClockSetBack { .. }
            | EventKind::AttemptCancelled { .. }
            | EventKind::RetryScheduled { .. }
            | EventKind::RetryDue { .. }
            | EventKind::StepFailed { .. }
            | EventKind::StepDefaulted { .. }
            | EventKind::StepSkipped { .. }
            | EventKind::StepInherited { .. }
            | EventKind::PoolWait { .. }
            | EventKind::TurnEnded { .. }
            | EventKind::TurnDue { .. }
            | EventKind::ApprovalRequested { .. }
            | EventKind::ApprovalDecided { .. }
            | EventKind::BreakpointHit { .. }
            | EventKind::BreakpointReleased { .. }
            | EventKind::StepTimedOut { .. }
            | EventKind::CompensationStarted { .. }
            | EventKind::FallbackStarted { .. }
            | EventKind::CancelRequested { .. }
            | EventKind::DeadlineReached { .. } => {}
        }
    }

    fn count(&mut self, before: Option<StepStatus>, after: StepStatus) {
        let moved = |count: u32, holds: fn(StepStatus) -> bool| match (before.is_some_and(holds), holds(after)) {
            (false, true) => count + 1,
            (true, false) => count.saturating_sub(1),
            _ => count,
        };
        self.settled_steps = moved(self.settled_steps, StepStatus::is_settled);
        self.completed_steps = moved(self.completed_steps, |status| status == StepStatus::Completed);
    }

    /// The execution has ended: what had not settled never will.
    fn settle(&mut self, status: ExecutionStatus, at: Timestamp) {
        self.status = status;
        self.completed_at = Some(at);
        self.current_step = None;
        for step in self.steps.values_mut().filter(|step| !step.is_settled()) {
            *step = StepStatus::Cancelled;
            self.settled_steps += 1;
        }
    }
}
