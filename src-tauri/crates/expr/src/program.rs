//! Running what is more than a path, in CEL.

use cel::common::types::{CelMapKey, CelString};
use cel::common::value::Val;
use cel::{Context, ExecutionError, IdedExpr, Value};
use heddle_model::{Payload, StepId};

use crate::analysis::depth;
use crate::error::EvalError;
use crate::expression::RED_ZONE;
use crate::meter::{MAX_WORK, PURSE, Purse, environment, metered};
use crate::opaque::{Opaque, inexact_number};
use crate::output::payload;
use crate::path::{Reference, Root, Segment};
use crate::scope::Scope;
use crate::select::{root_of, walk};
use crate::value::{Record, value};

/// Characters of a number or message that are shown.
const SHOWN: usize = 200;

/// A program that pays for what it does.
#[derive(Debug)]
pub(crate) struct Program {
    tree: IdedExpr,
    /// Stack that running it may take, in bytes.
    stack: usize,
}

/// Stack that one level of nesting takes while running, in bytes; builds without optimisation take far more.
const FRAME: usize = if cfg!(debug_assertions) { 64 * 1024 } else { 8 * 1024 };

impl Program {
    pub(crate) fn new(tree: IdedExpr) -> Self {
        let tree = metered(tree);
        let stack = RED_ZONE + depth(&tree) * FRAME;
        Self { tree, stack }
    }

    /// Runs it against what `references` name in `scope`; nothing else is looked at.
    pub(crate) fn run(&self, references: &[Reference], scope: &dyn Scope) -> Result<Payload, EvalError> {
        stacker::maybe_grow(self.stack, self.stack, || self.run_with_stack(references, scope))
    }

    fn run_with_stack(&self, references: &[Reference], scope: &dyn Scope) -> Result<Payload, EvalError> {
        let purse = Purse::full();
        let mut context = Context::with_env(environment());
        context.add_variable_as_val(PURSE, Box::new(purse.clone()));
        declare(references, scope, &mut context);
        let result = Value::resolve_val(&self.tree, &context);
        if purse.is_empty() {
            return Err(EvalError::TooMuchWork(MAX_WORK));
        }
        match result {
            Ok(result) => payload(result.as_ref()),
            Err(error) => Err(explain(error, references, scope)),
        }
    }
}

fn declare(references: &[Reference], scope: &dyn Scope, context: &mut Context<'_, '_>) {
    let mut steps: Vec<&StepId> = Vec::new();
    let mut declared: Vec<&Root> = Vec::new();
    for reference in references {
        if let Root::Step(step) = &reference.root {
            if !steps.contains(&step) {
                steps.push(step);
            }
        } else if !declared.contains(&&reference.root) {
            declared.push(&reference.root);
            // What is not there stays undeclared: the program may never ask for it, or ask with `has`.
            if let Ok(root) = root_of(reference, scope) {
                context.add_variable_as_val(reference.root.to_string(), value(&root));
            }
        }
    }
    if !steps.is_empty() {
        let outputs = steps.into_iter().map(|step| {
            let output = scope.step(step.as_str()).map(|output| (key("output"), value(output)));
            let step_record: Box<dyn Val> = Box::new(Record::new(output).unwrap_or_default());
            (key(step.as_str()), step_record)
        });
        context.add_variable_as_val("steps", Box::new(Record::new(outputs).unwrap_or_default()));
    }
}

fn key(name: &str) -> CelMapKey<'static> {
    CelMapKey::String(CelString::from(name.to_owned()))
}

/// What CEL's error means for the person who wrote the expression.
fn explain(error: ExecutionError, references: &[Reference], scope: &dyn Scope) -> EvalError {
    match &error {
        ExecutionError::NoSuchKey(key) => broken(references, scope, Some(key.as_str()))
            .unwrap_or_else(|| EvalError::Cel(format!("there is no field `{}`", shortened(key)))),
        ExecutionError::IndexOutOfBounds(index) => broken(references, scope, None).unwrap_or_else(|| {
            EvalError::Cel(match index {
                Value::Int(index) => format!("there is no element {index}"),
                _ => "there is no such element".to_owned(),
            })
        }),
        ExecutionError::UndeclaredReference(name) => EvalError::Unknown(name.to_string()),
        ExecutionError::NoSuchOverload(overload) => {
            if let Some(number) = overload.argument_types().iter().find_map(|name| inexact_number(name)) {
                return inexact(number);
            }
            let selects = matches!(overload.function(), "_._" | "_[_]");
            if selects && let Some(error) = broken(references, scope, None) {
                return error;
            }
            EvalError::Cel(match (overload.function(), overload.argument_types()) {
                ("_._" | "_[_]", [container, ..]) => format!("a value of type {container} has no fields or elements"),
                (function, types) => {
                    let name = function.trim_matches('_').trim_start_matches('@');
                    format!("`{name}` does not apply to {}{}", types.join(" and "), hint(types))
                }
            })
        }
        ExecutionError::UnsupportedBinaryOperator(operator, left, right) => {
            if let Some(number) = [left, right].into_iter().find_map(beyond) {
                return inexact(&number);
            }
            let types = [type_name(left), type_name(right)];
            let operator = match *operator {
                "add" => "+",
                "sub" => "-",
                "mul" => "*",
                "div" => "/",
                "rem" => "%",
                other => other,
            };
            EvalError::Cel(format!("`{operator}` does not apply to {}{}", types.join(" and "), hint(&types)))
        }
        ExecutionError::DivisionByZero(_) => EvalError::Cel("division by zero".to_owned()),
        ExecutionError::RemainderByZero(_) => EvalError::Cel("remainder of a division by zero".to_owned()),
        ExecutionError::UnexpectedType { got, want } => match inexact_number(got) {
            Some(number) => inexact(number),
            None => EvalError::Cel(format!("expected {want}, found {}", shortened(got))),
        },
        other => EvalError::Cel(shortened(&other.to_string())),
    }
}

/// The first reference that leads nowhere; with `key`, the first that ends at a missing field of that name.
fn broken(references: &[Reference], scope: &dyn Scope, key: Option<&str>) -> Option<EvalError> {
    references.iter().find_map(|reference| {
        let root = match root_of(reference, scope) {
            Ok(root) => root,
            Err(error @ EvalError::NoOutput { .. }) if key.is_none_or(|key| key == "output") => return Some(error),
            Err(_) => return None,
        };
        match walk(reference, root.text()) {
            Err(EvalError::Missing(missing)) => {
                let ends_there = match (missing.wanted.path.get(missing.parent.path.len()), key) {
                    (Some(Segment::Key(name)), Some(key)) => name == key,
                    (_, None) => true,
                    _ => false,
                };
                ends_there.then_some(EvalError::Missing(missing))
            }
            _ => None,
        }
    })
}

fn inexact(number: &str) -> EvalError {
    EvalError::Inexact { number: shortened(number) }
}

fn beyond(value: &Value) -> Option<String> {
    match value {
        Value::Opaque(opaque) => {
            inexact_number(opaque.downcast_ref::<Opaque>().map(cel::objects::Opaque::runtime_type_name)?)
                .map(str::to_owned)
        }
        _ => None,
    }
}

fn type_name(value: &Value) -> String {
    match value.type_of() {
        cel::objects::ValueType::Float => "double".to_owned(),
        other => other.to_string(),
    }
}

fn hint<T: AsRef<str>>(types: &[T]) -> &'static str {
    let has = |name: &str| types.iter().any(|found| found.as_ref() == name);
    let double = has("double");
    if double && (has("int") || has("uint")) {
        "; CEL does not mix them: convert one, `double(…)` or `int(…)`"
    } else if has("string") && (double || has("int") || has("uint")) {
        "; convert the number with `string(…)`, or the text with `int(…)` or `double(…)`"
    } else {
        ""
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}
