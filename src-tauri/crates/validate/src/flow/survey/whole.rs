//! What a whole workflow gives: the sub-workflow a step runs, and what the document's own output mapping looks at.

use std::sync::Arc;

use heddle_expr::{Expression, Root};
use heddle_model::{Agent, COMPENSATE, OnError, Workflow};
use serde_json::{Value, json};

use super::{Rc, Survey};
use crate::flow::build::{any_of, object};
use crate::flow::expression::{Fails, Given, Typed, typed};
use crate::flow::unknown::{marked, why_unknown};

/// Workflows that run workflows that run workflows.
const DEEPEST: usize = 12;

impl<'a> Survey<'a> {
    /// The workflow an agent runs, if it runs one and that is carried along.
    pub(super) fn workflow_of(&self, agent: &Agent) -> Option<&'a Workflow> {
        let (id, version) = agent.workflow_ref()?;
        let found = self.carried.iter().find(|carried| carried.id == id && carried.version == version)?;
        Some(&found.document)
    }

    /// What the workflow gives that an agent runs.
    pub(super) fn of_workflow(&self, agent: &Agent, label: &str) -> Given {
        let unknown = || Given::unknown(format!("what the workflow gives that {label} runs is not known"));
        let (Some(wanted), Some(workflow)) = (agent.workflow_ref(), self.workflow_of(agent)) else { return unknown() };
        if let Some(known) = self.wholes.borrow().get(&wanted) {
            return known.clone();
        }
        // Every workflow within another one holds on to what is known.
        if Rc::strong_count(&self.wholes) > DEEPEST {
            return unknown();
        }
        // One that runs itself knows nothing of itself meanwhile.
        self.wholes.borrow_mut().insert(wanted.clone(), unknown());
        let agents = self.agents.inside(workflow);
        let inner = Survey::within(workflow, &agents, self.declared, self.carried, &self.wholes);
        let whole = inner.map_or_else(unknown, |inner| inner.whole());
        self.wholes.borrow_mut().insert(wanted, whole.clone());
        whole
    }

    /// What an execution of the document gives.
    fn whole(&self) -> Given {
        match &self.workflow.settings.output.mapping {
            Some(mapping) if !mapping.is_empty() => {
                let fields = mapping.iter().map(|(name, source)| {
                    let Ok(expression) = Expression::parse(source) else {
                        return (name.as_str(), marked(Value::Bool(true), "an expression cannot be read"));
                    };
                    // Without a value the execution fails, and gives nothing.
                    let Typed { schema, unknown, fails, .. } = self.typed_at_end(&expression);
                    let schema = if matches!(fails, Fails::Always(_)) { Value::Bool(false) } else { schema };
                    match unknown {
                        Some(why) if why_unknown(&schema).is_none() => (name.as_str(), marked(schema, &why)),
                        _ => (name.as_str(), schema),
                    }
                });
                let fields: Vec<(&str, Value)> = fields.collect();
                let fields = fields.iter().map(|(name, schema)| (*name, schema, true));
                Given::known(Arc::new(object(fields, Some(Value::Bool(false)))))
            }
            _ => self.of_last_steps(),
        }
    }

    /// Without a mapping: the output of the last step that has one; of several, an object of theirs.
    fn of_last_steps(&self) -> Given {
        let undoing = self.undoing();
        let last: Vec<usize> = (0..self.plan.graph.len())
            .filter(|step| !undoing[*step] && self.plan.graph.successors(*step).all(|next| undoing[next]))
            .filter(|step| self.plan.graph.position(self.step(*step).id.as_str()) == Some(*step))
            .collect();
        let sure = last.iter().all(|step| self.is_there_at_end(*step));
        let whole = |always: bool| {
            let given: Vec<(&str, Given)> =
                last.iter().map(|step| (self.step(*step).id.as_str(), self.gives(*step))).collect();
            object(given.iter().map(|(id, given)| (*id, given.document.as_ref(), always)), Some(Value::Bool(false)))
        };
        match (last.as_slice(), sure) {
            ([], _) => Given::known(Arc::new(json!({ "type": "null" }))),
            ([only], true) => self.gives(*only),
            (_, true) => Given::known(Arc::new(whole(true))),
            (several, false) => {
                let mut options: Vec<Arc<Value>> = several.iter().map(|step| self.gives(*step).document).collect();
                options.push(Arc::new(json!({ "type": "null" })));
                if several.len() > 1 {
                    options.push(Arc::new(whole(false)));
                }
                let why = "which of its last steps run is not worked out";
                Given::known(Arc::new(marked(any_of(&options), why)))
            }
        }
    }

    /// Steps that only run when others are undone.
    fn undoing(&self) -> Vec<bool> {
        let mut undoing = vec![false; self.plan.graph.len()];
        let mut incoming: Vec<Vec<(usize, bool)>> = vec![Vec::new(); undoing.len()];
        for edge in &self.workflow.edges {
            if let (Some(from), Some(to)) = (self.place(&edge.from), self.place(&edge.to)) {
                incoming[to].push((from, edge.branch.as_deref() == Some(COMPENSATE)));
            }
        }
        for &step in &self.plan.order {
            undoing[step] = !incoming[step].is_empty()
                && incoming[step].iter().all(|(from, compensates)| *compensates || undoing[*from]);
        }
        undoing
    }

    /// Whether a step has an output whenever the workflow has come to its end.
    fn is_there_at_end(&self, step: usize) -> bool {
        let goes_on = |step: usize| match &self.step(step).policy.on_error {
            Some(on_error) => matches!(on_error, OnError::Continue | OnError::ErrorBranch),
            None => !self.workflow.settings.stop_on_error,
        };
        self.presence.is_sure(step)
            && !goes_on(step)
            && !(0..self.plan.graph.len()).any(|before| self.plan.comes_before(before, step) && goes_on(before))
    }

    /// What an expression gives that sees every step: one of the output mapping.
    pub(in crate::flow) fn typed_at_end(&self, expression: &Expression) -> Typed {
        let sources = |root: &Root| match root {
            Root::Input => self.input.clone(),
            Root::Vars => self.vars.clone(),
            Root::Step(id) => match self.place(id) {
                Some(step) if self.is_there_at_end(step) => self.gives(step),
                Some(step) => match self.may_have_failed(step).or_else(|| self.undecided(step)) {
                    Some(given) => given,
                    None => Given { missing: Some(format!("`{id}` may not have run")), ..self.gives(step) },
                },
                None => Given::unknown(format!("there is no step `{id}`")),
            },
            Root::Context => Given::unknown("what all steps together give is not worked out"),
            Root::Item | Root::Index | Root::Unknown(_) => Given::unknown(format!("nothing is known of `{root}`")),
        };
        typed(&expression.shape(), &sources, self.declared)
    }
}
