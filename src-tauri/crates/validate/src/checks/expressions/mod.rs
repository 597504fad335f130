//! Expressions: whether they can be read, and whether what they look at is there.
//!
//! Here they are gone through; `place.rs` says where one stands and what it sees there, `reference.rs` whether a name is
//! known, `ancestors.rs` whether a step comes before; `settings.rs` finds the expressions of agents.

mod ancestors;
mod place;
mod reference;
mod settings;

use heddle_expr::{Expression, JsonTemplate};
use heddle_model::{Agent, AgentSource, Edge, Loop, Step, Workflow};
use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::graph::Graph;
use ancestors::Asked;
use place::{At, Place, Sees};

pub(crate) use reference::with_name;
pub(crate) use settings::{Setting, settings};

pub(crate) fn check(workflow: &Workflow, graph: &Graph<'_>, components: &[Vec<usize>], found: &mut Vec<Diagnostic>) {
    let mut check = Check { workflow, graph, searches: 0, asked: Vec::new(), found };
    for (position, step) in workflow.steps.iter().enumerate() {
        check.step(position, step);
    }
    for edge in &workflow.edges {
        check.edge(edge);
    }
    for (index, agent) in workflow.agents.iter().enumerate() {
        check.agent(agent, &Place::document(&["agents"]).nth(index));
    }
    if let Some(source) = &workflow.settings.route {
        check.expression(source, &Place::document(&["settings", "route"]), Sees::OwnInput, None);
    }
    for (field, source) in workflow.settings.output.mapping.iter().flatten() {
        let place = Place::document(&["settings", "output", "mapping", field]);
        check.expression(source, &place, Sees::Everything, None);
    }
    check.ancestors(components);
}

struct Check<'a, 'f> {
    workflow: &'a Workflow,
    graph: &'a Graph<'a>,
    searches: usize,
    asked: Vec<Asked<'a>>,
    found: &'f mut Vec<Diagnostic>,
}

/// Builds the edit that puts another expression in the place of one.
type Replace<'e> = &'e dyn Fn(String) -> Edit;

impl<'a> Check<'a, '_> {
    fn step(&mut self, position: usize, step: &'a Step) {
        let place = Place { step: Some((position, &step.id)), edge: None, path: Vec::new() };
        for (field, source) in step.mapping.iter().flatten() {
            let set = |expression| Edit::SetMappingField { step: step.id.clone(), field: field.clone(), expression };
            self.among(source, &place, At::Field(field, step.repetition.is_some()), Some(&set));
        }
        if let Some(source) = &step.when {
            let set = |when| Edit::SetWhen { step: step.id.clone(), when: Some(when) };
            self.among(source, &place, At::When, Some(&set));
        }
        match &step.repetition {
            Some(Loop::ForEach(each)) => self.among(&each.items, &place, At::Items, None),
            Some(Loop::Repeat(repeat)) => self.among(&repeat.until, &place, At::Until, None),
            None => {}
        }
        if let Some(source) = step.breakpoint.as_ref().and_then(|breakpoint| breakpoint.when.as_ref()) {
            self.among(source, &place, At::Breakpoint, None);
        }
        if let AgentSource::Inline(agent) = &step.agent {
            self.agent(agent, &place.below(["agent"]));
        }
    }

    /// The condition of an edge.
    fn edge(&mut self, edge: &'a Edge) {
        let (Some(source), Some(position)) = (&edge.when, self.graph.position(edge.from.as_str())) else { return };
        let place = Place { step: Some((position, &edge.from)), edge: Some(&edge.id), path: Vec::new() };
        self.among(source, &place, At::Edge(&edge.id), None);
    }

    /// An expression that sees the ancestors of a step.
    fn among(&mut self, source: &'a str, place: &Place<'a>, at: At<'a>, replace: Option<Replace<'_>>) {
        self.expression(source, &place.below(at.path()), Sees::Ancestors(at), replace);
    }

    /// The expressions and templates in an agent's settings.
    fn agent(&mut self, agent: &'a Agent, place: &Place<'a>) {
        let place = place.below(["config"]);
        for (path, setting) in settings(agent) {
            let place = place.further(path);
            match setting {
                Setting::Expression(source) => self.expression(source, &place, Sees::OwnInput, None),
                Setting::Template(value) => self.template(value, &place),
            }
        }
    }

    /// A setting with expressions in its texts.
    fn template(&mut self, value: &Value, place: &Place<'a>) {
        match JsonTemplate::parse(value) {
            Ok(template) => {
                for reference in template.references() {
                    self.reference(reference, place, Sees::OwnInput, None);
                }
            }
            Err(error) => self.found.push(place.finding(Code::ExpressionSyntax, format!("{error}."))),
        }
    }

    fn expression(&mut self, source: &'a str, place: &Place<'a>, sees: Sees<'a>, replace: Option<Replace<'_>>) {
        let expression = match Expression::parse(source) {
            Ok(expression) => expression,
            Err(error) => {
                let message = format!("The expression `{}` cannot be read: {error}.", shortened(source));
                self.found.push(place.finding(Code::ExpressionSyntax, message));
                return;
            }
        };
        for (index, reference) in expression.references().iter().enumerate() {
            let target = reference.step().and_then(|step| self.graph.position(step.as_str()));
            match (target, place.step, sees) {
                (Some(target), Some((position, _)), Sees::Ancestors(At::Edge(_))) if target == position => {}
                (Some(target), Some((position, _)), Sees::Ancestors(at)) => {
                    self.asked.push(Asked { target, position, source, at, reference: index });
                }
                _ => self.reference(reference, place, sees, replace.map(|replace| (source, replace))),
            }
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}
