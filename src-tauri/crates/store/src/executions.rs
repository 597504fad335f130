//! Executions: one row each, with what a list shows of them.

use heddle_engine::{NewExecution, StoreError};
use heddle_model::{
    Event, EventKind, ExecutionId, ExecutionStatus, Failure, PayloadHash, PayloadRef, RunMode, RunOptions, StepId,
    Timestamp, Usage, VersionNumber, WorkflowId,
};
use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use serde_json::{Map, Value};

use crate::error::{Fault, Outcome};
use crate::migrate::Migration;
use crate::project::Change;
use crate::sql;
use crate::steps::{self, AttemptRow, StepRow};
use crate::store::Store;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        // `owner` is the instance of the store that appended last: see lease.rs.
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
    /// What its caller noted about it.
    pub metadata: Map<String, Value>,
    /// The `seq` of its last event; 0 before the first.
    pub last_seq: u64,
}

/// An execution with its steps and attempts, all as of one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionDetail {
    /// The execution.
    pub execution: ExecutionRow,
    /// The steps something has happened to, in the order they began.
    pub steps: Vec<StepRow>,
    /// Every attempt, by step and number.
    pub attempts: Vec<AttemptRow>,
}

/// Which executions to list, newest first. The default lists all.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionFilter {
    /// Only of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Only in one of these states. Empty: in any.
    pub status: Vec<ExecutionStatus>,
    /// Only those whose id or workflow name contains this text, whatever its case.
    pub text: Option<String>,
    /// Only those after this one in the list: the last of the page before.
    pub before: Option<(Timestamp, ExecutionId)>,
    /// At most this many.
    pub limit: u32,
}

impl Default for ExecutionFilter {
    fn default() -> Self {
        Self { workflow: None, status: Vec::new(), text: None, before: None, limit: 100 }
    }
}

const COLUMNS: &str = "id, workflow, workflow_name, version, document, mode, status, current_step, completed_steps,
    settled_steps, total_steps, created_at, started_at, completed_at, input_hash, input_bytes, output_hash,
    output_bytes, failure, failed_step, llm_calls, input_tokens, output_tokens, cost_usd, retry_of, metadata, last_seq,
    options";

fn read(row: &Row<'_>) -> rusqlite::Result<ExecutionRow> {
    Ok(ExecutionRow {
        id: row.get::<_, String>(0)?.into(),
        workflow_id: row.get::<_, String>(1)?.into(),
        workflow_name: row.get(2)?,
        version: row.get::<_, Option<u32>>(3)?.map(VersionNumber),
        document: sql::hash(row, 4)?,
        mode: sql::word(row, 5)?,
        status: sql::word(row, 6)?,
        current_step: row.get::<_, Option<String>>(7)?.map(StepId::from),
        completed_steps: row.get(8)?,
        settled_steps: row.get(9)?,
        total_steps: row.get(10)?,
        created_at: sql::at(row, 11)?,
        started_at: sql::maybe_at(row, 12)?,
        completed_at: sql::maybe_at(row, 13)?,
        input: sql::reference(row, 14)?,
        output: sql::maybe_reference(row, 16)?,
        failure: sql::maybe_json(row, 18)?,
        failed_step: row.get::<_, Option<String>>(19)?.map(StepId::from),
        usage: sql::usage(row, 20)?,
        retry_of: row.get::<_, Option<String>>(24)?.map(ExecutionId::from),
        metadata: sql::json(row, 25)?,
        last_seq: sql::count(row, 26)?,
        options: sql::json(row, 27)?,
    })
}

impl ExecutionRow {
    /// Back to before the first event.
    pub(crate) fn reset(&mut self) {
        self.status = ExecutionStatus::Pending;
        self.current_step = None;
        (self.completed_steps, self.settled_steps) = (0, 0);
        (self.started_at, self.completed_at) = (None, None);
        self.output = None;
        (self.failure, self.failed_step) = (None, None);
        self.usage = Usage::default();
        self.last_seq = 0;
    }

    /// Takes in one event and what it changed about the steps.
    pub(crate) fn apply(&mut self, event: &Event, change: Change) {
        self.last_seq = event.seq;
        let moved = |count: u32, by: i64| u32::try_from(i64::from(count) + by).unwrap_or(0);
        self.settled_steps = moved(self.settled_steps, change.settled);
        self.completed_steps = moved(self.completed_steps, change.completed);
        match &event.kind {
            EventKind::ExecutionStarted { .. } => {
                self.status = ExecutionStatus::Running;
                self.started_at.get_or_insert(event.at);
            }
            EventKind::Resumed | EventKind::ExecutionContinued => self.status = ExecutionStatus::Running,
            EventKind::ExecutionPaused => self.status = ExecutionStatus::Paused,
            EventKind::AttemptStarted { step, .. } => self.current_step = Some(step.clone()),
            EventKind::AttemptSucceeded { usage, .. } | EventKind::AttemptFailed { usage, .. } => {
                self.usage = self.usage.plus(*usage);
            }
            EventKind::ExecutionCompleted { output } => {
                self.output = Some(*output);
                self.settle(ExecutionStatus::Completed, event.at);
            }
            EventKind::ExecutionFailed { failure, step } => {
                self.failure = Some(failure.clone());
                self.failed_step.clone_from(step);
                self.settle(ExecutionStatus::Failed, event.at);
            }
            EventKind::ExecutionCancelled => self.settle(ExecutionStatus::Cancelled, event.at),
            EventKind::AttemptCancelled { .. }
            | EventKind::RetryScheduled { .. }
            | EventKind::RetryDue { .. }
            | EventKind::StepFailed { .. }
            | EventKind::StepDefaulted { .. }
            | EventKind::StepSkipped { .. }
            | EventKind::StepInherited { .. }
            | EventKind::PoolWait { .. }
            | EventKind::TurnEnded { .. }
            | EventKind::TurnDue { .. }
            | EventKind::ApprovalRequested { .. }
            | EventKind::ApprovalDecided { .. }
            | EventKind::BreakpointHit { .. }
            | EventKind::BreakpointReleased { .. }
            | EventKind::StepTimedOut { .. }
            | EventKind::CompensationStarted { .. }
            | EventKind::FallbackStarted { .. }
            | EventKind::CancelRequested { .. }
            | EventKind::DeadlineReached { .. } => {}
        }
    }

    fn settle(&mut self, status: ExecutionStatus, at: Timestamp) {
        self.status = status;
        self.completed_at = Some(at);
        self.current_step = None;
    }
}

impl Store {
    /// Executions, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn executions(&self, filter: ExecutionFilter) -> Result<Vec<ExecutionRow>, StoreError> {
        self.read(move |conn| list(conn, &filter)).await
    }

    /// One execution.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn execution(&self, id: &ExecutionId) -> Result<Option<ExecutionRow>, StoreError> {
        let id = id.clone();
        self.read(move |conn| find(conn, &id)).await
    }

    /// One execution with its steps and attempts, read at one moment.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn execution_detail(&self, id: &ExecutionId) -> Result<Option<ExecutionDetail>, StoreError> {
        let id = id.clone();
        self.read(move |conn| {
            let Some(execution) = find(conn, &id)? else { return Ok(None) };
            let (steps, attempts) = (steps::all_steps(conn, &id)?, steps::all_attempts(conn, &id)?);
            Ok(Some(ExecutionDetail { execution, steps, attempts }))
        })
        .await
    }

    /// Notes something about an execution, in place of what was noted before. Says whether there is such an execution.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn put_metadata(&self, id: &ExecutionId, metadata: &Map<String, Value>) -> Result<bool, StoreError> {
        let id = id.clone();
        let metadata = sql::to_json(metadata)?;
        self.write(metadata.len(), move |conn| {
            Ok(conn
                .prepare_cached("UPDATE executions SET metadata = ?2 WHERE id = ?1")?
                .execute(params![id.as_str(), metadata])?
                > 0)
        })
        .await
    }

    /// Deletes a settled execution with its log. Says whether it was there. Its payloads stay until [`Store::reclaim`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] while it has not settled: cancel it first.
    pub async fn delete_execution(&self, id: &ExecutionId) -> Result<bool, StoreError> {
        let id = id.clone();
        self.write(0, move |conn| {
            let Some(row) = find(conn, &id)? else { return Ok(false) };
            if !row.status.is_settled() {
                return Err(Fault::Store(StoreError::Conflict(format!(
                    "execution {id} is {}; cancel it before deleting it",
                    row.status.as_str()
                ))));
            }
            conn.prepare_cached("DELETE FROM executions WHERE id = ?1")?.execute([id.as_str()])?;
            Ok(true)
        })
        .await
    }
}

pub(crate) fn find(conn: &Connection, id: &ExecutionId) -> Outcome<Option<ExecutionRow>> {
    Ok(conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM executions WHERE id = ?1"))?
        .query_row([id.as_str()], read)
        .optional()?)
}

fn list(conn: &Connection, filter: &ExecutionFilter) -> Outcome<Vec<ExecutionRow>> {
    let mut wanted = vec!["1"];
    let mut values: Vec<SqlValue> = Vec::new();
    if let Some(workflow) = &filter.workflow {
        wanted.push("workflow = ?");
        values.push(workflow.as_str().to_owned().into());
    }
    let states;
    if !filter.status.is_empty() {
        states = format!("status IN ({})", vec!["?"; filter.status.len()].join(", "));
        wanted.push(&states);
        values.extend(filter.status.iter().map(|status| SqlValue::from(status.as_str().to_owned())));
    }
    if let Some(text) = filter.text.as_deref().filter(|text| !text.is_empty()) {
        wanted.push("(id LIKE ? ESCAPE '\\' OR workflow_name LIKE ? ESCAPE '\\')");
        let pattern = format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        values.extend([SqlValue::from(pattern.clone()), pattern.into()]);
    }
    if let Some((at, id)) = &filter.before {
        wanted.push("(created_at, id) < (?, ?)");
        values.extend([SqlValue::from(at.as_micros()), id.as_str().to_owned().into()]);
    }
    values.push(i64::from(filter.limit).into());
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM executions WHERE {} ORDER BY created_at DESC, id DESC LIMIT ?",
        wanted.join(" AND ")
    ))?;
    let rows = statement.query_map(params_from_iter(values), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps a new execution. Its document and input are blobs by now.
pub(crate) fn insert(conn: &Connection, new: &NewExecution, document: PayloadHash, owner: &str) -> Outcome<()> {
    let input = new.input.reference();
    conn.prepare_cached(
        "INSERT INTO executions (id, workflow, workflow_name, version, document, mode, status, total_steps, created_at,
                                 input_hash, input_bytes, retry_of, owner, options)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'pending', ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        new.id.as_str(),
        new.workflow_id.as_str(),
        new.workflow.name,
        new.version.map(|version| version.0),
        document.0,
        new.mode.as_str(),
        new.total_steps,
        new.created_at.as_micros(),
        input.hash.0,
        sql::signed(input.bytes),
        new.retry_of.as_ref().map(ExecutionId::as_str),
        owner,
        sql::to_json(&new.options)?,
    ])?;
    Ok(())
}

/// Writes what events can change, where `before` is the status that is stored. With `owner` the execution is from now
/// on run by that instance.
pub(crate) fn save(conn: &Connection, row: &ExecutionRow, before: ExecutionStatus, owner: Option<&str>) -> Outcome<()> {
    let (output_hash, output_bytes) = sql::columns(row.output);
    conn.prepare_cached(
        "UPDATE executions SET current_step = ?2, completed_steps = ?3, settled_steps = ?4, started_at = ?5,
             completed_at = ?6, output_hash = ?7, output_bytes = ?8, failure = ?9, failed_step = ?10, llm_calls = ?11,
             input_tokens = ?12, output_tokens = ?13, cost_usd = ?14, last_seq = ?15, owner = coalesce(?16, owner)
         WHERE id = ?1",
    )?
    .execute(params![
        row.id.as_str(),
        row.current_step.as_ref().map(StepId::as_str),
        row.completed_steps,
        row.settled_steps,
        sql::micros(row.started_at),
        sql::micros(row.completed_at),
        output_hash,
        output_bytes,
        row.failure.as_ref().map(sql::to_json).transpose()?,
        row.failed_step.as_ref().map(StepId::as_str),
        row.usage.llm_calls,
        sql::signed(row.usage.input_tokens),
        sql::signed(row.usage.output_tokens),
        row.usage.cost_usd,
        sql::signed(row.last_seq),
        owner,
    ])?;
    // Apart, because the index of unsettled executions is written anew whenever the status is, changed or not.
    if row.status != before {
        conn.prepare_cached("UPDATE executions SET status = ?2 WHERE id = ?1")?
            .execute(params![row.id.as_str(), row.status.as_str()])?;
    }
    Ok(())
}

/// Executions that have not settled, oldest first, with the instance that appended last.
pub(crate) fn unsettled(conn: &Connection) -> Outcome<Vec<(ExecutionId, String)>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, owner FROM executions WHERE status IN ('pending', 'running', 'paused') ORDER BY created_at, id",
    )?;
    let rows = statement.query_map([], |row| Ok((ExecutionId::from(row.get::<_, String>(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
