//! Ids, names and edges, one by one.

use std::collections::{HashMap, HashSet};

use heddle_expr::is_identifier;
use heddle_model::{EdgeId, StepId, Workflow};

use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::graph::Graph;
use crate::similar::similar;

/// Names that look alike are only searched for in workflows up to this size.
const MAX_SEARCHED: usize = 2_000;

pub(crate) fn check(workflow: &Workflow, graph: &Graph<'_>, found: &mut Vec<Diagnostic>) {
    names(workflow, found);
    step_ids(workflow, found);
    edges(workflow, graph, found);
}

fn names(workflow: &Workflow, found: &mut Vec<Diagnostic>) {
    if workflow.name.trim().is_empty() {
        found.push(Diagnostic::new(Code::EmptyName, "The workflow has no name.").at(&["name"]));
    }
    if workflow.variables.keys().any(|name| name.trim().is_empty()) {
        let message = "A variable has no name; no expression can use it.";
        found.push(Diagnostic::new(Code::EmptyName, message).at(&["variables", ""]));
    }
    for step in &workflow.steps {
        if step.mapping.iter().flatten().any(|(field, _)| field.trim().is_empty()) {
            let message = format!("A field in the mapping of `{}` has no name.", step.id);
            let edit = Edit::RemoveMappingField { step: step.id.clone(), field: String::new() };
            let finding = Diagnostic::new(Code::EmptyName, message).step(&step.id).at(&["mapping", ""]);
            found.push(finding.fix("Remove the field", edit));
        }
    }
}

fn step_ids(workflow: &Workflow, found: &mut Vec<Diagnostic>) {
    let mut taken: HashSet<String> = workflow.steps.iter().map(|step| step.id.as_str().to_owned()).collect();
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(workflow.steps.len());
    for (index, step) in workflow.steps.iter().enumerate() {
        let mut rename = |wanted: String| {
            let to = free(&wanted, &mut taken);
            let edit = Edit::RenameStep { step: step.id.clone(), index: index as u32, to: StepId::new(to.as_str()) };
            (format!("Rename it to {to}"), edit)
        };
        let id = step.id.as_str();
        if id.is_empty() {
            let (title, edit) = rename(identifier(&step.name));
            let message = "A step has no id; nothing can refer to it.";
            found.push(
                Diagnostic::new(Code::EmptyStepId, message).at(&["steps", &index.to_string(), "id"]).fix(title, edit),
            );
            continue;
        }
        if let Some(earlier) = first.get(id) {
            let (title, edit) = rename(identifier(id));
            let message = format!("Two steps have the id `{id}`: the {} and the {}.", nth(*earlier), nth(index));
            found.push(Diagnostic::new(Code::DuplicateStepId, message).step(&step.id).at(&["id"]).fix(title, edit));
            continue;
        }
        first.insert(id, index);
        if !is_identifier(id) {
            let (title, edit) = rename(identifier(id));
            let message = format!(
                "The step id `{id}` does not read like a name (letters, digits and _): expressions have to write \
                 `steps[\"{id}\"].output`."
            );
            found.push(Diagnostic::new(Code::InvalidStepId, message).step(&step.id).at(&["id"]).fix(title, edit));
        }
    }
}

fn edges(workflow: &Workflow, graph: &Graph<'_>, found: &mut Vec<Diagnostic>) {
    let mut taken: HashSet<String> = workflow.edges.iter().map(|edge| edge.id.as_str().to_owned()).collect();
    let mut ids: HashSet<&str> = HashSet::with_capacity(workflow.edges.len());
    let mut drawn: HashSet<(&str, &str, Option<&str>)> = HashSet::with_capacity(workflow.edges.len());
    for (index, edge) in workflow.edges.iter().enumerate() {
        let remove = || {
            let title = format!("Remove the wire {} → {}", edge.from, edge.to);
            (title, Edit::RemoveEdge { edge: edge.id.clone(), index: index as u32 })
        };
        if !ids.insert(edge.id.as_str()) {
            let to = free(edge.id.as_str(), &mut taken);
            let edit = Edit::RenameEdge { index: index as u32, to: EdgeId::new(to.as_str()) };
            let message = format!("Two wires have the id `{}`.", edge.id);
            found.push(
                Diagnostic::new(Code::DuplicateEdgeId, message)
                    .edge(&edge.id)
                    .at(&["id"])
                    .fix(format!("Rename it to {to}"), edit),
            );
        }
        let mut dangles = false;
        for (end, step) in [("from", &edge.from), ("to", &edge.to)] {
            if graph.position(step.as_str()).is_some() {
                continue;
            }
            dangles = true;
            let steps = workflow.steps.iter().take(MAX_SEARCHED).map(|step| step.id.as_str());
            let hint =
                similar(step.as_str(), steps).map_or_else(String::new, |name| format!(" Did you mean `{name}`?"));
            let side = if end == "from" { "comes from" } else { "leads to" };
            let message = format!("The wire `{}` {side} the step `{step}`, which does not exist.{hint}", edge.id);
            let (title, edit) = remove();
            found.push(Diagnostic::new(Code::DanglingEdge, message).edge(&edge.id).at(&[end]).fix(title, edit));
        }
        if dangles {
            continue;
        }
        if edge.from == edge.to {
            let message =
                format!("The step `{}` waits for itself. To run it again and again, give it a loop.", edge.from);
            let (title, edit) = remove();
            found.push(
                Diagnostic::new(Code::SelfLoop, message)
                    .step(&edge.from)
                    .edge(&edge.id)
                    .steps(vec![edge.from.clone()])
                    .fix(title, edit),
            );
        } else if !drawn.insert((edge.from.as_str(), edge.to.as_str(), edge.branch.as_deref())) {
            let message = format!("There are two wires from `{}` to `{}`; one is enough.", edge.from, edge.to);
            let (title, edit) = remove();
            found.push(
                Diagnostic::new(Code::DuplicateEdge, message)
                    .edge(&edge.id)
                    .steps(vec![edge.from.clone(), edge.to.clone()])
                    .fix(title, edit),
            );
        }
    }
}

/// A name that is not taken yet: the wanted one, or with a number behind it.
fn free(wanted: &str, taken: &mut HashSet<String>) -> String {
    let name = std::iter::once(wanted.to_owned())
        .chain((2_u64..).map(|number| format!("{wanted}_{number}")))
        .find(|name| !taken.contains(name))
        .unwrap_or_default();
    taken.insert(name.clone());
    name
}

/// A name made of what is usable of a text.
fn identifier(text: &str) -> String {
    let mut name: String =
        text.trim().chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    while name.contains("__") {
        name = name.replace("__", "_");
    }
    let name = name.trim_matches('_');
    match name {
        "" => "step".to_owned(),
        name if is_identifier(name) => name.to_owned(),
        name => format!("step_{name}"),
    }
}

/// 1st, 2nd, 3rd, … for a position from 0.
fn nth(position: usize) -> String {
    let number = position + 1;
    let ending = match (number % 10, number % 100) {
        (1, last) if last != 11 => "st",
        (2, last) if last != 12 => "nd",
        (3, last) if last != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
