//! A workflow made ready to run: steps in topological order, expressions and schemas compiled once.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::{Arc, OnceLock};

use heddle_expr::Expression;
use heddle_model::{
    Agent, AgentId, AgentSource, OnError, OutputOptions, Payload, Retry, Settings, Step, StepId, Workflow,
};

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
    by_id: HashMap<StepId, StepIndex>,
}

/// A step made ready to run.
#[derive(Debug)]
pub struct PlannedStep {
    /// Its id.
    pub id: StepId,
    /// What people call it.
    pub name: String,
    /// The agent's id, unless it is written inline.
    pub agent_id: Option<AgentId>,
    /// What does the work.
    pub agent: Arc<Agent>,
    /// Target field → expression. None: the merged context.
    pub mapping: Option<Vec<(String, Expression)>>,
    /// Its condition.
    pub when: Option<Expression>,
    /// Longest time of one attempt, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// How failed attempts are tried again.
    pub retry: Retry,
    /// What happens when it has failed for good.
    pub on_error: Failing,
    /// Edges that lead to it.
    pub incoming: Vec<Link>,
    /// Steps that edges from it lead to.
    pub successors: Vec<StepIndex>,
    input_schema: CompiledSchema,
    output_schema: CompiledSchema,
    ancestors: OnceLock<Vec<StepIndex>>,
}

/// An edge, seen from the step it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it comes from.
    pub from: StepIndex,
    /// The branch of `from` it belongs to.
    pub branch: Option<String>,
}

/// [`OnError`] with the workflow's `stop_on_error` filled in.
#[derive(Debug, Clone)]
pub enum Failing {
    /// The execution stops.
    Stop,
    /// Steps that need this one are skipped.
    Continue,
    /// Edges of the branch `error` are followed.
    ErrorBranch,
    /// The step counts as completed with this output.
    Default(Payload),
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
    #[error("edge `{edge}` names the step `{step}`, which does not exist")]
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
    /// Makes a workflow ready to run. Its agents must be inline or carried along
    /// ([`Workflow::with_agents`]).
    ///
    /// # Errors
    /// [`PlanError`] names the first thing that keeps the workflow from running.
    pub fn new(workflow: &Workflow) -> Result<Self, PlanError> {
        let order = topological_order(workflow)?;
        let mut place = vec![0; order.len()];
        for (position, &original) in order.iter().enumerate() {
            place[original] = position;
        }
        let by_id: HashMap<StepId, StepIndex> =
            workflow.steps.iter().zip(&place).map(|(step, &position)| (step.id.clone(), position)).collect();
        let mut steps = Vec::with_capacity(order.len());
        for &original in &order {
            steps.push(PlannedStep::new(&workflow.steps[original], workflow)?);
        }
        for edge in &workflow.edges {
            let (from, to) = (by_id[&edge.from], by_id[&edge.to]);
            let link = Link { from, branch: edge.branch.clone() };
            if !steps[to].incoming.contains(&link) {
                steps[to].incoming.push(link);
                steps[from].successors.push(to);
            }
        }
        for step in &mut steps {
            step.successors.sort_unstable();
            step.successors.dedup();
        }
        let vars = Payload::from_value(&serde_json::Value::Object(workflow.variables.clone()));
        let output = compile_output(&workflow.settings.output)?;
        Ok(Self { steps, vars, settings: workflow.settings.clone(), output, by_id })
    }

    /// Where a step stands in topological order.
    pub fn index(&self, id: &str) -> Option<StepIndex> {
        self.by_id.get(id).copied()
    }

    /// Every step from which edges lead to this one, in topological order.
    pub fn ancestors(&self, step: StepIndex) -> &[StepIndex] {
        self.steps[step].ancestors.get_or_init(|| {
            let mut seen = vec![false; step];
            let mut open: Vec<StepIndex> = vec![step];
            while let Some(at) = open.pop() {
                for link in &self.steps[at].incoming {
                    if !std::mem::replace(&mut seen[link.from], true) {
                        open.push(link.from);
                    }
                }
            }
            (0..step).filter(|&index| seen[index]).collect()
        })
    }

    /// Largest output of one step, in bytes.
    pub fn max_output_bytes(&self) -> u64 {
        self.settings.output.max_bytes.unwrap_or(DEFAULT_MAX_OUTPUT_BYTES)
    }
}

impl PlannedStep {
    fn new(step: &Step, workflow: &Workflow) -> Result<Self, PlanError> {
        let Some(agent) = workflow.agent_of(step) else {
            let agent = step.agent.id().cloned().unwrap_or_else(|| AgentId::new(""));
            return Err(PlanError::MissingAgent { step: step.id.clone(), agent });
        };
        let compile = |place: &str, source: &str| {
            Expression::parse(source).map_err(|error| PlanError::Expression {
                step: step.id.to_string(),
                place: place.to_owned(),
                message: error.to_string(),
            })
        };
        let mapping = match &step.mapping {
            None => None,
            Some(fields) => Some(
                fields
                    .iter()
                    .map(|(field, source)| Ok((field.clone(), compile(&format!("mapping of `{field}`"), source)?)))
                    .collect::<Result<Vec<_>, PlanError>>()?,
            ),
        };
        let when = step.when.as_deref().map(|source| compile("condition", source)).transpose()?;
        let on_error = match &step.policy.on_error {
            Some(OnError::Stop) => Failing::Stop,
            Some(OnError::Continue) => Failing::Continue,
            Some(OnError::ErrorBranch) => Failing::ErrorBranch,
            Some(OnError::Default(value)) => Failing::Default(Payload::from_value(value)),
            None if workflow.settings.stop_on_error => Failing::Stop,
            None => Failing::Continue,
        };
        let name = [&step.name, &agent.name].into_iter().find(|name| !name.is_empty());
        Ok(Self {
            id: step.id.clone(),
            name: name.cloned().unwrap_or_else(|| step.id.to_string()),
            agent_id: match &step.agent {
                AgentSource::Ref(id) => Some(id.clone()),
                AgentSource::Inline(_) => None,
            },
            mapping,
            when,
            timeout_ms: step.policy.timeout_ms,
            retry: step.policy.retry.clone().unwrap_or_default(),
            on_error,
            incoming: Vec::new(),
            successors: Vec::new(),
            input_schema: CompiledSchema::new(agent.input_schema.clone()),
            output_schema: CompiledSchema::new(agent.output_schema.clone()),
            ancestors: OnceLock::new(),
            agent: Arc::new(agent.clone()),
        })
    }

    /// What is wrong with an input, by the agent's input schema.
    pub fn check_input(&self, input: &Payload) -> Result<(), String> {
        self.input_schema.check(input)
    }

    /// What is wrong with an output, by the agent's output schema.
    pub fn check_output(&self, output: &Payload) -> Result<(), String> {
        self.output_schema.check(output)
    }

    /// Whether its payloads are looked into at all.
    pub fn has_schemas(&self) -> bool {
        self.input_schema.schema.is_some() || self.output_schema.schema.is_some()
    }
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

/// Kahn's algorithm (A. B. Kahn, "Topological sorting of large networks", CACM 5, 1962) with the smallest step id
/// first among those that are free, so that the order depends on the document alone.
fn topological_order(workflow: &Workflow) -> Result<Vec<usize>, PlanError> {
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

/// A schema compiled at its first use; most steps of a large workflow may never run.
#[derive(Debug)]
struct CompiledSchema {
    schema: Option<serde_json::Value>,
    validator: OnceLock<Result<jsonschema::Validator, String>>,
}

impl CompiledSchema {
    fn new(schema: Option<serde_json::Value>) -> Self {
        // `true` and `{}` accept everything: no tree is built for them.
        let schema = schema
            .filter(|schema| !matches!(schema, serde_json::Value::Bool(true)))
            .filter(|schema| schema.as_object().is_none_or(|object| !object.is_empty()));
        Self { schema, validator: OnceLock::new() }
    }

    fn check(&self, payload: &Payload) -> Result<(), String> {
        const SHOWN: usize = 3;
        let Some(schema) = &self.schema else { return Ok(()) };
        let validator =
            self.validator.get_or_init(|| jsonschema::validator_for(schema).map_err(|error| error.to_string()));
        let validator = validator.as_ref().map_err(|error| format!("the schema itself is wrong: {error}"))?;
        let tree = payload.tree().map_err(|error| error.to_string())?;
        let mut errors = validator.iter_errors(&tree);
        let mut found: Vec<String> = errors
            .by_ref()
            .take(SHOWN)
            .map(|error| {
                let path = error.instance_path().to_string();
                format!("{}: {}", if path.is_empty() { "/" } else { &path }, shorten(&error.to_string()))
            })
            .collect();
        if found.is_empty() {
            return Ok(());
        }
        if errors.next().is_some() {
            found.push("and more".to_owned());
        }
        Err(found.join("; "))
    }
}

/// A message names the value that is wrong; one that holds megabytes helps nobody.
fn shorten(message: &str) -> String {
    const SHOWN: usize = 300;
    match message.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &message[..cut]),
        None => message.to_owned(),
    }
}
