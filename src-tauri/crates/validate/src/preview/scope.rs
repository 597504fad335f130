//! What expressions see.

use heddle_expr::{Expression, Scope, merge_context};
use heddle_model::{Loop, Payload, Step};
use serde_json::Value;

use super::{PreviewProblem, Previewed, problem};

/// What a step sees.
pub(super) struct View<'p> {
    pub(super) previewed: &'p Previewed<'p>,
    pub(super) visible: Vec<usize>,
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
pub(super) struct InLoop<'s> {
    pub(super) scope: &'s dyn Scope,
    pub(super) item: Option<&'s Payload>,
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

/// The first turn of a loop.
pub(super) struct Turn {
    pub(super) item: Payload,
    /// Whether the answers of all turns are put into a list.
    pub(super) listed: bool,
}

/// None: it is no loop, or one without turns.
pub(super) fn first_turn(step: &Step, scope: &dyn Scope) -> Result<Option<Turn>, PreviewProblem> {
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
