//! The states of executions, steps and attempts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::{LogLine, Usage};
use crate::failure::Failure;
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

/// One try of a step, as the timeline draws it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AttemptView {
    /// From 1.
    pub attempt: u32,
    /// When its step could have started: all steps before it had settled, or the pause was over.
    pub queued_at: Timestamp,
    /// When the agent was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
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
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What it used.
    pub usage: Usage,
    /// What it said.
    pub log: Vec<LogLine>,
}
