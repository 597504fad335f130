//! What a step does when an attempt takes too long or fails.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::workflow::Extra;

/// Timeout, retries and the way out of failure of one step. The default asks for nothing special.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(default)]
pub struct Policy {
    /// Longest time one attempt may take, in milliseconds. None: only the workflow's own timeout counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// Longest time the step may take with all its attempts and the pauses between them, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_timeout_ms: Option<u64>,
    /// How failed attempts are tried again. None: 3 attempts, for transient failures only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// What happens once no attempt is left. None: the workflow's `stop_on_error` decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_error: Option<OnError>,
    /// Answers again with what was answered before, when agent and input are the same. None: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<Cache>,
    /// The named pool an attempt needs a place in. None: the agent's own, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// Fields this version of Heddle does not know; kept as they came.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

/// Answers are kept by agent, settings and input, and given again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(default)]
pub struct Cache {
    /// How long an answer is good for, in milliseconds. None: until space is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_ms: Option<u64>,
}

/// How failed attempts are tried again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(default)]
pub struct Retry {
    /// Attempts in all, the first one included; at least 1.
    #[schema(required = true)]
    pub max_attempts: u32,
    /// The growing pause between attempts.
    #[schema(required = true)]
    pub backoff: Backoff,
    /// Also retry failures that are not transient (a script that throws, a refused input).
    #[schema(required = true)]
    pub all_errors: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self { max_attempts: 3, backoff: Backoff::default(), all_errors: false }
    }
}

/// Exponential backoff with jitter: the pause before attempt n+1 is `initial_ms · factorⁿ⁻¹`, at most `max_ms`,
/// of which the share `jitter` is spread ("equal jitter" when 0.5; see M. Brooker, "Exponential Backoff And
/// Jitter", AWS Architecture Blog, 2015).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(default)]
pub struct Backoff {
    /// Pause before the second attempt, in milliseconds.
    #[schema(required = true)]
    pub initial_ms: u64,
    /// What each further pause is multiplied by.
    #[schema(required = true)]
    pub factor: f64,
    /// Longest pause, in milliseconds.
    #[schema(required = true)]
    pub max_ms: u64,
    /// Share of the pause that is spread, 0 (none) to 1 (all of it).
    #[schema(required = true)]
    pub jitter: f64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { initial_ms: 1_000, factor: 2.0, max_ms: 60_000, jitter: 0.5 }
    }
}

/// What happens to the execution once a step has failed for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(tag = "action", content = "value", rename_all = "snake_case")]
pub enum OnError {
    /// The execution stops: running steps are cancelled, waiting ones never start.
    Stop,
    /// The error is recorded, steps that need this one are skipped, everything else goes on.
    Continue,
    /// Edges that leave by the `error` port are followed, with the error as data; all others are skipped.
    ErrorBranch,
    /// The step counts as completed, with this value as its output.
    Default(Value),
}
