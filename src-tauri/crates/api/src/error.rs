//! What goes wrong, on the wire: `{code, message, details}`, from one table.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use heddle_engine::{EngineError, Refused, StoreError};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $wire:literal $status:ident $help:literal;)*) => {
        /// Every way an operation can be refused. The table also prints docs/errors.md.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)* }
            }

            /// The HTTP status it goes with.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)* }
            }

            /// What to do about it, in one sentence.
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)* }
            }
        }
    };
}

codes! {
    /// The request is not of the operation's form.
    BadRequest "bad_request" BAD_REQUEST "Compare the request with the operation's schema at /api/docs.";
    /// No or a wrong token.
    Unauthorized "unauthorized" UNAUTHORIZED "Send the token `heddle serve` printed as `Authorization: Bearer …`.";
    /// The request comes from another site or for another host.
    Forbidden "forbidden" FORBIDDEN "Use the address `heddle serve` printed, from this machine.";
    /// There is no such thing.
    NotFound "not_found" NOT_FOUND "Check the id; lists show what there is.";
    /// The draft has been changed elsewhere since it was read.
    StaleRevision "stale_revision" CONFLICT "Read the draft again, then apply the edit to it.";
    /// It is there already, or in a state that does not allow this.
    Conflict "conflict" CONFLICT "Read it again and look at its state.";
    /// Another process drives the execution.
    RunsElsewhere "runs_elsewhere" CONFLICT "Do it in the window, `heddle serve` or `heddle run` that drives the execution.";
    /// The approval has been decided.
    AlreadyDecided "already_decided" CONFLICT "Read the execution again: it says who decided what.";
    /// The step does not wait for this.
    NotWaiting "not_waiting" CONFLICT "Read the execution again and look at what its steps wait for.";
    /// No workflow is for this request.
    NoRoute "no_route" NOT_FOUND "The details say why each workflow is not for it; look at names, version labels and `settings.route`.";
    /// Several workflows are for this request.
    AmbiguousRoute "ambiguous_route" CONFLICT "Name the workflow, or make the `settings.route` of those in the details exclude one another.";
    /// The document is not a workflow.
    InvalidDocument "invalid_document" UNPROCESSABLE_ENTITY "The message says where; docs/format.md describes the format.";
    /// The workflow has errors.
    WorkflowHasErrors "workflow_has_errors" UNPROCESSABLE_ENTITY "Mend what the problems list says, then try again.";
    /// The input does not fit the workflow's input schema.
    InputInvalid "input_invalid" UNPROCESSABLE_ENTITY "The details say which field is wrong and what is expected.";
    /// More than is accepted.
    TooLarge "too_large" PAYLOAD_TOO_LARGE "Send less: inputs and documents have a size limit.";
    /// The disk is full.
    DiskFull "disk_full" INSUFFICIENT_STORAGE "Free some space; what was saved before is safe.";
    /// The data folder may not be written.
    ReadOnly "read_only" FORBIDDEN "Make the data folder writable, or choose another one.";
    /// The database is damaged.
    Damaged "damaged" INTERNAL_SERVER_ERROR "Restore a backup of the data folder; the damaged file was left as it is.";
    /// Another process holds the database.
    Busy "busy" SERVICE_UNAVAILABLE "Try again in a moment, or end the other process.";
    /// A mistake in Heddle.
    Internal "internal" INTERNAL_SERVER_ERROR "Please report it, with the message.";
}

impl ErrorCode {
    /// The table as Markdown: what docs/errors.md holds.
    pub fn table() -> String {
        let head = "# Errors\n\n\
            Every operation that is refused answers with `{\"code\", \"message\", \"details\"}`. The message says what was\n\
            expected, what was found, where, and what to do; programs go by the code. This page is printed by\n\
            `cargo run -p heddle-api --example errors`.\n\n\
            | code | HTTP status | what to do |\n|---|---|---|\n";
        let rows = Self::ALL
            .iter()
            .map(|code| format!("| `{}` | {} | {} |\n", code.as_str(), code.status().as_u16(), code.help()));
        rows.fold(head.to_owned(), |table, row| table + &row)
    }
}

/// The body of every answer that is not a success.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// What was expected, what was found, where, and what to do.
    pub message: String,
    /// More, depending on the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub details: Option<Value>,
}

/// An operation's refusal.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// What went wrong, for people.
    pub message: String,
    /// More, depending on the code.
    pub details: Option<Value>,
}

impl ApiError {
    /// A refusal without details.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None }
    }

    /// A refusal that something is not there: `what` names the kind and the id.
    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::NotFound, format!("there is no {what}"))
    }

    /// Adds details.
    #[must_use]
    pub fn with(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if self.code == ErrorCode::Internal {
            tracing::error!(message = %self.message, "an operation failed");
        }
        let body = ErrorBody { code: self.code, message: self.message, details: self.details };
        (self.code.status(), Json(body)).into_response()
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::DiskFull(_) => ErrorCode::DiskFull,
            StoreError::ReadOnly(_) => ErrorCode::ReadOnly,
            StoreError::Damaged(_) => ErrorCode::Damaged,
            StoreError::Busy(_) => ErrorCode::Busy,
            StoreError::Conflict(_) | StoreError::GoesOn { .. } => ErrorCode::Conflict,
            StoreError::Other(_) => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        let code = match error {
            EngineError::Store(error) => return error.into(),
            EngineError::Plan(_) => ErrorCode::WorkflowHasErrors,
            EngineError::NotFound(_) | EngineError::NoSuchStep(..) => ErrorCode::NotFound,
            EngineError::Settled(..) | EngineError::Running(_) | EngineError::TakenOver { .. } => ErrorCode::Conflict,
            EngineError::PayloadMissing(_) => ErrorCode::Damaged,
        };
        Self::new(code, error.to_string())
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        let code = match refused {
            Refused::NotRunning(_) => ErrorCode::Conflict,
            Refused::NotWaiting(_) => ErrorCode::NotWaiting,
        };
        Self::new(code, refused.to_string())
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        let code = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
            _ => ErrorCode::BadRequest,
        };
        Self::new(code, rejection.body_text())
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(ErrorCode::BadRequest, rejection.body_text())
    }
}

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> Self {
        Self::new(ErrorCode::BadRequest, rejection.body_text())
    }
}
