//! Starting a step: its condition, its input, and then whatever its kind asks for.

use std::sync::Arc;

use futures::FutureExt as _;
use heddle_expr::{OwnInput, Scope as _};
use heddle_model::{
    AgentKind, AnswerSource, EdgeId, EventKind, Failure, FailureCode, Payload, ReplayMode, RunMode, SkipReason, StepId,
    Usage,
};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

use super::attempt::{self, Answered, Work};
use super::driver::{Driver, Signal};
use super::pools::{Entry, Place};
use super::scope::{Opened, expression_failure};
use crate::plan::{Approval, Body, RepetitionKind};
use crate::ports::{AgentCall, AttemptResult};
use crate::scheduler::{Effect, FrameKind, Slot};

impl Driver {
    /// Starts an attempt; what keeps it from starting is recorded as its end.
    pub(super) fn start(&mut self, slot: Slot, attempt: u32) {
        if !self.state.steps[slot].slot_is_for(attempt) {
            return;
        }
        let step = self.state.path(slot);
        if attempt == 1 && !self.state.steps[slot].released {
            match self.outputs.condition(&self.state, slot) {
                Ok(true) => {}
                Ok(false) => {
                    let when = self.state.planned(slot).when.as_ref();
                    let expression = when.map(|when| when.source().to_owned()).unwrap_or_default();
                    let reason = SkipReason::ConditionFalse { expression };
                    return self.record(EventKind::StepSkipped { step, reason });
                }
                Err(failure) => return self.fail_to_start(step, attempt, failure),
            }
        }
        let begun = self.begin(slot, attempt, &step);
        if let Err(failure) = begun {
            self.fail_to_start(step, attempt, failure);
        }
    }

    /// An expression may take its time, and somebody may have asked for a stop meanwhile: that is recorded first.
    fn fail_to_start(&mut self, step: StepId, attempt: u32, failure: Failure) {
        self.hear_stop();
        self.fail(step, attempt, failure);
    }

    fn begin(&mut self, slot: Slot, attempt: u32, step: &StepId) -> Result<(), Failure> {
        let planned = self.state.planned(slot).clone();
        if let Some(repetition) = &planned.repetition {
            return match &repetition.kind {
                RepetitionKind::ForEach { items, .. } => {
                    let items = match self.given(slot, attempt, step) {
                        Some(given) => given,
                        None => items
                            .evaluate(&self.outputs.view(&self.state, slot))
                            .map_err(|error| expression_failure("the loop's array", &error))?,
                    };
                    let elements = elements(&items)?;
                    let turns = Some(elements.len() as u64);
                    self.outputs.open(slot, Opened::Items(elements));
                    let input = self.keep(&items);
                    self.record(EventKind::AttemptStarted { step: step.clone(), attempt, input, turns });
                    Ok(())
                }
                RepetitionKind::Repeat { .. } => {
                    let input = Payload::null();
                    self.outputs.open(slot, Opened::Input(input.clone()));
                    self.opened(step, attempt, &input);
                    Ok(())
                }
            };
        }
        let input = match self.given(slot, attempt, step) {
            Some(given) => given,
            None => self.outputs.input_of(&self.state, slot)?,
        };
        if self.stops_at(slot, &input)? {
            let input = self.keep(&input);
            self.record(EventKind::BreakpointHit { step: step.clone(), attempt, input });
            return Ok(());
        }
        if let (Some(pin), RunMode::Test) = (&planned.pin, self.mode) {
            self.opened(step, attempt, &input);
            self.succeed(slot, attempt, pin.clone(), None, AnswerSource::Pin);
            return Ok(());
        }
        match &planned.body {
            Body::Workflow(wanted) => {
                let plan = self.state.frame_of(slot).plan.of(wanted);
                let plan = plan.map_err(|error| {
                    let message = format!("the workflow `{}` cannot run: {error}", wanted.0);
                    Failure::new(FailureCode::Config, message)
                })?;
                plan.check_input(&input).map_err(|problem| {
                    let message = format!("the input does not fit what the workflow `{}` accepts: {problem}", wanted.0);
                    Failure::new(FailureCode::InputSchema, message)
                })?;
                self.outputs.open(slot, Opened::Input(input.clone()));
                self.opened(step, attempt, &input);
                Ok(())
            }
            Body::Approval(approval) => self.ask(slot, attempt, step, approval, input),
            Body::Call => {
                self.call(slot, attempt, step, input);
                Ok(())
            }
        }
    }

    /// Records that an attempt began.
    pub(super) fn opened(&mut self, step: &StepId, attempt: u32, input: &Payload) {
        let input = self.keep(input);
        self.record(EventKind::AttemptStarted { step: step.clone(), attempt, input, turns: None });
    }

    /// What the step is given in place of what its mapping says.
    fn given(&self, slot: Slot, attempt: u32, step: &StepId) -> Option<Payload> {
        if let Some(reference) = self.state.steps[slot].given {
            return self.edited.get(&reference.hash).cloned();
        }
        let fork = self.options.fork.as_ref().filter(|_| attempt == 1)?;
        let (from, input) = (fork.step.as_ref()?, fork.input?);
        (from.in_first_attempts() == *step).then(|| self.edited.get(&input.hash).cloned())?
    }

    /// Whether a debugged execution stops here.
    fn stops_at(&self, slot: Slot, input: &Payload) -> Result<bool, Failure> {
        if !(self.options.debug || self.options.step_over) || self.state.steps[slot].released {
            return Ok(false);
        }
        if self.state.stepping {
            return Ok(true);
        }
        let Some(breakpoint) = &self.state.planned(slot).breakpoint else { return Ok(false) };
        let turn = match self.state.frame_of(slot).kind {
            FrameKind::Turn(turn) => Some(turn),
            FrameKind::Root | FrameKind::Workflow | FrameKind::Fallback => None,
        };
        if breakpoint.turn.is_some() && breakpoint.turn != turn {
            return Ok(false);
        }
        match &breakpoint.when {
            None => Ok(true),
            Some(when) => {
                let view = self.outputs.view(&self.state, slot);
                let view = if view.item().is_some() { view } else { view.with_item(input.clone()) };
                when.evaluate_bool(&view).map_err(|error| expression_failure("the breakpoint", &error))
            }
        }
    }

    /// Asks a person.
    fn ask(
        &mut self,
        slot: Slot,
        attempt: u32,
        step: &StepId,
        approval: &Approval,
        input: Payload,
    ) -> Result<(), Failure> {
        let name = &self.state.planned(slot).name;
        self.state.planned(slot).check_input(&input).map_err(|problem| {
            Failure::new(FailureCode::InputSchema, format!("the input does not fit what {name} accepts: {problem}"))
        })?;
        let view = OwnInput { input: &input, vars: &self.state.frame_of(slot).plan.vars };
        let message = approval.message.render(&view).map_err(|error| expression_failure("the question", &error))?;
        self.opened(step, attempt, &input);
        self.outputs.open(slot, Opened::Input(input));
        let deadline = approval.deadline_ms.map(|ms| self.now().plus_millis(ms));
        self.record(EventKind::ApprovalRequested { step: step.clone(), attempt, message, deadline });
        Ok(())
    }

    /// Calls the agent, once there is a place for it.
    fn call(&mut self, slot: Slot, attempt: u32, step: &StepId, input: Payload) {
        if self.script.is_some() {
            return self.prompt(slot, attempt, input);
        }
        let Some(pool) = self.pool_of(slot, step) else { return self.call_now(slot, attempt, input, None) };
        let turn = match self.world.pools.enter(&pool, &self.state.id) {
            Entry::Open => return self.call_now(slot, attempt, input, None),
            Entry::Admitted(place) => return self.call_now(slot, attempt, input, Some(place)),
            Entry::Waits(turn) => turn,
        };
        self.record(EventKind::PoolWait { step: step.clone(), attempt, pool });
        let cancel = self.token(slot);
        self.attempts.insert(slot, cancel.clone());
        let signals = self.signals.clone();
        tokio::spawn(async move {
            let signal = tokio::select! {
                biased;
                () = cancel.cancelled() => Signal::Ended { slot, attempt, result: None },
                Ok(place) = turn => Signal::Admitted { slot, attempt, with: Box::new((input, place)) },
            };
            // As below; the place is given back.
            let _ = signals.send(signal);
        });
    }

    /// The pool an attempt needs a place in: the step's own, or the one named after a language model and its server.
    /// Answers from a record need none.
    fn pool_of(&self, slot: Slot, step: &StepId) -> Option<String> {
        if self.recording.as_ref().is_some_and(|recording| recording.mode(step) != ReplayMode::Live) {
            return None;
        }
        let planned = self.state.planned(slot);
        let text = |key: &str| planned.agent.config.get(key).and_then(Value::as_str).unwrap_or("default");
        let of_model = || format!("llm:{}/{}", text("base_url"), text("model"));
        planned.pool.clone().or_else(|| (planned.agent.kind == AgentKind::Llm).then(of_model))
    }

    /// The attempt has got its place in a pool, unless it was stopped meanwhile.
    pub(super) fn admitted(&mut self, slot: Slot, attempt: u32, input: Payload, place: Place) {
        match self.attempts.remove(&slot) {
            Some(waiting) if !waiting.is_cancelled() => self.call_now(slot, attempt, input, Some(place)),
            _ => self.attempt_ended(slot, attempt, None),
        }
    }

    /// What stops an attempt that begins now. A request to stop the execution stops no undoing.
    fn token(&self, slot: Slot) -> CancellationToken {
        if self.state.stops_on_request(slot) { self.stop.child_token() } else { self.life.child_token() }
    }

    pub(super) fn call_now(&mut self, slot: Slot, attempt: u32, input: Payload, place: Option<Place>) {
        let step = self.state.path(slot);
        self.opened(&step, attempt, &input);
        self.attempt(slot, attempt, input, place);
    }

    /// Makes an attempt whose start is recorded.
    pub(super) fn attempt(&mut self, slot: Slot, attempt: u32, input: Payload, place: Option<Place>) {
        let step = self.state.path(slot);
        let frame = self.state.frame_of(slot);
        let plan = Arc::clone(&frame.plan);
        let planned = self.state.planned(slot);
        let cancel = self.token(slot);
        let call = AgentCall {
            execution: self.state.id.clone(),
            idempotency_key: format!("{}/{step}/{attempt}", self.state.id),
            step,
            attempt,
            agent: Arc::clone(&planned.agent),
            candidates: Arc::clone(&planned.candidates),
            input,
            vars: plan.vars.clone(),
            mode: self.mode,
            cancel: cancel.clone(),
        };
        let work = Work {
            runner: Arc::clone(&self.world.runner),
            store: Arc::clone(&self.world.store),
            recording: self.recording.clone(),
            cache: planned.cache.clone(),
            bypass_cache: self.options.bypass_cache,
            local: slot - frame.base,
            plan,
        };
        self.attempts.insert(slot, cancel);
        let signals = self.signals.clone();
        let making = async move {
            let result = attempt::run(work, call).await;
            if let (Some(place), Some(answered)) = (&place, &result) {
                place.charge(&answered.result.usage);
            }
            drop(place);
            // The driver is gone when the execution has ended: nobody waits for this answer any more.
            let _ = signals.send(Signal::Ended { slot, attempt, result: result.map(Box::new) });
        };
        if self.runs_alone() {
            // Nothing could be done meanwhile. What answers at once needs no task, and no other thread is woken for it.
            let mut making = Box::pin(making);
            if making.as_mut().now_or_never().is_none() {
                tokio::spawn(making);
            }
        } else {
            tokio::spawn(making);
        }
    }

    /// Whether nothing else of the execution is under way, about to start or about to stop.
    fn runs_alone(&self) -> bool {
        let waits = |effect: &Effect| matches!(effect, Effect::At { .. });
        self.attempts.len() == 1 && self.effects.iter().all(waits)
    }

    pub(super) fn attempt_ended(&mut self, slot: Slot, attempt: u32, result: Option<Answered>) {
        self.attempts.remove(&slot);
        if result.is_none() && self.life.is_cancelled() {
            // Heddle is stopping, nobody asked for the attempt to stop: it stays open in the log and is tried again.
            return;
        }
        let step = self.state.path(slot);
        match result {
            None => self.record(EventKind::AttemptCancelled { step, attempt }),
            Some(Answered { result: AttemptResult { outcome: Err(failure), usage, log, chosen }, .. }) => {
                self.record(EventKind::AttemptFailed { step, attempt, failure, usage, log, chosen });
            }
            Some(Answered { result: AttemptResult { outcome: Ok(answer), usage, log, chosen }, source }) => {
                match self.not_taken(slot, &answer.output) {
                    Err(failure) => {
                        self.record(EventKind::AttemptFailed { step, attempt, failure, usage, log, chosen })
                    }
                    Ok(not_taken) => {
                        let output = self.keep(&answer.output);
                        self.outputs.set(slot, Some(answer.output));
                        let (branch, sampled) = (answer.branch, answer.sampled);
                        self.record(EventKind::AttemptSucceeded {
                            step,
                            attempt,
                            output,
                            branch,
                            usage,
                            log,
                            chosen,
                            sampled,
                            source,
                            not_taken,
                        });
                    }
                }
            }
        }
    }

    /// Ends an attempt no agent was called for.
    pub(super) fn succeed(
        &mut self,
        slot: Slot,
        attempt: u32,
        output: Payload,
        branch: Option<String>,
        source: AnswerSource,
    ) {
        let step = self.state.path(slot);
        match self.not_taken(slot, &output) {
            Err(failure) => self.fail(step, attempt, failure),
            Ok(not_taken) => {
                let reference = self.keep(&output);
                self.outputs.set(slot, Some(output));
                self.record(EventKind::AttemptSucceeded {
                    step,
                    attempt,
                    output: reference,
                    branch,
                    usage: Usage::default(),
                    log: Vec::new(),
                    chosen: None,
                    sampled: false,
                    source,
                    not_taken,
                });
            }
        }
    }

    pub(super) fn fail(&mut self, step: StepId, attempt: u32, failure: Failure) {
        self.record(EventKind::attempt_failed(step, attempt, failure));
    }

    /// The edges from a step whose condition is false.
    pub(super) fn not_taken(&self, slot: Slot, output: &Payload) -> Result<Vec<EdgeId>, Failure> {
        let conditions = &self.state.planned(slot).conditions;
        if conditions.is_empty() {
            return Ok(Vec::new());
        }
        let view = self.outputs.view(&self.state, slot).with_own(self.state.local(slot), output);
        let mut not_taken = Vec::new();
        let plan = &self.state.frame_of(slot).plan;
        for (edge, to, condition) in conditions {
            let place = || format!("the condition of the wire to `{}`", plan.steps[*to].id);
            if !condition.evaluate_bool(&view).map_err(|error| expression_failure(&place(), &error))? {
                not_taken.push(edge.clone());
            }
        }
        Ok(not_taken)
    }
}

/// The elements of an array, to the letter.
pub(super) fn elements(array: &Payload) -> Result<Vec<Payload>, Failure> {
    let elements: Vec<Box<RawValue>> = serde_json::from_str(array.text()).map_err(|_| {
        let found: String = array.text().chars().take(60).collect();
        Failure::new(FailureCode::Expression, format!("the loop goes over an array; its expression gave {found}"))
    })?;
    Ok(elements.into_iter().map(Payload::from_raw).collect())
}
