//! What a step gives to those behind it.

use std::sync::Arc;

use heddle_model::{Agent, AgentKind, Loop, OnError, OnItemError};
use serde_json::{Value, json};

use super::{Changes, Survey};
use crate::flow::build::{any_of, list_of};
use crate::flow::context::View;
use crate::flow::document::document;
use crate::flow::expression::Given;
use crate::flow::unknown::why_unknown;

/// Agents that choose agents that choose agents.
const DEEPEST_CHOICE: usize = 4;

/// Largest schema a step's output may have, in nodes.
const MOST_NODES: usize = 4_000;

impl<'a> Survey<'a> {
    pub(super) fn work_out(&self, position: usize) -> Given {
        let step = self.step(position);
        let Some(agent) = self.agent(position) else {
            return Given::unknown(format!("the agent of `{}` is missing", step.id));
        };
        let mut given = self.of_agent(position, agent, 0);
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

    /// `within`: how many agents chose this one.
    fn of_agent(&self, position: usize, agent: &'a Agent, within: usize) -> Given {
        if let Some(schema) = &agent.output_schema
            && !says_nothing(schema)
        {
            let key = std::ptr::from_ref(agent);
            if let Some(known) = self.outputs.borrow().get(&key) {
                return known.clone();
            }
            let known = given(schema, &format!("the output schema of {}", name_of(agent, self.label(position))));
            self.outputs.borrow_mut().insert(key, known.clone());
            return known;
        }
        match agent.kind {
            // They answer with their input.
            AgentKind::Transform | AgentKind::Condition | AgentKind::Wait | AgentKind::Assertion => {
                Given::known(self.arrival(position, &Changes::default()).document)
            }
            AgentKind::Workflow => self.of_workflow(agent, self.label(position)),
            AgentKind::Select => self.of_candidates(position, agent, within),
            AgentKind::Approval => self.of_approval(position, agent),
            _ => Given::unknown(format!("{} declares no output schema", name_of(agent, self.label(position)))),
        }
    }

    /// What one of several agents gives, nobody knows which.
    fn of_candidates(&self, position: usize, agent: &'a Agent, within: usize) -> Given {
        let label = self.label(position);
        let candidates = agent.candidates();
        if candidates.is_empty() || within >= DEEPEST_CHOICE {
            return Given::unknown(format!("{label} names no agents to choose from"));
        }
        let mut options: Vec<Arc<Value>> = Vec::with_capacity(candidates.len());
        for id in candidates {
            let Some(candidate) = self.agents.get(&id) else {
                return Given::unknown(format!("the agent `{id}` that {label} may choose is missing"));
            };
            let given = self.of_agent(position, candidate, within + 1);
            if let Some(why) = why_unknown(&given.document) {
                return Given::unknown(why);
            }
            if !options.contains(&given.document) {
                options.push(given.document);
            }
        }
        Given::known(Arc::new(any_of(&options)))
    }

    /// What a person lets through who agrees: what was asked about, or what the form allows in its place.
    fn of_approval(&self, position: usize, agent: &'a Agent) -> Given {
        let asked = || self.arrival(position, &Changes::default()).document;
        let Some(form) = agent.config.get("form").filter(|form| !form.is_null() && !says_nothing(form)) else {
            return Given::known(asked());
        };
        let form = given(form, &format!("the form of {}", self.label(position)));
        // When nobody decides in time, the data goes on as it is.
        let lapses = agent.config.get("deadline_ms").is_some_and(|until| !until.is_null())
            && agent.config.get("on_deadline").and_then(Value::as_str) == Some("approve");
        if lapses { Given::known(Arc::new(any_of(&[form.document, asked()]))) } else { form }
    }

    /// What is seen of an approval where it is not known that whoever was asked agreed.
    pub(super) fn undecided(&self, position: usize) -> Option<Given> {
        let agent = self.agent(position).filter(|agent| agent.kind == AgentKind::Approval)?;
        let declared = agent.output_schema.as_ref().is_some_and(|schema| !says_nothing(schema));
        let form = agent.config.get("form").is_some_and(|form| !form.is_null() && !says_nothing(form));
        (form && !declared).then(|| {
            let asked = self.arrival(position, &Changes::default()).document;
            Given::known(Arc::new(any_of(&[self.gives(position).document, asked])))
        })
    }

    /// What one turn of a loop gives, as far as the agent declares it.
    pub(super) fn turn(&self, position: usize) -> Given {
        match self.agent(position).and_then(|agent| agent.output_schema.as_ref()) {
            Some(schema) => given(schema, &format!("the output schema of {}", self.label(position))),
            None => Given::unknown(format!("{} declares no output schema", self.label(position))),
        }
    }

    pub(super) fn view(&self, position: usize) -> Arc<View> {
        let made = || {
            let given = self.gives(position);
            Arc::new(View::new(&given.document, self.step(position).id.as_str(), self.declared))
        };
        Arc::clone(self.views[position].get_or_init(made))
    }
}

/// What people call an agent; without a name of its own that of the step.
fn name_of<'n>(agent: &'n Agent, label: &'n str) -> &'n str {
    if agent.name.is_empty() { label } else { &agent.name }
}

/// A schema as something to look at.
pub(super) fn given(schema: &Value, what: &str) -> Given {
    match document(schema) {
        Ok(document) if says_nothing(&document) => Given::unknown(format!("{what} says nothing")),
        Ok(document) => Given::known(Arc::new(document)),
        Err(why) => Given::unknown(format!("{what} cannot be looked into: {why}")),
    }
}

pub(super) fn says_nothing(schema: &Value) -> bool {
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
