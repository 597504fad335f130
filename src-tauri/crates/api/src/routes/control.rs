//! What people do to an execution under way: cancel it, decide its approvals, let stopped steps go on.

use axum::extract::State;
use axum::http::StatusCode;
use heddle_engine::Control;
use heddle_model::{Decision, ExecutionId, Payload, StepId, WorkflowId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::approvals::Verdict;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Json, Path, given};
use crate::routes::executions::{ExecutionSummary, accepted, belongs};
use crate::studio::Studio;

/// What somebody who does not say who they are is called.
const SOMEBODY: &str = "user";

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(cancel)).routes(routes!(decide)).routes(routes!(release))
}

type Accepted = Result<(StatusCode, Json<ExecutionSummary>), ApiError>;

/// Who cancels, and why.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct CancelRequest {
    /// A person's or program's name for itself. Absent: `user`.
    pub(crate) by: Option<String>,
    /// Why, in their words.
    pub(crate) reason: Option<String>,
}

/// Asks an execution to stop; running steps are cancelled, what had finished stays.
#[utoipa::path(post, path = "/api/executions/{id}/cancel", tag = "executions", params(("id" = String, Path, description = "The execution")),
    request_body = CancelRequest,
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn cancel(
    State(studio): State<Studio>,
    Path(id): Path<ExecutionId>,
    Json(request): Json<CancelRequest>,
) -> Accepted {
    studio.cancel(&id, request.by.unwrap_or_else(|| SOMEBODY.to_owned()), request.reason).await?;
    accepted(&studio, &id).await
}

/// A decision about an approval.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DecideRequest {
    /// The step that waits for it, by path.
    pub(crate) step: StepId,
    /// What is decided.
    pub(crate) decision: Decision,
    /// The data that goes on, as the person changed it: any JSON that fits the approval's form. Absent: as it was asked
    /// about.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub(crate) output: Option<Payload>,
    /// Why, in their words.
    pub(crate) comment: Option<String>,
    /// A person's or program's name for itself. Absent: `user`.
    pub(crate) by: Option<String>,
}

/// Decides an approval, once: who comes second is told (`already_decided`).
#[utoipa::path(post, path = "/api/workflows/{id}/executions/{execution_id}/decide", tag = "approvals",
    params(("id" = String, Path, description = "The workflow"), ("execution_id" = String, Path, description = "The execution")),
    request_body = DecideRequest,
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn decide(
    State(studio): State<Studio>,
    Path((workflow, id)): Path<(WorkflowId, ExecutionId)>,
    Json(request): Json<DecideRequest>,
) -> Accepted {
    belongs(&studio, &workflow, &id).await?;
    let DecideRequest { step, decision, output, comment, by } = request;
    let by = by.unwrap_or_else(|| SOMEBODY.to_owned());
    studio.decide(&id, Verdict { step, decision, output, by, comment }).await?;
    accepted(&studio, &id).await
}

/// What a stopped step does next.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct ReleaseRequest {
    /// The step, by path. Absent: every step that stopped.
    pub(crate) step: Option<StepId>,
    /// What its agent is given instead: any JSON.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub(crate) input: Option<Payload>,
    /// Stop again before the next step, whichever it is.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) step_over: bool,
}

/// Lets a step go on that stopped at a breakpoint.
#[utoipa::path(post, path = "/api/workflows/{id}/executions/{execution_id}/release", tag = "executions",
    params(("id" = String, Path, description = "The workflow"), ("execution_id" = String, Path, description = "The execution")),
    request_body = ReleaseRequest,
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn release(
    State(studio): State<Studio>,
    Path((workflow, id)): Path<(WorkflowId, ExecutionId)>,
    Json(request): Json<ReleaseRequest>,
) -> Accepted {
    belongs(&studio, &workflow, &id).await?;
    let ReleaseRequest { step, input, step_over } = request;
    studio.take_up(&id).await?;
    studio.engine().control(&id, Control::Release { step, input, step_over }).await?;
    accepted(&studio, &id).await
}
