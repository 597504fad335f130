//! What the engine needs from the world: somebody who does the work, somebody who keeps the log, and a clock.

use std::sync::Arc;

use futures::future::BoxFuture;
use heddle_model::{
    Agent, Event, ExecutionId, Failure, LogLine, Payload, PayloadHash, PayloadRef, RunMode, RunOptions, StepId,
    Timestamp, Usage, VersionNumber, Workflow, WorkflowId,
};
use tokio_util::sync::CancellationToken;

/// Does the work of a step. Implemented by the crate `agents`, and by fakes in tests.
pub trait AgentRunner: Send + Sync + 'static {
    /// Makes one attempt. The future must end soon after `call.cancel` fires; the engine drops it otherwise.
    ///
    /// The engine has already checked the input against the agent's input schema, and checks the output afterwards;
    /// timeouts and retries are the engine's as well.
    fn run(&self, call: AgentCall) -> BoxFuture<'static, AttemptResult>;
}

/// One attempt to be made.
#[derive(Debug, Clone)]
pub struct AgentCall {
    /// The execution it belongs to.
    pub execution: ExecutionId,
    /// The step it belongs to.
    pub step: StepId,
    /// From 1.
    pub attempt: u32,
    /// The same for every repetition of the same attempt after a crash; agents pass it on where they can.
    pub idempotency_key: String,
    /// What to do.
    pub agent: Arc<Agent>,
    /// The agents it may choose, if it is of kind `select`.
    pub candidates: Arc<[Arc<Agent>]>,
    /// What to do it with.
    pub input: Payload,
    /// Constants of the workflow, a JSON object: what expressions see as `vars`.
    pub vars: Payload,
    /// In test mode an agent that lacks its provider may answer with its sample, marked as such.
    pub mode: RunMode,
    /// Fires when the attempt is no longer wanted.
    pub cancel: CancellationToken,
}

/// How one attempt ended, with what it used and said on the way.
#[derive(Debug, Clone)]
pub struct AttemptResult {
    /// The answer, or why there is none.
    pub outcome: Result<AgentAnswer, Failure>,
    /// What it used.
    pub usage: Usage,
    /// What it said.
    pub log: Vec<LogLine>,
    /// The name of the agent that did the work, if it was chosen from several.
    pub chosen: Option<String>,
}

impl AttemptResult {
    /// An answer that used nothing and said nothing.
    pub fn answer(output: Payload) -> Self {
        Self {
            outcome: Ok(AgentAnswer { output, branch: None, sampled: false }),
            usage: Usage::default(),
            log: Vec::new(),
            chosen: None,
        }
    }

    /// A failure that used nothing and said nothing.
    pub fn failure(failure: Failure) -> Self {
        Self { outcome: Err(failure), usage: Usage::default(), log: Vec::new(), chosen: None }
    }
}

/// What an agent answered.
#[derive(Debug, Clone)]
pub struct AgentAnswer {
    /// Its output.
    pub output: Payload,
    /// The branch it chose, if it is one that chooses.
    pub branch: Option<String>,
    /// The output is the agent's sample, not its work.
    pub sampled: bool,
}

/// An answer that may be given again.
#[derive(Debug, Clone)]
pub struct KeptAnswer {
    /// What was answered.
    pub answer: AgentAnswer,
    /// The name of the agent that had answered, if it was chosen from several.
    pub chosen: Option<String>,
}

/// Keeps executions. Implemented by the crate `store` on SQLite, and by [`crate::MemoryStore`].
pub trait RunStore: Send + Sync + 'static {
    /// Keeps a new execution, before anything of it happens. Of those that resume the same one, a store that outlives
    /// the process keeps one that has not settled: see [`NewExecution::resumes`].
    fn create(&self, execution: NewExecution) -> BoxFuture<'static, Result<(), StoreError>>;

    /// Adds events to an execution's log, with the payloads they speak of. Resolves once all of it is durable.
    ///
    /// Events of one execution are appended by one driver, in order; a `seq` that is already taken is an error.
    fn append(&self, id: ExecutionId, batch: Batch) -> BoxFuture<'static, Result<(), StoreError>>;

    /// An execution and its whole log, in order.
    fn load(&self, id: ExecutionId) -> BoxFuture<'static, Result<Option<StoredExecution>, StoreError>>;

    /// A payload that was kept.
    fn payload(&self, reference: PayloadRef) -> BoxFuture<'static, Result<Option<Payload>, StoreError>>;

    /// An answer that was kept under that key and is still good.
    fn cached(&self, _key: PayloadHash) -> BoxFuture<'static, Result<Option<KeptAnswer>, StoreError>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Keeps an answer under a key for so many milliseconds, or until space is needed.
    fn cache(
        &self,
        _key: PayloadHash,
        _kept: KeptAnswer,
        _ttl_ms: Option<u64>,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Executions that have not settled, oldest first: what to take up again after a crash.
    fn unsettled(&self) -> BoxFuture<'static, Result<Vec<ExecutionId>, StoreError>>;
}

/// Events to add, with the payloads they speak of.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// In order of `seq`.
    pub events: Vec<Event>,
    /// Everything the events refer to that was not kept with an earlier batch.
    pub payloads: Vec<Payload>,
}

/// An execution about to begin.
#[derive(Debug, Clone)]
pub struct NewExecution {
    /// Its id.
    pub id: ExecutionId,
    /// The workflow it runs.
    pub workflow_id: WorkflowId,
    /// The saved version it runs. None: the draft.
    pub version: Option<VersionNumber>,
    /// The document it runs, with every agent it refers to carried along.
    pub workflow: Arc<Workflow>,
    /// For real, or to try it out.
    pub mode: RunMode,
    /// Its input.
    pub input: Payload,
    /// Number of steps.
    pub total_steps: u32,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// The execution this one tries again.
    pub retry_of: Option<ExecutionId>,
    /// What is special about it.
    pub options: RunOptions,
}

impl NewExecution {
    /// The execution that this one resumes: it does what that one had left undone, which must not be done twice.
    pub fn resumes(&self) -> Option<&ExecutionId> {
        let fork = self.options.fork.as_ref().filter(|fork| fork.step.is_none())?;
        (self.retry_of.is_none() && self.options.replay.is_none()).then_some(&fork.of)
    }
}

/// An execution as it was kept.
#[derive(Debug, Clone)]
pub struct StoredExecution {
    /// What was to be run.
    pub execution: NewExecution,
    /// What happened so far, in order.
    pub events: Vec<Event>,
}

/// Why something could not be kept or read. The message says what to do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// No space is left on the device.
    #[error("the disk is full: {0}")]
    DiskFull(String),
    /// The database or its folder may not be written.
    #[error("the data folder is read-only: {0}")]
    ReadOnly(String),
    /// The database is damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The database stayed locked by another process for too long.
    #[error("the database is in use by another process: {0}")]
    Busy(String),
    /// The same `seq` or id is already there.
    #[error("already kept: {0}")]
    Conflict(String),
    /// Somebody resumed the execution already.
    #[error("execution `{of}` goes on already, as `{already}`")]
    GoesOn {
        /// The one to be resumed.
        of: ExecutionId,
        /// The one that does what is left of it.
        already: ExecutionId,
    },
    /// Any other fault.
    #[error("the database could not be used: {0}")]
    Other(String),
}

/// Tells the time. Injected, so that tests and replays are exact.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}
