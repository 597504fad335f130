//! The search itself: propagate, look whether what is certain can be met, prune, split.

use super::{
    Outcome, Solver,
    branch::{Branch, Facts},
};
use crate::{
    ir::{Lit, Node},
    value::Val,
};

impl Solver<'_> {
    pub(super) fn search(&mut self, mut branch: Branch) -> Outcome {
        if self.depth >= super::DEEPEST {
            return self.leave_open("the search is nested too deeply");
        }
        loop {
            if !self.propagate(&mut branch) {
                return Outcome::Empty;
            }
            if self.work == 0 {
                return Outcome::Open(None);
            }
            if let Some(values) = branch.values.clone() {
                return self.listed(&branch, &values);
            }
            let certain = self.certain(&branch);
            if branch.clauses.is_empty() || matches!(certain, Outcome::Empty) {
                return certain;
            }
            if let Outcome::Witness(value) = &certain
                && self.meets_clauses(&branch, value)
            {
                return certain;
            }
            match self.prune(&mut branch) {
                None => return Outcome::Empty,
                Some(false) => break,
                Some(true) => {}
            }
        }
        self.split(branch)
    }

    fn split(&mut self, mut branch: Branch) -> Outcome {
        // Options that say much are worth trying first, even if they are many: most fail at once.
        let says_much = |lit: &Lit| {
            !lit.is_negated() && matches!(self.arena.node(self.arena.follow(*lit)), Node::And(parts) if parts.len() > 1)
        };
        let best = (0..branch.clauses.len()).min_by_key(|i| {
            let clause = &branch.clauses[*i];
            (!clause.iter().all(says_much), clause.len())
        });
        let Some(clause) = best.map(|i| branch.clauses.swap_remove(i)) else { return Outcome::Empty };
        let mut open = None;
        self.depth += 1;
        for lit in clause {
            let mut next = branch.clone();
            next.queue.push(lit);
            let cost = 4 + (branch.taken.len() + branch.clauses.len()) as u64 / 4;
            let outcome = if self.pay(cost) { self.search(next) } else { Outcome::Open(None) };
            match outcome {
                Outcome::Witness(value) => {
                    self.depth -= 1;
                    return Outcome::Witness(value);
                }
                Outcome::Empty => {}
                Outcome::Open(candidate) => {
                    open = Some(open.flatten().or(candidate));
                    if self.work == 0 {
                        break;
                    }
                }
            }
        }
        self.depth -= 1;
        open.map_or(Outcome::Empty, Outcome::Open)
    }

    /// Asserts what is queued and what the clauses force, until nothing changes; false if that is contradictory.
    fn propagate(&mut self, branch: &mut Branch) -> bool {
        loop {
            while let Some(lit) = branch.queue.pop() {
                if !self.pay(1) {
                    return true;
                }
                if !self.take(branch, lit) {
                    return false;
                }
            }
            let clauses = std::mem::take(&mut branch.clauses);
            for clause in clauses {
                if !self.pay(1 + clause.len() as u64 / 2) {
                    return true;
                }
                let mut left: Vec<Lit> = Vec::with_capacity(clause.len());
                let mut met = false;
                for lit in clause {
                    match self.status(branch, lit, 0) {
                        Some(true) => {
                            met = true;
                            break;
                        }
                        Some(false) => {}
                        None => left.push(lit),
                    }
                }
                match left.as_slice() {
                    _ if met => {}
                    [] => return false,
                    [single] => branch.queue.push(*single),
                    _ => branch.clauses.push(left),
                }
            }
            if branch.queue.is_empty() {
                return true;
            }
        }
    }

    /// Drops options that the parts of the value rule out. `None`: no option is left somewhere; else whether one was forced.
    fn prune(&mut self, branch: &mut Branch) -> Option<bool> {
        let clauses = std::mem::take(&mut branch.clauses);
        let mut forced = false;
        for clause in clauses {
            let mut left = Vec::with_capacity(clause.len());
            for lit in clause {
                if !self.refuted(branch, lit, 0) {
                    left.push(lit);
                }
            }
            match left.as_slice() {
                [] => return None,
                [single] => {
                    branch.queue.push(*single);
                    forced = true;
                }
                _ => branch.clauses.push(left),
            }
        }
        Some(forced)
    }

    fn meets_clauses(&mut self, branch: &Branch, value: &Val) -> bool {
        branch.clauses.iter().all(|clause| clause.iter().any(|lit| self.eval(*lit, value) == Some(true)))
    }

    /// A literal lists the values that are possible: each is tried on everything asserted.
    fn listed(&mut self, branch: &Branch, values: &[Val]) -> Outcome {
        let mut lits = branch.taken.clone();
        for clause in &branch.clauses {
            let negated: Vec<Lit> = clause.iter().map(|lit| !*lit).collect();
            lits.push(!self.arena.and(negated));
        }
        self.try_values(values, &lits)
    }

    /// Decides the facts alone, without the clauses.
    fn certain(&mut self, branch: &Branch) -> Outcome {
        let outcome = match &branch.facts {
            Facts::Null => Outcome::Witness(Val::Null),
            Facts::Bool(left) => left.first().map_or(Outcome::Empty, |b| Outcome::Witness(Val::Bool(*b))),
            Facts::Number(facts) => self.number(facts),
            Facts::String(facts) => self.string(facts),
            Facts::Array(facts) => self.array(facts),
            Facts::Object(facts) => self.object(facts),
        };
        match outcome {
            Outcome::Witness(value) if branch.opaque => Outcome::Open(Some(value)),
            other => other,
        }
    }
}
