//! Reading a parsed expression: what it refers to, and whether it is nothing but a path.

use cel::IdedExpr;
use cel::common::ast::{EntryExpr, Expr, LiteralValue, operators};
use heddle_model::StepId;

use crate::path::{Reference, Root, Segment};

/// What the analysis found.
#[derive(Debug, Default)]
pub(crate) struct Analysis {
    /// In order of appearance, each once.
    pub(crate) references: Vec<Reference>,
    /// The first thing that can never work.
    pub(crate) problem: Option<String>,
}

/// Names of types and namespaces CEL brings along; they are not references.
const BUILT_IN: [&str; 13] = [
    "bool",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "list",
    "map",
    "null_type",
    "type",
    "optional_type",
    "optional",
    "google",
];

/// Finds every reference.
pub(crate) fn analyse(expression: &IdedExpr) -> Analysis {
    let mut walk = Walk { found: Analysis::default(), bound: Vec::new() };
    walk.visit(expression);
    walk.found
}

/// The path an expression is, if it is nothing else.
pub(crate) fn selection(expression: &IdedExpr) -> Option<Reference> {
    let (root, path) = static_path(expression)?;
    (!BUILT_IN.contains(&root)).then(|| reference(root, path).ok())?
}

/// A name and the fields and elements selected from it, all known beforehand.
pub(crate) fn static_path(expression: &IdedExpr) -> Option<(&str, Vec<Segment>)> {
    let mut path = Vec::new();
    let mut here = expression;
    loop {
        match &here.expr {
            Expr::Ident(name) => {
                path.reverse();
                return Some((name.strip_prefix('.').unwrap_or(name), path));
            }
            Expr::Select(select) if !select.test => {
                path.push(Segment::Key(select.field.clone()));
                here = &select.operand;
            }
            Expr::Call(call) if call.func_name == operators::INDEX && call.target.is_none() => {
                let [operand, index] = call.args.as_slice() else { return None };
                path.push(match &index.expr {
                    Expr::Literal(LiteralValue::String(key)) => Segment::Key(key.inner().to_owned()),
                    Expr::Literal(LiteralValue::Int(index)) => Segment::Index(u64::try_from(*index.inner()).ok()?),
                    Expr::Literal(LiteralValue::UInt(index)) => Segment::Index(*index.inner()),
                    _ => return None,
                });
                here = operand;
            }
            _ => return None,
        }
    }
}

/// What a name and a path from it mean.
pub(crate) fn reference(name: &str, mut path: Vec<Segment>) -> Result<Reference, String> {
    let root = match name {
        "input" => Root::Input,
        "vars" => Root::Vars,
        "context" => Root::Context,
        "item" => Root::Item,
        "index" => Root::Index,
        "steps" => {
            let mut segments = path.into_iter();
            let Some(Segment::Key(step)) = segments.next() else {
                return Err("`steps` is followed by the id of a step: `steps.<id>.output`".to_owned());
            };
            match segments.next() {
                Some(Segment::Key(word)) if word == "output" => {}
                _ => {
                    return Err(format!("of a step an expression sees only its output: write `steps.{step}.output`"));
                }
            }
            path = segments.collect();
            Root::Step(StepId::new(step))
        }
        other => Root::Unknown(other.to_owned()),
    };
    Ok(Reference { root, path })
}

struct Walk<'a> {
    found: Analysis,
    bound: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, expression: &'a IdedExpr) {
        if let Some((root, path)) = static_path(expression) {
            self.add(root, path);
            return;
        }
        match &expression.expr {
            Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) => {}
            Expr::Select(select) => match static_path(&select.operand) {
                // `has(input.a)`
                Some((root, mut path)) => {
                    path.push(Segment::Key(select.field.clone()));
                    self.add(root, path);
                }
                None => self.visit(&select.operand),
            },
            Expr::Call(call) => {
                call.target.iter().for_each(|target| self.visit(target));
                call.args.iter().for_each(|argument| self.visit(argument));
            }
            Expr::List(list) => list.elements.iter().for_each(|element| self.visit(element)),
            Expr::Map(map) => {
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        self.visit(&entry.key);
                        self.visit(&entry.value);
                    }
                }
            }
            Expr::Struct(value) => {
                let message =
                    format!("`{}{{…}}` is not a known type; an object is written {{\"key\": value}}", value.type_name);
                self.found.problem.get_or_insert(message);
            }
            Expr::Comprehension(loop_) => {
                self.visit(&loop_.iter_range);
                self.visit(&loop_.accu_init);
                let outer = self.bound.len();
                self.bound.push(&loop_.iter_var);
                self.bound.extend(loop_.iter_var2.as_deref());
                self.bound.push(&loop_.accu_var);
                self.visit(&loop_.loop_cond);
                self.visit(&loop_.loop_step);
                self.visit(&loop_.result);
                self.bound.truncate(outer);
            }
        }
    }

    fn add(&mut self, root: &'a str, path: Vec<Segment>) {
        if self.bound.contains(&root) || BUILT_IN.contains(&root) {
            return;
        }
        match reference(root, path) {
            Ok(reference) if self.found.references.contains(&reference) => {}
            Ok(reference) => self.found.references.push(reference),
            Err(problem) => {
                self.found.problem.get_or_insert(problem);
            }
        }
    }
}

/// How deep an expression's tree is.
pub(crate) fn depth(expression: &IdedExpr) -> usize {
    let mut deepest = 0;
    each_node(expression, |_, depth| deepest = deepest.max(depth));
    deepest
}

/// Every node of the tree with its depth, from 1; without recursion.
pub(crate) fn each_node<'a>(expression: &'a IdedExpr, mut visit: impl FnMut(&'a IdedExpr, usize)) {
    let mut open = vec![(expression, 1)];
    while let Some((here, depth)) = open.pop() {
        visit(here, depth);
        let mut push = |child| open.push((child, depth + 1));
        match &here.expr {
            Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) => {}
            Expr::Select(select) => push(&select.operand),
            Expr::Call(call) => {
                call.target.iter().for_each(|target| push(target));
                call.args.iter().for_each(push);
            }
            Expr::List(list) => list.elements.iter().for_each(push),
            Expr::Map(map) => map.entries.iter().for_each(|entry| {
                if let EntryExpr::MapEntry(entry) = &entry.expr {
                    push(&entry.key);
                    push(&entry.value);
                }
            }),
            Expr::Struct(value) => value.entries.iter().for_each(|entry| {
                if let EntryExpr::StructField(field) = &entry.expr {
                    push(&field.value);
                }
            }),
            Expr::Comprehension(loop_) => {
                [&loop_.iter_range, &loop_.accu_init, &loop_.loop_cond, &loop_.loop_step, &loop_.result]
                    .into_iter()
                    .for_each(push);
            }
        }
    }
}
