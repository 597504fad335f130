//! What happened in an execution. The events of an execution *are* the execution: its state is a fold over them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::{ErrorRecord, Failure};
use crate::ids::StepId;
use crate::payload::PayloadRef;
use crate::time::Timestamp;

/// One thing that happened, numbered per execution and never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// 1, 2, 3, … without gaps within an execution.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
///
/// Some events come from outside (an agent answered, a timer rang, a person cancelled), others are decisions of the
/// scheduler that follow from them; both are recorded, so that the log explains itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum EventKind {
    /// The execution began, with this input.
    ExecutionStarted {
        /// The execution's input.
        input: PayloadRef,
    },
    /// An attempt of a step began.
    AttemptStarted {
        /// The step.
        step: StepId,
        /// From 1.
        attempt: u32,
        /// What the agent was given.
        input: PayloadRef,
    },
    /// An attempt succeeded, and with it the step.
    AttemptSucceeded {
        /// The step.
        step: StepId,
        /// From 1.
        attempt: u32,
        /// What the agent answered.
        output: PayloadRef,
        /// The branch a condition chose.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        branch: Option<String>,
        /// What it used.
        #[serde(default, skip_serializing_if = "Usage::is_none")]
        usage: Usage,
        /// What it said meanwhile.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        log: Vec<LogLine>,
        /// The answer is a sample, not the work of the agent (test runs without a provider).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        sampled: bool,
    },
    /// An attempt failed.
    AttemptFailed {
        /// The step.
        step: StepId,
        /// From 1.
        attempt: u32,
        /// Why.
        failure: Failure,
        /// What it used.
        #[serde(default, skip_serializing_if = "Usage::is_none")]
        usage: Usage,
        /// What it said meanwhile.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        log: Vec<LogLine>,
    },
    /// A running attempt was stopped because the execution is ending.
    AttemptCancelled {
        /// The step.
        step: StepId,
        /// From 1.
        attempt: u32,
    },
    /// Decision: the step will be tried again.
    RetryScheduled {
        /// The step.
        step: StepId,
        /// The attempt to come.
        attempt: u32,
        /// When it is due.
        due: Timestamp,
    },
    /// The pause before a further attempt is over.
    RetryDue {
        /// The step.
        step: StepId,
        /// The attempt to come.
        attempt: u32,
    },
    /// Decision: the step has failed for good, and the execution goes on without it or stops.
    StepFailed {
        /// All that is known about it.
        error: ErrorRecord,
    },
    /// Decision: the step failed, and its policy gives this output in place of its own.
    StepDefaulted {
        /// All that is known about the failure.
        error: ErrorRecord,
        /// The policy's default value.
        output: PayloadRef,
    },
    /// The step will not run.
    StepSkipped {
        /// The step.
        step: StepId,
        /// Why not.
        reason: SkipReason,
    },
    /// Somebody asked for the execution to stop.
    CancelRequested {
        /// Who asked: a person's or program's name for itself.
        by: String,
        /// Why, in their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The execution's own timeout ran out.
    DeadlineReached {
        /// The timeout, in milliseconds.
        timeout_ms: u64,
    },
    /// Heddle started again and took the execution up where the log ends; running attempts are tried again.
    Resumed,
    /// Every step settled and none failed unhandled.
    ExecutionCompleted {
        /// The execution's output.
        output: PayloadRef,
    },
    /// The execution ended with a failure.
    ExecutionFailed {
        /// Why: the failed step's own failure, or the timeout's.
        failure: Failure,
        /// The step that caused it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<StepId>,
    },
    /// The execution was cancelled and nothing of it runs any more.
    ExecutionCancelled,
}

impl EventKind {
    /// The name used on the wire, e.g. `attempt_started`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ExecutionStarted { .. } => "execution_started",
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
            | Self::AttemptSucceeded { step, .. }
            | Self::AttemptFailed { step, .. }
            | Self::AttemptCancelled { step, .. }
            | Self::RetryScheduled { step, .. }
            | Self::RetryDue { step, .. }
            | Self::StepSkipped { step, .. } => Some(step),
            Self::StepFailed { error } | Self::StepDefaulted { error, .. } => Some(&error.step),
            Self::ExecutionFailed { step, .. } => step.as_ref(),
            Self::ExecutionStarted { .. }
            | Self::CancelRequested { .. }
            | Self::DeadlineReached { .. }
            | Self::Resumed
            | Self::ExecutionCompleted { .. }
            | Self::ExecutionCancelled => None,
        }
    }
}

/// Why a step did not run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "why", content = "detail", rename_all = "snake_case")]
pub enum SkipReason {
    /// Its condition was false.
    ConditionFalse {
        /// The condition.
        expression: String,
    },
    /// No branch leads to it: every step before it was skipped or chose another branch.
    BranchNotTaken,
    /// A step it needs failed.
    UpstreamFailed {
        /// That step.
        step: StepId,
    },
}

/// What an attempt used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Usage {
    /// Calls to language models.
    #[schema(required = true)]
    pub llm_calls: u32,
    /// Tokens read by models.
    #[schema(required = true)]
    pub input_tokens: u64,
    /// Tokens written by models.
    #[schema(required = true)]
    pub output_tokens: u64,
    /// Price in US dollars, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
}

impl Usage {
    /// Whether nothing was used.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            llm_calls: self.llm_calls + other.llm_calls,
            input_tokens: self.input_tokens + other.input_tokens,
            output_tokens: self.output_tokens + other.output_tokens,
            cost_usd: match (self.cost_usd, other.cost_usd) {
                (None, None) => None,
                (a, b) => Some(a.unwrap_or(0.0) + b.unwrap_or(0.0)),
            },
        }
    }
}

/// One line an agent said while it worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogLine {
    /// How loud.
    pub level: LogLevel,
    /// What it said.
    pub text: String,
}

/// How loud a [`LogLine`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Worth knowing.
    Info,
    /// Worth a look.
    Warn,
    /// Wrong.
    Error,
}
