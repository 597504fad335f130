//! Keeping an evaluation bounded.
//!
//! CEL has no recursion and no unbounded loops, but its macros nest (`a.map(x, a.map(y, …))`) and its values grow
//! (`s + s`, lists of lists). The crate `cel` does not count, so a parsed program is rewritten once: every loop body,
//! every operation that may build or search a large value, is wrapped in a call that first pays for it from a purse.
//! An empty purse is an error that also stops every loop around it, whatever `&&` or `||` stand between.

use std::any::Any;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, ListExpr, LiteralValue, operators};
use cel::common::types::{CelBytes, CelInt, CelList, CelMapKey, CelOptional, CelString, DYN_TYPE, Kind, Type};
use cel::common::value::{CowVal, StaticVal, Val};
use cel::{Env, ExecutionError};

use crate::value::{Json, Record};

/// Units of work one evaluation may take: about one visited node of the expression each, or a few bytes built.
pub(crate) const MAX_WORK: u64 = 10_000_000;

/// What compiling one regular expression costs, and what it costs when the pattern repeats or names a class.
const REGEX: u64 = 2_000;
const LARGE_REGEX: u64 = 500_000;

/// What is left to spend. Programs see it under a name that cannot be written in CEL.
#[derive(Debug, Clone)]
pub(crate) struct Purse(Arc<AtomicU64>);

/// The name programs see the purse under.
pub(crate) const PURSE: &str = "@purse";
const PAY: &str = "@pay";
const AMONG: &str = "@among";
const SEARCH: &str = "@search";
const TURN: &str = "@turn";
const OBJECT: &str = "@object";
const PATTERN: &str = "@pattern";

impl Purse {
    pub(crate) fn full() -> Self {
        Self(Arc::new(AtomicU64::new(MAX_WORK)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.left() == 0
    }

    fn left(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn pay(&self, units: u64) -> Result<(), ExecutionError> {
        let left = self.left().saturating_sub(units);
        self.0.store(left, Ordering::Relaxed);
        if left == 0 { Err(ExecutionError::function_error("purse", "empty")) } else { Ok(()) }
    }
}

impl Val for Purse {
    fn get_type(&self) -> &Type {
        Self::cel_type()
    }

    fn cel_type() -> &'static Type {
        static PURSE_TYPE: LazyLock<Type> = LazyLock::new(|| Type::new_unspecified_type(PURSE));
        &PURSE_TYPE
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Purse {}

/// CEL's standard library, and the calls that [`metered`] puts into programs.
pub(crate) fn environment() -> Arc<Env> {
    static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
        let mut env = Env::stdlib();
        for (name, arity, function) in [
            (PAY, 2, pay as cel::common::functions::Function),
            (AMONG, 2, among),
            (SEARCH, 2, search),
            (TURN, 4, turn),
            (OBJECT, 2, object),
            (PATTERN, 2, pattern),
        ] {
            let arguments = (0..arity).map(|_| DYN_TYPE).collect();
            env.add_overload(name, name, arguments, function).expect("the names are distinct and not CEL's");
        }
        Arc::new(env)
    });
    Arc::clone(&ENVIRONMENT)
}

fn purse<'a>(arguments: &'a [CowVal<'_, '_>]) -> Result<&'a Purse, ExecutionError> {
    arguments
        .first()
        .and_then(|first| first.as_ref().downcast_ref::<Purse>())
        .ok_or_else(|| ExecutionError::InternalError("no purse".to_owned()))
}

fn last<'b, 'v>(mut arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    arguments.pop().ok_or(ExecutionError::MissingArgumentOrTarget)
}

/// `@pay(purse, value)`: pays for a value that was built.
fn pay<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let purse = purse(&arguments)?;
    let value = arguments.last().ok_or(ExecutionError::MissingArgumentOrTarget)?;
    purse.pay(weight(value.as_ref(), purse.left()))?;
    last(arguments)
}

/// `@search(purse, value)`: pays for a value that will be read from end to end.
fn search<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let purse = purse(&arguments)?;
    let value = arguments.last().ok_or(ExecutionError::MissingArgumentOrTarget)?;
    let units = match value.as_ref().downcast_ref::<Json>() {
        Some(json) => 1 + json.text().len() as u64 / 16,
        None => weight(value.as_ref(), purse.left()),
    };
    purse.pay(units)?;
    last(arguments)
}

/// `@among(purse, container)`: pays for looking whether something is in a container: every element of a list, one key of
/// a map.
fn among<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let container = arguments.last().ok_or(ExecutionError::MissingArgumentOrTarget)?;
    let elements = match container.get_type().kind() {
        Kind::List => container.as_sizer().map_or(1, |list| list.size().inner().unsigned_abs()),
        _ => 0,
    };
    purse(&arguments)?.pay(1 + elements)?;
    last(arguments)
}

/// `@turn(purse, cost, item, value)`: pays for one turn of a loop: its body, a copy of the item, and what it yields.
fn turn<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let purse = purse(&arguments)?;
    let [_, cost, item, value] = arguments.as_slice() else {
        return Err(ExecutionError::MissingArgumentOrTarget);
    };
    let cost = cost.as_ref().downcast_ref::<CelInt>().map_or(1, |cost| cost.inner().unsigned_abs());
    let left = purse.left();
    purse.pay(cost + weight(item.as_ref(), left) + weight(value.as_ref(), left))?;
    last(arguments)
}

/// `@pattern(purse, regex)`: pays for compiling a regular expression.
fn pattern<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let purse = purse(&arguments)?;
    if let Some(pattern) = arguments.last().and_then(|pattern| pattern.as_ref().downcast_ref::<CelString<'_>>()) {
        let large = pattern.inner().contains(['{', '\\']) || pattern.inner().len() > 100;
        purse.pay(if large { LARGE_REGEX } else { REGEX })?;
    }
    last(arguments)
}

/// `@object(purse, [key, value, optional, …])`: an object whose keys keep the order they were written in.
fn object<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let purse = purse(&arguments)?.clone();
    let flat: Vec<Box<dyn Val + 'v>> = last(arguments)?
        .into_owned()
        .try_into()
        .map_err(|_| ExecutionError::InternalError("no list of members".to_owned()))?;
    let mut flat = flat.into_iter();
    let mut members: Vec<(CelMapKey<'v>, Box<dyn Val + 'v>)> = Vec::with_capacity(flat.len() / 3);
    while let (Some(key), Some(value), Some(optional)) = (flat.next(), flat.next(), flat.next()) {
        let key: CelMapKey<'v> = CowVal::Owned(key).try_into()?;
        let is_optional = optional.downcast_ref::<cel::common::types::CelBool>().is_some_and(|flag| *flag.inner());
        let value = match value.downcast_ref::<CelOptional<'_>>() {
            Some(inner) if is_optional => inner.option().map(Val::clone_as_boxed),
            _ => Some(value),
        };
        members.extend(value.map(|value| (key, value)));
    }
    let record = Record::new(members)?;
    purse.pay(weight(&record, purse.left()))?;
    Ok(CowVal::owned(record))
}

/// What a value weighs: about what copying it costs. Stops counting once it is over `limit`.
fn weight(value: &dyn Val, limit: u64) -> u64 {
    // JSON is shared, not copied.
    if value.downcast_ref::<Json>().is_some() {
        return 1;
    }
    match value.get_type().kind() {
        Kind::String => 1 + value.downcast_ref::<CelString<'_>>().map_or(0, |string| string.inner().len() as u64 / 8),
        Kind::Bytes => 1 + value.downcast_ref::<CelBytes<'_>>().map_or(0, |bytes| bytes.inner().len() as u64 / 8),
        Kind::List => value.downcast_ref::<CelList<'_>>().map_or(1, |list| {
            let mut sum = 1;
            for element in list.inner() {
                sum += 3 + weight(element.as_ref(), limit.saturating_sub(sum));
                if sum > limit {
                    break;
                }
            }
            sum
        }),
        Kind::Map => value.downcast_ref::<cel::common::types::CelMap<'_>>().map_or(1, |map| {
            let mut sum = 1;
            for (key, element) in map.inner() {
                sum += 6 + weight(key.inner(), limit) + weight(element.as_ref(), limit.saturating_sub(sum));
                if sum > limit {
                    break;
                }
            }
            sum
        }),
        _ => 1,
    }
}

/// The same program, paying for what it does.
pub(crate) fn metered(expression: IdedExpr) -> IdedExpr {
    let IdedExpr { id, expr } = expression;
    let node = |expr| IdedExpr { id, expr };
    match expr {
        Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) | Expr::Struct(_) => node(expr),
        Expr::Select(mut select) => {
            // A chain of fields is left alone: CEL resolves its name as a whole.
            *select.operand = metered(*select.operand);
            node(Expr::Select(select))
        }
        Expr::List(list) if list.elements.is_empty() => node(Expr::List(list)),
        Expr::List(mut list) => {
            list.elements = list.elements.into_iter().map(metered).collect();
            call(PAY, vec![node(Expr::List(list))])
        }
        Expr::Map(map) => {
            let mut flat = Vec::with_capacity(map.entries.len() * 3);
            for entry in map.entries {
                if let EntryExpr::MapEntry(entry) = entry.expr {
                    let optional = Expr::Literal(LiteralValue::Boolean(entry.optional.into()));
                    flat.extend([metered(entry.key), metered(entry.value), node(optional)]);
                }
            }
            call(OBJECT, vec![node(Expr::List(ListExpr::new(flat)))])
        }
        Expr::Call(mut function) => {
            function.args = function.args.into_iter().map(metered).collect();
            match function.func_name.as_str() {
                operators::ADD => return call(PAY, vec![node(Expr::Call(function))]),
                operators::EQUALS | operators::NOT_EQUALS | operators::IN => {
                    let price = if function.func_name == operators::IN { AMONG } else { SEARCH };
                    if let Some(searched) = function.args.pop() {
                        function.args.push(call(price, vec![searched]));
                    }
                }
                name if name.starts_with('_') || name.starts_with('@') || name == operators::LOGICAL_NOT => {}
                name => {
                    // JSON knows its size once it is open; only a text is counted through.
                    let price = if name == "size" { PAY } else { SEARCH };
                    if name == "matches"
                        && let Some(regex) = function.args.pop()
                    {
                        function.args.push(call(PATTERN, vec![regex]));
                    }
                    // The receiver, or the first argument of a global function; a namespace is neither.
                    if let Some(target) = function.target.take() {
                        let is_namespace = matches!(&target.expr, Expr::Ident(name) if name == "optional");
                        let target = metered(*target);
                        function.target = Some(Box::new(if is_namespace { target } else { call(price, vec![target]) }));
                    } else if !function.args.is_empty() {
                        let first = function.args.remove(0);
                        function.args.insert(0, call(price, vec![first]));
                    }
                }
            }
            node(Expr::Call(function))
        }
        Expr::Comprehension(comprehension) => node(Expr::Comprehension(Box::new(metered_loop(*comprehension)))),
    }
}

/// A loop pays at every turn. The shapes CEL's macros expand to are kept, since `cel` runs them without copying.
fn metered_loop(mut comprehension: ComprehensionExpr) -> ComprehensionExpr {
    let cost = size(&comprehension.loop_step) as i64;
    let item = comprehension.iter_var.clone();
    let turn = |value: IdedExpr| {
        let cost = IdedExpr { id: value.id, expr: Expr::Literal(LiteralValue::Int(cost.into())) };
        let item = IdedExpr { id: value.id, expr: Expr::Ident(item.clone()) };
        call(TURN, vec![cost, item, metered(value)])
    };
    comprehension.iter_range = metered(comprehension.iter_range);
    comprehension.accu_init = metered(comprehension.accu_init);
    comprehension.result = metered(comprehension.result);
    if !matches!(comprehension.loop_cond.expr, Expr::Literal(_)) {
        // `all` and `exists` let a later element override an error; not this one.
        comprehension.loop_cond = call(PAY, vec![comprehension.loop_cond]);
    }
    if let Expr::Call(step) = &mut comprehension.loop_step.expr {
        match (step.func_name.as_str(), step.args.as_mut_slice()) {
            (operators::CONDITIONAL, [guard, append, _]) => {
                *guard = turn(std::mem::take(guard));
                if let Some(element) = appended(append) {
                    *element = call(PAY, vec![metered(std::mem::take(element))]);
                }
            }
            (operators::LOGICAL_AND | operators::LOGICAL_OR, [_, value]) => *value = turn(std::mem::take(value)),
            _ => {
                if let Some(element) = appended(&mut comprehension.loop_step) {
                    *element = turn(std::mem::take(element));
                }
            }
        }
    }
    comprehension
}

/// The `x` of `@result + [x]`.
fn appended(step: &mut IdedExpr) -> Option<&mut IdedExpr> {
    let Expr::Call(call) = &mut step.expr else { return None };
    match (call.func_name.as_str(), call.args.as_mut_slice()) {
        (operators::ADD, [_, IdedExpr { expr: Expr::List(list), .. }]) => list.elements.first_mut(),
        _ => None,
    }
}

fn call(name: &str, arguments: Vec<IdedExpr>) -> IdedExpr {
    let mut args = vec![IdedExpr { id: 0, expr: Expr::Ident(PURSE.to_owned()) }];
    args.extend(arguments);
    IdedExpr { id: 0, expr: Expr::Call(CallExpr { func_name: name.to_owned(), target: None, args }) }
}

/// How many nodes an expression has.
fn size(expression: &IdedExpr) -> usize {
    let mut count = 0;
    crate::analysis::each_node(expression, |_, _| count += 1);
    count
}
