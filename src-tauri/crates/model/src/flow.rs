//! How a step is run more than once, and when it may start at all.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Runs a step's agent several times. Each time is a *turn*; turns are numbered from 0, and expressions in the step's
/// mapping see the number as `index`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Loop {
    /// Once for each element of an array; the output is the array of the turns' outputs, in the same order.
    ForEach(ForEach),
    /// Again and again until a condition holds; the output is that of the last turn.
    Repeat(Repeat),
}

/// Once for each element of an array. Expressions see the element as `item`; without a mapping it is the agent's input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct ForEach {
    /// CEL expression that gives the array.
    pub items: String,
    /// Most turns under way at the same time; at least 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schema(required = false)]
    pub concurrency: u32,
    /// What becomes of the loop when the agent fails on an element for good.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub on_item_error: OnItemError,
}

/// What becomes of a for-each loop when its agent fails on an element for good.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnItemError {
    /// The other turns are stopped and the step fails.
    #[default]
    Stop,
    /// The element's place in the output is `null`.
    Null,
    /// The element has no place in the output.
    Omit,
}

/// Again and again until a condition holds. Expressions see the output of the turn before as `item` (`null` in the
/// first turn); without a mapping it is the agent's input from the second turn on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct Repeat {
    /// CEL expression looked at after each turn, with that turn's output as `item`; true ends the loop.
    pub until: String,
    /// Most turns; when they are used up and the condition still does not hold, the step fails. At least 1.
    pub max_turns: u32,
    /// Pause between two turns, in milliseconds.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub pause_ms: u64,
}

/// When a step with several incoming edges may start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// Once every step before it has settled, if at least one edge is live and none is dead because of a failure.
    #[default]
    All,
    /// As soon as one edge is live.
    Any,
    /// As soon as that many edges are live; at least 1.
    AtLeast(u32),
}

impl Join {
    /// How many edges have to be live before the step may start; at least 1.
    pub fn needed(self) -> usize {
        match self {
            Self::All | Self::Any => 1,
            Self::AtLeast(needed) => needed.max(1) as usize,
        }
    }
}

/// Whether an edge is followed from a step that has completed, its own condition aside. `branch` is the edge's, `chosen`
/// what the step chose; `refused`: the step asked a person, who rejected it.
///
/// An edge with a branch is followed when that branch was chosen, one without always, except after a refusal.
pub fn is_followed(branch: Option<&str>, chosen: Option<&str>, refused: bool) -> bool {
    match branch {
        None => !refused,
        Some(_) => branch == chosen,
    }
}

/// Where a debugged execution stops: before the step's agent is called.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(default)]
pub struct Breakpoint {
    /// CEL expression over what the step sees; it stops only when true. None: always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// In a loop: only at that turn, from 0. None: at every turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<u64>,
    /// Kept, but not stopped at.
    #[serde(skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub disabled: bool,
}

const fn one() -> u32 {
    1
}

const fn is_one(number: &u32) -> bool {
    *number == 1
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
