//! The states of executions, steps and attempts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::ids::{ExecutionId, StepId};
use crate::outcome::{AnswerSource, Decision, LogLine, Usage};
use crate::payload::PayloadRef;
use crate::time::Timestamp;

/// Where an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionStatus {
    /// Accepted, not begun.
    Pending,
    /// Steps are running or about to.
    Running,
    /// Waits for a person or a debugger.
    Paused,
    /// Every step settled, none failed unhandled.
    Completed,
    /// A step failed and was not handled, or time ran out.
    Failed,
    /// Stopped on request.
    Cancelled,
}

impl ExecutionStatus {
    /// Whether nothing more will happen.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// The name used on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Where a step of an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Some step before it has not settled.
    Pending,
    /// Could start, but no slot is free.
    Queued,
    /// An attempt is running.
    Running,
    /// Between two attempts, or waiting for a person.
    Waiting,
    /// Has an output.
    Completed,
    /// No attempt is left.
    Failed,
    /// Will not run.
    Skipped,
    /// Was stopped, or never started because the execution ended.
    Cancelled,
}

impl StepStatus {
    /// Whether nothing more will happen to it.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Skipped | Self::Cancelled)
    }

    /// The name used on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Why an execution runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunMode {
    /// For real.
    Live,
    /// To try the workflow out: agents without a provider may answer with their labelled sample.
    Test,
}

impl RunMode {
    /// The name used on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }
}

/// How an execution is to be run, beyond its document and input. The default asks for nothing special.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RunOptions {
    /// Stop at the document's breakpoints.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub debug: bool,
    /// Stop before the first step as well.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub step_over: bool,
    /// Call agents even where an answer is in the cache.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub bypass_cache: bool,
    /// Run only this step and those it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_to: Option<StepId>,
    /// Answer from the record of an earlier execution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay: Option<Replay>,
    /// Go on from an earlier execution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fork: Option<Fork>,
}

impl RunOptions {
    /// Whether nothing special is asked for.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Where answers come from when an execution is replayed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Replay {
    /// The execution whose record is used.
    pub of: ExecutionId,
    /// Steps (by path) that are not answered from the record.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    pub steps: BTreeMap<StepId, ReplayMode>,
}

/// Where one step's answers come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReplayMode {
    /// The agent is called.
    Live,
    /// The record; without one the attempt fails.
    #[default]
    Recorded,
    /// The step's pin.
    Static,
}

/// An earlier execution to go on from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fork {
    /// That execution.
    pub of: ExecutionId,
    /// The step to go on from (by path): it and everything after it runs again. None: whatever had not completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
    /// What that step's agent is given instead of what its mapping says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<PayloadRef>,
}

/// What somebody decided about an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DecidedView {
    /// What was decided.
    pub decision: Decision,
    /// Who: a person's or program's name for itself; `deadline` when nobody did.
    pub by: String,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// One try of a step, as the timeline draws it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AttemptView {
    /// From 1.
    pub attempt: u32,
    /// When its step could have started: all steps before it had settled, or the pause was over.
    pub queued_at: Timestamp,
    /// When the agent was called; after an interruption, when it was called again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// The calls before that one, which Heddle did not live to see the end of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interrupted: Vec<InterruptionView>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// When the next attempt is due, if there is a pause after this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_due: Option<Timestamp>,
    /// Where it stands.
    pub status: StepStatus,
    /// What the agent was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<PayloadRef>,
    /// What it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<PayloadRef>,
    /// The answer is a sample.
    pub sampled: bool,
    /// Where the answer comes from.
    pub source: AnswerSource,
    /// Since when it waited for a place in a pool, and which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolWaitView>,
    /// What it waits for, if it waits for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<WaitingFor>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What it used.
    pub usage: Usage,
    /// What it said.
    pub log: Vec<LogLine>,
    /// The agent that did the work, by the name it had then, if the step's agent chooses one of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
}

/// What an attempt waits for, if it waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", content = "detail", rename_all = "snake_case")]
pub enum WaitingFor {
    /// Somebody must approve or reject.
    Approval {
        /// What is asked.
        message: String,
        /// When the step's default is taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
    },
    /// Somebody must let a debugged execution go on.
    Breakpoint,
}

/// A call of an agent that was under way when Heddle stopped, in a crash for example. Its end is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InterruptionView {
    /// When the agent had been called.
    pub started_at: Timestamp,
    /// When Heddle took the execution up again.
    pub taken_up_at: Timestamp,
}

/// A wait for a place in a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PoolWaitView {
    /// The pool.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
}
