//! Where a driver begins: with nothing, with what another execution left, or where the log ends.

use std::collections::HashMap;
use std::sync::Arc;

use heddle_model::{Event, EventKind, ExecutionId, Fork, Inherited, Payload, PayloadHash, PayloadRef, Replay};

use super::driver::{Beginning, error_output};
use super::record::Recording;
use super::scope::{Opened, Outputs};
use super::script::Script;
use super::start::elements;
use super::time::OwnTime;
use super::{Engine, EngineError};
use crate::plan::{Body, Failing, RepetitionKind};
use crate::ports::{NewExecution, StoredExecution};
use crate::scheduler::{RunState, Slot, apply, inheritance};

/// Why an execution with that log has no step to go on from.
fn not_there(fork: &Fork, events: &[Event]) -> EngineError {
    let step = fork.step.clone().unwrap_or_else(|| "".into());
    if let Some(EventKind::ExecutionStarted { from: Some(origin), inherited, .. }) =
        events.first().map(|event| &event.kind)
    {
        let around = |kept: &Inherited| {
            step.as_str().strip_prefix(kept.step.as_str()).is_some_and(|rest| rest.starts_with(['/', '[']))
        };
        if inherited.iter().any(around) {
            return EngineError::TakenOver { step, origin: origin.clone() };
        }
    }
    EngineError::NoSuchStep(fork.of.clone(), step)
}

impl Engine {
    /// The beginning of a new execution.
    pub(super) async fn beginning(
        &self,
        state: RunState,
        execution: &NewExecution,
    ) -> Result<(Beginning, EventKind), EngineError> {
        let mut edited = HashMap::new();
        let (from, inherited) = match &execution.options.fork {
            None => (None, Vec::new()),
            Some(fork) => (Some(fork.of.clone()), self.inherited(execution, fork, &mut edited).await?),
        };
        let (recording, script) = self.recording(execution.options.replay.as_ref()).await?;
        let outputs = Outputs::new(execution.input.clone());
        let mut state = state;
        state.stepping = execution.options.step_over;
        let first = EventKind::ExecutionStarted { input: execution.input.reference(), from, inherited };
        Ok((Beginning { state, outputs, edited, recording, script, time: OwnTime::default() }, first))
    }

    /// What a new execution takes over, with the payloads. One that is run once more takes over the same again: what it
    /// came from may be gone.
    async fn inherited(
        &self,
        execution: &NewExecution,
        fork: &Fork,
        payloads: &mut HashMap<PayloadHash, Payload>,
    ) -> Result<Vec<Inherited>, EngineError> {
        let replayed = execution.options.replay.as_ref().map(|replay| &replay.of);
        let again = execution.retry_of.as_ref().or(replayed);
        let source = self.stored(again.unwrap_or(&fork.of)).await?;
        let kept = match source.events.first().map(|event| &event.kind) {
            Some(EventKind::ExecutionStarted { inherited, .. }) if again.is_some() => inherited.clone(),
            _ => {
                let mut state = RunState::new(fork.of.clone(), self.plan(&source.execution.workflow)?);
                for event in &source.events {
                    apply(&mut state, event);
                }
                inheritance(&state, fork.step.as_ref()).ok_or_else(|| not_there(fork, &source.events))?
            }
        };
        for reference in kept.iter().map(|kept| kept.output).chain(fork.input) {
            self.fetch(&source.execution.id, reference, payloads).await?;
        }
        Ok(kept)
    }

    async fn recording(
        &self,
        replay: Option<&Replay>,
    ) -> Result<(Option<Arc<Recording>>, Option<Script>), EngineError> {
        let Some(replay) = replay else { return Ok((None, None)) };
        let source = self.stored(&replay.of).await?;
        let recording = Recording::of(replay, &source.events);
        Ok((Some(Arc::new(recording)), Script::of(replay, &source.events)))
    }

    async fn stored(&self, id: &ExecutionId) -> Result<StoredExecution, EngineError> {
        self.0.store.load(id.clone()).await?.ok_or_else(|| EngineError::NotFound(id.clone()))
    }

    async fn fetch(
        &self,
        id: &ExecutionId,
        reference: PayloadRef,
        payloads: &mut HashMap<PayloadHash, Payload>,
    ) -> Result<Payload, EngineError> {
        if let Some(kept) = payloads.get(&reference.hash) {
            return Ok(kept.clone());
        }
        let found = self.0.store.payload(reference).await?;
        let payload = found.ok_or_else(|| EngineError::PayloadMissing(id.clone()))?;
        payloads.insert(reference.hash, payload.clone());
        Ok(payload)
    }

    /// The place where a log ends.
    pub(super) async fn pick_up(&self, stored: &StoredExecution) -> Result<(Beginning, EventKind), EngineError> {
        let StoredExecution { execution, events } = stored;
        let id = &execution.id;
        let plan = self.plan(&execution.workflow)?;
        let mut state = RunState::new(id.clone(), plan);
        state.stepping = execution.options.step_over;
        let mut outputs = Outputs::new(execution.input.clone());
        let mut failures = Vec::new();
        let mut fallback = None;
        for event in events {
            apply(&mut state, event);
            match &event.kind {
                EventKind::StepFailed { error } => failures.push(error),
                EventKind::FallbackStarted { failure, step, .. } => fallback = Some((failure, step)),
                _ => {}
            }
        }
        if state.status.is_settled() {
            return Err(EngineError::Settled(id.clone(), state.status.as_str()));
        }
        if state.input.is_none() {
            return self.beginning(RunState::new(id.clone(), state.plan), execution).await;
        }
        let mut payloads = HashMap::new();
        for error in failures {
            if let Some(slot) = state.find(&error.step) {
                outputs.set(slot, error_output(&state.planned(slot).on_error, error));
            }
        }
        for slot in 0..state.steps.len() {
            if let Some(given) = state.steps[slot].given {
                self.fetch(id, given, &mut payloads).await?;
            }
            if let Some(reference) = state.steps[slot].output {
                let kept = match &state.planned(slot).on_error {
                    Failing::Default(value) if value.reference() == reference => value.clone(),
                    _ => self.fetch(id, reference, &mut payloads).await?,
                };
                outputs.set(slot, Some(kept));
            }
            if let Some(opened) = self.opened(&state, slot, &mut payloads).await? {
                outputs.open(slot, opened);
            }
        }
        for kept in state.still_inherited() {
            self.fetch(id, kept, &mut payloads).await?;
        }
        if let Some(input) = execution.options.fork.as_ref().and_then(|fork| fork.input) {
            self.fetch(id, input, &mut payloads).await?;
        }
        if let Some((failure, step)) = fallback {
            outputs.open_fallback(&state, failure, step.as_ref().map(|step| step.as_str()));
        }
        // The log of a replay that was interrupted is no longer that of its record.
        let (recording, _) = self.recording(execution.options.replay.as_ref()).await?;
        let time = OwnTime::after(events.last().map(|last| last.at));
        Ok((Beginning { state, outputs, edited: payloads, recording, script: None, time }, EventKind::Resumed))
    }

    /// What an open step, or one that waits for a person, works on.
    async fn opened(
        &self,
        state: &RunState,
        slot: Slot,
        payloads: &mut HashMap<PayloadHash, Payload>,
    ) -> Result<Option<Opened>, EngineError> {
        let (step, planned) = (&state.steps[slot], state.planned(slot));
        let waits = step.held.is_some() && matches!(planned.body, Body::Approval(_));
        let Some(input) = step.input.filter(|_| step.container.is_some() || waits) else { return Ok(None) };
        let input = self.fetch(&state.id, input, payloads).await?;
        let each = planned.repetition.as_ref().is_some_and(|it| matches!(it.kind, RepetitionKind::ForEach { .. }));
        // It was an array when the loop opened.
        let items = if each { elements(&input).ok() } else { None };
        Ok(Some(items.map_or(Opened::Input(input), Opened::Items)))
    }
}
