//! Arrays: what single items and all items from an index on must satisfy, how many must or may satisfy something, and
//! whether equal items are forbidden or demanded.

use super::{LARGEST, Outcome, Solver};
use crate::{
    ir::{Lit, Node},
    value::Val,
};

/// The longest array that is made.
pub(super) const LONGEST: u64 = 20_000;
/// The longest array whose items are made different from one another by trying.
pub(super) const DISTINCT: usize = 40;

/// Between `least` and `most` items from `from` on satisfy a literal.
#[derive(Clone)]
pub(super) struct Count {
    pub(super) from: u64,
    pub(super) lit: Lit,
    pub(super) least: u64,
    pub(super) most: u64,
}

#[derive(Clone)]
pub(super) struct ArrayFacts {
    pub(super) min: u64,
    pub(super) max: u64,
    /// What single items must satisfy.
    single: Vec<(u64, Lit)>,
    /// What all items from an index on must satisfy.
    every: Vec<(u64, Lit)>,
    pub(super) counts: Vec<Count>,
    pub(super) unique: Option<bool>,
}

impl Default for ArrayFacts {
    fn default() -> Self {
        ArrayFacts { min: 0, max: u64::MAX, single: Vec::new(), every: Vec::new(), counts: Vec::new(), unique: None }
    }
}

impl ArrayFacts {
    pub(super) fn take(&mut self, node: &Node, positive: bool) -> bool {
        match (node, positive) {
            (Node::Item(index, lit), true) => self.single.push((*index, *lit)),
            (Node::Item(index, lit), false) => {
                self.min = self.min.max(index.saturating_add(1));
                self.single.push((*index, !*lit));
            }
            (Node::Items { count, lit: Lit::TRUE, .. }, true) => self.min = self.min.max(*count),
            (Node::Items { count, lit: Lit::TRUE, .. }, false) => self.max = self.max.min(count.saturating_sub(1)),
            (Node::Items { from, count: 1, lit }, false) => self.every.push((*from, !*lit)),
            (Node::Items { from, count, lit }, _) => {
                let at = self.counts.iter().position(|c| c.from == *from && c.lit == *lit).unwrap_or_else(|| {
                    self.counts.push(Count { from: *from, lit: *lit, least: 0, most: u64::MAX });
                    self.counts.len() - 1
                });
                let own = &mut self.counts[at];
                if positive {
                    own.least = own.least.max(*count);
                    self.min = self.min.max(from.saturating_add(*count));
                } else {
                    own.most = own.most.min(count.saturating_sub(1));
                }
                if own.least > own.most {
                    return false;
                }
            }
            (Node::Unique, wanted) => {
                self.unique = Some(wanted);
                if !wanted {
                    self.min = self.min.max(2);
                }
            }
            _ => {}
        }
        self.min <= self.max
    }

    pub(super) fn status(&self, node: &Node) -> Option<bool> {
        match node {
            Node::Items { count, lit: Lit::TRUE, .. } if self.min >= *count => Some(true),
            Node::Items { from, count, .. } if self.max < from.saturating_add(*count) => Some(false),
            Node::Item(index, _) if self.max <= *index => Some(true),
            Node::Unique if self.max <= 1 => Some(true),
            _ => None,
        }
    }

    /// The index from which on all items are under the same conditions.
    pub(super) fn uniform_from(&self) -> u64 {
        let single = self.single.iter().map(|(index, _)| index + 1);
        let every = self.every.iter().map(|(from, _)| *from);
        let counts = self.counts.iter().map(|count| count.from);
        single.chain(every).chain(counts).max().unwrap_or(0)
    }

    /// What the item at an index must satisfy, together with `extra`.
    pub(super) fn goal(&self, index: u64, extra: &[Lit]) -> Vec<Lit> {
        let mut goal = extra.to_vec();
        goal.extend(self.single.iter().filter(|(at, _)| *at == index).map(|(_, lit)| *lit));
        goal.extend(self.every.iter().filter(|(from, _)| *from <= index).map(|(_, lit)| *lit));
        goal.sort_unstable();
        goal.dedup();
        goal
    }
}

impl Solver<'_> {
    pub(super) fn array(&mut self, facts: &ArrayFacts) -> Outcome {
        let outcome = if facts.counts.is_empty() { self.plain_array(facts) } else { self.counted_array(facts) };
        match outcome {
            Outcome::Witness(value) | Outcome::Open(Some(value)) if value.size_up_to(LARGEST) >= LARGEST => {
                self.leave_open("the smallest value is very large")
            }
            other => other,
        }
    }

    fn plain_array(&mut self, facts: &ArrayFacts) -> Outcome {
        if facts.unique == Some(false) {
            return self.with_a_pair(facts);
        }
        let uniform = facts.uniform_from();
        if facts.min > LONGEST {
            // An item that cannot be makes the array impossible, however long it would be.
            for index in 0..=uniform.min(LONGEST) {
                if index < facts.min && matches!(self.solve(&facts.goal(index, &[])), Outcome::Empty) {
                    return Outcome::Empty;
                }
            }
            return self.leave_open("an array would have to be very long");
        }
        let goals: Vec<Vec<Lit>> = (0..facts.min).map(|index| facts.goal(index, &[])).collect();
        if facts.unique == Some(true) { self.distinct(&goals, true) } else { self.items(&goals) }
    }

    /// One value for each goal.
    pub(super) fn items(&mut self, goals: &[Vec<Lit>]) -> Outcome {
        let mut items: Vec<Val> = Vec::with_capacity(goals.len());
        let (mut doubtful, mut missing) = (false, false);
        let mut last: Option<(&Vec<Lit>, Outcome)> = None;
        for goal in goals {
            let outcome = match last.take() {
                Some((same, outcome)) if same == goal => outcome,
                _ => self.solve(goal),
            };
            match &outcome {
                Outcome::Witness(value) => items.push(value.clone()),
                Outcome::Empty => return Outcome::Empty,
                Outcome::Open(Some(value)) => {
                    doubtful = true;
                    items.push(value.clone());
                }
                Outcome::Open(None) => missing = true,
            }
            last = Some((goal, outcome));
        }
        match (missing, doubtful) {
            (true, _) => Outcome::Open(None),
            (_, true) => Outcome::Open(Some(Val::Arr(items.into()))),
            _ => Outcome::Witness(Val::Arr(items.into())),
        }
    }

    /// Different values for the goals: enough candidates for each, then a matching. `all` tells that every array of this
    /// kind has these goals among its own, so that failing here is failing altogether.
    pub(super) fn distinct(&mut self, goals: &[Vec<Lit>], all: bool) -> Outcome {
        if goals.len() < 2 {
            return self.items(goals);
        }
        let same = goals.windows(2).all(|pair| pair[0] == pair[1]);
        if goals.len() > DISTINCT && !same {
            return self.leave_open("many different items would have to be unlike one another");
        }
        let before = std::mem::replace(&mut self.lowest, usize::MAX);
        let mut candidates: Vec<Vec<Val>> = Vec::with_capacity(goals.len());
        let mut unsure = false;
        for (at, goal) in goals.iter().enumerate() {
            if same && at > 0 {
                break;
            }
            let mut values: Vec<Val> = Vec::new();
            while values.len() < goals.len() {
                if !self.pay(1 + values.len() as u64) {
                    return Outcome::Open(None);
                }
                let mut lits = goal.clone();
                if !values.is_empty() {
                    lits.push(!self.arena.one_of_values(values.iter().cloned()));
                }
                match self.solve(&lits) {
                    Outcome::Witness(value) => values.push(value),
                    Outcome::Empty => break,
                    Outcome::Open(_) => {
                        unsure = true;
                        break;
                    }
                }
            }
            candidates.push(values);
        }
        // What counted as empty only because it is being asked already may not be empty beside different siblings.
        unsure |= self.lowest != usize::MAX && goals.len() > 1;
        self.lowest = self.lowest.min(before);
        let items =
            if same { candidates.pop().filter(|values| values.len() >= goals.len()) } else { assign(&candidates) };
        match items {
            Some(items) => Outcome::Witness(Val::Arr(items.into())),
            None if unsure || !all => self.leave_open("items that differ from one another were not found"),
            None => Outcome::Empty,
        }
    }

    /// Two equal items somewhere.
    fn with_a_pair(&mut self, facts: &ArrayFacts) -> Outcome {
        let last = facts.uniform_from().saturating_add(1);
        let mut open: Option<Option<Val>> = None;
        if last > 200 || facts.min > LONGEST {
            return self.leave_open("two equal items among very many");
        }
        for second in 1..=last {
            for first in 0..second {
                if second >= facts.max || !self.pay(2) {
                    continue;
                }
                let goal = facts.goal(first, &facts.goal(second, &[]));
                let twin = match self.solve(&goal) {
                    Outcome::Witness(value) => value,
                    Outcome::Empty => continue,
                    Outcome::Open(_) => {
                        open = Some(open.flatten());
                        continue;
                    }
                };
                let length = facts.min.max(second + 1);
                let goals: Vec<Vec<Lit>> = (0..length).map(|index| facts.goal(index, &[])).collect();
                match self.items(&goals) {
                    Outcome::Witness(Val::Arr(items)) => {
                        let mut items = items.to_vec();
                        items[first as usize] = twin.clone();
                        items[second as usize] = twin;
                        return Outcome::Witness(Val::Arr(items.into()));
                    }
                    Outcome::Empty => {}
                    _ => open = Some(open.flatten()),
                }
            }
        }
        if self.work == 0 {
            return Outcome::Open(None);
        }
        open.map_or(Outcome::Empty, Outcome::Open)
    }
}

/// A different candidate for each place (augmenting paths), if there is one.
fn assign(candidates: &[Vec<Val>]) -> Option<Vec<Val>> {
    let mut owner: Vec<(Val, usize)> = Vec::new();
    for place in 0..candidates.len() {
        let mut visited = Vec::new();
        if !augment(candidates, place, &mut owner, &mut visited) {
            return None;
        }
    }
    let mut items: Vec<Option<Val>> = vec![None; candidates.len()];
    for (value, place) in owner {
        items[place] = Some(value);
    }
    items.into_iter().collect()
}

fn augment(candidates: &[Vec<Val>], place: usize, owner: &mut Vec<(Val, usize)>, visited: &mut Vec<Val>) -> bool {
    for value in &candidates[place] {
        if visited.contains(value) {
            continue;
        }
        visited.push(value.clone());
        match owner.iter().position(|(taken, _)| taken == value) {
            None => {
                owner.push((value.clone(), place));
                return true;
            }
            Some(at) => {
                let other = owner[at].1;
                if augment(candidates, other, owner, visited) {
                    if let Some(entry) = owner.iter_mut().find(|(taken, _)| taken == value) {
                        entry.1 = place;
                    }
                    return true;
                }
            }
        }
    }
    false
}
