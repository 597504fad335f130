//! One step of the way.

use std::collections::HashMap;

use heddle_expr::{Expression, Scope, object_of};
use heddle_model::{Agent, COMPENSATE, ERROR, Edge, Loop, Payload, Step, StepId, is_followed};

use super::scope::{InLoop, first_turn};
use super::{PreviewProblem, Previewed, StepPreview, problem};

/// One step of the way.
pub(super) struct Walker<'w> {
    pub(super) previewed: &'w Previewed<'w>,
    pub(super) position: usize,
    pub(super) step: &'w Step,
    pub(super) agent: Option<&'w Agent>,
    pub(super) recorded: &'w dyn Fn(&StepId) -> Option<Payload>,
    pub(super) seed: u64,
}

impl Walker<'_> {
    /// What happens, and the branch that is followed after it.
    pub(super) fn walk(
        &self,
        edges: &[&Edge],
        chosen: &HashMap<usize, Option<String>>,
    ) -> (StepPreview, Option<String>) {
        let step = self.step;
        let mut told =
            StepPreview { step: step.id.clone(), input: None, output: None, skipped: None, problems: Vec::new() };
        let live = edges.iter().filter(|edge| self.is_live(edge, chosen)).count();
        if !edges.is_empty() && live < step.join.needed() {
            let aside = edges.iter().all(|edge| matches!(edge.branch.as_deref(), Some(ERROR | COMPENSATE)));
            let why = match (aside, live) {
                (true, _) => "it runs only after a failure",
                (false, 0) => "no branch that leads to it is taken",
                (false, _) => "fewer of the branches that lead to it are taken than it waits for",
            };
            told.skipped = Some(why.to_owned());
            return (told, None);
        }
        let scope = self.previewed.scope(self.position);
        if let Some(when) = &step.when {
            match Expression::parse(when)
                .map_err(|error| error.to_string())
                .and_then(|when| when.evaluate_bool(&scope).map_err(|error| error.to_string()))
            {
                Ok(true) => {}
                Ok(false) => {
                    told.skipped = Some("its condition does not hold".to_owned());
                    return (told, None);
                }
                Err(why) => told.problems.push(problem("/when", why)),
            }
        }
        let turn = match first_turn(step, &scope) {
            Ok(turn) => turn,
            Err(why) => {
                told.problems.push(why);
                None
            }
        };
        let item = turn.as_ref().map(|turn| &turn.item);
        let input = self.input(&InLoop { scope: &scope, item }, item, &mut told.problems);
        self.check_input(&input, &mut told.problems);
        let branch = self.branch(&input, &mut told.problems);
        told.output = self.output(&input, turn.as_ref().is_some_and(|turn| turn.listed), &mut told.problems);
        told.input = Some(input);
        (told, branch)
    }

    fn is_live(&self, edge: &Edge, chosen: &HashMap<usize, Option<String>>) -> bool {
        let Some(from) = self.previewed.plan.graph.position(edge.from.as_str()) else { return false };
        let Some(branch) = chosen.get(&from) else { return false };
        // Nothing is undone here, and whoever is asked agrees.
        edge.branch.as_deref() != Some(COMPENSATE)
            && is_followed(edge.branch.as_deref(), branch.as_deref(), false)
            && edge.when.as_ref().is_none_or(|when| {
                let scope = self.previewed.scope_behind(from);
                let item = self.previewed.outputs.get(&from);
                let when = Expression::parse(when).ok();
                // A condition that has no value is a problem of the step it leaves; the way on is still shown.
                when.is_none_or(|when| when.evaluate_bool(&InLoop { scope: &scope, item }).unwrap_or(true))
            })
    }

    fn input(&self, scope: &dyn Scope, item: Option<&Payload>, problems: &mut Vec<PreviewProblem>) -> Payload {
        let Some(mapping) = &self.step.mapping else {
            return match (&self.step.repetition, item) {
                (Some(Loop::ForEach(_)), Some(item)) => item.clone(),
                _ => scope.context(),
            };
        };
        let mut fields = Vec::with_capacity(mapping.len());
        for (field, source) in mapping {
            let value = Expression::parse(source).map_err(|error| error.to_string());
            match value.and_then(|expression| expression.evaluate(scope).map_err(|error| error.to_string())) {
                Ok(value) => fields.push((field.clone(), value)),
                Err(message) => problems.push(PreviewProblem {
                    path: format!("/mapping/{}", escaped(field)),
                    message,
                    field: Some(field.clone()),
                }),
            }
        }
        object_of(&fields)
    }

    fn check_input(&self, input: &Payload, problems: &mut Vec<PreviewProblem>) {
        let Some(schema) = self.agent.and_then(|agent| agent.input_schema.as_ref()) else { return };
        let Ok(tree) = input.tree() else { return };
        // A schema that is none is found elsewhere.
        for breach in heddle_schema::breaches(schema, &tree).unwrap_or_default() {
            let field = breach.path.split('/').nth(1).map(|field| field.replace("~1", "/").replace("~0", "~"));
            // A field whose expression has no value is missing, too; that has been said.
            if !problems.iter().any(|one| one.field.is_some() && one.field == field) {
                problems.push(PreviewProblem { path: breach.path, message: breach.message, field });
            }
        }
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
