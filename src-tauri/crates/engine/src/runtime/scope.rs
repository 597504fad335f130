//! What a step can see: the execution's input, the workflow's constants and the outputs of its ancestors.

use heddle_expr::{Scope, merge_context, object_of};
use heddle_model::{Failure, FailureCode, Payload};

use crate::plan::{Plan, StepIndex};

/// The payloads of an execution, by step.
#[derive(Debug)]
pub(super) struct Outputs {
    pub(super) input: Payload,
    pub(super) steps: Vec<Option<Payload>>,
}

/// What one step sees of them; `visible` holds the ancestors in topological order.
struct View<'a> {
    plan: &'a Plan,
    outputs: &'a Outputs,
    visible: &'a [StepIndex],
}

impl Scope for View<'_> {
    fn input(&self) -> &Payload {
        &self.outputs.input
    }

    fn vars(&self) -> &Payload {
        &self.plan.vars
    }

    fn step(&self, id: &str) -> Option<&Payload> {
        let index = self.plan.index(id)?;
        self.visible.binary_search(&index).ok()?;
        self.outputs.steps[index].as_ref()
    }

    fn context(&self) -> Payload {
        let ancestors = self.visible.iter().filter_map(|&index| {
            let output = self.outputs.steps[index].as_ref()?;
            Some((self.plan.steps[index].id.as_str(), output))
        });
        let parts: Vec<(&str, &Payload)> = std::iter::once(("input", &self.outputs.input)).chain(ancestors).collect();
        merge_context(&parts)
    }
}

impl Outputs {
    /// Whether the step's condition holds; a step without one always runs.
    pub(super) fn condition(&self, plan: &Plan, step: StepIndex) -> Result<bool, Failure> {
        let Some(when) = &plan.steps[step].when else { return Ok(true) };
        let view = View { plan, outputs: self, visible: plan.ancestors(step) };
        when.evaluate_bool(&view).map_err(|error| expression_failure("the condition", &error))
    }

    /// What the step's agent is given: its mapping, or else the merged context.
    pub(super) fn input_of(&self, plan: &Plan, step: StepIndex) -> Result<Payload, Failure> {
        let view = View { plan, outputs: self, visible: plan.ancestors(step) };
        match &plan.steps[step].mapping {
            None => Ok(view.context()),
            Some(fields) => evaluate_fields(fields, &view),
        }
    }

    /// The execution's output: its output mapping, or the output of the last step, or those of all last steps by id.
    pub(super) fn output(&self, plan: &Plan) -> Result<Payload, Failure> {
        if !plan.output.is_empty() {
            let visible: Vec<StepIndex> = (0..plan.steps.len()).collect();
            return evaluate_fields(&plan.output, &View { plan, outputs: self, visible: &visible });
        }
        let last = |index: &StepIndex| plan.steps[*index].successors.is_empty();
        let mut results = (0..plan.steps.len())
            .filter(last)
            .filter_map(|index| self.steps[index].clone().map(|output| (plan.steps[index].id.to_string(), output)));
        match (results.next(), results.next()) {
            (None, _) => Ok(Payload::null()),
            (Some((_, only)), None) => Ok(only),
            (Some(first), Some(second)) => {
                Ok(object_of(&[first, second].into_iter().chain(results).collect::<Vec<_>>()))
            }
        }
    }
}

fn evaluate_fields(fields: &[(String, heddle_expr::Expression)], view: &View<'_>) -> Result<Payload, Failure> {
    let values = fields
        .iter()
        .map(|(field, expression)| match expression.evaluate(view) {
            Ok(value) => Ok((field.clone(), value)),
            Err(error) => Err(expression_failure(&format!("the mapping of `{field}`"), &error)),
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    Ok(object_of(&values))
}

fn expression_failure(place: &str, error: &dyn std::error::Error) -> Failure {
    Failure::new(FailureCode::Expression, format!("{place} could not be worked out: {error}"))
}
