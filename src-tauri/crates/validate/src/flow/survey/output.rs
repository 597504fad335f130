//! What a step gives to those behind it.

use std::sync::Arc;

use heddle_model::{Agent, AgentKind, Loop, OnError, OnItemError};
use serde_json::{Value, json};

use super::{Changes, Survey};
use crate::flow::build::{any_of, list_of};
use crate::flow::context::View;
use crate::flow::document::document;
use crate::flow::expression::Given;

/// Largest schema a step's output may have, in nodes.
const MOST_NODES: usize = 4_000;

impl<'a> Survey<'a> {
    pub(super) fn work_out(&self, position: usize) -> Given {
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
