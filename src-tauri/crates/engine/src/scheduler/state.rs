//! Where an execution stands.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use heddle_model::{
    EdgeId, ExecutionId, ExecutionStatus, Failure, FailureCode, Inherited, PayloadRef, SkipReason, StepId, StepStatus,
    Timestamp,
};

use crate::plan::{Plan, PlannedStep, StepIndex};

/// Index of a frame in [`RunState::frames`].
pub type FrameIndex = usize;

/// Index of a step in [`RunState::steps`]. For the steps of the workflow itself it is their index in its plan; steps of
/// loops and sub-workflows follow in the order they were opened.
pub type Slot = usize;

/// The frame of the workflow itself.
pub const ROOT: FrameIndex = 0;

/// Where an execution stands: the fold of [`super::apply`] over its log.
#[derive(Debug, Clone)]
pub struct RunState {
    /// The execution.
    pub id: ExecutionId,
    /// What it runs.
    pub plan: Arc<Plan>,
    /// Where the whole stands.
    pub status: ExecutionStatus,
    /// Number of the last event applied; 0 before the first.
    pub last_seq: u64,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// Its input.
    pub input: Option<PayloadRef>,
    /// Where each step stands.
    pub steps: Vec<StepState>,
    /// Every plan being run: the workflow, then sub-workflows and turns of loops in the order they were opened.
    pub frames: Vec<Frame>,
    /// Whether a debugged execution stops before the next step, whichever it is.
    pub stepping: bool,
    /// Steps inside loops and sub-workflows, by path.
    pub(super) nested: HashMap<StepId, Slot>,
    /// What is taken over instead of being run, by path.
    pub(super) inherited: HashMap<StepId, Inherited>,
    /// Steps that could start but have no slot yet.
    pub(super) ready: BTreeSet<Slot>,
    /// Steps that hold a slot.
    pub(super) busy: usize,
    /// Retries so far, all steps together.
    pub(super) total_retries: u32,
    /// Steps that settled so far; orders the undoing of what was done.
    pub(super) settled: u64,
    /// How far the fallback workflow has got.
    pub(super) fallback: Fallback,
    /// What people asked for.
    pub(super) stop: Stop,
    /// The last decision (complete, fail, cancel) has been handed out.
    pub(super) concluded: bool,
    /// A decision to pause or to go on has been handed out.
    pub(super) pausing: bool,
}

/// A plan being run.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Why.
    pub kind: FrameKind,
    /// What.
    pub plan: Arc<Plan>,
    /// Where its steps begin in [`RunState::steps`].
    pub base: Slot,
    /// The step it belongs to: the loop, or the step that runs the sub-workflow.
    pub owner: Option<Slot>,
    /// What the paths of its steps begin with.
    pub(super) prefix: String,
    /// How many frames it lies within.
    pub(super) depth: u32,
    /// Steps that have not settled, those that only undo others left out.
    pub(super) open: usize,
    /// Steps that hold a slot or are open themselves.
    pub(super) live: usize,
    /// Why it comes to an end before every step has settled by itself.
    pub(super) ending: Option<Ending>,
    /// What is undone before it ends.
    pub(super) undo: Undo,
    /// Nothing more happens in it.
    pub(super) closed: bool,
}

/// Why a plan is being run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameKind {
    /// It is the workflow itself.
    Root,
    /// A step runs it.
    Workflow,
    /// It is that turn of a loop, from 0.
    Turn(u64),
    /// The workflow failed, and this is its fallback.
    Fallback,
}

/// How far undoing has got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Undo {
    /// Not looked at yet.
    Open,
    /// Decided, not begun.
    Announced,
    /// This step undoes now, those are still to come.
    Running(Slot, VecDeque<Slot>),
    /// Nothing is left to undo.
    Done,
}

/// Whether somebody asked for the execution to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Nobody did.
    No,
    /// What was done is still undone.
    Asked,
    /// Somebody asked again: nothing more is undone.
    Insisted,
}

/// How far the fallback workflow has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fallback {
    /// Not needed so far.
    Open,
    /// Decided, not begun.
    Announced,
    /// It runs in this frame.
    Running(FrameIndex),
}

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

/// Why a frame comes to an end before every step has settled by itself.
#[derive(Debug, Clone)]
pub(super) enum Ending {
    Cancelled,
    Failed { failure: Failure, step: Option<Slot> },
}

impl Ending {
    pub(super) fn deadline(timeout_ms: u64) -> Self {
        let message = format!(
            "the execution took longer than the workflow's timeout of {timeout_ms} ms; raise it in the workflow's \
             settings, or look at the timeline for what took so long"
        );
        Self::Failed { failure: Failure::new(FailureCode::Timeout, message), step: None }
    }
}

impl StepState {
    fn new(frame: FrameIndex, waiting_on: usize) -> Self {
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

impl RunState {
    /// An execution nothing has happened to yet.
    pub fn new(id: ExecutionId, plan: Arc<Plan>) -> Self {
        let mut state = Self {
            id,
            status: ExecutionStatus::Pending,
            last_seq: 0,
            started_at: None,
            input: None,
            steps: Vec::new(),
            frames: Vec::new(),
            stepping: false,
            nested: HashMap::new(),
            inherited: HashMap::new(),
            ready: BTreeSet::new(),
            busy: 0,
            total_retries: 0,
            settled: 0,
            fallback: Fallback::Open,
            concluded: false,
            pausing: false,
            stop: Stop::No,
            plan: Arc::clone(&plan),
        };
        state.add_frame(FrameKind::Root, plan, None, String::new());
        state
    }

    /// The step as it was planned.
    pub fn planned(&self, slot: Slot) -> &PlannedStep {
        let frame = &self.frames[self.steps[slot].frame];
        &frame.plan.steps[slot - frame.base]
    }

    /// The frame a step belongs to.
    pub fn frame_of(&self, slot: Slot) -> &Frame {
        &self.frames[self.steps[slot].frame]
    }

    /// The step's index in the plan of its frame.
    pub fn local(&self, slot: Slot) -> StepIndex {
        slot - self.frame_of(slot).base
    }

    /// The step's path: its id, for the steps of the workflow itself.
    pub fn path(&self, slot: Slot) -> StepId {
        let frame = self.frame_of(slot);
        let id = &frame.plan.steps[slot - frame.base].id;
        match frame.kind {
            FrameKind::Root => id.clone(),
            FrameKind::Turn(_) => StepId::new(frame.prefix.clone()),
            FrameKind::Workflow | FrameKind::Fallback => StepId::new(format!("{}{id}", frame.prefix)),
        }
    }

    /// The step of that path, if it has been opened.
    pub fn find(&self, path: &StepId) -> Option<Slot> {
        self.plan.index(path.as_str()).or_else(|| self.nested.get(path).copied())
    }

    /// What may still be taken over instead of being run.
    pub fn still_inherited(&self) -> impl Iterator<Item = PayloadRef> {
        self.inherited.values().map(|kept| kept.output)
    }

    /// The fallback's frame, once it has been opened.
    pub const fn fallback_frame(&self) -> Option<FrameIndex> {
        match self.fallback {
            Fallback::Running(frame) => Some(frame),
            Fallback::Open | Fallback::Announced => None,
        }
    }

    /// Whether a request to stop the execution would stop the step: not one that undoes what was done.
    pub fn stops_on_request(&self, slot: Slot) -> bool {
        let mut frame = &self.frames[self.steps[slot].frame];
        while frame.ending.is_none() {
            let Some(owner) = frame.owner else { return true };
            frame = &self.frames[self.steps[owner].frame];
        }
        false
    }

    /// Whether a frame's steps have all settled well.
    pub fn is_closed(&self, frame: FrameIndex) -> bool {
        self.frames[frame].closed
    }

    /// The step that is still of interest under that path.
    pub(super) fn unsettled(&self, path: &StepId) -> Option<Slot> {
        self.find(path).filter(|&slot| !self.steps[slot].status.is_settled())
    }

    /// Begins to run a plan. Nothing starts yet.
    pub(super) fn add_frame(
        &mut self,
        kind: FrameKind,
        plan: Arc<Plan>,
        owner: Option<Slot>,
        prefix: String,
    ) -> FrameIndex {
        let index = self.frames.len();
        let base = self.steps.len();
        let depth = owner.map_or(0, |owner| self.frame_of(owner).depth + 1);
        self.steps.extend(plan.steps.iter().map(|planned| StepState::new(index, planned.incoming.len())));
        let open = plan.steps.iter().filter(|planned| !planned.undoes).count();
        let undo = if open < plan.steps.len() { Undo::Open } else { Undo::Done };
        let frame = Frame { kind, plan, base, owner, prefix, depth, open, live: 0, ending: None, undo, closed: false };
        self.frames.push(frame);
        if kind != FrameKind::Root {
            for slot in base..self.steps.len() {
                self.nested.insert(self.path(slot), slot);
            }
        }
        index
    }

    /// The slots of a frame's steps.
    pub(super) fn slots(&self, frame: FrameIndex) -> std::ops::Range<Slot> {
        let frame = &self.frames[frame];
        frame.base..frame.base + frame.plan.steps.len()
    }

    /// Ends that attempt of a step; None when it was not under way (a late or doubled answer).
    pub(super) fn end_attempt(&mut self, path: &StepId, attempt: u32) -> Option<Slot> {
        let slot = self.find(path)?;
        (self.steps[slot].is_live() && self.steps[slot].attempt == attempt).then(|| {
            self.release_slot(slot);
            self.close_container(slot);
            slot
        })
    }

    pub(super) fn release_slot(&mut self, slot: Slot) {
        if std::mem::take(&mut self.steps[slot].slot) {
            self.busy -= 1;
            let frame = self.steps[slot].frame;
            self.frames[frame].live -= 1;
        }
    }

    pub(super) fn close_container(&mut self, slot: Slot) {
        if self.steps[slot].container.take().is_some() {
            let frame = self.steps[slot].frame;
            self.frames[frame].live -= 1;
        }
    }
}
