//! The words of Heddle as types, shared by every other part.
//!
//! What it is for: the workflow document (`heddle/v1`), agents, payloads, the events of an execution, and
//! the ids that tie them together. What it never does: IO, clocks, randomness, scheduling, validation beyond
//! "this text is such a document". Nothing here knows about SQLite, HTTP or a window.
//!
//! Start reading at [`Workflow`] (what people draw), then [`Event`] (what happens when it runs) and
//! [`Payload`] (what flows over a wire).

mod agent;
mod carry;
mod document;
mod event;
mod execution;
mod failure;
mod flow;
mod ids;
mod outcome;
mod path;
mod payload;
mod policy;
mod storage;
mod time;
mod workflow;

pub use agent::{Agent, AgentKind, AgentSource};
pub use carry::WorkflowRef;
pub use document::{FORMAT, FormatError, MAX_DOCUMENT_BYTES, parse_workflow, workflow_json_schema};
pub use event::{Event, EventKind};
pub use execution::{
    AttemptView, DecidedView, ExecutionStatus, Fork, InterruptionView, PoolWaitView, Replay, ReplayMode, RunMode,
    RunOptions, StepStatus, WaitingFor,
};
pub use failure::{ErrorRecord, Failure, FailureCode};
pub use flow::{Breakpoint, ForEach, Join, Loop, OnItemError, Repeat, is_followed};
pub use ids::{AgentId, EdgeId, ExecutionId, StepId, VersionNumber, WorkflowId};
pub use outcome::{AnswerSource, Decision, Inherited, LogLevel, LogLine, SkipReason, Usage};
pub use payload::{Payload, PayloadError, PayloadHash, PayloadRef};
pub use policy::{Backoff, Cache, OnError, Policy, Retry};
pub use storage::Storage;
pub use time::Timestamp;
pub use workflow::{
    APPROVED, COMPENSATE, CarriedWorkflow, ERROR, Edge, Extra, Note, OutputOptions, Position, REJECTED, Schema,
    Settings, Step, TestCase, Workflow,
};
