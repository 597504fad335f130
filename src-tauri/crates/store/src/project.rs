//! From events to the rows of steps and attempts.

use heddle_model::{
    APPROVED, AnswerSource, Decision, ErrorRecord, Event, EventKind, ExecutionId, Failure, LogLine, PayloadRef,
    REJECTED, SkipReason, StepId, StepStatus, Timestamp, Usage, WaitingFor,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Outcome;
use crate::sql;

/// How many more steps have settled and completed than before.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Change {
    pub(crate) settled: i64,
    pub(crate) completed: i64,
}

/// Brings the rows up to date with one event.
pub(crate) fn project(conn: &Connection, execution: &ExecutionId, event: &Event) -> Outcome<Change> {
    let at = event.at;
    let rows = Rows { conn, execution, at };
    match &event.kind {
        EventKind::StepInherited { step, output, branch, .. } => {
            let turn = Turn { inherited: true, ..Turn::to(StepStatus::Completed) };
            rows.step(step, Turn { output: Some(*output), branch: branch.as_deref(), ..turn })
        }
        EventKind::PoolWait { step, attempt, pool } => {
            rows.wait_for_pool(step, *attempt, pool)?;
            rows.step(step, Turn { attempt: *attempt, ..Turn::to(StepStatus::Queued) })
        }
        EventKind::ApprovalRequested { step, attempt, message, deadline } => {
            rows.ask(step, *attempt, &WaitingFor::Approval { message: message.clone(), deadline: *deadline })?;
            rows.step(step, Turn { attempt: *attempt, ..Turn::to(StepStatus::Waiting) })
        }
        EventKind::ApprovalDecided { step, attempt, decision, output, .. } => {
            let done = End { output: Some(*output), ..End::with(StepStatus::Completed) };
            rows.end(step, *attempt, done)?;
            let branch = match decision {
                Decision::Approved => APPROVED,
                Decision::Rejected => REJECTED,
            };
            let turn = Turn::to(StepStatus::Completed);
            rows.step(step, Turn { attempt: *attempt, output: Some(*output), branch: Some(branch), ..turn })
        }
        EventKind::BreakpointHit { step, attempt, input } => {
            rows.start(step, *attempt, *input)?;
            rows.ask(step, *attempt, &WaitingFor::Breakpoint)?;
            rows.step(step, Turn { attempt: *attempt, ..Turn::to(StepStatus::Waiting) })
        }
        EventKind::BreakpointReleased { step, attempt, .. } => {
            rows.queue(step, *attempt)?;
            rows.step(step, Turn { attempt: *attempt, ..Turn::to(StepStatus::Queued) })
        }
        EventKind::AttemptStarted { step, attempt, input, .. } => {
            rows.start(step, *attempt, *input)?;
            rows.step(step, Turn { attempt: *attempt, started: true, ..Turn::to(StepStatus::Running) })
        }
        EventKind::AttemptSucceeded { step, attempt, output, branch, usage, log, sampled, source, .. } => {
            let done = End {
                output: Some(*output),
                usage: *usage,
                log,
                sampled: *sampled,
                source: *source,
                ..End::with(StepStatus::Completed)
            };
            rows.end(step, *attempt, done)?;
            let turn = Turn::to(StepStatus::Completed);
            rows.step(step, Turn { attempt: *attempt, output: Some(*output), branch: branch.as_deref(), ..turn })
        }
        EventKind::AttemptFailed { step, attempt, failure, usage, log } => {
            let failed = End { failure: Some(failure), usage: *usage, log, ..End::with(StepStatus::Failed) };
            rows.end(step, *attempt, failed)?;
            // What becomes of the step, the scheduler's next decision says.
            rows.step(step, Turn { attempt: *attempt, ..Turn::to(StepStatus::Running) })
        }
        EventKind::AttemptCancelled { step, attempt } => {
            rows.end(step, *attempt, End::with(StepStatus::Cancelled))?;
            rows.step(step, Turn { attempt: *attempt, ..Turn::to(StepStatus::Cancelled) })
        }
        EventKind::RetryScheduled { step, attempt, due } => {
            rows.plan(step, attempt.saturating_sub(1), *due)?;
            rows.step(step, Turn::to(StepStatus::Waiting))
        }
        EventKind::RetryDue { step, attempt } => {
            rows.queue(step, *attempt)?;
            rows.step(step, Turn::to(StepStatus::Queued))
        }
        EventKind::StepFailed { error } => {
            rows.step(&error.step, Turn { error: Some(error), ..Turn::to(StepStatus::Failed) })
        }
        EventKind::StepDefaulted { error, output } => rows
            .step(&error.step, Turn { error: Some(error), output: Some(*output), ..Turn::to(StepStatus::Completed) }),
        EventKind::StepSkipped { step, reason } => {
            rows.step(step, Turn { skipped: Some(reason), ..Turn::to(StepStatus::Skipped) })
        }
        EventKind::ExecutionCompleted { .. } | EventKind::ExecutionFailed { .. } | EventKind::ExecutionCancelled => {
            rows.cancel_the_rest()
        }
        EventKind::ExecutionStarted { .. }
        | EventKind::TurnEnded { .. }
        | EventKind::TurnDue { .. }
        | EventKind::ExecutionPaused
        | EventKind::ExecutionContinued
        | EventKind::StepTimedOut { .. }
        | EventKind::CompensationStarted { .. }
        | EventKind::FallbackStarted { .. }
        | EventKind::CancelRequested { .. }
        | EventKind::DeadlineReached { .. }
        | EventKind::Resumed => Ok(Change::default()),
    }
}

/// Whether the step belongs to a loop or a sub-workflow; those do not count as steps of the execution.
fn is_nested(step: &StepId) -> bool {
    step.as_str().contains(['/', '['])
}

/// What a step becomes. What is not named here is cleared; the number of attempts and the first start stay.
struct Turn<'a> {
    status: StepStatus,
    attempt: u32,
    started: bool,
    output: Option<PayloadRef>,
    branch: Option<&'a str>,
    error: Option<&'a ErrorRecord>,
    skipped: Option<&'a SkipReason>,
    inherited: bool,
}

impl Turn<'_> {
    const fn to(status: StepStatus) -> Self {
        Self {
            status,
            attempt: 0,
            started: false,
            output: None,
            branch: None,
            error: None,
            skipped: None,
            inherited: false,
        }
    }
}

/// How an attempt ended.
struct End<'a> {
    status: StepStatus,
    output: Option<PayloadRef>,
    failure: Option<&'a Failure>,
    usage: Usage,
    log: &'a [LogLine],
    sampled: bool,
    source: AnswerSource,
}

impl End<'_> {
    fn with(status: StepStatus) -> Self {
        Self {
            status,
            output: None,
            failure: None,
            usage: Usage::default(),
            log: &[],
            sampled: false,
            source: AnswerSource::Agent,
        }
    }
}

/// The rows of one execution, at the time of one event.
struct Rows<'a> {
    conn: &'a Connection,
    execution: &'a ExecutionId,
    at: Timestamp,
}

impl Rows<'_> {
    fn step(&self, step: &StepId, turn: Turn<'_>) -> Outcome<Change> {
        let before: Option<StepStatus> = self
            .conn
            .prepare_cached("SELECT status FROM steps WHERE execution = ?1 AND step = ?2")?
            .query_row([self.execution.as_str(), step.as_str()], |row| sql::word(row, 0))
            .optional()?;
        let at = self.at.as_micros();
        let (output_hash, output_bytes) = sql::columns(turn.output);
        self.conn
            .prepare_cached(
                "INSERT INTO steps (execution, step, status, started_at, ended_at, attempts, output_hash, output_bytes,
                                    branch, error, skipped, inherited)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                 ON CONFLICT (execution, step) DO UPDATE SET
                     status = excluded.status, started_at = coalesce(started_at, excluded.started_at),
                     ended_at = excluded.ended_at, attempts = max(attempts, excluded.attempts),
                     output_hash = excluded.output_hash, output_bytes = excluded.output_bytes,
                     branch = excluded.branch, error = excluded.error, skipped = excluded.skipped,
                     inherited = excluded.inherited",
            )?
            .execute(params![
                self.execution.as_str(),
                step.as_str(),
                turn.status.as_str(),
                turn.started.then_some(at),
                turn.status.is_settled().then_some(at),
                turn.attempt,
                output_hash,
                output_bytes,
                turn.branch,
                turn.error.map(sql::to_json).transpose()?,
                turn.skipped.map(sql::to_json).transpose()?,
                turn.inherited,
            ])?;
        if is_nested(step) {
            return Ok(Change::default());
        }
        let count =
            |holds: fn(StepStatus) -> bool| i64::from(holds(turn.status)) - i64::from(before.is_some_and(holds));
        Ok(Change {
            settled: count(StepStatus::is_settled),
            completed: count(|status| status == StepStatus::Completed),
        })
    }

    fn start(&self, step: &StepId, attempt: u32, input: PayloadRef) -> Outcome<()> {
        let (hash, bytes) = sql::columns(Some(input));
        // After a crash the same attempt starts a second time: it is as if it had not begun before.
        self.conn
            .prepare_cached(
                "INSERT INTO attempts (execution, step, attempt, status, started_at, input_hash, input_bytes)
                 VALUES (?1, ?2, ?3, 'running', ?4, ?5, ?6)
                 ON CONFLICT (execution, step, attempt) DO UPDATE SET
                     status = 'running', started_at = excluded.started_at, ended_at = NULL, waiting = NULL,
                     input_hash = excluded.input_hash, input_bytes = excluded.input_bytes",
            )?
            .execute(params![self.execution.as_str(), step.as_str(), attempt, self.at.as_micros(), hash, bytes])?;
        Ok(())
    }

    fn end(&self, step: &StepId, attempt: u32, end: End<'_>) -> Outcome<()> {
        let (hash, bytes) = sql::columns(end.output);
        let log = if end.log.is_empty() { None } else { Some(sql::to_json(end.log)?) };
        self.conn
            .prepare_cached(
                "INSERT INTO attempts (execution, step, attempt, status, ended_at, output_hash, output_bytes, sampled,
                                       failure, llm_calls, input_tokens, output_tokens, cost_usd, log, source)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
                 ON CONFLICT (execution, step, attempt) DO UPDATE SET
                     status = excluded.status, ended_at = excluded.ended_at, output_hash = excluded.output_hash,
                     output_bytes = excluded.output_bytes, sampled = excluded.sampled, failure = excluded.failure,
                     llm_calls = excluded.llm_calls, input_tokens = excluded.input_tokens,
                     output_tokens = excluded.output_tokens, cost_usd = excluded.cost_usd, log = excluded.log,
                     source = excluded.source, waiting = NULL",
            )?
            .execute(params![
                self.execution.as_str(),
                step.as_str(),
                attempt,
                end.status.as_str(),
                self.at.as_micros(),
                hash,
                bytes,
                end.sampled,
                end.failure.map(sql::to_json).transpose()?,
                end.usage.llm_calls,
                sql::signed(end.usage.input_tokens),
                sql::signed(end.usage.output_tokens),
                end.usage.cost_usd,
                log,
                end.source.as_str(),
            ])?;
        Ok(())
    }

    fn wait_for_pool(&self, step: &StepId, attempt: u32, pool: &str) -> Outcome<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO attempts (execution, step, attempt, status, pool, pool_since)
                 VALUES (?1, ?2, ?3, 'queued', ?4, ?5)
                 ON CONFLICT (execution, step, attempt) DO UPDATE SET
                     status = 'queued', pool = excluded.pool, pool_since = excluded.pool_since",
            )?
            .execute(params![self.execution.as_str(), step.as_str(), attempt, pool, self.at.as_micros()])?;
        Ok(())
    }

    /// The attempt waits for a person from now on.
    fn ask(&self, step: &StepId, attempt: u32, what: &WaitingFor) -> Outcome<()> {
        self.conn
            .prepare_cached(
                "UPDATE attempts SET status = 'waiting', waiting = ?4 WHERE execution = ?1 AND step = ?2 AND attempt = ?3",
            )?
            .execute(params![self.execution.as_str(), step.as_str(), attempt, sql::to_json(what)?])?;
        Ok(())
    }

    fn plan(&self, step: &StepId, after: u32, due: Timestamp) -> Outcome<()> {
        self.conn
            .prepare_cached("UPDATE attempts SET next_due = ?4 WHERE execution = ?1 AND step = ?2 AND attempt = ?3")?
            .execute(params![self.execution.as_str(), step.as_str(), after, due.as_micros()])?;
        Ok(())
    }

    fn queue(&self, step: &StepId, attempt: u32) -> Outcome<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO attempts (execution, step, attempt, status, queued_at) VALUES (?1, ?2, ?3, 'queued', ?4)
                 ON CONFLICT (execution, step, attempt) DO UPDATE SET
                     status = 'queued', queued_at = excluded.queued_at, waiting = NULL",
            )?
            .execute(params![self.execution.as_str(), step.as_str(), attempt, self.at.as_micros()])?;
        Ok(())
    }

    /// The execution has ended: what had not settled never will.
    fn cancel_the_rest(&self) -> Outcome<Change> {
        let parameters = params![self.execution.as_str(), self.at.as_micros()];
        self.conn
            .prepare_cached(
                "UPDATE attempts SET status = 'cancelled', ended_at = ?2, waiting = NULL
                 WHERE execution = ?1 AND status IN ('queued', 'running', 'waiting')",
            )?
            .execute(parameters)?;
        let settled = self
            .conn
            .prepare_cached(
                "UPDATE steps SET status = 'cancelled', ended_at = ?2
                 WHERE execution = ?1 AND status IN ('pending', 'queued', 'running', 'waiting')
                 RETURNING step",
            )?
            .query_map(parameters, |row| row.get::<_, String>(0))?
            .filter(|step| step.as_ref().is_ok_and(|step| !is_nested(&StepId::from(step.as_str()))))
            .count();
        Ok(Change { settled: sql::signed(settled as u64), completed: 0 })
    }
}
