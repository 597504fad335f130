//! What an execution that goes on from another one need not run again.

use std::collections::BTreeMap;

use heddle_model::{Inherited, StepId, StepStatus};

use super::state::{FrameIndex, FrameKind, ROOT, RunState, Slot};

/// What can be taken over from an execution in that state, under the paths of a new one: those of first attempts. With
/// `step` it goes on from there: that step and everything after it runs again, also where it lies within a loop or a
/// sub-workflow. Without, all that had completed is kept.
///
/// None when there is no such step, or when it lies in the fallback workflow, which only follows a failure.
pub fn inheritance(state: &RunState, step: Option<&StepId>) -> Option<Vec<Inherited>> {
    let mut way = Way::default();
    if let Some(path) = step {
        let slot = state.find(path).filter(|_| !path.in_fallback())?;
        way.from = Some(slot);
        let mut frame = state.steps[slot].frame;
        while let Some(owner) = state.frames[frame].owner {
            way.around.insert(owner, frame);
            frame = state.steps[owner].frame;
        }
    }
    let mut kept = Vec::new();
    collect(state, ROOT, &way, &mut kept);
    Some(kept)
}

/// The step to go on from, of which nothing within is kept, and the steps it lies within, each with the frame.
#[derive(Default)]
struct Way {
    from: Option<Slot>,
    around: BTreeMap<Slot, FrameIndex>,
}

impl Way {
    fn contains(&self, slot: Slot) -> bool {
        self.from == Some(slot) || self.around.contains_key(&slot)
    }

    fn slots(&self) -> impl Iterator<Item = Slot> {
        self.from.iter().chain(self.around.keys()).copied()
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
                    step: state.path(slot).in_first_attempts(),
                    output,
                    branch: step.branch.clone(),
                    not_taken: step.not_taken.clone(),
                });
            }
            _ if way.around.contains_key(&slot) || (!again(slot) && step.status != StepStatus::Completed) => {
                for inner in inner_frames(state, slot, way) {
                    collect(state, inner, way, kept);
                }
            }
            _ => {}
        }
    }
}

/// All turns of a loop; of a sub-workflow the attempt on the way, else the last.
fn inner_frames(state: &RunState, owner: Slot, way: &Way) -> Vec<FrameIndex> {
    let frames = state.frames.iter().enumerate().filter(|(_, frame)| frame.owner == Some(owner));
    let (turns, attempts): (Vec<_>, Vec<_>) = frames.partition(|(_, frame)| matches!(frame.kind, FrameKind::Turn(_)));
    let last = attempts.last().map(|(index, _)| *index);
    let attempt = way.around.get(&owner).copied().filter(|_| last.is_some()).or(last);
    turns.into_iter().map(|(index, _)| index).chain(attempt).collect()
}
