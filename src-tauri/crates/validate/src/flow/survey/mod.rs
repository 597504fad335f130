//! What flows through a whole document: for every step what arrives, what is accepted and what it gives.
//!
//! `output.rs` works out what steps give, one after the other along the order, `whole.rs` what a whole workflow gives;
//! `arrival.rs` what reaches a step's agent, `scope.rs` what its expressions can look at, `error.rs` what is seen of a step
//! that failed.

mod arrival;
mod error;
mod output;
mod scope;
mod whole;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use heddle_expr::{Root, Segment};
use heddle_model::{Agent, AgentKind, CarriedWorkflow, Step, StepId, Workflow, WorkflowRef};
use serde_json::{Value, json};

use super::build::object;
use super::context::View;
use super::expression::Given;
use super::presence::Presence;
use super::report::Source;
use super::walk::{Absent, Walk};
use crate::agents::Agents;
use crate::graph::Plan;

pub(super) use arrival::{Arrival, Changes};
use output::{given, says_nothing};

/// Members that are merged into contexts, all steps of a document together; beyond that contexts are unknown.
const MOST_MERGED: usize = 400_000;

/// What a document lets flow.
pub(crate) struct Survey<'a> {
    pub(super) workflow: &'a Workflow,
    pub(super) agents: &'a Agents<'a>,
    pub(super) plan: Plan<'a>,
    pub(super) declared: bool,
    presence: Presence,
    input: Given,
    vars: Given,
    views: Vec<OnceCell<Arc<View>>>,
    input_view: Arc<View>,
    gives: Vec<OnceCell<Given>>,
    /// Output schemas made into documents, by agent.
    outputs: RefCell<HashMap<*const Agent, Given>>,
    /// The workflows that steps may run.
    carried: &'a [CarriedWorkflow],
    wholes: Wholes,
    left: Cell<usize>,
}

/// What workflows give that steps run, by id and version.
type Wholes = Rc<RefCell<HashMap<WorkflowRef, Given>>>;

impl<'a> Survey<'a> {
    /// None: steps wait for one another, so nothing flows.
    pub(crate) fn new(workflow: &'a Workflow, agents: &'a Agents<'a>, declared: bool) -> Option<Self> {
        Self::within(workflow, agents, declared, &workflow.workflows, &Rc::default())
    }

    /// The same for a workflow that another one runs. `carried`: the workflows there are; `wholes`: what is known of those.
    fn within(
        workflow: &'a Workflow,
        agents: &'a Agents<'a>,
        declared: bool,
        carried: &'a [CarriedWorkflow],
        wholes: &Wholes,
    ) -> Option<Self> {
        let plan = Plan::new(workflow)?;
        let asks =
            |step: usize| agents.of(&workflow.steps[step]).is_some_and(|agent| agent.kind == AgentKind::Approval);
        let presence = Presence::new(workflow, &plan, &asks);
        let input = match &workflow.input_schema {
            None => Given::unknown("the workflow declares no input schema"),
            Some(schema) => given(schema, "the workflow's input schema"),
        };
        let vars = workflow.variables.iter().map(|(name, value)| (name.as_str(), json!({ "const": value })));
        let vars: Vec<(&str, Value)> = vars.collect();
        let vars = object(vars.iter().map(|(name, schema)| (*name, schema, true)), Some(Value::Bool(false)));
        let input_view = Arc::new(View::new(&input.document, "input", declared));
        let steps = plan.graph.len();
        let survey = Self {
            workflow,
            agents,
            plan,
            declared,
            presence,
            input,
            vars: Given::known(Arc::new(vars)),
            views: (0..steps).map(|_| OnceCell::new()).collect(),
            input_view,
            gives: (0..steps).map(|_| OnceCell::new()).collect(),
            outputs: RefCell::default(),
            carried,
            wholes: Rc::clone(wholes),
            left: Cell::new(MOST_MERGED),
        };
        // Along the order, so that no answer waits for another one deep in the stack.
        for &step in &survey.plan.order {
            let gives = survey.work_out(step);
            let _ = survey.gives[step].set(gives);
        }
        Some(survey)
    }

    /// The position of a step.
    pub(crate) fn place(&self, id: &StepId) -> Option<usize> {
        self.plan.graph.position(id.as_str())
    }

    /// The steps a wire from a step may lead to without closing a circle; None: from the workflow's input.
    pub(crate) fn targets(&self, from: Option<usize>) -> Vec<usize> {
        let closes = |step: &usize| from.is_some_and(|from| *step == from || self.plan.comes_before(*step, from));
        (0..self.plan.graph.len()).filter(|step| !closes(step)).collect()
    }

    pub(super) fn step(&self, position: usize) -> &'a Step {
        &self.workflow.steps[position]
    }

    pub(super) fn agent(&self, position: usize) -> Option<&'a Agent> {
        self.agents.of(self.step(position))
    }

    /// What people call a step.
    pub(super) fn label(&self, position: usize) -> &'a str {
        let step = self.step(position);
        let names = [step.name.as_str(), self.agent(position).map_or("", |agent| agent.name.as_str())];
        names.into_iter().find(|name| !name.is_empty()).unwrap_or(step.id.as_str())
    }

    /// The schema of what a step's agent accepts; None: anything.
    pub(super) fn accepts(&self, position: usize) -> Option<&'a Value> {
        let agent = self.agent(position)?;
        // A workflow checks its own input, whoever runs it.
        accepted(agent).or_else(|| {
            let schema = self.workflow_of(agent)?.input_schema.as_ref()?;
            (!says_nothing(schema)).then_some(schema)
        })
    }

    /// What later steps see of a step.
    pub(super) fn gives(&self, position: usize) -> Given {
        self.gives[position].get().cloned().unwrap_or_else(|| Given::unknown("it has not been looked at"))
    }

    pub(super) fn input(&self) -> &Given {
        &self.input
    }

    pub(super) fn vars(&self) -> &Given {
        &self.vars
    }

    /// What expressions of a step may use: the input, the variables, the steps before it, nearest first.
    pub(super) fn sources(&self, position: usize) -> Vec<Source> {
        let source = |expression: String, label: &str, step: Option<StepId>, schema: &Arc<Value>| Source {
            expression,
            label: label.to_owned(),
            step,
            schema: schema.as_ref().clone(),
        };
        let mut sources = vec![source("input".to_owned(), "Workflow input", None, &self.input.document)];
        if !self.workflow.variables.is_empty() {
            sources.push(source("vars".to_owned(), "Variables", None, &self.vars.document));
        }
        for step in self.plan.ancestors(position).into_iter().rev() {
            let id = &self.step(step).id;
            let expression = Root::Step(id.clone()).to_string();
            sources.push(source(expression, self.label(step), Some(id.clone()), &self.gives(step).document));
        }
        sources
    }
}

/// What an agent accepts; None: anything.
pub(super) fn accepted(agent: &Agent) -> Option<&Value> {
    agent.input_schema.as_ref().filter(|schema| !says_nothing(schema))
}

/// Whether a schema requires a field.
pub(super) fn requires(schema: &Value, name: &str) -> bool {
    let part = Walk { document: schema, declared: true }.part(schema, &Segment::Key(name.to_owned()));
    part.absent == Absent::Never
}
