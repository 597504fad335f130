//! Starting an execution.

use axum::extract::State;
use axum::http::StatusCode;
use heddle_model::{ExecutionId, Payload, Replay, RunMode, RunOptions, StepId, VersionNumber, WorkflowId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ExecutionSummary;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Json, Path};
use crate::start::{Start, WhichDocument};
use crate::studio::Studio;

pub(super) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(execute))
}

/// What to run, and with what.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ExecuteRequest {
    /// The execution's input: any JSON. Absent: `{}`.
    #[schema(value_type = Option<serde_json::Value>)]
    pub(crate) input: Option<Payload>,
    /// For real (the default), or to try the draft out.
    pub(crate) mode: Option<RunMode>,
    /// The saved version to run. Absent: in live mode the latest, or the draft while there is none; in test mode the
    /// draft.
    pub(crate) version: Option<VersionNumber>,
    /// What is special about it.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) options: StartOptions,
}

/// What is special about an execution. Absent: nothing.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StartOptions {
    /// Stop at the document's breakpoints.
    #[schema(required = false)]
    pub(crate) debug: bool,
    /// Stop before the first step as well.
    #[schema(required = false)]
    pub(crate) step_over: bool,
    /// Call agents even where an answer is in the cache.
    #[schema(required = false)]
    pub(crate) bypass_cache: bool,
    /// Run only this step and those it needs; the execution's document is that part of the workflow.
    pub(crate) up_to: Option<StepId>,
    /// Answer from the record of an earlier execution.
    pub(crate) replay: Option<Replay>,
}

impl From<StartOptions> for RunOptions {
    fn from(options: StartOptions) -> Self {
        let StartOptions { debug, step_over, bypass_cache, up_to, replay } = options;
        Self { debug, step_over, bypass_cache, up_to, replay, fork: None }
    }
}

/// The input of a request that may leave it out.
pub(crate) fn input_or_empty(input: Option<Payload>) -> Payload {
    input.unwrap_or_else(|| Payload::from_value(&serde_json::json!({})))
}

/// Starts an execution and answers at once; follow it by its id.
#[utoipa::path(post, path = "/api/workflows/{id}/execute", tag = "executions", params(("id" = String, Path, description = "The workflow")),
    request_body = ExecuteRequest,
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn execute(
    State(studio): State<Studio>,
    Path(id): Path<WorkflowId>,
    Json(request): Json<ExecuteRequest>,
) -> Result<(StatusCode, Json<ExecutionSummary>), ApiError> {
    let mode = request.mode.unwrap_or(RunMode::Live);
    let which = match (request.version, mode) {
        (Some(number), _) => WhichDocument::Version(number),
        (None, RunMode::Live) => WhichDocument::LatestOrDraft,
        (None, RunMode::Test) => WhichDocument::Draft,
    };
    let (input, options) = (input_or_empty(request.input), request.options.into());
    let running = studio.start(Start { workflow: id, which, mode, input, options }).await?;
    accepted(&studio, &running.id).await
}

pub(crate) async fn accepted(
    studio: &Studio,
    id: &ExecutionId,
) -> Result<(StatusCode, Json<ExecutionSummary>), ApiError> {
    let row = studio.execution(id).await?;
    Ok((StatusCode::ACCEPTED, Json(ExecutionSummary::of(row, studio).await?)))
}
