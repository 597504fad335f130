//! Edits that would make a wire fit. Each has been tried: what does not help is not offered.
//!
//! `convert.rs` has ideas for expressions, `insert.rs` tries a step put into a wire; the rest of the edits is here.

mod convert;
mod insert;

use std::sync::Arc;

use heddle_expr::{Reference, Root, Segment};
use heddle_model::StepId;
use indexmap::IndexMap;
use serde_json::{Value, json};

use super::automap::{Candidate, candidates, proposals};
use super::cache::Comparisons;
use super::document::{cut, document};
use super::expression::Fails;
use super::report::{Mode, WireVerdict};
use super::survey::{Arrival, Changes, Survey};
use super::verdict::{Judged, Said, judge};
use super::walk::{Absent, Part, Walk};
use crate::diagnostic::{Edit, Fix};
use convert::{conversions, default_value, short};

/// Fields of one step that are mended.
const FIELDS: usize = 4;

/// Repairs of one step that are offered.
const MOST: usize = 10;

/// A repair of a step's input.
pub(super) struct Repair {
    pub(super) fix: Fix,
    /// The field it mends; None: several.
    pub(super) field: Option<String>,
    /// The edge it changes; None: it is as good for every edge.
    pub(super) edge: Option<usize>,
    /// What is left to mend after it: the verdict then, and how many reasons.
    left: (WireVerdict, usize),
}

/// What would make the input of a step fit better, the likeliest first. `edges`: those that lead to it.
pub(super) fn of_step(
    survey: &Survey<'_>,
    position: usize,
    arrival: &Arrival,
    judged: &Judged,
    edges: &[usize],
    mode: Mode,
    made: &Comparisons,
) -> Vec<Repair> {
    let accepts = survey.accepts(position);
    let document = accepts.and_then(|accepts| document(accepts).ok()).map(Arc::new);
    let bench = Bench {
        survey,
        position,
        arrival,
        judged,
        edges,
        mode,
        made,
        accepts,
        document,
        candidates: candidates(survey, position),
    };
    let mut repairs = Vec::new();
    let wrong = judged.fields.iter().filter(|(_, said)| !said.reasons.is_empty());
    for (field, said) in wrong.take(FIELDS) {
        bench.field(field, said, &mut repairs);
    }
    if !arrival.mapped {
        bench.whole_mapping(&mut repairs);
    }
    repairs.sort_by_key(|repair| repair.left);
    repairs.truncate(MOST);
    repairs
}

/// Where repairs of one step are tried.
struct Bench<'b, 'a> {
    survey: &'b Survey<'a>,
    position: usize,
    arrival: &'b Arrival,
    judged: &'b Judged,
    edges: &'b [usize],
    mode: Mode,
    made: &'b Comparisons,
    accepts: Option<&'b Value>,
    /// What is accepted, to be looked into.
    document: Option<Arc<Value>>,
    candidates: Vec<Candidate>,
}

impl Bench<'_, '_> {
    fn id(&self) -> &StepId {
        &self.survey.step(self.position).id
    }

    /// Another expression for a field, as an edit that is tried.
    fn field(&self, field: &str, said: &Said, repairs: &mut Vec<Repair>) {
        let current = self.current(field);
        let wanted = self.wanted(field);
        let mut ideas: Vec<(String, String)> = Vec::new();
        if let Some(current) = &current {
            conversions(field, current, &self.given(field), &wanted, self.fails(field), &mut ideas);
        }
        let proposed = proposals(field, &wanted, &self.candidates, self.mode, self.made);
        let proposed = proposed.into_iter().filter(|one| Some(&one.expression) != current.as_ref()).take(3);
        for one in proposed.filter(|one| one.verdict != WireVerdict::Never) {
            ideas.push((format!("Map {field} from {}", one.label), one.expression));
        }
        if current.is_none()
            && let Some(default) = default_value(&wanted)
        {
            ideas.push((format!("Give {field} a fixed value: {}", short(&default)), default));
        }
        for (title, expression) in ideas {
            match self.arrival.mapped {
                true => self.try_expression(title, field, expression, repairs),
                false => self.try_transform(title, field, expression, repairs),
            }
        }
        if said.reasons.iter().any(|reason| reason.keyword == "required") {
            self.try_optional(field, repairs);
        }
    }

    /// The expression that gives a field now; None: nothing does.
    fn current(&self, field: &str) -> Option<String> {
        if let Some(mapping) = &self.survey.step(self.position).mapping {
            return mapping.get(field).cloned();
        }
        let givers = &self.arrival.fields.get(field)?.givers;
        let root = match givers.as_slice() {
            [Some(step)] => Root::Step(self.survey.step(*step).id.clone()),
            [None] => Root::Input,
            _ => Root::Context,
        };
        Some(Reference { root, path: vec![Segment::Key(field.to_owned())] }.to_string())
    }

    fn fails(&self, field: &str) -> bool {
        self.arrival.fields.get(field).is_some_and(|field| field.fails != Fails::Never)
            || self.part(field).absent == Absent::Sometimes
    }

    fn part(&self, field: &str) -> Part {
        let walk = Walk { document: &self.arrival.document, declared: true };
        walk.part(&self.arrival.document, &Segment::Key(field.to_owned()))
    }

    /// What arrives at a field.
    fn given(&self, field: &str) -> Value {
        cut(&self.arrival.document, &self.part(field).schema)
    }

    /// What is accepted at a field.
    fn wanted(&self, field: &str) -> Value {
        let Some(document) = &self.document else { return Value::Bool(true) };
        let part = Walk { document, declared: true }.part(document, &Segment::Key(field.to_owned()));
        cut(document, &part.schema)
    }

    /// Offers an edit, if what would arrive after it is judged better.
    fn offer(
        &self,
        after: &Judged,
        (title, edit): (String, Edit),
        field: Option<&str>,
        edge: Option<usize>,
        repairs: &mut Vec<Repair>,
    ) {
        let left = (after.verdict, after.reasons().count());
        let before = |name: &String| self.judged.fields.get(name).map_or(WireVerdict::Always, |said| said.verdict);
        let helps = left < (self.judged.verdict, self.judged.reasons().count())
            && after.fields.iter().all(|(name, said)| said.verdict <= before(name));
        if helps && !repairs.iter().any(|own| own.fix.edit == edit) {
            repairs.push(Repair { fix: Fix { title, edit }, field: field.map(str::to_owned), edge, left });
        }
    }

    fn try_expression(&self, title: String, field: &str, expression: String, repairs: &mut Vec<Repair>) {
        let Some(mapping) = &self.survey.step(self.position).mapping else { return };
        let mut changed = mapping.clone();
        changed.insert(field.to_owned(), expression.clone());
        let changes = Changes { mapping: Some(Some(&changed)), ..Changes::default() };
        let edit = Edit::SetMappingField { step: self.id().clone(), field: field.to_owned(), expression };
        self.offer(&self.judged(&changes), (title, edit), Some(field), None, repairs);
    }

    fn judged(&self, changes: &Changes<'_>) -> Judged {
        let arrival = self.survey.arrival(self.position, changes);
        judge(&arrival, changes.accepts.or(self.accepts), self.mode, self.made)
    }

    /// The agent no longer requires the field.
    fn try_optional(&self, field: &str, repairs: &mut Vec<Repair>) {
        let Some(Value::Object(accepts)) = self.accepts else { return };
        let Some(Value::Array(required)) = accepts.get("required") else { return };
        let kept: Vec<&Value> = required.iter().filter(|name| name.as_str() != Some(field)).collect();
        if kept.len() == required.len() {
            return;
        }
        let mut changed = accepts.clone();
        if kept.is_empty() {
            changed.shift_remove("required");
        } else {
            changed.insert("required".to_owned(), json!(kept));
        }
        let changed = Value::Object(changed);
        let after = self.judged(&Changes { accepts: Some(&changed), ..Changes::default() });
        let title = format!("Make {field} optional in {}", self.survey.label(self.position));
        let edit = Edit::SetInputSchema { step: self.id().clone(), schema: changed };
        self.offer(&after, (title, edit), Some(field), None, repairs);
    }

    /// A mapping in place of the merged context: what fits as it is, and for the rest what is likeliest.
    fn whole_mapping(&self, repairs: &mut Vec<Repair>) {
        let Some(document) = &self.document else { return };
        let walk = Walk { document, declared: true };
        let mut mapping = IndexMap::new();
        for field in walk.names(document) {
            let required = walk.part(document, &Segment::Key(field.clone())).absent == Absent::Never;
            let broken = self.judged.fields.get(&field).is_some_and(|said| !said.reasons.is_empty());
            let there = self.part(&field).absent == Absent::Never;
            let expression = match self.current(&field) {
                Some(current) if there && !broken => Some(current),
                current => {
                    let wanted = self.wanted(&field);
                    let best = proposals(&field, &wanted, &self.candidates, self.mode, self.made)
                        .into_iter()
                        .find(|one| one.verdict == WireVerdict::Always)
                        .map(|one| one.expression);
                    let mut ideas = Vec::new();
                    if let Some(current) = &current {
                        conversions(&field, current, &self.given(&field), &wanted, self.fails(&field), &mut ideas);
                    }
                    best.or_else(|| ideas.into_iter().next().map(|(_, expression)| expression)).filter(|_| required)
                }
            };
            if let Some(expression) = expression {
                mapping.insert(field, expression);
            }
        }
        let changes = Changes { mapping: Some(Some(&mapping)), ..Changes::default() };
        let after = self.judged(&changes);
        if !mapping.is_empty() {
            let title = format!("Map the fields of {} one by one", self.survey.label(self.position));
            let edit = Edit::SetMapping { step: self.id().clone(), mapping: Some(mapping) };
            self.offer(&after, (title, edit), None, None, repairs);
        }
    }
}
