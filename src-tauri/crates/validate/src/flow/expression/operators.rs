//! What operators and conversions make of types, and on which they fail.

use heddle_expr::{Conversion, Shape};
use serde_json::{Value, json};

use super::reader::Reader;
use super::{Fails, Typed};
use crate::flow::walk::Kinds;

impl Reader<'_> {
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

/// Something that is worked out of a value of certain types, and fails on others.
pub(super) fn applied(name: &str, schema: Value, sure: Kinds, kinds: Kinds, of: Typed) -> Typed {
    let fails = if kinds.within(sure) || of.unknown.is_some() {
        Fails::Never
    } else if kinds.contains(sure) {
        Fails::Maybe(format!("`{name}` does not apply to {}", kinds.without(sure).said()))
    } else {
        Fails::Always(format!("`{name}` does not apply to {}", kinds.said()))
    };
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
