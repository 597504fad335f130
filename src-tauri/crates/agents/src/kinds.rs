//! What the editor needs to know about each kind: words, a form, and a first agent to start from.

use heddle_model::{AgentKind, Schema};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::assertion::AssertionConfig;
use crate::condition::ConditionConfig;
use crate::http::HttpConfig;
use crate::llm::LlmConfig;
use crate::opened::{ApprovalConfig, WorkflowConfig};
use crate::script::ScriptConfig;
use crate::select::{self, SelectConfig};
use crate::sql::SqlConfig;
use crate::transform::TransformConfig;
use crate::wait::WaitConfig;

/// A kind of agent, as the editor shows it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct KindInfo {
    /// The kind.
    pub kind: AgentKind,
    /// What people call it.
    pub title: &'static str,
    /// Where the library shows it: `Language`, `Data`, `Logic` or `Human`.
    pub group: &'static str,
    /// One line on what it does.
    pub summary: &'static str,
    /// JSON Schema (2020-12, no references) of [`heddle_model::Agent::config`]. `x-editor` names the editor a field
    /// wants: `javascript`, `sql`, `json`, `expression`, `expressions`, `template` or `templates`.
    #[schema(value_type = Object)]
    pub config_schema: Schema,
    /// Settings of a new agent of this kind: valid, and harmless to run.
    #[schema(value_type = Object)]
    pub default_config: Map<String, Value>,
    /// The input schema of a new agent. None: it accepts anything.
    #[schema(value_type = Option<Object>)]
    pub default_input_schema: Option<Schema>,
    /// The output schema of a new agent. None: it may answer anything.
    #[schema(value_type = Option<Object>)]
    pub default_output_schema: Option<Schema>,
    /// Whether agents of this kind choose a branch (see [`crate::branches`]).
    pub branches: bool,
}

/// Every kind, in the order of [`AgentKind::ALL`].
pub fn kinds() -> Vec<KindInfo> {
    AgentKind::ALL.into_iter().map(kind).collect()
}

fn kind(kind: AgentKind) -> KindInfo {
    let (title, group, summary) = words(kind);
    let (config_schema, default_config) = match kind {
        AgentKind::Script => (schema::<ScriptConfig>(), json!({ "code": NEW_SCRIPT })),
        AgentKind::Http => (schema::<HttpConfig>(), json!({ "method": "GET", "url": "https://example.org/" })),
        AgentKind::Sql => (
            schema::<SqlConfig>(),
            json!({
                "database": "example:customers",
                "sql": "SELECT id, name, plan FROM customers ORDER BY id",
                "params": {},
                "mode": "rows",
            }),
        ),
        AgentKind::Llm => {
            (schema::<LlmConfig>(), json!({ "system": "You answer briefly and precisely.", "prompt": "{{ input }}" }))
        }
        AgentKind::Condition => {
            (schema::<ConditionConfig>(), json!({ "branches": [{ "name": "yes", "when": "true" }], "default": "no" }))
        }
        AgentKind::Wait => (schema::<WaitConfig>(), json!({ "ms": 1000 })),
        AgentKind::Assertion => {
            (schema::<AssertionConfig>(), json!({ "checks": [{ "expression": "input", "op": "not_null" }] }))
        }
        AgentKind::Transform => (schema::<TransformConfig>(), json!({})),
        AgentKind::Workflow => (schema::<WorkflowConfig>(), json!({ "workflow": "" })),
        AgentKind::Select => (schema::<SelectConfig>(), Value::Object(select::default_config())),
        AgentKind::Approval => {
            (schema::<ApprovalConfig>(), json!({ "message": "May this go on?", "on_deadline": "reject" }))
        }
    };
    let default_config = match default_config {
        Value::Object(settings) => settings,
        _ => Map::new(),
    };
    KindInfo {
        kind,
        title,
        group,
        summary,
        config_schema,
        default_config,
        default_input_schema: None,
        default_output_schema: output_schema(kind),
        branches: matches!(kind, AgentKind::Condition | AgentKind::Approval),
    }
}

const NEW_SCRIPT: &str = "// `input` is the step's input, `vars` are the workflow's variables.\n\
    function run(input, vars) {\n  return { ...input };\n}\n";

const fn words(kind: AgentKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        AgentKind::Llm => ("Language model", "Language", "Asks a language model, and gets text or JSON by schema."),
        AgentKind::Sql => ("SQL", "Data", "Runs one statement on a SQLite file."),
        AgentKind::Http => ("HTTP request", "Data", "Sends one request and answers with status, headers and body."),
        AgentKind::Script => ("Script", "Data", "Runs JavaScript in a sandbox."),
        AgentKind::Transform => ("Transform", "Data", "Passes its mapped input on."),
        AgentKind::Condition => ("Condition", "Logic", "Chooses which branch is followed."),
        AgentKind::Assertion => ("Assertion", "Logic", "Fails unless its input is as expected."),
        AgentKind::Wait => ("Wait", "Logic", "Lets time pass."),
        AgentKind::Workflow => ("Workflow", "Logic", "Runs another workflow as one step."),
        AgentKind::Select => ("Select", "Logic", "Chooses one of several agents to do the work."),
        AgentKind::Approval => ("Approval", "Human", "Waits for a person to approve or reject."),
    }
}

/// What an agent with [`KindInfo::default_config`] answers, where that is known.
fn output_schema(kind: AgentKind) -> Option<Schema> {
    match kind {
        AgentKind::Http => Some(json!({
            "type": "object",
            "properties": {
                "status": { "type": "integer", "minimum": 100, "maximum": 599 },
                "headers": { "type": "object", "additionalProperties": { "type": "string" } },
                "encoding": { "enum": ["json", "text", "base64"] },
                "body": {},
            },
            "required": ["status", "headers", "encoding", "body"],
        })),
        AgentKind::Sql => Some(json!({
            "type": "object",
            "properties": {
                "rows": { "type": "array", "items": { "type": "object" } },
                "row_count": { "type": "integer", "minimum": 0 },
                "truncated": { "type": "boolean" },
            },
            "required": ["rows", "row_count", "truncated"],
        })),
        AgentKind::Llm => Some(json!({
            "type": "object",
            "properties": { "text": { "type": "string" } },
            "required": ["text"],
            "additionalProperties": false,
        })),
        AgentKind::Script | AgentKind::Transform | AgentKind::Condition | AgentKind::Assertion | AgentKind::Wait => {
            None
        }
        AgentKind::Workflow | AgentKind::Select | AgentKind::Approval => None,
    }
}

fn schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    // A kind without settings still has a form: an empty one.
    schema.ensure_object().entry("properties").or_insert_with(|| json!({}));
    schema.to_value()
}
