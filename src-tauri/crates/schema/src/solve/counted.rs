//! Arrays with conditions on how many of their items satisfy something (`contains`, and what negations ask for).

use rustc_hash::FxHashSet;

use super::{
    Outcome, Solver,
    arrays::{ArrayFacts, DISTINCT, LONGEST},
};
use crate::{ir::Lit, value::Val};

/// The most counting conditions that are combined.
const COUNTERS: usize = 6;
/// Up to this least length, counting looks at every length; above it, one item is repeated.
const EXACT: u64 = 64;

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
    /// The shortest array that meets the counts: each item decides which of them it is counted for.
    pub(super) fn counted_array(&mut self, facts: &ArrayFacts) -> Outcome {
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
