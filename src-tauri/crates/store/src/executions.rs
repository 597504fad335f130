//! Executions: one row each, with what a list shows of them.

use std::sync::Arc;

use heddle_engine::{NewExecution, StoreError};
use heddle_model::{
    ExecutionId, ExecutionStatus, Failure, PayloadHash, PayloadRef, RunMode, RunOptions, StepId, Timestamp, Usage,
    VersionNumber, WorkflowId,
};
use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use serde_json::{Map, Value};

use crate::error::{Fault, Outcome};
use crate::folds::{Folds, catch_up};
use crate::migrate::Migration;
use crate::sql;
use crate::steps::{AttemptRow, StepRow};
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
    /// Executions, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn executions(&self, filter: ExecutionFilter) -> Result<Vec<ExecutionRow>, StoreError> {
        let folds = Arc::clone(self.folds());
        self.read(move |conn| list(conn, &folds, &filter)).await
    }

    /// One execution.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn execution(&self, id: &ExecutionId) -> Result<Option<ExecutionRow>, StoreError> {
        let (id, folds) = (id.clone(), Arc::clone(self.folds()));
        self.read(move |conn| Ok(find(conn, &folds, &id)?.map(|(_, row)| row))).await
    }

    /// One execution with its steps and attempts, read at one moment.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn execution_detail(&self, id: &ExecutionId) -> Result<Option<ExecutionDetail>, StoreError> {
        let (id, folds) = (id.clone(), Arc::clone(self.folds()));
        self.read(move |conn| {
            let Some((n, execution)) = stored(conn, &id)? else { return Ok(None) };
            if execution.status.is_settled() {
                let (steps, attempts) =
                    folds.timelines.with(conn, &id, n, |timeline| (timeline.steps(), timeline.attempts()))?;
                return Ok(Some(ExecutionDetail { execution, steps, attempts }));
            }
            // Both from this snapshot: what is remembered may be ahead of it, and of one another.
            folds
                .timelines
                .with(conn, &id, n, |timeline| ExecutionDetail {
                    execution: execution.with(timeline.tally()),
                    steps: timeline.steps(),
                    attempts: timeline.attempts(),
                })
                .map(Some)
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

    /// Stars an execution, or takes the star away: a starred one is kept, however old it gets. Says whether there is such
    /// an execution.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn star(&self, id: &ExecutionId, starred: bool) -> Result<bool, StoreError> {
        let id = id.clone();
        self.write(0, move |conn| {
            let mut update = conn.prepare_cached("UPDATE executions SET starred = ?2 WHERE id = ?1")?;
            Ok(update.execute(params![id.as_str(), starred])? > 0)
        })
        .await
    }

    /// Deletes a settled execution with its log. Says whether it was there. Its payloads stay until [`Store::reclaim`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] while it has not settled: cancel it first.
    pub async fn delete_execution(&self, id: &ExecutionId) -> Result<bool, StoreError> {
        let wanted = id.clone();
        let deleted = self.write(0, move |conn| {
            let Some((n, row)) = stored(conn, &wanted)? else { return Ok(false) };
            if !row.status.is_settled() {
                return Err(Fault::Store(StoreError::Conflict(format!(
                    "execution {wanted} is {}; cancel it before deleting it",
                    row.status.as_str()
                ))));
            }
            delete(conn, n)?;
            Ok(true)
        });
        let deleted = deleted.await?;
        self.folds().forget(id);
        Ok(deleted)
    }

    /// Makes the row of an execution anew from its log. Says whether there is such an execution.
    ///
    /// # Errors
    /// [`StoreError`] when the log could not be read or the row not be written.
    pub async fn rebuild(&self, id: &ExecutionId) -> Result<bool, StoreError> {
        let wanted = id.clone();
        let rebuilt = self.write(0, move |session| {
            let Some(n) = number(session, &wanted)? else { return Ok(false) };
            session.take_head(&wanted);
            let mut tally = Tally::default();
            catch_up(session, n, &mut tally)?;
            save(session, n, &tally, None)?;
            Ok(true)
        });
        let rebuilt = rebuilt.await?;
        self.folds().forget(id);
        Ok(rebuilt)
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

/// Deletes an execution with its log.
pub(crate) fn delete(conn: &Connection, n: i64) -> Outcome<()> {
    conn.prepare_cached("DELETE FROM log WHERE execution = ?1")?.execute([n])?;
    conn.prepare_cached("DELETE FROM executions WHERE n = ?1")?.execute([n])?;
    Ok(())
}

fn list(conn: &Connection, folds: &Folds, filter: &ExecutionFilter) -> Outcome<Vec<ExecutionRow>> {
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
    let rows = statement.query_map(params_from_iter(values), read)?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(|(n, row)| followed(conn, folds, n, row)).collect()
}

/// Keeps a new execution. Its document and input are blobs by now.
pub(crate) fn insert(conn: &Connection, new: &NewExecution, document: PayloadHash, owner: &str) -> Outcome<i64> {
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
    ])
    .map_err(|error| match StoreError::from(Fault::Sqlite(error)) {
        StoreError::Conflict(_) => Fault::Store(StoreError::Conflict(format!("execution {}", new.id))),
        other => Fault::Store(other),
    })?;
    Ok(conn.last_insert_rowid())
}

/// Writes what events can change. `before` is the status that is stored, if it is known.
pub(crate) fn save(conn: &Connection, n: i64, tally: &Tally, before: Option<ExecutionStatus>) -> Outcome<()> {
    // Apart, because the index of unsettled executions is written anew whenever the status is, changed or not.
    if Some(tally.status) != before {
        conn.prepare_cached("UPDATE executions SET status = ?2 WHERE n = ?1")?
            .execute(params![n, tally.status.as_str()])?;
    }
    if before.is_some() && !tally.status.is_settled() {
        return Ok(());
    }
    let (output_hash, output_bytes) = sql::columns(tally.output);
    conn.prepare_cached(
        "UPDATE executions SET completed_steps = ?2, settled_steps = ?3, started_at = ?4, completed_at = ?5,
             output_hash = ?6, output_bytes = ?7, failure = ?8, failed_step = ?9, llm_calls = ?10,
             input_tokens = ?11, output_tokens = ?12, cost_usd = ?13, last_seq = ?14
         WHERE n = ?1",
    )?
    .execute(params![
        n,
        tally.completed_steps,
        tally.settled_steps,
        sql::micros(tally.started_at),
        sql::micros(tally.completed_at),
        output_hash,
        output_bytes,
        tally.failure.as_ref().map(sql::to_json).transpose()?,
        tally.failed_step.as_ref().map(StepId::as_str),
        tally.usage.llm_calls,
        sql::signed(tally.usage.input_tokens),
        sql::signed(tally.usage.output_tokens),
        tally.usage.cost_usd,
        sql::signed(tally.last_seq),
    ])?;
    Ok(())
}
