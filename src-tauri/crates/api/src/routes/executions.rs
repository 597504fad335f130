//! Executions: start, look, follow, cancel, retry, delete.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use heddle_model::{
    ErrorRecord, Event, ExecutionId, ExecutionStatus, Failure, Payload, PayloadRef, RunMode, Timestamp, Usage,
    VersionNumber, Workflow, WorkflowId,
};
use heddle_store::{ExecutionFilter, ExecutionRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{Json, Path, Query};
use crate::studio::{Start, Studio, WhichDocument};
use crate::views::{StepView, step_views};

/// Longest a request for events waits for the next one, in milliseconds.
const MAX_WAIT_MS: u64 = 30_000;

/// Most events in one answer.
const MAX_EVENTS: u32 = 5_000;

/// Payloads up to this size are part of an execution's details.
const INLINE_BYTES: u64 = 64 * 1024;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new()
        .routes(routes!(execute))
        .routes(routes!(get_of_workflow))
        .routes(routes!(retry))
        .routes(routes!(list))
        .routes(routes!(get, delete))
        .routes(routes!(document))
        .routes(routes!(events))
        .routes(routes!(cancel))
        .routes(routes!(resume))
}

/// An execution in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExecutionSummary {
    /// Its id.
    pub id: ExecutionId,
    /// The workflow it runs.
    pub workflow_id: WorkflowId,
    /// What the workflow was called when it began.
    pub workflow_name: String,
    /// The saved version it runs. Absent: the draft as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<VersionNumber>,
    /// For real, or to try it out.
    pub mode: RunMode,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// The step that began last, while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_step: Option<heddle_model::StepId>,
    /// Steps that have an output.
    pub completed_steps: u32,
    /// Steps nothing more will happen to.
    pub settled_steps: u32,
    /// Steps in all.
    pub total_steps: u32,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it settled, however it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// The execution this one tries again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<ExecutionId>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// The step that made it fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_step: Option<heddle_model::StepId>,
    /// What its attempts used, all together.
    pub usage: Usage,
}

impl ExecutionSummary {
    /// A row as a list shows it.
    pub fn new(row: ExecutionRow, studio: &Studio) -> Self {
        // An execution whose log cannot be written stands still; its row still says `running`.
        let halted = if row.status.is_settled() { None } else { studio.engine().halted(&row.id) };
        Self {
            status: if halted.is_some() { ExecutionStatus::Failed } else { row.status },
            failure: halted.or(row.failure),
            id: row.id,
            workflow_id: row.workflow_id,
            workflow_name: row.workflow_name,
            version: row.version,
            mode: row.mode,
            current_step: row.current_step,
            completed_steps: row.completed_steps,
            settled_steps: row.settled_steps,
            total_steps: row.total_steps,
            created_at: row.created_at,
            started_at: row.started_at,
            completed_at: row.completed_at,
            retry_of: row.retry_of,
            failed_step: row.failed_step,
            usage: row.usage,
        }
    }
}

/// An execution with its steps and attempts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExecutionDetail {
    /// The same as in a list.
    #[serde(flatten)]
    pub execution: ExecutionSummary,
    /// All that is known about the step that made it fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// Its input.
    pub input: PayloadRef,
    /// Its input, when it is small (64 KiB).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub input_value: Option<Payload>,
    /// Its output, once completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<PayloadRef>,
    /// Its output, when it is small (64 KiB).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub output_value: Option<Payload>,
    /// Every step of the workflow, in topological order.
    pub steps: Vec<StepView>,
    /// Number of its last event.
    pub last_seq: u64,
}

/// What to run, and with what.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ExecuteRequest {
    /// The execution's input: any JSON. Absent: `{}`.
    #[schema(value_type = Option<serde_json::Value>)]
    pub(crate) input: Option<Payload>,
    /// For real (the default), or to try the draft out.
    pub(crate) mode: Option<RunMode>,
    /// The saved version to run. Absent: in live mode the latest, or the draft while there is none; in test mode the
    /// draft.
    pub(crate) version: Option<VersionNumber>,
}

/// Starts an execution and answers at once; follow it by its id.
#[utoipa::path(post, path = "/api/workflows/{id}/execute", tag = "executions", params(("id" = String, Path, description = "The workflow")),
    request_body = ExecuteRequest,
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn execute(
    State(studio): State<Studio>,
    Path(id): Path<WorkflowId>,
    Json(request): Json<ExecuteRequest>,
) -> Result<(StatusCode, Json<ExecutionSummary>), ApiError> {
    let mode = request.mode.unwrap_or(RunMode::Live);
    let which = match (request.version, mode) {
        (Some(number), _) => WhichDocument::Version(number),
        (None, RunMode::Live) => WhichDocument::LatestOrDraft,
        (None, RunMode::Test) => WhichDocument::Draft,
    };
    let input = match request.input {
        Some(input) => input,
        None => Payload::from_value(&serde_json::json!({})),
    };
    let running = studio.start(Start { workflow: id, which, mode, input, retry_of: None }).await?;
    accepted(&studio, &running.id).await
}

async fn accepted(studio: &Studio, id: &ExecutionId) -> Result<(StatusCode, Json<ExecutionSummary>), ApiError> {
    let row = find(studio, id).await?;
    Ok((StatusCode::ACCEPTED, Json(ExecutionSummary::new(row, studio))))
}

async fn find(studio: &Studio, id: &ExecutionId) -> Result<ExecutionRow, ApiError> {
    studio.store().execution(id).await?.ok_or_else(|| ApiError::not_found(format!("execution `{id}`")))
}

/// An execution of a workflow, with its steps and attempts.
#[utoipa::path(get, path = "/api/workflows/{id}/executions/{execution_id}", tag = "executions",
    params(("id" = String, Path, description = "The workflow"), ("execution_id" = String, Path, description = "The execution")),
    responses((status = 200, body = ExecutionDetail), (status = 404, body = ErrorBody)))]
async fn get_of_workflow(
    State(studio): State<Studio>,
    Path((workflow, id)): Path<(WorkflowId, ExecutionId)>,
) -> Result<Json<ExecutionDetail>, ApiError> {
    belongs(&studio, &workflow, &id).await?;
    ExecutionDetail::load(&studio, &id).await.map(Json)
}

async fn belongs(studio: &Studio, workflow: &WorkflowId, id: &ExecutionId) -> Result<(), ApiError> {
    if find(studio, id).await?.workflow_id == *workflow {
        return Ok(());
    }
    Err(ApiError::not_found(format!("execution `{id}` of workflow `{workflow}`")))
}

/// Runs an execution again: a new execution of the same document with the same input.
#[utoipa::path(post, path = "/api/workflows/{id}/executions/{execution_id}/retry", tag = "executions",
    params(("id" = String, Path, description = "The workflow"), ("execution_id" = String, Path, description = "The execution")),
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn retry(
    State(studio): State<Studio>,
    Path((workflow, id)): Path<(WorkflowId, ExecutionId)>,
) -> Result<(StatusCode, Json<ExecutionSummary>), ApiError> {
    belongs(&studio, &workflow, &id).await?;
    let running = studio.retry(&id).await?;
    accepted(&studio, &running.id).await
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
        Some(id) => Some((find(&studio, &id).await?.created_at, id)),
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
    let executions = rows.into_iter().map(|row| ExecutionSummary::new(row, &studio)).collect();
    Ok(Json(ExecutionList { executions, next }))
}

/// An execution, with its steps and attempts.
#[utoipa::path(get, path = "/api/executions/{id}", tag = "executions", params(("id" = String, Path, description = "The execution")),
    responses((status = 200, body = ExecutionDetail), (status = 404, body = ErrorBody)))]
async fn get(State(studio): State<Studio>, Path(id): Path<ExecutionId>) -> Result<Json<ExecutionDetail>, ApiError> {
    ExecutionDetail::load(&studio, &id).await.map(Json)
}

impl ExecutionDetail {
    /// All that is known about an execution.
    ///
    /// # Errors
    /// `not_found`, or the store's.
    pub async fn load(studio: &Studio, id: &ExecutionId) -> Result<Self, ApiError> {
        let found = studio.store().execution_detail(id).await?;
        let found = found.ok_or_else(|| ApiError::not_found(format!("execution `{id}`")))?;
        let workflow = studio.document_of(&found.execution).await?;
        let row = &found.execution;
        let (input, output, last_seq) = (row.input, row.output, row.last_seq);
        let mut errors = found.steps.iter().filter_map(|step| step.error.as_ref());
        let error = errors.find(|error| Some(&error.step) == row.failed_step.as_ref()).cloned();
        let steps = step_views(&workflow, row, &found.steps, found.attempts);
        Ok(ExecutionDetail {
            error,
            input,
            input_value: inline(studio, Some(input)).await?,
            output,
            output_value: inline(studio, output).await?,
            steps,
            last_seq,
            execution: ExecutionSummary::new(found.execution, studio),
        })
    }
}

async fn inline(studio: &Studio, reference: Option<PayloadRef>) -> Result<Option<Payload>, ApiError> {
    match reference.filter(|reference| reference.bytes <= INLINE_BYTES) {
        Some(reference) => Ok(studio.store().payload_by_hash(reference.hash).await?),
        None => Ok(None),
    }
}

/// Forgets an execution that has settled.
#[utoipa::path(delete, path = "/api/executions/{id}", tag = "executions", params(("id" = String, Path, description = "The execution")),
    responses((status = 204), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn delete(State(studio): State<Studio>, Path(id): Path<ExecutionId>) -> Result<StatusCode, ApiError> {
    if studio.engine().is_running(&id) {
        return Err(ApiError::new(ErrorCode::Conflict, format!("execution `{id}` is running; cancel it first")));
    }
    if studio.store().delete_execution(&id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiError::not_found(format!("execution `{id}`")))
}

/// The exact document an execution ran, with every agent it used.
#[utoipa::path(get, path = "/api/executions/{id}/workflow", tag = "executions", params(("id" = String, Path, description = "The execution")),
    responses((status = 200, body = Workflow), (status = 404, body = ErrorBody)))]
async fn document(State(studio): State<Studio>, Path(id): Path<ExecutionId>) -> Result<Json<Workflow>, ApiError> {
    let row = find(&studio, &id).await?;
    studio.document_of(&row).await.map(Json)
}

/// Which events, and how long to wait for them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Only events after this number; 0 or absent: from the first.
    pub(crate) after: Option<u64>,
    /// How long to wait for the next event when there is none yet, in milliseconds; 30,000 at the most.
    pub(crate) wait_ms: Option<u64>,
    /// At most this many; 1,000 if absent, 5,000 at the most.
    pub(crate) limit: Option<u32>,
}

/// A part of an execution's log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventPage {
    /// In order.
    pub(crate) events: Vec<Event>,
    /// `after` for the next request.
    pub(crate) last_seq: u64,
    /// Where the execution stands.
    pub(crate) status: ExecutionStatus,
}

/// An execution's log from some event on; waits for the next event when there is none yet.
#[utoipa::path(get, path = "/api/executions/{id}/events", tag = "executions",
    params(("id" = String, Path, description = "The execution"), EventsQuery),
    responses((status = 200, body = EventPage), (status = 404, body = ErrorBody)))]
async fn events(
    State(studio): State<Studio>,
    Path(id): Path<ExecutionId>,
    Query(query): Query<EventsQuery>,
) -> Result<Json<EventPage>, ApiError> {
    let after = query.after.unwrap_or(0);
    let limit = query.limit.unwrap_or(1_000).clamp(1, MAX_EVENTS);
    let row = find(&studio, &id).await?;
    let wait = Duration::from_millis(query.wait_ms.unwrap_or(0).min(MAX_WAIT_MS));
    if row.last_seq <= after && !row.status.is_settled() && !wait.is_zero() {
        let mut watch = studio.store().watch(&id).await?;
        // Running out of time is an answer too: an empty page.
        let _ = tokio::time::timeout(wait, watch.wait_for(|last| *last > after)).await;
    }
    let events = studio.store().events(&id, after, limit).await?;
    let last_seq = events.last().map_or(after, |event| event.seq);
    let status = ExecutionSummary::new(find(&studio, &id).await?, &studio).status;
    Ok(Json(EventPage { events, last_seq, status }))
}

/// Who cancels, and why.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct CancelRequest {
    /// A person's or program's name for itself. Absent: `user`.
    pub(crate) by: Option<String>,
    /// Why, in their words.
    pub(crate) reason: Option<String>,
}

/// Asks an execution to stop; running steps are cancelled, what had finished stays.
#[utoipa::path(post, path = "/api/executions/{id}/cancel", tag = "executions", params(("id" = String, Path, description = "The execution")),
    request_body = CancelRequest,
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn cancel(
    State(studio): State<Studio>,
    Path(id): Path<ExecutionId>,
    Json(request): Json<CancelRequest>,
) -> Result<(StatusCode, Json<ExecutionSummary>), ApiError> {
    let row = find(&studio, &id).await?;
    let by = request.by.unwrap_or_else(|| "user".to_owned());
    if row.status.is_settled() || !studio.engine().cancel(&id, by, request.reason) {
        let state = row.status.as_str();
        return Err(ApiError::new(
            ErrorCode::Conflict,
            format!("execution `{id}` is not running here (it is {state})"),
        ));
    }
    accepted(&studio, &id).await
}

/// Takes an execution up that stands still because its log could not be written, or Heddle was stopped.
#[utoipa::path(post, path = "/api/executions/{id}/resume", tag = "executions", params(("id" = String, Path, description = "The execution")),
    responses((status = 202, body = ExecutionSummary), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
async fn resume(
    State(studio): State<Studio>,
    Path(id): Path<ExecutionId>,
) -> Result<(StatusCode, Json<ExecutionSummary>), ApiError> {
    studio.engine().resume(&id).await?;
    accepted(&studio, &id).await
}
