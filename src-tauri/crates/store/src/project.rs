//! What an event says about steps and attempts.
//!
//! The one place to visit when a new kind of event appears: everything that is shown of a run is made from what
//! [`said`] answers, by `tally.rs` (counts and status) and `timeline.rs` (rows of steps and attempts).

use heddle_model::{
    APPROVED, AnswerSource, DecidedView, Decision, EdgeId, ErrorRecord, EventKind, Failure, LogLine, PayloadRef,
    REJECTED, SkipReason, StepId, StepStatus, Timestamp, Usage, WaitingFor,
};

/// Whether the step belongs to a loop or a sub-workflow; those do not count as steps of the execution.
pub(crate) fn is_nested(step: &StepId) -> bool {
    step.as_str().contains(['/', '['])
}

/// What a step becomes. What is not named here is cleared; the number of attempts and the first start stay.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) step: &'a StepId,
    pub(crate) status: StepStatus,
    /// The attempt this is about; 0: none.
    pub(crate) attempt: u32,
    /// An attempt begins with it.
    pub(crate) started: bool,
    pub(crate) output: Option<PayloadRef>,
    pub(crate) branch: Option<&'a str>,
    pub(crate) error: Option<&'a ErrorRecord>,
    pub(crate) skipped: Option<&'a SkipReason>,
    pub(crate) inherited: bool,
    /// Edges from it whose condition was false.
    pub(crate) not_taken: &'a [EdgeId],
    pub(crate) decided: Option<DecidedView>,
}

impl<'a> Turn<'a> {
    const fn to(step: &'a StepId, status: StepStatus) -> Self {
        Self {
            step,
            status,
            attempt: 0,
            started: false,
            output: None,
            branch: None,
            error: None,
            skipped: None,
            inherited: false,
            not_taken: &[],
            decided: None,
        }
    }

    fn by(self, attempt: u32) -> Self {
        Self { attempt, ..self }
    }
}

/// What an attempt becomes.
#[derive(Debug)]
pub(crate) enum Try<'a> {
    /// It waits for a place in a pool.
    Pooled { pool: &'a str },
    /// Its pause is over.
    Queued,
    /// Its agent is called; after a crash once more, as if it had not been called before.
    Started { input: PayloadRef },
    /// It waits for a person from now on; at a breakpoint, with what the agent would be given.
    Asked { what: WaitingFor, input: Option<PayloadRef> },
    /// It has ended.
    Ended(End<'a>),
    /// There will be another one after it.
    Followed { due: Timestamp },
}

/// How an attempt ended.
#[derive(Debug)]
pub(crate) struct End<'a> {
    pub(crate) status: StepStatus,
    pub(crate) output: Option<PayloadRef>,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) usage: Usage,
    pub(crate) log: &'a [LogLine],
    pub(crate) chosen: Option<&'a str>,
    pub(crate) sampled: bool,
    pub(crate) source: AnswerSource,
}

impl End<'_> {
    fn with(status: StepStatus) -> Self {
        Self {
            status,
            output: None,
            failure: None,
            usage: Usage::default(),
            log: &[],
            chosen: None,
            sampled: false,
            source: AnswerSource::Agent,
        }
    }
}

/// What an event says: what becomes of a step, and of which of its attempts.
#[derive(Debug)]
pub(crate) struct Said<'a> {
    pub(crate) turn: Turn<'a>,
    pub(crate) attempt: Option<(u32, Try<'a>)>,
}

/// What an event makes of a step and its attempts. None: it is not about one.
pub(crate) fn said(kind: &EventKind) -> Option<Said<'_>> {
    use StepStatus as S;
    let (turn, attempt) = match kind {
        EventKind::StepInherited { step, output, branch, not_taken } => {
            let turn = Turn { inherited: true, not_taken, ..Turn::to(step, S::Completed) };
            (Turn { output: Some(*output), branch: branch.as_deref(), ..turn }, None)
        }
        EventKind::PoolWait { step, attempt, pool } => {
            (Turn::to(step, S::Queued).by(*attempt), Some((*attempt, Try::Pooled { pool })))
        }
        EventKind::ApprovalRequested { step, attempt, message, deadline } => {
            let what = WaitingFor::Approval { message: message.clone(), deadline: *deadline };
            (Turn::to(step, S::Waiting).by(*attempt), Some((*attempt, Try::Asked { what, input: None })))
        }
        EventKind::ApprovalDecided { step, attempt, decision, output, by, comment, not_taken } => {
            let branch = match decision {
                Decision::Approved => APPROVED,
                Decision::Rejected => REJECTED,
            };
            let decided = DecidedView { decision: *decision, by: by.clone(), comment: comment.clone() };
            let turn = Turn { not_taken, decided: Some(decided), ..Turn::to(step, S::Completed).by(*attempt) };
            let end = End { output: Some(*output), ..End::with(S::Completed) };
            (Turn { output: Some(*output), branch: Some(branch), ..turn }, Some((*attempt, Try::Ended(end))))
        }
        EventKind::BreakpointHit { step, attempt, input } => {
            let asked = Try::Asked { what: WaitingFor::Breakpoint, input: Some(*input) };
            (Turn::to(step, S::Waiting).by(*attempt), Some((*attempt, asked)))
        }
        EventKind::BreakpointReleased { step, attempt, .. } => {
            (Turn::to(step, S::Queued).by(*attempt), Some((*attempt, Try::Queued)))
        }
        EventKind::AttemptStarted { step, attempt, input, .. } => {
            let turn = Turn { started: true, ..Turn::to(step, S::Running).by(*attempt) };
            (turn, Some((*attempt, Try::Started { input: *input })))
        }
        EventKind::AttemptSucceeded {
            step,
            attempt,
            output,
            branch,
            usage,
            log,
            chosen,
            sampled,
            source,
            not_taken,
        } => {
            let turn = Turn { not_taken, ..Turn::to(step, S::Completed).by(*attempt) };
            let end = End {
                output: Some(*output),
                usage: *usage,
                log,
                chosen: chosen.as_deref(),
                sampled: *sampled,
                source: *source,
                ..End::with(S::Completed)
            };
            let turn = Turn { output: Some(*output), branch: branch.as_deref(), ..turn };
            (turn, Some((*attempt, Try::Ended(end))))
        }
        // What becomes of the step, the scheduler's next decision says.
        EventKind::AttemptFailed { step, attempt, failure, usage, log, chosen } => {
            let chosen = chosen.as_deref();
            let end = End { failure: Some(failure), usage: *usage, log, chosen, ..End::with(S::Failed) };
            (Turn::to(step, S::Running).by(*attempt), Some((*attempt, Try::Ended(end))))
        }
        EventKind::AttemptCancelled { step, attempt } => {
            (Turn::to(step, S::Cancelled).by(*attempt), Some((*attempt, Try::Ended(End::with(S::Cancelled)))))
        }
        EventKind::RetryScheduled { step, attempt, due } => {
            (Turn::to(step, S::Waiting), Some((attempt.saturating_sub(1), Try::Followed { due: *due })))
        }
        EventKind::RetryDue { step, attempt } => (Turn::to(step, S::Queued), Some((*attempt, Try::Queued))),
        EventKind::StepFailed { error } => (Turn { error: Some(error), ..Turn::to(&error.step, S::Failed) }, None),
        EventKind::StepDefaulted { error, output } => {
            (Turn { error: Some(error), output: Some(*output), ..Turn::to(&error.step, S::Completed) }, None)
        }
        EventKind::StepSkipped { step, reason } => (Turn { skipped: Some(reason), ..Turn::to(step, S::Skipped) }, None),
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
        | EventKind::Resumed
        | EventKind::ClockSetBack { .. }
        | EventKind::ExecutionCompleted { .. }
        | EventKind::ExecutionFailed { .. }
        | EventKind::ExecutionCancelled => return None,
    };
    Some(Said { turn, attempt })
}
