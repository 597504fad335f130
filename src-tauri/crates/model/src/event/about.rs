//! How an event is made where little is to be said, what it is called, which step it is about, and whether it is the last.

use super::EventKind;
use crate::failure::Failure;
use crate::ids::StepId;
use crate::outcome::Usage;

impl EventKind {
    /// An attempt failed that used nothing and said nothing.
    pub fn attempt_failed(step: StepId, attempt: u32, failure: Failure) -> Self {
        Self::AttemptFailed { step, attempt, failure, usage: Usage::default(), log: Vec::new(), chosen: None }
    }

    /// The name used on the wire, e.g. `attempt_started`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ExecutionStarted { .. } => "execution_started",
            Self::StepInherited { .. } => "step_inherited",
            Self::PoolWait { .. } => "pool_wait",
            Self::TurnEnded { .. } => "turn_ended",
            Self::TurnDue { .. } => "turn_due",
            Self::ApprovalRequested { .. } => "approval_requested",
            Self::ApprovalDecided { .. } => "approval_decided",
            Self::BreakpointHit { .. } => "breakpoint_hit",
            Self::BreakpointReleased { .. } => "breakpoint_released",
            Self::ExecutionPaused => "execution_paused",
            Self::ExecutionContinued => "execution_continued",
            Self::StepTimedOut { .. } => "step_timed_out",
            Self::CompensationStarted { .. } => "compensation_started",
            Self::FallbackStarted { .. } => "fallback_started",
            Self::AttemptStarted { .. } => "attempt_started",
            Self::AttemptSucceeded { .. } => "attempt_succeeded",
            Self::AttemptFailed { .. } => "attempt_failed",
            Self::AttemptCancelled { .. } => "attempt_cancelled",
            Self::RetryScheduled { .. } => "retry_scheduled",
            Self::RetryDue { .. } => "retry_due",
            Self::StepFailed { .. } => "step_failed",
            Self::StepDefaulted { .. } => "step_defaulted",
            Self::StepSkipped { .. } => "step_skipped",
            Self::CancelRequested { .. } => "cancel_requested",
            Self::DeadlineReached { .. } => "deadline_reached",
            Self::Resumed => "resumed",
            Self::ClockSetBack { .. } => "clock_set_back",
            Self::ExecutionCompleted { .. } => "execution_completed",
            Self::ExecutionFailed { .. } => "execution_failed",
            Self::ExecutionCancelled => "execution_cancelled",
        }
    }

    /// Whether nothing can come after it.
    pub const fn ends_execution(&self) -> bool {
        matches!(self, Self::ExecutionCompleted { .. } | Self::ExecutionFailed { .. } | Self::ExecutionCancelled)
    }

    /// The step it is about, if it is about one.
    pub const fn step(&self) -> Option<&StepId> {
        match self {
            Self::AttemptStarted { step, .. }
            | Self::StepInherited { step, .. }
            | Self::PoolWait { step, .. }
            | Self::TurnEnded { step, .. }
            | Self::TurnDue { step, .. }
            | Self::ApprovalRequested { step, .. }
            | Self::ApprovalDecided { step, .. }
            | Self::BreakpointHit { step, .. }
            | Self::BreakpointReleased { step, .. }
            | Self::StepTimedOut { step, .. }
            | Self::AttemptSucceeded { step, .. }
            | Self::AttemptFailed { step, .. }
            | Self::AttemptCancelled { step, .. }
            | Self::RetryScheduled { step, .. }
            | Self::RetryDue { step, .. }
            | Self::StepSkipped { step, .. } => Some(step),
            Self::StepFailed { error } | Self::StepDefaulted { error, .. } => Some(&error.step),
            Self::ExecutionFailed { step, .. } | Self::FallbackStarted { step, .. } => step.as_ref(),
            Self::ExecutionStarted { .. }
            | Self::ExecutionPaused
            | Self::ExecutionContinued
            | Self::CompensationStarted { .. }
            | Self::CancelRequested { .. }
            | Self::DeadlineReached { .. }
            | Self::Resumed
            | Self::ClockSetBack { .. }
            | Self::ExecutionCompleted { .. }
            | Self::ExecutionCancelled => None,
        }
    }
}
