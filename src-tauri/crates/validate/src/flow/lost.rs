//! Fields that expressions select and that are not there: in mappings, conditions, loops, edges, agents' settings and the
//! workflow's output.

use std::borrow::Cow;
use std::cell::OnceCell;

use heddle_expr::{Expression, JsonTemplate, Segment};
use heddle_model::{Loop, StepId};

use super::expression::Lost;
use super::survey::{Arrival, Changes, Survey};
use crate::checks::expressions::{Setting, settings, with_name};
use crate::diagnostic::{Code, Diagnostic, Edit, Severity};
use crate::similar::similar;

/// What a step's mapping selects that is not there.
pub(super) fn unknown_fields(survey: &Survey<'_>, position: usize, arrival: &Arrival, found: &mut Vec<Diagnostic>) {
    let step = survey.step(position);
    for (field, known) in &arrival.fields {
        let source = step.mapping.as_ref().and_then(|mapping| mapping.get(field));
        for lost in &known.lost {
            let set = |expression| Edit::SetMappingField { step: step.id.clone(), field: field.clone(), expression };
            let finding = unknown_field(lost, source, Some(&set)).step(&step.id).at(&["mapping", field]);
            found.push(finding);
        }
    }
}

/// The same everywhere but in mappings. `arrivals`: what is known to arrive at each step.
pub(crate) fn unknown_elsewhere(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    for (position, step) in survey.workflow.steps.iter().enumerate() {
        if survey.place(&step.id) != Some(position) {
            continue;
        }
        if let Some(source) = &step.when {
            let set = |when| Edit::SetWhen { step: step.id.clone(), when: Some(when) };
            in_step(survey, position, source, &["when"], Some(&set), found);
        }
        match &step.repetition {
            Some(Loop::ForEach(each)) => {
                in_step(survey, position, &each.items, &["loop", "for_each", "items"], None, found);
            }
            Some(Loop::Repeat(repeat)) => {
                in_step(survey, position, &repeat.until, &["loop", "repeat", "until"], None, found);
            }
            None => {}
        }
        if let Some(source) = step.breakpoint.as_ref().and_then(|breakpoint| breakpoint.when.as_ref()) {
            in_step(survey, position, source, &["breakpoint", "when"], None, found);
        }
        in_settings(survey, position, found);
    }
    on_edges(survey, found);
    for (field, source) in survey.workflow.settings.output.mapping.iter().flatten() {
        let Ok(expression) = Expression::parse(source) else { continue };
        for lost in &survey.typed_at_end(&expression).lost {
            found.push(unknown_field(lost, None, None).at(&["settings", "output", "mapping", field]));
        }
    }
}

/// Builds the edit that puts another expression in the place of one.
type Replace<'e> = &'e dyn Fn(String) -> Edit;

fn in_step(
    survey: &Survey<'_>,
    position: usize,
    source: &String,
    place: &[&str],
    replace: Option<Replace<'_>>,
    found: &mut Vec<Diagnostic>,
) {
    let Ok(expression) = Expression::parse(source) else { return };
    let context = OnceCell::new();
    let id: &StepId = &survey.step(position).id;
    for lost in &survey.typed(position, &expression, &context, &Changes::default()).lost {
        found.push(unknown_field(lost, Some(source), replace).step(id).at(place));
    }
}

/// What the settings of a step's agent select of its input.
fn in_settings(survey: &Survey<'_>, position: usize, found: &mut Vec<Diagnostic>) {
    let Some(agent) = survey.agent(position) else { return };
    let id = &survey.step(position).id;
    let arrival = OnceCell::new();
    for (path, setting) in settings(agent) {
        let mut look = |expression: &Expression| {
            if expression.references().is_empty() {
                return;
            }
            let arrival = arrival.get_or_init(|| survey.arrival(position, &Changes::default()));
            for lost in &survey.typed_inside(arrival, expression).lost {
                let place: Vec<&str> = ["agent", "config"].into_iter().chain(path.iter().map(Cow::as_ref)).collect();
                found.push(unknown_field(lost, None, None).step(id).at(&place));
            }
        };
        match setting {
            Setting::Expression(source) => {
                if let Ok(expression) = Expression::parse(source) {
                    look(&expression);
                }
            }
            Setting::Template(value) => {
                if let Ok(template) = JsonTemplate::parse(value) {
                    template.expressions().for_each(look);
                }
            }
        }
    }
}

fn on_edges(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    for edge in &survey.workflow.edges {
        let (Some(source), Some(position)) = (&edge.when, survey.place(&edge.from)) else { continue };
        let Ok(expression) = Expression::parse(source) else { continue };
        for lost in &survey.typed_on_edge(position, edge.branch.as_deref(), &expression).lost {
            found.push(unknown_field(lost, None, None).step(&edge.from).edge(&edge.id).at(&["when"]));
        }
    }
}

/// `source` and `replace`: the expression, and how to put another one in its place.
fn unknown_field(lost: &Lost, source: Option<&String>, replace: Option<Replace<'_>>) -> Diagnostic {
    let parent = lost.path.prefix(lost.path.path.len().saturating_sub(1));
    let name = match lost.path.path.last() {
        Some(Segment::Key(name)) => name.clone(),
        Some(Segment::Index(index)) => index.to_string(),
        None => String::new(),
    };
    let likely = similar(&name, lost.names.iter().map(String::as_str));
    let meant = likely.map_or_else(String::new, |name| format!(" Did you mean `{name}`?"));
    let message = match lost.closed {
        true => format!("`{}` is never there: `{parent}` has no `{name}`.{meant}", lost.path),
        false => format!("`{}` is not declared: nothing says that `{parent}` has `{name}`.{meant}", lost.path),
    };
    let mut finding = Diagnostic::new(Code::UnknownField, message);
    if !lost.closed {
        finding.severity = Severity::Warning;
    }
    if let (Some(likely), Some(source), Some(replace)) = (likely, source, replace)
        && let Some(source) = with_name(source, &format!("{parent}."), &name, likely)
    {
        finding = finding.fix(format!("Use {likely}"), replace(source));
    }
    finding
}
