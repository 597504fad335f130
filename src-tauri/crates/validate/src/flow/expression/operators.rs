//! What operators and conversions make of types, and on which they fail.

use heddle_expr::{Conversion, Operands, Shape};
use serde_json::{Value, json};

use super::reader::Reader;
use super::{Fails, Typed};
use crate::flow::walk::Kinds;

impl Reader<'_> {
    /// Whether a call applies to its operands, whose result is of one type whatever they are.
    pub(super) fn applied_to(&self, on: Operands, operands: &[Typed]) -> Typed {
        let mut own = Typed::new(Value::Null);
        let on_each = |name: &str, sure: Kinds, operands: &[Typed]| {
            let fails = operands.iter().map(|one| fails_on(name, sure, self.kinds(one), one.unknown.is_some()));
            fails.fold(Fails::Never, Fails::then)
        };
        let many = Kinds::ARRAY.or(Kinds::OBJECT);
        own.fails = match (on, operands) {
            (Operands::Ordered, [left, right]) => {
                let (one, two) = (self.kinds(left), self.kinds(right));
                let groups = [Kinds::STRING, Kinds::NUMBER, Kinds::BOOLEAN];
                if groups.iter().any(|group| one.within(*group) && two.within(*group)) {
                    Fails::Never
                } else if !groups.iter().any(|group| one.contains(*group) && two.contains(*group)) {
                    Fails::Always(format!("{} and {} cannot be compared", one.said(), two.said()))
                } else if left.unknown.is_some() || right.unknown.is_some() {
                    Fails::Never
                } else {
                    Fails::Maybe(format!("{} and {} may have to be compared", one.said(), two.said()))
                }
            }
            (Operands::Sized, operands) => on_each("size", Kinds::STRING.or(many), operands),
            (Operands::Texts, operands) => on_each("a function of texts", Kinds::STRING, operands),
            (Operands::Container, [_, container]) => {
                own.unknown = (!self.kinds(container).within(Kinds::ARRAY)).then(|| "what is looked into".to_owned());
                on_each("in", many, std::slice::from_ref(container))
            }
            (Operands::Elements, operands) => {
                own.unknown = Some("what is asked of each element may have no answer".to_owned());
                on_each("a question about each element", many, operands)
            }
            _ => Fails::Never,
        };
        own
    }

    pub(super) fn add(&mut self, left: &Shape, right: &Shape) -> Typed {
        let (left, right) = (self.read(left), self.read(right));
        let (one, two) = (self.kinds(&left), self.kinds(&right));
        if left.unknown.is_some() && one == Kinds::ALL || right.unknown.is_some() && two == Kinds::ALL {
            return Typed::made_of(Value::Bool(true), [left, right]);
        }
        let mut options = Vec::new();
        if one.contains(Kinds::STRING) && two.contains(Kinds::STRING) {
            options.push(json!({ "type": "string" }));
        }
        if one.contains(Kinds::NUMBER) && two.contains(Kinds::NUMBER) {
            options.push(number(one.and(Kinds::NUMBER).or(two.and(Kinds::NUMBER)).within(Kinds::INTEGER)));
        }
        let mut unknown = None;
        if one.contains(Kinds::ARRAY) && two.contains(Kinds::ARRAY) {
            options.push(json!({ "type": "array" }));
            unknown = Some("what a joined list holds is not worked out".to_owned());
        }
        let groups = [Kinds::STRING, Kinds::NUMBER, Kinds::ARRAY];
        let alike = groups.iter().any(|group| one.within(*group) && two.within(*group));
        let fails = match (options.is_empty(), alike && !mixes(one, two)) {
            (true, _) => Fails::Always(format!("`+` does not apply to {} and {}", one.said(), two.said())),
            (false, true) => Fails::Never,
            (false, false) => Fails::Maybe(cannot_mix("+", one, two)),
        };
        let schema = match options.len() {
            0 => Value::Bool(false),
            1 => options.remove(0),
            _ => json!({ "anyOf": options }),
        };
        let own = Typed { unknown, fails, ..Typed::new(Value::Null) };
        Typed::made_of(schema, [left, right, own])
    }

    pub(super) fn arithmetic(&mut self, left: &Shape, right: &Shape, division: bool) -> Typed {
        let whole = |shape: &Shape| matches!(shape, Shape::Literal(value) if Kinds::of(value) == Kinds::INTEGER);
        // A whole number may be written with a fraction (`4.0`); then CEL divides fractions.
        let surely_whole = !division || whole(left) || whole(right);
        let (left, right) = (self.read(left), self.read(right));
        let (one, two) = (self.kinds(&left), self.kinds(&right));
        let integers = one.and(Kinds::NUMBER).within(Kinds::INTEGER) && two.and(Kinds::NUMBER).within(Kinds::INTEGER);
        let schema = number(integers && surely_whole);
        let operator = if division { "/" } else { "the operator" };
        let fails = if !one.contains(Kinds::NUMBER) || !two.contains(Kinds::NUMBER) {
            Fails::Always(format!("{operator} does not apply to {} and {}", one.said(), two.said()))
        } else if left.unknown.is_some() || right.unknown.is_some() {
            Fails::Never
        } else if !one.within(Kinds::NUMBER) || !two.within(Kinds::NUMBER) || mixes(one, two) {
            Fails::Maybe(cannot_mix(operator, one, two))
        } else {
            Fails::Never
        };
        let own = Typed { fails, ..Typed::new(Value::Null) };
        Typed::made_of(schema, [left, right, own])
    }

    pub(super) fn convert(&mut self, to: Conversion, of: &Shape) -> Typed {
        let of = self.read(of);
        let kinds = self.kinds(&of);
        let (name, schema, sure, maybe) = match to {
            Conversion::Text => {
                ("string", json!({ "type": "string" }), Kinds::STRING.or(Kinds::NUMBER).or(Kinds::BOOLEAN), Kinds::NONE)
            }
            Conversion::Integer => ("int", number(true), Kinds::NUMBER, Kinds::STRING),
            Conversion::Number => ("double", number(false), Kinds::NUMBER, Kinds::STRING),
            Conversion::Boolean => ("bool", json!({ "type": "boolean" }), Kinds::BOOLEAN, Kinds::STRING),
        };
        if to == Conversion::Text && kinds.within(Kinds::STRING) {
            return of;
        }
        let converted = applied(name, schema, sure, kinds, of);
        match kinds.contains(maybe) {
            false => converted,
            // Some texts are numbers, others are not.
            true => {
                let what = if to == Conversion::Boolean { "no truth value" } else { "no number" };
                let fails = Fails::Maybe(format!("`{name}(…)` may get a text that is {what}"));
                let fails = if kinds.within(sure.or(maybe)) || matches!(converted.fails, Fails::Always(_)) {
                    fails
                } else {
                    converted.fails.clone().then(fails).at_most_maybe()
                };
                Typed { fails, ..converted }
            }
        }
    }
}

/// Whether something is worked out of one operand's types, or fails.
fn fails_on(name: &str, sure: Kinds, kinds: Kinds, unknown: bool) -> Fails {
    if !kinds.contains(sure) && !kinds.is_empty() {
        Fails::Always(format!("`{name}` does not apply to {}", kinds.said()))
    } else if kinds.within(sure) || unknown {
        Fails::Never
    } else {
        Fails::Maybe(format!("`{name}` does not apply to {}", kinds.without(sure).said()))
    }
}

/// Something that is worked out of a value of certain types, and fails on others.
pub(super) fn applied(name: &str, schema: Value, sure: Kinds, kinds: Kinds, of: Typed) -> Typed {
    let fails = fails_on(name, sure, kinds, of.unknown.is_some());
    let own = Typed { fails, ..Typed::new(Value::Null) };
    Typed::made_of(schema, [of, own])
}

fn cannot_mix(operator: &str, one: Kinds, two: Kinds) -> String {
    match one.or(two).within(Kinds::NUMBER) {
        true => "whole numbers and fractions do not mix: convert both with `double(…)`".to_owned(),
        false => format!("`{operator}` may get {} and {}", one.said(), two.said()),
    }
}

/// Whether a whole number may meet a fraction, which CEL refuses.
fn mixes(one: Kinds, two: Kinds) -> bool {
    one.contains(Kinds::INTEGER) && two.contains(Kinds::FRACTION)
        || one.contains(Kinds::FRACTION) && two.contains(Kinds::INTEGER)
}

pub(super) fn number(whole: bool) -> Value {
    json!({ "type": if whole { "integer" } else { "number" } })
}
