//! Steps by path: `analyze`, `each[3]`, `sub/analyze`, `sub~2/analyze`, `~fallback/notify` (see
//! [`heddle_model::EventKind`]).

use std::sync::Arc;

use heddle_engine::{Body, Plan, PlannedStep, StepIndex};

/// What the steps of a fallback workflow are within.
const FALLBACK: &str = "~fallback";

/// A step found in a plan, or in the plan of a loop or workflow within it.
pub(crate) struct Found {
    plan: Arc<Plan>,
    /// Its place there.
    pub(crate) index: StepIndex,
}

impl Found {
    pub(crate) fn step(&self) -> &PlannedStep {
        &self.plan.steps[self.index]
    }

    /// The ids of the steps that edges lead from.
    pub(crate) fn before(&self) -> impl Iterator<Item = &str> {
        self.step().incoming.iter().map(|link| self.plan.steps[link.from].id.as_str())
    }
}

/// The step of that path.
pub(crate) fn find(plan: &Arc<Plan>, path: &str) -> Option<Found> {
    let mut plan = Arc::clone(plan);
    let mut segments = path.split('/').peekable();
    if segments.next_if_eq(&FALLBACK).is_some() {
        plan = plan.of(&(plan.settings.fallback_workflow.clone()?, None)).ok()?;
    }
    loop {
        let (id, turn) = read(segments.next()?);
        let mut index = plan.index(id)?;
        if turn.is_some() {
            let turn = Arc::clone(&plan.steps[index].repetition.as_ref()?.turn);
            (plan, index) = (turn, 0);
        }
        if segments.peek().is_none() {
            return Some(Found { plan, index });
        }
        let Body::Workflow(wanted) = &plan.steps[index].body else { return None };
        plan = plan.of(wanted).ok()?;
    }
}

/// The step within which a path lies: its loop, or the step that runs its workflow. None for steps of the execution's
/// own workflow.
pub(crate) fn parent(path: &str) -> Option<&str> {
    let start = last(path);
    match path[start..].find('[') {
        Some(turn) => Some(&path[..start + turn]),
        None => path[..start].strip_suffix('/').map(without_attempt),
    }
}

/// The number of a turn, if the path is one of a loop's.
pub(crate) fn turn(path: &str) -> Option<u64> {
    read(&path[last(path)..]).1
}

/// The id of the step in its own workflow.
pub(crate) fn id(path: &str) -> &str {
    read(&path[last(path)..]).0
}

/// What the paths of all steps that run beside it begin with.
pub(crate) fn prefix(path: &str) -> &str {
    &path[..last(path)]
}

/// Where the last segment begins.
fn last(path: &str) -> usize {
    path.rfind('/').map_or(0, |slash| slash + 1)
}

fn without_attempt(path: &str) -> &str {
    match path[last(path)..].rfind('~') {
        None | Some(0) => path,
        Some(tilde) => &path[..last(path) + tilde],
    }
}

/// The id and the turn in `id`, `id[3]`, `id~2`, `id[3]~2`.
fn read(segment: &str) -> (&str, Option<u64>) {
    let segment = without_attempt(segment);
    match segment.split_once('[') {
        Some((id, turn)) => (id, turn.strip_suffix(']').and_then(|turn| turn.parse().ok())),
        None => (segment, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_it_lies_within() {
        for (path, within, number, name, beside) in [
            ("a", None, None, "a", ""),
            ("each[3]", Some("each"), Some(3), "each", ""),
            ("sub/a", Some("sub"), None, "a", "sub/"),
            ("sub~2/a", Some("sub"), None, "a", "sub~2/"),
            ("each[3]/a", Some("each[3]"), None, "a", "each[3]/"),
            ("each[3]~2/a", Some("each[3]"), None, "a", "each[3]~2/"),
            ("sub/each[12]", Some("sub/each"), Some(12), "each", "sub/"),
            ("sub~2/in/a", Some("sub~2/in"), None, "a", "sub~2/in/"),
            ("~fallback/a", Some("~fallback"), None, "a", "~fallback/"),
        ] {
            assert_eq!((parent(path), turn(path), id(path), prefix(path)), (within, number, name, beside), "{path}");
        }
    }
}
