//! An execution as the timeline draws it: the steps of its workflow, and those that run within them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use heddle_engine::Plan;
use heddle_model::{
    AgentId, AgentKind, AttemptView, DecidedView, EdgeId, ErrorRecord, ExecutionStatus, PayloadRef, SkipReason, StepId,
    StepStatus, Timestamp,
};
use heddle_store::{AttemptRow, ExecutionRow, StepRow, Timeline};
use serde::Serialize;
use utoipa::ToSchema;

use crate::paths;

/// Most steps that are shown at once of those that run within one.
pub(crate) const PAGE: usize = 1_000;

/// So many times as many are shown at once of those that run within others, all together.
const DEPTH: usize = 5;

/// A step of an execution.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    /// Its path, which events name it by: its id, or for what runs within a loop or a sub-workflow `each[3]`,
    /// `sub/analyze`.
    pub path: StepId,
    /// Its id in its own workflow.
    pub id: StepId,
    /// The path of the step it runs within. Absent: a step of the execution's own workflow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<StepId>,
    /// Which turn of that loop it is, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<u64>,
    /// What people call it.
    pub name: String,
    /// Its agent, unless it is written inline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// What its agent does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<AgentKind>,
    /// Its place in topological order of its workflow, from 1.
    pub position: u32,
    /// The paths of the steps before it.
    pub after: Vec<StepId>,
    /// Where it stands.
    pub status: StepStatus,
    /// Its output was taken over from the execution this one goes on from.
    pub inherited: bool,
    /// Why it did not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_reason: Option<SkipReason>,
    /// The branch it chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Edges from it whose condition was false: nothing went along them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub not_taken: Vec<EdgeId>,
    /// What somebody decided, for an approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<DecidedView>,
    /// Its output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<PayloadRef>,
    /// Why it failed for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// Its attempts, first to last.
    pub attempts: Vec<AttemptView>,
}

/// The steps that run within one: turns of a loop, steps of a sub-workflow.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepGroup {
    /// The path of the step they run within.
    pub parent: StepId,
    /// How many something has happened to.
    pub total: u32,
    /// How many of them stand where, by status.
    #[schema(value_type = HashMap<String, u32>)]
    pub counts: BTreeMap<&'static str, u32>,
    /// `after` for those that are not shown, at `/api/executions/{id}/steps`. Absent: all are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<StepId>,
}

/// An execution's steps, to be shown.
pub(crate) struct Steps<'a> {
    /// None: its document cannot be planned any more; what happened is shown without the graph.
    pub(crate) plan: Option<&'a Arc<Plan>>,
    pub(crate) row: &'a ExecutionRow,
    pub(crate) timeline: &'a Timeline,
}

impl Steps<'_> {
    /// All that is known about the failure of the step that made the execution fail.
    pub(crate) fn failed(&self) -> Option<ErrorRecord> {
        self.error().cloned()
    }

    fn error(&self) -> Option<&ErrorRecord> {
        self.timeline.step(self.row.failed_step.as_ref()?)?.error.as_deref()
    }

    /// Where that failure began within the failed step, from the outside in: the turn of a loop, the step of a sub-workflow,
    /// and so on. What failed there without harm is passed by: the step failed with the words of what brought it down.
    pub(crate) fn failed_within(&self) -> Vec<StepView> {
        let Some(error) = self.error() else { return Vec::new() };
        let brought_down = |row: &&StepRow| {
            let last = self.timeline.attempts(&row.step).last().and_then(|attempt| attempt.failure.as_ref());
            row.status == StepStatus::Failed && last.is_some_and(|last| error.failure.message.contains(&last.message))
        };
        let inner = |path: &StepId| self.timeline.within(Some(path)).into_iter().find(brought_down);
        let began = std::iter::successors(inner(&error.step), |row| inner(&row.step));
        began.map(|row| self.view(row.step.clone())).collect()
    }

    /// At most `limit` of the steps of the execution's own workflow, in topological order, those after `after`; and `after`
    /// for the next ones.
    pub(crate) fn own(&self, after: Option<&StepId>, limit: usize) -> (Vec<StepView>, Option<StepId>) {
        let Some(plan) = self.plan else {
            return self.some(self.timeline.within(None).iter().map(|row| &row.step).collect(), after, limit);
        };
        let start = after.and_then(|after| plan.index(after.as_str())).map_or(0, |index| index + 1);
        let some: Vec<StepView> =
            plan.steps[start..].iter().take(limit).map(|step| self.view(step.id.clone())).collect();
        let more = start + some.len() < plan.steps.len();
        let next = some.last().filter(|_| more).map(|view| view.path.clone());
        (some, next)
    }

    /// The same of the steps that run within one. What the page begins after is named even when nothing was shown before
    /// it: the parent itself.
    pub(crate) fn within(
        &self,
        parent: &StepId,
        after: Option<&StepId>,
        limit: usize,
    ) -> (Vec<StepView>, Option<StepId>) {
        let paths = self.timeline.within(Some(parent)).iter().map(|row| &row.step).collect();
        let (some, next) = self.some(paths, after.filter(|after| *after != parent), limit);
        match limit {
            0 => (some, (self.timeline.number_within(parent) > 0).then(|| after.unwrap_or(parent).clone())),
            _ => (some, next),
        }
    }

    fn some(&self, paths: Vec<&StepId>, after: Option<&StepId>, limit: usize) -> (Vec<StepView>, Option<StepId>) {
        let start = after.and_then(|after| paths.iter().position(|path| *path == after)).map_or(0, |at| at + 1);
        let some: Vec<StepView> = paths[start..].iter().take(limit).map(|path| self.view((*path).clone())).collect();
        let more = start + some.len() < paths.len();
        let next = some.last().filter(|_| more).map(|view| view.path.clone());
        (some, next)
    }

    /// Those of the workflow's own steps, or of the steps within one, that something has happened to after an event, also
    /// where it happened within them; at most `limit`, those after `after`, and `after` for the next ones.
    pub(crate) fn changed(
        &self,
        parent: Option<&StepId>,
        since: u64,
        after: Option<&StepId>,
        limit: usize,
    ) -> (Vec<StepView>, Option<StepId>) {
        let mut rows = self.timeline.within(parent);
        rows.retain(|row| self.timeline.changed(&row.step) > since);
        if let (None, Some(plan)) = (parent, self.plan) {
            rows.sort_by_cached_key(|row| plan.index(row.step.as_str()));
        }
        self.some(rows.into_iter().map(|row| &row.step).collect(), after, limit)
    }

    /// What runs within these steps and the fallback workflow, and within that: at most `limit` within one, five times as
    /// many together; and how many there are within each step that is shown.
    pub(crate) fn nested(&self, own: &[StepView], limit: usize) -> (Vec<StepView>, Vec<StepGroup>) {
        let (mut shown, mut groups): (Vec<StepView>, Vec<StepGroup>) = (Vec::new(), Vec::new());
        let mut parents: VecDeque<StepId> = own.iter().map(|step| step.path.clone()).collect();
        parents.push_back(paths::FALLBACK.into());
        while let Some(parent) = parents.pop_front() {
            if self.timeline.number_within(&parent) == 0 {
                continue;
            }
            let left = (DEPTH * limit).saturating_sub(shown.len()).min(limit);
            let (views, next) = self.within(&parent, None, left);
            parents.extend(views.iter().map(|view| view.path.clone()));
            shown.extend(views);
            groups.push(self.group(parent, next));
        }
        (shown, groups)
    }

    /// How many run within these steps, none of which are shown.
    pub(crate) fn folded(&self, steps: &[StepView]) -> Vec<StepGroup> {
        let parents = steps.iter().filter(|step| self.timeline.number_within(&step.path) > 0);
        parents.map(|step| self.group(step.path.clone(), Some(step.path.clone()))).collect()
    }

    fn group(&self, parent: StepId, next: Option<StepId>) -> StepGroup {
        let rows = self.timeline.within(Some(&parent));
        let mut counts = BTreeMap::new();
        for row in &rows {
            *counts.entry(row.status.as_str()).or_default() += 1;
        }
        StepGroup { total: u32::try_from(rows.len()).unwrap_or(u32::MAX), parent, counts, next }
    }

    fn view(&self, path: StepId) -> StepView {
        let found = self.plan.and_then(|plan| paths::find(plan, &path));
        let after: Vec<StepId> = match &found {
            Some(found) => found.before().map(|id| StepId::new(format!("{}{id}", path.prefix()))).collect(),
            None => Vec::new(),
        };
        let parent = path.parent().map(StepId::from);
        let settled = after.iter().filter_map(|step| self.timeline.step(step)?.ended_at).max();
        let opened = || self.timeline.step(parent.as_ref()?)?.started_at;
        let began = self.row.started_at.unwrap_or(self.row.created_at);
        let ready = settled.or_else(opened).unwrap_or(began);
        let row = self.timeline.step(&path);
        let step = found.as_ref().map(|found| found.step());
        StepView {
            id: path.id().into(),
            parent,
            turn: path.turn(),
            name: step.map_or_else(|| path.to_string(), |step| step.name.clone()),
            agent: step.and_then(|step| step.agent_id.clone()),
            kind: step.map(|step| step.agent.kind),
            position: found.as_ref().map_or(0, |found| found.index as u32) + 1,
            after,
            status: status(self.row.status, row.map(|row| row.status)),
            inherited: row.is_some_and(|row| row.inherited),
            skip_reason: row.and_then(|row| row.skipped.clone()),
            branch: row.and_then(|row| row.branch.clone()),
            not_taken: row.map(|row| row.not_taken.clone()).unwrap_or_default(),
            decided: row.and_then(|row| row.decided.clone()),
            output: row.and_then(|row| row.output),
            error: row.and_then(|row| row.error.as_deref().cloned()),
            attempts: self
                .timeline
                .attempts(&path)
                .iter()
                .map(|attempt| attempt_view(attempt.clone(), ready))
                .collect(),
            path,
        }
    }
}

/// What people call the step of that path.
pub(crate) fn name_of(plan: Option<&Arc<Plan>>, path: &StepId) -> Option<String> {
    let found = paths::find(plan?, path)?;
    Some(found.step().name.clone())
}

/// The status of a step; one that had not settled when the execution ended was cancelled with it.
fn status(execution: ExecutionStatus, step: Option<StepStatus>) -> StepStatus {
    match step {
        Some(step) if step.is_settled() => step,
        _ if execution.is_settled() => StepStatus::Cancelled,
        other => other.unwrap_or(StepStatus::Pending),
    }
}

fn attempt_view(row: AttemptRow, ready: Timestamp) -> AttemptView {
    AttemptView {
        attempt: row.attempt,
        queued_at: row.queued_at.unwrap_or(ready),
        started_at: row.started_at,
        interrupted: row.interrupted,
        ended_at: row.ended_at,
        next_due: row.next_due,
        status: row.status,
        input: row.input,
        output: row.output,
        sampled: row.sampled,
        source: row.source,
        pool: row.pool,
        waiting: row.waiting,
        failure: row.failure.map(|failure| *failure),
        usage: row.usage,
        log: row.log,
        chosen: row.chosen,
    }
}
