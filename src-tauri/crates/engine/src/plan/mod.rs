//! A workflow made ready to run: steps in topological order, expressions and schemas compiled once.

mod library;
mod order;
mod schema;
mod step;

use std::collections::HashMap;
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use heddle_expr::Expression;
use heddle_model::{
    AgentId, COMPENSATE, Join, OutputOptions, Payload, REJECTED, Settings, StepId, Workflow, WorkflowId, WorkflowRef,
};

use self::library::{Library, Shelf};
use self::order::topological_order;
use self::schema::CompiledSchema;
pub use self::step::{Approval, Body, Failing, Link, PlannedBreakpoint, PlannedStep, Repetition, RepetitionKind};

/// Largest output of one step unless the workflow says otherwise: 10 MB.
pub const DEFAULT_MAX_OUTPUT_BYTES: u64 = 10 * 1024 * 1024;

/// Index of a step in [`Plan::steps`]: its place in topological order, from 0.
pub type StepIndex = usize;

/// What the scheduler and the runtime need to know about a workflow.
#[derive(Debug)]
pub struct Plan {
    /// In topological order, ties by step id; an edge always leads to a higher index.
    pub steps: Vec<PlannedStep>,
    /// The workflow's constants, a JSON object.
    pub vars: Payload,
    /// How the whole runs.
    pub settings: Settings,
    /// Output field → expression; empty: the outputs of the last steps.
    pub output: Vec<(String, Expression)>,
    input_schema: CompiledSchema,
    by_id: HashMap<StepId, StepIndex>,
    library: Shelf,
}

/// Why a workflow cannot be run. The validator says the same, with more detail and with fixes.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Steps wait for one another.
    #[error("the steps {} form a cycle", names(.0))]
    Cycle(Vec<StepId>),
    /// Two steps have the same id.
    #[error("two steps have the id `{0}`")]
    DuplicateStep(StepId),
    /// An edge names a step that is not there.
    #[error("the wire `{edge}` names the step `{step}`, which does not exist")]
    DanglingEdge {
        /// The edge.
        edge: String,
        /// The missing step.
        step: StepId,
    },
    /// A step names an agent that is not there.
    #[error("step `{step}` uses the agent `{agent}`, which is neither in the document nor in the library")]
    MissingAgent {
        /// The step.
        step: StepId,
        /// The missing agent.
        agent: AgentId,
    },
    /// A step or the settings name a workflow that is not carried along.
    #[error("the workflow `{0}` is neither in the document nor in the library")]
    MissingWorkflow(WorkflowId),
    /// A step's agent cannot be used as it is.
    #[error("step `{step}`: {message}")]
    Agent {
        /// The step.
        step: StepId,
        /// What is wrong.
        message: String,
    },
    /// A step's id would be mistaken for a path.
    #[error("the step id `{0}` contains one of `/ [ ] ~`, which name steps inside loops and sub-workflows")]
    StepName(StepId),
    /// An expression cannot be read.
    #[error("step `{step}`, {place}: {message}")]
    Expression {
        /// The step, or empty for the workflow's output.
        step: String,
        /// Where in the step.
        place: String,
        /// What is wrong.
        message: String,
    },
}

fn names(steps: &[StepId]) -> String {
    steps.iter().map(|step| format!("`{step}`")).collect::<Vec<_>>().join(", ")
}

impl Plan {
    /// Makes a workflow ready to run. Its agents and the workflows it runs must be inline or carried along
    /// ([`Workflow::with_agents`]).
    ///
    /// # Errors
    /// [`PlanError`] names the first thing that keeps the workflow from running.
    pub fn new(workflow: &Workflow) -> Result<Self, PlanError> {
        Self::within(workflow, Shelf::Owned(Library::of(workflow)))
    }

    /// The same for a workflow that another one carries along.
    fn within(workflow: &Workflow, library: Shelf) -> Result<Self, PlanError> {
        let order = topological_order(workflow)?;
        let mut place = vec![0; order.len()];
        for (position, &original) in order.iter().enumerate() {
            place[original] = position;
        }
        let by_id: HashMap<StepId, StepIndex> =
            workflow.steps.iter().zip(&place).map(|(step, &position)| (step.id.clone(), position)).collect();
        let mut steps = Vec::with_capacity(order.len());
        for &original in &order {
            let step = &workflow.steps[original];
            if step.id.as_str().contains(['/', '[', ']', '~']) {
                return Err(PlanError::StepName(step.id.clone()));
            }
            steps.push(PlannedStep::new(step, workflow)?);
        }
        connect(&mut steps, workflow, &by_id)?;
        let wanted = steps.iter().filter_map(|step| match &step.body {
            Body::Workflow(wanted) => Some(wanted.clone()),
            _ => None,
        });
        let fallback = workflow.settings.fallback_workflow.clone().map(|id| (id, None));
        if let Some((missing, _)) = wanted.chain(fallback).find(|wanted| !library.has(wanted)) {
            return Err(PlanError::MissingWorkflow(missing));
        }
        let vars = Payload::from_value(&serde_json::Value::Object(workflow.variables.clone()));
        for (planned, &original) in steps.iter_mut().zip(&order) {
            if let Some(repetition) = &workflow.steps[original].repetition {
                planned.repeat(repetition, |turn| Self {
                    by_id: HashMap::from([(turn.id.clone(), 0)]),
                    steps: vec![turn],
                    vars: vars.clone(),
                    settings: Settings { fallback_workflow: None, ..workflow.settings.clone() },
                    output: Vec::new(),
                    input_schema: CompiledSchema::new(None),
                    library: library.clone(),
                })?;
            }
        }
        let output = compile_output(&workflow.settings.output)?;
        let input_schema = CompiledSchema::new(workflow.input_schema.clone());
        Ok(Self { steps, vars, settings: workflow.settings.clone(), output, input_schema, by_id, library })
    }

    /// The plan of a workflow this one runs.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn of(&self, wanted: &WorkflowRef) -> Result<Arc<Self>, PlanError> {
        let library = self.library.library().ok_or_else(|| PlanError::MissingWorkflow(wanted.0.clone()))?;
        library.plan(wanted)
    }

    /// What is wrong with an execution's input, by the workflow's input schema.
    ///
    /// # Errors
    /// In words.
    pub fn check_input(&self, input: &Payload) -> Result<(), String> {
        self.input_schema.check(input)
    }

    /// Where a step stands in topological order.
    pub fn index(&self, id: &str) -> Option<StepIndex> {
        self.by_id.get(id).copied()
    }

    /// Every step from which edges lead to this one, in topological order.
    pub fn ancestors(&self, step: StepIndex) -> &FixedBitSet {
        self.steps[step].ancestors.get_or_init(|| {
            let mut seen = FixedBitSet::with_capacity(step);
            let mut open: Vec<StepIndex> = vec![step];
            while let Some(at) = open.pop() {
                for link in &self.steps[at].incoming {
                    if !seen.put(link.from) {
                        match self.steps[link.from].ancestors.get() {
                            Some(before) => seen.union_with(before),
                            None => open.push(link.from),
                        }
                    }
                }
            }
            seen
        })
    }

    /// Largest output of one step, in bytes.
    pub fn max_output_bytes(&self) -> u64 {
        self.settings.output.max_bytes.unwrap_or(DEFAULT_MAX_OUTPUT_BYTES)
    }
}

/// Lays the edges between the steps.
fn connect(
    steps: &mut [PlannedStep],
    workflow: &Workflow,
    by_id: &HashMap<StepId, StepIndex>,
) -> Result<(), PlanError> {
    for edge in &workflow.edges {
        let (from, to) = (by_id[&edge.from], by_id[&edge.to]);
        let link = Link { from, branch: edge.branch.clone(), edge: edge.when.as_ref().map(|_| edge.id.clone()) };
        if steps[to].incoming.contains(&link) {
            continue;
        }
        if let Some(source) = &edge.when {
            let place = || format!("condition of the wire to `{}`", edge.to);
            let condition = step::compile(edge.from.as_str(), place, source)?;
            steps[from].conditions.push((edge.id.clone(), to, condition));
        }
        steps[from].handles_rejection |= edge.branch.as_deref() == Some(REJECTED);
        steps[to].incoming.push(link);
        steps[from].successors.push(to);
    }
    for index in 0..steps.len() {
        steps[index].successors.sort_unstable();
        steps[index].successors.dedup();
        let incoming = &steps[index].incoming;
        let undoes = !incoming.is_empty()
            && incoming.iter().all(|link| link.branch.as_deref() == Some(COMPENSATE) || steps[link.from].undoes);
        steps[index].undoes = undoes;
        if !undoes {
            // What only runs in the undoing never holds a step of the ordinary course back.
            let mut incoming = std::mem::take(&mut steps[index].incoming);
            incoming.retain(|link| link.branch.as_deref() != Some(COMPENSATE) && !steps[link.from].undoes);
            steps[index].incoming = incoming;
        }
        let incoming = &steps[index].incoming;
        let only_before =
            incoming.first().map(|link| link.from).filter(|&one| incoming.iter().all(|link| link.from == one));
        let waits_for_all = (steps[index].join == Join::All || incoming.len() <= 1)
            && incoming.iter().all(|link| steps[link.from].waits_for_all);
        (steps[index].only_before, steps[index].waits_for_all) = (only_before, waits_for_all);
    }
    Ok(())
}

fn compile_output(options: &OutputOptions) -> Result<Vec<(String, Expression)>, PlanError> {
    let Some(mapping) = &options.mapping else { return Ok(Vec::new()) };
    mapping
        .iter()
        .map(|(field, source)| match Expression::parse(source) {
            Ok(expression) => Ok((field.clone(), expression)),
            Err(error) => Err(PlanError::Expression {
                step: String::new(),
                place: format!("output field `{field}`"),
                message: error.to_string(),
            }),
        })
        .collect()
}
