//! What an expression makes of what it looks at, as far as the type of its result depends on it.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, operators};
use serde_json::{Number, Value};

use crate::analysis::{reference, static_path};
use crate::path::{Reference, Segment};

/// The build of an expression. Types, and schemas, can be read off it without running anything; see
/// [`crate::Expression::shape`].
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A path from a root; its value is copied to the letter.
    Path(Reference),
    /// A part of something that is worked out.
    Part {
        /// What it is a part of.
        of: Box<Shape>,
        /// Which part.
        segment: Segment,
    },
    /// The variable a macro binds (`x` in `list.map(x, …)`).
    Variable(String),
    /// A value that is written down.
    Literal(Value),
    /// `[a, b]`.
    List(Vec<Shape>),
    /// `{"k": a}`, every key written down.
    Object(Vec<(String, Shape)>),
    /// `has(a.field)`, and what decides in `a[?0].orValue(b)`.
    Has {
        /// What may have it.
        of: Box<Shape>,
        /// The part.
        segment: Segment,
    },
    /// `!a`.
    Not(Box<Shape>),
    /// `a && b`: `b` matters only when `a` is true.
    And(Box<Shape>, Box<Shape>),
    /// `a || b`: `b` matters only when `a` is false.
    Or(Box<Shape>, Box<Shape>),
    /// `a == b` or `a != b`.
    Equal {
        /// Whether it asks for equality.
        equal: bool,
        /// One side.
        left: Box<Shape>,
        /// The other side.
        right: Box<Shape>,
    },
    /// `when ? then : otherwise`.
    Choice {
        /// What decides.
        when: Box<Shape>,
        /// The value when it is true.
        then: Box<Shape>,
        /// The value when it is false.
        otherwise: Box<Shape>,
    },
    /// `a + b`: numbers, texts or lists.
    Add(Box<Shape>, Box<Shape>),
    /// `a - b`, `a * b` or `a % b`.
    Arithmetic(Box<Shape>, Box<Shape>),
    /// `a / b`.
    Divide(Box<Shape>, Box<Shape>),
    /// `-a`.
    Negate(Box<Shape>),
    /// `string(a)`, `int(a)`, `double(a)` and the like.
    Convert {
        /// What it is made.
        to: Conversion,
        /// What it is made of.
        of: Box<Shape>,
    },
    /// `type(a)`, of which only comparisons make sense.
    TypeOf(Box<Shape>),
    /// The name of a type (`string` in `type(a) == string`).
    TypeName(String),
    /// `over.map(variable, item)`, with or without a condition on the elements.
    Map {
        /// The list, or the object, of which it is the keys.
        over: Box<Shape>,
        /// The variable.
        variable: String,
        /// What each element becomes.
        item: Box<Shape>,
        /// Whether there is a condition that elements may fail.
        filtered: bool,
    },
    /// `over.filter(variable, …)`.
    Filter {
        /// The list.
        over: Box<Shape>,
    },
    /// A call whose result is of one type, whatever it is given: comparisons, `size`, `startsWith`, `all`, …
    Typed {
        /// That type.
        kind: ResultKind,
        /// To what it applies.
        on: Operands,
        /// What it is given.
        of: Vec<Shape>,
    },
    /// Anything else, as it is called.
    Other(String),
}

/// To what a call applies whose result is of one type; on anything else it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operands {
    /// Numbers, texts or truth values, all of one of these: `<`, `<=`, `>`, `>=`.
    Ordered,
    /// A text, a list or an object: `size`.
    Sized,
    /// Texts: `startsWith`, `contains`, …
    Texts,
    /// A list or an object, looked for something in: `in`.
    Container,
    /// A list or an object, each element of which is looked at, which may fail: `all`, `exists`, …
    Elements,
    /// Nothing is given.
    None,
}

/// What a conversion makes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// `string(…)`.
    Text,
    /// `int(…)` and `uint(…)`.
    Integer,
    /// `double(…)`.
    Number,
    /// `bool(…)`.
    Boolean,
}

/// The type of a result, as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultKind {
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A text.
    Text,
}

/// Reads the build off a parsed expression.
pub(crate) fn shape(expression: &IdedExpr) -> Shape {
    read(expression, &mut Vec::new())
}

fn boxed<'a>(expression: &'a IdedExpr, bound: &mut Vec<&'a str>) -> Box<Shape> {
    Box::new(read(expression, bound))
}

fn read<'a>(expression: &'a IdedExpr, bound: &mut Vec<&'a str>) -> Shape {
    if let Some((root, path)) = static_path(expression) {
        if bound.contains(&root) {
            let variable = Shape::Variable(root.to_owned());
            return path.into_iter().fold(variable, |of, segment| Shape::Part { of: Box::new(of), segment });
        }
        if TYPES.contains(&root) && path.is_empty() {
            return Shape::TypeName(root.to_owned());
        }
        return match reference(root, path) {
            Ok(reference) => Shape::Path(reference),
            Err(_) => Shape::Other(root.to_owned()),
        };
    }
    match &expression.expr {
        Expr::Literal(literal) => self::literal(literal),
        Expr::Select(select) if select.test => {
            Shape::Has { of: boxed(&select.operand, bound), segment: Segment::Key(select.field.clone()) }
        }
        Expr::Select(select) => {
            Shape::Part { of: boxed(&select.operand, bound), segment: Segment::Key(select.field.clone()) }
        }
        Expr::List(list) if list.optional_indices.is_empty() => {
            Shape::List(list.elements.iter().map(|element| read(element, bound)).collect())
        }
        Expr::Map(map) => {
            let members = map.entries.iter().map(|entry| match &entry.expr {
                EntryExpr::MapEntry(member) if !member.optional => match &member.key.expr {
                    Expr::Literal(LiteralValue::String(key)) => {
                        Some((key.inner().to_owned(), read(&member.value, bound)))
                    }
                    _ => None,
                },
                _ => None,
            });
            members.collect::<Option<Vec<_>>>().map_or_else(|| other("an object with computed keys"), Shape::Object)
        }
        Expr::Call(call) => self::call(call, bound),
        Expr::Comprehension(comprehension) => self::comprehension(comprehension, bound),
        Expr::Ident(name) => other(name),
        Expr::List(_) => other("a list with optional elements"),
        Expr::Struct(_) | Expr::Unspecified => other("a value"),
    }
}

/// Names of types that can be compared with `type(…)`.
const TYPES: [&str; 8] = ["bool", "int", "uint", "double", "string", "list", "map", "null_type"];

fn other(what: &str) -> Shape {
    Shape::Other(what.to_owned())
}

fn literal(literal: &LiteralValue) -> Shape {
    Shape::Literal(match literal {
        LiteralValue::Boolean(value) => Value::from(*value.inner()),
        LiteralValue::Int(value) => Value::from(*value.inner()),
        LiteralValue::UInt(value) => Value::from(*value.inner()),
        LiteralValue::Double(value) => match Number::from_f64(*value.inner()) {
            Some(number) => Value::Number(number),
            None => return other("a number JSON cannot write"),
        },
        LiteralValue::String(value) => Value::from(value.inner()),
        LiteralValue::Null => Value::Null,
        LiteralValue::Bytes(_) => return Shape::Typed { kind: ResultKind::Text, on: Operands::None, of: Vec::new() },
    })
}

fn call<'a>(call: &'a CallExpr, bound: &mut Vec<&'a str>) -> Shape {
    let typed = |kind, on, bound: &mut Vec<&'a str>| {
        let of = call.target.as_deref().into_iter().chain(&call.args).map(|part| read(part, bound)).collect();
        Shape::Typed { kind, on, of }
    };
    let name = call.func_name.as_str();
    match (name, &call.target, call.args.as_slice()) {
        (operators::CONDITIONAL, None, [when, then, otherwise]) => {
            Shape::Choice { when: boxed(when, bound), then: boxed(then, bound), otherwise: boxed(otherwise, bound) }
        }
        (operators::LOGICAL_AND, None, [left, right]) => Shape::And(boxed(left, bound), boxed(right, bound)),
        (operators::LOGICAL_OR, None, [left, right]) => Shape::Or(boxed(left, bound), boxed(right, bound)),
        (operators::LOGICAL_NOT, None, [of]) => Shape::Not(boxed(of, bound)),
        (operators::EQUALS | operators::NOT_EQUALS, None, [left, right]) => {
            Shape::Equal { equal: name == operators::EQUALS, left: boxed(left, bound), right: boxed(right, bound) }
        }
        (operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS, None, [_, _]) => {
            typed(ResultKind::Boolean, Operands::Ordered, bound)
        }
        (operators::IN, None, [_, _]) => typed(ResultKind::Boolean, Operands::Container, bound),
        (operators::ADD, None, [left, right]) => Shape::Add(boxed(left, bound), boxed(right, bound)),
        (operators::SUBSTRACT | operators::MULTIPLY | operators::MODULO, None, [left, right]) => {
            Shape::Arithmetic(boxed(left, bound), boxed(right, bound))
        }
        (operators::DIVIDE, None, [left, right]) => Shape::Divide(boxed(left, bound), boxed(right, bound)),
        (operators::NEGATE, None, [of]) => Shape::Negate(boxed(of, bound)),
        ("string", None, [of]) => Shape::Convert { to: Conversion::Text, of: boxed(of, bound) },
        ("int" | "uint", None, [of]) => Shape::Convert { to: Conversion::Integer, of: boxed(of, bound) },
        ("double", None, [of]) => Shape::Convert { to: Conversion::Number, of: boxed(of, bound) },
        ("bool", None, [of]) => Shape::Convert { to: Conversion::Boolean, of: boxed(of, bound) },
        ("type", None, [of]) => Shape::TypeOf(boxed(of, bound)),
        ("size", None, [_]) | ("size", Some(_), []) => typed(ResultKind::Integer, Operands::Sized, bound),
        ("startsWith" | "endsWith" | "contains" | "matches", Some(_), [_]) | ("matches", None, [_, _]) => {
            typed(ResultKind::Boolean, Operands::Texts, bound)
        }
        // `a.?b.orValue(c)` and `a[?b].orValue(c)`
        ("orValue", Some(target), [otherwise]) => match optional_part(target) {
            Some((of, segment)) => {
                let of = boxed(of, bound);
                Shape::Choice {
                    when: Box::new(Shape::Has { of: of.clone(), segment: segment.clone() }),
                    then: Box::new(part(*of, segment)),
                    otherwise: boxed(otherwise, bound),
                }
            }
            None => other("orValue"),
        },
        (operators::INDEX, None, [of, index]) => match segment(index) {
            Some(segment) => part(read(of, bound), segment),
            None => other("a part that is chosen while running"),
        },
        (name, _, _) => other(name.trim_matches('_')),
    }
}

/// A part of something; paths stay paths.
fn part(of: Shape, segment: Segment) -> Shape {
    match of {
        Shape::Path(mut reference) => {
            reference.path.push(segment);
            Shape::Path(reference)
        }
        of => Shape::Part { of: Box::new(of), segment },
    }
}

/// What an index that is written down selects.
fn segment(index: &IdedExpr) -> Option<Segment> {
    match &index.expr {
        Expr::Literal(LiteralValue::String(key)) => Some(Segment::Key(key.inner().to_owned())),
        Expr::Literal(LiteralValue::Int(index)) => u64::try_from(*index.inner()).ok().map(Segment::Index),
        Expr::Literal(LiteralValue::UInt(index)) => Some(Segment::Index(*index.inner())),
        _ => None,
    }
}

/// `a` and `b` of `a.?b` or `a[?b]`.
fn optional_part(expression: &IdedExpr) -> Option<(&IdedExpr, Segment)> {
    let Expr::Call(call) = &expression.expr else { return None };
    match (call.func_name.as_str(), call.args.as_slice()) {
        (operators::OPT_SELECT | operators::OPT_INDEX, [of, key]) => Some((of, segment(key)?)),
        _ => None,
    }
}

/// A truth value about the elements of something.
fn looked(over: Shape) -> Shape {
    Shape::Typed { kind: ResultKind::Boolean, on: Operands::Elements, of: vec![over] }
}

/// The macros, by what they expand to.
fn comprehension<'a>(comprehension: &'a ComprehensionExpr, bound: &mut Vec<&'a str>) -> Shape {
    let over = boxed(&comprehension.iter_range, bound);
    match &comprehension.accu_init.expr {
        // `all`, `exists`
        Expr::Literal(LiteralValue::Boolean(_)) => looked(*over),
        // `exists_one`: counts, and compares the count
        Expr::Literal(LiteralValue::Int(_)) => looked(*over),
        Expr::List(list) if list.elements.is_empty() && comprehension.iter_var2.is_none() => {
            let Expr::Call(step) = &comprehension.loop_step.expr else { return other("a loop") };
            let (append, filtered) = match (step.func_name.as_str(), step.args.as_slice()) {
                (operators::CONDITIONAL, [_, append, _]) => (append, true),
                _ => (&comprehension.loop_step, false),
            };
            let Some(element) = appended(append) else { return other("a loop") };
            if filtered && matches!(&element.expr, Expr::Ident(name) if *name == comprehension.iter_var) {
                return Shape::Filter { over };
            }
            bound.push(&comprehension.iter_var);
            let item = boxed(element, bound);
            bound.pop();
            Shape::Map { over, variable: comprehension.iter_var.clone(), item, filtered }
        }
        _ => other("a loop"),
    }
}

/// The `x` of `@result + [x]`.
fn appended(step: &IdedExpr) -> Option<&IdedExpr> {
    let Expr::Call(call) = &step.expr else { return None };
    match (call.func_name.as_str(), call.args.as_slice()) {
        (operators::ADD, [_, IdedExpr { expr: Expr::List(list), .. }]) => list.elements.first(),
        _ => None,
    }
}
