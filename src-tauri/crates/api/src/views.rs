//! An execution as the timeline draws it: the steps of its workflow, and those that run within them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use heddle_engine::Plan;
use heddle_model::{
    AgentId, AgentKind, AttemptView, DecidedView, EdgeId, ErrorRecord, ExecutionStatus, PayloadRef, SkipReason, StepId,
    StepStatus, Timestamp,
};
use heddle_store::{AttemptRow, ExecutionDetail, StepRow};
use serde::Serialize;
use utoipa::ToSchema;

use crate::paths;

/// Most steps that are shown at once of those that run within one.
pub(crate) const PAGE: usize = 1_000;

/// Most steps that are shown at once of those that run within others, all together.
const MAX_NESTED: usize = 5_000;

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
pub(crate) struct Steps {
    plan: Option<Arc<Plan>>,
    status: ExecutionStatus,
    began: Timestamp,
    rows: HashMap<StepId, StepRow>,
    attempts: HashMap<StepId, Vec<AttemptRow>>,
    /// Paths by what they run within, in order.
    nested: BTreeMap<StepId, Vec<StepId>>,
}

impl Steps {
    /// An execution exists only if its document could be planned; should it not be any more, what happened is shown
    /// without the graph.
    pub(crate) fn new(plan: Option<Arc<Plan>>, found: &mut ExecutionDetail) -> Self {
        let mut nested: BTreeMap<StepId, Vec<StepId>> = BTreeMap::new();
        for row in &found.steps {
            if let Some(parent) = paths::parent(row.step.as_str()) {
                nested.entry(parent.into()).or_default().push(row.step.clone());
            }
        }
        for paths in nested.values_mut() {
            // Turns by number; steps of a workflow stay in the order they began, attempt by attempt.
            paths.sort_by_key(|path| paths::turn(path.as_str()));
        }
        let mut attempts: HashMap<StepId, Vec<AttemptRow>> = HashMap::new();
        for attempt in std::mem::take(&mut found.attempts) {
            attempts.entry(attempt.step.clone()).or_default().push(attempt);
        }
        let rows = std::mem::take(&mut found.steps).into_iter().map(|row| (row.step.clone(), row)).collect();
        let row = &found.execution;
        let began = row.started_at.unwrap_or(row.created_at);
        Self { plan, status: row.status, began, rows, attempts, nested }
    }

    /// Every step of the execution's own workflow, in topological order.
    pub(crate) fn own(&mut self) -> Vec<StepView> {
        let ids: Vec<StepId> = match &self.plan {
            Some(plan) => plan.steps.iter().map(|step| step.id.clone()).collect(),
            None => self.rows.keys().filter(|path| paths::parent(path.as_str()).is_none()).cloned().collect(),
        };
        ids.into_iter().map(|id| self.view(id)).collect()
    }

    /// The steps that run within others, as many as are shown at once, with their number.
    pub(crate) fn nested(&mut self) -> (Vec<StepView>, Vec<StepGroup>) {
        let (mut shown, mut groups) = (Vec::new(), Vec::new());
        let mut parents: Vec<StepId> = self.nested.keys().cloned().collect();
        parents.sort_by_key(|parent| parent.as_str().matches(['/', '[']).count());
        for parent in parents {
            let left = MAX_NESTED.saturating_sub(shown.len()).min(PAGE);
            let (views, next) = self.page(&parent, None, left);
            shown.extend(views);
            let paths = &self.nested[&parent];
            let mut counts = BTreeMap::new();
            for path in paths {
                *counts.entry(self.rows[path].status.as_str()).or_default() += 1;
            }
            groups.push(StepGroup { total: u32::try_from(paths.len()).unwrap_or(u32::MAX), parent, counts, next });
        }
        (shown, groups)
    }

    /// At most `limit` of the steps that run within one, those after `after`, and `after` for the next ones.
    pub(crate) fn page(
        &mut self,
        parent: &StepId,
        after: Option<&StepId>,
        limit: usize,
    ) -> (Vec<StepView>, Option<StepId>) {
        let paths = self.nested.get(parent).map(Vec::as_slice).unwrap_or_default();
        // What the page begins after is named even when nothing was shown before it: the parent itself.
        let start = after.filter(|after| *after != parent);
        let start = start.and_then(|after| paths.iter().position(|path| path == after)).map_or(0, |at| at + 1);
        let some: Vec<StepId> = paths[start..].iter().take(limit).cloned().collect();
        let more = start + some.len() < paths.len();
        let next = more.then(|| some.last().or(after).unwrap_or(parent).clone());
        (some.into_iter().map(|path| self.view(path)).collect(), next)
    }

    fn view(&mut self, path: StepId) -> StepView {
        let found = self.plan.as_ref().and_then(|plan| paths::find(plan, path.as_str()));
        let prefix = paths::prefix(path.as_str());
        let turn = paths::turn(path.as_str());
        let after: Vec<StepId> = match &found {
            Some(found) => found.before().map(|id| StepId::new(format!("{prefix}{id}"))).collect(),
            None => Vec::new(),
        };
        let parent = paths::parent(path.as_str()).map(StepId::from);
        let settled = after.iter().filter_map(|step| self.rows.get(step)?.ended_at).max();
        let opened = || self.rows.get(parent.as_ref()?)?.started_at;
        let ready = settled.or_else(opened).unwrap_or(self.began);
        let attempts = self.attempts.remove(&path).unwrap_or_default();
        let row = self.rows.get(&path);
        let step = found.as_ref().map(|found| found.step());
        StepView {
            id: paths::id(path.as_str()).into(),
            parent,
            turn,
            name: step.map_or_else(|| path.to_string(), |step| step.name.clone()),
            agent: step.and_then(|step| step.agent_id.clone()),
            kind: step.map(|step| step.agent.kind),
            position: found.as_ref().map_or(0, |found| found.index as u32) + 1,
            after,
            status: status(self.status, row.map(|row| row.status)),
            inherited: row.is_some_and(|row| row.inherited),
            skip_reason: row.and_then(|row| row.skipped.clone()),
            branch: row.and_then(|row| row.branch.clone()),
            not_taken: row.map(|row| row.not_taken.clone()).unwrap_or_default(),
            decided: row.and_then(|row| row.decided.clone()),
            output: row.and_then(|row| row.output),
            error: row.and_then(|row| row.error.clone()),
            attempts: attempts.into_iter().map(|attempt| attempt_view(attempt, ready)).collect(),
            path,
        }
    }
}

/// What people call the step of that path.
pub(crate) fn name_of(plan: Option<&Arc<Plan>>, path: &StepId) -> Option<String> {
    let found = paths::find(plan?, path.as_str())?;
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
        ended_at: row.ended_at,
        next_due: row.next_due,
        status: row.status,
        input: row.input,
        output: row.output,
        sampled: row.sampled,
        source: row.source,
        pool: row.pool,
        waiting: row.waiting,
        failure: row.failure,
        usage: row.usage,
        log: row.log,
    }
}
