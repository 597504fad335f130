//! An execution as lists show it.

use std::sync::Arc;

use heddle_engine::Plan;
use heddle_model::{
    ExecutionId, ExecutionStatus, Failure, RunMode, StepId, Timestamp, Usage, VersionNumber, WorkflowId,
};
use heddle_store::ExecutionRow;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::studio::Studio;
use crate::views::name_of;

/// An execution in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExecutionSummary {
    /// Its id.
    pub id: ExecutionId,
    /// The workflow it runs.
    pub workflow_id: WorkflowId,
    /// What the workflow was called when it began.
    pub workflow_name: String,
    /// The saved version it runs. Absent: the draft as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<VersionNumber>,
    /// For real, or to try it out.
    pub mode: RunMode,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// The step that began last, while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_step: Option<StepId>,
    /// What people call that step; of a loop's turn with its number: `Ask, turn 3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_step_name: Option<String>,
    /// Steps that have an output.
    pub completed_steps: u32,
    /// Steps nothing more will happen to.
    pub settled_steps: u32,
    /// Steps in all.
    pub total_steps: u32,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it settled, however it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// The execution this one tries again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<ExecutionId>,
    /// Somebody wants to keep it, however old it gets.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub starred: bool,
    /// The execution this one goes on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<ExecutionId>,
    /// The step (by path) it runs again from there on; absent when it was resumed: whatever had not completed runs again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forked_at: Option<StepId>,
    /// What people call that step; of a loop's turn with its number: `Ask, turn 3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forked_at_name: Option<String>,
    /// The execution whose answers it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<ExecutionId>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// The step that made it fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_step: Option<StepId>,
    /// What people call that step; of a loop's turn with its number: `Ask, turn 3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_step_name: Option<String>,
    /// What its attempts used, all together.
    pub usage: Usage,
}

impl ExecutionSummary {
    /// A row as a list shows it.
    ///
    /// # Errors
    /// When its document cannot be read.
    pub async fn of(row: ExecutionRow, studio: &Studio) -> Result<Self, ApiError> {
        let (forked_from, forked_at) = row.options.fork.clone().map(|fork| (fork.of, fork.step)).unzip();
        let forked_at = forked_at.flatten();
        let named = [&row.current_step, &row.failed_step, &forked_at];
        let plan = if named.iter().any(|step| step.is_some()) { studio.plan_of(&row).await? } else { None };
        let [current_step_name, failed_step_name, forked_at_name] =
            named.map(|step| called(plan.as_ref(), step.as_ref()?));
        // An execution whose log cannot be written stands still; its row still says `running`.
        let halted = if row.status.is_settled() { None } else { studio.engine().halted(&row.id) };
        Ok(Self {
            status: if halted.is_some() { ExecutionStatus::Failed } else { row.status },
            failure: halted.or(row.failure),
            id: row.id,
            workflow_id: row.workflow_id,
            workflow_name: row.workflow_name,
            version: row.version,
            mode: row.mode,
            current_step: row.current_step,
            current_step_name,
            completed_steps: row.completed_steps,
            settled_steps: row.settled_steps,
            total_steps: row.total_steps,
            created_at: row.created_at,
            started_at: row.started_at,
            completed_at: row.completed_at,
            retry_of: row.retry_of,
            starred: row.starred,
            forked_from,
            forked_at,
            forked_at_name,
            replay_of: row.options.replay.map(|replay| replay.of),
            failed_step: row.failed_step,
            failed_step_name,
            usage: row.usage,
        })
    }
}

/// What people call a step, and which turn of it a path means.
fn called(plan: Option<&Arc<Plan>>, path: &StepId) -> Option<String> {
    let name = name_of(plan, path)?;
    Some(match path.turn() {
        Some(turn) => format!("{name}, turn {}", turn + 1),
        None => name,
    })
}
