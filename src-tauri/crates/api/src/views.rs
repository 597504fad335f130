//! An execution as the timeline draws it: every step of the document, with its attempts.

use std::collections::HashMap;

use heddle_engine::Plan;
use heddle_model::{
    AgentId, AgentKind, AttemptView, ErrorRecord, ExecutionStatus, PayloadRef, SkipReason, StepId, StepStatus,
    Timestamp, Workflow,
};
use heddle_store::{AttemptRow, ExecutionRow, StepRow};
use serde::Serialize;
use utoipa::ToSchema;

/// A step of an execution.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    /// The step.
    pub id: StepId,
    /// What people call it.
    pub name: String,
    /// Its agent, unless it is written inline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// What its agent does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<AgentKind>,
    /// Its place in topological order, from 1.
    pub position: u32,
    /// The steps before it.
    pub after: Vec<StepId>,
    /// Where it stands.
    pub status: StepStatus,
    /// Why it did not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_reason: Option<SkipReason>,
    /// The branch it chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Its output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<PayloadRef>,
    /// Why it failed for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// Its attempts, first to last.
    pub attempts: Vec<AttemptView>,
}

/// Every step of the workflow in topological order, with what happened to it.
pub(crate) fn step_views(
    workflow: &Workflow,
    execution: &ExecutionRow,
    rows: &[StepRow],
    attempts: Vec<AttemptRow>,
) -> Vec<StepView> {
    // An execution exists only if its document could be planned; should it not be any more, what happened is shown
    // without the graph.
    let Ok(plan) = Plan::new(workflow) else { return Vec::new() };
    let by_step: HashMap<&StepId, &StepRow> = rows.iter().map(|row| (&row.step, row)).collect();
    let mut tries: HashMap<StepId, Vec<AttemptRow>> = HashMap::new();
    for attempt in attempts {
        tries.entry(attempt.step.clone()).or_default().push(attempt);
    }
    let began = execution.started_at.unwrap_or(execution.created_at);
    let views = plan.steps.iter().enumerate().map(|(index, planned)| {
        let row = by_step.get(&planned.id);
        let before = planned.incoming.iter().map(|link| &plan.steps[link.from].id);
        let settled = before.clone().filter_map(|step| by_step.get(step)?.ended_at).max();
        let ready = settled.unwrap_or(began);
        let attempts = tries.remove(&planned.id).unwrap_or_default();
        StepView {
            id: planned.id.clone(),
            name: planned.name.clone(),
            agent: planned.agent_id.clone(),
            kind: Some(planned.agent.kind),
            position: index as u32 + 1,
            after: before.cloned().collect(),
            status: status(execution.status, row.map(|row| row.status)),
            skip_reason: row.and_then(|row| row.skipped.clone()),
            branch: row.and_then(|row| row.branch.clone()),
            output: row.and_then(|row| row.output),
            error: row.and_then(|row| row.error.clone()),
            attempts: attempts.into_iter().map(|attempt| attempt_view(attempt, ready)).collect(),
        }
    });
    views.collect()
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
