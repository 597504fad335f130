//! Workflows and their drafts: every edit is saved as it is made.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use heddle_model::{AgentId, AgentKind, ExecutionId, ExecutionStatus, Timestamp, VersionNumber, Workflow, WorkflowId};
use heddle_store::{DraftError, WorkflowRow};
use heddle_validate::Diagnostic;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::carry::without_itself;
use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{Json, Path, Query};
use crate::routes::versions::VersionSummary;
use crate::studio::{Studio, read_document};

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, save, delete))
        .routes(routes!(restore))
        .routes(routes!(duplicate))
        .routes(routes!(export))
        .routes(routes!(edits))
        .routes(routes!(edit))
}

/// A workflow as a card shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkflowSummary {
    /// Its id.
    pub(crate) id: WorkflowId,
    /// What people call it.
    pub(crate) name: String,
    /// What it is for.
    pub(crate) description: String,
    /// When its draft last changed.
    pub(crate) updated_at: Timestamp,
    /// Steps of its draft.
    pub(crate) step_count: u32,
    /// Its newest saved version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) latest_version: Option<VersionNumber>,
    /// It was deleted, and can be restored.
    pub(crate) deleted: bool,
    /// Its newest execution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_execution: Option<LastExecution>,
    /// The graph, small.
    pub(crate) thumbnail: Thumbnail,
}

/// The newest execution of a workflow.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LastExecution {
    /// Its id.
    pub(crate) id: ExecutionId,
    /// Where it stands.
    pub(crate) status: ExecutionStatus,
    /// When it was accepted.
    pub(crate) created_at: Timestamp,
}

/// The graph of a workflow, as much as a card shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Thumbnail {
    /// Its steps, at most 200.
    pub(crate) steps: Vec<ThumbnailStep>,
    /// Edges as pairs of places in `steps`: from, to.
    #[schema(value_type = Vec<[u32; 2]>)]
    pub(crate) edges: Vec<(u32, u32)>,
}

/// A step of a [`Thumbnail`].
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ThumbnailStep {
    /// Pixels to the right; absent until somebody has placed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) x: Option<f64>,
    /// Pixels down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) y: Option<f64>,
    /// What its agent does; absent when there is no such agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<AgentKind>,
}

impl WorkflowSummary {
    fn new(row: WorkflowRow, kinds: &HashMap<AgentId, AgentKind>) -> Self {
        let steps = row.thumbnail.steps.into_iter().map(|step| ThumbnailStep {
            x: step.position.map(|at| at.x),
            y: step.position.map(|at| at.y),
            kind: step.kind.or_else(|| kinds.get(&step.agent?).copied()),
        });
        Self {
            id: row.id,
            name: row.name,
            description: row.description,
            updated_at: row.updated_at,
            step_count: row.step_count,
            latest_version: row.latest_version,
            deleted: row.deleted_at.is_some(),
            last_execution: row.last_execution.map(|last| LastExecution {
                id: last.id,
                status: last.status,
                created_at: last.created_at,
            }),
            thumbnail: Thumbnail { steps: steps.collect(), edges: row.thumbnail.edges },
        }
    }
}

/// Which workflows to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Deleted ones instead of the others.
    pub(crate) deleted: Option<bool>,
}

/// Workflows, the most recently edited first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkflowList {
    /// All of them.
    pub(crate) workflows: Vec<WorkflowSummary>,
}

/// Workflows, the most recently edited first.
#[utoipa::path(get, path = "/api/workflows", tag = "workflows", params(ListQuery), responses((status = 200, body = WorkflowList)))]
async fn list(State(studio): State<Studio>, Query(query): Query<ListQuery>) -> Result<Json<WorkflowList>, ApiError> {
    let rows = match query.deleted {
        Some(true) => studio.store().deleted_workflows().await?,
        _ => studio.store().workflows().await?,
    };
    let library = studio.library().await?;
    let kinds = library.into_iter().map(|(agent, _)| (agent.id, agent.kind)).collect();
    Ok(Json(WorkflowList { workflows: rows.into_iter().map(|row| WorkflowSummary::new(row, &kinds)).collect() }))
}

/// A new workflow: empty with a name, or from a document (an import).
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CreateRequest {
    /// What to call it. Absent: the document's name, or "Untitled workflow".
    pub(crate) name: Option<String>,
    /// Where to begin. Absent: empty.
    pub(crate) document: Option<Workflow>,
}

/// A workflow's draft: its document as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkflowDraft {
    /// The document.
    pub(crate) document: Workflow,
    /// Grows with every edit; a save must name the revision it was made on.
    pub(crate) revision: u64,
    /// When it was last edited.
    pub(crate) updated_at: Timestamp,
    /// Its newest saved version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) latest_version: Option<VersionSummary>,
    /// The draft has been edited since its newest version was saved, or there is none.
    pub(crate) changed_since_version: bool,
    /// It was deleted, and can be restored.
    pub(crate) deleted: bool,
}

/// Creates a workflow. An imported document whose id is taken gets a new one.
#[utoipa::path(post, path = "/api/workflows", tag = "workflows", request_body = CreateRequest,
    responses((status = 201, body = WorkflowDraft), (status = 400, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn create(
    State(studio): State<Studio>,
    Json(request): Json<CreateRequest>,
) -> Result<(StatusCode, Json<WorkflowDraft>), ApiError> {
    let imported = request.document.is_some();
    let mut document = request.document.unwrap_or_else(|| Workflow::empty(WorkflowId::new(""), "Untitled workflow"));
    check_format(&document)?;
    document = without_itself(document);
    if let Some(name) = request.name.filter(|name| !name.trim().is_empty()) {
        document.name = name;
    }
    if document.id.as_str().is_empty() || studio.store().draft(&document.id).await?.is_some() {
        document.id = new_workflow_id();
    }
    add(&studio, document, if imported { "Import" } else { "Create" }).await
}

async fn add(studio: &Studio, document: Workflow, label: &str) -> Result<(StatusCode, Json<WorkflowDraft>), ApiError> {
    let id = document.id.clone();
    studio.store().create_workflow(Arc::new(document), label).await?;
    Ok((StatusCode::CREATED, Json(draft_of(studio, &id).await?)))
}

fn new_workflow_id() -> WorkflowId {
    WorkflowId::new(format!("wf-{}", &uuid::Uuid::new_v4().simple().to_string()[..12]))
}

fn check_format(document: &Workflow) -> Result<(), ApiError> {
    if document.format == heddle_model::FORMAT {
        return Ok(());
    }
    let message = format!("the document has format `{}`; expected `{}`", document.format, heddle_model::FORMAT);
    Err(ApiError::new(ErrorCode::InvalidDocument, message))
}

pub(crate) async fn draft_of(studio: &Studio, id: &WorkflowId) -> Result<WorkflowDraft, ApiError> {
    let (document, draft) = studio.draft(id).await?;
    let newest = studio.store().versions(id).await?.into_iter().next();
    let changed_since_version = newest.as_ref().is_none_or(|version| version.revision != draft.revision);
    Ok(WorkflowDraft {
        document,
        revision: draft.revision,
        updated_at: draft.updated_at,
        latest_version: newest.map(Into::into),
        changed_since_version,
        deleted: draft.deleted_at.is_some(),
    })
}

/// A workflow's draft.
#[utoipa::path(get, path = "/api/workflows/{id}", tag = "workflows", params(("id" = String, Path, description = "The workflow")),
    responses((status = 200, body = WorkflowDraft), (status = 404, body = ErrorBody)))]
async fn get(State(studio): State<Studio>, Path(id): Path<WorkflowId>) -> Result<Json<WorkflowDraft>, ApiError> {
    draft_of(&studio, &id).await.map(Json)
}

/// An edit of a draft.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SaveRequest {
    /// The document after the edit.
    pub(crate) document: Workflow,
    /// The revision the edit was made on.
    pub(crate) base_revision: u64,
    /// What was done, for the history: "Move Analyzer".
    pub(crate) label: String,
}

/// What a save led to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Saved {
    /// The draft's revision now.
    pub(crate) revision: u64,
    /// What is wrong with the document; it is saved all the same.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Saves an edit. A document with errors is saved as well; an edit made on an older revision is refused.
#[utoipa::path(put, path = "/api/workflows/{id}", tag = "workflows", params(("id" = String, Path, description = "The workflow")),
    request_body = SaveRequest,
    responses((status = 200, body = Saved), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn save(
    State(studio): State<Studio>,
    Path(id): Path<WorkflowId>,
    Json(request): Json<SaveRequest>,
) -> Result<Json<Saved>, ApiError> {
    let document = request.document;
    check_format(&document)?;
    if document.id != id {
        let message = format!("the document has id `{}`, the address says `{id}`", document.id);
        return Err(ApiError::new(ErrorCode::BadRequest, message));
    }
    let document = Arc::new(document);
    let revision = save_draft(&studio, Some(request.base_revision), document.clone(), &request.label).await?;
    Ok(Json(Saved { revision, diagnostics: studio.validate(&document).await? }))
}

pub(crate) async fn save_draft(
    studio: &Studio,
    base: Option<u64>,
    document: Arc<Workflow>,
    label: &str,
) -> Result<u64, ApiError> {
    studio.store().save_draft(base, document, label).await.map_err(|error| match error {
        DraftError::Stale { current, .. } => {
            ApiError::new(ErrorCode::StaleRevision, error.to_string()).with(json!({ "current_revision": current }))
        }
        DraftError::Unknown(_) => ApiError::new(ErrorCode::NotFound, error.to_string()),
        DraftError::Deleted(_) => ApiError::new(ErrorCode::Conflict, error.to_string()),
        DraftError::Store(error) => error.into(),
    })
}

/// Deletes a workflow; it can be restored. Its versions and executions stay.
#[utoipa::path(delete, path = "/api/workflows/{id}", tag = "workflows", params(("id" = String, Path, description = "The workflow")),
    responses((status = 204), (status = 404, body = ErrorBody)))]
async fn delete(State(studio): State<Studio>, Path(id): Path<WorkflowId>) -> Result<StatusCode, ApiError> {
    if studio.store().delete_workflow(&id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiError::not_found(format!("workflow `{id}`")))
}

/// Brings a deleted workflow back as it was.
#[utoipa::path(post, path = "/api/workflows/{id}/restore", tag = "workflows", params(("id" = String, Path, description = "The workflow")),
    responses((status = 200, body = WorkflowDraft), (status = 404, body = ErrorBody)))]
async fn restore(State(studio): State<Studio>, Path(id): Path<WorkflowId>) -> Result<Json<WorkflowDraft>, ApiError> {
    if studio.store().restore_workflow(&id).await? {
        return draft_of(&studio, &id).await.map(Json);
    }
    Err(ApiError::not_found(format!("deleted workflow `{id}`")))
}

/// Creates a copy of a workflow's draft.
#[utoipa::path(post, path = "/api/workflows/{id}/duplicate", tag = "workflows", params(("id" = String, Path, description = "The workflow")),
    responses((status = 201, body = WorkflowDraft), (status = 404, body = ErrorBody)))]
async fn duplicate(
    State(studio): State<Studio>,
    Path(id): Path<WorkflowId>,
) -> Result<(StatusCode, Json<WorkflowDraft>), ApiError> {
    let (mut document, _) = studio.draft(&id).await?;
    document.id = new_workflow_id();
    document.name = format!("{} (copy)", document.name);
    add(&studio, document, "Duplicate").await
}

/// The draft with every agent and workflow it refers to, to be used on another machine.
#[utoipa::path(get, path = "/api/workflows/{id}/export", tag = "workflows", params(("id" = String, Path, description = "The workflow")),
    responses((status = 200, body = Workflow), (status = 404, body = ErrorBody)))]
async fn export(State(studio): State<Studio>, Path(id): Path<WorkflowId>) -> Result<Json<Workflow>, ApiError> {
    let (document, _) = studio.draft(&id).await?;
    studio.resolve(document).await.map(Json)
}

/// Which edits to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EditsQuery {
    /// Only those before this revision; absent: from the newest.
    pub(crate) before: Option<u64>,
    /// At most this many; 50 if absent, 500 at the most.
    pub(crate) limit: Option<u32>,
}

/// An edit in the journal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JournalEntry {
    /// The revision it made.
    pub(crate) revision: u64,
    /// When.
    pub(crate) at: Timestamp,
    /// What was done.
    pub(crate) label: String,
}

/// A part of the journal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EditList {
    /// Newest first.
    pub(crate) edits: Vec<JournalEntry>,
}

/// The journal of a workflow's edits, newest first.
#[utoipa::path(get, path = "/api/workflows/{id}/edits", tag = "workflows", params(("id" = String, Path, description = "The workflow"), EditsQuery),
    responses((status = 200, body = EditList)))]
async fn edits(
    State(studio): State<Studio>,
    Path(id): Path<WorkflowId>,
    Query(query): Query<EditsQuery>,
) -> Result<Json<EditList>, ApiError> {
    let rows = studio.store().history(&id, query.before, query.limit.unwrap_or(50).clamp(1, 500)).await?;
    let edits = rows.into_iter().map(|row| JournalEntry { revision: row.revision, at: row.at, label: row.label });
    Ok(Json(EditList { edits: edits.collect() }))
}

/// The document as it was after an edit.
#[utoipa::path(get, path = "/api/workflows/{id}/edits/{revision}", tag = "workflows",
    params(("id" = String, Path, description = "The workflow"), ("revision" = u64, Path, description = "The edit")),
    responses((status = 200, body = Workflow), (status = 404, body = ErrorBody)))]
async fn edit(
    State(studio): State<Studio>,
    Path((id, revision)): Path<(WorkflowId, u64)>,
) -> Result<Json<Workflow>, ApiError> {
    match studio.store().edit(&id, revision).await? {
        Some((_, document)) => read_document(&document).map(Json),
        None => Err(ApiError::not_found(format!("revision {revision} of workflow `{id}`"))),
    }
}
