//! The inbox: everything that waits for a person's decision.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::approvals::WaitingApproval;
use crate::error::ApiError;
use crate::extract::Json;
use crate::studio::Studio;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(list))
}

/// What waits for a decision.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalList {
    /// The most urgent first: by deadline; those without one last, the oldest first.
    pub(crate) approvals: Vec<WaitingApproval>,
}

/// Every approval that waits for somebody's decision, of all executions.
#[utoipa::path(get, path = "/api/approvals", tag = "approvals", responses((status = 200, body = ApprovalList)))]
async fn list(State(studio): State<Studio>) -> Result<Json<ApprovalList>, ApiError> {
    Ok(Json(ApprovalList { approvals: studio.approvals().await? }))
}
