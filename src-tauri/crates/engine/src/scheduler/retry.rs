//! What follows from a failed attempt: another one, the policy's default value, or the end of the step.

use heddle_model::{Backoff, ErrorRecord, EventKind, ExecutionId, Failure, FailureCode, StepId, StepStatus, Timestamp};

use super::{RunState, Slot};
use crate::plan::Failing;

/// The decision about a step whose last attempt failed, as an event to record.
pub(super) fn decide(state: &RunState, slot: Slot, at: Timestamp) -> EventKind {
    let (step, planned) = (&state.steps[slot], state.planned(slot));
    let Some(failure) = &step.failure else { return give_up(state, slot, at) };
    let worth_it = failure.transient || planned.retry.all_errors;
    let allowed = state.plan.settings.max_total_retries.is_none_or(|most| state.total_retries < most);
    if worth_it && allowed && step.attempt < planned.retry.max_attempts && step.timed_out.is_none() {
        let path = state.path(slot);
        let pause =
            pause_ms(&planned.retry.backoff, &state.id, &path, step.attempt).max(failure.retry_after_ms.unwrap_or(0));
        return EventKind::RetryScheduled { step: path, attempt: step.attempt + 1, due: at.plus_millis(pause) };
    }
    give_up(state, slot, at)
}

/// The end of a step that has failed for good, as an event to record.
pub(super) fn give_up(state: &RunState, slot: Slot, at: Timestamp) -> EventKind {
    let (step, planned) = (&state.steps[slot], state.planned(slot));
    let failure = step
        .failure
        .clone()
        .unwrap_or_else(|| Failure::new(FailureCode::Internal, "an attempt failed without saying why"));
    let siblings = state.slots(step.frame);
    let completed = siblings
        .clone()
        .filter(|&other| state.steps[other].status == StepStatus::Completed)
        .map(|other| state.path(other))
        .collect();
    let error = ErrorRecord {
        step: state.path(slot),
        step_name: planned.name.clone(),
        agent: planned.agent_id.clone(),
        position: state.local(slot) as u32 + 1,
        total: siblings.len() as u32,
        attempt: step.attempt,
        failure,
        input: step.input,
        at,
        completed,
    };
    match &planned.on_error {
        Failing::Default(output) => EventKind::StepDefaulted { error, output: output.reference() },
        Failing::Stop | Failing::Continue | Failing::ErrorBranch => EventKind::StepFailed { error },
    }
}

/// The pause after a failed attempt, in milliseconds. The jitter is taken from a hash of execution, step and attempt:
/// it spreads executions as chance would, and stays the same when the log is folded again.
pub(super) fn pause_ms(backoff: &Backoff, execution: &ExecutionId, step: &StepId, failed_attempt: u32) -> u64 {
    let exponent = i32::try_from(failed_attempt.saturating_sub(1)).unwrap_or(i32::MAX);
    let full = (backoff.initial_ms as f64 * backoff.factor.max(1.0).powi(exponent)).min(backoff.max_ms as f64);
    let spread = full * backoff.jitter.clamp(0.0, 1.0);
    (full - spread + spread * unit(execution, step, failed_attempt)).round().max(0.0) as u64
}

/// A number in [0, 1), the same for the same arguments on every machine (FNV-1a, then a 64-bit finaliser).
fn unit(execution: &ExecutionId, step: &StepId, attempt: u32) -> f64 {
    let attempt = attempt.to_le_bytes();
    let bytes = execution.as_str().bytes().chain([0]).chain(step.as_str().bytes()).chain([0]).chain(attempt);
    let mut hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}
