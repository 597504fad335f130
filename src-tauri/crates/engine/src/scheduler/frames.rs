//! Plans being run: how loops and sub-workflows open and close, and how the whole comes to its end.

use heddle_model::{EventKind, ExecutionStatus, Failure, FailureCode, OnItemError, SkipReason, StepStatus, Timestamp};

use super::state::{Ending, Fallback, FrameIndex, FrameKind, ROOT, Slot, Stop, Undo};
use super::step::{Between, Container};
use super::undo::{Progress, undo};
use super::{Effect, RunState, settle};
use crate::plan::{Body, RepetitionKind};

/// Deepest nesting of loops and sub-workflows.
pub(super) const MAX_DEPTH: u32 = 32;

/// An attempt of a loop or a sub-workflow began: its first frames open.
pub(super) fn open(state: &mut RunState, slot: Slot, turns: Option<u64>, at: Timestamp, effects: &mut Vec<Effect>) {
    if std::mem::take(&mut state.steps[slot].slot) {
        state.busy -= 1;
    }
    state.steps[slot].container = Some(Box::new(Container { turns: turns.unwrap_or(1), ..Container::default() }));
    if state.frame_of(slot).depth >= MAX_DEPTH {
        let message = format!("loops and sub-workflows lie more than {MAX_DEPTH} deep within one another");
        return effects.push(failed(state, slot, Failure::new(FailureCode::LimitReached, message)));
    }
    match state.planned(slot).repetition.clone() {
        None => open_workflow(state, slot, at, effects),
        Some(repetition) => match repetition.kind {
            RepetitionKind::ForEach { concurrency, .. } => {
                let turns = turns.unwrap_or(0);
                for turn in 0..concurrency.min(turns) {
                    open_turn(state, slot, turn, at, effects);
                }
                if turns == 0 {
                    effects.push(Effect::Conclude { step: slot });
                }
            }
            RepetitionKind::Repeat { .. } => open_turn(state, slot, 0, at, effects),
        },
    }
}

/// An attempt of a step failed, as an event to record.
pub(super) fn failed(state: &RunState, slot: Slot, failure: Failure) -> Effect {
    Effect::record(EventKind::attempt_failed(state.path(slot), state.steps[slot].attempt, failure))
}

fn open_workflow(state: &mut RunState, slot: Slot, at: Timestamp, effects: &mut Vec<Effect>) {
    let Body::Workflow(wanted) = &state.planned(slot).body else { return };
    match state.frame_of(slot).plan.of(wanted) {
        Err(error) => {
            let failure = Failure::new(FailureCode::Config, format!("the workflow `{}` cannot run: {error}", wanted.0));
            effects.push(failed(state, slot, failure));
        }
        Ok(plan) => {
            let path = state.path(slot);
            let prefix = match state.steps[slot].attempt {
                1 => format!("{path}/"),
                attempt => format!("{path}~{attempt}/"),
            };
            let frame = state.add_frame(FrameKind::Workflow, plan, Some(slot), prefix);
            begin(state, frame, at, effects);
        }
    }
}

pub(super) fn open_turn(state: &mut RunState, slot: Slot, turn: u64, at: Timestamp, effects: &mut Vec<Effect>) {
    let Some(repetition) = state.planned(slot).repetition.clone() else { return };
    let prefix = format!("{}[{turn}]", state.path(slot));
    let frame = state.add_frame(FrameKind::Turn(turn), repetition.turn.clone(), Some(slot), prefix);
    begin(state, frame, at, effects);
}

/// Lets the first steps of a new frame start.
fn begin(state: &mut RunState, frame: FrameIndex, at: Timestamp, effects: &mut Vec<Effect>) {
    if let Some(container) = state.frames[frame].owner.and_then(|owner| state.steps[owner].container.as_mut()) {
        container.frames.push(frame);
    }
    for slot in state.slots(frame) {
        if state.steps[slot].waiting_on == 0 {
            settle::release(state, slot, at, effects);
        }
    }
    look(state, frame, at, effects);
}

/// Begins the end of a frame and of all within it: nothing new starts, running attempts are stopped. The first reason
/// wins.
pub(super) fn end(state: &mut RunState, frame: FrameIndex, ending: Ending, at: Timestamp, effects: &mut Vec<Effect>) {
    if state.frames[frame].closed || state.frames[frame].ending.is_some() {
        return;
    }
    state.frames[frame].ending = Some(ending);
    for slot in state.slots(frame) {
        state.ready.remove(&slot);
        if state.steps[slot].slot {
            effects.push(Effect::CancelAttempt { step: slot });
        }
        stop_within(state, slot, at, effects);
    }
}

/// Stops what runs within an open step. One that is just between two turns is told by its own end.
pub(super) fn stop_within(state: &mut RunState, slot: Slot, at: Timestamp, effects: &mut Vec<Effect>) {
    let Some(container) = &state.steps[slot].container else { return };
    if container.running() == 0 {
        let (step, attempt) = (state.path(slot), state.steps[slot].attempt);
        return effects.push(Effect::record(EventKind::AttemptCancelled { step, attempt }));
    }
    for frame in container.frames.clone() {
        end(state, frame, Ending::Cancelled, at, effects);
        // One in which steps were only waiting closes at once.
        look(state, frame, at, effects);
    }
}

/// Looks whether a frame is through, and tells the step it belongs to.
pub(super) fn look(state: &mut RunState, index: FrameIndex, at: Timestamp, effects: &mut Vec<Effect>) {
    let frame = &state.frames[index];
    let Some(owner) = frame.owner.filter(|_| !frame.closed) else { return };
    let ending = match &frame.ending {
        None if frame.open > 0 => return,
        None => None,
        Some(_) if frame.live > 0 => return,
        Some(ending) => Some(ending.clone()),
    };
    if ending.is_some() {
        match undo(state, index, at, effects) {
            Progress::Goes => return,
            Progress::Through => {}
        }
    }
    close(state, index);
    let Some(container) = &mut state.steps[owner].container else { return };
    container.closed += 1;
    let owner_ends = state.frames[state.steps[owner].frame].ending.is_some() || state.steps[owner].timed_out.is_some();
    if owner_ends {
        if state.steps[owner].container.as_ref().is_some_and(|container| container.running() == 0) {
            let (step, attempt) = (state.path(owner), state.steps[owner].attempt);
            effects.push(Effect::record(EventKind::AttemptCancelled { step, attempt }));
        }
        return;
    }
    let failure = match ending {
        Some(Ending::Failed { failure, .. }) => Some(failure),
        Some(Ending::Cancelled) | None => None,
    };
    told(state, owner, index, failure, at, effects);
}

/// One of a step's frames has closed: the next one opens, or the step is through.
fn told(
    state: &mut RunState,
    owner: Slot,
    frame: FrameIndex,
    failure: Option<Failure>,
    at: Timestamp,
    effects: &mut Vec<Effect>,
) {
    let FrameKind::Turn(turn) = state.frames[frame].kind else {
        return effects.push(match failure {
            None => Effect::Conclude { step: owner },
            Some(failure) => failed(state, owner, Failure { transient: false, ..failure }),
        });
    };
    let Some(repetition) = state.planned(owner).repetition.clone() else { return };
    let failure = failure.map(|failure| Failure {
        message: format!("turn {}: {}", turn + 1, failure.message),
        transient: false,
        ..failure
    });
    let Some(container) = &mut state.steps[owner].container else { return };
    match (&repetition.kind, failure) {
        (RepetitionKind::ForEach { on_item_error: OnItemError::Stop, .. }, Some(failure)) => {
            container.failure.get_or_insert(failure);
            if container.running() == 0 {
                let failure = container.failure.clone();
                return effects.extend(failure.map(|failure| failed(state, owner, failure)));
            }
            for other in container.frames.clone() {
                end(state, other, Ending::Cancelled, at, effects);
                look(state, other, at, effects);
            }
        }
        (RepetitionKind::ForEach { .. }, _) => {
            if let Some(failure) = container.failure.clone() {
                if container.running() == 0 {
                    effects.push(failed(state, owner, failure));
                }
                return;
            }
            let next = container.frames.len() as u64;
            if next < container.turns {
                open_turn(state, owner, next, at, effects);
            } else if container.running() == 0 {
                effects.push(Effect::Conclude { step: owner });
            }
        }
        (RepetitionKind::Repeat { .. }, Some(failure)) => effects.push(failed(state, owner, failure)),
        (RepetitionKind::Repeat { .. }, None) => {
            container.between = Some(Between::Asked);
            effects.push(Effect::Ask { step: owner, turn });
        }
    }
}

/// Nothing more happens in a frame.
fn close(state: &mut RunState, index: FrameIndex) {
    state.frames[index].closed = true;
    for slot in state.slots(index) {
        state.ready.remove(&slot);
        let undoes = state.planned(slot).undoes;
        let step = &mut state.steps[slot];
        if !step.status.is_settled() {
            step.status = if undoes { StepStatus::Skipped } else { StepStatus::Cancelled };
            (step.due, step.held) = (None, None);
        }
    }
}

/// Hands free slots to steps that are ready, says when nothing goes on without a person, and concludes the execution
/// when there is nothing left to do.
pub(super) fn proceed(state: &mut RunState, at: Timestamp, effects: &mut Vec<Effect>) {
    if state.status.is_settled() || state.started_at.is_none() {
        return;
    }
    if !state.concluded {
        conclude(state, at, effects);
    }
    // What is decided next may be that nothing more begins; it comes back here.
    let decides = effects.iter().any(|effect| matches!(effect, Effect::Record(_)));
    let slots = if decides { 0 } else { state.plan.settings.max_parallel.max(1) as usize };
    while state.busy < slots {
        let Some(step) = state.ready.pop_first() else { break };
        state.steps[step].slot = true;
        state.busy += 1;
        let frame = state.steps[step].frame;
        state.frames[frame].live += 1;
        effects.push(Effect::Start { step, attempt: state.steps[step].attempt });
    }
    pause(state, effects);
}

/// Says when the execution only waits for a person, and when it goes on.
fn pause(state: &mut RunState, effects: &mut Vec<Effect>) {
    let acts = effects.iter().any(|effect| !matches!(effect, Effect::At { .. }));
    let moves = state.busy > 0 || !state.ready.is_empty() || acts;
    if state.pausing || state.concluded || (moves && state.status != ExecutionStatus::Paused) {
        return;
    }
    let mut held = false;
    let mut timed = false;
    if !moves {
        for (slot, step) in state.steps.iter().enumerate() {
            if !step.status.is_settled() && !state.ends(slot) {
                held |= step.held.is_some();
                timed |= step.due.is_some() || step.container.as_ref().is_some_and(|open| open.between.is_some());
            }
        }
    }
    let paused = held && !timed;
    let kind = match (state.status, paused) {
        (ExecutionStatus::Running, true) => EventKind::ExecutionPaused,
        (ExecutionStatus::Paused, false) => EventKind::ExecutionContinued,
        _ => return,
    };
    state.pausing = true;
    effects.push(Effect::record(kind));
}

fn conclude(state: &mut RunState, at: Timestamp, effects: &mut Vec<Effect>) {
    let root = &state.frames[ROOT];
    let Some(ending) = root.ending.clone() else {
        if root.open > 0 {
            return;
        }
        let idle: Vec<Slot> = if root.undo == Undo::Done {
            Vec::new()
        } else {
            state.slots(ROOT).filter(|&slot| !state.steps[slot].status.is_settled()).collect()
        };
        if idle.is_empty() {
            state.concluded = true;
            effects.push(Effect::Complete);
        }
        for slot in idle.into_iter().filter(|&slot| state.steps[slot].status == StepStatus::Pending).collect::<Vec<_>>()
        {
            state.steps[slot].status = StepStatus::Queued;
            let reason = SkipReason::NothingToUndo;
            effects.push(Effect::record(EventKind::StepSkipped { step: state.path(slot), reason }));
        }
        return;
    };
    if root.live > 0 {
        return;
    }
    if let Progress::Goes = undo(state, ROOT, at, effects) {
        return;
    }
    let kind = match ending {
        Ending::Cancelled => EventKind::ExecutionCancelled,
        Ending::Failed { failure, step } => {
            let step = step.map(|slot| state.path(slot));
            match (state.fallback, state.plan.settings.fallback_workflow.clone()) {
                (Fallback::Open, Some(workflow)) if state.stop == Stop::No => {
                    state.fallback = Fallback::Announced;
                    return effects.push(Effect::record(EventKind::FallbackStarted { workflow, failure, step }));
                }
                (Fallback::Announced, Some(_)) => return,
                (Fallback::Running(frame), _) => {
                    let fallback = &state.frames[frame];
                    match &fallback.ending {
                        None if fallback.open > 0 => return,
                        None => {
                            state.concluded = true;
                            return effects.push(Effect::Complete);
                        }
                        Some(_) if fallback.live > 0 => return,
                        Some(Ending::Cancelled) => EventKind::ExecutionCancelled,
                        Some(Ending::Failed { .. }) => EventKind::ExecutionFailed { failure, step },
                    }
                }
                _ => EventKind::ExecutionFailed { failure, step },
            }
        }
    };
    state.concluded = true;
    effects.push(Effect::record(kind));
}

/// The decision to run the fallback was recorded: its frame opens.
pub(super) fn open_fallback(state: &mut RunState, at: Timestamp, effects: &mut Vec<Effect>) {
    let Some(workflow) = state.plan.settings.fallback_workflow.clone() else { return };
    let Ok(plan) = state.plan.of(&(workflow, None)) else {
        // The plan of the workflow was refused when the execution was to start, so this cannot be reached; should it
        // be, the execution fails as it would have without a fallback.
        return;
    };
    let frame = state.add_frame(FrameKind::Fallback, plan, None, "~fallback/".to_owned());
    state.fallback = Fallback::Running(frame);
    begin(state, frame, at, effects);
}
