//! What a branch already says about a literal: cheaply ([`Solver::status`]), or by asking about parts
//! ([`Solver::refuted`]).

use super::{
    Outcome, Solver,
    branch::{Branch, Facts},
};
use crate::ir::{Lit, Names, Node};

/// How far into nested conjunctions a literal is looked at.
const NESTED: usize = 4;

impl Solver<'_> {
    /// Whether what is asserted settles the literal.
    pub(super) fn status(&mut self, branch: &Branch, lit: Lit, nested: usize) -> Option<bool> {
        let lit = self.arena.follow(lit);
        if !self.arena.types(lit).meets(branch.single) {
            return Some(false);
        }
        if !self.arena.types(!lit).meets(branch.single) {
            return Some(true);
        }
        if branch.taken.binary_search(&lit).is_ok() {
            return Some(true);
        }
        if branch.taken.binary_search(&!lit).is_ok() {
            return Some(false);
        }
        let node = self.arena.node(lit).clone();
        let result = match (&node, &branch.facts) {
            (Node::And(parts), _) => {
                if nested >= NESTED || !self.pay(1 + parts.len() as u64 / 4) {
                    return None;
                }
                let mut all = Some(true);
                for part in parts.iter() {
                    match self.status(branch, *part, nested + 1) {
                        Some(false) => {
                            all = Some(false);
                            break;
                        }
                        None => all = None,
                        Some(true) => {}
                    }
                }
                all
            }
            (_, Facts::Number(facts)) => facts.status(&node),
            (_, Facts::String(facts)) => facts.status(&node),
            (_, Facts::Array(facts)) => facts.status(&node),
            (Node::MinProperties(count), Facts::Object(facts)) => {
                if facts.min >= *count {
                    Some(true)
                } else if facts.max < *count {
                    Some(false)
                } else {
                    None
                }
            }
            (Node::Properties(Names::One(name), inner), Facts::Object(facts)) => {
                let member = facts.named.get(name)?;
                if member.forbidden || member.lits.contains(inner) {
                    Some(true)
                } else if *inner == Lit::FALSE || member.lits.contains(&!*inner) {
                    member.required.then_some(false)
                } else {
                    let listed = member.lits.iter().find_map(|l| match self.arena.node(*l) {
                        Node::Enum(values) if !l.is_negated() && values.len() <= 8 => Some(values.clone()),
                        _ => None,
                    })?;
                    let (inner, required) = (*inner, member.required);
                    let mut verdicts = listed.iter().map(|value| self.eval(inner, value));
                    let first = verdicts.next()??;
                    if verdicts.any(|verdict| verdict != Some(first)) {
                        None
                    } else if first {
                        Some(true)
                    } else {
                        required.then_some(false)
                    }
                }
            }
            _ => None,
        };
        result.map(|holds| holds != lit.is_negated())
    }

    /// Whether the literal cannot hold here, found by asking whether single parts of the value could satisfy it.
    pub(super) fn refuted(&mut self, branch: &Branch, lit: Lit, nested: usize) -> bool {
        if let Some(settled) = self.status(branch, lit, 0) {
            return !settled;
        }
        let lit = self.arena.follow(lit);
        let node = self.arena.node(lit).clone();
        match (&node, &branch.facts) {
            (Node::And(parts), _) if nested < NESTED => {
                if lit.is_negated() {
                    parts.iter().all(|part| self.refuted(branch, !*part, nested + 1))
                } else {
                    parts.iter().any(|part| self.refuted(branch, *part, nested + 1))
                }
            }
            (Node::Properties(Names::One(name), inner), Facts::Object(facts)) => {
                if lit.is_negated() {
                    matches!(self.member(facts, name, &[!*inner]), Outcome::Empty)
                } else {
                    facts.named.get(name).is_some_and(|member| member.required)
                        && matches!(self.member(facts, name, &[*inner]), Outcome::Empty)
                }
            }
            (Node::Item(index, inner), Facts::Array(facts)) if lit.is_negated() => {
                let goal = facts.goal(*index, &[!*inner]);
                facts.max <= *index || matches!(self.solve(&goal), Outcome::Empty)
            }
            (Node::Items { from, lit: inner, .. }, Facts::Array(facts)) if !lit.is_negated() && *inner != Lit::TRUE => {
                let last = facts.uniform_from().max(*from);
                (*from..=last).all(|index| {
                    index >= facts.max || {
                        let goal = facts.goal(index, &[*inner]);
                        matches!(self.solve(&goal), Outcome::Empty)
                    }
                })
            }
            _ => false,
        }
    }
}
