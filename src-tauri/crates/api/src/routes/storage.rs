//! Storage: what takes how much, what is kept, and stars that keep an execution for good.

use axum::extract::State;
use axum::http::StatusCode;
use heddle_model::{ExecutionId, Storage};
use heddle_store::Retention;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::{Json, Path};
use crate::studio::Studio;
use crate::upkeep::days;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(clean)).routes(routes!(star, unstar))
}

/// What the data folder holds, what that takes, and what is kept. Sizes are in bytes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StorageView {
    #[serde(flatten)]
    pub(crate) storage: Storage,
    /// What is kept of executions: the setting `storage`, with its defaults.
    pub(crate) limits: Limits,
}

/// What is kept of executions that have settled. What is absent has no limit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Limits {
    /// Those that ended more days ago go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_age_days: Option<u64>,
    /// The newest so many stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_executions: Option<u64>,
    /// While more than this is in use, in bytes, the oldest go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_bytes: Option<u64>,
}

impl From<Retention> for Limits {
    fn from(retention: Retention) -> Self {
        Self {
            max_age_days: retention.max_age.map(|age| age.as_secs() / days(1).as_secs()),
            max_executions: retention.max_executions,
            max_bytes: retention.max_bytes,
        }
    }
}

/// What takes how much space. Looks at every page of the database: a second or two for a gigabyte.
#[utoipa::path(get, path = "/api/storage", tag = "storage", responses((status = 200, body = StorageView)))]
async fn get(State(studio): State<Studio>) -> Result<Json<StorageView>, ApiError> {
    let limits = studio.retention().await?.into();
    Ok(Json(StorageView { storage: studio.store().storage().await?, limits }))
}

/// What to let go of. With none of the three limits: what the setting `storage` says.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CleanRequest {
    /// Executions that ended more days ago than this.
    pub(crate) older_than_days: Option<u64>,
    /// All executions but the newest so many.
    pub(crate) keep: Option<u64>,
    /// The oldest executions, while more than this is in use, in bytes.
    pub(crate) max_bytes: Option<u64>,
    /// Only say how many executions their age and number would cost.
    #[serde(default)]
    pub(crate) dry_run: bool,
}

/// What was let go of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CleanAnswer {
    /// Executions; in a dry run those that would go because of their age and number.
    pub(crate) executions: u64,
    /// Cached answers.
    pub(crate) answers: u64,
    /// Payloads and documents nothing referred to any more.
    pub(crate) payloads: u64,
    /// By how many bytes the use of the file shrank; in a dry run by how many it is over its limit.
    pub(crate) bytes: u64,
}

/// Lets go of executions that are not to be kept (never of starred ones), of cached answers that are too old and of
/// payloads nothing refers to, and gives the space back to the file system.
#[utoipa::path(post, path = "/api/storage/clean", tag = "storage", request_body = CleanRequest,
    responses((status = 200, body = CleanAnswer), (status = 400, body = ErrorBody)))]
async fn clean(State(studio): State<Studio>, Json(request): Json<CleanRequest>) -> Result<Json<CleanAnswer>, ApiError> {
    let CleanRequest { older_than_days, keep, max_bytes, dry_run } = request;
    let retention = match (older_than_days, keep, max_bytes) {
        (None, None, None) => studio.retention().await?,
        _ => Retention { max_age: older_than_days.map(days), max_executions: keep, max_bytes },
    };
    if dry_run {
        let (executions, bytes) = studio.store().would_clean(retention).await?;
        return Ok(Json(CleanAnswer { executions, answers: 0, payloads: 0, bytes }));
    }
    let cleaned = studio.store().clean(retention).await?;
    let heddle_store::Cleaned { executions, answers, payloads, bytes } = cleaned;
    Ok(Json(CleanAnswer { executions, answers, payloads, bytes }))
}

/// Stars an execution: it is kept, however old it gets.
#[utoipa::path(put, path = "/api/executions/{id}/star", tag = "executions", params(("id" = String, Path, description = "The execution")),
    responses((status = 204), (status = 404, body = ErrorBody)))]
async fn star(State(studio): State<Studio>, Path(id): Path<ExecutionId>) -> Result<StatusCode, ApiError> {
    set_star(&studio, &id, true).await
}

/// Takes an execution's star away.
#[utoipa::path(delete, path = "/api/executions/{id}/star", tag = "executions", params(("id" = String, Path, description = "The execution")),
    responses((status = 204), (status = 404, body = ErrorBody)))]
async fn unstar(State(studio): State<Studio>, Path(id): Path<ExecutionId>) -> Result<StatusCode, ApiError> {
    set_star(&studio, &id, false).await
}

async fn set_star(studio: &Studio, id: &ExecutionId, starred: bool) -> Result<StatusCode, ApiError> {
    match studio.store().star(id, starred).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::not_found(format!("execution `{id}`"))),
    }
}
