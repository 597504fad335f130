//! Edits that would make a wire fit. Each has been tried: what does not help is not offered.

use std::sync::Arc;

use heddle_expr::{Expression, Reference, Root, Segment};
use heddle_model::{StepId, Workflow};
use indexmap::IndexMap;
use serde_json::{Value, json};

use super::automap::{Candidate, candidates, proposals};
use super::cache::Comparisons;
use super::document::{cut, document};
use super::expression::Fails;
use super::report::{Mode, WireVerdict};
use super::survey::{Arrival, Changes, Survey};
use super::verdict::{Blamed, Judged, judge};
use super::walk::{Absent, Kinds, Walk};
use crate::diagnostic::{Edit, Fix};

/// Fields of one step that are mended.
const FIELDS: usize = 4;

/// Repairs of one step that are offered.
const MOST: usize = 10;

/// Steps before a step among which an inserted one is tried out.
const MOST_TRIED: usize = 150;

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
    let mut fields: Vec<&Blamed> = Vec::new();
    for one in &judged.reasons {
        if !fields.iter().any(|own| own.field == one.field) {
            fields.push(one);
        }
    }
    let mut repairs = Vec::new();
    for one in fields.into_iter().take(FIELDS) {
        if let Some(field) = &one.field {
            bench.field(field, one, &mut repairs);
        }
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
    fn field(&self, field: &str, blamed: &Blamed, repairs: &mut Vec<Repair>) {
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
        if blamed.reason.keyword == "required" {
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

    fn part(&self, field: &str) -> super::walk::Part {
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
        let left = (after.verdict, after.reasons.len());
        let helps = left < (self.judged.verdict, self.judged.reasons.len());
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

    /// A step in the wire that gives the field; tried on the part of the document that leads here.
    fn try_transform(&self, title: String, field: &str, expression: String, repairs: &mut Vec<Repair>) {
        let survey = self.survey;
        let Ok(parsed) = Expression::parse(&expression) else { return };
        let sees = |edge: &&usize| {
            let Some(from) = survey.plan.graph.position(survey.workflow.edges[**edge].from.as_str()) else {
                return false;
            };
            parsed.references().iter().all(|reference| match &reference.root {
                Root::Step(id) => survey
                    .plan
                    .graph
                    .position(id.as_str())
                    .is_some_and(|step| step == from || survey.plan.ancestors(from).contains(&step)),
                _ => true,
            })
        };
        let Some(edge) = self.edges.iter().find(sees).copied() else { return };
        let Some(mut part) = self.leading_here() else { return };
        let drawn = &survey.workflow.edges[edge];
        let edit = Edit::InsertTransform {
            edge: drawn.id.clone(),
            id: self.free_id(&format!("fit_{}", self.id())),
            name: format!("Fit {}", survey.label(self.position)),
            mapping: IndexMap::from([(field.to_owned(), expression)]),
        };
        if !edit.apply(&mut part, &[]) {
            return;
        }
        let Some(tried) = Survey::new(&part, survey.agents, survey.declared) else { return };
        let Some(place) = tried.plan.graph.position(self.id().as_str()) else { return };
        let after = judge(&tried.arrival(place, &Changes::default()), tried.accepts(place), self.mode, self.made);
        let title = format!("Insert a step: {}", lower(&title));
        self.offer(&after, (title, edit), Some(field), Some(edge), repairs);
    }

    /// The steps that lead here, and this one.
    fn leading_here(&self) -> Option<Workflow> {
        let mut steps = self.survey.plan.ancestors(self.position);
        if steps.len() > MOST_TRIED {
            return None;
        }
        steps.push(self.position);
        let whole = self.survey.workflow;
        let mut part = Workflow::empty(whole.id.clone(), "");
        part.input_schema.clone_from(&whole.input_schema);
        part.variables.clone_from(&whole.variables);
        part.steps = steps.iter().map(|step| whole.steps[*step].clone()).collect();
        let among = |id: &StepId| part.steps.iter().any(|step| step.id == *id);
        part.edges = whole.edges.iter().filter(|edge| among(&edge.from) && among(&edge.to)).cloned().collect();
        Some(part)
    }

    fn free_id(&self, wanted: &str) -> StepId {
        let wanted: String =
            wanted.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
        let taken = |id: &str| self.survey.plan.graph.position(id).is_some();
        let id = std::iter::once(wanted.clone())
            .chain((2_u32..).map(|number| format!("{wanted}_{number}")))
            .find(|id| !taken(id))
            .unwrap_or(wanted);
        StepId::new(id)
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
            let broken = self.judged.reasons.iter().any(|one| one.field.as_ref() == Some(&field));
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

/// Expressions that make something fitting of what an expression gives.
fn conversions(
    field: &str,
    current: &str,
    given: &Value,
    wanted: &Value,
    may_fail: bool,
    ideas: &mut Vec<(String, String)>,
) {
    let own = Walk { document: given, declared: true }.kinds(given);
    let want = Walk { document: wanted, declared: true }.kinds(wanted);
    let default = default_value(wanted);
    let path = Expression::parse(current).ok().and_then(|expression| expression.selection().cloned());
    // The value with what it may lack filled in.
    let mut guards: Vec<String> = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    if may_fail && let Some(path) = &path {
        let has = (1..=path.path.len())
            .map(|length| path.prefix(length))
            .filter(|prefix| matches!(prefix.path.last(), Some(Segment::Key(name)) if heddle_expr::is_identifier(name)))
            .map(|prefix| format!("has({prefix})"));
        guards.extend(has);
        words.push("missing");
    }
    let nullable = own.contains(Kinds::NULL) && own != Kinds::ALL && !want.contains(Kinds::NULL);
    if nullable && path.is_some() {
        guards.push(format!("{current} != null"));
        words.push("null");
    }
    let plain = own.without(if nullable { Kinds::NULL } else { Kinds::NONE });
    let mut forms: Vec<(String, String)> = Vec::new();
    if !plain.and(want).is_empty() {
        forms.push((String::new(), current.to_owned()));
    }
    let scalar = Kinds::STRING.or(Kinds::NUMBER).or(Kinds::BOOLEAN);
    if plain != Kinds::ALL {
        if want.contains(Kinds::STRING) && plain.contains(scalar.without(Kinds::STRING)) {
            forms.push((format!("Convert {field} to text"), format!("string({current})")));
        }
        if want.within(Kinds::INTEGER) && plain.contains(Kinds::STRING.or(Kinds::FRACTION)) {
            forms.push((format!("Convert {field} to a whole number"), format!("int({current})")));
        }
        if want.contains(Kinds::FRACTION) && plain.contains(Kinds::STRING) {
            forms.push((format!("Convert {field} to a number"), format!("double({current})")));
        }
        if want.within(Kinds::ARRAY.or(Kinds::NULL)) && !plain.contains(Kinds::ARRAY) {
            forms.push((format!("Wrap {field} in a list"), format!("[{current}]")));
        }
        if plain.within(Kinds::ARRAY) && !want.contains(Kinds::ARRAY) {
            forms.push((format!("Take the first of {field}"), format!("{current}[0]")));
            if let Some(default) = &default {
                let title = format!("Take the first of {field}, or {} if there is none", short(default));
                forms.push((title, format!("{current}[?0].orValue({default})")));
            }
        }
    }
    for (title, form) in forms {
        match (&default, guards.is_empty()) {
            (_, true) if title.is_empty() => {}
            (_, true) => ideas.push((title, form)),
            (Some(default), false) => {
                let lead = if title.is_empty() { String::new() } else { format!("{title}, and use ") };
                let use_ = if title.is_empty() { "Use " } else { "" };
                let title = format!("{lead}{use_}{} where {field} is {}", short(default), words.join(" or "));
                ideas.push((title, format!("{} ? {form} : {default}", guards.join(" && "))));
            }
            (None, false) => {}
        }
    }
}

/// A plain value of a schema, as an expression: its default, the first it lists, or the emptiest that fits.
fn default_value(schema: &Value) -> Option<String> {
    let listed = |keyword: &str| schema.get(keyword).and_then(Value::as_array).and_then(|values| values.first());
    let own = [schema.get("default"), schema.get("const"), listed("enum"), listed("examples")];
    let plain = [json!(""), json!(0), json!(0.0), json!(false), json!([]), json!({}), Value::Null];
    let validator = jsonschema::validator_for(schema).ok()?;
    let found = own.into_iter().flatten().chain(&plain).find(|value| validator.is_valid(value)).cloned();
    let found = found.or_else(|| heddle_schema::sample(schema, 0).ok())?;
    let text = found.to_string();
    Expression::parse(&text).ok().map(|_| text)
}

fn short(expression: &str) -> String {
    match expression.char_indices().nth(30) {
        Some((cut, _)) => format!("{}…", &expression[..cut]),
        None => expression.to_owned(),
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
