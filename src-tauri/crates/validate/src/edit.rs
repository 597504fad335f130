//! Carrying an edit out.

use heddle_model::{Agent, AgentId, AgentKind, AgentSource, Edge, Extra, Step, StepId, Workflow};
use indexmap::IndexMap;
use serde_json::{Map, json};

use crate::checks::expressions::with_name;
use crate::diagnostic::Edit;

impl Edit {
    /// Carries the edit out. False, and nothing is changed: the document has moved on and it no longer applies.
    ///
    /// `library` holds the agents the document may refer to; [`Edit::SetInputSchema`] copies one into its step.
    pub fn apply(&self, workflow: &mut Workflow, library: &[Agent]) -> bool {
        self.applied(workflow, library).is_some()
    }

    fn applied(&self, workflow: &mut Workflow, library: &[Agent]) -> Option<()> {
        match self {
            Self::AddEdge { from, to } => {
                let id = free_edge_id(workflow, "e");
                workflow.edges.push(edge(&id, from.clone(), to.clone()));
            }
            Self::RemoveEdge { edge, index } => {
                let at = place(&workflow.edges, *index, |one| one.id == *edge)?;
                workflow.edges.remove(at);
            }
            Self::RenameEdge { index, to } => workflow.edges.get_mut(*index as usize)?.id = to.clone(),
            Self::SetBranch { edge, branch } => {
                let found = workflow.edges.iter_mut().find(|one| one.id == *edge)?;
                found.branch.clone_from(branch);
            }
            Self::RemoveStep { step, index } => {
                let at = place(&workflow.steps, *index, |one| one.id == *step)?;
                workflow.steps.remove(at);
                if workflow.step(step).is_none() {
                    workflow.edges.retain(|edge| edge.from != *step && edge.to != *step);
                }
            }
            Self::RenameStep { step, index, to } => rename(workflow, step, *index, to)?,
            Self::SetMappingField { step, field, expression } => {
                let mapping = &mut find(workflow, step)?.mapping;
                mapping.get_or_insert_default().insert(field.clone(), expression.clone());
            }
            Self::RemoveMappingField { step, field } => {
                find(workflow, step)?.mapping.as_mut()?.shift_remove(field)?;
            }
            Self::SetMapping { step, mapping } => find(workflow, step)?.mapping.clone_from(mapping),
            Self::InsertTransform { edge: id, id: new, name, mapping } => {
                if workflow.step(new).is_some() {
                    return None;
                }
                let onward = free_edge_id(workflow, "e");
                let drawn = workflow.edges.iter_mut().find(|one| one.id == *id)?;
                let to = std::mem::replace(&mut drawn.to, new.clone());
                workflow.edges.push(edge(&onward, new.clone(), to));
                workflow.steps.push(transform(new, name, mapping)?);
            }
            Self::SetInputSchema { step, schema } => {
                let of_step = find(workflow, step)?.agent.clone();
                let mut agent = match &of_step {
                    AgentSource::Inline(agent) => agent.as_ref().clone(),
                    AgentSource::Ref(id) => {
                        let known = workflow.agents.iter().chain(library).find(|agent| agent.id == *id)?;
                        Agent { id: AgentId::new(""), ..known.clone() }
                    }
                };
                agent.input_schema = Some(schema.clone());
                find(workflow, step)?.agent = AgentSource::Inline(Box::new(agent));
            }
            Self::SetWhen { step, when } => find(workflow, step)?.when.clone_from(when),
        }
        Some(())
    }
}

fn find<'w>(workflow: &'w mut Workflow, id: &StepId) -> Option<&'w mut Step> {
    workflow.steps.iter_mut().find(|step| step.id == *id)
}

/// Where something is: at `index` if it is there, for ids may be what is wrong; else wherever it is.
fn place<T>(list: &[T], index: u32, is: impl Fn(&T) -> bool) -> Option<usize> {
    let index = index as usize;
    if list.get(index).is_some_and(&is) { Some(index) } else { list.iter().position(is) }
}

fn edge(id: &str, from: StepId, to: StepId) -> Edge {
    Edge { id: id.into(), from, to, branch: None, when: None, extra: Extra::new() }
}

fn free_edge_id(workflow: &Workflow, stem: &str) -> String {
    (1_u64..)
        .map(|number| format!("{stem}{number}"))
        .find(|id| workflow.edges.iter().all(|edge| edge.id.as_str() != id))
        .unwrap_or_default()
}

fn transform(id: &StepId, name: &str, mapping: &IndexMap<String, String>) -> Option<Step> {
    let step = json!({ "id": id, "name": name, "mapping": mapping, "agent": { "kind": AgentKind::Transform, "config": Map::new() } });
    serde_json::from_value(step).ok()
}

fn rename(workflow: &mut Workflow, step: &StepId, index: u32, to: &StepId) -> Option<()> {
    let at = place(&workflow.steps, index, |one| one.id == *step)?;
    workflow.steps[at].id = to.clone();
    if workflow.step(step).is_some() {
        // Another step keeps the old id, and with it the edges and whoever looks at it.
        return Some(());
    }
    for edge in &mut workflow.edges {
        for end in [&mut edge.from, &mut edge.to] {
            if end == step {
                *end = to.clone();
            }
        }
    }
    let follow = |source: &mut String| {
        if let Some(renamed) = with_name(source, "steps.", step.as_str(), to.as_str()) {
            *source = renamed;
        }
    };
    for step in &mut workflow.steps {
        step.mapping.iter_mut().flat_map(IndexMap::values_mut).for_each(follow);
        step.when.iter_mut().for_each(follow);
    }
    workflow.settings.output.mapping.iter_mut().flat_map(IndexMap::values_mut).for_each(follow);
    Some(())
}

#[cfg(test)]
mod tests {
    use heddle_model::parse_workflow;

    use super::*;

    fn workflow() -> Workflow {
        parse_workflow(
            r#"{"format":"heddle/v1","id":"w","name":"W",
                "agents":[{"id":"x","name":"X","kind":"script","config":{"code":"…"},"input_schema":{"required":["a"]}}],
                "steps":[{"id":"a","agent":"x"},{"id":"b","agent":"x","mapping":{"q":"steps.a.output.q"},"when":"steps.a.output.ok"}],
                "edges":[{"id":"e1","from":"a","to":"b","branch":"yes"}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_transform_is_put_into_a_wire() {
        let mut workflow = workflow();
        let mapping = IndexMap::from([("q".to_owned(), "string(steps.a.output.q)".to_owned())]);
        let edit = Edit::InsertTransform { edge: "e1".into(), id: "fit".into(), name: "Fit".to_owned(), mapping };
        assert!(edit.apply(&mut workflow, &[]));
        let drawn: Vec<_> = workflow.edges.iter().map(|e| format!("{}>{} {:?}", e.from, e.to, e.branch)).collect();
        assert_eq!(drawn, ["a>fit Some(\"yes\")", "fit>b None"]);
        assert_eq!(workflow.step(&"fit".into()).unwrap().mapping.as_ref().unwrap()["q"], "string(steps.a.output.q)");
        assert!(!edit.apply(&mut workflow, &[]), "the id is taken");
    }

    #[test]
    fn another_input_schema_makes_the_agent_the_steps_own() {
        let mut workflow = workflow();
        let edit = Edit::SetInputSchema { step: "b".into(), schema: json!({}) };
        assert!(edit.apply(&mut workflow, &[]));
        let AgentSource::Inline(own) = &workflow.steps[1].agent else { panic!("still shared") };
        assert_eq!((own.name.as_str(), &own.input_schema), ("X", &Some(json!({}))));
        assert_eq!(own.config["code"], json!("…"));
        assert_eq!(workflow.agents[0].input_schema, Some(json!({"required": ["a"]})), "others keep theirs");
    }

    #[test]
    fn whoever_looks_at_a_step_follows_its_new_name() {
        let mut workflow = workflow();
        assert!(Edit::RenameStep { step: "a".into(), index: 0, to: "start".into() }.apply(&mut workflow, &[]));
        assert_eq!(workflow.steps[1].mapping.as_ref().unwrap()["q"], "steps.start.output.q");
        assert_eq!(workflow.steps[1].when.as_deref(), Some("steps.start.output.ok"));
        assert_eq!(workflow.edges[0].from.as_str(), "start");
    }

    #[test]
    fn what_no_longer_applies_changes_nothing() {
        let before = workflow();
        for edit in [
            Edit::SetMappingField { step: "gone".into(), field: "f".to_owned(), expression: "1".to_owned() },
            Edit::RemoveMappingField { step: "b".into(), field: "gone".to_owned() },
            Edit::RemoveEdge { edge: "gone".into(), index: 7 },
            Edit::RemoveStep { step: "gone".into(), index: 0 },
            Edit::SetBranch { edge: "gone".into(), branch: None },
        ] {
            let mut workflow = before.clone();
            assert!(!edit.apply(&mut workflow, &[]), "{edit:?}");
            assert_eq!(workflow, before);
        }
    }
}
