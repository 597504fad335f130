//! Agents: reusable things that do work.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::ids::AgentId;
use crate::workflow::{Extra, Schema};

/// What an agent does. Kinds differ in the shape of [`Agent::config`]; the crate `agents` documents each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentKind {
    /// JavaScript in a sandbox.
    Script,
    /// One HTTP request.
    Http,
    /// One SQL statement on a SQLite file.
    Sql,
    /// One chat completion of a language model behind an OpenAI-compatible endpoint.
    Llm,
    /// Chooses which outgoing branch is followed.
    Condition,
    /// Lets time pass.
    Wait,
    /// Fails unless its input is as expected.
    Assertion,
    /// Passes its mapped input on.
    Transform,
    /// Runs another workflow.
    Workflow,
    /// Waits for a person to approve or reject.
    Approval,
    /// Chooses one of several agents to do the work.
    Select,
}

impl AgentKind {
    /// Every kind, in the order the library shows them.
    pub const ALL: [Self; 11] = [
        Self::Llm,
        Self::Sql,
        Self::Http,
        Self::Script,
        Self::Transform,
        Self::Condition,
        Self::Assertion,
        Self::Wait,
        Self::Workflow,
        Self::Select,
        Self::Approval,
    ];

    /// Whether an [`Agent`] of this kind is called; the others are opened by the engine itself.
    pub const fn is_called(self) -> bool {
        !matches!(self, Self::Workflow | Self::Approval)
    }

    /// The name used in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Http => "http",
            Self::Sql => "sql",
            Self::Llm => "llm",
            Self::Condition => "condition",
            Self::Wait => "wait",
            Self::Assertion => "assertion",
            Self::Transform => "transform",
            Self::Workflow => "workflow",
            Self::Approval => "approval",
            Self::Select => "select",
        }
    }
}

impl fmt::Display for AgentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A reusable thing that does work, with a contract for what goes in and what comes out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct Agent {
    /// Unique in the library. Empty for an agent written inline in a step.
    #[serde(default = "no_id", skip_serializing_if = "is_no_id")]
    pub id: AgentId,
    /// What people call it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// One line on what it does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What it does.
    pub kind: AgentKind,
    /// Settings of that kind.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, Value>, default = json!({}))]
    pub config: Map<String, Value>,
    /// What it accepts (JSON Schema 2020-12 or draft-07). None: anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub input_schema: Option<Schema>,
    /// What it produces. None: anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub output_schema: Option<Schema>,
    /// An example of its output. Test runs without a provider answer with it, labelled as a sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub sample: Option<Value>,
    /// Fields this version of Heddle does not know; kept as they came.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

fn no_id() -> AgentId {
    AgentId::new("")
}

fn is_no_id(id: &AgentId) -> bool {
    id.as_str().is_empty()
}

/// Where a step's agent comes from: a text names one in the document's own `agents` or the library, an object is
/// the agent itself.
#[derive(Debug, Clone, PartialEq, JsonSchema, ToSchema)]
#[serde(untagged)]
pub enum AgentSource {
    /// By id: first looked up among the document's own agents, then in the library.
    Ref(AgentId),
    /// Written into the step.
    Inline(Box<Agent>),
}

impl AgentSource {
    /// The id, when the agent is referred to.
    pub fn id(&self) -> Option<&AgentId> {
        match self {
            Self::Ref(id) => Some(id),
            Self::Inline(_) => None,
        }
    }
}

impl Serialize for AgentSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Ref(id) => id.serialize(serializer),
            Self::Inline(agent) => agent.serialize(serializer),
        }
    }
}

// By hand: a derived untagged enum says only "did not match any variant"; this keeps the real reason.
impl<'de> Deserialize<'de> for AgentSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(id) => Ok(Self::Ref(id.into())),
            value @ Value::Object(_) => {
                serde_json::from_value(value).map(|agent| Self::Inline(Box::new(agent))).map_err(D::Error::custom)
            }
            _ => Err(D::Error::custom("an agent is the id of one, or an object with at least a `kind`")),
        }
    }
}
