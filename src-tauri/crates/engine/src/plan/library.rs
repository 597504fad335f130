//! The workflows a document carries along, planned when a step first opens one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use heddle_model::{CarriedWorkflow, Workflow, WorkflowRef};

use super::{Plan, PlanError};

/// The carried workflows of one document, shared by its plan and the plans of those workflows.
#[derive(Debug, Default)]
pub(super) struct Library {
    documents: HashMap<WorkflowRef, Arc<Workflow>>,
    plans: Mutex<HashMap<WorkflowRef, Arc<Plan>>>,
}

/// How a plan holds its library. The outermost owns it; the library owns the plans within, and they only know it, so that
/// all of them go when the outermost does.
#[derive(Debug, Clone)]
pub(super) enum Shelf {
    Owned(Arc<Library>),
    Known(Weak<Library>),
}

impl Shelf {
    /// None: the outermost plan is gone.
    pub(super) fn library(&self) -> Option<Arc<Library>> {
        match self {
            Self::Owned(library) => Some(Arc::clone(library)),
            Self::Known(library) => library.upgrade(),
        }
    }

    pub(super) fn has(&self, wanted: &WorkflowRef) -> bool {
        self.library().is_some_and(|library| library.documents.contains_key(wanted))
    }
}

impl Library {
    /// What `workflow` carries, and what those carry; the outermost wins.
    pub(super) fn of(workflow: &Workflow) -> Arc<Self> {
        let mut documents = HashMap::new();
        let mut open: Vec<&CarriedWorkflow> = workflow.workflows.iter().rev().collect();
        while let Some(carried) = open.pop() {
            let key = (carried.id.clone(), carried.version);
            documents.entry(key).or_insert_with(|| Arc::new(carried.document.clone()));
            open.extend(carried.document.workflows.iter().rev());
        }
        Arc::new(Self { documents, plans: Mutex::default() })
    }

    /// The plan of a carried workflow.
    pub(super) fn plan(self: &Arc<Self>, wanted: &WorkflowRef) -> Result<Arc<Plan>, PlanError> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = plans.get(wanted) {
            return Ok(Arc::clone(plan));
        }
        let document = self.documents.get(wanted).ok_or_else(|| PlanError::MissingWorkflow(wanted.0.clone()))?;
        let plan = Arc::new(Plan::within(document, Shelf::Known(Arc::downgrade(self)))?);
        plans.insert(wanted.clone(), Arc::clone(&plan));
        Ok(plan)
    }
}
