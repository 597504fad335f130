//! What a step can see: the input, the constants and the outputs of its ancestors, within the plan it belongs to; in a
//! loop the element and its number as well.

use std::cell::RefCell;
use std::collections::HashMap;

use heddle_expr::{Expression, Scope, merge_context, object_of};
use heddle_model::{Failure, FailureCode, Payload};

use crate::plan::{Plan, StepIndex};
use crate::scheduler::{FrameIndex, FrameKind, ROOT, RunState, Slot};

/// The payloads of an execution.
#[derive(Debug)]
pub(super) struct Outputs {
    /// The execution's input.
    input: Payload,
    /// By step.
    steps: Vec<Option<Payload>>,
    /// What a sub-workflow was given, by the step that runs it; the elements of a for-each loop, by the loop.
    opened: HashMap<Slot, Opened>,
    /// What the fallback workflow was given.
    fallback: Option<Payload>,
    after: RefCell<After>,
}

/// Contexts that were merged last, by the one step they come right after. What comes after the next step of a chain is
/// that and one output more; merged from all outputs, a chain would take the square of its length.
#[derive(Debug, Default)]
struct After([Option<(Slot, Payload)>; After::ROOM]);

impl After {
    /// So many branches side by side find theirs again.
    const ROOM: usize = 4;
    /// Larger ones are merged anew: most of that is copying.
    const MOST_BYTES: usize = 16 * 1024;

    fn get(&self, slot: Slot) -> Option<Payload> {
        let (of, context) = self.0[slot % Self::ROOM].as_ref()?;
        (*of == slot).then(|| context.clone())
    }

    fn put(&mut self, slot: Slot, context: &Payload) {
        if context.len() <= Self::MOST_BYTES {
            self.0[slot % Self::ROOM] = Some((slot, context.clone()));
        }
    }
}

/// What an open step works on.
#[derive(Debug)]
pub(super) enum Opened {
    /// The elements of a for-each loop.
    Items(Vec<Payload>),
    /// The input of a sub-workflow, or of a repeating step's first turn.
    Input(Payload),
}

/// What one step sees of them.
pub(super) struct View<'a> {
    plan: &'a Plan,
    outputs: &'a Outputs,
    base: Slot,
    /// The step that sees its ancestors. None: everything is seen.
    step: Option<StepIndex>,
    input: &'a Payload,
    item: Option<Payload>,
    index: Option<u64>,
    /// The step's own output, for the conditions of the edges from it.
    own: Option<(StepIndex, Payload)>,
}

impl Scope for View<'_> {
    fn input(&self) -> &Payload {
        self.input
    }

    fn vars(&self) -> &Payload {
        &self.plan.vars
    }

    fn step(&self, id: &str) -> Option<&Payload> {
        let index = self.plan.index(id)?;
        if let Some((own, output)) = &self.own
            && *own == index
        {
            return Some(output);
        }
        let visible = self.step.is_none_or(|step| self.plan.ancestors(step).contains(index));
        visible.then(|| self.outputs.of(self.base + index))?
    }

    fn context(&self) -> Payload {
        let Some(step) = self.step else { return self.merged(0..self.plan.steps.len()) };
        let planned = &self.plan.steps[step];
        let context = match planned.only_before {
            Some(before) if planned.waits_for_all => self.after(before),
            _ => return self.merged(self.plan.ancestors(step).ones()),
        };
        debug_assert_eq!(context, self.merged(self.plan.ancestors(step).ones()), "a context merged step by step");
        context
    }

    fn item(&self) -> Option<&Payload> {
        self.item.as_ref()
    }

    fn index(&self) -> Option<u64> {
        self.index
    }
}

impl View<'_> {
    /// The input, and the outputs of those steps.
    fn merged(&self, steps: impl Iterator<Item = StepIndex>) -> Payload {
        let outputs = steps.filter_map(|index| Some((self.id(index), self.outputs.of(self.base + index)?)));
        let parts: Vec<(&str, &Payload)> = std::iter::once(("input", self.input)).chain(outputs).collect();
        merge_context(&parts)
    }

    /// What a step sees that comes after this one alone. Everything before it has settled, so that stays.
    fn after(&self, last: StepIndex) -> Payload {
        let known = |step: StepIndex| self.outputs.after.borrow().get(self.base + step);
        if let Some(known) = known(last) {
            return known;
        }
        let before = self.plan.steps[last].only_before.and_then(known);
        let context = match (before, self.outputs.of(self.base + last)) {
            (Some(before), Some(output)) => merge_context(&[("", &before), (self.id(last), output)]),
            (Some(before), None) => before,
            (None, _) => self.merged(self.plan.ancestors(last).ones().chain([last])),
        };
        self.outputs.after.borrow_mut().put(self.base + last, &context);
        context
    }

    fn id(&self, step: StepIndex) -> &str {
        self.plan.steps[step].id.as_str()
    }

    /// The same with something as `item`.
    pub(super) fn with_item(self, item: Payload) -> Self {
        Self { item: Some(item), ..self }
    }

    /// The same with the step's own output, also as `item`.
    pub(super) fn with_own(self, step: StepIndex, output: &Payload) -> Self {
        Self { item: Some(output.clone()), own: Some((step, output.clone())), ..self }
    }
}

impl Outputs {
    pub(super) fn new(input: Payload) -> Self {
        Self { input, steps: Vec::new(), opened: HashMap::new(), fallback: None, after: RefCell::default() }
    }

    pub(super) fn set(&mut self, slot: Slot, output: Option<Payload>) {
        if self.steps.len() <= slot {
            self.steps.resize(slot + 1, None);
        }
        self.steps[slot] = output;
    }

    pub(super) fn of(&self, slot: Slot) -> Option<&Payload> {
        self.steps.get(slot)?.as_ref()
    }

    /// What a person is asked about.
    pub(super) fn opened_input(&self, slot: Slot) -> Option<Payload> {
        match self.opened.get(&slot)? {
            Opened::Input(input) => Some(input.clone()),
            Opened::Items(_) => None,
        }
    }

    pub(super) fn open(&mut self, slot: Slot, what: Opened) {
        self.opened.insert(slot, what);
    }

    /// The input of the plan a step belongs to.
    fn frame_input<'a>(&'a self, state: &RunState, frame: FrameIndex) -> &'a Payload {
        let frame = &state.frames[frame];
        let given = match (frame.kind, frame.owner) {
            (FrameKind::Fallback, _) => self.fallback.as_ref(),
            (FrameKind::Workflow, Some(owner)) => match self.opened.get(&owner) {
                Some(Opened::Input(input)) => Some(input),
                _ => None,
            },
            _ => None,
        };
        given.unwrap_or(&self.input)
    }

    /// What a step sees.
    pub(super) fn view<'a>(&'a self, state: &'a RunState, slot: Slot) -> View<'a> {
        let frame = state.frame_of(slot);
        if let (FrameKind::Turn(turn), Some(owner)) = (frame.kind, frame.owner) {
            let item = match self.opened.get(&owner) {
                Some(Opened::Items(items)) => items.get(turn as usize).cloned(),
                _ if turn == 0 => Some(Payload::null()),
                _ => self.turn_output(state, owner, turn - 1).cloned(),
            };
            return View { item, index: Some(turn), ..self.view(state, owner) };
        }
        View {
            plan: &frame.plan,
            outputs: self,
            base: frame.base,
            step: Some(slot - frame.base),
            input: self.frame_input(state, state.steps[slot].frame),
            item: None,
            index: None,
            own: None,
        }
    }

    /// What a turn of a loop gave.
    pub(super) fn turn_output(&self, state: &RunState, owner: Slot, turn: u64) -> Option<&Payload> {
        let container = state.steps[owner].container.as_ref()?;
        let frame = *container.frames.get(turn as usize)?;
        self.of(state.frames[frame].base)
    }

    /// Whether the step's condition holds; a step without one always runs.
    pub(super) fn condition(&self, state: &RunState, slot: Slot) -> Result<bool, Failure> {
        let Some(when) = &state.planned(slot).when else { return Ok(true) };
        when.evaluate_bool(&self.view(state, slot)).map_err(|error| expression_failure("the condition", &error))
    }

    /// What the step's agent is given: its mapping, or else the element of the loop, or else the merged context.
    pub(super) fn input_of(&self, state: &RunState, slot: Slot) -> Result<Payload, Failure> {
        let view = self.view(state, slot);
        match &state.planned(slot).mapping {
            Some(fields) => evaluate_fields(fields, &view),
            None => match (view.index, &view.item) {
                (Some(0), _) if !self.is_for_each(state, slot) => Ok(view.context()),
                (_, Some(item)) => Ok(item.clone()),
                _ => Ok(view.context()),
            },
        }
    }

    fn is_for_each(&self, state: &RunState, slot: Slot) -> bool {
        let owner = state.frame_of(slot).owner;
        owner.is_some_and(|owner| matches!(self.opened.get(&owner), Some(Opened::Items(_))))
    }

    /// The output of a plan being run: its output mapping, or the output of the last step, or those of all last steps
    /// by id.
    pub(super) fn output(&self, state: &RunState, index: FrameIndex) -> Result<Payload, Failure> {
        let frame = &state.frames[index];
        let plan = &frame.plan;
        if !plan.output.is_empty() {
            let (base, input) = (frame.base, self.frame_input(state, index));
            let view = View { plan, outputs: self, base, step: None, input, item: None, index: None, own: None };
            return evaluate_fields(&plan.output, &view);
        }
        let last = |index: &StepIndex| {
            let planned = &plan.steps[*index];
            !planned.undoes && planned.successors.iter().all(|&next| plan.steps[next].undoes)
        };
        let mut results = (0..plan.steps.len()).filter(last).filter_map(|index| {
            self.of(frame.base + index).map(|output| (plan.steps[index].id.to_string(), output.clone()))
        });
        match (results.next(), results.next()) {
            (None, _) => Ok(Payload::null()),
            (Some((_, only)), None) => Ok(only),
            (Some(first), Some(second)) => {
                Ok(object_of(&[first, second].into_iter().chain(results).collect::<Vec<_>>()))
            }
        }
    }

    /// Makes the input of the fallback workflow: what failed, why, and all that was known.
    pub(super) fn open_fallback(&mut self, state: &RunState, failure: &Failure, step: Option<&str>) {
        let outputs: Vec<(String, Payload)> = (0..state.plan.steps.len())
            .filter_map(|slot| Some((state.plan.steps[slot].id.to_string(), self.of(slot)?.clone())))
            .collect();
        let text = |value: serde_json::Value| Payload::from_value(&value);
        self.fallback = Some(object_of(&[
            ("input".to_owned(), self.frame_input(state, ROOT).clone()),
            ("error".to_owned(), text(serde_json::json!(failure))),
            ("failed_step".to_owned(), text(serde_json::json!(step))),
            ("outputs".to_owned(), object_of(&outputs)),
        ]));
    }
}

fn evaluate_fields(fields: &[(String, Expression)], view: &View<'_>) -> Result<Payload, Failure> {
    let values = fields
        .iter()
        .map(|(field, expression)| match expression.evaluate(view) {
            Ok(value) => Ok((field.clone(), value)),
            Err(error) => Err(expression_failure(&format!("the mapping of `{field}`"), &error)),
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    Ok(object_of(&values))
}

pub(super) fn expression_failure(place: &str, error: &dyn std::error::Error) -> Failure {
    Failure::new(FailureCode::Expression, format!("{place} could not be worked out: {error}"))
}
