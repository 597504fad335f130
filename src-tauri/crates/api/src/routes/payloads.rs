//! What flowed over the wires: previews of any size, and the whole for download.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use heddle_model::PayloadHash;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{Json, Path, Query};
use crate::studio::Studio;

/// Most bytes in one answer.
const MAX_RANGE: usize = 1024 * 1024;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(range)).routes(routes!(raw))
}

/// Which part.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RangeQuery {
    /// Where it begins, in bytes; 0 if absent.
    pub(crate) offset: Option<u64>,
    /// At most this many bytes; 65,536 if absent, 1,048,576 at the most.
    pub(crate) limit: Option<usize>,
}

/// A part of a payload's JSON text.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PayloadPart {
    /// The payload.
    pub(crate) hash: PayloadHash,
    /// Length of the whole text in bytes.
    pub(crate) bytes: u64,
    /// Where this part begins, in bytes.
    pub(crate) offset: u64,
    /// The part, cut at whole characters.
    pub(crate) text: String,
    /// Where the next part begins; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<u64>,
    /// This part is the whole.
    pub(crate) complete: bool,
}

fn parse(hash: &str) -> Result<PayloadHash, ApiError> {
    hash.parse().map_err(|_| ApiError::new(ErrorCode::BadRequest, "a payload's hash is 64 hexadecimal digits"))
}

/// A part of a payload's JSON text, exactly as it flowed.
#[utoipa::path(get, path = "/api/payloads/{hash}", tag = "payloads", params(("hash" = String, Path, description = "The payload"), RangeQuery),
    responses((status = 200, body = PayloadPart), (status = 404, body = ErrorBody)))]
async fn range(
    State(studio): State<Studio>,
    Path(hash): Path<String>,
    Query(query): Query<RangeQuery>,
) -> Result<Json<PayloadPart>, ApiError> {
    let limit = query.limit.unwrap_or(64 * 1024).clamp(1, MAX_RANGE);
    let hash = parse(&hash)?;
    let part = studio.store().payload_range(hash, query.offset.unwrap_or(0), limit).await?;
    let part = part.ok_or_else(|| ApiError::not_found(format!("payload `{hash}`")))?;
    let end = part.offset + part.text.len() as u64;
    Ok(Json(PayloadPart {
        hash,
        bytes: part.total,
        next: (end < part.total).then_some(end),
        complete: part.offset == 0 && end == part.total,
        offset: part.offset,
        text: part.text,
    }))
}

/// A whole payload, as JSON.
#[utoipa::path(get, path = "/api/payloads/{hash}/raw", tag = "payloads", params(("hash" = String, Path, description = "The payload")),
    responses((status = 200, description = "The payload itself", body = Object, content_type = "application/json"),
        (status = 404, body = ErrorBody)))]
async fn raw(State(studio): State<Studio>, Path(hash): Path<String>) -> Result<Response, ApiError> {
    let hash = parse(&hash)?;
    let payload = studio.store().payload_by_hash(hash).await?;
    let payload = payload.ok_or_else(|| ApiError::not_found(format!("payload `{hash}`")))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], payload.text().to_owned()).into_response())
}
