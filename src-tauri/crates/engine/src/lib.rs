//! The engine: a pure scheduler, and the tokio runtime around it.
//!
//! What it is for: running a workflow so that nothing is lost and everything is explained. A run *is* its event log;
//! [`scheduler::apply`] folds it into a state and says what to do next. [`Engine`] does it: calls agents, waits,
//! keeps the log. What it never does: IO of its own. Agents, storage and time come in through the traits
//! [`AgentRunner`], [`RunStore`] and [`Clock`]. Nothing here knows about SQLite, HTTP or JavaScript.
//!
//! Start reading at [`scheduler`], then `runtime::driver`.

mod memory;
mod plan;
mod ports;
mod runtime;
pub mod scheduler;

pub use memory::MemoryStore;
pub use plan::{
    Approval, Body, DEFAULT_MAX_OUTPUT_BYTES, Failing, Link, Plan, PlanError, PlannedBreakpoint, PlannedStep,
    Repetition, RepetitionKind, StepIndex,
};
pub use ports::{
    AgentAnswer, AgentCall, AgentRunner, AttemptResult, Batch, Clock, KeptAnswer, NewExecution, RunStore, StoreError,
    StoredExecution, SystemClock,
};
pub use runtime::{Control, Engine, EngineError, Outcome, PoolLimits, Refused, Running};
