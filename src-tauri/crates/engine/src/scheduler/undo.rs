//! Compensation: undoing what a plan had done before it ends.

use std::collections::VecDeque;

use heddle_model::{COMPENSATE, EventKind, StepStatus, Timestamp};

use super::state::{FrameIndex, Slot, Stop, Undo};
use super::{Effect, RunState, frames, settle};

/// Whether something is still to come before a frame may close.
pub(super) enum Progress {
    Goes,
    Through,
}

/// Undoes what a frame had done, one step after the other, the latest first.
pub(super) fn undo(state: &mut RunState, index: FrameIndex, at: Timestamp, effects: &mut Vec<Effect>) -> Progress {
    match state.frames[index].undo.clone() {
        Undo::Done => Progress::Through,
        Undo::Announced => Progress::Goes,
        Undo::Open if state.stop == Stop::Insisted => {
            state.frames[index].undo = Undo::Done;
            Progress::Through
        }
        Undo::Open => {
            let steps = to_undo(state, index);
            if steps.is_empty() {
                state.frames[index].undo = Undo::Done;
                return Progress::Through;
            }
            state.frames[index].undo = Undo::Announced;
            let steps = steps.into_iter().map(|slot| state.path(slot)).collect();
            effects.push(Effect::record(EventKind::CompensationStarted { steps }));
            Progress::Goes
        }
        Undo::Running(now, _) if !state.steps[now].status.is_settled() => Progress::Goes,
        Undo::Running(_, mut rest) => match rest.pop_front() {
            None => {
                state.frames[index].undo = Undo::Done;
                Progress::Through
            }
            Some(next) => {
                state.frames[index].undo = Undo::Running(next, rest);
                state.make_ready(next, at, effects);
                Progress::Goes
            }
        },
    }
}

/// The decision to undo was recorded: the first of the steps starts.
pub(super) fn begin(state: &mut RunState, slots: VecDeque<Slot>, at: Timestamp, effects: &mut Vec<Effect>) {
    let mut slots = slots;
    let Some(first) = slots.pop_front() else { return };
    let frame = state.steps[first].frame;
    state.frames[frame].undo = Undo::Running(first, slots);
    state.make_ready(first, at, effects);
}

/// Stops all undoing under way: somebody does not want to wait for it. What has not been undone stays done.
pub(super) fn abandon(state: &mut RunState, at: Timestamp, effects: &mut Vec<Effect>) {
    for index in 0..state.frames.len() {
        let frame = &mut state.frames[index];
        let (false, Undo::Running(now, rest)) = (frame.closed, &mut frame.undo) else { continue };
        rest.clear();
        let now = *now;
        if state.steps[now].status.is_settled() {
            continue;
        }
        match (state.steps[now].slot, &state.steps[now].container) {
            (true, _) => effects.push(Effect::CancelAttempt { step: now }),
            (false, Some(_)) => frames::stop_within(state, now, at, effects),
            // It pauses before another attempt, or waits for a place or a person.
            (false, None) => settle::settle(state, now, StepStatus::Cancelled, at, effects),
        }
    }
}

/// The steps that undo what had completed, the latest completed first.
fn to_undo(state: &RunState, index: FrameIndex) -> Vec<Slot> {
    let base = state.frames[index].base;
    let mut steps: Vec<(u64, Slot)> = state
        .slots(index)
        .filter(|&slot| state.planned(slot).undoes && !state.steps[slot].status.is_settled())
        .filter_map(|slot| {
            let sources = state.planned(slot).incoming.iter();
            let done = sources
                .filter(|link| link.branch.as_deref() == Some(COMPENSATE))
                .map(|link| &state.steps[base + link.from])
                .filter(|source| source.status == StepStatus::Completed);
            Some((done.map(|source| source.settled).max()?, slot))
        })
        .collect();
    steps.sort_unstable_by(|a, b| b.cmp(a));
    steps.into_iter().map(|(_, slot)| slot).collect()
}
