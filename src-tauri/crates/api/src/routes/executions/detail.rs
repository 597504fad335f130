//! An execution with its steps and attempts.

use axum::extract::State;
use heddle_model::{ErrorRecord, ExecutionId, Payload, PayloadRef, RunOptions, StepId, WorkflowId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{ExecutionSummary, belongs};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::studio::Studio;
use crate::views::{PAGE, StepGroup, StepView};

/// Payloads up to this size are part of an execution's details.
const INLINE_BYTES: u64 = 64 * 1024;

pub(super) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(get_of_workflow)).routes(routes!(get))
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
    /// Where that began, if it began within the step: turns of loops and steps of sub-workflows, from the outside in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub failed_within: Vec<StepView>,
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
    /// Every step of the workflow, in topological order; with `limit` the first ones.
    pub steps: Vec<StepView>,
    /// `after` for those of the workflow's steps that are not shown, at `/api/executions/{id}/steps`. Absent: all are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<StepId>,
    /// What runs within them: turns of loops, steps of sub-workflows and of the fallback workflow, as far as something
    /// has happened to them; those within the same step follow one another. At most 1,000 within one step.
    pub nested: Vec<StepView>,
    /// How many run within each step that is shown, and where they stand.
    pub groups: Vec<StepGroup>,
    /// Number of its last event.
    pub last_seq: u64,
}

/// How much of an execution to show.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DetailQuery {
    /// At most this many of the workflow's steps, and of those within one step; five times as many of those within others
    /// together. Absent: all of the workflow's steps, and 1,000 within one step, which is the most.
    pub(crate) limit: Option<usize>,
}

/// An execution of a workflow, with its steps and attempts.
#[utoipa::path(get, path = "/api/workflows/{id}/executions/{execution_id}", tag = "executions",
    params(("id" = String, Path, description = "The workflow"), ("execution_id" = String, Path, description = "The execution"), DetailQuery),
    responses((status = 200, body = ExecutionDetail), (status = 404, body = ErrorBody)))]
async fn get_of_workflow(
    State(studio): State<Studio>,
    Path((workflow, id)): Path<(WorkflowId, ExecutionId)>,
    Query(query): Query<DetailQuery>,
) -> Result<Json<ExecutionDetail>, ApiError> {
    belongs(&studio, &workflow, &id).await?;
    ExecutionDetail::some(&studio, &id, query.limit).await.map(Json)
}

/// An execution, with its steps and attempts.
#[utoipa::path(get, path = "/api/executions/{id}", tag = "executions",
    params(("id" = String, Path, description = "The execution"), DetailQuery),
    responses((status = 200, body = ExecutionDetail), (status = 404, body = ErrorBody)))]
async fn get(
    State(studio): State<Studio>,
    Path(id): Path<ExecutionId>,
    Query(query): Query<DetailQuery>,
) -> Result<Json<ExecutionDetail>, ApiError> {
    ExecutionDetail::some(&studio, &id, query.limit).await.map(Json)
}

impl ExecutionDetail {
    /// All that is known about an execution.
    ///
    /// # Errors
    /// `not_found`, or the store's.
    pub async fn load(studio: &Studio, id: &ExecutionId) -> Result<Self, ApiError> {
        Self::some(studio, id, None).await
    }

    async fn some(studio: &Studio, id: &ExecutionId, limit: Option<usize>) -> Result<Self, ApiError> {
        let found = studio.look(id, move |views| {
            let (steps, next) = views.own(None, limit.unwrap_or(usize::MAX).max(1));
            let (nested, groups) = views.nested(&steps, limit.unwrap_or(PAGE).clamp(1, PAGE));
            (views.row.clone(), (views.failed(), views.failed_within()), steps, next, nested, groups)
        });
        let (row, (error, failed_within), steps, next, nested, groups) = found.await?;
        let (input, output, last_seq, options) = (row.input, row.output, row.last_seq, row.options.clone());
        Ok(Self {
            error,
            failed_within,
            input,
            input_value: inline(studio, Some(input)).await?,
            output,
            output_value: inline(studio, output).await?,
            options,
            steps,
            next,
            nested,
            groups,
            last_seq,
            execution: ExecutionSummary::of(row, studio).await?,
        })
    }
}

async fn inline(studio: &Studio, reference: Option<PayloadRef>) -> Result<Option<Payload>, ApiError> {
    match reference.filter(|reference| reference.bytes <= INLINE_BYTES) {
        Some(reference) => Ok(studio.store().payload_by_hash(reference.hash).await?),
        None => Ok(None),
    }
}
