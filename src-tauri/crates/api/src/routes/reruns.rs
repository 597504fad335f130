//! Executions that go on from earlier ones: retry, resume, fork, replay.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use heddle_model::{ExecutionId, Payload, ReplayMode, StepId, WorkflowId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::{Json, Path, given};
use crate::routes::executions::{ExecutionSummary, accepted, belongs};
use crate::studio::Studio;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(retry)).routes(routes!(resume)).routes(routes!(fork)).routes(routes!(replay))
}

type Accepted = Result<(StatusCode, Json<ExecutionSummary>), ApiError>;

/// Runs an execution again: a new execution of the same document with the same input.
#[utoipa::path(post, path = "/api/workflows/{id}/executions/{execution_id}/retry", tag = "executions",
    params(("id" = String, Path, description = "The workflow"), ("execution_id" = String, Path, description = "The execution")),
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn retry(State(studio): State<Studio>, Path((workflow, id)): Path<(WorkflowId, ExecutionId)>) -> Accepted {
    belongs(&studio, &workflow, &id).await?;
    let running = studio.retry(&id).await?;
    accepted(&studio, &running.id).await
}

/// Goes on from the last good step: a failed or cancelled execution in a new one, which takes over what had completed;
/// one that stands still (its log could not be written, or its Heddle ended) in itself.
#[utoipa::path(post, path = "/api/workflows/{id}/executions/{execution_id}/resume", tag = "executions",
    params(("id" = String, Path, description = "The workflow"), ("execution_id" = String, Path, description = "The execution")),
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn resume(State(studio): State<Studio>, Path((workflow, id)): Path<(WorkflowId, ExecutionId)>) -> Accepted {
    belongs(&studio, &workflow, &id).await?;
    let running = studio.resume(&id).await?;
    accepted(&studio, &running.id).await
}

/// Which document a fork runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ForkDocument {
    /// The one the execution ran.
    #[default]
    Same,
    /// The workflow's draft as it is now.
    Draft,
}

/// Where to go on from, and with what.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ForkRequest {
    /// The step (by path): it and everything after it runs again.
    pub(crate) step: StepId,
    /// What that step's agent is given instead of what its mapping says: any JSON.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub(crate) input: Option<Payload>,
    /// Which document to run.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) document: ForkDocument,
}

/// Goes on from a step of an execution in a new one; what had completed before that step is taken over.
#[utoipa::path(post, path = "/api/workflows/{id}/executions/{execution_id}/fork", tag = "executions",
    params(("id" = String, Path, description = "The workflow"), ("execution_id" = String, Path, description = "The execution")),
    request_body = ForkRequest,
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn fork(
    State(studio): State<Studio>,
    Path((workflow, id)): Path<(WorkflowId, ExecutionId)>,
    Json(request): Json<ForkRequest>,
) -> Accepted {
    belongs(&studio, &workflow, &id).await?;
    let draft = request.document == ForkDocument::Draft;
    let running = studio.fork(&id, request.step, request.input, draft).await?;
    accepted(&studio, &running.id).await
}

/// What is not answered from the record.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct ReplayRequest {
    /// Steps (by path) that are answered otherwise. Absent: none.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, ReplayMode>>)]
    pub(crate) steps: BTreeMap<StepId, ReplayMode>,
}

/// Runs an execution again with the answers its agents gave then.
#[utoipa::path(post, path = "/api/workflows/{id}/executions/{execution_id}/replay", tag = "executions",
    params(("id" = String, Path, description = "The workflow"), ("execution_id" = String, Path, description = "The execution")),
    request_body = ReplayRequest,
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn replay(
    State(studio): State<Studio>,
    Path((workflow, id)): Path<(WorkflowId, ExecutionId)>,
    Json(request): Json<ReplayRequest>,
) -> Accepted {
    belongs(&studio, &workflow, &id).await?;
    let running = studio.replay(&id, request.steps).await?;
    accepted(&studio, &running.id).await
}
