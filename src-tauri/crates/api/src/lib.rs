//! Every operation of Heddle, once: an HTTP router, described by its OpenAPI document.
//!
//! What it is for: the boundary between the core and everything that uses it. The window mounts the router on a
//! private scheme, `heddle serve` binds it to a loopback port behind `guard`, the command line uses [`Studio`]
//! directly. What it never does: open a window, print, or decide anything the crates below decide.
//!
//! Start reading at [`Studio`], then at the folder `routes`: one file for each thing operations are about.

mod approvals;
mod carry;
mod docs;
mod error;
mod extract;
mod guard;
mod input;
mod paths;
mod place;
mod routes;
mod routing;
mod start;
mod studio;
mod takeover;
mod upkeep;
mod views;

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use approvals::{Verdict, WaitingApproval, check_form};
pub use carry::with_itself;
pub use error::{ApiError, ErrorBody, ErrorCode};
pub use guard::Token;
pub use place::data_dir;
pub use routes::executions::{ExecutionDetail, ExecutionSummary};
pub use routing::Wanted;
pub use start::{PreparedExecution, Request, Start, WhichDocument, new_execution_id, prepare};
pub use studio::{Studio, StudioError, StudioOptions};
pub use views::{StepGroup, StepView};

/// Largest request body: a document or an input of 64 MB and its wrapping.
const MAX_BODY_BYTES: usize = heddle_model::MAX_DOCUMENT_BYTES + 64 * 1024;

#[derive(OpenApi)]
#[openapi(
    info(title = "Heddle", description = "Every operation of the Heddle studio, on this machine."),
    tags(
        (name = "workflows", description = "Documents: drafts, their edits, import and export"),
        (name = "versions", description = "Saved states of a workflow"),
        (name = "executions", description = "Runs: start, follow, cancel, go on from earlier ones"),
        (name = "approvals", description = "What waits for a person's decision"),
        (name = "payloads", description = "What flowed over the wires"),
        (name = "agents", description = "The library of agents"),
        (name = "settings", description = "Settings"),
        (name = "storage", description = "What takes how much space, and what is kept"),
        (name = "meta", description = "This Heddle"),
    ),
    // Workflows carry workflows: the recursion is cut where it is used, so it is named here.
    components(schemas(heddle_model::CarriedWorkflow)),
)]
struct Description;

fn operations() -> OpenApiRouter<Studio> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(routes::workflows::routes())
        .merge(routes::versions::routes())
        .merge(routes::validation::routes())
        .merge(routes::wires::routes())
        .merge(routes::preview::routes())
        .merge(routes::executions::routes())
        .merge(routes::reruns::routes())
        .merge(routes::control::routes())
        .merge(routes::approvals::routes())
        .merge(routes::routing::routes())
        .merge(routes::payloads::routes())
        .merge(routes::agents::routes())
        .merge(routes::settings::routes())
        .merge(routes::storage::routes())
        .merge(routes::meta::routes())
}

/// The OpenAPI document of the API; the UI's client is generated from it.
///
/// # Errors
/// Never in practice: the description is made of plain data.
pub fn openapi() -> Result<serde_json::Value, serde_json::Error> {
    let mut description = serde_json::to_value(operations().into_openapi())?;
    docs::without_nulls(&mut description);
    docs::open_objects(&mut description);
    docs::name_operations(&mut description);
    Ok(description)
}

impl Studio {
    /// The router, for a caller that is already inside: no token, no checks of who asks.
    pub fn router(&self) -> Router {
        let description = openapi().unwrap_or_default();
        Router::from(operations())
            .merge(docs::router(description))
            .fallback(not_found)
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
            .with_state(self.clone())
    }

    /// The router for a loopback port: only this machine, our own pages, and the bearer of the token get through.
    pub fn guarded_router(&self, token: Token) -> Router {
        self.router().layer(middleware::from_fn_with_state(token, guard::check))
    }
}

async fn not_found(uri: axum::http::Uri) -> ApiError {
    ApiError::not_found(format!("operation at `{}`; /api/docs lists them", uri.path()))
}
