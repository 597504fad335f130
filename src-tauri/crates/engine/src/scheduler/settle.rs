//! What follows from a step's end: which steps may start, and which never will.

use heddle_model::{EventKind, Failure, Join, REJECTED, SkipReason, StepStatus, Timestamp, is_followed};

use super::state::{Ending, Slot};
use super::{Effect, RunState, Timer, frames};
use crate::plan::{Body, Failing, Link};

impl RunState {
    /// Puts a step into line for its next attempt.
    pub(super) fn make_ready(&mut self, slot: Slot, at: Timestamp, effects: &mut Vec<Effect>) {
        let timeout_ms = self.planned(slot).step_timeout_ms;
        let step = &mut self.steps[slot];
        step.status = StepStatus::Queued;
        step.ready_at = Some(at);
        step.attempt = step.attempt.max(1);
        self.ready.insert(slot);
        if let (Some(timeout_ms), None) = (timeout_ms, step.deadline) {
            let until = at.plus_millis(timeout_ms);
            step.deadline = Some(until);
            effects.push(Effect::At { until, timer: Timer::StepTimeout { step: slot, timeout_ms } });
        }
    }
}

/// Puts a step into its last state and looks at the steps it leads to.
pub(super) fn settle(state: &mut RunState, slot: Slot, status: StepStatus, at: Timestamp, effects: &mut Vec<Effect>) {
    debug_assert!(status.is_settled(), "a step settles in a last state");
    state.settled += 1;
    let step = &mut state.steps[slot];
    step.status = status;
    (step.due, step.held) = (None, None);
    step.settled = state.settled;
    let index = step.frame;
    state.ready.remove(&slot);
    let frame = &mut state.frames[index];
    let (plan, base) = (frame.plan.clone(), frame.base);
    let planned = &plan.steps[slot - base];
    if !planned.undoes {
        frame.open -= 1;
    }
    if frame.ending.is_none() {
        for &next in &planned.successors {
            let to = base + next;
            let links = plan.steps[next].incoming.iter().filter(|link| base + link.from == slot).count();
            state.steps[to].waiting_on -= links;
            if state.steps[to].status == StepStatus::Pending {
                release(state, to, at, effects);
            }
        }
    }
    frames::look(state, index, at, effects);
}

/// Decides about a step that has not started, some of whose predecessors have settled: it may start, it is skipped, or
/// it goes on waiting.
pub(super) fn release(state: &mut RunState, slot: Slot, at: Timestamp, effects: &mut Vec<Effect>) {
    let planned = state.planned(slot);
    if planned.undoes {
        return;
    }
    match outlook(state, slot) {
        Outlook::Waits => {}
        Outlook::Starts if !state.inherited.is_empty() => {
            let path = state.path(slot);
            match state.inherited.get(&path).cloned() {
                None => state.make_ready(slot, at, effects),
                Some(kept) => {
                    state.steps[slot].status = StepStatus::Queued;
                    effects.push(Effect::record(EventKind::StepInherited {
                        step: path,
                        output: kept.output,
                        branch: kept.branch,
                        not_taken: kept.not_taken,
                    }));
                }
            }
        }
        Outlook::Starts => state.make_ready(slot, at, effects),
        Outlook::Skipped(reason) => {
            state.steps[slot].status = StepStatus::Queued;
            effects.push(Effect::record(EventKind::StepSkipped { step: state.path(slot), reason }));
        }
    }
}

/// Ends a step that failed for good, as its policy says.
pub(super) fn fail(state: &mut RunState, slot: Slot, failure: Failure, at: Timestamp, effects: &mut Vec<Effect>) {
    let frame = state.steps[slot].frame;
    if matches!(state.planned(slot).on_error, Failing::Stop) && !state.planned(slot).undoes {
        frames::end(state, frame, Ending::Failed { failure, step: Some(slot) }, at, effects);
    }
    settle(state, slot, StepStatus::Failed, at, effects);
}

enum Outlook {
    Waits,
    Starts,
    Skipped(SkipReason),
}

/// What becomes of a step, given what has settled before it.
///
/// With [`Join::All`] it starts when at least one edge to it is live and none is dead because of a failure: branches
/// that were not taken do not hold a join back, missing data does.
fn outlook(state: &RunState, slot: Slot) -> Outlook {
    let planned = state.planned(slot);
    let open = state.steps[slot].waiting_on;
    if planned.incoming.is_empty() {
        return Outlook::Starts;
    }
    if planned.join == Join::All && open > 0 {
        return Outlook::Waits;
    }
    let needed = planned.join.needed();
    let (mut live, mut failed) = (0, None);
    for link in &planned.incoming {
        match flow(state, slot, link) {
            Flow::Live => live += 1,
            Flow::Failed(step) => failed = failed.or(Some(step)),
            Flow::Open | Flow::NotTaken => {}
        }
    }
    let upstream = |step: Slot| SkipReason::UpstreamFailed { step: state.path(step) };
    match (planned.join, failed) {
        (Join::All, Some(step)) => Outlook::Skipped(upstream(step)),
        _ if live >= needed => Outlook::Starts,
        _ if live + open >= needed => Outlook::Waits,
        (Join::Any, Some(step)) => Outlook::Skipped(upstream(step)),
        (Join::AtLeast(_), _) => {
            Outlook::Skipped(SkipReason::JoinOutOfReach { live: live as u32, needed: needed as u32 })
        }
        _ => Outlook::Skipped(SkipReason::BranchNotTaken),
    }
}

enum Flow {
    Open,
    Live,
    NotTaken,
    Failed(Slot),
}

/// What an edge to a step carries, as far as its source has settled.
fn flow(state: &RunState, to: Slot, link: &Link) -> Flow {
    let from = state.frame_of(to).base + link.from;
    let source = &state.steps[from];
    let planned = state.planned(from);
    let branch = link.branch.as_deref();
    match source.status {
        StepStatus::Failed => match (&planned.on_error, branch) {
            (Failing::ErrorBranch, Some(heddle_model::ERROR)) => Flow::Live,
            (Failing::ErrorBranch, _) => Flow::NotTaken,
            _ => Flow::Failed(from),
        },
        StepStatus::Completed => {
            let refused = matches!(planned.body, Body::Approval(_)) && source.branch.as_deref() == Some(REJECTED);
            let follows = is_followed(branch, source.branch.as_deref(), refused);
            let taken = link.edge.as_ref().is_none_or(|edge| !source.not_taken.contains(edge));
            if follows && taken { Flow::Live } else { Flow::NotTaken }
        }
        StepStatus::Skipped => match &source.skipped {
            Some(SkipReason::UpstreamFailed { step }) => Flow::Failed(state.find(step).unwrap_or(from)),
            _ => Flow::NotTaken,
        },
        StepStatus::Cancelled => Flow::NotTaken,
        StepStatus::Pending | StepStatus::Queued | StepStatus::Running | StepStatus::Waiting => Flow::Open,
    }
}
