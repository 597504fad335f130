//! The library: agents that come with Heddle, and the user's own.

use axum::extract::State;
use axum::http::StatusCode;
use heddle_agents::KindInfo;
use heddle_model::{Agent, AgentId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{Json, Path};
use crate::studio::Studio;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(kinds)).routes(routes!(list)).routes(routes!(put, delete))
}

/// What kinds of agents there are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Kinds {
    /// In the order the library shows them.
    pub(crate) kinds: Vec<KindInfo>,
}

/// What kinds of agents there are, with the settings of each.
#[utoipa::path(get, path = "/api/kinds", tag = "agents", responses((status = 200, body = Kinds)))]
async fn kinds() -> Json<Kinds> {
    Json(Kinds { kinds: heddle_agents::kinds() })
}

/// Where an agent of the library comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    /// It comes with Heddle.
    BuiltIn,
    /// The user put it there.
    Yours,
}

/// An agent of the library.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LibraryAgent {
    /// The agent.
    pub(crate) agent: Agent,
    /// Where it comes from.
    pub(crate) origin: Origin,
}

/// The library.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Library {
    /// The user's own first, then those that come with Heddle.
    pub(crate) agents: Vec<LibraryAgent>,
}

/// Every agent of the library.
#[utoipa::path(get, path = "/api/agents", tag = "agents", responses((status = 200, body = Library)))]
async fn list(State(studio): State<Studio>) -> Result<Json<Library>, ApiError> {
    let agents = studio
        .library()
        .await?
        .into_iter()
        .map(|(agent, own)| LibraryAgent { agent, origin: if own { Origin::Yours } else { Origin::BuiltIn } });
    Ok(Json(Library { agents: agents.collect() }))
}

/// Puts an agent into the library, or changes it there.
#[utoipa::path(put, path = "/api/agents/{id}", tag = "agents", params(("id" = String, Path, description = "The agent")),
    request_body = Agent, responses((status = 200, body = LibraryAgent), (status = 400, body = ErrorBody)))]
async fn put(
    State(studio): State<Studio>,
    Path(id): Path<AgentId>,
    Json(mut agent): Json<Agent>,
) -> Result<Json<LibraryAgent>, ApiError> {
    if id.as_str().trim().is_empty() {
        return Err(ApiError::new(ErrorCode::BadRequest, "an agent's id cannot be empty"));
    }
    agent.id = id;
    studio.store().put_agent(&agent).await?;
    Ok(Json(LibraryAgent { agent, origin: Origin::Yours }))
}

/// Removes one of the user's agents; one of the same id that comes with Heddle shows again.
#[utoipa::path(delete, path = "/api/agents/{id}", tag = "agents", params(("id" = String, Path, description = "The agent")),
    responses((status = 204), (status = 404, body = ErrorBody)))]
async fn delete(State(studio): State<Studio>, Path(id): Path<AgentId>) -> Result<StatusCode, ApiError> {
    if studio.store().delete_agent(&id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiError::not_found(format!("agent `{id}` of yours")))
}
