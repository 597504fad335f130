//! Arrays: what single items and all items from an index on must satisfy, how many must or may satisfy something, and
//! whether equal items are forbidden or demanded.

use rustc_hash::FxHashSet;

use super::{LARGEST, Outcome, Solver};
use crate::{
    ir::{Lit, Node},
    value::Val,
};

/// The longest array that is made.
const LONGEST: u64 = 20_000;
/// Up to this least length, counting looks at every length; above it, one item is repeated.
const EXACT: u64 = 64;
/// The most counting conditions that are combined.
const COUNTERS: usize = 6;
/// The longest array whose items are made different from one another by trying.
const DISTINCT: usize = 40;

/// Between `least` and `most` items from `from` on satisfy a literal.
#[derive(Clone)]
struct Count {
    from: u64,
    lit: Lit,
    least: u64,
    most: u64,
}

#[derive(Clone)]
pub(super) struct ArrayFacts {
    pub(super) min: u64,
    pub(super) max: u64,
    /// What single items must satisfy.
    single: Vec<(u64, Lit)>,
    /// What all items from an index on must satisfy.
    every: Vec<(u64, Lit)>,
    counts: Vec<Count>,
    unique: Option<bool>,
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

impl ArrayFacts {
    /// One more item that is counted for the conditions in `choice`: the new totals and what it must satisfy.
    fn choose(&self, index: u64, choice: usize, totals: &[u64]) -> Option<(Vec<u64>, Vec<Lit>)> {
        let mut totals = totals.to_vec();
        let mut extra = Vec::new();
        for (i, count) in self.counts.iter().enumerate() {
            let counted = choice >> i & 1 == 1;
            if index < count.from {
                if counted {
                    return None;
                }
                continue;
            }
            // Where only a least number is asked, not to be counted asks nothing; likewise with a most.
            if counted {
                if count.least > 0 {
                    extra.push(count.lit);
                }
                totals[i] += 1;
                if totals[i] > count.most {
                    return None;
                }
            } else if count.most < u64::MAX {
                extra.push(!count.lit);
            }
            if count.most == u64::MAX {
                totals[i] = totals[i].min(count.least);
            }
        }
        Some((totals, self.goal(index, &extra)))
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
    fn items(&mut self, goals: &[Vec<Lit>]) -> Outcome {
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
    fn distinct(&mut self, goals: &[Vec<Lit>], all: bool) -> Outcome {
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

    /// The shortest array that meets the counts: each item decides which of them it is counted for.
    fn counted_array(&mut self, facts: &ArrayFacts) -> Outcome {
        let counts = &facts.counts;
        let uniform = facts.uniform_from();
        if counts.len() > COUNTERS || uniform > LONGEST {
            return self.leave_open("too many conditions on how often items occur");
        }
        if facts.unique == Some(true) && self.too_few_values(facts) {
            return Outcome::Empty;
        }
        let exact = facts.min <= EXACT;
        let mut steps = vec![Step { totals: vec![0; counts.len()], before: usize::MAX, goal: Vec::new() }];
        let mut layer = vec![0usize];
        let mut seen: FxHashSet<(u64, Vec<u64>)> = FxHashSet::default();
        let mut open = false;
        let mut index = 0u64;
        loop {
            for at in &layer {
                if !counts.iter().zip(&steps[*at].totals).all(|(count, n)| *n >= count.least) {
                    continue;
                }
                let mut goals = path(&steps, *at);
                if index < facts.min {
                    if exact || index < uniform {
                        continue;
                    }
                    // The array must be longer: repeat an item that changes no count that matters.
                    let Some(filler) = self.filler(facts, index, &steps[*at].totals) else {
                        open = true;
                        continue;
                    };
                    if facts.min > LONGEST {
                        return self.leave_open("an array would have to be very long");
                    }
                    goals.resize(facts.min as usize, filler);
                }
                let outcome = self.array_of(facts, &goals);
                if !matches!(outcome, Outcome::Empty) {
                    return outcome;
                }
                open = true;
            }
            if layer.is_empty() || index >= facts.max || index > LONGEST {
                break;
            }
            let mut next = Vec::new();
            let place = index.min(if exact { uniform.max(facts.min) } else { uniform });
            for at in layer {
                for choice in 0..1usize << counts.len() {
                    if !self.pay(2) {
                        return Outcome::Open(None);
                    }
                    let Some((totals, goal)) = facts.choose(index, choice, &steps[at].totals) else { continue };
                    if seen.contains(&(place + 1, totals.clone())) {
                        continue;
                    }
                    match self.solve(&goal) {
                        Outcome::Witness(_) => {
                            seen.insert((place + 1, totals.clone()));
                            steps.push(Step { totals, before: at, goal });
                            next.push(steps.len() - 1);
                        }
                        Outcome::Empty => {}
                        Outcome::Open(_) => open = true,
                    }
                }
            }
            layer = next;
            index += 1;
        }
        if open { self.leave_open("how often items may occur was not decided") } else { Outcome::Empty }
    }

    /// What an item at an index may be without changing the totals.
    fn filler(&mut self, facts: &ArrayFacts, index: u64, totals: &[u64]) -> Option<Vec<Lit>> {
        (0..1usize << facts.counts.len()).find_map(|choice| {
            let (same, goal) = facts.choose(index, choice, totals)?;
            (same == totals && matches!(self.solve(&goal), Outcome::Witness(_))).then_some(goal)
        })
    }

    /// Whether there are not as many different values as some count asks of an array without repetitions.
    fn too_few_values(&mut self, facts: &ArrayFacts) -> bool {
        facts.counts.iter().filter(|count| (2..=DISTINCT as u64).contains(&count.least)).any(|count| {
            let mut values: Vec<Val> = Vec::new();
            let before = std::mem::replace(&mut self.lowest, usize::MAX);
            let mut sure = true;
            'places: for index in count.from..=facts.uniform_from() {
                loop {
                    if values.len() as u64 >= count.least {
                        sure = false;
                        break 'places;
                    }
                    let mut goal = facts.goal(index, &[count.lit]);
                    if !values.is_empty() {
                        goal.push(!self.arena.one_of_values(values.iter().cloned()));
                    }
                    match self.solve(&goal) {
                        Outcome::Witness(value) => values.push(value),
                        Outcome::Empty => break,
                        Outcome::Open(_) => {
                            sure = false;
                            break 'places;
                        }
                    }
                }
            }
            sure &= self.lowest == usize::MAX;
            self.lowest = self.lowest.min(before);
            sure
        })
    }

    fn array_of(&mut self, facts: &ArrayFacts, goals: &[Vec<Lit>]) -> Outcome {
        match facts.unique {
            Some(true) => self.distinct(goals, false),
            None => self.items(goals),
            Some(false) => {
                let outcome = self.items(goals);
                let Outcome::Witness(Val::Arr(items)) = &outcome else { return outcome };
                let mut sorted: Vec<&Val> = items.iter().collect();
                sorted.sort_unstable();
                if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
                    return outcome;
                }
                let mut items = items.to_vec();
                for second in 1..goals.len() {
                    for first in 0..second {
                        let both: Vec<Lit> = goals[first].iter().chain(&goals[second]).copied().collect();
                        if let Outcome::Witness(twin) = self.solve(&both) {
                            items[first] = twin.clone();
                            items[second] = twin;
                            return Outcome::Witness(Val::Arr(items.into()));
                        }
                    }
                }
                Outcome::Open(None)
            }
        }
    }
}

/// An item of an array in the making.
struct Step {
    /// How often each condition was counted so far.
    totals: Vec<u64>,
    /// The step before, `usize::MAX` for none.
    before: usize,
    goal: Vec<Lit>,
}

fn path(steps: &[Step], end: usize) -> Vec<Vec<Lit>> {
    let mut goals = Vec::new();
    let mut at = end;
    while steps[at].before != usize::MAX {
        goals.push(steps[at].goal.clone());
        at = steps[at].before;
    }
    goals.reverse();
    goals
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
