//! Steps found in plans by their path.

use std::sync::Arc;

use heddle_engine::{Body, Plan, PlannedStep, StepIndex};
use heddle_model::StepId;

/// What the steps of a fallback workflow are within.
pub(crate) const FALLBACK: &str = "~fallback";

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
pub(crate) fn find(plan: &Arc<Plan>, path: &StepId) -> Option<Found> {
    let mut plan = Arc::clone(plan);
    let mut segments = path.segments().peekable();
    if segments.next_if_eq(&(FALLBACK, None)).is_some() {
        plan = plan.of(&(plan.settings.fallback_workflow.clone()?, None)).ok()?;
    }
    loop {
        let (id, turn) = segments.next()?;
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
