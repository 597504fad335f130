//! What this Heddle is.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Json;
use crate::studio::Studio;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(health))
}

/// What this Heddle is, and where it keeps things.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Its version.
    pub(crate) version: &'static str,
    /// Where everything is kept. Absent: in memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data_dir: Option<String>,
}

/// Answers when Heddle is ready.
#[utoipa::path(get, path = "/api/health", tag = "meta", responses((status = 200, body = Health)))]
async fn health(State(studio): State<Studio>) -> Json<Health> {
    let data_dir = studio.data_dir().map(|folder| folder.display().to_string());
    Json(Health { version: env!("CARGO_PKG_VERSION"), data_dir })
}
