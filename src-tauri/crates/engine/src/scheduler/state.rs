//! Where an execution stands.

use std::collections::BTreeSet;
use std::sync::Arc;

use heddle_model::{
    ExecutionId, ExecutionStatus, Failure, FailureCode, PayloadRef, SkipReason, StepId, StepStatus, Timestamp,
};

use super::{Effect, retry, settle};
use crate::plan::{Plan, StepIndex};

/// Where an execution stands: the fold of [`super::apply`] over its log.
#[derive(Debug, Clone)]
pub struct RunState {
    /// The execution.
    pub id: ExecutionId,
    /// What it runs.
    pub plan: Arc<Plan>,
    /// Where the whole stands.
    pub status: ExecutionStatus,
    /// Number of the last event applied; 0 before the first.
    pub last_seq: u64,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// Its input.
    pub input: Option<PayloadRef>,
    /// Where each step stands, by index in the plan.
    pub steps: Vec<StepState>,
    /// Steps that could start but have no slot yet, in topological order.
    pub(super) ready: BTreeSet<StepIndex>,
    /// Steps that hold a slot.
    pub(super) busy: usize,
    /// Steps that have not settled.
    pub(super) open: usize,
    /// Retries so far, all steps together.
    pub(super) total_retries: u32,
    /// Why the execution is coming to an end before every step has settled by itself.
    pub(super) ending: Option<Ending>,
    /// The last decision (complete, fail, cancel) has been handed out.
    pub(super) concluded: bool,
}

/// Where a step stands.
#[derive(Debug, Clone, PartialEq)]
pub struct StepState {
    /// Where it stands.
    pub status: StepStatus,
    /// The current or last attempt, from 1; 0 before the first.
    pub attempt: u32,
    /// What it gave.
    pub output: Option<PayloadRef>,
    /// The branch it chose.
    pub branch: Option<String>,
    /// Why its last attempt failed.
    pub failure: Option<Failure>,
    /// Why it was skipped.
    pub skipped: Option<SkipReason>,
    /// What its last attempt was given.
    pub input: Option<PayloadRef>,
    /// When the next attempt is due.
    pub due: Option<Timestamp>,
    /// Since when it could start.
    pub ready_at: Option<Timestamp>,
    /// Whether it counts against `max_parallel`.
    pub(super) slot: bool,
    /// Edges to it whose source has not settled.
    pub(super) waiting_on: usize,
}

/// Why an execution ends early.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ending {
    Failed { failure: Failure, step: Option<StepIndex> },
    Cancelled,
}

impl Ending {
    pub(super) fn deadline(timeout_ms: u64) -> Self {
        let failure = Failure::new(
            FailureCode::Timeout,
            format!("the execution took longer than its timeout of {timeout_ms} ms; running steps were stopped"),
        );
        Self::Failed { failure, step: None }
    }
}

impl StepState {
    /// Whether the step holds a slot for that attempt, i.e. an [`Effect::Start`] of it still stands.
    pub fn slot_is_for(&self, attempt: u32) -> bool {
        self.slot && self.attempt == attempt
    }
}

impl RunState {
    /// An execution nothing has happened to yet.
    pub fn new(id: ExecutionId, plan: Arc<Plan>) -> Self {
        let steps: Vec<StepState> = plan
            .steps
            .iter()
            .map(|planned| StepState {
                status: StepStatus::Pending,
                attempt: 0,
                output: None,
                branch: None,
                failure: None,
                skipped: None,
                input: None,
                due: None,
                ready_at: None,
                slot: false,
                waiting_on: planned.incoming.len(),
            })
            .collect();
        Self {
            id,
            status: ExecutionStatus::Pending,
            last_seq: 0,
            started_at: None,
            input: None,
            ready: BTreeSet::new(),
            busy: 0,
            open: steps.len(),
            total_retries: 0,
            ending: None,
            concluded: false,
            steps,
            plan,
        }
    }

    /// The step that is still of interest under that id.
    pub(super) fn unsettled(&self, id: &StepId) -> Option<StepIndex> {
        self.plan.index(id.as_str()).filter(|&index| !self.steps[index].status.is_settled())
    }

    /// The step, if that attempt of it holds a slot.
    pub(super) fn step_holding_slot(&mut self, id: &StepId, attempt: u32) -> Option<&mut StepState> {
        let index = self.plan.index(id.as_str())?;
        Some(&mut self.steps[index]).filter(|step| step.slot && step.attempt == attempt)
    }

    /// Frees the slot of that attempt; None when it held none (a late or doubled answer).
    pub(super) fn end_attempt(&mut self, id: &StepId, attempt: u32) -> Option<StepIndex> {
        let index = self.plan.index(id.as_str())?;
        let step = &self.steps[index];
        (step.slot && step.attempt == attempt).then(|| {
            self.release_slot(index);
            index
        })
    }

    pub(super) fn release_slot(&mut self, index: StepIndex) {
        if std::mem::take(&mut self.steps[index].slot) {
            self.busy -= 1;
        }
    }

    pub(super) fn make_ready(&mut self, index: StepIndex, at: Timestamp) {
        let step = &mut self.steps[index];
        step.status = StepStatus::Queued;
        step.ready_at = Some(at);
        step.attempt = step.attempt.max(1);
        self.ready.insert(index);
    }

    /// The effect that watches over the workflow's own timeout.
    pub(super) fn deadline(&self) -> Option<Effect> {
        let timeout_ms = self.plan.settings.timeout_ms?;
        Some(Effect::Deadline { until: self.started_at?.plus_millis(timeout_ms), timeout_ms })
    }

    pub(super) fn finish(&mut self, status: ExecutionStatus) {
        self.status = status;
        self.ready.clear();
        self.concluded = true;
        for step in &mut self.steps {
            if !step.status.is_settled() {
                step.status = StepStatus::Cancelled;
            }
        }
    }

    /// Takes the execution up again where its log ends: whatever was under way when the process died is handed out
    /// once more. An attempt keeps its number, and with it its idempotency key.
    pub(super) fn resume(&mut self, effects: &mut Vec<Effect>, at: Timestamp) {
        self.concluded = false;
        if self.started_at.is_none() {
            return;
        }
        for index in 0..self.steps.len() {
            let interrupted = self.steps[index].slot;
            self.release_slot(index);
            let step = &self.steps[index];
            match (step.status, step.due) {
                _ if self.ending.is_some() && interrupted => {
                    settle::settle(self, index, StepStatus::Cancelled, at, effects);
                }
                _ if self.ending.is_some() => {}
                (StepStatus::Waiting, Some(until)) => {
                    effects.push(Effect::Sleep { step: index, attempt: step.attempt, until });
                }
                (StepStatus::Waiting, None) => effects.push(Effect::record(retry::decide(self, index, at))),
                (StepStatus::Pending, _) if step.waiting_on == 0 => settle::release(self, index, at, effects),
                _ if interrupted => self.make_ready(index, at),
                _ => {}
            }
        }
        effects.extend(self.deadline().filter(|_| self.ending.is_none()));
    }
}
