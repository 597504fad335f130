//! Executions: start, look, follow, delete.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use heddle_model::{
    ErrorRecord, Event, ExecutionId, ExecutionStatus, Failure, Payload, PayloadRef, Replay, RunMode, RunOptions,
    StepId, Timestamp, Usage, VersionNumber, Workflow, WorkflowId,
};
use heddle_store::{ExecutionFilter, ExecutionRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{Json, Path, Query};
use crate::start::{Start, WhichDocument};
use crate::studio::Studio;
use crate::views::{PAGE, StepGroup, StepView, Steps, name_of};

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
        .routes(routes!(list))
        .routes(routes!(get, delete))
        .routes(routes!(document))
        .routes(routes!(steps))
        .routes(routes!(events))
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
    pub current_step: Option<StepId>,
    /// What people call that step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_step_name: Option<String>,
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
    /// Somebody wants to keep it, however old it gets.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub starred: bool,
    /// The execution this one goes on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<ExecutionId>,
    /// The execution whose answers it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<ExecutionId>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// The step that made it fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_step: Option<StepId>,
    /// What its attempts used, all together.
    pub usage: Usage,
}

impl ExecutionSummary {
    /// A row as a list shows it.
    ///
    /// # Errors
    /// When its document cannot be read.
    pub async fn of(row: ExecutionRow, studio: &Studio) -> Result<Self, ApiError> {
        let plan = if row.current_step.is_some() { studio.plan_of(&row).await? } else { None };
        let current_step_name = row.current_step.as_ref().and_then(|step| name_of(plan.as_ref(), step));
        // An execution whose log cannot be written stands still; its row still says `running`.
        let halted = if row.status.is_settled() { None } else { studio.engine().halted(&row.id) };
        Ok(Self {
            status: if halted.is_some() { ExecutionStatus::Failed } else { row.status },
            failure: halted.or(row.failure),
            id: row.id,
            workflow_id: row.workflow_id,
            workflow_name: row.workflow_name,
            version: row.version,
            mode: row.mode,
            current_step: row.current_step,
            current_step_name,
            completed_steps: row.completed_steps,
            settled_steps: row.settled_steps,
            total_steps: row.total_steps,
            created_at: row.created_at,
            started_at: row.started_at,
            completed_at: row.completed_at,
            retry_of: row.retry_of,
            starred: row.starred,
            forked_from: row.options.fork.map(|fork| fork.of),
            replay_of: row.options.replay.map(|replay| replay.of),
            failed_step: row.failed_step,
            usage: row.usage,
        })
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
    /// What is special about it.
    pub options: RunOptions,
    /// Every step of the workflow, in topological order.
    pub steps: Vec<StepView>,
    /// What runs within them: turns of loops, steps of sub-workflows and of the fallback workflow, as far as something
    /// has happened to them; those within the same step follow one another. At most 1,000 within one step.
    pub nested: Vec<StepView>,
    /// How many run within each step, and where they stand.
    pub groups: Vec<StepGroup>,
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
    /// What is special about it.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) options: StartOptions,
}

/// What is special about an execution. Absent: nothing.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StartOptions {
    /// Stop at the document's breakpoints.
    #[schema(required = false)]
    pub(crate) debug: bool,
    /// Stop before the first step as well.
    #[schema(required = false)]
    pub(crate) step_over: bool,
    /// Call agents even where an answer is in the cache.
    #[schema(required = false)]
    pub(crate) bypass_cache: bool,
    /// Run only this step and those it needs; the execution's document is that part of the workflow.
    pub(crate) up_to: Option<StepId>,
    /// Answer from the record of an earlier execution.
    pub(crate) replay: Option<Replay>,
}

impl From<StartOptions> for RunOptions {
    fn from(options: StartOptions) -> Self {
        let StartOptions { debug, step_over, bypass_cache, up_to, replay } = options;
        Self { debug, step_over, bypass_cache, up_to, replay, fork: None }
    }
}

/// The input of a request that may leave it out.
pub(crate) fn input_or_empty(input: Option<Payload>) -> Payload {
    input.unwrap_or_else(|| Payload::from_value(&serde_json::json!({})))
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
    let (input, options) = (input_or_empty(request.input), request.options.into());
    let running = studio.start(Start { workflow: id, which, mode, input, options }).await?;
    accepted(&studio, &running.id).await
}

pub(crate) async fn accepted(
    studio: &Studio,
    id: &ExecutionId,
) -> Result<(StatusCode, Json<ExecutionSummary>), ApiError> {
    let row = studio.execution(id).await?;
    Ok((StatusCode::ACCEPTED, Json(ExecutionSummary::of(row, studio).await?)))
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

pub(crate) async fn belongs(studio: &Studio, workflow: &WorkflowId, id: &ExecutionId) -> Result<(), ApiError> {
    if studio.execution(id).await?.workflow_id == *workflow {
        return Ok(());
    }
    Err(ApiError::not_found(format!("execution `{id}` of workflow `{workflow}`")))
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
        Some(id) => Some((studio.execution(&id).await?.created_at, id)),
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
    let mut executions = Vec::with_capacity(rows.len());
    for row in rows {
        executions.push(ExecutionSummary::of(row, &studio).await?);
    }
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
        let mut found = detail(studio, id).await?;
        let plan = studio.plan_of(&found.execution).await?;
        let row = &found.execution;
        let (input, output, last_seq, options) = (row.input, row.output, row.last_seq, row.options.clone());
        let mut errors = found.steps.iter().filter_map(|step| step.error.as_ref());
        let error = errors.find(|error| Some(&error.step) == row.failed_step.as_ref()).cloned();
        let mut views = Steps::new(plan, &mut found);
        let steps = views.own();
        let (nested, groups) = views.nested();
        Ok(ExecutionDetail {
            error,
            input,
            input_value: inline(studio, Some(input)).await?,
            output,
            output_value: inline(studio, output).await?,
            options,
            steps,
            nested,
            groups,
            last_seq,
            execution: ExecutionSummary::of(found.execution, studio).await?,
        })
    }
}

async fn detail(studio: &Studio, id: &ExecutionId) -> Result<heddle_store::ExecutionDetail, ApiError> {
    let found = studio.store().execution_detail(id).await?;
    found.ok_or_else(|| ApiError::not_found(format!("execution `{id}`")))
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
    let row = studio.execution(&id).await?;
    studio.document_of(&row).await.map(Json)
}

/// Which of the steps that run within one.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StepsQuery {
    /// The path of the step they run within.
    pub(crate) parent: StepId,
    /// Only those after this path: the `next` of the page before.
    pub(crate) after: Option<StepId>,
    /// At most this many; 1,000 if absent and at the most.
    pub(crate) limit: Option<usize>,
}

/// Some of the steps that run within one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepPage {
    /// Turns by number, steps of a workflow in the order they began.
    pub(crate) steps: Vec<StepView>,
    /// `after` of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<StepId>,
}

/// The steps that run within a loop or a sub-workflow, a page at a time.
#[utoipa::path(get, path = "/api/executions/{id}/steps", tag = "executions",
    params(("id" = String, Path, description = "The execution"), StepsQuery),
    responses((status = 200, body = StepPage), (status = 404, body = ErrorBody)))]
async fn steps(
    State(studio): State<Studio>,
    Path(id): Path<ExecutionId>,
    Query(query): Query<StepsQuery>,
) -> Result<Json<StepPage>, ApiError> {
    let mut found = detail(&studio, &id).await?;
    let plan = studio.plan_of(&found.execution).await?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let (steps, next) = Steps::new(plan, &mut found).page(&query.parent, query.after.as_ref(), limit);
    Ok(Json(StepPage { steps, next }))
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
    let row = studio.execution(&id).await?;
    let wait = Duration::from_millis(query.wait_ms.unwrap_or(0).min(MAX_WAIT_MS));
    if row.last_seq <= after && !row.status.is_settled() && !wait.is_zero() {
        let mut watch = studio.store().watch(&id).await?;
        // Running out of time is an answer too: an empty page.
        let _ = tokio::time::timeout(wait, watch.wait_for(|last| *last > after)).await;
    }
    let events = studio.store().events(&id, after, limit).await?;
    let last_seq = events.last().map_or(after, |event| event.seq);
    let row = studio.execution(&id).await?;
    // The status belongs to the end of the log: who has not been given all of it yet is to ask for the rest.
    let status = match row.last_seq > last_seq {
        true => ExecutionStatus::Running,
        false => ExecutionSummary::of(row, &studio).await?.status,
    };
    Ok(Json(EventPage { events, last_seq, status }))
}
