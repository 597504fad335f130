//! The words of Heddle as types, shared by every other part.
//!
//! What it is for: the workflow document (`heddle/v1`), agents, payloads, the events of an execution, and
//! the ids that tie them together. What it never does: IO, clocks, randomness, scheduling, validation beyond
//! "this text is such a document". Nothing here knows about SQLite, HTTP or a window.
//!
//! Start reading at [`Workflow`] (what people draw), then [`Event`] (what happens when it runs) and
//! [`Payload`] (what flows over a wire).

mod agent;
mod document;
mod event;
mod execution;
mod failure;
mod ids;
mod payload;
mod policy;
mod time;
mod workflow;

pub use agent::{Agent, AgentKind, AgentSource};
pub use document::{FORMAT, FormatError, MAX_DOCUMENT_BYTES, parse_workflow, workflow_json_schema};
pub use event::{Event, EventKind, LogLevel, LogLine, SkipReason, Usage};
pub use execution::{AttemptView, ExecutionStatus, RunMode, StepStatus};
pub use failure::{ErrorRecord, Failure, FailureCode};
pub use ids::{AgentId, EdgeId, ExecutionId, StepId, VersionNumber, WorkflowId};
pub use payload::{Payload, PayloadError, PayloadHash, PayloadRef};
pub use policy::{Backoff, OnError, Policy, Retry};
pub use time::Timestamp;
pub use workflow::{Edge, Extra, Note, OutputOptions, Position, Schema, Settings, Step, TestCase, Workflow};
