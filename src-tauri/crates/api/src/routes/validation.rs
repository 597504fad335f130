//! What is wrong with a document, without storing it.

use axum::extract::State;
use heddle_model::Workflow;
use heddle_validate::Diagnostic;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::Json;
use crate::studio::Studio;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(validate))
}

/// A document to look at.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ValidateRequest {
    /// The document.
    pub(crate) document: Workflow,
}

/// What was found, worst first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Validation {
    /// The findings; empty: nothing is wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Checks a document against the library, without storing it.
#[utoipa::path(post, path = "/api/validate", tag = "workflows", request_body = ValidateRequest,
    responses((status = 200, body = Validation), (status = 400, body = ErrorBody)))]
async fn validate(
    State(studio): State<Studio>,
    Json(request): Json<ValidateRequest>,
) -> Result<Json<Validation>, ApiError> {
    Ok(Json(Validation { diagnostics: studio.validate(&request.document).await? }))
}
