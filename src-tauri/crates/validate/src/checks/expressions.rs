//! Expressions: whether they can be read, and whether what they look at is there.

use std::borrow::Cow;
use std::collections::BTreeSet;

use heddle_expr::{Expression, JsonTemplate, Reference, Root, Segment};
use heddle_model::{Agent, AgentKind, AgentSource, Edge, EdgeId, Loop, Step, StepId, Workflow};
use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::graph::{Graph, come_before};
use crate::similar::similar;

/// Names that look alike are searched for this often; beyond that, there are more important things to say.
const MAX_SEARCHES: usize = 50;

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

/// Where an expression stands.
#[derive(Clone)]
struct Place<'a> {
    step: Option<(usize, &'a StepId)>,
    edge: Option<&'a EdgeId>,
    path: Vec<Cow<'a, str>>,
}

impl<'a> Place<'a> {
    fn document(path: &[&'a str]) -> Self {
        Self { step: None, edge: None, path: path.iter().copied().map(Cow::Borrowed).collect() }
    }

    fn below(&self, segments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut path = Vec::with_capacity(self.path.len() + 2);
        path.extend(self.path.iter().cloned());
        path.extend(segments.into_iter().map(Cow::Borrowed));
        Self { step: self.step, edge: self.edge, path }
    }

    fn nth(mut self, index: usize) -> Self {
        self.path.push(Cow::Owned(index.to_string()));
        self
    }

    fn finding(&self, code: Code, message: String) -> Diagnostic {
        let path: Vec<&str> = self.path.iter().map(AsRef::as_ref).collect();
        let finding = Diagnostic::new(code, message).at(&path);
        let finding = match self.edge {
            Some(edge) => finding.edge(edge),
            None => finding,
        };
        match self.step {
            Some((_, step)) => finding.step(step),
            None => finding,
        }
    }
}

/// What an expression can see where it stands.
#[derive(Clone, Copy, PartialEq)]
enum Sees<'a> {
    /// Input, variables, context, and the outputs of the step's ancestors.
    Ancestors(At<'a>),
    /// Likewise, and the outputs of every step.
    Everything,
    /// An agent's settings: the step's input and the variables.
    OwnInput,
}

/// Where in a step or an edge an expression stands that sees the step's ancestors.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum At<'a> {
    /// A field of the mapping; `item` and `index` are there if the step is a loop.
    Field(&'a str, bool),
    /// The condition.
    When,
    /// The array of a for-each loop.
    Items,
    /// The end of a repeating step.
    Until,
    /// The condition of the breakpoint.
    Breakpoint,
    /// The condition of an edge from the step, which sees the step's own output as well.
    Edge(&'a EdgeId),
}

impl<'a> At<'a> {
    fn path(self) -> Vec<&'a str> {
        match self {
            Self::Field(field, _) => vec!["mapping", field],
            Self::When | Self::Edge(_) => vec!["when"],
            Self::Items => vec!["loop", "for_each", "items"],
            Self::Until => vec!["loop", "repeat", "until"],
            Self::Breakpoint => vec!["breakpoint", "when"],
        }
    }

    /// Whether there is an `item`.
    const fn has_item(self) -> bool {
        matches!(self, Self::Field(_, true) | Self::Until | Self::Breakpoint | Self::Edge(_))
    }

    /// Whether there is an `index`.
    const fn has_index(self) -> bool {
        matches!(self, Self::Field(_, true) | Self::Breakpoint)
    }
}

/// A reference to a step, whose place in the graph is still to be checked. The expression is read again should there be
/// something to say: that is rare, and keeping every expression of a large workflow is not free.
struct Asked<'a> {
    target: usize,
    position: usize,
    source: &'a str,
    at: At<'a>,
    /// Which of the expression's references.
    reference: usize,
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
        match agent.kind {
            AgentKind::Condition => {
                let branches = agent.config.get("branches").and_then(Value::as_array).into_iter().flatten();
                for (index, branch) in branches.enumerate() {
                    if let Some(source) = branch.get("when").and_then(Value::as_str) {
                        let place = place.below(["branches"]).nth(index).below(["when"]);
                        self.expression(source, &place, Sees::OwnInput, None);
                    }
                }
            }
            AgentKind::Http | AgentKind::Llm | AgentKind::Sql | AgentKind::Wait | AgentKind::Assertion => {
                for (key, value) in &agent.config {
                    self.template(value, &place.below([key.as_str()]));
                }
            }
            AgentKind::Approval => {
                if let Some(message) = agent.config.get("message") {
                    self.template(message, &place.below(["message"]));
                }
            }
            AgentKind::Select => {
                let candidates = agent.config.get("candidates").and_then(Value::as_array).into_iter().flatten();
                for (index, candidate) in candidates.enumerate() {
                    if let Some(source) = candidate.get("when").and_then(Value::as_str) {
                        let place = place.below(["candidates"]).nth(index).below(["when"]);
                        self.expression(source, &place, Sees::OwnInput, None);
                    }
                }
            }
            // Program text, and settings without expressions.
            AgentKind::Script | AgentKind::Transform | AgentKind::Workflow => {}
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

    fn reference(
        &mut self,
        reference: &Reference,
        place: &Place<'a>,
        sees: Sees<'a>,
        replace: Option<(&str, Replace<'_>)>,
    ) {
        let finding = match &reference.root {
            Root::Input | Root::Context => return,
            Root::Vars => match reference.path.first() {
                Some(Segment::Key(name)) if !self.workflow.variables.contains_key(name) => {
                    let likely = self.similar(name, self.workflow.variables.keys().map(String::as_str));
                    let message = match self.workflow.variables.is_empty() {
                        true => format!("`{reference}`: the workflow has no variables."),
                        false => format!("`{reference}`: the workflow has no variable `{name}`.{}", meant(likely)),
                    };
                    let finding = place.finding(Code::UnknownVariable, message);
                    renamed(finding, replace, "vars.", name, likely)
                }
                _ => return,
            },
            Root::Step(step) if sees == Sees::OwnInput => {
                let message = format!(
                    "`{reference}`: an agent sees only its own input. Map the output of `{step}` to a field, and write \
                     `input.<field>` here."
                );
                place.finding(Code::UnknownName, message)
            }
            // A step that is there; whether it comes before is checked for all of them together.
            Root::Step(step) if self.graph.position(step.as_str()).is_some() => return,
            Root::Step(step) => {
                let likely = self.similar(step.as_str(), self.workflow.steps.iter().map(|step| step.id.as_str()));
                let message = format!("`{reference}`: there is no step `{step}`.{}", meant(likely));
                let finding = place.finding(Code::UnknownStep, message);
                renamed(finding, replace, "steps.", step.as_str(), likely)
            }
            Root::Item if matches!(sees, Sees::Ancestors(at) if at.has_item()) => return,
            Root::Index if matches!(sees, Sees::Ancestors(at) if at.has_index()) => return,
            Root::Item | Root::Index => {
                let message = format!("`{}` only means something inside a loop.", reference.root);
                place.finding(Code::UnknownName, message)
            }
            Root::Unknown(name) => {
                let known = match (self.graph.position(name), self.workflow.variables.contains_key(name)) {
                    (Some(_), _) if sees != Sees::OwnInput => format!(" Write `steps.{name}.output` for the step."),
                    (_, true) => format!(" Write `vars.{name}` for the variable."),
                    _ if sees == Sees::OwnInput => " There are `input` and `vars`.".to_owned(),
                    _ => " There are `input`, `vars`, `steps` and `context`.".to_owned(),
                };
                place.finding(Code::UnknownName, format!("`{}` is not known here.{known}", shortened(name)))
            }
        };
        self.found.push(finding);
    }

    /// Which of the steps that are looked at do not come before.
    fn ancestors(&mut self, components: &[Vec<usize>]) {
        let pairs: Vec<_> = self.asked.iter().map(|asked| (asked.target, asked.position)).collect();
        let before = come_before(self.graph, components, &pairs);
        let wrong: Vec<&Asked<'_>> =
            self.asked.iter().zip(before).filter(|(_, before)| !before).map(|(asked, _)| asked).collect();
        // An edge from there to here is offered, unless it would close a circle.
        let reverse: Vec<_> = wrong.iter().map(|asked| (asked.position, asked.target)).collect();
        let circular = come_before(self.graph, components, &reverse);
        let mut told = BTreeSet::new();
        for (asked, circular) in wrong.into_iter().zip(circular) {
            if !told.insert((asked.position, asked.target, asked.at)) {
                continue;
            }
            let Ok(expression) = Expression::parse(asked.source) else { continue };
            let reference = &expression.references()[asked.reference];
            let (step, other) = (&self.workflow.steps[asked.position].id, self.graph.id(asked.target));
            let message = if asked.position == asked.target {
                format!("`{reference}`: the step looks at its own output, which is not there before it has run.")
            } else if circular {
                format!("`{reference}`: `{other}` comes after `{step}`, so its output is not there yet.")
            } else {
                format!("`{reference}`: nothing makes `{other}` run before `{step}`. Draw an edge between them.")
            };
            let mut finding = Diagnostic::new(Code::NotAnAncestor, message).step(step).at(&asked.at.path());
            if let At::Edge(edge) = asked.at {
                finding = finding.edge(edge);
            }
            finding = finding.steps(vec![other.clone()]);
            if asked.position != asked.target && !circular {
                let edit = Edit::AddEdge { from: other.clone(), to: step.clone() };
                finding = finding.fix(format!("Draw the edge {other} → {step}"), edit);
            }
            self.found.push(finding);
        }
    }

    fn similar<'n>(&mut self, name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        self.searches += 1;
        (self.searches <= MAX_SEARCHES).then(|| similar(name, names)).flatten()
    }
}

fn meant(likely: Option<&str>) -> String {
    likely.map_or_else(String::new, |name| format!(" Did you mean `{name}`?"))
}

/// Offers the expression with one name in place of another.
fn renamed(
    finding: Diagnostic,
    replace: Option<(&str, Replace<'_>)>,
    prefix: &str,
    name: &str,
    likely: Option<&str>,
) -> Diagnostic {
    let (Some((source, replace)), Some(likely)) = (replace, likely) else { return finding };
    match with_name(source, prefix, name, likely) {
        Some(source) => finding.fix(format!("Use {likely}"), replace(source)),
        None => finding,
    }
}

/// `source` with `prefix` + `name`, as a whole word, naming `other`; None where it does not occur so.
pub(crate) fn with_name(source: &str, prefix: &str, name: &str, other: &str) -> Option<String> {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let wanted = format!("{prefix}{name}");
    let mut replaced = String::with_capacity(source.len());
    let mut rest = source;
    let mut hits = 0;
    while let Some(at) = rest.find(&wanted) {
        let end = at + wanted.len();
        let starts = !rest[..at].chars().next_back().is_some_and(part_of_word);
        let ends = !rest[end..].chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_');
        replaced.push_str(&rest[..at]);
        if starts && ends {
            hits += 1;
            replaced.push_str(prefix);
            replaced.push_str(other);
        } else {
            replaced.push_str(&wanted);
        }
        rest = &rest[end..];
    }
    replaced.push_str(rest);
    (hits > 0).then_some(replaced)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}
