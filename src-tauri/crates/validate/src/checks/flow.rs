//! How steps lead to one another: circles, steps on their own, branches, steps that never run.

use std::collections::{HashMap, HashSet};

use heddle_model::{APPROVED, AgentKind, COMPENSATE, ERROR, Join, OnError, REJECTED, Step, Workflow};

use crate::agents::Agents;
use crate::cycles::cycles;
use crate::diagnostic::{Code, Diagnostic, Edit, Severity};
use crate::graph::Graph;
use crate::similar::similar;

/// Edges of a cycle that are offered for removal, at most.
const MAX_FIXES: usize = 5;

pub(crate) fn check(
    workflow: &Workflow,
    graph: &Graph<'_>,
    components: &[Vec<usize>],
    agents: &Agents<'_>,
    found: &mut Vec<Diagnostic>,
) {
    circles(workflow, graph, components, found);
    alone(workflow, graph, found);
    let dead = branches(workflow, graph, agents, found);
    unhandled(workflow, found);
    unreachable(workflow, graph, components, &dead, found);
    joins(workflow, found);
}

/// Steps whose errors are sent along a branch by which no wire leaves.
fn unhandled(workflow: &Workflow, found: &mut Vec<Diagnostic>) {
    let handled: HashSet<_> = workflow
        .edges
        .iter()
        .filter(|edge| edge.branch.as_deref() == Some(ERROR))
        .map(|edge| edge.from.as_str())
        .collect();
    let sends = |step: &&Step| step.policy.on_error == Some(OnError::ErrorBranch);
    for step in workflow.steps.iter().filter(sends).filter(|step| !handled.contains(step.id.as_str())) {
        let message = format!(
            "Errors of `{}` go to its branch `error`, and no wire leaves by it: when the step fails, nobody is told.",
            step.id
        );
        found.push(Diagnostic::new(Code::UnhandledError, message).step(&step.id).at(&["policy", "on_error"]));
    }
}

/// Steps that wait for more wires than lead to them.
fn joins(workflow: &Workflow, found: &mut Vec<Diagnostic>) {
    for step in &workflow.steps {
        let Join::AtLeast(needed) = step.join else { continue };
        let into = workflow.edges.iter().filter(|edge| edge.to == step.id);
        let wires = into.map(|edge| (&edge.from, &edge.branch)).collect::<HashSet<_>>().len();
        if needed as usize > wires {
            let message =
                format!("The step `{}` never runs: it waits for {needed} wires, and {wires} lead to it.", step.id);
            found.push(Diagnostic::new(Code::UnreachableStep, message).step(&step.id).at(&["join"]));
        }
    }
}

fn circles(workflow: &Workflow, graph: &Graph<'_>, components: &[Vec<usize>], found: &mut Vec<Diagnostic>) {
    let circles = cycles(graph, components);
    if circles.is_empty() {
        return;
    }
    let mut drawn: HashMap<(&str, &str), usize> = HashMap::with_capacity(workflow.edges.len());
    for (index, edge) in workflow.edges.iter().enumerate() {
        drawn.insert((edge.from.as_str(), edge.to.as_str()), index);
    }
    for circle in circles {
        let steps: Vec<_> = circle.iter().map(|step| graph.id(*step).clone()).collect();
        let shown: Vec<_> = steps.iter().chain(steps.first()).map(|step| step.as_str()).collect();
        let message = format!(
            "These steps wait for one another: {}. To run them again and again, move them into a workflow of their own \
             and give the step that runs it a loop.",
            shown.join(" → ")
        );
        let mut edges: Vec<usize> =
            shown.windows(2).filter_map(|pair| drawn.get(&(pair[0], pair[1])).copied()).collect();
        // What was drawn last most likely closed the circle.
        edges.sort_unstable_by(|a, b| b.cmp(a));
        let mut finding = Diagnostic::new(Code::Cycle, message).steps(steps);
        finding.edge = edges.first().map(|index| workflow.edges[*index].id.clone());
        for index in edges.into_iter().take(MAX_FIXES) {
            let edge = &workflow.edges[index];
            let title = format!("Remove the wire {} → {}", edge.from, edge.to);
            finding = finding.fix(title, Edit::RemoveEdge { edge: edge.id.clone(), index: index as u32 });
        }
        found.push(finding);
    }
}

fn alone(workflow: &Workflow, graph: &Graph<'_>, found: &mut Vec<Diagnostic>) {
    if graph.len() < 2 {
        return;
    }
    for (position, step) in workflow.steps.iter().enumerate() {
        if graph.position(step.id.as_str()) == Some(position)
            && graph.predecessors(position).next().is_none()
            && graph.successors(position).next().is_none()
        {
            let message = format!("The step `{}` is connected to nothing: it runs on its own.", step.id);
            let edit = Edit::RemoveStep { step: step.id.clone(), index: position as u32 };
            let finding = Diagnostic::new(Code::DisconnectedStep, message).step(&step.id);
            found.push(finding.fix(format!("Remove the step {}", step.id), edit));
        }
    }
}

/// Checks branch names; returns which edges can never be followed.
fn branches(workflow: &Workflow, graph: &Graph<'_>, agents: &Agents<'_>, found: &mut Vec<Diagnostic>) -> Vec<bool> {
    let mut dead = vec![false; workflow.edges.len()];
    for (index, edge) in workflow.edges.iter().enumerate() {
        let (Some(branch), Some(position)) = (&edge.branch, graph.position(edge.from.as_str())) else { continue };
        let step = &workflow.steps[position];
        let always = (
            format!("Follow {} → {} always", edge.from, edge.to),
            Edit::SetBranch { edge: edge.id.clone(), branch: None },
        );
        let finding = |message: String| {
            Diagnostic::new(Code::UnknownBranch, message).step(&step.id).edge(&edge.id).at(&["branch"])
        };
        if branch == ERROR && step.policy.on_error == Some(OnError::ErrorBranch) {
            continue;
        }
        if branch == COMPENSATE {
            continue;
        }
        let kind = agents.of(step).map(|agent| agent.kind);
        let chooses = matches!(kind, Some(AgentKind::Condition | AgentKind::Approval));
        let names = match kind {
            Some(AgentKind::Condition) => condition_branches(agents, step),
            Some(AgentKind::Approval) => vec![APPROVED, REJECTED],
            _ => Vec::new(),
        };
        if names.contains(&branch.as_str()) || kind.is_none() && branch != ERROR {
            continue;
        }
        dead[index] = true;
        if branch == ERROR {
            let message = format!(
                "The wire to `{}` is for errors of `{}`, but the policy of that step does not send errors there.",
                edge.to, step.id
            );
            let mut finding = finding(message).fix(always.0, always.1);
            finding.severity = Severity::Warning;
            found.push(finding);
        } else if chooses {
            let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let message = match names.is_empty() {
                true => format!("The step `{}` has no branch `{branch}`; it has none at all.", step.id),
                false => format!("The step `{}` has no branch `{branch}`; it has {known}.", step.id),
            };
            let mut finding = finding(message);
            for name in similar(branch, names.iter().copied())
                .into_iter()
                .chain(names.iter().copied().filter(|name| names.len() == 1 && similar(branch, [*name]).is_none()))
            {
                let edit = Edit::SetBranch { edge: edge.id.clone(), branch: Some(name.to_owned()) };
                finding = finding.fix(format!("Use the branch {name}"), edit);
            }
            found.push(finding.fix(always.0, always.1));
        } else {
            let message = format!(
                "The step `{}` has no branch `{branch}`: only conditions and approvals choose between branches.",
                step.id
            );
            found.push(finding(message).fix(always.0, always.1));
        }
    }
    dead
}

/// The branches a condition can choose: those of its settings, and its default.
fn condition_branches<'a>(agents: &Agents<'a>, step: &'a Step) -> Vec<&'a str> {
    let Some(agent) = agents.of(step) else { return Vec::new() };
    let listed = agent.config.get("branches").and_then(|branches| branches.as_array()).into_iter().flatten();
    let mut names: Vec<&str> = listed.filter_map(|branch| branch.get("name")?.as_str()).collect();
    names.extend(agent.config.get("default").and_then(|name| name.as_str()));
    names
}

fn unreachable(
    workflow: &Workflow,
    graph: &Graph<'_>,
    components: &[Vec<usize>],
    dead: &[bool],
    found: &mut Vec<Diagnostic>,
) {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); graph.len()];
    for (index, edge) in workflow.edges.iter().enumerate() {
        if let (false, Some(from), Some(to)) =
            (dead[index], graph.position(edge.from.as_str()), graph.position(edge.to.as_str()))
        {
            next[from].push(to);
        }
    }
    let mut reached: Vec<bool> = (0..graph.len()).map(|step| graph.predecessors(step).next().is_none()).collect();
    let mut open: Vec<usize> = (0..graph.len()).filter(|step| reached[*step]).collect();
    while let Some(step) = open.pop() {
        for &after in &next[step] {
            if !std::mem::replace(&mut reached[after], true) {
                open.push(after);
            }
        }
    }
    // Steps of a circle are named with the circle.
    for component in components.iter().filter(|component| component.len() > 1) {
        component.iter().for_each(|step| reached[*step] = true);
    }
    for (position, step) in workflow.steps.iter().enumerate().filter(|(position, _)| !reached[*position]) {
        let before: Vec<_> = graph.predecessors(position).map(|before| graph.id(before).clone()).collect();
        let message = format!("The step `{}` never runs: nothing that leads to it can be followed.", step.id);
        found.push(Diagnostic::new(Code::UnreachableStep, message).step(&step.id).steps(before));
    }
}
