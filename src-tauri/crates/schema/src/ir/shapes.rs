//! Recognising common shapes of literals.

use std::rc::Rc;

use super::{Arena, Lit, Names, Node, Types};

impl Arena {
    /// The name if the literal says no more than that a property is required.
    pub(crate) fn required_name(&self, lit: Lit) -> Option<&Rc<str>> {
        let Node::And(parts) = self.node(lit) else { return None };
        if !lit.is_negated() || parts.len() != 2 {
            return None;
        }
        let mut name = None;
        for part in parts.iter() {
            match self.node(*part) {
                Node::Properties(Names::One(n), Lit::FALSE) if !part.is_negated() => name = Some(n),
                Node::Types(Types::OBJECT) if !part.is_negated() => {}
                _ => return None,
            }
        }
        name
    }

    /// Whether no value satisfies both, as far as types and discriminating properties show without a search.
    pub(crate) fn plainly_disjoint(&self, a: Lit, b: Lit) -> bool {
        let (a, b) = (self.follow(a), self.follow(b));
        if a == !b {
            return true;
        }
        let common = self.types(a) & self.types(b);
        if common.is_empty() {
            return true;
        }
        if self.values_disjoint(a, b) {
            return true;
        }
        if common != Types::OBJECT {
            return false;
        }
        let (left, right) = (self.parts(a), self.parts(b));
        let demanded: Vec<&Rc<str>> = left.iter().chain(&right).filter_map(|l| self.required_name(*l)).collect();
        left.iter().any(|l| {
            let Node::Properties(Names::One(name), wanted) = self.node(*l) else { return false };
            !l.is_negated()
                && demanded.contains(&name)
                && right.iter().any(|r| match self.node(*r) {
                    Node::Properties(Names::One(other), theirs) if !r.is_negated() && other == name => {
                        let common = self.types(*wanted) & self.types(*theirs);
                        common.is_empty() || self.values_disjoint(*wanted, *theirs)
                    }
                    _ => false,
                })
        })
    }

    fn values_disjoint(&self, a: Lit, b: Lit) -> bool {
        match (self.node(a), self.node(b)) {
            (Node::Enum(left), Node::Enum(right)) if !a.is_negated() && !b.is_negated() => {
                !left.iter().any(|v| right.binary_search(v).is_ok())
            }
            _ => false,
        }
    }
}
