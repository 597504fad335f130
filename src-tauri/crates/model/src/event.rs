//! What happened in an execution. The events of an execution *are* the execution: its state is a fold over them.

mod about;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::{ErrorRecord, Failure};
use crate::ids::{EdgeId, ExecutionId, StepId, WorkflowId};
use crate::outcome::{AnswerSource, Decision, Inherited, LogLine, SkipReason, Usage};
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
        /// The agent that did the work, by the name it had then, if the step's agent chooses one of several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chosen: Option<String>,
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
        /// The agent that did the work, by the name it had then, if the step's agent chooses one of several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chosen: Option<String>,
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
    /// The machine's clock says less than the log. From here on the execution's time is ahead of it, so that it never
    /// runs back and no pause grows.
    ClockSetBack {
        /// By how much, in milliseconds.
        by_ms: u64,
    },
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
