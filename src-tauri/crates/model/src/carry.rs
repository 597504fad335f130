//! What a document needs from elsewhere, and how it takes that along.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::agent::{Agent, AgentKind, AgentSource};
use crate::ids::{AgentId, VersionNumber, WorkflowId};
use crate::workflow::{CarriedWorkflow, Step, Workflow};

/// A workflow another one runs: which, and in which version (None: the latest).
pub type WorkflowRef = (WorkflowId, Option<VersionNumber>);

impl Workflow {
    /// The agent of a step, if it is inline or carried along by the document.
    pub fn agent_of<'a>(&'a self, step: &'a Step) -> Option<&'a Agent> {
        match &step.agent {
            AgentSource::Inline(agent) => Some(agent),
            AgentSource::Ref(id) => self.carried_agent(id),
        }
    }

    /// The agent of that id among those the document carries along.
    pub fn carried_agent(&self, id: &AgentId) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id == *id)
    }

    /// The same document with every agent it refers to carried along (also those its agents of kind `select` may
    /// choose, and those of the workflows it carries), and the ids of those `library` does not have.
    ///
    /// A version, an export and an execution all hold such a document: nothing that changes in the library later can
    /// change what they mean. Agents the document already carries win over the library's.
    pub fn with_agents(mut self, library: impl Fn(&AgentId) -> Option<Agent>) -> (Self, Vec<AgentId>) {
        let mut missing = Vec::new();
        self.carry_agents(&library, &mut missing);
        (self, missing)
    }

    fn carry_agents(&mut self, library: &dyn Fn(&AgentId) -> Option<Agent>, missing: &mut Vec<AgentId>) {
        let mut open: Vec<AgentId> = self.steps.iter().filter_map(|step| step.agent.id().cloned()).collect();
        open.extend(
            self.steps
                .iter()
                .filter_map(|step| match &step.agent {
                    AgentSource::Inline(agent) => Some(agent.candidates()),
                    AgentSource::Ref(_) => None,
                })
                .flatten(),
        );
        open.reverse();
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id.clone()) {
                continue;
            }
            if self.carried_agent(&id).is_none() {
                match library(&id) {
                    Some(agent) => self.agents.push(agent),
                    None if missing.contains(&id) => {}
                    None => missing.push(id.clone()),
                }
            }
            open.extend(self.carried_agent(&id).map(Agent::candidates).unwrap_or_default());
        }
        for carried in &mut self.workflows {
            carried.document.carry_agents(library, missing);
        }
    }

    /// The workflow of that id and version among those the document carries along.
    pub fn carried_workflow(&self, id: &WorkflowId, version: Option<VersionNumber>) -> Option<&CarriedWorkflow> {
        self.workflows.iter().find(|carried| carried.id == *id && carried.version == version)
    }

    /// The workflows its steps and settings name, each once; those its agents of kind `select` may choose included.
    pub fn workflow_refs(&self) -> Vec<WorkflowRef> {
        let inline = self.steps.iter().filter_map(|step| match &step.agent {
            AgentSource::Inline(agent) => Some(agent.as_ref()),
            AgentSource::Ref(_) => None,
        });
        let mut refs: Vec<WorkflowRef> = Vec::new();
        let named = inline.chain(&self.agents).filter_map(Agent::workflow_ref);
        let fallback = self.settings.fallback_workflow.clone().map(|id| (id, None));
        for found in named.chain(fallback) {
            if !refs.contains(&found) {
                refs.push(found);
            }
        }
        refs
    }

    /// The workflows that are named by this document or by one it carries, but not carried along.
    pub fn missing_workflows(&self) -> Vec<WorkflowRef> {
        let mut missing: Vec<WorkflowRef> = Vec::new();
        let documents = std::iter::once(self).chain(self.workflows.iter().map(|carried| &carried.document));
        for (id, version) in documents.flat_map(Self::workflow_refs) {
            let wanted = (id, version);
            if self.carried_workflow(&wanted.0, wanted.1).is_none() && !missing.contains(&wanted) {
                missing.push(wanted);
            }
        }
        missing
    }
}

impl Agent {
    /// For an agent of kind `workflow`: the workflow it runs.
    pub fn workflow_ref(&self) -> Option<WorkflowRef> {
        if self.kind != AgentKind::Workflow {
            return None;
        }
        let id = self.config.get("workflow").and_then(Value::as_str).filter(|id| !id.is_empty())?;
        let version = self.config.get("version").and_then(Value::as_u64);
        Some((id.into(), version.and_then(|number| u32::try_from(number).ok()).map(VersionNumber)))
    }

    /// For an agent of kind `select`: the ids of the agents it may choose.
    pub fn candidates(&self) -> Vec<AgentId> {
        if self.kind != AgentKind::Select {
            return Vec::new();
        }
        let candidates = self.config.get("candidates").and_then(Value::as_array).into_iter().flatten();
        candidates.filter_map(|candidate| Some(AgentId::new(candidate.get("agent")?.as_str()?))).collect()
    }
}
