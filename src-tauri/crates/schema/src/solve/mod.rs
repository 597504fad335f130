//! Is there a value that satisfies all of these literals? If so, which?
//!
//! A goal is a set of literals. It is decided type by type: a [`branch::Branch`] collects what the literals demand of a
//! value of one type and splits on what is left open (a tableau with unit propagation); what the parts of an array or
//! object must satisfy are goals of their own. Goals are remembered, and a goal that is met again inside itself counts as
//! empty there: a least value that satisfies it has no smaller such value inside (values are finite trees). Method after
//! "Witness Generation for JSON Schema" (Attouche et al., VLDB 2022), made lazy.
//!
//! Every step is paid from a budget; when it is used up, the answer is [`Outcome::Open`].

mod arrays;
mod branch;
mod counted;
mod numbers;
mod objects;
mod search;
mod status;
mod strings;

pub(crate) use strings::examples;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::{
    evaluate::evaluate,
    ir::{Arena, Lit, Node, Types},
    value::Val,
};

/// What became of a goal.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// A value that satisfies it.
    Witness(Val),
    /// No value satisfies it.
    Empty,
    /// Not decided; perhaps with a value that may satisfy it and is worth a check.
    Open(Option<Val>),
}

/// How deep the search may recurse, and how large a witness may grow.
const DEEPEST: usize = 220;
const LARGEST: usize = 60_000;

type Goal = Rc<[Lit]>;

/// The search and its memory.
pub(crate) struct Solver<'a> {
    pub(crate) arena: &'a mut Arena,
    memo: FxHashMap<Goal, Outcome>,
    open: FxHashMap<Goal, usize>,
    /// Remembered goals that are empty only if the open goal with the number is.
    provisional: Vec<(usize, Goal)>,
    /// The outermost open goal that an answer depended on.
    lowest: usize,
    depth: usize,
    work: u64,
    why: Option<String>,
}

impl<'a> Solver<'a> {
    pub(crate) fn new(arena: &'a mut Arena, work: u64) -> Self {
        Solver {
            arena,
            memo: FxHashMap::default(),
            open: FxHashMap::default(),
            provisional: Vec::new(),
            lowest: usize::MAX,
            depth: 0,
            work,
            why: None,
        }
    }

    /// The first thing that kept an answer open.
    pub(crate) fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// Gives a later question a budget of its own.
    pub(crate) fn refill(&mut self, work: u64) {
        if self.work == 0 {
            // What was remembered while the budget ran out says nothing.
            self.memo.retain(|_, outcome| !matches!(outcome, Outcome::Open(_)));
        }
        self.work = work;
    }

    fn note(&mut self, why: &str) {
        if self.why.is_none() {
            self.why = Some(why.to_string());
        }
    }

    fn leave_open(&mut self, why: &str) -> Outcome {
        self.note(why);
        Outcome::Open(None)
    }

    /// Pays for a piece of work; false when the budget is used up.
    fn pay(&mut self, units: u64) -> bool {
        if self.work <= units {
            self.work = 0;
            self.note("the work budget is used up");
            return false;
        }
        self.work -= units;
        true
    }

    /// Three-valued truth of a literal for a value.
    fn eval(&mut self, lit: Lit, value: &Val) -> Option<bool> {
        if !self.pay(1) {
            return None;
        }
        evaluate(self.arena, lit, value)
    }

    /// The literals of a goal, flattened, sorted and without repetitions; `None` if they plainly contradict one another.
    pub(crate) fn normalise(&self, lits: &[Lit]) -> Option<Vec<Lit>> {
        let mut flat = Vec::with_capacity(lits.len() + 4);
        let mut types = Types::ALL;
        let mut stack = lits.to_vec();
        while let Some(lit) = stack.pop() {
            let lit = self.arena.follow(lit);
            types = types & self.arena.types(lit);
            match self.arena.node(lit) {
                Node::True if !lit.is_negated() => {}
                Node::True => return None,
                Node::And(parts) if !lit.is_negated() => stack.extend(parts.iter()),
                _ => flat.push(lit),
            }
        }
        flat.sort_unstable();
        flat.dedup();
        let contradiction = types.is_empty() || flat.windows(2).any(|pair| pair[0] == !pair[1]);
        (!contradiction).then_some(flat)
    }

    /// Decides whether some value satisfies all the literals.
    pub(crate) fn solve(&mut self, lits: &[Lit]) -> Outcome {
        if lits.windows(2).any(|pair| pair[0] == !pair[1]) {
            return Outcome::Empty;
        }
        let Some(goal) = self.normalise(lits) else { return Outcome::Empty };
        if goal.is_empty() {
            return Outcome::Witness(Val::str("a"));
        }
        if let Some(outcome) = self.memo.get(goal.as_slice()) {
            let outcome = outcome.clone();
            if matches!(outcome, Outcome::Empty)
                && let Some((low, _)) = self.provisional.iter().find(|(_, g)| **g == *goal)
            {
                self.lowest = self.lowest.min(*low);
            }
            return outcome;
        }
        if let Some(at) = self.open.get(goal.as_slice()) {
            self.lowest = self.lowest.min(*at);
            return Outcome::Empty;
        }
        if !self.pay(2 + goal.len() as u64 / 4) {
            return Outcome::Open(None);
        }
        if self.depth >= DEEPEST {
            return self.leave_open("the search is nested too deeply");
        }
        self.decide(goal.into())
    }

    fn decide(&mut self, goal: Goal) -> Outcome {
        let number = self.open.len();
        let outside = std::mem::replace(&mut self.lowest, usize::MAX);
        self.open.insert(goal.clone(), number);
        self.depth += 1;
        let outcome = self.by_value(&goal).unwrap_or_else(|| self.by_type(&goal));
        self.depth -= 1;
        self.open.remove(&goal);
        let lowest = std::mem::replace(&mut self.lowest, outside);
        let leans_outside = lowest < number;
        match &outcome {
            Outcome::Witness(_) => self.forget(number),
            _ if leans_outside => {
                self.lowest = self.lowest.min(lowest);
                for (low, _) in &mut self.provisional {
                    if *low >= number {
                        *low = lowest;
                    }
                }
                if matches!(outcome, Outcome::Empty) {
                    self.provisional.push((lowest, goal.clone()));
                } else {
                    return outcome;
                }
            }
            // Nothing outside was assumed: what leant on this goal alone is settled, if it is empty.
            Outcome::Empty => self.provisional.retain(|(low, _)| *low < number),
            Outcome::Open(_) => self.forget(number),
        }
        self.memo.insert(goal, outcome.clone());
        outcome
    }

    /// Drops what was believed empty because the open goal `number` was assumed to be.
    fn forget(&mut self, number: usize) {
        let memo = &mut self.memo;
        self.provisional.retain(|(low, goal)| {
            let keep = *low < number;
            if !keep {
                memo.remove(goal);
            }
            keep
        });
    }

    /// Goals that list their values are decided by trying each.
    fn by_value(&mut self, goal: &[Lit]) -> Option<Outcome> {
        let values = goal.iter().filter(|lit| !lit.is_negated()).filter_map(|lit| match self.arena.node(*lit) {
            Node::Enum(values) => Some(values.clone()),
            _ => None,
        });
        let values = values.min_by_key(|values| values.len())?;
        Some(self.try_values(&values, goal))
    }

    /// Tries each value on all the literals.
    fn try_values(&mut self, values: &[Val], lits: &[Lit]) -> Outcome {
        let mut open = None;
        for value in values {
            if !self.pay(1 + lits.len() as u64 / 2) {
                return Outcome::Open(None);
            }
            let mut verdict = Some(true);
            for lit in lits {
                match self.eval(*lit, value) {
                    Some(true) => {}
                    Some(false) => {
                        verdict = Some(false);
                        break;
                    }
                    None => verdict = None,
                }
            }
            match verdict {
                Some(true) => return Outcome::Witness(value.clone()),
                Some(false) => {}
                None => open = open.or(Some(value.clone())),
            }
        }
        if open.is_some() {
            self.note("a listed value meets something that is not understood");
            return Outcome::Open(open);
        }
        Outcome::Empty
    }

    fn by_type(&mut self, goal: &[Lit]) -> Outcome {
        let types = goal.iter().fold(Types::ALL, |types, lit| types & self.arena.types(*lit));
        let mut open = None;
        for single in Types::EACH.into_iter().filter(|single| types.meets(*single)) {
            match self.search(branch::Branch::new(single, goal)) {
                Outcome::Witness(value) => return Outcome::Witness(value),
                Outcome::Empty => {}
                Outcome::Open(candidate) => open = Some(open.flatten().or(candidate)),
            }
        }
        open.map_or(Outcome::Empty, Outcome::Open)
    }
}
