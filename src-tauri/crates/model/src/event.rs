//! What happened in an execution. The events of an execution *are* the execution: its state is a fold over them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::{ErrorRecord, Failure};
use crate::ids::{EdgeId, ExecutionId, StepId, WorkflowId};
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
///
/// A step is named by its id; inside loops and sub-workflows by its path: `each[3]` is turn 3 of the loop step `each`,
/// `sub/analyze` the step `analyze` of the workflow that `sub` runs, `sub~2/analyze` the same in the second attempt of
/// `sub`, `each[3]/analyze` a step of the workflow that turn runs, `~fallback/notify` a step of the fallback workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum EventKind {
    /// The execution began, with this input.
    ExecutionStarted {
        /// The execution's input.
        input: PayloadRef,
        /// The execution it goes on from, when it was resumed or forked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<ExecutionId>,
        /// What it takes over from there instead of running it again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        inherited: Vec<Inherited>,
    },
    /// Decision: the step need not run, its output is taken over from the execution this one goes on from.
    StepInherited {
        /// The step.
        step: StepId,
        /// What it gave there.
        output: PayloadRef,
        /// The branch it chose there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        branch: Option<String>,
        /// Edges from it whose condition was false there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        not_taken: Vec<EdgeId>,
    },
    /// An attempt waits for a place in a pool.
    PoolWait {
        /// The step.
        step: StepId,
        /// From 1.
        attempt: u32,
        /// The pool.
        pool: String,
    },
    /// An attempt of a step began. For a loop or a sub-workflow: it opened.
    AttemptStarted {
        /// The step.
        step: StepId,
        /// From 1.
        attempt: u32,
        /// What the agent was given. For a for-each loop: the array.
        input: PayloadRef,
        /// For a for-each loop: how many turns it will have.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turns: Option<u64>,
    },
    /// A turn of a repeating step is over, and its condition was looked at.
    TurnEnded {
        /// The repeating step.
        step: StepId,
        /// Its attempt, from 1.
        attempt: u32,
        /// The turn, from 0.
        turn: u64,
        /// Whether the condition asks for another turn.
        again: bool,
    },
    /// The pause before the next turn of a repeating step is over.
    TurnDue {
        /// The repeating step.
        step: StepId,
        /// Its attempt, from 1.
        attempt: u32,
        /// The turn to come, from 0.
        turn: u64,
    },
    /// The execution needs a person: the step waits until somebody decides or the deadline passes.
    ApprovalRequested {
        /// The step.
        step: StepId,
        /// From 1.
        attempt: u32,
        /// What is asked.
        message: String,
        /// When the step's default is taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
    },
    /// Somebody decided, or the deadline passed.
    ApprovalDecided {
        /// The step.
        step: StepId,
        /// From 1.
        attempt: u32,
        /// What was decided.
        decision: Decision,
        /// What goes on: the data as it was asked about, or as the person changed it.
        output: PayloadRef,
        /// Who: a person's or program's name for itself; `deadline` when nobody did.
        by: String,
        /// Why, in their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
        /// Edges from the step whose condition is false.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        not_taken: Vec<EdgeId>,
    },
    /// A debugged execution stopped before calling the step's agent.
    BreakpointHit {
        /// The step.
        step: StepId,
        /// From 1.
        attempt: u32,
        /// What the agent would be given.
        input: PayloadRef,
    },
    /// Somebody let a stopped step go on.
    BreakpointReleased {
        /// The step.
        step: StepId,
        /// From 1.
        attempt: u32,
        /// What the agent is given instead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        input: Option<PayloadRef>,
        /// Whether to stop again before the next step, whichever it is.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        step_over: bool,
    },
    /// Decision: nothing runs and nothing will until a person does something.
    ExecutionPaused,
    /// Decision: it goes on.
    ExecutionContinued,
    /// A step took longer than its policy allows, all attempts together.
    StepTimedOut {
        /// The step.
        step: StepId,
        /// The timeout, in milliseconds.
        timeout_ms: u64,
    },
    /// Decision: before the execution ends, these steps undo what had been done, one after the other.
    CompensationStarted {
        /// In the order they will run.
        steps: Vec<StepId>,
    },
    /// Decision: before the execution fails, its fallback workflow is run.
    FallbackStarted {
        /// That workflow.
        workflow: WorkflowId,
        /// Why the execution failed.
        failure: Failure,
        /// The step that caused it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<StepId>,
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
        /// Where the answer comes from, if not from the agent.
        #[serde(default, skip_serializing_if = "AnswerSource::is_agent")]
        source: AnswerSource,
        /// Edges from the step whose condition is false.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        not_taken: Vec<EdgeId>,
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
    /// Fewer edges to it are live than its join asks for.
    JoinOutOfReach {
        /// How many there are.
        live: u32,
        /// How many it asks for.
        needed: u32,
    },
    /// It undoes another step, and nothing had to be undone.
    NothingToUndo,
}

/// What an execution takes over from the one it goes on from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Inherited {
    /// The step.
    pub step: StepId,
    /// What it gave.
    pub output: PayloadRef,
    /// The branch it chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Edges from it whose condition was false.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_taken: Vec<EdgeId>,
}

/// What a person decided about an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Go on.
    Approved,
    /// Do not.
    Rejected,
}

/// Where an attempt's answer comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerSource {
    /// The agent did its work.
    #[default]
    Agent,
    /// An earlier answer to the same input was kept.
    Cache,
    /// The record of an earlier execution.
    Record,
    /// The output a person pinned to the step.
    Pin,
}

impl AnswerSource {
    /// Whether the agent did its work.
    pub fn is_agent(&self) -> bool {
        *self == Self::Agent
    }

    /// The name used on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Cache => "cache",
            Self::Record => "record",
            Self::Pin => "pin",
        }
    }
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
