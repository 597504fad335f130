//! What the expressions of a step can look at, and whose values they are.

use std::cell::OnceCell;
use std::sync::Arc;

use heddle_expr::{Expression, Root, Segment};
use heddle_model::{Loop, OnError};
use serde_json::json;

use super::error::error_output;
use super::{Arrival, Changes, Survey};
use crate::flow::build::any_of;
use crate::flow::context::{Giver, Merged, View, merge};
use crate::flow::expression::{Given, Typed, elements, typed};
use crate::flow::presence::Way;

impl Survey<'_> {
    /// What an expression in a step gives.
    pub(in crate::flow) fn typed(
        &self,
        position: usize,
        expression: &Expression,
        context: &OnceCell<Result<Merged, String>>,
        changes: &Changes<'_>,
    ) -> Typed {
        let sources = |root: &Root| self.source(position, root, context, changes);
        typed(&expression.shape(), &sources, self.declared)
    }

    /// What an expression in the settings of a step's agent gives: it sees the step's input and the variables.
    pub(in crate::flow) fn typed_inside(&self, arrival: &Arrival, expression: &Expression) -> Typed {
        let sources = |root: &Root| match root {
            Root::Input => Given::known(Arc::clone(&arrival.document)),
            Root::Vars => self.vars.clone(),
            _ => Given::unknown(format!("nothing is known of `{root}`")),
        };
        typed(&expression.shape(), &sources, self.declared)
    }

    /// What an expression on an edge from a step gives: it sees what the step sees, and its output.
    pub(in crate::flow) fn typed_on_edge(
        &self,
        position: usize,
        branch: Option<&str>,
        expression: &Expression,
    ) -> Typed {
        let changes = Changes { behind: Some(position), branch, instead: true, ..Changes::default() };
        let context = OnceCell::new();
        let sources = |root: &Root| match root {
            Root::Item => self.seen(position, position, &changes),
            Root::Step(id) if self.place(id) == Some(position) => self.seen(position, position, &changes),
            Root::Context => self.source(position, root, &context, &Changes::default()),
            _ => self.source(position, root, &context, &changes),
        };
        typed(&expression.shape(), &sources, self.declared)
    }

    pub(super) fn source(
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
                Some(step) if !self.comes_before(step, position, changes) => {
                    Given::unknown(format!("`{id}` does not come before"))
                }
                Some(step) => self.seen(step, position, changes),
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

    /// Whose values an expression looks at.
    pub(super) fn givers(
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

    /// The merged context of a step.
    pub(super) fn context(&self, position: usize, changes: &Changes<'_>) -> Result<Merged, String> {
        let too_large = || "the workflow is too large to work out what every step sees".to_owned();
        if self.left.get() == 0 {
            return Err(too_large());
        }
        let before = self.before(position, changes);
        let mut parts: Vec<(Giver, Arc<View>)> = vec![(None, Arc::clone(&self.input_view))];
        let ways = self.ways(position, changes);
        parts.extend(before.into_iter().map(|step| {
            let view = match self.in_place_of(step, &ways) {
                Some(given) => Arc::new(View::new(&given.document, self.step(step).id.as_str(), self.declared)),
                None => self.view(step),
            };
            (Some(step), view)
        }));
        let cost = parts.len() + parts.iter().map(|(_, view)| view.len()).sum::<usize>();
        match self.left.get().checked_sub(cost) {
            None => {
                self.left.set(0);
                return Err(too_large());
            }
            Some(left) => self.left.set(left),
        }
        Ok(merge(&parts, &self.presence, &ways))
    }

    /// The steps whose outputs a step sees, in topological order.
    pub(in crate::flow) fn before(&self, position: usize, changes: &Changes<'_>) -> Vec<usize> {
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

    /// Whether the output of a step can be seen; what cannot is found elsewhere, this only keeps quiet about it.
    fn comes_before(&self, step: usize, position: usize, changes: &Changes<'_>) -> bool {
        let behind = changes.behind.is_some_and(|from| step == from || self.plan.comes_before(step, from));
        behind || !changes.instead && self.plan.comes_before(step, position)
    }

    pub(in crate::flow) fn is_there(&self, step: usize, position: usize, changes: &Changes<'_>) -> bool {
        self.ways(position, changes).into_iter().all(|way| self.presence.is_there(step, way))
    }

    /// What a step sees of one before it.
    fn seen(&self, step: usize, position: usize, changes: &Changes<'_>) -> Given {
        let ways = self.ways(position, changes);
        if let Some(given) = self.in_place_of(step, &ways) {
            return given;
        }
        let mut given = self.gives(step);
        if !ways.iter().all(|way| self.presence.is_there(step, *way)) {
            given.missing = Some(format!("`{}` may not have run", self.step(step).id));
        }
        given
    }

    /// What is seen in place of a step's output, on these ways: its error, or what nobody has agreed to yet.
    fn in_place_of(&self, step: usize, ways: &[Way]) -> Option<Given> {
        if let Some(failed) = self.may_have_failed(step) {
            if ways.iter().all(|way| self.presence.has_failed(step, *way)) {
                return Some(error_output());
            }
            if !ways.iter().all(|way| self.presence.is_there(step, *way)) {
                return Some(failed);
            }
        }
        self.undecided(step).filter(|_| !ways.iter().all(|way| self.presence.has_agreed(step, *way)))
    }

    /// The ways a step may come to run.
    fn ways(&self, position: usize, changes: &Changes<'_>) -> Vec<Way> {
        match changes.behind {
            Some(from) => self.presence.behind(from, changes.branch),
            None => self.presence.ways(position),
        }
    }

    /// What is seen of a step that may have failed: its error takes the place of its output on the error branch.
    pub(super) fn may_have_failed(&self, step: usize) -> Option<Given> {
        let step = self.step(step);
        let fails = step.policy.on_error == Some(OnError::ErrorBranch);
        fails.then(|| {
            Given::unknown(format!("`{}` may have failed; then its error takes the place of its output", step.id))
        })
    }
}
