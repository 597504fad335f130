//! An execution's log, which those who follow it wait for.

use std::time::Duration;

use axum::extract::State;
use heddle_model::{Event, ExecutionId, ExecutionStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ExecutionSummary;
use crate::error::{ApiError, ErrorBody};
use crate::extract::{Json, Path, Query};
use crate::studio::Studio;

/// Longest a request for events waits for the next one, in milliseconds.
const MAX_WAIT_MS: u64 = 30_000;

/// Most events in one answer.
const MAX_EVENTS: u32 = 5_000;

pub(super) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(events))
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
