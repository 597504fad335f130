//! What follows from a step's end: which steps may start, which never will, and when the whole is over.

use heddle_model::{EventKind, Failure, SkipReason, StepStatus, Timestamp};

use super::state::Ending;
use super::{Effect, RunState};
use crate::plan::{Failing, Link, StepIndex};

/// Puts a step into its last state and looks at the steps it leads to.
pub(super) fn settle(
    state: &mut RunState,
    index: StepIndex,
    status: StepStatus,
    at: Timestamp,
    effects: &mut Vec<Effect>,
) {
    debug_assert!(status.is_settled(), "a step settles in a last state");
    state.steps[index].status = status;
    state.steps[index].due = None;
    state.ready.remove(&index);
    state.open -= 1;
    if state.ending.is_some() {
        return;
    }
    let plan = state.plan.clone();
    for &next in &plan.steps[index].successors {
        let links = plan.steps[next].incoming.iter().filter(|link| link.from == index).count();
        state.steps[next].waiting_on -= links;
        if state.steps[next].waiting_on == 0 && !state.steps[next].status.is_settled() {
            release(state, next, at, effects);
        }
    }
}

/// Decides about a step whose predecessors have all settled: it may start, or it is skipped.
pub(super) fn release(state: &mut RunState, index: StepIndex, at: Timestamp, effects: &mut Vec<Effect>) {
    match why_not(state, index) {
        None => state.make_ready(index, at),
        Some(reason) => {
            let step = state.plan.steps[index].id.clone();
            effects.push(Effect::record(EventKind::StepSkipped { step, reason }));
        }
    }
}

/// Ends a step that failed for good, as its policy says.
pub(super) fn fail(state: &mut RunState, index: StepIndex, failure: Failure, at: Timestamp, effects: &mut Vec<Effect>) {
    if matches!(state.plan.steps[index].on_error, Failing::Stop) {
        end(state, Ending::Failed { failure, step: Some(index) }, effects);
    }
    settle(state, index, StepStatus::Failed, at, effects);
}

/// Begins the end: nothing new starts, running attempts are stopped. The first reason wins.
pub(super) fn end(state: &mut RunState, ending: Ending, effects: &mut Vec<Effect>) {
    if state.ending.is_some() {
        return;
    }
    state.ending = Some(ending);
    state.ready.clear();
    effects.extend(
        (0..state.steps.len()).filter(|&step| state.steps[step].slot).map(|step| Effect::CancelAttempt { step }),
    );
}

/// Hands free slots to steps that are ready, and concludes the execution when there is nothing left to do.
pub(super) fn proceed(state: &mut RunState, effects: &mut Vec<Effect>) {
    if state.status.is_settled() || state.started_at.is_none() {
        return;
    }
    let slots = state.plan.settings.max_parallel.max(1) as usize;
    while state.ending.is_none() && state.busy < slots {
        let Some(step) = state.ready.pop_first() else { break };
        state.steps[step].slot = true;
        state.busy += 1;
        effects.push(Effect::Start { step, attempt: state.steps[step].attempt });
    }
    if state.concluded {
        return;
    }
    let conclusion = match &state.ending {
        Some(_) if state.busy > 0 => return,
        Some(Ending::Cancelled) => Effect::record(EventKind::ExecutionCancelled),
        Some(Ending::Failed { failure, step }) => Effect::record(EventKind::ExecutionFailed {
            failure: failure.clone(),
            step: step.map(|step| state.plan.steps[step].id.clone()),
        }),
        None if state.open > 0 => return,
        None => Effect::Complete,
    };
    state.concluded = true;
    effects.push(conclusion);
}

/// Why a step whose predecessors have all settled will not run; None when it may.
///
/// It runs when at least one edge to it is live and none is dead because of a failure: branches that were not taken
/// do not hold a join back, missing data does.
fn why_not(state: &RunState, index: StepIndex) -> Option<SkipReason> {
    let incoming = &state.plan.steps[index].incoming;
    let mut live = incoming.is_empty();
    for link in incoming {
        match flow(state, link) {
            Flow::Live => live = true,
            Flow::NotTaken => {}
            Flow::Failed(step) => {
                return Some(SkipReason::UpstreamFailed { step: state.plan.steps[step].id.clone() });
            }
        }
    }
    (!live).then_some(SkipReason::BranchNotTaken)
}

enum Flow {
    Live,
    NotTaken,
    Failed(StepIndex),
}

/// What an edge carries once its source has settled.
fn flow(state: &RunState, link: &Link) -> Flow {
    const ERROR: &str = "error";
    let source = &state.steps[link.from];
    let branch = link.branch.as_deref();
    match source.status {
        StepStatus::Failed => match (&state.plan.steps[link.from].on_error, branch) {
            (Failing::ErrorBranch, Some(ERROR)) => Flow::Live,
            (Failing::ErrorBranch, _) => Flow::NotTaken,
            _ => Flow::Failed(link.from),
        },
        StepStatus::Completed if branch.is_none() || branch == source.branch.as_deref() => Flow::Live,
        StepStatus::Skipped => match &source.skipped {
            Some(SkipReason::UpstreamFailed { step }) => {
                Flow::Failed(state.plan.index(step.as_str()).unwrap_or(link.from))
            }
            _ => Flow::NotTaken,
        },
        _ => Flow::NotTaken,
    }
}
