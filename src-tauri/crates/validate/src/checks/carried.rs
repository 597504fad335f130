//! Workflows that this one runs and that are not there.
//!
//! A document is checked with what it carries along; whoever knows where workflows are kept puts them into it first.

use std::collections::BTreeSet;

use heddle_model::{AgentKind, AgentSource, Step, Workflow, WorkflowRef};

use crate::agents::Agents;
use crate::diagnostic::{Code, Diagnostic};

pub(crate) fn check(workflow: &Workflow, agents: &Agents<'_>, found: &mut Vec<Diagnostic>) {
    let missing: BTreeSet<WorkflowRef> = workflow.missing_workflows().into_iter().collect();
    let mut told = BTreeSet::new();
    for step in &workflow.steps {
        let Some(agent) = agents.of(step).filter(|agent| agent.kind == AgentKind::Workflow) else { continue };
        let message = match agent.workflow_ref() {
            None => format!("The step `{}` does not say which workflow it runs.", step.id),
            Some(wanted) if missing.contains(&wanted) => {
                let message = format!("The step `{}` runs {}, which is not there.", step.id, name(&wanted));
                told.insert(wanted);
                message
            }
            Some(_) => continue,
        };
        found.push(Diagnostic::new(Code::MissingWorkflow, message).step(&step.id).at(place(step)));
    }
    if let Some(id) = &workflow.settings.fallback_workflow {
        let wanted = (id.clone(), None);
        if missing.contains(&wanted) {
            let message = format!("The fallback, {}, is not there.", name(&wanted));
            found.push(Diagnostic::new(Code::MissingWorkflow, message).at(&["settings", "fallback_workflow"]));
            told.insert(wanted);
        }
    }
    for wanted in missing.difference(&told) {
        let needs = |document: &Workflow| document.workflow_refs().contains(wanted);
        let by = workflow.workflows.iter().find(|carried| needs(&carried.document));
        let by = by.map_or("an agent it carries", |carried| carried.document.name.as_str());
        let message = format!("The workflow needs {}, which is not there: {by} runs it.", name(wanted));
        found.push(Diagnostic::new(Code::MissingWorkflow, message).at(&["workflows"]));
    }
}

fn name((id, version): &WorkflowRef) -> String {
    match version {
        Some(version) => format!("version {} of the workflow `{id}`", version.0),
        None => format!("the workflow `{id}`"),
    }
}

fn place(step: &Step) -> &'static [&'static str] {
    match step.agent {
        AgentSource::Inline(_) => &["agent", "config", "workflow"],
        AgentSource::Ref(_) => &["agent"],
    }
}
