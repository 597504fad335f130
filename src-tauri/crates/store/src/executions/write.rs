//! An execution's row: made when it begins, brought up to date by its events, deleted with its log.

use heddle_engine::{NewExecution, StoreError};
use heddle_model::{ExecutionId, ExecutionStatus, PayloadHash, StepId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Fault, Outcome};
use crate::sql;
use crate::tally::Tally;

/// Keeps a new execution. Its document and input are blobs by now.
pub(crate) fn insert(conn: &Connection, new: &NewExecution, document: PayloadHash, owner: &str) -> Outcome<i64> {
    if let Some(of) = new.resumes() {
        refuse_second_resume(conn, of)?;
    }
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

/// Two that resume the same execution would do what is left of it twice. Asked within the transaction that keeps the
/// second one, so that two processes cannot both resume.
fn refuse_second_resume(conn: &Connection, of: &ExecutionId) -> Outcome<()> {
    let already: Option<String> = conn
        .prepare_cached(
            "SELECT id FROM executions
             WHERE status IN ('pending', 'running', 'paused') AND retry_of IS NULL AND options ->> '$.fork.of' = ?1
                 AND options -> '$.fork.step' IS NULL AND options -> '$.replay' IS NULL",
        )?
        .query_row([of.as_str()], |row| row.get(0))
        .optional()?;
    match already {
        None => Ok(()),
        Some(id) => Err(Fault::Store(StoreError::GoesOn { of: of.clone(), already: ExecutionId::new(id) })),
    }
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

/// Deletes an execution with its log.
pub(crate) fn delete(conn: &Connection, n: i64) -> Outcome<()> {
    conn.prepare_cached("DELETE FROM log WHERE execution = ?1")?.execute([n])?;
    conn.prepare_cached("DELETE FROM executions WHERE n = ?1")?.execute([n])?;
    Ok(())
}
