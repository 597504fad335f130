//! The workflow document, as people write it.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::agent::{Agent, AgentSource};
use crate::flow::{Breakpoint, Join, Loop};
use crate::ids::{EdgeId, StepId, VersionNumber, WorkflowId};
use crate::policy::Policy;

/// A JSON Schema: an object or a boolean.
pub type Schema = Value;

/// Fields a document has that this version of Heddle does not know. They are kept, never dropped.
pub type Extra = Map<String, Value>;

// Read it with `parse_workflow`, which also refuses newer formats; serialise it with serde.
/// A workflow: steps, the edges between them, and how the whole runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct Workflow {
    /// Always `heddle/v1`.
    pub format: String,
    /// Stays the same through renames and versions.
    pub id: WorkflowId,
    /// What people call it.
    pub name: String,
    /// What it is for, in Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// A semver label people give a state, e.g. `1.4.0`. The version counter is the store's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What an execution's input must look like. None: anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub input_schema: Option<Schema>,
    /// Constants that expressions see as `vars.<name>`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    pub variables: Map<String, Value>,
    /// The steps, in the order they were added.
    #[serde(default)]
    #[schema(required = true)]
    pub steps: Vec<Step>,
    /// The edges, in the order they were drawn.
    #[serde(default)]
    #[schema(required = true)]
    pub edges: Vec<Edge>,
    /// Agents the document carries along, so that it runs on a machine whose library lacks them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<Agent>,
    /// Workflows that steps or settings of this one run, carried along like `agents`; those they run in turn as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub workflows: Vec<CarriedWorkflow>,
    /// How the whole runs.
    #[serde(default)]
    #[schema(required = true)]
    pub settings: Settings,
    /// Sticky notes on the canvas.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Inputs with what is expected of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<TestCase>,
    /// Fields this version of Heddle does not know; kept as they came.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

impl Workflow {
    /// A workflow with nothing in it.
    pub fn empty(id: WorkflowId, name: impl Into<String>) -> Self {
        Self {
            format: crate::FORMAT.to_owned(),
            id,
            name: name.into(),
            description: String::new(),
            label: None,
            input_schema: None,
            variables: Map::new(),
            steps: Vec::new(),
            edges: Vec::new(),
            agents: Vec::new(),
            workflows: Vec::new(),
            settings: Settings::default(),
            notes: Vec::new(),
            tests: Vec::new(),
            extra: Extra::new(),
        }
    }

    /// The step of that id.
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == *id)
    }
}

/// An agent placed in a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct Step {
    /// Unique in the workflow; what expressions call it.
    pub id: StepId,
    /// What people call it. Empty: the agent's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What does the work: the id of an agent, or an agent written right here.
    #[schema(value_type = AgentSource)]
    pub agent: AgentSource,
    /// Target field → CEL expression. None: the step sees the merged context (input and ancestors' outputs).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub mapping: Option<IndexMap<String, String>>,
    /// CEL expression; the step is skipped when it is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// When it may start, if several edges lead to it.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub join: Join,
    /// Runs the agent several times. None: once.
    #[serde(default, rename = "loop", skip_serializing_if = "Option::is_none")]
    pub repetition: Option<Loop>,
    /// Timeout, retries, way out of failure.
    #[serde(default, skip_serializing_if = "is_default")]
    pub policy: Policy,
    /// An output to answer with instead of calling the agent, in test mode only.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<Value>)]
    pub pin: Option<Value>,
    /// Where a debugged execution stops.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breakpoint: Option<Breakpoint>,
    /// Where it sits on the canvas, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Fields this version of Heddle does not know; kept as they came.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

/// The branch of a failed step whose policy says so.
pub const ERROR: &str = "error";

/// The branch of steps that undo another: they run only when the execution fails or is cancelled after that step had
/// completed, the latest completed first (the saga pattern; H. Garcia-Molina, K. Salem, "Sagas", SIGMOD 1987).
pub const COMPENSATE: &str = "compensate";

/// The branch of an approval that was granted.
pub const APPROVED: &str = "approved";

/// The branch of an approval that was refused.
pub const REJECTED: &str = "rejected";

/// A workflow another one runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct CarriedWorkflow {
    /// Its id.
    pub id: WorkflowId,
    /// The version asked for. None: whatever was latest when it was put here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<VersionNumber>,
    /// The document.
    pub document: Workflow,
}

/// An order and data dependency between two steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct Edge {
    /// Unique in the workflow.
    pub id: EdgeId,
    /// The step that comes first.
    pub from: StepId,
    /// The step that comes after.
    pub to: StepId,
    /// The branch of `from` this edge belongs to: a condition's branch name, `approved` or `rejected`, `error`, or
    /// `compensate` (see [`COMPENSATE`]). None: always followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// CEL expression over what `from` saw and its output, which is also `item`; the edge is followed only when it is
    /// true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Fields this version of Heddle does not know; kept as they came.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

/// How a workflow runs as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(default)]
pub struct Settings {
    /// Longest time an execution may take, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// Whether a failed step without an `on_error` of its own stops the execution.
    #[schema(required = true)]
    pub stop_on_error: bool,
    /// Most steps running at the same time; at least 1.
    #[schema(required = true)]
    pub max_parallel: u32,
    /// Most retries in one execution, all steps together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_total_retries: Option<u32>,
    /// CEL expression over `input`: the requests this workflow is for, when one is to be chosen by what is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// The workflow to run with the failed context when this one fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback_workflow: Option<WorkflowId>,
    /// Kept as it was written, without effect: every completed step is a checkpoint, from which an execution can be resumed.
    #[schema(required = true)]
    pub checkpoints: bool,
    /// What the execution's output is.
    #[serde(skip_serializing_if = "is_default")]
    pub output: OutputOptions,
    /// Fields this version of Heddle does not know; kept as they came.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout_ms: None,
            stop_on_error: true,
            max_parallel: 8,
            max_total_retries: None,
            route: None,
            fallback_workflow: None,
            checkpoints: true,
            output: OutputOptions::default(),
            extra: Extra::new(),
        }
    }
}

/// What an execution's output is: without a mapping the output of the last step, or, with several last steps, an
/// object of their outputs by step id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(default)]
pub struct OutputOptions {
    /// Output field → CEL expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub mapping: Option<IndexMap<String, String>>,
    /// Largest output of one step, in bytes. None: 10 MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
}

/// A place on the canvas, in pixels at 100 % zoom; y grows downwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct Position {
    /// Pixels to the right.
    pub x: f64,
    /// Pixels down.
    pub y: f64,
}

/// A sticky note on the canvas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct Note {
    /// Unique in the workflow.
    pub id: String,
    /// Markdown.
    pub text: String,
    /// Upper left corner.
    pub position: Position,
    /// Fields this version of Heddle does not know; kept as they came.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

/// An input with what is expected of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct TestCase {
    /// What people call it.
    pub name: String,
    /// The execution's input.
    #[schema(value_type = Value)]
    pub input: Value,
    /// What the execution's output must be equal to. None: it must only complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub expect: Option<Value>,
    /// Fields this version of Heddle does not know; kept as they came.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Keeps `null` apart from nothing at all.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
