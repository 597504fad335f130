//! What an execution that goes on from another one need not run again.

use std::collections::BTreeSet;

use heddle_model::{Inherited, StepId, StepStatus};

use super::state::{FrameIndex, FrameKind, ROOT, RunState, Slot};

/// What can be taken over from an execution in that state. With `step` it goes on from there: that step and everything
/// after it runs again, also where it lies within a loop or a sub-workflow. Without, all that had completed is kept.
///
/// None when there is no such step.
pub fn inheritance(state: &RunState, step: Option<&StepId>) -> Option<Vec<Inherited>> {
    let mut way = Way::default();
    if let Some(path) = step {
        let mut slot = state.find(path)?;
        way.from = Some(slot);
        while let Some(owner) = state.frame_of(slot).owner {
            slot = owner;
            way.around.insert(slot);
        }
    }
    let mut kept = Vec::new();
    collect(state, ROOT, &way, &mut kept);
    Some(kept)
}

/// The step to go on from, of which nothing within is kept, and the steps it lies within.
#[derive(Default)]
struct Way {
    from: Option<Slot>,
    around: BTreeSet<Slot>,
}

impl Way {
    fn contains(&self, slot: Slot) -> bool {
        self.from == Some(slot) || self.around.contains(&slot)
    }

    fn slots(&self) -> impl Iterator<Item = Slot> {
        self.from.iter().chain(&self.around).copied()
    }
}

fn collect(state: &RunState, frame: FrameIndex, way: &Way, kept: &mut Vec<Inherited>) {
    let plan = &state.frames[frame].plan;
    let base = state.frames[frame].base;
    let again = |slot: Slot| {
        let before = plan.ancestors(slot - base);
        way.contains(slot) || way.slots().any(|slot| slot.checked_sub(base).is_some_and(|index| before.contains(index)))
    };
    for slot in state.slots(frame) {
        let step = &state.steps[slot];
        match step.output {
            Some(output) if step.status == StepStatus::Completed && !again(slot) && !state.planned(slot).undoes => {
                kept.push(Inherited {
                    step: state.path(slot),
                    output,
                    branch: step.branch.clone(),
                    not_taken: step.not_taken.clone(),
                });
            }
            _ if way.around.contains(&slot) || (!again(slot) && step.status != StepStatus::Completed) => {
                for inner in last_attempt(state, slot) {
                    collect(state, inner, way, kept);
                }
            }
            _ => {}
        }
    }
}

/// The frames of the first attempt of a step: those whose paths a new execution would give again.
fn last_attempt(state: &RunState, owner: Slot) -> Vec<FrameIndex> {
    let path = state.path(owner);
    let first = format!("{path}/");
    let frames = state.frames.iter().enumerate().filter(|(_, frame)| frame.owner == Some(owner));
    frames
        .filter(|(_, frame)| matches!(frame.kind, FrameKind::Turn(_)) || frame.prefix == first)
        .map(|(index, _)| index)
        .collect()
}
