//! What became of a step, an attempt or a question, as events tell it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{EdgeId, StepId};
use crate::payload::PayloadRef;

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
