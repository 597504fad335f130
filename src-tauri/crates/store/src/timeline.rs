//! Steps and attempts of an execution: the fold of its log that a timeline shows.

use std::collections::{BTreeMap, HashMap};

use heddle_model::{AnswerSource, Event, PoolWaitView, StepId, StepStatus, Timestamp, Usage};

use crate::folds::Fold;
use crate::project::{End, Try, Turn, attempt, turn};
use crate::steps::{AttemptRow, StepRow};
use crate::tally::Tally;

/// Every step something has happened to, and every attempt.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    tally: Tally,
    steps: HashMap<StepId, StepRow>,
    attempts: BTreeMap<(StepId, u32), AttemptRow>,
}

impl Fold for Timeline {
    fn last_seq(&self) -> u64 {
        self.tally.last_seq
    }

    fn weight(&self) -> usize {
        self.steps.len() + self.attempts.len()
    }

    fn apply(&mut self, event: &Event) {
        self.tally.apply(event);
        if let Some((step, number, change)) = attempt(&event.kind) {
            self.attempt(step, number, change, event.at);
        }
        if let Some(turn) = turn(&event.kind) {
            self.step(&turn, event.at);
        }
        if event.kind.ends_execution() {
            self.cancel_the_rest(event.at);
        }
    }
}

impl Timeline {
    /// How far it has got, as of the same event.
    pub(crate) const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The steps in the order they began.
    pub(crate) fn steps(&self) -> Vec<StepRow> {
        let mut steps: Vec<StepRow> = self.steps.values().cloned().collect();
        steps.sort_by(|a, b| {
            let began = |row: &StepRow| row.started_at.or(row.ended_at);
            began(a).cmp(&began(b)).then_with(|| a.step.cmp(&b.step))
        });
        steps
    }

    /// The attempts by step and number.
    pub(crate) fn attempts(&self) -> Vec<AttemptRow> {
        self.attempts.values().cloned().collect()
    }

    fn step(&mut self, turn: &Turn<'_>, at: Timestamp) {
        let before = self.steps.get(turn.step);
        let row = StepRow {
            step: turn.step.clone(),
            status: turn.status,
            started_at: before.and_then(|row| row.started_at).or(turn.started.then_some(at)),
            ended_at: turn.status.is_settled().then_some(at),
            attempts: before.map_or(0, |row| row.attempts).max(turn.attempt),
            output: turn.output,
            branch: turn.branch.map(str::to_owned),
            error: turn.error.cloned(),
            skipped: turn.skipped.cloned(),
            inherited: turn.inherited,
            not_taken: turn.not_taken.to_vec(),
            decided: turn.decided.clone(),
        };
        self.steps.insert(row.step.clone(), row);
    }

    fn attempt(&mut self, step: &StepId, number: u32, change: Try<'_>, at: Timestamp) {
        let key = (step.clone(), number);
        let row = match change {
            // Something about an attempt that is there, or nothing.
            Try::Followed { .. } | Try::Asked { input: None, .. } => match self.attempts.get_mut(&key) {
                Some(row) => row,
                None => return,
            },
            _ => self.attempts.entry(key).or_insert_with(|| fresh(step, number)),
        };
        match change {
            Try::Followed { due } => row.next_due = Some(due),
            Try::Pooled { pool } => {
                row.status = StepStatus::Queued;
                row.pool = Some(PoolWaitView { name: pool.to_owned(), since: at });
            }
            Try::Queued => (row.status, row.queued_at, row.waiting) = (StepStatus::Queued, Some(at), None),
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
            Try::Ended(End { status, output, failure, usage, log, sampled, source }) => {
                (row.status, row.ended_at, row.output, row.sampled) = (status, Some(at), output, sampled);
                (row.failure, row.usage, row.log) = (failure.cloned(), usage, log.to_vec());
                (row.source, row.waiting) = (source, None);
            }
        }
    }

    /// The execution has ended: what had not settled never will.
    fn cancel_the_rest(&mut self, at: Timestamp) {
        for row in self.attempts.values_mut() {
            if matches!(row.status, StepStatus::Queued | StepStatus::Running | StepStatus::Waiting) {
                (row.status, row.ended_at, row.waiting) = (StepStatus::Cancelled, Some(at), None);
            }
        }
        for row in self.steps.values_mut().filter(|row| !row.status.is_settled()) {
            (row.status, row.ended_at) = (StepStatus::Cancelled, Some(at));
        }
    }
}

fn fresh(step: &StepId, attempt: u32) -> AttemptRow {
    AttemptRow {
        step: step.clone(),
        attempt,
        status: StepStatus::Queued,
        queued_at: None,
        started_at: None,
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
    }
}
