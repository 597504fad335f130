//! The pure scheduler: what happens next, as a function of what has happened.
//!
//! No IO, no clock, no randomness: time and results arrive as events. [`apply`] changes the state by one event and
//! says what is to be done because of it. The state of an execution is the fold of `apply` over its log, so crash
//! recovery, time travel and replay need no code of their own.
//!
//! Loops and sub-workflows are plans within the plan: each turn and each sub-workflow is a [`Frame`] with steps of its
//! own, opened when an attempt of the step it belongs to begins. One scheduler runs them all.

mod effect;
mod frames;
mod inherit;
mod resume;
mod retry;
mod settle;
mod state;
mod step;
mod undo;

#[cfg(test)]
mod tests;

use heddle_model::{Decision, Event, EventKind, ExecutionStatus, Failure, FailureCode, StepStatus, Timestamp};

pub use effect::{Effect, Timer};
pub use inherit::inheritance;
use state::{Ending, Stop, Undo};
pub use state::{Frame, FrameIndex, FrameKind, ROOT, RunState, Slot};
use step::Between;
pub use step::{Container, Held, StepState};

use crate::plan::RepetitionKind;

impl RunState {
    /// Whether the step runs because something has to be undone.
    fn is_undoing(&self, slot: Slot) -> bool {
        self.stop != Stop::Insisted && matches!(&self.frame_of(slot).undo, Undo::Running(now, _) if *now == slot)
    }

    /// Whether the frame of a step is coming to its end, and the step with it.
    fn ends(&self, slot: Slot) -> bool {
        self.frame_of(slot).ending.is_some() && !self.is_undoing(slot)
    }

    fn finish(&mut self, status: ExecutionStatus) {
        self.status = status;
        self.ready.clear();
        self.concluded = true;
        for step in &mut self.steps {
            if !step.status.is_settled() {
                step.status = StepStatus::Cancelled;
            }
        }
    }
}

/// Changes the state by one event and says what is to be done because of it.
///
/// Events that do not fit the state (a second answer of the same attempt, anything after the end) change nothing, so
/// that a late answer can never undo a decision.
pub fn apply(state: &mut RunState, event: &Event) -> Vec<Effect> {
    let mut effects = Vec::new();
    state.last_seq = event.seq;
    if state.status.is_settled() {
        return effects;
    }
    let at = event.at;
    match &event.kind {
        EventKind::ExecutionStarted { input, inherited, .. } => {
            state.status = ExecutionStatus::Running;
            state.started_at = Some(at);
            state.input = Some(*input);
            state.inherited = inherited.iter().map(|kept| (kept.step.clone(), kept.clone())).collect();
            effects.extend(state.deadline());
            for slot in 0..state.steps.len() {
                if state.steps[slot].waiting_on == 0 {
                    settle::release(state, slot, at, &mut effects);
                }
            }
        }
        EventKind::ExecutionPaused => (state.status, state.pausing) = (ExecutionStatus::Paused, false),
        EventKind::ExecutionContinued => (state.status, state.pausing) = (ExecutionStatus::Running, false),
        EventKind::CancelRequested { .. } => {
            if state.stop == Stop::No {
                state.stop = Stop::Asked;
            } else {
                state.stop = Stop::Insisted;
                undo::abandon(state, at, &mut effects);
            }
            end_all(state, &Ending::Cancelled, at, &mut effects);
        }
        EventKind::DeadlineReached { timeout_ms } => end_all(state, &Ending::deadline(*timeout_ms), at, &mut effects),
        EventKind::Resumed => resume::resume(state, at, &mut effects),
        EventKind::CompensationStarted { steps } => {
            let slots = steps.iter().filter_map(|path| state.unsettled(path)).collect();
            undo::begin(state, slots, at, &mut effects);
        }
        EventKind::FallbackStarted { .. } => frames::open_fallback(state, at, &mut effects),
        EventKind::ExecutionCompleted { .. } => state.finish(ExecutionStatus::Completed),
        EventKind::ExecutionFailed { .. } => state.finish(ExecutionStatus::Failed),
        EventKind::ExecutionCancelled => state.finish(ExecutionStatus::Cancelled),
        other => step_event(state, other, at, &mut effects),
    }
    frames::proceed(state, at, &mut effects);
    effects
}

/// Ends the workflow, and its fallback if that runs already.
fn end_all(state: &mut RunState, ending: &Ending, at: Timestamp, effects: &mut Vec<Effect>) {
    frames::end(state, ROOT, ending.clone(), at, effects);
    if let Some(fallback) = state.fallback_frame() {
        frames::end(state, fallback, ending.clone(), at, effects);
    }
}

/// An event about a step.
fn step_event(state: &mut RunState, kind: &EventKind, at: Timestamp, effects: &mut Vec<Effect>) {
    match kind {
        EventKind::AttemptStarted { step, attempt, input, turns } => {
            if let Some(slot) = state.find(step).filter(|&slot| state.steps[slot].slot_is_for(*attempt)) {
                let step = &mut state.steps[slot];
                step.status = StepStatus::Running;
                step.input = Some(*input);
                (step.given, step.released) = (None, false);
                if state.planned(slot).is_container() {
                    if state.ends(slot) {
                        let (step, attempt) = (state.path(slot), *attempt);
                        effects.push(Effect::record(EventKind::AttemptCancelled { step, attempt }));
                    } else {
                        frames::open(state, slot, *turns, at, effects);
                    }
                }
            }
        }
        EventKind::AttemptSucceeded { step, attempt, output, branch, not_taken, .. } => {
            if let Some(slot) = state.end_attempt(step, *attempt) {
                complete(state, slot, *output, branch.as_ref(), not_taken, at, effects);
            }
        }
        EventKind::AttemptFailed { step, attempt, failure, .. } => {
            if let Some(slot) = state.end_attempt(step, *attempt) {
                let timed_out = state.steps[slot].timed_out;
                let why = timed_out.map_or_else(|| failure.clone(), |limit| took_too_long(limit, Some(failure)));
                state.steps[slot].failure = Some(why);
                if state.ends(slot) {
                    settle::settle(state, slot, StepStatus::Failed, at, effects);
                } else {
                    state.steps[slot].status = StepStatus::Waiting;
                    effects.push(Effect::record(retry::decide(state, slot, at)));
                }
            }
        }
        EventKind::AttemptCancelled { step, attempt } => {
            if let Some(slot) = state.end_attempt(step, *attempt) {
                match state.steps[slot].timed_out {
                    Some(timeout_ms) if !state.ends(slot) => give_up(state, slot, timeout_ms, at, effects),
                    _ => settle::settle(state, slot, StepStatus::Cancelled, at, effects),
                }
            }
        }
        EventKind::RetryScheduled { step, attempt, due } => {
            if let Some(slot) = state.unsettled(step) {
                let step = &mut state.steps[slot];
                step.status = StepStatus::Waiting;
                step.attempt = *attempt;
                step.due = Some(*due);
                state.total_retries += 1;
                effects.push(Effect::At { until: *due, timer: Timer::Retry { step: slot, attempt: *attempt } });
            }
        }
        EventKind::RetryDue { step, attempt } => {
            if let Some(slot) = state.unsettled(step)
                && state.steps[slot].attempt == *attempt
                && state.steps[slot].due.take().is_some()
                && !state.ends(slot)
            {
                state.make_ready(slot, at, effects);
            }
        }
        EventKind::StepFailed { error } => {
            if let Some(slot) = state.unsettled(&error.step) {
                state.release_slot(slot);
                state.steps[slot].failure = Some(error.failure.clone());
                settle::fail(state, slot, error.failure.clone(), at, effects);
            }
        }
        EventKind::StepDefaulted { error, output } => {
            if let Some(slot) = state.unsettled(&error.step) {
                complete(state, slot, *output, None, &[], at, effects);
            }
        }
        EventKind::StepSkipped { step, reason } => {
            if let Some(slot) = state.unsettled(step) {
                state.release_slot(slot);
                state.steps[slot].skipped = Some(reason.clone());
                settle::settle(state, slot, StepStatus::Skipped, at, effects);
            }
        }
        EventKind::StepInherited { step, output, branch, not_taken } => {
            if let Some(slot) = state.unsettled(step) {
                complete(state, slot, *output, branch.as_ref(), not_taken, at, effects);
            }
        }
        EventKind::TurnEnded { step, attempt, turn, again } => {
            turn_ended(state, step, *attempt, *turn, *again, at, effects)
        }
        EventKind::TurnDue { step, attempt, turn } => {
            if let Some(slot) = state.unsettled(step)
                && state.is_due(Timer::Turn { step: slot, attempt: *attempt, turn: *turn })
                && let Some(container) = &mut state.steps[slot].container
            {
                container.between = None;
                if !state.ends(slot) {
                    frames::open_turn(state, slot, *turn, at, effects);
                }
            }
        }
        EventKind::StepTimedOut { step, timeout_ms } => {
            if let Some(slot) = state.unsettled(step) {
                state.steps[slot].timed_out = Some(*timeout_ms);
                if state.steps[slot].slot {
                    effects.push(Effect::CancelAttempt { step: slot });
                } else if state.steps[slot].container.is_some() {
                    frames::stop_within(state, slot, at, effects);
                } else if !state.ends(slot) && state.steps[slot].status != StepStatus::Pending {
                    state.ready.remove(&slot);
                    give_up(state, slot, *timeout_ms, at, effects);
                }
            }
        }
        other => person_event(state, other, at, effects),
    }
}

/// An event about a step that waits for a person.
fn person_event(state: &mut RunState, kind: &EventKind, at: Timestamp, effects: &mut Vec<Effect>) {
    match kind {
        EventKind::ApprovalRequested { step, attempt, deadline, .. } => {
            if let Some(slot) = state.find(step).filter(|&slot| state.steps[slot].slot_is_for(*attempt)) {
                state.release_slot(slot);
                state.steps[slot].status = StepStatus::Waiting;
                state.steps[slot].held = Some(Held::Approval(*deadline));
                effects.extend(deadline.map(|until| Effect::At {
                    until,
                    timer: Timer::ApprovalDeadline { step: slot, attempt: *attempt },
                }));
                // The frame may have begun to end while the question was being written.
                frames::look(state, state.steps[slot].frame, at, effects);
            }
        }
        EventKind::ApprovalDecided { step, attempt, decision, output, by, comment, not_taken } => {
            let Some(slot) = state.unsettled(step) else { return };
            if !matches!(state.steps[slot].held, Some(Held::Approval(_)))
                || state.steps[slot].attempt != *attempt
                || state.ends(slot)
            {
                return;
            }
            state.steps[slot].held = None;
            if *decision == Decision::Rejected && !state.planned(slot).handles_rejection {
                let why = comment.as_ref().map(|comment| format!(": {comment}")).unwrap_or_default();
                let failure = Failure::new(FailureCode::Rejected, format!("rejected by {by}{why}"));
                state.steps[slot].failure = Some(failure);
                return effects.push(Effect::record(retry::give_up(state, slot, at)));
            }
            let branch = match decision {
                Decision::Approved => heddle_model::APPROVED,
                Decision::Rejected => heddle_model::REJECTED,
            };
            complete(state, slot, *output, Some(&branch.to_owned()), not_taken, at, effects);
        }
        EventKind::BreakpointHit { step, attempt, input } => {
            if let Some(slot) = state.find(step).filter(|&slot| state.steps[slot].slot_is_for(*attempt)) {
                state.release_slot(slot);
                let step = &mut state.steps[slot];
                step.status = StepStatus::Waiting;
                step.input = Some(*input);
                step.held = Some(Held::Breakpoint);
                state.stepping = false;
                frames::look(state, state.steps[slot].frame, at, effects);
            }
        }
        EventKind::BreakpointReleased { step, attempt, input, step_over } => {
            if let Some(slot) = state.unsettled(step)
                && state.steps[slot].held == Some(Held::Breakpoint)
                && state.steps[slot].attempt == *attempt
            {
                let step = &mut state.steps[slot];
                step.held = None;
                (step.released, step.given) = (true, input.or(step.given));
                state.stepping = *step_over;
                if !state.ends(slot) {
                    state.make_ready(slot, at, effects);
                }
            }
        }
        // Said for people; nothing follows from it.
        _ => {}
    }
}

/// A step has its output.
fn complete(
    state: &mut RunState,
    slot: Slot,
    output: heddle_model::PayloadRef,
    branch: Option<&String>,
    not_taken: &[heddle_model::EdgeId],
    at: Timestamp,
    effects: &mut Vec<Effect>,
) {
    let step = &mut state.steps[slot];
    step.output = Some(output);
    step.branch = branch.cloned();
    step.not_taken = not_taken.to_vec();
    settle::settle(state, slot, StepStatus::Completed, at, effects);
}

/// A step's time is up: it has failed for good.
fn give_up(state: &mut RunState, slot: Slot, timeout_ms: u64, at: Timestamp, effects: &mut Vec<Effect>) {
    let step = &mut state.steps[slot];
    (step.status, step.due, step.held) = (StepStatus::Waiting, None, None);
    step.failure = Some(took_too_long(timeout_ms, step.failure.as_ref()));
    effects.push(Effect::record(retry::give_up(state, slot, at)));
}

/// Why a step has failed that used up its time; `last` is how its last attempt had failed, if one had.
fn took_too_long(timeout_ms: u64, last: Option<&Failure>) -> Failure {
    let message = format!(
        "the step took longer than {timeout_ms} ms, all attempts together; raise `step_timeout_ms` in its policy, or \
         find out what it waits for"
    );
    let causes =
        last.into_iter().flat_map(|last| std::iter::once(&last.message).chain(&last.causes)).cloned().collect();
    Failure { causes, ..Failure::new(FailureCode::Timeout, message) }
}

/// The condition of a repeating step was looked at: another turn, or the end.
fn turn_ended(
    state: &mut RunState,
    step: &heddle_model::StepId,
    attempt: u32,
    turn: u64,
    again: bool,
    at: Timestamp,
    effects: &mut Vec<Effect>,
) {
    let Some(slot) = state.unsettled(step).filter(|&slot| state.steps[slot].attempt == attempt) else { return };
    let ends = state.ends(slot);
    let Some(repetition) = state.planned(slot).repetition.clone() else { return };
    let RepetitionKind::Repeat { max_turns, pause_ms, .. } = repetition.kind else { return };
    let Some(container) = &mut state.steps[slot].container else { return };
    if container.between != Some(Between::Asked) {
        return;
    }
    container.between = None;
    let next = turn + 1;
    if ends {
        let step = step.clone();
        effects.push(Effect::record(EventKind::AttemptCancelled { step, attempt }));
    } else if !again {
        effects.push(Effect::Conclude { step: slot });
    } else if next >= max_turns {
        let message = format!("{max_turns} turns were made and the condition still does not hold");
        let failure = Failure::new(FailureCode::LimitReached, message);
        container.failure = Some(failure.clone());
        effects.push(frames::failed(state, slot, failure));
    } else if pause_ms == 0 {
        frames::open_turn(state, slot, next, at, effects);
    } else {
        let until = at.plus_millis(pause_ms);
        container.between = Some(Between::Pause(next, until));
        effects.push(Effect::At { until, timer: Timer::Turn { step: slot, attempt, turn: next } });
    }
}
