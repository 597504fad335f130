//! Steps and their attempts, as a timeline shows them.
//!
//! They are made from the log whenever somebody looks (`timeline.rs`). A step that nothing has happened to yet has no
//! row.

use heddle_engine::StoreError;
use heddle_model::{
    AnswerSource, DecidedView, EdgeId, ErrorRecord, ExecutionId, Failure, InterruptionView, LogLine, PayloadRef,
    PoolWaitView, SkipReason, StepId, StepStatus, Timestamp, Usage, WaitingFor,
};

use crate::migrate::Migration;
use crate::store::Store;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sql: "CREATE TABLE steps (
              execution    TEXT    NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
              step         TEXT    NOT NULL,
              status       TEXT    NOT NULL,
              started_at   INTEGER,
              ended_at     INTEGER,
              attempts     INTEGER NOT NULL,
              output_hash  BLOB,
              output_bytes INTEGER,
              branch       TEXT,
              error        TEXT,
              skipped      TEXT,
              PRIMARY KEY (execution, step)
          ) WITHOUT ROWID;
          CREATE TABLE attempts (
              execution     TEXT    NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
              step          TEXT    NOT NULL,
              attempt       INTEGER NOT NULL,
              status        TEXT    NOT NULL,
              queued_at     INTEGER,
              started_at    INTEGER,
              ended_at      INTEGER,
              next_due      INTEGER,
              input_hash    BLOB,
              input_bytes   INTEGER,
              output_hash   BLOB,
              output_bytes  INTEGER,
              sampled       INTEGER NOT NULL DEFAULT 0,
              failure       TEXT,
              llm_calls     INTEGER NOT NULL DEFAULT 0,
              input_tokens  INTEGER NOT NULL DEFAULT 0,
              output_tokens INTEGER NOT NULL DEFAULT 0,
              cost_usd      REAL,
              log           TEXT,
              PRIMARY KEY (execution, step, attempt)
          ) WITHOUT ROWID;",
    },
    Migration {
        version: 2,
        sql: "ALTER TABLE attempts ADD COLUMN source TEXT NOT NULL DEFAULT 'agent';
          ALTER TABLE attempts ADD COLUMN pool TEXT;
          ALTER TABLE attempts ADD COLUMN pool_since INTEGER;
          ALTER TABLE attempts ADD COLUMN waiting TEXT;
          ALTER TABLE steps ADD COLUMN inherited INTEGER NOT NULL DEFAULT 0;",
    },
    // They held nothing the log does not say, and cost every commit more than the log itself.
    Migration { version: 3, sql: "DROP TABLE attempts; DROP TABLE steps;" },
];

/// Where a step of an execution stands.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRow {
    /// The step.
    pub step: StepId,
    /// Where it stands.
    pub status: StepStatus,
    /// When its first attempt began.
    pub started_at: Option<Timestamp>,
    /// When it settled.
    pub ended_at: Option<Timestamp>,
    /// Attempts that were made.
    pub attempts: u32,
    /// Its output: the agent's, or its policy's default.
    pub output: Option<PayloadRef>,
    /// The branch a condition chose.
    pub branch: Option<String>,
    /// Why it failed for good; also there when a default took the output's place.
    pub error: Option<Box<ErrorRecord>>,
    /// Why it did not run.
    pub skipped: Option<SkipReason>,
    /// Its output was taken over from the execution this one goes on from.
    pub inherited: bool,
    /// Edges from it whose condition was false: nothing went along them.
    pub not_taken: Vec<EdgeId>,
    /// What somebody decided, for an approval.
    pub decided: Option<DecidedView>,
}

/// One try of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct AttemptRow {
    /// The step.
    pub step: StepId,
    /// From 1.
    pub attempt: u32,
    /// Where it stands: queued, running, completed, failed or cancelled.
    pub status: StepStatus,
    /// When the pause before it was over. None for a first attempt: it could start when the steps before it had settled.
    pub queued_at: Option<Timestamp>,
    /// When the agent was called; after a crash, when it was called again.
    pub started_at: Option<Timestamp>,
    /// The calls before that one, which a crash cut short.
    pub interrupted: Vec<InterruptionView>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When the attempt after it is due, if one was planned.
    pub next_due: Option<Timestamp>,
    /// What the agent was given.
    pub input: Option<PayloadRef>,
    /// What it answered.
    pub output: Option<PayloadRef>,
    /// The answer is a sample.
    pub sampled: bool,
    /// Where the answer comes from.
    pub source: AnswerSource,
    /// The pool it waited for, and since when.
    pub pool: Option<PoolWaitView>,
    /// What a person is asked, while the attempt waits for one.
    pub waiting: Option<WaitingFor>,
    /// Why it failed.
    pub failure: Option<Box<Failure>>,
    /// What it used.
    pub usage: Usage,
    /// What it said.
    pub log: Vec<LogLine>,
    /// The agent that did the work, if it was chosen from several.
    pub chosen: Option<String>,
}

impl Store {
    /// The steps of an execution something has happened to, in the order they began.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn steps(&self, execution: &ExecutionId) -> Result<Vec<StepRow>, StoreError> {
        let steps = self.look(execution, |_, timeline| timeline.steps().into_iter().cloned().collect()).await?;
        Ok(steps.unwrap_or_default())
    }

    /// Every attempt of an execution, by step and number.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn attempts(&self, execution: &ExecutionId) -> Result<Vec<AttemptRow>, StoreError> {
        Ok(self.look(execution, |_, timeline| timeline.all_attempts().cloned().collect()).await?.unwrap_or_default())
    }
}
