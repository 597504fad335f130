//! The order in which steps can run.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use heddle_model::{StepId, Workflow};

use super::PlanError;

/// Kahn's algorithm (A. B. Kahn, "Topological sorting of large networks", CACM 5, 1962) with the smallest step id
/// first among those that are free, so that the order depends on the document alone.
pub(super) fn topological_order(workflow: &Workflow) -> Result<Vec<usize>, PlanError> {
    let mut index = HashMap::with_capacity(workflow.steps.len());
    for (position, step) in workflow.steps.iter().enumerate() {
        if index.insert(&step.id, position).is_some() {
            return Err(PlanError::DuplicateStep(step.id.clone()));
        }
    }
    let mut waiting = vec![0_usize; workflow.steps.len()];
    let mut leads_to = vec![Vec::new(); workflow.steps.len()];
    for edge in &workflow.edges {
        let find = |step: &StepId| {
            index
                .get(step)
                .copied()
                .ok_or_else(|| PlanError::DanglingEdge { edge: edge.id.to_string(), step: step.clone() })
        };
        let (from, to) = (find(&edge.from)?, find(&edge.to)?);
        waiting[to] += 1;
        leads_to[from].push(to);
    }
    let mut free: BinaryHeap<Reverse<(&StepId, usize)>> = BinaryHeap::new();
    let mut order = Vec::with_capacity(workflow.steps.len());
    free.extend((0..waiting.len()).filter(|&at| waiting[at] == 0).map(|at| Reverse((&workflow.steps[at].id, at))));
    while let Some(Reverse((_, at))) = free.pop() {
        order.push(at);
        for &next in &leads_to[at] {
            waiting[next] -= 1;
            if waiting[next] == 0 {
                free.push(Reverse((&workflow.steps[next].id, next)));
            }
        }
    }
    if order.len() < workflow.steps.len() {
        let stuck = (0..waiting.len()).filter(|&at| waiting[at] > 0);
        return Err(PlanError::Cycle(stuck.map(|at| workflow.steps[at].id.clone()).collect()));
    }
    Ok(order)
}
