//! What would flow: data through the whole graph, without calling an agent.
//!
//! Mappings, conditions and loops' elements are worked out by the very code a run uses (`heddle_expr`); agents are stood
//! in for (`agent.rs`). Which edges are followed is asked of the model, as the engine does. `step.rs` is one step of the
//! way, `scope.rs` what its expressions see.

mod agent;
mod scope;
mod step;

use std::collections::HashMap;

use heddle_expr::{Expression, object_of};
use heddle_model::{Edge, Payload, StepId, Workflow};
use serde_json::Value;

use crate::agents::Agents;
use crate::graph::Plan;
use crate::validate::Options;
use scope::{InLoop, View, first_turn};
use step::Walker;

/// Where a step's output comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandIn {
    /// What was recorded.
    Recorded,
    /// The agent's sample.
    Sample,
    /// Made by the agent's output schema.
    Generated,
    /// Worked out, as a run would.
    Computed,
}

/// Something that does not work.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewProblem {
    /// A JSON Pointer: into the step's input (`/customer/id`), or into the step for its expressions (`/mapping/id`,
    /// `/when`).
    pub path: String,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The field of the step's input, if it is about one.
    pub field: Option<String>,
}

/// What would happen at a step.
#[derive(Debug, Clone)]
pub struct StepPreview {
    /// The step.
    pub step: StepId,
    /// What its agent would be given; of a loop, what its first turn would.
    pub input: Option<Payload>,
    /// What stands for its answer.
    pub output: Option<(Payload, StandIn)>,
    /// Why it would not run.
    pub skipped: Option<String>,
    /// What does not work.
    pub problems: Vec<PreviewProblem>,
}

/// What would flow through a document.
#[derive(Debug)]
pub struct Previewed<'a> {
    /// The input.
    pub input: Payload,
    /// Every step, in topological order.
    pub steps: Vec<StepPreview>,
    /// The execution's output, if it can be worked out.
    pub output: Option<Payload>,
    plan: Plan<'a>,
    vars: Payload,
    outputs: HashMap<usize, Payload>,
}

/// Lets an input flow through a document. `recorded`: what stands for a step's answer before all else.
///
/// None: steps wait for one another.
pub fn preview<'a>(
    workflow: &'a Workflow,
    input: Payload,
    recorded: &dyn Fn(&StepId) -> Option<Payload>,
    seed: u64,
    options: &Options<'a>,
) -> Option<Previewed<'a>> {
    let plan = Plan::new(workflow)?;
    let agents = Agents::new(workflow, options.library);
    let vars = Payload::from_value(&Value::Object(workflow.variables.clone()));
    let mut previewed = Previewed { input, steps: Vec::new(), output: None, plan, vars, outputs: HashMap::new() };
    let mut chosen: HashMap<usize, Option<String>> = HashMap::new();
    let mut incoming: HashMap<&str, Vec<&Edge>> = HashMap::new();
    for edge in &workflow.edges {
        incoming.entry(edge.to.as_str()).or_default().push(edge);
    }
    for place in 0..previewed.plan.order.len() {
        let position = previewed.plan.order[place];
        let step = &workflow.steps[position];
        let edges = incoming.get(step.id.as_str()).map_or(&[][..], Vec::as_slice);
        let agent = agents.of(step);
        let seed = seed.wrapping_mul(1_000).wrapping_add(place as u64);
        let of_step = Walker { previewed: &previewed, position, step, agent, recorded, seed };
        let (told, branch) = of_step.walk(edges, &chosen);
        if let Some((output, _)) = &told.output {
            previewed.outputs.insert(position, output.clone());
            chosen.insert(position, branch);
        } else if told.skipped.is_none() {
            // It ran; of what it gave nothing is known.
            chosen.insert(position, branch);
        }
        previewed.steps.push(told);
    }
    previewed.output = previewed.whole_output(workflow);
    Some(previewed)
}

impl Previewed<'_> {
    /// An expression of a step, worked out against this data.
    ///
    /// # Errors
    /// Why it has no value, in a sentence.
    pub fn evaluate(&self, workflow: &Workflow, step: &StepId, expression: &str) -> Result<Payload, String> {
        let position = self.plan.graph.position(step.as_str()).ok_or_else(|| format!("there is no step `{step}`"))?;
        let expression = Expression::parse(expression).map_err(|error| error.to_string())?;
        let scope = self.scope(position);
        let turn = first_turn(&workflow.steps[position], &scope).map_err(|problem| problem.message)?;
        let turn = turn.map(|turn| turn.item);
        expression.evaluate(&InLoop { scope: &scope, item: turn.as_ref() }).map_err(|error| error.to_string())
    }

    fn scope(&self, position: usize) -> View<'_> {
        View { previewed: self, visible: self.plan.ancestors(position) }
    }

    /// The same with the step's own output, for the conditions of the edges from it.
    fn scope_behind(&self, position: usize) -> View<'_> {
        let mut visible = self.plan.ancestors(position);
        visible.push(position);
        View { previewed: self, visible }
    }

    fn whole_output(&self, workflow: &Workflow) -> Option<Payload> {
        let everything = View { previewed: self, visible: self.plan.order.clone() };
        if let Some(mapping) = &workflow.settings.output.mapping {
            let fields = mapping.iter().map(|(name, source)| {
                Some((name.clone(), Expression::parse(source).ok()?.evaluate(&everything).ok()?))
            });
            return Some(object_of(&fields.collect::<Option<Vec<_>>>()?));
        }
        let last = self.plan.order.iter().filter(|step| self.plan.graph.successors(**step).next().is_none());
        let outputs: Vec<(String, Payload)> = last
            .filter_map(|step| Some((self.plan.graph.id(*step).to_string(), self.outputs.get(step)?.clone())))
            .collect();
        match outputs.as_slice() {
            [] => None,
            [(_, only)] => Some(only.clone()),
            several => Some(object_of(several)),
        }
    }
}

fn problem(path: &str, message: String) -> PreviewProblem {
    PreviewProblem { path: path.to_owned(), message, field: None }
}
