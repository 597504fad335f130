//! Versions: saved states that never change.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use heddle_model::{PayloadHash, Timestamp, VersionNumber, Workflow, WorkflowId};
use heddle_store::{NewVersion, VersionRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::carry::{refuse_unwell, without_itself};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Json, Path};
use crate::routes::workflows::{WorkflowDraft, draft_of, save_draft};
use crate::studio::{Studio, read_document};

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(list, save)).routes(routes!(get)).routes(routes!(restore))
}

/// A saved state, without its document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct VersionSummary {
    /// The counter, from 1.
    pub(crate) number: VersionNumber,
    /// BLAKE3 of the document; equal documents have equal hashes.
    pub(crate) hash: PayloadHash,
    /// A semver label somebody gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    /// A note somebody gave it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) note: String,
    /// When it was saved.
    pub(crate) created_at: Timestamp,
}

impl From<VersionRow> for VersionSummary {
    fn from(row: VersionRow) -> Self {
        Self { number: row.number, hash: row.hash, label: row.label, note: row.note, created_at: row.created_at }
    }
}

/// A workflow's versions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionList {
    /// Newest first.
    pub(crate) versions: Vec<VersionSummary>,
}

/// A workflow's versions, newest first.
#[utoipa::path(get, path = "/api/workflows/{id}/versions", tag = "versions", params(("id" = String, Path, description = "The workflow")),
    responses((status = 200, body = VersionList)))]
async fn list(State(studio): State<Studio>, Path(id): Path<WorkflowId>) -> Result<Json<VersionList>, ApiError> {
    let versions = studio.store().versions(&id).await?;
    Ok(Json(VersionList { versions: versions.into_iter().map(Into::into).collect() }))
}

/// A name for the draft as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct SaveVersionRequest {
    /// A semver label, e.g. `1.4.0`.
    pub(crate) label: Option<String>,
    /// What is new.
    pub(crate) note: Option<String>,
}

/// Saves the draft as a version. Refused while the workflow has errors; a draft equal to the newest version adds none.
#[utoipa::path(post, path = "/api/workflows/{id}/versions", tag = "versions", params(("id" = String, Path, description = "The workflow")),
    request_body = SaveVersionRequest,
    responses((status = 201, body = VersionSummary), (status = 200, body = VersionSummary), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn save(
    State(studio): State<Studio>,
    Path(id): Path<WorkflowId>,
    Json(request): Json<SaveVersionRequest>,
) -> Result<(StatusCode, Json<VersionSummary>), ApiError> {
    let (document, draft) = studio.draft(&id).await?;
    let document = studio.resolve(document).await?;
    refuse_unwell(&document, "be saved as a version")?;
    let document = Arc::new(document);
    let label = request.label.filter(|label| !label.trim().is_empty());
    let note = request.note.unwrap_or_default();
    let (row, new) =
        studio.store().save_version(NewVersion { document, revision: draft.revision, label, note }).await?;
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Json(row.into())))
}

/// A saved state.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Version {
    /// What it is called.
    pub(crate) version: VersionSummary,
    /// Its document, with every agent and workflow it refers to.
    pub(crate) document: Workflow,
}

/// A version with its document.
#[utoipa::path(get, path = "/api/workflows/{id}/versions/{number}", tag = "versions",
    params(("id" = String, Path, description = "The workflow"), ("number" = u32, Path, description = "The version")),
    responses((status = 200, body = Version), (status = 404, body = ErrorBody)))]
async fn get(
    State(studio): State<Studio>,
    Path((id, number)): Path<(WorkflowId, VersionNumber)>,
) -> Result<Json<Version>, ApiError> {
    match studio.store().version(&id, number).await? {
        Some((row, document)) => Ok(Json(Version { version: row.into(), document: read_document(&document)? })),
        None => Err(ApiError::not_found(format!("version {} of workflow `{id}`", number.0))),
    }
}

/// Makes the draft what it was in a version, as a new edit.
#[utoipa::path(post, path = "/api/workflows/{id}/versions/{number}/restore", tag = "versions",
    params(("id" = String, Path, description = "The workflow"), ("number" = u32, Path, description = "The version")),
    responses((status = 200, body = WorkflowDraft), (status = 404, body = ErrorBody)))]
async fn restore(
    State(studio): State<Studio>,
    Path((id, number)): Path<(WorkflowId, VersionNumber)>,
) -> Result<Json<WorkflowDraft>, ApiError> {
    let document = without_itself(studio.version_document(&id, number).await?);
    save_draft(&studio, None, Arc::new(document), &format!("Restore {number}")).await?;
    draft_of(&studio, &id).await.map(Json)
}
