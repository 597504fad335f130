//! What is wrong with a document, and whether what flows over its wires fits, without storing it.

use axum::extract::State;
use heddle_model::{StepId, Workflow};
use heddle_validate::{Diagnostic, Mode, Options, StepFlow, Wire};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::Json;
use crate::routes::wires::comparisons;
use crate::studio::Studio;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(validate))
}

/// A document to look at.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ValidateRequest {
    /// The document.
    pub(crate) document: Workflow,
    /// What producers are taken to emit.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) mode: Mode,
    /// The steps whose flow is wanted in `steps`. Absent: all, if the document has at most 60 (else none).
    #[serde(default)]
    pub(crate) flows: Option<Vec<StepId>>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Validation {
    /// The findings, worst first; empty: nothing is wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// A verdict on every edge between two steps; none while steps wait for one another.
    pub(crate) wires: Vec<Wire>,
    /// What flows into and out of the steps that were asked for.
    pub(crate) steps: Vec<StepFlow>,
}

/// Checks a document and its wires against the library, without storing it.
#[utoipa::path(post, path = "/api/validate", tag = "workflows", request_body = ValidateRequest,
    responses((status = 200, body = Validation), (status = 400, body = ErrorBody)))]
async fn validate(
    State(studio): State<Studio>,
    Json(request): Json<ValidateRequest>,
) -> Result<Json<Validation>, ApiError> {
    let ValidateRequest { document, mode, flows } = request;
    let document = studio.resolve(document).await?;
    let options = Options { mode, flows: flows.as_deref(), comparisons: Some(comparisons()), ..Options::default() };
    let found = heddle_validate::examine(&document, &options);
    Ok(Json(Validation { diagnostics: found.diagnostics, wires: found.wires, steps: found.steps }))
}
