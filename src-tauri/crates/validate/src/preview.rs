//! What would flow: data through the whole graph, without calling an agent.
//!
//! Mappings, conditions and loops' elements are worked out by the very code a run uses (`heddle_expr`); agents are stood
//! in for. Which edges are followed is the rule of the engine's `scheduler/settle.rs`, for steps that do not fail.

use std::collections::HashMap;

use heddle_expr::{Expression, Scope, merge_context, object_of};
use heddle_model::{APPROVED, Agent, AgentKind, COMPENSATE, ERROR, Edge, Loop, Payload, Step, StepId, Workflow};
use serde_json::Value;

use crate::agents::Agents;
use crate::graph::Plan;
use crate::validate::Options;

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

/// What a step sees.
struct View<'p> {
    previewed: &'p Previewed<'p>,
    visible: Vec<usize>,
}

impl Scope for View<'_> {
    fn input(&self) -> &Payload {
        &self.previewed.input
    }

    fn vars(&self) -> &Payload {
        &self.previewed.vars
    }

    fn step(&self, id: &str) -> Option<&Payload> {
        let position = self.previewed.plan.graph.position(id)?;
        self.previewed.outputs.get(&position).filter(|_| self.visible.contains(&position))
    }

    fn context(&self) -> Payload {
        let ancestors = self.visible.iter().filter_map(|position| {
            Some((self.previewed.plan.graph.id(*position).as_str(), self.previewed.outputs.get(position)?))
        });
        let parts: Vec<(&str, &Payload)> = std::iter::once(("input", &self.previewed.input)).chain(ancestors).collect();
        merge_context(&parts)
    }
}

/// The same, with what the turn of a loop sees besides.
struct InLoop<'s> {
    scope: &'s dyn Scope,
    item: Option<&'s Payload>,
}

impl Scope for InLoop<'_> {
    fn input(&self) -> &Payload {
        self.scope.input()
    }

    fn vars(&self) -> &Payload {
        self.scope.vars()
    }

    fn step(&self, id: &str) -> Option<&Payload> {
        self.scope.step(id)
    }

    fn context(&self) -> Payload {
        self.scope.context()
    }

    fn item(&self) -> Option<&Payload> {
        self.item
    }

    fn index(&self) -> Option<u64> {
        self.item.map(|_| 0)
    }
}

/// What an agent's own expressions see.
struct OwnInput<'s> {
    input: &'s Payload,
    vars: &'s Payload,
}

impl Scope for OwnInput<'_> {
    fn input(&self) -> &Payload {
        self.input
    }

    fn vars(&self) -> &Payload {
        self.vars
    }

    fn step(&self, _id: &str) -> Option<&Payload> {
        None
    }

    fn context(&self) -> Payload {
        self.input.clone()
    }
}

/// The first turn of a loop.
struct Turn {
    item: Payload,
    /// Whether the answers of all turns are put into a list.
    listed: bool,
}

/// None: it is no loop, or one without turns.
fn first_turn(step: &Step, scope: &dyn Scope) -> Result<Option<Turn>, PreviewProblem> {
    match &step.repetition {
        None => Ok(None),
        Some(Loop::Repeat(_)) => Ok(Some(Turn { item: Payload::null(), listed: false })),
        Some(Loop::ForEach(each)) => {
            let place = "/loop/for_each/items";
            let items = Expression::parse(&each.items).map_err(|error| problem(place, error.to_string()))?;
            let items = items.evaluate(scope).map_err(|error| problem(place, error.to_string()))?;
            let tree = items.tree().map_err(|error| problem(place, error.to_string()))?;
            let Value::Array(elements) = tree.as_ref() else {
                return Err(problem(place, "a loop goes over an array; this is none".to_owned()));
            };
            Ok(elements.first().map(|item| Turn { item: Payload::from_value(item), listed: true }))
        }
    }
}

fn problem(path: &str, message: String) -> PreviewProblem {
    PreviewProblem { path: path.to_owned(), message, field: None }
}

/// One step of the way.
struct Walker<'w> {
    previewed: &'w Previewed<'w>,
    position: usize,
    step: &'w Step,
    agent: Option<&'w Agent>,
    recorded: &'w dyn Fn(&StepId) -> Option<Payload>,
    seed: u64,
}

impl Walker<'_> {
    /// What happens, and the branch that is followed after it.
    fn walk(&self, edges: &[&Edge], chosen: &HashMap<usize, Option<String>>) -> (StepPreview, Option<String>) {
        let step = self.step;
        let mut told =
            StepPreview { step: step.id.clone(), input: None, output: None, skipped: None, problems: Vec::new() };
        if !edges.is_empty() && !edges.iter().any(|edge| self.is_followed(edge, chosen)) {
            let aside = edges.iter().all(|edge| matches!(edge.branch.as_deref(), Some(ERROR | COMPENSATE)));
            let why = if aside { "it runs only after a failure" } else { "no branch that leads to it is taken" };
            told.skipped = Some(why.to_owned());
            return (told, None);
        }
        let scope = self.previewed.scope(self.position);
        if let Some(when) = &step.when {
            match Expression::parse(when)
                .map_err(|error| error.to_string())
                .and_then(|when| when.evaluate_bool(&scope).map_err(|error| error.to_string()))
            {
                Ok(true) => {}
                Ok(false) => {
                    told.skipped = Some("its condition does not hold".to_owned());
                    return (told, None);
                }
                Err(why) => told.problems.push(problem("/when", why)),
            }
        }
        let turn = match first_turn(step, &scope) {
            Ok(turn) => turn,
            Err(why) => {
                told.problems.push(why);
                None
            }
        };
        let item = turn.as_ref().map(|turn| &turn.item);
        let input = self.input(&InLoop { scope: &scope, item }, item, &mut told.problems);
        self.check_input(&input, &mut told.problems);
        let branch = self.branch(&input, &mut told.problems);
        told.output = self.output(&input, turn.as_ref().is_some_and(|turn| turn.listed), &mut told.problems);
        told.input = Some(input);
        (told, branch)
    }

    fn is_followed(&self, edge: &Edge, chosen: &HashMap<usize, Option<String>>) -> bool {
        let Some(from) = self.previewed.plan.graph.position(edge.from.as_str()) else { return false };
        let Some(branch) = chosen.get(&from) else { return false };
        if matches!(edge.branch.as_deref(), Some(ERROR | COMPENSATE)) && edge.branch != *branch {
            return false;
        }
        let taken = edge.branch.is_none() || edge.branch == *branch;
        taken
            && edge.when.as_ref().is_none_or(|when| {
                let scope = self.previewed.scope(from);
                let item = self.previewed.outputs.get(&from);
                let when = Expression::parse(when).ok();
                // A condition that has no value is a problem of the step it leaves; the way on is still shown.
                when.is_none_or(|when| when.evaluate_bool(&InLoop { scope: &scope, item }).unwrap_or(true))
            })
    }

    fn input(&self, scope: &dyn Scope, item: Option<&Payload>, problems: &mut Vec<PreviewProblem>) -> Payload {
        let Some(mapping) = &self.step.mapping else {
            return match (&self.step.repetition, item) {
                (Some(Loop::ForEach(_)), Some(item)) => item.clone(),
                _ => scope.context(),
            };
        };
        let mut fields = Vec::with_capacity(mapping.len());
        for (field, source) in mapping {
            let value = Expression::parse(source).map_err(|error| error.to_string());
            match value.and_then(|expression| expression.evaluate(scope).map_err(|error| error.to_string())) {
                Ok(value) => fields.push((field.clone(), value)),
                Err(message) => problems.push(PreviewProblem {
                    path: format!("/mapping/{}", escaped(field)),
                    message,
                    field: Some(field.clone()),
                }),
            }
        }
        object_of(&fields)
    }

    fn check_input(&self, input: &Payload, problems: &mut Vec<PreviewProblem>) {
        let Some(schema) = self.agent.and_then(|agent| agent.input_schema.as_ref()) else { return };
        let Ok(tree) = input.tree() else { return };
        // A schema that is none is found elsewhere.
        for breach in heddle_schema::breaches(schema, &tree).unwrap_or_default() {
            let field = breach.path.split('/').nth(1).map(|field| field.replace("~1", "/").replace("~0", "~"));
            // A field whose expression has no value is missing, too; that has been said.
            if !problems.iter().any(|one| one.field.is_some() && one.field == field) {
                problems.push(PreviewProblem { path: breach.path, message: breach.message, field });
            }
        }
    }

    /// The branch that is chosen.
    fn branch(&self, input: &Payload, problems: &mut Vec<PreviewProblem>) -> Option<String> {
        let agent = self.agent?;
        match agent.kind {
            AgentKind::Approval => Some(APPROVED.to_owned()),
            AgentKind::Condition => {
                let scope = OwnInput { input, vars: &self.previewed.vars };
                let branches = agent.config.get("branches").and_then(Value::as_array);
                for (index, branch) in branches.into_iter().flatten().enumerate() {
                    let (Some(name), Some(when)) =
                        (branch.get("name").and_then(Value::as_str), branch.get("when").and_then(Value::as_str))
                    else {
                        continue;
                    };
                    let holds = Expression::parse(when).map_err(|error| error.to_string());
                    match holds.and_then(|when| when.evaluate_bool(&scope).map_err(|error| error.to_string())) {
                        Ok(true) => return Some(name.to_owned()),
                        Ok(false) => {}
                        Err(why) => {
                            problems.push(problem(&format!("/agent/config/branches/{index}/when"), why));
                            return None;
                        }
                    }
                }
                agent.config.get("default").and_then(Value::as_str).map(str::to_owned)
            }
            _ => None,
        }
    }

    fn output(&self, input: &Payload, listed: bool, problems: &mut Vec<PreviewProblem>) -> Option<(Payload, StandIn)> {
        let agent = self.agent?;
        let passes = matches!(
            agent.kind,
            AgentKind::Transform | AgentKind::Condition | AgentKind::Wait | AgentKind::Assertion | AgentKind::Approval
        );
        if let Some(output) = (self.recorded)(&self.step.id).filter(|_| !passes) {
            return Some((output, StandIn::Recorded));
        }
        let one = match (&agent.sample, &agent.output_schema) {
            _ if passes => Some((input.clone(), StandIn::Computed)),
            (Some(sample), schema) => {
                let schema = schema.as_ref();
                let broken = schema.and_then(|schema| heddle_schema::breaches(schema, sample).ok()).unwrap_or_default();
                if let Some(breach) = broken.first() {
                    let message = format!("the agent's sample breaks its output schema: {}", breach.message);
                    problems.push(problem("/agent/sample", message));
                }
                Some((Payload::from_value(sample), StandIn::Sample))
            }
            (None, Some(schema)) => match heddle_schema::sample(schema, self.seed) {
                Ok(value) => Some((Payload::from_value(&value), StandIn::Generated)),
                Err(why) => {
                    problems.push(problem("/agent/output_schema", format!("no sample can be made: {why}")));
                    None
                }
            },
            (None, None) => None,
        };
        one.map(|(value, from)| {
            let list = || Payload::parse(format!("[{}]", value.text())).unwrap_or_else(|_| Payload::null());
            (if listed { list() } else { value.clone() }, from)
        })
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
