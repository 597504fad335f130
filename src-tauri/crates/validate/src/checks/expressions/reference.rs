//! Whether what an expression looks at is known where it stands.

use heddle_expr::{Reference, Root, Segment};

use super::place::{Place, Sees};
use super::{Check, Replace, shortened};
use crate::diagnostic::{Code, Diagnostic};
use crate::similar::similar;

/// Names that look alike are searched for this often; beyond that, there are more important things to say.
const MAX_SEARCHES: usize = 50;

impl<'a> Check<'a, '_> {
    pub(super) fn reference(
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
