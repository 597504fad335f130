//! Drives one execution: feeds what happens to the scheduler, keeps the log, and does what the scheduler asks for.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use heddle_model::{
    ErrorRecord, Event, EventKind, Failure, FailureCode, Payload, PayloadRef, RunMode, SkipReason, StepId, Timestamp,
    Usage,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::attempt;
use super::scope::Outputs;
use super::{Outcome, World};
use crate::plan::{Failing, StepIndex};
use crate::ports::{AgentCall, AttemptResult, Batch, NewExecution, StoreError};
use crate::scheduler::{Effect, RunState, apply};

/// How often a locked database is asked again, and how long to wait in between.
const BUSY_TRIES: u32 = 5;
const BUSY_PAUSE: Duration = Duration::from_millis(200);

/// What arrives from outside while an execution runs.
#[derive(Debug)]
pub(super) enum Signal {
    /// An attempt ended; no result: it was cancelled.
    Ended { step: StepIndex, attempt: u32, result: Option<AttemptResult> },
    /// The pause before an attempt is over.
    RetryDue { step: StepIndex, attempt: u32 },
    /// The workflow's own timeout ran out.
    Deadline { timeout_ms: u64 },
    /// Somebody asked for the execution to stop.
    Cancel { by: String, reason: Option<String> },
}

/// One execution being driven.
pub(super) struct Driver {
    world: Arc<World>,
    state: RunState,
    mode: RunMode,
    outputs: Outputs,
    signals: mpsc::UnboundedSender<Signal>,
    inbox: mpsc::UnboundedReceiver<Signal>,
    /// Fires when the driver ends, so that timers and attempts end with it.
    life: CancellationToken,
    attempts: HashMap<StepIndex, CancellationToken>,
    /// Recorded, but not yet durable.
    unwritten: Batch,
    /// To be done once what led to it is durable.
    effects: VecDeque<Effect>,
    result: Option<Payload>,
    failure: Option<Failure>,
}

impl Driver {
    pub(super) fn new(
        world: Arc<World>,
        state: RunState,
        execution: &NewExecution,
        outputs: Vec<Option<Payload>>,
        (signals, inbox): (mpsc::UnboundedSender<Signal>, mpsc::UnboundedReceiver<Signal>),
    ) -> Self {
        Self {
            life: world.shutdown.child_token(),
            world,
            state,
            mode: execution.mode,
            outputs: Outputs { input: execution.input.clone(), steps: outputs },
            signals,
            inbox,
            attempts: HashMap::new(),
            unwritten: Batch::default(),
            effects: VecDeque::new(),
            result: None,
            failure: None,
        }
    }

    /// Drives the execution from `first` (its start, or its resumption) to its end.
    ///
    /// # Errors
    /// A [`StoreError`] when the log could not be written: the execution stops where its durable log ends, and can be
    /// resumed from there. None when Heddle itself is stopping.
    pub(super) async fn run(mut self, first: EventKind) -> Result<Option<Outcome>, StoreError> {
        let _end = self.life.clone().drop_guard();
        self.record(first);
        loop {
            self.write().await?;
            if self.state.status.is_settled() {
                return Ok(Some(self.outcome()));
            }
            while let Some(effect) = self.effects.pop_front() {
                self.perform(effect);
            }
            if self.unwritten.events.is_empty() {
                let life = self.life.clone();
                let signal = tokio::select! {
                    biased;
                    () = life.cancelled() => return Ok(None),
                    signal = self.inbox.recv() => signal,
                };
                let Some(signal) = signal else { return Ok(None) };
                self.take(signal);
            } else {
                // Agents that answer at once share the commit of their own start.
                tokio::task::yield_now().await;
            }
            while let Ok(signal) = self.inbox.try_recv() {
                self.take(signal);
            }
        }
    }

    fn outcome(&self) -> Outcome {
        Outcome {
            id: self.state.id.clone(),
            status: self.state.status,
            output: self.result.clone(),
            failure: self.failure.clone(),
            events: self.state.last_seq,
        }
    }

    /// Appends an event to the log and lets the scheduler decide what follows; its decisions are recorded at once.
    fn record(&mut self, kind: EventKind) {
        let mut kinds = VecDeque::from([kind]);
        while let Some(kind) = kinds.pop_front() {
            let event = Event { seq: self.state.last_seq + 1, at: self.world.clock.now(), kind };
            self.keep_in_view(&event.kind);
            for effect in apply(&mut self.state, &event) {
                match effect {
                    Effect::Record(decision) => kinds.push_back(*decision),
                    Effect::Complete => kinds.push_back(self.conclude()),
                    other => self.effects.push_back(other),
                }
            }
            self.unwritten.events.push(event);
        }
    }

    /// Decisions that give a step an output without an agent's answer.
    fn keep_in_view(&mut self, kind: &EventKind) {
        match kind {
            EventKind::StepDefaulted { error, .. } => {
                if let Some(index) = self.state.plan.index(error.step.as_str())
                    && let Failing::Default(output) = &self.state.plan.steps[index].on_error
                {
                    self.unwritten.payloads.push(output.clone());
                    self.outputs.steps[index] = Some(output.clone());
                }
            }
            EventKind::StepFailed { error } => {
                if let Some(index) = self.state.plan.index(error.step.as_str()) {
                    self.outputs.steps[index] = error_output(&self.state.plan.steps[index].on_error, error);
                }
            }
            EventKind::ExecutionFailed { failure, .. } => self.failure = Some(failure.clone()),
            _ => {}
        }
    }

    fn conclude(&mut self) -> EventKind {
        match self.outputs.output(&self.state.plan) {
            Ok(output) => {
                let reference = self.keep(&output);
                self.result = Some(output);
                EventKind::ExecutionCompleted { output: reference }
            }
            Err(failure) => EventKind::ExecutionFailed { failure, step: None },
        }
    }

    fn keep(&mut self, payload: &Payload) -> PayloadRef {
        self.unwritten.payloads.push(payload.clone());
        payload.reference()
    }

    /// Makes durable what was recorded. A database another process holds is asked again for a while.
    async fn write(&mut self) -> Result<(), StoreError> {
        if self.unwritten.events.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.unwritten);
        let mut tries = 1;
        loop {
            match self.world.store.append(self.state.id.clone(), batch.clone()).await {
                Err(StoreError::Busy(_)) if tries < BUSY_TRIES => tries += 1,
                done => return done,
            }
            tokio::time::sleep(BUSY_PAUSE).await;
        }
    }

    fn take(&mut self, signal: Signal) {
        match signal {
            Signal::Ended { step, attempt, result } => self.attempt_ended(step, attempt, result),
            Signal::RetryDue { step, attempt } => {
                self.record(EventKind::RetryDue { step: self.id_of(step), attempt });
            }
            Signal::Deadline { timeout_ms } => self.record(EventKind::DeadlineReached { timeout_ms }),
            Signal::Cancel { by, reason } => self.record(EventKind::CancelRequested { by, reason }),
        }
    }

    fn attempt_ended(&mut self, step: StepIndex, attempt: u32, result: Option<AttemptResult>) {
        self.attempts.remove(&step);
        if result.is_none() && self.life.is_cancelled() {
            // Heddle is stopping, nobody asked for the attempt to stop: it stays open in the log and is tried again.
            return;
        }
        let id = self.id_of(step);
        let kind = match result {
            None => EventKind::AttemptCancelled { step: id, attempt },
            Some(AttemptResult { outcome: Err(failure), usage, log }) => {
                EventKind::AttemptFailed { step: id, attempt, failure, usage, log }
            }
            Some(AttemptResult { outcome: Ok(answer), usage, log }) => {
                let output = self.keep(&answer.output);
                self.outputs.steps[step] = Some(answer.output);
                EventKind::AttemptSucceeded {
                    step: id,
                    attempt,
                    output,
                    branch: answer.branch,
                    usage,
                    log,
                    sampled: answer.sampled,
                    source: Default::default(),
                    not_taken: Vec::new(),
                }
            }
        };
        self.record(kind);
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Start { step, attempt } => self.start(step, attempt),
            Effect::CancelAttempt { step } => {
                if let Some(token) = self.attempts.get(&step) {
                    token.cancel();
                } else if let Some(attempt) = self.state.steps.get(step).map(|step| step.attempt) {
                    self.record(EventKind::AttemptCancelled { step: self.id_of(step), attempt });
                }
            }
            Effect::Sleep { step, attempt, until } => self.at(until, Signal::RetryDue { step, attempt }),
            Effect::Deadline { until, timeout_ms } => self.at(until, Signal::Deadline { timeout_ms }),
            // Handled as soon as they arise, see `record`.
            Effect::Record(_) | Effect::Complete => {}
        }
    }

    /// Starts an attempt; what keeps it from starting is recorded as its end.
    fn start(&mut self, step: StepIndex, attempt: u32) {
        if !self.state.steps[step].slot_is_for(attempt) {
            return;
        }
        let plan = self.state.plan.clone();
        let id = self.id_of(step);
        if attempt == 1 {
            match self.outputs.condition(&plan, step) {
                Ok(true) => {}
                Ok(false) => {
                    let expression = plan.steps[step].when.as_ref().map(|when| when.source().to_owned());
                    let reason = SkipReason::ConditionFalse { expression: expression.unwrap_or_default() };
                    return self.record(EventKind::StepSkipped { step: id, reason });
                }
                Err(failure) => return self.record(not_started(id, attempt, failure)),
            }
        }
        let input = match self.outputs.input_of(&plan, step) {
            Ok(input) => input,
            Err(failure) => return self.record(not_started(id, attempt, failure)),
        };
        let reference = self.keep(&input);
        self.record(EventKind::AttemptStarted { step: id.clone(), attempt, input: reference, turns: None });
        let cancel = self.life.child_token();
        self.attempts.insert(step, cancel.clone());
        let call = AgentCall {
            execution: self.state.id.clone(),
            idempotency_key: format!("{}/{id}/{attempt}", self.state.id),
            step: id,
            attempt,
            agent: plan.steps[step].agent.clone(),
            candidates: Arc::default(),
            input,
            vars: plan.vars.clone(),
            mode: self.mode,
            cancel,
        };
        let (runner, signals) = (self.world.runner.clone(), self.signals.clone());
        tokio::spawn(async move {
            let result = attempt::run(runner, plan, step, call).await;
            // The driver is gone when the execution has ended: nobody waits for this answer any more.
            let _ = signals.send(Signal::Ended { step, attempt, result });
        });
    }

    fn at(&self, until: Timestamp, signal: Signal) {
        let pause = until.millis_since(self.world.clock.now()).max(0.0);
        let (signals, life) = (self.signals.clone(), self.life.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = life.cancelled() => {}
                () = tokio::time::sleep(Duration::from_secs_f64(pause / 1000.0)) => {
                    // As above.
                    let _ = signals.send(signal);
                }
            }
        });
    }

    fn id_of(&self, step: StepIndex) -> StepId {
        self.state.plan.steps[step].id.clone()
    }
}

fn not_started(step: StepId, attempt: u32, failure: Failure) -> EventKind {
    EventKind::AttemptFailed { step, attempt, failure, usage: Usage::default(), log: Vec::new() }
}

/// What the branch `error` of a failed step carries: `{"error": …}`.
pub(super) fn error_output(on_error: &Failing, error: &ErrorRecord) -> Option<Payload> {
    let Failing::ErrorBranch = on_error else { return None };
    let text = serde_json::to_string(&serde_json::json!({ "error": error })).ok()?;
    Payload::parse(text).ok()
}

/// Why an execution whose log cannot be written any more stands still.
pub(super) fn storage_failure(error: &StoreError) -> Failure {
    Failure::new(
        FailureCode::Storage,
        format!("{error}. What was committed is safe; the execution can be resumed once this is mended"),
    )
}
