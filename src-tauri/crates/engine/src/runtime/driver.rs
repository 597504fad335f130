//! Drives one execution: feeds what happens to the scheduler, keeps the log, and does what the scheduler asks for.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use heddle_model::{
    ErrorRecord, Event, EventKind, Failure, FailureCode, Payload, PayloadHash, PayloadRef, RunMode, RunOptions,
    Timestamp,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::attempt::Answered;
use super::control::{Control, Refused, Reply};
use super::pools::Place;
use super::record::Recording;
use super::scope::Outputs;
use super::script::Script;
use super::time::OwnTime;
use super::{Outcome, World};
use crate::plan::Failing;
use crate::ports::{Batch, NewExecution, StoreError};
use crate::scheduler::{Effect, RunState, Slot, Timer, apply};

/// How often a locked database is asked again, and how long to wait in between.
const BUSY_TRIES: u32 = 5;
const BUSY_PAUSE: Duration = Duration::from_millis(200);

/// What arrives from outside while an execution runs. Kept small: the inbox of every execution that only waits has room
/// for dozens of them.
#[derive(Debug)]
pub(super) enum Signal {
    /// An attempt ended; no result: it was cancelled.
    Ended { slot: Slot, attempt: u32, result: Option<Box<Answered>> },
    /// An attempt has got the place in a pool it waited for.
    Admitted { slot: Slot, attempt: u32, with: Box<(Payload, Place)> },
    /// A time has come.
    Due(Timestamp, Timer),
    /// Somebody asked for the execution to stop.
    Cancel(Box<(String, Option<String>)>),
    /// Somebody did something about a step that waits for a person.
    Control(Box<Control>, Reply),
}

/// One execution being driven.
pub(super) struct Driver {
    pub(super) world: Arc<World>,
    pub(super) state: RunState,
    pub(super) mode: RunMode,
    pub(super) options: RunOptions,
    pub(super) outputs: Outputs,
    /// Payloads people put in, and those taken over from another execution.
    pub(super) edited: HashMap<PayloadHash, Payload>,
    pub(super) recording: Option<Arc<Recording>>,
    /// The record that is followed event by event.
    pub(super) script: Option<Script>,
    pub(super) signals: mpsc::UnboundedSender<Signal>,
    inbox: mpsc::UnboundedReceiver<Signal>,
    /// Fires when the driver ends, so that timers and attempts end with it.
    pub(super) life: CancellationToken,
    /// Fires when somebody asks for the execution to stop; a new one from then on.
    pub(super) stop: CancellationToken,
    pub(super) attempts: HashMap<Slot, CancellationToken>,
    /// Recorded, but not yet durable.
    unwritten: Batch,
    time: OwnTime,
    /// To be answered once what was recorded is durable.
    replies: Vec<Reply>,
    /// To be done once what led to it is durable.
    pub(super) effects: VecDeque<Effect>,
    pub(super) result: Option<Payload>,
    failure: Option<Failure>,
}

/// What a driver begins with.
pub(super) struct Beginning {
    pub(super) state: RunState,
    pub(super) outputs: Outputs,
    pub(super) edited: HashMap<PayloadHash, Payload>,
    pub(super) recording: Option<Arc<Recording>>,
    pub(super) script: Option<Script>,
    pub(super) time: OwnTime,
}

impl Driver {
    pub(super) fn new(
        world: Arc<World>,
        execution: &NewExecution,
        beginning: Beginning,
        (signals, inbox): (mpsc::UnboundedSender<Signal>, mpsc::UnboundedReceiver<Signal>),
        (life, stop): (CancellationToken, CancellationToken),
    ) -> Self {
        Self {
            life,
            stop,
            world,
            state: beginning.state,
            mode: execution.mode,
            options: execution.options.clone(),
            outputs: beginning.outputs,
            edited: beginning.edited,
            recording: beginning.recording,
            script: beginning.script,
            signals,
            inbox,
            attempts: HashMap::new(),
            unwritten: Batch::default(),
            time: beginning.time,
            replies: Vec::new(),
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
    pub(super) async fn run(&mut self, first: EventKind) -> Result<Option<Outcome>, StoreError> {
        let _end = self.life.clone().drop_guard();
        self.record(first);
        loop {
            self.write().await?;
            if self.state.status.is_settled() {
                return Ok(Some(self.outcome()));
            }
            if self.script.is_some() && !self.life.is_cancelled() {
                while let Ok(signal) = self.inbox.try_recv() {
                    self.take(signal);
                }
                // Boxed: few executions are replays, and all others would carry the room for it.
                if Box::pin(self.follow()).await {
                    tokio::task::yield_now().await;
                    continue;
                }
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
            } else if self.attempts.len() == 1 && !self.inbox.is_empty() {
                // The only one has answered already; other executions want to get on as well, now and then.
                tokio::task::coop::consume_budget().await;
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

    /// The execution's own time.
    pub(super) fn now(&self) -> Timestamp {
        self.time.now(&*self.world.clock)
    }

    /// Takes what has arrived if it is a request to stop, before something else ends the execution.
    pub(super) fn hear_stop(&mut self) {
        if self.stop.is_cancelled() {
            while let Ok(signal) = self.inbox.try_recv() {
                self.take(signal);
            }
        }
    }

    /// Appends an event to the log and lets the scheduler decide what follows; its decisions are recorded at once.
    pub(super) fn record(&mut self, kind: EventKind) {
        let mut kinds = VecDeque::from([kind]);
        while let Some(mut kind) = kinds.pop_front() {
            if let (Some(recording), EventKind::StepFailed { error } | EventKind::StepDefaulted { error, .. }) =
                (&self.recording, &mut kind)
                && let Some(recorded) = recording.error(error)
            {
                error.clone_from(recorded);
            }
            let (at, set_back) = self.time.tick(&*self.world.clock);
            let event = Event { seq: self.state.last_seq + 1, at, kind };
            kinds.extend(self.set_back(&event, set_back));
            self.keep_in_view(&event.kind);
            for effect in apply(&mut self.state, &event) {
                match effect {
                    Effect::Record(decision) => kinds.push_back(*decision),
                    Effect::Complete => kinds.push_back(self.conclude()),
                    other => self.effects.push_back(other),
                }
            }
            let deviates = self.script.as_ref().is_some_and(|script| !script.agrees(&event));
            self.unwritten.events.push(event);
            if deviates {
                self.leave_script();
            }
        }
    }

    /// What is said of the clock after an event; when a record is followed, what was said then.
    fn set_back(&self, event: &Event, by_ms: Option<u64>) -> Option<EventKind> {
        if let Some(script) = &self.script {
            return script.after(event.seq).filter(|next| matches!(next, EventKind::ClockSetBack { .. })).cloned();
        }
        let goes_on = !event.kind.ends_execution() && !matches!(event.kind, EventKind::ClockSetBack { .. });
        let by_ms = by_ms.filter(|_| goes_on)?;
        tracing::warn!(execution = %self.state.id, by_ms, "the clock was set back");
        Some(EventKind::ClockSetBack { by_ms })
    }

    /// Decisions that give a step an output without an agent's answer.
    fn keep_in_view(&mut self, kind: &EventKind) {
        match kind {
            EventKind::StepDefaulted { error, .. } => {
                if let Some(slot) = self.state.find(&error.step)
                    && let Failing::Default(output) = self.state.planned(slot).on_error.clone()
                {
                    self.unwritten.payloads.push(output.clone());
                    self.outputs.set(slot, Some(output));
                }
            }
            EventKind::StepFailed { error } => {
                if let Some(slot) = self.state.find(&error.step) {
                    let output = error_output(&self.state.planned(slot).on_error, error);
                    self.outputs.set(slot, output);
                }
            }
            EventKind::StepInherited { step, output, .. } => {
                if let Some(slot) = self.state.find(step) {
                    self.outputs.set(slot, self.edited.get(&output.hash).cloned());
                }
            }
            EventKind::FallbackStarted { failure, step, .. } => {
                self.outputs.open_fallback(&self.state, failure, step.as_ref().map(|step| step.as_str()));
            }
            EventKind::ExecutionFailed { failure, .. } => self.failure = Some(failure.clone()),
            _ => {}
        }
    }

    pub(super) fn keep(&mut self, payload: &Payload) -> PayloadRef {
        self.unwritten.payloads.push(payload.clone());
        payload.reference()
    }

    /// Makes durable what was recorded. A database another process holds is asked again for a while.
    async fn write(&mut self) -> Result<(), StoreError> {
        if !self.unwritten.events.is_empty() {
            let batch = std::mem::take(&mut self.unwritten);
            let mut tries = 1;
            while let Err(error) = self.world.store.append(self.state.id.clone(), batch.clone()).await {
                if !matches!(error, StoreError::Busy(_)) || tries == BUSY_TRIES {
                    return Err(error);
                }
                tries += 1;
                tokio::time::sleep(BUSY_PAUSE).await;
            }
        }
        for reply in self.replies.drain(..) {
            // Whoever asked may have gone; what they did is done.
            let _ = reply.send(Ok(()));
        }
        Ok(())
    }

    fn take(&mut self, signal: Signal) {
        if self.state.status.is_settled() {
            // Too late. Whoever waits for a reply is told that the execution is not running any more.
            return;
        }
        match signal {
            Signal::Ended { slot, attempt, result } => {
                self.attempt_ended(slot, attempt, result.map(|answered| *answered))
            }
            Signal::Due(at, timer) => self.due(at, timer),
            Signal::Admitted { slot, attempt, with } => self.admitted(slot, attempt, with.0, with.1),
            Signal::Cancel(request) => {
                let (by, reason) = *request;
                // What is still to be started undoes what was done: this request does not stop it.
                self.stop = self.life.child_token();
                self.record(EventKind::CancelRequested { by, reason });
            }
            Signal::Control(control, reply) => match self.control(*control) {
                Ok(()) => self.replies.push(reply),
                Err(refused) => {
                    // As above.
                    let _: Result<(), Result<(), Refused>> = reply.send(Err(refused));
                }
            },
        }
    }

    fn due(&mut self, at: Timestamp, timer: Timer) {
        self.time.reach(at);
        if !self.state.is_due(timer) {
            return;
        }
        let path = |slot| self.state.path(slot);
        let kind = match timer {
            Timer::Retry { step, attempt } => EventKind::RetryDue { step: path(step), attempt },
            Timer::Turn { step, attempt, turn } => EventKind::TurnDue { step: path(step), attempt, turn },
            Timer::StepTimeout { step, timeout_ms } => EventKind::StepTimedOut { step: path(step), timeout_ms },
            Timer::Deadline { timeout_ms } => EventKind::DeadlineReached { timeout_ms },
            Timer::ApprovalDeadline { step, .. } => return self.approval_expired(step),
        };
        self.record(kind);
    }

    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Start { step, attempt } => self.start(step, attempt),
            Effect::CancelAttempt { step } => {
                if let Some(token) = self.attempts.get(&step) {
                    token.cancel();
                } else if self.script.as_mut().is_some_and(|script| script.cancel(step)) {
                    // The record says when.
                } else if self.state.steps[step].slot_is_for(self.state.steps[step].attempt) {
                    let attempt = self.state.steps[step].attempt;
                    self.record(EventKind::AttemptCancelled { step: self.state.path(step), attempt });
                }
            }
            Effect::At { until, timer } => match &mut self.script {
                Some(script) => script.note(until, timer),
                None => self.at(until, timer),
            },
            Effect::Ask { step, turn } => self.ask_for_turn(step, turn),
            Effect::Conclude { step } => self.conclude_step(step),
            // Handled as soon as they arise, see `record`.
            Effect::Record(_) | Effect::Complete => {}
        }
    }

    pub(super) fn at(&self, until: Timestamp, timer: Timer) {
        let pause = until.millis_since(self.now()).max(0.0);
        let (signals, life) = (self.signals.clone(), self.life.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = life.cancelled() => {}
                () = tokio::time::sleep(Duration::from_secs_f64(pause / 1000.0)) => {
                    // The driver is gone when the execution has ended: nobody waits for the time any more.
                    let _ = signals.send(Signal::Due(until, timer));
                }
            }
        });
    }
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
