//! Steps and attempts of an execution: the fold of its log that a timeline shows.

use std::collections::HashMap;

use heddle_model::{
    AnswerSource, Event, EventKind, InterruptionView, PoolWaitView, StepId, StepStatus, Timestamp, Usage,
};

use crate::folds::Fold;
use crate::project::{End, Said, Try, Turn, said};
use crate::steps::{AttemptRow, StepRow};
use crate::tally::Tally;

/// Every step of an execution something has happened to, with its attempts; see [`crate::Store::look`].
#[derive(Debug, Default)]
pub struct Timeline {
    tally: Tally,
    /// In the order in which something first happened to them.
    steps: Vec<Kept>,
    places: HashMap<StepId, usize>,
    /// The places of those that run within each step; of the execution's own, within none.
    within: HashMap<Option<StepId>, Vec<usize>>,
    attempts: usize,
    /// When the execution was last taken up again.
    taken_up: Option<Timestamp>,
}

#[derive(Debug)]
struct Kept {
    row: StepRow,
    /// By number.
    attempts: Vec<AttemptRow>,
    /// The place of the step it runs within.
    parent: Option<usize>,
    /// The last event that changed it, or anything that runs within it.
    seq: u64,
}

impl Fold for Timeline {
    fn last_seq(&self) -> u64 {
        self.tally.last_seq
    }

    fn weight(&self) -> usize {
        self.steps.len() + self.attempts
    }

    fn apply(&mut self, event: &Event) {
        let said = said(&event.kind);
        self.tally.take(event, said.as_ref().map(|said| &said.turn));
        if let Some(Said { turn, attempt }) = said {
            let place = self.place(turn.step);
            let kept = &mut self.steps[place];
            if let Some((number, change)) = attempt {
                self.attempts += kept.attempt(number, change, event.at, self.taken_up);
            }
            kept.step(&turn, event.at);
            self.touch(place, event.seq);
        }
        if matches!(event.kind, EventKind::Resumed) {
            self.taken_up = Some(event.at);
        }
        if event.kind.ends_execution() {
            self.cancel_the_rest(event);
        }
    }
}

impl Timeline {
    /// How far it has got, as of the same event.
    pub(crate) const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The step of that path, if something has happened to it.
    pub fn step(&self, path: &StepId) -> Option<&StepRow> {
        Some(&self.steps[*self.places.get(path)?].row)
    }

    /// The attempts of a step, by number.
    pub fn attempts(&self, path: &StepId) -> &[AttemptRow] {
        self.places.get(path).map_or(&[], |&place| &self.steps[place].attempts)
    }

    /// The steps that run within one, turns by number, others in the order they began. Within none: the execution's own.
    pub fn within(&self, parent: Option<&StepId>) -> Vec<&StepRow> {
        let places = self.within.get(&parent.cloned()).map(Vec::as_slice).unwrap_or_default();
        let mut rows: Vec<&StepRow> = places.iter().map(|&place| &self.steps[place].row).collect();
        rows.sort_by_cached_key(|row| (row.step.turn(), began(row)));
        rows
    }

    /// How many steps run within one.
    pub fn number_within(&self, parent: &StepId) -> usize {
        self.within.get(&Some(parent.clone())).map_or(0, Vec::len)
    }

    /// Every step, in the order they began.
    pub fn steps(&self) -> Vec<&StepRow> {
        let mut steps: Vec<&StepRow> = self.steps.iter().map(|kept| &kept.row).collect();
        steps.sort_by(|a, b| began(a).cmp(&began(b)).then_with(|| a.step.cmp(&b.step)));
        steps
    }

    /// Every attempt, by step and number.
    pub fn all_attempts(&self) -> impl Iterator<Item = &AttemptRow> {
        let mut steps: Vec<&Kept> = self.steps.iter().collect();
        steps.sort_by(|a, b| a.row.step.cmp(&b.row.step));
        steps.into_iter().flat_map(|kept| &kept.attempts)
    }

    /// The attempts that wait for a person, in no order.
    pub fn waiting(&self) -> impl Iterator<Item = &AttemptRow> {
        self.steps.iter().flat_map(|kept| &kept.attempts).filter(|attempt| attempt.waiting.is_some())
    }

    /// The last event that changed a step, or anything that runs within it; 0: none did.
    pub fn changed(&self, path: &StepId) -> u64 {
        self.places.get(path).map_or(0, |&place| self.steps[place].seq)
    }

    fn place(&mut self, step: &StepId) -> usize {
        if let Some(&place) = self.places.get(step) {
            return place;
        }
        let place = self.steps.len();
        let parent = step.parent().map(StepId::from);
        let within = parent.as_ref().and_then(|parent| self.places.get(parent).copied());
        self.steps.push(Kept { row: untouched(step), attempts: Vec::new(), parent: within, seq: 0 });
        self.places.insert(step.clone(), place);
        self.within.entry(parent).or_default().push(place);
        place
    }

    fn touch(&mut self, place: usize, seq: u64) {
        let mut next = Some(place);
        while let Some(place) = next {
            self.steps[place].seq = seq;
            next = self.steps[place].parent;
        }
    }

    /// The execution has ended: what had not settled never will.
    fn cancel_the_rest(&mut self, event: &Event) {
        let (at, seq) = (event.at, event.seq);
        for place in 0..self.steps.len() {
            let Kept { row, attempts, .. } = &mut self.steps[place];
            let mut open = !row.status.is_settled();
            if open {
                (row.status, row.ended_at) = (StepStatus::Cancelled, Some(at));
            }
            for row in attempts {
                if matches!(row.status, StepStatus::Queued | StepStatus::Running | StepStatus::Waiting) {
                    (row.status, row.ended_at, row.waiting) = (StepStatus::Cancelled, Some(at), None);
                    open = true;
                }
            }
            if open {
                self.touch(place, seq);
            }
        }
    }
}

/// When a step began, or ended without.
fn began(row: &StepRow) -> Option<Timestamp> {
    row.started_at.or(row.ended_at)
}

impl Kept {
    fn step(&mut self, turn: &Turn<'_>, at: Timestamp) {
        let row = &mut self.row;
        row.status = turn.status;
        row.started_at = row.started_at.or(turn.started.then_some(at));
        row.ended_at = turn.status.is_settled().then_some(at);
        row.attempts = row.attempts.max(turn.attempt);
        row.output = turn.output;
        row.branch = turn.branch.map(str::to_owned);
        row.error = turn.error.cloned().map(Box::new);
        row.skipped = turn.skipped.cloned();
        row.inherited = turn.inherited;
        row.not_taken = turn.not_taken.to_vec();
        row.decided.clone_from(&turn.decided);
    }

    /// Answers how many attempts there are more than before. `taken_up`: when the execution last was, after a crash.
    fn attempt(&mut self, number: u32, change: Try<'_>, at: Timestamp, taken_up: Option<Timestamp>) -> usize {
        let found = self.attempts.binary_search_by_key(&number, |row| row.attempt);
        let (place, more) = match (found, &change) {
            (Ok(place), _) => (place, 0),
            // Something about an attempt that is there, or nothing.
            (Err(_), Try::Followed { .. } | Try::Asked { input: None, .. }) => return 0,
            (Err(place), _) => {
                // Most steps have but one.
                self.attempts.reserve_exact(1);
                self.attempts.insert(place, fresh(&self.row.step, number));
                (place, 1)
            }
        };
        let row = &mut self.attempts[place];
        // What was under way when Heddle stopped is handed out once more.
        if let (Try::Pooled { .. } | Try::Started { .. }, Some(started_at), Some(taken_up_at)) =
            (&change, row.started_at, taken_up)
        {
            row.interrupted.push(InterruptionView { started_at, taken_up_at });
            row.started_at = None;
        }
        match change {
            Try::Followed { due } => row.next_due = Some(due),
            Try::Pooled { pool } => {
                row.status = StepStatus::Queued;
                row.pool = Some(PoolWaitView { name: pool.to_owned(), since: at });
            }
            Try::Queued => {
                (row.status, row.queued_at, row.waiting) = (StepStatus::Queued, Some(at), None);
                row.started_at = None;
            }
            Try::Started { input } => {
                (row.status, row.started_at, row.ended_at) = (StepStatus::Running, Some(at), None);
                (row.input, row.waiting) = (Some(input), None);
            }
            Try::Asked { what, input } => {
                (row.status, row.waiting) = (StepStatus::Waiting, Some(what));
                if input.is_some() {
                    (row.started_at, row.ended_at, row.input) = (Some(at), None, input);
                }
            }
            Try::Ended(End { status, output, failure, usage, log, chosen, sampled, source }) => {
                (row.status, row.ended_at, row.output, row.sampled) = (status, Some(at), output, sampled);
                (row.failure, row.usage, row.log) = (failure.cloned().map(Box::new), usage, log.to_vec());
                (row.chosen, row.source, row.waiting) = (chosen.map(str::to_owned), source, None);
            }
        }
        more
    }
}

fn untouched(step: &StepId) -> StepRow {
    StepRow {
        step: step.clone(),
        status: StepStatus::Pending,
        started_at: None,
        ended_at: None,
        attempts: 0,
        output: None,
        branch: None,
        error: None,
        skipped: None,
        inherited: false,
        not_taken: Vec::new(),
        decided: None,
    }
}

fn fresh(step: &StepId, attempt: u32) -> AttemptRow {
    AttemptRow {
        step: step.clone(),
        attempt,
        status: StepStatus::Queued,
        queued_at: None,
        started_at: None,
        interrupted: Vec::new(),
        ended_at: None,
        next_due: None,
        input: None,
        output: None,
        sampled: false,
        source: AnswerSource::Agent,
        pool: None,
        waiting: None,
        failure: None,
        usage: Usage::default(),
        log: Vec::new(),
        chosen: None,
    }
}
