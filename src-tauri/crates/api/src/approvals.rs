//! Approvals: which executions wait for a person, and what the person decides.

use std::sync::Arc;

use heddle_engine::{Control, Plan, Refused, Running};
use heddle_model::{
    Decision, EventKind, ExecutionId, ExecutionStatus, Payload, PayloadRef, Schema, StepId, Timestamp, WaitingFor,
    WorkflowId,
};
use heddle_store::{AttemptRow, ExecutionFilter, ExecutionRow};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode};
use crate::input::check;
use crate::paths;
use crate::studio::Studio;
use crate::views::name_of;

/// How many events are looked at together.
const EVENTS: u32 = 1_000;

/// Most executions among which waiting approvals are looked for: the newest that have not settled.
const EXECUTIONS: u32 = 10_000;

/// An approval that waits for somebody's decision.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WaitingApproval {
    /// The execution.
    pub execution: ExecutionId,
    /// The workflow it runs.
    pub workflow_id: WorkflowId,
    /// What the workflow was called when it began.
    pub workflow_name: String,
    /// The step that waits, by path.
    pub step: StepId,
    /// What people call it.
    pub step_name: String,
    /// What is asked.
    pub message: String,
    /// What it is asked about.
    pub data: PayloadRef,
    /// JSON Schema of the form in which the data may be changed. Absent: it is only shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub form: Option<Schema>,
    /// Since when it waits.
    pub requested_at: Timestamp,
    /// When the step's default is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
}

/// What somebody decided about an approval.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The step that waits for it, by path.
    pub step: StepId,
    /// What was decided.
    pub decision: Decision,
    /// The data that goes on. None: as it was asked about.
    pub output: Option<Payload>,
    /// Who.
    pub by: String,
    /// Why, in their words.
    pub comment: Option<String>,
}

impl WaitingApproval {
    fn of(row: &ExecutionRow, plan: Option<&Arc<Plan>>, attempt: AttemptRow) -> Option<Self> {
        let Some(WaitingFor::Approval { message, deadline }) = attempt.waiting else { return None };
        Some(Self {
            execution: row.id.clone(),
            workflow_id: row.workflow_id.clone(),
            workflow_name: row.workflow_name.clone(),
            step_name: name_of(plan, &attempt.step).unwrap_or_else(|| attempt.step.to_string()),
            message,
            data: attempt.input?,
            form: form_of(plan, &attempt.step),
            requested_at: attempt.started_at?,
            deadline,
            step: attempt.step,
        })
    }
}

/// The schema of an approval's form, if it has one.
fn form_of(plan: Option<&Arc<Plan>>, step: &StepId) -> Option<Schema> {
    let found = paths::find(plan?, step)?;
    found.step().agent.config.get("form").filter(|form| !form.is_null()).cloned()
}

/// Refuses data that does not fit the form of the approval at that step, if it has one.
///
/// # Errors
/// `input_invalid`, with what is wrong where.
pub fn check_form(plan: &Arc<Plan>, step: &StepId, data: &Payload) -> Result<(), ApiError> {
    form_of(Some(plan), step).map_or(Ok(()), |form| fits(&form, data))
}

fn fits(form: &Schema, data: &Payload) -> Result<(), ApiError> {
    check(form, data, "the data", "the form's schema")
}

impl Studio {
    /// Every approval that waits, the most urgent first: by deadline; those without one after those with one, the oldest
    /// first.
    ///
    /// # Errors
    /// When the executions cannot be read.
    pub async fn approvals(&self) -> Result<Vec<WaitingApproval>, ApiError> {
        let status = vec![ExecutionStatus::Running, ExecutionStatus::Paused];
        let filter = ExecutionFilter { status, limit: EXECUTIONS, ..ExecutionFilter::default() };
        let mut waiting = Vec::new();
        for row in self.store().executions(filter).await? {
            waiting.extend(self.approvals_of(&row).await?);
        }
        waiting.sort_by_key(|one| (one.deadline.is_none(), one.deadline, one.requested_at));
        Ok(waiting)
    }

    /// Those of one execution.
    ///
    /// # Errors
    /// When the execution cannot be read.
    pub async fn approvals_of(&self, row: &ExecutionRow) -> Result<Vec<WaitingApproval>, ApiError> {
        let waiting = self.store().look(&row.id, |_, timeline| timeline.waiting().cloned().collect::<Vec<_>>());
        let mut attempts = waiting.await?.unwrap_or_default();
        attempts.retain(|attempt| matches!(attempt.waiting, Some(WaitingFor::Approval { .. })));
        if attempts.is_empty() {
            return Ok(Vec::new());
        }
        let plan = self.plan_of(row).await?;
        Ok(attempts.into_iter().filter_map(|attempt| WaitingApproval::of(row, plan.as_ref(), attempt)).collect())
    }

    /// Decides an approval; returns once that is durable, with the execution if it had to be taken up for it.
    ///
    /// # Errors
    /// `not_found`; `already_decided`, `not_waiting`, `conflict` (it has ended) or `runs_elsewhere`; `input_invalid` when
    /// the data does not fit the form.
    pub async fn decide(&self, id: &ExecutionId, verdict: Verdict) -> Result<Option<Running>, ApiError> {
        let Verdict { step, decision, output, by, comment } = verdict;
        let row = self.execution(id).await?;
        let waiting = self.approvals_of(&row).await?.into_iter().find(|one| one.step == step);
        let Some(waiting) = waiting else { return Err(self.no_longer(&row, &step).await?) };
        if let Some(form) = &waiting.form
            && (decision == Decision::Approved || output.is_some())
        {
            let asked = match &output {
                Some(_) => None,
                None => self.store().payload_by_hash(waiting.data.hash).await?,
            };
            if let Some(data) = output.as_ref().or(asked.as_ref()) {
                fits(form, data)?;
            }
        }
        let running = self.take_up(id).await?;
        let control = Control::Decide { step: step.clone(), decision, output, by, comment };
        match self.engine().control(id, control).await {
            Ok(()) => Ok(running),
            Err(Refused::NotWaiting(_)) => Err(self.no_longer(&row, &step).await?),
            Err(refused) => Err(refused.into()),
        }
    }

    /// Why a step does not wait for a decision.
    async fn no_longer(&self, row: &ExecutionRow, step: &StepId) -> Result<ApiError, ApiError> {
        let mut after = 0;
        let mut decided = None;
        loop {
            let page = self.store().events(&row.id, after, EVENTS).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for event in page {
                if let EventKind::ApprovalDecided { step: of, decision, by, .. } = event.kind
                    && of == *step
                {
                    decided = Some((decision, by, event.at));
                }
            }
        }
        Ok(match decided {
            Some((decision, by, at)) => {
                let what = match decision {
                    Decision::Approved => "approved",
                    Decision::Rejected => "rejected",
                };
                let message = format!("step `{step}` was {what} by {by} at {at}");
                let details = json!({ "decision": decision, "by": by, "at": at });
                ApiError::new(ErrorCode::AlreadyDecided, message).with(details)
            }
            None => {
                let state = row.status.as_str();
                let message = format!("step `{step}` of execution `{}` ({state}) does not wait for a decision", row.id);
                ApiError::new(ErrorCode::NotWaiting, message)
            }
        })
    }
}
