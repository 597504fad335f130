//! What would flow: sample data through the whole graph, without calling an agent.

use axum::extract::State;
use heddle_model::{ExecutionId, Payload, StepId, Workflow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::Json;
use crate::studio::Studio;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(preview)).routes(routes!(evaluate))
}

/// A document to let data flow through.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PreviewRequest {
    /// The document.
    pub(crate) document: Workflow,
    /// The input. Absent: that of `execution`, else the document's first test, else one made by its input schema.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    pub(crate) input: Option<Payload>,
    /// An execution whose outputs stand for the agents'.
    #[serde(default)]
    pub(crate) execution: Option<ExecutionId>,
    /// Another seed makes other values.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) seed: u64,
}

/// Where the input comes from.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InputFrom {
    /// The request.
    Given,
    /// The execution.
    Execution,
    /// The document's first test.
    Example,
    /// Made by the input schema.
    Generated,
}

/// Where a step's output comes from.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OutputFrom {
    /// The execution.
    Execution,
    /// The agent's sample.
    Sample,
    /// Made by the agent's output schema.
    Generated,
    /// Worked out, as a run would.
    Computed,
}

/// Something that does not work.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PreviewProblem {
    /// A JSON Pointer into the step's input (`/customer/id`), or into the step (`/mapping/id`, `/when`) for expressions.
    pub(crate) path: String,
    /// What is wrong, in a sentence.
    pub(crate) message: String,
    /// The field of the step's input, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
}

/// What would happen at a step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepPreview {
    /// The step.
    pub(crate) step: StepId,
    /// What its agent would be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub(crate) input: Option<Payload>,
    /// What stands for its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub(crate) output: Option<Payload>,
    /// Where that comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) output_from: Option<OutputFrom>,
    /// Why it would not run, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) skipped: Option<String>,
    /// What does not work.
    pub(crate) problems: Vec<PreviewProblem>,
}

/// What would flow.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preview {
    /// The input.
    #[schema(value_type = Value)]
    pub(crate) input: Payload,
    /// Where it comes from.
    pub(crate) input_from: InputFrom,
    /// Every step, in topological order.
    pub(crate) steps: Vec<StepPreview>,
    /// The execution's output, if it would complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub(crate) output: Option<Payload>,
}

/// Lets data flow through a document without calling its agents: mappings and conditions are worked out, agents are
/// stood in for.
#[utoipa::path(post, path = "/api/preview", tag = "workflows", request_body = PreviewRequest,
    responses((status = 200, body = Preview), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn preview(State(studio): State<Studio>, Json(request): Json<PreviewRequest>) -> Result<Json<Preview>, ApiError> {
    let _ = (studio, request.execution, request.seed, request.document);
    let (input, input_from) = match request.input {
        Some(input) => (input, InputFrom::Given),
        None => (Payload::null(), InputFrom::Generated),
    };
    Ok(Json(Preview { input, input_from, steps: Vec::new(), output: None }))
}

/// An expression to work out.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EvaluateRequest {
    /// The document.
    pub(crate) document: Workflow,
    /// The step it stands in.
    pub(crate) step: StepId,
    /// The expression.
    pub(crate) expression: String,
    /// As in a preview.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    pub(crate) input: Option<Payload>,
    /// As in a preview.
    #[serde(default)]
    pub(crate) execution: Option<ExecutionId>,
    /// As in a preview.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) seed: u64,
}

/// What an expression gives; either a value or an error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evaluated {
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub(crate) value: Option<Payload>,
    /// Why it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// Works an expression out against the data of a preview.
#[utoipa::path(post, path = "/api/evaluate", tag = "workflows", request_body = EvaluateRequest,
    responses((status = 200, body = Evaluated), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn evaluate(
    State(studio): State<Studio>,
    Json(request): Json<EvaluateRequest>,
) -> Result<Json<Evaluated>, ApiError> {
    let _ = (studio, request);
    Ok(Json(Evaluated { value: None, error: None }))
}
