//! Reasons: where A allows what B does not, keyword by keyword, each as a sentence.

use std::rc::Rc;

use crate::{
    describe::{article, short},
    ir::{Arena, Lit, Names, Node, Types},
    report::Reason,
    solve::{Outcome, Solver},
    value::Val,
};

/// The most reasons that are given, and how deep they are looked for.
const MOST: usize = 16;
const DEEPEST: usize = 12;

/// The reasons why not every value of `left` is one of `right`.
pub(crate) fn reasons(solver: &mut Solver<'_>, left: Lit, right: Lit) -> Vec<Reason> {
    let mut found = Vec::new();
    explain(solver, &[left], right, &mut Vec::new(), &mut found);
    found
}

fn explain(solver: &mut Solver<'_>, left: &[Lit], right: Lit, path: &mut Vec<String>, found: &mut Vec<Reason>) {
    let right = solver.arena.follow(right);
    let demanded = solver.normalise(left).unwrap_or_default();
    for part in solver.arena.parts(right) {
        if found.len() >= MOST {
            return;
        }
        let part = solver.arena.follow(part);
        // What A says in the same words needs no search.
        if demanded.binary_search(&part).is_ok() {
            continue;
        }
        let mut goal = left.to_vec();
        goal.push(!part);
        let witness = match solver.solve(&goal) {
            Outcome::Empty => continue,
            Outcome::Witness(value) => Some(value),
            Outcome::Open(_) => None,
        };
        let before = found.len();
        if path.len() < DEEPEST
            && let Some((step, inner)) = step_down(solver.arena, part)
        {
            let below = lits_below(solver, left, &step);
            path.push(step);
            explain(solver, &below, inner, path, found);
            path.pop();
        }
        if found.len() == before
            && let Some(witness) = witness
        {
            found.push(reason(solver.arena, part, &witness, path));
        }
    }
}

/// Where a part of B looks into the value, and what it asks there.
fn step_down(arena: &Arena, part: Lit) -> Option<(String, Lit)> {
    match (arena.node(part), part.is_negated()) {
        (Node::Properties(Names::One(name), inner), false) if *inner != Lit::FALSE => Some((name.to_string(), *inner)),
        (Node::Item(index, inner), false) if *inner != Lit::FALSE => Some((index.to_string(), *inner)),
        _ => match simple(arena, part) {
            Some((node, true)) => match arena.node(node) {
                Node::Items { count: 1, lit, .. } if *lit != Lit::TRUE => Some(("*".to_string(), !*lit)),
                _ => None,
            },
            _ => None,
        },
    }
}

/// Strips "what is not of this type, or": the atom that is left and whether it is negated.
fn simple(arena: &Arena, part: Lit) -> Option<(Lit, bool)> {
    match arena.node(part) {
        Node::And(parts) if part.is_negated() => {
            let mut others = parts.iter().filter(|p| !matches!(arena.node(**p), Node::Types(_)));
            let only = others.next().filter(|_| others.next().is_none())?;
            Some((only.positive(), !only.is_negated()))
        }
        Node::And(_) => None,
        _ => Some((part.positive(), part.is_negated())),
    }
}

/// What A says about a part of the value.
fn lits_below(solver: &mut Solver<'_>, left: &[Lit], step: &str) -> Vec<Lit> {
    let mut below = Vec::new();
    let mut stack = left.to_vec();
    let index: Option<u64> = step.parse().ok();
    while let Some(lit) = stack.pop() {
        let lit = solver.arena.follow(lit);
        match (solver.arena.node(lit).clone(), lit.is_negated()) {
            (Node::And(parts), false) => stack.extend(parts.iter()),
            (Node::And(_), true) => {
                if let Some((node, true)) = simple(solver.arena, lit)
                    && let Node::Items { from, count: 1, lit } = solver.arena.node(node)
                    && (step == "*" || index.is_some_and(|i| i >= *from))
                {
                    below.push(!*lit);
                }
            }
            (Node::Properties(Names::One(name), inner), false) if *name == *step => below.push(inner),
            (Node::Properties(Names::Set(names), inner), false)
                if crate::evaluate::evaluate(solver.arena, names, &Val::Str(Rc::from(step))) == Some(true) =>
            {
                below.push(inner);
            }
            (Node::Item(at, inner), false) if index == Some(at) => below.push(inner),
            _ => {}
        }
    }
    below
}

fn reason(arena: &Arena, part: Lit, witness: &Val, path: &[String]) -> Reason {
    let pointer = |steps: &[String]| -> String {
        steps.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect()
    };
    let subject = |steps: &[String]| match steps {
        [] => "the value".to_string(),
        steps => steps.join(".").replace(".*", "[]").replace('*', "each item"),
    };
    if let Some(name) = arena.required_name(part)
        && matches!(witness, Val::Obj(_))
    {
        let mut steps = path.to_vec();
        steps.push(name.to_string());
        return Reason {
            path: pointer(&steps),
            keyword: "required",
            expected: "a value".into(),
            found: "nothing".into(),
            message: format!("{} may be missing; it is required", subject(&steps)),
        };
    }
    if let (Node::Properties(names, Lit::FALSE), Val::Obj(members)) = (arena.node(part), witness)
        && !part.is_negated()
    {
        let offending = match names {
            Names::One(name) => Some(name.clone()),
            Names::Set(_) => offender(arena, part, members.keys()),
        };
        if let Some(name) = offending {
            let mut steps = path.to_vec();
            steps.push(name.to_string());
            return Reason {
                path: pointer(&steps),
                keyword: if matches!(names, Names::One(_)) { "not" } else { "additionalProperties" },
                expected: "no such property".into(),
                found: "a property".into(),
                message: format!("{} may be present; no such property is allowed", subject(&steps)),
            };
        }
    }
    let own = Types::of(witness);
    let (keyword, expected) = expectation(arena, part);
    let found = if keyword == "type" { article(own) } else { short(&witness.to_json()) };
    let message = format!("{} may be {found}; {expected} is expected", subject(path));
    Reason { path: pointer(path), keyword, expected, found, message }
}

/// The first of the names that B's set speaks of, as far as lists of names tell.
fn offender<'n>(arena: &Arena, part: Lit, mut names: impl Iterator<Item = &'n Rc<str>>) -> Option<Rc<str>> {
    let Node::Properties(Names::Set(set), _) = arena.node(part) else { return None };
    let parts = arena.parts(*set);
    names
        .find(|name| {
            parts.iter().all(|lit| match arena.node(*lit) {
                Node::Enum(values) => values.binary_search(&Val::Str((*name).clone())).is_ok() != lit.is_negated(),
                _ => true,
            })
        })
        .cloned()
}

/// The keyword behind a literal and what it asks for, as a noun phrase.
fn expectation(arena: &Arena, part: Lit) -> (&'static str, String) {
    let Some((atom, negated)) = simple(arena, part) else { return composite(arena, part) };
    let phrase = |keyword, text: String| (keyword, text);
    match (arena.node(atom), negated) {
        (Node::Types(types), false) => phrase("type", article(*types)),
        (Node::Types(types), true) => phrase("type", article(!*types)),
        (Node::Enum(values), false) if values.len() == 1 => phrase("const", short(&values[0].to_json())),
        (Node::Enum(values), negated) => {
            let listed: Vec<String> = values.iter().take(6).map(|v| short(&v.to_json())).collect();
            let more = if values.len() > 6 { ", …" } else { "" };
            let not = if negated { "none" } else { "one" };
            phrase("enum", format!("{not} of {}{more}", listed.join(", ")))
        }
        (Node::AtLeast(bound), false) => phrase("minimum", format!("a number of at least {bound}")),
        (Node::AtLeast(bound), true) => phrase("exclusiveMaximum", format!("a number below {bound}")),
        (Node::MoreThan(bound), false) => phrase("exclusiveMinimum", format!("a number above {bound}")),
        (Node::MoreThan(bound), true) => phrase("maximum", format!("a number of at most {bound}")),
        (Node::MultipleOf(unit), false) => phrase("multipleOf", format!("a multiple of {unit}")),
        (Node::MultipleOf(unit), true) => phrase("not", format!("no multiple of {unit}")),
        (Node::MinLength(count), false) => phrase("minLength", format!("a text of at least {}", characters(*count))),
        (Node::MinLength(count), true) => phrase("maxLength", format!("a text of at most {}", characters(count - 1))),
        (Node::Pattern(source), false) => phrase("pattern", format!("a text that matches {source}")),
        (Node::Pattern(source), true) => phrase("not", format!("a text that does not match {source}")),
        (Node::Format(name), false) => phrase("format", format!("a text in the format {name}")),
        (Node::Format(name), true) => phrase("not", format!("a text not in the format {name}")),
        (Node::MinProperties(n), false) => phrase("minProperties", format!("an object of at least {n} properties")),
        (Node::MinProperties(n), true) => phrase("maxProperties", format!("an object of at most {} properties", n - 1)),
        (Node::Items { count, lit: Lit::TRUE, .. }, false) => {
            phrase("minItems", format!("a list of at least {count} items"))
        }
        (Node::Items { count, lit: Lit::TRUE, .. }, true) => {
            phrase("maxItems", format!("a list of at most {} items", count - 1))
        }
        (Node::Items { count: 1, .. }, true) => phrase("items", "a list of other items".into()),
        (Node::Items { count, .. }, false) => phrase("contains", format!("a list with at least {count} fitting items")),
        (Node::Items { count, .. }, true) => {
            phrase("maxContains", format!("a list with at most {} such items", count - 1))
        }
        (Node::Unique, false) => phrase("uniqueItems", "a list without repetitions".into()),
        (Node::Unique, true) => phrase("not", "a list with repetitions".into()),
        (Node::Properties(Names::One(name), _), _) => phrase("properties", format!("an object with another {name}")),
        (Node::Properties(Names::Set(_), _), _) => {
            phrase("additionalProperties", "an object with other properties".into())
        }
        (Node::Item(..), _) => phrase("prefixItems", "a list of other items".into()),
        (Node::True, _) => phrase("false", "nothing".into()),
        _ => phrase("schema", "something else".into()),
    }
}

fn composite(arena: &Arena, part: Lit) -> (&'static str, String) {
    match arena.node(part) {
        Node::And(parts) if part.is_negated() => {
            let types = arena.types(part);
            let options = parts.len();
            let kind = if types == Types::ALL { "a value".into() } else { article(types) };
            ("anyOf", format!("{kind} that fits one of {options} options"))
        }
        _ => ("allOf", "a value that fits all parts".into()),
    }
}

fn characters(count: u64) -> String {
    if count == 1 { "1 character".into() } else { format!("{count} characters") }
}
