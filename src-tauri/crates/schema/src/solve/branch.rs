//! What is demanded of a value of one type: facts in the terms of the type, and choices that are still open.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    Solver,
    arrays::ArrayFacts,
    numbers::NumberFacts,
    objects::{Member, ObjectFacts},
    strings::StringFacts,
};
use crate::{
    decimal::Dec,
    ir::{Lit, Names, Node, Types},
    value::Val,
};

#[derive(Clone)]
pub(super) enum Facts {
    Null,
    /// The values that are left.
    Bool(Vec<bool>),
    Number(NumberFacts),
    String(StringFacts),
    Array(ArrayFacts),
    Object(ObjectFacts),
}

/// One branch of the search.
#[derive(Clone)]
pub(super) struct Branch {
    pub(super) single: Types,
    /// What has been asserted, sorted.
    pub(super) taken: Vec<Lit>,
    pub(super) queue: Vec<Lit>,
    /// At least one literal of each must hold.
    pub(super) clauses: Vec<Vec<Lit>>,
    pub(super) facts: Facts,
    /// The only values possible, if a literal lists them.
    pub(super) values: Option<Rc<[Val]>>,
    /// Whether something asserted is not understood.
    pub(super) opaque: bool,
}

impl Branch {
    pub(super) fn new(single: Types, goal: &[Lit]) -> Self {
        let facts = match single {
            Types::BOOL => Facts::Bool(vec![true, false]),
            Types::INTEGER => Facts::Number(NumberFacts::new(true)),
            Types::FRACTION => Facts::Number(NumberFacts::new(false)),
            Types::STRING => Facts::String(StringFacts::default()),
            Types::ARRAY => Facts::Array(ArrayFacts::default()),
            Types::OBJECT => Facts::Object(ObjectFacts::default()),
            _ => Facts::Null,
        };
        Branch {
            single,
            taken: Vec::with_capacity(goal.len()),
            queue: goal.iter().rev().copied().collect(),
            clauses: Vec::new(),
            facts,
            values: None,
            opaque: false,
        }
    }
}

impl Solver<'_> {
    /// Asserts one literal; false if that contradicts what is known.
    pub(super) fn take(&mut self, branch: &mut Branch, lit: Lit) -> bool {
        let lit = self.arena.follow(lit);
        if !self.arena.types(lit).meets(branch.single) {
            return false;
        }
        if !self.arena.types(!lit).meets(branch.single) {
            return true;
        }
        let at = match branch.taken.binary_search(&lit) {
            Ok(_) => return true,
            Err(at) => at,
        };
        if branch.taken.binary_search(&!lit).is_ok() {
            return false;
        }
        branch.taken.insert(at, lit);
        let node = self.arena.node(lit).clone();
        let positive = !lit.is_negated();
        match (&node, &mut branch.facts) {
            (Node::True | Node::Ref(_) | Node::Types(_), _) => return positive,
            (Node::And(parts), _) if positive => branch.queue.extend(parts.iter()),
            (Node::And(parts), _) => branch.clauses.push(parts.iter().map(|part| !*part).collect()),
            (Node::Opaque(text), _) => {
                branch.opaque = true;
                let text = text.to_string();
                self.note(&text);
            }
            (Node::Enum(values), _) if positive => {
                let kept: Vec<Val> = match &branch.values {
                    Some(before) => before.iter().filter(|v| values.binary_search(v).is_ok()).cloned().collect(),
                    None => values.iter().filter(|v| branch.single.contains(Types::of(v))).cloned().collect(),
                };
                let possible = !kept.is_empty();
                branch.values = Some(kept.into());
                return possible;
            }
            (Node::Enum(values), _) => return self.exclude(branch, values),
            (_, Facts::Number(facts)) => return facts.take(&node, positive),
            (_, Facts::String(facts)) => return facts.take(&node, positive),
            (_, Facts::Array(facts)) => return facts.take(&node, positive),
            (Node::MinProperties(count), Facts::Object(facts)) => {
                if positive {
                    facts.min = facts.min.max(*count);
                } else {
                    facts.max = facts.max.min(count.saturating_sub(1));
                }
                return facts.min <= facts.max;
            }
            (Node::Properties(Names::One(name), inner), Facts::Object(facts)) => {
                let inner = if positive { *inner } else { !*inner };
                let parts = self.normalise(&[inner]);
                let member = facts.named.entry(name.clone()).or_insert_with(Member::default);
                member.required |= !positive;
                match parts {
                    Some(parts) => member.lits.extend(parts),
                    None => member.forbidden = true,
                }
                if member.required && member.forbidden {
                    return false;
                }
                let contradiction = |lit: &Lit| member.lits.contains(&!*lit);
                if member.lits.iter().any(contradiction) {
                    member.forbidden = true;
                    return !member.required;
                }
            }
            (Node::Properties(Names::Set(names), inner), Facts::Object(facts)) => {
                if positive {
                    facts.every.push((*names, *inner));
                } else {
                    facts.some.push((*names, !*inner));
                }
            }
            _ => {}
        }
        true
    }

    /// Rules out listed values: those of simple types at once, others by their structure.
    fn exclude(&mut self, branch: &mut Branch, values: &[Val]) -> bool {
        for value in values {
            if Types::of(value) != branch.single {
                continue;
            }
            match (value, &mut branch.facts) {
                (Val::Null, _) => return false,
                (Val::Bool(b), Facts::Bool(left)) => {
                    left.retain(|kept| kept != b);
                    if left.is_empty() {
                        return false;
                    }
                }
                (Val::Num(n), Facts::Number(facts)) => _ = facts.excluded.insert(n.clone()),
                (Val::Str(s), Facts::String(facts)) => facts.excluded.push(s.clone()),
                (Val::Arr(items), _) => {
                    let structure = self.array_structure(items);
                    branch.queue.push(!structure);
                }
                (Val::Obj(members), _) => {
                    let structure = self.object_structure(members);
                    branch.queue.push(!structure);
                }
                _ => {}
            }
        }
        true
    }

    fn array_structure(&mut self, items: &[Val]) -> Lit {
        let count = items.len() as u64;
        let mut parts = vec![self.arena.items(0, count, Lit::TRUE), self.arena.at_most_items(0, count, Lit::TRUE)];
        for (index, item) in items.iter().enumerate() {
            let same = self.arena.one_of_values([item.clone()]);
            parts.push(self.arena.item(index as u64, same));
        }
        self.arena.and(parts)
    }

    fn object_structure(&mut self, members: &BTreeMap<Rc<str>, Val>) -> Lit {
        let names = self.arena.one_of_names(members.keys().cloned());
        let mut parts = vec![self.arena.properties(!names, Lit::FALSE)];
        for (name, member) in members {
            parts.push(self.arena.required(name.clone()));
            let same = self.arena.one_of_values([member.clone()]);
            parts.push(self.arena.property(name.clone(), same));
        }
        self.arena.and(parts)
    }
}

/// A bound and whether it is excluded.
pub(super) type Bound = Option<(Dec, bool)>;
