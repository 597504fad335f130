//! Executions in lists, page by page.

use axum::extract::State;
use heddle_model::{ExecutionId, ExecutionStatus, WorkflowId};
use heddle_store::ExecutionFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ExecutionSummary;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Json, Query};
use crate::studio::Studio;

pub(super) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Which executions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only of this workflow.
    pub(crate) workflow: Option<WorkflowId>,
    /// Only in this state.
    pub(crate) status: Option<ExecutionStatus>,
    /// Only those whose id or workflow name contains this text.
    pub(crate) q: Option<String>,
    /// Only older ones than this execution: the last of the page before.
    pub(crate) before: Option<ExecutionId>,
    /// At most this many; 50 if absent, 200 at the most.
    pub(crate) limit: Option<u32>,
}

/// Executions, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExecutionList {
    /// One page.
    pub(crate) executions: Vec<ExecutionSummary>,
    /// `before` of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<ExecutionId>,
}

/// Executions, newest first.
#[utoipa::path(get, path = "/api/executions", tag = "executions", params(ListQuery),
    responses((status = 200, body = ExecutionList), (status = 400, body = ErrorBody)))]
async fn list(State(studio): State<Studio>, Query(query): Query<ListQuery>) -> Result<Json<ExecutionList>, ApiError> {
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let before = match query.before {
        Some(id) => Some((studio.execution(&id).await?.created_at, id)),
        None => None,
    };
    let filter = ExecutionFilter {
        workflow: query.workflow,
        status: query.status.into_iter().collect(),
        text: query.q.filter(|text| !text.trim().is_empty()),
        before,
        limit: limit + 1,
    };
    let mut rows = studio.store().executions(filter).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.id.clone());
    let mut executions = Vec::with_capacity(rows.len());
    for row in rows {
        executions.push(ExecutionSummary::of(row, &studio).await?);
    }
    Ok(Json(ExecutionList { executions, next }))
}
