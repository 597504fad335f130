//! Replaying an execution event by event: what came from outside then (answers, decisions, times) is given again at the
//! same place in the log, so that all that follows from it is the same, the order of parallel branches included.
//!
//! The record says what comes next. If that came from outside, it is recorded; else the next thing to be done is done.
//! Pauses are not waited for. As soon as something else happens than is in the record (a step has changed, somebody
//! cancels), the replay goes on by itself: with the answers of the record, as far as there are any.

use std::collections::HashMap;

use heddle_model::{Event, EventKind, Failure, FailureCode, Payload, PayloadRef, Replay, ReplayMode, Timestamp};

use super::attempt::Answered;
use super::driver::Driver;
use crate::ports::AttemptResult;
use crate::scheduler::{Effect, Held, Slot, Timer};

/// An execution's log, being followed.
#[derive(Debug)]
pub(super) struct Script {
    events: Vec<Event>,
    /// Attempts that began and have no answer yet.
    open: HashMap<Slot, Prompt>,
    /// Attempts that wait for a place in a pool, as they did then.
    queued: HashMap<Slot, Prompt>,
    /// Times nobody waits for, unless the record is left.
    timers: Vec<(Timestamp, Timer)>,
}

#[derive(Debug)]
struct Prompt {
    attempt: u32,
    input: Payload,
    /// Told to stop; the record says when it did.
    cancelled: bool,
}

impl Script {
    /// None: a step is to be done live, or with its pin, so that the record cannot say what comes next.
    pub(super) fn of(replay: &Replay, events: &[Event]) -> Option<Self> {
        let recorded = replay.steps.values().all(|mode| *mode == ReplayMode::Recorded);
        recorded.then(|| Self {
            events: events.to_vec(),
            open: HashMap::new(),
            queued: HashMap::new(),
            timers: Vec::new(),
        })
    }

    /// What stands in the record after that event.
    pub(super) fn after(&self, seq: u64) -> Option<&EventKind> {
        self.events.get(usize::try_from(seq).ok()?).map(|event| &event.kind)
    }

    /// Whether an event is the one that stands at its place in the record, as far as what follows depends on it.
    pub(super) fn agrees(&self, event: &Event) -> bool {
        self.after(event.seq - 1).is_some_and(|kind| {
            std::mem::discriminant(kind) == std::mem::discriminant(&event.kind) && kind.step() == event.kind.step()
        })
    }

    /// Tells an attempt without an answer to stop. When it has done so is in the record: other things may have begun in
    /// between. False: there is no such attempt.
    pub(super) fn cancel(&mut self, slot: Slot) -> bool {
        let prompts = [self.open.get_mut(&slot), self.queued.get_mut(&slot)];
        let Some(prompt) = prompts.into_iter().flatten().next() else { return false };
        prompt.cancelled = true;
        true
    }

    /// Keeps a time in mind.
    pub(super) fn note(&mut self, until: Timestamp, timer: Timer) {
        self.timers.push((until, timer));
    }
}

impl Driver {
    /// Does one thing the record asks for. False: no record is being followed (any more).
    pub(super) async fn follow(&mut self) -> bool {
        let Some(script) = &self.script else { return false };
        let next = script.after(self.state.last_seq).cloned();
        if let Some(next) = next
            && self.happens_again(next).await
        {
            return true;
        }
        match self.effects.pop_front() {
            Some(effect) => self.perform(effect),
            None => self.leave_script(),
        }
        true
    }

    /// An attempt that would call its agent begins, and waits for its answer in the record.
    pub(super) fn prompt(&mut self, slot: Slot, attempt: u32, input: Payload) {
        let (step, seq) = (self.state.path(slot), self.state.last_seq);
        let Some(script) = &mut self.script else { return };
        let prompt = Prompt { attempt, input: input.clone(), cancelled: false };
        match script.after(seq) {
            Some(waits @ EventKind::PoolWait { step: waiting, .. }) if *waiting == step => {
                let waits = waits.clone();
                script.queued.insert(slot, prompt);
                self.record(waits);
            }
            _ => {
                script.open.insert(slot, prompt);
                self.opened(&step, attempt, &input);
            }
        }
    }

    /// Records what came from outside then. False: it did not, or it does not fit.
    async fn happens_again(&mut self, kind: EventKind) -> bool {
        let slot = kind.step().and_then(|step| self.state.find(step));
        let is_due = |driver: &Self, timer: Timer| driver.state.is_due(timer);
        let fits = match (&kind, slot) {
            (EventKind::CancelRequested { .. }, _) => true,
            (EventKind::DeadlineReached { timeout_ms }, _) => is_due(self, Timer::Deadline { timeout_ms: *timeout_ms }),
            (EventKind::Resumed, _) => {
                self.effects.clear();
                if let Some(script) = &mut self.script {
                    script.open.clear();
                    script.queued.clear();
                    script.timers.clear();
                }
                true
            }
            (EventKind::AttemptSucceeded { attempt, .. } | EventKind::AttemptFailed { attempt, .. }, Some(slot)) => {
                return self.answer_again(slot, *attempt).await;
            }
            (EventKind::AttemptCancelled { attempt, .. }, Some(slot)) => self.takes_prompt(slot, *attempt).is_some(),
            (EventKind::AttemptStarted { attempt, .. }, Some(slot)) => return self.admit_again(slot, *attempt),
            (EventKind::RetryDue { attempt, .. }, Some(step)) => is_due(self, Timer::Retry { step, attempt: *attempt }),
            (EventKind::TurnDue { attempt, turn, .. }, Some(step)) => {
                is_due(self, Timer::Turn { step, attempt: *attempt, turn: *turn })
            }
            (EventKind::StepTimedOut { timeout_ms, .. }, Some(step)) => {
                is_due(self, Timer::StepTimeout { step, timeout_ms: *timeout_ms })
            }
            (EventKind::ApprovalDecided { output, .. }, Some(slot)) => {
                matches!(self.state.steps[slot].held, Some(Held::Approval(_))) && self.put_again(slot, *output).await
            }
            (EventKind::BreakpointReleased { input, .. }, Some(slot)) => {
                self.state.steps[slot].held == Some(Held::Breakpoint) && self.edit_again(*input).await
            }
            _ => false,
        };
        if fits {
            self.record(kind);
        }
        fits
    }

    /// Takes an attempt that has begun out of those without an answer.
    fn takes_prompt(&mut self, slot: Slot, attempt: u32) -> Option<Payload> {
        let script = self.script.as_mut()?;
        let held = script.open.get(&slot).filter(|prompt| prompt.attempt == attempt).is_some();
        if held {
            return script.open.remove(&slot).map(|prompt| prompt.input);
        }
        script.queued.get(&slot).filter(|prompt| prompt.attempt == attempt)?;
        script.queued.remove(&slot).map(|prompt| prompt.input)
    }

    async fn answer_again(&mut self, slot: Slot, attempt: u32) -> bool {
        let Some(recording) = self.recording.clone() else { return false };
        let Some(input) = self.takes_prompt(slot, attempt) else { return false };
        let (store, step) = (&self.world.store, self.state.path(slot));
        let result = recording.answer(store, &step, attempt, &input).await.unwrap_or_else(|error| {
            AttemptResult::failure(Failure::transient(FailureCode::Storage, error.to_string()))
        });
        self.attempt_ended(slot, attempt, Some(Answered { result, source: heddle_model::AnswerSource::Record }));
        true
    }

    fn admit_again(&mut self, slot: Slot, attempt: u32) -> bool {
        let Some(script) = &mut self.script else { return false };
        let Some(prompt) = script.queued.remove(&slot) else { return false };
        let (input, step) = (prompt.input.clone(), self.state.path(slot));
        script.open.insert(slot, prompt);
        self.opened(&step, attempt, &input);
        true
    }

    async fn put_again(&mut self, slot: Slot, output: PayloadRef) -> bool {
        let Ok(Some(payload)) = self.world.store.payload(output).await else { return false };
        self.keep(&payload);
        self.outputs.set(slot, Some(payload));
        true
    }

    async fn edit_again(&mut self, input: Option<PayloadRef>) -> bool {
        let Some(reference) = input else { return true };
        let Ok(Some(payload)) = self.world.store.payload(reference).await else { return false };
        self.keep(&payload);
        self.edited.insert(reference.hash, payload);
        true
    }

    /// From here on the execution takes its own course.
    pub(super) fn leave_script(&mut self) {
        let Some(script) = self.script.take() else { return };
        for (until, timer) in script.timers {
            self.at(until, timer);
        }
        for (slot, prompt) in script.open {
            if prompt.cancelled {
                self.effects.push_back(Effect::CancelAttempt { step: slot });
            } else if self.state.steps[slot].slot_is_for(prompt.attempt) {
                self.attempt(slot, prompt.attempt, prompt.input, None);
            }
        }
        for (slot, prompt) in script.queued {
            if prompt.cancelled {
                self.effects.push_back(Effect::CancelAttempt { step: slot });
            } else if self.state.steps[slot].slot_is_for(prompt.attempt) {
                self.call_now(slot, prompt.attempt, prompt.input, None);
            }
        }
    }
}
