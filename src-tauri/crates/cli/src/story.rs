//! Tells on standard error what happens in an execution.

use std::collections::HashMap;
use std::sync::Arc;

use heddle_engine::Plan;
use heddle_model::{Decision, Event, EventKind, StepId, Timestamp};

use crate::report;

/// What is needed to tell the events of one execution.
pub(crate) struct Story {
    plan: Arc<Plan>,
    done: usize,
    started: HashMap<StepId, Timestamp>,
}

impl Story {
    pub(crate) fn new(plan: Arc<Plan>) -> Self {
        Self { plan, done: 0, started: HashMap::new() }
    }

    pub(crate) fn tell(&mut self, event: &Event) {
        match &event.kind {
            EventKind::AttemptStarted { step, .. } => {
                self.started.insert(step.clone(), event.at);
            }
            EventKind::AttemptSucceeded { step, sampled, .. } => {
                let nested = self.plan.index(step.as_str()).is_none();
                let took = self.started.get(step).map(|from| report::duration(*from, event.at)).unwrap_or_default();
                let sample = if *sampled { "  (sample)" } else { "" };
                if nested {
                    tell!("    {step}  {took}{sample}");
                } else {
                    self.done += 1;
                    tell!("  {} of {}  {}  {took}{sample}", self.done, self.plan.steps.len(), self.name(step));
                }
            }
            EventKind::AttemptFailed { step, attempt, failure, .. } => {
                tell!("  {} failed, attempt {attempt}: {}", self.name(step), report::failure(failure));
            }
            EventKind::RetryScheduled { step, attempt, due } => {
                tell!(
                    "  {} is tried again (attempt {attempt}) in {}",
                    self.name(step),
                    report::duration(event.at, *due)
                );
            }
            EventKind::StepSkipped { step, .. } => tell!("  {} skipped", self.name(step)),
            EventKind::StepInherited { step, .. } => {
                self.done += usize::from(self.plan.index(step.as_str()).is_some());
                tell!("  {} taken over", self.name(step));
            }
            EventKind::ApprovalDecided { step, decision, by, .. } => {
                self.done += usize::from(self.plan.index(step.as_str()).is_some());
                let what = match decision {
                    Decision::Approved => "approved",
                    Decision::Rejected => "rejected",
                };
                tell!("  {} {what} by {by}", self.name(step));
            }
            EventKind::CancelRequested { by, .. } => tell!("  cancelled by {by}"),
            EventKind::ClockSetBack { by_ms } => {
                let by = report::duration(event.at, event.at.plus_millis(*by_ms));
                tell!(
                    "  the clock of this machine was set back by {by}; the times of the execution go on from where they were"
                );
            }
            _ => {}
        }
    }

    fn name<'a>(&'a self, step: &'a StepId) -> &'a str {
        self.plan.index(step.as_str()).map_or(step.as_str(), |index| &self.plan.steps[index].name)
    }
}
