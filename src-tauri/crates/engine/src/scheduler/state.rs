//! Where an execution stands.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use heddle_model::{ExecutionId, ExecutionStatus, Failure, FailureCode, Inherited, PayloadRef, StepId, Timestamp};

use super::step::StepState;
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
