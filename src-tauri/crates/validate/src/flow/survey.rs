//! What flows through a whole document: for every step what arrives, what is accepted and what it gives.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::sync::Arc;

use heddle_expr::{Expression, Root, Segment};
use heddle_model::{Agent, AgentKind, Loop, OnError, OnItemError, Step, StepId, Workflow};
use indexmap::IndexMap;
use serde_json::{Value, json};

use super::context::{Giver, Merged, View, any_of, merge};
use super::document::document;
use super::expression::{Fails, Given, Lost, elements, list_of, object, typed};
use super::presence::Presence;
use super::unknown::{marked, why_unknown};
use super::walk::Walk;
use crate::agents::Agents;
use crate::graph::Plan;

/// Members that are merged into contexts, all steps of a document together; beyond that contexts are unknown.
const MOST_MERGED: usize = 400_000;

/// Largest schema a step's output may have, in nodes.
const MOST_NODES: usize = 4_000;

/// Steps among which those before another one are searched one by one.
const MOST_SEARCHED: usize = 1_000;

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
    outputs: std::cell::RefCell<HashMap<*const Agent, Given>>,
    left: Cell<usize>,
}

/// What arrives at a step.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    /// As a schema document.
    pub(super) document: Arc<Value>,
    /// Field by field.
    pub(super) fields: IndexMap<String, Field>,
    /// Those who may give further fields, nobody knows which, with the reason.
    pub(super) opaque: Vec<(Giver, String)>,
    /// Whether a mapping made it.
    pub(super) mapped: bool,
}

/// A field of what arrives.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Whose value it is made of.
    pub(super) givers: Vec<Giver>,
    /// Why it may be narrower than the document says.
    pub(super) unknown: Option<String>,
    /// Whether its expression may have no value.
    pub(super) fails: Fails,
    /// What its expression selects that is not there.
    pub(super) lost: Vec<Lost>,
}

impl<'a> Survey<'a> {
    /// None: steps wait for one another, so nothing flows.
    pub(crate) fn new(workflow: &'a Workflow, agents: &'a Agents<'a>, declared: bool) -> Option<Self> {
        let plan = Plan::new(workflow)?;
        let presence = Presence::new(workflow, &plan);
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
            outputs: Default::default(),
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
        let mut closed = from.map_or_else(Vec::new, |from| self.plan.ancestors(from));
        closed.extend(from);
        (0..self.plan.graph.len()).filter(|step| !closed.contains(step)).collect()
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
        self.agent(position).and_then(|agent| accepted(agent))
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

    fn work_out(&self, position: usize) -> Given {
        let step = self.step(position);
        let Some(agent) = self.agent(position) else {
            return Given::unknown(format!("the agent of `{}` is missing", step.id));
        };
        let mut given = self.of_agent(position, agent);
        if let Some(Loop::ForEach(each)) = &step.repetition {
            let null = Arc::new(json!({ "type": "null" }));
            let turn = match each.on_item_error {
                OnItemError::Null => any_of(&[given.document, null]),
                OnItemError::Stop | OnItemError::Omit => given.document.as_ref().clone(),
            };
            given = Given::known(Arc::new(list_of(turn)));
        }
        if let Some(OnError::Default(value)) = &step.policy.on_error {
            let default = Arc::new(json!({ "const": value }));
            given.document = Arc::new(any_of(&[given.document, default]));
        }
        // Outputs that hold whole outputs that hold whole outputs: schemas written out would double with every step.
        if size_up_to(&given.document, MOST_NODES) > MOST_NODES {
            return Given::unknown(format!("what {} gives is too large to be described", self.label(position)));
        }
        given
    }

    fn of_agent(&self, position: usize, agent: &'a Agent) -> Given {
        if let Some(schema) = &agent.output_schema
            && !says_nothing(schema)
        {
            let key = std::ptr::from_ref(agent);
            if let Some(known) = self.outputs.borrow().get(&key) {
                return known.clone();
            }
            let known = given(schema, &format!("the output schema of {}", self.label(position)));
            self.outputs.borrow_mut().insert(key, known.clone());
            return known;
        }
        match agent.kind {
            // They answer with their input.
            AgentKind::Transform | AgentKind::Condition | AgentKind::Wait | AgentKind::Assertion => {
                Given::known(self.arrival(position, &Changes::default()).document)
            }
            _ => Given::unknown(format!("{} declares no output schema", self.label(position))),
        }
    }

    fn view(&self, position: usize) -> Arc<View> {
        let made = || {
            let given = self.gives(position);
            Arc::new(View::new(&given.document, self.step(position).id.as_str(), self.declared))
        };
        Arc::clone(self.views[position].get_or_init(made))
    }

    /// What arrives at a step, as the document says or as it would be with some changes.
    pub(super) fn arrival(&self, position: usize, changes: &Changes<'_>) -> Arrival {
        let step = self.step(position);
        let mapping = match changes.mapping {
            Some(mapping) => mapping,
            None => step.mapping.as_ref(),
        };
        match (mapping, &step.repetition) {
            (Some(mapping), _) => self.mapped_arrival(position, mapping, changes),
            (None, None) => self.merged_arrival(position, changes),
            (None, Some(Loop::ForEach(_))) => {
                let item = self.source(position, &Root::Item, &OnceCell::new(), changes);
                match why_unknown(&item.document) {
                    Some(why) => unknown_arrival(why.to_owned(), false),
                    None => {
                        Arrival { document: item.document, fields: IndexMap::new(), opaque: Vec::new(), mapped: false }
                    }
                }
            }
            (None, Some(Loop::Repeat(_))) => {
                // The context at first, then what the turn before gave.
                let first = self.merged_arrival(position, changes);
                let later = self.turn(position);
                if let Some(why) = why_unknown(&later.document) {
                    return unknown_arrival(why.to_owned(), false);
                }
                Arrival { document: Arc::new(any_of(&[first.document.clone(), later.document])), ..first }
            }
        }
    }

    /// What one turn of a loop gives, as far as the agent declares it.
    fn turn(&self, position: usize) -> Given {
        match self.agent(position).and_then(|agent| agent.output_schema.as_ref()) {
            Some(schema) => given(schema, &format!("the output schema of {}", self.label(position))),
            None => Given::unknown(format!("{} declares no output schema", self.label(position))),
        }
    }

    /// What `item` is in a step.
    fn item(&self, position: usize, context: &OnceCell<Result<Merged, String>>, changes: &Changes<'_>) -> Given {
        match &self.step(position).repetition {
            None => Given::unknown("`item` is known in loops only"),
            Some(Loop::ForEach(each)) => {
                let Ok(expression) = Expression::parse(&each.items) else {
                    return Given::unknown("the expression of the loop cannot be read");
                };
                let items = self.typed(position, &expression, context, changes);
                match elements(&items, self.declared) {
                    Some(item) => Given::known(Arc::new(item)),
                    None => Given::unknown(items.unknown.unwrap_or_else(|| "the loop may go over no list".to_owned())),
                }
            }
            Some(Loop::Repeat(_)) => {
                let null = Arc::new(json!({ "type": "null" }));
                Given::known(Arc::new(any_of(&[self.turn(position).document, null])))
            }
        }
    }

    /// What a new step without a mapping would see right behind a step; None: as a first step.
    pub(super) fn arrival_behind(&self, from: Option<usize>, failed: bool) -> Arrival {
        match from {
            // It sees what the failed step saw.
            Some(from) if failed => self.merged_arrival(from, &Changes::default()),
            Some(from) => {
                self.merged_arrival(from, &Changes { behind: Some(from), instead: true, ..Changes::default() })
            }
            None => {
                let parts = [(None, Arc::clone(&self.input_view))];
                arrived(merge(&parts, &self.presence, &self.presence.first()))
            }
        }
    }

    fn mapped_arrival(&self, position: usize, mapping: &IndexMap<String, String>, changes: &Changes<'_>) -> Arrival {
        let context = OnceCell::new();
        let accepts = match changes.accepts {
            Some(accepts) => Some(accepts),
            None => self.accepts(position),
        };
        let mut schemas = Vec::with_capacity(mapping.len());
        let mut fields = IndexMap::with_capacity(mapping.len());
        for (name, source) in mapping {
            let Ok(expression) = Expression::parse(source) else {
                let why = format!("the expression of `{name}` cannot be read");
                schemas.push((name.as_str(), marked(Value::Bool(true), &why), true));
                let field = Field { givers: Vec::new(), unknown: Some(why), fails: Fails::Never, lost: Vec::new() };
                fields.insert(name.clone(), field);
                continue;
            };
            let found = self.typed(position, &expression, &context, changes);
            let givers = self.givers(position, &expression, &context, changes);
            let schema = match &found.unknown {
                Some(why) if why_unknown(&found.schema).is_none() => marked(found.schema, why),
                _ => found.schema,
            };
            // What may be missing where it is required is a matter of the schemas; where it is not, of the expression.
            let always = match &found.fails {
                Fails::Never => true,
                Fails::Maybe(_) | Fails::Always(_) => !accepts.is_some_and(|accepts| requires(accepts, name)),
            };
            if !matches!(found.fails, Fails::Always(_)) {
                schemas.push((name.as_str(), schema, always));
            }
            let field = Field { givers, unknown: found.unknown, fails: found.fails, lost: found.lost };
            fields.insert(name.clone(), field);
        }
        let fields_of = schemas.iter().map(|(name, schema, always)| (*name, schema, *always));
        let document = Arc::new(object(fields_of, Some(Value::Bool(false))));
        Arrival { document, fields, opaque: Vec::new(), mapped: true }
    }

    fn merged_arrival(&self, position: usize, changes: &Changes<'_>) -> Arrival {
        let merged = match self.context(position, changes) {
            Ok(merged) => merged,
            Err(why) => return unknown_arrival(why, false),
        };
        arrived(merged)
    }

    /// The merged context of a step.
    fn context(&self, position: usize, changes: &Changes<'_>) -> Result<Merged, String> {
        let before = self.before(position, changes);
        let mut parts: Vec<(Giver, Arc<View>)> = vec![(None, Arc::clone(&self.input_view))];
        parts.extend(before.into_iter().map(|step| {
            let failed = self.may_have_failed(step).filter(|_| !self.is_there(step, position, changes));
            let view = match failed {
                Some(failed) => Arc::new(View::new(&failed.document, self.step(step).id.as_str(), self.declared)),
                None => self.view(step),
            };
            (Some(step), view)
        }));
        let cost = parts.len() + parts.iter().map(|(_, view)| view.len()).sum::<usize>();
        match self.left.get().checked_sub(cost) {
            None => return Err("the workflow is too large to work out what every step sees".to_owned()),
            Some(left) => self.left.set(left),
        }
        let mut ways = self.presence.ways(position);
        if let Some(from) = changes.behind {
            ways = self.presence.behind(from);
        }
        Ok(merge(&parts, &self.presence, &ways))
    }

    /// The steps whose outputs a step sees, in topological order.
    pub(super) fn before(&self, position: usize, changes: &Changes<'_>) -> Vec<usize> {
        let Some(from) = changes.behind else { return self.plan.ancestors(position) };
        let mut before = self.plan.ancestors(from);
        before.push(from);
        if !changes.instead {
            before.extend(self.plan.ancestors(position));
            before.sort_unstable_by_key(|step| self.plan.rank(*step));
            before.dedup();
        }
        before
    }

    /// What an expression in a step gives.
    pub(super) fn typed(
        &self,
        position: usize,
        expression: &Expression,
        context: &OnceCell<Result<Merged, String>>,
        changes: &Changes<'_>,
    ) -> super::expression::Typed {
        let sources = |root: &Root| self.source(position, root, context, changes);
        typed(&expression.shape(), &sources, self.declared)
    }

    fn source(
        &self,
        position: usize,
        root: &Root,
        context: &OnceCell<Result<Merged, String>>,
        changes: &Changes<'_>,
    ) -> Given {
        match root {
            Root::Input => self.input.clone(),
            Root::Vars => self.vars.clone(),
            Root::Step(id) => match self.plan.graph.position(id.as_str()) {
                Some(step) => {
                    let mut given = self.gives(step);
                    if !self.comes_before(step, position, changes) {
                        return Given::unknown(format!("`{id}` does not come before"));
                    }
                    if !self.is_there(step, position, changes) {
                        if let Some(failed) = self.may_have_failed(step) {
                            return failed;
                        }
                        given.missing = Some(format!("`{id}` may not have run"));
                    }
                    given
                }
                None => Given::unknown(format!("there is no step `{id}`")),
            },
            Root::Context => match context.get_or_init(|| self.context(position, changes)) {
                Ok(merged) => Given::known(Arc::new(merged.document())),
                Err(why) => Given::unknown(why.clone()),
            },
            Root::Item => self.item(position, context, changes),
            Root::Index => Given::known(Arc::new(json!({ "type": "integer", "minimum": 0 }))),
            Root::Unknown(_) => Given::unknown(format!("nothing is known of `{root}`")),
        }
    }

    /// What is seen of a step that may have failed: its error takes the place of its output on the error branch.
    fn may_have_failed(&self, step: usize) -> Option<Given> {
        let step = self.step(step);
        let fails = step.policy.on_error == Some(OnError::ErrorBranch);
        fails.then(|| {
            Given::unknown(format!("`{}` may have failed; then its error takes the place of its output", step.id))
        })
    }

    /// Whether the output of a step can be seen; what cannot is found elsewhere, this only keeps quiet about it.
    fn comes_before(&self, step: usize, position: usize, changes: &Changes<'_>) -> bool {
        if self.plan.rank(step) >= self.plan.rank(position) && changes.behind.is_none() {
            return false;
        }
        if self.plan.graph.len() > MOST_SEARCHED || self.plan.graph.predecessors(position).any(|one| one == step) {
            return true;
        }
        self.before(position, changes).contains(&step)
    }

    pub(super) fn is_there(&self, step: usize, position: usize, changes: &Changes<'_>) -> bool {
        let ways = match changes.behind {
            Some(from) => self.presence.behind(from),
            None => self.presence.ways(position),
        };
        ways.into_iter().all(|way| self.presence.is_there(step, way))
    }

    /// Whose values an expression looks at.
    fn givers(
        &self,
        position: usize,
        expression: &Expression,
        context: &OnceCell<Result<Merged, String>>,
        changes: &Changes<'_>,
    ) -> Vec<Giver> {
        let mut givers: Vec<Giver> = Vec::new();
        let mut add = |giver| {
            if !givers.contains(&giver) {
                givers.push(giver);
            }
        };
        let items = match &self.step(position).repetition {
            Some(Loop::ForEach(each)) => Expression::parse(&each.items).ok(),
            _ => None,
        };
        let looped = expression.references().iter().any(|reference| reference.root == Root::Item);
        let over = items.iter().filter(|_| looped).flat_map(|items| items.references());
        for reference in expression.references().iter().chain(over) {
            match &reference.root {
                Root::Step(id) => self.plan.graph.position(id.as_str()).into_iter().for_each(|step| add(Some(step))),
                Root::Context => {
                    let Ok(merged) = context.get_or_init(|| self.context(position, changes)) else { continue };
                    let member = match reference.path.first() {
                        Some(Segment::Key(key)) => merged.members.get(key),
                        _ => None,
                    };
                    match (member, reference.path.is_empty()) {
                        (Some(member), _) => member.givers.iter().for_each(|giver| add(*giver)),
                        (None, false) => merged.opaque.iter().for_each(|(giver, _)| add(*giver)),
                        // The whole of it.
                        (None, true) => {
                            merged.opaque.iter().for_each(|(giver, _)| add(*giver));
                            merged.members.values().flat_map(|member| &member.givers).for_each(|giver| add(*giver));
                        }
                    }
                }
                _ => {}
            }
        }
        givers
    }

    /// What expressions of a step may use: the input, the variables, the steps before it, nearest first.
    pub(super) fn sources(&self, position: usize) -> Vec<super::report::Source> {
        let source = |expression: String, label: &str, step: Option<StepId>, schema: &Arc<Value>| {
            super::report::Source { expression, label: label.to_owned(), step, schema: schema.as_ref().clone() }
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

/// What is to be taken instead of what the document says.
#[derive(Default)]
pub(super) struct Changes<'c> {
    /// The step's mapping.
    pub(super) mapping: Option<Option<&'c IndexMap<String, String>>>,
    /// What its agent accepts.
    pub(super) accepts: Option<&'c Value>,
    /// A step it comes behind, too.
    pub(super) behind: Option<usize>,
    /// Whether it comes behind that one only.
    pub(super) instead: bool,
}

/// A merged context as what arrives.
fn arrived(merged: Merged) -> Arrival {
    let document = Arc::new(merged.document());
    let fields = merged.members.into_iter().map(|(name, member)| {
        let unknown = why_unknown(&member.schema).map(str::to_owned);
        (name, Field { givers: member.givers, unknown, fails: Fails::Never, lost: Vec::new() })
    });
    Arrival { document, fields: fields.collect(), opaque: merged.opaque, mapped: false }
}

fn unknown_arrival(why: String, mapped: bool) -> Arrival {
    Arrival {
        document: Arc::new(marked(Value::Bool(true), &why)),
        fields: IndexMap::new(),
        opaque: vec![(None, why)],
        mapped,
    }
}

/// A schema as something to look at.
pub(super) fn given(schema: &Value, what: &str) -> Given {
    match document(schema) {
        Ok(document) if says_nothing(&document) => Given::unknown(format!("{what} says nothing")),
        Ok(document) => Given::known(Arc::new(document)),
        Err(why) => Given::unknown(format!("{what} cannot be looked into: {why}")),
    }
}

/// What an agent accepts; None: anything.
pub(super) fn accepted(agent: &Agent) -> Option<&Value> {
    agent.input_schema.as_ref().filter(|schema| !says_nothing(schema))
}

fn says_nothing(schema: &Value) -> bool {
    match schema {
        Value::Bool(true) => true,
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// How many values a value is made of, counted a little further than `limit`.
fn size_up_to(value: &Value, limit: usize) -> usize {
    let mut size = 0;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        size += 1;
        if size > limit {
            break;
        }
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            _ => {}
        }
    }
    size
}

/// Whether a schema requires a field.
pub(super) fn requires(schema: &Value, name: &str) -> bool {
    let part = Walk { document: schema, declared: true }.part(schema, &Segment::Key(name.to_owned()));
    part.absent == super::walk::Absent::Never
}
