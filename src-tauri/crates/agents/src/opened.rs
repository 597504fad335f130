//! Kinds the engine opens itself instead of calling them: their settings, for the editor's forms.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Settings of an agent that runs another workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkflowConfig {
    /// The workflow's id.
    #[schemars(title = "Workflow", extend("x-editor" = "workflow"))]
    pub workflow: String,
    /// The saved version. None: the latest when the execution starts, or the draft while there is none.
    #[serde(default)]
    #[schemars(title = "Version", with = "u32", range(min = 1))]
    pub version: Option<u32>,
}

/// Settings of an agent that asks a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalConfig {
    /// What is asked; `{{ input.field }}` is filled in.
    #[schemars(title = "Question", length(min = 1), extend("x-editor" = "template"))]
    pub message: String,
    /// JSON Schema of the form in which the person may change the data. None: the data is only shown.
    #[serde(default)]
    #[schemars(title = "Form", extend("x-editor" = "json"))]
    pub form: Option<Value>,
    /// How long to wait, in milliseconds. None: for as long as it takes.
    #[serde(default)]
    #[schemars(title = "Deadline (ms)", with = "u64", range(min = 1))]
    pub deadline_ms: Option<u64>,
    /// What counts as decided when the deadline passes.
    #[serde(default)]
    #[schemars(title = "After the deadline")]
    pub on_deadline: OnDeadline,
}

/// What counts as decided when an approval's deadline passes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum OnDeadline {
    /// It was not approved.
    #[default]
    Reject,
    /// It was approved, with the data as it is.
    Approve,
}
