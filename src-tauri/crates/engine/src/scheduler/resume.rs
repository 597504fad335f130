//! Taking an execution up again where its log ends.

use heddle_model::{EventKind, StepStatus, Timestamp};

use super::state::{Ending, Fallback, ROOT, Slot, Undo};
use super::step::{Between, Held};
use super::{Effect, RunState, Timer, frames, retry, settle};
use crate::plan::RepetitionKind;

/// Whatever was under way when the process died is handed out once more. An attempt keeps its number, and with it its
/// idempotency key.
pub(super) fn resume(state: &mut RunState, at: Timestamp, effects: &mut Vec<Effect>) {
    (state.concluded, state.pausing) = (false, false);
    if state.started_at.is_none() {
        return;
    }
    if state.fallback == Fallback::Announced {
        state.fallback = Fallback::Open;
    }
    for frame in &mut state.frames {
        if frame.undo == Undo::Announced {
            frame.undo = Undo::Open;
        }
    }
    for slot in 0..state.steps.len() {
        if state.frame_of(slot).closed {
            continue;
        }
        take_up(state, slot, at, effects);
    }
    for frame in 0..state.frames.len() {
        frames::look(state, frame, at, effects);
    }
    effects.extend(state.deadline().filter(|_| state.frames[ROOT].ending.is_none()));
}

fn take_up(state: &mut RunState, slot: Slot, at: Timestamp, effects: &mut Vec<Effect>) {
    let interrupted = state.steps[slot].slot;
    let undoing = state.is_undoing(slot);
    let ends = state.frame_of(slot).ending.is_some() && !undoing;
    state.release_slot(slot);
    let step = &state.steps[slot];
    if let (Some(until), Some(timeout_ms), false) =
        (step.deadline, state.planned(slot).step_timeout_ms, step.status.is_settled())
    {
        effects.push(Effect::At { until, timer: Timer::StepTimeout { step: slot, timeout_ms } });
    }
    match (step.status, step.due, step.held) {
        (status, ..) if status.is_settled() => {}
        _ if ends && interrupted => settle::settle(state, slot, StepStatus::Cancelled, at, effects),
        _ if step.container.is_some() => reopen(state, slot, ends, effects),
        _ if ends => {}
        (_, _, Some(Held::Approval(deadline))) => {
            effects.extend(deadline.map(|until| Effect::At {
                until,
                timer: Timer::ApprovalDeadline { step: slot, attempt: step.attempt },
            }))
        }
        (_, _, Some(Held::Breakpoint)) => {}
        (StepStatus::Waiting, Some(until), _) => {
            effects.push(Effect::At { until, timer: Timer::Retry { step: slot, attempt: step.attempt } });
        }
        (StepStatus::Waiting, None, _) => effects.push(Effect::record(retry::decide(state, slot, at))),
        // A decision about it was handed out, and its event is not in the log.
        (StepStatus::Queued, ..) if !interrupted && !state.ready.contains(&slot) => {
            state.steps[slot].status = StepStatus::Pending;
            settle::release(state, slot, at, effects);
        }
        (StepStatus::Pending, ..) => settle::release(state, slot, at, effects),
        _ if interrupted => state.make_ready(slot, at, effects),
        _ => {}
    }
}

/// A loop or a sub-workflow that was open goes on by itself, unless it was about to end.
fn reopen(state: &RunState, slot: Slot, ends: bool, effects: &mut Vec<Effect>) {
    let Some(container) = &state.steps[slot].container else { return };
    if container.running() > 0 {
        return;
    }
    let (step, attempt) = (state.path(slot), state.steps[slot].attempt);
    if ends || state.steps[slot].timed_out.is_some() {
        return effects.push(Effect::record(EventKind::AttemptCancelled { step, attempt }));
    }
    match container.between {
        Some(Between::Pause(turn, until)) => {
            return effects.push(Effect::At { until, timer: Timer::Turn { step: slot, attempt, turn } });
        }
        Some(Between::Asked) => {
            let turn = container.frames.len().saturating_sub(1) as u64;
            return effects.push(Effect::Ask { step: slot, turn });
        }
        None => {}
    }
    let each = state
        .planned(slot)
        .repetition
        .as_ref()
        .is_some_and(|repetition| matches!(repetition.kind, RepetitionKind::ForEach { .. }));
    let last = container.frames.last().and_then(|&frame| state.frames[frame].ending.clone());
    let failure = match last {
        Some(Ending::Failed { failure, .. }) if !each => Some(failure),
        _ => container.failure.clone(),
    };
    effects.push(match failure {
        Some(failure) => frames::failed(state, slot, failure),
        None => Effect::Conclude { step: slot },
    });
}
