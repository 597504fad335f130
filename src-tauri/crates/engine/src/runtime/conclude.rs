//! What comes out in the end: of a loop's turns, a sub-workflow, the execution.

use heddle_model::{AnswerSource, EventKind, Failure, FailureCode, OnItemError, Payload};

use super::driver::Driver;
use super::scope::expression_failure;
use crate::plan::RepetitionKind;
use crate::scheduler::{FrameIndex, FrameKind, ROOT, Slot};

impl Driver {
    /// How the execution ends when every step has settled.
    pub(super) fn conclude(&mut self) -> EventKind {
        match self.outputs.output(&self.state, self.state.fallback_frame().unwrap_or(ROOT)) {
            Ok(output) => {
                let reference = self.keep(&output);
                self.result = Some(output);
                EventKind::ExecutionCompleted { output: reference }
            }
            Err(failure) => EventKind::ExecutionFailed { failure, step: None },
        }
    }

    /// Looks at the condition of a repeating step.
    pub(super) fn ask_for_turn(&mut self, slot: Slot, turn: u64) {
        let (step, attempt) = (self.state.path(slot), self.state.steps[slot].attempt);
        let Some(repetition) = self.state.planned(slot).repetition.clone() else { return };
        let RepetitionKind::Repeat { until, .. } = &repetition.kind else { return };
        let last = self.outputs.turn_output(&self.state, slot, turn).cloned().unwrap_or_else(Payload::null);
        let view = self.outputs.view(&self.state, slot).with_item(last);
        match until.evaluate_bool(&view) {
            Ok(done) => self.record(EventKind::TurnEnded { step, attempt, turn, again: !done }),
            Err(error) => self.fail(step, attempt, expression_failure("the end of the loop", &error)),
        }
    }

    /// Works out what an open step gives.
    pub(super) fn conclude_step(&mut self, slot: Slot) {
        let Some(container) = self.state.steps[slot].container.clone() else { return };
        let (step, attempt) = (self.state.path(slot), self.state.steps[slot].attempt);
        let output = match self.state.planned(slot).repetition.clone().as_deref() {
            None => match container.frames.last() {
                Some(&frame) => self.outputs.output(&self.state, frame).and_then(|output| self.fits(slot, output)),
                None => Ok(Payload::null()),
            },
            Some(repetition) => match repetition.kind {
                RepetitionKind::ForEach { on_item_error, .. } => Ok(self.collected(&container.frames, on_item_error)),
                RepetitionKind::Repeat { .. } => {
                    let last = container.frames.last().map(|&frame| self.state.frames[frame].base);
                    Ok(last.and_then(|slot| self.outputs.of(slot)).cloned().unwrap_or_else(Payload::null))
                }
            },
        };
        match output.and_then(|output| self.within_limit(output)) {
            Ok(output) => self.succeed(slot, attempt, output, None, AnswerSource::Agent),
            Err(failure) => self.fail(step, attempt, failure),
        }
    }

    /// A sub-workflow's output, if it is what the step promises.
    fn fits(&self, slot: Slot, output: Payload) -> Result<Payload, Failure> {
        let planned = self.state.planned(slot);
        match planned.check_output(&output) {
            Ok(()) => Ok(output),
            Err(problem) => Err(Failure::new(
                FailureCode::OutputSchema,
                format!("what {} gave breaks its output schema: {problem}", planned.name),
            )),
        }
    }

    fn within_limit(&self, output: Payload) -> Result<Payload, Failure> {
        let (bytes, limit) = (output.len() as u64, self.state.plan.max_output_bytes());
        if bytes <= limit {
            return Ok(output);
        }
        let message =
            format!("the output has {bytes} bytes; at most {limit} are allowed (`settings.output.max_bytes`)");
        Err(Failure::new(FailureCode::OutputTooLarge, message))
    }

    /// The outputs of a for-each loop's turns as an array.
    fn collected(&self, frames: &[FrameIndex], on_item_error: OnItemError) -> Payload {
        let mut text = String::from("[");
        for &frame in frames {
            let frame = &self.state.frames[frame];
            debug_assert!(matches!(frame.kind, FrameKind::Turn(_)), "a loop has turns");
            let part = match (self.outputs.of(frame.base), on_item_error) {
                (Some(output), _) => output.text(),
                (None, OnItemError::Omit) => continue,
                (None, OnItemError::Null | OnItemError::Stop) => "null",
            };
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(part);
        }
        text.push(']');
        Payload::from_parts(text)
    }
}
