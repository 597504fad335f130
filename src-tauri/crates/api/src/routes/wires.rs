//! What would fit where: agents and steps for a wire, expressions for a field.

use std::sync::LazyLock;

use axum::extract::State;
use heddle_model::{Agent, AgentId, StepId, Workflow};
use heddle_validate::{Comparisons, FieldProposals, Fit, Mode, Options};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::Json;
use crate::studio::Studio;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(fit)).routes(routes!(automap))
}

/// Comparisons of schemas made so far, bounded: the same come again and again while a workflow is edited.
pub(crate) fn comparisons() -> &'static Comparisons {
    static MADE: LazyLock<Comparisons> = LazyLock::new(Comparisons::new);
    &MADE
}

/// A wire that is being drawn.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct FitRequest {
    /// The document.
    pub(crate) document: Workflow,
    /// Where the wire begins. Absent: with the workflow's input, for a first step.
    #[serde(default)]
    pub(crate) from: Option<StepId>,
    /// The branch it leaves by.
    #[serde(default)]
    pub(crate) branch: Option<String>,
    /// What producers are taken to emit.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) mode: Mode,
    /// The agents of the library to look at. Absent: all.
    #[serde(default)]
    pub(crate) agents: Option<Vec<AgentId>>,
    /// The steps to look at. Absent: all that the wire may lead to.
    #[serde(default)]
    pub(crate) steps: Option<Vec<StepId>>,
}

/// How well each would take the wire.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Fits {
    /// Agents, as a new step at the end of the wire; the best first.
    pub(crate) agents: Vec<Fit>,
    /// Steps of the document, as they are; the best first.
    pub(crate) steps: Vec<Fit>,
}

/// How well agents of the library and steps of the document would take a wire.
#[utoipa::path(post, path = "/api/fit", tag = "workflows", request_body = FitRequest,
    responses((status = 200, body = Fits), (status = 400, body = ErrorBody)))]
async fn fit(State(studio): State<Studio>, Json(request): Json<FitRequest>) -> Result<Json<Fits>, ApiError> {
    let FitRequest { document, from, branch, mode, agents, steps } = request;
    let library: Vec<Agent> = studio.library().await?.into_iter().map(|(agent, _)| agent).collect();
    let options = Options { library: &library, mode, comparisons: Some(comparisons()), ..Options::default() };
    let fits = heddle_validate::fit(
        &document,
        from.as_ref(),
        branch.as_deref(),
        agents.as_deref(),
        steps.as_deref(),
        &options,
    );
    match (fits, &from) {
        (Some(fits), _) => Ok(Json(Fits { agents: fits.agents, steps: fits.steps })),
        (None, Some(from)) if document.step(from).is_none() => Err(ApiError::not_found(format!("step `{from}`"))),
        // Steps wait for one another: nothing flows.
        (None, _) => Ok(Json(Fits { agents: Vec::new(), steps: Vec::new() })),
    }
}

/// A step to propose a mapping for.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AutomapRequest {
    /// The document.
    pub(crate) document: Workflow,
    /// The step.
    pub(crate) step: StepId,
}

/// What each field of a step's input could be mapped from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Automapping {
    /// The fields its agent declares or requires, in the order of its schema.
    pub(crate) fields: Vec<FieldProposals>,
}

/// Proposes expressions for the fields of a step's input, by name, similarity, type and nearness.
#[utoipa::path(post, path = "/api/automap", tag = "workflows", request_body = AutomapRequest,
    responses((status = 200, body = Automapping), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn automap(
    State(studio): State<Studio>,
    Json(request): Json<AutomapRequest>,
) -> Result<Json<Automapping>, ApiError> {
    let AutomapRequest { document, step } = request;
    let document = studio.resolve(document).await?;
    if document.step(&step).is_none() {
        return Err(ApiError::not_found(format!("step `{step}`")));
    }
    let options = Options { comparisons: Some(comparisons()), ..Options::default() };
    let fields = heddle_validate::automap(&document, &step, &options).unwrap_or_default();
    Ok(Json(Automapping { fields }))
}
