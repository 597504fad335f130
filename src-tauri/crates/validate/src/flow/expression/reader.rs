//! Going through an expression, from its outermost part inwards.

use heddle_expr::{ResultKind, Root, Segment, Shape};
use serde_json::{Value, json};

use super::facts::{Fact, facts};
use super::operators::{applied, number};
use super::{Given, Typed};
use crate::flow::build::{embedded, list_of, object};
use crate::flow::document::Bundle;
use crate::flow::walk::{Kinds, Walk};

/// Expressions inside one another that are looked through.
const DEEPEST: usize = 64;

/// Reads types off expressions.
pub(super) struct Reader<'a> {
    pub(super) sources: &'a dyn Fn(&Root) -> Given,
    pub(super) declared: bool,
    pub(super) facts: Vec<Fact>,
    pub(super) variables: Vec<(String, Typed)>,
    depth: usize,
}

/// What an expression gives, seen with what there is to look at.
pub(in crate::flow) fn typed(shape: &Shape, sources: &dyn Fn(&Root) -> Given, declared: bool) -> Typed {
    Reader { sources, declared, facts: Vec::new(), variables: Vec::new(), depth: 0 }.read(shape)
}

impl Reader<'_> {
    pub(super) fn read(&mut self, shape: &Shape) -> Typed {
        if self.depth > DEEPEST {
            return Typed::unknown("the expression is nested too deeply");
        }
        self.depth += 1;
        let typed = self.look(shape);
        self.depth -= 1;
        typed
    }

    fn look(&mut self, shape: &Shape) -> Typed {
        match shape {
            Shape::Path(reference) => self.path(reference),
            Shape::Part { of, segment } => {
                let of = self.read(of);
                self.part_of(of, segment)
            }
            Shape::Variable(name) => match self.variables.iter().rev().find(|(own, _)| own == name) {
                Some((_, typed)) => typed.clone(),
                None => Typed::unknown(format!("nothing is known of `{name}`")),
            },
            Shape::Literal(value) => Typed::new(json!({ "const": value })),
            Shape::List(items) => {
                let items: Vec<Typed> = items.iter().map(|item| self.read(item)).collect();
                let mut bundle = Bundle::default();
                let schemas: Vec<Value> = items.iter().map(|item| embedded(&mut bundle, &item.schema)).collect();
                let count = schemas.len();
                let list = match count {
                    0 => json!({ "type": "array", "maxItems": 0 }),
                    _ => json!({ "type": "array", "prefixItems": schemas, "items": false, "minItems": count }),
                };
                Typed::made_of(bundle.finish(list), items)
            }
            Shape::Object(members) => {
                let members: Vec<(&String, Typed)> =
                    members.iter().map(|(name, member)| (name, self.read(member))).collect();
                let fields = members.iter().map(|(name, member)| (name.as_str(), &member.schema, true));
                let schema = object(fields, Some(Value::Bool(false)));
                Typed::made_of(schema, members.into_iter().map(|(_, member)| member))
            }
            Shape::Has { of, segment } => {
                let of = self.read(of);
                let sure = if matches!(segment, Segment::Key(_)) { Kinds::OBJECT } else { Kinds::ARRAY };
                // `has(a.b)` fails where `a` cannot have parts, `a.?b` does not: here they look the same.
                let unsure = !self.kinds(&of).within(sure);
                let own = Typed {
                    unknown: unsure.then(|| format!("whether something has `{segment}` that may have no parts")),
                    ..Typed::new(Value::Null)
                };
                Typed::made_of(json!({ "type": "boolean" }), [of, own])
            }
            Shape::Not(of) => Typed::made_of(json!({ "type": "boolean" }), [self.read(of)]),
            Shape::And(left, right) => self.logic(left, right, true),
            Shape::Or(left, right) => self.logic(left, right, false),
            Shape::Equal { left, right, .. } => {
                let operands = [self.read(left), self.read(right)];
                Typed::made_of(json!({ "type": "boolean" }), operands)
            }
            Shape::Choice { when, then, otherwise } => self.choice(when, then, otherwise),
            Shape::Add(left, right) => self.add(left, right),
            Shape::Arithmetic(left, right) => self.arithmetic(left, right, false),
            Shape::Divide(left, right) => self.arithmetic(left, right, true),
            Shape::Negate(of) => {
                let of = self.read(of);
                let kinds = self.kinds(&of);
                let schema = number(kinds.within(Kinds::INTEGER));
                applied("-", schema, Kinds::NUMBER, kinds, of)
            }
            Shape::Convert { to, of } => self.convert(*to, of),
            Shape::TypeOf(of) => Typed::made_of(json!({ "type": "string" }), [self.read(of)]),
            Shape::TypeName(_) => Typed::new(json!({ "type": "string" })),
            Shape::Map { over, variable, item, .. } => self.map(over, variable, item),
            Shape::Filter { over } => {
                let over = self.read(over);
                match self.elements(&over) {
                    Some(elements) => Typed::made_of(list_of(elements), [over]),
                    None => Typed::made_of(json!({ "type": "array" }), [over, Typed::unknown("a filtered list")]),
                }
            }
            Shape::Typed { kind, on, of } => {
                let schema = match kind {
                    ResultKind::Boolean => json!({ "type": "boolean" }),
                    ResultKind::Integer => json!({ "type": "integer" }),
                    ResultKind::Text => json!({ "type": "string" }),
                };
                let operands: Vec<Typed> = of.iter().map(|one| self.read(one)).collect();
                let own = self.applied_to(*on, &operands);
                Typed::made_of(schema, operands.into_iter().chain([own]))
            }
            Shape::Other(what) => Typed::unknown(format!("the type of `{what}` is not worked out")),
        }
    }

    fn with_facts(&mut self, condition: &Shape, truth: bool, shape: &Shape) -> Typed {
        let before = self.facts.len();
        facts(condition, truth, &mut self.facts);
        let typed = self.read(shape);
        self.facts.truncate(before);
        typed
    }

    fn logic(&mut self, left: &Shape, right: &Shape, conjunction: bool) -> Typed {
        let first = self.read(left);
        let second = self.with_facts(left, conjunction, right);
        let mut lost = first.lost;
        lost.extend(second.lost);
        // One side may decide although the other has no value.
        let fails = first.fails.or(second.fails);
        Typed { fails, lost, unknown: first.unknown.or(second.unknown), ..Typed::new(json!({ "type": "boolean" })) }
    }

    fn choice(&mut self, when: &Shape, then: &Shape, otherwise: &Shape) -> Typed {
        let condition = self.read(when);
        let yes = self.with_facts(when, true, then);
        let no = self.with_facts(when, false, otherwise);
        let mut lost = condition.lost;
        lost.extend(yes.lost.iter().chain(&no.lost).cloned());
        let mut bundle = Bundle::default();
        let schema = match (&yes.schema, &no.schema) {
            (Value::Bool(false), other) | (other, Value::Bool(false)) => other.clone(),
            (one, two) if one == two => one.clone(),
            (one, two) => {
                let options = json!({ "anyOf": [embedded(&mut bundle, one), embedded(&mut bundle, two)] });
                bundle.finish(options)
            }
        };
        let fails = condition.fails.then(yes.fails.or(no.fails));
        Typed { schema, unknown: yes.unknown.or(no.unknown).or(condition.unknown), fails, lost }
    }

    pub(super) fn kinds(&self, typed: &Typed) -> Kinds {
        Walk { document: &typed.schema, declared: self.declared }.kinds(&typed.schema)
    }
}
