//! What is to be done because of an event, and when.

use heddle_model::{EventKind, Timestamp};

use super::state::{ROOT, RunState, Slot};
use super::step::{Between, Held};

/// What is to be done because of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Start an attempt of a step: evaluate its condition and its input, then call its agent, open it or ask for it.
    Start {
        /// The step.
        step: Slot,
        /// From 1.
        attempt: u32,
    },
    /// Record what the timer stands for when the time has come, if it is still [due](RunState::is_due).
    At {
        /// When.
        until: Timestamp,
        /// For what.
        timer: Timer,
    },
    /// Stop the running attempt of a step; it ends as [`EventKind::AttemptCancelled`] or as it would have.
    CancelAttempt {
        /// The step.
        step: Slot,
    },
    /// A turn of a repeating step is over: look at its condition and record [`EventKind::TurnEnded`].
    Ask {
        /// The repeating step.
        step: Slot,
        /// The turn, from 0.
        turn: u64,
    },
    /// All turns of a loop, or all steps of a sub-workflow, are through: work its output out and end the attempt.
    Conclude {
        /// The loop, or the step that runs the sub-workflow.
        step: Slot,
    },
    /// A decision: record this event, in the same transaction as the one that led to it.
    Record(Box<EventKind>),
    /// Every step has settled: work the output out and record [`EventKind::ExecutionCompleted`].
    Complete,
}

/// What happens when a time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// The pause before an attempt is over: [`EventKind::RetryDue`].
    Retry {
        /// The step.
        step: Slot,
        /// The attempt to come.
        attempt: u32,
    },
    /// The pause before a turn is over: [`EventKind::TurnDue`].
    Turn {
        /// The repeating step.
        step: Slot,
        /// Its attempt.
        attempt: u32,
        /// The turn to come.
        turn: u64,
    },
    /// A step has used up its time: [`EventKind::StepTimedOut`].
    StepTimeout {
        /// The step.
        step: Slot,
        /// The timeout, in milliseconds.
        timeout_ms: u64,
    },
    /// Nobody decided in time: [`EventKind::ApprovalDecided`] with the step's default.
    ApprovalDeadline {
        /// The step.
        step: Slot,
        /// From 1.
        attempt: u32,
    },
    /// The execution has used up its time: [`EventKind::DeadlineReached`].
    Deadline {
        /// The timeout, in milliseconds.
        timeout_ms: u64,
    },
}

impl Effect {
    pub(super) fn record(kind: EventKind) -> Self {
        Self::Record(Box::new(kind))
    }
}

impl RunState {
    /// Whether what a timer stands for is still to happen.
    pub fn is_due(&self, timer: Timer) -> bool {
        if self.status.is_settled() {
            return false;
        }
        match timer {
            Timer::Retry { step, attempt } => {
                let step = &self.steps[step];
                step.due.is_some() && step.attempt == attempt && !step.status.is_settled()
            }
            Timer::Turn { step, attempt, turn } => {
                let between = self.steps[step].container.as_ref().and_then(|open| open.between);
                self.steps[step].attempt == attempt && matches!(between, Some(Between::Pause(next, _)) if next == turn)
            }
            Timer::StepTimeout { step, .. } => {
                let step = &self.steps[step];
                !step.status.is_settled() && step.timed_out.is_none()
            }
            Timer::ApprovalDeadline { step, attempt } => {
                let step = &self.steps[step];
                matches!(step.held, Some(Held::Approval(_))) && step.attempt == attempt && !step.status.is_settled()
            }
            Timer::Deadline { .. } => self.frames[ROOT].ending.is_none(),
        }
    }

    /// The effect that watches over the workflow's own timeout.
    pub(super) fn deadline(&self) -> Option<Effect> {
        let timeout_ms = self.plan.settings.timeout_ms?;
        let until = self.started_at?.plus_millis(timeout_ms);
        Some(Effect::At { until, timer: Timer::Deadline { timeout_ms } })
    }
}
