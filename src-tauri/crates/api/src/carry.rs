//! What a document takes along: every agent and workflow it refers to, so that nothing that changes later can change
//! what it means.

use std::collections::HashSet;

use heddle_model::{AgentId, CarriedWorkflow, Workflow, WorkflowRef};
use heddle_validate::{Code, Diagnostic, Options};

use crate::error::ApiError;
use crate::studio::{Studio, read_document, refuse_errors};

impl Studio {
    /// The document with every agent and workflow it refers to carried along, as far as they are there; those that the
    /// carried workflows refer to in turn as well.
    ///
    /// A workflow is taken in the version that is asked for; without one in its latest, or its draft while there is
    /// none. A workflow that runs itself carries itself as it is here.
    ///
    /// # Errors
    /// When the library or a workflow cannot be read.
    pub async fn resolve(&self, workflow: Workflow) -> Result<Workflow, ApiError> {
        let library = self.library().await?;
        let find = |id: &AgentId| library.iter().find(|(agent, _)| agent.id == *id).map(|(agent, _)| agent.clone());
        let mut workflow = workflow.with_agents(find).0;
        let mut sought = HashSet::new();
        loop {
            let missing = workflow.missing_workflows();
            let missing: Vec<WorkflowRef> = missing.into_iter().filter(|one| sought.insert(one.clone())).collect();
            if missing.is_empty() {
                return Ok(workflow);
            }
            let mut inner = Vec::new();
            for wanted in missing {
                let itself = wanted == (workflow.id.clone(), None);
                let document = if itself { Some(itself_of(&workflow)) } else { self.kept(&wanted).await? };
                let Some(mut document) = document else { continue };
                inner.append(&mut document.workflows);
                let (id, version) = wanted;
                workflow.workflows.push(CarriedWorkflow { id, version, document });
            }
            // What a saved version carries comes before what is kept here today.
            for carried in inner {
                if workflow.carried_workflow(&carried.id, carried.version).is_none() {
                    workflow.workflows.push(carried);
                }
            }
            workflow = workflow.with_agents(find).0;
        }
    }

    /// A workflow as another one would run it now.
    async fn kept(&self, (id, version): &WorkflowRef) -> Result<Option<Workflow>, ApiError> {
        let number = match version {
            Some(number) => Some(*number),
            None => match self.store().draft(id).await? {
                None => return Ok(None),
                Some(draft) if draft.latest_version.is_none() => return read_document(&draft.document).map(Some),
                Some(draft) => draft.latest_version,
            },
        };
        let Some(number) = number else { return Ok(None) };
        match self.store().version(id, number).await? {
            Some((_, document)) => read_document(&document).map(Some),
            None => Ok(None),
        }
    }

    /// What is wrong with a document, seen with this library.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub async fn validate(&self, workflow: &Workflow) -> Result<Vec<Diagnostic>, ApiError> {
        let resolved = self.resolve(workflow.clone()).await?;
        Ok(heddle_validate::validate(&resolved, &Options::default()))
    }
}

/// What a workflow carries that runs itself.
fn itself_of(workflow: &Workflow) -> Workflow {
    Workflow { workflows: Vec::new(), ..workflow.clone() }
}

/// The same document; if it runs itself, it carries itself.
pub fn with_itself(mut workflow: Workflow) -> Workflow {
    let own = (workflow.id.clone(), None);
    if workflow.missing_workflows().contains(&own) {
        let document = itself_of(&workflow);
        workflow.workflows.push(CarriedWorkflow { id: own.0, version: None, document });
    }
    workflow
}

/// A document to be edited does not carry itself: what it carries would stay as it is now.
pub(crate) fn without_itself(mut workflow: Workflow) -> Workflow {
    workflow.workflows.retain(|carried| carried.id != workflow.id || carried.version.is_some());
    workflow
}

/// Refuses a document that has errors, or carries a workflow that has.
///
/// # Errors
/// `workflow_has_errors` with the diagnostics; `to` ends the sentence "… it cannot".
pub(crate) fn refuse_unwell(workflow: &Workflow, to: &str) -> Result<(), ApiError> {
    let mut found = heddle_validate::validate(workflow, &Options::default());
    for (index, carried) in workflow.workflows.iter().enumerate() {
        if carried.id == workflow.id && carried.version.is_none() {
            continue;
        }
        for finding in heddle_validate::validate(&carried.document, &Options::default()) {
            // What it runs in turn is carried by the document it is carried by, and was looked for there.
            if finding.is_error() && finding.code != Code::MissingWorkflow {
                found.push(of_carried(index, carried, finding));
            }
        }
    }
    refuse_errors(&found, to)
}

/// A finding in a carried workflow, told of the document that carries it.
fn of_carried(index: usize, carried: &CarriedWorkflow, finding: Diagnostic) -> Diagnostic {
    let name = if carried.document.name.is_empty() { carried.id.as_str() } else { &carried.document.name };
    Diagnostic {
        message: format!("In the workflow `{name}`: {}", finding.message),
        path: Some(format!("/workflows/{index}")),
        step: None,
        edge: None,
        steps: Vec::new(),
        fixes: Vec::new(),
        ..finding
    }
}
