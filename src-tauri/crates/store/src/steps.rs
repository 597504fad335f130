//! Steps and their attempts as rows.
//!
//! The rows hold nothing the log does not say: `project.rs` makes them from the events, in the transaction that keeps
//! those, and [`Store::rebuild`] makes them anew. A step that nothing has happened to yet has no row.

use heddle_engine::StoreError;
use heddle_model::{
    AnswerSource, ErrorRecord, ExecutionId, Failure, LogLine, PayloadRef, PoolWaitView, SkipReason, StepId, StepStatus,
    Timestamp, Usage, WaitingFor,
};
use rusqlite::{Connection, Row};

use crate::error::Outcome;
use crate::migrate::Migration;
use crate::project::project;
use crate::store::Store;
use crate::{events, executions, sql};

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
    pub error: Option<ErrorRecord>,
    /// Why it did not run.
    pub skipped: Option<SkipReason>,
    /// Its output was taken over from the execution this one goes on from.
    pub inherited: bool,
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
    pub failure: Option<Failure>,
    /// What it used.
    pub usage: Usage,
    /// What it said.
    pub log: Vec<LogLine>,
}

fn read_step(row: &Row<'_>) -> rusqlite::Result<StepRow> {
    Ok(StepRow {
        step: row.get::<_, String>(0)?.into(),
        status: sql::word(row, 1)?,
        started_at: sql::maybe_at(row, 2)?,
        ended_at: sql::maybe_at(row, 3)?,
        attempts: row.get(4)?,
        output: sql::maybe_reference(row, 5)?,
        branch: row.get(7)?,
        error: sql::maybe_json(row, 8)?,
        skipped: sql::maybe_json(row, 9)?,
        inherited: row.get(10)?,
    })
}

fn read_attempt(row: &Row<'_>) -> rusqlite::Result<AttemptRow> {
    Ok(AttemptRow {
        step: row.get::<_, String>(0)?.into(),
        attempt: row.get(1)?,
        status: sql::word(row, 2)?,
        queued_at: sql::maybe_at(row, 3)?,
        started_at: sql::maybe_at(row, 4)?,
        ended_at: sql::maybe_at(row, 5)?,
        next_due: sql::maybe_at(row, 6)?,
        input: sql::maybe_reference(row, 7)?,
        output: sql::maybe_reference(row, 9)?,
        sampled: row.get(11)?,
        failure: sql::maybe_json(row, 12)?,
        usage: sql::usage(row, 13)?,
        log: sql::maybe_json(row, 17)?.unwrap_or_default(),
        source: sql::word(row, 18)?,
        pool: match (row.get::<_, Option<String>>(19)?, sql::maybe_at(row, 20)?) {
            (Some(name), Some(since)) => Some(PoolWaitView { name, since }),
            _ => None,
        },
        waiting: sql::maybe_json(row, 21)?,
    })
}

impl Store {
    /// The steps of an execution something has happened to, in the order they began.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn steps(&self, execution: &ExecutionId) -> Result<Vec<StepRow>, StoreError> {
        let execution = execution.clone();
        self.read(move |conn| all_steps(conn, &execution)).await
    }

    /// Every attempt of an execution, by step and number.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn attempts(&self, execution: &ExecutionId) -> Result<Vec<AttemptRow>, StoreError> {
        let execution = execution.clone();
        self.read(move |conn| all_attempts(conn, &execution)).await
    }

    /// Makes the rows of an execution, its steps and attempts anew from its log. Says whether there is such an execution.
    ///
    /// # Errors
    /// [`StoreError`] when the log could not be read or the rows not be written.
    pub async fn rebuild(&self, execution: &ExecutionId) -> Result<bool, StoreError> {
        let id = execution.clone();
        self.write(0, move |conn| {
            let Some(mut row) = executions::find(conn, &id)? else { return Ok(false) };
            conn.prepare_cached("DELETE FROM attempts WHERE execution = ?1")?.execute([id.as_str()])?;
            conn.prepare_cached("DELETE FROM steps WHERE execution = ?1")?.execute([id.as_str()])?;
            let before = row.status;
            row.reset();
            for event in events::page(conn, &id, 0, -1)? {
                let change = project(conn, &id, &event)?;
                row.apply(&event, change);
            }
            executions::save(conn, &row, before, None)?;
            Ok(true)
        })
        .await
    }
}

pub(crate) fn all_steps(conn: &Connection, execution: &ExecutionId) -> Outcome<Vec<StepRow>> {
    let mut statement = conn.prepare_cached(
        "SELECT step, status, started_at, ended_at, attempts, output_hash, output_bytes, branch, error, skipped,
                inherited
         FROM steps WHERE execution = ?1 ORDER BY coalesce(started_at, ended_at), step",
    )?;
    let rows = statement.query_map([execution.as_str()], read_step)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn all_attempts(conn: &Connection, execution: &ExecutionId) -> Outcome<Vec<AttemptRow>> {
    let mut statement = conn.prepare_cached(
        "SELECT step, attempt, status, queued_at, started_at, ended_at, next_due, input_hash, input_bytes,
                output_hash, output_bytes, sampled, failure, llm_calls, input_tokens, output_tokens, cost_usd, log,
                source, pool, pool_since, waiting
         FROM attempts WHERE execution = ?1 ORDER BY step, attempt",
    )?;
    let rows = statement.query_map([execution.as_str()], read_attempt)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
