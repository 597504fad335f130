//! Starting executions: from a stored workflow, or from what an earlier execution left.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use heddle_engine::{Clock as _, EngineError, NewExecution, Plan, Running, SystemClock};
use heddle_model::{
    ExecutionId, ExecutionStatus, Fork, Payload, Replay, ReplayMode, RunMode, RunOptions, StepId, Timestamp,
    VersionNumber, Workflow, WorkflowId,
};
use heddle_store::ExecutionRow;

use crate::carry::refuse_unwell;
use crate::error::{ApiError, ErrorCode};
use crate::input::check_input;
use crate::paths;
use crate::studio::Studio;

/// Which state of a workflow to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichDocument {
    /// The draft as it is now.
    Draft,
    /// A saved version.
    Version(VersionNumber),
    /// The latest saved version, or the draft while there is none.
    LatestOrDraft,
}

/// An execution to start.
#[derive(Debug, Clone)]
pub struct Start {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Which state of it.
    pub which: WhichDocument,
    /// For real, or to try it out.
    pub mode: RunMode,
    /// The execution's input.
    pub input: Payload,
    /// What is special about it.
    pub options: RunOptions,
}

/// How a document is to be run.
#[derive(Debug, Clone)]
pub struct Request {
    /// The saved version the document is. None: a draft.
    pub version: Option<VersionNumber>,
    /// For real, or to try it out.
    pub mode: RunMode,
    /// The execution's input.
    pub input: Payload,
    /// The execution this one tries again.
    pub retry_of: Option<ExecutionId>,
    /// What is special about it.
    pub options: RunOptions,
}

impl Request {
    /// Nothing special: a draft with an input.
    pub fn new(mode: RunMode, input: Payload) -> Self {
        Self { version: None, mode, input, retry_of: None, options: RunOptions::default() }
    }
}

/// An execution that may start: its document is well, its input fits.
#[derive(Debug, Clone)]
pub struct PreparedExecution {
    /// What to keep of it.
    pub execution: NewExecution,
    /// Its document, made ready to run.
    pub plan: Arc<Plan>,
}

/// Checks a document and an input, and makes an execution of them. The document's agents and workflows must be carried
/// along ([`Studio::resolve`]). With `options.up_to` the execution's document is that step and those it needs.
///
/// # Errors
/// `workflow_has_errors` (with the diagnostics), `input_invalid` (with what is wrong), or `not_found` when `up_to` is
/// no step of the document.
pub fn prepare(workflow: Workflow, request: Request) -> Result<PreparedExecution, ApiError> {
    let Request { version, mode, input, retry_of, options } = request;
    let workflow = match &options.up_to {
        Some(step) => only_up_to(workflow, step)?,
        None => workflow,
    };
    refuse_unwell(&workflow, "run")?;
    check_input(workflow.input_schema.as_ref(), &input)?;
    let plan = Arc::new(Plan::new(&workflow).map_err(EngineError::from)?);
    for carried in &workflow.workflows {
        plan.of(&(carried.id.clone(), carried.version)).map_err(EngineError::from)?;
    }
    let created_at = SystemClock.now();
    let execution = NewExecution {
        id: new_execution_id(created_at),
        workflow_id: workflow.id.clone(),
        version,
        total_steps: u32::try_from(workflow.steps.len()).unwrap_or(u32::MAX),
        workflow: Arc::new(workflow),
        mode,
        input,
        created_at,
        retry_of,
        options,
    };
    Ok(PreparedExecution { execution, plan })
}

/// The document without the steps that one does not need. What the whole puts out is that step's output then.
fn only_up_to(mut workflow: Workflow, step: &StepId) -> Result<Workflow, ApiError> {
    if workflow.step(step).is_none() {
        return Err(ApiError::not_found(format!("step `{step}` in workflow `{}`", workflow.id)));
    }
    let mut before: HashMap<&StepId, Vec<&StepId>> = HashMap::new();
    for edge in &workflow.edges {
        before.entry(&edge.to).or_default().push(&edge.from);
    }
    let (mut needed, mut open) = (HashSet::new(), vec![step]);
    while let Some(one) = open.pop() {
        if needed.insert(one.clone()) {
            open.extend(before.get(one).into_iter().flatten());
        }
    }
    workflow.steps.retain(|step| needed.contains(&step.id));
    workflow.edges.retain(|edge| needed.contains(&edge.from) && needed.contains(&edge.to));
    workflow.settings.output.mapping = None;
    Ok(workflow)
}

/// `exec-20261120-7f3a91c2d4`: the day, for people, and 40 random bits.
pub fn new_execution_id(at: Timestamp) -> ExecutionId {
    let day: String = at.to_string().chars().take(10).filter(|c| *c != '-').collect();
    let random = uuid::Uuid::new_v4().simple().to_string();
    ExecutionId::new(format!("exec-{day}-{}", &random[..10]))
}

impl Studio {
    /// Starts an execution of a stored workflow.
    ///
    /// # Errors
    /// `not_found`, `workflow_has_errors` (with the diagnostics), `input_invalid` (with what is wrong), or the store's.
    pub async fn start(&self, start: Start) -> Result<Running, ApiError> {
        let Start { workflow: id, which, mode, input, options } = start;
        let (version, workflow) = self.document_for(&id, which).await?;
        self.start_document(workflow, Request { version, mode, input, retry_of: None, options }).await
    }

    /// A workflow's document in some state, and which version that is.
    pub(crate) async fn document_for(
        &self,
        id: &WorkflowId,
        which: WhichDocument,
    ) -> Result<(Option<VersionNumber>, Workflow), ApiError> {
        let (draft, state) = self.draft(id).await?;
        if state.deleted_at.is_some() {
            return Err(ApiError::not_found(format!("workflow `{id}`: it was deleted; restore it first")));
        }
        let number = match which {
            WhichDocument::Draft => None,
            WhichDocument::Version(number) => Some(number),
            WhichDocument::LatestOrDraft => state.latest_version,
        };
        Ok(match number {
            None => (None, draft),
            Some(number) => (Some(number), self.version_document(id, number).await?),
        })
    }

    async fn start_document(&self, workflow: Workflow, request: Request) -> Result<Running, ApiError> {
        let workflow = self.resolve(workflow).await?;
        let PreparedExecution { execution, plan } = prepare(workflow, request)?;
        Ok(self.engine().start_planned(execution, plan).await?)
    }

    /// The row of an execution.
    ///
    /// # Errors
    /// `not_found`, or the store's.
    pub async fn execution(&self, id: &ExecutionId) -> Result<ExecutionRow, ApiError> {
        self.store().execution(id).await?.ok_or_else(|| ApiError::not_found(format!("execution `{id}`")))
    }

    async fn input_of(&self, row: &ExecutionRow) -> Result<Payload, ApiError> {
        self.store()
            .payload_by_hash(row.input.hash)
            .await?
            .ok_or_else(|| ApiError::new(ErrorCode::Damaged, format!("the input of execution `{}` is missing", row.id)))
    }

    /// The same document with the same input, run with other options.
    async fn start_again(&self, row: &ExecutionRow, options: RunOptions) -> Result<Running, ApiError> {
        let workflow = self.document_of(row).await?;
        let input = self.input_of(row).await?;
        let request = Request { version: row.version, mode: row.mode, input, retry_of: None, options };
        self.start_document(workflow, request).await
    }

    /// Runs an execution again: the same document, the same input.
    ///
    /// # Errors
    /// `not_found`, or the store's.
    pub async fn retry(&self, id: &ExecutionId) -> Result<Running, ApiError> {
        let row = self.execution(id).await?;
        let workflow = self.document_of(&row).await?;
        let input = self.input_of(&row).await?;
        let (version, mode, options) = (row.version, row.mode, row.options);
        let request = Request { version, mode, input, retry_of: Some(id.clone()), options };
        self.start_document(workflow, request).await
    }

    /// Goes on from the last good step: a failed or cancelled execution in a new one that takes over what had completed,
    /// one that stands still in itself.
    ///
    /// # Errors
    /// `not_found`; `conflict` when it has completed, is running here, or goes on in another one already;
    /// `runs_elsewhere`; or the store's.
    pub async fn resume(&self, id: &ExecutionId) -> Result<Running, ApiError> {
        let row = self.execution(id).await?;
        match row.status {
            ExecutionStatus::Completed => {
                let message = format!("execution `{id}` has completed; fork or retry it to run it again");
                Err(ApiError::new(ErrorCode::Conflict, message))
            }
            ExecutionStatus::Failed | ExecutionStatus::Cancelled => {
                let fork = Fork { of: id.clone(), step: None, input: None };
                let options = RunOptions { fork: Some(fork), replay: None, ..row.options.clone() };
                self.start_again(&row, options).await
            }
            ExecutionStatus::Pending | ExecutionStatus::Running | ExecutionStatus::Paused => {
                self.claim(id).await?;
                Ok(self.engine().resume(id).await?)
            }
        }
    }

    /// Goes on from a step of an earlier execution, perhaps with other data or another document.
    ///
    /// # Errors
    /// `not_found` when there is no such execution, or nothing happened to that step in it; what a start may be refused
    /// for; or the store's.
    pub async fn fork(
        &self,
        id: &ExecutionId,
        step: StepId,
        input: Option<Payload>,
        draft: bool,
    ) -> Result<Running, ApiError> {
        let row = self.execution(id).await?;
        if step.in_fallback() {
            let message = format!(
                "`{step}` ran because the execution had failed, so a new one cannot begin there; fork from the step that failed"
            );
            return Err(ApiError::new(ErrorCode::Conflict, message));
        }
        let input = match input {
            Some(input) => Some(self.store().put_payload(input).await?),
            None => None,
        };
        let fork = Fork { of: id.clone(), step: Some(step), input };
        let options = RunOptions { fork: Some(fork), replay: None, ..row.options.clone() };
        if !draft {
            return self.start_again(&row, options).await;
        }
        let (version, workflow) = self.document_for(&row.workflow_id, WhichDocument::Draft).await?;
        let input = self.input_of(&row).await?;
        self.start_document(workflow, Request { version, mode: row.mode, input, retry_of: None, options }).await
    }

    /// Runs an execution again with the answers it got then. What it had taken over from another one it takes over again.
    ///
    /// # Errors
    /// `not_found`, or the store's.
    pub async fn replay(&self, id: &ExecutionId, steps: BTreeMap<StepId, ReplayMode>) -> Result<Running, ApiError> {
        let row = self.execution(id).await?;
        if !steps.is_empty()
            && let Some(plan) = self.plan_of(&row).await?
            && let Some(unknown) = steps.keys().find(|step| paths::find(&plan, step).is_none())
        {
            return Err(ApiError::not_found(format!("step `{unknown}` in execution `{id}`")));
        }
        let replay = Some(Replay { of: id.clone(), steps });
        let options = RunOptions { debug: false, step_over: false, replay, ..row.options.clone() };
        self.start_again(&row, options).await
    }

    /// Makes sure that an execution which has not settled is driven here, for something that a person does to it.
    ///
    /// # Errors
    /// `not_found`; `conflict` when it has ended; `runs_elsewhere`; or the store's.
    pub async fn take_up(&self, id: &ExecutionId) -> Result<Option<Running>, ApiError> {
        // Asked first: a driver that has just written the end is still there for a moment.
        let row = self.execution(id).await?;
        if row.status.is_settled() {
            let message = format!("execution `{id}` has ended ({})", row.status.as_str());
            return Err(ApiError::new(ErrorCode::Conflict, message));
        }
        if self.engine().is_running(id) {
            return Ok(None);
        }
        self.claim(id).await?;
        match self.engine().resume(id).await {
            Ok(running) => Ok(Some(running)),
            Err(EngineError::Running(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Asks an execution to stop, which is taken up for that if nobody drives it.
    ///
    /// # Errors
    /// As for [`Studio::take_up`].
    pub async fn cancel(
        &self,
        id: &ExecutionId,
        by: String,
        reason: Option<String>,
    ) -> Result<Option<Running>, ApiError> {
        let running = self.take_up(id).await?;
        if self.engine().cancel(id, by, reason) {
            Ok(running)
        } else {
            Err(ApiError::new(ErrorCode::Conflict, format!("execution `{id}` has just ended")))
        }
    }

    async fn claim(&self, id: &ExecutionId) -> Result<(), ApiError> {
        match self.store().claim(id).await {
            Ok(_) => Ok(()),
            Err(heddle_engine::StoreError::Conflict(_)) => {
                let message = format!("execution `{id}` is driven by another Heddle process; do it there");
                Err(ApiError::new(ErrorCode::RunsElsewhere, message))
            }
            Err(error) => Err(error.into()),
        }
    }
}
