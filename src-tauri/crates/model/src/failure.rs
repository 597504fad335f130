//! Why something did not work, for programs and for a person at 3 a.m.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{AgentId, StepId};
use crate::payload::PayloadRef;
use crate::time::Timestamp;

/// The reason an attempt failed, from a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The agent itself reported a failure: a script threw, an assertion did not hold.
    AgentFailed,
    /// The attempt took longer than the step's policy allows.
    Timeout,
    /// An expression in the step's mapping, condition or templates could not be evaluated.
    Expression,
    /// The input breaks the agent's input schema.
    InputSchema,
    /// The output breaks the agent's output schema.
    OutputSchema,
    /// The output is not JSON.
    OutputFormat,
    /// The output is larger than allowed.
    OutputTooLarge,
    /// The agent's settings are incomplete or wrong.
    Config,
    /// A file, database, key or server the agent needs is not there.
    Unavailable,
    /// The other side answered with an error.
    Remote,
    /// The other side asks to slow down.
    RateLimited,
    /// The agent used more memory or processor time than it may.
    ResourceLimit,
    /// A person refused it, or let the deadline pass.
    Rejected,
    /// A loop, a recursion or a budget went over its limit.
    LimitReached,
    /// A recorded answer was asked for and there is none.
    NotRecorded,
    /// Heddle stopped while the attempt was running.
    Interrupted,
    /// What happened could not be written to disk.
    Storage,
    /// A mistake in Heddle itself.
    Internal,
}

/// Why one attempt failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// The reason.
    pub code: FailureCode,
    /// What was expected, what was found, where, and what to do.
    pub message: String,
    /// The chain of causes, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// Whether trying again may help.
    #[serde(default)]
    #[schema(required = true)]
    pub transient: bool,
    /// How long the other side asks to wait, in milliseconds (`Retry-After`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl Failure {
    /// A failure that trying again will not mend.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), causes: Vec::new(), transient: false, retry_after_ms: None }
    }

    /// A failure that may go away by itself.
    pub fn transient(code: FailureCode, message: impl Into<String>) -> Self {
        Self { transient: true, ..Self::new(code, message) }
    }

    /// Adds the chain of an error's sources.
    #[must_use]
    pub fn caused_by(mut self, error: &(dyn std::error::Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(cause) = next {
            self.causes.push(cause.to_string());
            next = cause.source();
        }
        self
    }
}

/// What is known about a step that failed for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorRecord {
    /// The step.
    pub step: StepId,
    /// What people call the step.
    pub step_name: String,
    /// The agent, unless it is written inline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// Its place in topological order, from 1.
    pub position: u32,
    /// How many steps the workflow has.
    pub total: u32,
    /// The attempt that failed last, from 1.
    pub attempt: u32,
    /// Why it failed.
    pub failure: Failure,
    /// The input that caused it, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<PayloadRef>,
    /// When it failed.
    pub at: Timestamp,
    /// The steps that had completed by then; their outputs are kept.
    pub completed: Vec<StepId>,
}
