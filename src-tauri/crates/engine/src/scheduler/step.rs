//! Where one step stands, and what runs within it.

use heddle_model::{EdgeId, Failure, PayloadRef, SkipReason, StepStatus, Timestamp};

use super::state::FrameIndex;

/// Where a step stands.
#[derive(Debug, Clone, PartialEq)]
pub struct StepState {
    /// Where it stands.
    pub status: StepStatus,
    /// The current or last attempt, from 1; 0 before the first.
    pub attempt: u32,
    /// The frame it belongs to.
    pub frame: FrameIndex,
    /// What it gave.
    pub output: Option<PayloadRef>,
    /// The branch it chose.
    pub branch: Option<String>,
    /// Edges from it whose condition was false.
    pub not_taken: Vec<EdgeId>,
    /// Why its last attempt failed.
    pub failure: Option<Failure>,
    /// Why it was skipped.
    pub skipped: Option<SkipReason>,
    /// What its last attempt was given.
    pub input: Option<PayloadRef>,
    /// What its next attempt is to be given instead of what its mapping says.
    pub given: Option<PayloadRef>,
    /// When the next attempt is due.
    pub due: Option<Timestamp>,
    /// Since when it could start.
    pub ready_at: Option<Timestamp>,
    /// What it waits for a person to do.
    pub held: Option<Held>,
    /// A breakpoint has let the current attempt pass.
    pub released: bool,
    /// What runs within it, while it is open.
    pub container: Option<Box<Container>>,
    /// Whether it counts against `max_parallel`.
    pub(super) slot: bool,
    /// Edges to it whose source has not settled.
    pub(super) waiting_on: usize,
    /// When it took longer than its policy allows: the timeout, in milliseconds.
    pub(super) timed_out: Option<u64>,
    /// When its own timeout runs out.
    pub(super) deadline: Option<Timestamp>,
    /// Its place in the order in which steps settled, from 1.
    pub(super) settled: u64,
}

/// What a step waits for a person to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Approve or reject; the deadline, if there is one.
    Approval(Option<Timestamp>),
    /// Let a debugged execution go on.
    Breakpoint,
}

/// What runs within an open step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Container {
    /// The frames, in order: one for each turn so far, or the sub-workflow's.
    pub frames: Vec<FrameIndex>,
    /// How many turns a for-each loop has.
    pub turns: u64,
    /// Frames that have closed.
    pub(super) closed: u64,
    /// Why it is going to fail.
    pub(super) failure: Option<Failure>,
    /// What a repeating step waits for between two turns.
    pub(super) between: Option<Between>,
}

/// What a repeating step waits for between two turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    /// Its condition has to be looked at.
    Asked,
    /// The pause before that turn has to pass.
    Pause(u64, Timestamp),
}

impl StepState {
    pub(super) fn new(frame: FrameIndex, waiting_on: usize) -> Self {
        Self {
            status: StepStatus::Pending,
            attempt: 0,
            frame,
            output: None,
            branch: None,
            not_taken: Vec::new(),
            failure: None,
            skipped: None,
            input: None,
            given: None,
            due: None,
            ready_at: None,
            held: None,
            released: false,
            container: None,
            slot: false,
            waiting_on,
            timed_out: None,
            deadline: None,
            settled: 0,
        }
    }

    /// Whether it holds a slot for that attempt, i.e. an [`super::Effect::Start`] of it still stands.
    pub fn slot_is_for(&self, attempt: u32) -> bool {
        self.slot && self.attempt == attempt
    }

    /// Whether it is under way: its agent is called, or it is open.
    pub(super) const fn is_live(&self) -> bool {
        self.slot || self.container.is_some()
    }
}

impl Container {
    /// Frames under way.
    pub(super) fn running(&self) -> u64 {
        self.frames.len() as u64 - self.closed
    }
}
