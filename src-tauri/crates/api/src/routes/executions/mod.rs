//! Executions: start, look, follow, delete. One file for each.

mod detail;
mod events;
mod list;
mod start;
mod steps;
mod summary;

use axum::extract::State;
use axum::http::StatusCode;
use heddle_model::{ExecutionId, Workflow, WorkflowId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::detail::ExecutionDetail;
pub(crate) use self::start::{StartOptions, accepted, input_or_empty};
pub use self::summary::ExecutionSummary;
use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{Json, Path};
use crate::studio::Studio;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    start::routes()
        .merge(list::routes())
        .merge(detail::routes())
        .merge(steps::routes())
        .merge(events::routes())
        .routes(routes!(delete))
        .routes(routes!(document))
}

pub(crate) async fn belongs(studio: &Studio, workflow: &WorkflowId, id: &ExecutionId) -> Result<(), ApiError> {
    if studio.execution(id).await?.workflow_id == *workflow {
        return Ok(());
    }
    Err(ApiError::not_found(format!("execution `{id}` of workflow `{workflow}`")))
}

/// Forgets an execution that has settled.
#[utoipa::path(delete, path = "/api/executions/{id}", tag = "executions", params(("id" = String, Path, description = "The execution")),
    responses((status = 204), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn delete(State(studio): State<Studio>, Path(id): Path<ExecutionId>) -> Result<StatusCode, ApiError> {
    if studio.engine().is_running(&id) {
        return Err(ApiError::new(ErrorCode::Conflict, format!("execution `{id}` is running; cancel it first")));
    }
    if studio.store().delete_execution(&id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiError::not_found(format!("execution `{id}`")))
}

/// The exact document an execution ran, with every agent it used.
#[utoipa::path(get, path = "/api/executions/{id}/workflow", tag = "executions", params(("id" = String, Path, description = "The execution")),
    responses((status = 200, body = Workflow), (status = 404, body = ErrorBody)))]
async fn document(State(studio): State<Studio>, Path(id): Path<ExecutionId>) -> Result<Json<Workflow>, ApiError> {
    let row = studio.execution(&id).await?;
    studio.document_of(&row).await.map(Json)
}
