//! Requests for whichever workflow is meant.

use axum::extract::State;
use axum::http::StatusCode;
use heddle_model::{Payload, RunMode};
use semver::VersionReq;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::Json;
use crate::routes::executions::{ExecutionSummary, StartOptions, accepted, input_or_empty};
use crate::routing::Wanted;
use crate::start::Start;
use crate::studio::Studio;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(route))
}

/// What is asked, and perhaps of which workflow.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RouteRequest {
    /// The workflow's name or id. Absent: the workflow whose `settings.route` holds for the input.
    pub(crate) name: Option<String>,
    /// A semver range over the labels of saved versions, e.g. `^1.2`; the highest label in it is run. Absent: the latest
    /// version, or the draft while there is none.
    pub(crate) version: Option<String>,
    /// The execution's input: any JSON. Absent: `{}`.
    #[schema(value_type = Option<serde_json::Value>)]
    pub(crate) input: Option<Payload>,
    /// For real (the default), or to try it out.
    pub(crate) mode: Option<RunMode>,
    /// What is special about it.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) options: StartOptions,
}

/// Starts an execution of the workflow a request is for and answers at once.
#[utoipa::path(post, path = "/api/route", tag = "executions", request_body = RouteRequest,
    responses((status = 202, body = ExecutionSummary), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn route(
    State(studio): State<Studio>,
    Json(request): Json<RouteRequest>,
) -> Result<(StatusCode, Json<ExecutionSummary>), ApiError> {
    let RouteRequest { name, version, input, mode, options } = request;
    let version = version.map(|range| range.parse::<VersionReq>()).transpose().map_err(|error| {
        ApiError::new(ErrorCode::BadRequest, format!("`version` is no semver range such as `^1.2`: {error}"))
    })?;
    let input = input_or_empty(input);
    let (workflow, which) = studio.route(&Wanted { name, version }, &input).await?;
    let mode = mode.unwrap_or(RunMode::Live);
    let running = studio.start(Start { workflow, which, mode, input, options: options.into() }).await?;
    accepted(&studio, &running.id).await
}
