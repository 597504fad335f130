//! The steps of an execution, a page at a time.

use axum::extract::State;
use heddle_model::{ExecutionId, StepId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::studio::Studio;
use crate::views::{PAGE, StepGroup, StepView};

pub(super) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(steps))
}

/// Which steps.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StepsQuery {
    /// The path of the step they run within. Absent: the steps of the workflow itself.
    pub(crate) parent: Option<StepId>,
    /// Only those after this path: the `next` of the page before.
    pub(crate) after: Option<StepId>,
    /// Only those that something has happened to after the event of that number, also where it happened within them.
    pub(crate) since: Option<u64>,
    /// At most this many; 1,000 if absent and at the most.
    pub(crate) limit: Option<usize>,
}

/// Some of an execution's steps.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepPage {
    /// Steps of the workflow itself in topological order; turns by number; steps of a sub-workflow in the order they began.
    pub(crate) steps: Vec<StepView>,
    /// How many run within each of them, and where they stand.
    pub(crate) groups: Vec<StepGroup>,
    /// `after` of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<StepId>,
    /// Number of the execution's last event: `since` for what comes after it.
    pub(crate) last_seq: u64,
}

/// The steps of the workflow itself, or those that run within a loop or a sub-workflow, a page at a time.
#[utoipa::path(get, path = "/api/executions/{id}/steps", tag = "executions",
    params(("id" = String, Path, description = "The execution"), StepsQuery),
    responses((status = 200, body = StepPage), (status = 404, body = ErrorBody)))]
async fn steps(
    State(studio): State<Studio>,
    Path(id): Path<ExecutionId>,
    Query(query): Query<StepsQuery>,
) -> Result<Json<StepPage>, ApiError> {
    let limit = query.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let page = studio.look(&id, move |views| {
        let after = query.after.as_ref();
        let (steps, next) = match (&query.parent, query.since) {
            (parent, Some(since)) => views.changed(parent.as_ref(), since, after, limit),
            (Some(parent), None) => views.within(parent, after, limit),
            (None, None) => views.own(after, limit),
        };
        StepPage { groups: views.folded(&steps), steps, next, last_seq: views.row.last_seq }
    });
    page.await.map(Json)
}
