//! Executions: one row each, with what a list shows of them.
//!
//! Here is the row and how it is read; `list.rs` finds many, `look.rs` shows one with its steps, `change.rs` is what people
//! do to one that is kept, `write.rs` what events do to its row.

mod change;
mod list;
mod look;
mod write;

use std::sync::Arc;

use heddle_engine::StoreError;
use heddle_model::{
    ExecutionId, ExecutionStatus, Failure, PayloadHash, PayloadRef, RunMode, RunOptions, StepId, Timestamp, Usage,
    VersionNumber, WorkflowId,
};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Map, Value};

pub use self::list::ExecutionFilter;
pub use self::look::ExecutionDetail;
pub(crate) use self::write::{delete, insert, save};
use crate::error::Outcome;
use crate::folds::Folds;
use crate::migrate::Migration;
use crate::sql;
use crate::store::Store;
use crate::tally::Tally;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sql: "CREATE TABLE executions (
                  id              TEXT    PRIMARY KEY NOT NULL,
                  workflow        TEXT    NOT NULL,
                  workflow_name   TEXT    NOT NULL,
                  version         INTEGER,
                  document        BLOB    NOT NULL,
                  mode            TEXT    NOT NULL,
                  status          TEXT    NOT NULL,
                  current_step    TEXT,
                  completed_steps INTEGER NOT NULL DEFAULT 0,
                  settled_steps   INTEGER NOT NULL DEFAULT 0,
                  total_steps     INTEGER NOT NULL,
                  created_at      INTEGER NOT NULL,
                  started_at      INTEGER,
                  completed_at    INTEGER,
                  input_hash      BLOB    NOT NULL,
                  input_bytes     INTEGER NOT NULL,
                  output_hash     BLOB,
                  output_bytes    INTEGER,
                  failure         TEXT,
                  failed_step     TEXT,
                  llm_calls       INTEGER NOT NULL DEFAULT 0,
                  input_tokens    INTEGER NOT NULL DEFAULT 0,
                  output_tokens   INTEGER NOT NULL DEFAULT 0,
                  cost_usd        REAL,
                  retry_of        TEXT,
                  metadata        TEXT    NOT NULL DEFAULT '{}',
                  last_seq        INTEGER NOT NULL DEFAULT 0,
                  owner           TEXT    NOT NULL
              );
              CREATE INDEX executions_by_time ON executions (created_at, id);
              CREATE INDEX executions_by_workflow ON executions (workflow, created_at, id);
              CREATE INDEX executions_unsettled ON executions (created_at, id)
                  WHERE status IN ('pending', 'running', 'paused');",
    },
    Migration { version: 2, sql: "ALTER TABLE executions ADD COLUMN options TEXT NOT NULL DEFAULT '{}';" },
    Migration {
        version: 3,
        // `n` is how the log refers to it, never used twice. `owner` is the instance of the store that runs it: see claim.rs. What has
        // not settled is as far as its log says; only the status is kept up to date before.
        sql: "DROP INDEX executions_by_time;
              DROP INDEX executions_by_workflow;
              DROP INDEX executions_unsettled;
              ALTER TABLE executions RENAME TO executions_1;
              CREATE TABLE executions (
                  n               INTEGER PRIMARY KEY AUTOINCREMENT,
                  id              TEXT    NOT NULL UNIQUE,
                  workflow        TEXT    NOT NULL,
                  workflow_name   TEXT    NOT NULL,
                  version         INTEGER,
                  document        BLOB    NOT NULL,
                  mode            TEXT    NOT NULL,
                  status          TEXT    NOT NULL,
                  starred         INTEGER NOT NULL DEFAULT 0,
                  completed_steps INTEGER NOT NULL DEFAULT 0,
                  settled_steps   INTEGER NOT NULL DEFAULT 0,
                  total_steps     INTEGER NOT NULL,
                  created_at      INTEGER NOT NULL,
                  started_at      INTEGER,
                  completed_at    INTEGER,
                  input_hash      BLOB    NOT NULL,
                  input_bytes     INTEGER NOT NULL,
                  output_hash     BLOB,
                  output_bytes    INTEGER,
                  failure         TEXT,
                  failed_step     TEXT,
                  llm_calls       INTEGER NOT NULL DEFAULT 0,
                  input_tokens    INTEGER NOT NULL DEFAULT 0,
                  output_tokens   INTEGER NOT NULL DEFAULT 0,
                  cost_usd        REAL,
                  retry_of        TEXT,
                  metadata        TEXT    NOT NULL DEFAULT '{}',
                  last_seq        INTEGER NOT NULL DEFAULT 0,
                  owner           TEXT    NOT NULL,
                  options         TEXT    NOT NULL DEFAULT '{}'
              );
              INSERT INTO executions (
                  id, workflow, workflow_name, version, document, mode, status, completed_steps, settled_steps, total_steps,
                  created_at, started_at, completed_at, input_hash, input_bytes, output_hash, output_bytes, failure,
                  failed_step, llm_calls, input_tokens, output_tokens, cost_usd, retry_of, metadata, last_seq, owner, options)
              SELECT
                  id, workflow, workflow_name, version, document, mode, status, completed_steps, settled_steps, total_steps,
                  created_at, started_at, completed_at, input_hash, input_bytes, output_hash, output_bytes, failure,
                  failed_step, llm_calls, input_tokens, output_tokens, cost_usd, retry_of, metadata, last_seq, owner,
                  options
              FROM executions_1 ORDER BY created_at, id;
              CREATE INDEX executions_by_time ON executions (created_at, id);
              CREATE INDEX executions_by_workflow ON executions (workflow, created_at, id);
              CREATE INDEX executions_unsettled ON executions (created_at, id)
                  WHERE status IN ('pending', 'running', 'paused');",
    },
    // The tables that referred to it are gone by now.
    Migration { version: 4, sql: "DROP TABLE executions_1;" },
];

/// One execution, as far as it has got.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionRow {
    /// Its id.
    pub id: ExecutionId,
    /// The workflow it runs.
    pub workflow_id: WorkflowId,
    /// What the workflow was called when it began.
    pub workflow_name: String,
    /// The saved version it runs. None: the draft as it was then.
    pub version: Option<VersionNumber>,
    /// The exact document it runs; [`Store::payload_by_hash`] gives the text.
    pub document: PayloadHash,
    /// For real, or to try it out.
    pub mode: RunMode,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// The step that began last, while the execution has not settled.
    pub current_step: Option<StepId>,
    /// Steps that have an output.
    pub completed_steps: u32,
    /// Steps nothing more will happen to: completed, failed, skipped or cancelled.
    pub settled_steps: u32,
    /// Steps of the workflow.
    pub total_steps: u32,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it settled, however it did.
    pub completed_at: Option<Timestamp>,
    /// Its input.
    pub input: PayloadRef,
    /// Its output, once completed.
    pub output: Option<PayloadRef>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// The step that made it fail, if one did.
    pub failed_step: Option<StepId>,
    /// What its attempts used, all together.
    pub usage: Usage,
    /// The execution this one tries again.
    pub retry_of: Option<ExecutionId>,
    /// What is special about it.
    pub options: RunOptions,
    /// Somebody wants to keep it, however old it gets.
    pub starred: bool,
    /// What its caller noted about it.
    pub metadata: Map<String, Value>,
    /// The `seq` of its last event; 0 before the first.
    pub last_seq: u64,
}

const COLUMNS: &str = "n, id, workflow, workflow_name, version, document, mode, status, starred, completed_steps,
    settled_steps, total_steps, created_at, started_at, completed_at, input_hash, input_bytes, output_hash,
    output_bytes, failure, failed_step, llm_calls, input_tokens, output_tokens, cost_usd, retry_of, metadata, last_seq,
    options";

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, ExecutionRow)> {
    let read = ExecutionRow {
        id: row.get::<_, String>(1)?.into(),
        workflow_id: row.get::<_, String>(2)?.into(),
        workflow_name: row.get(3)?,
        version: row.get::<_, Option<u32>>(4)?.map(VersionNumber),
        document: sql::hash(row, 5)?,
        mode: sql::word(row, 6)?,
        status: sql::word(row, 7)?,
        starred: row.get(8)?,
        current_step: None,
        completed_steps: row.get(9)?,
        settled_steps: row.get(10)?,
        total_steps: row.get(11)?,
        created_at: sql::at(row, 12)?,
        started_at: sql::maybe_at(row, 13)?,
        completed_at: sql::maybe_at(row, 14)?,
        input: sql::reference(row, 15)?,
        output: sql::maybe_reference(row, 17)?,
        failure: sql::maybe_json(row, 19)?,
        failed_step: row.get::<_, Option<String>>(20)?.map(StepId::from),
        usage: sql::usage(row, 21)?,
        retry_of: row.get::<_, Option<String>>(25)?.map(ExecutionId::from),
        metadata: sql::json(row, 26)?,
        last_seq: sql::count(row, 27)?,
        options: sql::json(row, 28)?,
    };
    Ok((row.get(0)?, read))
}

impl ExecutionRow {
    /// What has not settled is as far as its log says.
    fn with(mut self, tally: &Tally) -> Self {
        self.status = tally.status;
        self.current_step.clone_from(&tally.current_step);
        (self.completed_steps, self.settled_steps) = (tally.completed_steps, tally.settled_steps);
        (self.started_at, self.completed_at) = (tally.started_at, tally.completed_at);
        self.output = tally.output;
        self.failure.clone_from(&tally.failure);
        self.failed_step.clone_from(&tally.failed_step);
        self.usage = tally.usage;
        self.last_seq = tally.last_seq;
        self
    }
}

impl Store {
    /// One execution.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn execution(&self, id: &ExecutionId) -> Result<Option<ExecutionRow>, StoreError> {
        let (id, folds) = (id.clone(), Arc::clone(self.folds()));
        self.read(move |conn| Ok(find(conn, &folds, &id)?.map(|(_, row)| row))).await
    }

    /// The hash of the document an execution runs: what is needed to make sense of its steps.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn execution_document(&self, id: &ExecutionId) -> Result<Option<PayloadHash>, StoreError> {
        let id = id.clone();
        self.read(move |conn| Ok(stored(conn, &id)?.map(|(_, row)| row.document))).await
    }
}

/// The number by which the log refers to an execution.
pub(crate) fn number(conn: &Connection, id: &ExecutionId) -> Outcome<Option<i64>> {
    let mut find = conn.prepare_cached("SELECT n FROM executions WHERE id = ?1")?;
    Ok(find.query_row([id.as_str()], |row| row.get(0)).optional()?)
}

/// An execution's row as it is stored. Before it has settled only the status of what the log says is in there.
fn stored(conn: &Connection, id: &ExecutionId) -> Outcome<Option<(i64, ExecutionRow)>> {
    Ok(conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM executions WHERE id = ?1"))?
        .query_row([id.as_str()], read)
        .optional()?)
}

/// An execution as far as it has got.
pub(crate) fn find(conn: &Connection, folds: &Folds, id: &ExecutionId) -> Outcome<Option<(i64, ExecutionRow)>> {
    let Some((n, row)) = stored(conn, id)? else { return Ok(None) };
    Ok(Some((n, followed(conn, folds, n, row)?)))
}

fn followed(conn: &Connection, folds: &Folds, n: i64, row: ExecutionRow) -> Outcome<ExecutionRow> {
    if row.status.is_settled() {
        return Ok(row);
    }
    let id = row.id.clone();
    folds.tallies.with(conn, &id, n, |tally| row.with(tally))
}
