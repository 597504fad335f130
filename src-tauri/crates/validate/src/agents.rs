//! Finding the agent of a step.

use std::collections::HashMap;

use heddle_model::{Agent, AgentId, AgentSource, Step, Workflow};

/// The agents a workflow can use: its own, then those of the library.
pub(crate) struct Agents<'a> {
    by_id: HashMap<&'a str, &'a Agent>,
    library: &'a [Agent],
}

impl<'a> Agents<'a> {
    pub(crate) fn new(workflow: &'a Workflow, library: &'a [Agent]) -> Self {
        let mut by_id = HashMap::new();
        for agent in workflow.agents.iter().chain(library) {
            by_id.entry(agent.id.as_str()).or_insert(agent);
        }
        Self { by_id, library }
    }

    /// Those that another document can use.
    pub(crate) fn inside(&self, workflow: &'a Workflow) -> Self {
        Self::new(workflow, self.library)
    }

    /// The agent of an id, if there is one.
    pub(crate) fn get(&self, id: &AgentId) -> Option<&'a Agent> {
        self.by_id.get(id.as_str()).copied()
    }

    /// The agent of a step, if there is one.
    pub(crate) fn of(&self, step: &'a Step) -> Option<&'a Agent> {
        match &step.agent {
            AgentSource::Inline(agent) => Some(agent),
            AgentSource::Ref(id) => self.get(id),
        }
    }

    /// Their ids.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &'a str> {
        self.by_id.keys().copied()
    }
}
