//! The pure scheduler: what happens next, as a function of what has happened.
//!
//! No IO, no clock, no randomness: time and results arrive as events. [`apply`] changes the state by one event and
//! says what is to be done because of it. The state of an execution is the fold of `apply` over its log, so crash
//! recovery, time travel and replay need no code of their own.

mod retry;
mod settle;
mod state;

#[cfg(test)]
mod tests;

use heddle_model::{Event, EventKind, ExecutionStatus, StepStatus, Timestamp};

use crate::plan::StepIndex;

use state::Ending;
pub use state::{RunState, StepState};

/// What is to be done because of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Start an attempt of a step: evaluate its condition and its input, then call its agent.
    Start {
        /// The step.
        step: StepIndex,
        /// From 1.
        attempt: u32,
    },
    /// Record [`EventKind::RetryDue`] when the time has come.
    Sleep {
        /// The step.
        step: StepIndex,
        /// The attempt to come.
        attempt: u32,
        /// When.
        until: Timestamp,
    },
    /// Record [`EventKind::DeadlineReached`] when the time has come.
    Deadline {
        /// When.
        until: Timestamp,
        /// The timeout, in milliseconds.
        timeout_ms: u64,
    },
    /// Stop the running attempt of a step; it ends as [`EventKind::AttemptCancelled`] or as it would have.
    CancelAttempt {
        /// The step.
        step: StepIndex,
    },
    /// A decision: record this event, in the same transaction as the one that led to it.
    Record(Box<EventKind>),
    /// Every step has settled: work the output out and record [`EventKind::ExecutionCompleted`].
    Complete,
}

impl Effect {
    fn record(kind: EventKind) -> Self {
        Self::Record(Box::new(kind))
    }
}

/// Changes the state by one event and says what is to be done because of it.
///
/// Events that do not fit the state (a second answer of the same attempt, anything after the end) change nothing, so
/// that a late answer can never undo a decision.
pub fn apply(state: &mut RunState, event: &Event) -> Vec<Effect> {
    let mut effects = Vec::new();
    state.last_seq = event.seq;
    if state.status.is_settled() {
        return effects;
    }
    match &event.kind {
        EventKind::ExecutionStarted { input, .. } => {
            state.status = ExecutionStatus::Running;
            state.started_at = Some(event.at);
            state.input = Some(*input);
            effects.extend(state.deadline());
            for index in 0..state.steps.len() {
                if state.steps[index].waiting_on == 0 {
                    state.make_ready(index, event.at);
                }
            }
        }
        EventKind::AttemptStarted { step, attempt, input, .. } => {
            if let Some(step) = state.step_holding_slot(step, *attempt) {
                step.status = StepStatus::Running;
                step.input = Some(*input);
            }
        }
        EventKind::AttemptSucceeded { step, attempt, output, branch, .. } => {
            if let Some(index) = state.end_attempt(step, *attempt) {
                state.steps[index].output = Some(*output);
                state.steps[index].branch.clone_from(branch);
                settle::settle(state, index, StepStatus::Completed, event.at, &mut effects);
            }
        }
        EventKind::AttemptFailed { step, attempt, failure, .. } => {
            if let Some(index) = state.end_attempt(step, *attempt) {
                state.steps[index].failure = Some(failure.clone());
                if state.ending.is_some() {
                    settle::settle(state, index, StepStatus::Failed, event.at, &mut effects);
                } else {
                    state.steps[index].status = StepStatus::Waiting;
                    effects.push(Effect::record(retry::decide(state, index, event.at)));
                }
            }
        }
        EventKind::AttemptCancelled { step, attempt } => {
            if let Some(index) = state.end_attempt(step, *attempt) {
                settle::settle(state, index, StepStatus::Cancelled, event.at, &mut effects);
            }
        }
        EventKind::RetryScheduled { step, attempt, due } => {
            if let Some(index) = state.unsettled(step) {
                let step = &mut state.steps[index];
                step.status = StepStatus::Waiting;
                step.attempt = *attempt;
                step.due = Some(*due);
                state.total_retries += 1;
                effects.push(Effect::Sleep { step: index, attempt: *attempt, until: *due });
            }
        }
        EventKind::RetryDue { step, attempt } => {
            if let Some(index) = state.unsettled(step)
                && state.steps[index].attempt == *attempt
                && state.steps[index].due.take().is_some()
                && state.ending.is_none()
            {
                state.make_ready(index, event.at);
            }
        }
        EventKind::StepFailed { error } => {
            if let Some(index) = state.unsettled(&error.step) {
                settle::fail(state, index, error.failure.clone(), event.at, &mut effects);
            }
        }
        EventKind::StepDefaulted { error, output } => {
            if let Some(index) = state.unsettled(&error.step) {
                state.steps[index].output = Some(*output);
                settle::settle(state, index, StepStatus::Completed, event.at, &mut effects);
            }
        }
        EventKind::StepSkipped { step, reason } => {
            if let Some(index) = state.unsettled(step) {
                state.release_slot(index);
                state.steps[index].skipped = Some(reason.clone());
                settle::settle(state, index, StepStatus::Skipped, event.at, &mut effects);
            }
        }
        EventKind::CancelRequested { .. } => settle::end(state, Ending::Cancelled, &mut effects),
        EventKind::DeadlineReached { timeout_ms } => {
            settle::end(state, Ending::deadline(*timeout_ms), &mut effects);
        }
        EventKind::Resumed => state.resume(&mut effects, event.at),
        EventKind::ExecutionCompleted { .. } => state.finish(ExecutionStatus::Completed),
        EventKind::ExecutionFailed { .. } => state.finish(ExecutionStatus::Failed),
        EventKind::ExecutionCancelled => state.finish(ExecutionStatus::Cancelled),
        _ => {}
    }
    settle::proceed(state, &mut effects);
    effects
}
