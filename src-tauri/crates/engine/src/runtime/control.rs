//! What people do to a running execution: decide an approval, let a stopped step go on.

use heddle_model::{Decision, EventKind, ExecutionId, Payload, StepId};
use tokio::sync::oneshot;

use super::driver::{Driver, Signal};
use super::{Engine, locked};
use crate::plan::Body;
use crate::scheduler::{Held, Slot};

/// Answered once what was asked for is durable.
pub(super) type Reply = oneshot::Sender<Result<(), Refused>>;

/// Something a person does about a step that waits for one.
#[derive(Debug, Clone)]
pub enum Control {
    /// Decides an approval.
    Decide {
        /// The step, by path.
        step: StepId,
        /// What was decided.
        decision: Decision,
        /// The data as the person changed it. None: as it was asked about.
        output: Option<Payload>,
        /// Who.
        by: String,
        /// Why, in their words.
        comment: Option<String>,
    },
    /// Lets a step go on that stopped at a breakpoint.
    Release {
        /// The step, by path. None: every step that stopped.
        step: Option<StepId>,
        /// What its agent is given instead.
        input: Option<Payload>,
        /// Stop again before the next step, whichever it is.
        step_over: bool,
    },
}

/// Why something a person asked for was not done. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The execution is not being driven here: it has ended, or another process runs it.
    #[error("execution `{0}` is not running here")]
    NotRunning(ExecutionId),
    /// The step does not wait for this (any more): somebody else was faster, or its deadline passed.
    #[error("{0}")]
    NotWaiting(String),
}

impl Engine {
    /// Does what a person asks for; returns once it is durable, so that it happens exactly once.
    ///
    /// # Errors
    /// [`Refused`], and nothing has changed.
    pub async fn control(&self, id: &ExecutionId, control: Control) -> Result<(), Refused> {
        let (reply, done) = oneshot::channel();
        let gone = || Refused::NotRunning(id.clone());
        let sender = locked(&self.0.live).get(id).map(|live| live.signals.clone()).ok_or_else(gone)?;
        sender.send(Signal::Control(Box::new(control), reply)).map_err(|_| gone())?;
        done.await.map_err(|_| gone())?
    }
}

impl Driver {
    pub(super) fn control(&mut self, control: Control) -> Result<(), Refused> {
        match control {
            Control::Decide { step, decision, output, by, comment } => {
                let slot = self.held(&step, |held| matches!(held, Held::Approval(_)), "a decision")?;
                self.decide(slot, decision, output, by, comment);
                Ok(())
            }
            Control::Release { step, input, step_over } => {
                let slots: Vec<Slot> = match &step {
                    Some(step) => vec![self.held(step, |held| held == Held::Breakpoint, "being let go")?],
                    None => (0..self.state.steps.len())
                        .filter(|&slot| self.state.steps[slot].held == Some(Held::Breakpoint))
                        .collect(),
                };
                if slots.is_empty() {
                    return Err(Refused::NotWaiting("no step has stopped at a breakpoint".to_owned()));
                }
                let reference = input.as_ref().map(|input| self.keep(input));
                self.edited.extend(input.map(|input| (input.hash(), input)));
                for slot in slots {
                    let (step, attempt) = (self.state.path(slot), self.state.steps[slot].attempt);
                    self.record(EventKind::BreakpointReleased { step, attempt, input: reference, step_over });
                }
                Ok(())
            }
        }
    }

    fn held(&self, step: &StepId, wanted: impl Fn(Held) -> bool, what: &str) -> Result<Slot, Refused> {
        let slot = self.state.find(step).filter(|&slot| self.state.steps[slot].held.is_some_and(&wanted));
        slot.ok_or_else(|| Refused::NotWaiting(format!("step `{step}` does not wait for {what}")))
    }

    fn decide(&mut self, slot: Slot, decision: Decision, output: Option<Payload>, by: String, comment: Option<String>) {
        let (step, attempt) = (self.state.path(slot), self.state.steps[slot].attempt);
        let output = output.or_else(|| self.outputs.opened_input(slot)).unwrap_or_else(Payload::null);
        match self.not_taken(slot, &output) {
            Err(failure) => self.fail(step, attempt, failure),
            Ok(not_taken) => {
                let reference = self.keep(&output);
                self.outputs.set(slot, Some(output));
                let output = reference;
                self.record(EventKind::ApprovalDecided { step, attempt, decision, output, by, comment, not_taken });
            }
        }
    }

    /// Nobody decided in time.
    pub(super) fn approval_expired(&mut self, slot: Slot) {
        let Body::Approval(approval) = self.state.planned(slot).body.clone() else { return };
        let decision = if approval.approve_on_deadline { Decision::Approved } else { Decision::Rejected };
        let comment = Some("nobody decided before the deadline".to_owned());
        self.decide(slot, decision, None, "deadline".to_owned(), comment);
    }
}
