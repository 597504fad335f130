//! Answers from the record of an earlier execution.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use heddle_model::{
    ErrorRecord, Event, EventKind, ExecutionId, Failure, FailureCode, LogLine, Payload, PayloadHash, PayloadRef,
    Replay, ReplayMode, StepId, Usage,
};

use crate::ports::{AgentAnswer, AttemptResult, RunStore, StoreError};

/// What the agents of an earlier execution answered, by step and input.
#[derive(Debug)]
pub(super) struct Recording {
    of: ExecutionId,
    modes: BTreeMap<StepId, ReplayMode>,
    answers: HashMap<(StepId, u32, PayloadHash), Recorded>,
    errors: HashMap<StepId, ErrorRecord>,
}

#[derive(Debug, Clone)]
struct Recorded {
    outcome: Result<(PayloadRef, Option<String>, bool), Failure>,
    usage: Usage,
    log: Vec<LogLine>,
    chosen: Option<String>,
}

impl Recording {
    /// The record in an execution's log.
    pub(super) fn of(replay: &Replay, events: &[Event]) -> Self {
        let mut inputs: HashMap<(&StepId, u32), PayloadHash> = HashMap::new();
        let (mut answers, mut errors) = (HashMap::new(), HashMap::new());
        for event in events {
            let (step, attempt, recorded) = match &event.kind {
                EventKind::AttemptStarted { step, attempt, input, .. } => {
                    inputs.insert((step, *attempt), input.hash);
                    continue;
                }
                EventKind::AttemptSucceeded { step, attempt, output, branch, usage, log, sampled, chosen, .. } => {
                    let outcome = Ok((*output, branch.clone(), *sampled));
                    (step, *attempt, Recorded { outcome, usage: *usage, log: log.clone(), chosen: chosen.clone() })
                }
                EventKind::AttemptFailed { step, attempt, failure, usage, log, chosen } => {
                    let outcome = Err(failure.clone());
                    (step, *attempt, Recorded { outcome, usage: *usage, log: log.clone(), chosen: chosen.clone() })
                }
                EventKind::StepFailed { error } | EventKind::StepDefaulted { error, .. } => {
                    errors.insert(error.step.clone(), error.clone());
                    continue;
                }
                _ => continue,
            };
            if let Some(input) = inputs.get(&(step, attempt)) {
                answers.insert((step.clone(), attempt, *input), recorded);
            }
        }
        Self { of: replay.of.clone(), modes: replay.steps.clone(), answers, errors }
    }

    /// Where the answers of a step come from. What is said of a step holds for the turns and steps within it, unless
    /// something else is said of those.
    pub(super) fn mode(&self, step: &StepId) -> ReplayMode {
        let mut path = step.as_str();
        loop {
            if let Some(mode) = self.modes.get(&StepId::new(path)) {
                return *mode;
            }
            // `sub~2/each[3]`: a turn of `sub~2/each`, which is in the second attempt of `sub`.
            let Some(end) = path.rfind(['/', '[', '~']) else { return ReplayMode::default() };
            path = &path[..end];
        }
    }

    /// The failure of a step as it was recorded, if it failed in the same way again: the time and what had completed by
    /// then are part of what later steps are given.
    pub(super) fn error(&self, now: &ErrorRecord) -> Option<&ErrorRecord> {
        let then = self.errors.get(&now.step).filter(|_| self.mode(&now.step) == ReplayMode::Recorded)?;
        let same = (then.attempt, &then.failure, then.input) == (now.attempt, &now.failure, now.input);
        same.then_some(then)
    }

    /// What was answered then.
    pub(super) async fn answer(
        &self,
        store: &Arc<dyn RunStore>,
        step: &StepId,
        attempt: u32,
        input: &Payload,
    ) -> Result<AttemptResult, StoreError> {
        let Some(recorded) = self.answers.get(&(step.clone(), attempt, input.hash())).cloned() else {
            let of = &self.of;
            return Ok(AttemptResult::failure(Failure::new(
                FailureCode::NotRecorded,
                format!(
                    "execution `{of}` has no record of attempt {attempt} of `{step}` with this input; run the step live, \
                     or replay an execution in which it was given the same"
                ),
            )));
        };
        let outcome = match recorded.outcome {
            Err(failure) => Err(failure),
            Ok((reference, branch, sampled)) => match store.payload(reference).await? {
                Some(output) => Ok(AgentAnswer { output, branch, sampled }),
                None => Err(Failure::new(FailureCode::NotRecorded, "the recorded answer is no longer in the database")),
            },
        };
        Ok(AttemptResult { outcome, usage: recorded.usage, log: recorded.log, chosen: recorded.chosen })
    }
}
