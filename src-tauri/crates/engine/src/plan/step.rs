//! One step made ready to run.

use std::sync::{Arc, OnceLock};

use fixedbitset::FixedBitSet;
use heddle_expr::{Expression, Template};
use heddle_model::{
    Agent, AgentId, AgentKind, AgentSource, Cache, EdgeId, Join, Loop, OnError, OnItemError, Payload, Retry, Step,
    StepId, Workflow, WorkflowRef,
};
use serde_json::Value;

use super::schema::CompiledSchema;
use super::{Plan, PlanError, StepIndex};

/// A step made ready to run.
#[derive(Debug, Clone)]
pub struct PlannedStep {
    /// Its id.
    pub id: StepId,
    /// What people call it.
    pub name: String,
    /// The agent's id, unless it is written inline.
    pub agent_id: Option<AgentId>,
    /// What does the work.
    pub agent: Arc<Agent>,
    /// The agents it may choose, if it is of kind `select`.
    pub candidates: Arc<[Arc<Agent>]>,
    /// How the work is done.
    pub body: Body,
    /// How often. None: once.
    pub repetition: Option<Arc<Repetition>>,
    /// Target field → expression. None: the merged context.
    pub mapping: Option<Vec<(String, Expression)>>,
    /// Its condition.
    pub when: Option<Expression>,
    /// When it may start.
    pub join: Join,
    /// Longest time of one attempt, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// Longest time of all attempts together, in milliseconds.
    pub step_timeout_ms: Option<u64>,
    /// How failed attempts are tried again.
    pub retry: Retry,
    /// What happens when it has failed for good.
    pub on_error: Failing,
    /// Whether answers are kept and given again.
    pub cache: Option<Cache>,
    /// The pool its attempts need a place in.
    pub pool: Option<String>,
    /// What it answers in test mode instead of calling its agent.
    pub pin: Option<Payload>,
    /// Where a debugged execution stops.
    pub breakpoint: Option<PlannedBreakpoint>,
    /// Edges that lead to it.
    pub incoming: Vec<Link>,
    /// The one step that all edges lead from. None: there are several, or none.
    pub only_before: Option<StepIndex>,
    /// When it starts, every step before it has settled: no join, its own or of one before it, goes on earlier.
    pub waits_for_all: bool,
    /// Steps that edges from it lead to.
    pub successors: Vec<StepIndex>,
    /// Edges from it that have a condition.
    pub conditions: Vec<(EdgeId, StepIndex, Expression)>,
    /// It runs only to undo other steps, or after one that does.
    pub undoes: bool,
    /// What people decide here leads somewhere when they refuse.
    pub handles_rejection: bool,
    input_schema: Arc<CompiledSchema>,
    output_schema: Arc<CompiledSchema>,
    pub(super) ancestors: OnceLock<FixedBitSet>,
}

/// How a step's work is done.
#[derive(Debug, Clone)]
pub enum Body {
    /// Its agent is called.
    Call,
    /// Another workflow is run.
    Workflow(WorkflowRef),
    /// A person is asked.
    Approval(Arc<Approval>),
}

/// What a person is asked.
#[derive(Debug)]
pub struct Approval {
    /// The question, with expressions over the step's input.
    pub message: Template,
    /// How long to wait, in milliseconds.
    pub deadline_ms: Option<u64>,
    /// Whether it counts as approved when the deadline passes.
    pub approve_on_deadline: bool,
}

/// How a step is run more than once.
#[derive(Debug)]
pub struct Repetition {
    /// Over what, or until when.
    pub kind: RepetitionKind,
    /// A plan of one step: the same without its repetition.
    pub turn: Arc<Plan>,
}

/// Over what a step is repeated, or until when.
#[derive(Debug)]
pub enum RepetitionKind {
    /// Once for each element.
    ForEach {
        /// The array.
        items: Expression,
        /// Most turns at the same time; at least 1.
        concurrency: u64,
        /// What a failed turn does to the loop.
        on_item_error: OnItemError,
    },
    /// Until a condition holds.
    Repeat {
        /// The condition.
        until: Expression,
        /// Most turns; at least 1.
        max_turns: u64,
        /// Pause between two turns, in milliseconds.
        pause_ms: u64,
    },
}

/// Where a debugged execution stops.
#[derive(Debug, Clone)]
pub struct PlannedBreakpoint {
    /// Only when this holds.
    pub when: Option<Expression>,
    /// Only at that turn of a loop.
    pub turn: Option<u64>,
}

/// An edge, seen from the step it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it comes from.
    pub from: StepIndex,
    /// The branch of `from` it belongs to.
    pub branch: Option<String>,
    /// Its id, if it has a condition of its own.
    pub edge: Option<EdgeId>,
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

pub(super) fn compile(step: &str, place: impl FnOnce() -> String, source: &str) -> Result<Expression, PlanError> {
    Expression::parse(source).map_err(|error| PlanError::Expression {
        step: step.to_owned(),
        place: place(),
        message: error.to_string(),
    })
}

impl PlannedStep {
    /// The step without its edges and its repetition.
    pub(super) fn new(step: &Step, workflow: &Workflow) -> Result<Self, PlanError> {
        let Some(agent) = workflow.agent_of(step) else {
            let agent = step.agent.id().cloned().unwrap_or_else(|| AgentId::new(""));
            return Err(PlanError::MissingAgent { step: step.id.clone(), agent });
        };
        let id = step.id.as_str();
        let mut mapping = None;
        if let Some(fields) = &step.mapping {
            let compiled = fields
                .iter()
                .map(|(field, source)| Ok((field.clone(), compile(id, || format!("mapping of `{field}`"), source)?)));
            mapping = Some(compiled.collect::<Result<Vec<_>, PlanError>>()?);
        }
        let on_error = match &step.policy.on_error {
            Some(OnError::Stop) => Failing::Stop,
            Some(OnError::Continue) => Failing::Continue,
            Some(OnError::ErrorBranch) => Failing::ErrorBranch,
            Some(OnError::Default(value)) => Failing::Default(Payload::from_value(value)),
            None if workflow.settings.stop_on_error => Failing::Stop,
            None => Failing::Continue,
        };
        let breakpoint = step.breakpoint.as_ref().filter(|breakpoint| !breakpoint.disabled);
        let name = [&step.name, &agent.name].into_iter().find(|name| !name.is_empty());
        Ok(Self {
            id: step.id.clone(),
            name: name.cloned().unwrap_or_else(|| step.id.to_string()),
            agent_id: match &step.agent {
                AgentSource::Ref(id) => Some(id.clone()),
                AgentSource::Inline(_) => None,
            },
            candidates: agent
                .candidates()
                .iter()
                .filter_map(|id| workflow.carried_agent(id).cloned().map(Arc::new))
                .collect(),
            body: Body::of(step, agent)?,
            repetition: None,
            mapping,
            when: step.when.as_deref().map(|source| compile(id, || "condition".into(), source)).transpose()?,
            join: step.join,
            timeout_ms: step.policy.timeout_ms,
            step_timeout_ms: step.policy.step_timeout_ms,
            retry: step.policy.retry.clone().unwrap_or_default(),
            on_error,
            cache: step.policy.cache.clone(),
            pool: step.policy.pool.clone().or_else(|| {
                agent.config.get("pool").and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned)
            }),
            pin: step.pin.as_ref().map(Payload::from_value),
            breakpoint: match breakpoint {
                None => None,
                Some(breakpoint) => Some(PlannedBreakpoint {
                    when: breakpoint
                        .when
                        .as_deref()
                        .map(|source| compile(id, || "breakpoint".into(), source))
                        .transpose()?,
                    turn: breakpoint.turn,
                }),
            },
            incoming: Vec::new(),
            only_before: None,
            waits_for_all: true,
            successors: Vec::new(),
            conditions: Vec::new(),
            undoes: false,
            handles_rejection: false,
            input_schema: Arc::new(CompiledSchema::new(agent.input_schema.clone())),
            output_schema: Arc::new(CompiledSchema::new(agent.output_schema.clone())),
            ancestors: OnceLock::new(),
            agent: Arc::new(agent.clone()),
        })
    }

    /// Takes the step's repetition in: one turn keeps the retries, the loop as a whole has none.
    pub(super) fn repeat(&mut self, repetition: &Loop, plan: impl FnOnce(Self) -> Plan) -> Result<(), PlanError> {
        let id = self.id.as_str();
        let kind = match repetition {
            Loop::ForEach(each) => RepetitionKind::ForEach {
                items: compile(id, || "items of the loop".into(), &each.items)?,
                concurrency: u64::from(each.concurrency.max(1)),
                on_item_error: each.on_item_error,
            },
            Loop::Repeat(repeat) => RepetitionKind::Repeat {
                until: compile(id, || "end of the loop".into(), &repeat.until)?,
                max_turns: u64::from(repeat.max_turns.max(1)),
                pause_ms: repeat.pause_ms,
            },
        };
        let mut turn = self.clone();
        turn.when = None;
        turn.on_error = Failing::Stop;
        turn.step_timeout_ms = None;
        turn.pin = None;
        (turn.incoming, turn.successors, turn.conditions) = (Vec::new(), Vec::new(), Vec::new());
        (turn.only_before, turn.waits_for_all) = (None, true);
        (turn.undoes, turn.ancestors) = (false, OnceLock::new());
        self.repetition = Some(Arc::new(Repetition { kind, turn: Arc::new(plan(turn)) }));
        self.retry.max_attempts = 1;
        self.timeout_ms = None;
        self.breakpoint = None;
        Ok(())
    }

    /// Whether steps run within it: it is a loop or a sub-workflow.
    pub const fn is_container(&self) -> bool {
        self.repetition.is_some() || matches!(self.body, Body::Workflow(_))
    }

    /// What is wrong with an input, by the agent's input schema.
    ///
    /// # Errors
    /// In words.
    pub fn check_input(&self, input: &Payload) -> Result<(), String> {
        self.input_schema.check(input)
    }

    /// What is wrong with an output, by the agent's output schema.
    ///
    /// # Errors
    /// In words.
    pub fn check_output(&self, output: &Payload) -> Result<(), String> {
        self.output_schema.check(output)
    }

    /// Whether its payloads are looked into at all.
    pub fn has_schemas(&self) -> bool {
        !self.input_schema.is_open() || !self.output_schema.is_open()
    }
}

impl Body {
    fn of(step: &Step, agent: &Agent) -> Result<Self, PlanError> {
        let wrong = |message: String| PlanError::Agent { step: step.id.clone(), message };
        match agent.kind {
            AgentKind::Workflow => match agent.workflow_ref() {
                Some(wanted) => Ok(Self::Workflow(wanted)),
                None => Err(wrong("it does not say which workflow to run".to_owned())),
            },
            AgentKind::Approval => {
                let text = |key: &str| agent.config.get(key).and_then(Value::as_str);
                let message = Template::parse(text("message").unwrap_or_default());
                Ok(Self::Approval(Arc::new(Approval {
                    message: message.map_err(|error| wrong(format!("its question cannot be read: {error}")))?,
                    deadline_ms: agent.config.get("deadline_ms").and_then(Value::as_u64),
                    approve_on_deadline: text("on_deadline") == Some("approve"),
                })))
            }
            _ => Ok(Self::Call),
        }
    }
}
